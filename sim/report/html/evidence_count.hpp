// How many figures of a scenario stand on which kind of evidence, and which on none that is stated.
#pragma once

#include "sim/scenario/scenario.hpp"

#include <array>
#include <string>
#include <vector>

namespace escalon::html {

struct EvidenceCount {
    std::array<int, enum_names(EvidenceLabel{}).size()> by_label{};

    int of(EvidenceLabel label) const { return by_label[static_cast<std::size_t>(label)]; }
    int stated() const;
};

/// Entries of the scenario's `evidence`.
EvidenceCount count_evidence(Scenario const& scenario);

/// A figure with its place in the scenario.
struct PlacedFigure {
    std::string path;
    std::string value; ///< as it would be written
};

/// What a path of the resolved scenario holds, in one line of YAML.
std::string value_at(Node const& resolved, std::string_view path);

/// The figures of the scenario for which neither they nor a part that holds them has an entry. Names, labels and how the run was
/// computed need none.
std::vector<PlacedFigure> figures_without_evidence(Scenario const& scenario);

} // namespace escalon::html

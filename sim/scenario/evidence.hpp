// Where a scenario's figures come from: path, label and source, as the report prints them.
#pragma once

#include "pk_models/fields.hpp"

#include <array>
#include <optional>
#include <string>

namespace escalon {

enum class EvidenceLabel { seed, source, inference, assumption, unknown };

constexpr auto enum_names(EvidenceLabel)
{
    return std::array{EnumName<EvidenceLabel>{EvidenceLabel::seed, "seed"},
                      EnumName<EvidenceLabel>{EvidenceLabel::source, "source"},
                      EnumName<EvidenceLabel>{EvidenceLabel::inference, "inference"},
                      EnumName<EvidenceLabel>{EvidenceLabel::assumption, "assumption"},
                      EnumName<EvidenceLabel>{EvidenceLabel::unknown, "unknown"}};
}

struct EvidenceEntry {
    EvidenceLabel label = EvidenceLabel::unknown;
    std::optional<std::string> source;
    std::optional<std::string> why;

    void describe(auto& fields)
    {
        fields.field("label", label,
                     "seed: the trial's own announcements; source: published; inference: follows from these; assumption: chosen; "
                     "unknown: not on record",
                     FieldTraits{.presence = Presence::required});
        fields.field("source", source, "where it is stated");
        fields.field("why", why, "the reasoning");
    }

    friend bool operator==(EvidenceEntry const&, EvidenceEntry const&) = default;
};

/// By path into the scenario: "doses.levels", "documented.cohorts[9].patients".
using Evidence = Keyed<EvidenceEntry>;

} // namespace escalon

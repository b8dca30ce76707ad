// The equivalence interval of the designs by toxicity probability intervals: DLT rates that are as good as the target. And what
// lies below, within and above it.
#pragma once

#include "pk_models/fields.hpp"
#include "sim/designs/decision_table.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace escalon {

struct EquivalenceInterval {
    static constexpr double usual_margin = 0.05; // Ji et al. 2010; Guo et al. 2017; Yan et al. 2017; Liu et al. 2020

    double low = 0;
    double high = 0;

    double width() const { return high - low; }
};

/// "0.25 to 0.35"
std::string text(EquivalenceInterval const& interval);

/// How far an equivalence interval reaches to one side of the target, and the field that says so.
struct Margin {
    std::string field;
    double width = 0;
};

/// What is wrong with margins below and above a target: the interval is too narrow, or nothing is left beside it.
Faults margin_faults(double target, Margin const& below, Margin const& above);

/// The position of the largest figure. Where several are equal but for rounding it is the last, so that a tie is decided alike
/// on every machine and, with intervals in rising order, for the safer side.
std::size_t last_of_largest(std::span<double const> figures);

/// How much a posterior favours what lies below, within and above an equivalence interval.
struct ThreeParts {
    double below = 0;
    double within = 0;
    double above = 0;

    /// Escalate, stay or de-escalate as the part below, within or above is the largest.
    Move move() const;
    /// "0.520 below 0.25 to 0.35, 1.120 within, 1.100 above"
    std::string words(EquivalenceInterval const& interval) const;
};

} // namespace escalon

// What up-and-down designs share: one patient at a time, a step after each outcome, and the MTD from all of them.
//
// Wetherill (1963), J R Stat Soc B 25:1. The MTD by isotonic regression: Stylianou & Flournoy (2002), Biometrics 58:171.
#pragma once

#include "sim/designs/design.hpp"

#include <array>
#include <string>

namespace escalon {

/// Which level is named at the end.
enum class UpAndDownEstimate {
    isotonic, ///< isotonic estimate of the DLT rate nearest the target
    last,     ///< the level of the last patient
    mode,     ///< the level with most patients, the lowest of several
};

constexpr auto enum_names(UpAndDownEstimate)
{
    return std::array{EnumName<UpAndDownEstimate>{UpAndDownEstimate::isotonic, "isotonic"},
                      EnumName<UpAndDownEstimate>{UpAndDownEstimate::last, "last"},
                      EnumName<UpAndDownEstimate>{UpAndDownEstimate::mode, "mode"}};
}

/// What tells one up-and-down design from another.
struct UpAndDownRule {
    int in_a_row = 1; ///< patients at the level without DLT before a step up
    double up = 1;    ///< probability of that step; else the same level again
    double down = 1;  ///< probability of a step down after a DLT; else the same level again
};

/// The one fault that these designs share: they treat one patient at a time.
Faults one_at_a_time(CommonOptions const& common);

class UpAndDownDecider {
public:
    UpAndDownDecider(CommonOptions const& common, UpAndDownRule rule, UpAndDownEstimate estimate, DoseLadder const& ladder);

    Decision decide(Observed const& observed, Wording wording = Wording::sentence) const;
    std::optional<DoseLevel> recommendation(Observed const& observed) const;
    Summary summary(Observed const& observed) const;

private:
    /// The last patients at the current level without a DLT among them, up to what the rule asks for.
    int in_a_row(Observed const& observed) const;
    std::string estimate_in_words(Observed const& observed, DoseLevel mtd) const;

    UpAndDownRule rule_;
    UpAndDownEstimate estimate_;
    DoseLevel start_;
    double target_;
    int sample_size_;
};
static_assert(Decider<UpAndDownDecider>);

} // namespace escalon

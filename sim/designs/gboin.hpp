// The generalised Bayesian optimal interval design for graded toxicity.
//
// Mu, Yuan, Xu & Mandrekar (2019), J R Stat Soc C 68:289.
#pragma once

#include "sim/designs/boin.hpp"

#include <vector>

namespace escalon {

struct Gboin {
    static constexpr std::string_view name = "gboin";
    static constexpr std::string_view about =
        "BOIN for graded toxicity: the mean toxicity score, as a fraction of the worst, against BOIN's boundaries";
    static constexpr std::string_view reference = "Mu et al. 2019, J R Stat Soc C 68:289; Liu & Yuan 2015, J R Stat Soc C 64:507";
    static constexpr bool target_is_dlt_probability = false;

    std::vector<double> scores{0, 0.5, 1, 1.5}; // Yuan et al. 2007
    std::optional<Fraction> p_saf;
    std::optional<Fraction> p_tox;
    bool bound_mtd = false;
    IntervalOptions interval;
    CommonOptions common;

    friend bool operator==(Gboin const&, Gboin const&) = default;

    void describe(auto& fields)
    {
        fields.field("scores", scores, "of grade 0 or 1, 2, 3, 4 or worse; target, p_saf and p_tox are fractions of the last",
                     {.within = bounds::not_negative});
        fields.field("p_saf", p_saf, "highest mean score that is deemed underdosing; 0.6 target when absent",
                     {.within = bounds::open_fraction});
        fields.field("p_tox", p_tox, "lowest mean score that is deemed overdosing; 1.4 target when absent",
                     {.within = bounds::open_fraction});
        fields.field("bound_mtd", bound_mtd, "never name an MTD whose isotonic estimate exceeds the de-escalation boundary");
        interval.describe(fields);
        common.describe(fields);
    }

    Faults faults() const;
    IntervalDecider on(DoseLadder const& ladder) const;
    Outcomes outcomes() const { return Outcomes::grades; }

private:
    /// BOIN with the same boundaries.
    Boin binary() const;
};
static_assert(Design<Gboin>);

} // namespace escalon

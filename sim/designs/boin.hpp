// The Bayesian optimal interval design.
//
// Liu & Yuan (2015), J R Stat Soc C 64:507, doi:10.1111/rssc.12089.
#pragma once

#include "sim/designs/interval.hpp"

namespace escalon {

/// The two rates between which BOIN stays.
struct BoinBoundaries {
    double escalate = 0;   ///< at or below it
    double deescalate = 0; ///< above it

    /// Neither figure need be whole.
    Move move(double events, double patients) const;
    /// "a rate of 0.33 lies between 0.236 and 0.359", with another name for the rate.
    std::string words(std::string const& rate, double events, double patients) const;
};

struct Boin {
    static constexpr std::string_view name = "boin";
    static constexpr std::string_view about =
        "Bayesian optimal interval design: the observed DLT rate against two boundaries that minimise wrong decisions";
    static constexpr std::string_view reference = "Liu & Yuan 2015, J R Stat Soc C 64:507; Yan et al. 2020, J Stat Softw 94(13)";
    static constexpr double usual_p_saf = 0.6; // of the target: Liu & Yuan 2015
    static constexpr double usual_p_tox = 1.4;

    std::optional<Fraction> p_saf;
    std::optional<Fraction> p_tox;
    bool bound_mtd = false;
    bool stay_at_one_of_three = false;
    IntervalOptions interval;
    CommonOptions common;

    friend bool operator==(Boin const&, Boin const&) = default;

    void describe(auto& fields)
    {
        fields.field("p_saf", p_saf, "highest DLT probability that is deemed underdosing; 0.6 target when absent",
                     {.within = bounds::open_fraction});
        fields.field("p_tox", p_tox, "lowest DLT probability that is deemed overdosing; 1.4 target when absent",
                     {.within = bounds::open_fraction});
        fields.field("bound_mtd", bound_mtd, "never name an MTD whose isotonic estimate exceeds the de-escalation boundary");
        fields.field("stay_at_one_of_three", stay_at_one_of_three, "stay after 1 DLT in 3 patients, whatever the boundaries say");
        interval.describe(fields);
        common.describe(fields);
    }

    Faults faults() const;
    IntervalDecider on(DoseLadder const& ladder) const;
    /// What it makes of complete patients.
    IntervalRule rule() const;
    /// Whether stay_at_one_of_three has the last word.
    bool stays(Tally const& tally) const { return stay_at_one_of_three && tally.patients == 3 && tally.dlts == 1; }

    double safe() const { return p_saf.value_or(usual_p_saf * common.aim()); }
    double toxic() const { return p_tox.value_or(usual_p_tox * common.aim()); }
    /// Escalate at or below this observed rate.
    double escalation_boundary() const;
    /// De-escalate above this observed rate.
    double deescalation_boundary() const;
    BoinBoundaries boundaries() const { return {escalation_boundary(), deescalation_boundary()}; }
};
static_assert(Design<Boin>);

} // namespace escalon

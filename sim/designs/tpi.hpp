// The toxicity probability interval design.
//
// Ji, Li & Bekele (2007), Clin Trials 4:235, doi:10.1177/1740774507079442.
#pragma once

#include "sim/designs/equivalence_interval.hpp"
#include "sim/designs/interval.hpp"

namespace escalon {

struct Tpi {
    static constexpr std::string_view name = "tpi";
    static constexpr std::string_view about = "TPI: the posterior probability below, within and above an interval around the "
                                              "target, as wide as the posterior SD makes it";
    static constexpr std::string_view reference = "Ji, Li & Bekele 2007, Clin Trials 4:235";
    static constexpr double usual_k1 = 1; // this and what follows: Ji, Li & Bekele 2007
    static constexpr double usual_k2 = 1.5;
    static constexpr double usual_prior = 0.005;

    double k1 = usual_k1;
    double k2 = usual_k2;
    double prior_dlts = usual_prior;
    double prior_no_dlts = usual_prior;
    IntervalOptions interval;
    CommonOptions common;

    friend bool operator==(Tpi const&, Tpi const&) = default;

    void describe(auto& fields)
    {
        fields.field("k1", k1, "how far the interval reaches above the target, in posterior SDs", {.within = bounds::positive});
        fields.field("k2", k2, "how far the interval reaches below the target, in posterior SDs", {.within = bounds::positive});
        fields.field("prior_dlts", prior_dlts, "first parameter of the beta prior", {.within = bounds::positive});
        fields.field("prior_no_dlts", prior_no_dlts, "second parameter of the beta prior", {.within = bounds::positive});
        interval.describe(fields);
        common.describe(fields);
    }

    Faults faults() const { return interval.faults(); }
    IntervalDecider on(DoseLadder const& ladder) const;
};
static_assert(Design<Tpi>);

} // namespace escalon

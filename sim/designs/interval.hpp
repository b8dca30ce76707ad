// What interval designs share: elimination, titration, early stopping, and the MTD by isotonic regression. Each design brings
// the rule for one cell of its decision table.
//
// The conduct follows Liu & Yuan (2015), J R Stat Soc C 64:507, as BOIN 2.7.2 has it: the trial ends the moment the sample size is
// used, and elimination is applied once more when the MTD is named.
#pragma once

#include "sim/designs/beta_posterior.hpp"
#include "sim/designs/decision_table.hpp"
#include "sim/designs/design.hpp"
#include "sim/designs/isotonic.hpp"

#include <functional>
#include <string>

namespace escalon {

/// Options of every interval design.
struct IntervalOptions {
    Fraction cutoff_eli = 0.95;
    int eliminate_from = 3;
    std::optional<int> n_earlystop;
    bool titration = false;
    bool extrasafe = false;
    Fraction offset = 0.05;
    MtdEstimate mtd_estimate = MtdEstimate::isotonic;

    void describe(auto& fields)
    {
        fields.field("cutoff_eli", cutoff_eli, "a level is never given again when P(p > target | data) exceeds it",
                     {.within = bounds::open_fraction});
        fields.field("eliminate_from", eliminate_from, "patients at a level before it can be eliminated",
                     {.within = bounds::at_least(1)});
        fields.field(
            "n_earlystop", n_earlystop,
            "patients at the current level at which the trial stops if the decision is to stay there, or there is nowhere to go",
            {.within = bounds::at_least(1)});
        fields.field("titration", titration, "one patient a level until the first DLT");
        fields.field("extrasafe", extrasafe, "stop when the lowest level exceeds cutoff_eli - offset");
        fields.field("offset", offset, "by how much extrasafe lowers cutoff_eli at the lowest level",
                     {.within = bounds::open_fraction});
        fields.field("mtd_estimate", mtd_estimate,
                     "the MTD is nearest the target by isotonic (y + 0.05)/(n + 0.1), or by isotonic beta means (y + 1)/(n + 2)");
    }

    Faults faults() const;

    friend bool operator==(IntervalOptions const&, IntervalOptions const&) = default;
};

/// What tells one interval design from another.
struct IntervalRule {
    /// Where to go from a level with this tally of at least one patient.
    std::function<Move(Tally)> move;
    /// What the rule sees in it: "0.33 lies between 0.236 and 0.359".
    std::function<std::string(Tally)> words;
    /// Isotonic estimates above it are not named as the MTD.
    std::optional<double> mtd_bound;
    /// Under which a level is eliminated.
    BetaPrior prior{};
    /// Names the MTD below the lowest level that is eliminated, where it is not the one with the nearest estimate.
    struct OwnMtd {
        std::function<std::optional<DoseLevel>(Observed const&, DoseLevel)> choose;
        std::string reason; ///< "is the highest level that was tolerable"
    };
    std::optional<OwnMtd> own_mtd{};
};

class IntervalDecider {
public:
    IntervalDecider(CommonOptions const& common, IntervalOptions const& options, IntervalRule rule, DoseLadder const& ladder);

    Decision decide(Observed const& observed, Wording wording = Wording::sentence) const;
    std::optional<DoseLevel> recommendation(Observed const& observed) const;
    Summary summary(Observed const& observed) const;

private:
    /// The lowest level that is never given again; one above the top if there is none.
    DoseLevel eliminated_from(Observed const& observed) const;
    bool lowest_is_unsafe(Observed const& observed) const;
    /// Whether titration has not yet been ended by a whole cohort.
    bool one_a_level(Observed const& observed) const;
    Decision treat(Observed const& observed, DoseLevel level, std::string why) const;

    IntervalOptions options_;
    IntervalRule rule_;
    DoseLevel start_;
    double target_;
    int cohort_size_;
    int sample_size_;
    DecisionTable table_;
};
static_assert(Decider<IntervalDecider>);

} // namespace escalon

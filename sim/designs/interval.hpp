// What interval designs share: elimination, titration, early stopping, and the MTD by isotonic regression. Each design brings
// the rule for one cell of its decision table.
//
// The conduct follows Liu & Yuan (2015), J R Stat Soc C 64:507, as BOIN 2.7.2 has it: the trial ends the moment the sample size is
// used, and elimination is applied once more when the MTD is named.
#pragma once

#include "sim/designs/beta_posterior.hpp"
#include "sim/designs/decision_table.hpp"
#include "sim/designs/design.hpp"
#include "sim/designs/interim.hpp"
#include "sim/designs/isotonic.hpp"
#include "sim/designs/toxicity_score.hpp"

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
        describe_elimination(fields);
        describe_conduct(fields);
    }

    void describe_elimination(auto& fields)
    {
        fields.field("cutoff_eli", cutoff_eli, "a level is never given again when P(p > target | data) exceeds it",
                     {.within = bounds::open_fraction});
        fields.field("eliminate_from", eliminate_from, "patients at a level before it can be eliminated",
                     {.within = bounds::at_least(1)});
        fields.field("extrasafe", extrasafe, "stop when the lowest level exceeds cutoff_eli - offset");
        fields.field("offset", offset, "by how much extrasafe lowers cutoff_eli at the lowest level",
                     {.within = bounds::open_fraction});
    }

    void describe_conduct(auto& fields)
    {
        fields.field(
            "n_earlystop", n_earlystop,
            "patients at the current level at which the trial stops if the decision is to stay, or there is nowhere to go",
            {.within = bounds::at_least(1)});
        fields.field("titration", titration, "one patient a level until the first DLT");
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
    /// Whether the level is never given again, where the posterior of IntervalOptions does not decide it.
    std::function<bool(Tally)> too_toxic;
    /// The numbers of patients for which there is a decision, in rising order; every number where empty. Between them the
    /// cohort is completed.
    std::vector<int> rows;
    /// What toxicities count as; a DLT is 1 and all else 0 when absent.
    std::optional<ToxicityScore> score;
    /// Names the MTD below the lowest level that is eliminated, where it is not the one with the nearest estimate.
    struct OwnMtd {
        std::function<std::optional<DoseLevel>(Observed const&, DoseLevel)> choose;
        std::string reason; ///< "is the highest level that was tolerable"
    };
    std::optional<OwnMtd> own_mtd{};
    /// How it goes on while patients at the current level are pending; a rule without it knows only complete patients.
    struct Interim {
        std::function<Move(InterimTally const&)> move;
        std::function<std::string(InterimTally const&)> words;
        Fraction max_pending; ///< above this share of the level's patients nobody is treated
    };
    std::optional<Interim> interim{};
};

class IntervalDecider {
public:
    IntervalDecider(CommonOptions const& common, IntervalOptions const& options, IntervalRule rule, DoseLadder const& ladder);

    Decision decide(Observed const& observed, Wording wording = Wording::sentence) const;
    std::optional<DoseLevel> recommendation(Observed const& observed) const;
    Summary summary(Observed const& observed) const;
    void summaries(Observed& observed, std::span<Summary> keys) const;
    Outcomes outcomes() const { return rule_.score ? Outcomes::grades : Outcomes::dlt; }
    bool reads_pending() const { return rule_.interim.has_value(); }

private:
    /// What the rule found, apart from what it makes of it.
    enum class Finding {
        start,
        lowest_too_toxic,
        lowest_unsafe, ///< by the stricter rule of extrasafe
        sample_size_used,
        too_toxic, ///< the current level, or one below it
        titration,
        titration_ends,
        between_rows, ///< the table has no decision for so few patients
        table_ends,
        enough_patients,
        move,
        interim_move,
        interim_enough,          ///< patients at this level
        titration_waits,         ///< for the one patient of a level
        last_patients_wait,      ///< the sample size is used up
        too_many_wait,           ///< at the current level, to decide
        stepping_down_must_wait, ///< at the lowest level
    };
    /// Treats `patients` at the level; where there are none, waits or stops.
    class Step {
    public:
        Step(Finding what, DoseLevel where, int patients, DoseLevel eliminated)
            : finding{what}, limit{eliminated}, treat{Treat::whole(where, patients)}
        {}
        bool waits() const { return finding >= Finding::titration_waits; }
        bool stops() const { return treat.patients == 0 && !waits(); }

        Finding finding;
        DoseLevel limit; ///< the lowest level that is never given again; one above the top if there is none
        Treat treat;     ///< nobody where the trial stops
    };

    /// Where the tally of the current level lies in a summary, if it is there.
    using TallyPlace = std::optional<Summary::Place>;
    /// @param limit the lowest level that is never given again
    Summary summary(Observed const& observed, int limit, TallyPlace& current) const;

    Step step(Observed const& observed) const;
    Step titrate(Observed const& observed, DoseLevel limit) const;
    Step by_table(Observed const& observed, DoseLevel limit) const;
    bool has_pending(Observed const& observed) const { return rule_.interim && !observed.pending().empty(); }
    /// While patients are pending, at the current level or elsewhere.
    Step interim_step(Observed const& observed) const;
    Step interim_step_of(Observed const& observed, InterimTally const& tally, DoseLevel limit) const;
    Decision stop(Observed const& observed, Step const& step) const;
    /// The MTD, of the levels below `limit`.
    std::optional<DoseLevel> named(Observed const& observed, DoseLevel limit) const;

    /// Toxicities of a tally: its DLTs, or the sum of its scores.
    double events(Tally const& tally) const { return rule_.score ? rule_.score->events(tally) : tally.dlts; }
    BetaPosterior posterior(Tally const& tally) const;
    /// Of all who were treated at the level, as if no pending patient had a DLT: so elimination sees them.
    Tally at_best(Observed const& observed, DoseLevel level) const
    {
        return has_pending(observed) ? interim_tally(observed, level).at_best() : observed.tally(level);
    }
    DoseLevel eliminated_from(Observed const& observed) const;
    bool lowest_is_unsafe(Observed const& observed) const;
    /// Whether titration has not yet been ended by a whole cohort.
    bool one_a_level(Observed const& observed) const;
    /// The cohort size, or what the sample size leaves of it.
    int next_cohort(Observed const& observed) const;

    /// "1/3 at 36 mg/m2", "a score of 1.33 in 3 patients at 36 mg/m2"
    std::string seen(Observed const& observed, DoseLevel level) const;
    std::string sentence(Observed const& observed, Step const& step) const;
    std::string of_the_move(Observed const& observed, Step const& step) const;
    std::string of_the_end(Observed const& observed, Step const& step) const;
    std::string of_the_interim(Observed const& observed, Step const& step) const;
    /// "3/3 at 40 mg/m2: P(DLT rate above 0.3) is 0.99"
    std::string too_toxic(Observed const& observed, DoseLevel level) const;

    IntervalOptions options_;
    IntervalRule rule_;
    DoseLevel start_;
    double target_;
    int cohort_size_;
    int sample_size_;
    int levels_;
    int tally_bits_; ///< of a place in the decision table
    int total_bits_; ///< of a number of patients
    int level_bits_; ///< of a level, or of none
    DecisionTable table_;
    IsotonicMtd mtd_;
};
static_assert(Decider<IntervalDecider>);

} // namespace escalon

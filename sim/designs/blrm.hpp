// The Bayesian logistic regression model with overdose control.
//
// Neuenschwander, Branson & Gsponer (2008), Stat Med 27:2420, doi:10.1002/sim.3230. Overdose control: Babb, Rogatko & Zacks
// (1998), Stat Med 17:1103. Mixture priors: Schmidli et al. (2014), Biometrics 70:1023.
#pragma once

#include "sim/designs/design.hpp"
#include "sim/designs/exposure_reading.hpp"
#include "sim/designs/models/dose_toxicity.hpp"
#include "sim/designs/models/exposure_posterior.hpp"
#include "sim/designs/models/two_parameter_fits.hpp"
#include "sim/vocabulary/dose.hpp"

#include <array>

namespace escalon {

/// Which of the levels that overdose control allows is the next.
enum class BlrmNext { highest_target_probability, highest_allowed, nearest_mean };

constexpr auto enum_names(BlrmNext)
{
    return std::array{EnumName<BlrmNext>{BlrmNext::highest_target_probability, "highest_target_probability"},
                      EnumName<BlrmNext>{BlrmNext::highest_allowed, "highest_allowed"},
                      EnumName<BlrmNext>{BlrmNext::nearest_mean, "nearest_mean"}};
}

/// Among which levels the MTD is chosen, by the rule that chooses the next level.
enum class MtdAmong { tried, allowed };

constexpr auto enum_names(MtdAmong)
{
    return std::array{EnumName<MtdAmong>{MtdAmong::tried, "tried"}, EnumName<MtdAmong>{MtdAmong::allowed, "allowed"}};
}

/// One component of a mixture prior.
struct BlrmPrior {
    double weight = 1;
    std::vector<double> mean;
    std::vector<double> sd;
    double corr = 0;

    void describe(auto& fields)
    {
        fields.field("weight", weight, "prior probability of the component; all of them sum to 1",
                     {.within = bounds::positive, .presence = Presence::required});
        fields.field("mean", mean, "[log_alpha, log_beta]", {.presence = Presence::required});
        fields.field("sd", sd, "[log_alpha, log_beta]", {.within = bounds::positive, .presence = Presence::required});
        fields.field("corr", corr, "correlation of log_alpha and log_beta");
    }
    Faults faults() const;

    friend bool operator==(BlrmPrior const&, BlrmPrior const&) = default;
};

/// Patients of an earlier trial at one dose.
struct HistoricalTally {
    Dose dose;
    int patients = 0;
    int dlts = 0;
    int trial = 1;

    void describe(auto& fields)
    {
        fields.field("dose", dose, "dose of the earlier trial", {.presence = Presence::required});
        fields.field("patients", patients, "its evaluable patients",
                     {.within = bounds::at_least(1), .presence = Presence::required});
        fields.field("dlts", dlts, "how many of them had a DLT",
                     {.within = bounds::not_negative, .presence = Presence::required});
        fields.field("trial", trial, "tells several earlier trials apart", {.within = bounds::at_least(1)});
    }
    Faults faults() const;

    friend bool operator==(HistoricalTally const&, HistoricalTally const&) = default;
};

class BlrmDecider;

struct Blrm {
    static constexpr std::string_view name = "blrm";
    static constexpr std::string_view about =
        "Bayesian logistic regression with overdose control: the level most likely in the target interval, among the safe ones";
    static constexpr std::string_view reference = "Neuenschwander, Branson & Gsponer 2008, Stat Med 27:2420";

    std::optional<Dose> ref_dose;
    std::optional<ExposureReading> exposure;
    std::vector<double> prior_mean{-0.6931471805599453, 0}; // log_alpha: odds of 1/2, a DLT rate of 1/3 at the reference dose
    std::vector<double> prior_sd{2, 1};                     // Neuenschwander et al. 2015, weakly informative
    double prior_corr = 0;
    std::vector<BlrmPrior> priors;
    std::vector<HistoricalTally> historical;
    std::vector<double> between_trials{0.5, 0.25}; // Neuenschwander et al. 2015: substantial and moderate heterogeneity
    Fraction robust_weight = 0.2;
    std::vector<Fraction> intervals{0.20, 0.35, 0.60};
    Fraction ewoc = 0.25;
    BlrmNext next = BlrmNext::highest_target_probability;
    bool no_skipping = true;
    MtdAmong mtd_among = MtdAmong::tried;
    std::optional<Fraction> enough_probability;
    int enough_patients = 6;
    CommonOptions common;

    friend bool operator==(Blrm const&, Blrm const&) = default;

    void describe(auto& fields)
    {
        fields.field("ref_dose", ref_dose,
                     "dose at which the odds of a DLT are alpha; the level in the middle of the ladder when absent");
        fields.field("exposure", exposure, "exposure in place of dose, of levels or of each patient");
        fields.field("prior_mean", prior_mean, "[log_alpha, log_beta], mean of the normal prior");
        fields.field("prior_sd", prior_sd, "[log_alpha, log_beta], SDs of the normal prior", {.within = bounds::positive});
        fields.field("prior_corr", prior_corr, "correlation of log_alpha and log_beta in the normal prior");
        fields.field("priors", priors, "components of a mixture prior, instead of the one normal prior");
        fields.field("historical", historical,
                     "outcomes of earlier trials, which make an informative prior; the normal prior is then that of the trials' "
                     "common mean");
        fields.field("between_trials", between_trials, "[log_alpha, log_beta], SDs between trials about their common mean",
                     {.within = bounds::not_negative});
        fields.field("robust_weight", robust_weight, "weight of the normal prior beside the one from earlier trials",
                     {.within = bounds::fraction});
        fields.field("intervals", intervals,
                     "DLT rates that part underdosing, target, overdosing and, with three, excessive toxicity",
                     {.within = bounds::open_fraction});
        fields.field("ewoc", ewoc, "a level is allowed while P(overdosing or excessive toxicity) is below it",
                     {.within = bounds::open_fraction});
        fields.field("next", next, "which of the allowed levels is the next");
        fields.field("no_skipping", no_skipping, "the next level is at most one above the highest level tried");
        fields.field("mtd_among", mtd_among,
                     "whether the MTD is one of the levels tried, or any level that could be treated next");
        fields.field("enough_probability", enough_probability,
                     "stop when the next level has enough patients and is in the target interval with this probability",
                     {.within = bounds::open_fraction});
        fields.field("enough_patients", enough_patients, "patients at the level before enough_probability may stop the trial",
                     {.within = bounds::at_least(1)});
        common.describe(fields);
    }

    Faults faults() const;
    /// What does not fit the ladder.
    Faults faults_on(DoseLadder const& ladder) const;
    BlrmDecider on(DoseLadder const& ladder) const;

    TwoParameterModel model(DoseLadder const& ladder) const;
    /// Only of a design that reads each patient's exposure, and whose typical exposures are known.
    ExposureModel exposure_model(DoseLadder const& ladder) const;

    std::optional<ExposureMetric> exposure_read() const
    {
        return exposure && exposure->reads_patients() ? std::optional{exposure->metric} : std::nullopt;
    }
};

class BlrmDecider {
public:
    BlrmDecider(Blrm const& options, DoseLadder const& ladder);

    Decision decide(Observed const& observed, Wording wording = Wording::sentence) const;
    std::optional<DoseLevel> recommendation(Observed const& observed) const;
    Summary summary(Observed const& observed) const;
    std::optional<DoseToxicityPosterior> posterior(Observed const& observed) const;
    std::optional<ExposureMetric> exposure() const { return options_.exposure_read(); }

private:
    /// The level to be treated or named, and what speaks for it.
    struct Choice {
        DoseLevel level;
        double target_probability = 0;
    };

    /// Of patients' own exposures, as quick fits by dose have it.
    class PatientFit;

    /// Calls use(fit) with the fit that the options ask for.
    auto with_fit(Observed const& observed, auto const& use) const;
    Decision decide_by(auto& fit, Observed const& observed, Wording wording) const;
    /// @param fit a TwoParameterPosterior or an ExposurePosterior
    DoseToxicityPosterior shown(auto& fit, Observed const& observed) const;

    /// One above the highest level that may be treated next.
    DoseLevel reach(Observed const& observed) const;
    /// The lowest level below `limit` that overdose control forbids, or `limit`.
    DoseLevel allowed_below(auto& fit, DoseLevel limit) const;
    /// The best of the levels below `limit`; none if there are none.
    std::optional<Choice> best_below(auto& fit, DoseLevel limit) const;
    /// One above the highest level that the MTD may be.
    DoseLevel nameable_below(Observed const& observed, DoseLevel allowed) const;
    std::optional<Choice> named(auto& fit, Observed const& observed, DoseLevel allowed) const;
    /// Patients of the next cohort; none once the sample size is used up.
    int next_cohort(Observed const& observed) const;
    bool enough(Observed const& observed, Choice const& choice) const;

    /// A level with what a glance tells of it.
    struct Glimpsed {
        DoseLevel level;
        Estimate target_probability;
    };
    /// The same from a first look at the posterior; nothing where its errors leave them open.
    std::optional<Decision> at_a_glance(Observed const& observed) const;
    std::optional<DoseLevel> allowed_below(TwoParameterFits::Glance const& glance, DoseLevel limit, DoseLevel start) const;
    std::optional<Glimpsed> best_below(TwoParameterFits::Glance const& glance, DoseLevel limit) const;

    /// "P(DLT rate above 0.35) at 40 mg/m2 is 0.31, not below 0.25"
    std::string forbidden(auto& fit, Observed const& observed, DoseLevel level) const;
    /// "30 mg/m2 has the highest probability of a DLT rate within 0.2 to 0.35, 0.41, among the levels ..."
    std::string praise(auto& fit, Observed const& observed, Choice const& choice, DoseLevel allowed) const;
    std::string of_the_move(auto& fit, Observed const& observed, Choice const& choice, DoseLevel allowed) const;

    Blrm options_;
    DoseLevel start_;
    TwoParameterFits fits_;
    std::optional<ExposureModel> exposures_; ///< where each patient's exposure is read
    int tally_bits_;
    int level_bits_;
};
static_assert(Decider<BlrmDecider>);
static_assert(Design<Blrm>);

} // namespace escalon

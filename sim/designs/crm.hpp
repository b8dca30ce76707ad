// The continual reassessment method: a model of the whole dose-toxicity curve names the level nearest the target.
//
// O'Quigley, Pepe & Fisher (1990), Biometrics 46:33; Goodman, Zahurak & Piantadosi (1995), Stat Med 14:1149, for what practice
// added; Cheung (2011), Dose Finding by the Continual Reassessment Method; as dfcrm 0.2-2.1 has it where options do not say otherwise,
// and with two parameters as trialr 0.1.6 has it.
#pragma once

#include "sim/designs/design.hpp"
#include "sim/designs/interim.hpp"
#include "sim/designs/models/crm_model.hpp"
#include "sim/designs/models/dose_toxicity.hpp"
#include "sim/designs/models/one_parameter.hpp"

#include <array>
#include <string>

namespace escalon {

class CrmDecider;

struct Crm {
    static constexpr std::string_view name = "crm";
    static constexpr std::string_view about =
        "continual reassessment method: the level whose modelled DLT probability is nearest the target";
    static constexpr std::string_view reference =
        "O'Quigley, Pepe & Fisher 1990, Biometrics 46:33; Goodman et al. 1995, Stat Med 14:1149; Cheung 2011";
    static constexpr double usual_prior_sd = 1.1575836902790226; // sqrt(1.34): O'Quigley & Shen 1996, Biometrics 52:673
    static constexpr double usual_half_width = 0.25;             // of the target: Cheung 2013, Clin Trials 10:852
    static constexpr double usual_intercept_sd = 2;              // Neuenschwander et al. 2015, weakly informative

    WorkingModel model = WorkingModel::empiric;
    std::vector<Fraction> skeleton;
    std::optional<Fraction> half_width;
    std::optional<int> prior_mtd;
    double prior_sd = usual_prior_sd;
    std::optional<double> intercept;
    std::optional<double> intercept_sd;
    std::optional<CrmEstimate> estimate;
    Fraction quantile = 0.5;
    bool restrict = true;
    std::optional<bool> no_skipping;
    std::optional<bool> coherent;
    std::vector<int> initial;
    std::optional<int> initial_cohort_size;
    std::optional<Fraction> too_toxic_certainty;
    std::optional<Fraction> too_toxic_limit;
    CommonOptions common;

    friend bool operator==(Crm const&, Crm const&) = default;

    void describe(auto& fields)
    {
        fields.field("model", model,
                     "P(DLT) at a level: skeleton^exp(beta); logit p = intercept + exp(beta) x; or that with a second parameter, "
                     "alpha, in place of the intercept");
        fields.field("skeleton", skeleton, "P(DLT) at each level as foreseen, rising; from half_width and prior_mtd when absent",
                     {.within = bounds::open_fraction});
        fields.field("half_width", half_width,
                     "the skeleton's indifference interval is target -+ half_width; a quarter of the target when absent",
                     {.within = bounds::open_fraction});
        fields.field("prior_mtd", prior_mtd,
                     "level foreseen to be the MTD, counted from 1; the middle one, or the upper of two, when absent",
                     {.within = bounds::at_least(1)});
        fields.field("prior_sd", prior_sd, "standard deviation of beta, whose prior mean is 0", {.within = bounds::positive});
        fields.field("intercept", intercept,
                     "of the logistic model, 3 when absent; the prior mean of alpha of logistic2, 0 when absent");
        fields.field("intercept_sd", intercept_sd, "standard deviation of alpha, for model: logistic2; 2 when absent",
                     {.within = bounds::positive});
        fields.field("estimate", estimate,
                     "held against the target: P(DLT) at the posterior mean of the parameters, its posterior mean, its posterior "
                     "quantile, or by maximum likelihood; plug_in when absent, posterior for logistic2");
        fields.field("quantile", quantile, "which posterior quantile of P(DLT), for estimate: quantile",
                     {.within = bounds::open_fraction});
        fields.field("restrict", restrict, "both restrictions of dfcrm: no_skipping and coherent, unless they say otherwise");
        fields.field("no_skipping", no_skipping, "at most one level up at a time; as restrict when absent");
        fields.field("coherent", coherent,
                     "no step up when the last cohort's DLT rate reaches the target; as restrict when absent");
        fields.field("initial", initial, "levels of the first cohorts until the first DLT, counted from 1; the model follows",
                     {.within = bounds::at_least(1)});
        fields.field("initial_cohort_size", initial_cohort_size, "patients in each of these cohorts; cohort_size when absent",
                     {.within = bounds::at_least(1)});
        fields.field("too_toxic_certainty", too_toxic_certainty,
                     "stop without a level when P(p > limit | data) of the lowest level exceeds it; never when absent",
                     {.within = bounds::open_fraction});
        fields.field("too_toxic_limit", too_toxic_limit, "the limit of that rule; the target when absent",
                     {.within = bounds::open_fraction});
        common.describe(fields);
    }

    Faults faults() const;
    /// What does not fit the ladder.
    Faults faults_on(DoseLadder const& ladder) const;
    /// @throws std::invalid_argument when the options do not fit the ladder
    CrmDecider on(DoseLadder const& ladder) const;

    bool never_skips() const { return no_skipping.value_or(restrict); }
    bool is_coherent() const { return coherent.value_or(restrict); }
    bool has_two_parameters() const { return model == WorkingModel::logistic2; }
    /// The intercept of the logistic model, or the prior mean of alpha.
    double alpha() const { return intercept.value_or(has_two_parameters() ? 0 : OneParameterCurves::usual_intercept); }
    /// What is held against the target.
    CrmEstimate estimated() const
    {
        return estimate.value_or(has_two_parameters() ? CrmEstimate::posterior : CrmEstimate::plug_in);
    }
    /// The calibration that stands for an absent skeleton. With two parameters it is that of the logistic model with its usual
    /// intercept, wherever the prior of alpha lies.
    SkeletonCalibration calibration(int levels) const;
    /// P(DLT) at each level as foreseen.
    std::vector<double> foreseen(int levels) const;
    /// @throws std::invalid_argument when the model has two parameters
    OneParameterCurves curves(int levels) const;
    /// @param weights of pending patients, where they are looked at
    /// @throws std::invalid_argument when the model has two parameters and there are weights
    CrmModel working_model(int levels, std::optional<FollowUpWeights> weights = std::nullopt) const;
};

/// What a CRM makes of pending patients.
struct CrmInterim {
    FollowUpWeights weights = FollowUpWeights::uniform;
    std::optional<Fraction> max_pending; ///< nobody is treated while more of the level's patients are pending
};

class CrmDecider {
public:
    /// @param interim absent where only complete patients are known
    CrmDecider(Crm const& options, DoseLadder const& ladder, std::optional<CrmInterim> interim = std::nullopt);

    Decision decide(Observed const& observed, Wording wording = Wording::sentence) const;
    std::optional<DoseLevel> recommendation(Observed const& observed) const;
    Summary summary(Observed const& observed) const;
    /// What the model believes after what was observed.
    std::optional<DoseToxicityPosterior> posterior(Observed const& observed) const;
    bool reads_pending() const { return interim_.has_value(); }

private:
    enum class Finding {
        start,
        initial_stage,
        too_toxic,
        sample_size_used,
        model,
        initial_stage_waits, ///< for the end of the DLT windows, to step up
        last_patients_wait,  ///< the sample size is used up
        too_many_wait,       ///< at the current level, to go on
    };
    struct Step {
        Finding finding = Finding::start;
        DoseLevel level;   ///< treated next, or named
        int patients = 0;  ///< 0 ends the trial, or waits
        DoseLevel nearest; ///< what the model says

        bool waits() const { return finding >= Finding::initial_stage_waits; }
    };

    Step step(Observed const& observed) const;
    bool in_initial_stage(Observed const& observed) const;
    Step initial_step(Observed const& observed) const;
    bool has_pending(Observed const& observed) const { return interim_ && !observed.pending().empty(); }
    /// All who were treated, pending or not.
    int patients(Observed const& observed) const { return interim_ ? treated(observed) : observed.total().patients; }
    bool too_many_wait(Observed const& observed) const;
    /// The last cohort with its pending patients.
    Cohort last_cohort(Observed const& observed) const;
    /// The restrictions allow no level above it.
    DoseLevel highest_allowed(Observed const& observed) const;
    bool last_cohort_forbids(Observed const& observed) const;
    int next_cohort(Observed const& observed, int size) const;

    std::string sentence(Observed const& observed, Step const& step) const;
    std::string of_the_model(Observed const& observed, Step const& step) const;
    /// "the estimate at 40 mg/m2, 0.27, is nearest the target of 0.25"
    std::string nearest_words(Observed const& observed, DoseLevel level) const;
    std::optional<std::string> forbidden(Observed const& observed, DoseLevel level) const;

    std::string of_the_wait(Observed const& observed, Step const& step) const;

    Crm options_;
    std::optional<CrmInterim> interim_;
    DoseLevel start_;
    double target_;
    int cohort_size_;
    int initial_cohort_size_;
    int sample_size_;
    int levels_;
    int tally_bits_;
    int place_bits_; ///< of a level allowed, or of a place in the initial stage
    CrmModel model_;
};
static_assert(Design<Crm> && Decider<CrmDecider>);

} // namespace escalon

// The skeleton of a CRM, mostly of one with one parameter: the curves through it, its calibration, and what a skeleton and a target
// promise.
//
// O'Quigley, Pepe & Fisher (1990), Biometrics 46:33. Lee & Cheung (2009), Clin Trials 6:227: skeletons from indifference
// intervals. Cheung & Chappell (2002), Biometrics 58:671: model sensitivity. Cheung (2013), Clin Trials 10:852: sample size.
#pragma once

#include "pk_models/fields.hpp"

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace escalon {

/// How P(DLT) at a level follows from its skeleton and the parameters.
enum class WorkingModel {
    empiric,   ///< skeleton^exp(beta)
    logistic,  ///< logit p = intercept + exp(beta) x, with x such that beta = 0 gives the skeleton
    logistic2, ///< logit p = alpha + exp(beta) x: two parameters, of which the curves and calibrations below know nothing
};

constexpr auto enum_names(WorkingModel)
{
    return std::array{EnumName<WorkingModel>{WorkingModel::empiric, "empiric"},
                      EnumName<WorkingModel>{WorkingModel::logistic, "logistic"},
                      EnumName<WorkingModel>{WorkingModel::logistic2, "logistic2"}};
}

/// The curves of a one-parameter model, one for each beta; P(DLT) falls as beta rises. At beta = 0 they meet the skeleton.
class OneParameterCurves {
public:
    static constexpr double usual_intercept = 3; // Cheung 2011, Dose Finding by the Continual Reassessment Method

    /// @param skeleton strictly increasing within (0, 1), and below expit(intercept) for the logistic model
    /// @throws std::invalid_argument otherwise, and for a model with two parameters
    OneParameterCurves(WorkingModel model, std::vector<double> skeleton, double intercept = usual_intercept);

    WorkingModel model() const { return model_; }
    double intercept() const { return intercept_; }
    std::span<double const> skeleton() const { return skeleton_; }
    std::size_t levels() const { return skeleton_.size(); }

    double probability(std::size_t level, double beta) const;
    double log_probability(std::size_t level, double beta) const;
    /// log P(no DLT)
    double log_complement(std::size_t level, double beta) const;

    /// What one patient adds to the slope of the log likelihood in beta.
    struct Scores {
        double dlt = 0;
        double no_dlt = 0;
    };
    Scores scores(std::size_t level, double beta) const;
    /// Fisher information on beta from one patient.
    double information(std::size_t level, double beta) const;

    /// Where the level's P(DLT) has this value, which lies below all that the model can have.
    double beta_at(std::size_t level, double probability) const;
    /// The highest P(DLT) that the model can have.
    double ceiling() const;

    /// The betas at which two neighbouring levels are equally far from the target, one below and one above: between the k-th
    /// and the next, level k+1 is nearest. They rise.
    std::vector<double> cuts(double target) const;

private:
    /// -log(p) of the empiric model, logit(p) of the logistic one.
    double position(std::size_t level, double beta) const;

    WorkingModel model_;
    std::vector<double> skeleton_;
    double intercept_;
    std::vector<double> scaled_doses_; ///< log(skeleton), or logit(skeleton) - intercept: all negative
};

/// The skeleton under which each level is the MTD on an indifference interval of target -+ half_width: dfcrm's getprior. The model
/// has one parameter.
struct SkeletonCalibration {
    double half_width = 0;
    double target = 0;
    int prior_mtd = 1; ///< the level whose P(DLT) is the target, counted from 1
    int levels = 1;
    WorkingModel model = WorkingModel::empiric;
    double intercept = OneParameterCurves::usual_intercept;

    Faults faults() const;
    /// @throws std::invalid_argument when there are faults
    std::vector<double> skeleton() const;
};

/// What Cheung & Chappell (2002) ask of a skeleton, level by level.
struct LevelSensitivity {
    double beta_from = 0; ///< the level is nearest the target for beta between both
    double beta_to = 0;
    /// The level is chosen in the long run if the level below has a P(DLT) under `low` and the level above one over `high`.
    std::optional<double> low;  ///< none for the lowest level
    std::optional<double> high; ///< none for the highest level
};

/// Model sensitivity of a skeleton of at least two levels. The lowest beta_from is the lesser of -5 and the beta at which the
/// lowest level's P(DLT) lies midway between target and 1; the highest beta_to is the greater of 5 and the one at which the
/// highest level has half the target.
std::vector<LevelSensitivity> model_sensitivity(OneParameterCurves const& curves, double target);

/// How many patients a CRM needs to find the MTD with a wanted probability: a regression on the nonparametric optimal design.
struct SampleSizeQuestion {
    double accuracy = 0.5; ///< average probability of selecting the MTD
    double target = 0.25;
    int levels = 5;
    double odds_ratio = 2; ///< between neighbouring levels
    bool continuity = true;

    Faults faults() const;
};
struct SampleSize {
    int patients = 0;
    double crm = 0;            ///< before it is rounded up
    double optimal = 0;        ///< of the nonparametric optimal design, likewise
    bool extrapolated = false; ///< outside of what the regression was made from
};
/// @throws std::invalid_argument when there are faults
SampleSize sample_size_for(SampleSizeQuestion const& question);

} // namespace escalon

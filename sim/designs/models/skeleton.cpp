#include "sim/designs/models/skeleton.hpp"

#include "pk_models/units.hpp"

#include <boost/math/distributions/normal.hpp>
#include <boost/math/tools/roots.hpp>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace escalon {
namespace {

double log_odds(double p) { return std::log(p / (1 - p)); }

double expit(double x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); }

/// log(expit(x))
double log_expit(double x) { return x < 0 ? x - std::log1p(std::exp(x)) : -std::log1p(std::exp(-x)); }

void require(Faults const& faults)
{
    if (!faults.empty())
        throw std::invalid_argument(faults.front().field + ": " + faults.front().problem);
}

/// Where a falling function is zero.
template <class Function>
double root_of_falling(Function const& function, double low, double high)
{
    std::uintmax_t steps = 200;
    auto const found = boost::math::tools::toms748_solve(function, low, high, boost::math::tools::eps_tolerance<double>(), steps);
    return (found.first + found.second) / 2;
}

} // namespace

OneParameterCurves::OneParameterCurves(WorkingModel model, std::vector<double> skeleton, double intercept)
    : model_{model}, skeleton_{std::move(skeleton)}, intercept_{intercept}
{
    if (model_ == WorkingModel::logistic2)
        throw std::invalid_argument("a curve of logistic2 needs alpha as well as beta");
    double last = 0;
    for (double const p : skeleton_) {
        if (!(p > last) || !(p < ceiling()))
            throw std::invalid_argument("a skeleton rises strictly within (0, " + shortest(ceiling()) + ")");
        scaled_doses_.push_back(model_ == WorkingModel::empiric ? std::log(p) : log_odds(p) - intercept_);
        last = p;
    }
}

double OneParameterCurves::ceiling() const { return model_ == WorkingModel::empiric ? 1 : expit(intercept_); }

double OneParameterCurves::position(std::size_t level, double beta) const
{
    double const scaled = std::exp(beta) * scaled_doses_[level];
    return model_ == WorkingModel::empiric ? -scaled : intercept_ + scaled;
}

double OneParameterCurves::probability(std::size_t level, double beta) const
{
    double const at = position(level, beta);
    return model_ == WorkingModel::empiric ? std::exp(-at) : expit(at);
}

double OneParameterCurves::log_probability(std::size_t level, double beta) const
{
    double const at = position(level, beta);
    return model_ == WorkingModel::empiric ? -at : log_expit(at);
}

double OneParameterCurves::log_complement(std::size_t level, double beta) const
{
    double const at = position(level, beta);
    return model_ == WorkingModel::empiric ? std::log(-std::expm1(-at)) : log_expit(-at);
}

OneParameterCurves::Scores OneParameterCurves::scores(std::size_t level, double beta) const
{
    double const at = position(level, beta);
    if (model_ == WorkingModel::empiric) {
        // d log p/d beta = log p; d log(1 - p)/d beta = -p log p/(1 - p), which is 1 where p = 1
        double const over_complement = at == 0 ? 1 : at / std::expm1(at);
        return {-at, over_complement};
    }
    double const scaled = at - intercept_;
    return {scaled * expit(-at), -scaled * expit(at)};
}

double OneParameterCurves::information(std::size_t level, double beta) const
{
    auto const score = scores(level, beta);
    return -score.dlt * score.no_dlt; // p s^2 + (1 - p) t^2 with p s + (1 - p) t = 0
}

double OneParameterCurves::beta_at(std::size_t level, double probability) const
{
    double const scaled = model_ == WorkingModel::empiric ? std::log(probability) : log_odds(probability) - intercept_;
    return std::log(scaled / scaled_doses_[level]);
}

std::vector<double> OneParameterCurves::cuts(double target) const
{
    std::vector<double> found;
    for (std::size_t level = 0; level + 1 < levels(); ++level) {
        auto const excess = [&](double beta) { return probability(level, beta) + probability(level + 1, beta) - 2 * target; };
        // where one of them meets the target the other lies on the other side of the sum
        found.push_back(root_of_falling(excess, beta_at(level, target), beta_at(level + 1, target)));
    }
    return found;
}

Faults SkeletonCalibration::faults() const
{
    Faults found;
    auto const interval = shortest(target) + " -+ " + shortest(half_width);
    if (model == WorkingModel::logistic2)
        found.push_back({"model", "two parameters name no one curve on which neighbours meet the ends of " + interval,
                         "calibrate with model: logistic"});
    if (!(half_width > 0) || !(target - half_width > 0) || !(target + half_width < 1))
        found.push_back({"half_width", "the indifference interval " + interval + " leaves (0, 1)",
                         "half_width is above 0 and below the target; a quarter of the target is usual"});
    else if (model == WorkingModel::logistic && !(log_odds(target + half_width) < intercept))
        found.push_back({"intercept",
                         "the model never reaches " + shortest(target + half_width) + ", the upper end of " + interval,
                         "raise intercept above " + shortest(std::ceil(log_odds(target + half_width))) + "; 3 is usual"});
    if (prior_mtd < 1 || prior_mtd > levels)
        found.push_back({"prior_mtd", "level " + std::to_string(prior_mtd) + " is not on the ladder",
                         "levels count from 1 to " + std::to_string(levels)});
    return found;
}

std::vector<double> SkeletonCalibration::skeleton() const
{
    require(faults());
    bool const empiric = model == WorkingModel::empiric;
    auto const scaled = [&](double p) { return empiric ? std::log(p) : log_odds(p) - intercept; };
    // equations (4) and (5) of Lee & Cheung: neighbours meet both ends of the interval at one beta
    double const ratio = scaled(target - half_width) / scaled(target + half_width);
    std::vector<double> found;
    for (int level = 1; level <= levels; ++level) {
        double const dose = scaled(target) * std::pow(ratio, prior_mtd - level);
        found.push_back(empiric ? std::exp(dose) : expit(intercept + dose));
    }
    return found;
}

std::vector<LevelSensitivity> model_sensitivity(OneParameterCurves const& curves, double target)
{
    constexpr double usual_reach = 5; // of beta, as dfcrm has it
    auto const cuts = curves.cuts(target);
    auto const top = curves.levels() - 1;
    double lowest = -usual_reach;
    if (double const midway = (1 + target) / 2; midway < curves.ceiling())
        lowest = std::min(lowest, curves.beta_at(0, midway));
    std::vector<LevelSensitivity> found;
    for (std::size_t level = 0; level <= top; ++level) {
        LevelSensitivity one;
        one.beta_from = level == 0 ? lowest : cuts[level - 1];
        one.beta_to = level == top ? std::max(usual_reach, curves.beta_at(top, target / 2)) : cuts[level];
        if (level > 0)
            one.low = curves.probability(level - 1, one.beta_from);
        if (level < top)
            one.high = curves.probability(level + 1, one.beta_to);
        found.push_back(one);
    }
    return found;
}

Faults SampleSizeQuestion::faults() const
{
    Faults found;
    if (levels < 2)
        found.push_back({"levels", "one level leaves nothing to find", "give at least two levels"});
    if (!(target > 0 && target < 1))
        found.push_back({"target", "the target leaves (0, 1)", "rates are fractions: 30 % is 0.30"});
    if (!(odds_ratio > 1))
        found.push_back({"odds_ratio", "neighbouring levels do not differ", "the odds ratio is above 1; 1.5 to 2.5 are usual"});
    if (levels >= 2 && !(accuracy > 1.0 / levels && accuracy < 1))
        found.push_back({"accuracy", "guessing is right as often", "accuracy lies between 1/levels and 1"});
    return found;
}

namespace {

/// Patients with whom the nonparametric optimal design names the MTD with this probability, by a normal approximation to the
/// observed rates at the MTD and its neighbours.
class OptimalDesign {
public:
    OptimalDesign(double target, int levels, double odds_ratio) : target_{target}, levels_{static_cast<double>(levels)}
    {
        below_ = target / (target + odds_ratio * (1 - target));
        above_ = target * odds_ratio / (1 - target + target * odds_ratio);
        // a patient who has a DLT at a level has one at all higher levels
        sd_below_ = std::sqrt(target * (1 - target) + below_ * (1 - below_) + 2 * below_ * (1 - target));
        sd_above_ = std::sqrt(target * (1 - target) + above_ * (1 - above_) + 2 * target * (1 - above_));
    }

    double patients(double accuracy, bool continuity) const
    {
        boost::math::normal const normal;
        double const tail = 1 - levels_ * (1 - accuracy) / 2 / (levels_ - 1);
        double correction = 0;
        if (continuity) {
            double n = 1;
            while (1 / levels_ + (1 - 1 / levels_) * (2 * boost::math::cdf(normal, std::sqrt(n) * effect(0.5 / n)) - 1) <
                   accuracy)
                ++n;
            correction = 0.5 / n; // half a patient
        }
        return std::pow(boost::math::quantile(normal, tail) / effect(correction), 2);
    }

private:
    double effect(double correction) const
    {
        return ((target_ - below_ + correction) / sd_below_ + (above_ - target_ - correction) / sd_above_) / 2;
    }

    double target_;
    double levels_;
    double below_;
    double above_;
    double sd_below_;
    double sd_above_;
};

} // namespace

SampleSize sample_size_for(SampleSizeQuestion const& question)
{
    require(question.faults());
    // the regression of Cheung (2013): logit of the CRM's accuracy on that of the optimal design, levels and odds ratio
    constexpr double constant = 2.26;
    constexpr double by_levels_squared = 0.00235;
    constexpr double by_odds_ratio = 0.7;
    constexpr double by_inverse_odds_ratio = 1.903;
    constexpr double by_logit = 0.854;
    double const k = question.levels;
    double const needed = expit((log_odds(question.accuracy) - constant + by_levels_squared * k * k +
                                 by_odds_ratio * question.odds_ratio + by_inverse_odds_ratio / question.odds_ratio) /
                                by_logit);
    OptimalDesign const optimal{question.target, question.levels, question.odds_ratio};
    SampleSize found;
    found.crm = optimal.patients(needed, question.continuity);
    found.optimal = optimal.patients(question.accuracy, question.continuity);
    found.patients = static_cast<int>(std::ceil(found.crm));
    constexpr double most_patients = 40;
    found.extrapolated = question.target < 0.1 || question.target > 0.3 || question.levels < 4 || question.levels > 8 ||
                         question.odds_ratio < 1.25 || question.odds_ratio > 2.5 || found.crm > most_patients;
    return found;
}

} // namespace escalon

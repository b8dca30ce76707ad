#include "sim/designs/models/two_parameter.hpp"

#include "sim/designs/models/logistic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

namespace escalon {
namespace {

constexpr double negligible_log = 40; // exp(-40) = 4e-18
constexpr double prior_reach = 9.5;   // SDs: the density falls to 3e-20 of its peak
constexpr double steps_in_sd = 3;     // first guess of the step along log_alpha
constexpr double settled = 1e-8;      // half of the nodes, to this: the spectrum of all of them is far smaller
constexpr int most_halvings = 8;

} // namespace

/// One normal component of the prior with the outcomes: rows over log_beta.
class TwoParameterPosterior::Component {
public:
    Component(BivariateNormal const& prior, std::span<double const> covariates, std::span<OutcomesAtLevel const> outcomes)
        : prior_{prior}, covariates_{covariates}, conditional_sd_{prior.sd[0] * std::sqrt((1 - prior.corr) * (1 + prior.corr))}
    {
        for (auto const& seen : outcomes) {
            if (!(seen.patients > 0))
                continue;
            doses_.push_back({covariates[index(seen.level)], seen.patients, seen.dlts});
            patients_ += seen.patients;
            dlts_ += seen.dlts;
        }
        integrate();
    }

    /// Each row's masses in units of exp(scale); the steps along log_beta are in them.
    std::vector<PosteriorRow>& rows() { return rows_; }
    double scale() const { return scale_; }
    double total() const { return total_; }

private:
    struct Dosed {
        double covariate;
        double patients;
        double dlts;
    };
    /// Where the density along log_alpha is highest, at one log_beta.
    struct Peak {
        double log_alpha = 0;
        double log_density = 0;
        double sd = 1; ///< from the curvature
    };
    struct Stretch {
        double low = 0;
        double high = 0;
    };

    double conditional_mean(double log_beta) const
    {
        return prior_.mean[0] + prior_.corr * prior_.sd[0] / prior_.sd[1] * (log_beta - prior_.mean[1]);
    }

    double log_density(double log_alpha, double log_beta, double slope) const
    {
        double const z = (log_beta - prior_.mean[1]) / prior_.sd[1];
        double const u = (log_alpha - conditional_mean(log_beta)) / conditional_sd_;
        double sum = -0.5 * (z * z + u * u) - std::log(2 * std::numbers::pi * prior_.sd[1] * conditional_sd_);
        for (auto const& dosed : doses_) {
            double const logit_rate = log_alpha + slope * dosed.covariate;
            sum -= dosed.dlts * softplus(-logit_rate) + (dosed.patients - dosed.dlts) * softplus(logit_rate);
        }
        return sum;
    }

    /// The density along log_alpha is log-concave, and its peak lies where the prior allows all of the outcomes to pull it.
    Peak peak(double log_beta) const
    {
        double const slope = std::exp(log_beta);
        double const center = conditional_mean(log_beta);
        double const variance = conditional_sd_ * conditional_sd_;
        double low = center + variance * (dlts_ - patients_);
        double high = center + variance * dlts_;
        double at = std::clamp(center, low, high);
        double curvature = 1 / variance;
        constexpr int most_steps = 200;
        double last_step = high - low;
        for (int i = 0; i < most_steps; ++i) {
            double gradient = dlts_ - (at - center) / variance;
            curvature = 1 / variance;
            for (auto const& dosed : doses_) {
                double const p = logistic(at + slope * dosed.covariate);
                gradient -= dosed.patients * p;
                curvature += dosed.patients * p * (1 - p);
            }
            (gradient > 0 ? low : high) = at;
            constexpr double close_enough = 1e-9; // of the SD
            double step = gradient / curvature;
            bool const close = std::abs(step) < close_enough / std::sqrt(curvature);
            // where P(DLT) is 0 at one end and 1 at the other, Newton's steps would lead to and fro between them
            if (!close && (!(at + step >= low && at + step <= high) || std::abs(step) > last_step / 2))
                step = std::midpoint(low, high) - at;
            at += step;
            last_step = std::abs(step);
            if (close)
                break;
        }
        return {at, log_density(at, log_beta, slope), 1 / std::sqrt(curvature)};
    }

    /// log of the density along log_beta, as far as the peaks tell it.
    double height(double log_beta) const
    {
        auto const top = peak(log_beta);
        return top.log_density + std::log(top.sd);
    }

    /// The stretch of log_beta outside which nothing counts.
    Stretch support()
    {
        Stretch found{prior_.mean[1] - prior_reach * prior_.sd[1], prior_.mean[1] + prior_reach * prior_.sd[1]};
        constexpr int points = 121;
        constexpr int most_zooms = 30;
        for (int zoom = 0; zoom < most_zooms; ++zoom) {
            double const step = (found.high - found.low) / (points - 1);
            std::array<double, points> heights{};
            for (int i = 0; i < points; ++i)
                heights[static_cast<std::size_t>(i)] = height(found.low + i * step);
            scale_ = std::ranges::max(heights);
            auto const counts = [&](double log_height) { return log_height > scale_ - negligible_log; };
            auto const first = std::ranges::find_if(heights, counts) - heights.begin();
            auto const last = points - 1 - (std::find_if(heights.rbegin(), heights.rend(), counts) - heights.rbegin());
            Stretch const closer{std::max(found.low, found.low + static_cast<double>(first - 1) * step),
                                 std::min(found.high, found.low + static_cast<double>(last + 1) * step)};
            constexpr double worth_it = 0.8;
            bool const done = closer.high - closer.low > worth_it * (found.high - found.low);
            found = closer;
            if (done)
                break;
        }
        return found;
    }

    /// Nodes along log_alpha, halving their step until every other of them would do.
    PosteriorRow row(double log_beta) const
    {
        PosteriorRow made;
        made.log_beta = log_beta;
        made.slope = std::exp(log_beta);
        auto const top = peak(log_beta);
        auto const end = [&](double towards) {
            double reach = top.sd;
            while (log_density(top.log_alpha + towards * reach, log_beta, made.slope) > top.log_density - negligible_log)
                reach *= 1.25; // no more nodes are wasted than this
            return reach;
        };
        double const low = top.log_alpha - end(-1);
        double const high = top.log_alpha + end(1);
        made.step = top.sd / steps_in_sd;
        for (int halving = 0; halving <= most_halvings; ++halving, made.step /= 2) {
            auto const nodes = static_cast<std::size_t>(std::ceil((high - low) / made.step)) + 1;
            made.first = low;
            made.mass.resize(nodes);
            for (std::size_t i = 0; i < nodes; ++i)
                made.mass[i] = made.step *
                               std::exp(log_density(low + static_cast<double>(i) * made.step, log_beta, made.slope) - scale_);
            if (made.roughness() <= settled * std::accumulate(made.mass.begin(), made.mass.end(), 0.0))
                break;
        }
        return made;
    }

    void integrate()
    {
        auto const [low, high] = support();
        constexpr int fewest_rows = 49;
        constexpr int most_rows = 3200;
        for (int rows = fewest_rows;; rows = 2 * rows - 1) {
            double const step = (high - low) / (rows - 1);
            rows_.clear();
            for (int i = 0; i < rows; ++i) {
                rows_.push_back(row(low + i * step));
                for (auto& mass : rows_.back().mass)
                    mass *= step;
            }
            if (enough_rows() || rows > most_rows)
                break;
        }
    }

    /// Whether every other row would give nearly the same probabilities: then all of them are right far beyond.
    bool enough_rows()
    {
        // the error falls at least as the square of that of every other row
        constexpr double half_enough = 1e-5;
        constexpr std::array rates{0.001, 0.01, 0.05, 0.1, 0.16, 0.2, 0.25, 0.33, 0.35, 0.5, 0.6, 0.8, 0.95, 0.99};
        for (auto& row : rows_)
            row.accumulate();
        std::array<double, 2> totals{};
        for (std::size_t i = 0; i < rows_.size(); ++i)
            totals[i % 2] += rows_[i].before.back();
        total_ = totals[0] + totals[1];
        auto const differ = [&](std::array<double, 2> const& sums) { return std::abs(sums[0] - sums[1]) > half_enough * total_; };
        if (differ(totals))
            return false;
        for (double const covariate : covariates_)
            for (double const rate : rates) {
                std::array<double, 2> sums{};
                double const threshold = logit(rate);
                for (std::size_t i = 0; i < rows_.size(); ++i)
                    sums[i % 2] += rows_[i].below(threshold - rows_[i].slope * covariate);
                if (differ(sums))
                    return false;
            }
        return true;
    }

    BivariateNormal prior_;
    std::span<double const> covariates_;
    double conditional_sd_;
    std::vector<Dosed> doses_;
    double patients_ = 0;
    double dlts_ = 0;
    std::vector<PosteriorRow> rows_;
    double scale_ = 0;
    double total_ = 0;
};

TwoParameterPosterior::TwoParameterPosterior(TwoParameterModel model, Observed const& observed)
    : TwoParameterPosterior{std::move(model), outcomes_at_levels(observed)}
{}

TwoParameterPosterior::TwoParameterPosterior(TwoParameterModel model, std::span<OutcomesAtLevel const> outcomes)
    : model_{std::move(model)}
{
    std::vector<Component> components;
    for (auto const& [weight, normal] : model_.prior)
        components.emplace_back(normal, model_.covariates, outcomes);
    double scale = -std::numeric_limits<double>::infinity();
    for (auto const& component : components)
        scale = std::max(scale, component.scale());
    double total = 0;
    for (std::size_t i = 0; i < components.size(); ++i) {
        weights_.push_back(model_.prior[i].weight * components[i].total() * std::exp(components[i].scale() - scale));
        total += weights_.back();
    }
    log_evidence_ = scale + std::log(total);
    for (std::size_t i = 0; i < components.size(); ++i) {
        weights_[i] /= total;
        if (weights_[i] == 0)
            continue;
        double const share = weights_[i] / components[i].total();
        for (auto& row : components[i].rows()) {
            for (auto& mass : row.mass)
                mass *= share;
            for (auto& mass : row.before)
                mass *= share;
            rows_.push_back(std::move(row));
        }
    }
    take_moments();
}

void TwoParameterPosterior::take_moments()
{
    // about the mean of the prior's first component: sums of squares lose nothing to cancellation
    auto const origin = model_.prior.front().normal.mean;
    std::array<double, 2> first{};
    std::array<double, 3> second{}; // of log_alpha, of log_beta, of both
    for (auto const& row : rows_) {
        double const b = row.log_beta - origin[1];
        for (std::size_t i = 0; i < row.mass.size(); ++i) {
            double const a = row.log_alpha(i) - origin[0];
            first[0] += row.mass[i] * a;
            first[1] += row.mass[i] * b;
            second[0] += row.mass[i] * a * a;
            second[1] += row.mass[i] * b * b;
            second[2] += row.mass[i] * a * b;
        }
    }
    for (std::size_t i = 0; i < 2; ++i) {
        parameter_mean_[i] = origin[i] + first[i];
        parameter_sd_[i] = std::sqrt(second[i] - first[i] * first[i]);
    }
    parameter_corr_ = (second[2] - first[0] * first[1]) / (parameter_sd_[0] * parameter_sd_[1]);
    for (double const covariate : model_.covariates) {
        double mean = 0;
        double square = 0;
        for (auto const& row : rows_)
            for (std::size_t i = 0; i < row.mass.size(); ++i) {
                double const p = logistic(row.log_alpha(i) + row.slope * covariate);
                mean += row.mass[i] * p;
                square += row.mass[i] * p * p;
            }
        levels_.push_back({mean, std::sqrt(std::max(0.0, square - mean * mean))});
    }
}

double TwoParameterPosterior::below_logit(double covariate, double logit) const
{
    double sum = 0;
    for (auto const& row : rows_)
        sum += row.below(logit - row.slope * covariate);
    return std::clamp(sum, 0.0, 1.0);
}

double TwoParameterPosterior::below(DoseLevel level, double rate) const
{
    if (rate <= 0)
        return 0;
    return rate >= 1 ? 1 : below_logit(model_.covariates[index(level)], logit(rate));
}

double TwoParameterPosterior::quantile(DoseLevel level, double probability) const
{
    double const covariate = model_.covariates[index(level)];
    double low = -1;
    double high = 1;
    constexpr double farthest = 700; // exp(-700) is the least that a double holds
    while (low > -farthest && below_logit(covariate, low) > probability)
        low *= 2;
    while (high < farthest && below_logit(covariate, high) < probability)
        high *= 2;
    constexpr int bisections = 40; // to 1e-9 and below of the logit
    for (int i = 0; i < bisections; ++i) {
        double const middle = std::midpoint(low, high);
        (below_logit(covariate, middle) < probability ? low : high) = middle;
    }
    return logistic(std::midpoint(low, high));
}

} // namespace escalon

#include "sim/designs/models/exposure_posterior.hpp"

#include "sim/designs/models/logistic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

namespace escalon {
namespace {

constexpr double depth = 22;                  // exp(-22) = 3e-10 of the peak: what lies below does not count
constexpr double log_beta_reach = 7;          // SDs
constexpr double log_alpha_steps_in_sd = 2.8; // along log_alpha
constexpr double widest_step = 0.7;           // the likelihood has poles at a distance of pi: exp(-2 pi^2/0.7) = 6e-13
constexpr int most_step_halvings = 6;

std::size_t index(DoseLevel level) { return static_cast<std::size_t>(level.index()); }

/// Patients of a level of whom nothing was measured.
struct Unmeasured {
    DoseLevel level;
    double patients = 0;
    double dlts = 0;
};

std::vector<Unmeasured> unmeasured_of(Observed const& observed)
{
    std::vector<Unmeasured> all;
    for (DoseLevel level{0}; observed.ladder().has(level); level = level.above()) {
        auto const& tally = observed.tally(level);
        Unmeasured here{level, static_cast<double>(tally.patients), static_cast<double>(tally.dlts)};
        for (auto const& measured : observed.exposures())
            if (measured.level == level) {
                here.patients -= 1;
                here.dlts -= measured.dlt ? 1 : 0;
            }
        if (here.patients > 0)
            all.push_back(here);
    }
    return all;
}

} // namespace

/// One normal component of the prior with the outcomes.
class ExposurePosterior::Component {
public:
    Component(BivariateNormal const& prior, ExposurePosterior const& all, Observed const& observed)
        : prior_{prior},
          all_{all},
          conditional_sd_{prior.sd[0] * std::sqrt((1 - prior.corr) * (1 + prior.corr))},
          unmeasured_{unmeasured_of(observed)}
    {
        for (auto const& measured : observed.exposures()) {
            double const covariate = std::log(measured.exposure) - all.log_reference_;
            covariates_.push_back(covariate);
            patients_ += 1;
            if (measured.dlt) {
                dlts_ += 1;
                dlt_covariate_ += covariate;
            }
        }
        for (auto const& group : unmeasured_) {
            patients_ += group.patients;
            unmeasured_dlts_ += group.dlts;
        }
        integrate();
    }

    std::vector<PosteriorRow>& rows() { return rows_; }
    double scale() const { return scale_; }
    double total() const
    {
        double sum = 0;
        for (auto const& row : rows_)
            sum += row.before.back();
        return sum;
    }

private:
    struct Peak {
        double log_alpha = 0;
        double log_density = 0;
        double sd = 1;
    };

    /// The likelihood at one log_beta.
    class Slice {
    public:
        Slice(Component const& component, double log_beta)
            : component_{component}, log_beta_{log_beta}, slope_{std::exp(log_beta)}
        {
            auto const& prior = component.prior_;
            double const z = (log_beta - prior.mean[1]) / prior.sd[1];
            center_ = prior.mean[0] + prior.corr * prior.sd[0] * z;
            constant_ = slope_ * component.dlt_covariate_ - 0.5 * z * z - std::log(prior.sd[1] * component.conditional_sd_);
            for (double const covariate : component.covariates_) {
                log_odds_.push_back(slope_ * covariate);
                odds_.push_back(logistic_odds(log_odds_.back()));
            }
            for (auto const& group : component.unmeasured_)
                curves_.emplace_back(component.all_.forecasts_[index(group.level)], component.all_.log_reference_, slope_);
        }

        double log_beta() const { return log_beta_; }
        double slope() const { return slope_; }

        double log_density(double log_alpha) const
        {
            constexpr double far = 200;                // there log(1 + odds) is the log odds
            constexpr double nearly_overflows = 1e200; // times exp(far) it does not
            double const u = (log_alpha - center_) / component_.conditional_sd_;
            double const alpha = std::exp(log_alpha);
            double sum = constant_ - 0.5 * u * u + component_.dlts_ * log_alpha;
            double product = 1; // of 1 + odds: a logarithm serves many patients
            for (std::size_t i = 0; i < odds_.size(); ++i) {
                if (log_alpha + log_odds_[i] > far) {
                    sum -= log_alpha + log_odds_[i];
                    continue;
                }
                product *= 1 + alpha * odds_[i];
                if (product > nearly_overflows) {
                    sum -= std::log(product);
                    product = 1;
                }
            }
            sum -= std::log(product);
            for (std::size_t i = 0; i < curves_.size(); ++i) {
                auto const& group = component_.unmeasured_[i];
                auto const value = curves_[i].at(log_alpha);
                if (group.dlts > 0)
                    sum += group.dlts * std::log(value.rate);
                if (group.patients > group.dlts)
                    sum += (group.patients - group.dlts) * std::log(value.complement);
            }
            return sum;
        }

        /// Where the density along log_alpha is highest. The prior allows all of the outcomes to pull it only so far.
        Peak peak(double guess) const
        {
            double const variance = component_.conditional_sd_ * component_.conditional_sd_;
            double const dlts = component_.dlts_ + component_.unmeasured_dlts_;
            double low = center_ + variance * (dlts - component_.patients_);
            double high = center_ + variance * dlts;
            double at = std::clamp(guess, low, high);
            double curvature = 1 / variance;
            double last_step = high - low;
            constexpr int most_steps = 100;
            constexpr double close_enough = 1e-4; // of the SD
            for (int i = 0; i < most_steps && low < high; ++i) {
                double gradient = component_.dlts_ - (at - center_) / variance;
                curvature = 1 / variance;
                double const alpha = std::exp(at);
                for (double const odds : odds_) {
                    double const complement = 1 / (1 + alpha * odds);
                    gradient -= 1 - complement;
                    curvature += complement * (1 - complement);
                }
                for (std::size_t k = 0; k < curves_.size(); ++k) {
                    auto const& group = component_.unmeasured_[k];
                    auto const value = curves_[k].at(at);
                    gradient += value.derivative * (group.dlts / value.rate - (group.patients - group.dlts) / value.complement);
                    curvature += group.patients * value.derivative * value.derivative /
                                 (value.rate * value.complement); // as expected
                }
                (gradient > 0 ? low : high) = at;
                double step = gradient / curvature;
                bool const close = std::abs(step) * std::sqrt(curvature) < close_enough;
                // Newton's steps may lead to and fro between places where every rate is 0 and where every rate is 1
                if (!close && (!(at + step >= low && at + step <= high) || std::abs(step) > last_step / 2))
                    step = std::midpoint(low, high) - at;
                at += step;
                last_step = std::abs(step);
                if (close)
                    break;
            }
            return {at, log_density(at), 1 / std::sqrt(curvature)};
        }

    private:
        Component const& component_;
        double log_beta_;
        double slope_;
        double center_ = 0; ///< of the prior of log_alpha
        double constant_ = 0;
        std::vector<double> log_odds_; ///< of a DLT where log_alpha is 0, patient by patient
        std::vector<double> odds_;
        std::vector<ExpectedRate> curves_;
    };

    /// Nodes from the peak outwards, halving their step until a fourth of them would do.
    PosteriorRow row(Slice const& slice, Peak const& top) const
    {
        // with every fourth node right to this, all of them are to its fourth power, and polynomials go through them
        constexpr double settled = 3e-5;
        PosteriorRow made;
        made.log_beta = slice.log_beta();
        made.slope = slice.slope();
        made.step = std::min(top.sd / log_alpha_steps_in_sd, widest_step);
        for (int halving = 0;; ++halving) {
            lay_nodes(made, slice, top.log_alpha);
            if (made.roughness() <= settled * ridge_sd_ || halving == most_step_halvings)
                return made;
            made.step /= 2;
        }
    }

    void lay_nodes(PosteriorRow& row, Slice const& slice, double center) const
    {
        double const least = scale_ - depth;
        row.mass.clear();
        auto const counts = [&](int steps) {
            double const height = slice.log_density(center + steps * row.step);
            if (height > least)
                row.mass.push_back(row.step * std::exp(height - scale_));
            return height > least;
        };
        for (int steps = -1; counts(steps); --steps) {
        }
        row.first = center - static_cast<double>(row.mass.size()) * row.step;
        std::ranges::reverse(row.mass);
        for (int steps = 0; counts(steps); ++steps) {
        }
    }

    struct Scan {
        std::vector<Slice> slices;
        std::vector<Peak> peaks;
    };

    /// The density's ridge at equal steps of log_beta; each peak is sought from the one before.
    Scan scan(double low, double high, int points) const
    {
        Scan found;
        double guess = prior_.mean[0];
        for (int i = 0; i < points; ++i) {
            found.slices.emplace_back(*this, low + (high - low) * i / (points - 1));
            found.peaks.push_back(found.slices.back().peak(guess));
            guess = found.peaks.back().log_alpha;
        }
        return found;
    }

    void integrate()
    {
        constexpr int first_points = 33;
        constexpr int most_points = 2049;
        constexpr int most_zooms = 20;
        double low = prior_.mean[1] - log_beta_reach * prior_.sd[1];
        double high = prior_.mean[1] + log_beta_reach * prior_.sd[1];
        auto points = first_points;
        Scan ridge;
        for (int zoom = 0; zoom < most_zooms; ++zoom) {
            ridge = scan(low, high, points);
            auto const& highest = *std::ranges::max_element(ridge.peaks, {}, &Peak::log_density);
            scale_ = highest.log_density;
            ridge_sd_ = highest.sd;
            auto const counts = [&](Peak const& peak) { return peak.log_density > scale_ - depth; };
            auto const first = std::ranges::find_if(ridge.peaks, counts) - ridge.peaks.begin();
            auto const last = points - 1 -
                              (std::find_if(ridge.peaks.rbegin(), ridge.peaks.rend(), counts) - ridge.peaks.rbegin());
            double const step = (high - low) / (points - 1);
            double const new_low = std::max(low, low + static_cast<double>(first - 1) * step);
            double const new_high = std::min(high, low + static_cast<double>(last + 1) * step);
            constexpr double worth_it = 0.7;
            if (new_high - new_low > worth_it * (high - low))
                break;
            low = new_low;
            high = new_high;
        }
        for (;; points = 2 * points - 1, ridge = scan(low, high, points)) {
            lay_rows(ridge, (high - low) / (points - 1));
            if (enough_rows() || points >= most_points)
                return;
        }
    }

    void lay_rows(Scan const& ridge, double step)
    {
        rows_.clear();
        for (std::size_t i = 0; i < ridge.slices.size(); ++i) {
            if (!(ridge.peaks[i].log_density > scale_ - depth))
                rows_.emplace_back(); // nothing counts: all of its sums are 0
            else
                rows_.push_back(row(ridge.slices[i], ridge.peaks[i]));
            for (auto& mass : rows_.back().mass)
                mass *= step;
            rows_.back().accumulate();
        }
    }

    /// Whether every other row would give nearly the same distribution: the error of all of them is at least its square.
    bool enough_rows() const
    {
        constexpr double half_enough = 1e-5;
        constexpr std::array rates{0.05, 0.2, 0.5};
        auto const settled = [&](auto const& part) {
            std::array<double, 2> sums{};
            for (std::size_t i = 0; i < rows_.size(); ++i)
                sums[i % 2] += part(rows_[i]);
            return std::abs(sums[0] - sums[1]) <= half_enough * total();
        };
        if (!settled([](PosteriorRow const& row) { return row.before.back(); }))
            return false;
        for (auto const& forecast : all_.forecasts_)
            for (double const rate : rates)
                if (!settled([&](PosteriorRow const& row) {
                        return row.mass.empty() ? 0 : row.below(logit(rate) - row.slope * (forecast.mean - all_.log_reference_));
                    }))
                    return false;
        return true;
    }

    BivariateNormal prior_;
    ExposurePosterior const& all_;
    double conditional_sd_;
    std::vector<Unmeasured> unmeasured_;
    std::vector<double> covariates_; ///< of the patients measured
    double patients_ = 0;            ///< all of them
    double dlts_ = 0;                ///< of the patients measured
    double dlt_covariate_ = 0;
    double unmeasured_dlts_ = 0;
    std::vector<PosteriorRow> rows_;
    double scale_ = 0;
    double ridge_sd_ = 1; ///< SD of log_alpha where the density is highest
};

ExposurePosterior::ExposurePosterior(ExposureModel const& model, Observed const& observed)
    : log_reference_{std::log(model.reference)},
      forecasts_{exposure_forecasts(model.exposures, observed.ladder(), observed.exposures())},
      curves_(static_cast<std::size_t>(observed.ladder().size())),
      moments_(curves_.size())
{
    std::vector<Component> components;
    for (auto const& [weight, normal] : model.prior)
        components.emplace_back(normal, *this, observed);
    double scale = -std::numeric_limits<double>::infinity();
    for (auto const& component : components)
        scale = std::max(scale, component.scale());
    double total = 0;
    std::vector<double> weights;
    for (std::size_t i = 0; i < components.size(); ++i) {
        weights.push_back(model.prior[i].weight * std::exp(components[i].scale() - scale));
        total += weights.back() * components[i].total();
    }
    for (std::size_t i = 0; i < components.size(); ++i)
        for (auto& row : components[i].rows()) {
            if (row.mass.empty() || weights[i] == 0)
                continue;
            for (auto& mass : row.mass)
                mass *= weights[i] / total;
            for (auto& mass : row.before)
                mass *= weights[i] / total;
            rows_.push_back(std::move(row));
        }
    take_parameter_moments();
}

void ExposurePosterior::take_parameter_moments()
{
    std::array<double, 2> first{};
    for (auto const& row : rows_) {
        first[1] += row.before.back() * row.log_beta;
        for (std::size_t i = 0; i < row.mass.size(); ++i)
            first[0] += row.mass[i] * row.log_alpha(i);
    }
    std::array<double, 2> second{};
    for (auto const& row : rows_) {
        second[1] += row.before.back() * (row.log_beta - first[1]) * (row.log_beta - first[1]);
        for (std::size_t i = 0; i < row.mass.size(); ++i)
            second[0] += row.mass[i] * (row.log_alpha(i) - first[0]) * (row.log_alpha(i) - first[0]);
    }
    parameter_mean_ = first;
    parameter_sd_ = {std::sqrt(second[0]), std::sqrt(second[1])};
}

std::vector<ExpectedRate> const& ExposurePosterior::curves(DoseLevel level)
{
    auto& known = curves_[index(level)];
    if (known.empty())
        for (auto const& row : rows_)
            known.emplace_back(forecasts_[index(level)], log_reference_, row.slope);
    return known;
}

double ExposurePosterior::below(DoseLevel level, double rate)
{
    if (rate <= 0)
        return 0;
    if (rate >= 1)
        return 1;
    auto const& all = curves(level);
    double sum = 0;
    std::optional<double> guess;
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        auto const& row = rows_[i];
        constexpr double beyond = 8; // steps: all of the taps lie on the row's other side
        double const low = row.first - beyond * row.step;
        double const high = row.log_alpha(row.mass.size() - 1) + beyond * row.step;
        if (all[i].rate(low) >= rate)
            continue;
        if (all[i].rate(high) <= rate) {
            sum += row.before.back();
            continue;
        }
        guess = all[i].log_alpha_at(rate, low, high, guess.value_or(std::midpoint(low, high)));
        sum += row.below(*guess);
    }
    return std::clamp(sum, 0.0, 1.0);
}

double ExposurePosterior::quantile(DoseLevel level, double probability)
{
    double low = -1;
    double high = 1;
    constexpr double farthest = 30; // exp(-30) = 1e-13: a rate that nobody tells from 0 or 1
    while (low > -farthest && below(level, logistic(low)) > probability)
        low *= 2;
    while (high < farthest && below(level, logistic(high)) < probability)
        high *= 2;
    constexpr int bisections = 36;
    for (int i = 0; i < bisections; ++i) {
        double const middle = std::midpoint(low, high);
        (below(level, logistic(middle)) < probability ? low : high) = middle;
    }
    return logistic(std::midpoint(low, high));
}

ExposurePosterior::Moments const& ExposurePosterior::moments(DoseLevel level)
{
    auto& known = moments_[index(level)];
    if (known)
        return *known;
    auto const& all = curves(level);
    double mean = 0;
    double square = 0;
    for (std::size_t i = 0; i < rows_.size(); ++i)
        for (std::size_t node = 0; node < rows_[i].mass.size(); ++node) {
            double const rate = all[i].rate(rows_[i].log_alpha(node));
            mean += rows_[i].mass[node] * rate;
            square += rows_[i].mass[node] * rate * rate;
        }
    return known.emplace(Moments{mean, std::sqrt(std::max(0.0, square - mean * mean))});
}

} // namespace escalon

#include "sim/designs/models/ewoc_posterior.hpp"

#include "sim/designs/models/logistic.hpp"

#include <boost/math/quadrature/gauss.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace escalon {
namespace {

constexpr std::size_t nodes_of_a_panel = 8;

/// Gauss-Legendre nodes and weights on (-1, 1), and the integrals of Lagrange's polynomials through the nodes.
struct Panel {
    std::array<double, nodes_of_a_panel> node{};
    std::array<double, nodes_of_a_panel> weight{};
    /// Coefficients of powers 1 to 8 of the integral of each polynomial from 0.
    std::array<std::array<double, nodes_of_a_panel>, nodes_of_a_panel> integral{};

    Panel()
    {
        using Rule = boost::math::quadrature::gauss<double, nodes_of_a_panel>;
        for (std::size_t i = 0; i < nodes_of_a_panel / 2; ++i) {
            node[nodes_of_a_panel / 2 + i] = Rule::abscissa()[i];
            node[nodes_of_a_panel / 2 - 1 - i] = -Rule::abscissa()[i];
            weight[nodes_of_a_panel / 2 + i] = weight[nodes_of_a_panel / 2 - 1 - i] = Rule::weights()[i];
        }
        for (std::size_t i = 0; i < nodes_of_a_panel; ++i) {
            std::array<double, nodes_of_a_panel> polynomial{1};
            std::size_t degree = 0;
            for (std::size_t other = 0; other < nodes_of_a_panel; ++other) {
                if (other == i)
                    continue;
                ++degree;
                for (std::size_t power = degree; power > 0; --power)
                    polynomial[power] = (polynomial[power - 1] - node[other] * polynomial[power]) / (node[i] - node[other]);
                polynomial[0] *= -node[other] / (node[i] - node[other]);
            }
            for (std::size_t power = 0; power < nodes_of_a_panel; ++power)
                integral[i][power] = polynomial[power] / static_cast<double>(power + 1);
        }
    }

    /// The integral of node i's polynomial from -1 to x.
    double below(std::size_t i, double x) const
    {
        auto const from_zero = [&](double at) {
            double sum = 0;
            for (std::size_t power = nodes_of_a_panel; power-- > 0;)
                sum = (sum + integral[i][power]) * at;
            return sum;
        };
        return from_zero(x) - from_zero(-1);
    }
};

Panel const& panel_rule()
{
    static Panel const rule;
    return rule;
}

} // namespace

EwocPosterior::EwocPosterior(EwocModel model, int fineness)
    : model_{std::move(model)}, panels_{usual_panels * fineness}, rows_{usual_rows * fineness}
{
    auto const& rule = panel_rule();
    double const width = (model_.max_dose - model_.min_dose) / panels_;
    for (int panel = 0; panel < panels_; ++panel)
        for (std::size_t i = 0; i < nodes_of_a_panel; ++i) {
            double const mtd = model_.min_dose + (panel + (1 + rule.node[i]) / 2) * width;
            double const share = (mtd - model_.min_dose) / (model_.max_dose - model_.min_dose);
            mtd_.push_back(mtd);
            mtd_weight_.push_back(rule.weight[i] * std::pow(share, model_.mtd[0] - 1) * std::pow(1 - share, model_.mtd[1] - 1));
        }
    // Takahasi & Mori (1974): share = 1/(1 + exp(-pi sinh t))
    constexpr double reach = 3.3; // the share is 1e-18 there
    double const step = 2 * reach / (rows_ - 1);
    std::vector<double> logit_rho0;
    for (int row = 0; row < rows_; ++row) {
        double const t = -reach + row * step;
        double const logit_share = std::numbers::pi * std::sinh(t);
        double const log_share = -softplus(-logit_share);
        double const log_rest = -softplus(logit_share);
        rho0_.push_back(model_.target * std::exp(log_share));
        // the derivative of the share is pi cosh(t) share (1 - share)
        log_rho0_weight_.push_back(std::log(std::cosh(t)) + model_.rho0[0] * log_share + model_.rho0[1] * log_rest);
        logit_rho0.push_back(std::log(model_.target) + log_share - std::log1p(-rho0_.back()));
    }
    double const logit_target = std::log(model_.target) - std::log1p(-model_.target);
    for (double const dose : model_.doses)
        for (double const mtd : mtd_) {
            double const way = (dose - model_.min_dose) / (mtd - model_.min_dose);
            for (double const from : logit_rho0) {
                double const logit = from + (logit_target - from) * way;
                log_dlt_.push_back(-softplus(-logit));
                log_no_dlt_.push_back(-softplus(logit));
            }
        }
}

template <class Visit>
void EwocPosterior::for_each_node(std::span<OutcomesAtLevel const> outcomes, Visit const& visit) const
{
    std::array<double, usual_rows> heights; // a stretch of rho0's nodes at a time
    for (std::size_t i = 0; i < mtd_.size(); ++i)
        for (std::size_t first = 0; first < rho0_.size(); first += heights.size()) {
            std::copy_n(log_rho0_weight_.begin() + static_cast<std::ptrdiff_t>(first), heights.size(), heights.begin());
            for (auto const& seen : outcomes) {
                auto const from = (static_cast<std::size_t>(seen.level.index()) * mtd_.size() + i) * rho0_.size() + first;
                double const with = seen.dlts;
                double const without = seen.patients - seen.dlts;
                for (std::size_t j = 0; j < heights.size(); ++j)
                    heights[j] += with * log_dlt_[from + j] + without * log_no_dlt_[from + j];
            }
            for (std::size_t j = 0; j < heights.size(); ++j)
                visit(i, first + j, heights[j]);
        }
}

EwocPosterior::Fit EwocPosterior::fit(Observed const& observed) const
{
    constexpr std::size_t most = 64;
    std::array<OutcomesAtLevel, most> outcomes;
    std::size_t tried = 0;
    for (DoseLevel level{0}; observed.ladder().has(level) && tried < most; level = level.above())
        if (auto const& tally = observed.tally(level); tally.patients > 0)
            outcomes[tried++] = {level, static_cast<double>(tally.patients), static_cast<double>(tally.dlts)};
    return fit(std::span{outcomes}.first(tried));
}

EwocPosterior::Fit EwocPosterior::fit(std::span<OutcomesAtLevel const> outcomes) const
{
    // at the observed rates the likelihood is highest: relative to that no exponential overflows
    double highest = 0;
    for (auto const& seen : outcomes) {
        double const p = seen.dlts / seen.patients;
        highest += (p > 0 ? seen.dlts * std::log(p) : 0) + (p < 1 ? (seen.patients - seen.dlts) * std::log1p(-p) : 0);
    }
    Fit made;
    made.posterior_ = this;
    for_each_node(outcomes, [&](std::size_t i, std::size_t, double height) { made.mass_[i] += std::exp(height - highest); });
    double sum = 0;
    for (std::size_t i = 0; i < mtd_.size(); ++i) {
        made.mass_[i] *= mtd_weight_[i];
        sum += made.mass_[i];
        if (i % nodes_of_a_panel == nodes_of_a_panel - 1)
            made.before_[i / nodes_of_a_panel + 1] = sum;
    }
    for (auto& mass : made.mass_)
        mass /= sum;
    for (auto& mass : made.before_)
        mass /= sum;
    return made;
}

/// The share of one panel's mass that lies below a place in (-1, 1), as mass.
double EwocPosterior::share_below(std::span<double const> mass, double place) const
{
    auto const& rule = panel_rule();
    double sum = 0;
    for (std::size_t i = 0; i < nodes_of_a_panel; ++i)
        sum += mass[i] / rule.weight[i] * rule.below(i, place);
    return sum;
}

double EwocPosterior::Fit::below(double dose) const
{
    auto const& model = posterior_->model_;
    double const place = (dose - model.min_dose) / (model.max_dose - model.min_dose) * posterior_->panels_;
    if (place <= 0)
        return 0;
    if (place >= posterior_->panels_)
        return 1;
    auto const panel = static_cast<std::size_t>(place);
    auto const mass = std::span{mass_}.subspan(panel * nodes_of_a_panel, nodes_of_a_panel);
    return before_[panel] + posterior_->share_below(mass, 2 * (place - static_cast<double>(panel)) - 1);
}

double EwocPosterior::Fit::quantile(double probability) const
{
    auto const& model = posterior_->model_;
    double low = model.min_dose;
    double high = model.max_dose;
    constexpr int bisections = 45; // to the last digits
    for (int i = 0; i < bisections; ++i) {
        double const middle = std::midpoint(low, high);
        (below(middle) < probability ? low : high) = middle;
    }
    return std::midpoint(low, high);
}

double EwocPosterior::Fit::mean() const
{
    double sum = 0;
    for (std::size_t i = 0; i < posterior_->mtd_.size(); ++i)
        sum += mass_[i] * posterior_->mtd_[i];
    return sum;
}

double EwocPosterior::Fit::sd() const
{
    double const center = mean();
    double sum = 0;
    for (std::size_t i = 0; i < posterior_->mtd_.size(); ++i)
        sum += mass_[i] * (posterior_->mtd_[i] - center) * (posterior_->mtd_[i] - center);
    return std::sqrt(sum);
}

EwocPosterior::Rate EwocPosterior::rate(Observed const& observed, DoseLevel level, std::vector<double> const& probabilities) const
{
    struct Weighted {
        double rate;
        double weight;
    };
    std::vector<Weighted> nodes;
    double highest = -1e300;
    auto const outcomes = outcomes_at_levels(observed);
    auto const table = static_cast<std::size_t>(level.index()) * mtd_.size() * rho0_.size();
    for_each_node(outcomes, [&](std::size_t i, std::size_t j, double height) {
        nodes.push_back({std::exp(log_dlt_[table + i * rho0_.size() + j]), height + std::log(mtd_weight_[i])});
        highest = std::max(highest, nodes.back().weight);
    });
    double total = 0;
    Rate made;
    for (auto& node : nodes) {
        node.weight = std::exp(node.weight - highest);
        total += node.weight;
        made.moments.mean += node.weight * node.rate;
    }
    made.moments.mean /= total;
    double variance = 0;
    for (auto const& node : nodes)
        variance += node.weight / total * (node.rate - made.moments.mean) * (node.rate - made.moments.mean);
    made.moments.sd = std::sqrt(variance);
    std::ranges::sort(nodes, {}, &Weighted::rate);
    for (double const probability : probabilities) {
        double sum = 0;
        auto at = nodes.begin();
        while (at + 1 != nodes.end() && sum + at->weight < probability * total)
            sum += (at++)->weight;
        made.quantiles.push_back(at->rate);
    }
    return made;
}

EwocPosterior::Moments EwocPosterior::rho0(Observed const& observed) const
{
    double highest = -1e300;
    auto const outcomes = outcomes_at_levels(observed);
    for_each_node(outcomes, [&](std::size_t, std::size_t, double height) { highest = std::max(highest, height); });
    std::array<double, 3> sums{};
    for_each_node(outcomes, [&](std::size_t i, std::size_t j, double height) {
        double const weight = mtd_weight_[i] * std::exp(height - highest);
        sums[0] += weight;
        sums[1] += weight * rho0_[j];
        sums[2] += weight * rho0_[j] * rho0_[j];
    });
    double const mean = sums[1] / sums[0];
    return {mean, std::sqrt(std::max(0.0, sums[2] / sums[0] - mean * mean))};
}

} // namespace escalon

#include "sim/designs/models/one_parameter.hpp"

#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/special_functions/sinc.hpp>
#include <boost/math/tools/roots.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>

namespace escalon {
namespace {

struct Accuracy {
    double reach_in_prior_sds = 0;
    double step_in_sds = 0; ///< of the sharpest posterior
};

/// Beyond 6 lies a share of 2e-9 of the prior; 2 exp(-2 (pi/0.9)^2) = 5e-11, which leaves room for skewed posteriors.
constexpr Accuracy for_means{6, 0.9};
/// Beyond 7 lies a share of 3e-12; exp(-(pi/0.5)^2/2) = 3e-9.
constexpr Accuracy for_probabilities{7, 0.5};

constexpr std::size_t most_blocks = 256;

constexpr double too_small = 1e-250; // a likelihood near the end of what a double holds

double& figure(std::vector<NodeBlock>& row, std::size_t node) { return row[node / node_lanes].lane[node % node_lanes]; }

double figure(NodeRow row, std::size_t node) { return row[node / node_lanes].lane[node % node_lanes]; }

/// The least standard deviation that a posterior around beta can have.
double least_sd(OneParameterCurves const& curves, double prior_sd, int patients, double beta)
{
    double information = 0;
    for (std::size_t level = 0; level < curves.levels(); ++level)
        information = std::max(information, curves.information(level, beta));
    return 1 / std::sqrt(patients * information + 1 / (prior_sd * prior_sd));
}

/// The mode of beta when every patient has a DLT at the lowest level, or none has one at the highest: no data move it further.
double furthest_mode(OneParameterCurves const& curves, double prior_sd, int patients, bool dlts)
{
    auto const slope = [&](double beta) {
        auto const score = curves.scores(dlts ? 0 : curves.levels() - 1, beta);
        return patients * (dlts ? score.dlt : score.no_dlt) - beta / (prior_sd * prior_sd);
    };
    double far = dlts ? -1 : 1;
    while ((slope(far) < 0) == dlts)
        far *= 2;
    std::uintmax_t steps = 100;
    constexpr int bits = 10;
    auto const found = boost::math::tools::toms748_solve(slope, std::min(far, 0.0), std::max(far, 0.0),
                                                         boost::math::tools::eps_tolerance<double>(bits), steps);
    return (found.first + found.second) / 2;
}

struct NodePlan {
    double scale = 1;
    double from = 0; ///< of t
    double to = 0;
    double step = 0;

    double nodes() const { return (to - from) / step; }
};

/// The scale that needs the fewest nodes.
NodePlan plan(OneParameterCurves const& curves, double prior_sd, int patients, Accuracy accuracy)
{
    // from a mode that data have moved, the prior falls off this much further out
    double const tail = accuracy.reach_in_prior_sds * prior_sd;
    double const low = -std::hypot(furthest_mode(curves, prior_sd, patients, true), tail);
    double const high = std::hypot(furthest_mode(curves, prior_sd, patients, false), tail);

    struct Look {
        double beta = 0;
        double sd = 0; ///< the least that a posterior around it can have
    };
    std::array<Look, 100> looks; // dense in the middle, as the nodes will be
    double const bend = tail / 10;
    for (std::size_t i = 0; i < looks.size(); ++i) {
        double const share = static_cast<double>(i) / static_cast<double>(looks.size() - 1);
        double const beta = bend * std::sinh(std::lerp(std::asinh(low / bend), std::asinh(high / bend), share));
        looks[i] = {beta, least_sd(curves, prior_sd, patients, beta)};
    }

    NodePlan best;
    for (double const share : {0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0}) {
        NodePlan one{.scale = share * tail};
        one.from = one.scale * std::asinh(low / one.scale);
        one.to = one.scale * std::asinh(high / one.scale);
        one.step = accuracy.step_in_sds * one.scale; // the map is smooth on its own scale
        for (auto const& look : looks) {
            double const stretch = std::hypot(1, look.beta / one.scale); // d beta/dt
            one.step = std::min(one.step, accuracy.step_in_sds * look.sd / stretch);
        }
        if (best.step == 0 || one.nodes() < best.nodes())
            best = one;
    }
    return best;
}

int patients_of(std::span<WeightedTally const> data)
{
    double const sum = std::accumulate(data.begin(), data.end(), 0.0,
                                       [](double so_far, auto const& tally) { return so_far + tally.patients; });
    return static_cast<int>(std::ceil(sum));
}

/// The integral of sin(pi v)/(pi v) over [from, to], which is not longer than 1.
double sinc_integral(double from, double to)
{
    constexpr unsigned points = 15; // exact to rounding on half a wave
    return boost::math::quadrature::gauss<double, points>::integrate(
        [](double v) { return boost::math::sinc_pi(std::numbers::pi * v); }, from, to);
}

} // namespace

BetaNodes::BetaNodes(OneParameterCurves const& curves, double prior_sd, int patients, Resolution resolution)
{
    constexpr int as_sharp_as = 2; // p^2, whose mean is asked for, has the shape of two patients' likelihood
    auto const best = plan(curves, prior_sd, patients + as_sharp_as,
                           resolution == Resolution::means ? for_means : for_probabilities);
    auto const wanted = static_cast<std::size_t>(std::ceil(best.nodes())) + 1;
    auto const blocks = std::min(most_blocks, (wanted + node_lanes - 1) / node_lanes);
    beta_.resize(blocks);
    prior_.resize(blocks);
    scale_ = best.scale;
    step_ = (best.to - best.from) / static_cast<double>(size() - 1);
    first_ = best.from;
    double total = 0;
    for (std::size_t node = 0; node < size(); ++node) {
        double const t = first_ + static_cast<double>(node) * step_;
        double const b = scale_ * std::sinh(t / scale_);
        double const weight = std::exp(-0.5 * (b / prior_sd) * (b / prior_sd)) * std::cosh(t / scale_);
        figure(beta_, node) = b;
        figure(prior_, node) = weight;
        total += weight;
    }
    for (std::size_t node = 0; node < size(); ++node)
        figure(prior_, node) /= total;
}

std::vector<NodeBlock> BetaNodes::shares_below(double x) const
{
    std::vector<NodeBlock> shares(blocks());
    double const place = (scale_ * std::asinh(x / scale_) - first_) / step_; // in steps from the first node
    // 1/2 + the integral of sinc from 0 to place - node, step by step away from the point
    double sum = 0.5;
    double from = 0;
    auto const below = static_cast<std::ptrdiff_t>(std::floor(place));
    for (std::ptrdiff_t node = below; node >= 0; --node) {
        double const to = place - static_cast<double>(node);
        sum += sinc_integral(from, to);
        from = to;
        if (node < static_cast<std::ptrdiff_t>(size()))
            figure(shares, static_cast<std::size_t>(node)) = sum;
    }
    sum = 0.5;
    from = 0;
    for (std::ptrdiff_t node = below + 1; node < static_cast<std::ptrdiff_t>(size()); ++node) {
        double const to = static_cast<double>(node) - place;
        sum -= sinc_integral(from, to);
        from = to;
        if (node >= 0)
            figure(shares, static_cast<std::size_t>(node)) = sum;
    }
    return shares;
}

OneParameterPosterior::OneParameterPosterior(OneParameterCurves const& curves, double prior_sd,
                                             std::span<WeightedTally const> data)
    : OneParameterPosterior{curves, BetaNodes{curves, prior_sd, patients_of(data), Resolution::probabilities}, data}
{}

OneParameterPosterior::OneParameterPosterior(OneParameterCurves const& curves, BetaNodes nodes,
                                             std::span<WeightedTally const> data)
    : curves_{curves}, nodes_{std::move(nodes)}, posterior_(nodes_.blocks())
{
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
        double const beta = nodes_.beta(node);
        double log_likelihood = 0;
        for (auto const& tally : data) {
            if (tally.dlts > 0)
                log_likelihood += tally.dlts * curves_.log_probability(tally.level, beta);
            if (tally.patients > tally.dlts)
                log_likelihood += (tally.patients - tally.dlts) *
                                  (tally.weight == 1 ? curves_.log_complement(tally.level, beta)
                                                     : std::log1p(-tally.weight * curves_.probability(tally.level, beta)));
        }
        figure(posterior_, node) = log_likelihood + std::log(figure(nodes_.prior(), node));
        highest = std::max(highest, figure(posterior_, node));
    }
    double total = 0;
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
        figure(posterior_, node) = std::exp(figure(posterior_, node) - highest);
        total += figure(posterior_, node);
    }
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
        figure(posterior_, node) /= total;
        mean_ += figure(posterior_, node) * nodes_.beta(node);
    }
    for (std::size_t node = 0; node < nodes_.size(); ++node)
        variance_ += figure(posterior_, node) * (nodes_.beta(node) - mean_) * (nodes_.beta(node) - mean_);
}

double OneParameterPosterior::probability_below(double beta) const
{
    auto const shares = nodes_.shares_below(beta);
    return std::clamp(dot(shares.data(), posterior_.data(), nodes_.blocks()), 0.0, 1.0);
}

double OneParameterPosterior::quantile(double share) const
{
    std::uintmax_t steps = 100;
    constexpr int bits = 40; // of beta: 1e-12
    auto const found = boost::math::tools::toms748_solve([&](double beta) { return probability_below(beta) - share; },
                                                         nodes_.beta(0), nodes_.beta(nodes_.size() - 1), -share, 1 - share,
                                                         boost::math::tools::eps_tolerance<double>(bits), steps);
    return (found.first + found.second) / 2;
}

OneParameterPosterior::Moments OneParameterPosterior::toxicity(std::size_t level) const
{
    double mean = 0;
    double second = 0;
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
        double const p = curves_.probability(level, nodes_.beta(node));
        mean += figure(posterior_.data(), node) * p;
        second += figure(posterior_.data(), node) * p * p;
    }
    return {mean, std::sqrt(std::max(0.0, second - mean * mean))};
}

double OneParameterPosterior::toxicity_quantile(std::size_t level, double share) const
{
    return curves_.probability(level, quantile(1 - share)); // P(DLT) falls as beta rises
}

double OneParameterPosterior::probability_above(std::size_t level, double limit) const
{
    return limit < curves_.ceiling() ? probability_below(curves_.beta_at(level, limit)) : 0;
}

double maximum_likelihood(OneParameterCurves const& curves, std::span<WeightedTally const> data)
{
    constexpr double furthest = 10; // every curve is flat beyond, as dfcrm has it
    auto const slope = [&](double beta) {
        double sum = 0;
        for (auto const& tally : data) {
            auto const score = curves.scores(tally.level, beta);
            double const weighted = tally.weight * curves.probability(tally.level, beta);
            sum += tally.dlts * score.dlt +
                   (tally.patients - tally.dlts) * (tally.weight == 1 ? score.no_dlt : -weighted * score.dlt / (1 - weighted));
        }
        return sum;
    };
    bool const no_dlts = std::ranges::all_of(data, [](auto const& tally) { return tally.dlts == 0; });
    if (no_dlts || slope(furthest) > 0)
        return std::numeric_limits<double>::infinity();
    if (!(slope(-furthest) > 0))
        return -std::numeric_limits<double>::infinity();
    std::uintmax_t steps = 200;
    auto const found = boost::math::tools::toms748_solve(slope, -furthest, furthest, boost::math::tools::eps_tolerance<double>(),
                                                         steps);
    return (found.first + found.second) / 2;
}

std::vector<WeightedTally> tallies_of(Observed const& observed)
{
    std::vector<WeightedTally> found;
    for (DoseLevel level{0}; observed.ladder().has(level); level = level.above()) {
        auto const& tally = observed.tally(level);
        if (tally.patients > 0)
            found.push_back(
                {static_cast<std::size_t>(level.index()), static_cast<double>(tally.patients), static_cast<double>(tally.dlts)});
    }
    return found;
}

std::vector<WeightedTally> tallies_of(Observed const& observed, FollowUpWeights weights)
{
    auto found = tallies_of(observed);
    for (auto const& patient : observed.pending())
        found.push_back({.level = static_cast<std::size_t>(patient.level.index()),
                         .patients = 1,
                         .weight = follow_up_weight(weights, observed, patient.followed)});
    return found;
}

/// The posterior at the nodes, but for its constant.
struct OneParameterFits::Product {
    std::array<NodeBlock, most_blocks> values;
    NodeSums sums;
};

OneParameterFits::OneParameterFits(OneParameterCurves curves, double prior_sd, int patients, LevelQuestion question)
    : curves_{std::move(curves)},
      prior_sd_{prior_sd},
      patients_{patients},
      question_{question},
      cuts_{curves_.cuts(question_.target)},
      nodes_{curves_, prior_sd_, patients_,
             question_.too_toxic || question_.estimate == CrmEstimate::quantile ? Resolution::probabilities : Resolution::means}
{
    append_powers();
    for (std::size_t cut = 0; cut < cuts_.size(); ++cut)
        append_preference(cut);
    if (question_.too_toxic && question_.too_toxic->limit < curves_.ceiling()) {
        toxic_ = nodes_.shares_below(curves_.beta_at(0, question_.too_toxic->limit));
        for (std::size_t node = 0; node < nodes_.size(); ++node)
            figure(toxic_, node) -= question_.too_toxic->certainty;
    }
}

void OneParameterFits::append_powers()
{
    constexpr int most_powers = 128; // larger ones are products of these
    powers_ = std::min(patients_, most_powers);
    for (std::size_t level = 0; level < curves_.levels(); ++level)
        for (bool const dlt : {true, false})
            for (int exponent = 0; exponent <= powers_; ++exponent)
                for (std::size_t block = 0; block < nodes_.blocks(); ++block) {
                    auto& row = rows_.emplace_back();
                    for (std::size_t lane = 0; lane < node_lanes; ++lane) {
                        double const beta = nodes_.betas()[block].lane[lane];
                        row.lane[lane] = std::exp(
                            exponent * (dlt ? curves_.log_probability(level, beta) : curves_.log_complement(level, beta)));
                    }
                }
}

void OneParameterFits::append_preference(std::size_t cut)
{
    if (question_.estimate == CrmEstimate::mle) {
        for (std::size_t level = 0; level < curves_.levels(); ++level)
            scores_.push_back(curves_.scores(level, cuts_[cut]));
        return;
    }
    if (question_.estimate == CrmEstimate::plug_in)
        return;
    auto row = question_.estimate == CrmEstimate::quantile ? nodes_.shares_below(cuts_[cut])
                                                           : std::vector<NodeBlock>(nodes_.blocks());
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
        double& value = figure(row, node);
        if (question_.estimate == CrmEstimate::quantile)
            value = 1 - question_.quantile - value; // the quantile of beta lies above the cut
        else
            value = 2 * question_.target - curves_.probability(cut, nodes_.beta(node)) -
                    curves_.probability(cut + 1, nodes_.beta(node));
    }
    prefer_.insert(prefer_.end(), row.begin(), row.end());
}

void OneParameterFits::multiply(Observed const& observed, Product& product) const
{
    constexpr std::size_t most_rows = 32;
    std::array<NodeRow, most_rows> rows{nodes_.prior()};
    std::size_t count = 1;
    auto const out = std::span{product.values}.first(nodes_.blocks());
    auto const take_many = [&](NodeRow powers, int exponent) {
        while (exponent > 0) {
            if (count == most_rows) {
                multiply_rows(rows, nodes_.betas(), out);
                rows[0] = out.data();
                count = 1;
            }
            int const now = std::min(exponent, powers_);
            rows[count++] = powers + static_cast<std::size_t>(now) * nodes_.blocks();
            exponent -= now;
        }
    };
    bool const at_hand = observed.total().patients <= powers_ && 2 * curves_.levels() < most_rows;
    auto const take = [&](NodeRow powers, int exponent) {
        if (!at_hand)
            take_many(powers, exponent);
        else if (exponent > 0)
            rows[count++] = powers + static_cast<std::size_t>(exponent) * nodes_.blocks();
    };
    auto const stride = static_cast<std::size_t>(powers_ + 1) * nodes_.blocks();
    NodeRow powers = rows_.data();
    for (std::size_t level = 0; level < curves_.levels(); ++level, powers += 2 * stride) {
        auto const& tally = observed.tally(DoseLevel{static_cast<int>(level)});
        if (tally.patients == 0)
            continue;
        take(powers, tally.dlts);
        take(powers + stride, tally.patients - tally.dlts);
    }
    product.sums = multiply_rows(std::span{rows}.first(count), nodes_.betas(), out);
}

template <class GoesUp>
std::size_t OneParameterFits::first_to_stay(GoesUp const& goes_up) const
{
    std::size_t low = 0;
    std::size_t high = cuts_.size();
    while (low < high) {
        auto const middle = (low + high) / 2;
        if (goes_up(middle))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool OneParameterFits::mle_lies_above(std::size_t cut, Observed const& observed) const
{
    double slope = 0;
    for (std::size_t level = 0; level < curves_.levels(); ++level) {
        auto const& tally = observed.tally(DoseLevel{static_cast<int>(level)});
        auto const& score = scores_[cut * curves_.levels() + level];
        slope += tally.dlts * score.dlt + (tally.patients - tally.dlts) * score.no_dlt;
    }
    return slope > 0;
}

void OneParameterFits::multiply_pending(Observed const& observed, FollowUpWeights weights, Product& product) const
{
    auto const stride = static_cast<std::size_t>(powers_ + 1) * nodes_.blocks();
    for (auto const& patient : observed.pending()) {
        double const weight = follow_up_weight(weights, observed, patient.followed);
        NodeRow const p = rows_.data() + 2 * static_cast<std::size_t>(patient.level.index()) * stride + nodes_.blocks();
        for (std::size_t block = 0; block < nodes_.blocks(); ++block)
            for (std::size_t lane = 0; lane < node_lanes; ++lane)
                product.values[block].lane[lane] *= 1 - weight * p[block].lane[lane];
    }
    product.sums = {};
    for (std::size_t block = 0; block < nodes_.blocks(); ++block)
        for (std::size_t lane = 0; lane < node_lanes; ++lane) {
            product.sums.total += product.values[block].lane[lane];
            product.sums.first += product.values[block].lane[lane] * nodes_.betas()[block].lane[lane];
        }
}

LevelAnswer OneParameterFits::judged(Product const& product) const
{
    LevelAnswer found;
    if (!toxic_.empty())
        found.too_toxic = dot(product.values.data(), toxic_.data(), nodes_.blocks()) > 0;
    if (question_.estimate == CrmEstimate::plug_in)
        found.nearest = first_to_stay([&](std::size_t cut) { return product.sums.first > cuts_[cut] * product.sums.total; });
    else if (question_.estimate != CrmEstimate::mle)
        found.nearest = first_to_stay(
            [&](std::size_t cut) { return dot(product.values.data(), &prefer_[cut * nodes_.blocks()], nodes_.blocks()) > 0; });
    return found;
}

LevelAnswer OneParameterFits::answer(Observed const& observed) const
{
    bool const by_likelihood = question_.estimate == CrmEstimate::mle;
    LevelAnswer found;
    if (by_likelihood)
        found.nearest = first_to_stay([&](std::size_t cut) { return mle_lies_above(cut, observed); });
    if (by_likelihood && toxic_.empty())
        return found;
    if (observed.total().patients > patients_)
        return answer(tallies_of(observed));
    Product product;
    multiply(observed, product);
    if (product.sums.total < too_small)
        return answer(tallies_of(observed));
    auto const by_nodes = judged(product);
    return by_likelihood ? LevelAnswer{found.nearest, by_nodes.too_toxic} : by_nodes;
}

LevelAnswer OneParameterFits::answer(Observed const& observed, FollowUpWeights weights) const
{
    if (observed.pending().empty())
        return answer(observed);
    auto const patients = observed.total().patients + static_cast<int>(observed.pending().size());
    if (question_.estimate == CrmEstimate::mle || patients > patients_)
        return answer(tallies_of(observed, weights));
    Product product;
    multiply(observed, product);
    multiply_pending(observed, weights, product);
    return product.sums.total < too_small ? answer(tallies_of(observed, weights)) : judged(product);
}

LevelAnswer OneParameterFits::answer(std::span<WeightedTally const> data) const
{
    LevelAnswer found;
    if (question_.estimate == CrmEstimate::mle) {
        double const beta = maximum_likelihood(curves_, data);
        found.nearest = first_to_stay([&](std::size_t cut) { return beta > cuts_[cut]; });
        if (!question_.too_toxic)
            return found;
    }
    OneParameterPosterior const posterior{curves_, prior_sd_, data};
    switch (question_.estimate) {
    case CrmEstimate::plug_in:
        found.nearest = first_to_stay([&](std::size_t cut) { return posterior.mean() > cuts_[cut]; });
        break;
    case CrmEstimate::posterior:
        found.nearest = first_to_stay([&](std::size_t cut) {
            return posterior.toxicity(cut).mean + posterior.toxicity(cut + 1).mean < 2 * question_.target;
        });
        break;
    case CrmEstimate::quantile:
        found.nearest = first_to_stay(
            [&](std::size_t cut) { return posterior.probability_below(cuts_[cut]) < 1 - question_.quantile; });
        break;
    case CrmEstimate::mle: break;
    }
    if (question_.too_toxic)
        found.too_toxic = posterior.probability_above(0, question_.too_toxic->limit) > question_.too_toxic->certainty;
    return found;
}

} // namespace escalon

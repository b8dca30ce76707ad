#include "sim/designs/models/expected_rate.hpp"

#include "sim/designs/models/logistic.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace escalon {

double logistic_odds(double logit)
{
    constexpr double farthest = 300;
    return std::exp(std::clamp(logit, -farthest, farthest));
}

ExpectedRate::ExpectedRate(ExposureForecast const& forecast, double log_reference, double slope)
{
    double const center = slope * (forecast.mean - log_reference);
    for (auto const& node : exposure_nodes(forecast, slope)) {
        odds_.push_back(logistic_odds(center + slope * node.log_exposure));
        weight_.push_back(node.weight);
    }
}

ExpectedRate::Value ExpectedRate::at(double log_alpha) const
{
    double const alpha = std::exp(log_alpha);
    Value sum{0, 0, 0};
    for (std::size_t k = 0; k < odds_.size(); ++k) {
        double const odds = alpha * odds_[k];
        double const complement = 1 / (1 + odds);
        double const share = weight_[k] * complement;
        sum.complement += share;
        sum.rate += share * odds; // not 1 - complement: the rate may be tiny
        sum.derivative += share * odds * complement;
    }
    return sum;
}

double ExpectedRate::rate(double log_alpha) const
{
    double const alpha = std::exp(log_alpha);
    double complement = 0;
    for (std::size_t k = 0; k < odds_.size(); ++k)
        complement += weight_[k] / (1 + alpha * odds_[k]);
    return 1 - complement;
}

double ExpectedRate::log_alpha_at(double rate, double low, double high, double guess) const
{
    double const wanted = logit(rate);
    double at = std::clamp(guess, low, high);
    constexpr int most_steps = 100;
    constexpr double close_enough = 1e-9;
    for (int i = 0; i < most_steps; ++i) {
        auto const value = this->at(at);
        double const off = std::log(value.rate / value.complement) - wanted;
        (off > 0 ? high : low) = at;
        double next = at - off * value.rate * value.complement / value.derivative; // the logit is nearly straight
        if (!(next > low && next < high))
            next = std::midpoint(low, high);
        if (std::abs(next - at) < close_enough)
            return next;
        at = next;
    }
    return at;
}

} // namespace escalon

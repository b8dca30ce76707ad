// P(DLT) of a patient whose exposure is not known yet, as a function of log_alpha at one log_beta.
#pragma once

#include "sim/designs/models/exposure_forecast.hpp"

#include <vector>

namespace escalon {

/// The odds at a logit: exp(x), with room for products. Where they would overflow no figure depends on them.
double logistic_odds(double logit);

/// The mean of a logistic function over the forecast of ln exposure. It rises with log_alpha, from 0 to 1.
class ExpectedRate {
public:
    struct Value {
        double rate = 0;
        double complement = 1;
        double derivative = 0; ///< of the rate in log_alpha
    };

    /// @param slope exp(log_beta)
    ExpectedRate(ExposureForecast const& forecast, double log_reference, double slope);

    Value at(double log_alpha) const;
    double rate(double log_alpha) const;

    /// Where the rate has this value; it does between low and high.
    double log_alpha_at(double rate, double low, double high, double guess) const;

private:
    std::vector<double> odds_; ///< of a DLT where log_alpha is 0, at each node of the forecast
    std::vector<double> weight_;
};

} // namespace escalon

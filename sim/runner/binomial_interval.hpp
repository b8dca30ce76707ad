// The exact confidence interval of a rate.
#pragma once

namespace escalon {

struct RateInterval {
    double low = 0;
    double high = 1;
};

/// Clopper & Pearson (1934), Biometrika 26:404: covers the true rate at least as often as the confidence says.
/// @param confidence in (0, 1)
/// @throws std::invalid_argument unless 0 <= events <= patients and patients >= 1
RateInterval clopper_pearson(int events, int patients, double confidence);

} // namespace escalon

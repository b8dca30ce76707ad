#include "sim/runner/binomial_interval.hpp"

#include <boost/math/special_functions/beta.hpp>

#include <stdexcept>

namespace escalon {

RateInterval clopper_pearson(int events, int patients, double confidence)
{
    if (patients < 1 || events < 0 || events > patients)
        throw std::invalid_argument("a rate needs 0 <= events <= patients, and patients");
    double const tail = (1 - confidence) / 2;
    RateInterval interval;
    if (events > 0)
        interval.low = boost::math::ibeta_inv<double, double, double>(events, patients - events + 1, tail);
    if (events < patients)
        interval.high = boost::math::ibetac_inv<double, double, double>(events + 1, patients - events, tail);
    return interval;
}

} // namespace escalon

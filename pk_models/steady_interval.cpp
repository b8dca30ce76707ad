#include "pk_models/steady_interval.hpp"

#include <algorithm>
#include <cmath>

namespace escalon::pk {

std::vector<SteadyPiece> steady_interval(DoseEvent const& arriving, double began_d)
{
    double const interval_d = arriving.interval_d;
    double const starts_d = std::fmod(arriving.time_d - began_d, interval_d);
    if (!(arriving.duration_d > 0)) {
        SteadyPiece const dosed{.length_d = interval_d - starts_d, .bolus_mg = arriving.amount_mg};
        return starts_d > 0 ? std::vector<SteadyPiece>{{.length_d = starts_d}, dosed} : std::vector<SteadyPiece>{dosed};
    }
    double const one_mg_per_d = arriving.amount_mg / arriving.duration_d;
    double const whole = std::floor(arriving.duration_d / interval_d);
    double const rest_d = arriving.duration_d - whole * interval_d;
    double const ends_d = std::fmod(starts_d + rest_d, interval_d);
    std::vector<double> cuts{0, starts_d, ends_d, interval_d};
    std::ranges::sort(cuts);
    std::vector<SteadyPiece> pieces;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
        double const length_d = cuts[i + 1] - cuts[i];
        if (!(length_d > 0))
            continue;
        double const since_start_d = std::fmod(cuts[i] + 0.5 * length_d - starts_d + interval_d, interval_d);
        pieces.push_back({.length_d = length_d, .rate_mg_per_d = (whole + (since_start_d < rest_d ? 1 : 0)) * one_mg_per_d});
    }
    return pieces;
}

} // namespace escalon::pk

#include "pk_models/exposure.hpp"

#include "pk_models/central_motion.hpp"
#include "pk_models/root_between.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace escalon::pk {
namespace {

/// Between two events nothing but the modes moves.
struct Segment {
    double start_d;
    double length_d;
    CentralState state; ///< at its start
};

std::vector<Segment> segments(Disposition const& disposition, History history, Time from, Time to)
{
    auto const times = event_times(disposition, history, from, to);
    std::vector<Segment> result;
    for (std::size_t i = 0; i + 1 < times.size(); ++i)
        result.push_back({times[i], times[i + 1] - times[i], central_state(disposition, history, Time::from_base(times[i]))});
    return result;
}

/// Whether the concentration may rise inside a segment.
bool may_rise(Segment const& segment) { return segment.state.infusing_mg_per_d > 0 || segment.state.fed_by_depot(); }

/// Where the concentration turns inside a segment: while a depot empties, or during an infusion, and rarely then.
Times turning_points(Disposition const& disposition, Segment const& segment)
{
    if (segment.state.fed_by_depot())
        return CentralMotion{disposition, segment.state}.turning_points(segment.length_d);
    if (!(segment.state.infusing_mg_per_d > 0))
        return {};
    std::array<Term, max_modes> slope{};
    auto const modes = disposition.modes();
    for (std::size_t j = 0; j < modes.size(); ++j)
        slope[j] = {modes[j].rate_per_d,
                    modes[j].share * (segment.state.infusing_mg_per_d - modes[j].rate_per_d * segment.state.amount_mg[j])};
    return sign_changes(std::span{slope}.first(modes.size()), segment.length_d);
}

struct Peak {
    Concentration height;
    Time at;
};

Peak peak(Disposition const& disposition, std::span<Segment const> course)
{
    Peak highest;
    for (auto const& segment : course) {
        auto const consider = [&](double into_segment_d) {
            auto const height = concentration_after(disposition, segment.state, Time::from_base(into_segment_d));
            if (height > highest.height)
                highest = {height, Time::from_base(segment.start_d + into_segment_d)};
        };
        consider(0);
        for (double const turn_d : turning_points(disposition, segment))
            consider(turn_d);
        if (may_rise(segment))
            consider(segment.length_d);
    }
    return highest;
}

/// Time above the threshold between two times of a segment over which the concentration is monotone.
double monotone_time_above(Disposition const& disposition, Segment const& segment, Concentration threshold, double left_d,
                           double right_d)
{
    auto const excess = [&](double into_segment_d) {
        return (concentration_after(disposition, segment.state, Time::from_base(into_segment_d)) - threshold).base();
    };
    bool const left_above = excess(left_d) > 0;
    bool const right_above = excess(right_d) > 0;
    if (left_above && right_above)
        return right_d - left_d;
    if (!left_above && !right_above)
        return 0;
    double const crossing_d = root_between(excess, left_d, right_d);
    return left_above ? crossing_d - left_d : right_d - crossing_d;
}

/// Least-squares slope of y on x.
double slope(std::span<double const> x, std::span<double const> y)
{
    double mean_x = 0;
    double mean_y = 0;
    auto const n = static_cast<double>(x.size());
    for (std::size_t i = 0; i < x.size(); ++i) {
        mean_x += x[i] / n;
        mean_y += y[i] / n;
    }
    double xy = 0;
    double xx = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        xy += (x[i] - mean_x) * (y[i] - mean_y);
        xx += (x[i] - mean_x) * (x[i] - mean_x);
    }
    return xy / xx;
}

} // namespace

Exposure exposure(Disposition const& disposition, History history, Time window)
{
    return exposure_between(disposition, history, Time{}, window).exposure;
}

WindowExposure exposure_between(Disposition const& disposition, History history, Time from, Time to)
{
    auto const highest = peak(disposition, segments(disposition, history, from, to));
    auto const area = auc(disposition, history, from, to);
    return {{area, highest.height, concentration_before(disposition, history, to), area / (to - from)}, highest.at};
}

std::vector<WindowExposure> exposure_by_cycle(Disposition const& disposition, Regimen const& regimen, Mass amount)
{
    auto const history = dose_events(regimen, amount);
    std::vector<WindowExposure> cycles;
    for (int k = 0; k < regimen.cycles; ++k)
        cycles.push_back(exposure_between(disposition, history, k * regimen.cycle, (k + 1) * regimen.cycle));
    return cycles;
}

Time time_above(Disposition const& disposition, History history, Concentration threshold, Time window)
{
    double above_d = 0;
    for (auto const& segment : segments(disposition, history, Time{}, window)) {
        double left_d = 0;
        auto const add_to = [&](double right_d) {
            above_d += monotone_time_above(disposition, segment, threshold, left_d, right_d);
            left_d = right_d;
        };
        for (double const turn_d : turning_points(disposition, segment))
            add_to(turn_d);
        add_to(segment.length_d);
    }
    return Time::from_base(above_d);
}

Clearance clearance(Disposition const& disposition) { return Clearance::from_base(disposition.clearance_L_per_d()); }

Time half_life_terminal(Disposition const& disposition)
{
    return Time::from_base(std::numbers::ln2 / disposition.terminal_rate_per_d());
}

std::optional<Time> half_life_nca(Disposition const& disposition, History history, Sampling const& sampling)
{
    std::vector<Concentration> measured;
    for (double const day : sampling.days)
        measured.push_back(concentration_before(disposition, history, Time::from_base(day)));
    return half_life_nca(measured, sampling);
}

std::optional<Time> half_life_nca(std::span<Concentration const> measured, Sampling const& sampling)
{
    std::vector<double> days;
    std::vector<double> log_concentrations;
    for (std::size_t k = 0; k < measured.size(); ++k) {
        if (measured[k] > sampling.lloq) {
            days.push_back(sampling.days[k]);
            log_concentrations.push_back(std::log(measured[k].base()));
        }
    }
    auto const points = std::min(days.size(), static_cast<std::size_t>(sampling.most_points));
    if (points < static_cast<std::size_t>(sampling.fewest_points))
        return std::nullopt;
    double const fall_per_d = -slope(std::span{days}.last(points), std::span{log_concentrations}.last(points));
    if (!(fall_per_d > 0))
        return std::nullopt;
    return Time::from_base(std::numbers::ln2 / fall_per_d);
}

} // namespace escalon::pk

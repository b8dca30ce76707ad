#include "pk_models/exposure.hpp"

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
    std::vector<double> times{from.base(), to.base()};
    for (auto const& dose : history)
        for (double const time : {dose.time_d, dose.time_d + dose.duration_d})
            if (time > from.base() && time < to.base())
                times.push_back(time);
    std::ranges::sort(times);
    times.erase(std::unique(times.begin(), times.end()), times.end());
    std::vector<Segment> result;
    for (std::size_t i = 0; i + 1 < times.size(); ++i)
        result.push_back({times[i], times[i + 1] - times[i], central_state(disposition, history, Time::from_base(times[i]))});
    return result;
}

/// weight e^(-rate t)
struct Term {
    double rate_per_d;
    double weight;
};

/// A few ascending times.
struct Times {
    std::array<double, max_modes> at_d{};
    std::size_t count = 0;

    double const* begin() const { return at_d.data(); }
    double const* end() const { return at_d.data() + count; }
    void add(double time_d) { at_d[count++] = time_d; }
};

/// Where a sum of exponentials, fastest first, changes sign within (0, length). Divided by its slowest exponential it has a
/// derivative with one term fewer, between whose sign changes it is monotone (Rolle): n terms change sign n - 1 times at most.
Times sign_changes(std::span<Term const> terms, double length_d)
{
    Times found;
    if (terms.size() < 2)
        return found;
    auto const slowest = terms.back();
    std::array<Term, max_modes> derivative{};
    for (std::size_t i = 0; i + 1 < terms.size(); ++i) {
        double const faster_by = terms[i].rate_per_d - slowest.rate_per_d;
        derivative[i] = {faster_by, -faster_by * terms[i].weight};
    }
    auto const divided = [&](double time_d) {
        double sum = slowest.weight;
        for (auto const& term : terms.first(terms.size() - 1))
            sum += term.weight * std::exp(-(term.rate_per_d - slowest.rate_per_d) * time_d);
        return sum;
    };
    double left_d = 0;
    auto const search_to = [&](double right_d) {
        if (divided(left_d) * divided(right_d) < 0)
            found.add(root_between(divided, left_d, right_d));
        left_d = right_d;
    };
    auto const turns = sign_changes(std::span{derivative}.first(terms.size() - 1), length_d);
    for (double const turn_d : turns)
        search_to(turn_d);
    search_to(length_d);
    return found;
}

/// Where the concentration turns inside a segment: only during an infusion, and rarely then.
Times turning_points(Disposition const& disposition, Segment const& segment)
{
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
        if (segment.state.infusing_mg_per_d > 0)
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
    std::vector<double> days;
    std::vector<double> log_concentrations;
    for (double const day : sampling.days) {
        auto const measured = concentration_before(disposition, history, Time::from_base(day));
        if (measured > sampling.lloq) {
            days.push_back(day);
            log_concentrations.push_back(std::log(measured.base()));
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

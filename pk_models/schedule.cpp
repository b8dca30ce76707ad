#include "pk_models/schedule.hpp"

#include "pk_models/decay.hpp"
#include "pk_models/fault_error.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace escalon::pk {
namespace {

/// Distinct gaps of which the exponentials are kept. A regimen has one a dosing day and one for the infusion.
constexpr std::size_t table_capacity = 16;

/// A patient that loses less than a tenth of the drug within the window in a mode: what was lost, a difference, then has fewer
/// digits than the amounts.
constexpr double balance_holds_up_to = 0.9;

/// What one mode does over a gap.
struct Decay {
    double kept;     ///< e^(-rate gap)
    double uptake_d; ///< what an infusion of 1 mg/d adds: (1 - e^(-rate gap))/rate
};

Decay decay(double rate_per_d, double gap_d)
{
    constexpr double small = 0.5; // below, 1 + expm1 is as exact as exp; above, 1 - exp as exact as expm1
    double const x = rate_per_d * gap_d;
    if (x >= small) {
        double const kept = std::exp(-x);
        return {kept, (1 - kept) / rate_per_d};
    }
    double const lost = -std::expm1(-x);
    return {1 - lost, lost > 0 ? lost / rate_per_d : gap_d};
}

/// Ascending, each once; times that rounding alone sets apart are one.
std::vector<double> distinct_times(std::vector<double> times, double rounding_d)
{
    std::ranges::sort(times);
    auto const same = [rounding_d](double a, double b) { return b - a <= rounding_d; };
    times.erase(std::unique(times.begin(), times.end(), same), times.end());
    return times;
}

void refuse_doses_before_zero(History history)
{
    for (auto const& dose : history)
        if (dose.time_d < 0)
            throw FaultError{{"doses", "a dose lies before time 0", "count time from the first dose"}};
}

} // namespace

Exposure UnitExposure::of(Mass amount) const
{
    double const mg = amount.base();
    return {Auc::from_base(mg * auc_d_per_L), Concentration::from_base(mg * cmax_per_L),
            Concentration::from_base(mg * trough_per_L), Concentration::from_base(mg * average_per_L)};
}

Schedule::Schedule(Regimen const& regimen, Time window) : Schedule{dose_events(regimen, 1 * unit::mg), window} {}

Schedule::Schedule(History history, Time window) : window_d_{window.base()}
{
    refuse_doses_before_zero(history);
    double const rounding_d = 4 * std::numeric_limits<double>::epsilon() * window_d_;
    std::vector<double> times{0, window_d_};
    for (auto const& dose : history)
        for (double const time : {dose.time_d, dose.time_d + dose.duration_d})
            if (time < window_d_ - rounding_d)
                times.push_back(time);
    times = distinct_times(std::move(times), rounding_d);

    auto const bolus_at = [&](double time_d) {
        double sum = 0;
        for (auto const& dose : history)
            if (dose.duration_d <= rounding_d && std::abs(dose.time_d - time_d) <= rounding_d)
                sum += dose.amount_mg;
        return sum;
    };
    auto const rate_at = [&](double time_d) {
        double sum = 0;
        for (auto const& dose : history)
            if (dose.duration_d > rounding_d && dose.time_d < time_d && time_d < dose.time_d + dose.duration_d)
                sum += dose.amount_mg / dose.duration_d;
        return sum;
    };
    given_mg_ = first_bolus_mg_ = bolus_at(0);
    for (std::size_t i = 0; i + 1 < times.size(); ++i) {
        double const length_d = times[i + 1] - times[i];
        bool const last = i + 2 == times.size(); // a dose at the end of the window is outside it
        steps_.push_back({.gap = gap_of(length_d, rounding_d),
                          .rate_mg_per_d = rate_at(times[i] + 0.5 * length_d),
                          .bolus_mg = last ? 0 : bolus_at(times[i + 1])});
        given_mg_ += steps_.back().rate_mg_per_d * gaps_d_[steps_.back().gap] + steps_.back().bolus_mg;
    }
}

std::size_t Schedule::gap_of(double length_d, double rounding_d)
{
    // the first of its kind, which is the least rounded, stands for all
    auto const alike = [=](double gap_d) { return std::abs(gap_d - length_d) <= rounding_d; };
    auto const known = std::ranges::find_if(gaps_d_, alike);
    auto const index = static_cast<std::size_t>(known - gaps_d_.begin());
    if (known == gaps_d_.end())
        gaps_d_.push_back(length_d);
    return index;
}

UnitExposure Schedule::exposure(Disposition const& disposition) const
{
    switch (disposition.modes().size()) {
    case 1: return exposure_of_modes<1>(disposition);
    case 2: return exposure_of_modes<2>(disposition);
    default: return exposure_of_modes<max_modes>(disposition);
    }
}

template <std::size_t modes>
UnitExposure Schedule::exposure_of_modes(Disposition const& disposition) const
{
    auto const one_decay = [&](std::size_t gap, std::size_t j) { return decay(disposition.modes()[j].rate_per_d, gaps_d_[gap]); };
    if (gaps_d_.size() > table_capacity)
        return exposure_with<modes>(disposition, one_decay);
    std::array<std::array<Decay, modes>, table_capacity> table;
    for (std::size_t gap = 0; gap < gaps_d_.size(); ++gap)
        for (std::size_t j = 0; j < modes; ++j)
            table[gap][j] = one_decay(gap, j);
    return exposure_with<modes>(disposition, [&table](std::size_t gap, std::size_t j) { return table[gap][j]; });
}

template <std::size_t modes, class Decays>
UnitExposure Schedule::exposure_with(Disposition const& disposition, Decays const& decays) const
{
    std::array<double, modes> share;
    for (std::size_t j = 0; j < modes; ++j)
        share[j] = disposition.modes()[j].share;
    std::array<double, modes> amount_mg;
    amount_mg.fill(first_bolus_mg_);
    double central_mg = first_bolus_mg_;
    double peak_mg = first_bolus_mg_;
    for (auto const& step : steps_) {
        central_mg = 0;
        for (std::size_t j = 0; j < modes; ++j) {
            auto const [kept, uptake_d] = decays(step.gap, j);
            // what comes in does not wait for what is there
            amount_mg[j] = amount_mg[j] * kept + (step.rate_mg_per_d * uptake_d + step.bolus_mg);
            central_mg += share[j] * amount_mg[j];
        }
        peak_mg = std::max(peak_mg, central_mg);
    }
    double auc_mg_d = 0;
    for (std::size_t j = 0; j < modes; ++j) {
        double const rate_per_d = disposition.modes()[j].rate_per_d;
        // a mode's AUC is what it has lost, over its rate
        auc_mg_d += share[j] * (amount_mg[j] <= balance_holds_up_to * given_mg_ ? (given_mg_ - amount_mg[j]) / rate_per_d
                                                                                : slow_mode_auc(rate_per_d));
    }
    double const per_L = 1 / disposition.V1_L();
    return {auc_mg_d * per_L, peak_mg * per_L, central_mg * per_L, auc_mg_d * per_L / window_d_};
}

double Schedule::slow_mode_auc(double rate_per_d) const
{
    double amount_mg = first_bolus_mg_;
    double auc_mg_d = 0;
    for (auto const& step : steps_) {
        double const gap_d = gaps_d_[step.gap];
        auto const [kept, uptake_d] = decay(rate_per_d, gap_d);
        auc_mg_d += amount_mg * uptake_d + step.rate_mg_per_d * gap_d * gap_d * mean_loss(rate_per_d * gap_d);
        amount_mg = amount_mg * kept + (step.rate_mg_per_d * uptake_d + step.bolus_mg);
    }
    return auc_mg_d;
}

} // namespace escalon::pk

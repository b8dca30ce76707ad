#include "pk_models/schedule.hpp"

#include "pk_models/course_times.hpp"
#include "pk_models/decay.hpp"
#include "pk_models/kernels/kernels.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace escalon::pk {
namespace {

/// Distinct gaps of which the exponentials are kept. A regimen has one a dosing day and one for the infusion.
constexpr std::size_t table_capacity = kernels::most_gaps;

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

} // namespace

Exposure UnitExposure::of(Mass amount) const
{
    double const mg = amount.base();
    return {Auc::from_base(mg * auc_d_per_L), Concentration::from_base(mg * cmax_per_L),
            Concentration::from_base(mg * trough_per_L), Concentration::from_base(mg * average_per_L)};
}

Schedule::Schedule(Regimen const& regimen, Time window) : Schedule{dose_events(regimen, 1 * unit::mg), window} {}

Schedule::Schedule(History history, Time window) : doses_{history.begin(), history.end()}, plan_{.window_d = window.base()}
{
    refuse_doses_before_zero(history);
    auto const ordinary = [](DoseEvent const& dose) {
        return dose.interval_d == 0 && dose.until_d == std::numeric_limits<double>::infinity();
    };
    plain_ = std::ranges::all_of(doses_, ordinary);
    CourseTimes cuts{plan_.window_d};
    for (auto const& dose : history) {
        cuts.add(dose.time_d);
        cuts.add(dose.time_d + dose.duration_d);
    }
    auto const times = cuts.distinct();
    double const rounding_d = cuts.rounding_d();

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
    plan_.given_mg = plan_.first_bolus_mg = bolus_at(0);
    for (std::size_t i = 0; i + 1 < times.size(); ++i) {
        double const length_d = times[i + 1] - times[i];
        bool const last = i + 2 == times.size(); // a dose at the end of the window is outside it
        plan_.steps.push_back({.gap = gap_of(length_d, rounding_d),
                               .rate_mg_per_d = rate_at(times[i] + 0.5 * length_d),
                               .bolus_mg = last ? 0 : bolus_at(times[i + 1])});
        plan_.given_mg += plan_.steps.back().rate_mg_per_d * plan_.gaps_d[plan_.steps.back().gap] + plan_.steps.back().bolus_mg;
    }
}

std::size_t Schedule::gap_of(double length_d, double rounding_d)
{
    // the first of its kind, which is the least rounded, stands for all
    auto const alike = [=](double gap_d) { return std::abs(gap_d - length_d) <= rounding_d; };
    auto const known = std::ranges::find_if(plan_.gaps_d, alike);
    auto const index = static_cast<std::size_t>(known - plan_.gaps_d.begin());
    if (known == plan_.gaps_d.end())
        plan_.gaps_d.push_back(length_d);
    return index;
}

UnitExposure Schedule::exposure(Disposition const& disposition) const
{
    if (!plain_ || !disposition.absorption().immediate())
        return exposure_by_superposition(disposition);
    switch (disposition.modes().size()) {
    case 1: return exposure_of_modes<1>(disposition);
    case 2: return exposure_of_modes<2>(disposition);
    default: return exposure_of_modes<max_modes>(disposition);
    }
}

std::vector<UnitExposure> Schedule::exposures(std::span<Rates const> patients) const
{
    std::vector<UnitExposure> found(patients.size());
    if (plain_ && plan_.gaps_d.size() <= kernels::most_gaps)
        kernels::expose(patients, plan_, found);
    else
        for (std::size_t i = 0; i < patients.size(); ++i)
            found[i] = exposure(Disposition{patients[i]});
    return found;
}

UnitExposure Schedule::exposure_by_superposition(Disposition const& disposition) const
{
    auto const found = pk::exposure(disposition, doses_, window());
    return {found.auc.base(), found.cmax.base(), found.trough.base(), found.average.base()};
}

template <std::size_t modes>
UnitExposure Schedule::exposure_of_modes(Disposition const& disposition) const
{
    auto const one_decay = [&](std::size_t gap, std::size_t j) {
        return decay(disposition.modes()[j].rate_per_d, plan_.gaps_d[gap]);
    };
    if (plan_.gaps_d.size() > table_capacity)
        return exposure_with<modes>(disposition, one_decay);
    std::array<std::array<Decay, modes>, table_capacity> table;
    for (std::size_t gap = 0; gap < plan_.gaps_d.size(); ++gap)
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
    amount_mg.fill(plan_.first_bolus_mg);
    double central_mg = plan_.first_bolus_mg;
    double peak_mg = plan_.first_bolus_mg;
    for (auto const& step : plan_.steps) {
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
        auc_mg_d += share[j] * (amount_mg[j] <= balance_holds_up_to * plan_.given_mg
                                    ? (plan_.given_mg - amount_mg[j]) / rate_per_d
                                    : slow_mode_auc(rate_per_d));
    }
    double const per_L = 1 / disposition.V1_L();
    return {auc_mg_d * per_L, peak_mg * per_L, central_mg * per_L, auc_mg_d * per_L / plan_.window_d};
}

double Schedule::slow_mode_auc(double rate_per_d) const
{
    double amount_mg = plan_.first_bolus_mg;
    double auc_mg_d = 0;
    for (auto const& step : plan_.steps) {
        double const gap_d = plan_.gaps_d[step.gap];
        auto const [kept, uptake_d] = decay(rate_per_d, gap_d);
        auc_mg_d += amount_mg * uptake_d + step.rate_mg_per_d * gap_d * gap_d * mean_loss(rate_per_d * gap_d);
        amount_mg = amount_mg * kept + (step.rate_mg_per_d * uptake_d + step.bolus_mg);
    }
    return auc_mg_d;
}

} // namespace escalon::pk

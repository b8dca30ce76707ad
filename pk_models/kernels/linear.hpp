// Linear kinetics of one or two compartments in lanes: exposure to one schedule, many patients at once.
//
// The modes are those of `Disposition`, the recurrence that of `Schedule`; a patient costs two exponentials a distinct gap.
#pragma once

#include "pk_models/kernels/exponential.hpp"
#include "pk_models/schedule.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace escalon::pk::kernels {
inline namespace ESCALON_PACK_ISA {

/// Two modes of the unit bolus response; the second has no share in one compartment.
template <class V>
struct Modes {
    V rate[2];
    V share[2];
};

/// As `Disposition` has them, in lanes.
template <class V>
ESCALON_INLINE Modes<V> modes_of(V const& k10, V const& k12, V const& k21, V const& k20)
{
    V const leaving = k10 + k12;
    V const peripheral = k21 + k20;
    V const coupling = k12 * k21;
    V const difference = leaving - peripheral;
    V const spread = sqrt(fma(difference, difference, V::of(4) * coupling));
    V const fast = V::of(0.5) * (leaving + peripheral + spread);
    auto const two = V::of(0) < coupling;
    V const safe_fast = select(two, fast, V::of(1));
    V const slow = fma(k10, peripheral, k12 * k20) / safe_fast;
    V const larger = V::of(0.5) * (abs(difference) + spread);
    V const smaller = coupling / select(two, larger, V::of(1));
    V const over_spread = V::of(1) / select(two, spread, V::of(1));
    auto const falls = V::of(0) <= difference;
    Modes<V> found;
    found.rate[0] = select(two, fast, leaving);
    found.rate[1] = select(two, slow, V::of(1));
    found.share[0] = select(two, select(falls, larger, smaller) * over_spread, V::of(1));
    found.share[1] = select(two, select(falls, smaller, larger) * over_spread, V::of(0));
    return found;
}

template <class V, std::size_t most_gaps>
void expose(std::span<Rates const> patients, SchedulePlan const& plan, std::span<UnitExposure> found)
{
    constexpr std::size_t width = V::width;
    constexpr std::size_t cache_line = 64;
    enum Figure : std::size_t { V1, k10, k12, k21, k20, figures };
    alignas(cache_line) double in[figures][width];
    alignas(cache_line) double auc[width];
    alignas(cache_line) double peak[width];
    alignas(cache_line) double trough[width];
    V kept[most_gaps][2];
    V uptake[most_gaps][2];
    V held_back[most_gaps][2];
    V const over_window = V::of(1 / plan.window_d);
    for (std::size_t from = 0; from < patients.size(); from += width) {
        std::size_t const used = std::min(width, patients.size() - from);
        for (std::size_t lane = 0; lane < width; ++lane) {
            auto const& rates = patients[from + std::min(lane, used - 1)];
            in[V1][lane] = rates.V1_L;
            in[k10][lane] = rates.k10_per_d;
            in[k12][lane] = rates.k12_per_d;
            in[k21][lane] = rates.k21_per_d;
            in[k20][lane] = rates.k20_per_d;
        }
        auto const modes = modes_of(V::load(in[k10]), V::load(in[k12]), V::load(in[k21]), V::load(in[k20]));
        for (std::size_t gap = 0; gap < plan.gaps_d.size(); ++gap) {
            V const length = V::of(plan.gaps_d[gap]);
            for (std::size_t j = 0; j < 2; ++j) {
                auto const decay = decayed(modes.rate[j] * length);
                kept[gap][j] = decay.kept;
                uptake[gap][j] = decay.mean_kept * length;
                held_back[gap][j] = decay.mean_loss * length * length;
            }
        }
        V amount[2]{V::of(plan.first_bolus_mg), V::of(plan.first_bolus_mg)};
        V area[2]{V::of(0), V::of(0)};
        V highest = V::of(plan.first_bolus_mg);
        V central = highest;
        for (auto const& step : plan.steps) {
            V const rate = V::of(step.rate_mg_per_d);
            V const bolus = V::of(step.bolus_mg);
            for (std::size_t j = 0; j < 2; ++j) {
                area[j] = fma(amount[j], uptake[step.gap][j], fma(rate, held_back[step.gap][j], area[j]));
                amount[j] = fma(amount[j], kept[step.gap][j], fma(rate, uptake[step.gap][j], bolus));
            }
            central = fma(modes.share[0], amount[0], modes.share[1] * amount[1]);
            highest = max(highest, central);
        }
        V const per_L = V::of(1) / V::load(in[V1]);
        (fma(modes.share[0], area[0], modes.share[1] * area[1]) * per_L).store(auc);
        (highest * per_L).store(peak);
        (central * per_L).store(trough);
        alignas(cache_line) double average[width];
        (V::load(auc) * over_window).store(average);
        for (std::size_t lane = 0; lane < used; ++lane)
            found[from + lane] = {auc[lane], peak[lane], trough[lane], average[lane]};
    }
}

} // namespace ESCALON_PACK_ISA
} // namespace escalon::pk::kernels

#include "sim/runner/tallies.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace escalon {
namespace {

void add_to(std::vector<std::uint64_t>& sums, std::vector<std::uint64_t> const& more)
{
    std::ranges::transform(sums, more, sums.begin(), std::plus<>{});
}

} // namespace

ClockTallies& ClockTallies::operator+=(ClockTallies const& other)
{
    auto const add_sums = [](std::vector<Sums>& sums, std::vector<Sums> const& more) {
        for (std::size_t i = 0; i < sums.size(); ++i)
            sums[i] += more[i];
    };
    duration += other.duration;
    suspended += other.suspended;
    dropped_out += other.dropped_out;
    in_expansion += other.in_expansion;
    add_to(visited, other.visited);
    add_sums(late, other.late);
    add_to(after_look, other.after_look);
    lowered += other.lowered;
    add_to(highest_by_look, other.highest_by_look);
    above_look += other.above_look;
    add_sums(kind_in_window, other.kind_in_window);
    add_sums(kind_late, other.kind_late);
    if (doses && other.doses)
        *doses += *other.doses;
    if (activity)
        *activity += *other.activity;
    return *this;
}

Tallies::Tallies(int levels, int most_patients, int first_overdose)
    : stride{static_cast<std::size_t>(most_patients) + 1},
      overdose_from{static_cast<std::size_t>(first_overdose)},
      verdicts((static_cast<std::size_t>(levels) + 1) * stop_causes),
      level_patients(static_cast<std::size_t>(levels) * stride),
      level_dlts(static_cast<std::size_t>(levels) * stride),
      total_patients(stride),
      total_dlts(stride),
      patients_above(stride),
      patients_at(stride),
      products(static_cast<std::size_t>(levels) * static_cast<std::size_t>(levels))
{}

void Tallies::widen(std::size_t most_patients)
{
    auto const wider = most_patients + 1;
    for (auto* rows : {&level_patients, &level_dlts}) {
        std::vector<std::uint64_t> moved(rows->size() / stride * wider);
        for (std::size_t i = 0; i < rows->size(); ++i)
            moved[i / stride * wider + i % stride] = (*rows)[i];
        *rows = std::move(moved);
    }
    for (auto* counts : {&total_patients, &total_dlts, &patients_above, &patients_at})
        counts->resize(wider);
    stride = wider;
}

Tallies& Tallies::operator+=(Tallies const& other)
{
    if (other.stride > stride)
        widen(other.stride - 1);
    if (other.stride < stride) {
        auto widened = other;
        widened.widen(stride - 1);
        return *this += widened;
    }
    trials += other.trials;
    add_to(verdicts, other.verdicts);
    add_to(level_patients, other.level_patients);
    add_to(level_dlts, other.level_dlts);
    add_to(total_patients, other.total_patients);
    add_to(total_dlts, other.total_dlts);
    add_to(patients_above, other.patients_above);
    if (courses)
        *courses += *other.courses;
    if (clock)
        *clock += *other.clock;
    add_to(patients_at, other.patients_at);
    add_to(products, other.products);
    dlts_by_patients += other.dlts_by_patients;
    for (std::size_t i = 0; i < risk_percents.size(); ++i) {
        overdosed[i] += other.overdosed[i];
        underdosed[i] += other.underdosed[i];
    }
    outcomes.insert(outcomes.end(), other.outcomes.begin(), other.outcomes.end());
    return *this;
}

} // namespace escalon

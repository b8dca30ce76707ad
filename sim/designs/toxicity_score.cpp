#include "sim/designs/toxicity_score.hpp"

#include <algorithm>
#include <cmath>

namespace escalon {
namespace {

constexpr int most_units = 60;    // finer scores would hardly ever share a state
constexpr double rounding = 1e-9; // scores are given with some digits: 0.333333333
constexpr std::size_t worst = grade_count - 1;

/// Patients by grade.
std::array<int, grade_count> by_grade(Tally const& tally)
{
    return {tally.patients - tally.dlts - tally.grade_2, tally.grade_2, tally.dlts - tally.grade_4, tally.grade_4};
}

} // namespace

ToxicityScore::ToxicityScore(std::array<double, grade_count> const& scores)
{
    for (std::size_t grade = 0; grade < grade_count; ++grade)
        weight_[grade] = scores[grade] / scores[worst];
    auto const whole = [](double weight, int units) { return std::abs(weight * units - std::round(weight * units)) < rounding; };
    for (int units = 1; units <= most_units && units_ == 0; ++units)
        if (std::ranges::all_of(weight_, [&](double weight) { return whole(weight, units); }))
            units_ = units;
    for (std::size_t grade = 0; grade < grade_count; ++grade)
        whole_[grade] = static_cast<int>(std::lround(weight_[grade] * units_));
}

int ToxicityScore::whole_events(Counts const& patients) const
{
    int sum = 0;
    for (std::size_t grade = 0; grade < grade_count; ++grade)
        sum += whole_[grade] * patients[grade];
    return sum;
}

double ToxicityScore::events(Tally const& tally) const
{
    auto const patients = by_grade(tally);
    if (units_ > 0) // equal sums give equal bits, in whatever way they came about
        return static_cast<double>(whole_events(patients)) / units_;
    double sum = 0;
    for (std::size_t grade = 0; grade < grade_count; ++grade)
        sum += weight_[grade] * patients[grade];
    return sum;
}

void ToxicityScore::append(Summary& summary, Tally const& tally, int most_patients) const
{
    auto const most = static_cast<std::uint32_t>(most_patients);
    auto const n = static_cast<std::uint32_t>(tally.patients);
    auto const patients = by_grade(tally);
    bool const within = n <= most;
    if (units_ == 0) {
        for (auto const count : patients)
            within ? summary.append(static_cast<std::uint32_t>(count), most + 1)
                   : summary.append_count(static_cast<std::uint32_t>(count));
    } else if (within) {
        // cells before those of n patients: sum over m < n of (m units + 1)
        auto const units = static_cast<std::uint32_t>(units_);
        auto const cells = [units](std::uint32_t m) { return units * m * (m - 1) / 2 + m; };
        summary.append((n == 0 ? 0 : cells(n)) + static_cast<std::uint32_t>(whole_events(patients)), cells(most + 1));
    } else {
        summary.append_count(n).append_count(static_cast<std::uint32_t>(whole_events(patients)));
    }
    summary.append(within ? 0 : 1, 2);
}

} // namespace escalon

#include "sim/toxicity/over_time.hpp"

#include "sim/toxicity/tolerance.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace escalon {
namespace {

constexpr double no_level = std::numeric_limits<double>::infinity();

/// Those that a kind tells apart.
std::optional<Grade> numbered_grade(int number)
{
    switch (number) {
    case 2: return Grade::moderate;
    case 3: return Grade::severe;
    case 4: return Grade::life_threatening;
    default: return std::nullopt;
    }
}

/// What a grade is to a ratio: grade 3 is the tolerance itself.
int grades_above_severe(Grade grade) { return static_cast<int>(grade) - static_cast<int>(Grade::severe); }

} // namespace

Faults ToxicityKind::faults() const
{
    auto found = tolerance_faults(tolerance);
    Dimension const wanted = driver == pk::EffectMeasure::auc ? dimension::auc : dimension::concentration;
    if (tolerance.median.dimension != wanted)
        found.push_back({"tolerance.median",
                         "driver " + std::string{name_of(driver)} + " needs " + describe_dimension(wanted) + ", got " +
                             describe_dimension(tolerance.median.dimension),
                         "write it as " + std::string{driver == pk::EffectMeasure::auc ? "600 mg*d/L" : "30 mg/L"} +
                             ", or change the driver"});
    if (!grade_ratio && (dose_limiting_from == 2 || dose_limiting_from == 4))
        found.push_back({"dose_limiting_from",
                         "the kind has no grade " + std::to_string(dose_limiting_from) + ": its tolerance is that of grade 3",
                         "add grade_ratio: 1.5, the ratio of drivers one grade apart"});
    if (dose_delaying_from && *dose_delaying_from > dose_limiting_from)
        found.push_back({"dose_delaying_from",
                         "doses wait from grade " + std::to_string(*dose_delaying_from) + " on, and grade " +
                             std::to_string(dose_limiting_from) + " limits them already",
                         "let it be dose_limiting_from or less, or leave it out"});
    else if (dose_delaying_from && !recovery)
        found.push_back({"dose_delaying_from", "doses wait until the toxicity has resolved, and it never does",
                         "add recovery: 21 d, the time from onset until it has"});
    else if (dose_delaying_from && *dose_delaying_from != usual_limiting_grade && !grade_ratio)
        found.push_back({"dose_delaying_from",
                         "the kind has no grade " + std::to_string(*dose_delaying_from) + ": its tolerance is that of grade 3",
                         "add grade_ratio: 1.5, the ratio of drivers one grade apart"});
    return found;
}

pk::EffectLevels ToxicityKind::levels(double tolerance_uniform) const
{
    double const severe = tolerance_quantile(tolerance, tolerance_uniform);
    if (!grade_ratio)
        return {severe, severe, no_level};
    return {severe / *grade_ratio, severe, severe * *grade_ratio};
}

double ToxicityKind::probability(Grade at_least, double driver_reached) const
{
    int const above = grades_above_severe(at_least);
    if (!grade_ratio && above > 0)
        return 0;
    double const log_ratio = grade_ratio ? std::log(*grade_ratio) * above : 0;
    return probability_below(tolerance, std::log(driver_reached / tolerance.median.value) - log_ratio);
}

std::optional<Grade> ToxicityKind::limiting() const { return numbered_grade(dose_limiting_from); }

std::optional<Grade> ToxicityKind::delaying() const { return numbered_grade(dose_delaying_from.value_or(dose_limiting_from)); }

Faults OverTime::faults() const
{
    Faults found;
    if (kinds.empty())
        found.push_back(
            {"kinds", "there is no kind of toxicity",
             "write kinds: [{ name: ocular, driver: peak, memory: 14 d, tolerance: { median: 30 mg/L, sd_log: 0.4 } }]"});
    if (kinds.size() > most_kinds)
        found.push_back({"kinds",
                         std::to_string(kinds.size()) + " kinds of toxicity, at most " + std::to_string(most_kinds) + " fit",
                         "put those with the same driver together"});
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        auto const earlier = std::span{kinds}.first(i);
        if (std::ranges::find(earlier, kinds[i].name, &ToxicityKind::name) != earlier.end())
            found.push_back({"kinds[" + std::to_string(i) + "].name", "two kinds are called '" + kinds[i].name + "'",
                             "give each a name of its own"});
    }
    if (std::ranges::none_of(kinds, [](ToxicityKind const& kind) { return kind.limiting().has_value(); }) && !kinds.empty())
        found.push_back({"kinds", "no kind ever limits the dose", "let dose_limiting_from of at least one kind be 2, 3 or 4"});
    return found;
}

bool OverTime::has_grades() const
{
    return std::ranges::all_of(kinds, [](ToxicityKind const& kind) { return kind.grade_ratio.has_value(); });
}

} // namespace escalon

#include "sim/designs/accelerated_titration.hpp"

#include <algorithm>

namespace escalon {
namespace {

constexpr int any_course = 4; // the variant that looks at later courses

std::string seen(Observed const& observed, DoseLevel level)
{
    auto const tally = observed.tally(level);
    return std::to_string(tally.dlts) + "/" + std::to_string(tally.patients) + " at " + observed.ladder().text(level);
}

} // namespace

Faults AcceleratedTitration::faults() const
{
    auto found = conventional().faults();
    if (variant == 1 && within_patient.value_or(false))
        found.push_back({"within_patient", "variant 1 is conventional: each patient stays at one level",
                         "remove within_patient, or choose variant 2, 3 or 4"});
    return found;
}

ThreePlusThree AcceleratedTitration::conventional() const
{
    return {.deescalate = deescalate, .six_at_mtd = six_at_mtd, .common = common};
}

AcceleratedTitrationDecider AcceleratedTitration::on(DoseLadder const& ladder) const { return {*this, ladder}; }

AcceleratedTitrationDecider::AcceleratedTitrationDecider(AcceleratedTitration const& options, DoseLadder const& ladder)
    : options_{options}, conventional_{options.conventional()}, start_{options.common.start(ladder)}
{}

int AcceleratedTitrationDecider::moderate(Observed const& observed) const
{
    int patients = observed.total().grade_2;
    if (options_.variant == any_course) // a patient counts once
        patients += static_cast<int>(std::ranges::count_if(observed.later_courses(), [](LaterCourse const& course) {
            return course.grade == Grade::moderate && course.worst_before == Grade::mild;
        }));
    return patients;
}

bool AcceleratedTitrationDecider::has_dlt(Observed const& observed) const
{
    return observed.total().dlts > 0 ||
           (options_.variant == any_course && std::ranges::any_of(observed.later_courses(), is_dlt, &LaterCourse::grade));
}

bool AcceleratedTitrationDecider::has_room(Observed const& observed) const
{
    return !options_.common.max_patients || observed.total().patients < *options_.common.max_patients;
}

Decision AcceleratedTitrationDecider::decide(Observed const& observed, Wording wording) const
{
    Because const because{wording};
    if (options_.variant == 1 || !has_room(observed))
        return conventional_.decide(observed, wording);
    if (observed.empty())
        return {Treat{start_, 1}, because([&] { return "the trial starts at " + observed.ladder().text(start_); })};
    if (may_accelerate(observed) && observed.current() != observed.ladder().top())
        return accelerate(observed, because);
    auto decision = conventional_.decide(observed, wording);
    if (observed.tally(*observed.current()).patients == 1 && wording == Wording::sentence)
        decision.reason = why_it_ends(observed) + ": acceleration ends; " + decision.reason;
    return decision;
}

Decision AcceleratedTitrationDecider::accelerate(Observed const& observed, Because because) const
{
    auto const level = *observed.current();
    auto const above = level.above();
    bool const doubles = options_.variant > 2 && observed.ladder().has(above.above());
    auto const next = doubles ? above.above() : above;
    return {Treat{next, 1}, because([&] {
                return seen(observed, level) + ", " + (moderate(observed) == 0 ? "no" : "one") +
                       " patient with grade 2 so far: " + (doubles ? "two levels up" : "one level up") + ", one patient";
            })};
}

std::string AcceleratedTitrationDecider::why_it_ends(Observed const& observed) const
{
    if (has_dlt(observed))
        return observed.total().dlts > 0 ? "the first DLT" : "a DLT in a later course";
    return moderate(observed) >= 2 ? "the second patient with grade 2" : "the top level";
}

Summary AcceleratedTitrationDecider::summary(Observed const& observed) const
{
    auto summary = conventional_.summary(observed);
    if (options_.variant == 1)
        return summary;
    constexpr std::uint32_t ended = 2;
    return summary.append(may_accelerate(observed) ? static_cast<std::uint32_t>(moderate(observed)) : ended, ended + 1);
}

std::optional<DoseLevel> AcceleratedTitrationDecider::next_course(Observed const& observed, PatientCourse const& last,
                                                                  DoseLevel newest) const
{
    if (last.number >= options_.max_courses || (is_dlt(last.grade) && options_.after_dlt == AfterDlt::off_study))
        return std::nullopt;
    // nobody rises beyond the levels that new patients have been given, nor to one that is too toxic
    auto highest = newest;
    for (DoseLevel level{0}; observed.ladder().has(level); level = level.above())
        if (observed.tally(level).patients > 0)
            highest = std::max(highest, level);
    highest = std::min(highest, conventional_.too_toxic_from(observed).below());
    bool const rises = last.grade == Grade::mild && !is_dlt(last.worst); // nor to where a DLT was met
    int const step = rises ? 1 : is_dlt(last.grade) ? -1 : 0;
    int const wanted = std::min(last.level.index() + step, highest.index());
    return wanted < 0 ? std::nullopt : std::optional{DoseLevel{wanted}};
}

} // namespace escalon

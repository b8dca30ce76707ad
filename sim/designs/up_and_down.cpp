#include "sim/designs/up_and_down.hpp"

#include "pk_models/units.hpp"
#include "sim/designs/beta_posterior.hpp"
#include "sim/designs/isotonic.hpp"

#include <algorithm>

namespace escalon {
namespace {

/// One patient at another level with this probability, else at the same one.
Decision step(DoseLevel from, DoseLevel to, double probability, std::string why)
{
    if (to == from || probability >= 1)
        return {Treat{to, 1}, std::move(why)};
    return {Randomise{{{{probability, Treat{to, 1}}, {1 - probability, Treat{from, 1}}}}}, std::move(why)};
}

std::string by_chance(std::string const& direction, double probability)
{
    return probability >= 1 ? direction : direction + " with probability " + boundary_text(probability) + ", else stay";
}

DoseLevel most_treated(Observed const& observed)
{
    DoseLevel most{0};
    for (DoseLevel level{0}; observed.ladder().has(level); level = level.above())
        if (observed.tally(level).patients > observed.tally(most).patients)
            most = level;
    return most;
}

} // namespace

Faults one_at_a_time(CommonOptions const& common)
{
    if (common.cohort_size.value_or(1) == 1)
        return {};
    return {{"cohort_size", "up-and-down designs treat one patient at a time, not " + std::to_string(*common.cohort_size),
             "remove cohort_size"}};
}

UpAndDownDecider::UpAndDownDecider(CommonOptions const& common, UpAndDownRule rule, UpAndDownEstimate estimate,
                                   DoseLadder const& ladder)
    : rule_{rule}, estimate_{estimate}, start_{common.start(ladder)}, target_{common.aim()}, sample_size_{common.sample_size()}
{}

int UpAndDownDecider::in_a_row(Observed const& observed) const
{
    int patients = 0;
    auto const cohorts = observed.cohorts();
    for (auto cohort = cohorts.rbegin(); cohort != cohorts.rend() && patients < rule_.in_a_row; ++cohort) {
        if (cohort->dlts > 0 || cohort->level != cohorts.back().level)
            break;
        patients += cohort->patients;
    }
    return std::min(patients, rule_.in_a_row);
}

Decision UpAndDownDecider::decide(Observed const& observed, Wording wording) const
{
    Because const because{wording};
    auto const& ladder = observed.ladder();
    if (observed.empty())
        return {Treat{start_, 1}, because([&] { return "the trial starts at " + ladder.text(start_); })};
    if (observed.total().patients >= sample_size_) {
        auto const mtd = *recommendation(observed);
        return {Stop{mtd, StopCause::max_patients}, because([&] {
                    return "the sample size of " + std::to_string(sample_size_) + " is used up; " +
                           estimate_in_words(observed, mtd);
                })};
    }
    auto const level = *observed.current();
    auto const place = [&] { return " at " + ladder.text(level); };
    if (observed.cohorts().back().dlts > 0) {
        bool const lowest = level == DoseLevel{0};
        return step(level, lowest ? level : level.below(), rule_.down, because([&] {
                        return "a DLT" + place() + (lowest ? ", the lowest level: stay" : ": " + by_chance("down", rule_.down));
                    }));
    }
    int const without = in_a_row(observed);
    auto const finding = [&] {
        if (rule_.in_a_row == 1)
            return "no DLT" + place();
        return std::to_string(without) + " of " + std::to_string(rule_.in_a_row) + " patients in a row without a DLT" + place();
    };
    if (without < rule_.in_a_row)
        return {Treat{level, 1}, because([&] { return finding() + ": stay"; })};
    bool const top = level == ladder.top();
    return step(level, top ? level : level.above(), rule_.up,
                because([&] { return finding() + (top ? ", the top level: stay" : ": " + by_chance("up", rule_.up)); }));
}

std::string UpAndDownDecider::estimate_in_words(Observed const& observed, DoseLevel mtd) const
{
    auto const at = observed.ladder().text(mtd);
    switch (estimate_) {
    case UpAndDownEstimate::isotonic: return "the isotonic estimate at " + at + " is nearest the target of " + shortest(target_);
    case UpAndDownEstimate::mode: return at + " has most patients, " + std::to_string(observed.tally(mtd).patients);
    case UpAndDownEstimate::last: break;
    }
    return "the last patient was treated at " + at;
}

std::optional<DoseLevel> UpAndDownDecider::recommendation(Observed const& observed) const
{
    if (observed.empty())
        return std::nullopt;
    switch (estimate_) {
    case UpAndDownEstimate::isotonic:
        return isotonic_mtd(observed, observed.ladder().top().above(), target_, MtdEstimate::isotonic);
    case UpAndDownEstimate::mode: return most_treated(observed);
    case UpAndDownEstimate::last: break;
    }
    return observed.current();
}

Summary UpAndDownDecider::summary(Observed const& observed) const
{
    auto const levels = static_cast<std::uint32_t>(observed.ladder().size());
    auto const most = static_cast<std::uint32_t>(sample_size_);
    bool const within = observed.total().patients <= sample_size_;
    bool const over = observed.total().patients >= sample_size_;
    Summary summary;
    for (DoseLevel level{0}; observed.ladder().has(level) && estimate_ != UpAndDownEstimate::last; level = level.above()) {
        auto const tally = observed.tally(level);
        auto const n = static_cast<std::uint32_t>(tally.patients);
        auto const y = static_cast<std::uint32_t>(estimate_ == UpAndDownEstimate::isotonic ? tally.dlts : 0);
        if (within)
            summary.append(n * (n + 1) / 2 + y, (most + 1) * (most + 2) / 2);
        else // only a record that strayed from the rule gets here
            summary.append_count(n).append_count(y);
    }
    // where the trial ends, the last outcome no longer matters
    auto const row = over ? 0 : in_a_row(observed);
    auto const here = over && estimate_ != UpAndDownEstimate::last ? 0 : observed.empty() ? 0 : observed.current()->number();
    return summary.append(std::min(static_cast<std::uint32_t>(observed.total().patients), most), most + 1)
        .append(static_cast<std::uint32_t>(row), static_cast<std::uint32_t>(rule_.in_a_row) + 1)
        .append(static_cast<std::uint32_t>(here), levels + 1)
        .append(within ? 0 : 1, 2);
}

} // namespace escalon

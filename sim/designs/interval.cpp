#include "sim/designs/interval.hpp"

#include "pk_models/units.hpp"

#include <algorithm>

namespace escalon {
namespace {

std::string seen(Observed const& observed, DoseLevel level)
{
    auto const tally = observed.tally(level);
    return std::to_string(tally.dlts) + "/" + std::to_string(tally.patients) + " at " + observed.ladder().text(level);
}

DecisionTable decision_table(IntervalOptions const& options, IntervalRule const& rule, double target, int sample_size)
{
    return {[=](Tally tally) {
                bool const too_toxic = tally.patients >= options.eliminate_from &&
                                       BetaPosterior{rule.prior, tally}.above(target) > options.cutoff_eli;
                return TableCell{too_toxic ? Move::deescalate : rule.move(tally), too_toxic};
            },
            sample_size};
}

} // namespace

Faults IntervalOptions::faults() const
{
    if (extrasafe && offset >= cutoff_eli)
        return {{"offset", "cutoff_eli - offset leaves nothing", "offset lies below cutoff_eli, " + shortest(cutoff_eli)}};
    return {};
}

IntervalDecider::IntervalDecider(CommonOptions const& common, IntervalOptions const& options, IntervalRule rule,
                                 DoseLadder const& ladder)
    : options_{options},
      rule_{std::move(rule)},
      start_{common.start(ladder)},
      target_{common.aim()},
      cohort_size_{common.cohort()},
      sample_size_{common.sample_size()},
      table_{decision_table(options_, rule_, target_, sample_size_)}
{}

DoseLevel IntervalDecider::eliminated_from(Observed const& observed) const
{
    DoseLevel level{0};
    while (observed.ladder().has(level) && !table_(observed.tally(level)).too_toxic)
        level = level.above();
    return level;
}

bool IntervalDecider::lowest_is_unsafe(Observed const& observed) const
{
    if (!options_.extrasafe)
        return false;
    auto const tally = observed.tally(DoseLevel{0});
    return tally.patients >= options_.eliminate_from &&
           BetaPosterior{rule_.prior, tally}.above(target_) > options_.cutoff_eli - options_.offset;
}

bool IntervalDecider::one_a_level(Observed const& observed) const
{
    if (!options_.titration || cohort_size_ == 1)
        return false;
    for (DoseLevel level{0}; observed.ladder().has(level); level = level.above())
        if (observed.tally(level).patients > 1)
            return false;
    return true;
}

Decision IntervalDecider::treat(Observed const& observed, DoseLevel level, std::string why) const
{
    return {Treat{level, std::min(cohort_size_, sample_size_ - observed.total().patients)}, std::move(why)};
}

Decision IntervalDecider::decide(Observed const& observed, Wording wording) const
{
    Because const because{wording};
    auto const& ladder = observed.ladder();
    if (observed.empty()) {
        auto why = because([&] { return "the trial starts at " + ladder.text(start_); });
        if (one_a_level(observed))
            return {Treat{start_, 1}, std::move(why)};
        return treat(observed, start_, std::move(why));
    }
    auto const level = *observed.current();
    auto const stop = [&](std::optional<DoseLevel> mtd, StopCause cause, auto const& why) {
        return Decision{Stop{mtd, cause}, because(why)};
    };
    auto const limit = eliminated_from(observed);
    auto const too_toxic = [&](DoseLevel at) {
        return seen(observed, at) + ": P(DLT rate above " + shortest(target_) + ") is " +
               probability_text(BetaPosterior{rule_.prior, observed.tally(at)}.above(target_));
    };
    if (limit == DoseLevel{0})
        return stop(std::nullopt, StopCause::lowest_too_toxic,
                    [&] { return too_toxic(limit) + ", too toxic, and no level lies below"; });
    if (lowest_is_unsafe(observed))
        return stop(std::nullopt, StopCause::lowest_too_toxic,
                    [&] { return too_toxic(DoseLevel{0}) + ", too much for the lowest level"; });
    if (observed.total().patients >= sample_size_) {
        auto const mtd = recommendation(observed);
        return stop(mtd, StopCause::max_patients, [&] {
            return "the sample size of " + std::to_string(sample_size_) + " is used up; " +
                   (!mtd ? std::string{"no level is tolerable"}
                    : rule_.own_mtd
                        ? ladder.text(*mtd) + " " + rule_.own_mtd->reason
                        : "the isotonic estimate at " + ladder.text(*mtd) + " is nearest the target of " + shortest(target_));
        });
    }
    if (level >= limit)
        return treat(observed, limit.below(), because([&] { return too_toxic(limit) + ": step down, never to return"; }));
    if (one_a_level(observed)) {
        if (observed.total().dlts == 0 && level != ladder.top())
            return {Treat{level.above(), 1},
                    because([&] { return seen(observed, level) + ", no DLT so far: one patient a level"; })};
        if (observed.total().dlts <= 1)
            return {Treat{level,
                          std::min(cohort_size_ - observed.tally(level).patients, sample_size_ - observed.total().patients)},
                    because([&] { return seen(observed, level) + ": titration ends, complete the cohort"; })};
    }

    auto const tally = observed.tally(level);
    auto const move = tally.patients > 0 ? table_(tally).move : Move::stay;
    bool const may_rise = level != ladder.top() && level.above() < limit;
    auto const next = move == Move::escalate && may_rise              ? level.above()
                      : move == Move::deescalate && level.index() > 0 ? level.below()
                                                                      : level;
    auto const finding = [&] { return seen(observed, level) + ": " + rule_.words(tally); };
    if (next == level && options_.n_earlystop && tally.patients >= *options_.n_earlystop)
        return stop(recommendation(observed), StopCause::enough_at_level, [&] {
            return finding() + ": stay, and " + std::to_string(tally.patients) + " patients at this level are enough";
        });
    return treat(observed, next, because([&] {
                     if (next > level)
                         return finding() + ": escalate";
                     if (next < level)
                         return finding() + ": de-escalate";
                     if (move == Move::escalate)
                         return finding() + (level == ladder.top()
                                                 ? ": stay at the top level"
                                                 : ": stay, for " + ladder.text(level.above()) + " is too toxic");
                     return finding() + (move == Move::deescalate ? ": stay at the lowest level" : ": stay");
                 }));
}

std::optional<DoseLevel> IntervalDecider::recommendation(Observed const& observed) const
{
    if (lowest_is_unsafe(observed))
        return std::nullopt;
    if (rule_.own_mtd)
        return rule_.own_mtd->choose(observed, eliminated_from(observed));
    return isotonic_mtd(observed, eliminated_from(observed), target_, options_.mtd_estimate, rule_.mtd_bound);
}

Summary IntervalDecider::summary(Observed const& observed) const
{
    auto const levels = static_cast<std::uint32_t>(observed.ladder().size());
    auto const limit = eliminated_from(observed);
    auto const most = static_cast<std::uint32_t>(sample_size_);
    bool const within = observed.total().patients <= sample_size_;
    Summary summary;
    // tallies from the limit upwards will not change and are not read again
    for (DoseLevel level{0}; level < limit; level = level.above()) {
        auto const tally = observed.tally(level);
        auto const n = static_cast<std::uint32_t>(tally.patients);
        auto const y = static_cast<std::uint32_t>(tally.dlts);
        if (within)
            summary.append(n * (n + 1) / 2 + y, (most + 1) * (most + 2) / 2);
        else // only a record that strayed from the rule gets here
            summary.append_count(n).append_count(y);
    }
    if (static_cast<std::uint32_t>(limit.index()) < levels && within)
        summary.append(static_cast<std::uint32_t>(observed.total().patients), most + 1);
    // where the trial ends, it does not matter at which level
    bool const over = observed.total().patients >= sample_size_;
    return summary.append(static_cast<std::uint32_t>(limit.index()), levels + 1)
        .append(observed.empty() || over ? levels : static_cast<std::uint32_t>(observed.current()->index()), levels + 1)
        .append(within ? 0 : 1, 2);
}

} // namespace escalon

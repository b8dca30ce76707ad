#include "sim/designs/rolling_six.hpp"

#include <algorithm>
#include <string>

namespace escalon {
namespace {

constexpr int tolerable_dlts = 1; // of six

/// One look of the rule at a history.
class RollingLook {
public:
    RollingLook(RollingSix const& design, Observed const& observed)
        : design_{design}, observed_{observed}, ladder_{observed.ladder()}
    {}

    InterimTally tally(DoseLevel level) const { return interim_tally(observed_, level); }
    bool tried(DoseLevel level) const { return tally(level).patients > 0; }
    bool full(DoseLevel level) const { return tally(level).patients >= RollingSix::most_patients; }
    bool too_toxic(DoseLevel level) const { return tried(level) && design_.verdict(tally(level)) == RollingVerdict::deescalate; }

    /// One above the highest level that may still be given.
    DoseLevel ceiling() const
    {
        DoseLevel level{0};
        while (ladder_.has(level) && !too_toxic(level))
            level = level.above();
        return level;
    }

    /// Whether the level could be named as the MTD by what is known: no DLT in three or more, one in six.
    bool tolerable(DoseLevel level) const
    {
        auto const& known = observed_.tally(level);
        if (known.patients >= RollingSix::most_patients)
            return known.dlts * RollingSix::most_patients <= tolerable_dlts * known.patients;
        return known.dlts == 0 && known.patients >= RollingSix::fewest_patients;
    }

    std::optional<DoseLevel> highest_tolerable() const
    {
        for (auto level = ceiling(); level > DoseLevel{0};) {
            level = level.below();
            if (tolerable(level))
                return level;
        }
        return std::nullopt;
    }

    Decision decide(Wording wording) const
    {
        Because const because{wording};
        auto const start = design_.common.start(ladder_);
        if (!observed_.current())
            return treat(start, because([&] { return "the trial starts at " + ladder_.text(start); }), because);
        auto const limit = ceiling();
        auto level = *observed_.current();
        if (level >= limit)
            return step_down(limit, because);
        // a record may return below levels that were passed: go on from the highest of them
        while (tried(level) && design_.verdict(tally(level)) == RollingVerdict::escalate && level.above() < limit &&
               tried(level.above()))
            level = level.above();
        if (level.above() == limit && ladder_.has(limit))
            return below_the_limit(level, because([&] { return seen(limit) + " is too toxic"; }), because);
        return by_table(level, because);
    }

private:
    std::string seen(DoseLevel level) const
    {
        auto const now = tally(level);
        return std::to_string(now.dlts) + "/" + std::to_string(now.patients) + " at " + ladder_.text(level) +
               (now.pending > 0 ? ", " + pending_words(now) : "");
    }

    Decision by_table(DoseLevel level, Because because) const
    {
        auto const now = tally(level);
        switch (now.patients == 0 ? RollingVerdict::stay : design_.verdict(now)) {
        case RollingVerdict::suspend:
            return suspend(because([&] { return seen(level) + ": six are treated, wait for outcomes"; }));
        case RollingVerdict::escalate: return step_up(level, because);
        default: return treat(level, because([&] { return seen(level) + ": stay, for up to six patients"; }), because);
        }
    }

    Decision step_up(DoseLevel level, Because because) const
    {
        if (level != ladder_.top())
            return treat(level.above(), because([&] { return seen(level) + ": escalate"; }), because);
        if (design_.six_at_mtd && !full(level))
            return treat(level, because([&] { return seen(level) + ", the top level: fill to six"; }), because);
        if (!observed_.pending().empty())
            return suspend(because([&] { return seen(level) + ", the top level: wait for the last outcomes"; }));
        return stop(level, StopCause::top_not_exceeded, because([&] { return seen(level) + ", the top level, is tolerable"; }));
    }

    Decision step_down(DoseLevel limit, Because because) const
    {
        auto const why = because([&] { return seen(limit) + " is too toxic"; });
        if (limit == DoseLevel{0})
            return stop(std::nullopt, StopCause::lowest_too_toxic, because([&] { return why + ", and no level lies below"; }));
        return below_the_limit(limit.below(), why, because);
    }

    /// The level above is too toxic: six patients, all complete, show whether this one is the MTD.
    Decision below_the_limit(DoseLevel level, std::string const& why, Because because) const
    {
        if (!full(level))
            return treat(level,
                         because([&] { return tried(level) ? why + "; " + seen(level) + ": fill to six" : why + ": step down"; }),
                         because);
        if (!observed_.pending().empty())
            return suspend(because([&] { return why + "; " + seen(level) + ": wait for the last outcomes"; }));
        return stop(level, StopCause::mtd_determined, because([&] { return why + ": name the level below, " + seen(level); }));
    }

    /// The sample size ends a trial before a patient who would exceed it.
    Decision treat(DoseLevel level, std::string why, Because because) const
    {
        int const room = std::max(1, RollingSix::most_patients - tally(level).patients);
        int const patients = std::min(design_.entering(), room);
        auto const& limit = design_.common.max_patients;
        if (!limit || treated(observed_) + patients <= *limit)
            return {Treat{level, patients}, std::move(why)};
        auto const used = because(
            [&] { return "the sample size of " + std::to_string(*limit) + " leaves no room for another patient"; });
        if (!observed_.pending().empty())
            return suspend(because([&] {
                return used + ", and " + pending_words(static_cast<int>(observed_.pending().size())) + ": wait for the outcomes";
            }));
        return stop(highest_tolerable(), StopCause::max_patients, used);
    }

    static Decision suspend(std::string why) { return {Suspend{}, std::move(why)}; }
    static Decision stop(std::optional<DoseLevel> mtd, StopCause cause, std::string why)
    {
        return {Stop{mtd, cause}, std::move(why)};
    }

    RollingSix const& design_;
    Observed const& observed_;
    DoseLadder const& ladder_;
};

} // namespace

RollingVerdict RollingSix::verdict(InterimTally const& tally) const
{
    int const without = tally.patients - tally.pending - tally.dlts; // complete and without a DLT
    if (tally.patients < most_patients) {
        if (tally.dlts > tolerable_dlts)
            return RollingVerdict::deescalate;
        bool const enough = tally.pending == 0 || early_escalation;
        return tally.dlts == 0 && without >= fewest_patients && enough ? RollingVerdict::escalate : RollingVerdict::stay;
    }
    // a record may hold more patients than six; the tolerable share stays the same
    int const tolerable = tolerable_dlts * tally.patients / most_patients;
    if (tally.dlts > tolerable)
        return RollingVerdict::deescalate;
    return tally.dlts + tally.pending <= tolerable ? RollingVerdict::escalate : RollingVerdict::suspend;
}

Decision RollingSix::decide(Observed const& observed, Wording wording) const
{
    return RollingLook{*this, observed}.decide(wording);
}

std::optional<DoseLevel> RollingSix::recommendation(Observed const& observed) const
{
    return RollingLook{*this, observed}.highest_tolerable();
}

Summary RollingSix::summary(Observed const& observed) const
{
    RollingLook const look{*this, observed};
    auto const& ladder = observed.ladder();
    constexpr auto all = static_cast<std::uint32_t>(most_patients);
    auto const levels = static_cast<std::uint32_t>(ladder.size());
    Summary summary;
    summary.append(observed.empty() ? levels : static_cast<std::uint32_t>(observed.current()->index()), levels + 1);
    for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
        auto const& tally = observed.tally(level);
        // DLTs matter to the rule until a level is full; a code that they cannot reach marks a level as too toxic
        std::uint32_t dlts = look.full(level) ? 0 : static_cast<std::uint32_t>(tally.dlts);
        if (look.too_toxic(level))
            dlts = all;
        summary.append(std::min(static_cast<std::uint32_t>(tally.patients), all), all + 1).append(dlts, all + 1);
    }
    if (common.max_patients)
        summary.append(std::min(static_cast<std::uint32_t>(observed.total().patients),
                                static_cast<std::uint32_t>(*common.max_patients)),
                       static_cast<std::uint32_t>(*common.max_patients) + 1);
    return summary;
}

} // namespace escalon

#include "sim/designs/three_plus_three.hpp"

#include <algorithm>
#include <string>

namespace escalon {
namespace {

/// What the rule makes of one level's tally.
enum class Verdict {
    unfinished, ///< fewer patients than the first cohort has
    open,       ///< DLTs among the first patients that call for the second
    tolerable,  ///< may be left upwards
    too_toxic,  ///< never given again
};

std::string share(Tally tally) { return std::to_string(tally.dlts) + "/" + std::to_string(tally.patients); }

/// One look of the rule at a history.
class Look {
public:
    Look(ThreePlusThree const& design, Observed const& observed)
        : design_{design}, observed_{observed}, ladder_{observed.ladder()}
    {}

    Verdict verdict(DoseLevel level) const
    {
        auto const tally = observed_.tally(level);
        int const all = design_.all_patients();
        if (tally.patients < all) {
            if (tally.dlts > std::max(design_.max_dlts_first.value_or(design_.max_dlts), design_.expand_at - 1))
                return Verdict::too_toxic;
            if (tally.patients < design_.first_patients())
                return Verdict::unfinished;
            return tally.dlts < design_.expand_at ? Verdict::tolerable : Verdict::open;
        }
        // a record may hold more patients than the rule asks for; the tolerable share stays the same
        return tally.dlts * all <= design_.max_dlts * tally.patients ? Verdict::tolerable : Verdict::too_toxic;
    }

    bool tried(DoseLevel level) const { return observed_.tally(level).patients > 0; }
    bool full(DoseLevel level) const { return observed_.tally(level).patients >= design_.all_patients(); }

    /// One above the highest level that may still be given.
    DoseLevel ceiling() const
    {
        for (DoseLevel level{0}; ladder_.has(level); level = level.above())
            if (verdict(level) == Verdict::too_toxic)
                return level;
        return ladder_.top().above();
    }

    Decision decide(Wording wording) const
    {
        Because const because{wording};
        auto const start = design_.common.start(ladder_);
        if (observed_.empty())
            return treat(start, because([&] { return "the trial starts at " + ladder_.text(start); }), because);
        auto const limit = ceiling();
        auto level = *observed_.current();
        if (level >= limit)
            return step_down(limit, because);
        // a record may return below levels that were passed: go on from the highest of them
        while (verdict(level) == Verdict::tolerable && level.above() < limit && tried(level.above()))
            level = level.above();
        switch (verdict(level)) {
        case Verdict::unfinished:
            return fill(level, design_.first_patients(), because([&] { return seen(level) + ": complete the first cohort"; }),
                        because);
        case Verdict::open:
            return fill(level, design_.all_patients(),
                        because([&] { return seen(level) + " leaves it open: expand to " + all(); }), because);
        default: return step_up(level, limit, because);
        }
    }

    std::optional<DoseLevel> highest_tolerable() const
    {
        auto const limit = ceiling();
        for (int index = limit.index() - 1; index >= 0; --index)
            if (tried(DoseLevel{index}) && verdict(DoseLevel{index}) == Verdict::tolerable)
                return DoseLevel{index};
        return std::nullopt;
    }

private:
    std::string seen(DoseLevel level) const { return share(observed_.tally(level)) + " at " + ladder_.text(level); }
    std::string all() const { return std::to_string(design_.all_patients()); }

    Decision step_up(DoseLevel level, DoseLevel limit, Because because) const
    {
        auto const next = level.above();
        if (next == limit && ladder_.has(next)) { // the level above is known to be too toxic
            if (design_.deescalate && !full(level))
                return fill(level, design_.all_patients(), because([&] {
                                return seen(level) + ", and " + ladder_.text(next) + " is too toxic: fill to " + all();
                            }),
                            because);
            return stop(level, StopCause::mtd_determined,
                        because([&] { return seen(level) + " is tolerable, " + ladder_.text(next) + " above it too toxic"; }));
        }
        if (ladder_.has(next))
            return treat(next, because([&] { return seen(level) + ": escalate"; }), because);
        if (design_.six_at_mtd && !full(level))
            return fill(level, design_.all_patients(), because([&] { return seen(level) + ", the top level: fill to " + all(); }),
                        because);
        return stop(level, StopCause::top_not_exceeded, because([&] { return seen(level) + ", the top level, is tolerable"; }));
    }

    Decision step_down(DoseLevel limit, Because because) const
    {
        auto const why = because([&] { return seen(limit) + " is too toxic"; });
        if (limit == DoseLevel{0})
            return stop(std::nullopt, StopCause::lowest_too_toxic, because([&] { return why + ", and no level lies below"; }));
        auto const below = limit.below();
        if (design_.deescalate && !tried(below))
            return treat(below, because([&] { return why + ": step down"; }), because);
        if (design_.deescalate && !full(below))
            return fill(below, design_.all_patients(), because([&] { return why + ": fill the level below to " + all(); }),
                        because);
        if (!tried(below))
            return stop(std::nullopt, StopCause::lowest_too_toxic,
                        because([&] { return why + ", and no level below it was tried"; }));
        return stop(below, StopCause::mtd_determined, because([&] { return why + ": name the level below, " + seen(below); }));
    }

    Decision treat(DoseLevel level, std::string why, Because because) const
    {
        return limited({level, design_.first_patients()}, std::move(why), because);
    }

    Decision fill(DoseLevel level, int wanted, std::string why, Because because) const
    {
        return limited({level, wanted - observed_.tally(level).patients}, std::move(why), because);
    }

    /// The sample size ends a trial before a cohort that would exceed it.
    Decision limited(Treat treat, std::string why, Because because) const
    {
        auto const& limit = design_.common.max_patients;
        if (limit && observed_.total().patients + treat.patients > *limit)
            return stop(highest_tolerable(), StopCause::max_patients, because([&] {
                            return "the sample size of " + std::to_string(*limit) + " leaves no room for another cohort";
                        }));
        return {treat, std::move(why)};
    }

    static Decision stop(std::optional<DoseLevel> mtd, StopCause cause, std::string why)
    {
        return {Stop{mtd, cause}, std::move(why)};
    }

    ThreePlusThree const& design_;
    Observed const& observed_;
    DoseLadder const& ladder_;
};

} // namespace

Faults ThreePlusThree::faults() const
{
    Faults found;
    if (!deescalate && six_at_mtd)
        found.push_back({"six_at_mtd", "six patients at the MTD need de-escalation: deescalate is false",
                         "set deescalate: true, or six_at_mtd: false"});
    if (expand_at > first_patients())
        found.push_back({"expand_at",
                         "expansion after " + std::to_string(expand_at) + " DLTs cannot happen in a first cohort of " +
                             std::to_string(first_patients()),
                         "expand_at lies between 1 and `first`"});
    if (max_dlts_first && *max_dlts_first > max_dlts)
        found.push_back(
            {"max_dlts_first",
             "a level expanded after " + std::to_string(*max_dlts_first) + " DLTs would already have more than max_dlts",
             "max_dlts_first is at most max_dlts, " + std::to_string(max_dlts)});
    if (max_dlts >= all_patients())
        found.push_back({"max_dlts", "no level could ever be too toxic: max_dlts reaches first + second patients",
                         "max_dlts lies below " + std::to_string(all_patients())});
    return found;
}

Decision ThreePlusThree::decide(Observed const& observed, Wording wording) const { return Look{*this, observed}.decide(wording); }

std::optional<DoseLevel> ThreePlusThree::recommendation(Observed const& observed) const
{
    return Look{*this, observed}.highest_tolerable();
}

DoseLevel ThreePlusThree::too_toxic_from(Observed const& observed) const { return Look{*this, observed}.ceiling(); }

Summary ThreePlusThree::summary(Observed const& observed) const
{
    Look const look{*this, observed};
    auto const& ladder = observed.ladder();
    auto const all = static_cast<std::uint32_t>(all_patients());
    auto const levels = static_cast<std::uint32_t>(ladder.size());
    Summary summary;
    summary.append(observed.empty() ? levels : static_cast<std::uint32_t>(observed.current()->index()), levels + 1);
    for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
        auto const tally = observed.tally(level);
        // DLTs matter to the rule until a level is full; a code that they cannot reach marks a level as too toxic
        std::uint32_t dlts = look.full(level) ? 0 : static_cast<std::uint32_t>(tally.dlts);
        if (look.verdict(level) == Verdict::too_toxic)
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

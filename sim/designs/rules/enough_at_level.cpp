#include "sim/designs/rules/enough_at_level.hpp"

#include "sim/designs/interim.hpp"

#include <algorithm>

namespace escalon {

std::optional<Amendment> EnoughAtLevel::amend(Action const& action, RuleView const& view, Because because) const
{
    auto const* treat = std::get_if<Treat>(&action);
    if (!treat || treated(view.observed()) < min_patients)
        return std::nullopt;
    auto const& ladder = view.ladder();
    auto const treated_at = [&](DoseLevel level) {
        return view.observed().tally(level).patients + view.observed().pending_at(level);
    };
    auto const enough = [&](DoseLevel level) { return treated_at(level) >= patients; };
    std::optional<DoseLevel> reached;
    if (at == EnoughAt::any) {
        for (DoseLevel level{0}; ladder.has(level) && !reached; level = level.above())
            if (enough(level))
                reached = level;
    } else if (auto const level = at == EnoughAt::next ? std::optional{treat->level} : view.recommendation();
               level && enough(*level)) {
        reached = level;
    }
    if (!reached)
        return std::nullopt;
    return Amendment{Stop{view.recommendation(), StopCause::enough_at_level}, because([&] {
                         int const there = treated_at(*reached);
                         return std::to_string(there) + (there == 1 ? " patient at " : " patients at ") + ladder.text(*reached) +
                                (there == 1 ? " is enough" : " are enough");
                     })};
}

void EnoughAtLevel::append(Summary& summary, Observed const& observed) const
{
    auto const most = static_cast<std::uint32_t>(patients);
    for (DoseLevel level{0}; observed.ladder().has(level); level = level.above())
        summary.append(std::min(static_cast<std::uint32_t>(observed.tally(level).patients), most), most + 1);
    if (min_patients > 0)
        summary.append(static_cast<std::uint32_t>(std::min(observed.total().patients, min_patients)),
                       static_cast<std::uint32_t>(min_patients) + 1);
}

} // namespace escalon

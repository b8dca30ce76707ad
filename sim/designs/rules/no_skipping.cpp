#include "sim/designs/rules/no_skipping.hpp"

#include "sim/designs/state_parts.hpp"

namespace escalon {

std::optional<Amendment> NoSkipping::amend(Action const& action, RuleView const& view, Because because) const
{
    auto const* treat = std::get_if<Treat>(&action);
    if (!treat || view.observed().empty())
        return std::nullopt;
    auto const& ladder = view.ladder();
    auto const current = *view.observed().current();
    auto const last = from == SkippedFrom::current ? current : highest_tried(view.observed());
    if (treat->level > last.above())
        return Amendment{Treat{last.above(), treat->patients}, because([&] {
                             return "no level is skipped: " + ladder.text(last.above()) + " comes before " +
                                    ladder.text(treat->level);
                         })};
    if (downwards && treat->level < current.below())
        return Amendment{Treat{current.below(), treat->patients}, because([&] {
                             return "no level is skipped on the way down: " + ladder.text(current.below()) + " comes before " +
                                    ladder.text(treat->level);
                         })};
    return std::nullopt;
}

void NoSkipping::append(Summary& summary, Observed const& observed) const
{
    auto const levels = static_cast<std::uint32_t>(observed.ladder().size());
    summary.append(observed.empty() ? levels : static_cast<std::uint32_t>(observed.current()->index()), levels + 1);
    if (from == SkippedFrom::highest_tried)
        summary.append(observed.empty() ? 0 : static_cast<std::uint32_t>(highest_tried(observed).index()), levels);
}

} // namespace escalon

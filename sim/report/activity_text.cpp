#include "sim/report/activity_text.hpp"

#include "pk_models/units.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/text_table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace escalon {
namespace {

using ActivityFigure = ActivityMeasures::Figure;
using ActivityJson = nlohmann::ordered_json;

/// "21.7 % (SE 0.2)"
std::string share_and_error(ActivityFigure const& figure)
{
    return fmt::format("{} (SE {:.1f})", percent(figure.mean), percent_of * figure.standard_error);
}

/// " 69.0 % (SE 0.5) have two cycles or more and 40.1 % (SE 0.6) three or more."
std::string cycles_in_words(ActivityMeasures::Group const& group)
{
    constexpr std::array numbers{"have two cycles", "three"};
    std::vector<std::string> parts;
    for (std::size_t k = 0; k < std::min(numbers.size(), group.cycles.size()); ++k)
        parts.push_back(fmt::format("{} {} or more", share_and_error(group.cycles[k]), numbers[k]));
    return parts.empty() ? std::string{} : " " + listed(parts) + ".";
}

ActivityJson group_json(ActivityMeasures::Group const& group, double ActivityFigure::*part)
{
    auto const share = [&](ActivityFigure const& figure, ActivityFigure const& of) {
        return of.mean > 0 ? ActivityJson(figure.*part) : ActivityJson(nullptr);
    };
    auto cycles = ActivityJson::object();
    for (std::size_t k = 0; k < group.cycles.size(); ++k)
        cycles[std::to_string(k + 2)] = share(group.cycles[k], group.patients);
    return {{"patients", group.patients.*part},
            {"evaluable", group.evaluable.*part},
            {"responses", group.responses.*part},
            {"response_rate", share(group.response_rate, group.evaluable)},
            {"cycles_at_least", cycles}};
}

} // namespace

std::string ending_words(TreatmentEnd end)
{
    switch (end) {
    case TreatmentEnd::completed: return "what was planned";
    case TreatmentEnd::progression: return "progression";
    case TreatmentEnd::toxicity: return "toxicity";
    case TreatmentEnd::dropped_out: return "dropping out";
    }
    return {};
}

std::vector<std::string> activity_in_words(DesignRun const& design)
{
    auto const& clock = design.result.characteristics.clock;
    if (!clock || !clock->activity)
        return {};
    auto const& [all, at_mtd, levels, withdrawn, ends] = *clock->activity;
    std::vector<std::string> text;
    text.push_back(fmt::format("Of {} patients a trial {} are evaluable for response, and {} respond: {}.{}",
                               mean_count(all.patients.mean), mean_count(all.evaluable.mean), mean_count(all.responses.mean),
                               share_and_error(all.response_rate), cycles_in_words(all)));
    if (at_mtd.patients.mean > 0)
        text.push_back(fmt::format("Of {} patients a trial at the declared MTD {} respond.{}", mean_count(at_mtd.patients.mean),
                                   share_and_error(at_mtd.response_rate), cycles_in_words(at_mtd)));
    std::vector<std::string> parts;
    for (auto const& [end, key] : enum_names(TreatmentEnd{}))
        if (auto const& share = ends[static_cast<std::size_t>(end)]; share.mean > 0)
            parts.push_back(fmt::format("{} in {}", ending_words(end), percent(share.mean)));
    if (!parts.empty())
        text.push_back(fmt::format("Treatment ends with {} of patients.", listed(parts)));
    if (withdrawn.mean > 0)
        text.push_back(
            fmt::format("{} patients a trial progress before the last dose of the DLT window: not evaluable for it, they "
                        "are replaced.",
                        mean_count(withdrawn.mean)));
    return text;
}

std::string activity_text(RunResult const& run, DesignRun const& design)
{
    auto const& clock = design.result.characteristics.clock;
    if (!clock || !clock->activity)
        return {};
    auto const& activity = *clock->activity;
    auto const ladder = run.scenario.ladder();
    auto const columns = std::min(cycle_columns, activity.all.cycles.size());
    std::vector<TextTable::Column> heads{
        {"dose " + std::string{symbol(ladder.unit())}}, {"patients"}, {"evaluable"}, {"responses"}, {"rate"}, {"± SE"}};
    for (std::size_t k = 0; k < columns; ++k) {
        heads.push_back({fmt::format("{}+ cycles", k + 2)});
        heads.push_back({"± SE"});
    }
    TextTable table{heads};
    auto const add = [&](std::string const& name, ActivityMeasures::Group const& group) {
        std::vector<std::string> cells{name, mean_count(group.patients.mean), mean_count(group.evaluable.mean),
                                       mean_count(group.responses.mean)};
        auto const share = [&](ActivityFigure const& figure, ActivityFigure const& of) {
            cells.push_back(of.mean > 0 ? percent(figure.mean) : "");
            cells.push_back(of.mean > 0 ? percent(figure.standard_error) : "");
        };
        share(group.response_rate, group.evaluable);
        for (std::size_t k = 0; k < columns; ++k)
            share(group.cycles[k], group.patients);
        table.row(std::move(cells));
    };
    for (DoseLevel level{0}; ladder.has(level); level = level.above())
        add(shortest(ladder.dose(level)), activity.levels[static_cast<std::size_t>(level.index())]);
    add("at the MTD", activity.at_mtd);
    add("all", activity.all);
    auto text = "\n" + table.text() + "\n";
    for (auto const& sentence : activity_in_words(design))
        text += "  " + sentence + "\n";
    return text;
}

nlohmann::ordered_json activity_json(ActivityMeasures const& activity, double ClockMeasures::Figure::*part)
{
    auto levels = ActivityJson::array();
    for (auto const& level : activity.levels)
        levels.push_back(group_json(level, part));
    auto ends = ActivityJson::object();
    for (auto const& [end, key] : enum_names(TreatmentEnd{}))
        ends[std::string{key}] = activity.ends[static_cast<std::size_t>(end)].*part;
    return {{"all", group_json(activity.all, part)},
            {"at_declared_mtd", group_json(activity.at_mtd, part)},
            {"levels", levels},
            {"withdrawn_from_window", activity.withdrawn.*part},
            {"treatment_ends", ends}};
}

} // namespace escalon

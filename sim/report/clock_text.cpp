#include "sim/report/clock_text.hpp"

#include "pk_models/units.hpp"
#include "sim/report/activity_text.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/text_table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <numeric>

namespace escalon {
namespace {

using ClockFigure = ClockMeasures::Figure;
using Json = nlohmann::ordered_json;

/// "62 % (± 0.5)"
std::string share_with_error(ClockFigure const& figure)
{
    return fmt::format("{} (SE {:.1f})", percent(figure.mean), percent_of * figure.standard_error);
}

double sum_of(std::vector<ClockFigure> const& figures)
{
    return std::accumulate(figures.begin(), figures.end(), 0.0,
                           [](double sum, ClockFigure const& one) { return sum + one.mean; });
}

std::string days(double time_d) { return shortest(time_d) + " d"; }

/// "1 year and 5 months"
std::string long_time(double time_d)
{
    if (time_d < 2 * unit::days_per_month)
        return fmt::format("{:.0f} days", time_d);
    return fmt::format("{:.1f} months", time_d / unit::days_per_month);
}

/// "ocular 1.2, hepatic 0.1"
std::string by_kind(std::vector<ClockFigure> const& figures, std::vector<std::string> const& names)
{
    std::vector<std::string> parts;
    for (std::size_t k = 0; k < figures.size(); ++k)
        parts.push_back(fmt::format("{} {}", names[k], mean_count(figures[k].mean)));
    return fmt::format("{}", fmt::join(parts, ", "));
}

} // namespace

std::vector<std::string> kind_names(Scenario const& scenario)
{
    std::vector<std::string> names;
    auto const* toxicity = scenario.toxicity ? std::get_if<OverTime>(&*scenario.toxicity) : nullptr;
    for (auto const& truth : scenario.truths)
        if (!toxicity && truth.toxicity)
            toxicity = std::get_if<OverTime>(&*truth.toxicity);
    if (toxicity)
        for (auto const& kind : toxicity->kinds)
            names.push_back(kind.name);
    return names;
}

std::vector<std::string> clock_in_words(RunResult const& run, DesignRun const& design)
{
    auto const& oc = design.result.characteristics;
    if (!oc.clock)
        return {};
    auto const& clock = *oc.clock;
    auto const& conduct = *run.scenario.trial.clock;
    auto const ladder = run.scenario.ladder();
    auto const window_d = run.scenario.dlt_window().value().base();
    auto const follow_up_d = run.scenario.follow_up().value().base();
    auto const names = kind_names(run.scenario);
    std::vector<std::string> text;

    text.push_back(fmt::format("A trial takes {} from the first dose to the MTD.", long_time(clock.duration_d.mean)));
    if (clock.suspended_d.mean > 0)
        text.back() += fmt::format(" Accrual is suspended for {} of them, to wait for outcomes.",
                                   long_time(clock.suspended_d.mean));
    if (clock.dropped_out.mean > 0)
        text.back() += fmt::format(" {} patients a trial drop out before their window ends and are replaced.",
                                   mean_count(clock.dropped_out.mean));

    // what the window saw
    auto const highest = std::find_if(clock.visited.rbegin(), clock.visited.rend(),
                                      [](ClockFigure const& f) { return f.mean > 0; });
    if (highest != clock.visited.rend()) {
        DoseLevel const top{static_cast<int>(clock.visited.rend() - highest) - 1};
        text.push_back(fmt::format("The DLT window of {} sees {} DLTs a trial{}. It lets the trial reach {} in {} of cases.",
                                   days(window_d), mean_count(oc.mean.total_dlts),
                                   names.size() > 1 ? " (" + by_kind(clock.kind_in_window, names) + ")" : std::string{},
                                   ladder.text(top), share_with_error(*highest)));
    }
    // what came later
    double const late = sum_of(clock.late);
    if (follow_up_d > window_d && !names.empty()) {
        text.push_back(
            fmt::format("After the window, until day {}, {} more patients a trial have a toxicity that would have limited the "
                        "dose{}{}.",
                        shortest(follow_up_d), mean_count(late),
                        names.size() > 1 ? " (" + by_kind(clock.kind_late, names) + ")" : std::string{},
                        clock.in_expansion.mean > 0 ? fmt::format(", counting the {} patients of the expansion at the MTD",
                                                                  mean_count(clock.in_expansion.mean))
                                                    : std::string{}));
    }
    // what the committee did
    if (conduct.late_look) {
        std::vector<std::string> shifts;
        for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
            auto const i = static_cast<std::size_t>(level.index());
            constexpr double worth_telling = 0.05;
            if (std::max(oc.mean.selection[i], clock.after_look[i].mean) >= worth_telling)
                shifts.push_back(fmt::format("{} from {} to {}", ladder.text(level), percent(oc.mean.selection[i]),
                                             percent(clock.after_look[i].mean)));
        }
        text.push_back(fmt::format("When the committee looks at all of it, it lowers the MTD in {} of trials{}{}.",
                                   share_with_error(clock.lowered), shifts.empty() ? "" : ": ", fmt::join(shifts, ", ")));
    }
    return text;
}

std::string clock_text(RunResult const& run, DesignRun const& design)
{
    auto const& oc = design.result.characteristics;
    if (!oc.clock)
        return {};
    auto const& clock = *oc.clock;
    auto const ladder = run.scenario.ladder();
    bool const late = !kind_names(run.scenario).empty();
    bool const looked = run.scenario.trial.clock->late_look;
    std::vector<TextTable::Column> columns{{"dose " + std::string{symbol(ladder.unit())}}, {"visited"}, {"± SE"}, {"declared"}};
    if (late)
        columns.push_back({"late DLTs"});
    if (looked)
        columns.push_back({"after the late look"});
    TextTable table{columns};
    auto const add = [&](std::string const& dose, std::string const& visited, std::string const& error, double declared,
                         std::string const& after_window, double after_look) {
        std::vector<std::string> cells{dose, visited, error, percent(declared)};
        if (late)
            cells.push_back(after_window);
        if (looked)
            cells.push_back(percent(after_look));
        table.row(std::move(cells));
    };
    add("none", "", "", oc.mean.none, "", clock.none_after_look.mean);
    for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
        auto const i = static_cast<std::size_t>(level.index());
        add(shortest(ladder.dose(level)), percent(clock.visited[i].mean), percent(clock.visited[i].standard_error),
            oc.mean.selection[i], mean_count(clock.late[i].mean), clock.after_look[i].mean);
    }
    auto text = "\n" + table.text() + "\n";
    for (auto const& sentence : clock_in_words(run, design))
        text += "  " + sentence + "\n";
    return text + activity_text(run, design);
}

nlohmann::ordered_json clock_json(RunResult const& run, ClockMeasures const& clock)
{
    auto const names = kind_names(run.scenario);
    auto const write = [&](double ClockFigure::*which) {
        auto const part = [&](ClockFigure const& figure) { return figure.*which; };
        auto const all = [&](std::vector<ClockFigure> const& figures) {
            auto row = Json::array();
            for (auto const& figure : figures)
                row.push_back(part(figure));
            return row;
        };
        auto const kinds = [&](std::vector<ClockFigure> const& figures) {
            auto object = Json::object();
            for (std::size_t k = 0; k < figures.size(); ++k)
                object[names[k]] = part(figures[k]);
            return object;
        };
        Json object{{"duration_d", part(clock.duration_d)},
                    {"suspended_d", part(clock.suspended_d)},
                    {"dropped_out", part(clock.dropped_out)},
                    {"in_expansion", part(clock.in_expansion)},
                    {"visited", all(clock.visited)},
                    {"late_dlts", all(clock.late)},
                    {"after_late_look", {{"none", part(clock.none_after_look)}, {"levels", all(clock.after_look)}}},
                    {"lowered_by_late_look", part(clock.lowered)},
                    {"dlts_by_kind", kinds(clock.kind_in_window)},
                    {"late_dlts_by_kind", kinds(clock.kind_late)}};
        if (clock.activity)
            object["activity"] = activity_json(*clock.activity, which);
        return object;
    };
    auto whole = write(&ClockFigure::mean);
    whole["standard_error"] = write(&ClockFigure::standard_error);
    return whole;
}

} // namespace escalon

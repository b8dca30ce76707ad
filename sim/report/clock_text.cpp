#include "sim/report/clock_text.hpp"

#include "pk_models/units.hpp"
#include "sim/report/activity_text.hpp"
#include "sim/report/late_story.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/text_table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace escalon {
namespace {

using ClockFigure = ClockMeasures::Figure;
using Json = nlohmann::ordered_json;

/// "62 % (± 0.5)"
std::string share_with_error(ClockFigure const& figure)
{
    return fmt::format("{} (SE {:.1f})", percent(figure.mean), percent_of * figure.standard_error);
}

std::string days(double time_d) { return shortest(time_d) + " d"; }

/// "1 year and 5 months"
std::string long_time(double time_d)
{
    if (time_d < 2 * unit::days_per_month)
        return fmt::format("{:.0f} days", time_d);
    return fmt::format("{:.1f} months", time_d / unit::days_per_month);
}

} // namespace

std::vector<std::string> kind_names(Scenario const& scenario, std::size_t truth)
{
    auto const met = truth < scenario.truths.size() ? under(scenario.truths[truth], scenario) : scenario;
    std::vector<std::string> names;
    if (auto const* toxicity = met.toxicity ? std::get_if<OverTime>(&*met.toxicity) : nullptr)
        for (auto const& kind : toxicity->kinds)
            names.push_back(kind.name);
    return names;
}

bool has_kinds(Scenario const& scenario)
{
    if (scenario.truths.empty())
        return !kind_names(scenario).empty();
    for (std::size_t truth = 0; truth < scenario.truths.size(); ++truth)
        if (!kind_names(scenario, truth).empty())
            return true;
    return false;
}

std::vector<std::string> clock_in_words(RunResult const& run, DesignRun const& design)
{
    auto const& oc = design.result.characteristics;
    if (!oc.clock)
        return {};
    auto const& clock = *oc.clock;
    auto const window_d = run.scenario.dlt_window(run.entry_of(design)).value().base();
    std::vector<std::string> text;

    text.push_back(fmt::format("With a DLT window of {} a trial takes {} from the first dose to the MTD.", days(window_d),
                               long_time(clock.duration_d.mean)));
    if (clock.suspended_d.mean > 0)
        text.back() += fmt::format(" Accrual is suspended for {} of them, to wait for outcomes.",
                                   long_time(clock.suspended_d.mean));
    if (clock.dropped_out.mean > 0)
        text.back() += fmt::format(" {} patients a trial drop out before their window ends and are replaced.",
                                   mean_count(clock.dropped_out.mean));

    if (clock.doses)
        text.push_back(fmt::format("Toxicity delays a dose of {} patients a trial (SE {:.2f}) and reduces one of {} (SE {:.2f}); "
                                   "the relative dose intensity is {}.",
                                   mean_count(clock.doses->delayed.mean), clock.doses->delayed.standard_error,
                                   mean_count(clock.doses->reduced.mean), clock.doses->reduced.standard_error,
                                   share_with_error(clock.doses->relative_intensity)));
    if (tells_late_story(run)) // tells the rest of all designs together
        return text;
    auto const highest = std::find_if(clock.visited.rbegin(), clock.visited.rend(),
                                      [](ClockFigure const& f) { return f.mean > 0; });
    if (highest != clock.visited.rend()) {
        DoseLevel const top{static_cast<int>(clock.visited.rend() - highest) - 1};
        text.push_back(fmt::format("The window sees {} DLTs a trial. It lets the trial reach {} in {} of cases.",
                                   mean_count(oc.mean.total_dlts), run.scenario.ladder().text(top), share_with_error(*highest)));
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
    bool const late = !kind_names(run.scenario, design.truth).empty();
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

nlohmann::ordered_json clock_json(RunResult const& run, std::size_t truth, ClockMeasures const& clock)
{
    auto const names = kind_names(run.scenario, truth);
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
        auto const highest_by_look = [&] {
            auto levels = Json::array();
            for (std::size_t left = 1; left < clock.highest_by_look.size(); ++left)
                levels.push_back(all(clock.highest_by_look[left]));
            return Json{{"none", all(clock.highest_by_look.front())}, {"levels", levels}};
        };
        Json object{{"duration_d", part(clock.duration_d)},
                    {"suspended_d", part(clock.suspended_d)},
                    {"dropped_out", part(clock.dropped_out)},
                    {"in_expansion", part(clock.in_expansion)},
                    {"visited", all(clock.visited)},
                    {"late_dlts", all(clock.late)},
                    {"after_late_look", {{"none", part(clock.none_after_look)}, {"levels", all(clock.after_look)}}},
                    {"lowered_by_late_look", part(clock.lowered)},
                    {"patients_above_late_look", part(clock.above_look)},
                    {"highest_by_late_look", highest_by_look()},
                    {"dlts_by_kind", kinds(clock.kind_in_window)},
                    {"late_dlts_by_kind", kinds(clock.kind_late)}};
        if (clock.doses)
            object["dose_modification"] = {{"patients_delayed", part(clock.doses->delayed)},
                                           {"patients_reduced", part(clock.doses->reduced)},
                                           {"relative_dose_intensity", part(clock.doses->relative_intensity)}};
        if (clock.activity)
            object["activity"] = activity_json(*clock.activity, which);
        return object;
    };
    auto whole = write(&ClockFigure::mean);
    whole["standard_error"] = write(&ClockFigure::standard_error);
    return whole;
}

} // namespace escalon

#include "sim/report/sweep_json.hpp"

#include "sim/report/read_result.hpp"
#include "sim/report/run_json.hpp"
#include "sim/report/version.hpp"
#include "sim/scenario/cells.hpp"
#include "sim/scenario/echo.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

/// FNV-1a, 64 bits. Names files only: what they hold is compared with what it follows from.
std::uint64_t hash(std::string_view text)
{
    constexpr std::uint64_t offset_basis = 14695981039346656037U;
    constexpr std::uint64_t prime = 1099511628211U;
    std::uint64_t value = offset_basis;
    for (char const c : text)
        value = (value ^ static_cast<unsigned char>(c)) * prime;
    return value;
}

Json axis_json(SweepAxis const& axis)
{
    Json object{{"path", axis.path}, {"values", axis.values}};
    if (!axis.numbers.empty()) {
        object["unit"] = axis.unit;
        object["numbers"] = axis.numbers;
    }
    if (axis.as_written)
        object["as_written"] = *axis.as_written;
    return object;
}

SweepAxis read_axis(ResultPart const& part)
{
    SweepAxis axis{.path = part.at("path").text(), .values = part.at("values").texts()};
    if (axis.values.empty())
        part.at("values").fail("is empty");
    if (auto const numbers = part.find("numbers")) {
        axis.unit = part.at("unit").text();
        axis.numbers = numbers->numbers(axis.values.size());
    }
    if (auto const written = part.find("as_written"))
        axis.as_written = written->text();
    return axis;
}

/// The values of a cell by path; null where the scenario keeps its own.
Json settings_json(SweepResult const& sweep, SweepPoint const& point)
{
    Json object = Json::object();
    for (std::size_t axis = 0; axis < sweep.axes.size(); ++axis)
        object[sweep.axes[axis].path] = point.at[axis] ? Json(sweep.axes[axis].values[*point.at[axis]]) : Json(nullptr);
    return object;
}

SweepPoint read_point(ResultPart const& settings, std::vector<SweepAxis> const& axes)
{
    SweepPoint point;
    for (auto const& axis : axes) {
        auto const value = settings.find(axis.path);
        if (!value) {
            point.at.emplace_back();
            continue;
        }
        auto const found = std::ranges::find(axis.values, value->text());
        if (found == axis.values.end())
            value->fail("is no value of its axis");
        point.at.emplace_back(static_cast<std::size_t>(found - axis.values.begin()));
    }
    return point;
}

SweepMode read_mode(ResultPart const& part)
{
    for (auto const& [mode, name] : enum_names(SweepMode{}))
        if (name == part.text())
            return mode;
    part.fail("is none of grid, zip, one_at_a_time");
}

/// The scenario of a cell, from what was swept and its settings.
Scenario cell_scenario(ScenarioFile const& base, SweepResult const& sweep, SweepPoint const& point, ResultPart const& place)
{
    try {
        auto scenario = base.read(settings(sweep.axes, point));
        scenario.sweep.reset();
        return scenario;
    } catch (ScenarioError const& fault) {
        place.fail(fmt::format("does not fit the scenario ({})", fault.diagnostics().front().message));
    }
}

} // namespace

std::string cell_file(Scenario const& scenario) { return fmt::format("{:016x}.json", hash(identity(scenario))); }

std::string cell_text(RunResult const& run)
{
    Json object{{"version", version()}, {"follows_from", identity(run.scenario)}};
    object.update(runs_json(run));
    return object.dump() + "\n";
}

std::optional<RunResult> read_cell(std::filesystem::path const& file, Scenario const& scenario)
{
    try {
        auto const text = read_json_file(file);
        ResultPart const cell{text};
        if (cell.at("version").text() != version() || cell.at("follows_from").json() != identity(scenario))
            return std::nullopt;
        return read_runs(cell, scenario);
    } catch (MissingFile const&) {
        return std::nullopt;
    } catch (NotAResult const&) {
        return std::nullopt; // written again
    }
}

Json sweep_json(SweepResult const& sweep)
{
    auto const ladder = sweep.scenario.ladder();
    Json object{{"scenario", sweep.scenario.name}, {"seed", sweep.scenario.runner.seed}, {"version", version()},
                {"complete", sweep.complete},      {"mode", name_of(sweep.mode)},        {"axes", Json::array()},
                {"cells", Json::array()}};
    for (auto const& axis : sweep.axes)
        object["axes"].push_back(axis_json(axis));
    for (auto const& cell : sweep.cells) {
        auto const cell_ladder = cell.run.scenario.ladder();
        Json one{{"settings", settings_json(sweep, cell.point)},
                 {"doses", {{"unit", symbol(cell_ladder.unit())}, {"levels", cell.run.scenario.doses.levels}}}};
        one.update(runs_json(cell.run));
        object["cells"].push_back(std::move(one));
    }
    object["resolved"] = resolved_json(sweep.scenario);
    return object;
}

SweepResult read_sweep(std::filesystem::path const& result)
{
    std::error_code problem;
    auto const file = std::filesystem::is_directory(result, problem) ? result / "sweep.json" : result;
    auto const text = read_json_file(file);
    ResultPart const whole{text};
    SweepResult sweep{.scenario = read_resolved(whole.at("resolved"))};
    sweep.mode = read_mode(whole.at("mode"));
    sweep.complete = whole.at("complete").boolean();
    for (auto const& axis : whole.at("axes").items())
        sweep.axes.push_back(read_axis(axis));
    ScenarioFile const base{resolved_yaml(sweep.scenario), file.string()};
    for (auto const& cell : whole.at("cells").items()) {
        auto point = read_point(cell.at("settings"), sweep.axes);
        auto scenario = cell_scenario(base, sweep, point, cell.at("settings"));
        sweep.cells.push_back({std::move(point), read_runs(cell, std::move(scenario))});
    }
    return sweep;
}

} // namespace escalon

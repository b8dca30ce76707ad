#include "sim/report/read_result.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

/// The resolved scenario as a text that reading takes: JSON is YAML but for its numbers, which stay as they are.
std::string as_yaml(Json const& resolved)
{
    return resolved.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class Enum>
Enum named(ResultPart const& part)
{
    auto const word = part.text();
    for (auto const& [value, name] : enum_names(Enum{}))
        if (name == word)
            return value;
    part.fail("'" + word + "' is not known");
}

/// The figures of the causes that occur; the others are zero.
std::array<double, stop_causes> causes(ResultPart const& part)
{
    std::array<double, stop_causes> figures{};
    for (auto const& [cause, key] : enum_names(StopCause{}))
        if (auto const figure = part.find(std::string{key}))
            figures[static_cast<std::size_t>(cause)] = figure->number();
    return figures;
}

Measures measures(ResultPart const& part, std::size_t levels)
{
    Measures m;
    m.none = part.at("selection").at("none").number();
    m.selection = part.at("selection").at("levels").numbers(levels);
    m.stopped_with_none = causes(part.at("stopped"));
    m.stopped = causes(part.at("stop_causes"));
    m.correct = part.at("correct_selection").number();
    m.overdose = part.at("overdose_selection").number();
    m.patients = part.at("patients").numbers(levels);
    m.dlts = part.at("dlts").numbers(levels);
    m.total_patients = part.at("total_patients").number();
    m.total_dlts = part.at("total_dlts").number();
    m.patients_above = part.at("patients_above_mtd").number();
    return m;
}

TruthRun truth_run(ResultPart const& part, std::size_t levels)
{
    TruthRun truth;
    truth.name = part.at("name").text();
    truth.toxicity.target = part.at("target").number();
    truth.toxicity.dlt_probability = part.at("dlt_probability").numbers(levels);
    truth.toxicity.dlt_probability_error = part.at("dlt_probability_error").numbers(levels);
    if (auto const level = part.find("true_mtd_level")) {
        auto const number = level->whole();
        if (number < 1 || number > static_cast<std::int64_t>(levels))
            level->fail("is no level of the ladder");
        truth.toxicity.mtd = DoseLevel::from_number(static_cast<int>(number));
    }
    return truth;
}

DesignRun design_run(ResultPart const& part, RunResult const& run)
{
    auto const levels = run.scenario.doses.levels.size();
    DesignRun design;
    design.name = part.at("name").text();
    design.label = part.at("label").text();
    if (std::ranges::find(run.scenario.designs, design.label, &DesignEntry::label) == run.scenario.designs.end())
        part.at("label").fail("'" + design.label + "' is no design of the scenario");
    auto const truth = std::ranges::find(run.truths, part.at("truth").text(), &TruthRun::name);
    if (truth == run.truths.end())
        part.at("truth").fail("'" + part.at("truth").text() + "' is not among the truths");
    design.truth = static_cast<std::size_t>(truth - run.truths.begin());
    design.result.engine_reason = part.at("engine_reason").text();
    auto& oc = design.result.characteristics;
    oc.engine = named<Engine>(part.at("engine"));
    if (auto const trials = part.find("trials")) {
        if (trials->whole() < 1)
            trials->fail("must be at least 1");
        oc.trials = static_cast<std::uint64_t>(trials->whole());
    }
    oc.mean = measures(part, levels);
    oc.standard_error = measures(part.at("standard_error"), levels);
    oc.numerical_error = part.at("numerical_error").number();
    oc.total_patients = part.at("distribution").at("total_patients").numbers();
    oc.total_dlts = part.at("distribution").at("total_dlts").numbers();
    return design;
}

/// A whole `result.json`.
RunResult run_of(ResultFile const& file)
{
    ResultPart const whole{file};
    auto run = read_runs(whole, read_resolved(whole.at("resolved")));
    run.complete = whole.at("complete").boolean();
    return run;
}

} // namespace

Scenario read_resolved(ResultPart const& resolved)
{
    try {
        return parse_scenario(as_yaml(resolved.json()), "resolved");
    } catch (ScenarioError const& fault) {
        resolved.fail(fmt::format("is no scenario of this edition ({})", fault.diagnostics().front().message));
    }
}

RunResult read_runs(ResultPart const& part, Scenario scenario)
{
    RunResult run{.scenario = std::move(scenario)};
    auto const levels = run.scenario.doses.levels.size();
    for (auto const& truth : part.at("truths").items())
        run.truths.push_back(truth_run(truth, levels));
    for (auto const& design : part.at("designs").items())
        run.designs.push_back(design_run(design, run));
    return run;
}

RunResult parse_result(std::string_view text, std::string const& file)
{
    return run_of(parse_json_file(std::string{text}, file));
}

RunResult read_result(std::filesystem::path const& result) { return run_of(read_result_file(result)); }

} // namespace escalon

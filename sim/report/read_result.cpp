#include "sim/report/read_result.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view remedy = "; run the scenario again";

std::string quoted_kind(Json const& value) { return std::string{value.type_name()}; }

/// The resolved scenario as a text that reading takes: JSON is YAML but for its numbers, which stay as they are.
std::string as_yaml(Json const& resolved) { return resolved.dump(-1, ' ', false, Json::error_handler_t::replace); }

template <class Enum>
Enum named(JsonPart const& part)
{
    auto const word = part.text();
    for (auto const& [value, name] : enum_names(Enum{}))
        if (name == word)
            return value;
    part.fail("'" + word + "' is not known");
}

/// A share, which rounding may have put a little beyond 0 or 1.
double share(JsonPart const& part)
{
    constexpr double rounding = 1e-9;
    double const figure = part.number();
    if (!(figure >= -rounding && figure <= 1 + rounding))
        part.fail(fmt::format("is {}, which is no share", figure));
    return figure;
}

/// A mean of counts, or an error.
double not_negative(JsonPart const& part)
{
    double const figure = part.number();
    if (!(figure >= 0))
        part.fail(fmt::format("is {}, less than nothing", figure));
    return figure;
}

std::vector<double> one_a_level(JsonPart const& part, std::size_t levels, double (*read)(JsonPart const&))
{
    std::vector<double> figures;
    for (auto const& item : part.items())
        figures.push_back(read(item));
    if (figures.size() != levels)
        part.fail(fmt::format("has {} figures for {} dose levels", figures.size(), levels));
    return figures;
}

/// The figures of the causes that occur; the others are zero.
std::array<double, stop_causes> causes(JsonPart const& part)
{
    std::array<double, stop_causes> figures{};
    for (auto const& [cause, key] : enum_names(StopCause{}))
        if (part.has(key))
            figures[static_cast<std::size_t>(cause)] = share(part[key]);
    return figures;
}

Measures measures(JsonPart const& part, std::size_t levels)
{
    Measures m;
    m.none = share(part["selection"]["none"]);
    m.selection = one_a_level(part["selection"]["levels"], levels, share);
    m.stopped_with_none = causes(part["stopped"]);
    m.stopped = causes(part["stop_causes"]);
    m.correct = share(part["correct_selection"]);
    m.overdose = share(part["overdose_selection"]);
    m.patients = one_a_level(part["patients"], levels, not_negative);
    m.dlts = one_a_level(part["dlts"], levels, not_negative);
    m.total_patients = not_negative(part["total_patients"]);
    m.total_dlts = not_negative(part["total_dlts"]);
    m.patients_above = not_negative(part["patients_above_mtd"]);
    return m;
}

/// What trials recommend sums to one.
void require_whole(JsonPart const& selection, Measures const& mean)
{
    constexpr double rounding = 1e-6;
    double sum = mean.none;
    for (double const level : mean.selection)
        sum += level;
    if (std::abs(sum - 1) > rounding)
        selection.fail(fmt::format("sums to {}, not to 1", sum));
}

TruthRun truth_run(JsonPart const& part, std::size_t levels)
{
    TruthRun truth;
    truth.name = part["name"].text();
    truth.toxicity.target = share(part["target"]);
    truth.toxicity.dlt_probability = one_a_level(part["dlt_probability"], levels, share);
    truth.toxicity.dlt_probability_error = one_a_level(part["dlt_probability_error"], levels, not_negative);
    if (auto const level = part["true_mtd_level"]; !level.is_null()) {
        if (level.whole() < 1 || level.whole() > static_cast<std::int64_t>(levels))
            level.fail("is no level of the ladder");
        truth.toxicity.mtd = DoseLevel::from_number(static_cast<int>(level.whole()));
    }
    return truth;
}

DesignRun design_run(JsonPart const& part, RunResult const& run)
{
    auto const levels = run.scenario.doses.levels.size();
    DesignRun design;
    design.name = part["name"].text();
    design.label = part["label"].text();
    if (std::ranges::find(run.scenario.designs, design.label, &DesignEntry::label) == run.scenario.designs.end())
        part["label"].fail("'" + design.label + "' is no design of the scenario");
    auto const truth = std::ranges::find(run.truths, part["truth"].text(), &TruthRun::name);
    if (truth == run.truths.end())
        part["truth"].fail("'" + part["truth"].text() + "' is not among the truths");
    design.truth = static_cast<std::size_t>(truth - run.truths.begin());
    design.result.engine_reason = part["engine_reason"].text();
    auto& oc = design.result.characteristics;
    oc.engine = named<Engine>(part["engine"]);
    if (auto const trials = part["trials"]; !trials.is_null()) {
        if (trials.whole() < 1)
            trials.fail("must be at least 1");
        oc.trials = static_cast<std::uint64_t>(trials.whole());
    }
    if (oc.trials.has_value() != (oc.engine == Engine::monte_carlo))
        part["trials"].fail("does not fit the engine");
    oc.mean = measures(part, levels);
    require_whole(part["selection"], oc.mean);
    oc.standard_error = measures(part["standard_error"], levels);
    oc.numerical_error = part["numerical_error"].number();
    oc.total_patients = part["distribution"]["total_patients"].numbers();
    oc.total_dlts = part["distribution"]["total_dlts"].numbers();
    return design;
}

/// A whole `result.json`.
RunResult run_of(JsonPart const& whole)
{
    auto run = read_runs(whole, read_resolved(whole["resolved"]));
    run.complete = whole["complete"].boolean();
    run.version = whole["version"].text();
    if (run.designs.empty())
        whole["designs"].fail("holds none");
    return run;
}

} // namespace

JsonPart JsonPart::operator[](std::string_view key) const
{
    auto const path = path_.empty() ? std::string{key} : path_ + "." + std::string{key};
    if (!value_->is_object())
        fail("must be an object, got " + quoted_kind(*value_));
    auto const found = value_->find(std::string{key});
    if (found == value_->end())
        JsonPart{*value_, file_, path}.fail("is missing");
    return {*found, file_, path};
}

bool JsonPart::has(std::string_view key) const { return value_->is_object() && value_->contains(std::string{key}); }

bool JsonPart::is_null() const { return value_->is_null(); }

std::vector<JsonPart> JsonPart::items() const
{
    if (!value_->is_array())
        fail("must be a list, got " + quoted_kind(*value_));
    std::vector<JsonPart> parts;
    for (std::size_t i = 0; i < value_->size(); ++i)
        parts.push_back(JsonPart{(*value_)[i], file_, path_ + "[" + std::to_string(i + 1) + "]"});
    return parts;
}

double JsonPart::number() const
{
    if (!value_->is_number())
        fail("must be a number, got " + quoted_kind(*value_));
    return value_->get<double>();
}

std::int64_t JsonPart::whole() const
{
    if (!value_->is_number_integer())
        fail("must be a whole number, got " + quoted_kind(*value_));
    return value_->get<std::int64_t>();
}

std::string JsonPart::text() const
{
    if (!value_->is_string())
        fail("must be a text, got " + quoted_kind(*value_));
    return value_->get<std::string>();
}

bool JsonPart::boolean() const
{
    if (!value_->is_boolean())
        fail("must be true or false, got " + quoted_kind(*value_));
    return value_->get<bool>();
}

std::vector<double> JsonPart::numbers() const
{
    std::vector<double> all;
    for (auto const& item : items())
        all.push_back(item.number());
    return all;
}

std::vector<std::string> JsonPart::texts() const
{
    std::vector<std::string> all;
    for (auto const& item : items())
        all.push_back(item.text());
    return all;
}

void JsonPart::fail(std::string_view problem) const
{
    throw BadResult(fmt::format("{} is no result of Escalon's, or it is damaged: {} {}{}", file_,
                                path_.empty() ? std::string{"it"} : "'" + path_ + "'", problem, remedy));
}

Json read_json(std::filesystem::path const& file)
{
    std::error_code problem;
    if (!std::filesystem::exists(file, problem))
        throw MissingFile{file.string() + ": there is no such file"};
    std::ifstream stream{file, std::ios::binary};
    std::string const text{std::istreambuf_iterator<char>{stream}, {}};
    if (!stream || std::filesystem::is_directory(file, problem))
        throw MissingFile{file.string() + ": the file cannot be read"};
    return parse_json(text, file.string());
}

Json parse_json(std::string_view text, std::string const& file)
{
    try {
        return Json::parse(text);
    } catch (Json::parse_error const& fault) {
        throw BadResult(
            fmt::format("{} is no result of Escalon's, or it is damaged: no JSON at byte {}{}", file, fault.byte, remedy));
    } catch (Json::out_of_range const&) {
        throw BadResult(
            fmt::format("{} is no result of Escalon's, or it is damaged: a number in it is too large{}", file, remedy));
    }
}

Scenario read_resolved(JsonPart const& resolved)
{
    try {
        return parse_scenario(as_yaml(resolved.json()), "resolved");
    } catch (ScenarioError const& fault) {
        resolved.fail(fmt::format("is no scenario of this edition ({})", fault.diagnostics().front().message));
    }
}

RunResult read_runs(JsonPart const& part, Scenario scenario)
{
    RunResult run{.scenario = std::move(scenario)};
    auto const levels = run.scenario.doses.levels.size();
    for (auto const& truth : part["truths"].items())
        run.truths.push_back(truth_run(truth, levels));
    for (auto const& design : part["designs"].items())
        run.designs.push_back(design_run(design, run));
    return run;
}

RunResult parse_result(std::string_view text, std::string const& file)
{
    auto const json = parse_json(text, file);
    return run_of(JsonPart{json, file});
}

RunResult read_result(std::filesystem::path const& result)
{
    std::error_code problem;
    auto const file = std::filesystem::is_directory(result, problem) ? result / "result.json" : result;
    auto const json = read_json(file);
    return run_of(JsonPart{json, file.string()});
}

} // namespace escalon

#include "sim/report/read_result.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <limits>

namespace escalon {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::string_view remedy = "it was changed or cut off, or another version wrote it; run the scenario again";

/// A part of result.json that knows its place, and refuses what should not be there.
class Part {
public:
    Part(Json const& json, std::string const& file, std::string place) : json_{&json}, file_{&file}, place_{std::move(place)} {}

    [[noreturn]] void fail(std::string_view why) const
    {
        throw BadResult(fmt::format("{}: {} {}: {}", *file_, place_.empty() ? "the file" : place_, why, remedy));
    }

    bool has(std::string_view key) const { return json_->is_object() && json_->contains(key); }

    Part operator[](std::string_view key) const
    {
        if (!json_->is_object())
            fail("should be an object");
        auto const at = json_->find(key);
        auto place = (place_.empty() ? "" : place_ + ".") + std::string{key};
        if (at == json_->end())
            Part{*json_, *file_, std::move(place)}.fail("is missing");
        return {*at, *file_, std::move(place)};
    }

    std::vector<Part> items() const
    {
        if (!json_->is_array())
            fail("should be a list");
        std::vector<Part> all;
        for (std::size_t i = 0; i < json_->size(); ++i)
            all.emplace_back((*json_)[i], *file_, fmt::format("{}[{}]", place_, i));
        return all;
    }

    bool is_null() const { return json_->is_null(); }

    bool boolean() const
    {
        if (!json_->is_boolean())
            fail("should be true or false");
        return json_->get<bool>();
    }

    std::string text() const
    {
        if (!json_->is_string())
            fail("should be a text");
        return json_->get<std::string>();
    }

    /// A finite number from `least` to `most`.
    double number(double least = 0, double most = std::numeric_limits<double>::max()) const
    {
        if (!json_->is_number())
            fail("should be a number");
        auto const value = json_->get<double>();
        if (!(value >= least && value <= most))
            fail(fmt::format("is {}, out of its range", value));
        return value;
    }

    /// A share, which rounding may have put a little beyond 0 or 1.
    double share() const
    {
        constexpr double rounding = 1e-9;
        return number(-rounding, 1 + rounding);
    }

    std::uint64_t count() const
    {
        if (!json_->is_number_unsigned())
            fail("should be a whole number");
        return json_->get<std::uint64_t>();
    }

    std::vector<double> numbers(std::optional<std::size_t> wanted, double (Part::*read)() const) const
    {
        auto const all = items();
        if (wanted && all.size() != *wanted)
            fail(fmt::format("has {} figures where the ladder has {} levels", all.size(), *wanted));
        std::vector<double> values;
        for (auto const& item : all)
            values.push_back((item.*read)());
        return values;
    }
    std::vector<double> shares(std::optional<std::size_t> wanted) const { return numbers(wanted, &Part::share); }
    std::vector<double> means(std::size_t wanted) const { return numbers(wanted, &Part::mean); }

    double mean() const { return number(); }

    template <class Enum>
    Enum one_of() const
    {
        auto const name = text();
        for (auto const& named : enum_names(Enum{}))
            if (named.name == name)
                return named.value;
        fail(fmt::format("is '{}', which is not known", name.substr(0, 40)));
    }

    Json const& json() const { return *json_; }

private:
    Json const* json_;
    std::string const* file_;
    std::string place_;
};

std::array<double, stop_causes> causes(Part const& part)
{
    std::array<double, stop_causes> shares{};
    std::size_t read = 0;
    for (auto const& [cause, key] : enum_names(StopCause{}))
        if (part.has(key)) {
            shares[static_cast<std::size_t>(cause)] = part[key].share();
            ++read;
        }
    if (!part.json().is_object() || read != part.json().size())
        part.fail("names a cause that is not known");
    return shares;
}

Measures measures(Part const& part, std::size_t levels)
{
    return {.none = part["selection"]["none"].share(),
            .selection = part["selection"]["levels"].shares(levels),
            .stopped_with_none = causes(part["stopped"]),
            .stopped = causes(part["stop_causes"]),
            .correct = part["correct_selection"].share(),
            .overdose = part["overdose_selection"].share(),
            .patients = part["patients"].means(levels),
            .dlts = part["dlts"].means(levels),
            .total_patients = part["total_patients"].mean(),
            .total_dlts = part["total_dlts"].mean(),
            .patients_above = part["patients_above_mtd"].mean()};
}

void require_whole(Part const& part, Measures const& mean)
{
    constexpr double rounding = 1e-6;
    double sum = mean.none;
    for (double const share : mean.selection)
        sum += share;
    if (std::abs(sum - 1) > rounding)
        part["selection"].fail(fmt::format("sums to {}, not to 1", sum));
}

OperatingCharacteristics characteristics(Part const& part, std::size_t levels)
{
    OperatingCharacteristics oc{.engine = part["engine"].one_of<Engine>()};
    if (!part["trials"].is_null())
        oc.trials = part["trials"].count();
    if (oc.trials.has_value() != (oc.engine == Engine::monte_carlo))
        part["trials"].fail("does not fit the engine");
    oc.mean = measures(part, levels);
    require_whole(part, oc.mean);
    oc.standard_error = measures(part["standard_error"], levels);
    oc.numerical_error = part["numerical_error"].mean();
    oc.total_patients = part["distribution"]["total_patients"].shares({});
    oc.total_dlts = part["distribution"]["total_dlts"].shares({});
    if (oc.total_patients.empty() || oc.total_dlts.empty())
        part["distribution"].fail("is empty");
    return oc;
}

TruthRun truth(Part const& part, std::size_t levels)
{
    TruthRun run{part["name"].text(),
                 {.dlt_probability = part["dlt_probability"].shares(levels),
                  .dlt_probability_error = part["dlt_probability_error"].means(levels),
                  .target = part["target"].share()}};
    if (auto const mtd = part["true_mtd_level"]; !mtd.is_null()) {
        auto const number = mtd.count();
        if (number < 1 || number > levels)
            mtd.fail("is no level of the ladder");
        run.toxicity.mtd = DoseLevel::from_number(static_cast<int>(number));
    }
    return run;
}

DesignRun design(Part const& part, std::vector<TruthRun> const& truths, std::size_t levels)
{
    auto const name = part["truth"].text();
    auto const met = std::ranges::find(truths, name, &TruthRun::name);
    if (met == truths.end())
        part["truth"].fail("is none of the truths");
    return {part["name"].text(),
            part["label"].text(),
            static_cast<std::size_t>(met - truths.begin()),
            {characteristics(part, levels), part["engine_reason"].text()}};
}

Scenario scenario_of(Part const& root, std::string const& file, fs::path const& beside)
{
    constexpr auto yaml = "scenario.resolved.yaml";
    if (root.has("resolved")) // JSON is YAML
        return parse_scenario(root["resolved"].json().dump(1), file + ", resolved");
    std::error_code fault;
    if (beside.empty() || !fs::exists(beside / yaml, fault))
        root["resolved"]; // says that it is missing
    return read_scenario(beside / yaml);
}

std::string text_of(fs::path const& path)
{
    std::ifstream file{path, std::ios::binary};
    std::string text{std::istreambuf_iterator<char>{file}, {}};
    if (!file.is_open() || file.bad())
        throw MissingFile(fmt::format("cannot read {}", path.string()));
    return text;
}

} // namespace

RunResult parse_result(std::string_view text, std::string const& file, fs::path const& beside)
{
    auto const json = Json::parse(text, nullptr, false);
    if (json.is_discarded())
        throw BadResult(fmt::format("{} is not JSON: {}", file, remedy));
    Part const root{json, file, ""};
    if (!root.has("designs") || !root.has("truths"))
        root.fail("is no result of a run");
    RunResult run{.scenario = scenario_of(root, file, beside),
                  .complete = root["complete"].boolean(),
                  .version = root["version"].text()};
    auto const levels = run.scenario.doses.levels.size();
    if (root["doses"]["levels"].means(levels) != run.scenario.doses.levels)
        root["doses"].fail("are not those of the resolved scenario");
    for (auto const& part : root["truths"].items())
        run.truths.push_back(truth(part, levels));
    for (auto const& part : root["designs"].items())
        run.designs.push_back(design(part, run.truths, levels));
    if (run.designs.empty())
        root["designs"].fail("are none");
    return run;
}

RunResult read_result(fs::path const& path)
{
    std::error_code fault;
    if (!fs::is_directory(path, fault)) {
        if (!fs::exists(path, fault))
            throw MissingFile(fmt::format("there is no result at {}: make one with escalon run SCENARIO --out {}", path.string(),
                                          path.string()));
        return parse_result(text_of(path), path.string(), path.parent_path());
    }
    auto const file = path / "result.json";
    if (!fs::exists(file, fault))
        throw MissingFile(
            fmt::format("{} holds no result.json: make one with escalon run SCENARIO --out {}", path.string(), path.string()));
    return parse_result(text_of(file), file.string(), path);
}

} // namespace escalon

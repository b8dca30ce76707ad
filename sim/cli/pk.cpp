// `pk`: exposures and concentrations, no trial.
#include "sim/cli/commands.hpp"

#include "sim/report/pk_table.hpp"
#include "sim/scenario/number.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace escalon::cli {
namespace {

std::string_view trimmed(std::string_view text)
{
    auto const first = text.find_first_not_of(' ');
    return first == std::string_view::npos ? std::string_view{} : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::vector<std::string_view> items(std::string_view list)
{
    std::vector<std::string_view> found;
    while (!list.empty()) {
        auto const end = list.find(',');
        found.push_back(trimmed(list.substr(0, end)));
        list = end == std::string_view::npos ? std::string_view{} : list.substr(end + 1);
    }
    return found;
}

/// Days, or any other unit of time where one is written.
Time time_of(std::string_view text, std::string_view option)
{
    auto const number = parse_number(text);
    double days = 0;
    if (auto const* plain = std::get_if<double>(&number)) {
        days = *plain;
    } else {
        auto const measured = parse_measured(text, dimension::time, unit::d.symbol);
        if (auto const* fault = std::get_if<NumberFault>(&measured))
            throw UsageError(fmt::format("{}: '{}' {} ({})", option, text, fault->problem, fault->remedy));
        auto const& figure = std::get<Measured>(measured);
        if (figure.dimension != dimension::time)
            throw UsageError(fmt::format("{}: '{}' is {}, not a time", option, text, describe_dimension(figure.dimension)));
        days = figure.base;
    }
    if (days < 0)
        throw UsageError(fmt::format("{}: times count from the first dose, got {}", option, text));
    return Time::from_base(days);
}

TimedDose timed_dose(std::string_view text, Scenario const& scenario)
{
    auto const colon = text.find(':');
    if (colon == std::string_view::npos)
        throw UsageError(fmt::format("--doses: '{}' is no dose; write day:dose, as in '0:168 mg/m2, 21:168 mg/m2'", text));
    auto const amount = trimmed(text.substr(colon + 1));
    auto const length = number_length(amount);
    auto const number = parse_number(amount.substr(0, length));
    auto const unit = trimmed(amount.substr(length));
    auto const* value = std::get_if<double>(&number);
    if (!value || *value < 0)
        throw UsageError(fmt::format("--doses: '{}' is no amount; write it as in '0:168 mg/m2'", amount));
    if (unit != symbol(scenario.doses.unit))
        throw UsageError(fmt::format("--doses: '{}' needs the unit of the ladder, {}", amount, symbol(scenario.doses.unit)));
    return {time_of(trimmed(text.substr(0, colon)), "--doses"), {*value, scenario.doses.unit}};
}

} // namespace

Exit execute(PkArguments const& arguments, Console const& console)
{
    auto const scenario = read(arguments.input);
    PkRequest request{.subjects = arguments.subjects};
    for (auto const item : items(arguments.doses))
        request.doses.push_back(timed_dose(item, scenario));
    for (auto const item : items(arguments.times))
        request.times.push_back(time_of(item, "--times"));
    auto const result = pk_result(scenario, request);
    switch (arguments.output) {
    case Output::json: console.print(pk_json(result).dump(json_indent) + "\n"); break;
    case Output::csv: console.print(pk_csv(result)); break;
    case Output::text: console.print(pk_text(result)); break;
    }
    return Exit::done;
}

} // namespace escalon::cli

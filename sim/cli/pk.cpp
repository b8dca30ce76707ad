// `pk`: exposures and concentrations, no trial.
#include "sim/cli/commands.hpp"

#include "pk_models/event_solution.hpp"
#include "sim/report/figure_files.hpp"
#include "sim/report/figures/pk.hpp"
#include "sim/report/files.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/pk_events.hpp"
#include "sim/report/pk_table.hpp"
#include "sim/scenario/cells.hpp"
#include "sim/scenario/letters.hpp"
#include "sim/scenario/number.hpp"
#include "sim/scenario/suggest.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace escalon::cli {
namespace {

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

/// In base units, unless another unit is written.
template <Dimension D>
Quantity<D> quantity_of(std::string_view text, std::string_view option, std::string_view noun, Unit<D> const& base)
{
    auto const number = parse_number(text);
    if (auto const* plain = std::get_if<double>(&number))
        return *plain * base;
    auto const measured = parse_measured(text, D, base.symbol);
    if (auto const* fault = std::get_if<NumberFault>(&measured))
        throw UsageError(fmt::format("{}: '{}' {} ({})", option, text, fault->problem, fault->remedy));
    auto const& figure = std::get<Measured>(measured);
    if (figure.dimension != D)
        throw UsageError(fmt::format("{}: '{}' is {}, not a {}", option, text, describe_dimension(figure.dimension), noun));
    return Quantity<D>::from_base(figure.base);
}

/// Days, or any other unit of time where one is written.
Time time_of(std::string_view text, std::string_view option)
{
    auto const time = quantity_of(text, option, "time", unit::d);
    if (time < Time{})
        throw UsageError(fmt::format("{}: times count from the first dose, got {}", option, text));
    return time;
}

/// mg/L, or any other unit of concentration where one is written.
Concentration concentration_of(std::string_view text, std::string_view option)
{
    auto const concentration = quantity_of(text, option, "concentration", unit::mg_per_L);
    if (concentration < Concentration{})
        throw UsageError(fmt::format("{}: a concentration is not below 0, got {}", option, text));
    return concentration;
}

/// When samples for half_life_nca are taken, and which count.
pk::Sampling sampling_of(PkArguments const& arguments)
{
    pk::Sampling sampling;
    if (!arguments.lloq.empty())
        sampling.lloq = concentration_of(arguments.lloq, "--lloq");
    if (arguments.nca_days.empty())
        return sampling;
    sampling.days.clear();
    for (auto const item : items(arguments.nca_days))
        sampling.days.push_back(time_of(item, "--nca-days").base());
    std::ranges::sort(sampling.days);
    sampling.days.erase(std::unique(sampling.days.begin(), sampling.days.end()), sampling.days.end());
    if (sampling.days.size() < static_cast<std::size_t>(sampling.fewest_points) || !(sampling.days.front() > 0))
        throw UsageError(fmt::format("--nca-days: a slope needs at least {} different times after the dose, as in 2,3,5,7",
                                     sampling.fewest_points));
    return sampling;
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

/// Which figure a file is to hold: the one it is named after, else the first, concentration over time.
Figure const& figure_for(std::filesystem::path const& file, std::vector<Figure> const& figures, Scenario const& scenario)
{
    auto const name = file.stem().string();
    for (auto const& figure : figures)
        if (figure.name == name)
            return figure;
    for (auto const& [known, needs] :
         {std::pair{"pk_levels", "several dose levels"}, std::pair{"exposure", "toxicity: { model: by_exposure, ... }"},
          std::pair{"antigen", "antigen_clearance or antigen_scale in its pk"}})
        if (name == known)
            throw ScenarioIncomplete(fmt::format("'{}' has no figure {}: that needs {}", scenario.name, in_quotes(name), needs));
    return figures.front();
}

bool is_picture(std::filesystem::path const& path)
{
    auto const ending = path.extension().string();
    return !ending.empty() && std::ranges::find(picture_formats, std::string_view{ending}.substr(1)) != picture_formats.end();
}

/// A figure and the file it is drawn into.
struct Wanted {
    Figure figure;
    std::filesystem::path picture;

    std::filesystem::path specification() const { return std::filesystem::path{picture}.replace_extension(".vl.json"); }
};

std::vector<Wanted> wanted_figures(PkArguments const& arguments, Scenario const& scenario)
{
    if (arguments.figures.empty())
        return {};
    auto const effort = arguments.subjects ? PkEffort{.patients = *arguments.subjects} : PkEffort{};
    auto const level = arguments.level ? std::optional{DoseLevel::from_number(*arguments.level)} : std::nullopt;
    auto const figures = pk_figures(scenario, {}, level, effort);
    std::vector<Wanted> wanted;
    for (auto const& target : arguments.figures) {
        if (is_picture(target) && !std::filesystem::is_directory(target))
            wanted.push_back({figure_for(target, figures, scenario), target});
        else
            for (auto const& figure : figures)
                wanted.push_back({figure, target / (figure.name + ".svg")});
    }
    return wanted;
}

/// All pictures in one process of the renderer.
void draw(std::vector<Wanted> const& wanted, Console const& console)
{
    if (wanted.empty())
        return;
    std::vector<Drawing> drawings;
    for (auto const& each : wanted) {
        refuse_special(each.picture);
        write_file(each.specification(), each.figure.specification.dump(json_indent) + "\n");
        drawings.push_back({each.specification(), each.picture});
    }
    auto const renderer = Renderer::find(console.program_folder());
    auto const fault = renderer.available() ? renderer.draw(drawings) : std::optional{renderer.missing()};
    for (auto const& each : wanted)
        console.note(
            fmt::format("figure: {}\n  {}", (fault ? each.specification() : each.picture).string(), each.figure.caption));
    if (fault)
        console.note(fmt::format("note: the figures were not drawn ({}); their specifications are as above", *fault));
}

void check_figures(PkArguments const& arguments, Scenario const& scenario)
{
    if (!arguments.figures.empty() && !arguments.doses.empty())
        throw UsageError("--figure draws the scenario's regimen: leave --doses out");
    if (arguments.level && arguments.figures.empty())
        throw UsageError("--level is of the figures: add --figure FILE.svg");
    if (arguments.level && *arguments.level > static_cast<int>(scenario.doses.levels.size()))
        throw UsageError(fmt::format("--level {}: the ladder has {}", *arguments.level,
                                     counted(static_cast<long long>(scenario.doses.levels.size()), "level")));
}

void check_events(PkArguments const& arguments)
{
    if (arguments.hours && arguments.events.empty())
        throw UsageError("--hours is of a table of events: add --events FILE");
    if (arguments.events.empty())
        return;
    for (auto const& [given, option] :
         {std::pair{!arguments.doses.empty(), "--doses"}, std::pair{!arguments.times.empty(), "--times"},
          std::pair{!arguments.figures.empty(), "--figure"}, std::pair{arguments.by_cycle, "--cycles"},
          std::pair{!arguments.above.empty(), "--above"}, std::pair{!arguments.lloq.empty(), "--lloq"},
          std::pair{!arguments.nca_days.empty(), "--nca-days"}})
        if (given)
            throw UsageError(fmt::format("--events says what is given and when it is measured: leave {} out", option));
}

/// A table of events instead of a regimen.
Exit print_events(PkArguments const& arguments, Scenario const& scenario, Console const& console)
{
    if (!scenario.pk)
        throw ScenarioIncomplete("'" + scenario.name + "' has no pk, and a table of events is nothing without");
    auto const name = arguments.events == "-" ? std::string{"standard input"} : arguments.events;
    auto const table = read_event_table(text_of(arguments.events), name, pk::first_compartment(*scenario.pk),
                                        arguments.hours ? TimeColumns::hours : TimeColumns::days,
                                        pk::steady_states(*scenario.pk));
    auto const result = events_result(scenario, table, arguments.subjects);
    print(arguments.output,
          {.text = [&] { return events_text(result); },
           .json = [&] { return events_json(result); },
           .csv = [&] { return events_csv(result); }},
          console);
    return Exit::done;
}

} // namespace

Exit execute(PkArguments const& arguments, Console const& console)
{
    check_events(arguments);
    auto const scenario = read(arguments.input);
    if (!arguments.events.empty())
        return print_events(arguments, scenario, console);
    check_figures(arguments, scenario);
    PkRequest request{.subjects = arguments.subjects, .by_cycle = arguments.by_cycle, .sampling = sampling_of(arguments)};
    if (!arguments.above.empty())
        request.above = concentration_of(arguments.above, "--above");
    for (auto const item : items(arguments.doses))
        request.doses.push_back(timed_dose(item, scenario));
    for (auto const item : items(arguments.times))
        request.times.push_back(time_of(item, "--times"));
    auto const result = pk_result(scenario, request);
    auto const figures = wanted_figures(arguments, scenario);
    print(
        arguments.output,
        {.text = [&] { return pk_text(result); }, .json = [&] { return pk_json(result); }, .csv = [&] { return pk_csv(result); }},
        console);
    draw(figures, console);
    return Exit::done;
}

} // namespace escalon::cli

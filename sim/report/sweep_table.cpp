#include "sim/report/sweep_table.hpp"

#include "pk_models/units.hpp"
#include "sim/report/csv.hpp"
#include "sim/report/late_story.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/run_csv.hpp"
#include "sim/report/text_table.hpp"
#include "sim/scenario/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace escalon {
namespace {

constexpr std::size_t most_rows = 200;

/// "pk.KDC_per_d"
std::string column_of(SweepAxis const& axis)
{
    return axis.unit.empty() ? axis.path : axis.path + "_" + (axis.unit == "%" ? "percent" : column_unit(axis.unit));
}

/// Empty where the scenario keeps its own value and that is no figure of the axis.
std::string cell_of(SweepAxis const& axis, std::optional<std::size_t> at)
{
    if (at)
        return axis.numbers.empty() ? axis.values[*at] : shortest(axis.numbers[*at]);
    if (!axis.as_written || axis.numbers.empty())
        return axis.as_written.value_or("");
    auto const length = number_length(*axis.as_written);
    auto const number = parse_number(axis.as_written->substr(0, length));
    auto const written_in = parse_unit(std::string_view{*axis.as_written}.substr(std::min(length + 1, axis.as_written->size())));
    auto const unit = parse_unit(axis.unit);
    if (!std::holds_alternative<double>(number) || bool{written_in} != bool{unit})
        return "";
    return shortest(std::get<double>(number) * (unit ? written_in->factor / unit->factor : 1));
}

std::vector<std::string> axis_cells(SweepResult const& sweep, SweepPoint const& point)
{
    std::vector<std::string> cells;
    for (std::size_t axis = 0; axis < sweep.axes.size(); ++axis)
        cells.push_back(cell_of(sweep.axes[axis], point.at[axis]));
    return cells;
}

bool several_truths(SweepResult const& sweep)
{
    return std::ranges::any_of(sweep.cells, [](SweepCell const& cell) { return cell.run.truths.size() > 1; });
}

bool several_designs(SweepResult const& sweep)
{
    return std::ranges::any_of(sweep.cells, [](SweepCell const& cell) { return cell.run.scenario.designs.size() > 1; });
}

std::string true_mtd_of(RunResult const& run, DesignRun const& design)
{
    auto const& mtd = run.truth_of(design).toxicity.mtd;
    return mtd ? shortest(run.scenario.ladder().dose(*mtd)) : "";
}

/// The columns that say which run a row is of.
std::vector<std::string> head(SweepResult const& sweep, std::vector<std::string> const& more)
{
    std::vector<std::string> columns{"cell"};
    for (auto const& axis : sweep.axes)
        columns.push_back(column_of(axis));
    columns.insert(columns.end(), {"truth", "design", "engine", "trials"});
    columns.insert(columns.end(), more.begin(), more.end());
    return columns;
}

std::vector<std::string> row_head(SweepResult const& sweep, std::size_t cell, DesignRun const& design)
{
    auto const& oc = design.result.characteristics;
    std::vector<std::string> row{std::to_string(cell + 1)};
    std::ranges::move(axis_cells(sweep, sweep.cells[cell].point), std::back_inserter(row));
    row.insert(row.end(), {sweep.cells[cell].run.truth_of(design).name, design.label, std::string{name_of(oc.engine)},
                           oc.trials ? std::to_string(*oc.trials) : ""});
    return row;
}

/// Whether any cell's trials run by a clock.
bool by_a_clock(SweepResult const& sweep)
{
    return std::ranges::any_of(sweep.cells, [](SweepCell const& cell) { return cell.run.scenario.trial.clock.has_value(); });
}

/// Whether in any cell something can come late.
bool anything_late(SweepResult const& sweep)
{
    return std::ranges::any_of(sweep.cells, [](SweepCell const& cell) { return tells_late_story(cell.run); });
}

/// How far the trials go, what comes late, what is left of the MTD, how long it takes; empty cells where there is no clock.
std::vector<std::string> clock_cells(RunResult const& run, DesignRun const& design)
{
    auto const& clock = design.result.characteristics.clock;
    if (!clock)
        return {"", "", "", "", ""};
    double late = 0;
    for (auto const& level : clock->late)
        late += level.mean;
    auto const mtd = run.truth_of(design).toxicity.mtd;
    return {percent(clock->visited.back().mean), percent(clock->visited.back().standard_error), mean_count(late),
            mtd ? percent(clock->after_look[static_cast<std::size_t>(mtd->index())].mean) : "",
            fmt::format("{:.1f}", clock->duration_d.mean / unit::days_per_month)};
}

/// Calls visit(cell index, run, run of a design).
void each_design(SweepResult const& sweep, auto const& visit)
{
    for (std::size_t cell = 0; cell < sweep.cells.size(); ++cell)
        for (auto const& design : sweep.cells[cell].run.designs)
            visit(cell, sweep.cells[cell].run, design);
}

} // namespace

std::string in_words(SweepPoint const& point, std::vector<SweepAxis> const& axes)
{
    std::string text;
    for (std::size_t axis = 0; axis < axes.size(); ++axis)
        if (point.at[axis])
            text += (text.empty() ? "" : ", ") + axes[axis].path + " " + axes[axis].values[*point.at[axis]];
    return text.empty() ? "as written" : text;
}

std::string sweep_text(SweepResult const& sweep)
{
    bool const truths = several_truths(sweep);
    bool const designs = several_designs(sweep);
    std::vector<TextTable::Column> columns;
    for (auto const& axis : sweep.axes)
        columns.push_back({axis.path, axis.numbers.empty() ? Align::left : Align::right});
    if (truths)
        columns.push_back({"truth", Align::left});
    if (designs)
        columns.push_back({"design", Align::left});
    bool const sampled = std::ranges::any_of(sweep.cells, [](SweepCell const& cell) {
        return std::ranges::any_of(cell.run.designs,
                                   [](DesignRun const& run) { return run.result.characteristics.engine == Engine::monte_carlo; });
    });
    columns.insert(columns.end(), {{"true MTD"}, {"selected"}});
    if (sampled)
        columns.push_back({"± SE"});
    columns.insert(columns.end(), {{"higher"}, {"none"}, {"patients"}, {"above MTD"}, {"DLTs"}});
    bool const late = anything_late(sweep);
    if (late)
        columns.insert(columns.end(), {{"to the top"}, {"± SE"}, {"late DLTs"}, {"after look"}, {"months"}});
    TextTable table{columns};
    std::size_t rows = 0;
    each_design(sweep, [&](std::size_t cell, RunResult const& run, DesignRun const& design) {
        if (++rows > most_rows)
            return;
        std::vector<std::string> cells;
        for (std::size_t axis = 0; axis < sweep.axes.size(); ++axis) {
            auto const at = sweep.cells[cell].point.at[axis];
            cells.push_back(at ? sweep.axes[axis].values[*at] : sweep.axes[axis].as_written.value_or("as written"));
        }
        if (truths)
            cells.push_back(run.truth_of(design).name);
        if (designs)
            cells.push_back(design.label);
        auto const& oc = design.result.characteristics;
        auto const mtd = true_mtd_of(run, design);
        cells.push_back(mtd.empty() ? "none" : mtd);
        cells.push_back(mtd.empty() ? "" : percent(oc.mean.correct));
        if (sampled)
            cells.push_back(oc.engine == Engine::monte_carlo ? percent(oc.standard_error.correct) : "exact");
        cells.insert(cells.end(), {percent(oc.mean.overdose), percent(oc.mean.none), mean_count(oc.mean.total_patients),
                                   mean_count(oc.mean.patients_above), mean_count(oc.mean.total_dlts)});
        if (late)
            std::ranges::move(clock_cells(run, design), std::back_inserter(cells));
        table.row(std::move(cells));
    });
    auto text = fmt::format("{}\n{}\n\n", sweep.scenario.name, counted(static_cast<long long>(sweep.cells.size()), "cell"));
    text += table.text();
    if (rows > most_rows)
        text += fmt::format("  ... and {} rows more: sweep.csv has them all\n", rows - most_rows);
    text += fmt::format(
        "\n  true MTD in {}; selected, higher, none: trials that recommend the true MTD, a level above it, no level.\n"
        "  patients, above MTD, DLTs: means per trial, in all and above the true MTD.\n",
        symbol(sweep.scenario.doses.unit));
    if (late)
        text += fmt::format(
            "  to the top: trials that treat somebody at {}; late DLTs: patients a trial, those of an expansion too; after "
            "look: trials\n  in which the true MTD stands after the late look; months: of dose finding.\n",
            sweep.scenario.ladder().text(sweep.scenario.ladder().top()));
    if (!sweep.complete)
        text += "\nInterrupted: these are the cells that were finished. The same command goes on from here.\n";
    return text;
}

std::string sweep_csv(SweepResult const& sweep)
{
    struct Measure {
        std::string_view name;
        double Measures::*figure;
    };
    static constexpr std::array<Measure, 6> measures{{{"correct_selection", &Measures::correct},
                                                      {"overdose_selection", &Measures::overdose},
                                                      {"none_selected", &Measures::none},
                                                      {"total_patients", &Measures::total_patients},
                                                      {"total_dlts", &Measures::total_dlts},
                                                      {"patients_above_mtd", &Measures::patients_above}}};
    std::vector<std::string> columns{"target", "true_mtd_level", "true_mtd_" + column_unit(symbol(sweep.scenario.doses.unit))};
    for (auto const& measure : measures) {
        columns.emplace_back(measure.name);
        columns.push_back(std::string{measure.name} + "_se");
    }
    columns.emplace_back("numerical_error");
    bool const clock = by_a_clock(sweep);
    std::vector<std::string> const clock_columns{"dlt_window_d",           "duration_d",
                                                 "duration_d_se",          "top_visited",
                                                 "top_visited_se",         "lowered_by_late_look",
                                                 "lowered_by_late_look_se"};
    if (clock)
        std::ranges::copy(clock_columns, std::back_inserter(columns));
    Csv table{head(sweep, columns)};
    each_design(sweep, [&](std::size_t cell, RunResult const& run, DesignRun const& design) {
        auto row = row_head(sweep, cell, design);
        auto const& oc = design.result.characteristics;
        auto const& truth = run.truth_of(design).toxicity;
        row.insert(row.end(),
                   {shortest(truth.target), truth.mtd ? std::to_string(truth.mtd->number()) : "", true_mtd_of(run, design)});
        for (auto const& measure : measures) {
            row.push_back(shortest(oc.mean.*measure.figure));
            row.push_back(shortest(oc.standard_error.*measure.figure));
        }
        row.push_back(shortest(oc.numerical_error));
        if (oc.clock) {
            row.push_back(shortest(run.scenario.dlt_window(run.entry_of(design)).value().base()));
            for (auto const& figure : {oc.clock->duration_d, oc.clock->visited.back(), oc.clock->lowered}) {
                row.push_back(shortest(figure.mean));
                row.push_back(shortest(figure.standard_error));
            }
        } else if (clock) {
            row.resize(row.size() + clock_columns.size());
        }
        table.row(row);
    });
    return table.text();
}

std::string sweep_levels_csv(SweepResult const& sweep)
{
    Csv table{head(sweep, level_columns(sweep.scenario.doses.unit))};
    each_design(sweep, [&](std::size_t cell, RunResult const& run, DesignRun const& design) {
        for (auto const& level : level_rows(run, design)) {
            auto row = row_head(sweep, cell, design);
            std::ranges::copy(level, std::back_inserter(row));
            table.row(row);
        }
    });
    return table.text();
}

} // namespace escalon

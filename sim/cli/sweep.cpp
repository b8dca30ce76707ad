// `sweep`: every cell of a grid of settings. Finished cells are kept and never run again, so a killed sweep goes on.
#include "sim/cli/commands.hpp"
#include "sim/cli/runs.hpp"

#include "sim/report/figures/sweep.hpp"
#include "sim/report/files.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/sweep_json.hpp"
#include "sim/report/sweep_table.hpp"
#include "sim/report/text_table.hpp"
#include "sim/scenario/echo.hpp"
#include "sim/scenario/sweep.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <mutex>

namespace escalon::cli {
namespace {

namespace fs = std::filesystem;

/// A sweep before it is run.
struct Plan {
    Scenario scenario;
    std::vector<SweepAxis> axes;
    SweepMode mode = SweepMode::grid;
    std::vector<SweepPoint> points;
    std::vector<Scenario> cells;
};

Plan plan(SweepArguments const& arguments)
{
    auto const file = ScenarioFile::open(arguments.input.scenario);
    Plan plan{.scenario = file.read(arguments.input.overrides)};
    auto const& written = plan.scenario.sweep;
    if (written)
        plan.mode = written->mode;
    if (arguments.mode)
        plan.mode = *arguments.mode;
    for (auto const& text : arguments.axes)
        plan.axes.push_back(parse_axis(text));
    if (plan.axes.empty() && written)
        plan.axes = axes_of(*written);
    if (plan.axes.empty())
        throw UsageError("nothing to sweep: name an axis, for example pk.KDC='0.03 /d..0.12 /d:4', or add sweep: { axes: ... } "
                         "to the scenario");
    note_what_is_written(plan.axes, plan.scenario);
    plan.points = sweep_points(plan.axes, plan.mode);
    plan.cells = sweep_scenarios(file, arguments.input.overrides, plan.axes, plan.points);
    for (auto const& cell : plan.cells)
        design_of(cell, {}); // there must be one
    return plan;
}

/// The finished cells of a folder.
class CellStore {
public:
    explicit CellStore(fs::path folder) : folder_{std::move(folder)} {}

    fs::path path_of(Scenario const& cell) const { return folder_ / cell_file(cell); }
    std::optional<RunResult> find(Scenario const& cell) const { return read_cell(path_of(cell), cell); }

    /// @throws CannotWrite
    void prepare() const
    {
        std::error_code fault;
        fs::create_directories(folder_, fault);
        if (fault)
            throw CannotWrite(fmt::format("cannot write {}: {}", folder_.string(), fault.message()));
    }

    void keep(RunResult const& run) const { write_file(path_of(run.scenario), cell_text(run)); }

    /// Puts every cell, also those of earlier sweeps, into a result folder in the making.
    void link_into(ResultFolder& result) const
    {
        std::error_code fault;
        auto const cells = result.draft() / "cells";
        fs::create_directories(cells, fault);
        for (auto const& entry : fs::directory_iterator{folder_, fault}) {
            if (entry.path().extension() != ".json")
                continue;
            std::error_code unlinked;
            fs::create_hard_link(entry.path(), cells / entry.path().filename(), unlinked);
            if (unlinked) // another file system, or one without links
                fs::copy_file(entry.path(), cells / entry.path().filename(), fault);
        }
        if (fault)
            throw CannotWrite(fmt::format("cannot write {}: {}", cells.string(), fault.message()));
    }

private:
    fs::path folder_;
};

std::string dry_run_text(Plan const& plan, std::vector<std::optional<RunResult>> const& done)
{
    std::vector<TextTable::Column> columns{{"cell"}};
    for (auto const& axis : plan.axes)
        columns.push_back({axis.path, axis.numbers.empty() ? Align::left : Align::right});
    columns.push_back({"", Align::left});
    TextTable table{columns};
    for (std::size_t i = 0; i < plan.points.size(); ++i) {
        std::vector<std::string> row{std::to_string(i + 1)};
        for (std::size_t axis = 0; axis < plan.axes.size(); ++axis) {
            auto const at = plan.points[i].at[axis];
            row.push_back(at ? plan.axes[axis].values[*at] : plan.axes[axis].as_written.value_or("as written"));
        }
        row.emplace_back(done[i] ? "done" : "");
        table.row(std::move(row));
    }
    auto const finished = std::ranges::count_if(done, [](auto const& run) { return run.has_value(); });
    return fmt::format("{}\n  {}, {} of them done\n", table.text(), counted(static_cast<long long>(plan.cells.size()), "cell"),
                       finished);
}

/// Cells whose populations are exposed alike, one after the other; within that as they come.
std::vector<std::vector<std::size_t>> groups(Plan const& plan, std::vector<std::size_t> const& open)
{
    std::vector<std::pair<std::string, std::vector<std::size_t>>> found;
    for (auto const cell : open) {
        std::string key;
        for (auto const& truth : natures(plan.cells[cell]))
            key += truth.exposures;
        auto const known = std::ranges::find(found, key, &std::pair<std::string, std::vector<std::size_t>>::first);
        (known == found.end() ? found.emplace_back(key, std::vector<std::size_t>{}) : *known).second.push_back(cell);
    }
    std::vector<std::vector<std::size_t>> all;
    for (auto& [key, cells] : found)
        all.push_back(std::move(cells));
    return all;
}

/// Tells a bar how far all cells are that had to be run.
class SweepProgress {
public:
    SweepProgress(Console const& console, std::size_t cells) : bar_{console, "sweep", "cells"}, shares_(cells) {}

    /// For the runs of one cell, each of them an equal share of it.
    ProgressOf of_cell(std::size_t cell, std::size_t runs)
    {
        return [this, cell, runs, begun = std::size_t{0}](DesignEntry const&, std::string const&) mutable -> Progress {
            return [this, cell, runs, before = begun++](std::uint64_t done, std::uint64_t of) {
                double const share = static_cast<double>(done) / static_cast<double>(std::max<std::uint64_t>(of, 1));
                set(cell, (static_cast<double>(before) + share) / static_cast<double>(runs));
            };
        };
    }

    void finished(std::size_t cell) { set(cell, 1); }

private:
    void set(std::size_t cell, double share)
    {
        std::scoped_lock const lock{guard_};
        sum_ += share - shares_[cell];
        shares_[cell] = share;
        bar_.show(sum_, static_cast<double>(shares_.size()));
    }

    ProgressBar bar_;
    std::mutex guard_;
    std::vector<double> shares_;
    double sum_ = 0;
};

/// Runs the open cells and keeps each as soon as it is done.
void run_cells(Plan const& plan, std::vector<std::optional<RunResult>>& done, CellStore const& store, int jobs,
               Console const& console)
{
    std::vector<std::size_t> open;
    for (std::size_t i = 0; i < done.size(); ++i)
        if (!done[i])
            open.push_back(i);
    SweepProgress progress{console, open.size()};
    SharedParts shared;
    auto const run = [&](std::size_t cell, Workers const& workers) {
        auto const& scenario = plan.cells[cell];
        auto const runs = scenario.designs.size() * std::max<std::size_t>(scenario.truths.size(), 1);
        auto const place = static_cast<std::size_t>(std::ranges::lower_bound(open, cell) - open.begin());
        if ((done[cell] = store.find(scenario))) { // another cell with the same figures
            progress.finished(place);
            return;
        }
        auto found = run_scenario(scenario, scenario.runner.engine, shared, workers, progress.of_cell(place, runs));
        if (!found.complete)
            throw Interrupted{};
        store.keep(found);
        done[cell] = std::move(found);
        progress.finished(place);
    };
    Workers const all{jobs, &user_interrupt()};
    Workers const one{1, &user_interrupt()};
    for (auto const& group : groups(plan, open)) {
        // the first computes what the others share, on all threads; few cells leave threads idle unless each takes all
        bool const few = group.size() <= static_cast<std::size_t>(jobs);
        for (std::size_t i = 0; i < (few ? group.size() : 1); ++i)
            run(group[i], all);
        if (!few)
            all.for_each(group.size() - 1, [&](std::size_t i) { run(group[i + 1], one); });
    }
}

SweepResult gathered(Plan plan, std::vector<std::optional<RunResult>> done)
{
    SweepResult sweep{.scenario = std::move(plan.scenario), .mode = plan.mode, .axes = std::move(plan.axes)};
    for (std::size_t i = 0; i < done.size(); ++i) {
        if (done[i])
            sweep.cells.push_back({plan.points[i], std::move(*done[i])});
        sweep.complete = sweep.complete && done[i];
    }
    return sweep;
}

void publish(SweepResult const& sweep, SweepArguments const& arguments, fs::path const& place, CellStore const& store,
             Console const& console)
{
    ResultFolder folder{place};
    folder.add("sweep.json", sweep_json(sweep).dump(json_indent) + "\n");
    folder.add("sweep.csv", sweep_csv(sweep));
    folder.add("sweep_levels.csv", sweep_levels_csv(sweep));
    folder.add("scenario.resolved.yaml", resolved_yaml(sweep.scenario));
    store.link_into(folder);
    if (arguments.figures)
        add_figures(folder, figures_of(sweep), sweep.scenario.name, place, console);
    folder.publish();
}

} // namespace

Exit execute(SweepArguments const& arguments, Console const& console)
{
    auto const plan = cli::plan(arguments);
    auto const place = arguments.out.value_or(fs::path{"results"} / (arguments.input.scenario.stem().string() + ".sweep"));
    CellStore const store{place / "cells"};
    std::vector<std::optional<RunResult>> done;
    for (auto const& cell : plan.cells)
        done.push_back(store.find(cell));
    if (arguments.dry_run) {
        console.print(dry_run_text(plan, done));
        return Exit::done;
    }
    refuse_foreign(place); // before any work: a place that cannot be written is told at once
    store.prepare();
    auto const finished = std::ranges::count_if(done, [](auto const& run) { return run.has_value(); });
    if (finished > 0)
        console.note(fmt::format("{} of {} cells are done already, in {}", finished, done.size(), (place / "cells").string()));

    watch_for_interrupt();
    try {
        run_cells(plan, done, store, arguments.jobs > 0 ? arguments.jobs : Workers::all_processors(), console);
    } catch (Interrupted const&) {
        // what was finished is kept
    }
    auto const sweep = gathered(plan, std::move(done));
    if (sweep.cells.empty()) {
        console.error("interrupted before any cell was done; nothing was written");
        return Exit::interrupted;
    }
    publish(sweep, arguments, place, store, console);
    print(arguments.output,
          {.text = [&] { return sweep_text(sweep); },
           .json = [&] { return sweep_json(sweep); },
           .csv = [&] { return sweep_csv(sweep); }},
          console);
    console.note("result: " + place.string());
    return sweep.complete ? Exit::done : Exit::interrupted;
}

} // namespace escalon::cli

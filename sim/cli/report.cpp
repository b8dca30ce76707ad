// `report`: the HTML report of a result.
#include "sim/cli/commands.hpp"

#include "sim/report/files.hpp"
#include "sim/report/html/drawing.hpp"
#include "sim/report/html/report.hpp"
#include "sim/report/read_result.hpp"

#include <fmt/format.h>

namespace escalon::cli {
namespace {

constexpr auto usual_name = "report.html";

/// In the result folder, where nothing else is asked for.
std::filesystem::path report_place(ReportArguments const& arguments)
{
    if (arguments.out)
        return *arguments.out;
    std::error_code unreadable; // then reading says so
    bool const folder = std::filesystem::is_directory(arguments.result, unreadable);
    return (folder ? arguments.result : arguments.result.parent_path()) / usual_name;
}

/// Sweeps have figures and tables of their own, and no report yet.
/// @throws NotAResult where the path leads to one
void refuse_sweep(std::filesystem::path const& result)
{
    std::error_code unreadable; // then reading says so
    if (result.filename() == "sweep.json" || std::filesystem::exists(result / "sweep.json", unreadable))
        throw NotAResult(fmt::format("{} is a sweep, and reports are of runs: escalon plot {} draws it, sweep.csv is its table",
                                     result.string(), result.string()));
}

/// The report of a run. Other kinds of result have theirs beside this one.
std::string report_of_run(RunResult const& run, Console const& console)
{
    auto const drawn = html::draw_figures(run, Renderer::find(console.program_folder()));
    if (drawn.fault)
        console.note(fmt::format("note: not every figure was drawn: {}", *drawn.fault));
    else if (!drawn.figures.missing.empty())
        console.note(fmt::format("note: the figures were not drawn ({}); the report has their captions", drawn.figures.missing));
    auto const assets = html::PageAssets::find(console.program_folder());
    if (!assets.available())
        console.note("note: the report is without style and script, which were not built; build with ESCALON_FIGURES=ON");
    return html::run_report(run, drawn.figures, assets);
}

} // namespace

Exit execute(ReportArguments const& arguments, Console const& console)
{
    refuse_sweep(arguments.result);
    auto const place = report_place(arguments);
    refuse_special(place);
    write_file(place, report_of_run(read_result(arguments.result), console));
    console.print(place.string() + "\n");
    console.note(fmt::format("one file, for any browser: xdg-open '{}' (Linux), open (macOS), start (Windows)", place.string()));
    return Exit::done;
}

} // namespace escalon::cli

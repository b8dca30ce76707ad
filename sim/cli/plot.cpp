// `plot`: the figures of a result folder as pictures.
#include "sim/cli/commands.hpp"

#include "sim/report/figures/all.hpp"
#include "sim/report/figures/sweep.hpp"
#include "sim/report/files.hpp"
#include "sim/report/read_result.hpp"
#include "sim/report/sweep_json.hpp"
#include "sim/scenario/suggest.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace escalon::cli {
namespace {

/// The figures of these names, in the order of the report.
std::vector<Figure> chosen(std::vector<Figure> const& figures, std::vector<std::string> const& names)
{
    std::vector<std::string> known;
    for (auto const& figure : figures)
        known.push_back(figure.name);
    for (auto const& name : names)
        if (std::ranges::find(known, name) == known.end())
            throw UsageError(fmt::format("the result has no figure {}; {}", in_quotes(name), suggestion(name, known)));
    std::vector<Figure> wanted;
    std::ranges::copy_if(figures, std::back_inserter(wanted), [&](auto const& figure) {
        return names.empty() || std::ranges::find(names, figure.name) != names.end();
    });
    return wanted;
}

/// Where pictures go unless told: beside the result's other files.
std::filesystem::path figure_folder(std::filesystem::path const& result)
{
    std::error_code fault;
    return (std::filesystem::is_directory(result, fault) ? result : result.parent_path()) / "figures";
}

bool is_sweep(std::filesystem::path const& path)
{
    std::error_code fault;
    return path.filename() == "sweep.json" || std::filesystem::exists(path / "sweep.json", fault);
}

/// The figures of a run or of a sweep, and the name of its scenario.
std::pair<std::vector<Figure>, std::string> figures_in(std::filesystem::path const& path, FigureStyle const& style)
{
    if (auto const ending = path.extension(); ending == ".yaml" || ending == ".yml")
        throw UsageError(
            fmt::format("{} is a scenario, and plot draws results: escalon run {} draws its figures, escalon replay {} "
                        "--figure FILE.svg the documented trial",
                        path.string(), path.string(), path.string()));
    if (is_sweep(path)) {
        auto const sweep = read_sweep(path);
        return {figures_of(sweep, style), sweep.scenario.name};
    }
    auto const run = read_result(path);
    return {figures_of(run, style), run.scenario.name};
}

} // namespace

Exit execute(PlotArguments const& arguments, Console const& console)
{
    auto const [figures, scenario] = figures_in(arguments.result, arguments.style);
    auto const wanted = chosen(figures, arguments.figures);
    auto const folder = arguments.out.value_or(figure_folder(arguments.result));
    write_file(folder / captions_file, captions_text(figures, scenario));
    auto const files = write_figures(wanted, folder, arguments.pictures, Renderer::find(console.program_folder()));
    for (auto const& picture : files.pictures)
        console.print(picture.string() + "\n");
    console.note(fmt::format("captions: {}; beside each picture its Vega-Lite specification, NAME.vl.json",
                             (folder / captions_file).string()));
    if (!files.fault)
        return Exit::done;
    console.error(fmt::format("the figures were not drawn ({}); their specifications are in {}", *files.fault, folder.string()));
    return Exit::cannot_write;
}

} // namespace escalon::cli

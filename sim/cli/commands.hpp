// The commands, one file each.
#pragma once

#include "sim/cli/arguments.hpp"
#include "sim/cli/console.hpp"
#include "sim/report/figures/figure.hpp"
#include "sim/report/files.hpp"
#include "sim/scenario/scenario.hpp"

#include <functional>

namespace escalon::cli {

/// Of everything that is printed or written as JSON.
inline constexpr int json_indent = 2;

Exit execute(RunArguments const& arguments, Console const& console);
Exit execute(SweepArguments const& arguments, Console const& console);
Exit execute(ReplayArguments const& arguments, Console const& console);
Exit execute(PathsArguments const& arguments, Console const& console);
Exit execute(TableArguments const& arguments, Console const& console);
Exit execute(CalibratePriorArguments const& arguments, Console const& console);
Exit execute(NextArguments const& arguments, Console const& console);
Exit execute(PkArguments const& arguments, Console const& console);
Exit execute(ExplainArguments const& arguments, Console const& console);
Exit execute(PlotArguments const& arguments, Console const& console);
Exit execute(ReportArguments const& arguments, Console const& console);
Exit execute(ValidateArguments const& arguments, Console const& console);
Exit execute(CatalogueArguments const& arguments, Console const& console);
Exit execute(SchemaArguments const& arguments, Console const& console);
Exit execute(InitArguments const& arguments, Console const& console);
Exit execute(CompletionArguments const& arguments, Console const& console);
Exit execute(DiffArguments const& arguments, Console const& console);
Exit execute(Words const& words, Console const& console);

Scenario read(ScenarioArguments const& arguments);

/// A file's text; of "-" what standard input holds.
/// @throws MissingFile
std::string text_of(std::string const& file);

/// The design with this label, or the first.
/// @throws UsageError for an unknown label; ScenarioIncomplete where the scenario has no design
DesignEntry const& design_of(Scenario const& scenario, std::string const& label);

/// What a command says, format by format; only what was asked for is made.
struct Forms {
    std::function<std::string()> text;
    std::function<nlohmann::ordered_json()> json;
    std::function<std::string()> csv;
    std::function<std::string()> markdown;
    std::function<std::string()> latex;
};

/// @throws std::logic_error for a format that the command does not have
void print(Output output, Forms const& forms, Console const& console);

/// Draws a figure where the arguments say: into a file, or into a folder with its caption.
void draw_figure(Figure const& figure, std::string const& scenario, FigureArguments const& arguments, Console const& console);

/// Draws a figure beside its specification (FILE.svg and FILE.vl.json), or says what is missing and leaves the specification.
/// @param place where the picture will lie in the end, for the words
void draw_figure(std::string const& specification, std::filesystem::path const& picture, std::filesystem::path const& place,
                 Console const& console);

/// Adds the figures and their captions to a result folder in the making; says what is missing where they cannot be drawn.
/// @param place where the folder will lie in the end, for the words
void add_figures(ResultFolder& folder, std::vector<Figure> const& figures, std::string const& scenario,
                 std::filesystem::path const& place, Console const& console);

} // namespace escalon::cli

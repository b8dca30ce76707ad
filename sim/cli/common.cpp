#include "sim/cli/commands.hpp"

#include "sim/report/figure_files.hpp"
#include "sim/report/files.hpp"
#include "sim/report/render.hpp"
#include "sim/scenario/cells.hpp"
#include "sim/scenario/suggest.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>

namespace escalon::cli {

Scenario read(ScenarioArguments const& arguments) { return read_scenario(arguments.scenario, arguments.overrides); }

std::string text_of(std::string const& file)
{
    if (file == "-")
        return {std::istreambuf_iterator<char>{std::cin}, {}};
    std::ifstream stream{file, std::ios::binary};
    std::error_code fault;
    if (!stream || std::filesystem::is_directory(file, fault))
        throw MissingFile(fmt::format("{}: there is no such file that can be read", file));
    return {std::istreambuf_iterator<char>{stream}, {}};
}

DesignEntry const& design_of(Scenario const& scenario, std::string const& label)
{
    if (scenario.designs.empty())
        throw ScenarioIncomplete("'" + scenario.name + "' has no design: add designs: [{ name: three_plus_three }]");
    if (label.empty())
        return scenario.designs.front();
    std::vector<std::string> labels;
    for (auto const& design : scenario.designs) {
        if (design.label == label)
            return design;
        labels.push_back(design.label);
    }
    throw UsageError(fmt::format("no design is labelled {}; {}", in_quotes(label), suggestion(label, labels)));
}

void print(Output output, Forms const& forms, Console const& console)
{
    auto const said = [&](std::function<std::string()> const& form) {
        if (!form)
            throw std::logic_error("a command was asked for a format that it does not have");
        console.print(form());
    };
    switch (output) {
    case Output::text: return said(forms.text);
    case Output::json: // a user's words need not be UTF-8
        return console.print(forms.json().dump(json_indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n");
    case Output::csv: return said(forms.csv);
    case Output::markdown: return said(forms.markdown);
    case Output::latex: return said(forms.latex);
    }
}

void draw_figure(Figure const& figure, std::string const& scenario, FigureArguments const& arguments, Console const& console)
{
    auto const specification = figure.specification.dump(json_indent) + "\n";
    if (arguments.file) {
        if (arguments.file->extension() == ".json") {
            refuse_special(*arguments.file);
            write_file(*arguments.file, specification);
        } else {
            draw_figure(specification, *arguments.file, *arguments.file, console);
        }
        console.note("figure: " + arguments.file->string() + "\n  " + figure.caption);
    }
    if (!arguments.out)
        return;
    write_file(*arguments.out / (figure.name + ".caption.md"),
               captions_text({figure}, scenario)); // beside those of other commands
    auto const files = write_figures({figure}, *arguments.out, arguments.pictures, Renderer::find(console.program_folder()));
    for (auto const& picture : files.pictures)
        console.note("figure: " + picture.string());
    if (files.fault)
        console.note(fmt::format("note: the figure was not drawn ({}); its specification is in {}", *files.fault,
                                 arguments.out->string()));
}

void draw_figure(std::string const& specification, std::filesystem::path const& picture, std::filesystem::path const& place,
                 Console const& console)
{
    auto const specification_of = [](std::filesystem::path path) { return path.replace_extension(".vl.json"); };
    refuse_special(picture);
    write_file(specification_of(picture), specification);
    auto const renderer = Renderer::find(console.program_folder());
    auto const fault = renderer.available() ? renderer.draw({{specification_of(picture), picture}})
                                            : std::optional{renderer.missing()};
    if (fault)
        console.note(fmt::format("note: the figure was not drawn ({}); its specification is {}", *fault,
                                 specification_of(place).string()));
}

void add_figures(ResultFolder& folder, std::vector<Figure> const& figures, std::string const& scenario,
                 std::filesystem::path const& place, Console const& console)
{
    constexpr auto inside = "figures";
    folder.add(std::filesystem::path{inside} / captions_file, captions_text(figures, scenario));
    auto const drawn = write_figures(figures, folder.draft() / inside, {}, Renderer::find(console.program_folder()));
    if (drawn.fault)
        console.note(fmt::format("note: the figures were not drawn ({}); their specifications are in {}", *drawn.fault,
                                 (place / inside).string()));
}

Exit execute(Words const& words, Console const& console)
{
    console.print(words.text);
    return Exit::done;
}

} // namespace escalon::cli

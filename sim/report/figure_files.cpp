#include "sim/report/figure_files.hpp"

#include "sim/report/figures/text.hpp"
#include "sim/report/files.hpp"
#include "sim/report/text_table.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace escalon {
namespace {

constexpr int json_indent = 2;

} // namespace

FigureFiles write_figures(std::vector<Figure> const& figures, std::filesystem::path const& folder, PictureOptions const& options,
                          Renderer const& renderer)
{
    std::vector<Drawing> drawings;
    for (auto const& figure : figures) {
        auto const specification = folder / (figure.name + ".vl.json");
        write_file(specification, figure.specification.dump(json_indent) + "\n");
        for (auto const& format : options.formats) {
            auto const picture = folder / (figure.name + "." + format);
            refuse_special(picture);
            drawings.push_back({specification, picture});
        }
    }
    if (!renderer.available())
        return {.fault = renderer.missing()};
    bool const dots = std::ranges::find(options.formats, "png") != options.formats.end();
    FigureFiles files{.fault = renderer.draw(drawings, dots ? std::optional{options.dpi} : std::nullopt)};
    if (!files.fault)
        for (auto const& drawing : drawings)
            files.pictures.push_back(drawing.picture);
    return files;
}

std::string captions_text(std::vector<Figure> const& figures, std::string_view scenario)
{
    constexpr std::size_t longest_name = 300;
    auto text = fmt::format("# {}\n", in_markdown(theme::cut(scenario, longest_name)));
    for (auto const& figure : figures)
        text += fmt::format("\n**{}** ({}). {}\n", in_markdown(theme::cut(figure.title, longest_name)), figure.name,
                            in_markdown(figure.caption));
    return text;
}

} // namespace escalon

#include "sim/report/html/drawing.hpp"

#include "sim/report/figures/all.hpp"
#include "sim/report/files.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdlib.h>

namespace escalon::html {
namespace {

namespace fs = std::filesystem;

/// A folder for what passes between the program and the renderer, gone afterwards.
class WorkFolder {
public:
    WorkFolder()
    {
        auto name = (fs::temp_directory_path() / "escalon-report-XXXXXX").string();
        if (!::mkdtemp(name.data()))
            throw CannotWrite("cannot make a folder in " + fs::temp_directory_path().string() + " to draw figures in");
        path_ = name;
    }
    ~WorkFolder()
    {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    WorkFolder(WorkFolder const&) = delete;
    WorkFolder& operator=(WorkFolder const&) = delete;

    /// Puts the specification there.
    Drawing drawing(Figure const& figure, std::string const& name) const
    {
        Drawing const drawing{path_ / (name + ".vl.json"), path_ / (name + ".page.json")};
        write_file(drawing.specification,
                   figure.specification.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
        return drawing;
    }

private:
    fs::path path_;
};

std::optional<Drawn> drawn(Drawing const& drawing)
{
    std::ifstream file{drawing.picture, std::ios::binary};
    auto page = nlohmann::ordered_json::parse(file, nullptr, false);
    if (!page.is_object())
        return std::nullopt;
    return Drawn{page["svg"].get<std::string>(), std::move(page["vega"])};
}

} // namespace

DrawnFigures draw_figures(RunResult const& run, Renderer const& renderer)
{
    DrawnFigures result;
    auto const wide = figures_of(run, {.width_mm = wide_mm});
    for (auto const& figure : wide)
        result.figures.figures.push_back({figure, {}, {}});
    if (!renderer.available()) {
        result.figures.missing = renderer.missing();
        return result;
    }
    auto const narrow = figures_of(run, {.width_mm = narrow_mm});
    WorkFolder const folder;
    std::vector<Drawing> drawings;
    for (std::size_t i = 0; i < wide.size(); ++i) {
        drawings.push_back(folder.drawing(wide[i], std::to_string(i) + "-wide"));
        drawings.push_back(folder.drawing(narrow[i], std::to_string(i) + "-narrow"));
    }
    result.fault = renderer.draw(drawings);
    for (std::size_t i = 0; i < wide.size(); ++i) {
        result.figures.figures[i].wide = drawn(drawings[2 * i]);
        result.figures.figures[i].narrow = drawn(drawings[2 * i + 1]);
    }
    if (result.fault)
        result.figures.missing = "the renderer could not draw all of them";
    return result;
}

} // namespace escalon::html

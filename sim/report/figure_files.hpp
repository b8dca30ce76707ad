// Figures as files: a specification each, pictures drawn from it, and all captions in one text.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/report/render.hpp"

#include <array>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace escalon {

/// "svg", "pdf", "png".
inline constexpr std::array<std::string_view, 3> picture_formats{"svg", "pdf", "png"};

struct PictureOptions {
    std::vector<std::string> formats{"svg"};
    int dpi = 300; ///< of png
};

struct FigureFiles {
    std::vector<std::filesystem::path> pictures; ///< that were drawn
    std::optional<std::string> fault;            ///< why pictures are missing; their specifications are there all the same
};

/// Writes NAME.vl.json and draws NAME.svg and so on, each whole or not at all; other files of the folder stay as they are.
/// @throws CannotWrite
FigureFiles write_figures(std::vector<Figure> const& figures, std::filesystem::path const& folder, PictureOptions const& options,
                          Renderer const& renderer);

/// The captions of a folder's figures.
inline constexpr std::string_view captions_file = "captions.md";

/// Markdown: a paragraph a figure, to be pasted below it.
std::string captions_text(std::vector<Figure> const& figures, std::string_view scenario);

} // namespace escalon

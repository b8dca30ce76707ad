// Draws figure specifications as SVG, PDF and PNG with the bundled renderer, which runs under node.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace escalon {

struct Drawing {
    std::filesystem::path specification; ///< a .vl.json file
    std::filesystem::path picture;       ///< the file to write; its ending says what: .svg, .pdf, .png
};

/// Where the renderer is, if this machine can run it; else what is missing.
class Renderer {
public:
    /// @param program_folder where `escalon` lies
    static Renderer find(std::filesystem::path const& program_folder);

    bool available() const { return missing_.empty(); }
    /// What is missing, and how to get it.
    std::string const& missing() const { return missing_; }

    /// Draws each specification, all in one process.
    /// @param dpi of .png
    /// @return what went wrong, in the renderer's words; none when all were drawn
    std::optional<std::string> draw(std::vector<Drawing> const& drawings, std::optional<int> dpi = std::nullopt) const;

private:
    std::filesystem::path node_;
    std::filesystem::path script_;
    std::string missing_;
};

} // namespace escalon

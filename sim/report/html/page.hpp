// The frame of a report: one file, a strict content policy, and nothing that is fetched.
#pragma once

#include "sim/report/html/markup.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace escalon::html {

/// Style and script of every report, made when Escalon is built, with the hashes by which the content policy knows them.
struct PageAssets {
    std::string style;
    std::string style_hash; ///< "sha256-..."
    std::string script;
    std::string script_hash;

    /// @param program_folder where `escalon` lies
    /// @return empty where they were not built: the report then is plain, and says the same
    static PageAssets find(std::filesystem::path const& program_folder);

    bool available() const { return !style.empty(); }
};

/// A part of the page under a heading of its own.
struct Section {
    std::string id; ///< for links to it: letters and hyphens
    std::string heading;
    Markup body;
};

struct Page {
    std::string title; ///< in the words of the user
    Markup lead;       ///< under the title
    std::vector<Section> sections;
    Markup footer;
};

std::string page_html(Page const& page, PageAssets const& assets);

} // namespace escalon::html

// Every command that README and docs show runs, and prints what they say it prints.
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <cstdlib>
#include <fstream>
#include <sstream>

using namespace escalon::test;

namespace {

/// Writes the files that a document asks its reader to save: blocks that begin with ```yaml NAME.
void save_files_of(std::filesystem::path const& document, Scratch const& place)
{
    constexpr std::string_view fence = "```yaml ";
    std::istringstream text{file_text(document)};
    for (std::string line; std::getline(text, line);) {
        if (!line.starts_with(fence))
            continue;
        auto const name = line.substr(fence.size());
        std::string content;
        while (std::getline(text, line) && !line.starts_with("```"))
            content += line + "\n";
        place.write(name, content);
    }
}

/// One `$ escalon ...` of a document and the lines shown below it; `[...]` stands for lines left out.
struct Shown {
    std::string command;
    std::vector<std::string> lines;
};

std::vector<Shown> shown_in(std::filesystem::path const& document)
{
    std::vector<Shown> found;
    std::istringstream text{file_text(document)};
    bool open = false;
    for (std::string line; std::getline(text, line);) {
        if (line.starts_with("```"))
            open = false;
        else if (line.starts_with("$ ")) {
            open = line.starts_with("$ escalon ");
            if (open)
                found.push_back({line.substr(2), {}});
        } else if (open && line != "[...]" && !line.empty())
            found.back().lines.push_back(line);
    }
    return found;
}

std::vector<std::filesystem::path> documents()
{
    std::filesystem::path const root{ESCALON_SOURCE_DIR};
    std::vector<std::filesystem::path> all{root / "README.md"};
    for (auto const& entry : std::filesystem::recursive_directory_iterator{root / "docs"})
        if (entry.path().extension() == ".md")
            all.push_back(entry.path());
    return all;
}

/// The first line that does not follow the ones before it in the text; empty where all do.
std::string first_missing(std::vector<std::string> const& lines, std::string const& text)
{
    std::size_t at = 0;
    for (auto const& line : lines) {
        auto const place = text.find(line, at);
        if (place == std::string::npos)
            return line;
        at = place + line.size();
    }
    return {};
}

} // namespace

TEST_CASE("the page of keys is what the program prints", "[golden][docs]")
{
    auto const page = std::filesystem::path{ESCALON_SOURCE_DIR} / "docs/scenario_keys.md";
    auto const said = run_escalon({"schema", "--markdown"});
    if (std::getenv("ESCALON_UPDATE_GOLDEN"))
        std::ofstream{page, std::ios::binary} << said.out;
    CHECK(file_text(page) == said.out);
}

TEST_CASE("documents show what the program prints", "[golden][docs]")
{
    auto const program = std::filesystem::path{ESCALON_PROGRAM}.parent_path().string();
    std::size_t tried = 0;
    for (auto const& document : documents()) {
        Scratch const place;
        for (auto const* folder : {"scenarios", "tests"})
            std::filesystem::create_directory_symlink(std::filesystem::path{ESCALON_SOURCE_DIR} / folder, place / folder);
        save_files_of(document, place);
        for (auto const& shown : shown_in(document)) {
            ++tried;
            INFO(document << ": " << shown.command);
            auto const said =
                Running{place.path(), {"/bin/sh", "-c", "PATH='" + program + "':$PATH; " + shown.command + " 2>&1"}}.wait();
            CHECK(first_missing(shown.lines, said.out) == "");
        }
    }
    CHECK(tried >= 20);
}

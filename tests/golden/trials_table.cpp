// The table of simulated trials in docs/trials.md holds what `escalon run` says of each scenario. ESCALON_UPDATE_GOLDEN=1 rewrites its
// figures; the words beside them are written by hand.
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

using namespace escalon::test;
using nlohmann::json;

namespace {

/// A row of the table: its cells without the bars.
std::vector<std::string> cells_of(std::string const& row)
{
    std::vector<std::string> cells;
    std::istringstream text{row.substr(1)};
    for (std::string cell; std::getline(text, cell, '|');) {
        auto const first = cell.find_first_not_of(' ');
        cells.push_back(first == std::string::npos ? "" : cell.substr(first, cell.find_last_not_of(' ') - first + 1));
    }
    return cells;
}

std::string row_of(std::vector<std::string> const& cells)
{
    std::string row = "|";
    for (auto const& cell : cells)
        row += " " + cell + " |";
    return row;
}

/// "176 37.6 %, **235 47.9 %**, none 0.0 %": the levels that one trial in a hundred or more names, that of the record in bold.
std::string distribution(json const& shares, std::vector<double> const& doses, std::string const& on_record)
{
    constexpr double worth_telling = 0.01;
    std::string text;
    std::vector<double> const levels = shares["levels"];
    for (std::size_t i = 0; i < levels.size(); ++i) {
        auto const dose = fmt::format("{}", doses[i]);
        bool const recorded = on_record.starts_with(dose + " ");
        if (levels[i] >= worth_telling || recorded)
            text += fmt::format(fmt::runtime(recorded ? "**{} {:.1f} %**, " : "{} {:.1f} %, "), dose, 100 * levels[i]);
    }
    return text + fmt::format("none {:.1f} %", 100 * shares["none"].get<double>());
}

/// The dose of the record, the true MTD, and what trials name, of one truth of a scenario.
std::vector<std::string> figures(json const& run, std::string const& truth)
{
    auto const& truths = run["truths"];
    std::size_t number = 0;
    while (!truth.empty() && truths.at(number)["name"] != truth)
        ++number;
    std::string on_record = "not reached";
    if (auto const& documented = run["resolved"]["documented"]; documented.contains("mtd"))
        on_record = documented["mtd"];
    auto const& met = truths.at(number);
    auto const per_truth = run["designs"].size() / truths.size();
    auto const& design = run["designs"].at(number * per_truth); // the first of the scenario
    std::vector<double> const doses = run["doses"]["levels"];
    auto said = distribution(design["selection"], doses, on_record);
    auto const& trial = run["resolved"]["trial"];
    if (trial.contains("clock") && trial["clock"]["late_look"] == true)
        said = "window: " + said + "; late look: " + distribution(design["clock"]["after_late_look"], doses, on_record);
    return {on_record, met["true_mtd"].is_null() ? "none" : met["true_mtd"].get<std::string>(), said};
}

} // namespace

TEST_CASE("the table of simulated trials is what the program says", "[golden][docs][trials]")
{
    constexpr std::size_t first_figure = 2; // after trial and truth
    auto const page = std::filesystem::path{ESCALON_SOURCE_DIR} / "docs/trials.md";
    std::map<std::string, json> runs;
    std::istringstream text{file_text(page)};
    std::string made;
    bool inside = false;
    int rows = 0;
    for (std::string line; std::getline(text, line); made += line + "\n") {
        if (line.starts_with("## "))
            inside = line == "## Simulated";
        if (!inside || !line.starts_with("| ["))
            continue;
        auto cells = cells_of(line);
        auto const name = cells[0].substr(1, cells[0].find(']') - 1);
        INFO(name);
        if (!runs.contains(name)) {
            auto const said = run_escalon({"run", scenario(name), "--json"});
            INFO(said.err);
            REQUIRE(said.exit == 0);
            runs[name] = json::parse(said.out);
        }
        auto const found = figures(runs[name], cells[1]);
        std::ranges::copy(found, cells.begin() + first_figure);
        line = row_of(cells);
        ++rows;
    }
    CHECK(rows >= 20);
    if (std::getenv("ESCALON_UPDATE_GOLDEN"))
        std::ofstream{page, std::ios::binary} << made;
    CHECK(made == file_text(page));
}

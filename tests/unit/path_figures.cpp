// The figures of pathways and of decision tables show what their results say, inside their frame.
#include "sim/designs/catalog.hpp"
#include "sim/report/figures/paths.hpp"
#include "sim/report/figures/protocol_table.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/variants.hpp"

#include <nlohmann/json.hpp>

#include <set>

using namespace escalon;
using namespace escalon::test;
using Json = nlohmann::ordered_json;

namespace {

Scenario hostile_scenario(int levels)
{
    Scenario scenario;
    scenario.name = "<b>standard & hostile</b>";
    scenario.doses = {DoseUnit::mg_per_m2, {}, 1};
    for (int number = 1; number <= levels; ++number)
        scenario.doses.levels.push_back(10 * number);
    return scenario;
}

template <Decider D>
PathsResult result_of(D const& decider, int levels, int cohorts, std::vector<PathTruth> truths)
{
    auto const doses = ladder(levels);
    return {hostile_scenario(levels), "3+3", {}, cohorts, pathways(asking(decider), Observed{doses}, cohorts), std::move(truths)};
}

PathsResult three_plus_three(int cohorts, std::vector<PathTruth> truths = {{"default", {0.05, 0.1, 0.2, 0.3}}})
{
    return result_of(six_required_everywhere.on(ladder(4)), 4, cohorts, std::move(truths));
}

std::vector<FigureStyle> const every_style{
    {Look::light, 180}, {Look::light, 85}, {Look::print, 180}, {Look::print, 85}, {Look::light, 60}};

} // namespace

TEST_CASE("every box of the tree lies inside the figure and over no other", "[figure][paths]")
{
    for (int const cohorts : {1, 3, 7})
        for (auto const& style : every_style) {
            auto const specification = paths_figure(three_plus_three(cohorts), style).specification;
            auto const& boxes = specification["datasets"]["boxes"];
            double const width = theme::inner_width(style);
            double const height = specification["height"];
            std::set<std::pair<double, double>> places;
            for (auto const& box : boxes) {
                CHECK(box["left"].get<double>() >= 0);
                CHECK(box["right"].get<double>() <= width + 1e-9);
                CHECK(box["top"].get<double>() >= 0);
                CHECK(box["bottom"].get<double>() <= height);
                CHECK(places.emplace(box["left"].get<double>(), box["y"].get<double>()).second);
            }
        }
}

TEST_CASE("the words of a branch stand between its elbow and its box, uncut", "[figure][paths]")
{
    constexpr double words_px = 9; // size of the words of branches
    LastLevelCoin const coin{{}, 0.3, 4};
    Gboin gboin;
    gboin.common.target = 0.25;
    gboin.common.max_patients = 12;
    PathTruth const graded{"default", {0.1, 0.2, 0.3}, {{0.1, 0.2, 0.3}, {0.01, 0.02, 0.03}}};
    std::vector<PathsResult> const results{three_plus_three(4), result_of(coin, 3, 3, {{"default", {0.1, 0.3, 0.5}}}),
                                           result_of(gboin.on(ladder(3)), 3, 3, {graded})};
    for (auto const& result : results)
        for (auto const& style : {FigureStyle{Look::light, 180}, FigureStyle{Look::light, 85}, FigureStyle{Look::print, 120}}) {
            auto const specification = paths_figure(result, style).specification;
            auto const& data = specification["datasets"];
            CHECK(data["branches"].size() >= 3);
            for (auto const& branch : data["branches"]) {
                std::string const label = branch["label"];
                CHECK(label.find("…") == std::string::npos);
                double const right = branch["x"];
                double const left = right - theme::text_width(label, words_px);
                for (auto const& box : data["boxes"]) // no box of another column is touched
                    CHECK((box["right"].get<double>() <= left || box["left"].get<double>() >= right));
                for (auto const& line : data["lines"])
                    if (line["x"] == line["x2"]) // upright
                        CHECK((line["x"].get<double>() < left || line["x"].get<double>() > right));
            }
        }
}

TEST_CASE("the tree says dose, DLTs and probability, and the boxes of a level have one colour", "[figure][paths]")
{
    auto const specification = paths_figure(three_plus_three(2)).specification;
    auto const& boxes = specification["datasets"]["boxes"];
    CHECK(boxes[0]["label"] == "10 mg/m²");
    std::set<std::string> labels;
    for (auto const& branch : specification["datasets"]["branches"])
        labels.insert(branch["label"]);
    CHECK(labels.contains("0/3"));
    CHECK(labels.contains("2–3/3"));
    std::map<std::string, std::set<std::string>> colours;
    for (auto const& box : boxes)
        if (box["kind"] == "treat")
            colours[box["label"]].insert(box["fill"]);
    CHECK(colours.size() == 3);
    for (auto const& [dose, found] : colours)
        CHECK(found.size() == 1);
    bool stop = false;
    for (auto const& box : boxes)
        stop = stop || box["label"] == "Stop";
    CHECK(stop);
}

TEST_CASE("the probabilities at the right are those of all paths", "[figure][paths]")
{
    auto const specification = paths_figure(three_plus_three(3)).specification;
    std::size_t leaves = 0;
    for (auto const& box : specification["datasets"]["boxes"])
        leaves += box["kind"] == "treat" || box["kind"] == "mtd" || box["kind"] == "stop" ? 0U : 1U;
    CHECK(leaves == 0); // no choice by chance here
    CHECK_FALSE(specification["datasets"]["shares"].empty());
    CHECK(specification["datasets"]["boxes"][0]["p1"] == "100 %");
    // no toxicity, no probabilities
    auto const without = paths_figure(three_plus_three(3, {})).specification;
    CHECK(without["datasets"]["shares"].empty());
    CHECK_FALSE(without["datasets"]["boxes"][0].contains("p1"));
}

TEST_CASE("a tree that fits no page is cut, and says so", "[figure][paths]")
{
    auto const figure = paths_figure(three_plus_three(12), {Look::light, 85});
    CHECK(figure.title.find("next 3 cohorts") != std::string::npos);
    auto const subtitle = figure.specification["title"]["subtitle"].dump();
    CHECK(subtitle.find("Cut after 3") != std::string::npos);
    CHECK(figure.specification["height"].get<double>() < 1200);
}

TEST_CASE("a choice by chance has a branch for each of its ways", "[figure][paths]")
{
    LastLevelCoin const coin{{}, 0.3, 3};
    auto const specification = paths_figure(result_of(coin, 3, 3, {{"default", {0.1, 0.3, 0.5}}})).specification;
    bool by_chance = false;
    for (auto const& branch : specification["datasets"]["branches"])
        by_chance = by_chance || branch["label"].get<std::string>().find("p 0.43") != std::string::npos;
    CHECK(by_chance);
}

TEST_CASE("cells that are left to chance have a colour and a word of their own in the decision table", "[figure][table]")
{
    BiasedCoin coin;
    coin.common.target = 0.3;
    coin.common.max_patients = 6;
    TableResult const result{hostile_scenario(4), "coin", protocol_table(coin, ladder(4))};
    for (auto const& style : every_style) {
        auto const specification = protocol_table_figure(result, style).specification;
        auto const legend = specification["layer"][0]["encoding"]["fill"]["scale"]["domain"];
        CHECK(legend == Json{"E escalate", "S stay", "D de-escalate", "E/S by chance"});
        for (auto const& cell : specification["datasets"]["cells"])
            CHECK((cell["move"] == "E/S by chance") == (cell["letter"] == "E/S"));
    }
}

TEST_CASE("the legend of the decision table has every letter of which its subtitle speaks", "[figure][table]")
{
    TableResult const result{hostile_scenario(5), "3+3", protocol_table(six_required_everywhere, ladder(5))};
    auto const legend = protocol_table_figure(result).specification["layer"][0]["encoding"]["fill"]["scale"]["domain"];
    CHECK(legend == Json{"E escalate", "S stay", "DU de-escalate, never return", "M end, a level named", "X end, no level"});
}

TEST_CASE("each cell of the decision table has its letter, in columns of patients and rows of DLTs", "[figure][table]")
{
    TableResult const result{hostile_scenario(5), "3+3", protocol_table(six_required_everywhere, ladder(5))};
    for (auto const& style : every_style) {
        auto const specification = protocol_table_figure(result, style).specification;
        auto const& axes = specification["usermeta"]["escalon"]["axes"];
        CHECK(axes["x"] == Json{"3", "6"});
        CHECK(axes["y"] == Json{"0", "1", "2+"});
        auto const& cells = specification["datasets"]["cells"];
        CHECK(cells.size() == 6);
        CHECK(cells[0]["letter"] == "E");
        CHECK(cells[2]["letter"] == "DU");
        for (auto const& layer : specification["layer"]) {
            CHECK(layer["encoding"]["x"]["scale"]["domain"] == axes["x"]);
            CHECK(layer["encoding"]["y"]["scale"]["domain"] == axes["y"]);
        }
    }
}

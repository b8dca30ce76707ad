// The protocol's decision table, found by asking designs, against published tables and rules.
#include "sim/runner/protocol_table.hpp"
#include "sim/report/protocol_table_text.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/oracle.hpp"
#include "tests/support/variants.hpp"

#include <optional>

using namespace escalon;
using namespace escalon::test;

namespace {

std::string row(RungTable const& rung, int dlts)
{
    std::string text;
    for (auto const& column : rung.of)
        text += (text.empty() ? "" : " ") +
                (static_cast<std::size_t>(dlts) < column.size() ? column[static_cast<std::size_t>(dlts)].letters() : "-");
    return text;
}

RungTable const& at(ProtocolTable const& table, Rung rung) { return *std::ranges::find(table.rungs, rung, &RungTable::rung); }

Boin boin(double target)
{
    Boin design;
    design.common.target = target;
    design.common.cohort_size = 3;
    design.common.max_patients = 36;
    return design;
}

} // namespace

TEST_CASE("the table of 3+3 is the textbook's, with its deviations at both ends", "[table][three_plus_three]")
{
    auto const table = protocol_table(six_required_everywhere, ladder(5));
    CHECK(table.patients == std::vector{3, 6}); // the most that it treats at a level
    CHECK(table.main().rung == Rung::between);
    CHECK(row(table.main(), 0) == "E E");
    CHECK(row(table.main(), 1) == "S E");
    CHECK(row(table.main(), 2) == "DU DU");
    CHECK(row(at(table, Rung::lowest), 2) == "X X");
    CHECK(row(at(table, Rung::highest), 0) == "S M");
    CHECK(row(at(table, Rung::highest), 1) == "S M");
    CHECK(table.rows() == 3);
    CHECK_FALSE(table.depends_on.empty());
}

TEST_CASE("a table found by asking BOIN has the published boundaries for every number of patients", "[table][oracle][boin]")
{
    auto const count = [](nlohmann::json const& cell) { return cell.is_null() ? std::nullopt : std::optional{cell.get<int>()}; };
    auto const file = oracle("boin_boundaries.json");
    int compared = 0;
    for (auto const& published : file["tables"]) {
        if (published.contains("extrasafe_offset")) // concerns the lowest level alone
            continue;
        ++compared;
        double const target = published["target"];
        auto design = boin(target);
        design.p_saf = published["p_saf"].get<double>();
        design.p_tox = published["p_tox"].get<double>();
        design.interval.cutoff_eli = published["cutoff_eli"].get<double>();
        auto const table = protocol_table(design, ladder(5), {.every = true});
        REQUIRE(table.patients == published["n"].get<std::vector<int>>());
        for (std::size_t c = 0; c < table.patients.size(); ++c) {
            INFO("target " << target << ", " << table.patients[c] << " patients");
            auto const found = table.boundaries(c);
            REQUIRE(found);
            CHECK(found->escalate_up_to == count(published["escalate_if_le"][c]));
            CHECK(found->deescalate_from == count(published["deescalate_if_ge"][c]));
            CHECK(found->eliminate_from == count(published["eliminate_if_ge"][c]));
        }
    }
    CHECK(compared >= 8);
}

TEST_CASE("at the ends of the ladder BOIN stays where it would leave it, and stops where the lowest is eliminated",
          "[table][boin]")
{
    auto const table = protocol_table(boin(0.3), ladder(4));
    CHECK(table.patients.back() == 36);
    CHECK(row(table.main(), 2).starts_with("D S E"));
    CHECK(row(at(table, Rung::lowest), 2).starts_with("S S E"));
    CHECK(row(at(table, Rung::lowest), 3).starts_with("X S"));
    CHECK(row(at(table, Rung::highest), 0).starts_with("S S S"));
    REQUIRE(table.depends_on.size() == 1); // on nothing but an eliminated level above
    CHECK(table.depends_on.front().find("above too toxic") != std::string::npos);
    CHECK(table.depends_on.front().find("E becomes S") != std::string::npos);
}

TEST_CASE("columns are whole cohorts, or every number, as far as was asked", "[table]")
{
    CHECK(protocol_table(boin(0.3), ladder(3), {.patients = 10}).patients == std::vector{3, 6, 9});
    CHECK(protocol_table(boin(0.3), ladder(3), {.patients = 4, .every = true}).patients == std::vector{1, 2, 3, 4});
    CHECK(protocol_table(boin(0.3), ladder(3), {.patients = 2}).patients == std::vector{2});
}

TEST_CASE("short ladders have the rungs that they have", "[table]")
{
    auto const rungs = [](int levels) {
        std::vector<Rung> found;
        for (auto const& rung : protocol_table(boin(0.3), ladder(levels)).rungs)
            found.push_back(rung.rung);
        return found;
    };
    CHECK(rungs(1) == std::vector{Rung::lowest});
    CHECK(rungs(2) == std::vector{Rung::lowest, Rung::highest});
    CHECK(rungs(3) == std::vector{Rung::between, Rung::lowest, Rung::highest});
}

TEST_CASE("a rule that stops at so many patients of a level shows in the table", "[table]")
{
    auto design = boin(0.3);
    design.common.rules.push_back({EnoughAtLevel{}});
    auto const plain = protocol_table(boin(0.3), ladder(5));
    auto const ruled = protocol_table(design, ladder(5));
    bool named = false;
    for (auto const& column : ruled.main().of)
        for (auto const& ruling : column)
            named = named || ruling.is(LevelMove::stop_named);
    CHECK(named);
    CHECK(ruled.main().of.front() == plain.main().of.front());
}

TEST_CASE("columns in which every trial has ended are left out, unless they are asked for", "[table]")
{
    TableDesign design;
    design.rows = {{3, {"E", "S", "D", "DU"}}, {6, {"E", "E", "S", "D", "DU", "DU", "DU"}}};
    design.common.max_patients = 24;
    design.common.rules = {{EnoughAtLevel{.patients = 6}}};
    CHECK(protocol_table(design, ladder(4)).patients == std::vector{3, 6});
    CHECK(protocol_table(design, ladder(4), {.patients = 12}).patients == std::vector{3, 6, 9, 12});
}

TEST_CASE("a design that reads the order of DLTs has no boundaries: a count would mislead", "[table][k_in_a_row]")
{
    KInARow two{.k = 2};
    two.common.target = 0.3;
    two.common.max_patients = 8;
    auto const table = protocol_table(two, ladder(4));
    CHECK(table.order_counts);
    for (std::size_t c = 0; c < table.patients.size(); ++c)
        CHECK_FALSE(table.boundaries(c)); // "escalate up to 6 DLTs of 8" is no rule of it
    CHECK_FALSE(protocol_table(boin(0.3), ladder(4)).order_counts);
}

TEST_CASE("a choice by chance is explained below the table, with its probabilities where they are the same", "[table]")
{
    BiasedCoin coin;
    coin.common.target = 0.3;
    coin.common.max_patients = 6;
    auto const table = protocol_table(coin, ladder(4));
    CHECK(table.by_chance());
    auto const chances = chances_in(table);
    REQUIRE(chances.size() == 1);
    CHECK(chances.front().letters == "E/S");
    CHECK(chances.front().words == "by chance E with probability 0.429 or S with 0.571");
    CHECK_FALSE(protocol_table(boin(0.3), ladder(4)).by_chance());
}

TEST_CASE("the table of a design that reads grades says which it takes for granted, and tries the others", "[table][gboin]")
{
    Gboin gboin;
    gboin.common.target = 0.25;
    gboin.common.max_patients = 12;
    auto const table = protocol_table(gboin, ladder(4));
    CHECK(grade_words(table) == "Every DLT is of grade 3, and nobody has grade 2 without a DLT.");
    auto const tells = [&](std::string_view what) {
        return std::ranges::any_of(table.depends_on,
                                   [&](std::string const& line) { return line.find(what) != std::string::npos; });
    };
    CHECK(tells("with every DLT of the level of grade 4: S becomes D (first at 1/3)"));
    CHECK(tells("with moderate toxicity (grade 2)"));
    CHECK(grade_words(protocol_table(boin(0.3), ladder(4))).empty());
}

TEST_CASE("a sentence that ends with an ellipsis gets no full stop", "[table]")
{
    CHECK(sentence("D becomes S") == "D becomes S.");
    CHECK(sentence("D becomes M at 4/12, ...") == "D becomes M at 4/12, ...");
}

TEST_CASE("moves out of order have no boundary form", "[table]")
{
    auto const one = [](LevelMove move) { return Ruling{{{move, 1}}}; };
    ProtocolTable table{.patients = {2}};
    table.rungs.push_back(
        {Rung::between, level(2), {{one(LevelMove::stay), one(LevelMove::escalate), one(LevelMove::deescalate)}}});
    CHECK_FALSE(table.boundaries(0));
    table.rungs.front().of = {{one(LevelMove::escalate), one(LevelMove::deescalate), one(LevelMove::eliminate)}};
    auto const found = table.boundaries(0);
    REQUIRE(found);
    CHECK(found->escalate_up_to == 0);
    CHECK(found->deescalate_from == 1);
    CHECK(found->eliminate_from == 2);
    table.rungs.front().of = {
        {Ruling{{{LevelMove::escalate, 0.5}, {LevelMove::stay, 0.5}}}, one(LevelMove::stay), one(LevelMove::stay)}};
    CHECK_FALSE(table.boundaries(0));
    CHECK(table.main().ruling(0, 0).letters() == "E/S");
}

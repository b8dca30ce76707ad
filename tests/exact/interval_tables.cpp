// Decision tables of the interval designs, cell by cell, against tables that other programs and publications print; each file
// names its source.
#include "sim/designs/catalog.hpp"
#include "tests/support/interval_cells.hpp"
#include "tests/support/oracle.hpp"

#include <sstream>

using namespace escalon;
using namespace escalon::test;

namespace {

using Json = nlohmann::json;

template <Design D>
auto ready(D design)
{
    design.common.max_patients = endless;
    REQUIRE(design.faults().empty());
    return design.on(ladder(3));
}

/// Tables as boundaries: for each n, escalate up to, de-escalate from, eliminate from so many DLTs.
template <Decider D>
TableComparison compare_boundaries(D const& design, Json const& table)
{
    TableComparison comparison;
    for (std::size_t i = 0; i < table["n"].size(); ++i) {
        auto const patients = table["n"][i].get<int>();
        auto const& eliminate = table["eliminate_if_ge"][i];
        for (int dlts = 0; dlts <= patients; ++dlts) {
            bool const eliminated = !eliminate.is_null() && dlts >= eliminate.get<int>();
            comparison.compare(design, {patients, dlts},
                               eliminated                                        ? "DU"
                               : dlts <= table["escalate_if_le"][i].get<int>()   ? "E"
                               : dlts >= table["deescalate_if_ge"][i].get<int>() ? "D"
                                                                                 : "S");
        }
    }
    return comparison;
}

/// Tables as letters: for each n, the decisions for 0 to n DLTs.
template <Decider D>
TableComparison compare_letters(D const& design, Json const& table)
{
    TableComparison comparison;
    for (auto const& [patients, row] : table["decisions"].items()) {
        std::istringstream cells{std::string{row}};
        int dlts = 0;
        for (std::string expected; cells >> expected; ++dlts)
            comparison.compare(design, {std::stoi(patients), dlts}, expected);
        REQUIRE(dlts == std::stoi(patients) + 1);
    }
    return comparison;
}

Boin boin(Json const& table)
{
    Boin design;
    design.common.target = table["target"].get<double>();
    design.p_saf = table["p_saf"].get<double>();
    design.p_tox = table["p_tox"].get<double>();
    design.interval.cutoff_eli = table["cutoff_eli"].get<double>();
    if (table.contains("extrasafe_offset")) {
        design.interval.extrasafe = true;
        design.interval.offset = table["extrasafe_offset"].get<double>();
    }
    return design;
}

Keyboard keyboard(Json const& table)
{
    Keyboard design;
    design.common.target = table["target"].get<double>();
    design.margin_left = table["marginL"].get<double>();
    design.margin_right = table["marginR"].get<double>();
    design.interval.cutoff_eli = table["cutoff_eli"].get<double>();
    design.interval.eliminate_from = 1; // the package eliminates from the first patient on in its tables
    return design;
}

/// FIND's equivalence interval as the margins eps1 and eps2.
Mtpi2 mtpi2_of_find(Json const& table)
{
    Mtpi2 design;
    auto const target = table["pT"].get<double>();
    design.common.target = target;
    design.eps1 = target - table["EI"][0].get<double>();
    design.eps2 = table["EI"][1].get<double>() - target;
    return design;
}

I3Plus3 i3plus3_of_find(Json const& table)
{
    I3Plus3 design;
    design.common.target = table["pT"].get<double>();
    design.equivalence = {table["EI"][0].get<double>(), table["EI"][1].get<double>()};
    return design;
}

Boin boin_of_find(Json const& table)
{
    Boin design;
    design.common.target = table["pT"].get<double>();
    design.p_saf = table["EI"][0].get<double>();
    design.p_tox = table["EI"][1].get<double>();
    return design;
}

TableComparison compare_with_find(Json const& table)
{
    auto const name = table["design"].get<std::string>();
    if (name == "i3+3")
        return compare_letters(ready(i3plus3_of_find(table)), table);
    if (name == "mTPI-2")
        return compare_letters(ready(mtpi2_of_find(table)), table);
    if (name == "BOIN")
        return compare_letters(ready(boin_of_find(table)), table);
    REQUIRE(name == "G3+3");
    return compare_letters(ready(G3Plus3{}), table);
}

constexpr int eliminated_from_in_escalation = 2; // its toxicity-probability-interval designs; BOIN from 3

/// A design with the margins that the table names, as the package escalation eliminates.
template <class D>
D with_margins(Json const& table)
{
    D design;
    design.common.target = table["target"].get<double>();
    design.eps1 = table["eps1"].get<double>();
    design.eps2 = table["eps2"].get<double>();
    design.interval.cutoff_eli = table["exclusion_certainty"].get<double>();
    design.interval.eliminate_from = eliminated_from_in_escalation;
    return design;
}

Tpi tpi(Json const& table)
{
    Tpi design;
    design.common.target = table["target"].get<double>();
    design.k1 = table["k1"].get<double>();
    design.k2 = table["k2"].get<double>();
    design.interval.cutoff_eli = table["exclusion_certainty"].get<double>();
    design.interval.eliminate_from = eliminated_from_in_escalation;
    return design;
}

TableComparison compare_with_escalation(Json const& table)
{
    auto const name = table["design"].get<std::string>();
    if (name == "mTPI")
        return compare_letters(ready(with_margins<Mtpi>(table)), table);
    if (name == "mTPI-2")
        return compare_letters(ready(with_margins<Mtpi2>(table)), table);
    if (name == "TPI")
        return compare_letters(ready(tpi(table)), table);
    REQUIRE(name == "BOIN");
    Boin design;
    design.common.target = table["target"].get<double>();
    return compare_letters(ready(design), table);
}

std::vector<std::string> const none;

} // namespace

TEST_CASE("BOIN's boundaries are those of the package BOIN in every cell", "[oracle][boin]")
{
    std::size_t cells = 0;
    auto const file = oracle("boin_boundaries.json");
    for (auto const& table : file["tables"]) {
        INFO(table["target"] << ", cutoff " << table["cutoff_eli"]);
        auto const design = boin(table);
        CHECK_THAT(design.escalation_boundary(), WithinRel(table["lambda_e"].get<double>(), 1e-10)); // eleven printed digits
        CHECK_THAT(design.deescalation_boundary(), WithinRel(table["lambda_d"].get<double>(), 1e-10));
        auto const comparison = compare_boundaries(ready(design), table);
        CHECK(comparison.differences() == none);
        cells += comparison.cells();
    }
    CHECK(cells >= 11 * 702);
}

TEST_CASE("BOIN's extra-safe rule stops at the lowest level where the package does", "[oracle][boin]")
{
    std::size_t tables = 0;
    auto const file = oracle("boin_boundaries.json");
    for (auto const& table : file["tables"]) {
        if (!table.contains("stop_lowest_dose_if_ge"))
            continue;
        ++tables;
        auto const design = ready(boin(table));
        auto const doses = ladder(3);
        for (std::size_t i = 0; i < table["n"].size(); ++i) {
            auto const patients = table["n"][i].get<int>();
            auto const& from = table["stop_lowest_dose_if_ge"][i];
            for (int dlts = 0; dlts <= patients; ++dlts) {
                Observed seen{doses};
                seen.record({level(1), patients, dlts});
                INFO(dlts << "/" << patients << " at the lowest level, target " << table["target"]);
                bool const stops = std::holds_alternative<Stop>(design.decide(seen, Wording::none).action);
                CHECK(stops == (!from.is_null() && dlts >= from.get<int>()));
            }
        }
    }
    CHECK(tables >= 3);
}

TEST_CASE("Keyboard's boundaries are those of the package Keyboard in every cell", "[oracle][keyboard]")
{
    std::size_t cells = 0;
    auto const file = oracle("keyboard_boundaries.json");
    for (auto const& table : file["tables"]) {
        INFO(table["target"] << " - " << table["marginL"] << " + " << table["marginR"]);
        auto const comparison = compare_boundaries(ready(keyboard(table)), table);
        CHECK(comparison.differences() == none);
        cells += comparison.cells();
    }
    CHECK(cells >= 5 * 702);
}

TEST_CASE("i3+3, mTPI-2, G3+3 and BOIN decide as the package FIND does in every cell", "[oracle][i3plus3][mtpi2][g3plus3][boin]")
{
    std::size_t cells = 0;
    auto const file = oracle("find_decision_tables.json");
    for (auto const& table : file["tables"]) {
        INFO(table["design"]);
        auto const comparison = compare_with_find(table);
        CHECK(comparison.differences() == none);
        cells += comparison.cells();
    }
    CHECK(cells >= 9 * 490);
}

TEST_CASE("TPI, mTPI, mTPI-2 and BOIN decide as the package escalation does in every cell", "[oracle][tpi][mtpi][mtpi2][boin]")
{
    std::size_t cells = 0;
    auto const file = oracle("tpi_family_decisions.json");
    for (auto const& table : file["tables"]) {
        INFO(table["design"] << ", target " << table["target"]);
        auto const comparison = compare_with_escalation(table);
        CHECK(comparison.differences() == none);
        cells += comparison.cells();
    }
    CHECK(cells >= 5 * 135);
}

TEST_CASE("published tables of BOIN and mTPI are reproduced", "[oracle][published][boin][mtpi]")
{
    std::size_t tables = 0;
    auto const file = oracle("published_tables.json");
    for (auto const& table : file["tables"]) {
        auto const id = table["id"].get<std::string>();
        INFO(id);
        if (id.starts_with("boin_boundaries")) {
            ++tables;
            CHECK(compare_boundaries(ready(boin(table["inputs"])), table).differences() == none);
        } else if (id.starts_with("mtpi_")) {
            ++tables;
            Mtpi design;
            design.common.target = table["inputs"]["pT"].get<double>();
            design.eps1 = table["inputs"]["eps1"].get<double>();
            design.eps2 = table["inputs"]["eps2"].get<double>();
            for (auto const& row : table["cells"])
                // the published cells say whether to step down, not whether for good
                CHECK(cell(ready(design), {row["n"].get<int>(), row["y"].get<int>()}).substr(0, 1) ==
                      row["d"].get<std::string>());
        }
    }
    CHECK(tables >= 3);
}

TEST_CASE("a table that is a little off is seen in every design", "[oracle][planted]")
{
    auto const boin_tables = oracle("boin_boundaries.json")["tables"];
    auto off = boin(boin_tables[0]);
    off.interval.cutoff_eli = 0.93;
    CHECK_FALSE(compare_boundaries(ready(off), boin_tables[0]).differences().empty());
    off = boin(boin_tables[0]);
    off.p_tox = *off.p_tox + 0.01;
    CHECK_FALSE(compare_boundaries(ready(off), boin_tables[0]).differences().empty());

    auto const keyboard_tables = oracle("keyboard_boundaries.json")["tables"];
    for (auto const& table : keyboard_tables) {
        auto wider = keyboard(table);
        wider.margin_right = wider.margin_right + 0.02;
        CHECK_FALSE(compare_boundaries(ready(wider), table).differences().empty());
    }

    auto const escalation_tables = oracle("tpi_family_decisions.json")["tables"];
    for (auto const& table : escalation_tables)
        if (table["design"] == "TPI") {
            auto swapped = tpi(table);
            std::swap(swapped.k1, swapped.k2);
            CHECK_FALSE(compare_letters(ready(swapped), table).differences().empty());
            auto uniform = tpi(table);
            uniform.prior_dlts = uniform.prior_no_dlts = 1;
            CHECK_FALSE(compare_letters(ready(uniform), table).differences().empty());
        }

    auto const find_tables = oracle("find_decision_tables.json")["tables"];
    for (auto const& table : find_tables)
        if (table["design"] == "i3+3") {
            auto narrower = i3plus3_of_find(table);
            narrower.equivalence[1] = narrower.equivalence[1] - 0.01;
            CHECK_FALSE(compare_letters(ready(narrower), table).differences().empty());
        }
}

TEST_CASE("the MTD by isotonic regression is the one that the package BOIN selects, in every case", "[oracle][boin][mtd]")
{
    constexpr int no_level = 99;
    std::size_t cases = 0;
    auto const file = oracle("boin_select_mtd.json");
    for (auto const& given : file["cases"]) {
        auto const patients = given["n"].get<std::vector<int>>();
        auto const dlts = given["y"].get<std::vector<int>>();
        Boin design;
        design.common.target = given["target"].get<double>();
        design.interval.extrasafe = given["extrasafe"].get<bool>();
        design.bound_mtd = given["bound_mtd"].get<bool>();
        auto const doses = ladder(static_cast<int>(patients.size()));
        Observed seen{doses};
        for (std::size_t i = 0; i < patients.size(); ++i)
            if (patients[i] > 0)
                seen.record({level(static_cast<int>(i) + 1), patients[i], dlts[i]});
        auto const mtd = design.on(doses).recommendation(seen);
        INFO(given);
        CHECK((mtd ? mtd->number() : no_level) == given["mtd"].get<int>());
        ++cases;
    }
    CHECK(cases >= 300);
}

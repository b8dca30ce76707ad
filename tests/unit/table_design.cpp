// A protocol's own table: its conduct, its faults, and its files.
#include "sim/designs/catalog.hpp"
#include "sim/scenario/decision_table_file.hpp"
#include "sim/scenario/diagnostic.hpp"
#include "tests/support/case_reports.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

TableDesign small_table()
{
    TableDesign table;
    table.rows = {{3, {"E", "S", "D", "DU"}}, {6, {"E", "E", "S", "D", "DU", "DU", "DU"}}};
    table.common.max_patients = 9;
    return table;
}

std::string fault_of(std::string_view csv)
{
    try {
        read_decision_table(csv, "table.csv");
    } catch (ScenarioError const& error) {
        return error.what();
    }
    return "";
}

} // namespace

TEST_CASE("a table decides by its letters", "[design][table]")
{
    CHECK(next(small_table(), "1NNN") == treat(level(2), 3));
    CHECK(next(small_table(), "1NNN 2NNT") == treat(level(2), 3));
    CHECK(next(small_table(), "1NNN 2NTT") == treat(level(1), 3));
    CHECK(next(small_table(), "1NTT") == treat(level(1), 3));
    CHECK(next(small_table(), "1TTT") == stop_without_mtd());
}

TEST_CASE("the reason of a table names its letter, and says once that the lowest level is too toxic", "[design][table]")
{
    auto const doses = ladder(3);
    auto const decider = small_table().on(doses);
    CHECK(decider.decide(observed("1TTT", doses)).reason ==
          "3/3 at 10 mg/m2: the table says DU, too toxic, and no level lies below");
    CHECK(decider.decide(observed("1NNN 2TTT", doses)).reason ==
          "3/3 at 20 mg/m2: the table says DU: step down, never to return");
}

TEST_CASE("a level marked DU is never given again", "[design][table]")
{
    CHECK(next(small_table(), "1NNN 2TTT") == treat(level(1), 3));
    CHECK(next(small_table(), "1NNN 2TTT 1NNN") == stop(level(1), StopCause::max_patients));
    auto longer = small_table();
    longer.common.max_patients = 12;
    CHECK(next(longer, "1NNN 2TTT 1NNN") == treat(level(1), 3));
}

TEST_CASE("between its rows a table completes the cohort", "[design][table]")
{
    CHECK(next(small_table(), "1NN") == treat(level(1), 1));
    CHECK(next(small_table(), "1NNNN") == treat(level(1), 2));
    auto longer = small_table();
    longer.common.max_patients = 12;
    CHECK(next(longer, "1NNNNNNN") == stop(level(1), StopCause::enough_at_level));
}

TEST_CASE("a hole in a table is told with what fills it", "[design][table]")
{
    CHECK(small_table().faults().empty());
    auto table = small_table();
    table.common.max_patients = 12;
    REQUIRE(table.faults().size() == 1);
    CHECK_THAT(table.faults().front().problem, ContainsSubstring("no row for 9 patients"));
    table.common.rules = {{EnoughAtLevel{.patients = 6}}};
    CHECK(table.faults().empty());
    table.rows[0].decisions.pop_back();
    CHECK_THAT(table.rows[0].faults().front().problem, ContainsSubstring("3 decisions for 3 patients"));
    TableRow const rising{3, {"E", "D", "S", "DU"}};
    CHECK(rising.faults().front().field == "decisions[2]");
    TableRow const misspelt{1, {"E", "X"}};
    CHECK_THAT(misspelt.faults().front().problem, ContainsSubstring("'X' is no decision"));
}

TEST_CASE("both forms of a file are the same table", "[table_file]")
{
    auto const expected = small_table().rows;
    CHECK(read_decision_table("dlts,3,6\n0,E,E\n1,S,E\n2,D,S\n3,DU,D\n4,-,DU\n5,,DU\n6,,DU\n", "t.csv") == expected);
    std::string cells = "dlts,decision,patients,note\r\n";
    for (auto const& row : expected)
        for (std::size_t dlts = row.decisions.size(); dlts-- > 0;)
            cells += std::to_string(dlts) + ",\"" + row.decisions[dlts] + "\"," + std::to_string(row.patients) + ",x\r\n";
    CHECK(read_decision_table(cells, "t.csv") == expected);
}

TEST_CASE("what the program prints of a table can be read back: the rows between the ends of the ladder", "[table_file]")
{
    auto const rows = read_decision_table("design,rung,patients,dlts,decision\nboin,between,1,0,E\nboin,between,1,1,D\n"
                                          "boin,lowest,1,1,S\n",
                                          "t.csv");
    CHECK(rows == std::vector<TableRow>{{1, {"E", "D"}}});
}

TEST_CASE("every fault of a table's file is told where it stands", "[table_file]")
{
    CHECK_THAT(fault_of("dlts,3\n0,E\n1,S\n3,DU\n"), ContainsSubstring("no decision for 2 DLTs in 3 patients"));
    CHECK_THAT(fault_of("dlts,3\n0,E\n1,X\n2,D\n3,DU\n"), ContainsSubstring("table.csv:3:3") && ContainsSubstring("'X'"));
    CHECK_THAT(fault_of("dlts,1\n0,E\n1,D\n2,D\n"), ContainsSubstring("table.csv:4:3"));
    CHECK_THAT(fault_of("dlts,1\n0,E\n0,E\n1,D\n"), ContainsSubstring("a second decision"));
    CHECK_THAT(fault_of("dlts,three\n0,E\n"), ContainsSubstring("'three' is no number of patients"));
    CHECK_THAT(fault_of("n,y,d\n"), ContainsSubstring("names no decision table"));
    CHECK_THAT(fault_of("patients,decision\n3,E\n"), ContainsSubstring("'dlts' is missing"));
    CHECK_THAT(fault_of("patients,dlts,decision\n3,0\n"), ContainsSubstring("2 values"));
    CHECK_THAT(fault_of(""), ContainsSubstring("empty"));
    auto const both = fault_of("dlts,1\n0,Q\n1,X\n");
    CHECK_THAT(both, ContainsSubstring("'Q'") && ContainsSubstring("'X'"));
}

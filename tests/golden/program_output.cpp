// What the program prints, held against files. ESCALON_UPDATE_GOLDEN=1 rewrites them: read the difference before committing it.
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

using namespace escalon::test;

namespace {

void check_golden(std::string const& name, std::vector<std::string> const& words)
{
    auto const said = run_escalon(words);
    INFO(said.err);
    REQUIRE(said.exit == 0);
    auto const path = std::string{ESCALON_TEST_DATA} + "/golden/program/" + name;
    if (std::getenv("ESCALON_UPDATE_GOLDEN"))
        std::ofstream{path, std::ios::binary} << said.out;
    CHECK(said.out == file_text(path));
}

} // namespace

TEST_CASE("golden: replay of huC242-DM4", "[golden]")
{
    check_golden("replay_huc242_dm4.txt", {"replay", scenario("huc242_dm4")});
}

TEST_CASE("golden: replay of cantuzumab mertansine", "[golden]")
{
    check_golden("replay_cantuzumab_mertansine.txt", {"replay", scenario("cantuzumab_mertansine")});
}

TEST_CASE("golden: exact on the standard scenario", "[golden]")
{
    check_golden("exact_standard.txt", {"exact", scenario("standard")});
}

TEST_CASE("golden: Monte Carlo on the standard scenario, as CSV", "[golden]")
{
    check_golden("monte_carlo_standard.csv",
                 {"run", scenario("standard"), "--engine", "monte_carlo", "--trials", "10000", "--csv"});
}

TEST_CASE("golden: trial 3 of huC242-DM4 explained", "[golden]")
{
    check_golden("explain_huc242_dm4_3.txt", {"explain", scenario("huc242_dm4"), "--trial", "3"});
}

TEST_CASE("golden: the catalogue of designs", "[golden]") { check_golden("designs.txt", {"designs"}); }

TEST_CASE("golden: pk of huC242-DM4", "[golden]") { check_golden("pk_huc242_dm4.txt", {"pk", scenario("huc242_dm4")}); }

TEST_CASE("golden: pathways of 3+3 under four truths", "[golden]")
{
    check_golden("paths_four_truths.txt", {"paths", scenario("four_truths"), "--cohorts", "4"});
}

TEST_CASE("golden: the decision table of BOIN", "[golden]")
{
    check_golden("table_boin.txt",
                 {"table", scenario("standard"), "--set", "designs=[{name: boin, target: 0.3, max_patients: 36}]"});
}

TEST_CASE("golden: the next cohort of huC242-DM4", "[golden]")
{
    check_golden("next_huc242_dm4.txt", {"next", scenario("huc242_dm4"), "--outcomes", "18:0/3 36:0/3 60:1/3 90:0/3"});
}

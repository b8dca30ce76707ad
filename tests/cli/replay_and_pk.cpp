// `replay` and `pk` on the documented trials, as processes.
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

using namespace escalon::test;
using nlohmann::json;

namespace {

std::string last_line(std::string const& text)
{
    auto const end = text.find_last_not_of('\n');
    return text.substr(text.rfind('\n', end) + 1, end - text.rfind('\n', end));
}

json pk(std::string const& name, std::vector<std::string> words = {})
{
    words.insert(words.begin(), {"pk", scenario(name), "--json"});
    auto const said = run_escalon(words);
    INFO(said.err);
    REQUIRE(said.exit == 0);
    return json::parse(said.out)["doses"];
}

double figure(json const& row, std::string const& name) { return row[name]["value"].get<double>(); }

} // namespace

TEST_CASE("the replay of huC242-DM4 ends with 168 mg/m2, and says where record and rule part", "[cli][replay]")
{
    auto const said = run_escalon({"replay", scenario("huc242_dm4")});
    REQUIRE(said.exit == 0);
    CHECK(last_line(said.out).starts_with("MTD 168 mg/m2 "));
    for (auto const* words :
         {"In the DLT window the rule never names 168 mg/m2", "the rule names 168 mg/m2 if at most 2 of the 13 patients",
          "Cohort 9: the rule would treat 3 patients at 297 mg/m2", "but the record treats 3 patients at 223 mg/m2",
          "2/6 at 223 mg/m2 is too toxic"})
        CHECK(said.out.find(words) != std::string::npos);

    auto const told = json::parse(run_escalon({"replay", scenario("huc242_dm4"), "--json"}).out);
    CHECK(told["mtd"] == "168 mg/m2");
    CHECK(told["readings"][0]["mtd_by_rule"].is_null());
    CHECK(told["readings"][1]["mtd_by_rule"].is_null()); // it depends on the unknown DLTs at 168
    CHECK(told["readings"][1]["possibilities"][0]["mtd"] == "168 mg/m2");
    CHECK(told["readings"][1]["possibilities"][0]["most_dlts"] == 2);
    CHECK(told["readings"][1]["possibilities"][1]["mtd"].is_null());
    CHECK(told["readings"][0]["steps"][8]["agreement"] == "other_level");
}

TEST_CASE("a replay says of unknown counts only what follows from them", "[cli][replay]")
{
    Scratch const place;
    std::string const head =
        "schema: 1\nname: r\ndoses: { unit: mg/m2, levels: [10, 20, 30, 40] }\ndesigns: [ { name: three_plus_three } ]\n"
        "documented:\n";
    auto const told = [&](std::string const& documented) {
        auto const said = run_escalon({"replay", place.write("r.yaml", head + documented).string()});
        INFO(said.err);
        CHECK(said.exit == 0);
        return said.out;
    };
    std::string const open_end =
        "  cohorts:\n    - { level: 10 mg/m2, patients: 6, dlts: 0 }\n    - { level: 20 mg/m2, patients: 3, dlts: unknown }\n";
    CHECK(told("  mtd: 10 mg/m2\n" + open_end).find("names 10 mg/m2 if 2 to 3 of the 3 patients in cohort 2") !=
          std::string::npos);
    CHECK(last_line(told(open_end)) == "MTD none: neither documented nor named by the rule");
    // what follows an unknown cohort is not followed, and nothing is claimed of it
    auto const behind = told("  mtd: 20 mg/m2\n" + open_end + "    - { level: 30 mg/m2, patients: 3, dlts: 3 }\n");
    CHECK(behind.find("never names") == std::string::npos);
    CHECK(behind.find("does not let the rule be followed") != std::string::npos);
    // a patient with a late DLT had none in the window
    auto const late = told("  cohorts:\n    - { level: 10 mg/m2, patients: 3, dlts: unknown, late_dlts: 2 }\n");
    auto const second = late.find("With the late toxicities counted");
    REQUIRE(second != std::string::npos);
    auto const in_window = late.substr(0, second);
    auto const with_late = late.substr(second);
    CHECK(in_window.find("    0, the rule would treat 3 patients at 20 mg/m2") != std::string::npos);
    CHECK(in_window.find("    1, the rule would treat 3 patients at 10 mg/m2") != std::string::npos);
    CHECK(in_window.find("    2") == std::string::npos);
    CHECK(with_late.find("    2 to 3, the rule would stop") != std::string::npos);
    CHECK(with_late.find("    0, ") == std::string::npos);
}

TEST_CASE("the replay of cantuzumab mertansine reconstructs nothing and gives the declared 235 mg/m2", "[cli][replay]")
{
    auto const said = run_escalon({"replay", scenario("cantuzumab_mertansine")});
    REQUIRE(said.exit == 0);
    CHECK(last_line(said.out).starts_with("MTD 235 mg/m2 "));
    CHECK(said.out.find("nothing can be reconstructed") != std::string::npos);
}

TEST_CASE("outcomes may be typed in either notation", "[cli][replay]")
{
    auto const letters = run_escalon({"replay", scenario("standard"), "--data", "1NNN 2NNT 2NNN 3NTT"});
    auto const fractions = run_escalon({"replay", scenario("standard"), "--data", "10:0/3 20:1/3 20:0/3 30:2/3"});
    INFO(letters.err);
    REQUIRE(letters.exit == 0);
    CHECK(letters.out == fractions.out);
    CHECK(last_line(letters.out).starts_with("MTD 20 mg/m2 (by the rule"));

    auto const wrong = run_escalon({"replay", scenario("standard"), "--data", "1NNN 2NNG"});
    CHECK(wrong.exit == 65);
    CHECK(wrong.err.find("--data: error: 'G' is no outcome") != std::string::npos);
    CHECK(wrong.err.find("            ^") != std::string::npos);
    CHECK(run_escalon({"replay", scenario("standard"), "--data", "15:0/3"}).err.find("10, 20, 30, 40, 50, 60") !=
          std::string::npos);
}

TEST_CASE("one antibody with two linkers: 5.00 d, and 41.1 h at 39.48 mL/h/m2", "[cli][pk]")
{
    for (auto const& row : pk("huc242_dm4")) {
        CHECK(std::abs(figure(row, "half_life_terminal") - 5.00) < 0.005);
        CHECK(row["half_life_terminal"]["unit"] == "d");
    }
    for (auto const& row : pk("cantuzumab_mertansine")) {
        CHECK(std::abs(24 * figure(row, "half_life_terminal") - 41.1) < 0.05);
        CHECK(std::abs(figure(row, "clearance") - 39.48) < 0.005);
        CHECK(row["clearance"]["unit"] == "mL/h/m2");
    }
}

TEST_CASE("antigen up to 10,000 U/mL lowers AUC and half-life and leaves the first Cmax within 2 %", "[cli][pk]")
{
    for (auto const* name : {"huc242_dm4", "cantuzumab_mertansine"}) {
        INFO(name);
        auto before = pk(name, {"--set", "population.antigen.value=0 U/mL"});
        auto const without = before;
        for (auto const* level : {"100 U/mL", "1000 U/mL", "3000 U/mL", "10000 U/mL"}) {
            auto const now = pk(name, {"--set", std::string{"population.antigen.value="} + level});
            for (std::size_t i = 0; i < now.size(); ++i) {
                CHECK(figure(now[i], "auc_cycle") < figure(before[i], "auc_cycle"));
                CHECK(figure(now[i], "auc_inf") < figure(before[i], "auc_inf"));
                CHECK(figure(now[i], "half_life_terminal") < figure(before[i], "half_life_terminal"));
                CHECK(std::abs(figure(now[i], "cmax") / figure(without[i], "cmax") - 1) < 0.02);
            }
            before = now;
        }
    }
}

TEST_CASE("a history of doses, and concentrations at wanted times", "[cli][pk]")
{
    auto const rows = pk("huc242_dm4", {"--doses", "0:168 mg/m2, 21:168 mg/m2", "--times", "0, 1.5 h, 21, 22 d"});
    REQUIRE(rows.size() == 1);
    auto const single = pk("huc242_dm4", {"--doses", "0:168 mg/m2", "--times", "0, 1.5 h, 21, 22 d"});
    auto const twice = rows[0]["concentration"]["value"];
    auto const once = single[0]["concentration"]["value"];
    CHECK(twice[0] == 0.0);
    CHECK(twice[1] == once[1]);
    CHECK(twice[2] == once[2]);
    CHECK(twice[3].get<double>() > once[3].get<double>() + 10);
    // linear: a history of the sum of doses is the sum of histories
    auto const double_dose = pk("huc242_dm4", {"--doses", "0:336 mg/m2", "--times", "7"});
    auto const one_dose = pk("huc242_dm4", {"--doses", "0:168 mg/m2", "--times", "7"});
    CHECK_THAT(double_dose[0]["concentration"]["value"][0].get<double>(),
               WithinRel(2 * one_dose[0]["concentration"]["value"][0].get<double>(), 1e-12));
}

TEST_CASE("a population has a median between its percentiles, the same for the same seed", "[cli][pk]")
{
    std::vector<std::string> const words{"--subjects", "200"};
    auto const rows = pk("huc242_dm4", words);
    CHECK(rows == pk("huc242_dm4", words));
    for (auto const& row : rows) {
        CHECK(row["auc_cycle"]["p5"].get<double>() < figure(row, "auc_cycle"));
        CHECK(figure(row, "auc_cycle") < row["auc_cycle"]["p95"].get<double>());
    }
    CHECK(rows != pk("huc242_dm4", {"--subjects", "200", "--set", "runner.seed=5"}));
}

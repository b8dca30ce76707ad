// `replay` and `pk` on the documented trials, as processes.
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <filesystem>

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

TEST_CASE("SAR3419 weekly: one DLT in six does not stop the rule, the late events do", "[cli][replay]")
{
    auto const readings = json::parse(run_escalon({"replay", scenario("sar3419_weekly"), "--json"}).out)["readings"];
    auto const after_70 = [&](std::size_t reading) { return readings[reading]["steps"].back()["rule"].dump(); };
    CHECK(after_70(0).find("1/6 at 70 mg/m2, the top level, is tolerable") != std::string::npos);
    CHECK(after_70(1).find("3/6 at 70 mg/m2 is too toxic: name the level below, 0/6 at 55 mg/m2") != std::string::npos);
}

TEST_CASE("the Japanese T-DM1 trial, patient by patient: the CRM parts three times and names the declared MTD", "[cli][replay]")
{
    auto const told = json::parse(run_escalon({"replay", scenario("t_dm1_japan"), "--json"}).out);
    auto const& steps = told["readings"][0]["steps"];
    REQUIRE(steps.size() == 10);
    std::vector<std::size_t> parts;
    for (std::size_t i = 0; i < steps.size(); ++i)
        if (steps[i]["agreement"] != "agrees")
            parts.push_back(i + 1);
    CHECK(parts == std::vector<std::size_t>{3, 4, 6});
    CHECK(told["readings"][0]["mtd_by_rule"] == "3.6 mg/kg");
    CHECK(told["mtd"] == "3.6 mg/kg");
}

TEST_CASE("AVE1642: without a DLT the rule only goes up", "[cli][replay]")
{
    auto const told = json::parse(run_escalon({"replay", scenario("ave1642"), "--json"}).out);
    for (auto const& step : told["readings"][0]["steps"])
        CHECK(step["agreement"] == "other_number");
    CHECK(told["mtd"].is_null());
}

TEST_CASE("weekly T-DM1 and huN901-DM1 003: two DLTs at the top bring the rule back to the declared MTD", "[cli][replay]")
{
    for (auto const& [name, mtd] : {std::pair{"t_dm1_weekly", "2.4 mg/kg"}, {"hun901_dm1_003", "112 mg/m2"}}) {
        auto const said = run_escalon({"replay", scenario(name)});
        INFO(said.out);
        CHECK(said.exit == 0);
        CHECK(said.out.find(std::string{"the rule would treat 3 patients at "} + mtd + ": 2/") != std::string::npos);
        CHECK(last_line(said.out).starts_with(std::string{"MTD "} + mtd));
    }
}

TEST_CASE("every documented trial is replayed", "[cli][replay]")
{
    int replayed = 0;
    for (auto const& entry : std::filesystem::directory_iterator{std::string{ESCALON_SOURCE_DIR} + "/scenarios"}) {
        if (entry.path().extension() != ".yaml" || file_text(entry.path()).find("\ndocumented:") == std::string::npos)
            continue;
        auto const said = run_escalon({"replay", entry.path().string()});
        INFO(entry.path() << said.err);
        CHECK(said.exit == 0);
        CHECK(last_line(said.out).starts_with("MTD "));
        ++replayed;
    }
    CHECK(replayed == 18);
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

TEST_CASE("antigen up to 10,000 U/mL lowers AUC and half-life and leaves the first Cmax within 4 %", "[cli][pk]")
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
                CHECK(std::abs(figure(now[i], "cmax") / figure(without[i], "cmax") - 1) < 0.04); // 3.3 % at 18 mg/m2, 0.9 at 168
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
    auto const double_dose = pk("cantuzumab_mertansine", {"--doses", "0:336 mg/m2", "--times", "7"});
    auto const one_dose = pk("cantuzumab_mertansine", {"--doses", "0:168 mg/m2", "--times", "7"});
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

TEST_CASE("a table of events says what was given, and when it is measured", "[cli][pk]")
{
    Scratch const folder;
    auto const table = folder
                           .write("doses.csv", "ID,TIME,AMT,DUR,EVID,BSA,ANTIGEN\n"
                                               "ann,0,300,0.0625,1,1.8,20\n"
                                               "ann,7,.,.,0,1.8,20\n"
                                               "ann,21,.,.,0,1.8,20\n"
                                               "bob,0,300,0.0625,1,1.8,10000\n"
                                               "bob,7,.,.,0,1.8,10000\n")
                           .string();
    auto const said = run_escalon({"pk", scenario("huc242_dm4"), "--events", table, "--json"});
    INFO(said.err);
    REQUIRE(said.exit == 0);
    auto const found = json::parse(said.out);
    REQUIRE(found["patients"].size() == 2);
    // antigen takes the AUC and leaves the peak
    CHECK(found["patients"][1]["auc"]["value"].get<double>() < 0.6 * found["patients"][0]["auc"]["value"].get<double>());
    CHECK(found["patients"][1]["cmax"]["value"].get<double>() > 0.97 * found["patients"][0]["cmax"]["value"].get<double>());
    auto const& first = found["observations"][0];
    CHECK(first["id"] == "ann");
    CHECK(first["analyte"] == "drug");
    // the same by a history of doses
    auto const history = pk("huc242_dm4", {"--set", "population.antigen.value=20 U/mL", "--set", "population.bsa.mean=1.8 m2",
                                           "--doses", "0:166.66666666666666 mg/m2", "--times", "7"});
    CHECK_THAT(first["value"].get<double>(),
               WithinRel(history[0]["concentration"]["value"][0].get<double>(), 1e-3)); // 1.5 h each

    CHECK(run_escalon({"pk", scenario("huc242_dm4"), "--events", table, "--subjects", "5", "--csv"}).exit == 0);
    CHECK(run_escalon({"pk", scenario("huc242_dm4"), "--events", table, "--times", "7"}).exit == 64);
    CHECK(run_escalon({"pk", scenario("huc242_dm4"), "--hours"}).exit == 64);
    CHECK(run_escalon({"pk", scenario("huc242_dm4"), "--events", "no such file.csv"}).exit == 66);
    auto const wrong = run_escalon(
        {"pk", scenario("huc242_dm4"), "--events", folder.write("wrong.csv", "ID,TIME,AMT\n1,0,-5\n").string()});
    CHECK(wrong.exit == 65);
    CHECK(wrong.err.find("wrong.csv:2:") != std::string::npos);
}

TEST_CASE("antigen that a table says changes acts from that record on, and the population's with the occasion", "[cli][pk]")
{
    Scratch const folder;
    auto const table = [&](std::string const& name, std::string const& later) {
        return folder
            .write(name, "ID,TIME,AMT,DUR,EVID,BSA,OCC,ANTIGEN\n"
                         "ann,0,300,0.0625,1,1.8,1,10000\n"
                         "ann,21,300,0.0625,1,1.8,2," +
                             later +
                             "\n"
                             "ann,42,.,.,0,1.8,2," +
                             later + "\n")
            .string();
    };
    auto const told = [&](std::vector<std::string> words) {
        words.insert(words.begin(), {"pk", scenario("huc242_dm4")});
        words.push_back("--json");
        auto const said = run_escalon(words);
        INFO(said.err);
        REQUIRE(said.exit == 0);
        return json::parse(said.out);
    };
    auto const falls = told({"--events", table("falls.csv", "1000")});
    auto const stays = told({"--events", table("stays.csv", "10000")});
    auto const at_the_end = [](json const& found) { return found["observations"][0]["value"].get<double>(); };
    CHECK(at_the_end(falls) > 2 * at_the_end(stays));

    auto const by_occasion = folder
                                 .write("occ.csv", "ID,TIME,AMT,DUR,EVID,BSA,OCC\n"
                                                   "ann,0,300,0.0625,1,1.8,1\n"
                                                   "ann,21,300,0.0625,1,1.8,2\n"
                                                   "ann,42,.,.,0,1.8,2\n")
                                 .string();
    auto const cycles = told({"--events", by_occasion, "--set", "population.antigen={ value: 10000 U/mL, by_cycle: [1, 0.1] }"});
    CHECK_THAT(at_the_end(cycles), WithinRel(at_the_end(falls), 1e-12));
    CHECK_THAT(cycles["patients"][0]["auc"]["value"].get<double>(),
               WithinRel(falls["patients"][0]["auc"]["value"].get<double>(), 1e-12));
    auto const said = run_escalon(
        {"pk", scenario("huc242_dm4"), "--set", "population.antigen={ value: 10000 U/mL, by_cycle: [1, 0.1] }"});
    CHECK(said.out.find("antigen 10000 U/mL, its production by cycle times 1, 0.1") != std::string::npos);
}

TEST_CASE("pk gives freed payload in nM, of a conjugate with or without antigen", "[cli][pk]")
{
    Scratch const folder;
    std::string const head = "schema: 1\nname: p\ndoses: { unit: mg/m2, levels: [168] }\n"
                             "regimen: { days: [1], cycle: 21 d, infusion: 1.5 h }\n"
                             "pk: { CL: 0.236 L/d/m2, V1: 1.74 L/m2, Q: 0.30 L/d/m2, V2: 0.90 L/m2, KDC: 0.058 /d, ";
    std::string const payload = "payload: { CL: 240 L/d, V: 1 L, DAR: 3.5, MW: 0.78 kDa } }\n";
    for (auto const* model :
         {"model: conjugate, ", "model: conjugate_antigen, KSS: 1 nM, KDEG: 0.7 /d, KINT: 1.4 /d, R0: 10 nM, "}) {
        INFO(model);
        auto const file = folder.write("p.yaml", head + model + payload).string();
        auto const said = run_escalon({"pk", file, "--json"});
        INFO(said.err);
        REQUIRE(said.exit == 0);
        auto const last = json::parse(said.out)["doses"][0]["cycles"].back();
        CHECK(last["analyte"] == "payload");
        CHECK(last["cmax"]["unit"] == "nM");
        CHECK(last["auc"]["unit"] == "nM*d");
        CHECK(figure(last, "auc") > 0);
        auto const text = run_escalon({"pk", file, "--cycles"}).out;
        CHECK(text.find("payload, nM") != std::string::npos);
        CHECK(text.find("1 nM is 0.780 ng/mL") != std::string::npos);
    }
    auto const heavy = head + "model: conjugate, payload: { CL: 240 L/d, V: 1 L, DAR: 3.5, MW: 150 kDa } }\n";
    auto const said = run_escalon({"pk", folder.write("heavy.yaml", heavy).string()});
    CHECK(said.exit == 65);
    CHECK(said.err.find("the payload would be as heavy as an antibody") != std::string::npos);
}

TEST_CASE("pk says how long the drug is above a concentration", "[cli][pk]")
{
    auto const rows = pk("cantuzumab_mertansine", {"--above", "10 mg/L"});
    for (auto const& row : rows) {
        CHECK(row["time_above"]["unit"] == "d");
        CHECK((figure(row, "time_above") > 0) == (figure(row, "cmax") > 10));
        CHECK(figure(row, "time_above") < 21);
    }
    CHECK(figure(rows.back(), "time_above") > figure(rows[rows.size() - 2], "time_above"));
    CHECK(pk("cantuzumab_mertansine", {"--above", "10"}) == rows);
    CHECK(pk("cantuzumab_mertansine", {"--above", "0.01 mg/mL"}) == rows);
    CHECK_FALSE(pk("cantuzumab_mertansine")[0].contains("time_above"));
    CHECK(run_escalon({"pk", scenario("cantuzumab_mertansine"), "--above", "10 mg/L"}).out.find("above 10 mg/L of the drug") !=
          std::string::npos);
    CHECK(run_escalon({"pk", scenario("cantuzumab_mertansine"), "--above", "10 d"}).exit == 64);
    CHECK(run_escalon({"pk", scenario("cantuzumab_mertansine"), "--above", "-1"}).exit == 64);
}

TEST_CASE("pk takes the samples and the limit of quantification of half_life_nca", "[cli][pk]")
{
    // all of it after distribution, and above the limit: the terminal half-life
    auto const late = pk("cantuzumab_mertansine", {"--nca-days", "14,16,18,20", "--lloq", "0.0001 mg/L"});
    CHECK_THAT(figure(late.back(), "half_life_nca"), WithinRel(figure(late.back(), "half_life_terminal"), 1e-3));
    auto const said = run_escalon({"pk", scenario("cantuzumab_mertansine"), "--nca-days", "7,2,4 d", "--lloq", "0.1 mg/L"});
    CHECK(said.out.find(
              "half_life_nca from days 2, 4, 7 after the first dose, LLOQ 0.1 mg/L: the slope of ln C at the last 4 above "
              "it, none from fewer than 3.") != std::string::npos);
    CHECK(pk("cantuzumab_mertansine", {"--lloq", "1000"})[0]["half_life_nca"]["value"].is_null());
    CHECK(run_escalon({"pk", scenario("cantuzumab_mertansine"), "--nca-days", "2,3"}).exit == 64);
}

// Trials by the clock, as processes: the late-toxicity story of huC242-DM4, and faults of a calendar.
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>
#include <string>
#include <vector>

using namespace escalon::test;
using nlohmann::json;

namespace {

json over_time(std::vector<std::string> const& more)
{
    std::vector<std::string> words{"run", scenario("huc242_dm4_over_time"), "--json", "--set", "runner.trials=1000"};
    words.insert(words.end(), more.begin(), more.end());
    auto const said = run_escalon(words);
    INFO(said.err);
    REQUIRE(said.exit == 0);
    return json::parse(said.out);
}

json run_over_time(std::vector<std::string> more)
{
    more.insert(more.end(), {"--set", "designs=3+3"});
    return over_time(more);
}

struct Visits {
    double share;
    double error;
};

Visits visits_to_the_top(json const& design)
{
    auto const& clock = design["clock"];
    return {clock["visited"].back().get<double>(), clock["standard_error"]["visited"].back().get<double>()};
}

/// What is said of a scenario with faults.
std::string faults_of(std::string const& name, std::vector<std::string> const& settings)
{
    std::vector<std::string> words{"validate", scenario(name)};
    for (auto const& setting : settings)
        words.insert(words.end(), {"--set", setting});
    auto const said = run_escalon(words);
    CHECK(said.exit == 65);
    return said.out + said.err;
}

} // namespace

TEST_CASE("a window of 21 days lets 3+3 visit 297 mg/m2, one of 42 does not", "[cli][clock]")
{
    constexpr double standard_errors = 6;
    auto const run = over_time({"--set", "designs=3+3,3+3 (42 d)"});
    auto const seen_short = visits_to_the_top(run["designs"][0]);
    auto const seen_long = visits_to_the_top(run["designs"][1]);
    WARN("3+3 visits 297 mg/m2 in " << seen_short.share << " (SE " << seen_short.error
                                    << ") of trials with a window of 21 days, and in " << seen_long.share << " (SE "
                                    << seen_long.error << ") with one of 42");
    CHECK(run["designs"][0]["dlt_window_d"] == 21);
    CHECK(run["designs"][1]["dlt_window_d"] == 42);
    CHECK(seen_short.share - standard_errors * seen_short.error > 0.5);
    CHECK(seen_long.share + standard_errors * seen_long.error < 0.5);
    CHECK(seen_short.share - seen_long.share > standard_errors * std::hypot(seen_short.error, seen_long.error));
}

TEST_CASE("a window of a design's own is the trial's window set to it, figure for figure", "[cli][clock]")
{
    auto const few = std::vector<std::string>{"--set", "runner.trials=100"};
    auto own = over_time({few[0], few[1], "--set", "designs=3+3 (42 d)"})["designs"][0];
    auto of_trial = over_time({few[0], few[1], "--set", "designs=3+3", "--set", "trial.dlt_window=42 d"})["designs"][0];
    own["label"] = of_trial["label"] = "3+3";
    CHECK(own.dump() == of_trial.dump());
}

TEST_CASE("the story of huC242-DM4 is told with its errors and held against the record", "[cli][clock]")
{
    auto const said = run_escalon({"run", scenario("huc242_dm4_over_time"), "--trials", "200"});
    CHECK(said.exit == 0);
    auto const story = said.out.substr(said.out.find("\nLate toxicity\n"));
    for (auto const* part :
         {"3+3 counts a toxicity as dose limiting if it comes within 21 days", "go up to 297 mg/m2, the top of the ladder",
          "(the true MTD)", "the committee counts what came late too",
          "On record. Patients were given up to 297 mg/m2 and the MTD is 168 mg/m2", "3+3 (42 d) with a window of 42 days",
          "TITE-BOIN with a window of 84 days", "TITE-CRM with a window of 84 days", "SE "}) {
        INFO(part << " in\n" << story);
        CHECK(story.find(part) != std::string::npos);
    }
}

TEST_CASE("the late look brings the declared MTD of huC242-DM4 down", "[cli][clock]")
{
    auto const run = run_over_time({});
    auto const& design = run["designs"][0];
    auto const mean_level = [](json const& shares) {
        double sum = 0;
        for (std::size_t i = 0; i < shares.size(); ++i)
            sum += static_cast<double>(i) * shares[i].get<double>();
        return sum;
    };
    double const declared = mean_level(design["selection"]["levels"]);
    double const afterwards = mean_level(design["clock"]["after_late_look"]["levels"]);
    CHECK(afterwards < declared - 1); // a level and more
    CHECK(design["clock"]["lowered_by_late_look"].get<double>() > 0.9);
    // fixed from another drug, the model's right answer is the documented MTD
    CHECK(run["truths"][0]["true_mtd"] == "168 mg/m2");
}

TEST_CASE("a sweep over windows tells how far trials go and what is left afterwards", "[cli][clock][sweep]")
{
    Scratch const place;
    auto const said =
        Running{place.path(), {ESCALON_PROGRAM, "sweep", scenario("huc242_dm4_over_time"), "--set", "runner.trials=20"}}.wait();
    CHECK(said.exit == 0);
    for (auto const* part : {"to the top", "late DLTs", "after look", "months", "designs.TITE-CRM.dlt_window"})
        CHECK(said.out.find(part) != std::string::npos);
    auto const table = file_text(place / "results/huc242_dm4_over_time.sweep/sweep.csv");
    CHECK(table.find("dlt_window_d,duration_d,duration_d_se,top_visited,top_visited_se") != std::string::npos);
}

TEST_CASE("shrinkage and cycles of huC242-DM4 are typically what is on record", "[cli][clock]")
{
    constexpr double near = 0.06; // far below the binomial errors of counts of 26 and 16, 0.08 and 0.12
    auto const run = run_over_time({});
    auto const& activity = run["designs"][0]["clock"]["activity"];
    CHECK(std::abs(activity["all"]["response_rate"].get<double>() - 6.0 / 26) < near);
    CHECK(std::abs(activity["levels"][5]["cycles_at_least"]["2"].get<double>() - 11.0 / 16) < near);
}

TEST_CASE("who leaves treatment for progression learns of no late toxicity, so that the late look lowers the MTD less",
          "[cli][clock]")
{
    auto const after_look = [](std::vector<std::string> const& settings) {
        return run_over_time(settings)["designs"][0]["clock"]["after_late_look"]["levels"][5].get<double>(); // 168 mg/m2
    };
    auto const staying = after_look(
        {"--set", "activity.progression.median=100000 d", "--set", "activity.progression.responders=100000 d"});
    CHECK(after_look({}) > staying + 0.08); // 0.50 and 0.34, with standard errors of 0.016
}

TEST_CASE("what a run says of activity is what its patients' records add up to, in every design's own window", "[cli][clock]")
{
    constexpr double trials = 60;
    Scratch const place;
    auto const said = Running{
        place.path(),
        {ESCALON_PROGRAM, "run", scenario("huc242_dm4_over_time"), "--trials", "60", "--write-patients", "--no-figures", "--out",
         "out"}}.wait();
    REQUIRE(said.exit == 0);
    auto const result = json::parse(file_text(place / "out/result.json"));
    std::map<std::string, std::map<std::string, double>> sums;
    std::istringstream table{file_text(place / "out/patients.csv")};
    std::vector<std::string> columns;
    for (std::string line; std::getline(table, line);) {
        std::vector<std::string> cells;
        std::istringstream row{line};
        for (std::string cell; std::getline(row, cell, ',');)
            cells.push_back(cell);
        if (columns.empty()) {
            columns = cells;
            continue;
        }
        auto const of = [&](std::string const& name) {
            return cells.at(static_cast<std::size_t>(std::ranges::find(columns, name) - columns.begin()));
        };
        auto& sum = sums[of("design")];
        ++sum["patients"];
        sum["responses"] += of("response_after_d").empty() ? 0 : 1;
        sum["two cycles"] += std::stoi(of("cycles")) >= 2 ? 1 : 0;
    }
    REQUIRE(sums.size() == 4);
    for (auto const& design : result["designs"]) {
        CAPTURE(design["label"].get<std::string>());
        auto const& all = design["clock"]["activity"]["all"];
        auto& sum = sums[design["label"]];
        CHECK(all["patients"].get<double>() == Approx(sum["patients"] / trials).epsilon(1e-12));
        CHECK(all["responses"].get<double>() == Approx(sum["responses"] / trials).epsilon(1e-12));
        CHECK(all["cycles_at_least"]["2"].get<double>() == Approx(sum["two cycles"] / sum["patients"]).epsilon(1e-12));
        // who leaves treatment is replaced by designs that wait for whole cohorts alone
        if (design["label"].get<std::string>().starts_with("TITE"))
            CHECK(design["clock"]["activity"]["withdrawn_from_window"] == 0);
    }
}

TEST_CASE("a window that next to nobody stays for is refused, whose window it is", "[cli][clock]")
{
    auto const says = faults_of("huc242_dm4_over_time",
                                {"designs.3+3 (42 d).dlt_window=126 d", "activity.progression.median=10 d"});
    CHECK(says.find("next to nobody would be evaluable for DLTs") != std::string::npos);
    CHECK(says.find("shorten designs[2].dlt_window") != std::string::npos);
}

TEST_CASE("high shed antigen protects from what the average does", "[cli][clock]")
{
    auto const risk = [](std::string const& antigen) {
        return run_over_time({"--set", "runner.trials=20", "--set",
                              "population.antigen.value=" + antigen})["truths"][0]["dlt_probability"][6]
            .get<double>();
    };
    CHECK(risk("10 U/mL") > risk("10000 U/mL") + 0.2);
}

TEST_CASE("faults of a calendar are told with place and remedy", "[cli][clock]")
{
    auto const says = [](std::string const& text, std::string const& words) {
        INFO(text);
        CHECK(text.find(words) != std::string::npos);
    };
    auto const nobody = faults_of("huc242_dm4_over_time", {"trial.clock.accrual.rate=0 per month"});
    says(nobody, "with an accrual of 0 no patient ever comes");
    says(nobody, "give a rate above 0");
    auto const longer = faults_of("huc242_dm4_over_time", {"trial.clock.follow_up=14 d"});
    says(longer, "patients are followed for 14 d, and the DLT window lasts 21 d");
    auto const timeless = faults_of("huc242_dm4", {"designs=[{ name: tite_boin }]"});
    says(timeless, "decides while patients are followed, and the trial has no clock");
    says(timeless, "add trial: { dlt_window: 28 d, clock:");
    says(faults_of("huc242_dm4",
                   {"toxicity={ model: over_time, kinds: [{ name: ocular, tolerance: { median: 42 mg/L, sd_log: 0.35 } }] }"}),
         "toxicity over time needs a clock: 'trial.clock' is missing");
    says(faults_of("huc242_dm4_over_time", {"documented.cohorts[1].dlts=4"}), "documented.cohorts[1].dlts");
    auto const beyond = faults_of("huc242_dm4_over_time", {"designs.TITE-CRM.dlt_window=200 d"});
    says(beyond, "the DLT window lasts 200 d, and patients are followed for 126 d");
    says(beyond, "let trial.clock.follow_up be at least as long");
    auto const unmeasured = faults_of("huc242_dm4", {"designs.3+3.dlt_window=42 d"});
    says(unmeasured, "'3+3' has a DLT window of its own, and the trial has no clock to measure it by");
    says(unmeasured, "or leave dlt_window out");
    auto const unknown = faults_of("huc242_dm4",
                                   {"designs.3+3.dlt_window=42 d", "trial={ clock: { accrual: { rate: 2 per month } } }"});
    says(unknown, "P(DLT) is that of the trial's DLT window, 21 d: what another window sees is not known");
    says(unknown, "toxicity: { model: over_time, ... }");
    says(faults_of("huc242_dm4_over_time", {"designs.3+3.dlt_window=0 d"}), "dlt_window");
}

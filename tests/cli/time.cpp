// Trials by the clock, as processes: the late-toxicity story of huC242-DM4, and faults of a calendar.
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

using namespace escalon::test;
using nlohmann::json;

namespace {

json run_over_time(std::vector<std::string> const& more)
{
    std::vector<std::string> words{
        "run", scenario("huc242_dm4_over_time"), "--json", "--set", "runner.trials=1000", "--set", "designs=3+3"};
    words.insert(words.end(), more.begin(), more.end());
    auto const said = run_escalon(words);
    INFO(said.err);
    REQUIRE(said.exit == 0);
    return json::parse(said.out);
}

struct Visits {
    double share;
    double error;
};

Visits visits_to_the_top(json const& run)
{
    auto const& clock = run["designs"][0]["clock"];
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
    auto const short_window = run_over_time({});
    auto const seen_short = visits_to_the_top(short_window);
    CHECK(seen_short.share - standard_errors * seen_short.error > 0.5);
    auto const seen_long = visits_to_the_top(run_over_time({"--set", "trial.dlt_window=42 d"}));
    CHECK(seen_long.share + standard_errors * seen_long.error < 0.5);
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
}

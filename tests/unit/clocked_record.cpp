// A trial with a clock conducted alone is the trial that the simulation counts, told in words and drawn as it was.
#include "sim/report/clocked_trial_text.hpp"
#include "sim/report/figures/swimmer.hpp"
#include "sim/report/run_csv.hpp"
#include "sim/runner/monte_carlo.hpp"
#include "sim/scenario/cells.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/clocked_scenarios.hpp"

#include <nlohmann/json.hpp>

#include <map>
#include <set>

using namespace escalon;
using namespace escalon::test;
using Json = nlohmann::ordered_json;

namespace {

using Catch::Matchers::Contains;

Tallies clocked_tallies(Scenario const& scenario, std::uint64_t trials)
{
    auto const ready = decider(scenario.designs.front().design, scenario.ladder());
    return simulate(ready, scenario.ladder(), nature(scenario), {scenario.trial.clock.value(), scenario.dlt_window().value()},
                    scenario.runner.seed, {.trials = trials, .precision = {}, .keep = trials}, scenario.ladder().size(),
                    Workers{1});
}

ClockedTrial trial_of(std::string const& text, std::uint64_t trial)
{
    auto const scenario = parse_scenario(text, "test");
    return clocked_trial(scenario, scenario.designs.front(), trial);
}

/// The first trial in which this holds.
ClockedTrial first_trial(std::string const& text, auto const& holds)
{
    for (std::uint64_t trial = 0; trial < 200; ++trial)
        if (auto const found = trial_of(text, trial); holds(found.record))
            return found;
    FAIL("no such trial");
    throw std::logic_error("unreachable");
}

bool lowered(ClockedRecord const& record) { return record.verdict.mtd && record.recommended != record.verdict.mtd; }

bool some_drop_out(ClockedRecord const& record)
{
    auto const patients = record.patients();
    return std::ranges::any_of(patients, [&](auto const& one) { return !one.expansion && record.dropped_out(one); });
}

Json rows(Figure const& figure, std::string const& dataset) { return figure.specification["datasets"][dataset]; }

} // namespace

TEST_CASE("trial N alone is trial N of the simulation, whatever the design and the truth", "[clock][record]")
{
    constexpr std::uint64_t trials = 40;
    for (auto const& text : {late_toxicity(), slow_outcomes(), at_once()}) {
        auto const scenario = parse_scenario(text, "test");
        auto const tallies = clocked_tallies(scenario, trials);
        ClockTallies::Sums duration;
        std::vector<std::uint64_t> after_look(tallies.clock->after_look.size());
        std::vector<std::uint64_t> highest_by_look(tallies.clock->highest_by_look.size());
        std::uint64_t above_look = 0;
        for (std::uint64_t trial = 0; trial < trials; ++trial) {
            auto const record = clocked_trial(scenario, scenario.designs.front(), trial).record;
            auto const& counted = tallies.outcomes[trial];
            int patients = 0;
            int dlts = 0;
            for (auto const& patient : record.patients())
                if (!patient.expansion) {
                    ++patients;
                    dlts += record.dlt_in_window(patient) ? 1 : 0;
                }
            INFO(scenario.name << ", trial " << trial);
            CHECK(counted.selected == (record.verdict.mtd ? record.verdict.mtd->index() : -1));
            CHECK(counted.patients == patients);
            CHECK(counted.dlts == dlts);
            duration.add(static_cast<std::uint64_t>(std::llround(record.duration_d * ClockTallies::parts_of_a_day)));
            auto const left = record.recommended ? static_cast<std::size_t>(record.recommended->index()) + 1 : 0;
            ++after_look[left];
            std::size_t highest = 0;
            for (auto const& patient : record.patients()) {
                auto const level = static_cast<std::size_t>(patient.level.index());
                highest = patient.expansion ? highest : std::max(highest, level);
                above_look += !record.recommended || patient.level > *record.recommended ? 1U : 0U;
            }
            ++highest_by_look[left * static_cast<std::size_t>(scenario.ladder().size()) + highest];
        }
        CHECK(highest_by_look == tallies.clock->highest_by_look);
        CHECK(above_look == tallies.clock->above_look.sum);
        CHECK(duration.sum == tallies.clock->duration.sum);
        CHECK(after_look == tallies.clock->after_look);
    }
}

TEST_CASE("days of a record count from the first dose, and no decision comes before what it rests on", "[clock][record]")
{
    for (auto const& text : {late_toxicity(), slow_outcomes()})
        for (std::uint64_t trial = 0; trial < 20; ++trial) {
            auto const record = trial_of(text, trial).record;
            CHECK(record.cohorts.front().patients.front().entry_d == 0);
            double decided_d = -1e9;
            for (auto const& cohort : record.cohorts) {
                CHECK(cohort.decided_d >= decided_d);
                decided_d = cohort.decided_d;
                REQUIRE(cohort.patients.size() >= static_cast<std::size_t>(cohort.treat.patients));
                for (auto const& patient : cohort.patients) {
                    CHECK(patient.level == cohort.treat.level);
                    CHECK(patient.entry_d >= cohort.decided_d);
                }
            }
            std::uint32_t next = 0;
            for (auto const& patient : record.patients())
                CHECK(patient.number == next++);
        }
}

TEST_CASE("a patient who replaces another belongs to the same cohort", "[clock][record]")
{
    auto const trial = first_trial(late_toxicity(), some_drop_out);
    bool larger = false;
    for (auto const& cohort : trial.record.cohorts)
        larger = larger || (!cohort.expansion() && cohort.patients.size() > static_cast<std::size_t>(cohort.treat.patients));
    CHECK(larger);
    CHECK_THAT(explain_text(trial), Contains("not evaluable"));
    CHECK_THAT(explain_text(trial), Contains("drops out"));
}

TEST_CASE("outcomes that are known at once are told at once", "[clock][record]")
{
    auto const scenario = parse_scenario(at_once(), "test");
    CHECK(told_after(nature(scenario), *scenario.trial.clock, *scenario.dlt_window()) == Time{});
    auto const slow = parse_scenario(slow_outcomes(), "test");
    CHECK(told_after(nature(slow), *slow.trial.clock, *slow.dlt_window()) == *slow.dlt_window());
    auto const late = parse_scenario(late_toxicity() + "\n", "test");
    CHECK(told_after(nature(late), *late.trial.clock, *late.dlt_window()) == *late.dlt_window());
}

TEST_CASE("the words of a trial tell the late look, and JSON the same", "[clock][record][text]")
{
    auto const trial = first_trial(late_toxicity(), lowered);
    auto const ladder = trial.scenario.ladder();
    auto const text = explain_text(trial);
    CHECK_THAT(text, Contains("late, no DLT in the window"));
    CHECK_THAT(text, Contains("ocular after "));
    CHECK_THAT(text, Contains("The late look, on day "));
    auto const stands = trial.record.recommended;
    CHECK_THAT(text,
               Contains(stands ? "lowers the MTD from " + ladder.text(*trial.record.verdict.mtd) + " to " + ladder.text(*stands)
                               : std::string{"no level is recommended"}));
    auto const json = explain_json(trial);
    CHECK(json["verdict"]["mtd"] == ladder.text(*trial.record.verdict.mtd));
    CHECK(json["after_late_look"] == (stands ? Json(ladder.text(*stands)) : Json(nullptr)));
    CHECK(json["cohorts"].size() == trial.record.cohorts.size());
    int late = 0;
    for (auto const& cohort : json["cohorts"])
        for (auto const& patient : cohort["patients"])
            late += !patient["dlt"].is_null() && !patient["dlt"]["in_window"].get<bool>() ? 1 : 0;
    CHECK(late > 0);
}

TEST_CASE("each patient is a bar: window within treatment within follow-up, in the colour of the dose", "[clock][figure]")
{
    auto const trial = first_trial(late_toxicity(), lowered);
    auto const figure = swimmer_figure(swimmer_of(trial));
    auto const patients = rows(figure, "patients");
    REQUIRE(patients.size() == trial.record.patients().size());
    std::map<std::string, std::set<std::string>> colours;
    double row = -1;
    for (auto const& patient : patients) {
        CHECK(patient["row"] > row);
        row = patient["row"];
        CHECK(patient["entry"] <= patient["window_end"]);
        CHECK(patient["window_end"] <= patient["treatment_end"]);
        CHECK(patient["treatment_end"] <= patient["follow_up_end"]);
        colours[patient["dose"]].insert(patient["colour"].get<std::string>());
    }
    std::set<std::string> all;
    for (auto const& [dose, used] : colours) {
        CHECK(used.size() == 1);
        all.insert(used.begin(), used.end());
    }
    CHECK(all.size() == colours.size());
}

TEST_CASE("marks are the DLTs in the window, the late ones and those who drop out", "[clock][figure]")
{
    for (std::uint64_t number = 0; number < 20; ++number) {
        auto const trial = trial_of(late_toxicity(), number);
        auto const& record = trial.record;
        std::map<std::string, int> expected;
        for (auto const& patient : record.patients()) {
            if (record.dropped_out(patient))
                ++expected["Drops out"];
            else if (record.dlt_in_window(patient))
                ++expected["DLT in the window"];
            else if (record.late_dlt(patient))
                ++expected["Late DLT, after the window"];
        }
        std::map<std::string, int> drawn;
        for (auto const& mark : rows(swimmer_figure(swimmer_of(trial)), "marks"))
            ++drawn[mark["mark"]];
        CHECK(drawn == expected);
    }
}

TEST_CASE("the expansion stands apart, and rules name the MTD and what is left of it", "[clock][figure]")
{
    auto const trial = first_trial(late_toxicity(), lowered);
    auto const figure = swimmer_figure(swimmer_of(trial));
    auto const patients = rows(figure, "patients");
    auto const all = trial.record.patients();
    for (std::size_t i = 1; i < all.size(); ++i) {
        double const step = patients[i]["row"].get<double>() - patients[i - 1]["row"].get<double>();
        CHECK((step > 1) == (all[i].expansion && !all[i - 1].expansion));
    }
    auto const rules = rows(figure, "rules");
    REQUIRE(rules.size() == 2);
    CHECK_THAT(rules[0]["label"].get<std::string>(), Catch::Matchers::StartsWith("MTD "));
    CHECK_THAT(rules[1]["label"].get<std::string>(), Catch::Matchers::StartsWith("After the late look: "));
    CHECK_THAT(figure.caption, Contains("Once late toxicity is counted too"));
}

TEST_CASE("a swimmer figure in print is drawn in greys alone", "[clock][figure][theme]")
{
    auto const specification =
        swimmer_figure(swimmer_of(trial_of(late_toxicity(), 0)), {.look = Look::print}).specification.dump();
    for (auto at = specification.find("\"#"); at != std::string::npos; at = specification.find("\"#", at + 1)) {
        auto const colour = specification.substr(at + 1, 7);
        INFO(colour);
        CHECK((colour.substr(1, 2) == colour.substr(3, 2) && colour.substr(3, 2) == colour.substr(5, 2)));
    }
}

TEST_CASE("tables of trials and of patients are of trials by the clock", "[clock][record][csv]")
{
    RunResult run{.scenario = parse_scenario(late_toxicity(), "test")};
    auto const truths = natures(run.scenario);
    run.truths.push_back({truths.front().name, {}});
    DesignRun design{.name = "three_plus_three", .label = "3+3"};
    design.result.characteristics.trials = 3;
    run.designs.push_back(design);
    auto const lines = [](std::string const& text) { return std::ranges::count(text, '\n'); };
    std::ptrdiff_t patients = 0;
    for (std::uint64_t trial = 0; trial < 3; ++trial)
        patients += std::ssize(trial_of(late_toxicity(), trial).record.patients());
    CHECK(lines(trials_csv(run, truths)) == 1 + 3);
    CHECK(lines(patients_csv(run, truths)) == 1 + patients);
    CHECK_THAT(trials_csv(run, truths), Contains("level_after_late_look"));
    CHECK_THAT(patients_csv(run, truths), Contains(",ocular,"));
}

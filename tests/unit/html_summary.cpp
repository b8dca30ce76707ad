// The summary of a report says what the numbers say, also where they are unusual.
#include "sim/report/html/assumptions.hpp"
#include "sim/report/html/characteristics.hpp"
#include "sim/report/html/evidence_count.hpp"
#include "sim/report/html/report.hpp"
#include "sim/report/html/summary.hpp"
#include "sim/scenario/echo.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/given_runs.hpp"

#include <algorithm>

using namespace escalon;
using namespace escalon::test;
using html::summary;

namespace {

using Catch::Matchers::Contains;

/// What a reader sees of markup.
std::string plain(html::Markup const& markup)
{
    std::string text;
    bool inside = false;
    for (char const c : markup.text()) {
        inside = c == '<' || (inside && c != '>');
        if (!inside && c != '>')
            text += c;
    }
    for (auto const& [from, to] : {std::pair{"\xc2\xa0", " "}, {"&lt;", "<"}, {"&gt;", ">"}, {"&#39;", "'"}, {"&amp;", "&"}})
        for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + 1))
            text.replace(at, std::string_view{from}.size(), to);
    return text;
}

std::string lead(RunResult const& run) { return plain(summary(run).lead); }

std::string answer(RunResult const& run, std::string const& question)
{
    for (auto const& one : summary(run).answers)
        if (one.question == question) {
            std::string text;
            for (auto const& sentence : one.sentences)
                text += plain(sentence) + "\n";
            return text;
        }
    FAIL("no answer to " + question);
    return {};
}

std::vector<double> const middle{0.05, 0.1, 0.3, 0.5};
std::vector<double> const toxic{0.45, 0.5, 0.6, 0.7};

Scenario parsed(std::string const& more)
{
    return parse_scenario("schema: 1\nname: s\ndoses: { unit: mg/m2, levels: [10, 20] }\n"
                          "toxicity: { model: by_dose, probability: [0.1, 0.3] }\ndesigns: [{ name: three_plus_three }]\n" +
                              more,
                          "s.yaml");
}

} // namespace

TEST_CASE("one design that most often finds the true MTD", "[report][summary]")
{
    auto const run = given_run({middle}, {{{.selection = {0.1, 0.2, 0.55, 0.1}}}});
    CHECK(lead(run) == "3+3 most often recommends 30 mg/m², the true MTD: in 55.0 % of trials.");
    CHECK_THAT(answer(run, "Which dose"),
               Contains("the true MTD is 30 mg/m²: its chance of a DLT, 30.0 %, is the nearest to the target of 30.0 %") &&
                   Contains("The next dose, 40 mg/m², has 50.0 %.") &&
                   Contains("A lower dose is recommended in 30.0 % of trials, and none in 5.0 % of trials."));
    CHECK_THAT(
        answer(run, "At what risk"),
        Contains("A dose above the true MTD is recommended in 10.0 % of trials.") &&
            Contains(
                "12.0 patients on average (eight trials in ten: 1 to 14), 1.5 of them above the true MTD, and 2.0 have a DLT"));
    CHECK_THAT(answer(run, "How sure"),
               Contains("These figures are exact") && Contains("does not say where its figures come from"));
    CHECK_FALSE(summary(run).warning);
}

TEST_CASE("one design that most often stops elsewhere says how far", "[report][summary]")
{
    CHECK(lead(given_run({middle}, {{{.selection = {0.5, 0.2, 0.2, 0.1}}}})) ==
          "3+3 most often recommends 10 mg/m²: in 50.0 % of trials. That is two levels below the true MTD of 30 mg/m², which it "
          "recommends "
          "in 20.0 % of trials.");
    CHECK(lead(given_run({middle}, {{{.selection = {0, 0, 0, 1}}}})) ==
          "3+3 most often recommends 40 mg/m²: always. That is one level above the true MTD of 30 mg/m², which it recommends "
          "never.");
    CHECK(lead(given_run({middle}, {{{.selection = {0.1, 0.1, 0.1, 0}}}})) ==
          "3+3 most often recommends no dose: in 70.0 % of trials. It recommends the true MTD, 30 mg/m², in 10.0 % of trials.");
}

TEST_CASE("without a true MTD no recommendation is right", "[report][summary]")
{
    auto const run = given_run({toxic}, {{{.selection = {0.1, 0.1, 0, 0}}}});
    CHECK(lead(run) == "Every dose is too toxic under this truth. 3+3 rightly recommends none in 80.0 % of trials.");
    CHECK_THAT(answer(run, "Which dose"),
               Contains("the lowest, 10 mg/m², has 45.0 %. No dose is a true MTD.") && !Contains("A lower dose"));
    CHECK_THAT(answer(run, "At what risk"),
               Contains("Some dose is recommended in 20.0 % of trials, and each would be too toxic.") &&
                   Contains("all of them above the true MTD"));
}

TEST_CASE("a true MTD at the top of the ladder", "[report][summary]")
{
    auto run = given_run({{0.05, 0.1, 0.2, 0.3}}, {{{.selection = {0.1, 0.1, 0.1, 0.7}}}});
    run.designs[0].result.characteristics.mean.stopped[static_cast<std::size_t>(StopCause::top_not_exceeded)] = 0.4;
    CHECK_THAT(answer(run, "Which dose"),
               Contains("It is the highest dose of the ladder.") &&
                   Contains("Even the highest dose proves tolerable in 40.0 % of trials: the MTD may lie above it."));
    CHECK_THAT(answer(run, "At what risk"), Contains("A dose above the true MTD is recommended never."));
}

TEST_CASE("designs are ranked where they differ by more than chance", "[report][summary]")
{
    CHECK(lead(given_run({middle}, {{{.label = "A", .selection = {0.3, 0.2, 0.4, 0.1}},
                                     {.label = "B", .selection = {0.2, 0.2, 0.5, 0.1}}}})) ==
          "B recommends the true MTD, 30 mg/m², most often: in 50.0 % of trials, against 40.0 % with A.");
    CHECK(lead(given_run({middle}, {{{.label = "A", .selection = {0.3, 0.2, 0.4, 0.1}},
                                     {.label = "B", .selection = {0.3, 0.2, 0.4, 0.1}}}})) ==
          "A and B recommend the true MTD, 30 mg/m², equally often: in 40.0 % of trials.");
    CHECK(lead(given_run({middle}, {{{.label = "A", .selection = {0.3, 0.2, 0.40, 0.1}, .trials = 100, .error = 0.05},
                                     {.label = "B", .selection = {0.3, 0.2, 0.45, 0.0}, .trials = 100, .error = 0.05}}})) ==
          "B and A recommend the true MTD, 30 mg/m², about equally often: in 40.0 % to 45.0 % of trials.");
    CHECK(
        lead(given_run({toxic}, {{{.label = "A", .selection = {0.1, 0, 0, 0}}, {.label = "B", .selection = {0.3, 0, 0, 0}}}})) ==
        "Every dose is too toxic under this truth: no recommendation is the right answer. A gives it most often: in 90.0 % of "
        "trials, "
        "against 70.0 % with B.");
}

TEST_CASE("several truths: the range of one design, the average of several", "[report][summary]")
{
    auto const one = given_run({middle, {0.1, 0.3, 0.5, 0.7}, toxic}, {{{.selection = {0.2, 0.2, 0.5, 0.1}}},
                                                                       {{.selection = {0.2, 0.3, 0.3, 0.1}}},
                                                                       {{.selection = {0.1, 0, 0, 0}}}});
    CHECK(lead(one) == "3+3 recommends the true MTD in 30.0 % of trials under truth 2, and in 50.0 % of trials under truth 1.");
    CHECK_THAT(answer(one, "Which dose"),
               Contains("truth 3: every dose is too toxic. No dose is recommended in 90.0 % of trials."));
    CHECK_THAT(answer(one, "At what risk"),
               Contains("3+3 recommends a dose above the true MTD in 40.0 % of trials at most (under truth 2)") &&
                   Contains("Where every dose is too toxic (under truth 3), 3+3 still recommends one in 10.0 % of trials and "
                            "treats 12.0 patients."));

    auto const two = given_run({middle, middle},
                               {{{.label = "A", .selection = {0, 0, 0.4, 0}}, {.label = "B", .selection = {0, 0, 0.5, 0}}},
                                {{.label = "A", .selection = {0, 0, 0.6, 0}}, {.label = "B", .selection = {0, 0, 0.7, 0}}}});
    CHECK(lead(two) == "Over the two truths that have a true MTD, weighted alike, B recommends it most often: in 60.0 % of "
                       "trials, against 50.0 % with A.");

    auto const only = given_run({toxic, middle},
                                {{{.label = "A", .selection = {0, 0, 0, 0}}, {.label = "B", .selection = {0, 0, 0, 0}}},
                                 {{.label = "A", .selection = {0, 0, 0.6, 0}}, {.label = "B", .selection = {0, 0, 0.7, 0}}}});
    CHECK(lead(only) == "Only truth 2 has a true MTD. B recommends the true MTD, 30 mg/m², most often: in 70.0 % of trials, "
                        "against 60.0 % with A.");

    auto const never = given_run({toxic, toxic}, {{{.selection = {0.1, 0, 0, 0}}}, {{.selection = {0.2, 0, 0, 0}}}});
    CHECK(lead(never) == "Every dose is too toxic under every truth. 3+3 rightly recommends none in 80.0 % of trials under truth "
                         "2, and in 90.0 % of "
                         "trials under truth 1.");
    CHECK_THAT(answer(never, "At what risk"), !Contains("at most"));
}

TEST_CASE("Monte Carlo figures carry their trials, seed and error", "[report][summary]")
{
    auto run = given_run({middle}, {{{.selection = {0, 0.4, 0.6, 0}, .trials = 10'000, .error = 0.005}}});
    run.scenario.runner.seed = 42;
    CHECK_THAT(answer(run, "How sure"),
               Contains("from 10,000 simulated trials (seed 42)") && Contains("within ±1.0 points") && !Contains("exact"));
    CHECK_THAT(answer(run, "At what risk"), Contains("in no simulated trial"));
    CHECK_THAT(plain(html::overview_table(run)), Contains("± 0.5"));
    auto const mixed = given_run({middle}, {{{.label = "A", .selection = {0, 0, 1, 0}},
                                             {.label = "B", .selection = {0, 0.4, 0.6, 0}, .trials = 100, .error = 0.05}}});
    CHECK_THAT(answer(mixed, "How sure"), Contains("The figures of A are exact") && Contains("from 100 simulated trials"));
}

TEST_CASE("an interrupted run says what is missing and compares only what is there", "[report][summary]")
{
    auto run = given_run({middle, toxic}, {{{.label = "A", .selection = {0, 0, 0.4, 0}, .trials = 10'000, .error = 0.01},
                                            {.label = "B", .selection = {0, 0, 0.5, 0}, .trials = 10'000, .error = 0.01}},
                                           {{.label = "A", .selection = {0, 0, 0, 0}, .trials = 512, .error = 0.01}}});
    run.complete = false;
    CHECK(plain(summary(run).warning.value()) ==
          "The run was interrupted: 3 of 4 combinations of design and truth were begun. The last, A, had conducted 512 of "
          "10,000 trials. What follows covers only what was finished.");
    CHECK(lead(run) == "B recommends the true MTD, 30 mg/m², most often: in 50.0 % of trials, against 40.0 % with A.");
    run.designs.resize(1);
    CHECK(lead(run) ==
          "A most often recommends no dose: in 60.0 % of trials. It recommends the true MTD, 30 mg/m², in 40.0 % of trials.");
    CHECK_FALSE(html::run_report(run, {}, {}).empty());
}

TEST_CASE("shares that round to never or always are not called so", "[report][summary]")
{
    CHECK(plain(html::in_trials(0.0001, Engine::exact)) == "in fewer than 0.1 % of trials");
    CHECK(plain(html::in_trials(0.9999, Engine::exact)) == "in more than 99.9 % of trials");
    CHECK(plain(html::in_trials(0, Engine::exact)) == "never");
    CHECK(plain(html::in_trials(1, Engine::monte_carlo)) == "in every simulated trial");
}

TEST_CASE("a ladder of one dose", "[report][summary]")
{
    auto const run = given_run({{0.2}}, {{{.selection = {0.8}}}});
    CHECK(lead(run) == "3+3 most often recommends 10 mg/m², the true MTD: in 80.0 % of trials.");
    CHECK_THAT(html::run_report(run, {}, {}), Contains("one dose, 10 mg/m²"));
}

TEST_CASE("the tables hold every figure once, under its dose", "[report][tables]")
{
    auto const run = given_run({middle, toxic}, {{{.label = "A", .selection = {0.11, 0.22, 0.33, 0.14}}},
                                                 {{.label = "A", .selection = {0.01, 0.02, 0, 0}}}});
    auto const doses = plain(html::dose_table(run));
    CHECK_THAT(doses, Contains("Dose, mg/m²none10203040all"));
    CHECK_THAT(doses, Contains("Selected20.0 %11.0 %22.0 %33.0 %14.0 %"));
    CHECK_THAT(doses, Contains("P(DLT)5.0 %10.0 %30.0 %true MTD50.0 %"));
    CHECK_THAT(doses, Contains("Truth truth 2: no true MTD"));
    auto const markup = html::dose_table(run).text();
    for (auto const* needed : {"<caption", "scope=\"col\"", "scope=\"row\"", "scope=\"rowgroup\"", "tabindex=\"0\""})
        CHECK_THAT(markup, Contains(needed));
    CHECK_THAT(plain(html::overview_table(run)),
               Contains("20.0 %33.0 %33.0 %14.0 %12.0")); // none, lower, the true MTD, higher, patients
}

TEST_CASE("every figure is accounted for, or listed as not", "[report][evidence]")
{
    auto const scenario = parsed(
        "evidence:\n  doses: { label: source, source: 'A <b>', why: because }\n  truth.target: { label: assumption }\n");
    CHECK(html::count_evidence(scenario).of(EvidenceLabel::source) == 1);
    CHECK(html::count_evidence(scenario).stated() == 2);
    std::vector<std::string> paths;
    for (auto const& [path, value] : html::figures_without_evidence(scenario))
        paths.push_back(path);
    CHECK(std::ranges::find(paths, "toxicity.probability") != paths.end());
    CHECK(std::ranges::find(paths, "designs.three_plus_three.deescalate") != paths.end());
    for (auto const& path : paths) {
        INFO(path);
        CHECK_FALSE((path.starts_with("doses") || path == "truth.target" || path.starts_with("runner") || path == "name"));
    }
    CHECK(html::value_at(resolved_tree(scenario), "doses.levels") == "10, 20");
    auto const markup = html::assumptions(scenario).text();
    CHECK_THAT(markup, Contains("A &lt;b&gt;") && Contains("class=\"badge source\"") && Contains("published elsewhere"));
    CHECK_THAT(html::assumptions(parsed("")).text(), Contains("has no evidence block"));
}

TEST_CASE("the same result gives the same bytes", "[report]")
{
    auto const run = given_run({middle}, {{{.selection = {0.1, 0.2, 0.55, 0.1}}}});
    CHECK(html::run_report(run, {}, {}) == html::run_report(run, {}, {}));
}

TEST_CASE("without pictures a report says so and keeps the captions", "[report]")
{
    auto const run = given_run({middle}, {{{.selection = {0.1, 0.2, 0.55, 0.1}}}});
    html::PageFigures const figures{
        .figures = {{.figure = {.name = "mtd", .title = "MTD", .caption = "What is <seen>.", .specification = {}},
                     .wide = {},
                     .narrow = {}}},
        .missing = "no node"};
    auto const text = html::run_report(run, figures, {});
    CHECK_THAT(text, Contains("The figures are not drawn in this report: no node.") && Contains("What is &lt;seen&gt;."));
}

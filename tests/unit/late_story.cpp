// The story of late toxicity: its figures are the result's, and it holds where nothing comes late, nobody looks or nobody is at the top.
#include "sim/report/late_story.hpp"
#include "sim/report/clock_text.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/read_result.hpp"
#include "sim/report/run_json.hpp"
#include "sim/report/run_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/clocked_runs.hpp"
#include "tests/support/clocked_scenarios.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <numeric>

using namespace escalon;
using namespace escalon::test;

namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

std::string in_place_of(std::string text, std::string const& what, std::string const& with)
{
    auto const at = text.find(what);
    if (at == std::string::npos)
        throw std::logic_error("nothing to replace: " + what);
    return text.replace(at, what.size(), with);
}

LateStory story_of(std::string const& scenario) { return late_story(clocked_run(scenario), 0).value(); }

/// One sentence of the paragraph, counted from 0: the window, later, the committee, the record.
std::string theme_of(std::string const& scenario, std::size_t theme) { return story_of(scenario).paragraph.at(theme).text; }

std::string const without_look = in_place_of(late_toxicity(), "    late_look: true\n", "");
std::string const known_probabilities = slow_outcomes();
std::string const three_windows =
    "[{ name: three_plus_three, label: short }, { name: three_plus_three, label: long, dlt_window: 63 d }, { name: "
    "tite_boin, label: TITE-BOIN, target: 0.3, dlt_window: 126 d }]";

} // namespace

TEST_CASE("the story says what the window saw, what came later and what the committee did, with the result's figures",
          "[clock][story]")
{
    auto const run = clocked_run(late_toxicity());
    auto const story = late_story(run, 0).value();
    auto const& oc = run.designs[0].result.characteristics;
    auto const& clock = *oc.clock;
    REQUIRE(story.paragraph.size() == 3);
    CHECK(story.others.empty());
    CHECK_THAT(story.paragraph[0].text, StartsWith("3+3 counts a toxicity as dose limiting if it comes within 21 days"));
    CHECK_THAT(story.paragraph[0].text,
               Contains(mean_count(oc.mean.total_dlts) + " such dose-limiting toxicities (DLTs) among its " +
                        one_decimal(oc.mean.total_patients) + " patients"));
    CHECK_THAT(story.paragraph[0].text,
               Contains(fmt::format("({}, SE {}) go up to 160 mg, the top of the ladder.", percent(clock.visited[3].mean),
                                    one_decimal(100 * clock.visited[3].standard_error))));
    double const late = std::accumulate(clock.late.begin(), clock.late.end(), 0.0,
                                        [](double sum, auto const& one) { return sum + one.mean; });
    CHECK_THAT(story.paragraph[1].text, Contains(mean_count(late) + " more patients a trial"));
    CHECK_THAT(story.paragraph[1].text, Contains("(the true MTD)"));
    CHECK_THAT(story.paragraph[1].text, Contains("By day 84, "));
    CHECK_THAT(story.paragraph[2].text,
               Contains(fmt::format("({}, SE {}): what is left is most often ", percent(clock.lowered.mean),
                                    one_decimal(100 * clock.lowered.standard_error))));
    CHECK_THAT(story.paragraph[2].text, EndsWith(one_decimal(clock.above_look.mean) + " patients a trial."));
}

TEST_CASE("trials by the highest level and by what is left sum to both, and to one", "[clock][story]")
{
    auto const run = clocked_run(late_toxicity());
    auto const& clock = *run.designs[0].result.characteristics.clock;
    std::vector<double> highest(4);
    for (std::size_t left = 0; left <= 4; ++left) {
        double row = 0;
        for (std::size_t level = 0; level < 4; ++level) {
            row += clock.highest_by_look[left][level].mean;
            highest[level] += clock.highest_by_look[left][level].mean;
        }
        CHECK(row == Approx(left == 0 ? clock.none_after_look.mean : clock.after_look[left - 1].mean));
    }
    for (std::size_t level = 0; level < 4; ++level) // 3+3 skips no level
        CHECK(std::accumulate(highest.begin() + static_cast<std::ptrdiff_t>(level), highest.end(), 0.0) ==
              Approx(clock.visited[level].mean));
}

TEST_CASE("without a late look nobody looks again", "[clock][story]")
{
    CHECK_THAT(theme_of(without_look, 1), Contains("more patients a trial have a toxicity after the window"));
    CHECK(theme_of(without_look, 2) == "Nobody looks again when follow-up is complete: the MTD stays as it was named.");
}

TEST_CASE("where the truth knows no late toxicity there is no story, or one of the look alone", "[clock][story]")
{
    CHECK_FALSE(late_story(clocked_run(known_probabilities), 0));
    CHECK(late_story_text(clocked_run(known_probabilities), 0).empty());
    auto const looked = in_place_of(known_probabilities, "drop_out: 0.15",
                                    "drop_out: 0.15, late_look: true, expansion: { patients: 9 }");
    CHECK(theme_of(looked, 1) == "The truth knows no toxicity that comes after the window.");
    CHECK_THAT(theme_of(looked, 2), Contains("the committee counts the patients of the expansion too"));
}

TEST_CASE("a window as long as follow-up leaves nothing to come later", "[clock][story]")
{
    auto const whole = in_place_of(late_toxicity(), "dlt_window: 21 d", "dlt_window: 126 d");
    CHECK(theme_of(whole, 1) == "Patients are followed no longer than that: nothing is seen to come later.");
}

TEST_CASE("a drug that does no harm has a story without harm", "[clock][story]")
{
    auto const harmless = in_place_of(in_place_of(late_toxicity(), "median: 14 mg/L", "median: 100000 mg/L"), "sd_log: 0.5",
                                      "sd_log: 0.01");
    CHECK_THAT(theme_of(harmless, 0), Contains("All trials (200 of 200) go up to 160 mg, the top of the ladder."));
    CHECK_THAT(theme_of(harmless, 0), Contains("most often 160 mg (200 of 200)."));
    CHECK_THAT(theme_of(harmless, 1), Contains("nobody has a toxicity after the window"));
    CHECK_THAT(theme_of(harmless, 2),
               Contains("lowers the MTD in none of the trials (0 of 200). None of the trials (0 of 200) had by then treated"));
}

TEST_CASE("trials that never come to the top say how far they go", "[clock][story]")
{
    auto const harsh = in_place_of(in_place_of(late_toxicity(), "median: 14 mg/L", "median: 1.5 mg/L"), "sd_log: 0.5",
                                   "sd_log: 0.1");
    CHECK_THAT(theme_of(harsh, 0), Contains("None goes beyond "));
    CHECK_THAT(theme_of(harsh, 0), !Contains("the top of the ladder"));
}

TEST_CASE("what is on record is held against the trials that do as much", "[clock][story]")
{
    auto const documented = late_toxicity() + R"(documented:
  mtd: 40 mg
  cohorts:
    - { level: 20 mg, patients: 3, dlts: 0 }
    - { level: 160 mg, patients: 3, dlts: 0 }
)";
    auto const run = clocked_run(documented);
    auto const& clock = *run.designs[0].result.characteristics.clock;
    auto const sentence = late_story(run, 0)->paragraph.at(3).text;
    CHECK_THAT(sentence, StartsWith("Patients were given up to 160 mg and the MTD is 40 mg. Of the simulated trials " +
                                    percent(clock.visited[3].mean) + " (SE "));
    CHECK_THAT(sentence, Contains(percent(clock.after_look[1].mean)));
    auto const& both = clock.highest_by_look[2][3];
    CHECK_THAT(sentence, EndsWith(fmt::format("; {} (SE {}) do both, as on record.", percent(both.mean),
                                              one_decimal(100 * both.standard_error))));

    auto const only_mtd = theme_of(late_toxicity() + "documented: { mtd: 40 mg }\n", 3);
    CHECK_THAT(only_mtd, StartsWith("The MTD is 40 mg. "));
    CHECK_THAT(only_mtd, !Contains("do both"));
}

TEST_CASE("each other design has its sentences, with its own window", "[clock][story]")
{
    auto const story = story_of(late_toxicity(three_windows));
    CHECK(story.label == "short");
    REQUIRE(story.others.size() == 2);
    CHECK_THAT(story.others[0], StartsWith("long with a window of 63 days treats somebody at 160 mg in "));
    CHECK_THAT(story.others[0], Contains("patients a trial have a late DLT"));
    CHECK_THAT(story.others[0], Contains("more than short"));
    CHECK_THAT(story.others[1], StartsWith("TITE-BOIN with a window of 126 days"));
    CHECK_THAT(story.others[1], Contains("nothing comes after its window"));
}

TEST_CASE("the paragraph is of the design that the others are held against", "[clock][story]")
{
    auto const story = story_of(late_toxicity(three_windows) + "comparison: { against: long }\n");
    CHECK(story.label == "long");
    CHECK_THAT(story.paragraph[0].text, StartsWith("long counts a toxicity as dose limiting if it comes within 63 days"));
    CHECK_THAT(story.others[0], StartsWith("short with a window of 21 days"));
}

TEST_CASE("the text of a run ends with the story and tells nothing of it twice", "[clock][story]")
{
    auto const text = run_text(clocked_run(late_toxicity(three_windows)));
    auto const begins = text.find("\nLate toxicity\n");
    REQUIRE(begins != std::string::npos);
    CHECK_THAT(text.substr(0, begins), Contains("With a DLT window of 63 d a trial takes "));
    CHECK_THAT(text.substr(0, begins), !Contains("It lets the trial reach"));
    CHECK_THAT(run_text(clocked_run(known_probabilities)), Contains("It lets the trial reach"));
}

TEST_CASE("a design with a window of its own is the trial with that window, bit for bit", "[clock][window]")
{
    auto const own = clocked_run(
        late_toxicity("[{ name: three_plus_three, label: 3+3 }, { name: three_plus_three, label: long, dlt_window: 63 d }, "
                      "{ name: tite_crm, label: TITE-CRM, target: 0.3, dlt_window: 63 d }]"));
    auto const of_trial = clocked_run(
        in_place_of(late_toxicity("[{ name: three_plus_three, label: long }, { name: tite_crm, label: TITE-CRM, target: 0.3 }]"),
                    "dlt_window: 21 d", "dlt_window: 63 d"));
    auto const a = runs_json(own)["designs"];
    auto const b = runs_json(of_trial)["designs"];
    CHECK(a[1].dump() == b[0].dump());
    CHECK(a[2].dump() == b[1].dump());
    CHECK(a[0]["dlt_window_d"] == 21);
    CHECK(a[1]["dlt_window_d"] == 63);
    CHECK(a[0]["clock"].dump() != a[1]["clock"].dump());
}

TEST_CASE("follow-up lasts as long as the longest window, where none is stated", "[clock][window]")
{
    auto const open =
        in_place_of(late_toxicity("[{ name: three_plus_three }, { name: three_plus_three, label: long, dlt_window: 100 d }]"),
                    "    follow_up: 126 d\n", "");
    auto const scenario = parse_scenario(open, "test");
    CHECK(scenario.follow_up()->base() == 100);
    CHECK(scenario.dlt_window(scenario.designs[0])->base() == 21);
    CHECK(scenario.dlt_window(scenario.designs[1])->base() == 100);
}

TEST_CASE("a result that was written tells the same story when it is read", "[clock][story][json]")
{
    auto const run = clocked_run(late_toxicity(three_windows));
    auto const read = parse_result(run_json(run).dump(), "test");
    CHECK(late_story_text(read, 0) == late_story_text(run, 0));
    CHECK(run_json(read).dump() == run_json(run).dump());
}

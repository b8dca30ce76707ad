// The late figure and the report's section say what the clock brought to light, of every design and truth.
#include "sim/report/figures/all.hpp"
#include "sim/report/figures/late.hpp"
#include "sim/report/html/clock.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/clocked_runs.hpp"
#include "tests/support/clocked_scenarios.hpp"
#include "tests/support/runs.hpp"

#include <nlohmann/json.hpp>

#include <map>

using namespace escalon;
using namespace escalon::test;
using Json = nlohmann::ordered_json;

namespace {

using Catch::Matchers::Contains;

std::string const a_pair = "[{ name: three_plus_three, label: 3+3 }, { name: boin, target: 0.3, label: BOIN }]";

Json late_rows(RunResult const& run) { return late_figure(run).value().specification["data"]["values"]; }

} // namespace

TEST_CASE("each bar of the late figure is the share that the result holds, with its error", "[clock][figure][late]")
{
    auto const run = clocked_run(late_toxicity());
    auto const& oc = run.designs[0].result.characteristics;
    auto const& clock = *oc.clock;
    std::map<std::string, std::map<std::string, Json>> bars;
    for (auto const& row : late_rows(run))
        bars[row["measure"]][row["dose"]] = row;
    REQUIRE(bars.size() == 3);
    std::vector<std::string> const doses{"20", "40", "80", "160"};
    for (std::size_t i = 0; i < doses.size(); ++i) {
        CHECK(bars["Somebody is treated there"][doses[i]]["percent"] == Approx(100 * clock.visited[i].mean));
        CHECK(bars["Declared the MTD"][doses[i]]["percent"] == Approx(100 * oc.mean.selection[i]));
        CHECK(bars["Declared the MTD"][doses[i]]["error"] == Approx(196 * oc.standard_error.selection[i]));
        CHECK(bars["Recommended after the late look"][doses[i]]["percent"] == Approx(100 * clock.after_look[i].mean));
        CHECK(bars["Recommended after the late look"][doses[i]]["error"] == Approx(196 * clock.after_look[i].standard_error));
    }
    CHECK(bars["Declared the MTD"]["none"]["percent"] == Approx(100 * oc.mean.none));
    CHECK(bars["Recommended after the late look"]["none"]["percent"] == Approx(100 * clock.none_after_look.mean));
    CHECK_FALSE(bars["Somebody is treated there"].contains("none"));
}

TEST_CASE("what is recommended sums to all trials before and after the late look", "[clock][figure][late]")
{
    std::map<std::string, double> sums;
    for (auto const& row : late_rows(clocked_run(late_toxicity(a_pair))))
        sums[row["design"].get<std::string>() + ": " + row["measure"].get<std::string>()] += row["percent"].get<double>();
    for (auto const* design : {"3+3", "BOIN"})
        for (auto const* measure : {"Declared the MTD", "Recommended after the late look"})
            CHECK(sums[std::string{design} + ": " + measure] == Approx(100));
}

TEST_CASE("each design has a panel of its own, and its sentence in the caption", "[clock][figure][late]")
{
    auto const figure = late_figure(clocked_run(late_toxicity(a_pair))).value();
    CHECK(figure.specification["facet"]["row"]["field"] == "panel");
    CHECK_THAT(figure.caption, Contains("3+3: "));
    CHECK_THAT(figure.caption, Contains("BOIN: "));
    CHECK_THAT(figure.caption, Contains("the late look lowers the MTD in "));
}

TEST_CASE("designs with windows of their own say so in the late figure", "[clock][figure][late]")
{
    auto const figure =
        late_figure(clocked_run(late_toxicity(
                        "[{ name: three_plus_three, label: short }, { name: three_plus_three, label: long, dlt_window: 63 d }]")))
            .value();
    std::map<std::string, std::string> titles;
    for (auto const& row : figure.specification["data"]["values"])
        titles[row["design"]] = row["panel_title"];
    CHECK(titles == std::map<std::string, std::string>{{"short", "short, window 21 d"}, {"long", "long, window 63 d"}});
    CHECK_THAT(figure.caption, Contains("long (window 63 d): "));
    CHECK_THAT(late_figure(clocked_run(late_toxicity(a_pair))).value().caption, !Contains("window 21 d"));
}

TEST_CASE("a run by the clock draws its first trial as swimmers, and one without a clock none", "[clock][figure]")
{
    auto const drawn = [](RunResult const& run) { return std::ranges::count(figures_of(run), "swimmer", &Figure::name); };
    CHECK(drawn(clocked_run(late_toxicity(a_pair))) == 1);
    CHECK(drawn(clocked_run(slow_outcomes())) == 1);
    CHECK(drawn(run_of(RunText{}.text())) == 0);
}

TEST_CASE("the caption of one design says what the window saw, what came later and what the look did", "[clock][figure][late]")
{
    auto const caption = late_figure(clocked_run(late_toxicity())).value().caption;
    CHECK_THAT(caption, Contains("3+3 counts a toxicity as dose limiting if it comes within 21 days"));
    CHECK_THAT(caption, Contains("Patients are followed until day 126, and "));
    CHECK_THAT(caption, Contains("lowers the MTD in "));
}

TEST_CASE("without anything late there is no late figure", "[clock][figure][late]")
{
    CHECK_FALSE(late_figure(run_of(RunText{}.text())));
    CHECK_FALSE(late_figure(clocked_run(slow_outcomes())));
}

TEST_CASE("the report has a section on late toxicity, or on time where nothing comes late", "[clock][html]")
{
    auto const late = clocked_run(late_toxicity());
    REQUIRE(html::has_clock(late));
    CHECK(html::clock_title(late) == "Late toxicity");
    auto const section = html::clock_section(late).text();
    CHECK_THAT(section, Contains("With a DLT window of 21 d a trial takes "));
    CHECK_THAT(section,
               Contains("<p class=\"story\"><strong>What the window saw.</strong> 3+3 counts a toxicity as dose limiting"));
    CHECK_THAT(section, Contains("late DLTs a trial"));
    CHECK_THAT(section, Contains("recommended after the late look"));

    auto const slow = clocked_run(slow_outcomes());
    CHECK(html::clock_title(slow) == "Time");
    CHECK_THAT(html::clock_section(slow).text(), Contains("Accrual is suspended for "));
    CHECK_THAT(html::clock_section(slow).text(), !Contains("late DLTs a trial"));
    CHECK_FALSE(html::has_clock(run_of(RunText{}.text())));
}

// What a prior is worth, and the half-width of a CRM that is right most often.
#include "sim/runner/prior_calibration.hpp"

#include "sim/report/calibration_text.hpp"
#include "sim/runner/exact.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/catch.hpp"

#include <cmath>

using namespace escalon;
using namespace escalon::test;

TEST_CASE("a uniform prior is worth two patients, and one that is certain any number", "[prior_calibration]")
{
    CHECK_THAT(effective_patients({.mean = 0.5, .sd = std::sqrt(1.0 / 12)}), WithinRel(2.0, 1e-12));
    // Beta(3, 7): mean 0.3, variance 0.3 x 0.7 / 11
    CHECK_THAT(effective_patients({.mean = 0.3, .sd = std::sqrt(0.3 * 0.7 / 11)}), WithinRel(10.0, 1e-12));
    CHECK(std::isinf(effective_patients({.mean = 0.3, .sd = 0})));
}

TEST_CASE("a truth around a level meets the target there, and its odds change by the ratio", "[prior_calibration]")
{
    auto const truth = truth_around(0.25, 5, 2, 2);
    CHECK(truth[2] == 0.25);
    for (std::size_t level = 1; level < truth.size(); ++level) {
        auto const odds = [](double p) { return p / (1 - p); };
        CHECK_THAT(odds(truth[level]) / odds(truth[level - 1]), WithinRel(2.0, 1e-12));
    }
}

TEST_CASE("half-widths stay within reach of the target", "[prior_calibration]")
{
    auto const widths = usual_half_widths(0.25);
    REQUIRE(widths.size() == 15);
    CHECK_THAT(widths.front(), WithinRel(0.01, 1e-12));
    CHECK_THAT(widths.back(), WithinRel(0.15, 1e-12));
    CHECK(usual_half_widths(0.95).back() < 0.05);
}

TEST_CASE("the best half-width is the one with the highest average, each of which is exact", "[prior_calibration][crm]")
{
    constexpr double odds_ratio = 2;
    constexpr int levels = 4;
    Crm crm;
    crm.common.target = 0.25;
    crm.common.max_patients = 18;
    crm.skeleton = {0.1, 0.2, 0.3, 0.4}; // gives way to each half-width
    auto const doses = ladder(levels);
    std::vector<double> const widths{0.02, 0.06, 0.12};
    auto const found = calibrate_half_width(crm, doses, odds_ratio, widths, Workers{1});
    REQUIRE(found.results.size() == widths.size());
    for (auto const& result : found.results) {
        auto tried = crm;
        tried.skeleton.clear();
        tried.half_width = result.half_width;
        CHECK(result.skeleton == tried.calibration(levels).skeleton());
        double sum = 0;
        double worst = 1;
        for (int mtd = 0; mtd < levels; ++mtd) {
            auto const exact = ExactPass{
                DesignGraph::compile(tried.on(doses), doses)}(truth_around(*crm.common.target, levels, mtd, odds_ratio), mtd + 1);
            double const correct = exact.mean.selection[static_cast<std::size_t>(mtd)];
            CHECK_THAT(result.correct[static_cast<std::size_t>(mtd)], WithinAbs(correct, 1e-14));
            sum += correct;
            worst = std::min(worst, correct);
        }
        CHECK_THAT(result.average, WithinRel(sum / levels, 1e-14));
        CHECK(result.worst == worst);
        CHECK(result.average <= found.results[found.best].average);
    }
    CHECK(calibrate_half_width(crm, doses, odds_ratio, widths, Workers{2}).best == found.best);
}

TEST_CASE("half-widths are tried with two parameters as with one", "[prior_calibration][crm]")
{
    Crm crm{.model = WorkingModel::logistic2};
    crm.common.target = 0.25;
    crm.common.max_patients = 12;
    std::vector<double> const widths{0.04, 0.10};
    auto const found = calibrate_half_width(crm, ladder(4), 2, widths, Workers{1});
    for (auto const& result : found.results) {
        auto tried = crm;
        tried.half_width = result.half_width;
        CHECK(result.skeleton == tried.foreseen(4));
        CHECK(result.worst > 0);
    }
    CHECK(found.results[0].average != found.results[1].average);
}

TEST_CASE("what is not known of two parameters is said, and not shown as if it were", "[prior_calibration][crm]")
{
    Scenario scenario;
    scenario.name = "two parameters";
    scenario.doses.levels = {10, 20, 30};
    Crm const crm{.model = WorkingModel::logistic2};
    CalibrationResult result{.scenario = scenario, .label = "crm", .prior = *crm.on(ladder(3)).posterior(Observed{ladder(3)})};
    result.skeleton = SkeletonAids{.skeleton = crm.foreseen(3), .one_parameter = false};
    auto const text = calibration_text(result);
    CHECK_THAT(text, ContainsSubstring("skeleton: [0.1"));
    CHECK_THAT(text,
               ContainsSubstring("Model sensitivity, sample size and coherence are worked out for models with one parameter"));
    CHECK_THAT(text, !ContainsSubstring("coherent:"));
    CHECK_THAT(text, !ContainsSubstring("In the long run"));
}

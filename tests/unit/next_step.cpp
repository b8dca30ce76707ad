// The recommendation for a running trial, its departures from the design, and the interval of an observed rate.
#include "sim/runner/next_step.hpp"
#include "sim/designs/catalog.hpp"
#include "sim/report/next_text.hpp"
#include "sim/runner/binomial_interval.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/variants.hpp"

#include <cmath>

using namespace escalon;
using namespace escalon::test;

namespace {

NextStep after(std::string_view outcomes, int levels = 6)
{
    auto const doses = ladder(levels);
    auto const decider = six_required_everywhere.on(doses);
    return next_step(asking(decider), doses, parse_outcomes(outcomes, doses));
}

} // namespace

TEST_CASE("the next cohort is what the design says of the data, with one step of what may follow", "[next]")
{
    auto const step = after("1NNN 2NNT");
    CHECK(step.decision() == treat(level(2), 3));
    CHECK(step.decision().reason == "1/3 at 20 mg/m2 leaves it open: expand to 6");
    CHECK(step.departures.empty());
    CHECK(step.tallies[1] == Tally{3, 1});
    auto const groups = grouped_outcomes(step.ahead.first());
    REQUIRE(groups.size() == 2);
    CHECK(step.ahead.node(groups[0].to).action == treat(level(3), 3).action);
    CHECK(after("").decision() == treat(level(1), 3));
    CHECK(after("1TTT").decision() == stop_without_mtd());
}

TEST_CASE("each cohort that the design did not ask for is named", "[next]")
{
    auto const step = after("1NNN 3NNN 3NNNT 1N");
    REQUIRE(step.departures.size() == 3);
    CHECK(step.departures[0].cohort == 1);
    CHECK(step.departures[0].asked == treat(level(2), 3));
    CHECK(step.departures[0].how == Agreement::other_level);
    CHECK(step.departures[1].how == Agreement::other_level);
    auto const number = after("1NN");
    REQUIRE(number.departures.size() == 1);
    CHECK(number.departures[0].how == Agreement::other_number);
    auto const late = after("1TTT 1NNN");
    REQUIRE(late.departures.size() == 1);
    CHECK(late.departures[0].how == Agreement::after_stop);
}

TEST_CASE("the tallies of a design that reads grades show them, and its outcomes are explained", "[next][grades]")
{
    auto const doses = ladder(3);
    Gboin gboin;
    gboin.common.target = 0.25;
    gboin.common.max_patients = 12;
    Scenario scenario;
    scenario.name = "a trial";
    scenario.doses = {DoseUnit::mg_per_m2, {10, 20, 30}, 1};
    auto const words = [&](auto const& decider) {
        NextResult const result{scenario,
                                {{"design", next_step(asking(decider), doses, parse_outcomes("1NNM 2NMX", doses))}},
                                {}};
        return std::pair{next_text(result), next_markdown(result)};
    };
    auto const [text, page] = words(gboin.on(doses));
    CHECK_THAT(text, ContainsSubstring("DLTs   of grade 4   grade 2     rate"));
    CHECK_THAT(text, ContainsSubstring("20          3      1            1         1   33.3 %"));
    CHECK_THAT(text, ContainsSubstring("(1 g4): of the DLTs, one of grade 4"));
    CHECK_THAT(page, ContainsSubstring("|---:|---:|---:|---:|---:|---:|---:|"));
    CHECK_THAT(page, ContainsSubstring("| 20 | 3 | 1 | 1 | 1 | 33.3 % |"));
    auto const plain = words(six_required_everywhere.on(doses)).first;
    CHECK_THAT(plain, !ContainsSubstring("grade"));
}

TEST_CASE("after a choice by chance either branch follows the design", "[next]")
{
    auto const doses = ladder(3);
    LastLevelCoin const coin{{}, 0.3, 10};
    CHECK(next_step(asking(coin), doses, parse_outcomes("1N 1N", doses)).departures.empty());
    CHECK(next_step(asking(coin), doses, parse_outcomes("1N 2N", doses)).departures.empty());
    CHECK(next_step(asking(coin), doses, parse_outcomes("1N 3N", doses)).departures.size() == 1);
}

TEST_CASE("the exact interval of a rate has its tails, and closed forms where nobody or everybody has a DLT", "[next]")
{
    constexpr double tolerance = 1e-10; // of the inverse of the incomplete beta function
    CHECK_THAT(clopper_pearson(0, 3, 0.9).high, WithinAbs(1 - std::cbrt(0.05), tolerance));
    CHECK(clopper_pearson(0, 3, 0.9).low == 0);
    CHECK_THAT(clopper_pearson(6, 6, 0.9).low, WithinAbs(std::pow(0.05, 1.0 / 6), tolerance));
    CHECK(clopper_pearson(6, 6, 0.9).high == 1);
    auto const tail = [](int from, int patients, double p) {
        double sum = 0;
        for (int k = from; k <= patients; ++k)
            sum += std::exp(std::lgamma(patients + 1) - std::lgamma(k + 1) - std::lgamma(patients - k + 1)) * std::pow(p, k) *
                   std::pow(1 - p, patients - k);
        return sum;
    };
    for (int patients : {1, 4, 9, 30})
        for (int dlts = 1; dlts < patients; ++dlts) {
            auto const found = clopper_pearson(dlts, patients, 0.9);
            CHECK_THAT(tail(dlts, patients, found.low), WithinAbs(0.05, tolerance));
            CHECK_THAT(1 - tail(dlts + 1, patients, found.high), WithinAbs(0.05, tolerance));
        }
    CHECK_THROWS_AS(clopper_pearson(1, 0, 0.9), std::invalid_argument);
    CHECK_THROWS_AS(clopper_pearson(4, 3, 0.9), std::invalid_argument);
}

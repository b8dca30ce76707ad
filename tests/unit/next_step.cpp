// The recommendation for a running trial, its departures from the design, and the interval of an observed rate.
#include "sim/runner/next_step.hpp"
#include "sim/designs/catalog.hpp"
#include "sim/report/posterior_text.hpp"
#include "sim/runner/binomial_interval.hpp"
#include "tests/support/beliefs.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/oracle.hpp"
#include "tests/support/variants.hpp"

#include <nlohmann/json.hpp>

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

namespace {

/// Of any design of the catalogue, with the rules around it.
NextStep after(AnyDesign const& design, std::string_view outcomes, int levels = 6)
{
    auto const doses = ladder(levels);
    AnyDecider const decider{design, doses};
    return next_step(asking(decider), doses, parse_outcomes(outcomes, doses));
}

Crm crm(std::vector<Fraction> skeleton, double target)
{
    Crm design{.skeleton = std::move(skeleton)};
    design.common.target = target;
    return design;
}

} // namespace

TEST_CASE("next carries what the model believes, and nothing for a design without a model", "[next][crm]")
{
    auto const design = crm({0.05, 0.12, 0.25, 0.40, 0.55, 0.68}, 0.25);
    std::string const outcomes = "1NNN 2NNT";
    auto const step = after(AnyDesign{design}, outcomes);
    auto const direct = design.on(ladder(6)).posterior(observed(outcomes, ladder(6))).value();
    REQUIRE(step.posterior);
    REQUIRE(step.posterior->levels.size() == 6);
    for (std::size_t i = 0; i < 6; ++i) {
        CHECK(step.posterior->levels[i].mean == direct.levels[i].mean);
        CHECK(step.posterior->levels[i].lower == direct.levels[i].lower);
        CHECK(step.posterior->levels[i].forbidden == direct.levels[i].forbidden);
    }
    CHECK_FALSE(after(AnyDesign{ThreePlusThree{}}, "1NNN").posterior);
    CHECK_FALSE(after("1NNN").posterior);
}

TEST_CASE("the estimates of next are dfcrm's", "[next][crm][oracle]")
{
    auto const file = oracle("dfcrm_fits.json");
    auto const& peer = file["results"][0]; // the example of crm's help page
    auto const& inputs = peer["inputs"];
    std::vector<Fraction> skeleton;
    for (double const p : inputs["prior"])
        skeleton.push_back(p);
    std::string outcomes;
    for (std::size_t i = 0; i < inputs["level"].size(); ++i)
        outcomes += std::to_string(inputs["level"][i].get<int>()) + (inputs["tox"][i] == 1 ? "T " : "N ");
    auto const step = after(AnyDesign{crm(skeleton, inputs["target"])}, outcomes);
    REQUIRE(step.posterior);
    constexpr double quadrature = 1e-5; // of dfcrm's integrals
    for (std::size_t i = 0; i < skeleton.size(); ++i)
        CHECK_THAT(step.posterior->levels[i].estimate, WithinAbs(peer["ptox"][i].get<double>(), quadrature));
    CHECK_THAT(step.posterior->parameters[0].mean, WithinAbs(peer["estimate"].get<double>(), quadrature));
    CHECK_THAT(step.posterior->parameters[0].sd, WithinAbs(std::sqrt(peer["post_var"].get<double>()), quadrature));
}

TEST_CASE("what a rule around the design would not let pass is forbidden too", "[next][crm][rules]")
{
    auto design = crm({0.05, 0.12, 0.25, 0.40, 0.55, 0.68}, 0.25);
    design.restrict = false;
    CHECK_FALSE(after(AnyDesign{design}, "1NNN").posterior->levels[5].forbidden);
    design.common.rules = {RuleEntry{NoSkipping{}}};
    auto const levels = after(AnyDesign{design}, "1NNN").posterior->levels;
    CHECK_FALSE(levels[1].forbidden);
    CHECK(levels[2].forbidden == "no level is skipped: 20 mg/m2 comes before 30 mg/m2");
    CHECK_FALSE(after(AnyDesign{design}, "").posterior->levels[5].forbidden);
}

TEST_CASE("when the lowest level is too toxic no level may be given", "[next][crm]")
{
    auto design = crm({0.05, 0.12, 0.25, 0.40, 0.55, 0.68}, 0.25);
    design.too_toxic_certainty = 0.9;
    auto const step = after(AnyDesign{design}, "1TTT 1TTT");
    CHECK(step.decision() == stop_without_mtd());
    for (auto const& level : step.posterior->levels)
        CHECK(level.forbidden == step.decision().reason);
}

TEST_CASE("the table of a model names its intervals, what comes next and what is forbidden", "[next][posterior]")
{
    auto const posterior = belief({0.05, 0.20, 0.50}, 0.6, four_intervals());
    auto const table = posterior_table(posterior, ladder(3), {{3, 0}, {6, 2}, {0, 0}}, treat(level(2), 3));
    CHECK(table.heads == std::vector<std::string>{"dose mg/m2", "patients", "DLTs", "mean", "90 % interval", "under", "target",
                                                  "over", "excessive", ""});
    REQUIRE(table.rows.size() == 3);
    CHECK(table.rows[1][0] == "20");
    CHECK(table.rows[1][2] == "2");
    CHECK(table.rows[1][3] == "20.0 %");
    CHECK(table.rows[1].back() == "next: 3 patients");
    CHECK(table.rows[2][2].empty());
    CHECK(table.rows[2].back() == "may not be given: P(DLT rate above 0.33) is over 0.25");
    CHECK(posterior_table(posterior, ladder(3), {{}, {}, {}}, stop(level(1))).rows[0].back() == "recommended");
    auto const lines = posterior_lines(posterior);
    CHECK(lines[0] ==
          "under: P(DLT) below 16 %; target: P(DLT) 16 to 33 %; over: P(DLT) 33 to 60 %; excessive: P(DLT) above 60 %");
    CHECK(lines[1] == "a level may be given while P(DLT) is above 33 % with a probability of at most 25 %");
    auto apart = posterior;
    apart.levels[0].estimate = 0.07;
    CHECK(posterior_table(apart, ladder(3), {{}, {}, {}}, stop_without_mtd()).heads[4] == "estimate");
    CHECK(posterior_lines(apart)[0] == "mean: of P(DLT); estimate: what the design holds against its target");
}

TEST_CASE("overdose is what lies above the toxicity of the cap", "[posterior]")
{
    auto posterior = belief({0.20, 0.50}, 0.6, four_intervals());
    auto const& shares = posterior.levels[1].interval_probability;
    CHECK_THAT(overdose_probability(posterior, level(2)).value(), WithinAbs(shares[2] + shares[3], 1e-15));
    posterior.overdose_cap->above = 0.40; // inside an interval
    CHECK_FALSE(overdose_probability(posterior, level(2)));
    posterior.overdose_cap.reset();
    CHECK_FALSE(overdose_probability(posterior, level(2)));
}

TEST_CASE("CSV has a column for each interval of any design, and empty cells where a design has none", "[next][posterior]")
{
    std::optional<DoseToxicityPosterior> const posterior = belief({0.20, 0.50}, 0.6, four_intervals());
    std::vector<std::string> const names{"under", "safe", "over"};
    auto const columns = posterior_columns(names);
    CHECK(columns == std::vector<std::string>{"posterior_mean", "posterior_sd", "posterior_low_90", "posterior_median",
                                              "posterior_high_90", "estimate", "p_under", "p_safe", "p_over", "forbidden"});
    auto const cells = posterior_cells(posterior, level(2), names);
    REQUIRE(cells.size() == columns.size());
    CHECK(cells[0] == "0.5");
    CHECK(cells[7].empty());
    CHECK(std::stod(cells[8]) == posterior->levels[1].interval_probability[2]);
    CHECK(posterior_cells(std::nullopt, level(2), names) == std::vector<std::string>(columns.size()));
}

TEST_CASE("JSON of a model has its parameters, intervals, cap and levels", "[next][posterior]")
{
    auto const told = posterior_json(belief({0.20, 0.50}, 0.6, four_intervals()), ladder(2));
    CHECK(told["band"] == 0.9);
    CHECK(told["parameters"][1]["name"] == "log_beta");
    CHECK(told["intervals"][3]["low"] == 0.6);
    CHECK(told["overdose_cap"]["most"] == 0.25);
    double sum = 0;
    for (auto const& share : told["levels"][0]["intervals"])
        sum += share.get<double>();
    CHECK_THAT(sum, WithinAbs(1, 1e-14));
    CHECK(told["levels"][0]["forbidden"].is_null());
    CHECK(told["levels"][1]["forbidden"] == "P(DLT rate above 0.33) is over 0.25");
}

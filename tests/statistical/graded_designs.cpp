// Designs that read grades or leave choices to chance: simulated against exact, and against what others have simulated.
#include "sim/designs/catalog.hpp"
#include "sim/runner/exact.hpp"
#include "sim/runner/run.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/binomial_tails.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/oracle.hpp"
#include "tests/support/variants.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr std::uint64_t graded_trials = 400'000;

KnownToxicity const graded_scenario{standard_scenario,
                                    {{0.10, 0.15, 0.20, 0.25, 0.25, 0.20}, {0.01, 0.02, 0.05, 0.10, 0.15, 0.30}}};

OperatingCharacteristics exact(AnyDesign const& design, KnownToxicity const& truth)
{
    auto const doses = ladder(static_cast<int>(truth.dlt_probability.size()));
    auto const graph = DesignGraph::compile(decider(design, doses), doses);
    return ExactPass{graph}(truth.dlt_probability, standard_overdose_from, truth.grades);
}

/// Without the graph: what the exact result stands on and what it is held against share only the decider.
Tallies simulated(AnyDesign const& design, KnownToxicity const& truth)
{
    auto const doses = ladder(static_cast<int>(truth.dlt_probability.size()));
    return simulate(decider(design, doses), doses, truth, fixed_seed, {.trials = graded_trials}, standard_overdose_from,
                    Workers{2});
}

std::vector<AnyDesign> designs()
{
    Gboin gboin;
    gboin.common.max_patients = 18;
    auto titrating = gboin;
    titrating.interval.titration = true;
    BiasedCoin coin{.estimate = UpAndDownEstimate::isotonic};
    coin.common.max_patients = 10;
    BiasedCoin above{.estimate = UpAndDownEstimate::mode};
    above.common.target = 0.6;
    above.common.max_patients = 12;
    KInARow in_a_row;
    in_a_row.common.max_patients = 14;
    std::vector<AnyDesign> all{gboin, titrating, coin, above, in_a_row};
    for (int variant = 1; variant <= 4; ++variant)
        all.emplace_back(AcceleratedTitration{.variant = variant, .within_patient = false});
    return all;
}

/// The oracle's truth: four rows, P(grade 0 or 1), P(2), P(3), P(4).
KnownToxicity truth_of(nlohmann::json const& rows)
{
    auto const severe = rows.at(2).get<std::vector<double>>();
    KnownToxicity truth{severe, {rows.at(1).get<std::vector<double>>(), rows.at(3).get<std::vector<double>>()}};
    for (std::size_t i = 0; i < severe.size(); ++i)
        truth.dlt_probability[i] += truth.grades.grade_4[i];
    return truth;
}

/// Selection of a peer's simulation against our exact probabilities or, where the graph is too large, against many more trials.
void check_selection(Gboin const& design, KnownToxicity const& truth, std::vector<double> const& peer_percent,
                     std::vector<double> const& peer_patients, std::uint64_t peer_trials, bool agrees)
{
    auto const doses = ladder(static_cast<int>(truth.dlt_probability.size()));
    PreparedDesign const prepared{design, doses};
    auto const ours = prepared.run(truth, true_toxicity(truth, 0.3, Workers{2}), {.effort = {.trials = 1'000'000}}, Workers{2});
    auto const& mean = ours.characteristics.mean;
    INFO(ours.engine_reason);
    std::vector<CountedCell> cells;
    for (std::size_t i = 0; i < peer_percent.size(); ++i)
        cells.push_back({"level " + std::to_string(i + 1),
                         static_cast<std::uint64_t>(std::lround(peer_percent[i] / 100 * static_cast<double>(peer_trials))),
                         mean.selection[i]});
    auto const found = disagreements(cells, peer_trials, false_alarm_rate);
    CHECK(found.empty() == agrees);
    if (!agrees)
        return;
    CHECK(found == std::vector<std::string>{});
    for (std::size_t i = 0; i < peer_patients.size(); ++i) {
        constexpr double largest_sd = 6; // patients at a level, between trials
        CHECK_THAT(mean.patients[i], WithinAbs(peer_patients[i], agreed_standard_errors * largest_sd /
                                                                     std::sqrt(static_cast<double>(peer_trials))));
    }
}

} // namespace

TEST_CASE("simulated trials of designs with grades or chance agree with the exact distribution", "[monte_carlo][grades]")
{
    for (auto const& design : designs()) {
        auto const name = std::visit([](auto const& options) { return std::string{options.name}; }, design);
        INFO(name);
        auto const tallies = simulated(design, graded_scenario);
        auto const expected = exact(design, graded_scenario);
        CHECK(disagreements(tallies, expected, false_alarm_rate) == std::vector<std::string>{});
        CHECK(distant_means(operating_characteristics(tallies), expected, agreed_standard_errors) == std::vector<std::string>{});
    }
}

TEST_CASE("a grade's probability moved by two points is seen", "[power][grades]")
{
    Gboin gboin;
    gboin.common.max_patients = 18;
    auto const tallies = simulated(gboin, graded_scenario);
    auto moved = graded_scenario;
    moved.grades.grade_2[1] += 0.02;
    CHECK_FALSE(disagreements(tallies, exact(gboin, moved), false_alarm_rate).empty());
    moved = graded_scenario;
    moved.grades.grade_4[2] += 0.02;
    CHECK_FALSE(disagreements(tallies, exact(gboin, moved), false_alarm_rate).empty());
    AcceleratedTitration const titration{.variant = 2, .within_patient = false};
    auto const titrated = simulated(titration, graded_scenario);
    moved = graded_scenario;
    moved.grades.grade_2[1] += 0.05; // fewer trials turn on it
    CHECK(disagreements(titrated, exact(titration, graded_scenario), false_alarm_rate).empty());
    CHECK_FALSE(disagreements(titrated, exact(titration, moved), false_alarm_rate).empty());
}

TEST_CASE("gBOIN agrees with the trials of UnifiedDoseFinding and TITEgBOIN", "[published][gboin]")
{
    auto const quasi = oracle("ordinal_toxicity_oc.json").at("results").at(1);
    auto const timed = oracle("tite_boin_oc.json").at("results").back();
    REQUIRE(quasi.at("design") == "gBOIN / quasi-BOIN");
    REQUIRE(timed.at("label") == "gBOIN grades");
    for (bool const planted : {false, true}) {
        Gboin design;
        design.common.target = 0.31333333333;
        design.common.cohort_size = 3;
        if (planted) // DLTs of grade 3 and 4 alike
            design.scores = {0, 0.5, 1.25, 1.25};
        design.common.max_patients = 30;
        check_selection(design, truth_of(quasi.at("inputs").at("ptox")),
                        quasi.at("output").at("selpercent").get<std::vector<double>>(),
                        quasi.at("output").at("nptsdose").get<std::vector<double>>(), 4000, !planted);
        if (planted)
            break;
        design.common.max_patients = 36;
        check_selection(design, truth_of(timed.at("inputs").at("prob")), timed.at("selection_pct").get<std::vector<double>>(),
                        timed.at("mean_patients").get<std::vector<double>>(), 4000, !planted);
    }
}

TEST_CASE("following patients changes no first course of variants 2 and 3", "[monte_carlo][accelerated_titration]")
{
    for (int const variant : {2, 3}) {
        auto const followed = simulated(AcceleratedTitration{.variant = variant}, graded_scenario);
        CHECK(followed.courses);
        CHECK(disagreements(followed, exact(AcceleratedTitration{.variant = variant, .within_patient = false}, graded_scenario),
                            false_alarm_rate) == std::vector<std::string>{});
    }
    // in variant 4 later courses end the acceleration earlier
    auto const any_course = simulated(AcceleratedTitration{.variant = 4}, graded_scenario);
    CHECK_FALSE(disagreements(any_course, exact(AcceleratedTitration{.variant = 4, .within_patient = false}, graded_scenario),
                              false_alarm_rate)
                    .empty());
}

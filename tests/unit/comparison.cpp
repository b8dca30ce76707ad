// Designs held against each other: trial by trial where both were simulated, without error where both are exact.
#include "sim/runner/comparison.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/runs.hpp"
#include "tests/support/variants.hpp"

#include <cmath>

using namespace escalon;
using namespace escalon::test;

namespace {

TrueToxicity const three_levels{{0.1, 0.3, 0.6}, {0, 0, 0}, 0.3, DoseLevel{1}};
TrueToxicity const standard_truth{standard_scenario, std::vector<double>(standard_scenario.size()), 0.3, DoseLevel{3}};

double of(ComparedFigures const& figures, Compared figure) { return figures[static_cast<std::size_t>(figure)]; }

DesignResult run(AnyDesign const& design, EngineChoice engine, std::uint64_t trials = 20'000, int threads = 1)
{
    return PreparedDesign{design, ladder(6)}.run(
        KnownToxicity{standard_scenario}, standard_truth,
        {.engine = engine, .effort = {.trials = trials, .precision = {}, .keep = most_compared_trials}, .seed = 7},
        Workers{threads});
}

DesignResult simulated(AnyDesign const& design, std::uint64_t trials = 20'000, int threads = 1)
{
    return run(design, EngineChoice::monte_carlo, trials, threads);
}

} // namespace

TEST_CASE("differences are taken trial by trial", "[comparison]")
{
    DesignResult design;
    design.characteristics.engine = Engine::monte_carlo;
    auto reference = design;
    design.outcomes = {{1, 9, 3, 2}, {2, 6, 3, 1}, {TrialOutcome::none, 3, 0, 2}, {1, 9, 0, 1}};
    reference.outcomes = {{1, 6, 0, 1}, {1, 6, 3, 1}, {0, 6, 0, 2}, {1, 6, 0, 1}};
    auto const found = difference(design, reference, three_levels);
    CHECK(found.pairing == Pairing::paired);
    CHECK(found.trials == 4U);
    CHECK_THAT(of(found.mean, Compared::correct_selection), WithinAbs(-0.25, 1e-15));
    CHECK_THAT(of(found.mean, Compared::overdose_selection), WithinAbs(0.25, 1e-15));
    CHECK_THAT(of(found.mean, Compared::total_patients), WithinAbs(0.75, 1e-15)); // 3, 0, -3, 3
    CHECK_THAT(of(found.mean, Compared::patients_above_mtd), WithinAbs(0.75, 1e-15));
    CHECK_THAT(of(found.mean, Compared::total_dlts), WithinAbs(0.25, 1e-15));
    // mean square 27/4, mean 3/4: variance 27/4 - 9/16, over n - 1
    CHECK_THAT(of(found.standard_error, Compared::total_patients), WithinAbs(std::sqrt((6.75 - 0.5625) / 3), 1e-15));
    // 9, 6, 3, 9 against 6, 6, 6, 6
    CHECK_THAT(of(found.unpaired_error, Compared::total_patients), WithinAbs(std::sqrt((51.75 - 45.5625) / 3), 1e-14));
}

TEST_CASE("a design differs in nothing from itself, and is sure of it", "[comparison]")
{
    auto const found = difference(simulated(korn), simulated(korn), standard_truth);
    for (std::size_t i = 0; i < compared_figures; ++i) {
        CHECK(found.mean[i] == 0);
        CHECK(found.standard_error[i] == 0);
        CHECK(found.unpaired_error[i] > 0);
    }
}

TEST_CASE("pairing makes differences of 3+3 variants sharper", "[comparison]")
{
    auto const found = difference(simulated(no_deescalation), simulated(korn), standard_truth);
    for (auto const& [figure, key] : enum_names(Compared{})) {
        INFO(key);
        CHECK(of(found.standard_error, figure) < 0.9 * of(found.unpaired_error, figure));
    }
}

TEST_CASE("paired differences agree with exact ones within their error", "[comparison][monte_carlo]")
{
    constexpr double standard_errors = 6; // 2e-9 two-sided for a normal mean
    constexpr std::uint64_t trials = 200'000;
    auto const sampled = difference(simulated(no_deescalation, trials), simulated(six_required_everywhere, trials),
                                    standard_truth);
    auto const exact = difference(run(no_deescalation, EngineChoice::exact), run(six_required_everywhere, EngineChoice::exact),
                                  standard_truth);
    auto const wrong = difference(run(korn, EngineChoice::exact), run(six_required_everywhere, EngineChoice::exact),
                                  standard_truth);
    CHECK(exact.pairing == Pairing::exact);
    for (std::size_t i = 0; i < compared_figures; ++i) {
        CHECK(exact.standard_error[i] == 0);
        CHECK_THAT(sampled.mean[i], WithinAbs(exact.mean[i], standard_errors * sampled.standard_error[i]));
    }
    CHECK(std::abs(of(sampled.mean, Compared::total_patients) - of(wrong.mean, Compared::total_patients)) >
          standard_errors * of(sampled.standard_error, Compared::total_patients));
}

TEST_CASE("differences are the same bits for any number of threads", "[comparison][monte_carlo]")
{
    constexpr std::uint64_t trials = 30'000; // several blocks
    auto const one = difference(simulated(korn, trials, 1), simulated(no_deescalation, trials, 1), standard_truth);
    auto const four = difference(simulated(korn, trials, 4), simulated(no_deescalation, trials, 3), standard_truth);
    CHECK(simulated(korn, trials, 1).outcomes == simulated(korn, trials, 4).outcomes);
    CHECK(one.mean == four.mean);
    CHECK(one.standard_error == four.standard_error);
    CHECK(one.unpaired_error == four.unpaired_error);
}

TEST_CASE("an exact design and a simulated one are not paired", "[comparison]")
{
    auto const sampled = simulated(korn);
    auto const found = difference(sampled, run(no_deescalation, EngineChoice::exact), standard_truth);
    CHECK(found.pairing == Pairing::unpaired);
    CHECK_FALSE(found.trials.has_value());
    CHECK(found.standard_error == found.unpaired_error);
    CHECK(of(found.standard_error, Compared::total_dlts) == sampled.characteristics.standard_error.total_dlts);
}

TEST_CASE("outcomes are kept of the first trials, as many as asked", "[comparison][monte_carlo]")
{
    auto const all = simulated(korn, 20'000);
    auto const first = PreparedDesign{korn, ladder(6)}.run(
        KnownToxicity{standard_scenario}, standard_truth,
        {.engine = EngineChoice::monte_carlo, .effort = {.trials = 20'000, .precision = {}, .keep = 9'000}, .seed = 7},
        Workers{2});
    REQUIRE(all.outcomes.size() == 20'000);
    REQUIRE(first.outcomes.size() == 9'000);
    CHECK(std::equal(first.outcomes.begin(), first.outcomes.end(), all.outcomes.begin()));
}

TEST_CASE("every design is held against the first, or the one that is named, under every truth", "[comparison]")
{
    auto const first = run_of(RunText{.truth = three_truths, .designs = two_designs}.text()).comparison.value();
    CHECK(first.against == "3+3");
    REQUIRE(first.differences.size() == 3);
    CHECK(first.differences[2].truth == 2);
    CHECK(first.differences[0].label == "once");
    auto const named =
        run_of(RunText{.designs = two_designs, .more = "comparison: { against: once }\n"}.text()).comparison.value();
    CHECK(named.against == "once");
    CHECK(named.differences.at(0).label == "3+3");
    CHECK_FALSE(run_of(RunText{}.text()).comparison.has_value());
}

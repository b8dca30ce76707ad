// Monte Carlo: the same counts for any number of threads, and a trial alone is the trial of a run.
#include "sim/runner/monte_carlo.hpp"
#include "sim/trial/record.hpp"
#include "tests/support/biologies.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/variants.hpp"

#include <algorithm>
#include <cmath>

using namespace escalon;
using namespace escalon::test;

namespace {

void check_equal(Tallies const& a, Tallies const& b)
{
    CHECK(a.trials == b.trials);
    CHECK(a.verdicts == b.verdicts);
    CHECK(a.level_patients == b.level_patients);
    CHECK(a.level_dlts == b.level_dlts);
    CHECK(a.total_patients == b.total_patients);
    CHECK(a.total_dlts == b.total_dlts);
    CHECK(a.patients_above == b.patients_above);
}

/// Each trial conducted alone, by asking the design.
template <Decider D>
Tallies one_by_one(D const& design, DoseLadder const& doses, Nature const& nature, std::uint64_t seed, std::uint64_t trials,
                   int most_patients, int overdose_from)
{
    Tallies tallies{doses.size(), most_patients, overdose_from};
    for (std::uint64_t t = 0; t < trials; ++t) {
        auto const record = record_trial(design, doses, nature, seed, t);
        std::vector<LevelCell> cells(static_cast<std::size_t>(doses.size()));
        for (auto const& cohort : record.cohorts)
            cells[static_cast<std::size_t>(cohort.treat.level.index())].add(static_cast<int>(cohort.patients.size()),
                                                                            cohort.dlts());
        tallies.add(record.verdict, cells);
    }
    return tallies;
}

template <Decider D>
void check_alone_as_in_a_run(D const& design, DoseLadder const& doses, Nature const& nature)
{
    constexpr std::uint64_t seed = 20061108;
    constexpr std::uint64_t trials = 1000;
    auto const graph = DesignGraph::compile(design, doses);
    auto const run = simulate(graph, nature, seed, {.trials = trials}, 2, Workers{2});
    check_equal(run, one_by_one(design, doses, nature, seed, trials, graph.most_patients(), 2));
}

KnownToxicity const standard_nature{standard_scenario};

Tallies run_of(std::uint64_t trials, int workers, Nature const& nature = standard_nature)
{
    static auto const graph = DesignGraph::compile(six_required_everywhere, ladder(6));
    return simulate(graph, nature, 1, {.trials = trials}, standard_overdose_from, Workers{workers});
}

Tallies precise_run(std::vector<double> truth, double precision, std::uint64_t most)
{
    auto const graph = DesignGraph::compile(six_required_everywhere, ladder(static_cast<int>(truth.size())));
    return simulate(graph, KnownToxicity{std::move(truth)}, 1, {.trials = most, .precision = precision}, 1, Workers{2});
}

double largest_selection_error(Tallies const& tallies)
{
    double largest = 0;
    for (std::size_t row = 0; row < tallies.verdicts.size(); row += stop_causes) {
        std::uint64_t seen = 0;
        for (std::size_t cause = 0; cause < stop_causes; ++cause)
            seen += tallies.verdicts[row + cause];
        largest = std::max(largest, wilson_error(seen, tallies.trials));
    }
    return largest;
}

} // namespace

TEST_CASE("any number of workers counts the same, with known probabilities", "[monte_carlo][reproducible]")
{
    constexpr std::uint64_t trials = 100'001; // several blocks, the last one short
    auto const one = run_of(trials, 1);
    CHECK(one.trials == trials);
    for (int const workers : {2, 3, 7})
        check_equal(run_of(trials, workers), one);
}

TEST_CASE("any number of workers counts the same, with a biology", "[monte_carlo][reproducible]")
{
    Nature const biology = layered_biology();
    constexpr std::uint64_t trials = 20'000;
    auto const one = run_of(trials, 1, biology);
    for (int const workers : {2, 3, 7})
        check_equal(run_of(trials, workers, biology), one);
}

TEST_CASE("more trials begin with the fewer ones", "[monte_carlo][reproducible]")
{
    auto const graph = DesignGraph::compile(korn, ladder(6));
    auto const first = simulate(graph, standard_nature, 1, {.trials = 300}, 4, Workers{1});
    auto all = one_by_one(korn, ladder(6), standard_nature, 1, 300, graph.most_patients(), 4);
    check_equal(first, all);
}

TEST_CASE("a trial conducted alone is the trial of a run, with known probabilities", "[monte_carlo][record]")
{
    for (auto const& [name, design] : variants)
        check_alone_as_in_a_run(design, ladder(6), standard_nature);
}

TEST_CASE("a trial conducted alone is the trial of a run, with a biology", "[monte_carlo][record]")
{
    Nature const biology = layered_biology();
    check_alone_as_in_a_run(six_required_everywhere, std::get<Biology>(biology).ladder(), biology);
}

TEST_CASE("a trial conducted alone is the trial of a run, with random choices", "[monte_carlo][record][randomise]")
{
    LastLevelCoin coin;
    coin.sample_size = 8;
    check_alone_as_in_a_run(coin, ladder(3), KnownToxicity{{0.1, 0.3, 0.5}});
}

TEST_CASE("asking the design itself gives the very trials of its graph", "[monte_carlo][reproducible]")
{
    auto const doses = ladder(20); // longest histories of 120 patients: the tallies have to grow
    std::vector<double> truth;
    for (int level = 1; level <= doses.size(); ++level)
        truth.push_back(0.005 * level);
    Nature const nature = KnownToxicity{truth};
    auto const graph = DesignGraph::compile(no_deescalation, ladder(8));
    auto const short_truth = Nature{KnownToxicity{{truth.begin() + 8, truth.begin() + 16}}};
    auto asked = simulate(decider(no_deescalation, ladder(8)), ladder(8), short_truth, 5, {.trials = 3000}, 2, Workers{2});
    auto walked = simulate(graph, short_truth, 5, {.trials = 3000}, 2, Workers{2});
    auto const widest = std::max(asked.stride, walked.stride) - 1;
    asked.widen(widest);
    walked.widen(widest);
    check_equal(asked, walked);

    auto const design = six_required_everywhere;
    auto const run = simulate(decider(design, doses), doses, nature, 5, {.trials = 500}, 2, Workers{1});
    auto alone = one_by_one(design, doses, nature, 5, 500, 120, 2);
    auto grown = run;
    grown.widen(std::max(grown.stride, alone.stride) - 1);
    alone.widen(std::max(grown.stride, alone.stride) - 1);
    CHECK(run.stride > 61); // it did grow
    check_equal(grown, alone);
}

TEST_CASE("an interrupted simulation has the first trials, as a shorter one would", "[monte_carlo][interrupt]")
{
    constexpr std::uint64_t enough = 30'000;
    Interrupt interrupt{false};
    auto const graph = DesignGraph::compile(six_required_everywhere, ladder(6));
    try {
        simulate(graph, standard_nature, 1, {.trials = 1'000'000'000}, standard_overdose_from, Workers{2, &interrupt},
                 [&](std::uint64_t done, std::uint64_t) { interrupt = done >= enough; });
        FAIL("a thousand million trials were not interrupted");
    } catch (InterruptedSimulation const& interrupted) {
        auto const trials = interrupted.finished.trials;
        CHECK(trials > 0);
        CHECK(trials < 1'000'000'000);
        check_equal(interrupted.finished, run_of(trials, 1));
    }
}

TEST_CASE("a trial's record explains every patient and decision", "[record]")
{
    Nature const biology = layered_biology();
    auto const& doses = std::get<Biology>(biology).ladder();
    auto const record = record_trial(six_required_everywhere, doses, biology, 7, 11);
    CHECK(record.seed == 7);
    CHECK(record.trial == 11);
    REQUIRE_FALSE(record.cohorts.empty());
    std::uint32_t number = 0;
    Observed history{doses};
    for (auto const& cohort : record.cohorts) {
        auto const rule = six_required_everywhere.decide(history);
        CHECK(rule == Decision{cohort.treat, {}});
        CHECK(cohort.reason == rule.reason);
        CHECK(static_cast<int>(cohort.patients.size()) == cohort.treat.patients);
        for (auto const& patient : cohort.patients) {
            CHECK(patient.patient == number++);
            CHECK(patient.dlt == (patient.tolerance_uniform < patient.dlt_probability));
            REQUIRE(patient.person);
            REQUIRE(patient.exposure);
            CHECK(patient.exposure->auc.base() > 0);
        }
        history.record({cohort.treat.level, cohort.treat.patients, cohort.dlts()});
    }
    CHECK(Decision{record.verdict, {}} == six_required_everywhere.decide(history));
    CHECK_FALSE(record.reason.empty());
}

TEST_CASE("patient i of trial t is the same person whatever the design", "[record][reproducible]")
{
    Nature const biology = layered_biology();
    auto const& doses = std::get<Biology>(biology).ladder();
    auto const one = record_trial(no_deescalation, doses, biology, 3, 5);
    auto const other = record_trial(ThreePlusThree{.first = 2, .second = 4}, doses, biology, 3, 5);
    auto const& first = one.cohorts.front().patients.at(1);
    auto const& second = other.cohorts.front().patients.at(1);
    CHECK(first.tolerance_uniform == second.tolerance_uniform);
    CHECK(first.person->etas == second.person->etas);
    CHECK(first.person->bsa == second.person->bsa);
    CHECK(first.person->antigen == second.person->antigen);
}

TEST_CASE("other seeds are other trials", "[monte_carlo]")
{
    auto const graph = DesignGraph::compile(korn, ladder(6));
    auto const run = [&](std::uint64_t seed) { return simulate(graph, standard_nature, seed, {.trials = 5000}, 4, Workers{1}); };
    CHECK(run(1).verdicts != run(2).verdicts);
    CHECK(run(1).verdicts != run((std::uint64_t{1} << 32) + 1).verdicts);
}

TEST_CASE("a single trial is a run too", "[monte_carlo]")
{
    auto const tallies = run_of(1, 3);
    CHECK(tallies.trials == 1);
    auto const found = operating_characteristics(tallies);
    CHECK(found.trials == 1);
    CHECK(found.standard_error.total_patients == 0);
}

TEST_CASE("a trial is tallied where it belongs", "[tallies]")
{
    Tallies tallies{3, 12, 2};
    std::vector<LevelCell> cells(3);
    cells[0].add(3, 0);
    cells[2].add(3, 1);
    cells[2].add(3, 2);
    tallies.add({level(3), StopCause::top_not_exceeded}, cells);
    auto const at = [&](std::size_t row, StopCause cause) {
        return tallies.verdicts[row * stop_causes + static_cast<std::size_t>(cause)];
    };
    CHECK(tallies.trials == 1);
    CHECK(at(3, StopCause::top_not_exceeded) == 1);
    CHECK(tallies.level_patients[0 * tallies.stride + 3] == 1);
    CHECK(tallies.level_patients[2 * tallies.stride + 6] == 1);
    CHECK(tallies.level_dlts[2 * tallies.stride + 3] == 1);
    CHECK(tallies.total_patients[9] == 1);
    CHECK(tallies.total_dlts[3] == 1);
    CHECK(tallies.patients_above[6] == 1);
    tallies.add({std::nullopt, StopCause::lowest_too_toxic}, std::vector<LevelCell>(3));
    CHECK(at(0, StopCause::lowest_too_toxic) == 1);
    CHECK(tallies.patients_above[0] == 1);
    auto twice = tallies;
    twice += tallies;
    CHECK(twice.trials == 4);
    CHECK(twice.level_patients[2 * tallies.stride + 6] == 2);
    CHECK(twice.patients_above[6] == 2);
}

TEST_CASE("means and standard errors come from the counts as by hand", "[tallies]")
{
    Tallies tallies{2, 6, 1};
    std::vector<LevelCell> three(2);
    three[0].add(3, 1);
    std::vector<LevelCell> six = three;
    six[1].add(3, 2);
    for (int i = 0; i < 3; ++i)
        tallies.add({level(1)}, three);
    tallies.add({level(2), StopCause::top_not_exceeded}, six);
    auto const found = operating_characteristics(tallies);
    CHECK(found.mean.selection == std::vector<double>{0.75, 0.25});
    CHECK(found.mean.correct == 0.75);
    CHECK(found.mean.overdose == 0.25);
    CHECK(found.mean.none == 0);
    CHECK(found.mean.patients == std::vector<double>{3, 0.75});
    CHECK(found.mean.dlts == std::vector<double>{1, 0.5});
    CHECK(found.mean.total_patients == 3.75);
    CHECK(found.mean.patients_above == 0.75);
    CHECK(found.mean.top_not_exceeded() == 0.25);
    CHECK_THAT(found.standard_error.selection[0], WithinRel(std::sqrt(0.75 * 0.25 / 4), 1e-15));
    // 3, 3, 3, 6: sample variance 2.25
    CHECK_THAT(found.standard_error.total_patients, WithinRel(std::sqrt(2.25 / 4), 1e-15));
    CHECK(found.standard_error.patients[0] == 0);
    CHECK(found.total_patients == CountDistribution{0, 0, 0, 0.75, 0, 0, 0.25});
}

TEST_CASE("Wilson's error is positive where nothing was seen", "[precision]")
{
    CHECK_THAT(wilson_error(0, 100), WithinRel(0.005 / 1.01, 1e-14));
    CHECK_THAT(wilson_error(100, 100), WithinRel(0.005 / 1.01, 1e-14));
    CHECK_THAT(wilson_error(50, 100), WithinRel(std::sqrt(0.25 / 100 + 1.0 / 40'000) / 1.01, 1e-14));
    CHECK_THAT(wilson_error(300'000, 1'000'000), WithinRel(std::sqrt(0.3 * 0.7 / 1e6), 1e-5)); // for many trials as usual
}

TEST_CASE("a wanted precision ends at the first doubling that has it", "[precision]")
{
    constexpr double wanted = 0.004;
    auto const run = precise_run(standard_scenario, wanted, 10'000'000);
    CHECK(largest_selection_error(run) <= wanted);
    std::uint64_t look = 1024;
    while (look < run.trials)
        look *= 2;
    CHECK(look == run.trials);
    auto const before = run_of(run.trials / 2, 1);
    CHECK(largest_selection_error(before) > wanted);
    check_equal(run_of(run.trials, 3).trials == run.trials ? run_of(run.trials, 3) : run, run_of(run.trials, 1));
    CHECK(run.verdicts == run_of(run.trials, 1).verdicts);
}

TEST_CASE("a wanted precision ends at the most trials at the latest", "[precision]")
{
    CHECK(precise_run(standard_scenario, 1e-9, 5000).trials == 5000);
    CHECK(precise_run(standard_scenario, 1e-9, 100).trials == 100);
}

TEST_CASE("an outcome that is certain so far does not pass for exact", "[precision]")
{
    // Wilson's error of an empty or full cell is 1/(2n): 1e-4 takes 5000 trials, and the next look is at 8192
    CHECK(precise_run({1, 1, 1}, 1e-4, 1'000'000).trials == 8192);
}

TEST_CASE("progress counts up to all trials", "[monte_carlo]")
{
    auto const graph = DesignGraph::compile(korn, ladder(6));
    std::vector<std::uint64_t> seen;
    simulate(graph, standard_nature, 1, {.trials = 40'000}, 4, Workers{2}, [&](std::uint64_t done, std::uint64_t of) {
        CHECK(of == 40'000);
        seen.push_back(done);
    });
    CHECK(std::ranges::is_sorted(seen));
    CHECK(seen.back() == 40'000);
}

TEST_CASE("an interrupt ends a simulation", "[monte_carlo][interrupt]")
{
    Interrupt interrupt{false};
    auto const graph = DesignGraph::compile(korn, ladder(6));
    auto const stop_early = [&](std::uint64_t, std::uint64_t) { interrupt = true; };
    for (int const workers : {1, 3}) {
        interrupt = false;
        CHECK_THROWS_AS(simulate(graph, standard_nature, 1, {.trials = 10'000'000}, 4, Workers{workers, &interrupt}, stop_early),
                        Interrupted);
    }
}

// The clock: when patients come, what is known when, and how it reduces to a trial without one.
#include "sim/runner/lockstep.hpp"
#include "sim/runner/monte_carlo.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/catch.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

std::vector<double> const clock_truth{0.05, 0.10, 0.20, 0.30, 0.45, 0.60};

Clock monthly(double patients) { return {.accrual = {.rate = Rate::from_base(patients / unit::days_per_month)}}; }

Clock at_once(double patients)
{
    auto clock = monthly(patients);
    clock.time_to_dlt.distribution = DltTimes::at_once;
    return clock;
}

Tallies by_the_clock(AnyDesign const& design, Nature const& nature, TrialClock const& clock, std::uint64_t trials = 2000)
{
    return simulate(decider(design, ladder(6)), ladder(6), nature, clock, fixed_seed, {.trials = trials}, 4, Workers{1});
}

} // namespace

TEST_CASE("with outcomes that are there at once a clock changes nothing but time, bit for bit", "[clock]")
{
    Boin boin;
    boin.common.max_patients = 30;
    BiasedCoin coin;
    coin.common.max_patients = 15;
    for (AnyDesign const& design : {AnyDesign{ThreePlusThree{}}, AnyDesign{boin}, AnyDesign{coin}, AnyDesign{Keyboard{}}}) {
        CAPTURE(std::visit([](auto const& one) { return std::string{one.name}; }, design));
        Nature const nature = KnownToxicity{clock_truth};
        auto const timed = by_the_clock(design, nature, {at_once(2), 28 * unit::d});
        auto const plain = simulate(decider(design, ladder(6)), ladder(6), nature, fixed_seed, {.trials = 2000}, 4, Workers{1});
        CHECK(timed.verdicts == plain.verdicts);
        CHECK(timed.level_patients == plain.level_patients);
        CHECK(timed.level_dlts == plain.level_dlts);
        CHECK(timed.products == plain.products);
    }
}

TEST_CASE("a design that waits for whole cohorts decides alike whenever in the window DLTs come", "[clock]")
{
    Nature const nature = KnownToxicity{clock_truth};
    auto const plain = simulate(decider(ThreePlusThree{}, ladder(6)), ladder(6), nature, fixed_seed, {.trials = 2000}, 4,
                                Workers{1});
    for (auto const times : {DltTimes::uniform, DltTimes::weibull}) {
        auto clock = monthly(2);
        clock.time_to_dlt.distribution = times;
        CHECK(by_the_clock(ThreePlusThree{}, nature, {clock, 28 * unit::d}).verdicts == plain.verdicts);
    }
}

TEST_CASE("a design for pending patients decides as its parent where nobody is pending", "[clock]")
{
    Nature const nature = KnownToxicity{clock_truth};
    Boin boin;
    TiteBoin tite;
    auto const plain = simulate(decider(boin, ladder(6)), ladder(6), nature, fixed_seed, {.trials = 1000}, 4, Workers{1});
    CHECK(by_the_clock(tite, nature, {at_once(2), 28 * unit::d}, 1000).verdicts == plain.verdicts);
}

TEST_CASE("threads change no bit of a trial by the clock", "[clock]")
{
    Nature const nature = KnownToxicity{clock_truth};
    TrialClock const clock{monthly(3), 28 * unit::d};
    auto const run = [&](unsigned threads) {
        return simulate(decider(TiteBoin{}, ladder(6)), ladder(6), nature, clock, fixed_seed, {.trials = 20'000}, 4,
                        Workers{threads});
    };
    auto const one = run(1);
    auto const two = run(2);
    CHECK(one.verdicts == two.verdicts);
    CHECK(one.clock->duration.sum == two.clock->duration.sum);
    CHECK(one.clock->duration.squares == two.clock->duration.squares);
}

TEST_CASE("patients come at the rate that is stated", "[clock]")
{
    auto const last_of = [](Clock const& clock, int patients) {
        double sum = 0;
        constexpr int runs = 4000;
        for (int run = 0; run < runs; ++run) {
            Arrivals arrivals{clock, TrialStream{fixed_seed, static_cast<std::uint64_t>(run)}};
            double at_d = 0;
            for (int i = 0; i < patients; ++i)
                at_d = arrivals.next(at_d);
            sum += at_d;
        }
        return sum / runs;
    };
    constexpr double six_errors = 6 / 63.2; // of the mean of 4000 sums, over the SD of one
    auto clock = monthly(2);
    double const gap_d = unit::days_per_month / 2;
    CHECK_THAT(last_of(clock, 9), WithinAbs(9 * gap_d, 3 * gap_d * six_errors));
    clock.screening_failures = 0.25;
    CHECK_THAT(last_of(clock, 9), WithinAbs(9 * gap_d / 0.75, 3 * gap_d / 0.75 * six_errors));
    clock.screening_failures = 0;
    clock.accrual.process = AccrualProcess::fixed;
    CHECK_THAT(last_of(clock, 9), WithinAbs(9 * gap_d, 1e-9));
}

TEST_CASE("a table of rates is a clock that runs faster and slower", "[clock]")
{
    Accrual const accrual{
        .process = AccrualProcess::fixed,
        .periods = {{Time{}, Rate::from_base(0.1)}, {100 * unit::d, Rate{}}, {130 * unit::d, Rate::from_base(0.5)}}};
    REQUIRE(accrual.faults().empty());
    CHECK_THAT(accrual.time_of(5), WithinRel(50.0, 1e-12));
    CHECK_THAT(accrual.time_of(12), WithinRel(134.0, 1e-12));
    CHECK_THAT(accrual.expected_by(134), WithinRel(12.0, 1e-12));
    Clock clock{.accrual = accrual};
    Arrivals arrivals{clock, TrialStream{fixed_seed, 0}};
    CHECK_THAT(arrivals.next(0), WithinRel(10.0, 1e-9));
    CHECK_THAT(arrivals.next(105), WithinRel(132.0, 1e-9)); // who came in between was turned away
    clock.while_waiting = WhileWaiting::queue;
    Arrivals waiting{clock, TrialStream{fixed_seed, 0}};
    CHECK_THAT(waiting.next(0), WithinRel(10.0, 1e-9));
    CHECK_THAT(waiting.next(105), WithinRel(105.0, 1e-9)); // the second waited since day 20
}

TEST_CASE("who drops out is replaced, and the others decide as ever", "[clock]")
{
    Nature const nature = KnownToxicity{clock_truth};
    auto clock = monthly(2);
    clock.drop_out = 0.2;
    auto const timed = by_the_clock(ThreePlusThree{}, nature, {clock, 28 * unit::d}, 20'000);
    auto const measures = operating_characteristics(timed);
    auto const plain = operating_characteristics(
        simulate(decider(ThreePlusThree{}, ladder(6)), ladder(6), nature, fixed_seed, {.trials = 20'000}, 4, Workers{1}));
    // evaluable patients are no others: who leaves does so whatever the tolerance, up to DLTs that come before
    for (std::size_t i = 0; i < clock_truth.size(); ++i)
        CHECK_THAT(measures.mean.selection[i], WithinAbs(plain.mean.selection[i], 0.05));
    CHECK(measures.clock->dropped_out.mean > 0.15 * plain.mean.total_patients);
    CHECK_THAT(measures.mean.total_patients - measures.clock->dropped_out.mean, WithinAbs(plain.mean.total_patients, 0.6));
}

TEST_CASE("staggered patients come no sooner than they may", "[clock]")
{
    auto clock = monthly(300); // somebody is always there
    clock.stagger = 7 * unit::d;
    clock.staggered = 2;
    Nature const nature = KnownToxicity{clock_truth};
    Fates const outcomes{nature, clock, 28 * unit::d, fixed_seed};
    auto const ready = decider(ThreePlusThree{}, ladder(6));
    Conduct trial{ClockedCourse<AnyDecider>{ready, ladder(6), clock, 28 * unit::d}, TrialStream{fixed_seed, 3}};
    while (auto const wanted = trial.wants()) {
        std::vector<PatientAt> patients;
        for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(wanted->treat.patients); ++i)
            patients.push_back({3, wanted->first_patient + i, wanted->treat.level});
        auto const found = outcomes(patients);
        trial.learns(std::span{found});
    }
    auto const patients = trial.course().patients();
    for (std::size_t i = 1; i < patients.size(); ++i)
        CHECK(patients[i].entry_d - patients[i - 1].entry_d >= (patients[i].cohort == patients[i - 1].cohort ? 7 : 0) - 1e-9);
    CHECK(patients.size() >= 6);
}

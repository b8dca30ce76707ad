// What users of other simulators ran into beyond events (those are in pk_events.cpp): stiff kinetics, occasions, seeds and threads,
// doses that are decided on the way, replicates. Each case names its threads.
#include "pk_models/solution.hpp"
#include "sim/population/patient_sampler.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/kinetics.hpp"
#include "tests/support/populations.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <thread>
#include <vector>

namespace peer_thread_tests {

using namespace escalon;
using namespace escalon::pk;
using escalon::test::flat;
using escalon::test::two_compartment_drug;
using escalon::test::WithinRel;

namespace {

constexpr double KON_per_nM_d = 8.64; // 1e5 /M/s
constexpr double KOFF_per_d = 7.24;
constexpr double KINT_per_d = 1.4;

TargetMediated antibody_with_target(Binding binding)
{
    TargetMediated drug{.binding = binding,
                        .CL = sized(0.42 * unit::L_per_d),
                        .V1 = sized(3.1 * unit::L),
                        .Q = sized(0.54 * unit::L_per_d),
                        .V2 = sized(1.6 * unit::L),
                        .KDEG = 0.7 * unit::per_d,
                        .KINT = KINT_per_d * unit::per_d,
                        .R0 = 10 * unit::nM};
    if (binding == Binding::full) {
        drug.KON = KON_per_nM_d * unit::per_nM_d;
        drug.KOFF = KOFF_per_d * unit::per_d;
    } else {
        drug.KSS = (KOFF_per_d + KINT_per_d) / KON_per_nM_d * unit::nM;
    }
    return drug;
}

CoursePlan every_three_weeks(std::vector<double> const& amounts)
{
    constexpr double cycle_d = 21;
    CoursePlan plan;
    for (std::size_t k = 0; k < amounts.size(); ++k)
        plan.doses.push_back({static_cast<double>(k) * cycle_d, 1.0 / 24, amounts[k]});
    plan.end = static_cast<double>(amounts.size()) * cycle_d * unit::d;
    return plan;
}

Population varying()
{
    Population population;
    population.omega.variances = {{"CL", 0.09}, {"V1", 0.04}};
    return population;
}

bool alike(VirtualPatient const& a, VirtualPatient const& b)
{
    return a.etas == b.etas && a.tolerance_uniform == b.tolerance_uniform && a.kappas == b.kappas;
}

} // namespace

TEST_CASE(
    "mrgsolve #318, #403, #501, #739, ferx-core #21: rates of thousands a day are followed, and a patient who cannot be is told "
    "with the time while the others go on",
    "[pk][peers]")
{
    std::vector<Dosed> patients(12, Dosed{.amount_mg = 1});
    for (std::size_t i = 0; i < patients.size(); ++i)
        patients[i].amount_mg = 30.0 * static_cast<double>(i + 1);
    patients[5].etas[2] = std::numeric_limits<double>::quiet_NaN();
    auto const plan = every_three_weeks({1, 1, 1});
    auto const full = solve(antibody_with_target(Binding::full), patients, plan);
    auto const quasi_steady = solve(antibody_with_target(Binding::qss), patients, plan);
    constexpr double apart = 5e-4; // of the two models, which agree to about 2e-4
    for (std::size_t i = 0; i < patients.size(); ++i) {
        CAPTURE(i);
        REQUIRE(full[i].failure.has_value() == (i == 5));
        if (i == 5)
            continue;
        CHECK_THAT(full[i].between(Time{}, plan.end).exposure.auc.base(),
                   WithinRel(quasi_steady[i].between(Time{}, plan.end).exposure.auc.base(), apart));
    }
    CHECK(full[5].failure->reason == "a figure that is no longer finite");
    CHECK(full[5].failure->at.base() >= 0);
    CHECK(full[5].failure->at < plan.end);
}

TEST_CASE("rxode2 #982, #323: a parameter that varies between occasions holds from cycle to cycle", "[pk][peers]")
{
    // a drug that is gone within a day: the AUC of each cycle is its dose over its own clearance
    OneCompartment const drug{.CL = sized(30 * unit::L_per_d), .V1 = sized(3 * unit::L)};
    auto population = varying();
    population.iov.variances = {{"CL", 0.05}};
    constexpr int cycles = 6;
    PatientSampler const sampler{population, drug, flat, cycles};
    auto const patient = sampler.draw(PatientStream{TrialStream{1, 0}, 0});
    REQUIRE(patient.kappas.size() == cycles);
    constexpr double dose_mg = 300;
    auto plan = every_three_weeks(std::vector<double>(cycles, dose_mg));
    for (int k = 1; k < cycles; ++k)
        plan.occasions_d.push_back(21.0 * k);
    auto const person = patient.dosed(1 * unit::mg);
    auto const solution = solve(drug, {&person, 1}, plan).front();
    std::vector<double> clearances;
    for (int k = 0; k < cycles; ++k) {
        auto const cycle = solution.between(21.0 * k * unit::d, 21.0 * (k + 1) * unit::d).exposure;
        clearances.push_back(30 * std::exp(patient.etas[0] + patient.kappas[static_cast<std::size_t>(k)][0]));
        CHECK_THAT(cycle.auc.base(), WithinRel(dose_mg / clearances.back(), 1e-10)); // e^-210 is left
    }
    std::ranges::sort(clearances);
    CHECK(std::ranges::adjacent_find(clearances) == clearances.end());
}

TEST_CASE("rxode2 #1376, RxODE #426, Pumas #817: a patient is the same in whatever order and by whichever thread it is drawn",
          "[pk][peers]")
{
    constexpr std::uint32_t count = 64;
    PatientSampler const sampler{varying(), two_compartment_drug(), flat};
    auto const draw = [&](std::uint32_t i) { return sampler.draw(PatientStream{TrialStream{20061108, 3}, i}); };
    std::vector<VirtualPatient> in_order;
    for (std::uint32_t i = 0; i < count; ++i)
        in_order.push_back(draw(i));
    std::vector<VirtualPatient> by_threads(count);
    {
        std::vector<std::jthread> threads;
        for (std::uint32_t first : {1U, 0U}) // odd ones and even ones, last first
            threads.emplace_back([&, first] {
                for (std::uint32_t k = count / 2; k-- > 0;)
                    by_threads[2 * k + first] = draw(2 * k + first);
            });
    }
    CHECK(std::ranges::equal(in_order, by_threads, alike));
    CHECK_FALSE(alike(in_order[0], in_order[1]));
}

TEST_CASE("mrgsolve #241: a dose that is decided on what the last cycle left is given to the body as it is", "[pk][peers]")
{
    auto const decided = [](Model const& drug) {
        auto plan = every_three_weeks({300});
        plan.samples_d = {21};
        auto const first = escalon::test::solved(drug, plan);
        double const trough = first.at_sample(0).base();
        double const next_mg = trough > 1 ? 150 : 450;
        plan = every_three_weeks({300, next_mg});
        plan.samples_d = {21, 28};
        auto const both = escalon::test::solved(drug, plan);
        CHECK_THAT(both.at_sample(0).base(), WithinRel(trough, 1e-12)); // what was seen is what is there
        return std::pair{both.at_sample(1).base(), next_mg};
    };
    auto const drug = two_compartment_drug();
    auto const [level, next_mg] = decided(drug);
    auto alone = [&](std::vector<double> const& amounts) {
        auto plan = every_three_weeks(amounts);
        plan.samples_d = {28};
        return escalon::test::solved(drug, plan).at_sample(0).base();
    };
    CHECK_THAT(level, WithinRel(alone({300, 0}) + alone({0, next_mg}), 1e-12)); // superposition
    CHECK(alone({300, 0}) > 0.1 * level);                                       // the first cycle matters
    decided(antibody_with_target(Binding::qss));
}

TEST_CASE("mrgsolve #643: replicates of a trial are other patients, and each can be had again alone", "[pk][peers]")
{
    PatientSampler const sampler{varying(), two_compartment_drug(), flat};
    auto const patient = [&](std::uint64_t trial) { return sampler.draw(PatientStream{TrialStream{7, trial}, 2}); };
    std::vector<double> first_etas;
    for (std::uint64_t trial = 0; trial < 500; ++trial)
        first_etas.push_back(patient(trial).etas[0]);
    CHECK(patient(499).etas[0] == first_etas[499]);
    std::ranges::sort(first_etas);
    CHECK(std::ranges::adjacent_find(first_etas) == first_etas.end());
}

} // namespace peer_thread_tests

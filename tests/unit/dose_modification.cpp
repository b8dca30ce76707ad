// Doses that come later and are smaller after toxicity: by hand, against closed forms, and as trials tell them.
#include "sim/toxicity/dose_modification.hpp"
#include "pk_models/exposure.hpp"
#include "sim/report/clock_text.hpp"
#include "sim/report/clocked_trial_text.hpp"
#include "sim/report/figures/swimmer.hpp"
#include "sim/report/run_csv.hpp"
#include "sim/runner/monte_carlo.hpp"
#include "sim/scenario/cells.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/kinetics.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <map>
#include <numbers>

namespace dose_modification_tests {

using namespace escalon;
using escalon::test::clearance;
using escalon::test::volume;
using escalon::test::WithinAbs;
using escalon::test::WithinRel;
using Catch::Matchers::Contains;

namespace {

constexpr double forever = std::numeric_limits<double>::infinity();
std::vector<double> const four_doses{0, 21, 42, 63};
std::vector<double> const halves{1, 0.5, 0.25};

ModifiedCourse course_of(std::vector<double> const& shares = halves) { return {four_doses, shares, 21 * unit::d, forever}; }

/// Meets the toxicities until they change nothing more.
ModifiedCourse after(std::vector<HoldingToxicity> const& toxicities, std::vector<double> const& shares = halves)
{
    auto course = course_of(shares);
    while (course.meets(toxicities))
        ;
    return course;
}

std::vector<ChangedDose> changes(ModifiedCourse const& course) { return {course.changes().begin(), course.changes().end()}; }

pk::Regimen const boluses{.days = {1}, .cycle = 21 * unit::d, .cycles = 6};
pk::Regimen const infusions{.days = {1}, .cycle = 21 * unit::d, .cycles = 6, .infusion = 1.5 * unit::h};
Time const followed = 126 * unit::d;

pk::TwoCompartment conjugate_like()
{
    return {.CL = clearance(0.566), .V1 = volume(3.1), .Q = clearance(1.5), .V2 = volume(0.9)};
}

/// The third dose waits for 9 d, and it and the fourth are 60 %; from the fifth on 30 %, which waits for 3 d more.
pk::DoseChanges const some_changes{{2, 9, 0.6}, {4, 3, 0.3}};

std::vector<pk::DoseEvent> changed_doses(pk::Regimen const& regimen, double amount_mg)
{
    auto doses = pk::dose_events(regimen, Mass::from_base(amount_mg));
    for (std::size_t i = 0; i < doses.size(); ++i) {
        doses[i].time_d += i >= 4 ? 12 : i >= 2 ? 9 : 0;
        doses[i].amount_mg *= i >= 4 ? 0.3 : i >= 2 ? 0.6 : 1;
    }
    return doses;
}

std::vector<pk::EffectTimes> times_of(pk::Model const& model, pk::Dosed const& patient, pk::EffectPlan const& plan,
                                      std::vector<pk::EffectLevels> const& levels, pk::DoseChanges const& changed,
                                      double stop_d = forever)
{
    std::vector<double> const stops_d{stop_d};
    std::vector<pk::DoseChanges> const all{changed};
    return pk::first_times(model, {&patient, 1}, plan, levels, stops_d, all);
}

/// A trial whose patients have their doses delayed and reduced.
std::string modified(std::string const& after_dlt =
                         "after_dlt: reduce\n  dose_modification: { delay_at_most: 21 d, reduce_by: 1, reductions_at_most: 2 }")
{
    return R"(schema: 1
name: modified
doses: { unit: mg, levels: [20, 40, 80, 160] }
regimen: { days: [1], cycle: 21 d, cycles: 6, infusion: 1 h }
pk: { model: one_compartment, CL: 0.5 L/d, V1: 3 L }
population: { omega: { CL: 0.09 } }
toxicity:
  model: over_time
  kinds:
    - { name: ocular, driver: auc, memory: 14 d, tolerance: { median: 350 mg*d/L, sd_log: 0.5 }, grade_ratio: 1.5, recovery: 30 d, dose_delaying_from: 2 }
    - { name: hepatic, driver: peak, tolerance: { median: 90 mg/L, sd_log: 0.5 }, grade_ratio: 1.4, recovery: 10 d }
trial:
  dlt_window: 21 d
  )" + after_dlt +
           R"(
  clock:
    accrual: { rate: 3 per month }
    follow_up: 150 d
    drop_out: 0.1
    expansion: { patients: 6 }
    late_look: true
truth: { target: 0.30 }
runner: { trials: 200, seed: 5 }
designs: [{ name: three_plus_three, label: 3+3 }]
)";
}

/// The same, where no toxicity delays doses that does not limit them.
std::string modified_by_dlts(std::string const& after_dlt)
{
    auto found = modified(after_dlt);
    std::string const take = ", dose_delaying_from: 2";
    found.erase(found.find(take), take.size());
    return found;
}

BiologyOverTime biology_of(std::string const& text) { return std::get<BiologyOverTime>(nature(parse_scenario(text, "test"))); }

std::vector<PatientOverTime> people_of(BiologyOverTime const& biology, std::uint32_t count)
{
    std::vector<PatientOverTime> found;
    for (std::uint32_t i = 0; i < count; ++i)
        found.push_back(biology.draw(PatientStream{TrialStream{7, 0}, i}));
    return found;
}

Tallies tallies_of(Scenario const& scenario, std::uint64_t trials, int threads)
{
    return simulate(decider(scenario.designs.front().design, scenario.ladder()), scenario.ladder(), nature(scenario),
                    {scenario.trial.clock.value(), scenario.dlt_window().value()}, scenario.runner.seed, {.trials = trials},
                    scenario.ladder().size(), Workers{threads});
}

} // namespace

TEST_CASE("a dose waits until a toxicity has resolved, and those after it come as much later", "[dose_modification]")
{
    auto const course = after({{.at_d = 10, .resolved_d = 30, .limits = true}});
    CHECK(changes(course) == std::vector<ChangedDose>{{.dose = 1, .due_d = 21, .given_d = 30, .share_before = 1, .share = 0.5}});
    CHECK(course.dose_changes() == pk::DoseChanges{{1, 9, 0.5}});
    CHECK(course.ends_d() == forever);
    // the next is due on day 51, and a toxicity that resolves by then delays nothing
    auto const twice = after({{10, 30, true}, {35, 50, true}});
    CHECK(changes(twice).back() == ChangedDose{.dose = 2, .due_d = 51, .given_d = 51, .share_before = 0.5, .share = 0.25});
}

TEST_CASE("a toxicity that does not limit the dose delays it and no more", "[dose_modification]")
{
    CHECK(changes(after({{.at_d = 10, .resolved_d = 30}})) ==
          std::vector<ChangedDose>{{.dose = 1, .due_d = 21, .given_d = 30, .share_before = 1, .share = 1}});
    CHECK(changes(after({{.at_d = 10, .resolved_d = 20.5}})).empty());
    // where doses are never reduced a toxicity that limits them does the same
    CHECK(after({{.at_d = 10, .resolved_d = 30, .limits = true}}, {}).dose_changes() == pk::DoseChanges{{1, 9, 1}});
}

TEST_CASE("what comes while a dose waits lets it wait longer, and reduces it only once", "[dose_modification]")
{
    auto const course = after({{10, 30, true}, {28, 39, true}});
    CHECK(changes(course) == std::vector<ChangedDose>{{.dose = 1, .due_d = 21, .given_d = 39, .share_before = 1, .share = 0.5}});
    auto const too_long = after({{10, 30, true}, {28, 43, true}});
    CHECK(too_long.ends_d() == 42);
    CHECK(too_long.stop_d() < 30);
    CHECK(changes(too_long) == std::vector<ChangedDose>{{.dose = 1, .due_d = 21, .given_d = 42, .share_before = 1, .share = 1}});
}

TEST_CASE("treatment ends where a dose would wait too long, a toxicity stays or no reduction is left", "[dose_modification]")
{
    auto const too_long = after({{10, 42.5, true}});
    CHECK(too_long.ends_d() == 42); // the dose of day 21 has waited for 21 d
    CHECK(too_long.stop_d() > 10);
    CHECK(too_long.stop_d() < 21);
    CHECK(changes(too_long) ==
          std::vector<ChangedDose>{{.dose = 1, .due_d = 21, .given_d = 42, .share_before = 1, .share = 1}}); // and is not given
    CHECK(relative_dose_intensity(four_doses, 84, too_long.changes(), too_long.ends_d()) == 1); // of the one dose that is
    CHECK(after({{10, 42, true}}).ends_d() == forever);

    CHECK(after({{10, forever, true}}).ends_d() == 10);
    auto const third = after({{10, 15, true}, {25, 30, true}, {50, 55, true}});
    CHECK(third.ends_d() == 50);
    CHECK(third.changes().size() == 2);
    CHECK(after({{10, 15, true}}, {1}).ends_d() == 10);
    // behind the last dose nothing is left to change, and the end is told all the same
    auto const late = after({{100, 110, true}}, {1});
    CHECK(late.ends_d() == 100);
    CHECK(late.stop_d() == forever);
}

TEST_CASE("a toxicity that comes with a bolus is of that bolus", "[dose_modification]")
{
    auto const course = after({{21, 30, true}});
    CHECK(course.dose_changes() == pk::DoseChanges{{2, 0, 0.5}});
}

TEST_CASE("who has left treatment for other reasons has no doses to change", "[dose_modification]")
{
    ModifiedCourse course{four_doses, halves, 21 * unit::d, 40};
    std::vector<HoldingToxicity> const toxicities{{25, 60, true}, {45, forever, true}};
    CHECK_FALSE(course.meets(toxicities));
    CHECK(course.ends_d() == 40);
    CHECK(course.changes().empty());
}

TEST_CASE("a reduction goes down the ladder, or to a share of the dose before", "[dose_modification]")
{
    DoseLadder const ladder{DoseUnit::mg, {20, 40, 100}};
    DoseModification const by_level{.reductions_at_most = 5};
    CHECK(by_level.shares(ladder, DoseLevel{2}) == std::vector<double>{1, 0.4, 0.2});
    CHECK(by_level.shares(ladder, DoseLevel{0}) == std::vector<double>{1});
    CHECK(DoseModification{.reduce_by = 2}.shares(ladder, DoseLevel{2}) == std::vector<double>{1, 0.2});
    CHECK(DoseModification{.reduce_to = 0.5}.shares(ladder, DoseLevel{0}) == std::vector<double>{1, 0.5, 0.25});
    CHECK(DoseModification{.reductions_at_most = 0}.shares(ladder, DoseLevel{2}) == std::vector<double>{1});
    CHECK(DoseModification{.reduce_by = 0}.shares(ladder, DoseLevel{2}).empty());
}

TEST_CASE("relative dose intensity is what was given per time over what was planned per time", "[dose_modification]")
{
    std::vector<ChangedDose> const changed{{.dose = 1, .due_d = 21, .given_d = 30, .share_before = 1, .share = 0.5}};
    CHECK_THAT(relative_dose_intensity(four_doses, 84, changed, forever), WithinRel(2.5 / 4 * 84 / 93, 1e-15));
    // two doses by day 50, which were to last 42 d and last 51
    CHECK_THAT(relative_dose_intensity(four_doses, 84, changed, 50), WithinRel(1.5 / 2 * 42 / 51, 1e-15));
    CHECK(relative_dose_intensity(four_doses, 84, changed, 25) == 1);
    CHECK(relative_dose_intensity(four_doses, 84, {}, forever) == 1);
}

TEST_CASE("of a dose that still waits the delay is seen and the reduction is not", "[dose_modification]")
{
    std::vector<ChangedDose> const changed{{1, 21, 30, 1, 0.5}, {3, 72, 72, 0.5, 0.25}};
    CHECK(seen_by(100, changed) == changed);
    CHECK(seen_by(50, changed) == std::vector{changed.front()});
    CHECK(seen_by(25, changed) == std::vector<ChangedDose>{{1, 21, 30, 1, 1}});
    CHECK(seen_by(21, changed).empty());
}

TEST_CASE("a changed course of linear kinetics is the sum of its doses", "[dose_modification][pk][effects]")
{
    // an effect compartment responds as the plasma would to doses absorbed at its rate
    auto const drug = conjugate_like();
    pk::Dosed const patient{.patient = {}, .amount_mg = 399};
    double const memory_d = 14;
    pk::Disposition const absorbed{drug.rates({}, pk::Etas{}), pk::Absorption{.KA_per_d = std::numbers::ln2 / memory_d}};
    auto doses = changed_doses(infusions, 399);
    for (auto& dose : doses)
        dose.site = pk::Site::depot;
    pk::EffectPlan const plan{infusions,
                              followed,
                              {{memory_d * unit::d, pk::EffectMeasure::peak}, {memory_d * unit::d, pk::EffectMeasure::auc}}};
    auto const times = times_of(drug, patient, plan, {{12, 20, 24}, {600, 1200, 1500}}, some_changes);
    for (std::size_t i = 0; i < pk::effect_levels; ++i) {
        CAPTURE(i, times[0][i], times[1][i]);
        auto const at = Time::from_base(times[0][i]);
        auto const filled = Time::from_base(times[1][i]);
        REQUIRE(times[1][i] < 126);
        CHECK_THAT(pk::auc(absorbed, doses, Time{}, filled).base(), WithinRel(std::array{600.0, 1200.0, 1500.0}[i], 1e-9));
        if (times[0][i] < 126)
            CHECK_THAT(pk::concentration(absorbed, doses, at).base(), WithinRel(std::array{12.0, 20.0, 24.0}[i], 1e-9));
    }
    // and the peak of the reduced course lies where it lies
    double const highest = pk::exposure(absorbed, doses, followed).cmax.base();
    auto const about = times_of(drug, patient, plan, {{highest * (1 - 1e-8), highest * (1 + 1e-8), forever}, {1e9, 1e9, 1e9}},
                                some_changes);
    CHECK(about[0][0] < 126);
    CHECK(about[0][1] == forever);
}

TEST_CASE("kinetics that are integrated give the changed course of linear ones where there is no antigen",
          "[dose_modification][pk][effects]")
{
    auto const drug = conjugate_like();
    pk::TargetMediated const integrated{.binding = pk::Binding::qss,
                                        .CL = drug.CL,
                                        .V1 = drug.V1,
                                        .Q = drug.Q,
                                        .V2 = drug.V2,
                                        .KSS = 1 * unit::nM,
                                        .KDEG = 0.7 * unit::per_d,
                                        .KINT = 1.4 * unit::per_d,
                                        .R0 = 1e-9 * unit::nM};
    std::vector<pk::Etas> kappas(6);
    kappas[2][0] = 0.5; // of CL, from the dose that waits on
    for (bool const by_occasion : {false, true}) {
        CAPTURE(by_occasion);
        pk::Dosed patient{.patient = {}, .amount_mg = 399};
        if (by_occasion)
            patient.kappas = kappas;
        for (double const memory_d : {1.0, 14.0}) {
            pk::EffectPlan const plan{infusions,
                                      followed,
                                      {{memory_d * unit::d, pk::EffectMeasure::peak},
                                       {memory_d * unit::d, pk::EffectMeasure::auc}}};
            std::vector<pk::EffectLevels> const levels{{8, 16, 22}, {500, 1000, 1300}};
            auto const exact = times_of(drug, patient, plan, levels, some_changes);
            auto const found = times_of(integrated, patient, plan, levels, some_changes);
            for (std::size_t e = 0; e < 2; ++e)
                for (std::size_t i = 0; i < pk::effect_levels; ++i) {
                    CAPTURE(memory_d, e, i);
                    CHECK((exact[e][i] < forever) == (found[e][i] < forever));
                    if (exact[e][i] < forever)
                        CHECK_THAT(found[e][i], WithinAbs(exact[e][i], 1e-2));
                }
        }
    }
}

TEST_CASE("occasions that begin between doses begin there, of kinetics that are integrated too", "[pk][effects]")
{
    pk::Regimen const mid_cycle{.days = {14}, .cycle = 21 * unit::d, .cycles = 6, .infusion = 1.5 * unit::h};
    auto const drug = conjugate_like();
    pk::MichaelisMenten const integrated{
        .CL = drug.CL, .V1 = drug.V1, .Q = drug.Q, .V2 = drug.V2, .VMAX = 1e-12 * unit::mg_per_L_d, .KM = 1 * unit::mg_per_L};
    std::vector<pk::Etas> kappas(6);
    for (std::size_t k = 1; k < 6; k += 2)
        kappas[k][0] = 1.5;
    pk::Dosed const patient{.patient = {}, .amount_mg = 399, .kappas = kappas};
    pk::EffectPlan const plan{mid_cycle, followed, {{Time{}, pk::EffectMeasure::auc}}};
    for (pk::DoseChanges const& changed : {pk::DoseChanges{}, some_changes}) {
        std::vector<pk::EffectLevels> const levels{{600, 900, 1100}};
        auto const exact = times_of(drug, patient, plan, levels, changed);
        auto const found = times_of(integrated, patient, plan, levels, changed);
        for (std::size_t i = 0; i < pk::effect_levels; ++i) {
            CAPTURE(i);
            REQUIRE(exact[0][i] < 126);
            CHECK_THAT(found[0][i], WithinAbs(exact[0][i], 1e-3));
        }
    }
}

TEST_CASE("an occasion begins with its delayed dose", "[dose_modification][pk][effects]")
{
    // boluses into one compartment: AUC by hand, over a clearance that changes with the third cycle
    pk::OneCompartment const drug{.CL = clearance(0.5), .V1 = volume(3)};
    double const k1 = 0.5 / 3;
    double const k2 = k1 * std::exp(0.7);
    std::vector<pk::Etas> kappas(6);
    for (std::size_t k = 2; k < 6; ++k)
        kappas[k][0] = 0.7;
    pk::Dosed const patient{.patient = {}, .amount_mg = 120, .kappas = kappas};
    auto const gone = [](double rate, double time_d) { return -std::expm1(-rate * time_d); };
    double const at_51 = 120 * (std::exp(-51 * k1) + std::exp(-30 * k1)); // of the doses of days 0 and 21
    double const by_51 = 120 / (3 * k1) * (gone(k1, 51) + gone(k1, 30));
    double const by_60 = by_51 + (at_51 + 0.6 * 120) / (3 * k2) * gone(k2, 9);
    pk::EffectPlan const plan{boluses, followed, {{Time{}, pk::EffectMeasure::auc}}};
    auto const times = times_of(drug, patient, plan, {{by_51 * (1 - 1e-9), by_51 * (1 + 1e-6), by_60}}, some_changes);
    CHECK(times[0][0] < 51);
    CHECK(times[0][1] > 51);
    CHECK_THAT(times[0][2], WithinRel(60.0, 1e-9));
}

TEST_CASE("a patient's toxicities are those of the doses that they were given", "[dose_modification][over_time]")
{
    // boluses into one compartment, and the AUC itself does harm: grade 3 at 100 mg*d/L, grade 4 at 250
    pk::OneCompartment const drug{.CL = clearance(0.5), .V1 = volume(3)};
    double const k = 0.5 / 3;
    ToxicityKind const kind{.name = "any",
                            .driver = pk::EffectMeasure::auc,
                            .tolerance = {.median = 100 * unit::mg_d_per_L, .sd_log = 0.5},
                            .grade_ratio = 2.5,
                            .recovery = 30 * unit::d};
    BiologyOverTime const biology{DoseLadder{DoseUnit::mg, {12, 30, 60}},
                                  drug,
                                  boluses,
                                  Population{},
                                  OverTime{{kind}},
                                  followed,
                                  TreatmentAfterDlt::reduce,
                                  DoseModification{.delay_at_most = 30 * unit::d}};
    PatientOverTime patient;
    patient.tolerance_uniform[0] = 0.5;
    DoseLevel const top{2};
    auto const found = biology.timelines({&patient, 1}, {&top, 1}).front();
    // the first dose alone: 120 (1 - e^(-k t)) = 100
    double const first_d = std::log(6.0) / k;
    CHECK_THAT(found.at_d[0][1], WithinRel(first_d, 1e-9));
    // resolved 30 d later, so that the dose of day 21 waits; from then on 30 mg every 21 d
    double const resumes_d = first_d + 30;
    REQUIRE(found.changes.size() == 2); // grade 4 delays and reduces again
    CHECK(found.changes[0].dose == 1);
    CHECK_THAT(found.changes[0].due_d, WithinRel(21.0, 1e-12));
    CHECK_THAT(found.changes[0].given_d, WithinRel(resumes_d, 1e-9));
    CHECK_THAT(found.changes[0].share, WithinRel(0.5, 1e-12));
    // grade 4 under that course, which is far from that of the plan
    auto const auc = [&](double t) {
        double sum = 120 * -std::expm1(-k * t);
        for (double dose_d = resumes_d; dose_d < t; dose_d += 21)
            sum += 60 * -std::expm1(-k * (t - dose_d));
        return sum;
    };
    CHECK_THAT(auc(found.at_d[0][2]), WithinRel(250.0, 1e-9));
    CHECK(found.at_d[0][2] > resumes_d + 42);
    CHECK_THAT(found.changes[1].share, WithinRel(0.2, 1e-12));
    CHECK_THAT(found.changes[1].given_d, WithinRel(found.at_d[0][2] + 30, 1e-9));
    CHECK(found.treatment_ends_d == forever); // two reductions are allowed

    // without a second level below, grade 4 ends the treatment
    DoseLevel const middle{1};
    PatientOverTime frail = patient;
    frail.tolerance_uniform[0] = 0.05;
    auto const ended = biology.timelines({&frail, 1}, {&middle, 1}).front();
    REQUIRE(ended.changes.size() == 1);
    CHECK(ended.at_d[0][2] < forever);
    CHECK(ended.treatment_ends_d == ended.at_d[0][2]);
}

TEST_CASE("a bolus that does harm at once is given, and its toxicity told", "[over_time]")
{
    pk::OneCompartment const drug{.CL = clearance(0.5), .V1 = volume(3)};
    ToxicityKind const kind{.name = "any", .tolerance = {.median = 10 * unit::mg_per_L, .sd_log = 0.5}};
    DoseLevel const level{0};
    PatientOverTime patient;
    patient.tolerance_uniform[0] = 0.5;
    for (auto const after_dlt : {TreatmentAfterDlt::stop, TreatmentAfterDlt::go_on, TreatmentAfterDlt::reduce})
        for (auto const detail : {TimelineDetail::first_dlt, TimelineDetail::whole}) {
            BiologyOverTime const biology{
                DoseLadder{DoseUnit::mg, {60}}, drug, boluses, Population{}, OverTime{{kind}}, followed, after_dlt};
            auto const found = biology.timelines({&patient, 1}, {&level, 1}, detail).front();
            CHECK(found.at_d[0][1] == 0);
            CHECK(found.treatment_ends_d == (after_dlt == TreatmentAfterDlt::go_on ? forever : 0));
        }
}

TEST_CASE("no reduction at all is to stop, and a toxicity that resolves at once without one is to continue",
          "[dose_modification][over_time]")
{
    auto const none = biology_of(
        modified_by_dlts("after_dlt: reduce\n  dose_modification: { delay_at_most: 21 d, reductions_at_most: 0 }"));
    auto const stop = biology_of(modified_by_dlts("after_dlt: stop"));
    auto at_once = modified_by_dlts("after_dlt: reduce\n  dose_modification: { delay_at_most: 0 d, reduce_by: 0 }");
    for (std::string const recovery : {"recovery: 30 d", "recovery: 10 d"})
        at_once.replace(at_once.find(recovery), recovery.size(), "recovery: 1e-10 d");
    auto const unchanged = biology_of(at_once);
    auto const go_on = biology_of(modified_by_dlts("after_dlt: continue"));
    auto const people = people_of(stop, 200);
    std::vector<DoseLevel> const levels(people.size(), DoseLevel{3});
    auto const same = [&](BiologyOverTime const& one, BiologyOverTime const& other) {
        auto const first = one.timelines(people, levels);
        auto const second = other.timelines(people, levels);
        int toxic = 0;
        for (std::size_t i = 0; i < people.size(); ++i) {
            CHECK(first[i].at_d == second[i].at_d);
            CHECK(first[i].treatment_ends_d == second[i].treatment_ends_d);
            CHECK(first[i].changes.empty());
            toxic += first_dlt(first[i], one.kinds()).kind >= 0 ? 1 : 0;
        }
        CHECK(toxic > 100);
    };
    same(none, stop);
    same(unchanged, go_on);
}

TEST_CASE("smaller doses that come later do less harm than all, and more than none", "[dose_modification][over_time]")
{
    auto const life_threatening = [](std::string const& after_dlt) {
        auto const biology = biology_of(modified_by_dlts(after_dlt));
        auto const people = people_of(biology, 400);
        std::vector<DoseLevel> const levels(people.size(), DoseLevel{3});
        int count = 0;
        for (auto const& timeline : biology.timelines(people, levels))
            count += worst_by(timeline, 2, 150) == Grade::life_threatening ? 1 : 0;
        return count;
    };
    int const all = life_threatening("after_dlt: continue");
    int const some = life_threatening("after_dlt: reduce\n  dose_modification: { delay_at_most: 21 d }");
    int const none = life_threatening("after_dlt: stop");
    CHECK(all > some + 20);
    CHECK(some > none);
}

TEST_CASE("what came before doses were changed stays to the bit, of kinetics that are integrated too",
          "[dose_modification][over_time]")
{
    auto const with_antigen = [](std::string text) {
        std::string const linear = "model: one_compartment, CL: 0.5 L/d, V1: 3 L";
        text.replace(text.find(linear), linear.size(),
                     "model: target_mediated, CL: 0.4 L/d, V1: 3 L, Q: 0.5 L/d, V2: 1.5 L, KSS: 1 nM, KDEG: 0.7 /d, KINT: 1.4 "
                     "/d, R0: 20 nM");
        return text;
    };
    auto const planned = biology_of(with_antigen(modified_by_dlts("after_dlt: continue")));
    auto const changed = biology_of(
        with_antigen(modified_by_dlts("after_dlt: reduce\n  dose_modification: { delay_at_most: 30 d }")));
    auto const people = people_of(planned, 100);
    std::vector<DoseLevel> const levels(people.size(), DoseLevel{3});
    auto const before = planned.timelines(people, levels);
    auto const after = changed.timelines(people, levels);
    int compared = 0;
    for (std::size_t i = 0; i < people.size(); ++i) {
        REQUIRE(after[i].solved);
        if (after[i].changes.empty() || !after[i].changes.front().delayed())
            continue;
        for (std::size_t kind = 0; kind < 2; ++kind)
            for (std::size_t grade = 0; grade < pk::effect_levels; ++grade)
                if (before[i].at_d[kind][grade] < after[i].changes.front().due_d) {
                    CHECK(after[i].at_d[kind][grade] == before[i].at_d[kind][grade]);
                    ++compared;
                } else
                    CHECK(after[i].at_d[kind][grade] >= after[i].changes.front().due_d - 0.05);
    }
    CHECK(compared > 50);
}

TEST_CASE("whatever a design reads, its patients have the same course", "[dose_modification][clock]")
{
    auto const scenario = parse_scenario(modified(), "test");
    auto const truth = nature(scenario);
    auto const fates = [&](Outcomes told) {
        std::vector<PatientAt> people;
        for (std::uint32_t i = 0; i < 60; ++i)
            people.push_back({3, i, DoseLevel{static_cast<int>(i % 4)}});
        return Fates{truth, *scenario.trial.clock, *scenario.dlt_window(), 5, told}(people);
    };
    auto const dlts = fates(Outcomes::dlt);
    auto const grades = fates(Outcomes::grades);
    int changed = 0;
    for (std::size_t i = 0; i < dlts.size(); ++i) {
        CHECK(dlts[i].dose_changes == grades[i].dose_changes);
        CHECK(dlts[i].dlt_d == grades[i].dlt_d);
        CHECK(dlts[i].dose_intensity == grades[i].dose_intensity);
        if (dlts[i].dose_changes.empty())
            CHECK(dlts[i].dose_intensity == 1);
        else // the last may still wait
            CHECK(dlts[i].dose_intensity <= 1);
        changed += dlts[i].dose_changes.empty() ? 0 : 1;
        for (auto const& change : dlts[i].dose_changes)
            CHECK(change.due_d < dlts[i].leaves_d);
    }
    CHECK(changed > 5);
}

TEST_CASE("threads change no bit of what becomes of doses, and trials alone are those that are counted",
          "[dose_modification][clock]")
{
    constexpr std::uint64_t trials = 60;
    auto const scenario = parse_scenario(modified(), "test");
    auto const one = tallies_of(scenario, 10'000, 1);
    auto const two = tallies_of(scenario, 10'000, 2);
    auto const same = [](CourseTallies::Sums const& a, CourseTallies::Sums const& b) {
        CHECK(a.sum == b.sum);
        CHECK(a.squares == b.squares);
    };
    same(one.clock->doses->delayed, two.clock->doses->delayed);
    same(one.clock->doses->reduced, two.clock->doses->reduced);
    same(one.clock->doses->intensity, two.clock->doses->intensity);

    auto const counted = tallies_of(scenario, trials, 1);
    DoseTallies told;
    for (std::uint64_t trial = 0; trial < trials; ++trial)
        told.add(clocked_trial(scenario, scenario.designs.front(), trial).record.patients());
    same(told.delayed, counted.clock->doses->delayed);
    same(told.reduced, counted.clock->doses->reduced);
    same(told.intensity, counted.clock->doses->intensity);

    auto const measures = operating_characteristics(one).clock->doses.value();
    CHECK(measures.delayed.mean > measures.reduced.mean); // grade 2 delays alone
    CHECK(measures.reduced.mean > 0.5);
    CHECK(measures.relative_intensity.mean < 0.99);
    CHECK(measures.relative_intensity.mean > 0.7);
    CHECK_FALSE(tallies_of(parse_scenario(modified("after_dlt: stop"), "test"), 10, 1).clock->doses.has_value());
}

TEST_CASE("a trial tells whose doses were delayed and reduced, in words, JSON, tables and marks", "[dose_modification][clock]")
{
    auto const scenario = parse_scenario(modified(), "test");
    RunResult run{.scenario = scenario};
    auto const truths = natures(run.scenario);
    run.truths.push_back({truths.front().name, {}});
    DesignRun design{.name = "three_plus_three", .label = "3+3"};
    design.result.characteristics.trials = 8;
    run.designs.push_back(design);
    CHECK_THAT(patients_csv(run, truths),
               Contains("leaves_after_d,delays,delayed_d,reductions,last_dose_mg,relative_dose_intensity\n"));
    bool delayed = false;
    bool reduced = false;
    for (std::uint64_t number = 0; number < 8; ++number) {
        auto const trial = clocked_trial(scenario, scenario.designs.front(), number);
        auto const text = explain_text(trial);
        auto const json = explain_json(trial);
        std::size_t told = 0;
        for (auto const& cohort : json["cohorts"])
            for (auto const& patient : cohort["patients"])
                told += patient["dose_changes"].size();
        std::size_t changed = 0;
        for (auto const& patient : trial.record.patients()) {
            changed += patient.fate.dose_changes.size();
            delayed = delayed || patient.fate.dose_delayed();
            reduced = reduced || patient.fate.dose_reduced();
            if (patient.fate.dose_delayed())
                CHECK_THAT(text, Contains(" waits until day "));
            if (patient.fate.dose_reduced())
                CHECK_THAT(text, Contains(" mg from day "));
        }
        CHECK(told == changed);
        std::size_t marks = 0;
        auto const figure = swimmer_figure(swimmer_of(trial));
        for (auto const& mark : figure.specification["datasets"]["marks"])
            marks += mark["mark"] == "Dose delayed or reduced" ? 1U : 0U;
        CHECK(marks == changed);
    }
    CHECK(delayed);
    CHECK(reduced);
}

TEST_CASE("faults of dose modification are told with their place and a remedy", "[dose_modification][scenario]")
{
    auto const faults = [](std::string text, std::string const& instead_of = {}, std::string const& with = {}) {
        if (!instead_of.empty())
            text.replace(text.find(instead_of), instead_of.size(), with);
        try {
            static_cast<void>(parse_scenario(text, "test"));
        } catch (ScenarioError const& error) {
            return render(error.diagnostics());
        }
        return std::string{};
    };
    CHECK(faults(modified()).empty());
    CHECK(faults(modified("after_dlt: stop\n  dose_modification: { delay_at_most: 21 d }")).empty()); // for a sweep
    auto const silent = faults(modified("after_dlt: reduce"));
    CHECK_THAT(silent, Contains("nothing says how long a dose may wait for toxicity to resolve"));
    CHECK_THAT(silent, Contains("add dose_modification: { delay_at_most: 21 d } beside it"));
    CHECK_THAT(silent, Contains("after_dlt: reduce"));
    CHECK_THAT(faults(modified(), "delay_at_most: 21 d, ", ""), Contains("delay_at_most"));
    CHECK_THAT(faults(modified(), "dose_delaying_from: 2", "dose_delaying_from: 4"),
               Contains("doses wait from grade 4 on, and grade 3 limits them already"));
    CHECK_THAT(faults(modified(), "recovery: 30 d, ", ""),
               Contains("doses wait until the toxicity has resolved, and it never does"));
    CHECK_THAT(faults(modified(), "grade_ratio: 1.5, recovery", "recovery"), Contains("the kind has no grade 2"));
    auto text = modified();
    auto const from = text.find("toxicity:");
    text.replace(from, text.find("trial:") - from, "toxicity: { model: by_dose, probability: [0.1, 0.2, 0.3, 0.4] }\n");
    CHECK_THAT(faults(text), Contains("doses are delayed and reduced only where toxicity comes over time"));
}

} // namespace dose_modification_tests

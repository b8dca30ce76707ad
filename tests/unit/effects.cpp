// Effect compartments against other closed forms and against themselves.
#include "pk_models/effects.hpp"

#include "pk_models/exposure.hpp"
#include "pk_models/linear.hpp"
#include "tests/support/catch.hpp"

#include <cmath>
#include <numbers>

using namespace escalon;
using namespace escalon::pk;
using escalon::test::WithinAbs;
using escalon::test::WithinRel;

namespace {

Regimen const six_cycles{.days = {1}, .cycle = 21 * unit::d, .cycles = 6, .infusion = 1.5 * unit::h};
Time const course_end = 126 * unit::d;
constexpr double out_of_sight = 1e300;

TwoCompartment effect_drug()
{
    TwoCompartment drug;
    drug.CL = {0.566, PerBody::fixed};
    drug.V1 = {3.1, PerBody::fixed};
    drug.Q = {1.5, PerBody::fixed};
    drug.V2 = {0.9, PerBody::fixed};
    return drug;
}

/// An effect compartment is a depot in reverse order: its response is that of a dose absorbed at the same rate.
Disposition through_a_depot(TwoCompartment const& drug, double rate_per_d)
{
    return Disposition{drug.rates({}, Etas{}), Absorption{.KA_per_d = rate_per_d}};
}

std::vector<DoseEvent> into_the_depot(double amount_mg)
{
    auto doses = dose_events(six_cycles, Mass::from_base(amount_mg));
    for (auto& dose : doses)
        dose.site = Site::depot;
    return doses;
}

} // namespace

TEST_CASE("an effect compartment is as high and as full as a dose absorbed at its rate would make the plasma", "[pk][effects]")
{
    auto const drug = effect_drug();
    Dosed const patient{.patient = {}, .amount_mg = 399};
    auto const doses = into_the_depot(399);
    for (double const memory_d : {0.5, 2.0, 7.0, 21.0, 60.0}) {
        CAPTURE(memory_d);
        auto const other_way = exposure(through_a_depot(drug, std::numbers::ln2 / memory_d), doses, course_end);
        EffectPlan const plan{six_cycles,
                              course_end,
                              {{memory_d * unit::d, EffectMeasure::peak}, {memory_d * unit::d, EffectMeasure::auc}}};
        auto const found = effects_at_end(drug, {&patient, 1}, plan);
        CHECK_THAT(found[0], WithinRel(other_way.cmax.base(), 1e-11)); // a few exps
        CHECK_THAT(found[1], WithinRel(other_way.auc.base(), 1e-10));
    }
}

TEST_CASE("without memory an effect is the exposure itself", "[pk][effects]")
{
    auto const drug = effect_drug();
    Dosed const patient{.patient = {}, .amount_mg = 399};
    EffectPlan const plan{six_cycles, course_end, {{Time{}, EffectMeasure::peak}, {Time{}, EffectMeasure::auc}}};
    auto const found = effects_at_end(drug, {&patient, 1}, plan);
    auto const plain = exposures(drug, {&patient, 1}, PreparedCourse{six_cycles, course_end}).front().value();
    CHECK_THAT(found[0], WithinRel(plain.cmax.base(), 1e-12));
    CHECK_THAT(found[1], WithinRel(plain.auc.base(), 1e-12));
}

TEST_CASE("an effect reaches a level when the absorbed dose's plasma does", "[pk][effects]")
{
    auto const drug = effect_drug();
    double const memory_d = 14;
    auto const kinetics = through_a_depot(drug, std::numbers::ln2 / memory_d);
    auto const doses = into_the_depot(399);
    Dosed const patient{.patient = {}, .amount_mg = 399};
    EffectPlan const plan{six_cycles,
                          course_end,
                          {{memory_d * unit::d, EffectMeasure::peak}, {memory_d * unit::d, EffectMeasure::auc}}};
    std::vector<EffectLevels> const levels{{12, 20, 31}, {300, 900, 2400}};
    auto const times = first_times(drug, {&patient, 1}, plan, levels);
    for (std::size_t i = 0; i < effect_levels; ++i) {
        CAPTURE(i);
        auto const at = Time::from_base(times[0][i]);
        CHECK_THAT(concentration(kinetics, doses, at).base(), WithinRel(levels[0][i], 1e-9));
        // nowhere before
        CHECK(exposure_between(kinetics, doses, Time{}, at).exposure.cmax.base() <= levels[0][i] * (1 + 1e-9));
        CHECK_THAT(auc(kinetics, doses, Time{}, Time::from_base(times[1][i])).base(), WithinRel(levels[1][i], 1e-9));
    }
}

TEST_CASE("with a depot before it an effect compartment is as the two in the other order", "[pk][effects]")
{
    // absorption at KA into an effect at k is absorption at k into an effect at KA
    auto drug = effect_drug();
    Dosed const patient{.patient = {}, .amount_mg = 399};
    Regimen const boluses{.days = {1}, .cycle = 21 * unit::d, .cycles = 6, .infusion = {}};
    double const KA = 0.8;
    double const memory_d = 10;
    drug.KA = KA * unit::per_d;
    auto swapped = effect_drug();
    swapped.KA = std::numbers::ln2 / memory_d * unit::per_d;
    auto const of = [&](TwoCompartment const& one, double half_life_d) {
        EffectPlan const plan{boluses,
                              course_end,
                              {{half_life_d * unit::d, EffectMeasure::peak}, {half_life_d * unit::d, EffectMeasure::auc}}};
        return effects_at_end(one, {&patient, 1}, plan);
    };
    auto const one = of(drug, memory_d);
    auto const other = of(swapped, std::numbers::ln2 / KA);
    CHECK_THAT(one[0], WithinRel(other[0], 1e-9));
    CHECK_THAT(one[1], WithinRel(other[1], 1e-9));
}

TEST_CASE("a level that is out of reach is never reached, and one at the peak is", "[pk][effects]")
{
    auto const drug = effect_drug();
    Dosed const patient{.patient = {}, .amount_mg = 399};
    EffectPlan const plan{six_cycles, course_end, {{14 * unit::d, EffectMeasure::peak}}};
    double const peak = effects_at_end(drug, {&patient, 1}, plan).front();
    std::vector<EffectLevels> const levels{{peak * (1 - 1e-9), peak * (1 + 1e-9), out_of_sight}};
    auto const times = first_times(drug, {&patient, 1}, plan, levels);
    CHECK(times[0][0] < course_end.base());
    CHECK(std::isinf(times[0][1]));
    CHECK(std::isinf(times[0][2]));
}

TEST_CASE("doses after the end of treatment are not given, and what was given goes on acting", "[pk][effects]")
{
    auto const drug = effect_drug();
    Dosed const patient{.patient = {}, .amount_mg = 399};
    EffectPlan const plan{six_cycles, course_end, {{14 * unit::d, EffectMeasure::auc}}};
    EffectPlan const single{{.days = {1}, .cycle = 21 * unit::d, .cycles = 1, .infusion = 1.5 * unit::h},
                            course_end,
                            {{14 * unit::d, EffectMeasure::auc}}};
    double const of_one = effects_at_end(drug, {&patient, 1}, single).front();
    std::vector<EffectLevels> const levels{{of_one / 2, of_one * (1 - 1e-9), of_one * (1 + 1e-6)}};
    std::vector<double> const stop_d{20};
    auto const times = first_times(drug, {&patient, 1}, plan, levels, stop_d);
    auto const alone = first_times(drug, {&patient, 1}, single, levels);
    CHECK_THAT(times[0][0], WithinRel(alone[0][0], 1e-12));
    CHECK(times[0][1] < course_end.base());
    CHECK(std::isinf(times[0][2]));
}

TEST_CASE("of models that are integrated an effect is right to 1e-4, and of a linear one in their guise", "[pk][effects]")
{
    // saturable elimination far above all concentrations is linear
    auto const drug = effect_drug();
    MichaelisMenten guise;
    guise.CL = drug.CL;
    guise.V1 = drug.V1;
    guise.Q = drug.Q;
    guise.V2 = drug.V2;
    guise.VMAX = 1e-12 * unit::mg_per_L_d;
    guise.KM = 1 * unit::mg_per_L;
    Dosed const patient{.patient = {}, .amount_mg = 399};
    for (double const memory_d : {0.0, 1.0, 7.0, 21.0}) {
        CAPTURE(memory_d);
        EffectPlan const plan{six_cycles,
                              course_end,
                              {{memory_d * unit::d, EffectMeasure::peak}, {memory_d * unit::d, EffectMeasure::auc}}};
        auto const exact = effects_at_end(drug, {&patient, 1}, plan);
        auto const found = effects_at_end(guise, {&patient, 1}, plan);
        CHECK_THAT(found[0], WithinRel(exact[0], 1e-4));
        CHECK_THAT(found[1], WithinRel(exact[1], 1e-6));
        std::vector<EffectLevels> const levels{{0.3 * exact[0], 0.6 * exact[0], 0.9 * exact[0]},
                                               {0.3 * exact[1], 0.6 * exact[1], 0.9 * exact[1]}};
        auto const when = first_times(drug, {&patient, 1}, plan, levels);
        auto const when_found = first_times(guise, {&patient, 1}, plan, levels);
        for (std::size_t i = 0; i < effect_levels; ++i) {
            CHECK_THAT(when_found[0][i], WithinAbs(when[0][i], 1e-2));
            CHECK_THAT(when_found[1][i], WithinAbs(when[1][i], 1e-3));
        }
    }
}

TEST_CASE("what a first look leaves out of an integrated course changes no time", "[pk][effects]")
{
    TargetMediated drug;
    drug.CL = {0.4, PerBody::fixed};
    drug.V1 = {3.1, PerBody::fixed};
    drug.Q = {0.5, PerBody::fixed};
    drug.V2 = {1.6, PerBody::fixed};
    drug.binding = Binding::qss;
    drug.KSS = 1 * unit::nM;
    drug.KDEG = 0.7 * unit::per_d;
    drug.KINT = 1.4 * unit::per_d;
    drug.R0 = 20 * unit::nM;
    std::vector<Dosed> patients;
    for (int i = 1; i <= 16; ++i)
        patients.push_back({.patient = {}, .amount_mg = 40.0 * i});
    EffectPlan const plan{six_cycles, course_end, {{14 * unit::d, EffectMeasure::peak}, {2 * unit::d, EffectMeasure::peak}}};
    // all levels at once are looked at over the whole course, one alone until it is surely reached
    std::vector<EffectLevels> together;
    for (std::size_t i = 0; i < patients.size(); ++i)
        together.insert(together.end(), {{8, 16, out_of_sight}, {20, 60, out_of_sight}});
    auto const whole = first_times(drug, patients, plan, together);
    int reached = 0;
    for (std::size_t level = 0; level < 2; ++level) {
        std::vector<EffectLevels> alone;
        for (auto const& levels : together)
            alone.push_back({levels[level], std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()});
        auto const found = first_times(drug, patients, plan, alone);
        for (std::size_t i = 0; i < found.size(); ++i) {
            CHECK(found[i][0] == whole[i][level]);
            reached += found[i][0] < course_end.base() ? 1 : 0;
        }
    }
    CHECK(reached > 20);
    CHECK(reached < 60);
}

#include "pk_models/exposure.hpp"
#include "pk_models/fault_error.hpp"
#include "pk_models/schedule.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/kinetics.hpp"
#include "tests/support/reference_drugs.hpp"

#include <cmath>
#include <random>

namespace kinetics_tests {

using namespace escalon;
using namespace escalon::pk;
using escalon::test::a_few_roundings;
using escalon::test::days;
using escalon::test::WithinAbs;
using escalon::test::WithinRel;

namespace {

Disposition typical_huc242_dm4() { return test::huc242_dm4().individual(test::patient_of(1.8 * unit::m2), Etas{}); }

Disposition one_compartment(double half_life_d)
{
    return Disposition{Rates{.V1_L = 2, .k10_per_d = std::numbers::ln2 / half_life_d}};
}

void check_alike(Exposure const& a, Exposure const& b)
{
    CHECK_THAT(a.auc.base(), WithinRel(b.auc.base(), a_few_roundings));
    CHECK_THAT(a.cmax.base(), WithinRel(b.cmax.base(), a_few_roundings));
    CHECK_THAT(a.trough.base(), WithinRel(b.trough.base(), a_few_roundings));
    CHECK_THAT(a.average.base(), WithinRel(b.average.base(), a_few_roundings));
}

} // namespace

TEST_CASE("a bolus of 100 mg into 2 L with a half-life of 3 d, over 6 d", "[pk][exposure]")
{
    std::vector<DoseEvent> const bolus{{0, 0, 100}};
    auto const e = exposure(one_compartment(3), bolus, days(6));
    CHECK_THAT(e.cmax.in(unit::mg_per_L), WithinRel(50.0, a_few_roundings));
    CHECK_THAT(e.trough.in(unit::mg_per_L), WithinRel(12.5, a_few_roundings));
    CHECK_THAT(e.auc.in(unit::mg_d_per_L), WithinRel(37.5 * 3 / std::numbers::ln2, a_few_roundings));
    CHECK_THAT(e.average.in(unit::mg_per_L), WithinRel(37.5 / 2 / std::numbers::ln2, a_few_roundings));
}

TEST_CASE("the trough comes before a dose given at the end of the window, and that dose is no peak", "[pk][exposure]")
{
    std::vector<DoseEvent> const history{{0, 0, 100}, {6, 0, 1000}};
    auto const e = exposure(one_compartment(3), history, days(6));
    CHECK_THAT(e.trough.base(), WithinRel(12.5, a_few_roundings));
    CHECK_THAT(e.cmax.base(), WithinRel(50.0, a_few_roundings));
}

TEST_CASE("six cycles: the peak is at the end of each infusion and exposure builds up to steady state", "[pk][exposure]")
{
    Regimen const regimen{.days = {1}, .cycle = 21 * unit::d, .cycles = 6, .infusion = 1.5 * unit::h};
    auto const cycles = exposure_by_cycle(typical_huc242_dm4(), regimen, 302.4 * unit::mg);
    REQUIRE(cycles.size() == 6);
    double total = 0;
    for (std::size_t k = 0; k < cycles.size(); ++k) {
        CHECK(cycles[k].tmax.base() == 21.0 * static_cast<double>(k) + 0.0625);
        CHECK_THAT(cycles[k].exposure.average.base(), WithinRel(cycles[k].exposure.auc.base() / 21, a_few_roundings));
        if (k > 0) {
            CHECK(cycles[k].exposure.cmax > cycles[k - 1].exposure.cmax);
            CHECK(cycles[k].exposure.trough > cycles[k - 1].exposure.trough);
        }
        total += cycles[k].exposure.auc.base();
    }
    auto const history = dose_events(regimen, 302.4 * unit::mg);
    CHECK_THAT(total, WithinRel(exposure(typical_huc242_dm4(), history, days(126)).auc.base(), a_few_roundings));
    auto const steady = steady_state_auc(typical_huc242_dm4(), {302.4, 0.0625, 21});
    CHECK_THAT(cycles.back().exposure.auc.base(), WithinRel(steady.base(), 1e-3));
}

TEST_CASE("the peak of a slow infusion after a large bolus lies inside the infusion", "[pk][exposure]")
{
    // the fast mode fills up while the slow one, left by the bolus, decays
    Disposition const two{Rates{.V1_L = 1, .k10_per_d = 1, .k12_per_d = 2, .k21_per_d = 0.2}};
    std::vector<DoseEvent> const history{{0, 0, 1000}, {10, 30, 120}};
    auto const found = exposure_between(two, history, days(10), days(40));
    double best = 0;
    double best_d = 0;
    for (int i = 0; i <= 300000; ++i) {
        double const at_d = 10 + 30 * i / 300000.0;
        double const here = concentration(two, history, days(at_d)).base();
        if (here > best) {
            best = here;
            best_d = at_d;
        }
    }
    REQUIRE(best_d > 10.1);
    REQUIRE(best_d < 39.9);
    CHECK_THAT(found.exposure.cmax.base(), WithinRel(best, 1e-9));
    CHECK(found.exposure.cmax.base() >= best);
    CHECK_THAT(found.tmax.base(), WithinAbs(best_d, 2e-3));
}

TEST_CASE("time above a threshold is the sum of the times between crossings", "[pk][exposure]")
{
    // 50 mg/L halving every 3 d crosses 12.5 mg/L after 6 d; the second dose adds 62.5 mg/L in all at day 6
    std::vector<DoseEvent> const history{{0, 0, 100}, {9, 0, 100}};
    auto const disposition = one_compartment(3);
    Concentration const threshold = 12.5 * unit::mg_per_L;
    double const second = 3 * std::log2((50 + 6.25) / 12.5);
    CHECK_THAT(time_above(disposition, history, threshold, days(40)).base(), WithinRel(6 + second, a_few_roundings));
    CHECK_THAT(time_above(disposition, history, threshold, days(7)).base(), WithinRel(6.0, a_few_roundings));
    CHECK(time_above(disposition, history, 60 * unit::mg_per_L, days(40)).base() == 0);
    CHECK_THAT(time_above(disposition, history, Concentration{}, days(40)).base(), WithinRel(40.0, a_few_roundings));
}

TEST_CASE("an infusion crosses the threshold on its way up and again on its way down", "[pk][exposure]")
{
    auto const disposition = one_compartment(1);
    std::vector<DoseEvent> const history{{2, 4, 80}};
    Concentration const threshold = 5 * unit::mg_per_L;
    double const above = time_above(disposition, history, threshold, days(20)).base();
    // 20 mg/d into 2 L tend to 10/ln 2 mg/L
    double const plateau = 10 / std::numbers::ln2;
    double const up = 2 - std::log2(1 - 5 / plateau);
    double const down = 6 + std::log2(plateau * (1 - std::exp2(-4.0)) / 5);
    CHECK_THAT(above, WithinRel(down - up, a_few_roundings));
}

TEST_CASE("without enough samples above the limit there is no half-life to report", "[pk][exposure]")
{
    std::vector<DoseEvent> const bolus{{0, 0, 100}};
    auto const slow = half_life_nca(one_compartment(3), bolus);
    REQUIRE(slow);
    CHECK_THAT(slow->base(), WithinRel(3.0, a_few_roundings));
    // 50 mg/L halving every 0.5 d is below 0.5 mg/L after day 3.3: two samples remain
    CHECK_FALSE(half_life_nca(one_compartment(0.5), bolus));
    CHECK_FALSE(half_life_nca(one_compartment(3), {}));
}

TEST_CASE("the reported half-life comes from the last four samples above the limit", "[pk][exposure]")
{
    auto const disposition = typical_huc242_dm4();
    auto const history = dose_events({.infusion = 1.5 * unit::h}, 302.4 * unit::mg);
    auto const all_six = half_life_nca(disposition, history);
    auto const last_four = half_life_nca(disposition, history, {.days = {5, 7, 10, 14}});
    REQUIRE((all_six && last_four));
    CHECK(all_six->base() == last_four->base());
    CHECK(*all_six < half_life_terminal(disposition)); // the distribution phase still shows
    CHECK_THAT(all_six->base(), WithinAbs(4.7, 0.1));
}

TEST_CASE("a prepared schedule gives what superposition gives", "[pk][schedule]")
{
    Regimen const regimen =
        GENERATE(Regimen{.days = {1}, .cycle = 21 * unit::d, .cycles = 6, .infusion = 1.5 * unit::h},
                 Regimen{.days = {1}, .cycle = 21 * unit::d, .cycles = 6, .infusion = 1 * unit::h},
                 Regimen{.days = {1, 8}, .cycle = 21 * unit::d, .cycles = 4},
                 Regimen{.days = {1, 4, 7}, .cycle = 28 * unit::d, .cycles = 3, .infusion = 100 * unit::h},
                 Regimen{.days = {1, 2, 4, 8, 9, 13}, .cycle = 14 * unit::d, .cycles = 9, .infusion = 0.3 * unit::h});
    double const window_d = GENERATE(0.03, 7.0, 21.0, 126.0);
    CAPTURE(regimen.days, regimen.infusion.base(), window_d);
    Schedule const schedule{regimen, days(window_d)};
    auto const history = dose_events(regimen, 250 * unit::mg);
    for (auto const& rates :
         {Rates{.V1_L = 3, .k10_per_d = 0.2}, Rates{.V1_L = 3, .k10_per_d = 1e-7},
          Rates{.V1_L = 3, .k10_per_d = 3, .k12_per_d = 0.2, .k21_per_d = 0.5},
          Rates{.V1_L = 3, .k12_per_d = 0.2, .k21_per_d = 0.5},
          Rates{.V1_L = 3, .k10_per_d = .2, .k12_per_d = .3, .k21_per_d = .7, .k13_per_d = .06, .k31_per_d = .05}}) {
        Disposition const disposition{rates};
        auto const by_schedule = schedule.exposure(disposition).of(250 * unit::mg);
        auto const by_superposition = exposure(disposition, history, days(window_d));
        CHECK_THAT(by_schedule.auc.base(), WithinRel(by_superposition.auc.base(), 1e-11));
        CHECK_THAT(by_schedule.cmax.base(), WithinRel(by_superposition.cmax.base(), 1e-11));
        CHECK_THAT(by_schedule.trough.base(), WithinRel(by_superposition.trough.base(), 1e-10));
        CHECK_THAT(by_schedule.average.base(), WithinRel(by_superposition.average.base(), 1e-11));
    }
}

TEST_CASE("a schedule of many different gaps needs no table", "[pk][schedule]")
{
    std::mt19937 engine{11};
    std::vector<DoseEvent> history;
    double time_d = 0;
    for (int k = 0; k < 40; ++k) {
        history.push_back({time_d, k % 3 == 0 ? 0 : 0.01 * k, 10.0 + k});
        time_d += std::uniform_real_distribution{1.0, 9.0}(engine);
    }
    auto const whole = Schedule{history, days(time_d)}.exposure(typical_huc242_dm4()).of(1 * unit::mg);
    check_alike(whole, exposure(typical_huc242_dm4(), history, days(time_d)));
}

TEST_CASE("a schedule refuses a dose before time 0", "[pk][schedule]")
{
    std::vector<DoseEvent> const history{{-1, 0, 100}};
    CHECK_THROWS_AS((Schedule{history, days(21)}), FaultError);
}

TEST_CASE("no dose, no exposure", "[pk][exposure]")
{
    auto const nothing = Schedule{Regimen{}, days(21)}.exposure(typical_huc242_dm4()).of(0 * unit::mg);
    CHECK(nothing.auc.base() == 0);
    CHECK(nothing.cmax.base() == 0);
    auto const empty = Schedule{History{}, days(21)}.exposure(typical_huc242_dm4()).of(1 * unit::mg);
    CHECK(empty.auc.base() == 0);
    CHECK(exposure(typical_huc242_dm4(), {}, days(21)).trough.base() == 0);
    CHECK(auc_to_infinity(typical_huc242_dm4(), {}).base() == 0);
}

} // namespace kinetics_tests

// Parameters that change on the way: amounts carried over from one disposition to the next.
#include "pk_models/fault_error.hpp"
#include "pk_models/linear_course.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/event_ode.hpp"
#include "tests/support/kinetics.hpp"

#include <cmath>
#include <random>

namespace kinetics_tests {

using namespace escalon;
using namespace escalon::pk;
using escalon::test::a_few_roundings;
using escalon::test::days;
using escalon::test::rates_of_three;
using escalon::test::stepper_tolerance;
using escalon::test::WithinAbs;
using escalon::test::WithinRel;

namespace {

Rates random_rates(auto const& between, int compartments)
{
    Rates rates{.V1_L = between(1, 6), .k10_per_d = between(0.05, 0.6)};
    if (compartments > 1) {
        rates.k12_per_d = between(0.01, 3);
        rates.k21_per_d = between(0.01, 3);
        rates.k20_per_d = between(0, 0.4);
    }
    if (compartments > 2) {
        rates.k13_per_d = between(0.01, 1);
        rates.k31_per_d = between(0.01, 1);
        rates.k30_per_d = between(0, 0.2);
    }
    return rates;
}

void check_amounts(Amounts const& amounts, test::OdeState const& state)
{
    double const body_mg = state[0] + state[1] + state[2] + state[3];
    CHECK_THAT(amounts.depot_mg, WithinAbs(state[0], stepper_tolerance * body_mg));
    CHECK_THAT(amounts.central_mg, WithinRel(state[1], stepper_tolerance));
    CHECK_THAT(amounts.peripheral_mg[0], WithinAbs(state[2], stepper_tolerance * body_mg));
    CHECK_THAT(amounts.peripheral_mg[1], WithinAbs(state[3], stepper_tolerance * body_mg));
}

} // namespace

TEST_CASE("occasions that are all alike are no occasions", "[pk][occasions]")
{
    Absorption const absorption{.KA_per_d = 0.9, .F1 = 0.7, .ALAG1_d = 0.1};
    std::vector<DoseEvent> const history{{0, 0, 300}, {3, 2, 120}, {6, 4, 80, Site::central}, {9, 0, 100, Site::central}};
    std::vector<Occasion> const occasions{{0, rates_of_three, absorption},
                                          {4.5, rates_of_three, absorption},
                                          {7, rates_of_three, absorption}};
    LinearCourse const course{occasions, history, days(30)};
    Disposition const disposition{rates_of_three, absorption};
    for (double const at_d : {0.0, 0.05, 0.5, 3.5, 4.5, 4.6, 7.0, 9.0, 25.0}) {
        CAPTURE(at_d);
        CHECK_THAT(course.concentration(days(at_d)).base(),
                   WithinRel(concentration(disposition, history, days(at_d)).base(), 1e-11));
        CHECK_THAT(course.concentration_before(days(at_d)).base(),
                   WithinRel(concentration_before(disposition, history, days(at_d)).base(), 1e-11));
    }
    auto const whole = course.exposure_between(days(0), days(30));
    auto const superposed = exposure_between(disposition, history, days(0), days(30));
    CHECK_THAT(whole.exposure.auc.base(), WithinRel(superposed.exposure.auc.base(), 1e-11));
    CHECK_THAT(whole.exposure.cmax.base(), WithinRel(superposed.exposure.cmax.base(), 1e-11));
    CHECK_THAT(whole.exposure.trough.base(), WithinRel(superposed.exposure.trough.base(), 1e-11));
    CHECK_THAT(whole.tmax.base(), WithinAbs(superposed.tmax.base(), 1e-7));
}

TEST_CASE("clearance doubles at day 5: by hand, one compartment", "[pk][occasions]")
{
    std::vector<DoseEvent> const history{{0, 0, 100}};
    std::vector<Occasion> const occasions{{0, {.V1_L = 2, .k10_per_d = 0.1}, {}}, {5, {.V1_L = 2, .k10_per_d = 0.2}, {}}};
    LinearCourse const course{occasions, history, days(30)};
    CHECK_THAT(course.concentration(days(8)).base(), WithinRel(50 * std::exp(-0.5 - 0.6), a_few_roundings));
    double const area = 50 * (1 - std::exp(-0.5)) / 0.1 + 50 * std::exp(-0.5) * (1 - std::exp(-0.6)) / 0.2;
    CHECK_THAT(course.auc(days(0), days(8)).base(), WithinRel(area, a_few_roundings));
}

TEST_CASE("a central volume that changes leaves the amount and changes the concentration, which a trough does not see yet",
          "[pk][occasions]")
{
    std::vector<DoseEvent> const history{{0, 0, 100}};
    std::vector<Occasion> const occasions{{0, {.V1_L = 2, .k10_per_d = 0.1}, {}}, {5, {.V1_L = 4, .k10_per_d = 0.1}, {}}};
    LinearCourse const course{occasions, history, days(30)};
    CHECK_THAT(course.concentration_before(days(5)).base(), WithinRel(50 * std::exp(-0.5), a_few_roundings));
    CHECK_THAT(course.concentration(days(5)).base(), WithinRel(25 * std::exp(-0.5), a_few_roundings));
    CHECK_THAT(course.exposure_between(days(0), days(5)).exposure.trough.base(), WithinRel(50 * std::exp(-0.5), a_few_roundings));
}

TEST_CASE("amounts, concentrations, areas and peaks follow the equations of motion through random events and occasions",
          "[pk][occasions]")
{
    std::mt19937 engine{41};
    auto const between = [&](double low, double high) { return std::uniform_real_distribution{low, high}(engine); };
    for (int round = 0; round < 24; ++round) {
        CAPTURE(round);
        std::vector<Occasion> occasions;
        test::EventOde ode;
        for (double const from_d : {0.0, between(4, 9), between(10, 15), between(16, 20)}) {
            bool const oral = round % 2 == 0;
            occasions.push_back({from_d,
                                 random_rates(between, 1 + round % 3),
                                 {.KA_per_d = oral ? between(0.1, 4) : 0, .F1 = between(0.3, 1), .ALAG1_d = between(0, 3)}});
            ode.parameters.push_back({from_d, occasions.back().rates, occasions.back().absorption.KA_per_d});
        }
        if (round % 4 == 1)
            ode.emptied_d.push_back(between(8, 13));
        std::vector<DoseEvent> history;
        for (int dose = 0; dose < 8; ++dose) {
            DoseEvent given{between(0, 22), dose % 2 == 0 ? 0 : between(0.01, 6), between(10, 400),
                            dose % 3 == 0 ? Site::central : Site::usual};
            auto const* holding = &occasions.front();
            for (auto const& occasion : occasions)
                if (occasion.from_d <= given.time_d)
                    holding = &occasion;
            auto const& absorption = holding->absorption;
            bool const lagged = !absorption.has_depot() || given.site == Site::usual;
            double const arrives_d = given.time_d + (lagged ? absorption.ALAG1_d : 0);
            double cut_d = 1e300;
            for (double const reset_d : ode.emptied_d)
                if (given.time_d < reset_d)
                    cut_d = given.until_d = reset_d;
            if (arrives_d < cut_d)
                ode.inflows.push_back(
                    {arrives_d, arrives_d + given.duration_d, given.amount_mg * (lagged ? absorption.F1 : 1),
                     absorption.has_depot() && given.site == Site::usual ? test::Into::depot : test::Into::central, cut_d});
            history.push_back(given);
        }
        LinearCourse const course{occasions, history, days(40)};
        for (double const at_d : {3.0, 11.0, 16.5, 24.0, 39.0}) {
            CAPTURE(at_d);
            check_amounts(course.amounts(days(at_d)), ode.state(at_d));
            CHECK_THAT(course.concentration(days(at_d)).base(), WithinRel(ode.concentration(at_d), stepper_tolerance));
        }
        CHECK_THAT(course.auc(days(0), days(39)).base(), WithinRel(ode.auc(0, 39), stepper_tolerance));
        CHECK_THAT(course.auc(days(7), days(18.5)).base(), WithinRel(ode.auc(7, 18.5), stepper_tolerance));
        auto const found = course.exposure_between(days(2), days(33));
        double highest = 0;
        for (double at_d = 2; at_d < 33; at_d += 0.004)
            highest = std::max(highest, course.concentration(days(at_d)).base());
        CHECK(found.exposure.cmax.base() >= highest);
        CHECK_THAT(found.exposure.cmax.base(), WithinRel(highest, 0.03)); // the grid misses the ends of infusions
        CHECK(found.exposure.trough == course.concentration_before(days(33)));
    }
}

TEST_CASE("drug that waits in the tissue comes back when clearance falls: the peak has no event", "[pk][occasions]")
{
    // washed out of plasma fast, then hardly at all: what returns from compartment 2 makes a second rise
    Rates const fast{.V1_L = 3, .k10_per_d = 8, .k12_per_d = 2, .k21_per_d = 0.3};
    Rates slow = fast;
    slow.k10_per_d = 0.05;
    slow.k12_per_d = 0.02;
    std::vector<DoseEvent> const history{{0, 0, 300}};
    std::vector<Occasion> const occasions{{0, fast, {}}, {2, slow, {}}};
    LinearCourse const course{occasions, history, days(60)};
    auto const second = course.exposure_between(days(2), days(60));
    CHECK(second.tmax.base() > 2.5);
    CHECK(second.tmax.base() < 30);
    double const around[] = {second.tmax.base() - 0.01, second.tmax.base() + 0.01};
    for (double const at_d : around)
        CHECK(course.concentration(days(at_d)) < second.exposure.cmax);
    test::EventOde const ode{.parameters = {{0, fast, 0}, {2, slow, 0}}, .inflows = {{0, 0, 300}}};
    CHECK_THAT(second.exposure.cmax.base(), WithinRel(ode.concentration(second.tmax.base()), stepper_tolerance));
}

TEST_CASE("an exchange that stops keeps what is in the tissue until it starts again", "[pk][occasions]")
{
    Rates const open{.V1_L = 3, .k10_per_d = 0.2, .k12_per_d = 0.5, .k21_per_d = 0.4};
    Rates closed = open;
    closed.k12_per_d = closed.k21_per_d = 0;
    std::vector<DoseEvent> const history{{0, 0, 300}};
    std::vector<Occasion> const occasions{{0, open, {}}, {3, closed, {}}, {10, open, {}}};
    LinearCourse const course{occasions, history, days(30)};
    CHECK_THAT(course.amounts(days(9)).peripheral_mg[0], WithinRel(course.amounts(days(3)).peripheral_mg[0], a_few_roundings));
    test::EventOde const ode{.parameters = {{0, open, 0}, {3, closed, 0}, {10, open, 0}}, .inflows = {{0, 0, 300}}};
    for (double const at_d : {9.0, 12.0, 25.0})
        check_amounts(course.amounts(days(at_d)), ode.state(at_d));
}

TEST_CASE("mass is conserved: what was given is in the body or was cleared", "[pk][occasions]")
{
    Rates first = rates_of_three;
    Rates second = rates_of_three;
    first.k20_per_d = first.k30_per_d = second.k20_per_d = second.k30_per_d = 0;
    second.k10_per_d = 0.5;
    second.k31_per_d = 0.75; // both tissues now left at one rate
    second.V1_L = 5;
    Absorption const oral{.KA_per_d = 1.1};
    std::vector<DoseEvent> const history{{0, 0, 300}, {2, 3, 90, Site::central}, {8, 0, 50}};
    std::vector<Occasion> const occasions{{0, first, oral}, {6, second, oral}};
    LinearCourse const course{occasions, history, days(60)};
    double const cleared_mg = first.k10_per_d * first.V1_L * course.auc(days(0), days(6)).base() +
                              second.k10_per_d * second.V1_L * course.auc(days(6), days(20)).base();
    auto const left = course.amounts(days(20));
    CHECK_THAT(cleared_mg + left.depot_mg + left.central_mg + left.peripheral_mg[0] + left.peripheral_mg[1],
               WithinRel(440.0, 1e-12));
}

TEST_CASE("a steady state of an occasion is that of its parameters, in every compartment", "[pk][occasions][steady]")
{
    double const duration_d = GENERATE(0.0, 0.5, 2.0, 5.0);
    double const lag_d = GENERATE(0.0, 0.4, 2.6);
    bool const oral = GENERATE(true, false);
    CAPTURE(duration_d, lag_d, oral);
    Absorption const absorption{.KA_per_d = 0.8, .F1 = 0.9, .ALAG1_d = lag_d};
    auto const site = oral ? Site::depot : Site::central;
    std::vector<DoseEvent> const history{
        {.time_d = 3, .duration_d = duration_d, .amount_mg = 100, .site = site, .interval_d = 2}};
    Rates other = rates_of_three;
    other.k10_per_d = 0.4;
    std::vector<Occasion> const occasions{{0, other, absorption}, {3, rates_of_three, absorption}};
    LinearCourse const course{occasions, history, days(60)};
    Disposition const disposition{rates_of_three, absorption};
    for (double const at_d : {3.0, 3.3, 4.4, 5.6, 8.0, 20.0}) {
        CAPTURE(at_d);
        CHECK_THAT(course.concentration(days(at_d)).base(),
                   WithinRel(concentration(disposition, history, days(at_d)).base(), 1e-10));
    }
    CHECK(course.concentration(days(2.9)).base() == 0);
    CHECK_THAT(course.concentration_before(days(3)).base(),
               WithinRel(concentration_before(disposition, history, days(3)).base(), 1e-10));
    test::EventOde ode{
        .parameters = {{-400, rates_of_three, absorption.KA_per_d}}, .inflows = {}, .emptied_d = {}, .start_d = -400};
    for (double given_d = 3; given_d > -398; given_d -= 2) {
        double const arrives_d = given_d + (oral ? lag_d : 0);
        ode.inflows.push_back(
            {arrives_d, arrives_d + duration_d, oral ? 90.0 : 100.0, oral ? test::Into::depot : test::Into::central});
    }
    check_amounts(course.amounts(days(6.5)), ode.state(6.5));
}

TEST_CASE("courses that cannot be are refused", "[pk][occasions]")
{
    std::vector<DoseEvent> const history{{0, 0, 100}};
    CHECK_THROWS_AS((LinearCourse{{}, history, days(1)}), FaultError);
    std::vector<Occasion> const backwards{{1, rates_of_three, {}}, {1, rates_of_three, {}}};
    CHECK_THROWS_AS((LinearCourse{backwards, history, days(1)}), FaultError);
    std::vector<Occasion> const late{{1, rates_of_three, {}}};
    CHECK_THROWS_AS((LinearCourse{late, history, days(1)}), FaultError);
    std::vector<Occasion> const fed{{0, {.k21_per_d = 1}, {}}};
    CHECK_THROWS_AS((LinearCourse{fed, history, days(1)}), FaultError);
}

} // namespace kinetics_tests

// First-order absorption, lag and bioavailability: the closed form against equations of motion, limits and hand calculation.
#include "pk_models/catalog.hpp"
#include "pk_models/decay.hpp"
#include "pk_models/exposure.hpp"
#include "pk_models/schedule.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/event_ode.hpp"
#include "tests/support/kinetics.hpp"
#include "tests/support/reference_drugs.hpp"

#include <cmath>
#include <numbers>
#include <random>

namespace kinetics_tests {

using namespace escalon;
using namespace escalon::pk;
using escalon::test::a_few_roundings;
using escalon::test::days;
using escalon::test::rates_of_three;
using escalon::test::rates_of_two;
using escalon::test::stepper_tolerance;
using escalon::test::WithinAbs;
using escalon::test::WithinRel;

namespace {

Rates const rates_of_one{.V1_L = 3, .k10_per_d = 0.25};

double C(Disposition const& disposition, History history, double at_d)
{
    return concentration(disposition, history, days(at_d)).base();
}

/// Divided differences of e^-x by Simpson's rule over the simplex, one dimension at a time.
double simpson(auto const& f)
{
    constexpr int pieces = 4000;
    double sum = f(0.0) + f(1.0);
    for (int i = 1; i < pieces; ++i)
        sum += (i % 2 == 0 ? 2 : 4) * f(i / static_cast<double>(pieces));
    return sum / 3 / pieces;
}

} // namespace

TEST_CASE("one decay that feeds another keeps its digits whatever the two rates", "[pk][absorption]")
{
    for (double const x : {0.0, 1e-9, 0.3, 0.999, 1.0, 1.5, 1.999, 2.0, 2.001, 7.0, 40.0})
        for (double const y : {0.0, 1e-12, 0.3, 0.9995, 1.0, 1.5000001, 1.999, 2.0, 2.5, 7.0, 41.0}) {
            CAPTURE(x, y);
            CHECK_THAT(chained(x, y), WithinRel(simpson([&](double s) { return std::exp(-x * s - y * (1 - s)); }), 1e-10));
            CHECK_THAT(chained_uptake(x, y), WithinRel(simpson([&](double s) { return s * chained(x * s, y * s); }), 1e-9));
            CHECK_THAT(chained_loss(x, y),
                       WithinRel(simpson([&](double s) { return s * s * chained_uptake(x * s, y * s); }), 1e-9));
            CHECK(chained_uptake(x, y) == chained_uptake(y, x));
            for (double const z : {0.0, 0.3, 1.0, 2.5, 7.0}) {
                CAPTURE(z);
                CHECK_THAT(chained(x, y, z),
                           WithinRel(simpson([&](double s) { return s * chained(x * s, y * s) * std::exp(-z * (1 - s)); }),
                                     1e-9));
                CHECK_THAT(chained_uptake(x, y, z),
                           WithinRel(simpson([&](double s) { return s * s * chained(x * s, y * s, z * s); }), 1e-9));
            }
        }
}

TEST_CASE("the differences agree on both sides of where a series takes over", "[pk][absorption]")
{
    for (double const x : {0.0, 0.5, 1.0, 1.9999999}) {
        CAPTURE(x);
        double const below = std::nextafter(pk::detail::chain_series_below, 0);
        double const above = pk::detail::chain_series_below;
        CHECK_THAT(chained_uptake(x, below), WithinRel(chained_uptake(x, above), 1e-14));
        CHECK_THAT(chained_loss(x, below), WithinRel(chained_loss(x, above), 1e-14));
    }
    double const below = std::nextafter(1.0, 0);
    for (double const y : {2.0, 3.0, 50.0})
        CHECK_THAT(chained_uptake(below, y), WithinRel(chained_uptake(1.0, y), 1e-14));
}

TEST_CASE("100 mg by mouth, one compartment: the Bateman function", "[pk][absorption]")
{
    Disposition const disposition{rates_of_one, {.KA_per_d = 2, .F1 = 0.6, .ALAG1_d = 0.5}};
    std::vector<DoseEvent> const history{{.time_d = 1, .amount_mg = 100}};
    for (double const at_d : {1.6, 2.0, 3.0, 9.0}) {
        CAPTURE(at_d);
        double const since_d = at_d - 1.5;
        double const bateman = 0.6 * 100 / 3 * 2 / (2 - 0.25) * (std::exp(-0.25 * since_d) - std::exp(-2 * since_d));
        CHECK_THAT(C(disposition, history, at_d), WithinRel(bateman, a_few_roundings));
    }
    CHECK(C(disposition, history, 1.5) == 0);
    CHECK(C(disposition, history, 1.2) == 0);
    CHECK_THAT(auc_to_infinity(disposition, history).base(), WithinRel(0.6 * 100 / 0.75, a_few_roundings));
    CHECK_THAT(auc(disposition, history, days(0), days(400)).base(), WithinRel(0.6 * 100 / 0.75, a_few_roundings));
}

TEST_CASE("the peak of an oral dose lies between events, at ln(KA/k)/(KA - k)", "[pk][absorption]")
{
    for (double const KA : {0.05, 0.2499, 0.25, 0.2501, 2.0, 40.0}) {
        CAPTURE(KA);
        Disposition const disposition{rates_of_one, {.KA_per_d = KA}};
        std::vector<DoseEvent> const history{{.amount_mg = 100}};
        double const tmax_d = KA == 0.25 ? 1 / KA : std::log1p((KA - 0.25) / 0.25) / (KA - 0.25);
        double const cmax = 100.0 / 3 * std::pow(KA / 0.25, -0.25 / (KA - 0.25 + (KA == 0.25 ? 1e-300 : 0)));
        auto const found = exposure_between(disposition, history, days(0), days(40));
        CHECK_THAT(found.tmax.base(), WithinAbs(tmax_d, 1e-7));
        CHECK_THAT(found.exposure.cmax.base(), WithinRel(KA == 0.25 ? 100.0 / 3 / std::numbers::e : cmax, a_few_roundings));
        auto const prepared = Schedule{history, days(40)}.exposure(disposition).of(1 * unit::mg);
        CHECK(prepared.cmax == found.exposure.cmax);
        CHECK(prepared.auc == found.exposure.auc);
        CHECK(prepared.trough == found.exposure.trough);
    }
}

TEST_CASE("absorption as fast as a rate of disposition is the limit from both sides", "[pk][absorption]")
{
    std::vector<DoseEvent> const history{{.amount_mg = 100}, {.time_d = 2, .duration_d = 3, .amount_mg = 80}};
    for (auto const& rates : {rates_of_one, rates_of_two, rates_of_three}) {
        Disposition const immediate{rates};
        for (auto const& mode : immediate.modes())
            for (double const at_d : {0.7, 2.5, 4.0, 11.0}) {
                CAPTURE(mode.rate_per_d, at_d);
                double const here = C(Disposition{rates, {.KA_per_d = mode.rate_per_d}}, history, at_d);
                for (double const beside : {1 - 1e-13, 1 + 1e-13})
                    CHECK_THAT(C(Disposition{rates, {.KA_per_d = mode.rate_per_d * beside}}, history, at_d),
                               WithinRel(here, a_few_roundings));
                double const below = C(Disposition{rates, {.KA_per_d = mode.rate_per_d * (1 - 1e-4)}}, history, at_d);
                double const above = C(Disposition{rates, {.KA_per_d = mode.rate_per_d * (1 + 1e-4)}}, history, at_d);
                CHECK_THAT(0.5 * (below + above), WithinRel(here, 1e-7));
            }
    }
}

TEST_CASE("absorption without end in its speed is a bolus", "[pk][absorption]")
{
    std::vector<DoseEvent> const history{{.amount_mg = 100}};
    for (double const at_d : {0.5, 3.0, 20.0})
        CHECK_THAT(C(Disposition{rates_of_three, {.KA_per_d = 1e9}}, history, at_d),
                   WithinRel(C(Disposition{rates_of_three}, history, at_d), 1e-8));
}

TEST_CASE("closed form and equations of motion agree for depot and central doses on random events", "[pk][absorption]")
{
    std::mt19937 engine{20061108};
    auto const between = [&](double low, double high) { return std::uniform_real_distribution{low, high}(engine); };
    for (int round = 0; round < 24; ++round) {
        CAPTURE(round);
        Rates rates{.V1_L = between(1, 6), .k10_per_d = between(0.05, 0.6)};
        if (round % 3 > 0) {
            rates.k12_per_d = between(0.01, 3);
            rates.k21_per_d = between(0.01, 3);
            rates.k20_per_d = round % 2 == 0 ? 0 : between(0, 0.4);
        }
        if (round % 3 > 1) {
            rates.k13_per_d = between(0.01, 1);
            rates.k31_per_d = between(0.01, 1);
        }
        Absorption const absorption{.KA_per_d = between(0.05, 6), .F1 = between(0.2, 1), .ALAG1_d = between(0, 2)};
        std::vector<DoseEvent> history;
        test::EventOde ode{.parameters = {{0, rates, absorption.KA_per_d}}, .inflows = {}};
        for (int dose = 0; dose < 7; ++dose) {
            bool const oral = dose % 3 != 0;
            double const start_d = between(0, 25);
            double const duration_d = dose % 2 == 0 ? 0 : between(0.01, 6);
            double const amount_mg = between(10, 400);
            history.push_back({start_d, duration_d, amount_mg, oral ? Site::usual : Site::central});
            double const arrives_d = start_d + (oral ? absorption.ALAG1_d : 0);
            ode.inflows.push_back({arrives_d, arrives_d + duration_d, amount_mg * (oral ? absorption.F1 : 1),
                                   oral ? test::Into::depot : test::Into::central});
        }
        Disposition const disposition{rates, absorption};
        double const until_d = between(20, 40);
        CHECK_THAT(C(disposition, history, until_d), WithinRel(ode.concentration(until_d), stepper_tolerance));
        CHECK_THAT(C(disposition, history, 12), WithinRel(ode.concentration(12), stepper_tolerance));
        CHECK_THAT(auc(disposition, history, days(0), days(until_d)).base(), WithinRel(ode.auc(0, until_d), stepper_tolerance));
        CHECK_THAT(auc(disposition, history, days(5), days(9)).base(), WithinRel(ode.auc(5, 9), stepper_tolerance));
        auto const found = exposure_between(disposition, history, days(0), days(until_d));
        CHECK_THAT(ode.concentration(found.tmax.base()), WithinRel(found.exposure.cmax.base(), stepper_tolerance));
        double highest = 0;
        for (double at_d = 0; at_d < until_d; at_d += 0.003)
            highest = std::max(highest, C(disposition, history, at_d));
        CHECK(found.exposure.cmax.base() >= highest);
        CHECK_THAT(found.exposure.cmax.base(), WithinRel(highest, 0.02)); // the grid misses the ends of infusions
    }
}

TEST_CASE("a depot's history is the sum of its doses, and twice the dose is twice the exposure", "[pk][absorption]")
{
    Disposition const disposition{rates_of_three, {.KA_per_d = 0.9, .F1 = 0.7, .ALAG1_d = 0.1}};
    std::vector<DoseEvent> const both{{0, 0, 300}, {0.05, 2, 120}, {7, 0, 80, Site::central}};
    std::vector<DoseEvent> doubled = both;
    for (auto& dose : doubled)
        dose.amount_mg *= 2;
    for (double const at_d : {0.1, 0.2, 1.0, 2.15, 7.0, 12.5}) {
        CAPTURE(at_d);
        double sum = 0;
        for (auto const& dose : both)
            sum += C(disposition, {&dose, 1}, at_d);
        CHECK_THAT(C(disposition, both, at_d), WithinRel(sum, a_few_roundings));
        CHECK_THAT(C(disposition, doubled, at_d), WithinRel(2 * sum, a_few_roundings));
    }
    auto const once = exposure(disposition, both, days(21));
    auto const twice = exposure(disposition, doubled, days(21));
    CHECK_THAT(twice.auc.base(), WithinRel(2 * once.auc.base(), a_few_roundings));
    CHECK_THAT(twice.cmax.base(), WithinRel(2 * once.cmax.base(), a_few_roundings));
}

TEST_CASE("time above a threshold counts from the rise of an oral dose to its fall", "[pk][absorption]")
{
    Disposition const disposition{rates_of_one, {.KA_per_d = 2}};
    std::vector<DoseEvent> const history{{.amount_mg = 100}};
    Concentration const threshold = 10 * unit::mg_per_L;
    double const above = time_above(disposition, history, threshold, days(30)).base();
    double counted = 0;
    for (int i = 0; i < 300000; ++i)
        counted += C(disposition, history, (i + 0.5) * 1e-4) > 10 ? 1e-4 : 0;
    CHECK_THAT(above, WithinAbs(counted, 3e-4));
}

TEST_CASE("models read KA, F1 and ALAG1 with their etas, after the parameters that they had before", "[pk][absorption][models]")
{
    auto const CL = sized(0.75 * unit::L_per_d);
    auto const V = sized(3 * unit::L);
    auto const patient = test::patient_of(1.8 * unit::m2);
    Model const plain = TwoCompartment{.CL = CL, .V1 = V, .Q = CL, .V2 = V};
    TwoCompartment oral{.CL = CL, .V1 = V, .Q = CL, .V2 = V};
    oral.KA = 2 * unit::per_d;
    oral.F1 = 0.5;
    oral.ALAG1 = 6 * unit::h;
    CHECK(parameter_names(plain).size() == 4);
    REQUIRE(parameter_names(Model{oral}).size() == 7);
    for (std::size_t k = 0; k < 4; ++k)
        CHECK(parameter_names(Model{oral})[k] == parameter_names(plain)[k]);
    Etas etas{};
    etas[4] = std::log(2.0);
    etas[5] = std::log(0.8);
    etas[6] = std::log(3.0);
    auto const absorption = oral.individual(patient, etas).absorption();
    CHECK_THAT(absorption.KA_per_d, WithinRel(4.0, a_few_roundings));
    CHECK_THAT(absorption.F1, WithinRel(0.4, a_few_roundings));
    CHECK_THAT(absorption.ALAG1_d, WithinRel(0.75, a_few_roundings));
    CHECK(std::get<Disposition>(individual(plain, patient, Etas{})).absorption().immediate());
}

TEST_CASE("without KA, F1 and ALAG1 are those of the central compartment", "[pk][absorption]")
{
    std::vector<DoseEvent> const history{{0, 0.5, 100}};
    std::vector<DoseEvent> const late{{0.25, 0.5, 80}};
    for (double const at_d : {0.1, 0.25, 0.5, 0.75, 3.0}) {
        CAPTURE(at_d);
        CHECK_THAT(C(Disposition{rates_of_two, {.F1 = 0.8, .ALAG1_d = 0.25}}, history, at_d),
                   WithinRel(C(Disposition{rates_of_two}, late, at_d), a_few_roundings));
    }
    std::vector<DoseEvent> const vein{{0, 0.5, 100, Site::central}};
    Disposition const oral{rates_of_two, {.KA_per_d = 2, .F1 = 0.8, .ALAG1_d = 0.25}};
    for (double const at_d : {0.1, 0.5, 3.0})
        CHECK(C(oral, vein, at_d) == C(Disposition{rates_of_two}, vein, at_d));
}

TEST_CASE("extremes of absorption stay finite", "[pk][absorption]")
{
    std::vector<DoseEvent> const history{{0, 0, 100}, {1, 0.5, 100}, {.time_d = 5, .amount_mg = 100, .interval_d = 1}};
    for (double const KA : {1e-300, 1e-9, 1.0, 1e9, 1e100})
        for (double const F1 : {0.0, 1e-9, 1.0, 3.0}) {
            CAPTURE(KA, F1);
            Disposition const disposition{rates_of_three, {.KA_per_d = KA, .F1 = F1, .ALAG1_d = 0.2}};
            auto const found = exposure(disposition, history, days(21));
            CHECK(std::isfinite(found.auc.base()));
            CHECK(std::isfinite(found.cmax.base()));
            CHECK(found.trough.base() >= 0);
        }
}

} // namespace kinetics_tests

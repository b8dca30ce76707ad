// Events as NONMEM's records write them, among them each event that another simulator once got wrong.
#include "pk_models/events.hpp"
#include "pk_models/exposure.hpp"
#include "pk_models/fault_error.hpp"
#include "pk_models/linear_course.hpp"
#include "pk_models/schedule.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/event_ode.hpp"
#include "tests/support/kinetics.hpp"
#include "tests/support/oracle.hpp"

#include <cmath>
#include <random>

namespace kinetics_tests {

using namespace escalon;
using namespace escalon::pk;
using escalon::test::a_few_roundings;
using escalon::test::ContainsSubstring;
using escalon::test::days;
using escalon::test::rates_of_two;
using escalon::test::stepper_tolerance;
using escalon::test::WithinAbs;
using escalon::test::WithinRel;

namespace {

constexpr auto central = FirstCompartment::central;
constexpr auto depot = FirstCompartment::depot;

PatientEvents events(std::vector<EventRecord> records, FirstCompartment first = central)
{
    return {"1", std::move(records), first};
}

double C(Disposition const& disposition, PatientEvents const& patient, double at_d)
{
    return concentration(disposition, patient.doses(), days(at_d)).base();
}

double C_before(Disposition const& disposition, PatientEvents const& patient, double at_d)
{
    return concentration_before(disposition, patient.doses(), days(at_d)).base();
}

/// The same dose so often before a time that the first is forgotten, and at that time.
test::EventOde since_long_ago(Rates const& rates, double KA_per_d, test::Inflow const& last, double interval_d, double began_d)
{
    constexpr double long_d = 300; // e^(-0.1 300) is below the stepper's tolerance
    test::EventOde ode{
        .parameters = {{began_d - long_d, rates, KA_per_d}}, .inflows = {}, .emptied_d = {}, .start_d = began_d - long_d};
    for (double back_d = 0; last.start_d - back_d > began_d - long_d; back_d += interval_d)
        ode.inflows.push_back({last.start_d - back_d, last.stop_d - back_d, last.amount_mg, last.into});
    return ode;
}

std::vector<std::string> told(std::vector<EventRecord> const& records, FirstCompartment first = central)
{
    std::vector<std::string> all;
    for (auto const& fault : faults(records, first)) {
        CHECK_FALSE(fault.remedy.empty());
        all.push_back(fault.field + ": " + fault.problem);
    }
    return all;
}

} // namespace

TEST_CASE("additional doses follow at their interval, and other doses go on beside them", "[pk][events]")
{
    // the example of NONMEM's help for ADDL: 10, 22, 34 and one more at 20
    auto const patient = events({{.time_d = 10, .amt_mg = 15, .evid = 1, .ii_d = 12, .addl = 2},
                                 {.time_d = 15},
                                 {.time_d = 20, .amt_mg = 10, .evid = 1},
                                 {.time_d = 36}});
    REQUIRE(patient.doses().size() == 4);
    std::vector<std::pair<double, double>> given;
    for (auto const& dose : patient.doses())
        given.emplace_back(dose.time_d, dose.amount_mg);
    CHECK(given == std::vector<std::pair<double, double>>{{10, 15}, {20, 10}, {22, 15}, {34, 15}});
    CHECK(patient.observations().size() == 2);
    CHECK(patient.last_d() == 36);
}

TEST_CASE("RATE gives an infusion over AMT/RATE, DUR one over its time, neither a bolus", "[pk][events]")
{
    auto const patient = events({{.time_d = 0, .amt_mg = 100, .rate_mg_per_d = 50, .evid = 1},
                                 {.time_d = 1, .amt_mg = 100, .dur_d = 0.5, .evid = 1},
                                 {.time_d = 2, .amt_mg = 100, .evid = 1}});
    CHECK(patient.doses()[0].duration_d == 2);
    CHECK(patient.doses()[1].duration_d == 0.5);
    CHECK(patient.doses()[2].duration_d == 0);
}

TEST_CASE("mrgsolve #369: the peak is the concentration at the end of the infusion, not what a solver saw past it",
          "[pk][events][peers]")
{
    auto const patient = events({{.time_d = 0, .amt_mg = 300, .dur_d = 0.0625, .evid = 1}});
    Disposition const disposition{rates_of_two};
    auto const found = exposure_between(disposition, patient.doses(), days(0), days(21));
    CHECK(found.tmax.base() == 0.0625);
    CHECK_THAT(found.exposure.cmax.base(), WithinRel(C(disposition, patient, 0.0625), a_few_roundings));
    CHECK(found.exposure.cmax.base() >= C(disposition, patient, 0.0625 - 1e-9));
    CHECK(found.exposure.cmax.base() >= C(disposition, patient, 0.0625 + 1e-9));
}

TEST_CASE("PKNCA #192: the peak does not depend on when samples were drawn", "[pk][events][peers]")
{
    std::vector<EventRecord> records{{.time_d = 0, .amt_mg = 300, .dur_d = 0.0625, .evid = 1}};
    Disposition const disposition{rates_of_two};
    auto const without = exposure(disposition, events(records).doses(), days(21)).cmax;
    for (double const at_d : {0.03, 0.2, 1.0, 7.0})
        records.push_back({.time_d = at_d});
    CHECK(exposure(disposition, events(records).doses(), days(21)).cmax == without);
    auto const course = course_of(events(records), std::array{Absorption{}}, std::array{0.03, 0.2, 1.0, 7.0}, days(21)).course;
    auto const ends = course.ends_d();
    CHECK(std::ranges::find(ends, 0.0625) != ends.end());
}

TEST_CASE("mrgsolve #267: a lag moves an infusion as a whole, its duration stays", "[pk][events][peers]")
{
    auto const patient = events({{.time_d = 0, .amt_mg = 100, .dur_d = 10.0 / 24, .evid = 1}}, depot);
    Absorption const lagged{.KA_per_d = 48, .ALAG1_d = 5.0 / 24};
    Disposition const late{rates_of_two, lagged};
    Disposition const at_once{rates_of_two, {.KA_per_d = 48}};
    CHECK(C(late, patient, 5.0 / 24) == 0);
    for (double const since_h : {1.0, 9.0, 10.0, 11.0, 48.0})
        CHECK_THAT(C(late, patient, (since_h + 5) / 24), WithinRel(C(at_once, patient, since_h / 24), 1e-11));
}

TEST_CASE("mrgsolve #270: infusions with a lag and a duration longer than their interval overlap", "[pk][events][peers]")
{
    auto const patient = events({{.time_d = 0, .amt_mg = 100, .dur_d = 2.5, .evid = 1, .ii_d = 1, .addl = 5}});
    Disposition const disposition{rates_of_two, {.ALAG1_d = 1.75}};
    test::EventOde ode{.parameters = {{0, rates_of_two, 0}}, .inflows = {}};
    for (int k = 0; k <= 5; ++k)
        ode.inflows.push_back({k + 1.75, k + 4.25, 100});
    for (double const at_d : {1.0, 2.0, 3.5, 5.0, 7.6, 12.0}) {
        CAPTURE(at_d);
        CHECK_THAT(C(disposition, patient, at_d), WithinAbs(ode.concentration(at_d), stepper_tolerance));
    }
    auto const found = exposure_between(disposition, patient.doses(), days(0), days(21));
    CHECK(found.tmax.base() >= 6.75 - 1); // three at a time until 6.75 + 0.5
    CHECK_THAT(ode.concentration(found.tmax.base()), WithinRel(found.exposure.cmax.base(), stepper_tolerance));
}

TEST_CASE("mrgsolve #299, #683: EVID 4 during an infusion stops it, empties the body and gives its own dose",
          "[pk][events][peers]")
{
    auto const patient = events({{.time_d = 0, .amt_mg = 100, .rate_mg_per_d = 10, .evid = 1},
                                 {.time_d = 4, .amt_mg = 200, .rate_mg_per_d = 100, .evid = 4}});
    auto const alone = events({{.time_d = 4, .amt_mg = 200, .rate_mg_per_d = 100, .evid = 1}});
    Disposition const disposition{rates_of_two};
    CHECK(C_before(disposition, patient, 4) > 0);
    CHECK(C(disposition, patient, 4) == 0);
    for (double const at_d : {4.5, 6.0, 9.0, 20.0}) {
        CAPTURE(at_d);
        CHECK_THAT(C(disposition, patient, at_d), WithinRel(C(disposition, alone, at_d), a_few_roundings));
    }
    test::EventOde const ode{.parameters = {{0, rates_of_two, 0}},
                             .inflows = {{0, 10, 100, test::Into::central, 4}, {4, 6, 200}},
                             .emptied_d = {4}};
    auto const found = exposure(disposition, patient.doses(), days(12));
    CHECK_THAT(found.auc.base(), WithinRel(ode.auc(0, 12), stepper_tolerance));
    auto const first = exposure_between(disposition, patient.doses(), days(0), days(4));
    CHECK_THAT(first.exposure.trough.base(), WithinRel(ode.state(4, true)[1] / rates_of_two.V1_L, stepper_tolerance));
    CHECK(first.tmax.base() == 4);
    auto const prepared = Schedule{patient.doses(), days(12)}.exposure(disposition).of(1 * unit::mg);
    CHECK(prepared.auc == found.auc);
    CHECK(prepared.cmax == found.cmax);
    std::vector<Occasion> const occasion{{0, rates_of_two, {}}};
    CHECK_THAT(LinearCourse(occasion, patient.doses(), days(20)).auc(days(0), days(12)).base(),
               WithinRel(ode.auc(0, 12), stepper_tolerance));
}

TEST_CASE("mrgsolve #23, rxode2 #1351: additional doses of EVID 4 do not reset again", "[pk][events][peers]")
{
    auto const patient = events({{.time_d = 2, .amt_mg = 100, .evid = 4, .ii_d = 12, .addl = 2}});
    auto const plain = events({{.time_d = 2, .amt_mg = 100, .evid = 1, .ii_d = 12, .addl = 2}});
    CHECK(patient.resets_d().size() == 1);
    CHECK(C(Disposition{rates_of_two}, patient, 15) == C(Disposition{rates_of_two}, plain, 15));
}

TEST_CASE("mrgsolve #947: F1 may stretch the infusion of a steady state to its whole interval", "[pk][events][peers]")
{
    // AMT 100 at RATE 4.12 with F1 0.412 runs for 10 of 10 d: a constant infusion
    auto const patient = events({{.time_d = 0, .amt_mg = 100, .rate_mg_per_d = 4.12, .evid = 1, .ii_d = 10, .ss = 1, .row = 2}});
    Rates const one{.V1_L = 20, .k10_per_d = 1.1 / 20};
    Disposition const disposition{one, {.F1 = 0.412}};
    for (double const at_d : {0.0, 3.0, 9.999, 10.0})
        CHECK_THAT(C(disposition, patient, at_d), WithinRel(4.12 / 1.1, 1e-11));
    std::vector<Occasion> const occasion{{0, one, {.F1 = 0.412}}};
    CHECK_THAT(LinearCourse(occasion, patient.doses(), days(10)).concentration(days(5)).base(), WithinRel(4.12 / 1.1, 1e-11));
}

TEST_CASE("mrgsolve #954: F1 shortens an infusion stated by RATE, and slows one stated by DUR", "[pk][events][peers]")
{
    auto const by_rate = events({{.time_d = 0, .amt_mg = 100, .rate_mg_per_d = 10, .evid = 1}});
    auto const by_duration = events({{.time_d = 0, .amt_mg = 100, .dur_d = 10, .evid = 1}});
    Absorption const absorption{.F1 = 0.1};
    CHECK(arriving(absorption, by_rate.doses()[0]).duration_d == 1);
    CHECK(arriving(absorption, by_duration.doses()[0]).duration_d == 10);
    Disposition const disposition{rates_of_two, absorption};
    CHECK(exposure_between(disposition, by_rate.doses(), days(0), days(21)).tmax.base() == 1);
    CHECK(exposure_between(disposition, by_duration.doses(), days(0), days(21)).tmax.base() == 10);
    test::EventOde const fast{.parameters = {{0, rates_of_two, 0}}, .inflows = {{0, 1, 10}}};
    test::EventOde const slow{.parameters = {{0, rates_of_two, 0}}, .inflows = {{0, 10, 10}}};
    CHECK_THAT(C(disposition, by_rate, 3), WithinRel(fast.concentration(3), stepper_tolerance));
    CHECK_THAT(C(disposition, by_duration, 3), WithinRel(slow.concentration(3), stepper_tolerance));
    CHECK_THAT(auc_to_infinity(disposition, by_rate.doses()).base(),
               WithinRel(auc_to_infinity(disposition, by_duration.doses()).base(), a_few_roundings));
}

TEST_CASE("rxode2 #230: a new dose does not make the model forget what is there", "[pk][events][peers]")
{
    auto const patient = events({{.time_d = 0, .amt_mg = 100, .evid = 1},
                                 {.time_d = 1, .amt_mg = 100, .evid = 1, .cmt = 2},
                                 {.time_d = 1, .amt_mg = 60, .dur_d = 2, .evid = 1},
                                 {.time_d = 2, .amt_mg = 40, .evid = 1}},
                                depot);
    Disposition const disposition{rates_of_two, {.KA_per_d = 1.3}};
    test::EventOde const ode{.parameters = {{0, rates_of_two, 1.3}},
                             .inflows = {{0, 0, 100, test::Into::depot},
                                         {1, 1, 100, test::Into::central},
                                         {1, 3, 60, test::Into::depot},
                                         {2, 2, 40, test::Into::depot}}};
    for (double const at_d : {0.5, 1.0, 1.5, 2.0, 2.5, 4.0, 14.0}) {
        CAPTURE(at_d);
        CHECK_THAT(C(disposition, patient, at_d), WithinRel(ode.concentration(at_d), stepper_tolerance));
    }
    CHECK(C(disposition, patient, 1) > C_before(disposition, patient, 1));
}

TEST_CASE("rxode2 #504: the closed form and the equations of motion agree on random records", "[pk][events][peers]")
{
    std::mt19937 engine{504};
    auto const between = [&](double low, double high) { return std::uniform_real_distribution{low, high}(engine); };
    for (int round = 0; round < 20; ++round) {
        CAPTURE(round);
        bool const oral = round % 2 == 0;
        Absorption const absorption{.KA_per_d = oral ? between(0.1, 4) : 0,
                                    .F1 = between(0.3, 1),
                                    .ALAG1_d = round % 3 == 0 ? 0 : between(0, 4)};
        test::EventOde ode{.parameters = {{0, rates_of_two, absorption.KA_per_d}}, .inflows = {}};
        std::vector<EventRecord> records;
        double const reset_d = round % 4 == 3 ? 11 : 1e300;
        for (int dose = 0; dose < 5; ++dose) {
            EventRecord record{.time_d = 4.0 * dose + between(0, 3), .amt_mg = between(10, 300), .evid = 1};
            if (dose % 3 == 1)
                record.rate_mg_per_d = between(20, 200);
            if (dose % 3 == 2)
                record.dur_d = between(0.1, 6);
            if (dose % 2 == 1) {
                record.addl = 3;
                record.ii_d = between(0.5, 3);
            }
            if (oral)
                record.cmt = dose % 2 + 1;
            bool const first = !oral || record.cmt == 1;
            double const F = first ? absorption.F1 : 1;
            for (int k = 0; k <= record.addl; ++k) {
                double const given_d = record.time_d + k * record.ii_d;
                double const arrives_d = given_d + (first ? absorption.ALAG1_d : 0);
                double const duration_d = record.rate_mg_per_d > 0 ? F * record.amt_mg / record.rate_mg_per_d : record.dur_d;
                double const cut_d = record.time_d < reset_d ? reset_d : 1e300;
                if (arrives_d < cut_d)
                    ode.inflows.push_back({arrives_d, arrives_d + duration_d, F * record.amt_mg,
                                           oral && first ? test::Into::depot : test::Into::central, cut_d});
            }
            if (record.time_d > reset_d && ode.emptied_d.empty()) {
                records.push_back({.time_d = reset_d, .evid = 3});
                ode.emptied_d = {reset_d};
            }
            records.push_back(record);
        }
        auto const patient = events(records, oral ? depot : central);
        Disposition const disposition{rates_of_two, absorption};
        for (double const at_d : {5.0, 12.0, 21.0, 30.0}) {
            CAPTURE(at_d);
            CHECK_THAT(C(disposition, patient, at_d), WithinRel(ode.concentration(at_d), stepper_tolerance));
        }
        CHECK_THAT(auc(disposition, patient.doses(), days(0), days(30)).base(), WithinRel(ode.auc(0, 30), stepper_tolerance));
        auto const found = exposure_between(disposition, patient.doses(), days(0), days(30));
        bool const at_reset = found.tmax.base() == reset_d;
        CHECK_THAT(ode.state(found.tmax.base(), at_reset)[1] / rates_of_two.V1_L,
                   WithinRel(found.exposure.cmax.base(), stepper_tolerance));
    }
}

TEST_CASE("rxode2 #564: steady states of the closed form, bolus and infusion, depot and vein, with any lag",
          "[pk][events][peers]")
{
    double const duration_d = GENERATE(0.0, 0.5, 2.0, 5.0); // shorter than, equal to and longer than the interval
    double const lag_d = GENERATE(0.0, 0.6, 2.0, 4.6);
    bool const oral = GENERATE(true, false);
    CAPTURE(duration_d, lag_d, oral);
    auto const patient =
        events({{.time_d = 3, .amt_mg = 100, .dur_d = duration_d, .evid = 1, .cmt = oral ? 1 : 0, .ii_d = 2, .ss = 1}},
               oral ? depot : central);
    Absorption const absorption{.KA_per_d = oral ? 0.8 : 0, .F1 = 0.9, .ALAG1_d = lag_d};
    Disposition const disposition{rates_of_two, absorption};
    auto const ode = since_long_ago(rates_of_two, absorption.KA_per_d,
                                    {3 + lag_d, 3 + lag_d + duration_d, 90, oral ? test::Into::depot : test::Into::central}, 2,
                                    3);
    for (double const at_d : {3.3, 4.4, 5.7, 8.2, 20.0}) {
        CAPTURE(at_d);
        CHECK_THAT(C(disposition, patient, at_d), WithinRel(ode.concentration(at_d), stepper_tolerance));
    }
    CHECK_THAT(auc(disposition, patient.doses(), days(0), days(17)).base(), WithinRel(ode.auc(3, 17), stepper_tolerance));
    CHECK_THAT(auc_to_infinity(disposition, patient.doses()).base(), WithinRel(ode.auc(3, 400), stepper_tolerance));
    CHECK(C(disposition, patient, 2.99) == 0);
    auto const found = exposure_between(disposition, patient.doses(), days(0), days(17));
    CHECK_THAT(ode.concentration(found.tmax.base()), WithinRel(found.exposure.cmax.base(), stepper_tolerance));
    if (lag_d == 0) {
        CHECK_THAT(C_before(disposition, patient, 3), WithinRel(ode.state(3, true)[1] / rates_of_two.V1_L, stepper_tolerance));
        auto const goes_on = events({{.time_d = 3, .amt_mg = 100, .dur_d = duration_d, .evid = 1, .ii_d = 2, .addl = 4, .ss = 1}},
                                    oral ? depot : central);
        CHECK_THAT(C_before(disposition, goes_on, 11), WithinRel(C_before(disposition, goes_on, 3), 1e-11));
        CHECK_THAT(auc(disposition, goes_on.doses(), days(3), days(5)).base(),
                   WithinRel(90 / disposition.clearance_L_per_d(), 1e-11));
    }
}

TEST_CASE("steady states of records are those of the 50-digit oracle", "[pk][events][oracle]")
{
    auto const file = test::oracle("pk_linear.json");
    for (auto const& c : file["steady_state_cases"]) {
        CAPTURE(c["id"].get<std::string>());
        auto const& p = c["params"];
        double const V1 = p["V1"];
        Rates rates{.V1_L = V1, .k10_per_d = double{p["CL"]} / V1};
        for (auto const& [Q, V] : {std::pair{"Q", "V2"}, std::pair{"Q2", "V2"}})
            if (p.contains(Q)) {
                rates.k12_per_d = double{p[Q]} / V1;
                rates.k21_per_d = double{p[Q]} / double{p[V]};
            }
        if (p.contains("Q3")) {
            rates.k13_per_d = double{p["Q3"]} / V1;
            rates.k31_per_d = double{p["Q3"]} / double{p["V3"]};
        }
        double const tau = c["tau"];
        auto const patient = events({{.time_d = 0, .amt_mg = c["amt"], .dur_d = c["dur"], .evid = 1, .ii_d = tau, .ss = 1}});
        Disposition const disposition{rates};
        std::vector<Occasion> const occasion{{0, rates, {}}};
        LinearCourse const course{occasion, patient.doses(), days(tau)};
        std::vector<double> const times = c["times"];
        for (std::size_t i = 0; i < times.size(); ++i) {
            CAPTURE(times[i]);
            double const expected = c["conc"][i];
            CHECK_THAT(C(disposition, patient, times[i]), WithinRel(expected, 1e-10));
            CHECK_THAT(course.concentration(days(times[i])).base(), WithinRel(expected, 1e-10));
        }
    }
}

TEST_CASE("SS 1 replaces what is there and cancels what was to come, SS 2 adds to it", "[pk][events][steady]")
{
    std::vector<EventRecord> records{{.time_d = 0, .amt_mg = 300, .dur_d = 8, .evid = 1, .ii_d = 4, .addl = 5},
                                     {.time_d = 6, .amt_mg = 100, .evid = 1, .ii_d = 2, .ss = 1}};
    Disposition const disposition{rates_of_two};
    auto const alone = events({records[1]});
    auto const before = events({records[0]});
    auto const replaced = events(records);
    records[1].ss = 2;
    auto const added = events(records);
    for (double const at_d : {6.0, 7.0, 13.0}) {
        CAPTURE(at_d);
        CHECK_THAT(C(disposition, replaced, at_d), WithinRel(C(disposition, alone, at_d), a_few_roundings));
        CHECK_THAT(C(disposition, added, at_d),
                   WithinRel(C(disposition, alone, at_d) + C(disposition, before, at_d), a_few_roundings));
    }
    CHECK(C(disposition, replaced, 5.9) == C(disposition, before, 5.9));
    // a sample at the time of the record sees the trough of the steady state
    CHECK_THAT(C_before(disposition, replaced, 6),
               WithinRel(C(disposition, alone, 6) - 100 / rates_of_two.V1_L, a_few_roundings));
    std::vector<Occasion> const occasion{{0, rates_of_two, {}}};
    for (auto const* patient : {&replaced, &added}) {
        LinearCourse const course{occasion, patient->doses(), days(30)};
        for (double const at_d : {3.0, 6.0, 7.0, 13.0})
            CHECK_THAT(course.concentration(days(at_d)).base(), WithinRel(C(disposition, *patient, at_d), 1e-10));
        CHECK_THAT(course.concentration_before(days(6)).base(), WithinRel(C_before(disposition, *patient, 6), 1e-10));
    }
}

TEST_CASE("mrgsolve #1010: EVID 4 with SS 1 resets first, then stands at steady state", "[pk][events][peers]")
{
    EventRecord record{.time_d = 5, .amt_mg = 100, .evid = 1, .ii_d = 2, .ss = 1};
    std::vector<EventRecord> const earlier{{.time_d = 0, .amt_mg = 400, .evid = 1}, record};
    record.evid = 4;
    std::vector<EventRecord> const reset{{.time_d = 0, .amt_mg = 400, .evid = 1}, record};
    for (double const at_d : {5.0, 6.0, 9.0})
        CHECK(C(Disposition{rates_of_two}, events(earlier), at_d) == C(Disposition{rates_of_two}, events(reset), at_d));
    CHECK(C_before(Disposition{rates_of_two}, events(earlier), 5) == C_before(Disposition{rates_of_two}, events(reset), 5));
}

TEST_CASE("a reset cancels what is still to come of doses before it: additional doses and doses that lag behind (NONMEM VI, V.K)",
          "[pk][events]")
{
    auto const patient = events({{.time_d = 0, .amt_mg = 100, .evid = 1, .ii_d = 7, .addl = 3},
                                 {.time_d = 8, .evid = 3},
                                 {.time_d = 9, .amt_mg = 50, .evid = 1}});
    auto const alone = events({{.time_d = 9, .amt_mg = 50, .evid = 1}});
    Disposition const lagged{rates_of_two, {.ALAG1_d = 2}}; // the dose of day 7 would come in on day 9
    CHECK(patient.doses().size() == 3);
    CHECK(C(lagged, patient, 7.9) > 0);
    CHECK(C(lagged, patient, 8) == 0);
    CHECK(C(lagged, patient, 10.5) == 0);
    for (double const at_d : {11.0, 15.0, 22.5})
        CHECK_THAT(C(lagged, patient, at_d), WithinRel(C(lagged, alone, at_d), a_few_roundings));
}

TEST_CASE("mrgsolve #1396: a lagged dose of EVID 4 resets when it is given, and comes in after its lag", "[pk][events][peers]")
{
    auto const patient = events({{.time_d = 0, .amt_mg = 100, .evid = 1}, {.time_d = 5, .amt_mg = 100, .evid = 4}}, depot);
    Disposition const disposition{rates_of_two, {.KA_per_d = 1, .ALAG1_d = 0.5}};
    CHECK(C_before(disposition, patient, 5) > 0);
    CHECK(C(disposition, patient, 5.25) == 0);
    CHECK_THAT(C(disposition, patient, 7),
               WithinRel(C(disposition, events({{.time_d = 0, .amt_mg = 100, .evid = 1}}, depot), 2), 1e-11));
}

TEST_CASE("records at one time act in their order: a dose before a reset is lost, one after it is not", "[pk][events]")
{
    auto const lost = events({{.time_d = 1, .amt_mg = 100, .evid = 1}, {.time_d = 1, .evid = 3}});
    auto const kept = events({{.time_d = 1, .evid = 3}, {.time_d = 1, .amt_mg = 100, .evid = 1}});
    CHECK(C(Disposition{rates_of_two}, lost, 1) == 0);
    CHECK_THAT(C(Disposition{rates_of_two}, kept, 1), WithinRel(100 / rates_of_two.V1_L, a_few_roundings));
}

TEST_CASE("a sample at the time of a dose is drawn before it, one at the end of an infusion at its peak", "[pk][events]")
{
    auto const patient = events({{.time_d = 0, .amt_mg = 300, .evid = 1},
                                 {.time_d = 21, .amt_mg = 300, .dur_d = 0.5, .evid = 1},
                                 {.time_d = 21},
                                 {.time_d = 21.5}});
    Disposition const disposition{rates_of_two};
    auto const first_alone = events({{.time_d = 0, .amt_mg = 300, .evid = 1}});
    CHECK(C_before(disposition, patient, 0) == 0);
    CHECK_THAT(C_before(disposition, patient, 21), WithinRel(C(disposition, first_alone, 21), a_few_roundings));
    REQUIRE(patient.observations().size() == 2);
    CHECK(patient.observations()[1] == Observation{21.5, 0, 3});
    auto const second = exposure_between(disposition, patient.doses(), days(21), days(42));
    CHECK(second.tmax.base() == 21.5);
    CHECK_THAT(C_before(disposition, patient, 21.5), WithinRel(second.exposure.cmax.base(), a_few_roundings));
}

TEST_CASE("dose reduction, delay and omission are other records", "[pk][events]")
{
    auto const patient = events({{.time_d = 0, .amt_mg = 300, .evid = 1},
                                 {.time_d = 21, .amt_mg = 225, .evid = 1},
                                 {.time_d = 49, .amt_mg = 225, .evid = 1},
                                 {.time_d = 49, .evid = 2},
                                 {.time_d = 91, .amt_mg = 150, .evid = 1}});
    Disposition const disposition{rates_of_two};
    double sum = 0;
    for (auto const& [time_d, amount_mg] : {std::pair{0.0, 300.0}, {21.0, 225.0}, {49.0, 225.0}, {91.0, 150.0}})
        sum += C(disposition, events({{.time_d = time_d, .amt_mg = amount_mg, .evid = 1}}), 100);
    CHECK_THAT(C(disposition, patient, 100), WithinRel(sum, a_few_roundings));
}

TEST_CASE("occasions start where OCC changes", "[pk][events]")
{
    auto const patient = events({{.time_d = 0, .amt_mg = 1, .evid = 1, .occasion = 1},
                                 {.time_d = 3, .occasion = 1},
                                 {.time_d = 21, .amt_mg = 1, .evid = 1, .occasion = 2},
                                 {.time_d = 42, .amt_mg = 1, .evid = 1, .occasion = 3}});
    std::vector<double> const starts{patient.occasion_starts_d().begin(), patient.occasion_starts_d().end()};
    CHECK(starts == std::vector<double>{0, 21, 42});
}

TEST_CASE("MDV 1 is a time without a measurement", "[pk][events]")
{
    CHECK(events({{.time_d = 1, .mdv = 1}, {.time_d = 2}}).observations().size() == 1);
}

TEST_CASE("every fault of a patient's records is told, with record, column and remedy", "[pk][events]")
{
    CHECK(told({{.time_d = 0, .amt_mg = 100, .rate_mg_per_d = -2, .evid = 1}}).front() ==
          "records[0].RATE: RATE -2 asks the model for a rate or a duration, and no model here has one");
    CHECK(told({{.time_d = 5, .amt_mg = 100, .evid = 1}, {.time_d = 3}}) ==
          std::vector<std::string>{"records[1].TIME: time goes back from 5 to 3 d"});
    CHECK(told({{.amt_mg = 10, .evid = 1, .addl = 3}}) ==
          std::vector<std::string>{"records[0].ADDL: additional doses have no interval"});
    CHECK(told({{.amt_mg = 10, .evid = 1, .ss = 1}}) ==
          std::vector<std::string>{"records[0].SS: a steady state has no interval"});
    CHECK(told({{.amt_mg = 10, .evid = 1, .ii_d = 1, .ss = 3}}) == std::vector<std::string>{"records[0].SS: there is no SS 3"});
    CHECK(told({{.amt_mg = -10, .evid = 1}}) == std::vector<std::string>{"records[0].AMT: an amount cannot be -10"});
    CHECK(told({{.evid = 1}}) == std::vector<std::string>{"records[0].AMT: a dose has no amount"});
    CHECK(told({{.amt_mg = 10}}) == std::vector<std::string>{"records[0].AMT: an observation has AMT 10"});
    CHECK(told({{.amt_mg = 10, .evid = 3, .ss = 1}}).size() == 2);
    CHECK(told({{.evid = 5}}) == std::vector<std::string>{"records[0].EVID: there is no EVID 5"});
    CHECK(told({{.amt_mg = 10, .rate_mg_per_d = 2, .dur_d = 5, .evid = 1}}) ==
          std::vector<std::string>{"records[0].DUR: an infusion has a rate and a duration"});
    CHECK(told({{.amt_mg = 10, .evid = 1, .cmt = 2}}) ==
          std::vector<std::string>{"records[0].CMT: no dose can go to compartment 2"});
    CHECK(told({{.amt_mg = 10, .evid = 1, .cmt = 2}}, depot).empty());
    CHECK(told({{.amt_mg = 10, .evid = 1, .cmt = 3}}, depot).size() == 1);
    CHECK(told({{.time_d = -1, .amt_mg = 10, .dur_d = -1, .evid = 1, .cmt = -2, .ii_d = -3, .addl = -1}}).size() == 5);
    CHECK(told({{.amt_mg = 10, .evid = 1, .ii_d = 1e-9, .ss = 1}}) ==
          std::vector<std::string>{"records[0].II: an interval of 1e-09 d is less than a second"});
    CHECK(told({{.amt_mg = 10, .dur_d = 1e9, .evid = 1, .ii_d = 1, .ss = 1}}).size() == 1);
    CHECK(told({{.time_d = std::nan(""), .amt_mg = 10, .evid = 1}}).size() == 1);
    CHECK_THROWS_AS(events({{.evid = 1}}), FaultError);
}

TEST_CASE("integrated models read the same events as a course", "[pk][events][course]")
{
    auto const patient = events({{.time_d = 0, .amt_mg = 100, .evid = 1, .cmt = 1, .occasion = 1},
                                 {.time_d = 2, .amt_mg = 60, .rate_mg_per_d = 30, .evid = 1, .cmt = 2, .occasion = 1},
                                 {.time_d = 3, .evid = 3, .occasion = 1},
                                 {.time_d = 5, .amt_mg = 80, .evid = 1, .cmt = 2, .occasion = 2}},
                                depot);
    std::vector<Absorption> const absorption{{.KA_per_d = 1, .F1 = 0.5, .ALAG1_d = 0.25}};
    auto const [steady, course] = course_of(patient, absorption, std::array{1.0}, days(7));
    CHECK(steady.empty());
    std::vector<Stretch> const expected{{.length_d = 0.25},
                                        {.length_d = 0.75, .depot_mg = 50},
                                        {.length_d = 1},
                                        {.length_d = 1, .infusion_mg_per_d = 30},
                                        {.length_d = 2, .emptied = true},
                                        {.length_d = 2, .bolus_mg = 80, .occasion = 1}};
    CHECK(std::vector<Stretch>{course.stretches().begin(), course.stretches().end()} == expected);
}

TEST_CASE("a lead-in run often enough is the steady state, and the course goes on from it", "[pk][events][course][steady]")
{
    double const duration_d = GENERATE(0.0, 0.5, 2.0, 5.0);
    double const lag_d = GENERATE(0.0, 0.6, 4.6);
    CAPTURE(duration_d, lag_d);
    auto const patient = events({{.time_d = 0, .amt_mg = 100, .dur_d = duration_d, .evid = 4, .ii_d = 2, .ss = 1}});
    Absorption const absorption{.ALAG1_d = lag_d};
    auto const [steady, course] = course_of(patient, std::array{absorption}, {}, days(9));
    REQUIRE(steady.size() == 1);
    CHECK(steady.front().stretch == 0);
    REQUIRE_FALSE(steady.front().interval.empty());
    Disposition const disposition{rates_of_two, absorption};
    int const intervals = lead_in_intervals(disposition.terminal_rate_per_d(), 2);
    // the stretches as a history of central doses
    std::vector<DoseEvent> history;
    double now_d = 0;
    auto const run = [&](Stretch const& stretch) {
        if (stretch.emptied)
            CHECK(history.empty());
        history.push_back({now_d, 0, stretch.bolus_mg, Site::central});
        history.push_back({now_d, stretch.length_d, stretch.infusion_mg_per_d * stretch.length_d, Site::central});
        now_d += stretch.length_d;
    };
    for (auto const& stretch : steady_lead_in(absorption, arriving(absorption, patient.doses()[0]), 0, intervals))
        run(stretch);
    double const begins_d = now_d;
    CHECK_THAT(begins_d, WithinRel(2.0 * intervals, a_few_roundings));
    for (auto const& stretch : course.stretches())
        run(stretch);
    for (double const at_d : {0.0, 0.5, 3.0, 8.9}) {
        CAPTURE(at_d);
        CHECK_THAT(concentration(Disposition{rates_of_two}, history, days(begins_d + at_d)).base(),
                   WithinRel(C(disposition, patient, at_d), 3e-9));
    }
}

TEST_CASE("what integrated models cannot take is refused with a remedy", "[pk][events][course]")
{
    std::vector<Absorption> const oral{{.KA_per_d = 1}};
    auto const refuse = [&](PatientEvents const& patient) { CHECK_THROWS_AS(course_of(patient, oral, {}, days(9)), FaultError); };
    refuse(events({{.time_d = 0, .amt_mg = 1, .dur_d = 1, .evid = 1}}, depot));
    refuse(events({{.time_d = 0, .amt_mg = 1, .evid = 1, .ii_d = 1, .ss = 2}}, depot));
}

TEST_CASE("two halves of an overlapping infusion are the whole, and an infusion of no length is a bolus", "[pk][events]")
{
    auto const whole = events({{.time_d = 0, .amt_mg = 200, .dur_d = 2, .evid = 1}});
    auto const halves = events({{.time_d = 0, .amt_mg = 100, .dur_d = 2, .evid = 1},
                                {.time_d = 0, .amt_mg = 50, .dur_d = 1, .evid = 1},
                                {.time_d = 1, .amt_mg = 50, .dur_d = 1, .evid = 1}});
    for (double const at_d : {0.5, 1.0, 2.0, 9.0})
        CHECK_THAT(C(Disposition{rates_of_two}, halves, at_d),
                   WithinRel(C(Disposition{rates_of_two}, whole, at_d), a_few_roundings));
    auto const short_one = events({{.time_d = 0, .amt_mg = 200, .dur_d = 1e-12, .evid = 1}});
    auto const bolus = events({{.time_d = 0, .amt_mg = 200, .dur_d = 0, .evid = 1}});
    CHECK_THAT(C(Disposition{rates_of_two}, short_one, 0.5), WithinRel(C(Disposition{rates_of_two}, bolus, 0.5), 1e-11));
}

} // namespace kinetics_tests

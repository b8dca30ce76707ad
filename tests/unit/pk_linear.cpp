#include "pk_models/exposure.hpp"
#include "pk_models/linear.hpp"
#include "pk_models/schedule.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/kinetics.hpp"
#include "tests/support/mammillary_ode.hpp"
#include "tests/support/oracle.hpp"

#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace kinetics_tests {

using namespace escalon;
using namespace escalon::pk;
using escalon::test::a_few_roundings;
using escalon::test::days;
using escalon::test::rates_of_three;
using escalon::test::stepper_tolerance;
using escalon::test::WithinAbs;
using escalon::test::WithinRel;
using nlohmann::json;

namespace {

constexpr double oracle_tolerance = 1e-10; // the oracle's own statement

Rates rates_of(json const& p)
{
    double const V1 = p["V1"];
    Rates rates{.V1_L = V1, .k10_per_d = double{p["CL"]} / V1};
    auto const coupled = [&](char const* Q, char const* V, double& out, double& back) {
        if (p.contains(Q)) {
            out = double{p[Q]} / V1;
            back = double{p[Q]} / double{p[V]};
        }
    };
    coupled("Q", "V2", rates.k12_per_d, rates.k21_per_d);
    coupled("Q2", "V2", rates.k12_per_d, rates.k21_per_d);
    coupled("Q3", "V3", rates.k13_per_d, rates.k31_per_d);
    return rates;
}

std::vector<DoseEvent> history_of(json const& doses)
{
    std::vector<DoseEvent> history;
    for (auto const& dose : doses)
        history.push_back({dose["time"], dose["dur"], dose["amt"]});
    return history;
}

double C(Rates const& rates, History history, double at_d)
{
    return concentration(Disposition{rates}, history, days(at_d)).base();
}

} // namespace

TEST_CASE("linear models reproduce 50-digit closed forms", "[pk][linear][oracle]")
{
    auto const file = test::oracle("pk_linear.json");
    for (auto const& c : file["cases"]) {
        CAPTURE(c["id"].get<std::string>());
        Disposition const disposition{rates_of(c["params"])};
        auto const history = history_of(c["doses"]);
        std::vector<double> const times = c["times"];
        for (std::size_t i = 0; i < times.size(); ++i) {
            CAPTURE(times[i]);
            CHECK_THAT(concentration(disposition, history, days(times[i])).base(),
                       WithinRel(c["conc"][i].get<double>(), oracle_tolerance));
        }
        CHECK_THAT(auc(disposition, history, days(0), days(21)).base(), WithinRel(c["auc_0_21"].get<double>(), oracle_tolerance));
        CHECK_THAT(auc(disposition, history, days(0), days(times.back())).base(),
                   WithinRel(c["auc_0_tlast"].get<double>(), oracle_tolerance));
        CHECK_THAT(auc_to_infinity(disposition, history).base(), WithinRel(c["auc_0_inf"].get<double>(), oracle_tolerance));
        CHECK_THAT(disposition.terminal_rate_per_d(), WithinRel(c["lambda_z"].get<double>(), oracle_tolerance));
        CHECK_THAT(half_life_terminal(disposition).base(), WithinRel(c["t_half_terminal"].get<double>(), oracle_tolerance));

        auto const whole = exposure_between(disposition, history, days(0), days(times.back()));
        CHECK_THAT(whole.exposure.cmax.base(), WithinRel(c["cmax"].get<double>(), oracle_tolerance));
        CHECK_THAT(whole.tmax.base(), WithinAbs(c["tmax"].get<double>(), 0));

        Exposure const prepared = Schedule{history, days(times.back())}.exposure(disposition).of(1 * unit::mg);
        CHECK_THAT(prepared.cmax.base(), WithinRel(c["cmax"].get<double>(), oracle_tolerance));
        CHECK_THAT(prepared.auc.base(), WithinRel(c["auc_0_tlast"].get<double>(), oracle_tolerance));
    }
}

TEST_CASE("linear models reproduce 50-digit steady states", "[pk][linear][oracle]")
{
    auto const file = test::oracle("pk_linear.json");
    for (auto const& c : file["steady_state_cases"]) {
        CAPTURE(c["id"].get<std::string>());
        Disposition const disposition{rates_of(c["params"])};
        SteadyDosing const dosing{c["amt"], c["dur"], c["tau"]};
        std::vector<double> const times = c["times"];
        for (std::size_t i = 0; i < times.size(); ++i) {
            CAPTURE(times[i]);
            CHECK_THAT(steady_state_concentration(disposition, dosing, days(times[i])).base(),
                       WithinRel(c["conc"][i].get<double>(), oracle_tolerance));
        }
        CHECK_THAT(steady_state_auc(disposition, dosing).base(), WithinRel(c["auc_tau"].get<double>(), oracle_tolerance));
    }
}

TEST_CASE("the closed form follows the equations of motion through random events", "[pk][linear]")
{
    std::mt19937 engine{20061108};
    auto const between = [&](double low, double high) { return std::uniform_real_distribution{low, high}(engine); };
    for (int round = 0; round < 20; ++round) {
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
            rates.k30_per_d = round % 2 == 0 ? 0 : between(0, 0.4);
        }
        std::vector<DoseEvent> history;
        for (int dose = 0; dose < 6; ++dose)
            history.push_back({between(0, 30), dose % 2 == 0 ? 0 : between(0.01, 8), between(10, 400)});

        double const until_d = between(20, 45);
        auto const followed = test::follow(rates, history, until_d);
        Disposition const disposition{rates};
        CHECK_THAT(C(rates, history, until_d), WithinRel(followed.concentration_mg_per_L, stepper_tolerance));
        CHECK_THAT(auc(disposition, history, days(0), days(until_d)).base(),
                   WithinRel(followed.auc_mg_d_per_L, stepper_tolerance));
        auto const prepared = Schedule{history, days(until_d)}.exposure(disposition).of(1 * unit::mg);
        CHECK_THAT(prepared.auc.base(), WithinRel(followed.auc_mg_d_per_L, stepper_tolerance));
        CHECK_THAT(prepared.cmax.base(), WithinRel(followed.highest_mg_per_L, stepper_tolerance));
        CHECK_THAT(prepared.trough.base(), WithinRel(followed.concentration_mg_per_L, stepper_tolerance));
    }
}

TEST_CASE("a history is the sum of its doses", "[pk][linear]")
{
    std::vector<DoseEvent> const both{{0, 0.0625, 300}, {0.03, 2, 120}, {7, 0, 80}};
    for (double const at_d : {0.0, 0.02, 0.0625, 1.0, 2.03, 7.0, 12.5}) {
        CAPTURE(at_d);
        double sum = 0;
        for (auto const& dose : both)
            sum += C(rates_of_three, {&dose, 1}, at_d);
        CHECK_THAT(C(rates_of_three, both, at_d), WithinRel(sum, a_few_roundings));
    }
}

TEST_CASE("twice the dose is twice the exposure", "[pk][linear]")
{
    std::vector<DoseEvent> const once{{0, 0.0625, 300}, {21, 0.0625, 300}};
    std::vector<DoseEvent> const twice{{0, 0.0625, 600}, {21, 0.0625, 600}};
    Disposition const disposition{rates_of_three};
    auto const single = exposure(disposition, once, days(42));
    auto const doubled = exposure(disposition, twice, days(42));
    CHECK_THAT(doubled.auc.base(), WithinRel(2 * single.auc.base(), a_few_roundings));
    CHECK_THAT(doubled.cmax.base(), WithinRel(2 * single.cmax.base(), a_few_roundings));
    CHECK_THAT(doubled.trough.base(), WithinRel(2 * single.trough.base(), a_few_roundings));
}

TEST_CASE("two overlapping halves of an infusion are the infusion", "[pk][linear]")
{
    std::vector<DoseEvent> const whole{{0, 2, 200}};
    std::vector<DoseEvent> const halves{{0, 2, 100}, {0, 1, 50}, {1, 1, 50}};
    for (double const at_d : {0.5, 1.0, 1.7, 2.0, 9.0}) {
        CAPTURE(at_d);
        CHECK_THAT(C(rates_of_three, halves, at_d), WithinRel(C(rates_of_three, whole, at_d), a_few_roundings));
    }
}

TEST_CASE("an infusion of no length is a bolus, and a short one nearly so", "[pk][linear]")
{
    std::vector<DoseEvent> const bolus{{0, 0, 300}};
    std::vector<DoseEvent> const instant{{0, 1e-12, 300}};
    for (double const at_d : {1e-6, 0.5, 21.0}) {
        CAPTURE(at_d);
        CHECK_THAT(C(rates_of_three, instant, at_d), WithinRel(C(rates_of_three, bolus, at_d), 1e-11));
    }
    CHECK_THAT(auc(Disposition{rates_of_three}, instant, days(0), days(21)).base(),
               WithinRel(auc(Disposition{rates_of_three}, bolus, days(0), days(21)).base(), 1e-11));
}

TEST_CASE("a sample at the time of a bolus is after it, one before the dose does not see it", "[pk][linear]")
{
    std::vector<DoseEvent> const history{{0, 0, 300}, {21, 0, 300}};
    Disposition const disposition{rates_of_three};
    double const before = concentration_before(disposition, history, days(21)).base();
    double const after = concentration(disposition, history, days(21)).base();
    CHECK_THAT(before, WithinRel(C(rates_of_three, {history.data(), 1}, 21), a_few_roundings));
    CHECK_THAT(after, WithinRel(before + 300 / rates_of_three.V1_L, a_few_roundings));
    CHECK(concentration_before(disposition, history, days(0)).base() == 0);
}

TEST_CASE("areas of neighbouring intervals add up, within an infusion and after it", "[pk][linear]")
{
    std::vector<DoseEvent> const history{{0, 3, 300}};
    Disposition const disposition{rates_of_three};
    double sum = 0;
    std::vector<double> const cuts{0, 0.5, 1.1, 2.9, 3, 3.5, 40};
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i)
        sum += auc(disposition, history, days(cuts[i]), days(cuts[i + 1])).base();
    CHECK_THAT(sum, WithinRel(auc(disposition, history, days(0), days(40)).base(), a_few_roundings));
}

TEST_CASE("clearance is dose over AUC to infinity whatever compartment the drug leaves from", "[pk][linear]")
{
    Disposition const disposition{rates_of_three};
    double auc_per_mg = 0;
    for (auto const& mode : disposition.modes())
        auc_per_mg += mode.share / mode.rate_per_d / rates_of_three.V1_L;
    CHECK_THAT(disposition.clearance_L_per_d(), WithinRel(1 / auc_per_mg, a_few_roundings));
}

TEST_CASE("steady state is what many doses lead to, also when infusions overlap", "[pk][linear]")
{
    double const duration_d = GENERATE(0.0, 0.0625, 1.0, 2.5);
    CAPTURE(duration_d);
    Disposition const disposition{rates_of_three};
    std::vector<DoseEvent> many;
    constexpr int doses = 900; // lambda_z 0.05: exp(-45) remains of the first
    for (int k = 0; k <= doses; ++k)
        many.push_back({static_cast<double>(k), duration_d, 10});
    for (double const since_d : {0.0, 0.03, 0.5, 0.99}) {
        CAPTURE(since_d);
        CHECK_THAT(steady_state_concentration(disposition, {10, duration_d, 1}, days(since_d)).base(),
                   WithinRel(concentration(disposition, many, days(doses + since_d)).base(), 1e-10));
    }
}

TEST_CASE("shares are positive and sum to one, rates fall, at any scale of the constants", "[pk][linear]")
{
    std::mt19937 engine{7};
    auto const any_scale = [&] { return std::pow(10, std::uniform_real_distribution{-9.0, 5.0}(engine)); };
    for (int round = 0; round < 2000; ++round) {
        Rates const rates{.V1_L = 3,
                          .k10_per_d = any_scale(),
                          .k12_per_d = any_scale(),
                          .k21_per_d = any_scale(),
                          .k20_per_d = round % 2 == 0 ? 0 : any_scale(),
                          .k13_per_d = any_scale(),
                          .k31_per_d = any_scale(),
                          .k30_per_d = round % 3 == 0 ? 0 : any_scale()};
        CAPTURE(round, rates.k10_per_d, rates.k12_per_d, rates.k21_per_d, rates.k20_per_d, rates.k13_per_d, rates.k31_per_d,
                rates.k30_per_d);
        Disposition const disposition{rates};
        double share = 0;
        double mean_time_d = 0;
        double leaving = 0;
        double previous = std::numeric_limits<double>::infinity();
        for (auto const& mode : disposition.modes()) {
            CHECK(mode.share >= 0);
            CHECK(mode.rate_per_d <= previous);
            previous = mode.rate_per_d;
            share += mode.share;
            mean_time_d += mode.share / mode.rate_per_d;
            leaving += mode.share * mode.rate_per_d;
        }
        // three identities of the unit bolus response: its start, its integral and its first slope
        CHECK_THAT(share, WithinRel(1.0, 1e-11));
        CHECK_THAT(mean_time_d * disposition.clearance_L_per_d() / rates.V1_L, WithinRel(1.0, 1e-9));
        CHECK_THAT(leaving, WithinRel(rates.k10_per_d + rates.k12_per_d + rates.k13_per_d, 1e-9));
    }
}

TEST_CASE("a peripheral compartment that is hardly reached hardly matters", "[pk][linear]")
{
    std::vector<DoseEvent> const history{{0, 0.0625, 300}};
    Rates alone = rates_of_three;
    alone.k13_per_d = 0;
    alone.k31_per_d = 0;
    Rates nearly = rates_of_three;
    nearly.k13_per_d = 1e-13;
    nearly.k31_per_d = 1e-13;
    for (double const at_d : {0.0625, 3.0, 21.0}) {
        CAPTURE(at_d);
        CHECK_THAT(C(nearly, history, at_d), WithinRel(C(alone, history, at_d), 1e-10));
    }
    CHECK(Disposition{alone}.modes().size() == 2);
}

TEST_CASE("two peripheral compartments alike are one", "[pk][linear]")
{
    std::vector<DoseEvent> const history{{0, 0.0625, 300}};
    Rates const one{.V1_L = 3, .k10_per_d = 0.2, .k12_per_d = 0.6, .k21_per_d = 0.5, .k20_per_d = 0.1};
    Rates split = one;
    split.k12_per_d = split.k13_per_d = 0.3;
    split.k31_per_d = one.k21_per_d;
    split.k30_per_d = one.k20_per_d;
    Rates nearly_split = split;
    nearly_split.k31_per_d *= 1 + 1e-14;
    for (double const at_d : {0.0625, 3.0, 21.0}) {
        CAPTURE(at_d);
        CHECK_THAT(C(split, history, at_d), WithinRel(C(one, history, at_d), a_few_roundings));
        CHECK_THAT(C(nearly_split, history, at_d), WithinRel(C(one, history, at_d), a_few_roundings));
    }
}

TEST_CASE("extremes stay finite", "[pk][linear]")
{
    std::vector<DoseEvent> const history{{0, 0.0625, 300}, {0, 0, 300}, {21, 0.0625, 0}};
    auto const rates =
        GENERATE(Rates{.V1_L = 3},                                                                     // CL 0
                 Rates{.V1_L = 3, .k10_per_d = 1e-300},                                                // CL to 0
                 Rates{.V1_L = 3, .k12_per_d = 0.2, .k21_per_d = 0.5},                                 // CL 0, two compartments
                 Rates{.V1_L = 3, .k10_per_d = 0.2, .k12_per_d = 0.2, .k21_per_d = 1e100},             // V2 to 0
                 Rates{.V1_L = 3, .k10_per_d = 1e100},                                                 // V1 to 0
                 Rates{.V1_L = 3, .k10_per_d = 0.2, .k20_per_d = 0.1},                                 // Q 0
                 Rates{.V1_L = 3, .k10_per_d = 0, .k12_per_d = 0.2, .k20_per_d = 0},                   // one way
                 Rates{.V1_L = 3, .k12_per_d = .1, .k21_per_d = .1, .k13_per_d = .2, .k31_per_d = .3}, // CL 0, three
                 Rates{.V1_L = 3, .k10_per_d = .2, .k12_per_d = .1, .k21_per_d = 1e60, .k13_per_d = .2, .k31_per_d = 1e-60});
    CAPTURE(rates.k10_per_d, rates.k12_per_d, rates.k21_per_d, rates.k13_per_d);
    Disposition const disposition{rates};
    for (double const at_d : {0.0, 0.03, 0.0625, 21.0, 1000.0}) {
        double const value = concentration(disposition, history, days(at_d)).base();
        CHECK(std::isfinite(value));
        CHECK(value >= 0);
    }
    double const area = auc(disposition, history, days(0), days(42)).base();
    CHECK(std::isfinite(area));
    auto const prepared = Schedule{history, days(42)}.exposure(disposition).of(1 * unit::mg);
    CHECK_THAT(prepared.auc.base(), WithinRel(area, 1e-11));
    CHECK_THAT(prepared.cmax.base(), WithinRel(exposure(disposition, history, days(42)).cmax.base(), 1e-11));
}

TEST_CASE("without clearance the drug stays: its AUC grows with time", "[pk][linear]")
{
    std::vector<DoseEvent> const history{{0, 0, 300}};
    Disposition const disposition{Rates{.V1_L = 3}};
    CHECK_THAT(auc(disposition, history, days(0), days(7)).base(), WithinRel(700.0, a_few_roundings));
    CHECK(std::isinf(auc_to_infinity(disposition, history).base()));
}

} // namespace kinetics_tests

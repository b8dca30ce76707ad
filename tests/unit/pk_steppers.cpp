// The steppers of the integrated models: their order, their figures where the kinetics are stiff, and what must hold to the last bit.
#include "pk_models/course.hpp"
#include "pk_models/kernels/rosenbrock.hpp"
#include "pk_models/kernels/runge_kutta.hpp"
#include "pk_models/kernels/stiffness.hpp"
#include "pk_models/kernels/taylor.hpp"
#include "pk_models/linear.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/oracle.hpp"
#include "tests/support/pk_references.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>
#include <string>
#include <vector>

namespace stepper_tests {

using namespace escalon;
using namespace escalon::pk;
using namespace escalon::pk::kernels;
using escalon::test::WithinAbs;
using escalon::test::WithinRel;
using nlohmann::json;

namespace {

template <std::size_t taylor_order>
struct Taylor {
    static constexpr int order = taylor_order;
    template <class System, class V, Detail detail>
    using Lanes = TaylorLanes<System, V, detail, taylor_order>;
};

struct Rodas4 {
    static constexpr int order = 4;
    template <class System, class V, Detail detail>
    using Lanes = RosenbrockLanes<System, V, detail>;
};

struct Dopri5 {
    static constexpr int order = 5;
    template <class System, class V, Detail detail>
    using Lanes = RungeKuttaLanes<System, V, detail>;
};

template <class System>
struct Patient {
    std::vector<double> parameters;
    std::vector<Stretch> stretches;
    std::vector<double> samples = {};
};

struct Followed {
    std::vector<StretchRecord> records;
    std::vector<double> concentrations;
    kernels::Ending ending;
};

template <class Method, class System, Detail detail, std::size_t lanes>
std::vector<Followed> follow(std::vector<Patient<System>> const& patients, kernels::Effort const& effort)
{
    constexpr std::size_t shown = detail == Detail::full ? System::analytes.size() : 1;
    std::vector<Followed> all(patients.size());
    std::vector<Job> jobs;
    for (std::size_t i = 0; i < patients.size(); ++i) {
        auto const& of = patients[i];
        all[i].records.resize(of.stretches.size() * shown);
        all[i].concentrations.resize(of.samples.size() * shown);
        jobs.push_back({.parameters = of.parameters.data(),
                        .stretches = of.stretches.data(),
                        .stretch_count = of.stretches.size(),
                        .samples = of.samples.data(),
                        .sample_count = detail == Detail::full ? of.samples.size() : 0,
                        .records = all[i].records.data(),
                        .concentrations = all[i].concentrations.data(),
                        .ending = &all[i].ending});
    }
    typename Method::template Lanes<System, Interleaved<lanes>, detail>{jobs, effort}.run();
    return all;
}

template <class Method, Detail detail = Detail::full, class System>
Followed follow(Patient<System> const& patient, kernels::Effort const& effort)
{
    auto followed = follow<Method, System, detail, 1>(std::vector{patient}, effort).front();
    REQUIRE(followed.ending.status == Status::done);
    return followed;
}

template <class System>
double whole_auc(Followed const& followed, std::size_t analyte)
{
    double sum = 0;
    for (std::size_t i = analyte; i < followed.records.size(); i += System::analytes.size())
        sum += followed.records[i].auc;
    return sum;
}

/// The last stretch's.
template <class System>
StretchRecord const& last(Followed const& followed, std::size_t analyte)
{
    return followed.records[followed.records.size() - System::analytes.size() + analyte];
}

// The references' systems as the kernels have them.

template <class System>
void set_disposition(std::vector<double>& p, reference::Disposition const& drug)
{
    p.resize(System::parameters);
    p[System::per_mg] = 1 / drug.V1_L;
    p[System::k10] = drug.CL_L_per_d / drug.V1_L;
    p[System::k12] = drug.Q_L_per_d / drug.V1_L;
    p[System::k21] = drug.Q_L_per_d / drug.V2_L;
}

template <class System>
void set_antigen(std::vector<double>& p, reference::Antigen const& antigen)
{
    p[System::per_mg] *= reference::nM_L_per_mmol / reference::antibody_g_per_mol;
    p[System::KINT] = antigen.KINT_per_d;
    p[System::KDEG] = antigen.KDEG_per_d;
    p[System::KSYN] = antigen.KDEG_per_d * antigen.R0_nM;
    p[System::R0] = antigen.R0_nM;
}

std::vector<double> parameters_of(reference::FullTmdd<> const& of)
{
    using S = FullBindingSystem;
    std::vector<double> p;
    set_disposition<S>(p, of.drug);
    set_antigen<S>(p, of.antigen);
    p[S::KON] = of.KON_per_nM_d;
    p[S::KOFF] = of.KOFF_per_d;
    return p;
}

std::vector<double> parameters_of(reference::QssTmdd<> const& of)
{
    using S = QuasiSteadyStateSystem;
    std::vector<double> p;
    set_disposition<S>(p, of.drug);
    set_antigen<S>(p, of.antigen);
    p[S::KSS] = of.KSS_nM;
    return p;
}

std::vector<double> parameters_of(reference::ConjugateAntigen<> const& of)
{
    using S = ConjugateAntigenSystem;
    std::vector<double> p;
    set_disposition<S>(p, of.drug);
    set_antigen<S>(p, of.antigen);
    p[S::KSS] = of.KSS_nM;
    p[S::KDC] = of.KDC_per_d;
    return p;
}

std::vector<double> parameters_of(reference::MichaelisMenten const& of)
{
    using S = MichaelisMentenSystem;
    std::vector<double> p;
    set_disposition<S>(p, of.drug);
    p[S::VMAX] = of.VMAX_mg_per_L_d;
    p[S::KM] = of.KM_mg_per_L;
    return p;
}

std::vector<Stretch> stretches_of(std::vector<reference::Dose> const& doses, double until_d, std::vector<double> const& cuts = {})
{
    std::vector<DoseEvent> history;
    for (auto const& dose : doses)
        history.push_back({dose.time_d, dose.duration_d, dose.amount_mg});
    pk::Course const course{history, cuts, until_d * unit::d};
    return {course.stretches().begin(), course.stretches().end()};
}

constexpr reference::Disposition antibody{.CL_L_per_d = 0.4248, .V1_L = 3.132, .Q_L_per_d = 0.54, .V2_L = 1.62};
constexpr reference::Antigen shed{.R0_nM = 10, .KDEG_per_d = 0.7, .KINT_per_d = 1.4};
constexpr double fast_KON = 8.64; // 1e5 /M/s
constexpr double fast_KOFF = 7.24;
constexpr double slow_KON = fast_KON / 100;
constexpr double slow_KOFF = fast_KOFF / 100;

std::vector<reference::Dose> const q3w{{0, 1. / 24, 302.4}, {21, 1. / 24, 302.4}};

template <class System>
Patient<System> typical()
{
    auto const stretches = stretches_of(q3w, 42);
    if constexpr (std::is_same_v<System, FullBindingSystem>)
        return {parameters_of(reference::FullTmdd<>{antibody, shed, fast_KON, fast_KOFF}), stretches};
    else if constexpr (std::is_same_v<System, QuasiSteadyStateSystem>)
        return {parameters_of(reference::QssTmdd<>{antibody, shed, 1}), stretches};
    else if constexpr (std::is_same_v<System, ConjugateAntigenSystem>)
        return {parameters_of(reference::ConjugateAntigen<>{antibody, shed, 1, 0.324}), stretches};
    else
        return {parameters_of(reference::MichaelisMenten{antibody, 10, 2}), stretches};
}

/// Largest distance from 1 of a ratio, over figures of both that are not 0.
double largest_relative_difference(std::vector<double> const& found, std::vector<double> const& expected)
{
    double largest = 0;
    for (std::size_t i = 0; i < found.size(); ++i)
        largest = std::max(largest, std::abs(found[i] - expected[i]) / std::abs(expected[i]));
    return largest;
}

// a stretch of some hours in which nothing is stiff: binding of 1e3 /M/s
Patient<FullBindingSystem> smooth()
{
    reference::FullTmdd<> const slow{antibody, shed, slow_KON, slow_KOFF};
    return {parameters_of(slow), {{.length_d = 0.5, .infusion_mg_per_d = 50, .bolus_mg = 20}}};
}

/// Ends and AUCs of every analyte at steps of a fixed length.
template <class Method>
std::vector<double> at_fixed_steps(int steps)
{
    auto const patient = smooth();
    kernels::Effort effort;
    effort.fixed_step_d = patient.stretches[0].length_d / steps;
    auto const followed = follow<Method>(patient, effort);
    REQUIRE(followed.ending.steps == steps);
    std::vector<double> figures;
    for (auto const& record : followed.records) {
        figures.push_back(record.end);
        figures.push_back(record.auc);
    }
    return figures;
}

} // namespace

TEMPLATE_TEST_CASE("halving the step divides a stepper's error by two to its order", "[pk][steppers]", Taylor<4>, Taylor<8>,
                   Taylor<12>, Rodas4, Dopri5)
{
    auto const exact = at_fixed_steps<Taylor<12>>(64);
    // coarse enough for errors far above rounding
    int const steps = TestType::order >= 8 ? 2 : 16;
    auto const coarse_steps = at_fixed_steps<TestType>(steps);
    auto const fine_steps = at_fixed_steps<TestType>(2 * steps);
    double const order = std::log2(largest_relative_difference(coarse_steps, exact) /
                                   largest_relative_difference(fine_steps, exact));
    CAPTURE(largest_relative_difference(coarse_steps, exact), largest_relative_difference(fine_steps, exact));
    CHECK(order > TestType::order - 0.4);
    CHECK(order < TestType::order + 1.5);
}

TEST_CASE("RODAS meets the conditions of order 4, its estimate those of order 3, and it is stiffly accurate", "[pk][steppers]")
{
    // Hairer & Wanner (1996), II, section IV.7: with Gamma = (1/gamma - C)^-1, alpha = A Gamma, b = m Gamma, beta = alpha + Gamma
    using T = RodasTableau;
    constexpr auto n = T::stages;
    T::Rows gamma{};
    for (std::size_t k = 0; k < n; ++k)
        for (std::size_t i = k; i < n; ++i) {
            double sum = i == k ? 1 : 0;
            for (std::size_t j = k; j < i; ++j)
                sum += T::c[i][j] * gamma[j][k];
            gamma[i][k] = sum * T::gamma;
        }
    auto const times_gamma = [&](std::array<double, n> const& row) {
        std::array<double, n> product{};
        for (std::size_t j = 0; j < n; ++j)
            for (std::size_t i = j; i < n; ++i)
                product[j] += row[i] * gamma[i][j];
        return product;
    };
    T::Rows alpha{};
    T::Rows beta{};
    std::array<double, n> at{};   // sums of alpha
    std::array<double, n> with{}; // sums of beta
    for (std::size_t i = 0; i < n; ++i) {
        alpha[i] = times_gamma(T::a[i]);
        for (std::size_t j = 0; j < n; ++j) {
            beta[i][j] = alpha[i][j] + gamma[i][j];
            at[i] += alpha[i][j];
            with[i] += beta[i][j];
        }
    }
    auto const sum = [](std::array<double, n> const& b, auto const& term) {
        double total = 0;
        for (std::size_t i = 0; i < n; ++i)
            total += b[i] * term(i);
        return total;
    };
    auto const through = [](T::Rows const& rows, std::size_t i, auto const& term) {
        double total = 0;
        for (std::size_t j = 0; j < n; ++j)
            total += rows[i][j] * term(j);
        return total;
    };
    auto const one = [](std::size_t) { return 1.0; };
    auto const b_i = [&](std::size_t i) { return with[i]; };
    auto const a_i2 = [&](std::size_t i) { return at[i] * at[i]; };
    auto const b_ij_b_j = [&](std::size_t i) { return through(beta, i, b_i); };
    constexpr double digits = 1e-13; // of figures given to 16

    auto const to_order_3 = [&](std::array<double, n> const& b) {
        CHECK_THAT(sum(b, one), WithinAbs(1, digits));
        CHECK_THAT(sum(b, b_i), WithinAbs(1. / 2, digits));
        CHECK_THAT(sum(b, a_i2), WithinAbs(1. / 3, digits));
        CHECK_THAT(sum(b, b_ij_b_j), WithinAbs(1. / 6, digits));
    };
    auto const b = times_gamma(T::m);
    to_order_3(b);
    CHECK_THAT(sum(b, [&](std::size_t i) { return at[i] * at[i] * at[i]; }), WithinAbs(1. / 4, digits));
    CHECK_THAT(sum(b, [&](std::size_t i) { return at[i] * through(alpha, i, b_i); }), WithinAbs(1. / 8, digits));
    CHECK_THAT(sum(b, [&](std::size_t i) { return through(beta, i, a_i2); }), WithinAbs(1. / 12, digits));
    CHECK_THAT(sum(b, [&](std::size_t i) { return through(beta, i, b_ij_b_j); }), WithinAbs(1. / 24, digits));

    auto without_last = T::m;
    without_last[n - 1] = 0;
    to_order_3(times_gamma(without_last));

    // stiffly accurate: the last stage is at the solution
    for (std::size_t i = 0; i < n; ++i)
        CHECK_THAT(beta[n - 1][i], WithinAbs(b[i], digits));
    CHECK_THAT(at[n - 1], WithinAbs(1, digits));
    CHECK_THAT(at[n - 2], WithinAbs(1, digits));

    // y' = 1 has the area h^2/2 over a step from 0, wherever the stages are
    double area = 0;
    for (std::size_t i = 0; i < n; ++i) {
        double stage = 0;
        std::array<double, n> u{};
        for (std::size_t k = 0; k < n; ++k)
            for (std::size_t j = 0; j <= k; ++j)
                u[k] += gamma[k][j];
        for (std::size_t j = 0; j < i; ++j)
            stage += T::a[i][j] * u[j];
        area += T::quadrature[i] * (stage + u[i]);
    }
    CHECK_THAT(area, WithinAbs(1. / 2, digits));
}

TEST_CASE("Dormand and Prince's figures are consistent", "[pk][steppers]")
{
    using T = DormandPrinceTableau;
    auto const total = [](T::Row const& row) {
        double sum = 0;
        for (double const figure : row)
            sum += figure;
        return sum;
    };
    T::Row const at{0, 1. / 5, 3. / 10, 4. / 5, 8. / 9, 1, 1};
    for (std::size_t i = 0; i < T::stages; ++i)
        CHECK_THAT(total(T::a[i]), WithinAbs(at[i], 1e-14));
    CHECK_THAT(total(T::error), WithinAbs(0, 1e-15));
    CHECK_THAT(total(T::bend), WithinAbs(0, 1e-14));
    for (int power = 1; power <= 4; ++power) {
        double solution = 0;
        double estimate = 0;
        for (std::size_t i = 0; i < T::stages; ++i) {
            solution += T::a[T::stages - 1][i] * std::pow(at[i], power);
            estimate += T::error[i] * std::pow(at[i], power);
        }
        CHECK_THAT(solution, WithinAbs(1. / (power + 1), 1e-14));
        if (power <= 3)
            CHECK_THAT(estimate, WithinAbs(0, 1e-15));
    }
}

TEMPLATE_TEST_CASE("Jacobians are the slopes' derivatives, and elimination solves with them", "[pk][steppers]", FullBindingSystem,
                   QuasiSteadyStateSystem, ConjugateAntigenSystem, MichaelisMentenSystem)
{
    using System = TestType;
    using V = Interleaved<1>;
    constexpr auto n = System::states;
    constexpr auto shown = System::analytes.size();
    auto const figure = [](V const& pack) {
        double stored;
        pack.store(&stored);
        return stored;
    };
    std::mt19937 draw{7};
    std::lognormal_distribution<double> spread{0, 1.5};
    for (int repeat = 0; repeat < 50; ++repeat) {
        V p[System::parameters];
        V y[n];
        for (auto& parameter : p)
            parameter = V::of(spread(draw));
        for (auto& state : y)
            state = V::of(10 * spread(draw));
        V const input = V::of(3);
        V j[n][n];
        System::jacobian(p, y, j);

        V analyte_change_of[n][shown];
        for (std::size_t c = 0; c < n; ++c) {
            double const step = 1e-5 * figure(y[c]);
            V up[n], down[n], slope_up[n], slope_down[n], unit_change[n];
            for (std::size_t i = 0; i < n; ++i) {
                up[i] = down[i] = y[i];
                unit_change[i] = V::of(i == c ? 1 : 0);
            }
            up[c] = y[c] + V::of(step);
            down[c] = y[c] - V::of(step);
            System::slopes(p, input, up, slope_up);
            System::slopes(p, input, down, slope_down);
            for (std::size_t r = 0; r < n; ++r) {
                double const measured = (figure(slope_up[r]) - figure(slope_down[r])) / (2 * step);
                double const expected = System::coupled[r][c] ? figure(j[r][c]) : 0.0;
                CAPTURE(r, c);
                double const size = std::abs(figure(slope_up[r])) / figure(y[c]);
                CHECK_THAT(measured, WithinAbs(expected, 1e-7 * (std::abs(expected) + size)));
            }
            V found_up[shown], found_down[shown];
            System::template analytes_in_lanes<shown>(p, up, found_up);
            System::template analytes_in_lanes<shown>(p, down, found_down);
            System::template analyte_changes<shown>(p, y, unit_change, analyte_change_of[c]);
            for (std::size_t a = 0; a < shown; ++a) {
                double const measured = (figure(found_up[a]) - figure(found_down[a])) / (2 * step);
                double const size = figure(found_up[a]) / figure(y[c]);
                CHECK_THAT(figure(analyte_change_of[c][a]), WithinAbs(measured, 1e-7 * (std::abs(measured) + size)));
            }
        }

        V const s = V::of(20 * spread(draw));
        V right[n], u[n];
        for (std::size_t i = 0; i < n; ++i)
            u[i] = right[i] = V::of(spread(draw) - 1);
        typename EliminationOf<System, V>::Type const elimination(p, y, s);
        elimination.solve(u);
        for (std::size_t r = 0; r < n; ++r) {
            double left = figure(s) * figure(u[r]);
            double size = std::abs(left) + std::abs(figure(right[r]));
            for (std::size_t c = 0; c < n; ++c)
                if (System::coupled[r][c]) {
                    left -= figure(j[r][c]) * figure(u[c]);
                    size += std::abs(figure(j[r][c]) * figure(u[c]));
                }
            CHECK_THAT(left, WithinAbs(figure(right[r]), 1e-12 * size));
        }
    }
}

TEST_CASE("binding in full meets quad precision by RODAS", "[pk][steppers][oracle]")
{
    struct Asked {
        kernels::Effort effort;
        double near;
    };
    auto const [effort, near] = GENERATE(Asked{{.tolerance = 1e-7, .floor = 1e-8}, 1e-6},
                                         Asked{{.tolerance = 1e-10, .floor = 1e-11}, 1e-9});
    using S = FullBindingSystem;
    auto const file = test::oracle("pk_tmdd_full.json");
    for (auto const& c : file["cases"]) {
        CAPTURE(c["id"].get<std::string>(), effort.tolerance);
        auto const& params = c["params"];
        reference::FullTmdd<> const system{{params["CL"], params["V1"], params["Q"], params["V2"]},
                                           {params["R0"], params["KDEG"], params["KINT"]},
                                           params["KON"],
                                           params["KOFF"]};
        std::vector<reference::Dose> doses;
        for (auto const& dose : c["doses"])
            doses.push_back({dose["time"], dose["dur"], dose["amt"]});
        std::vector<double> const times = c["times"];
        auto const followed = follow<Rodas4>(
            Patient<S>{parameters_of(system), stretches_of(doses, std::max(21.0, times.back()), {21}), times}, effort);

        char const* const names[]{"drug_total", "drug_free", "peripheral", "antigen_total"};
        for (std::size_t a = 0; a < S::analytes.size(); ++a)
            for (std::size_t i = 0; i < times.size(); ++i) {
                bool const given_just_then = std::ranges::any_of(doses, [&](auto const& dose) {
                    return dose.duration_d == 0 && dose.time_d == times[i];
                });
                CAPTURE(names[a], times[i]);
                if (!given_just_then)
                    CHECK_THAT(followed.concentrations[i * S::analytes.size() + a],
                               WithinRel(c[names[a]][i].get<double>(), near));
            }
        char const* const auc[]{"auc_total_0_21", "auc_free_0_21"};
        char const* const cmax[]{"cmax_total", "cmax_free"};
        auto const stretches = stretches_of(doses, std::max(21.0, times.back()), {21});
        for (std::size_t const a : {std::size_t{0}, std::size_t{1}}) {
            double area = 0;
            double highest = 0;
            double end_d = 0;
            for (std::size_t i = 0; i < stretches.size(); ++i) {
                auto const& record = followed.records[i * S::analytes.size() + a];
                end_d += stretches[i].length_d;
                highest = std::max(highest, record.peak);
                if (end_d < 21.001)
                    area += record.auc;
            }
            CHECK_THAT(area, WithinRel(c[auc[a]].get<double>(), near));
            CHECK_THAT(highest, WithinRel(c[cmax[a]].get<double>(), near));
        }
    }
}

namespace {

/// Every analyte at some times and the AUC of the first, against Fehlberg's method in long double.
template <class Method, class System, class Reference>
void hold_against_fehlberg(Reference const& reference, std::vector<reference::Dose> const& doses,
                           std::vector<double> const& times, double near)
{
    kernels::Effort const effort{.tolerance = 1e-7, .floor = 1e-8};
    Patient<System> const patient{parameters_of(reference), stretches_of(doses, times.back()), times};
    auto const followed = follow<Method>(patient, effort);
    auto const expected = solve_fehlberg78_long_double(reference, doses, times, 1e-12L);
    constexpr auto shown = System::analytes.size();
    for (std::size_t i = 0; i < times.size(); ++i) {
        double analytes[shown];
        System::template analytes_of<shown>(patient.parameters.data(), expected.at[i].data(), analytes);
        for (std::size_t a = 0; a < shown; ++a) {
            CAPTURE(a, times[i]);
            constexpr double below_any_assay = 1e-12; // nM or mg/L
            CHECK_THAT(followed.concentrations[i * shown + a],
                       WithinRel(analytes[a], near) || WithinAbs(analytes[a], below_any_assay));
        }
    }
    CHECK_THAT(whole_auc<System>(followed, 0), WithinRel(expected.auc.back(), near));
}

std::vector<double> const times_of_two_doses{0.01, 1. / 24, 0.3, 1, 3, 6.9, 7.5, 10, 14};
std::vector<reference::Dose> const infusion_and_bolus{{0, 1. / 24, 302.4}, {7, 0, 30}};

} // namespace

TEST_CASE("patients with fast binding of any sort meet an independent method by RODAS", "[pk][steppers]")
{
    auto const seed = GENERATE(range(0U, 12U));
    std::mt19937 draw{seed};
    std::normal_distribution<double> normal;
    auto const around = [&](double median, double spread) { return median * std::exp(spread * normal(draw)); };
    reference::FullTmdd<> const system{{around(0.5, 0.5), around(3, 0.3), around(0.5, 0.8), around(2, 0.5)},
                                       {around(10, 1.4), around(0.7, 0.7), around(1.4, 0.7)},
                                       around(3, 1),
                                       around(3, 1.5)};
    CAPTURE(seed, system.KON_per_nM_d, system.KOFF_per_d, system.antigen.R0_nM);
    hold_against_fehlberg<Rodas4, FullBindingSystem>(system, infusion_and_bolus, times_of_two_doses, 1e-6);
}

TEST_CASE("a peripheral compartment of a few drops meets an independent method by RODAS", "[pk][steppers]")
{
    auto small = antibody;
    small.V2_L = 0.002; // k21 270 /d
    auto const& doses = infusion_and_bolus;
    auto const& times = times_of_two_doses;
    hold_against_fehlberg<Rodas4, QuasiSteadyStateSystem>(reference::QssTmdd<>{small, shed, 1}, doses, times, 1e-6);
    hold_against_fehlberg<Rodas4, ConjugateAntigenSystem>(reference::ConjugateAntigen<>{small, shed, 1, 0.324}, doses, times,
                                                          1e-6);
    hold_against_fehlberg<Rodas4, MichaelisMentenSystem>(reference::MichaelisMenten{small, 10, 2}, doses, times, 1e-6);
}

TEMPLATE_TEST_CASE("what is not stiff meets an independent method by every stepper", "[pk][steppers]", Taylor<12>, Rodas4, Dopri5)
{
    auto const& doses = infusion_and_bolus;
    auto const& times = times_of_two_doses;
    hold_against_fehlberg<TestType, FullBindingSystem>(reference::FullTmdd<>{antibody, shed, slow_KON, slow_KOFF}, doses, times,
                                                       1e-6);
    hold_against_fehlberg<TestType, QuasiSteadyStateSystem>(reference::QssTmdd<>{antibody, shed, 1}, doses, times, 1e-6);
    hold_against_fehlberg<TestType, ConjugateAntigenSystem>(reference::ConjugateAntigen<>{antibody, shed, 1, 0.324}, doses, times,
                                                            1e-6);
    hold_against_fehlberg<TestType, MichaelisMentenSystem>(reference::MichaelisMenten{antibody, 10, 2}, doses, times, 1e-6);
}

TEST_CASE("binding that is a thousand times as fast costs RODAS hardly more steps", "[pk][steppers]")
{
    using System = FullBindingSystem;
    kernels::Effort const effort{.tolerance = 1e-5, .floor = 1e-3};
    auto patient = typical<System>();
    int const steps = follow<Rodas4, Detail::measured>(patient, effort).ending.steps;
    CHECK(steps < 250);
    patient.parameters[System::KON] *= 1000;
    patient.parameters[System::KOFF] *= 1000;
    CHECK(follow<Rodas4, Detail::measured>(patient, effort).ending.steps < 1.5 * steps);
}

namespace {

/// Of drug and of antigen: what was given and made is found, or gone through known ways.
template <class Method>
void hold_mass_balance(double KON_per_nM_d, double tolerance)
{
    using S = FullBindingSystem;
    enum Analyte : std::size_t { total, free, peripheral, antigen };
    Patient<S> const patient{parameters_of(reference::FullTmdd<>{antibody, shed, KON_per_nM_d, fast_KOFF}),
                             stretches_of(q3w, 42)};
    auto const followed = follow<Method>(patient, {.tolerance = tolerance});
    auto const& p = patient.parameters;
    auto const end = [&](std::size_t analyte) { return last<S>(followed, analyte).end; };
    auto const auc = [&](std::size_t analyte) { return whole_auc<S>(followed, analyte); };
    double const complexes = auc(total) - auc(free);
    CAPTURE(tolerance);
    constexpr double near = 1e-9;

    double const given = 2 * 302.4 * p[S::per_mg];
    double const found = end(total) + p[S::k12] / p[S::k21] * end(peripheral) + p[S::k10] * auc(free) + p[S::KINT] * complexes;
    CHECK_THAT(found, WithinRel(given, near));

    double const made = p[S::R0] + p[S::KSYN] * 42;
    double const antigen_found = end(antigen) + p[S::KDEG] * (auc(antigen) - complexes) + p[S::KINT] * complexes;
    CHECK_THAT(antigen_found, WithinRel(made, near));
}

} // namespace

TEST_CASE("no molecule of drug or antigen is lost", "[pk][steppers]")
{
    hold_mass_balance<Rodas4>(fast_KON, 1e-10);
    hold_mass_balance<Taylor<12>>(slow_KON, 1e-10);
    hold_mass_balance<Dopri5>(slow_KON, 1e-10);
}

TEST_CASE("one-step methods keep the balance of masses at the coarsest tolerance", "[pk][steppers]")
{
    hold_mass_balance<Rodas4>(fast_KON, 1e-3);
    hold_mass_balance<Dopri5>(slow_KON, 1e-3);
}

TEST_CASE("a drug that is eliminated at a constant rate stops at none by RODAS", "[pk][steppers]")
{
    using S = MichaelisMentenSystem;
    double const KM = GENERATE(1., 1e-2, 1e-4);
    CAPTURE(KM);
    constexpr double bolus_mg_per_L = 100;
    constexpr double VMAX = 50;
    Patient<S> const patient{{1, 0, 0, 0, VMAX, KM}, {{.length_d = 7, .bolus_mg = bolus_mg_per_L}}, {1.9, 2.5, 5}};
    auto const followed = follow<Rodas4>(patient, {.tolerance = 1e-6});
    // C + KM ln(C/C0) = C0 - VMAX t, so the AUC is the integral of C (KM + C)/(VMAX C)
    double const auc = (KM + bolus_mg_per_L / 2) * bolus_mg_per_L / VMAX;
    CHECK_THAT(whole_auc<S>(followed, 0), WithinRel(auc, 1e-6));
    double const soon_gone = followed.concentrations[0];
    CHECK_THAT(soon_gone + KM * std::log(soon_gone / bolus_mg_per_L), WithinAbs(bolus_mg_per_L - 1.9 * VMAX, 1e-4));
    for (double const concentration : followed.concentrations)
        CHECK(concentration >= 0);
}

TEMPLATE_TEST_CASE("peaks between events are found by every stepper", "[pk][steppers]", Rodas4, Dopri5)
{
    using S = QuasiSteadyStateSystem;
    auto const patient = typical<S>();
    kernels::Effort const effort{.tolerance = 1e-7, .floor = 1e-8};
    auto const found = follow<TestType>(patient, effort);
    auto const expected = follow<Taylor<12>>(patient, {.tolerance = 1e-12, .floor = 1e-12});
    REQUIRE(found.records.size() == expected.records.size());
    int between = 0;
    for (std::size_t i = 0; i < found.records.size(); ++i) {
        CHECK_THAT(found.records[i].peak, WithinRel(expected.records[i].peak, 1e-6));
        // flat at the top: a height within 1e-6 may be some thousandths away
        CHECK_THAT(found.records[i].peak_at, WithinAbs(expected.records[i].peak_at, 0.03));
        between += found.records[i].peak > 1.0001 * std::max(found.records[i].start, found.records[i].end) ? 1 : 0;
    }
    CHECK(between >= 2); // the peripheral compartment after each infusion
}

TEMPLATE_TEST_CASE("a patient has the same bits beside any others, in any lane and order", "[pk][steppers]", (Taylor<12>), Rodas4,
                   Dopri5)
{
    using S = FullBindingSystem;
    constexpr auto detail = Detail::full;
    std::mt19937 draw{11};
    std::normal_distribution<double> normal;
    auto const around = [&](double median, double spread) { return median * std::exp(spread * normal(draw)); };
    std::vector<Patient<S>> patients;
    for (int i = 0; i < 17; ++i) {
        auto of = shed;
        of.R0_nM = around(10, 1.4);
        std::vector<reference::Dose> const doses{{0, 1. / 24, around(200, 0.5)}, {around(3, 0.2), 0, 20}};
        patients.push_back({parameters_of(reference::FullTmdd<>{antibody, of, around(0.2, 0.7), around(0.5, 0.5)}),
                            stretches_of(doses, 7),
                            {1, 2.5, 6}});
    }
    kernels::Effort const effort{.tolerance = 1e-5};
    auto const bits = [](Followed const& of) {
        std::vector<std::uint64_t> all{static_cast<std::uint64_t>(of.ending.steps)};
        for (auto const& record : of.records)
            for (double const figure : {record.start, record.end, record.auc, record.peak, record.peak_at})
                all.push_back(std::bit_cast<std::uint64_t>(figure));
        for (double const concentration : of.concentrations)
            all.push_back(std::bit_cast<std::uint64_t>(concentration));
        return all;
    };
    auto const together = follow<TestType, S, detail, 4>(patients, effort);
    auto reversed = patients;
    std::ranges::reverse(reversed);
    auto const other_way = follow<TestType, S, detail, 3>(reversed, effort);
    for (std::size_t i = 0; i < patients.size(); ++i) {
        CAPTURE(i);
        auto const alone = bits(follow<TestType>(patients[i], effort));
        CHECK(bits(together[i]) == alone);
        CHECK(bits(other_way[patients.size() - 1 - i]) == alone);
    }
}

TEMPLATE_TEST_CASE("a patient who cannot be followed does not hold up the others", "[pk][steppers]", Taylor<12>, Rodas4, Dopri5)
{
    using S = QuasiSteadyStateSystem;
    std::vector<Patient<S>> patients(3, typical<S>());
    patients[1].parameters[S::KSS] = std::nan("");
    kernels::Effort effort{.tolerance = 1e-5};
    auto const all = follow<TestType, S, Detail::measured, 2>(patients, effort);
    CHECK(all[0].ending.status == Status::done);
    CHECK(all[1].ending.status == Status::not_finite);
    CHECK(all[1].ending.time_d < 1);
    CHECK(all[2].ending.status == Status::done);
    CHECK(all[0].records[1].end == all[2].records[1].end);

    effort.most_steps = 10;
    auto const stopped = follow<TestType, S, Detail::measured, 2>(patients, effort);
    CHECK(stopped[0].ending.status == Status::too_many_steps);
    CHECK(stopped[0].ending.steps >= effort.most_steps);
    CHECK(stopped[0].ending.steps <= effort.most_steps + 1); // a step that ends a stretch is let through
    CHECK(stopped[0].ending.time_d > 0);
    CHECK(stopped[0].ending.time_d < 42);
}

TEMPLATE_TEST_CASE("each patient has steps of their own to spend", "[pk][steppers]", Taylor<12>, Rodas4, Dopri5)
{
    using S = QuasiSteadyStateSystem;
    std::vector<Patient<S>> const patients(7, typical<S>());
    kernels::Effort effort{.tolerance = 1e-5};
    effort.most_steps = follow<TestType, Detail::measured>(patients[0], effort).ending.steps; // the last ends the course
    for (auto const& followed : follow<TestType, S, Detail::measured, 1>(patients, effort)) {
        CHECK(followed.ending.status == Status::done);
        CHECK(followed.ending.steps == effort.most_steps);
    }
    effort.most_steps -= 1;
    for (auto const& followed : follow<TestType, S, Detail::measured, 1>(patients, effort)) {
        CHECK(followed.ending.status == Status::too_many_steps);
        CHECK(followed.ending.steps == effort.most_steps);
    }
}

TEMPLATE_TEST_CASE("a patient who can be followed no longer stops there", "[pk][steppers]", Taylor<12>, Rodas4, Dopri5)
{
    using S = QuasiSteadyStateSystem;
    auto patient = typical<S>();
    patient.parameters.resize(2 * S::parameters);
    std::copy_n(patient.parameters.begin(), std::size_t{S::parameters}, patient.parameters.begin() + S::parameters);
    patient.parameters[S::parameters + S::KDEG] = std::nan("");
    patient.stretches.back().occasion = 1;
    double const before_d = 42 - patient.stretches.back().length_d;
    for (auto const& followed : follow<TestType, S, Detail::measured, 2>(std::vector(3, patient), {.tolerance = 1e-5})) {
        CHECK(followed.ending.status == Status::not_finite);
        CHECK(followed.ending.time_d >= before_d);
        CHECK(followed.ending.time_d < before_d + 5);
    }
}

TEMPLATE_TEST_CASE("exposures alone are those of every analyte's course, whatever begins a stretch", "[pk][steppers]", Taylor<12>,
                   Rodas4, Dopri5)
{
    using S = QuasiSteadyStateSystem;
    std::mt19937_64 draw{20};
    std::uniform_real_distribution<> uniform;
    auto const chance = [&](double probability) { return uniform(draw) < probability; };
    std::vector<Patient<S>> patients;
    for (int i = 0; i < 23; ++i) {
        Patient<S> patient;
        for (int occasion = 0; occasion < 3; ++occasion) {
            auto of = shed;
            of.R0_nM = 40 * uniform(draw);
            auto drug = antibody;
            drug.V1_L *= 0.5 + uniform(draw);
            auto const row = parameters_of(reference::QssTmdd<>{drug, of, 0.3 + uniform(draw)});
            patient.parameters.insert(patient.parameters.end(), row.begin(), row.end());
        }
        std::uint32_t occasion = 0;
        for (int k = 0; k < 8; ++k) {
            if (occasion < 2 && chance(0.25))
                ++occasion;
            patient.stretches.push_back({.length_d = chance(0.4) ? 1. / 24 : 7 * uniform(draw) + 0.1,
                                         .infusion_mg_per_d = chance(0.5) ? 600 * uniform(draw) : 0,
                                         .bolus_mg = k == 0 || chance(0.3) ? 100 * uniform(draw) : 0,
                                         .occasion = occasion,
                                         .emptied = chance(0.1)});
        }
        patients.push_back(patient);
    }
    bool const by_rodas = std::is_same_v<TestType, Rodas4>;
    kernels::Effort const effort{.tolerance = by_rodas ? 1e-9 : 1e-11, .floor = 1e-12};
    double const near = by_rodas ? 1e-6 : 1e-8;
    auto const alone = follow<TestType, S, Detail::measured, 3>(patients, effort);
    auto const all = follow<Taylor<12>, S, Detail::full, 1>(patients, {.tolerance = 1e-13, .floor = 1e-13});
    for (std::size_t i = 0; i < patients.size(); ++i)
        for (std::size_t k = 0; k < patients[i].stretches.size(); ++k) {
            CAPTURE(i, k);
            auto const& found = alone[i].records[k];
            auto const& expected = all[i].records[k * S::analytes.size()];
            CHECK_THAT(found.start, WithinRel(expected.start, near));
            CHECK_THAT(found.end, WithinRel(expected.end, near));
            CHECK_THAT(found.auc, WithinRel(expected.auc, near));
            CHECK(found.peak == std::max(found.start, found.end));
        }
}

TEST_CASE("patients go to the stepper that takes them in fewer steps, where it matters", "[pk][steppers]")
{
    auto const tolerance = GENERATE(1e-5, 1e-7);
    kernels::Effort const effort{.tolerance = tolerance, .floor = 1e-3};
    auto const hold = [&]<class System>(Patient<System> const& patient) {
        Job const job{.parameters = patient.parameters.data(),
                      .stretches = patient.stretches.data(),
                      .stretch_count = patient.stretches.size()};
        double const by_taylor = follow<Taylor<12>, Detail::measured>(patient, effort).ending.steps;
        double const by_rodas = follow<Rodas4, Detail::measured>(patient, effort).ending.steps;
        CAPTURE(tolerance, by_taylor, by_rodas, fast_rate_integral<System>(job), patient.stretches.size());
        constexpr double matters = 5;
        if (by_taylor > matters * by_rodas)
            CHECK(stiff<System>(job, effort));
        if (by_rodas > matters * by_taylor)
            CHECK_FALSE(stiff<System>(job, effort));
    };
    for (double const faster : {1e-3, 1e-2, 0.1, 0.3, 1.0})
        for (double const R0 : {1., 10., 100.}) {
            auto patient = typical<FullBindingSystem>();
            patient.parameters[FullBindingSystem::KON] *= faster;
            patient.parameters[FullBindingSystem::KOFF] *= faster;
            patient.parameters[FullBindingSystem::KSYN] *= R0 / 10;
            patient.parameters[FullBindingSystem::R0] = R0;
            CAPTURE(faster, R0);
            hold(patient);
        }
    auto const with_k21 = [&]<class System>(Patient<System> patient) {
        for (double const faster : {1., 10., 100., 1000.}) {
            auto fast = patient;
            fast.parameters[System::k21] *= faster;
            CAPTURE(faster);
            hold(fast);
        }
    };
    with_k21(typical<QuasiSteadyStateSystem>());
    with_k21(typical<ConjugateAntigenSystem>());
    with_k21(typical<MichaelisMentenSystem>());
}

TEST_CASE("the typical patients: fast binding is stiff, quasi-steady state and what it shares is not", "[pk][steppers]")
{
    auto const is_stiff = []<class System>(Patient<System> const& patient) {
        return stiff<System>({.parameters = patient.parameters.data(),
                              .stretches = patient.stretches.data(),
                              .stretch_count = patient.stretches.size()});
    };
    CHECK(is_stiff(typical<FullBindingSystem>()));
    CHECK_FALSE(is_stiff(typical<QuasiSteadyStateSystem>()));
    CHECK_FALSE(is_stiff(typical<ConjugateAntigenSystem>()));
    CHECK_FALSE(is_stiff(typical<MichaelisMentenSystem>()));
}

namespace {

/// A new right-hand side, as it is written: two compartments with rates that do not change.
struct TwoCompartmentSystem {
    enum Parameter : std::size_t { per_mg, k10, k12, k21, parameters };
    enum State : std::size_t { C, P, states_ };
    static constexpr std::size_t states = states_;
    static constexpr bool never_negative = true;
    static constexpr std::array<std::size_t, 1> dosed{C};
    static constexpr std::array<std::size_t, 2> analytes{C, P};

    static void start(double const*, double* y) { y[C] = y[P] = 0; }

    template <class V>
    static void slopes(V const* p, V const& input, V const (&y)[states], V (&dy)[states])
    {
        dy[C] = input - (p[k10] + p[k12]) * y[C] + p[k12] * y[P];
        dy[P] = p[k21] * (y[C] - y[P]);
    }

    template <std::size_t shown>
    static void analytes_of(double const*, double const* y, double (&found)[shown])
    {
        for (std::size_t a = 0; a < shown; ++a)
            found[a] = y[analytes[a]];
    }
    template <std::size_t shown, class V>
    static void analytes_in_lanes(V const*, V const (&y)[states], V (&found)[shown])
    {
        pick_analytes<TwoCompartmentSystem>(y, found);
    }
};

} // namespace

TEST_CASE("a right-hand side of one's own, by Runge-Kutta, meets the closed form", "[pk][steppers]")
{
    using S = TwoCompartmentSystem;
    Rates const rates{.V1_L = 3.132, .k10_per_d = 0.136, .k12_per_d = 0.172, .k21_per_d = 0.333};
    Disposition const disposition{rates};
    std::vector<DoseEvent> const history{{0, 1. / 24, 302.4}, {7, 0, 100}, {14, 3, 50}};
    std::vector<double> const times{0.02, 1. / 24, 0.5, 3, 8, 15, 17, 21};
    Patient<S> patient{.parameters = {1 / rates.V1_L, rates.k10_per_d, rates.k12_per_d, rates.k21_per_d}, .stretches = {}};
    pk::Course const course{history, {}, 21 * unit::d};
    patient.stretches.assign(course.stretches().begin(), course.stretches().end());
    patient.samples = times;

    auto const near = [](double tolerance) { return 10 * tolerance; };
    double const tolerance = GENERATE(1e-5, 1e-8, 1e-11);
    auto const followed = follow<Dopri5>(patient, {.tolerance = tolerance, .floor = 1e-6});
    for (std::size_t i = 0; i < times.size(); ++i) {
        CAPTURE(times[i]);
        double const expected = concentration(disposition, history, times[i] * unit::d).base();
        CHECK_THAT(followed.concentrations[2 * i], WithinRel(expected, near(tolerance)));
    }
    double const expected = auc(disposition, history, Time{}, 21 * unit::d).base();
    CHECK_THAT(whole_auc<S>(followed, 0), WithinRel(expected, near(tolerance)));
}

} // namespace stepper_tests

#include "tests/support/pk_references.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/oracle.hpp"
#include "tests/support/pk_reference_cases.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace reference_tests {

using namespace escalon;
using namespace escalon::reference;
using escalon::test::Nearness;
using escalon::test::WithinAbs;
using escalon::test::WithinRel;

namespace {

auto const fehlberg = [](auto const& system, auto const& doses, auto const& times) {
    return solve_fehlberg78_long_double(system, doses, times, 1e-15L);
};

constexpr Nearness of_fehlberg{.relative = 1e-9, .of_cmax = 1e-15};

/// The reference antibody, its antigen and its linker, 1.8 m2.
Disposition const huc242{.CL_L_per_d = 0.4248, .V1_L = 3.132, .Q_L_per_d = 0.54, .V2_L = 1.62};
Antigen const much_antigen{.R0_nM = 100, .KDEG_per_d = 0.7, .KINT_per_d = 1.4};
ConjugateAntigen<> const conjugate{huc242, much_antigen, 1, 0.058};
std::vector<reference::Dose> const two_cycles{{0, 1.0 / 24, 302.4}, {21, 1.0 / 24, 302.4}};
std::vector<double> const days_1_to_42 = [] {
    std::vector<double> days;
    for (int d = 1; d <= 42; ++d)
        days.push_back(d);
    return days;
}();

/// Central differences, in long double: good to 1e-9 beside the largest.
template <class System>
void hold_jacobian(System const& system, std::array<double, System::states> const& at)
{
    constexpr auto n = System::states;
    std::array<std::array<double, n>, n> given{};
    system.jacobian(at, [&](int row, int column) -> double& {
        return given[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
    });
    auto const gradient = system.measured_gradient(at);
    auto const move = system.template motion<long double>(3.0L);
    for (std::size_t column = 0; column < n; ++column) {
        long double const h = 1e-6L * std::max(1e-3L, static_cast<long double>(at[column]));
        std::array<long double, n> up, down, change_up, change_down;
        std::copy(at.begin(), at.end(), up.begin());
        down = up;
        up[column] += h;
        down[column] -= h;
        move(up, change_up);
        move(down, change_down);
        for (std::size_t row = 0; row < n; ++row) {
            CAPTURE(row, column);
            auto const expected = static_cast<double>((change_up[row] - change_down[row]) / (2 * h));
            CHECK_THAT(given[row][column], WithinRel(expected, 1e-7) || WithinAbs(expected, 1e-9));
        }
        CAPTURE(column);
        auto const expected = static_cast<double>((system.measured(up) - system.measured(down)) / (2 * h));
        CHECK_THAT(gradient[column], WithinRel(expected, 1e-7) || WithinAbs(expected, 1e-9));
    }
}

} // namespace

TEST_CASE("Fehlberg's method reproduces quasi-steady states in quad precision", "[pk][reference][oracle]")
{
    test::hold_qss_tmdd(fehlberg, of_fehlberg);
}

TEST_CASE("Fehlberg's method reproduces the conjugate with antigen in quad precision", "[pk][reference][oracle]")
{
    test::hold_conjugate_antigen(fehlberg, of_fehlberg);
}

TEST_CASE("Fehlberg's method reproduces Lambert's W and Michaelis-Menten in quad precision", "[pk][reference][oracle]")
{
    test::hold_michaelis_menten(fehlberg, of_fehlberg);
}

TEST_CASE("Fehlberg's method reproduces binding in full in quad precision", "[pk][reference][oracle]")
{
    test::hold_full_tmdd(fehlberg, of_fehlberg);
}

TEST_CASE("Dormand and Prince's method comes as near as its tolerance says, its dense output too", "[pk][reference]")
{
    auto const exact = fehlberg(conjugate, two_cycles, days_1_to_42);
    for (double const tolerance : {1e-6, 1e-8, 1e-10}) {
        CAPTURE(tolerance);
        double const allowed = 100 * tolerance; // errors of single steps add up
        auto const course = solve_dopri5(conjugate, two_cycles, days_1_to_42, tolerance);
        CHECK_THAT(course.highest, WithinRel(exact.highest, allowed));
        CHECK(course.highest_d == exact.highest_d);
        for (std::size_t i = 0; i < days_1_to_42.size(); ++i) {
            CAPTURE(days_1_to_42[i]);
            CHECK_THAT(course.auc[i], WithinRel(exact.auc[i], allowed));
            CHECK_THAT(course.at[i][3],
                       WithinRel(exact.at[i][3], allowed) || WithinAbs(exact.at[i][3], 1e-3 * exact.highest * allowed));
        }
    }
}

TEST_CASE("ten thousand times the accuracy costs a method of order 5 about six times the steps", "[pk][reference]")
{
    std::vector<double> const end{42};
    auto const loose = solve_dopri5(conjugate, two_cycles, end, 1e-8);
    auto const tight = solve_dopri5(conjugate, two_cycles, end, 1e-12);
    double const ratio = static_cast<double>(tight.steps) / static_cast<double>(loose.steps);
    CHECK(ratio > 5);
    CHECK(ratio < 8); // 10^(4/5) = 6.3
}

TEST_CASE("derivatives given to CVODE are those of the equations", "[pk][reference]")
{
    hold_jacobian(FullTmdd<>{huc242, much_antigen, 8.64, 7.24}, {310, 120, 0.4, 55});
    hold_jacobian(FullTmdd<Analyte::free>{huc242, much_antigen, 8.64, 7.24}, {310, 120, 0.4, 55});
    for (std::array<double, 3> const& at : {std::array{310.0, 120.0, 55.0}, {2.0, 7.0, 80.0}, {20.0, 7.0, 20.0}}) {
        hold_jacobian(QssTmdd<>{huc242, much_antigen, 1}, at);
        hold_jacobian(QssTmdd<Analyte::free>{huc242, much_antigen, 1}, at);
        std::array<double, 5> const with_conjugate{at[0], at[1], at[2], 0.7 * at[0], 0.6 * at[1]};
        hold_jacobian(conjugate, with_conjugate);
        hold_jacobian(ConjugateAntigen<Analyte::free>{huc242, much_antigen, 1, 0.058}, with_conjugate);
        hold_jacobian(ConjugateAntigen<Analyte::antibody>{huc242, much_antigen, 1, 0.058}, with_conjugate);
    }
    hold_jacobian(MichaelisMenten{huc242, 10, 2}, {3, 1});
}

TEST_CASE("without saturation, overlapping infusions are those of the linear model", "[pk][reference][oracle]")
{
    auto const file = test::oracle("pk_linear.json");
    int compartments_1_and_2 = 0;
    for (auto const& c : file["cases"]) {
        auto const& p = c["params"];
        if (p.contains("Q2") || !c.contains("doses"))
            continue;
        CAPTURE(c["id"].get<std::string>());
        ++compartments_1_and_2;
        MichaelisMenten const linear{{p["CL"], p["V1"], p.value("Q", 0.0), p.value("V2", 1.0)}};
        std::vector<double> const times = c["times"];
        auto const course = fehlberg(linear, test::doses_of(c), times);
        test::hold_series(
            c, "conc", course.at, [](auto const& y) { return y[0]; }, course.highest, of_fehlberg);
    }
    CHECK(compartments_1_and_2 > 10);
}

TEST_CASE("a second dose during the first counts from its own start", "[pk][reference]")
{
    MichaelisMenten const kept{{.V1_L = 2}, 0, 1}; // nothing leaves
    std::vector<reference::Dose> const doses{{0, 2, 20}, {1, 2, 40}, {1.5, 0, 100}, {9, 0, 1}};
    std::vector<double> const times{0, 1, 1.5, 2, 3, 9, 9.5};
    auto const course = solve_dopri5(kept, doses, times, 1e-10);
    std::vector<double> const expected{0, 5, 62.5, 70, 80, 80.5, 80.5}; // boluses at 1.5 and 9 have been given
    for (std::size_t i = 0; i < times.size(); ++i)
        CHECK_THAT(course.at[i][0], WithinRel(expected[i], 1e-12) || WithinAbs(0, 1e-12));
}

TEST_CASE("times to follow a patient to must ascend", "[pk][reference]")
{
    std::vector<double> const times{3, 2};
    CHECK_THROWS_WITH(solve_dopri5(conjugate, two_cycles, times, 1e-6), test::ContainsSubstring("ascend"));
}

} // namespace reference_tests

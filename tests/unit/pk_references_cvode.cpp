#include "tests/support/catch.hpp"
#include "tests/support/pk_cvode.hpp"
#include "tests/support/pk_reference_cases.hpp"

#include <limits>
#include <vector>

namespace reference_tests {

using namespace escalon;
using namespace escalon::reference;
using escalon::test::Nearness;
using escalon::test::WithinRel;

namespace {

auto const cvode = [](auto const& system, auto const& doses, auto const& times) {
    return solve_cvode(system, doses, times, 1e-10, 1e-11);
};

constexpr Nearness of_cvode{.relative = 1e-7, .of_cmax = 1e-10};
constexpr Nearness where_saturation_ends{.relative = 1e-7, .of_cmax = 1e-8}; // all is gone at once, and when depends on before

} // namespace

TEST_CASE("CVODE reproduces quasi-steady states in quad precision", "[pk][reference][oracle][cvode]")
{
    test::hold_qss_tmdd(cvode, of_cvode);
}

TEST_CASE("CVODE reproduces the conjugate with antigen in quad precision", "[pk][reference][oracle][cvode]")
{
    test::hold_conjugate_antigen(cvode, of_cvode);
}

TEST_CASE("CVODE reproduces Lambert's W and Michaelis-Menten in quad precision", "[pk][reference][oracle][cvode]")
{
    test::hold_michaelis_menten(cvode, where_saturation_ends);
}

TEST_CASE("CVODE reproduces binding in full in quad precision", "[pk][reference][oracle][cvode]")
{
    test::hold_full_tmdd(cvode, of_cvode);
}

TEST_CASE("fast binding is stiff: backward differentiation takes less than a fifth of an explicit method's steps",
          "[pk][reference][cvode]")
{
    FullTmdd<> const system{{0.6858, 3.132, 0.54, 1.62}, {100, 0.7, 1.4}, 8.64, 7.24};
    std::vector<reference::Dose> const doses{{0, 1.0 / 24, 302.4}};
    std::vector<double> const end{21};
    auto const implicit = solve_cvode(system, doses, end, 1e-6, 1e-9);
    auto const explicitly = solve_dopri5(system, doses, end, 1e-6);
    CHECK(implicit.steps * 5 < explicitly.steps);
    CHECK_THAT(implicit.auc.back(), WithinRel(explicitly.auc.back(), 1e-4));
}

TEST_CASE("CVODE's two methods and its reuse give one answer", "[pk][reference][cvode]")
{
    QssTmdd<> const system{{0.6858, 3.132, 0.54, 1.62}, {10, 0.7, 1.4}, 1};
    std::vector<reference::Dose> const doses{{0, 1.0 / 24, 302.4}, {21, 1.0 / 24, 302.4}};
    std::vector<double> const end{42};
    CvodeSolver<QssTmdd<>> solver{1e-10, 1e-11};
    auto const bdf = solver.solve(system, doses, end);
    auto const adams = solve_cvode(system, doses, end, 1e-10, 1e-11, CvodeMethod::adams);
    CHECK(adams.auc.back() != bdf.auc.back());
    CHECK_THAT(adams.auc.back(), WithinRel(bdf.auc.back(), 1e-7));

    std::vector<reference::Dose> const less{{0, 0.0625, 32.4}};
    solver.solve(system, less, end);
    CHECK(solver.solve(system, doses, end).auc == bdf.auc);
}

TEST_CASE("CVODE says where it could not go on", "[pk][reference][cvode]")
{
    MichaelisMenten const never{{.CL_L_per_d = std::numeric_limits<double>::quiet_NaN(), .V1_L = 1}, 0, 1};
    std::vector<reference::Dose> const doses{{0, 0, 1}};
    std::vector<double> const end{1};
    CHECK_THROWS_WITH(solve_cvode(never, doses, end, 1e-6, 1e-9), test::ContainsSubstring("CVODE could not step"));
}

} // namespace reference_tests

#include "pk_models/fault_error.hpp"
#include "pk_models/variability.hpp"

#include "tests/support/catch.hpp"

#include <cmath>

namespace kinetics_tests {

using namespace escalon;
using namespace escalon::pk;
using escalon::test::WithinAbs;
using escalon::test::WithinRel;

namespace {

constexpr double rounding_of_factors = 1e-14;
constexpr std::array<std::string_view, 5> conjugate_parameters{"CL", "V1", "Q", "V2", "KDC"};

Omega const reference_omega{.variances = {{"CL", 0.09}, {"V1", 0.04}, {"Q", 0.09}, {"V2", 0.09}, {"KDC", 0.1225}},
                            .correlations = {{"CL", "V1", 0.5}, {"V2", "Q", -0.3}, {"KDC", "CL", 0.2}}};

/// L L^T between two parameters that vary.
double covariance(EtaFactor const& factor, std::size_t i, std::size_t j)
{
    double sum = 0;
    for (std::size_t k = 0; k < factor.varying().size(); ++k)
        sum += factor.factor(i, k) * factor.factor(j, k);
    return sum;
}

std::string first_problem(Omega const& omega)
{
    auto const found = omega.faults(conjugate_parameters);
    return found.empty() ? "" : found.front().problem;
}

} // namespace

TEST_CASE("sampled etas have the stated covariance", "[pk][omega]")
{
    EtaFactor const factor{reference_omega, conjugate_parameters};
    REQUIRE(factor.varying().size() == 5);
    for (std::size_t i = 0; i < 5; ++i)
        CHECK_THAT(covariance(factor, i, i), WithinRel(reference_omega.variances[i].variance, rounding_of_factors));
    CHECK_THAT(covariance(factor, 0, 1), WithinRel(0.5 * 0.3 * 0.2, rounding_of_factors));
    CHECK_THAT(covariance(factor, 2, 3), WithinRel(-0.3 * 0.3 * 0.3, rounding_of_factors));
    CHECK_THAT(covariance(factor, 0, 4), WithinRel(0.2 * 0.3 * 0.35, rounding_of_factors));
    CHECK_THAT(covariance(factor, 1, 2), WithinAbs(0, rounding_of_factors));
}

TEST_CASE("etas are the factor times the normal deviates", "[pk][omega]")
{
    EtaFactor const factor{reference_omega, conjugate_parameters};
    for (std::size_t k = 0; k < 5; ++k) {
        std::array<double, 5> z{};
        z[k] = 2;
        auto const etas = factor.etas(z);
        for (std::size_t i = 0; i < 5; ++i)
            CHECK_THAT(etas[i], WithinAbs(2 * factor.factor(i, k), rounding_of_factors));
    }
}

TEST_CASE("a parameter without a variance does not vary and takes no deviate", "[pk][omega]")
{
    EtaFactor const factor{{.variances = {{"KDC", 0.04}, {"V1", 0.09}, {"Q", 0}}}, conjugate_parameters};
    REQUIRE(factor.varying().size() == 2);
    CHECK(factor.varying()[0] == 1);
    CHECK(factor.varying()[1] == 4);
    auto const etas = factor.etas(std::array{1.0, -1.0});
    CHECK(etas[0] == 0);
    CHECK_THAT(etas[1], WithinRel(0.3, rounding_of_factors));
    CHECK_THAT(etas[4], WithinRel(-0.2, rounding_of_factors));
}

TEST_CASE("two parameters fully correlated move together", "[pk][omega]")
{
    EtaFactor const factor{{.variances = {{"CL", 0.09}, {"Q", 0.04}}, .correlations = {{"CL", "Q", 1}}}, conjugate_parameters};
    auto const etas = factor.etas(std::array{1.0, 7.0});
    CHECK_THAT(etas[0], WithinRel(0.3, rounding_of_factors));
    CHECK_THAT(etas[2], WithinRel(0.2, rounding_of_factors));
}

TEST_CASE("nothing varies without an OMEGA", "[pk][omega]")
{
    CHECK(Omega{}.faults(conjugate_parameters).empty());
    CHECK(EtaFactor{Omega{}, conjugate_parameters}.varying().empty());
    CHECK(EtaFactor{}.etas({}) == Etas{});
}

TEST_CASE("each fault of an OMEGA is told in the user's words", "[pk][omega]")
{
    CHECK(first_problem(reference_omega).empty());
    CHECK(first_problem({.variances = {{"KD", 0.1}}}) == "'KD' is not a parameter of the model");
    CHECK(first_problem({.variances = {{"CL", -0.1}}}) == "a variance cannot be -0.1");
    CHECK(first_problem({.variances = {{"CL", 0.1}, {"CL", 0.2}}}) == "'CL' has two variances");
    CHECK(first_problem({.variances = {{"CL", 0.1}, {"V1", 0.1}}, .correlations = {{"CL", "V1", 1.5}}}) ==
          "a correlation cannot be 1.5");
    CHECK(first_problem({.variances = {{"CL", 0.1}}, .correlations = {{"CL", "V1", 0.5}}}) ==
          "'V1' has no variance, so it cannot be correlated");
    CHECK(first_problem({.variances = {{"CL", 0.1}}, .correlations = {{"CL", "CL", 0.5}}}) == "a parameter is named twice");
    CHECK(first_problem({.variances = {{"CL", 0.1}, {"V1", 0.1}}, .correlations = {{"CL", "V1", 0.5}, {"V1", "CL", 0.4}}}) ==
          "this correlation is given twice");
}

TEST_CASE("correlations that cannot hold together are refused", "[pk][omega]")
{
    Omega const impossible{.variances = {{"CL", 0.09}, {"V1", 0.04}, {"Q", 0.09}},
                           .correlations = {{"CL", "V1", 0.9}, {"V1", "Q", 0.9}, {"CL", "Q", -0.9}}};
    CHECK_THAT(first_problem(impossible), test::ContainsSubstring("not positive semi-definite"));
    CHECK(impossible.faults(conjugate_parameters).front().field == "corr");
    CHECK_THROWS_AS((EtaFactor{impossible, conjugate_parameters}), FaultError);
}

TEST_CASE("covariances give the block of OMEGA that they are written as", "[pk][omega]")
{
    Omega const lu{.variances = {{"CL", 0.03585}, {"V1", 0.01351}}, .covariances = {{"CL", "V1", 0.011}}};
    REQUIRE(lu.faults(conjugate_parameters).empty());
    EtaFactor const factor{lu, conjugate_parameters};
    CHECK_THAT(covariance(factor, 0, 0), WithinRel(0.03585, rounding_of_factors));
    CHECK_THAT(covariance(factor, 1, 1), WithinRel(0.01351, rounding_of_factors));
    CHECK_THAT(covariance(factor, 0, 1), WithinRel(0.011, rounding_of_factors));
}

TEST_CASE("a covariance and the correlation that it amounts to are the same OMEGA", "[pk][omega]")
{
    Omega const by_r{.variances = {{"CL", 0.09}, {"V1", 0.04}, {"Q", 0.25}},
                     .correlations = {{"CL", "V1", 0.5}, {"V1", "Q", -0.25}}};
    Omega const mixed{.variances = by_r.variances,
                      .correlations = {{"V1", "Q", -0.25}},
                      .covariances = {{"V1", "CL", 0.5 * 0.3 * 0.2}}};
    EtaFactor const one{by_r, conjugate_parameters};
    EtaFactor const other{mixed, conjugate_parameters};
    for (std::size_t i = 0; i < 3; ++i)
        for (std::size_t k = 0; k <= i; ++k)
            CHECK_THAT(other.factor(i, k), WithinAbs(one.factor(i, k), rounding_of_factors));
}

TEST_CASE("a covariance at the product of both SDs moves the parameters together", "[pk][omega]")
{
    EtaFactor const factor{{.variances = {{"CL", 0.07}, {"Q", 0.03}}, .covariances = {{"CL", "Q", std::sqrt(0.07 * 0.03)}}},
                           conjugate_parameters};
    auto const etas = factor.etas(std::array{1.0, 7.0});
    CHECK_THAT(etas[0], WithinRel(std::sqrt(0.07), rounding_of_factors));
    CHECK_THAT(etas[2], WithinRel(std::sqrt(0.03), rounding_of_factors));
}

TEST_CASE("each fault of a covariance is told in the user's words", "[pk][omega]")
{
    std::vector<Omega::Variance> const two{{"CL", 0.04}, {"V1", 0.09}};
    CHECK_THAT(first_problem({.variances = two, .covariances = {{"CL", "V1", 0.07}}}),
               test::ContainsSubstring("a covariance of 0.07 is beyond the product of both SDs, 0.06"));
    CHECK(first_problem({.variances = two, .correlations = {{"V1", "CL", 0.5}}, .covariances = {{"CL", "V1", 0.01}}}) ==
          "CL and V1 have both a covariance and a correlation");
    CHECK(first_problem({.variances = two, .covariances = {{"CL", "V1", 0.01}, {"V1", "CL", 0.01}}}) ==
          "this covariance is given twice");
    CHECK(first_problem({.variances = two, .covariances = {{"CL", "CL", 0.01}}}) == "a parameter is named twice");
    CHECK(first_problem({.variances = two, .covariances = {{"CL", "KA", 0.01}}}) == "'KA' is not a parameter of the model");
    CHECK(first_problem({.variances = two, .covariances = {{"CL", "Q", 0.01}}}) ==
          "'Q' has no variance, so it cannot be correlated");
    Omega const impossible{.variances = {{"CL", 1}, {"V1", 1}, {"Q", 1}},
                           .covariances = {{"CL", "V1", 0.9}, {"V1", "Q", 0.9}, {"CL", "Q", -0.9}}};
    CHECK(impossible.faults(conjugate_parameters).front().field == "cov");
    CHECK_THAT(first_problem(impossible), test::ContainsSubstring("not positive semi-definite"));
}

TEST_CASE("a relative standard error is the coefficient of variation of the draws", "[pk][uncertainty]")
{
    ParameterUncertainty const known{.errors = {{"CL", 0.08}, {"V1", 0.5}}, .correlations = {{"CL", "V1", 0.3}}};
    REQUIRE(known.faults(conjugate_parameters).empty());
    auto const omega = known.log_scale();
    for (std::size_t i = 0; i < 2; ++i)
        CHECK_THAT(std::sqrt(std::exp(omega.variances[i].variance) - 1),
                   WithinRel(known.errors[i].relative, rounding_of_factors));
    auto const first = [](ParameterUncertainty const& uncertainty) {
        auto const found = uncertainty.faults(conjugate_parameters);
        return found.empty() ? "" : found.front().problem;
    };
    CHECK(first({.errors = {{"KA", 0.1}}}) == "'KA' is not a parameter of the model");
    CHECK(first({.errors = {{"CL", -0.1}}}) == "a relative standard error cannot be -0.1");
    CHECK(first({.errors = {{"CL", 0.1}, {"CL", 0.2}}}) == "'CL' has two standard errors");
    CHECK(first({.errors = {{"CL", 0.1}}, .correlations = {{"CL", "V1", 0.2}}}) ==
          "'V1' has no variance, so it cannot be correlated");
}

} // namespace kinetics_tests

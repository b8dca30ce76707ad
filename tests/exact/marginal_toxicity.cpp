// P(DLT) integrated over a population against its closed form.
#include "sim/random/normal.hpp"
#include "sim/runner/marginal.hpp"
#include "tests/support/biologies.hpp"
#include "tests/support/catch.hpp"

#include <cmath>

using namespace escalon;
using namespace escalon::test;

namespace {

/// AUC = dose/CL with log-normal CL against a log-normal tolerance: one normal in the logarithm.
double closed_form(double dose_mg, double variance)
{
    double const sd = std::sqrt(variance + CompleteAuc::sd_log_tolerance * CompleteAuc::sd_log_tolerance);
    return normal_probability(std::log(dose_mg / CompleteAuc::clearance_L_per_d / CompleteAuc::median_mg_d_per_L) / sd);
}

} // namespace

TEST_CASE("the marginal DLT probability is the closed form within its stated error", "[marginal]")
{
    double const variance = CompleteAuc::variance_of_eta;
    auto const found = marginal_toxicity(CompleteAuc::biology(), Workers{2});
    auto const doses = CompleteAuc::ladder();
    REQUIRE(found.dlt_probability.size() == doses.doses().size());
    for (std::size_t i = 0; i < doses.doses().size(); ++i) {
        INFO(doses.doses()[i] << " mg, stated error " << found.error[i]);
        CHECK(found.error[i] <= 1e-5);
        CHECK_THAT(found.dlt_probability[i], WithinAbs(closed_form(doses.doses()[i], variance), found.error[i] + 1e-14));
    }
}

TEST_CASE("the stated error of the marginal DLT probability is not idle", "[marginal]")
{
    auto const found = marginal_toxicity(CompleteAuc::biology(), Workers{2});
    double const other = closed_form(50, CompleteAuc::variance_of_eta + 0.001);
    CHECK(std::abs(found.dlt_probability[4] - closed_form(50, CompleteAuc::variance_of_eta)) < found.error[4] + 1e-14);
    CHECK(std::abs(closed_form(40, CompleteAuc::variance_of_eta + 0.001) - closed_form(40, CompleteAuc::variance_of_eta)) > 1e-4);
    CHECK_THAT(other, WithinAbs(0.5, 1e-12)); // the median dose does not move, whatever the spread
}

TEST_CASE("patients who are all alike need no integration", "[marginal]")
{
    auto const found = marginal_toxicity(CompleteAuc::biology(0), Workers{1});
    auto const doses = CompleteAuc::ladder();
    for (std::size_t i = 0; i < doses.doses().size(); ++i) {
        CHECK(found.error[i] == 0);
        CHECK_THAT(found.dlt_probability[i], WithinAbs(closed_form(doses.doses()[i], 0), 1e-13)); // AUC in closed form
    }
}

TEST_CASE("any number of workers integrates to the same bits", "[marginal][reproducible]")
{
    auto const biology = layered_biology();
    auto const one = marginal_toxicity(biology, Workers{1});
    for (int const workers : {2, 3}) {
        auto const other = marginal_toxicity(biology, Workers{workers});
        CHECK(other.dlt_probability == one.dlt_probability);
        CHECK(other.error == one.error);
    }
}

TEST_CASE("more points state a smaller error", "[marginal]")
{
    auto const biology = layered_biology();
    auto const largest = [&](std::size_t points) {
        auto const found = marginal_toxicity(biology, Workers{2}, {.wanted_error = 0, .most_points = points});
        return *std::ranges::max_element(found.error);
    };
    double const few = largest(1024);
    double const many = largest(32 * 1024);
    INFO(few << " with 1024 points, " << many << " with 32768");
    CHECK(many < few / 16);
}

TEST_CASE("the marginal DLT probability rises with the dose", "[marginal]")
{
    auto const found = marginal_toxicity(layered_biology(), Workers{2});
    CHECK(std::ranges::is_sorted(found.dlt_probability));
    CHECK(found.dlt_probability.front() > 0);
    CHECK(found.dlt_probability.back() < 1);
}

TEST_CASE("an interrupt ends the integration", "[marginal][interrupt]")
{
    Interrupt const interrupt{true};
    CHECK_THROWS_AS(marginal_toxicity(layered_biology(), Workers{2, &interrupt}), Interrupted);
}

TEST_CASE("shared exposures give another tolerance the bits of its own", "[marginal][reproducible]")
{
    auto const biology = layered_biology();
    SampledExposures exposures{biology};
    IntegrationEffort const little{.wanted_error = 0, .most_points = 2048};
    auto const first = marginal_toxicity(biology, exposures, Workers{2}, little);
    auto const again = marginal_toxicity(biology, exposures, Workers{1}, little);
    auto const alone = marginal_toxicity(biology, Workers{1}, little);
    CHECK(first.dlt_probability == alone.dlt_probability);
    CHECK(again.dlt_probability == alone.dlt_probability);
    auto const more = marginal_toxicity(biology, exposures, Workers{1}, {.wanted_error = 0, .most_points = 8192});
    CHECK(more.dlt_probability ==
          marginal_toxicity(biology, Workers{2}, {.wanted_error = 0, .most_points = 8192}).dlt_probability);
    CHECK(more.dlt_probability != alone.dlt_probability);
}

// P(DLT) integrated over a population against its closed form.
#include "sim/random/normal.hpp"
#include "sim/runner/marginal.hpp"
#include "tests/support/binomial_tails.hpp"
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
        auto const found = marginal_toxicity(biology, Workers{2}, IntegrationEffort{.wanted_error = 0, .most_points = points});
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
    auto const more = marginal_toxicity(biology, exposures, Workers{1},
                                        IntegrationEffort{.wanted_error = 0, .most_points = 8192});
    CHECK(more.dlt_probability ==
          marginal_toxicity(biology, Workers{2}, IntegrationEffort{.wanted_error = 0, .most_points = 8192}).dlt_probability);
    CHECK(more.dlt_probability != alone.dlt_probability);
}

TEST_CASE("kinetics that are integrated give marginals within their stated error", "[marginal][integrated]")
{
    auto const biology = antigen_biology();
    CHECK_FALSE(biology.is_linear());
    auto const usual = marginal_toxicity(biology, Workers{2});
    auto const fine = marginal_toxicity(biology, Workers{2}, IntegrationEffort{.wanted_error = 1e-6, .most_points = 4096});
    CHECK(usual.unsolved_share == 0);
    for (std::size_t level = 0; level < usual.error.size(); ++level) {
        INFO("level " << level + 1);
        CHECK(usual.error[level] <= 1e-4);
        CHECK_THAT(usual.dlt_probability[level], WithinAbs(fine.dlt_probability[level], usual.error[level] + fine.error[level]));
    }
}

TEST_CASE("patients of a trial have DLTs as often as the marginals say, also with parameters that vary by occasion",
          "[marginal][integrated]")
{
    constexpr std::uint64_t patients = 20'000;
    for (auto const& biology : {antigen_biology(), antigen_biology(0.16, 63 * unit::d)}) {
        auto const marginal = marginal_toxicity(biology, Workers{2});
        std::vector<VirtualPatient> people;
        for (std::uint32_t number = 0; number < patients; ++number)
            people.push_back(biology.sampler().draw(PatientStream{TrialStream{7, 0}, number}));
        std::vector<CountedCell> cells;
        for (int const index : {4, 5, 6}) {
            auto const exposures = biology.exposures(people, std::vector<DoseLevel>(people.size(), DoseLevel{index}));
            CountedCell cell{"level " + std::to_string(index + 1), 0, marginal.dlt_probability[static_cast<std::size_t>(index)]};
            for (std::size_t i = 0; i < people.size(); ++i)
                cell.seen += people[i].tolerance_uniform < biology.dlt_probability(exposures[i]) ? 1U : 0U;
            cells.push_back(cell);
        }
        CHECK(disagreements(cells, patients, 1e-9).empty());
        for (auto& cell : cells)
            cell.probability += 0.02; // what is wrong is seen
        CHECK(disagreements(cells, patients, 1e-9).size() == cells.size());
    }
}

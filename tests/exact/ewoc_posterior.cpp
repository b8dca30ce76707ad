// Posteriors of EWOC's MTD against others' quadrature, against finer nodes, and against what is known without data.
#include "sim/designs/catalog.hpp"
#include "sim/runner/exact.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/histories.hpp"
#include "tests/support/oracle.hpp"

#include <cmath>

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr double quantile_tolerance = 1e-5; // of doses of 20 to 100; the file's own error is 1e-6

std::vector<double> list(nlohmann::json const& one_or_many)
{
    return one_or_many.is_array() ? one_or_many.get<std::vector<double>>() : std::vector<double>{one_or_many.get<double>()};
}

} // namespace

TEST_CASE("quantiles of EWOC's MTD agree with others' quadrature", "[exact][ewoc][oracle]")
{
    auto const file = oracle("ewoc_quantiles.json");
    REQUIRE(file["results"].size() >= 3);
    for (auto const& result : file["results"]) {
        auto const& inputs = result["inputs"];
        auto const doses = list(inputs["dose"]);
        auto const dlts = list(inputs["dlt"]);
        EwocModel model{.target = inputs["theta"],
                        .min_dose = inputs["min_dose"],
                        .max_dose = inputs["max_dose"],
                        .doses = {20, 40, 60, 80, 100}};
        std::vector<OutcomesAtLevel> outcomes;
        for (std::size_t i = 0; i < doses.size(); ++i)
            outcomes.push_back({DoseLevel{static_cast<int>(doses[i] / 20) - 1}, 1, dlts[i]});
        EwocPosterior const posterior{model};
        auto const fit = posterior.fit(outcomes);
        auto const alphas = result["alpha"].get<std::vector<double>>();
        auto const quantiles = result["mtd_quantile"].get<std::vector<double>>();
        for (std::size_t i = 0; i < alphas.size(); ++i) {
            INFO("alpha " << alphas[i] << " after " << doses.size() << " patients");
            CHECK_THAT(fit.quantile(alphas[i]), WithinAbs(quantiles[i], quantile_tolerance));
            CHECK_THAT(fit.below(quantiles[i]), WithinAbs(alphas[i], 1e-7)); // 1e-6 of a dose, at a density of 1/60
        }
        CHECK_THAT(fit.mean(), WithinAbs(result["mtd_mean"].get<double>(), quantile_tolerance));
    }
}

TEST_CASE("EWOC's nodes suffice: three times as many change nothing", "[exact][ewoc]")
{
    DoseLadder const doses{DoseUnit::mg_per_m2, {10, 20, 30, 40, 50, 60}};
    for (double const shape : {1.0, 0.7, 3.0}) {
        EwocModel const model{.target = 0.33,
                              .min_dose = 10,
                              .max_dose = 60,
                              .rho0 = {shape, 1},
                              .mtd = {1, 1},
                              .doses = {doses.doses().begin(), doses.doses().end()}};
        EwocPosterior const usual{model};
        EwocPosterior const finer{model, 3};
        for (auto const* outcomes : {"1NNN", "1TTT", "1NNT 1NTT", "1NNN 2NNN 3NNN 4NNN 5NNN 6NNN", "1NNN 2NNT 3NTT 2NNN 2NNT",
                                     "6NNNNNN 6NNNNNN 6NNNNNN 6TTTTTT", "2TTTTTT 1NNNNNN",
                                     "1NNN 2NNN 3NNT 4NNT 4NNT 4NTN 4NNN 4TTN 3NNN 3NNT 3NNN 3NNT", "1T 6N 6T"}) {
            auto const seen = observed(outcomes, doses);
            INFO(outcomes << ", shape " << shape);
            auto const coarse = usual.fit(seen);
            auto const fine = finer.fit(seen);
            for (double const dose : {12.0, 20.0, 35.0, 40.0, 50.0, 59.0})
                CHECK_THAT(coarse.below(dose), WithinAbs(fine.below(dose), 1e-6));
            CHECK_THAT(coarse.quantile(0.25), WithinAbs(fine.quantile(0.25), 1e-5));
        }
    }
}

TEST_CASE("before any data EWOC knows its prior", "[exact][ewoc]")
{
    EwocModel const model{.target = 0.3, .min_dose = 20, .max_dose = 100, .mtd = {2, 1}, .doses = {20, 60, 100}};
    EwocPosterior const posterior{model};
    auto const fit = posterior.fit(std::span<OutcomesAtLevel const>{});
    CHECK_THAT(fit.below(60), WithinAbs(0.25, 1e-12)); // Beta(2, 1): the square of a half
    CHECK_THAT(fit.mean(), WithinAbs(20 + 80 * 2.0 / 3, 1e-10));
    CHECK_THAT(fit.quantile(0.25), WithinAbs(60, 1e-9));
}

TEST_CASE("EWOC rounds down, rises with its schedule and names the median", "[exact][ewoc]")
{
    DoseLadder const doses{DoseUnit::mg_per_m2, {20, 40, 60, 80, 100}};
    Ewoc design;
    design.common.cohort_size = 1;
    CHECK(next(design, "1N", doses) == treat(level(2), 1)); // the quantile is 40
    CHECK(next(design, "1NNN 2NNT", doses) == treat(level(2), 1));
    CHECK(next(design, "1NNN 2NNT", doses).reason ==
          "the MTD lies below 43.95 mg/m2 with probability 0.25, and 40 mg/m2 is the highest "
          "level that does not exceed it: stay");
    design.alpha_step = 0.25;
    CHECK(next(design, "1NNN 2NNT", doses) == treat(level(3), 1)); // the median is 60.48
    design.alpha_step = 0;
    design.common.max_patients = 6;
    CHECK(next(design, "1NNN 2NNT", doses) == stop(level(2), StopCause::max_patients));
    design.mtd = EwocMtd::median;
    CHECK(next(design, "1NNN 2NNT", doses) == stop(level(3), StopCause::max_patients));
    auto const posterior = *design.on(doses).posterior(observed("1NNN 2NNT", doses));
    CHECK_THAT(posterior.parameters[0].mean, WithinAbs(61.8516706, 1e-5));
    CHECK_FALSE(posterior.levels[1].forbidden);
    CHECK(posterior.levels[2].forbidden);
    CHECK_THAT(posterior.levels[0].interval_probability[1], WithinAbs(0, 1e-12));
}

TEST_CASE("EWOC's exact operating characteristics add up", "[exact][ewoc]")
{
    Ewoc design;
    design.common.max_patients = 18;
    auto const doses = ladder(5);
    std::vector<double> const truth{0.05, 0.1, 0.2, 0.33, 0.5};
    auto const result = ExactPass{DesignGraph::compile(design.on(doses), doses)}(truth, 4);
    double sum = result.mean.none;
    for (double const selected : result.mean.selection)
        sum += selected;
    CHECK_THAT(sum, WithinAbs(1, 1e-12));
    CHECK_THAT(result.mean.total_patients, WithinAbs(18, 1e-10));
    CHECK(result.mean.selection[4] == 0); // the MTD lies below the highest level, which is max_dose
    design.max_dose = Dose{80, DoseUnit::mg_per_m2};
    auto const higher = ExactPass{DesignGraph::compile(design.on(doses), doses)}(truth, 4);
    CHECK(higher.mean.selection[4] > 0);
    CHECK(higher.mean.selection[3] > result.mean.selection[3]);
}

// Published population models in scenarios/published, against what their papers report beside the parameters.
#include "pk_models/exposure.hpp"
#include "pk_models/typical_values.hpp"
#include "sim/population/patient_sampler.hpp"
#include "tests/unit/scenario_support.hpp"

#include <cmath>
#include <filesystem>

using namespace escalon;
using namespace escalon::test;

namespace {

Scenario published(std::string const& name, std::vector<std::string> const& sets = {})
{
    return read_scenario(shipped("published/" + name + ".yaml"), overrides(sets));
}

pk::Disposition typical_disposition(Scenario const& scenario)
{
    auto const patient = typical_patient(scenario.population, *scenario.pk);
    return std::get<pk::Disposition>(pk::individual(*scenario.pk, patient.covariates(), patient.etas));
}

double half_life_d(pk::Disposition const& disposition) { return pk::half_life_terminal(disposition).base(); }

/// ln of the clearance of many patients: mean and SD.
struct Moments {
    double mean = 0;
    double sd = 0;
};

Moments log_clearance(Scenario const& scenario)
{
    PatientSampler const sampler{scenario.population, *scenario.pk, {.unit = scenario.doses.unit}};
    constexpr int patients = 20000;
    double sum = 0;
    double square = 0;
    for (std::uint32_t i = 0; i < patients; ++i) {
        auto const patient = sampler.draw(PatientStream{TrialStream{1, 0}, i});
        double const x = std::log(
            std::get<pk::Disposition>(pk::individual(*scenario.pk, patient.covariates(), patient.etas)).clearance_L_per_d());
        sum += x / patients;
        square += x * x / patients;
    }
    return {sum, std::sqrt(square - sum * sum)};
}

} // namespace

TEST_CASE("T-DM1: the typical patient of 70 kg has the published half-life of 3.94 d", "[published][pk]")
{
    auto const at_reference = published("t_dm1", {"population.weight.mean=70 kg"});
    CHECK_THAT(half_life_d(typical_disposition(at_reference)), WithinAbs(3.94, 0.005)); // as printed
    CHECK_THAT(typical_disposition(at_reference).clearance_L_per_d(), WithinRel(0.676, 1e-12));
    CHECK_THAT(half_life_d(typical_disposition(published("t_dm1"))), WithinAbs(3.94, 0.01));
}

TEST_CASE("T-DM1: clearance follows equation 5 of Lu 2014", "[published][pk]")
{
    auto const scenario = published(
        "t_dm1", {"population.weight={ mean: 98 kg, sd: 0 kg }", "population.omega={ CL: 0 }",
                  "population.covariates.HER2_ECD={ value: 500 ng/mL }", "population.covariates.albumin={ value: 33 g/L }",
                  "population.covariates.tumour={ value: 25 cm }", "population.covariates.AST={ value: 70 U/L }",
                  "population.covariates.trastuzumab={ value: 54 mg/L }"});
    double const by_hand = 0.676 * std::pow(98.0 / 70, 0.49) * std::pow(500.0 / 25, 0.035) * std::pow(33.0 / 41, -0.423) *
                           std::pow(25.0 / 9, 0.052) * std::pow(70.0 / 27, 0.071) * std::exp(-0.002 * 54);
    CHECK_THAT(typical_disposition(scenario).clearance_L_per_d(), WithinRel(by_hand, 1e-12));
}

TEST_CASE("T-DM1: patients' weights and clearances spread as published", "[published][pk]")
{
    auto const scenario = published("t_dm1");
    // 5 to 95 % of 671 patients: 49 to 98 kg
    CHECK_THAT(scenario.population.weight.quantile(0.05).base(), WithinAbs(49, 0.5));
    CHECK_THAT(scenario.population.weight.quantile(0.95).base(), WithinAbs(98, 0.5));
    // variances add up: OMEGA, 0.49 ln weight, 0.035 ln ECD, albumin (CV 11 %), tumour, AST
    double const sd_log_weight = std::sqrt(std::log1p(std::pow(15 / 70.9, 2)));
    double const expected = std::sqrt(0.03585 + std::pow(0.49 * sd_log_weight, 2) + std::pow(0.035 * 1, 2) +
                                      std::pow(0.423 * 4.5 / 41, 2) + std::pow(0.052 * 0.6, 2) + std::pow(0.071 * 0.5, 2));
    CHECK_THAT(log_clearance(scenario).sd,
               WithinRel(expected, 0.03)); // 20,000 patients: SE of an SD 0.5 %, and albumin is not log-normal
}

TEST_CASE("T-DM1: Cmax and AUC at 3.6 mg/kg are near those of 375 patients", "[published][pk]")
{
    auto const scenario = published("t_dm1");
    auto const patient = typical_patient(scenario.population, *scenario.pk);
    auto const disposition = typical_disposition(scenario);
    auto const dose = 3.6 * unit::mg_per_kg * patient.weight;
    // MARIANNE (PMID 31102024): 338 +/- 69.5 mg*d/L and 74.4 +/- 10.1 mg/L; the typical patient lies within one SD
    CHECK(std::abs(dose.base() / disposition.clearance_L_per_d() - 338) < 69.5);
    std::vector<pk::DoseEvent> const one{{0, (1.5 * unit::h).base(), dose.base()}};
    auto const exposure = pk::exposure_between(disposition, one, Time{}, 21 * unit::d).exposure;
    CHECK(std::abs(exposure.cmax.base() - 74.4) < 10.1);
}

TEST_CASE("Davda 2014: a full block of covariances, and sizes by allometry", "[published][pk]")
{
    auto const scenario = published("igg_davda", {"population.weight.mean=70 kg"});
    // lambda_z of 0.200, 3.61, 0.747 and 2.75 by the quadratic
    double const k10 = 0.200 / 3.61;
    double const k12 = 0.747 / 3.61;
    double const k21 = 0.747 / 2.75;
    double const sum = k10 + k12 + k21;
    double const slope = 2 * k10 * k21 / (sum + std::sqrt(sum * sum - 4 * k10 * k21));
    CHECK_THAT(half_life_d(typical_disposition(scenario)), WithinRel(std::log(2) / slope, 1e-12));
    CHECK_THAT(half_life_d(typical_disposition(scenario)), WithinAbs(23.2, 0.05));
    auto const light = published("igg_davda", {"population.weight.mean=50 kg"});
    CHECK_THAT(typical_disposition(light).clearance_L_per_d(), WithinRel(0.2 * std::pow(50.0 / 70, 0.865), 1e-12));
    pk::EtaFactor const factor{scenario.population.omega, pk::parameter_names(*scenario.pk)};
    REQUIRE(factor.varying().size() == 4);
    auto const covariance = [&](std::size_t i, std::size_t j) {
        double total = 0;
        for (std::size_t k = 0; k <= std::min(i, j); ++k)
            total += factor.factor(i, k) * factor.factor(j, k);
        return total;
    };
    CHECK_THAT(covariance(0, 1), WithinRel(0.0786, 1e-12));
    CHECK_THAT(covariance(0, 3), WithinRel(0.0377, 1e-12));
    CHECK_THAT(covariance(1, 3), WithinRel(0.0619, 1e-12));
    CHECK_THAT(covariance(2, 2), WithinRel(0.699, 1e-12));
}

TEST_CASE("Dirks and Meibohm 2010: V1 varies by 26 %", "[published][pk]")
{
    auto const scenario = published("igg_dirks_meibohm");
    CHECK_THAT(std::sqrt(std::exp(scenario.population.omega.variances[1].variance) - 1), WithinAbs(0.26, 0.0005));
    CHECK(half_life_d(typical_disposition(scenario)) > 14); // weeks, as of an IgG
}

TEST_CASE("belantamab mafodotin: sBCMA moves clearance twofold over a thousandfold range", "[published][pk]")
{
    auto const at = [](double ng_per_mL) {
        return typical_disposition(published("belantamab_mafodotin",
                                             {"population.covariates.sBCMA={ value: " + shortest(ng_per_mL) + " ng/mL }"}))
            .clearance_L_per_d();
    };
    CHECK_THAT(at(2030) / at(2.03), WithinRel(std::pow(1000.0, 0.113), 1e-12)); // 2.2
    auto const reference = published("belantamab_mafodotin", {"population.weight.mean=75 kg"});
    CHECK_THAT(typical_disposition(reference).clearance_L_per_d(), WithinRel(0.926, 1e-12));
}

#include "pk_models/schedule.hpp"
#include "sim/population/patient_sampler.hpp"
#include "sim/toxicity/catalog.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/oracle.hpp"

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>

#include <cmath>
#include <numbers>
#include <vector>

using namespace escalon;
using escalon::test::WithinAbs;
using escalon::test::WithinRel;

namespace {

constexpr double rounding_of_tolerances = 1e-13;

ByExposure lognormal(AnyQuantity median, double sd_log, Driver driver = Driver::auc)
{
    return {.driver = driver, .tolerance = {.median = median, .sd_log = sd_log}};
}

ByExposure loglogistic(AnyQuantity median, double slope)
{
    return {.tolerance = {.distribution = ToleranceDistribution::loglogistic, .median = median, .slope = slope}};
}

pk::Exposure auc_of(double mg_d_per_L) { return {.auc = mg_d_per_L * unit::mg_d_per_L}; }

/// One trial of dfpk: one compartment, log-normal clearance, a DLT when alpha AUC exceeds a limit.
struct Dfpk {
    pk::OneCompartment drug;
    Population population;
    ByExposure toxicity;
    std::vector<double> doses;
    std::vector<double> true_tox;
};

std::vector<Dfpk> dfpk_trials()
{
    std::vector<Dfpk> trials;
    auto const file = test::oracle("dfpk_pk_toxicity.json");
    for (auto const& scenario : file["scenarios"]) {
        auto const& in = scenario["inputs"];
        double const omega = in["omega_iiv"];
        trials.push_back(
            {.drug = {.CL = sized(in["CL"].get<double>() * unit::L_per_d), .V1 = sized(in["V"].get<double>() * unit::L)},
             .population = {.omega = {.variances = {{"CL", omega * omega}}}},
             .toxicity = lognormal(in["limit_tox_auc"].get<double>() * unit::mg_d_per_L, in["omega_alpha"]),
             .doses = in["doses"],
             .true_tox = scenario["closed_form_true_tox"]});
    }
    REQUIRE(trials.size() == 3);
    return trials;
}

/// P(DLT) of the patient whose eta of CL is so many SDs from the typical one; AUC over a window of no end.
double dlt_probability(Dfpk const& trial, double dose, double z)
{
    pk::EtaFactor const factor{trial.population.omega, trial.drug.parameters};
    auto const disposition = trial.drug.individual({}, factor.etas(std::array{z}));
    std::vector<pk::DoseEvent> const history{{0, 0, dose}};
    return trial.toxicity.dlt_probability({.auc = auc_to_infinity(disposition, history)});
}

} // namespace

TEST_CASE("the median exposure harms half of the patients", "[toxicity]")
{
    CHECK_THAT(lognormal(600 * unit::mg_d_per_L, 0.35).dlt_probability(auc_of(600)), WithinRel(0.5, rounding_of_tolerances));
    CHECK_THAT(loglogistic(600 * unit::mg_d_per_L, 5).dlt_probability(auc_of(600)), WithinRel(0.5, rounding_of_tolerances));
}

TEST_CASE("a log-normal tolerance is a probit in log exposure", "[toxicity]")
{
    auto const toxicity = lognormal(600 * unit::mg_d_per_L, 0.35);
    double const two_sds = 600 * std::exp(2 * 0.35);
    CHECK_THAT(toxicity.dlt_probability(auc_of(two_sds)), WithinRel(0.977249868051821, 1e-12));
    double const eight_below = 600 * std::exp(-8 * 0.35);
    CHECK_THAT(toxicity.dlt_probability(auc_of(eight_below)), WithinRel(6.22096057427178e-16, 1e-11)); // tail kept
}

TEST_CASE("a log-logistic tolerance is a logit in log exposure", "[toxicity]")
{
    auto const toxicity = loglogistic(600 * unit::mg_d_per_L, 5);
    CHECK_THAT(toxicity.dlt_probability(auc_of(1200)), WithinRel(32.0 / 33, rounding_of_tolerances));
    CHECK_THAT(toxicity.dlt_probability(auc_of(6e-3)), WithinRel(1e-25, 1e-12)); // tail kept
}

TEST_CASE("no exposure, no DLT", "[toxicity]")
{
    CHECK(lognormal(600 * unit::mg_d_per_L, 0.35).dlt_probability(auc_of(0)) == 0);
    CHECK(lognormal(600 * unit::mg_d_per_L, 0).dlt_probability(auc_of(0)) == 0);
    CHECK(loglogistic(600 * unit::mg_d_per_L, 5).dlt_probability(auc_of(0)) == 0);
}

TEST_CASE("without spread everyone has the same threshold", "[toxicity]")
{
    auto const toxicity = lognormal(600 * unit::mg_d_per_L, 0);
    CHECK(toxicity.dlt_probability(auc_of(599.999)) == 0);
    CHECK(toxicity.dlt_probability(auc_of(600)) == 0); // a DLT needs more than is tolerated
    CHECK(toxicity.dlt_probability(auc_of(600.001)) == 1);
}

TEST_CASE("more exposure never lowers the probability", "[toxicity]")
{
    for (auto const& toxicity : {lognormal(600 * unit::mg_d_per_L, 0.35), lognormal(600 * unit::mg_d_per_L, 1e-3),
                                 lognormal(600 * unit::mg_d_per_L, 0), loglogistic(600 * unit::mg_d_per_L, 5)}) {
        double previous = 0;
        for (double auc = 1; auc < 5000; auc *= 1.01) {
            double const p = toxicity.dlt_probability(auc_of(auc));
            CHECK(p >= previous);
            CHECK(p <= 1);
            previous = p;
        }
    }
}

TEST_CASE("each driver reads its own figure", "[toxicity]")
{
    pk::Exposure const exposure{
        .auc = 420 * unit::mg_d_per_L, .cmax = 95 * unit::mg_per_L, .trough = 3 * unit::mg_per_L, .average = 20 * unit::mg_per_L};
    CHECK_THAT(lognormal(420 * unit::mg_d_per_L, 0.3, Driver::auc).dlt_probability(exposure),
               WithinRel(0.5, rounding_of_tolerances));
    CHECK_THAT(lognormal(95 * unit::mg_per_L, 0.3, Driver::cmax).dlt_probability(exposure),
               WithinRel(0.5, rounding_of_tolerances));
    CHECK_THAT(lognormal(3 * unit::mg_per_L, 0.3, Driver::trough).dlt_probability(exposure),
               WithinRel(0.5, rounding_of_tolerances));
    CHECK_THAT(lognormal(20 * unit::mg_per_L, 0.3, Driver::average).dlt_probability(exposure),
               WithinRel(0.5, rounding_of_tolerances));
}

TEST_CASE("the median's unit must fit the driver", "[toxicity]")
{
    CHECK(lognormal(600 * unit::mg_d_per_L, 0.35).faults().empty());
    CHECK(lognormal(90 * unit::mg_per_L, 0.35, Driver::cmax).faults().empty());
    auto const faults = lognormal(90 * unit::mg_per_L, 0.35).faults();
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].field == "tolerance.median");
    CHECK(faults[0].problem == "driver auc needs an AUC, got a concentration");
    CHECK(faults[0].remedy == "write it as 600 mg*d/L, or change the driver");
    CHECK(lognormal(600 * unit::mg_d_per_L, 0.35, Driver::trough).faults().size() == 1);
}

TEST_CASE("a tolerance needs its own spread and not the other's", "[toxicity]")
{
    ByExposure none{.tolerance = {.median = 600 * unit::mg_d_per_L}};
    REQUIRE(none.faults().size() == 1);
    CHECK(none.faults()[0].field == "tolerance.sd_log");
    ByExposure mixed = loglogistic(600 * unit::mg_d_per_L, 5);
    mixed.tolerance.sd_log = 0.35;
    REQUIRE(mixed.faults().size() == 1);
    CHECK(mixed.faults()[0].problem == "a log-logistic tolerance has no sd_log");
}

TEST_CASE("the window of toxicity is one cycle unless stated", "[toxicity]")
{
    CHECK(ByExposure{}.window_or(21 * unit::d) == 21 * unit::d);
    CHECK(ByExposure{.window = 7 * unit::d}.window_or(21 * unit::d) == 7 * unit::d);
}

TEST_CASE("marginal toxicity over a population is dfpk's closed form", "[toxicity][oracle]")
{
    constexpr double oracle_digits = 1e-9; // 11 printed digits
    for (auto const& trial : dfpk_trials()) {
        CAPTURE(trial.population.omega.variances[0].variance, trial.toxicity.tolerance.sd_log.value());
        for (std::size_t i = 0; i < trial.doses.size(); ++i) {
            CAPTURE(trial.doses[i]);
            auto const density = [](double z) { return std::exp(-0.5 * z * z) / std::sqrt(2 * std::numbers::pi); };
            auto const integrand = [&](double z) { return density(z) * dlt_probability(trial, trial.doses[i], z); };
            // a common threshold makes a step, at the clearance that just reaches it: integrate to either side
            double const omega = std::sqrt(trial.population.omega.variances[0].variance);
            double const step = std::log(trial.doses[i] / trial.drug.CL.value / trial.toxicity.tolerance.median.value) / omega;
            using Rule = boost::math::quadrature::gauss_kronrod<double, 61>;
            constexpr double end = 12; // P(|Z| > 12) < 1e-32
            constexpr unsigned depth = 12;
            constexpr double wanted = 1e-13;
            double const marginal = Rule::integrate(integrand, -end, step, depth, wanted) +
                                    Rule::integrate(integrand, step, end, depth, wanted);
            CHECK_THAT(marginal, WithinRel(trial.true_tox[i], oracle_digits));
        }
    }
}

TEST_CASE("patients drawn one by one have dfpk's DLT rate", "[toxicity][statistical]")
{
    // two-sided exact binomial bounds, family false-alarm rate 1e-9 over 18 rates; with 200,000 patients a rate of 0.20 that
    // is wrong by 0.01 fails with probability above 0.999
    constexpr int patients = 200000;
    constexpr double false_alarm = 1e-9 / 18 / 2;
    std::uint64_t number = 0;
    for (auto const& trial : dfpk_trials()) {
        PatientSampler const sampler{trial.population, trial.drug, {.unit = DoseUnit::mg}};
        TrialStream const stream{20061108, number++};
        std::vector<int> dlts(trial.doses.size(), 0);
        for (std::uint32_t p = 0; p < patients; ++p) {
            auto const patient = sampler.draw(PatientStream{stream, p});
            auto const disposition = trial.drug.individual(patient.covariates(), patient.etas);
            for (std::size_t i = 0; i < trial.doses.size(); ++i) {
                pk::Exposure const exposure{.auc = trial.doses[i] * unit::mg / clearance(disposition)};
                dlts[i] += patient.tolerance_uniform < trial.toxicity.dlt_probability(exposure) ? 1 : 0;
            }
        }
        auto const implausible = [&](int count, double rate) {
            boost::math::binomial_distribution<double> const binomial{patients, rate};
            return cdf(binomial, count) < false_alarm || (count > 0 && cdf(complement(binomial, count - 1)) < false_alarm);
        };
        constexpr double planted_fault = 0.01;
        for (std::size_t i = 0; i < trial.doses.size(); ++i) {
            CAPTURE(number, trial.doses[i], dlts[i], trial.true_tox[i]);
            CHECK_FALSE(implausible(dlts[i], trial.true_tox[i]));
            CHECK(implausible(dlts[i], trial.true_tox[i] + planted_fault));
        }
    }
}

TEST_CASE("a patient who has a DLT at a dose has one at every higher dose", "[toxicity]")
{
    for (auto const& trial : dfpk_trials()) {
        PatientSampler const sampler{trial.population, trial.drug, {.unit = DoseUnit::mg}};
        for (std::uint32_t p = 0; p < 500; ++p) {
            auto const patient = sampler.draw(PatientStream{TrialStream{1, 1}, p});
            auto const disposition = trial.drug.individual(patient.covariates(), patient.etas);
            bool dlt_before = false;
            for (double const dose : trial.doses) {
                bool const dlt = patient.tolerance_uniform <
                                 trial.toxicity.dlt_probability({.auc = dose * unit::mg / clearance(disposition)});
                CHECK((dlt || !dlt_before));
                dlt_before = dlt;
            }
        }
    }
}

TEST_CASE("toxicity by dose is read off the ladder", "[toxicity]")
{
    DoseLadder const ladder{DoseUnit::mg_per_m2, {10, 20, 30}};
    ByDose const toxicity{{0.05, 0.10, 0.30}};
    CHECK(toxicity.faults(ladder).empty());
    CHECK(toxicity.dlt_probability(DoseLevel::from_number(3)) == 0.30);
    auto const faults = ByDose{{0.05, 0.10}}.faults(ladder);
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].problem == "2 probabilities for 3 dose levels");
}

// How well typical values are known, and what differs between the occasions of a patient.
#include "pk_models/fault_error.hpp"
#include "pk_models/typical_values.hpp"
#include "sim/population/parameter_draw.hpp"
#include "sim/population/patient_sampler.hpp"
#include "sim/random/normal.hpp"
#include "sim/runner/operating_characteristics.hpp"
#include "sim/scenario/cells.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/populations.hpp"
#include "tests/support/reference_drugs.hpp"
#include "tests/unit/scenario_support.hpp"

#include <cmath>
#include <set>

using namespace escalon;
using escalon::test::per_m2;
using escalon::test::WithinAbs;
using escalon::test::WithinRel;

namespace {

constexpr double rounding_of_factors = 1e-14;

Population uncertain()
{
    Population population;
    population.uncertainty = {.errors = {{"CL", 0.3}, {"V1", 0.2}, {"KDC", 0.1}}, .correlations = {{"CL", "V1", 0.5}}};
    return population;
}

} // namespace

TEST_CASE("typical values are found by name, with their unit and size", "[pk][typical]")
{
    pk::Model const model = test::huc242_dm4();
    auto const values = pk::typical_values(model);
    REQUIRE(values.size() == 5);
    CHECK(values[0]->value == 0.236);
    CHECK(values[0]->per == PerBody::m2);
    CHECK(values[0]->dimension == dimension::clearance);
    CHECK(values[0]->sized);
    CHECK(values[4]->value == 0.058);
    CHECK_FALSE(values[4]->sized);
    CHECK_THAT(values[1]->of({2 * unit::m2, 70 * unit::kg, {}}), WithinRel(3.48, rounding_of_factors));
}

TEST_CASE("every model of the catalogue states a typical value for each of its parameters", "[pk][typical]")
{
    auto const each = [](auto const& model) {
        auto const values = pk::typical_values(model);
        CHECK(values.size() == pk::parameter_names(model).size());
        for (auto const& value : values)
            CHECK(value.has_value());
    };
    each(pk::OneCompartment{});
    each(pk::TwoCompartment{});
    each(pk::ThreeCompartment{});
    each(pk::Conjugate{});
}

TEST_CASE("a shifted model is the model with the shift in the etas", "[pk][typical]")
{
    pk::Model const model = test::huc242_dm4();
    pk::Etas const shift{0.3, -0.2, 0.1, 0, -0.5};
    auto const patient = test::patient_of(1.9 * unit::m2);
    auto const by_model = std::get<pk::Disposition>(pk::individual(pk::with_shift(model, shift), patient, pk::Etas{}));
    auto const by_etas = std::get<pk::Disposition>(pk::individual(model, patient, shift));
    CHECK_THAT(by_model.clearance_L_per_d(), WithinRel(by_etas.clearance_L_per_d(), rounding_of_factors));
    auto const same = std::get<pk::Disposition>(pk::individual(pk::with_shift(model, {}), patient, pk::Etas{}));
    CHECK(same.clearance_L_per_d() == std::get<pk::Disposition>(pk::individual(model, patient, pk::Etas{})).clearance_L_per_d());
}

TEST_CASE("draws of typical values have the stated relative errors and correlation", "[population][uncertainty]")
{
    constexpr int draws = 20000;
    double mean[2] = {};
    double square[2] = {};
    double product = 0;
    for (std::uint64_t k = 0; k < draws; ++k) {
        auto const shift = parameter_draw(uncertain(), test::huc242_dm4(), 5, k);
        for (std::size_t i = 0; i < 2; ++i) {
            mean[i] += shift[i] / draws;
            square[i] += shift[i] * shift[i] / draws;
        }
        product += shift[0] * shift[1] / draws;
        CHECK(shift[2] == 0);
    }
    double const sd[] = {std::sqrt(std::log1p(0.09)), std::sqrt(std::log1p(0.04))};
    // seven standard errors
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK_THAT(mean[i], WithinAbs(0, 7 * sd[i] / std::sqrt(draws)));
        CHECK_THAT(std::sqrt(square[i]), WithinRel(sd[i], 7 / std::sqrt(2.0 * draws)));
    }
    CHECK_THAT(product / (sd[0] * sd[1]), WithinAbs(0.5, 7 * std::sqrt(1.25 / draws)));
}

TEST_CASE("draw k is the same whatever else is uncertain, and another for each seed", "[population][uncertainty]")
{
    auto const model = test::huc242_dm4();
    auto fewer = uncertain();
    fewer.uncertainty = {.errors = {{"KDC", 0.1}}};
    for (std::uint64_t k = 0; k < 20; ++k) {
        CHECK(parameter_draw(fewer, model, 5, k)[4] == parameter_draw(uncertain(), model, 5, k)[4]);
        CHECK(parameter_draw(uncertain(), model, 5, k) != parameter_draw(uncertain(), model, 6, k));
    }
    CHECK(parameter_draw(Population{}, model, 5, 3) == pk::Etas{});
    auto wrong = uncertain();
    wrong.uncertainty.errors.push_back({"KA", 0.1});
    CHECK_THROWS_AS(parameter_draw(wrong, model, 5, 3), FaultError);
}

TEST_CASE("a drawn model has the drawn typical values", "[population][uncertainty]")
{
    pk::Model const model = test::huc242_dm4();
    auto const shift = parameter_draw(uncertain(), model, 5, 17);
    auto const drawn = pk::typical_values(drawn_model(uncertain(), model, 5, 17));
    CHECK_THAT(drawn[0]->value, WithinRel(0.236 * std::exp(shift[0]), rounding_of_factors));
    CHECK(drawn[2]->value == 0.30);
}

TEST_CASE("kappas differ between the occasions of a patient and have the stated variance", "[population][iov]")
{
    Population population;
    population.iov = {.variances = {{"CL", 0.04}, {"V1", 0.01}}, .covariances = {{"CL", "V1", 0.01}}};
    PatientSampler const sampler{population, test::huc242_dm4(), per_m2};
    CHECK(sampler.varies_by_occasion());
    CHECK(sampler.exposure_purposes().empty()); // a first occasion is not drawn with the patient
    constexpr int patients = 5000;
    double square = 0;
    double between = 0;
    for (std::uint32_t i = 0; i < patients; ++i) {
        PatientStream const stream{TrialStream{3, 0}, i};
        auto const first = sampler.occasion_shift(stream, 0);
        auto const second = sampler.occasion_shift(stream, 1);
        CHECK(first == sampler.occasion_shift(stream, 0));
        square += (first[0] * first[0] + second[0] * second[0]) / (2 * patients);
        between += first[0] * second[0] / patients;
        CHECK(first[2] == 0);
    }
    CHECK_THAT(square, WithinRel(0.04, 7 / std::sqrt(1.0 * patients)));
    CHECK_THAT(between, WithinAbs(0, 7 * 0.04 / std::sqrt(patients)));
}

TEST_CASE("no occasion shares a purpose with another, nor with anything else", "[population][iov]")
{
    Population population;
    for (auto const* parameter : {"CL", "V1", "Q", "V2", "KDC"})
        population.iov.variances.push_back({parameter, 0.01});
    PatientSampler const sampler{population, test::huc242_dm4(), per_m2};
    std::set<Purpose> seen{Purpose::tolerance,  Purpose::bsa,          Purpose::weight, Purpose::antigen,
                           Purpose::individual, Purpose::curve_trials, Purpose::curve};
    for (int k = 0; k < static_cast<int>(pk::max_parameters); ++k)
        CHECK(seen.insert(eta_purpose(k)).second);
    for (int k = 0; k < 256; ++k)
        CHECK(seen.insert(covariate_purpose(k)).second);
    for (int k = 0; k < static_cast<int>(pk::max_parameters); ++k)
        CHECK(seen.insert(uncertainty_purpose(k)).second);
    for (int occasion = 0; occasion < most_occasions; ++occasion)
        for (auto const purpose : sampler.occasion_purposes(occasion))
            CHECK(seen.insert(purpose).second);
    static_assert(pk::max_parameters <= occasion_stride);
    CHECK_THROWS_AS(sampler.occasion_purposes(most_occasions), std::out_of_range);
    CHECK_THROWS_AS(sampler.occasion_shift(PatientStream{TrialStream{3, 0}, 0}, -1), std::out_of_range);
}

TEST_CASE("faults of uncertainty and of occasions are told with their places", "[population][uncertainty][iov]")
{
    auto population = uncertain();
    population.uncertainty.errors.push_back({"KA", 0.1});
    population.iov = {.variances = {{"VMAX", 0.1}}};
    auto const faults = population.faults(test::huc242_dm4());
    REQUIRE(faults.size() == 2);
    CHECK(faults[0].field == "iov.VMAX");
    CHECK(faults[1].field == "uncertainty.KA");
}

namespace {

/// One compartment and one patient: AUC is dose/CL.
std::string uncertain_clearance(std::string const& random_truths, std::string const& uncertainty = "{ CL: 30 % }")
{
    return "schema: 1\nname: uncertain\n"
           "doses: { unit: mg, levels: [50, 100, 200] }\n"
           "regimen: { days: [1], cycle: 1000 d }\n"
           "pk: { model: one_compartment, CL: 1 L/d, V1: 3 L }\n"
           "population: { uncertainty: " +
           uncertainty +
           " }\n"
           "toxicity: { model: by_exposure, driver: auc, tolerance: { median: 150 mg*d/L, sd_log: 0.5 } }\n"
           "random_truths: " +
           random_truths +
           "\n"
           "designs: [{ name: three_plus_three }]\n";
}

} // namespace

TEST_CASE("curves of uncertain parameters have the P(DLT) of a drug with other typical values", "[population][uncertainty]")
{
    constexpr int curves = 400;
    auto const scenario = test::read(uncertain_clearance("{ generator: parameter_uncertainty, curves: 400, seed: 3 }"));
    auto const found = random_curves(scenario, Workers{1});
    REQUIRE(found.size() == curves);
    double const sd_of_log_CL = std::sqrt(std::log1p(0.3 * 0.3));
    for (std::size_t level = 0; level < 3; ++level) {
        double const dose = scenario.doses.levels[level];
        double mean = 0;
        double squares = 0;
        for (auto const& curve : found) {
            mean += curve.dlt_probability[level] / curves;
            squares += curve.dlt_probability[level] * curve.dlt_probability[level] / curves;
        }
        // a normal of normals: ln AUC and ln tolerance both vary
        double const closed = normal_probability(std::log(dose / 150) / std::hypot(0.5, sd_of_log_CL));
        double const standard_error = std::sqrt((squares - mean * mean) / curves);
        CHECK_THAT(mean, WithinAbs(closed, 5 * standard_error));
        CHECK(standard_error > 0);
    }
    std::set<std::optional<DoseLevel>> mtds;
    for (auto const& curve : found) {
        CHECK(curve.mtd == true_mtd(curve.dlt_probability, scenario.target()));
        mtds.insert(curve.mtd);
    }
    CHECK(mtds.size() > 1);
    CHECK(random_curves(scenario, Workers{2}).back().dlt_probability == found.back().dlt_probability);
}

TEST_CASE("uncertain parameters need an exposure that does harm and something uncertain", "[population][uncertainty]")
{
    auto const generator = "{ generator: parameter_uncertainty, curves: 10 }";
    CHECK_THAT(test::faults_of(uncertain_clearance(generator, "{}")), test::ContainsSubstring("nothing is uncertain"));
    CHECK_THAT(test::faults_of("schema: 1\nname: known\ndoses: { unit: mg, levels: [50, 100] }\n"
                               "toxicity: { model: by_dose, probability: [0.1, 0.3] }\n"
                               "random_truths: { generator: parameter_uncertainty, curves: 10 }\n"
                               "designs: [{ name: three_plus_three }]\n"),
               test::ContainsSubstring("only where toxicity follows exposure"));
    CHECK(test::faults_of(uncertain_clearance(generator)).empty());
}

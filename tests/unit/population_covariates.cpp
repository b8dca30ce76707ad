// Covariates of a scenario's own, and what they do to parameters.
#include "pk_models/fault_error.hpp"
#include "sim/population/patient_sampler.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/populations.hpp"
#include "tests/support/reference_drugs.hpp"
#include "tests/support/tolerances.hpp"

#include <cmath>
#include <map>

using namespace escalon;
using escalon::test::a_few_roundings;
using escalon::test::first_fault;
using escalon::test::flat;
using escalon::test::per_m2;
using escalon::test::purposes;
using escalon::test::WithinAbs;
using escalon::test::WithinRel;

namespace {

constexpr Dosing per_kg{.unit = DoseUnit::mg_per_kg};

pk::TwoCompartment drug_of_covariates()
{
    return {.CL = sized(0.676 * unit::L_per_d),
            .V1 = sized(3.127 * unit::L),
            .Q = sized(1.534 * unit::L_per_d),
            .V2 = sized(0.66 * unit::L)};
}

CovariateFigure figure(double value, std::string unit = "g/L") { return {value, std::move(unit)}; }
CovariateDistribution normal(double mean, double sd) { return {.mean = figure(mean), .sd = figure(sd)}; }
CovariateEffect power(double exponent, CovariateFigure reference)
{
    return {.power = exponent, .reference = std::move(reference)};
}

/// Albumin and weight act on CL, sex on V1.
Population with_covariates()
{
    Population population;
    population.covariates.entries = {{"albumin", normal(41, 5)}, {"sex", {.categories = {{{"female", 0.6}, {"male", 0.4}}}}}};
    population.effects.entries = {{"CL", {{{"albumin", power(-0.423, figure(41))}, {"weight", power(0.49, figure(70, "kg"))}}}},
                                  {"V1", {{{"sex", {.factors = {{{"female", 0.85}}}}}}}}};
    return population;
}

/// Gives what it was told, else the median, and remembers what it was asked for.
class ScriptedOrMedian {
public:
    explicit ScriptedOrMedian(std::map<Purpose, double> uniforms) : uniforms_{std::move(uniforms)} {}
    double uniform(Purpose purpose) const
    {
        ++asked_[purpose];
        auto const found = uniforms_.find(purpose);
        return found == uniforms_.end() ? 0.5 : found->second;
    }
    std::map<Purpose, int> const& asked() const { return asked_; }

private:
    std::map<Purpose, double> uniforms_;
    mutable std::map<Purpose, int> asked_;
};

std::string first_fault_of(Population const& population) { return first_fault(population, drug_of_covariates()); }

} // namespace

TEST_CASE("effects multiply the typical value of a patient", "[population][covariates]")
{
    double const one_sd = normal_probability(1);
    ScriptedOrMedian const source{{{Purpose::weight, one_sd}, {covariate_purpose(0), one_sd}, {covariate_purpose(1), 0.59}}};
    auto const patient = PatientSampler{with_covariates(), drug_of_covariates(), flat}.draw(source);
    double const weight = WeightDistribution{}.quantile(one_sd).base();
    double const cut_off = normal_probability(-41.0 / 5);
    double const albumin = 41 + 5 * normal_quantile(cut_off + one_sd * (1 - 2 * cut_off));
    CHECK_THAT(std::exp(patient.etas[0]),
               WithinRel(std::pow(albumin / 41, -0.423) * std::pow(weight / 70, 0.49), a_few_roundings));
    CHECK_THAT(std::exp(patient.etas[1]), WithinRel(0.85, a_few_roundings));
    CHECK(patient.etas[2] == 0);
    for (auto const& [purpose, times] : source.asked())
        CHECK(times == 1);
}

TEST_CASE("categories are drawn by their shares, and those without a factor have 1", "[population][covariates]")
{
    PatientSampler const sampler{with_covariates(), drug_of_covariates(), flat};
    int women = 0;
    constexpr int points = 1000;
    for (int i = 0; i < points; ++i) {
        auto const patient = sampler.draw(ScriptedOrMedian{{{covariate_purpose(1), (i + 0.5) / points}}});
        women += patient.etas[1] != 0 ? 1 : 0;
    }
    CHECK(women == 600);
    CHECK(sampler.draw(ScriptedOrMedian{{{covariate_purpose(1), 1 - 0x1p-53}}}).etas[1] == 0);
}

TEST_CASE("an exponential effect counts from its reference in its unit", "[population][covariates]")
{
    Population population;
    population.covariates.entries = {{"bilirubin", {.value = figure(30, "umol/L")}}};
    population.effects.entries = {{"CL", {{{"bilirubin", {.exponential = -0.002, .reference = figure(10, "umol/L")}}}}}};
    auto const fixed = PatientSampler{population, drug_of_covariates(), flat}.draw(ScriptedOrMedian{{}});
    CHECK_THAT(fixed.etas[0], WithinRel(-0.04, a_few_roundings));

    Population antigen{.antigen = {.value = 250 * unit::U_per_mL}};
    antigen.effects.entries = {{"CL", {{{"antigen", {.exponential = 0.001, .reference = figure(50, "U/mL")}}}}}};
    CHECK_THAT((PatientSampler{antigen, drug_of_covariates(), flat}.draw(ScriptedOrMedian{{}}).etas[0]),
               WithinRel(0.2, a_few_roundings));
}

TEST_CASE("covariates and etas add up", "[population][covariates]")
{
    auto population = with_covariates();
    population.omega = {.variances = {{"CL", 0.09}}};
    double const one_sd = normal_probability(1);
    ScriptedOrMedian const with_eta{{{eta_purpose(0), one_sd}, {covariate_purpose(0), 0.9}}};
    ScriptedOrMedian const without{{{covariate_purpose(0), 0.9}}};
    PatientSampler const sampler{population, drug_of_covariates(), flat};
    CHECK_THAT(sampler.draw(with_eta).etas[0] - sampler.draw(without).etas[0], WithinRel(0.3, a_few_roundings));
}

TEST_CASE("exposure depends on covariates that act and differ, and on no others", "[population][covariates]")
{
    auto population = with_covariates();
    CHECK(purposes(population, drug_of_covariates(), flat) ==
          std::vector<Purpose>{Purpose::weight, covariate_purpose(0), covariate_purpose(1)});
    population.covariates.entries.push_back({"age", normal(60, 10)}); // acts on nothing
    CHECK(purposes(population, drug_of_covariates(), flat).size() == 3);
    population.covariates.entries[0].second = {.value = figure(35)};
    CHECK(purposes(population, drug_of_covariates(), flat) == std::vector<Purpose>{Purpose::weight, covariate_purpose(1)});
    population.covariates.entries[1].second.categories.entries = {{"female", 1}, {"male", 0}};
    CHECK(purposes(population, drug_of_covariates(), flat) == std::vector<Purpose>{Purpose::weight});
}

TEST_CASE("body size that cancels in the dose does not where it acts on a parameter too", "[population][covariates]")
{
    Population population;
    auto const huc242 = test::huc242_dm4();
    CHECK(purposes(population, huc242, per_m2).empty());
    population.effects.entries = {{"CL", {{{"bsa", power(-0.2, figure(1.8, "m2"))}}}}};
    CHECK(purposes(population, huc242, per_m2) == std::vector<Purpose>{Purpose::bsa});
    population.effects.entries = {{"KDC", {{{"weight", power(0.1, figure(70, "kg"))}}}}};
    CHECK(purposes(population, huc242, per_m2) == std::vector<Purpose>{Purpose::weight});
    CHECK(purposes({.antigen = {.median = 9 * unit::U_per_mL, .sd_log = 1}}, drug_of_covariates(), per_kg) ==
          std::vector<Purpose>{Purpose::weight});
}

TEST_CASE("antigen that acts by an effect is drawn though the model's clearance does not read it", "[population][covariates]")
{
    Population population{.antigen = {.median = 25 * unit::U_per_mL, .sd_log = 1}};
    population.effects.entries = {{"CL", {{{"antigen", power(0.035, figure(25, "U/mL"))}}}}};
    CHECK(purposes(population, drug_of_covariates(), flat) == std::vector<Purpose>{Purpose::antigen});
    ScriptedOrMedian const source{{{Purpose::antigen, normal_probability(2)}}};
    CHECK_THAT((PatientSampler{population, drug_of_covariates(), flat}.draw(source).etas[0]), WithinRel(0.07, a_few_roundings));
}

TEST_CASE("a population without covariates draws as it always did", "[population][covariates]")
{
    Population population{.antigen = {.median = 100 * unit::U_per_mL, .sd_log = 1.6},
                          .omega = {.variances = {{"CL", 0.09}, {"V1", 0.04}}, .correlations = {{"CL", "V1", 0.5}}}};
    auto const before = PatientSampler{population, drug_of_covariates(), per_kg};
    population.covariates.entries = {{"albumin", normal(41, 5)}};
    auto const after = PatientSampler{population, drug_of_covariates(), per_kg};
    for (std::uint32_t i = 0; i < 100; ++i) {
        PatientStream const stream{TrialStream{7, 1}, i};
        CHECK(before.draw(stream).etas == after.draw(stream).etas);
        CHECK(before.draw(stream).weight == after.draw(stream).weight);
    }
}

TEST_CASE("a covariate keeps its draw when another begins to act", "[population][covariates]")
{
    auto const both = with_covariates();
    auto one = both;
    one.effects.entries.erase(one.effects.entries.begin()); // albumin and weight no longer act
    for (std::uint32_t i = 0; i < 100; ++i) {
        PatientStream const stream{TrialStream{7, 1}, i};
        CHECK(PatientSampler{both, drug_of_covariates(), flat}.draw(stream).etas[1] ==
              PatientSampler{one, drug_of_covariates(), flat}.draw(stream).etas[1]);
    }
}

TEST_CASE("the values of a patient's covariates can be told", "[population][covariates]")
{
    PatientSampler const sampler{with_covariates(), drug_of_covariates(), flat};
    auto const values = sampler.covariates(ScriptedOrMedian{{{covariate_purpose(1), 0.7}}});
    REQUIRE(values.size() == 2);
    CHECK(sampler.effects().own()[0].name == "albumin");
    CHECK_THAT(values[0], WithinRel(41.0, a_few_roundings));
    CHECK(sampler.effects().own()[1].categories[static_cast<std::size_t>(values[1])] == "male");
}

TEST_CASE("the typical patient has the mean size and stands at the reference of what differs", "[population][covariates]")
{
    auto population = with_covariates();
    auto const typical = typical_patient(population, drug_of_covariates());
    CHECK_THAT(std::exp(typical.etas[0]), WithinRel(std::pow(76.0 / 70, 0.49), a_few_roundings));
    CHECK(typical.etas[1] == 0);
    population.covariates.entries[0].second = {.value = figure(30)};
    CHECK_THAT(std::exp(typical_patient(population, drug_of_covariates()).etas[0]),
               WithinRel(std::pow(76.0 / 70, 0.49) * std::pow(30.0 / 41, -0.423), a_few_roundings));
    CHECK(typical_patient(Population{}, drug_of_covariates()).etas == pk::Etas{});
}

TEST_CASE("the patient in the middle has medians and the largest category", "[population][covariates]")
{
    auto const middle = PatientSampler{with_covariates(), drug_of_covariates(), flat}.middle();
    double const weight = WeightDistribution{}.quantile(0.5).base();
    CHECK_THAT(std::exp(middle.etas[0]), WithinRel(std::pow(weight / 70, 0.49), a_few_roundings));
    CHECK_THAT(std::exp(middle.etas[1]), WithinRel(0.85, a_few_roundings));
}

TEST_CASE("a normal covariate has its mean and SD and is positive", "[population][covariates]")
{
    auto const albumin = normal(41, 5);
    constexpr int points = 100000;
    double mean = 0;
    double square = 0;
    for (int i = 0; i < points; ++i) {
        double const x = albumin.quantile((i + 0.5) / points);
        mean += x / points;
        square += x * x / points;
    }
    CHECK_THAT(mean, WithinRel(41.0, 1e-9)); // symmetric points
    CHECK_THAT(std::sqrt(square - mean * mean), WithinRel(5.0, 1e-3));
    CHECK(normal(41, 41.0 / 3).quantile(0x1p-54) > 0);
}

TEST_CASE("each fault of a distribution is told", "[population][covariates]")
{
    auto const problem = [](CovariateDistribution const& distribution) {
        auto const found = distribution.faults();
        return found.empty() ? "" : found.front().field + ": " + found.front().problem;
    };
    CHECK(problem(normal(41, 5)).empty());
    CHECK(problem({.median = figure(27), .sd_log = 0.5}).empty());
    CHECK(problem({}) == "value: nothing says how patients differ in this covariate");
    CHECK(problem({.mean = figure(41), .sd = figure(5), .value = figure(41)}) == "value: this covariate has two distributions");
    CHECK(problem({.mean = figure(41)}) == "mean: a mean without a standard deviation");
    CHECK(problem({.sd = figure(5)}) == "sd: a standard deviation without a mean");
    CHECK(problem({.median = figure(5)}) == "median: a median without a spread");
    CHECK(problem({.sd_log = 0.5}) == "sd_log: a spread without a median");
    CHECK(problem(normal(41, 20)) == "sd: an SD of 20 g/L about a mean of 41 g/L reaches below 0");
    CHECK(problem({.mean = figure(41), .sd = figure(0.5, "g/dL")}) == "sd: the mean is in 'g/L', its SD in 'g/dL'");
    CHECK(problem({.categories = {{{"female", 0.5}, {"male", 0.4}}}}) == "categories: the shares add up to 0.9");
    CHECK(problem({.categories = {{{"a", 0.33}, {"b", 0.33}, {"c", 0.34}}}}).empty());
}

TEST_CASE("each fault of an effect is told with its place", "[population][covariates]")
{
    CHECK(first_fault_of(with_covariates()).empty());
    auto const with_effect = [](std::string const& parameter, std::string const& covariate, CovariateEffect const& effect) {
        auto population = with_covariates();
        population.effects.entries = {{parameter, {{{covariate, effect}}}}};
        return first_fault_of(population);
    };
    CHECK(with_effect("KA", "albumin", power(1, figure(41))) == "effects.KA: 'KA' is not a parameter of the model");
    CHECK(with_effect("CL", "age", power(1, figure(41))) == "effects.CL.age: nothing says how patients differ in 'age'");
    CHECK(with_effect("CL", "albumin", power(1, figure(4.1, "g/dL"))) ==
          "effects.CL.albumin.reference: the reference is in g/dL, 'albumin' in g/L");
    CHECK(with_effect("CL", "albumin", power(1, figure(41, ""))) ==
          "effects.CL.albumin.reference: the reference is without a unit, 'albumin' in g/L");
    CHECK(with_effect("CL", "weight", power(1, figure(70, ""))) ==
          "effects.CL.weight.reference: the reference must be a body weight, got '70'");
    CHECK(with_effect("CL", "weight", power(1, figure(70, "m2"))) ==
          "effects.CL.weight.reference: the reference must be a body weight, got '70 m2'");
    CHECK(with_effect("CL", "antigen", power(1, figure(70, "U/mL"))) ==
          "effects.CL.antigen.power: a power law has no value at antigen 0, which patients have here");
    CHECK(with_effect("CL", "sex", power(1, figure(1, ""))) == "effects.CL.sex: 'sex' is a category, not a number");
    CHECK(with_effect("CL", "albumin", {.factors = {{{"low", 2}}}}) == "effects.CL.albumin: 'albumin' has no categories");
    CHECK(with_effect("CL", "sex", {.factors = {{{"woman", 0.8}}}}) == "effects.CL.sex.factors.woman: no patient is 'woman'");
    CHECK(with_effect("CL", "albumin", {}) == "effects.CL.albumin.power: nothing says what this covariate does");
    CHECK(with_effect("CL", "albumin", {.power = 1}) == "effects.CL.albumin.power: an effect without its reference");
    CHECK(with_effect("CL", "albumin", power(1, figure(0))) ==
          "effects.CL.albumin.reference: a power law about 0 g/L has no value");
    CHECK(with_effect("CL", "albumin", {.power = 1, .exponential = 1, .reference = figure(41)}) ==
          "effects.CL.albumin.power: this covariate acts in two ways");
    auto fixed = with_covariates();
    fixed.covariates.entries[0].second = {.value = figure(0)};
    CHECK(first_fault_of(fixed) == "effects.CL.albumin.power: a power law has no value where 'albumin' is not above 0");
}

TEST_CASE("a covariate cannot bear a name that is taken", "[population][covariates]")
{
    Population population;
    population.covariates.entries = {{"weight", normal(70, 10)}};
    CHECK(first_fault_of(population) == "covariates.weight: 'weight' is no covariate of the scenario's own");
    population.covariates.entries = {{"CL", normal(70, 10)}};
    CHECK(first_fault_of(population) == "covariates.CL: 'CL' is a parameter of the model");
    CHECK_THROWS_AS((PatientSampler{population, drug_of_covariates(), flat}), FaultError);
}

// Individuals of an earlier analysis in place of distributions.
#include "pk_models/typical_values.hpp"
#include "sim/population/patient_sampler.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/populations.hpp"
#include "tests/support/reference_drugs.hpp"
#include "tests/support/tolerances.hpp"

#include <cmath>

using namespace escalon;
using escalon::test::a_few_roundings;
using escalon::test::first_fault;
using escalon::test::flat;
using escalon::test::per_m2;
using escalon::test::purposes;
using escalon::test::two_compartment_drug;
using escalon::test::WithinRel;

namespace {

/// Every purpose gets the same uniform.
struct Constant {
    double u;
    double uniform(Purpose) const { return u; }
};

Population three_patients()
{
    Population population;
    population.individuals = Individuals{
        .file = {},
        .units = {},
        .columns = {{"CL", "L/d", {0.4, 0.5, 0.8}, {}}, {"V1", "mL/kg", {40, 50, 60}, {}}, {"weight", "kg", {60, 80, 100}, {}}}};
    return population;
}

double clearance_of(pk::Model const& model, VirtualPatient const& patient)
{
    return pk::typical_values(model)[0]->of(patient.covariates()) * std::exp(patient.etas[0]);
}

} // namespace

TEST_CASE("one uniform draws a whole individual: parameters and covariates go together", "[population][individuals]")
{
    PatientSampler const sampler{three_patients(), two_compartment_drug(), flat};
    double const clearances[] = {0.4, 0.5, 0.8};
    double const volumes[] = {0.040 * 60, 0.050 * 80, 0.060 * 100};
    for (int i = 0; i < 3; ++i) {
        auto const patient = sampler.draw(Constant{(i + 0.5) / 3});
        CHECK(patient.weight.base() == 60 + 20 * i);
        CHECK_THAT(clearance_of(two_compartment_drug(), patient), WithinRel(clearances[i], a_few_roundings));
        CHECK_THAT(3 * std::exp(patient.etas[1]), WithinRel(volumes[i], a_few_roundings));
        CHECK(patient.etas[2] == 0);
    }
    CHECK(sampler.draw(Constant{1 - 0x1p-53}).weight == 100 * unit::kg);
    CHECK(purposes(three_patients(), two_compartment_drug(), flat) == std::vector<Purpose>{Purpose::individual});
}

TEST_CASE("individuals are drawn with replacement, all alike often", "[population][individuals]")
{
    PatientSampler const sampler{three_patients(), two_compartment_drug(), flat};
    int times[3] = {};
    constexpr int patients = 30000;
    for (std::uint32_t i = 0; i < patients; ++i)
        ++times[static_cast<int>((sampler.draw(PatientStream{TrialStream{11, 0}, i}).weight.base() - 60) / 20)];
    // six and a half SDs of a binomial count: a false alarm in 10^10
    for (int const count : times)
        CHECK(std::abs(count - patients / 3) < 6.5 * std::sqrt(patients * 2.0 / 9));
}

TEST_CASE("a column per m2 replaces a parameter per m2, and body surface still cancels", "[population][individuals]")
{
    auto const huc242 = test::huc242_dm4();
    Population population;
    population.individuals = Individuals{.file = {}, .units = {}, .columns = {{"CL", "mL/h/m2", {8, 12}, {}}}};
    CHECK(purposes(population, huc242, per_m2) == std::vector<Purpose>{Purpose::individual});
    auto const patient = PatientSampler{population, huc242, per_m2}.draw(Constant{0.9});
    CHECK_THAT(clearance_of(huc242, patient), WithinRel(12 * 0.024 * patient.bsa.base(), a_few_roundings));
    population.individuals->columns = {{"CL", "L/d", {0.4, 0.5}, {}}};
    CHECK(purposes(population, huc242, per_m2) == std::vector<Purpose>{Purpose::bsa, Purpose::individual});
}

TEST_CASE("individuals may bring covariates that act on parameters", "[population][individuals]")
{
    Population population;
    population.individuals = Individuals{.file = {},
                                         .units = {},
                                         .columns = {{"albumin", "g/L", {30, 41, 45}, {}},
                                                     {"sex", {}, {}, {"f", "m", "f"}},
                                                     {"antigen", "U/mL", {1, 10, 100}, {}}}};
    population.effects.entries = {{"CL",
                                   {{{"albumin", {.power = -0.4, .reference = CovariateFigure{41, "g/L"}}},
                                     {"antigen", {.power = 0.1, .reference = CovariateFigure{10, "U/mL"}}}}}},
                                  {"V1", {{{"sex", {.factors = {{{"m", 1.2}}}}}}}}};
    REQUIRE(first_fault(population, two_compartment_drug()).empty());
    PatientSampler const sampler{population, two_compartment_drug(), flat};
    auto const third = sampler.draw(Constant{0.9});
    CHECK_THAT(std::exp(third.etas[0]), WithinRel(std::pow(45.0 / 41, -0.4) * std::pow(10.0, 0.1), a_few_roundings));
    CHECK(third.etas[1] == 0);
    CHECK_THAT(std::exp(sampler.draw(Constant{0.5}).etas[1]), WithinRel(1.2, a_few_roundings));
    auto const middle = sampler.middle();
    CHECK_THAT(std::exp(middle.etas[0]), WithinRel(1.0, a_few_roundings));
    CHECK(middle.etas[1] == 0); // most are f
}

TEST_CASE("the patient in the middle has the median of each column, the typical one the model's values",
          "[population][individuals]")
{
    auto const middle = PatientSampler{three_patients(), two_compartment_drug(), flat}.middle();
    CHECK_THAT(clearance_of(two_compartment_drug(), middle), WithinRel(0.5, a_few_roundings));
    CHECK(middle.weight == 80 * unit::kg);
    auto const typical = typical_patient(three_patients(), two_compartment_drug());
    CHECK(typical.etas == pk::Etas{});
    CHECK(typical.weight == 80 * unit::kg);
}

TEST_CASE("each fault of individuals is told with its place", "[population][individuals]")
{
    CHECK(first_fault(three_patients(), two_compartment_drug()).empty());
    auto const with = [](IndividualColumn column) {
        auto population = three_patients();
        population.individuals->columns[0] = std::move(column);
        return first_fault(population, two_compartment_drug());
    };
    CHECK(with({"CL", {}, {1, 2, 3}, {}}) == "individuals.columns[0].unit: the unit of 'CL' is missing");
    CHECK(with({"CL", "L", {1, 2, 3}, {}}) == "individuals.columns[0].unit: 'L' is no unit of a clearance, which 'CL' is");
    CHECK(with({"CL", "L/d", {1, 0, 3}, {}}) == "individuals.columns[0].values[1]: 'CL' cannot be 0");
    CHECK(with({"CL", "L/d", {}, {"a", "b", "c"}}) == "individuals.columns[0].categories: 'CL' is a figure, not a category");
    CHECK(with({"CL", "L/d", {1, 2}, {}}) == "individuals.columns[1]: 'V1' has 3 individuals, 'CL' 2");
    CHECK(with({"V1", "L", {1, 2, 3}, {}}) == "individuals.columns[1]: there are two columns 'V1'");
    CHECK(with({"age", "y", {1, 2, 3}, {}}) ==
          "individuals.columns[0].name: 'age' is no parameter of the model, and no effect reads it");
    auto population = three_patients();
    population.omega = {.variances = {{"CL", 0.09}}};
    CHECK(first_fault(population, two_compartment_drug()) ==
          "omega.CL: each individual brings a 'CL', so its variance does nothing");
    population = three_patients();
    population.effects.entries = {{"CL", {{{"weight", {.power = 1, .reference = CovariateFigure{70, "kg"}}}}}}};
    CHECK(first_fault(population, two_compartment_drug()) ==
          "effects.CL: each individual brings a 'CL', so its covariates do nothing");
    population = three_patients();
    population.uncertainty = {.errors = {{"V1", 0.1}}};
    CHECK(first_fault(population, two_compartment_drug()) ==
          "uncertainty.V1: each individual brings a 'V1', so its standard error does nothing");
    population = three_patients();
    population.individuals = Individuals{.file = "x.csv", .units = {}, .columns = {}};
    CHECK(first_fault(population, two_compartment_drug()) == "individuals.file: the file of individuals was not read");
    auto no_exchange = two_compartment_drug();
    no_exchange.Q = {};
    population.individuals->columns = {{"Q", "L/d", {1, 2}, {}}};
    population.individuals->file.reset();
    population.effects = {};
    CHECK(first_fault(population, no_exchange) ==
          "individuals.columns[0].name: the model states no 'Q' above 0, which the individuals' would replace");
}

#include "pk_models/fault_error.hpp"
#include "sim/population/patient_sampler.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/described.hpp"
#include "tests/support/populations.hpp"
#include "tests/support/reference_drugs.hpp"
#include "tests/support/tolerances.hpp"

#include <cmath>
#include <map>
#include <vector>

using namespace escalon;
using escalon::test::a_few_roundings;
using escalon::test::flat;
using escalon::test::per_m2;
using escalon::test::purposes;
using escalon::test::WithinAbs;
using escalon::test::WithinRel;

namespace {

constexpr double half = 0.5;

/// A source that says what it gives and remembers what it was asked for.
class Scripted {
public:
    explicit Scripted(std::map<Purpose, double> uniforms) : uniforms_{std::move(uniforms)} {}
    double uniform(Purpose purpose) const
    {
        ++asked_[purpose];
        return uniforms_.at(purpose);
    }
    std::map<Purpose, int> const& asked() const { return asked_; }

private:
    std::map<Purpose, double> uniforms_;
    mutable std::map<Purpose, int> asked_;
};

pk::Conjugate drug_with_antigen()
{
    auto drug = test::huc242_dm4();
    drug.antigen_clearance = test::canag_with_dm4();
    return drug;
}

Population canag_population()
{
    return {.antigen = {.median = 100 * unit::U_per_mL, .sd_log = 1.6},
            .omega = {.variances = {{"CL", 0.09}, {"V1", 0.04}, {"KDC", 0.1225}}, .correlations = {{"CL", "V1", 0.5}}}};
}

constexpr Dosing per_m2_capped{.unit = DoseUnit::mg_per_m2, .bsa_cap = 2.0 * unit::m2};

std::string first_problem(Faults const& faults) { return faults.empty() ? "" : faults.front().problem; }

} // namespace

TEST_CASE("a median uniform gives a median patient, one SD up gives one SD up", "[population]")
{
    double const one_sd = normal_probability(1);
    CHECK_THAT(BsaDistribution{}.quantile(half).base(), WithinRel(1.79, a_few_roundings));
    CHECK_THAT(BsaDistribution{}.quantile(one_sd).base(), WithinRel(1.99, a_few_roundings));
    AntigenDistribution const canag{.median = 100 * unit::U_per_mL, .sd_log = 1.6};
    CHECK_THAT(canag.quantile(half).in(unit::U_per_mL), WithinRel(100.0, a_few_roundings));
    CHECK_THAT(canag.quantile(one_sd).in(unit::U_per_mL), WithinRel(100 * std::exp(1.6), a_few_roundings));
}

TEST_CASE("body surface has the stated mean and SD and is positive for any uniform", "[population]")
{
    BsaDistribution const distribution = GENERATE(BsaDistribution{},
                                                  BsaDistribution{.mean = 1.8 * unit::m2, .sd = 0.6 * unit::m2});
    REQUIRE(distribution.faults().empty());
    constexpr int points = 200000;
    double mean = 0;
    double square = 0;
    for (int i = 0; i < points; ++i) {
        double const bsa = distribution.quantile((i + 0.5) / points).base();
        mean += bsa / points;
        square += bsa * bsa / points;
    }
    double const sd = std::sqrt(square - mean * mean);
    CHECK_THAT(mean, WithinRel(distribution.mean.base(), 1e-9)); // symmetric points
    CHECK(sd <= distribution.sd.base());
    CHECK(sd > (1 - 0.014) * distribution.sd.base());
    CHECK(distribution.quantile(0x1p-54).base() > 0);
    CHECK(distribution.quantile(1 - 0x1p-53).base() < 2 * distribution.mean.base());
}

TEST_CASE("body weight is log-normal with the stated mean and SD", "[population]")
{
    constexpr int points = 200000;
    double mean = 0;
    double square = 0;
    for (int i = 0; i < points; ++i) {
        double const weight = WeightDistribution{}.quantile((i + 0.5) / points).base();
        mean += weight / points;
        square += weight * weight / points;
    }
    CHECK_THAT(mean, WithinRel(76.0, 1e-5)); // midpoint rule in the tails
    CHECK_THAT(std::sqrt(square - mean * mean), WithinRel(16.0, 1e-3));
}

TEST_CASE("no spread makes all alike", "[population]")
{
    CHECK(BsaDistribution{.mean = 1.8 * unit::m2, .sd = {}}.quantile(0.01) == 1.8 * unit::m2);
    CHECK(WeightDistribution{.mean = 70 * unit::kg, .sd = {}}.quantile(0.99) == 70 * unit::kg);
    CHECK(AntigenDistribution{.median = 9 * unit::U_per_mL}.quantile(0.99) == 9 * unit::U_per_mL);
    CHECK(AntigenDistribution{}.quantile(0.99) == AntigenLevel{});
}

TEST_CASE("a fixed antigen level replaces the distribution", "[population]")
{
    AntigenDistribution const fixed{.median = 100 * unit::U_per_mL, .sd_log = 1.6, .value = 10000 * unit::U_per_mL};
    CHECK(fixed.quantile(0.01) == 10000 * unit::U_per_mL);
}

TEST_CASE("a patient takes exactly one uniform for each thing that varies", "[population]")
{
    double const one_sd = normal_probability(1);
    Scripted const source{{{Purpose::tolerance, 0.3},
                           {Purpose::bsa, one_sd},
                           {Purpose::antigen, one_sd},
                           {eta_purpose(0), one_sd},
                           {eta_purpose(1), half},
                           {eta_purpose(4), 1 - one_sd}}};
    auto const patient = PatientSampler{canag_population(), drug_with_antigen(), per_m2}.draw(source);
    for (auto const& [purpose, times] : source.asked())
        CHECK(times == 1);
    CHECK(source.asked().size() == 6); // and none for weight, Q and V2: they are not in the script
    CHECK(patient.tolerance_uniform == 0.3);
    CHECK_THAT(patient.bsa.base(), WithinRel(1.99, a_few_roundings));
    CHECK_THAT(patient.etas[0], WithinRel(0.3, a_few_roundings));
    CHECK_THAT(patient.etas[1], WithinRel(0.5 * 0.2, a_few_roundings)); // by correlation with CL alone
    CHECK(patient.etas[2] == 0);
    CHECK_THAT(patient.etas[4], WithinRel(-0.35, a_few_roundings));
}

TEST_CASE("patient 7 of trial 3 is the same person however often and whatever else varies", "[population]")
{
    PatientStream const stream{TrialStream{20061108, 3}, 7};
    PatientSampler const sampler{canag_population(), drug_with_antigen(), per_m2};
    auto const once = sampler.draw(stream);
    auto const again = sampler.draw(stream);
    CHECK(once.etas == again.etas);
    CHECK(once.bsa == again.bsa);
    auto fewer = canag_population();
    fewer.omega = {.variances = {{"KDC", 0.1225}}};
    auto const same_person = PatientSampler{fewer, drug_with_antigen(), per_m2}.draw(stream);
    CHECK(same_person.etas[4] == once.etas[4]);
    CHECK(same_person.tolerance_uniform == once.tolerance_uniform);
    CHECK(same_person.antigen == once.antigen);
}

TEST_CASE("exposure depends on no idle dimension", "[population]")
{
    using P = std::vector<Purpose>;
    P const etas{eta_purpose(0), eta_purpose(1), eta_purpose(4)};
    auto const with_etas = [&](P first) {
        first.insert(first.end(), etas.begin(), etas.end());
        return first;
    };
    CHECK(purposes(canag_population(), drug_with_antigen(), per_m2) == with_etas({Purpose::antigen}));
    CHECK(purposes(canag_population(), drug_with_antigen(), per_m2_capped) == with_etas({Purpose::bsa, Purpose::antigen}));
    CHECK(purposes(canag_population(), drug_with_antigen(), flat) == with_etas({Purpose::bsa, Purpose::antigen}));
    CHECK(purposes(canag_population(), test::huc242_dm4(), per_m2) == with_etas({}));
    CHECK(purposes(Population{}, pk::OneCompartment{sized(1 * unit::L_per_d), sized(3 * unit::L)}, flat).empty());
    CHECK(purposes(Population{}, pk::OneCompartment{sized(1 * unit::L_per_d), sized(3 * unit::L)},
                   Dosing{.unit = DoseUnit::mg_per_kg}) == P{Purpose::weight});
}

TEST_CASE("what is left out of the purposes does not change the exposure to a dose", "[population]")
{
    auto const drug = drug_with_antigen();
    PatientSampler const sampler{canag_population(), drug, per_m2};
    std::vector<double> const point{0.9, 0.2, 0.7, 0.4};
    auto const listed = sampler.draw(PointSource{point, sampler.exposure_purposes()});
    auto everything = listed;
    everything.bsa = 2.4 * unit::m2;
    auto const auc_per_dose = [&](VirtualPatient const& patient) {
        auto const disposition = drug.individual(patient.covariates(), patient.etas);
        return per_m2.amount(168, patient.covariates()).base() / disposition.clearance_L_per_d();
    };
    CHECK(listed.bsa == 1.79 * unit::m2);
    CHECK_THAT(auc_per_dose(everything), WithinRel(auc_per_dose(listed), a_few_roundings));
}

TEST_CASE("a dose in mg/m2, mg/kg or mg, with and without a cap", "[population][dosing]")
{
    pk::Covariates const large{2.4 * unit::m2, 120 * unit::kg, {}};
    CHECK(per_m2.amount(100, large) == 240 * unit::mg);
    CHECK(per_m2_capped.amount(100, large) == 200 * unit::mg);
    CHECK(Dosing{.unit = DoseUnit::mg_per_kg}.amount(2, large) == 240 * unit::mg);
    CHECK(Dosing{.unit = DoseUnit::mg_per_kg, .weight_cap = 100 * unit::kg}.amount(2, large) == 200 * unit::mg);
    CHECK(flat.amount(150, large) == 150 * unit::mg);
    pk::Covariates const small{1.5 * unit::m2, 50 * unit::kg, {}};
    CHECK(per_m2_capped.amount(100, small) == 150 * unit::mg);
    CHECK(dosing(DoseUnit::mg_per_m2, {.bsa_cap = 2.0 * unit::m2}).amount(100, large) == 200 * unit::mg);
}

TEST_CASE("a cap on what the dose does not depend on is a fault", "[population][dosing]")
{
    CHECK(per_m2_capped.faults().empty());
    auto const faults = Dosing{.unit = DoseUnit::mg, .bsa_cap = 2.0 * unit::m2}.faults();
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].field == "bsa_cap");
}

TEST_CASE("the typical patient is the drug itself", "[population]")
{
    auto const patient = typical_patient(canag_population(), drug_with_antigen());
    CHECK(patient.bsa == 1.79 * unit::m2);
    CHECK(patient.weight == 76 * unit::kg);
    CHECK(patient.antigen == AntigenLevel{});
    CHECK(patient.etas == pk::Etas{});

    auto fixed = canag_population();
    fixed.antigen.value = 10000 * unit::U_per_mL;
    CHECK(typical_patient(fixed, drug_with_antigen()).antigen == 10000 * unit::U_per_mL);

    auto by_power = test::huc242_dm4();
    by_power.antigen_clearance = pk::PowerLaw{.exponent = 0.035, .reference_level = 25 * unit::U_per_mL};
    CHECK(typical_patient(canag_population(), by_power).antigen == 25 * unit::U_per_mL);
}

TEST_CASE("faults of a population are told with their places", "[population]")
{
    auto by_power = test::huc242_dm4();
    by_power.antigen_clearance = pk::PowerLaw{.exponent = 0.035, .reference_level = 25 * unit::U_per_mL};
    CHECK(canag_population().faults(drug_with_antigen()).empty());
    CHECK(canag_population().faults(by_power).empty());
    CHECK_THAT(first_problem(Population{}.faults(by_power)), test::ContainsSubstring("power law has no value at antigen 0"));

    Population const wrong{.bsa = {.mean = 1.8 * unit::m2, .sd = 1 * unit::m2},
                           .antigen = {.sd_log = 1.6},
                           .omega = {.variances = {{"VMAX", 0.1}}}};
    auto const faults = wrong.faults(drug_with_antigen());
    REQUIRE(faults.size() == 3);
    CHECK(faults[0].field == "bsa.sd");
    CHECK(faults[1].field == "antigen.sd_log");
    CHECK(faults[2].field == "omega.VMAX");
    CHECK_THROWS_AS((PatientSampler{wrong, drug_with_antigen(), per_m2}), FaultError);
}

TEST_CASE("a population describes the keys of a scenario", "[population]")
{
    auto const fields = test::field_names(Population{});
    CHECK(fields.names == std::vector<std::string>{"bsa", "weight", "antigen", "omega", "covariates", "effects", "individuals",
                                                   "iov", "uncertainty"});
}

#include "pk_models/catalog.hpp"
#include "pk_models/exposure.hpp"
#include "pk_models/fault_error.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/described.hpp"
#include "tests/support/oracle.hpp"
#include "tests/support/reference_drugs.hpp"
#include "tests/support/tolerances.hpp"

#include <cmath>
#include <set>
#include <string>

namespace kinetics_tests {

using namespace escalon;
using namespace escalon::pk;
using escalon::test::a_few_roundings;
using escalon::test::cantuzumab_mertansine;
using escalon::test::huc242_dm4;
using escalon::test::patient_of;
using escalon::test::WithinAbs;
using escalon::test::WithinRel;

namespace {

constexpr Etas no_etas{};
BodySurface const bsa = 1.8 * unit::m2;

Disposition typical(Conjugate const& drug, AntigenLevel antigen = {})
{
    return drug.individual(patient_of(bsa, antigen), no_etas);
}

Exposure first_cycle(Disposition const& disposition, Mass amount)
{
    auto const history = dose_events({.infusion = 1.5 * unit::h}, amount);
    return exposure(disposition, history, 21 * unit::d);
}

Conjugate with(Conjugate drug, AntigenClearance effect)
{
    drug.antigen_clearance = effect;
    return drug;
}

/// The catalogue, every parameter 1 in its own unit, so that each is a fair example.
std::vector<Model> linear_models()
{
    auto const CL = sized(1 * unit::L_per_d);
    auto const V = sized(1 * unit::L);
    return {OneCompartment{.CL = CL, .V1 = V}, TwoCompartment{.CL = CL, .V1 = V, .Q = CL, .V2 = V},
            ThreeCompartment{.CL = CL, .V1 = V, .Q2 = CL, .V2 = V, .Q3 = CL, .V3 = sized(2 * unit::L)},
            Conjugate{.CL = CL, .V1 = V, .Q = CL, .V2 = V, .KDC = 1 * unit::per_d}};
}

std::vector<Model> every_model()
{
    auto models = linear_models();
    models.insert(models.end(), {MichaelisMenten{}, TargetMediated{}, ConjugateAntigen{}, DarChain{}});
    return models;
}

} // namespace

TEST_CASE("one antibody with two linkers gives both drugs' published half-life and clearance", "[pk][conjugate][oracle]")
{
    auto const facts = test::oracle("pk_seed_facts.json")["closed_form_no_antigen"];
    struct Drug {
        char const* name;
        Conjugate model;
    };
    for (auto const& [name, model] : {Drug{"DM1", cantuzumab_mertansine()}, Drug{"DM4", huc242_dm4()}}) {
        CAPTURE(name);
        auto const disposition = typical(model);
        double const clearance_per_m2 = (clearance(disposition) / bsa).in(unit::mL_per_h_m2);
        CHECK_THAT(half_life_terminal(disposition).in(unit::h), WithinRel(facts[name]["t_half_h"].get<double>(), 1e-12));
        CHECK_THAT(clearance_per_m2, WithinRel(facts[name]["CL_mL_h_m2"].get<double>(), 1e-12));
    }
    CHECK_THAT(half_life_terminal(typical(huc242_dm4())).in(unit::d), WithinAbs(5.00, 0.005));
    CHECK_THAT(half_life_terminal(typical(cantuzumab_mertansine())).in(unit::h), WithinAbs(41.1, 0.05));
}

TEST_CASE("the linear conjugate is the five-state model without antigen", "[pk][conjugate][oracle]")
{
    auto const file = test::oracle("pk_adc_no_antigen.json");
    constexpr double oracle_tolerance = 1e-10; // the oracle's own statement
    for (auto const& c : file["cases"]) {
        auto const& p = c["params"];
        auto const clearance = [&](char const* key) { return sized(p[key].get<double>() * unit::L_per_d); };
        auto const volume = [&](char const* key) { return sized(p[key].get<double>() * unit::L); };
        Conjugate const model{.CL = clearance("CL"),
                              .V1 = volume("V1"),
                              .Q = clearance("Q"),
                              .V2 = volume("V2"),
                              .KDC = p["KDC"].get<double>() * unit::per_d};
        std::vector<DoseEvent> history;
        for (auto const& dose : c["doses"])
            history.push_back({dose["time"], dose["dur"], dose["amt"]});
        auto const nM = [&](Concentration mass) {
            constexpr double Da_per_kDa = 1000;
            return (mass / (p["MW"].get<double>() / Da_per_kDa * unit::kDa)).in(unit::nM);
        };
        auto const conjugate = model.individual(patient_of(bsa), no_etas);
        auto const antibody = model.total_antibody(patient_of(bsa), no_etas);
        std::vector<double> const times = c["times"];
        for (std::size_t i = 0; i < times.size(); ++i) {
            CAPTURE(times[i]);
            Time const at = times[i] * unit::d;
            CHECK_THAT(nM(concentration(conjugate, history, at)), WithinRel(c["adc_total"][i].get<double>(), oracle_tolerance));
            CHECK_THAT(nM(concentration(antibody, history, at)), WithinRel(c["tab_total"][i].get<double>(), oracle_tolerance));
        }
        auto const cycle = exposure(conjugate, history, 21 * unit::d);
        CHECK_THAT(nM(cycle.cmax), WithinRel(c["cmax_adc"].get<double>(), oracle_tolerance));
        CHECK_THAT(nM(cycle.average) * 21, WithinRel(c["auc_adc_0_21"].get<double>(), oracle_tolerance));
        CHECK_THAT(half_life_terminal(conjugate).base(), WithinRel(c["t_half_adc_asymptotic"].get<double>(), oracle_tolerance));
        CHECK_THAT(half_life_terminal(antibody).base(), WithinRel(c["t_half_tab_asymptotic"].get<double>(), oracle_tolerance));
        Sampling const two_points{.days = {7, 14}, .fewest_points = 2};
        CHECK_THAT(half_life_nca(conjugate, history, two_points)->base(),
                   WithinRel(c["t_half_adc_7_14"].get<double>(), oracle_tolerance));
    }
}

TEST_CASE("a breaking linker shifts every rate by KDC and adds its loss in both compartments to the clearance", "[pk][conjugate]")
{
    double const KDC = GENERATE(0.0, 1e-9, 0.058, 0.324, 40.0);
    CAPTURE(KDC);
    auto const drug = test::huc242(KDC);
    auto const conjugate = drug.individual(patient_of(bsa), no_etas);
    auto const antibody = drug.total_antibody(patient_of(bsa), no_etas);
    CHECK_THAT(conjugate.terminal_rate_per_d(), WithinRel(antibody.terminal_rate_per_d() + KDC, a_few_roundings));
    double const per_m2 = 0.236 + KDC * 1.74 + 0.30 * KDC * 0.90 / (0.30 + KDC * 0.90);
    CHECK_THAT(conjugate.clearance_L_per_d(), WithinRel(1.8 * per_m2, a_few_roundings));
    for (std::size_t j = 0; j < 2; ++j)
        CHECK_THAT(conjugate.modes()[j].share, WithinRel(antibody.modes()[j].share, 1e-11));
}

TEST_CASE("antigen lowers AUC and half-life and hardly moves the first peak", "[pk][antigen]")
{
    auto const bound = GENERATE(with(huc242_dm4(), test::canag_with_dm4()),
                                with(cantuzumab_mertansine(), test::canag_with_dm1()));
    Mass const amount = 302.4 * unit::mg;
    auto const without = first_cycle(typical(bound), amount);
    double auc = without.auc.base();
    double half_life = half_life_terminal(typical(bound)).base();
    for (double const level : {100.0, 1000.0, 3000.0, 10000.0}) {
        CAPTURE(level);
        auto const disposition = typical(bound, level * unit::U_per_mL);
        auto const cycle = first_cycle(disposition, amount);
        CHECK(cycle.auc.base() < auc);
        CHECK(half_life_terminal(disposition).base() < half_life);
        CHECK(cycle.cmax < without.cmax);
        CHECK(cycle.cmax.base() > 0.98 * without.cmax.base());
        auc = cycle.auc.base();
        half_life = half_life_terminal(disposition).base();
    }
}

TEST_CASE("1000 U/mL of antigen raise the whole clearance of the conjugate by 15 %", "[pk][antigen]")
{
    auto const drug = with(huc242_dm4(), test::canag_with_dm4());
    double const ratio = typical(drug, 1000 * unit::U_per_mL).clearance_L_per_d() / typical(huc242_dm4()).clearance_L_per_d();
    CHECK_THAT(ratio, WithinRel(1 + 21.5 * 1000 / (142600 + 1000), a_few_roundings));
    CHECK_THAT(ratio, WithinAbs(1.15, 0.005));
}

TEST_CASE("the antigen factor multiplies the clearance of every linear model", "[pk][antigen]")
{
    for (auto model : linear_models()) {
        CAPTURE(name(model));
        double const without = std::get<Disposition>(individual(model, patient_of(bsa), no_etas)).clearance_L_per_d();
        std::visit(
            [](auto& m) {
                if constexpr (LinearModel<std::remove_reference_t<decltype(m)>>)
                    m.antigen_clearance = PowerLaw{.exponent = 0.5, .reference_level = 50 * unit::U_per_mL};
            },
            model);
        double const with_antigen =
            std::get<Disposition>(individual(model, patient_of(bsa, 200 * unit::U_per_mL), no_etas)).clearance_L_per_d();
        CHECK_THAT(with_antigen, WithinRel(2 * without, a_few_roundings));
        double const at_reference =
            std::get<Disposition>(individual(model, patient_of(bsa, 50 * unit::U_per_mL), no_etas)).clearance_L_per_d();
        CHECK_THAT(at_reference, WithinRel(without, a_few_roundings));
    }
}

TEST_CASE("a power law at antigen 0 is an error that says what to do", "[pk][antigen]")
{
    PowerLaw const law{.exponent = 0.113, .reference_level = 50 * unit::U_per_mL};
    CHECK_THROWS_AS(law.factor(AntigenLevel{}), FaultError);
    CHECK_THROWS_AS(typical(with(huc242_dm4(), law)), FaultError);
    auto const found = faults(AntigenClearance{law}, AntigenLevel{});
    REQUIRE(found.size() == 1);
    CHECK(found[0].field == "antigen_clearance");
    CHECK_THAT(found[0].problem, test::ContainsSubstring("power law has no value at antigen 0"));
    CHECK_THAT(found[0].remedy, test::ContainsSubstring("emax"));
    CHECK(faults(AntigenClearance{law}, 1 * unit::U_per_mL).empty());
    CHECK(faults(AntigenClearance{test::canag_with_dm4()}, AntigenLevel{}).empty());
    CHECK(faults(std::nullopt, AntigenLevel{}).empty());
}

TEST_CASE("a dose per m2 gives the same exposure in every body when all parameters are per m2", "[pk][models]")
{
    auto const exposure_at = [](double m2) {
        BodySurface const surface = m2 * unit::m2;
        return first_cycle(huc242_dm4().individual(patient_of(surface), no_etas), 168 * unit::mg_per_m2 * surface);
    };
    auto const small = exposure_at(1.3);
    auto const large = exposure_at(2.6);
    CHECK_THAT(small.auc.base(), WithinRel(large.auc.base(), a_few_roundings));
    CHECK_THAT(small.cmax.base(), WithinRel(large.cmax.base(), a_few_roundings));
    CHECK_THAT(small.trough.base(), WithinRel(large.trough.base(), a_few_roundings));
}

TEST_CASE("168 mg/m2 of huC242-DM4 gives 420 to 440 mg*d/L in a cycle", "[pk][conjugate]")
{
    auto const cycle = first_cycle(typical(huc242_dm4()), 168 * 1.8 * unit::mg);
    CHECK(cycle.auc > 420 * unit::mg_d_per_L);
    CHECK(cycle.auc < 440 * unit::mg_d_per_L);
}

TEST_CASE("an eta multiplies its own parameter by its exponential", "[pk][models]")
{
    TwoCompartment const drug{.CL = sized(0.6858 * unit::L_per_d),
                              .V1 = sized(3.132 * unit::L),
                              .Q = sized(0.54 * unit::L_per_d),
                              .V2 = sized(1.62 * unit::L)};
    Etas etas{};
    etas[0] = std::log(2.0);
    etas[1] = std::log(0.5);
    auto const disposition = drug.individual(patient_of(bsa), etas);
    CHECK_THAT(disposition.clearance_L_per_d(), WithinRel(2 * 0.6858, a_few_roundings));
    CHECK_THAT(disposition.V1_L(), WithinRel(0.5 * 3.132, a_few_roundings));
}

TEST_CASE("etas of five standard deviations either way leave every linear model finite", "[pk][models]")
{
    constexpr double five_large_sds = 5 * 0.8;
    for (auto const& model : linear_models()) {
        CAPTURE(name(model));
        auto const parameters = parameter_names(model).size();
        for (unsigned corner = 0; corner < (1U << parameters); ++corner) {
            Etas etas{};
            for (std::size_t k = 0; k < parameters; ++k)
                etas[k] = (corner >> k & 1U) != 0 ? five_large_sds : -five_large_sds;
            auto const cycle = first_cycle(std::get<Disposition>(individual(model, patient_of(bsa), etas)), 300 * unit::mg);
            CHECK(std::isfinite(cycle.auc.base()));
            CHECK(cycle.auc.base() > 0);
            CHECK(std::isfinite(cycle.cmax.base()));
            CHECK(cycle.trough.base() >= 0);
        }
    }
}

TEST_CASE("models have names of their own and describe every parameter that can vary", "[pk][models]")
{
    std::set<std::string_view> names;
    for (auto const& model : every_model()) {
        CAPTURE(name(model));
        names.insert(name(model));
        auto const fields = std::visit([](auto const& m) { return test::field_names(m); }, model);
        for (auto const parameter : parameter_names(model))
            CHECK(fields.has(parameter));
        CHECK(fields.has(is_linear(model) ? "antigen_clearance" : "tolerance"));
    }
    CHECK(names.size() == std::variant_size_v<Model>);
}

TEST_CASE("a model knows which bodily measure it scales with", "[pk][models]")
{
    Model const per_m2 = huc242_dm4();
    CHECK(scales_with(per_m2, PerBody::m2));
    CHECK(scales_only_with(per_m2, PerBody::m2));
    CHECK_FALSE(scales_with(per_m2, PerBody::kg));
    auto mixed = huc242_dm4();
    mixed.V2 = sized(1.6 * unit::L);
    CHECK(scales_with(Model{mixed}, PerBody::m2));
    CHECK_FALSE(scales_only_with(Model{mixed}, PerBody::m2));
}

} // namespace kinetics_tests

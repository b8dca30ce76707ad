// Antigen whose production changes on the way: against the equations stepped on their own, and from the population on.
#include "pk_models/event_solution.hpp"
#include "pk_models/solution.hpp"
#include "sim/population/patient_sampler.hpp"
#include "sim/scenario/cells.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/kinetics.hpp"
#include "tests/support/pk_references.hpp"

#include <array>
#include <cmath>

namespace changing_antigen_tests {

using namespace escalon;
using namespace escalon::pk;
using escalon::test::clearance;
using escalon::test::volume;
using escalon::test::WithinRel;
using Catch::Matchers::Contains;

namespace {

constexpr double mg_per_nM_L = 0.15;
constexpr double bolus_mg = 200;
constexpr double cycle_d = 21;
std::vector<double> const shrinking{1, 0.3, 0.05};
escalon::reference::Disposition const body{.CL_L_per_d = 0.42, .V1_L = 3.1, .Q_L_per_d = 0.55, .V2_L = 1.6};
escalon::reference::Antigen const shed{.R0_nM = 100, .KDEG_per_d = 0.7, .KINT_per_d = 1.4};

ConjugateAntigen conjugate()
{
    return {.CL = clearance(body.CL_L_per_d),
            .V1 = volume(body.V1_L),
            .Q = clearance(body.Q_L_per_d),
            .V2 = volume(body.V2_L),
            .KDC = 0.058 * unit::per_d,
            .KSS = 1 * unit::nM,
            .KDEG = shed.KDEG_per_d * unit::per_d,
            .KINT = shed.KINT_per_d * unit::per_d,
            .R0 = shed.R0_nM * unit::nM,
            .tolerance = 1e-9};
}

TargetMediated antibody(Binding binding)
{
    TargetMediated model{.binding = binding,
                         .CL = clearance(body.CL_L_per_d),
                         .V1 = volume(body.V1_L),
                         .Q = clearance(body.Q_L_per_d),
                         .V2 = volume(body.V2_L),
                         .KDEG = shed.KDEG_per_d * unit::per_d,
                         .KINT = shed.KINT_per_d * unit::per_d,
                         .R0 = shed.R0_nM * unit::nM,
                         .tolerance = 1e-9};
    if (binding == Binding::full) {
        model.KON = Quantity<dimension::association_rate>::from_base(2);
        model.KOFF = 0.6 * unit::per_d;
    } else
        model.KSS = 1 * unit::nM;
    return model;
}

/// Three boluses, a cycle each, production changing with the cycle: what is measured at the end of each, mg/L, by plain Runge-Kutta
/// steps of the equations as the papers have them.
template <class System>
std::array<double, 3> stepped(System system)
{
    constexpr int steps_a_day = 4000;
    double const R0 = system.antigen.R0_nM;
    auto state = system.template start<double>();
    using State = decltype(state);
    std::array<double, 3> ends{};
    for (std::size_t cycle = 0; cycle < ends.size(); ++cycle) {
        for (auto const dosed : System::dosed)
            state[dosed] += system.template concentration<double>(bolus_mg);
        system.antigen.R0_nM = R0 * shrinking[cycle]; // production alone: what is there stays
        auto const move = system.template motion<double>(0.0);
        double const h = 1.0 / steps_a_day;
        auto const moved = [](State const& from, State const& by, double times) {
            State found = from;
            for (std::size_t i = 0; i < found.size(); ++i)
                found[i] += times * by[i];
            return found;
        };
        for (int step = 0; step < cycle_d * steps_a_day; ++step) {
            State k1{}, k2{}, k3{}, k4{};
            move(state, k1);
            move(moved(state, k1, h / 2), k2);
            move(moved(state, k2, h / 2), k3);
            move(moved(state, k3, h), k4);
            for (std::size_t i = 0; i < state.size(); ++i)
                state[i] += h / 6 * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
        }
        ends[cycle] = system.measured(state) * mg_per_nM_L;
    }
    return ends;
}

CoursePlan three_cycles()
{
    CoursePlan plan{.doses = {}, .samples_d = {21, 42, 63}, .occasions_d = {21, 42}, .end = 63 * unit::d};
    for (double const at_d : {0.0, 21.0, 42.0})
        plan.doses.push_back({at_d, 0, 1});
    return plan;
}

void check_ends(Solution const& solution, std::array<double, 3> const& expected)
{
    REQUIRE_FALSE(solution.failure);
    for (std::size_t i = 0; i < 3; ++i) {
        CAPTURE(i);
        CHECK_THAT(solution.at_sample(i).base(), WithinRel(expected[i], 1e-7));
    }
}

void check_ends(Model const& model, std::array<double, 3> const& expected)
{
    INFO(name(model));
    Dosed const patient{.patient = {}, .amount_mg = bolus_mg, .antigen_factors = shrinking};
    check_ends(solve(model, {&patient, 1}, three_cycles()).front(), expected);
}

PatientEvents three_records()
{
    std::vector<EventRecord> records;
    for (double const at_d : {0.0, 21.0, 42.0}) {
        if (at_d > 0)
            records.push_back({.time_d = at_d});
        records.push_back({.time_d = at_d, .amt_mg = bolus_mg, .evid = evid::dose});
    }
    records.push_back({.time_d = 63});
    return {"1", records, FirstCompartment::central};
}

std::string scenario_with(std::string const& pk, std::string const& antigen)
{
    return "schema: 1\nname: a\ndoses: { unit: mg, levels: [100, 200] }\n"
           "regimen: { days: [1], cycle: 21 d, cycles: 3, infusion: 1 h }\npk: { " +
           pk + " }\npopulation: { antigen: { " + antigen +
           " } }\ntoxicity: { model: by_exposure, driver: auc, window: 63 d, tolerance: { median: 900 mg*d/L, sd_log: 0.4 } }\n"
           "designs: [{ name: three_plus_three }]\n";
}

std::string const shed_scale =
    "model: conjugate_antigen, CL: 0.42 L/d, V1: 3.1 L, Q: 0.55 L/d, V2: 1.6 L, KDC: 0.058 /d, KSS: 1 nM, "
    "KDEG: 0.7 /d, KINT: 1.4 /d, antigen_scale: 0.01 nM per U/mL";

std::vector<Exposure> exposures_under(std::string const& text)
{
    auto const truth = nature(parse_scenario(text, "test"));
    auto const& biology = std::get<Biology>(truth);
    std::vector<VirtualPatient> people;
    for (std::uint32_t i = 0; i < 20; ++i)
        people.push_back(biology.sampler().draw(PatientStream{TrialStream{1, 0}, i}));
    std::vector<DoseLevel> const levels(people.size(), DoseLevel{1});
    std::vector<Exposure> found;
    for (auto const& exposure : biology.exposures(people, levels))
        found.push_back(exposure.value());
    return found;
}

std::string antigen_faults(std::string const& text)
{
    try {
        static_cast<void>(parse_scenario(text, "test"));
    } catch (ScenarioError const& error) {
        return render(error.diagnostics());
    }
    return {};
}

} // namespace

TEST_CASE("production of antigen that falls from cycle to cycle, against the equations stepped on their own", "[pk][antigen]")
{
    auto const tagged = stepped(escalon::reference::ConjugateAntigen<>{body, shed, 1, 0.058});
    auto const quick = stepped(escalon::reference::QssTmdd<>{body, shed, 1});
    auto const full = stepped(escalon::reference::FullTmdd<>{body, shed, 2, 0.6});
    check_ends(conjugate(), tagged);
    check_ends(antibody(Binding::qss), quick);
    check_ends(antibody(Binding::full), full);
    CHECK(tagged[2] > 1.5 * tagged[0]); // less antigen leaves more drug
}

TEST_CASE("antigen that changes between the records of a patient acts from that record on", "[pk][antigen][events]")
{
    ConjugateAntigen model = conjugate();
    model.R0.reset();
    model.antigen_scale = 0.01 * unit::nM_per_U_mL;
    std::vector<PatientOccasion> occasions;
    for (std::size_t k = 0; k < 3; ++k)
        occasions.push_back({cycle_d * static_cast<double>(k), {.antigen = shrinking[k] * 1e4 * unit::U_per_mL}, Etas{}});
    std::vector<double> const samples_d{21, 42, 63};
    check_ends(solve(model, three_records(), occasions, samples_d, 63 * unit::d),
               stepped(escalon::reference::ConjugateAntigen<>{body, shed, 1, 0.058}));
}

TEST_CASE("the first cycle's factor changes production and not what is there before treatment", "[pk][antigen]")
{
    auto const model = conjugate();
    std::vector<double> const at_once{0.5};
    Dosed const patient{.patient = {}, .amount_mg = 1e-9, .antigen_factors = at_once};
    CoursePlan const plan{.doses = {{0, 0, 1}}, .samples_d = {0, 1, 20}, .end = 21 * unit::d};
    auto const solution = solve(model, {&patient, 1}, plan).front();
    auto const antigen = solution.place(Analyte::antigen).value();
    CHECK_THAT(solution.at_sample(1, antigen).base(), WithinRel(50 + 50 * std::exp(-0.7), 1e-8));
    CHECK_THAT(solution.at_sample(2, antigen).base(), WithinRel(50 + 50 * std::exp(-14.0), 1e-8));
}

TEST_CASE("a clearance that rises with antigen falls with it", "[pk][antigen]")
{
    // boluses into one compartment by hand: clearance 0.4 (1 + 2 A/(100 + A))
    OneCompartment const drug{.CL = clearance(0.4),
                              .V1 = volume(3),
                              .antigen_clearance = Emax{.SMAX = 2, .A50 = 100 * unit::U_per_mL}};
    auto const rate = [](double antigen) { return 0.4 * (1 + 2 * antigen / (100 + antigen)) / 3; };
    Dosed const patient{.patient = {.antigen = 400 * unit::U_per_mL}, .amount_mg = bolus_mg, .antigen_factors = shrinking};
    double left_mg = 0;
    std::array<double, 3> expected{};
    for (std::size_t k = 0; k < 3; ++k) {
        left_mg = (left_mg + bolus_mg) * std::exp(-rate(400 * shrinking[k]) * cycle_d);
        expected[k] = left_mg / 3;
    }
    check_ends(solve(drug, {&patient, 1}, three_cycles()).front(), expected);
}

TEST_CASE("factors of 1 change no bit, and what is said once holds on", "[population][antigen]")
{
    std::string const level = "median: 3000 U/mL, sd_log: 0.8";
    for (auto const& pk : {shed_scale, std::string{"model: one_compartment, CL: 0.4 L/d, V1: 3 L, antigen_clearance: { model: "
                                                   "emax, SMAX: 2, A50: 100 U/mL }"}}) {
        auto const plain = exposures_under(scenario_with(pk, level));
        auto const ones = exposures_under(scenario_with(pk, level + ", by_cycle: [1, 1, 1]"));
        auto const once = exposures_under(scenario_with(pk, level + ", by_cycle: [1, 0.2]"));
        auto const twice = exposures_under(scenario_with(pk, level + ", by_cycle: [1, 0.2, 0.2]"));
        for (std::size_t i = 0; i < plain.size(); ++i) {
            CHECK(ones[i].auc == plain[i].auc);
            CHECK(twice[i].auc == once[i].auc);
            CHECK(once[i].auc.base() > 1.001 * plain[i].auc.base());
        }
    }
}

TEST_CASE("effects of antigen on a parameter follow its factor", "[population][antigen]")
{
    OneCompartment const model{.CL = clearance(0.4), .V1 = volume(3)};
    Population population{.antigen = {.value = 200 * unit::U_per_mL, .by_cycle = {1, 0.25}}};
    population.effects.entries.push_back({"CL", {{{"antigen", {.power = 0.5, .reference = CovariateFigure{100, "U/mL"}}}}}});
    REQUIRE(population.faults(model).empty());
    for (auto const& patient : {PatientSampler{population, model, Dosing{}}.draw(PatientStream{TrialStream{1, 0}, 0}),
                                typical_patient(population, model)}) {
        CHECK_THAT(patient.etas[0], WithinRel(0.5 * std::log(2.0), 1e-12));
        REQUIRE(patient.kappas.size() == 2);
        CHECK(patient.kappas[0][0] == 0);
        CHECK_THAT(patient.kappas[1][0], WithinRel(0.5 * std::log(0.25), 1e-12));
    }
}

TEST_CASE("faults of antigen by cycle are told with their place and a remedy", "[population][antigen]")
{
    std::string const plain = "model: one_compartment, CL: 0.4 L/d, V1: 3 L";
    auto const idle = antigen_faults(scenario_with(plain, "by_cycle: [1, 0.5]"));
    CHECK_THAT(idle, Contains("antigen does nothing to this drug"));
    CHECK_THAT(idle, Contains("leave by_cycle out"));
    CHECK_THAT(antigen_faults(scenario_with(shed_scale, "value: 10 U/mL, by_cycle: [1, -0.5]")), Contains("by_cycle"));
    CHECK_THAT(antigen_faults(
                   scenario_with(plain + ", antigen_clearance: { model: power_law, exponent: 0.1, reference: 10 U/mL }",
                                 "value: 10 U/mL, by_cycle: [1, 0]")),
               Contains("a power law has no value at antigen 0"));
    CHECK(antigen_faults(scenario_with(shed_scale, "value: 10 U/mL, by_cycle: [1, 0]")).empty());
}

} // namespace changing_antigen_tests

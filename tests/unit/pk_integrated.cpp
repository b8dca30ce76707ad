// Models without a closed form, held against solutions in quad precision and against the limits that they must meet.
#include "pk_models/kernels/kernels.hpp"
#include "pk_models/kernels/systems.hpp"
#include "pk_models/solution.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/kinetics.hpp"
#include "tests/support/oracle.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace kinetics_tests {

using namespace escalon;
using namespace escalon::pk;
using escalon::test::clearance;
using escalon::test::oracle;
using escalon::test::solved;
using escalon::test::WithinRel;
using escalon::test::volume;
using nlohmann::json;

namespace {

constexpr double nM_per_mg_L = 1e3 / 150; // of 150 kDa

double figure(json const& parameters, char const* name, double otherwise = 0) { return parameters.value(name, otherwise); }

std::optional<MolarConcentration> molar(json const& p, char const* name)
{
    if (!p.contains(name))
        return std::nullopt;
    return p[name].get<double>() * unit::nM;
}

/// The model of a case, in the units of its file.
Model model_of(json const& c, double tolerance)
{
    auto const& p = c["params"];
    auto const kind = c.value("model", std::string{"mm1"});
    auto const rate = [&](char const* name) { return figure(p, name) * unit::per_d; };
    if (kind.starts_with("mm")) {
        MichaelisMenten model{.CL = clearance(figure(p, "CL")),
                              .V1 = volume(figure(p, "V1", figure(p, "V"))),
                              .Q = clearance(figure(p, "Q")),
                              .VMAX = figure(p, "VMAX") * unit::mg_per_L_d,
                              .KM = figure(p, "KM") * unit::mg_per_L,
                              .tolerance = tolerance};
        if (p.contains("V2"))
            model.V2 = volume(p["V2"]);
        return model;
    }
    if (kind == "adc")
        return ConjugateAntigen{.CL = clearance(p["CL"]),
                                .V1 = volume(p["V1"]),
                                .Q = clearance(p["Q"]),
                                .V2 = volume(p["V2"]),
                                .KDC = rate("KDC"),
                                .KSS = *molar(p, "KSS"),
                                .KDEG = rate("KDEG"),
                                .KINT = rate("KINT"),
                                .R0 = molar(p, "R0"),
                                .tolerance = tolerance};
    TargetMediated model{.binding = kind == "full" ? Binding::full
                                    : kind == "qe" ? Binding::qe
                                                   : Binding::qss,
                         .CL = clearance(p["CL"]),
                         .V1 = volume(p["V1"]),
                         .Q = clearance(p["Q"]),
                         .V2 = volume(p["V2"]),
                         .KDEG = rate("KDEG"),
                         .KINT = rate("KINT"),
                         .R0 = molar(p, "R0"),
                         .tolerance = tolerance};
    if (model.binding == Binding::full) {
        model.KON = figure(p, "KON") * unit::per_nM_d;
        model.KOFF = rate("KOFF");
    } else {
        (model.binding == Binding::qe ? model.KD : model.KSS) = p.contains("KD") ? molar(p, "KD") : molar(p, "KSS");
    }
    return model;
}

std::vector<DoseEvent> doses_of(json const& c)
{
    std::vector<DoseEvent> doses;
    for (auto const& dose : c["doses"])
        doses.push_back({dose["time"], dose["dur"], dose["amt"]});
    return doses;
}

/// Which analyte a column of the files is.
struct Column {
    std::string name;
    Analyte analyte;
};

std::vector<Column> const columns{{"conc", Analyte::drug},
                                  {"drug_total", Analyte::drug},
                                  {"drug_free", Analyte::free_drug},
                                  {"adc_total", Analyte::drug},
                                  {"adc_free", Analyte::free_drug},
                                  {"tab_total", Analyte::total_antibody},
                                  {"tab_free", Analyte::free_antibody},
                                  {"peripheral", Analyte::peripheral},
                                  {"tab_peripheral", Analyte::peripheral},
                                  {"antigen_total", Analyte::antigen}};

/// A case worked out, and how far it is from the file at worst.
class Held {
public:
    Held(json const& c, double tolerance) : case_{c}, molar_{c["params"].contains("MW")}
    {
        auto const model = model_of(c, tolerance);
        auto const doses = doses_of(c);
        times_ = c["times"].get<std::vector<double>>();
        CoursePlan const plan{
            .doses = doses, .cuts_d = {window_d}, .samples_d = times_, .end = std::max(window_d, times_.back()) * unit::d};
        std::vector<Dosed> const patient(1);
        auto const solution = solve(model, patient, plan).front();
        REQUIRE_FALSE(solution.failure);
        for (auto const& column : columns)
            if (auto const place = solution.place(column.analyte); place && c.contains(column.name))
                hold_samples(column, solution, *place, doses);
        auto const window = solution.between(Time{}, window_d * unit::d);
        hold_one("cmax", std::array{"cmax", "cmax_total", "cmax_adc"}, solution.between(Time{}, plan.end).exposure.cmax.base());
        hold_one("auc", std::array{"auc_0_21", "auc_total_0_21", "auc_adc_0_21"}, window.exposure.auc.base());
        auto const whole = aucs_to_infinity(model, patient, doses).front();
        hold_one("auc to infinity", std::array{"auc_0_inf", "auc_total_0_inf", "auc_adc_0_inf"}, whole.value().base());
        if (c["params"].value("R0", 1.0) > 0)
            hold_one("half-life", std::array{"t_half_asymptotic", "t_half_adc_asymptotic"},
                     half_life_terminal(individual(model, {}, Etas{})).base(), 1);
    }

    double worst = 0;
    std::string where;

private:
    static constexpr double window_d = 21;

    double unit_of(Analyte analyte) const { return molar_ && analyte != Analyte::antigen ? nM_per_mg_L : 1; }

    void note(double got, double wanted, std::string const& what)
    {
        constexpr double nothing = 1e-13; // of a file's unit: antigen that is not there
        double const error = std::abs(got - wanted) <= nothing ? 0 : std::abs(got / wanted - 1);
        if (!(error <= worst)) {
            worst = error;
            where = case_["id"].get<std::string>() + ": " + what;
        }
    }

    void hold_samples(Column const& column, Solution const& solution, std::size_t place, std::vector<DoseEvent> const& doses)
    {
        for (std::size_t k = 0; k < times_.size(); ++k) {
            // the files have the value after a bolus
            bool const at_bolus = std::ranges::any_of(doses, [&](auto const& dose) {
                return dose.duration_d == 0 && dose.time_d == times_[k];
            });
            if (!at_bolus)
                note(solution.at_sample(k, place).base() * unit_of(column.analyte), case_[column.name][k],
                     fmt::format("{} on day {}", column.name, times_[k]));
        }
    }

    template <std::size_t n>
    void hold_one(char const* what, std::array<char const*, n> const& names, double got, double factor = 0)
    {
        for (auto const* name : names)
            if (case_.contains(name) && !case_[name].is_null())
                note(got * (factor > 0 ? factor : unit_of(Analyte::drug)), case_[name], what);
    }

    json const& case_;
    bool molar_;
    std::vector<double> times_;
};

void hold_file(std::string const& name, double tolerance, double allowed)
{
    auto const file = oracle(name);
    for (auto const& c : file["cases"]) {
        Held const held{c, tolerance};
        INFO(held.where);
        CHECK(held.worst <= allowed);
    }
}

} // namespace

TEST_CASE("quad-precision solutions are met to 1e-6 by default", "[pk][integrated]")
{
    for (auto const* file : {"pk_mm_2cpt.json", "pk_tmdd_qss.json", "pk_adc_canag.json", "pk_tmdd_full.json"})
        hold_file(file, Integrated::default_tolerance, 1e-6);
}

TEST_CASE("quad-precision solutions are met to 1e-9 at a tight tolerance", "[pk][integrated]")
{
    for (auto const* file : {"pk_mm_2cpt.json", "pk_tmdd_qss.json", "pk_adc_canag.json", "pk_tmdd_full.json"})
        hold_file(file, 1e-9, 1e-9);
}

TEST_CASE("saturable elimination after boluses has a closed form", "[pk][integrated]")
{
    hold_file("pk_mm_1cpt.json", Integrated::default_tolerance, 1e-10);
}

namespace {

/// The reference set of huC242-DM4 in a patient of 1.8 m2.
ConjugateAntigen huc242_with_antigen(double R0_nM, double tolerance = 1e-9)
{
    return {.CL = clearance(0.4248),
            .V1 = volume(3.132),
            .Q = clearance(0.54),
            .V2 = volume(1.62),
            .KDC = 0.058 * unit::per_d,
            .KSS = 1 * unit::nM,
            .KDEG = 0.7 * unit::per_d,
            .KINT = 1.4 * unit::per_d,
            .R0 = R0_nM * unit::nM,
            .tolerance = tolerance};
}

TargetMediated naked(double R0_nM, double KSS_nM = 1)
{
    auto const conjugate = huc242_with_antigen(R0_nM);
    return {.CL = conjugate.CL,
            .V1 = conjugate.V1,
            .Q = conjugate.Q,
            .V2 = conjugate.V2,
            .KSS = KSS_nM * unit::nM,
            .KDEG = conjugate.KDEG,
            .KINT = conjugate.KINT,
            .R0 = conjugate.R0,
            .tolerance = 1e-9};
}

std::vector<double> daily(int days)
{
    std::vector<double> times;
    for (int day = 1; day <= days; ++day)
        times.push_back(day);
    return times;
}

CoursePlan six_cycles(double amount_mg)
{
    CoursePlan plan{.samples_d = daily(126), .end = 126 * unit::d};
    for (int cycle = 0; cycle < 6; ++cycle)
        plan.doses.push_back({21.0 * cycle, 1.5 / 24, amount_mg});
    return plan;
}

/// Patients as a population has them, and a few that none has.
std::vector<Integrated> crowd(int number, Equations equations)
{
    std::mt19937_64 engine{7};
    std::normal_distribution<> normal;
    std::vector<Integrated> patients;
    for (int i = 0; i < number; ++i) {
        Etas etas{};
        for (auto& eta : etas)
            eta = 0.4 * normal(engine);
        double const R0 = 10 * std::exp(1.4 * normal(engine));
        if (equations == Equations::conjugate_antigen)
            patients.push_back(huc242_with_antigen(R0, 1e-6).individual({}, etas));
        else if (equations == Equations::quasi_steady_state)
            patients.push_back(naked(R0).individual({}, etas));
        else
            patients.push_back(MichaelisMenten{.CL = clearance(0.4),
                                               .V1 = volume(3.1),
                                               .Q = clearance(0.5),
                                               .V2 = volume(1.6),
                                               .VMAX = 10 * unit::mg_per_L_d,
                                               .KM = 2 * unit::mg_per_L}
                                   .individual({}, etas));
    }
    return patients;
}

/// What a kernel gives of a crowd, bit by bit.
std::vector<double> bits_of(kernels::Kernel const& kernel, std::vector<Integrated> const& patients, std::size_t batch,
                            kernels::Detail detail)
{
    auto const plan = six_cycles(302.4);
    pk::Course const course{plan.doses, plan.cuts_d, plan.end};
    auto const stretches = course.stretches();
    std::size_t const shown = detail == kernels::Detail::full ? analytes(patients.front().equations).size() : 1;
    std::vector<kernels::StretchRecord> records(patients.size() * stretches.size() * shown);
    std::vector<double> samples(patients.size() * plan.samples_d.size() * shown);
    std::vector<kernels::Ending> endings(patients.size());
    std::vector<kernels::Job> jobs;
    for (std::size_t i = 0; i < patients.size(); ++i)
        jobs.push_back({.parameters = patients[i].row.data(),
                        .stretches = stretches.data(),
                        .stretch_count = stretches.size(),
                        .amount = 1,
                        .samples = plan.samples_d.data(),
                        .sample_count = detail == kernels::Detail::full ? plan.samples_d.size() : 0,
                        .records = &records[i * stretches.size() * shown],
                        .concentrations = &samples[i * plan.samples_d.size() * shown],
                        .ending = &endings[i]});
    for (std::size_t from = 0; from < jobs.size(); from += batch)
        kernel.integrate(patients.front().equations, detail, std::span{jobs}.subspan(from, std::min(batch, jobs.size() - from)),
                         effort_for(1e-6));
    std::vector<double> all = samples;
    for (auto const& record : records)
        all.insert(all.end(), {record.start, record.end, record.auc, record.peak, record.peak_at});
    for (auto const& ending : endings)
        all.push_back(ending.steps);
    return all;
}

} // namespace

TEST_CASE("every kernel gives the same bits, whatever stands in the other lanes", "[pk][integrated]")
{
    for (auto const equations : {Equations::michaelis_menten, Equations::quasi_steady_state, Equations::conjugate_antigen})
        for (auto const detail : {kernels::Detail::measured, kernels::Detail::full}) {
            auto const patients = crowd(61, equations);
            auto const expected = bits_of(kernels::available().back(), patients, patients.size(), detail);
            for (auto const& kernel : kernels::available())
                for (std::size_t const batch : {std::size_t{1}, std::size_t{7}, std::size_t{16}, patients.size()}) {
                    INFO(kernel.name << ", batches of " << batch);
                    CHECK(bits_of(kernel, patients, batch, detail) == expected);
                }
        }
}

TEST_CASE("patients keep their bits in any order", "[pk][integrated]")
{
    std::mt19937_64 engine{3};
    std::normal_distribution<> normal;
    std::vector<Dosed> patients(40);
    for (auto& patient : patients) {
        for (auto& eta : patient.etas)
            eta = 0.4 * normal(engine);
        patient.amount_mg = 300;
    }
    PreparedCourse const course{{.cycle = 21 * unit::d, .cycles = 6, .infusion = 1.5 * unit::h}, 126 * unit::d};
    auto const areas = [&] {
        std::vector<double> found;
        for (auto const& exposure : exposures(huc242_with_antigen(100, 1e-6), patients, course))
            found.push_back(exposure.value().auc.base());
        return found;
    };
    auto const forwards = areas();
    std::ranges::reverse(patients);
    auto backwards = areas();
    std::ranges::reverse(backwards);
    CHECK(forwards == backwards);
}

TEST_CASE("without antigen the conjugate is linear", "[pk][integrated]")
{
    auto const model = huc242_with_antigen(0);
    Conjugate const linear{.CL = model.CL, .V1 = model.V1, .Q = model.Q, .V2 = model.V2, .KDC = model.KDC};
    auto const plan = six_cycles(302.4);
    auto const integrated = solved(model, plan);
    auto const closed = solved(linear, plan);
    for (auto const analyte : {Analyte::drug, Analyte::total_antibody})
        for (std::size_t k = 0; k < plan.samples_d.size(); ++k)
            CHECK(integrated.at_sample(k, *integrated.place(analyte)).base() ==
                  Approx(closed.at_sample(k, *closed.place(analyte)).base()).epsilon(1e-9));
    CHECK(half_life_terminal(individual(model, {}, Etas{})).base() ==
          Approx(half_life_terminal(individual(linear, {}, Etas{})).base()).epsilon(1e-12));
}

TEST_CASE("after one bolus the conjugate is the antibody times e^(-KDC t)", "[pk][integrated]")
{
    CoursePlan const plan{.doses = {{0, 0, 302.4}}, .samples_d = daily(60), .end = 60 * unit::d};
    auto const solution = solved(huc242_with_antigen(100, 1e-10), plan);
    for (std::size_t k = 0; k < plan.samples_d.size(); ++k)
        CHECK(
            solution.at_sample(k, *solution.place(Analyte::drug)).base() ==
            Approx(solution.at_sample(k, *solution.place(Analyte::total_antibody)).base() * std::exp(-0.058 * plan.samples_d[k]))
                .epsilon(1e-9));
}

TEST_CASE("what was given is eliminated or still there", "[pk][integrated]")
{
    for (double const R0 : {0.2, 10.0, 100.0, 1000.0}) {
        auto const model = naked(R0);
        auto const plan = six_cycles(302.4);
        auto const solution = solved(model, plan);
        auto const of = [&](Analyte analyte) { return solution.between(Time{}, plan.end, *solution.place(analyte)).exposure; };
        auto const total = of(Analyte::drug);
        auto const free = of(Analyte::free_drug);
        double const eliminated = model.CL.value * free.auc.base() +
                                  model.KINT.base() * model.V1.value * (total.auc.base() - free.auc.base());
        double const remaining = model.V1.value * total.trough.base() + model.V2.value * of(Analyte::peripheral).trough.base();
        CHECK(eliminated + remaining == Approx(6 * 302.4).epsilon(1e-9));
    }
}

TEST_CASE("full binding tends to quasi-steady-state as binding gets faster", "[pk][integrated]")
{
    auto const plan = six_cycles(302.4);
    auto const area = [&](TargetMediated const& model) {
        return solved(model, plan).between(Time{}, plan.end).exposure.auc.base();
    };
    auto const rest = area(naked(10));
    double last = 1;
    for (double const KON : {2.0, 8.0, 32.0}) {
        auto full = naked(10);
        full.binding = Binding::full;
        full.KSS.reset();
        full.KON = KON * unit::per_nM_d;
        full.KOFF = (KON * 1.0 - full.KINT.base()) * unit::per_d; // keeps KSS at 1 nM
        double const off = std::abs(area(full) / rest - 1);
        CHECK(off < last / 2);
        last = off;
    }
    CHECK(last < 1e-3);
}

TEST_CASE("the tighter the binding, the less its constant matters", "[pk][integrated]")
{
    auto const plan = six_cycles(302.4);
    auto const area = [&](double KSS) { return solved(naked(100, KSS), plan).between(Time{}, plan.end).exposure.auc.base(); };
    double const limit = area(1e-4);
    CHECK(std::abs(area(1e-2) / limit - 1) < std::abs(area(1e-1) / limit - 1));
    CHECK(area(1e-3) == Approx(limit).epsilon(1e-4));
}

TEST_CASE("extremes give figures or say where they gave up", "[pk][integrated]")
{
    struct Extreme {
        char const* what;
        ConjugateAntigen model;
        double amount_mg;
    };
    auto const with = [](auto change, double amount_mg = 302.4) {
        auto model = huc242_with_antigen(10, 1e-6);
        change(model);
        return Extreme{"", model, amount_mg};
    };
    std::vector<Extreme> const extremes{
        with([](auto& m) { m.R0 = 0 * unit::nM; }),
        with([](auto& m) { m.R0 = 1e4 * unit::nM; }), // 10^6 U/mL
        with([](auto& m) { m.KSS = 1e-4 * unit::nM; }),
        with([](auto& m) { m.KSS = 1e-4 * unit::nM, m.R0 = 1e4 * unit::nM; }),
        with([](auto& m) { m.CL = clearance(0); }),
        with([](auto& m) { m.CL = clearance(1e-12); }),
        with([](auto& m) { m.V2 = volume(1e-3); }),
        with([](auto& m) { m.V2 = volume(1e-9); }),
        with([](auto& m) { m.Q = clearance(0); }),
        with([](auto& m) { m.KDEG = 0 * unit::per_d, m.KINT = 0 * unit::per_d; }),
        with([](auto&) {}, 0),
    };
    for (auto const& extreme : extremes) {
        auto const solution = solved(extreme.model, six_cycles(extreme.amount_mg));
        if (solution.failure) {
            CHECK_FALSE(solution.failure->reason.empty());
            continue;
        }
        auto const found = solution.between(Time{}, 126 * unit::d).exposure;
        CHECK(std::isfinite(found.auc.base()));
        CHECK(found.auc.base() >= 0);
        CHECK(std::isfinite(found.cmax.base()));
    }
}

TEST_CASE("etas of five SD give figures", "[pk][integrated]")
{
    constexpr double five = 5 * 0.35;
    std::vector<Dosed> patients;
    for (int signs = 0; signs < 512; ++signs) {
        auto& patient = patients.emplace_back(Dosed{.amount_mg = 302.4});
        for (std::size_t k = 0; k < 9; ++k)
            patient.etas[k] = (signs >> k & 1) != 0 ? five : -five;
    }
    PreparedCourse const course{{.cycle = 21 * unit::d, .cycles = 6, .infusion = 1.5 * unit::h}, 126 * unit::d};
    for (auto const& exposure : exposures(huc242_with_antigen(10, 1e-6), patients, course)) {
        REQUIRE(exposure);
        CHECK(std::isfinite(exposure->auc.base()));
    }
}

TEST_CASE("a patient whose kinetics run away is told with the time, and the others go on", "[pk][integrated]")
{
    std::vector<Dosed> patients(20, Dosed{.amount_mg = 302.4});
    patients[7].etas[2] = std::numeric_limits<double>::quiet_NaN();
    PreparedCourse const course{{.cycle = 21 * unit::d, .cycles = 6, .infusion = 1.5 * unit::h}, 126 * unit::d};
    auto const found = exposures(naked(10), patients, course);
    for (std::size_t i = 0; i < patients.size(); ++i)
        CHECK(found[i].has_value() == (i != 7));
    auto const solutions = solve(naked(10), patients, six_cycles(1));
    for (std::size_t i = 0; i < patients.size(); ++i)
        CHECK(solutions[i].failure.has_value() == (i == 7));
    CHECK(solutions[7].failure->at.base() < 1);
    CHECK(solutions[7].failure->reason == "a figure that is no longer finite");
}

TEST_CASE("parameters that change by occasion", "[pk][integrated]")
{
    // an occasion that is like the others changes nothing; one that is not changes what comes after it
    auto const model = huc242_with_antigen(10);
    auto plan = six_cycles(1);
    plan.occasions_d = {21, 42, 63, 84, 105};
    std::vector<Etas> const alike(6);
    auto with = alike;
    with[2][0] = 0.5;
    Dosed const plain{.amount_mg = 302.4};
    Dosed same = plain;
    same.kappas = alike;
    Dosed other = plain;
    other.kappas = with;
    auto const without = solve(model, std::span{&plain, 1}, plan).front();
    auto const unchanged = solve(model, std::span{&same, 1}, plan).front();
    auto const changed = solve(model, std::span{&other, 1}, plan).front();
    for (int cycle = 0; cycle < 6; ++cycle) {
        auto const area = [&](Solution const& solution) {
            return solution.between(cycle * 21 * unit::d, (cycle + 1) * 21 * unit::d).exposure.auc.base();
        };
        CHECK(area(unchanged) == Approx(area(without)).epsilon(1e-12));
        if (cycle < 2)
            CHECK(area(changed) == Approx(area(without)).epsilon(1e-12));
        else if (cycle == 2)
            CHECK(area(changed) < 0.9 * area(without));
        else
            CHECK(area(changed) < area(without)); // less is left of the cycle before
    }
    // a whole course with the changed parameters is that of a patient who has them
    std::vector<Etas> const always(6, with[2]);
    Dosed throughout = plain;
    throughout.kappas = always;
    Dosed born = plain;
    born.etas = with[2];
    CHECK(solve(model, std::span{&throughout, 1}, plan).front().between(Time{}, 126 * unit::d).exposure.auc.base() ==
          Approx(solve(model, std::span{&born, 1}, plan).front().between(Time{}, 126 * unit::d).exposure.auc.base())
              .epsilon(1e-12));
}

TEST_CASE("a regimen's exposures are those of its whole solution, linear or not, alike or by occasion", "[pk][integrated]")
{
    Regimen const regimen{.cycle = 21 * unit::d, .cycles = 3, .infusion = 1.5 * unit::h};
    PreparedCourse const course{regimen, 63 * unit::d};
    CoursePlan const plan{.doses = dose_events(regimen, 1 * unit::mg), .occasions_d = {21, 42}, .end = 63 * unit::d};
    auto const conjugate = huc242_with_antigen(10);
    std::vector<Model> const models{
        conjugate, Conjugate{.CL = conjugate.CL, .V1 = conjugate.V1, .Q = conjugate.Q, .V2 = conjugate.V2, .KDC = conjugate.KDC},
        ThreeCompartment{
            .CL = conjugate.CL, .V1 = conjugate.V1, .Q2 = conjugate.Q, .V2 = conjugate.V2, .Q3 = conjugate.Q, .V3 = volume(3)},
        naked(10)};
    std::vector<Etas> kappas(3);
    kappas[1][0] = 0.3;
    kappas[2][1] = -0.2;
    for (auto const& model : models)
        for (bool const by_occasion : {false, true}) {
            Dosed patient{.amount_mg = 302.4};
            patient.etas[0] = 0.1;
            if (by_occasion)
                patient.kappas = kappas;
            auto const quick = exposures(model, std::span{&patient, 1}, course).front().value();
            auto const whole = solve(model, std::span{&patient, 1}, plan).front().between(Time{}, plan.end).exposure;
            INFO(name(model) << (by_occasion ? " by occasion" : ""));
            CHECK(quick.auc.base() == Approx(whole.auc.base()).epsilon(1e-8));
            CHECK(quick.cmax.base() == Approx(whole.cmax.base()).epsilon(1e-8));
            CHECK(quick.trough.base() == Approx(whole.trough.base()).epsilon(1e-8));
        }
}

TEST_CASE("exposures alone are within 1e-6 by default, troughs too, from little antigen to much", "[pk][integrated]")
{
    PreparedCourse const course{Regimen{.cycle = 21 * unit::d, .cycles = 2, .infusion = 1 * unit::h}, 42 * unit::d};
    for (double const antigen_nM : {0.1, 3.0, 30.0, 300.0})
        for (double const dose_mg : {32.0, 302.4}) {
            Dosed const patient{.amount_mg = dose_mg};
            auto const of = [&](auto model, double tolerance) {
                model.tolerance = tolerance;
                return exposures(model, std::span{&patient, 1}, course).front().value();
            };
            auto const hold = [&](auto const& model) {
                constexpr double allowed = 1e-6;
                auto const usual = of(model, 1e-6);
                auto const tight = of(model, 1e-10);
                INFO(model.name << ", antigen " << antigen_nM << " nM, dose " << dose_mg << " mg");
                CHECK_THAT(usual.auc.base(), WithinRel(tight.auc.base(), allowed));
                CHECK_THAT(usual.cmax.base(), WithinRel(tight.cmax.base(), allowed));
                CHECK_THAT(usual.trough.base(), WithinRel(tight.trough.base(), allowed));
            };
            hold(huc242_with_antigen(antigen_nM));
            hold(naked(antigen_nM));
        }
}

} // namespace kinetics_tests

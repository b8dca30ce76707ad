// Antibody that loses its payloads one by one: against its eighteen equations as they are written, the limits that it must meet, and what
// is printed of tusamitamab ravtansine.
#include "pk_models/event_solution.hpp"
#include "pk_models/kernels/kernels.hpp"
#include "pk_models/kernels/systems.hpp"
#include "pk_models/solution.hpp"
#include "pk_models/typical_values.hpp"
#include "pk_models/variability.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/kinetics.hpp"
#include "tests/support/pk_references.hpp"
#include "tests/unit/scenario_support.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <vector>

namespace kinetics_tests {

using namespace escalon;
using namespace escalon::pk;
using escalon::test::clearance;
using escalon::test::solved;
using escalon::test::volume;
using escalon::test::WithinAbs;
using escalon::test::WithinRel;

namespace {

constexpr std::size_t species = 9;

std::vector<Rate> rates(std::vector<double> const& per_d)
{
    std::vector<Rate> found;
    for (double const rate : per_d)
        found.push_back(rate * unit::per_d);
    return found;
}

/// Pouzin et al. (2022), table 4: shares add up to 99.8 %.
DarChain tusamitamab(double tolerance = Integrated::default_tolerance)
{
    return {.CL = clearance(0.392),
            .V1 = volume(3.37),
            .Q = clearance(0.543),
            .V2 = volume(2.54),
            .KDC = rates({0.0565, 0.181, 0.340, 0.525, 0.751, 0.938}),
            .CL_naked = clearance(0.408),
            .dose_mix = {0.071, 0.085, 0.175, 0.218, 0.199, 0.142, 0.071, 0.028, 0.009},
            .tolerance = tolerance};
}

/// The same drug with all of its dose at one DAR.
DarChain all_at(std::size_t dar, DarChain model = tusamitamab(1e-9))
{
    model.dose_mix.assign(species, 0);
    model.dose_mix[dar] = 1;
    return model;
}

/// The eighteen equations of amounts, mg, and two areas, stepped in long double.
class Plain {
public:
    using Real = long double;
    using State = std::array<Real, 2 * species + 2>;

    explicit Plain(DarChain const& of)
        : CL_{of.CL.value}, CL_naked_{of.CL_naked.value_or(of.CL).value}, V1_{of.V1.value}, Q_{of.Q.value}, V2_{of.V2.value}
    {
        Real sum = 0;
        for (std::size_t n = 0; n < species; ++n)
            sum += mix_[n] = n < of.dose_mix.size() ? of.dose_mix[n].value : 0;
        for (std::size_t n = 0; n < species; ++n)
            mix_[n] /= sum;
        for (std::size_t n = 1; n < species; ++n)
            loses_[n] = of.KDC[std::min(n, of.KDC.size()) - 1].base();
    }

    Real conjugate() const
    {
        Real sum = 0;
        for (std::size_t n = 1; n < species; ++n)
            sum += y_[n];
        return sum / V1_;
    }
    Real total() const { return conjugate() + y_[0] / V1_; }
    Real conjugate_auc() const { return y_[2 * species]; }
    Real total_auc() const { return y_[2 * species + 1]; }
    Real mean_dar() const
    {
        Real payloads = 0;
        for (std::size_t n = 1; n < species; ++n)
            payloads += static_cast<Real>(n) * y_[n];
        return payloads / V1_ / total();
    }

    void bolus(Real mg)
    {
        for (std::size_t n = 0; n < species; ++n)
            y_[n] += mix_[n] * mg;
    }

    void go(Real from_d, Real to_d, Real infusion_mg_per_d = 0)
    {
        namespace odeint = boost::numeric::odeint;
        static odeint::runge_kutta_fehlberg78<State, Real> const blank;
        auto stepper = odeint::make_controlled(Real(1e-18), Real(1e-15), blank);
        auto const motion = [&](State const& y, State& change, Real) {
            change[2 * species] = change[2 * species + 1] = 0;
            for (std::size_t n = 0; n < species; ++n) {
                Real const exchange = Q_ / V1_ * y[n] - Q_ / V2_ * y[species + n];
                change[n] = mix_[n] * infusion_mg_per_d - (n == 0 ? CL_naked_ : CL_) / V1_ * y[n] - exchange - loses_[n] * y[n];
                if (n + 1 < species)
                    change[n] += loses_[n + 1] * y[n + 1];
                change[species + n] = exchange;
                change[2 * species] += n == 0 ? 0 : y[n] / V1_;
                change[2 * species + 1] += y[n] / V1_;
            }
        };
        Real now = from_d;
        Real step = 1e-3L;
        while (now < to_d) {
            bool const last = step >= to_d - now;
            Real tried = last ? to_d - now : step;
            bool const accepted = stepper.try_step(motion, y_, now, tried) == odeint::success;
            if (!accepted || !last)
                step = tried;
        }
    }

private:
    Real CL_, CL_naked_, V1_, Q_, V2_;
    std::array<Real, species> mix_{};
    std::array<Real, species> loses_{};
    State y_{};
};

/// Infusions of 1.5 h on days 0, 14 and 28 and a bolus on day 3.
constexpr double infusion_d = 0.0625;
constexpr double bolus_day = 3;
constexpr double end_d = 84;

CoursePlan course()
{
    CoursePlan plan{.doses = {{0, infusion_d, 180}, {bolus_day, 0, 60}, {14, infusion_d, 180}, {28, infusion_d, 180}},
                    .end = end_d * unit::d};
    plan.samples_d = {0.02, infusion_d, 0.25, 1,  2,  bolus_day, 3.01, 4,  5,  7,  10,
                      14,   14.03,      15,   21, 28, 28.5,      35,   42, 56, 70, end_d};
    return plan;
}

/// Relative errors of the worst figures.
struct Worst {
    double sample = 0;
    double auc = 0;
};

Worst worst_of(DarChain const& model)
{
    auto const plan = course();
    auto const solution = solve(model, std::vector<Dosed>(1), plan).front();
    REQUIRE_FALSE(solution.failure);
    auto const drug = *solution.place(Analyte::drug);
    auto const total = *solution.place(Analyte::total_antibody);
    auto const off = [](double got, long double wanted) {
        return std::abs(static_cast<double>((static_cast<long double>(got) - wanted) / wanted));
    };
    Worst worst;
    Plain plain{model};
    double now_d = 0;
    for (std::size_t k = 0; k < plan.samples_d.size(); ++k) {
        while (now_d < plan.samples_d[k]) {
            double next_d = plan.samples_d[k];
            double flow_mg_per_d = 0;
            for (auto const& dose : plan.doses)
                for (double const event_d : {dose.time_d, dose.time_d + dose.duration_d})
                    if (event_d > now_d)
                        next_d = std::min(next_d, event_d);
            for (auto const& dose : plan.doses) {
                if (dose.duration_d == 0 && dose.time_d == now_d)
                    plain.bolus(dose.amount_mg);
                if (dose.time_d <= now_d && now_d < dose.time_d + dose.duration_d)
                    flow_mg_per_d = dose.amount_mg / dose.duration_d;
            }
            plain.go(now_d, next_d, flow_mg_per_d);
            now_d = next_d;
        }
        worst.sample = std::max({worst.sample, off(solution.at_sample(k, drug).base(), plain.conjugate()),
                                 off(solution.at_sample(k, total).base(), plain.total())});
    }
    worst.auc = std::max(off(solution.between(Time{}, plan.end, drug).exposure.auc.base(), plain.conjugate_auc()),
                         off(solution.between(Time{}, plan.end, total).exposure.auc.base(), plain.total_auc()));
    return worst;
}

/// After one infusion of a regimen as in practice.
CoursePlan one_dose(double amount_mg, double until_d, double infusion = infusion_d)
{
    CoursePlan plan{.doses = {{0, infusion, amount_mg}}, .end = until_d * unit::d};
    for (double day = 0.5; day <= until_d; day += 0.5)
        plan.samples_d.push_back(day);
    return plan;
}

/// Holds an analyte of the chain against the drug of another model at every sample.
void hold_same(DarChain const& chain, Analyte analyte, Model const& other)
{
    auto const plan = one_dose(180, 60);
    auto const found = solved(chain, plan);
    auto const wanted = solved(other, plan);
    auto const place = *found.place(analyte);
    for (std::size_t k = 0; k < plan.samples_d.size(); ++k)
        CHECK_THAT(found.at_sample(k, place).base(), WithinRel(wanted.at_sample(k).base(), 1e-9));
    auto const got = found.between(Time{}, plan.end, place).exposure;
    auto const held = wanted.between(Time{}, plan.end).exposure;
    CHECK_THAT(got.auc.base(), WithinRel(held.auc.base(), 1e-9));
    CHECK_THAT(got.cmax.base(), WithinRel(held.cmax.base(), 1e-9));
}

} // namespace

TEST_CASE("DAR chain: conjugate and total antibody are those of the plain equations", "[pk][dar_chain]")
{
    auto const chosen = GENERATE(as<int>{}, 0, 1, 2, 3, 4);
    auto const model = [&](double tolerance) {
        auto m = tusamitamab(tolerance);
        if (chosen == 1) // equal rates, where a sum of exponentials would divide by 0
            m.KDC = rates({0.3});
        if (chosen == 2) // the middle of the chain holds out longest
            m.KDC = rates({0.9, 0.02, 0.4, 2.5, 0.1, 1.2, 3, 0.7});
        if (chosen == 3)
            m = all_at(8, m), m.tolerance = tolerance;
        if (chosen == 4) { // a site-specific conjugate of DAR 2, one compartment
            m.Q = clearance(0);
            m.dose_mix = {0.02, 0.08, 0.9};
            m.KDC = rates({0.05, 0.1});
            m.CL_naked = clearance(0.2);
        }
        return m;
    };
    INFO("case " << chosen);
    auto const quick = worst_of(model(1e-6));
    CHECK(quick.sample < 1e-6);
    CHECK(quick.auc < 1e-6);
    auto const fine = worst_of(model(1e-9));
    CHECK(fine.sample < 1e-9);
    CHECK(fine.auc < 1e-9);
}

TEST_CASE("DAR chain: with CL_naked at CL, total antibody is a two-compartment drug", "[pk][dar_chain]")
{
    auto chain = tusamitamab(1e-10);
    chain.CL_naked.reset();
    hold_same(chain, Analyte::total_antibody, TwoCompartment{.CL = chain.CL, .V1 = chain.V1, .Q = chain.Q, .V2 = chain.V2});
}

TEST_CASE("DAR chain: one payload leaves the central compartment only", "[pk][dar_chain]")
{
    auto chain = all_at(1, tusamitamab(1e-10));
    // the conjugate is then a two-compartment drug with KDC V1 on its clearance
    hold_same(chain, Analyte::drug,
              TwoCompartment{.CL = clearance(0.392 + 0.0565 * 3.37), .V1 = chain.V1, .Q = chain.Q, .V2 = chain.V2});
    // and with nothing in the peripheral compartment the same as the model that loses it in both
    chain.Q = clearance(0);
    hold_same(chain, Analyte::drug,
              Conjugate{.CL = chain.CL, .V1 = chain.V1, .Q = chain.Q, .V2 = chain.V2, .KDC = 0.0565 * unit::per_d});
}

TEST_CASE("DAR chain: AUC to infinity by hand, and exposure in proportion to dose", "[pk][dar_chain]")
{
    auto const model = tusamitamab(1e-9);
    // what enters a species leaves it by proteolysis or for the next: AUC_n = (F_n dose + KDC_(n+1) V1 AUC_(n+1))/(CL + KDC_n V1)
    std::array const KDC{0.0, 0.0565, 0.181, 0.340, 0.525, 0.751, 0.938, 0.938, 0.938, 0.0};
    double above = 0;
    double conjugate = 0;
    double total = 0;
    for (std::size_t n = species; n-- > 0;) {
        above = (model.dose_mix[n] / 0.998 * 180 + KDC[n + 1] * 3.37 * above) / ((n == 0 ? 0.408 : 0.392) + KDC[n] * 3.37);
        total += above;
        conjugate += n == 0 ? 0 : above;
    }
    std::vector<Dosed> const patient(1);
    CHECK_THAT(aucs_to_infinity(model, patient, std::vector<DoseEvent>{{0, infusion_d, 180}}).front()->base(),
               WithinRel(conjugate, 1e-8));
    auto const long_enough = solved(model, one_dose(180, 400));
    CHECK_THAT(long_enough.between(Time{}, 400 * unit::d, *long_enough.place(Analyte::total_antibody)).exposure.auc.base(),
               WithinRel(total, 1e-8));
    auto const tenth = solved(model, one_dose(18, 60)).between(Time{}, 60 * unit::d).exposure;
    auto const whole = solved(model, one_dose(180, 60)).between(Time{}, 60 * unit::d).exposure;
    CHECK_THAT(tenth.auc.base() * 10, WithinRel(whole.auc.base(), 1e-9));
    CHECK_THAT(tenth.cmax.base() * 10, WithinRel(whole.cmax.base(), 1e-9));
}

TEST_CASE("DAR chain: the terminal half-life is that of the conjugate that lasts longest", "[pk][dar_chain]")
{
    auto const half_life_d = [](DarChain const& model) {
        return half_life_terminal(individual(Model{model}, {}, Etas{})).base();
    };
    auto const alone = [](double KDC_per_d) {
        return half_life_terminal(TwoCompartment{.CL = clearance(0.392 + KDC_per_d * 3.37),
                                                 .V1 = volume(3.37),
                                                 .Q = clearance(0.543),
                                                 .V2 = volume(2.54)}
                                      .individual({}, Etas{}))
            .base();
    };
    auto const late = [](DarChain const& model, double day) {
        auto plan = one_dose(180, day + 1);
        auto const solution = solved(model, plan);
        auto const last = plan.samples_d.size() - 1;
        return std::log(2) / std::log(solution.at_sample(last - 2).base() / solution.at_sample(last).base());
    };
    CHECK_THAT(half_life_d(tusamitamab()), WithinRel(alone(0.0565), 1e-12));
    CHECK_THAT(late(tusamitamab(1e-10), 300), WithinRel(alone(0.0565), 1e-4));
    auto middle = tusamitamab(1e-10);
    middle.KDC = rates({0.9, 0.02, 0.4, 2.5, 0.1, 1.2, 3, 0.7});
    CHECK_THAT(half_life_d(middle), WithinRel(alone(0.02), 1e-12));
    CHECK_THAT(late(middle, 300), WithinRel(alone(0.02), 1e-4));
    // what the dose neither holds nor leads to does not count
    middle.dose_mix = {0.5, 0.5};
    CHECK_THAT(half_life_d(middle), WithinRel(alone(0.9), 1e-12));
}

TEST_CASE("DAR chain: every kernel gives the same bits, whatever stands in the other lanes", "[pk][dar_chain]")
{
    std::mt19937_64 engine{7};
    std::normal_distribution<> normal;
    std::vector<Integrated> patients;
    for (int i = 0; i < 37; ++i) {
        Etas etas{};
        for (auto& eta : etas)
            eta = 0.4 * normal(engine);
        patients.push_back(tusamitamab().individual({}, etas));
    }
    auto const plan = course();
    pk::Course const parts{plan.doses, plan.cuts_d, plan.end};
    auto const stretches = parts.stretches();
    auto const bits_of = [&](kernels::Kernel const& kernel, kernels::Detail detail, std::size_t batch) {
        std::size_t const shown = detail == kernels::Detail::full ? analytes(Equations::dar_chain).size() : 1;
        std::size_t const samples = detail == kernels::Detail::full ? plan.samples_d.size() : 0;
        std::vector<kernels::StretchRecord> records(patients.size() * stretches.size() * shown);
        std::vector<double> all(patients.size() * samples * shown);
        std::vector<kernels::Ending> endings(patients.size());
        std::vector<kernels::Job> jobs;
        for (std::size_t i = 0; i < patients.size(); ++i)
            jobs.push_back({.parameters = patients[i].row.data(),
                            .stretches = stretches.data(),
                            .stretch_count = stretches.size(),
                            .amount = 1,
                            .samples = plan.samples_d.data(),
                            .sample_count = samples,
                            .records = &records[i * stretches.size() * shown],
                            .concentrations = all.data() + i * samples * shown,
                            .ending = &endings[i]});
        for (std::size_t from = 0; from < jobs.size(); from += batch)
            kernel.integrate(Equations::dar_chain, detail, std::span{jobs}.subspan(from, std::min(batch, jobs.size() - from)),
                             effort_for(1e-6));
        for (auto const& record : records)
            all.insert(all.end(), {record.start, record.end, record.auc, record.peak, record.peak_at});
        for (auto const& ending : endings) {
            CHECK(ending.status == kernels::Status::done);
            all.push_back(ending.steps);
        }
        return all;
    };
    for (auto const detail : {kernels::Detail::measured, kernels::Detail::full}) {
        auto const expected = bits_of(kernels::available().back(), detail, patients.size());
        for (auto const& kernel : kernels::available())
            for (std::size_t const batch : {std::size_t{1}, std::size_t{7}, patients.size()}) {
                INFO(kernel.name << ", batches of " << batch);
                CHECK(bits_of(kernel, detail, batch) == expected);
            }
    }
}

TEST_CASE("DAR chain: a table of events gives what a course of the same doses gives", "[pk][dar_chain]")
{
    auto const model = tusamitamab(1e-10);
    auto const plan = course();
    std::vector<EventRecord> records;
    for (auto const& dose : plan.doses)
        records.push_back({.time_d = dose.time_d, .amt_mg = dose.amount_mg, .dur_d = dose.duration_d, .evid = evid::dose});
    PatientEvents const events{"1", records, first_compartment(model)};
    auto const by_events = solve(model, events, std::vector<PatientOccasion>(1), plan.samples_d, plan.end);
    auto const by_course = solved(model, plan);
    REQUIRE_FALSE(by_events.failure);
    for (std::size_t k = 0; k < plan.samples_d.size(); ++k)
        for (std::size_t analyte = 0; analyte < 2; ++analyte)
            if (plan.samples_d[k] != bolus_day) // a course samples before a dose, a table of events may after
                CHECK_THAT(by_events.at_sample(k, analyte).base(), WithinRel(by_course.at_sample(k, analyte).base(), 1e-9));
}

TEST_CASE("DAR chain: one eta moves every rate of the linker, and naked antibody follows CL unless it has its own",
          "[pk][dar_chain]")
{
    using System = kernels::DarChainSystem;
    auto const names = parameter_names(Model{tusamitamab()});
    Omega const omega{.variances = {{"CL", 0.219961}, {"KDC", 0.040804}, {"CL_naked", 0.119025}}};
    CHECK(omega.faults(names).empty());
    Etas etas{};
    etas[4] = 0.5;
    auto const usual = tusamitamab().individual({}, Etas{});
    auto const fragile = tusamitamab().individual({}, etas);
    for (std::size_t n = 0; n < System::most; ++n)
        CHECK_THAT(fragile.row[System::KDC1 + n], WithinRel(usual.row[System::KDC1 + n] * std::exp(0.5), 1e-14));
    CHECK(usual.row[System::KDC1 + 7] == 0.938); // the last rate of the list holds on

    Etas quick{};
    quick[0] = 0.3;
    auto without = tusamitamab();
    without.CL_naked.reset();
    CHECK(without.individual({}, quick).row[System::k10_naked] == without.individual({}, quick).row[System::k10]);
    CHECK(tusamitamab().individual({}, quick).row[System::k10_naked] == usual.row[System::k10_naked]);

    auto const typical = typical_values(tusamitamab());
    CHECK(typical[4]->value == 0.0565); // a list counts as its first figure ...
    auto const shifted = std::get<DarChain>(with_shift(tusamitamab(), etas));
    CHECK_THAT(shifted.KDC.front().base(), WithinRel(0.0565 * std::exp(0.5), 1e-14)); // ... and shifts as a whole
    CHECK_THAT(shifted.KDC.back().base(), WithinRel(0.938 * std::exp(0.5), 1e-14));
    CHECK_FALSE(typical_values(without)[5]);
}

TEST_CASE("DAR chain: a dose that is not one is told", "[pk][dar_chain]")
{
    CHECK(tusamitamab().faults().empty()); // 99.8 %, as printed
    CHECK_THAT(tusamitamab().dose_dar(), WithinAbs(3.29 / 0.998, 0.002));
    auto const one_fault = [](auto change) {
        auto model = tusamitamab();
        change(model);
        auto const faults = model.faults();
        REQUIRE(faults.size() == 1);
        return faults.front();
    };
    CHECK(one_fault([](auto& m) { m.dose_mix[2] = 0; }).problem == "the shares of the dose add up to 0.823");
    CHECK(one_fault([](auto& m) { m.dose_mix = {1}; }).field == "dose_mix");
    CHECK(one_fault([](auto& m) { m.dose_mix = {}; }).field == "dose_mix");
    CHECK(one_fault([](auto& m) { m.dose_mix.assign(10, 0.1); }).problem ==
          "there are 10 shares, but 9 species, of 0 to 8 payloads");
    CHECK(one_fault([](auto& m) { m.KDC.clear(); }).field == "KDC");
    CHECK(one_fault([](auto& m) { m.KDC.resize(9, 1 * unit::per_d); }).field == "KDC");
}

TEST_CASE("tusamitamab ravtansine: exposures of the first cycle are those that Pouzin 2022 prints", "[published][pk][dar_chain]")
{
    // table 7, 100 mg/m2 in a patient of 1.79 m2, infused over 1.5 h; its molar Cmax is that of 150 kDa, its AUC is in mg*d/L
    constexpr double mg_per_L_in_uM = 150;
    auto const first = solved(tusamitamab(), one_dose(179, 14));
    auto const drug = first.between(Time{}, 14 * unit::d).exposure;
    auto const whole = first.between(Time{}, 14 * unit::d, *first.place(Analyte::total_antibody)).exposure;
    CHECK_THAT(drug.cmax.base(), WithinRel(0.326 * mg_per_L_in_uM, 0.002));
    CHECK_THAT(drug.auc.base(), WithinRel(250, 0.003));
    CHECK_THAT(whole.cmax.base() - drug.cmax.base(),
               WithinRel(0.0249 * mg_per_L_in_uM, 0.006)); // both at the end of the infusion
    CHECK_THAT(whole.auc.base() - drug.auc.base(), WithinRel(32.5, 0.002));
    // its half-life of the conjugate
    CHECK_THAT(half_life_terminal(individual(Model{tusamitamab()}, {}, Etas{})).base(), WithinAbs(8.8, 0.05));
}

TEST_CASE("tusamitamab ravtansine: the DAR falls from 3.3 to 1.8 in a week", "[published][pk][dar_chain]")
{
    Plain plain{tusamitamab()};
    plain.bolus(180);
    CHECK_THAT(static_cast<double>(plain.mean_dar()), WithinAbs(3.3, 0.05));
    CHECK_THAT(static_cast<double>(plain.mean_dar()), WithinRel(tusamitamab().dose_dar(), 1e-12));
    plain.go(0, 7);
    CHECK_THAT(static_cast<double>(plain.mean_dar()), WithinAbs(1.8, 0.05));
    plain.go(7, 14);
    CHECK_THAT(static_cast<double>(plain.mean_dar()), WithinAbs(1.4, 0.05));
    // of all that 180 mg give in the end, 0.9 % of the conjugate's AUC and 2.5 % of the antibody's come after day 60
    auto const exposure = solved(tusamitamab(), one_dose(180, 60, 0));
    auto const drug = exposure.between(Time{}, 60 * unit::d).exposure;
    CHECK_THAT(drug.cmax.base(), WithinRel(50, 0.01));
    CHECK_THAT(drug.auc.base(), WithinRel(357, 0.002));
    CHECK_THAT(exposure.between(Time{}, 60 * unit::d, *exposure.place(Analyte::total_antibody)).exposure.auc.base(),
               WithinRel(444, 0.002));
}

TEST_CASE("tusamitamab ravtansine: the scenario holds the model, every rate and share of it", "[published][pk][dar_chain]")
{
    auto const scenario = read_scenario(test::shipped("published/tusamitamab.yaml"), {});
    auto const model = std::get<DarChain>(*scenario.pk);
    auto const expected = tusamitamab();
    CHECK(model.individual({}, Etas{}).row == expected.individual({}, Etas{}).row);
    auto const names = parameter_names(*scenario.pk);
    CHECK(scenario.population.omega.faults(names).empty());
    // SDs of eta as table 4 prints them
    for (auto const& [parameter, sd] :
         {std::pair{"CL", 0.469}, {"V1", 0.245}, {"Q", 0.529}, {"V2", 0.605}, {"KDC", 0.202}, {"CL_naked", 0.345}}) {
        INFO(parameter);
        auto const& variances = scenario.population.omega.variances;
        auto const found = std::ranges::find(variances, parameter, &Omega::Variance::parameter);
        REQUIRE(found != variances.end());
        CHECK_THAT(found->variance, WithinRel(sd * sd, 1e-12));
    }
    CHECK(yaml_text(resolved_tree(parse_scenario(yaml_text(resolved_tree(scenario)), "again.yaml", {}))) ==
          yaml_text(resolved_tree(scenario)));
}

} // namespace kinetics_tests

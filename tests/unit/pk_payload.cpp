// Freed payload of a conjugate, and time above a threshold for any model.
#include "pk_models/event_solution.hpp"
#include "pk_models/kernels/kernels.hpp"
#include "pk_models/solution.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/pk_references.hpp"

#include <array>
#include <cmath>
#include <cstring>
#include <vector>

namespace kinetics_tests {

using namespace escalon;
using namespace escalon::pk;
using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

namespace {

constexpr double mg_per_nmol = 0.15;
constexpr double DAR = 3.5;
constexpr double payload_L = 1.5;
constexpr double weight_mg = 300;

/// The conjugate's equations with those of its payload, in nM, as the sixth state.
struct WithPayload {
    static constexpr std::size_t states = 6;
    static constexpr std::array<std::size_t, 2> dosed{0, 3};

    reference::ConjugateAntigen<> conjugate;
    double loss_per_d = 0;
    double released = 1;

    template <class Real>
    Real concentration(double amount_mg) const
    {
        return conjugate.concentration<Real>(amount_mg);
    }
    template <class Real>
    std::array<Real, states> start() const
    {
        return {0, 0, Real(conjugate.antigen.R0_nM), 0, 0, 0};
    }
    template <class Real>
    auto motion(Real inflow) const
    {
        return [=, *this, move = conjugate.motion<Real>(inflow)](auto const& y, auto& change) {
            move(y, change);
            auto const& drug = conjugate.drug;
            Real const KSS = Real(conjugate.KSS_nM);
            Real const C = reference::free_drug(Real(y[0]), Real(y[2]), KSS);
            Real const F = KSS / (KSS + y[2] - y[0] + C);
            Real const by_linker = Real(conjugate.KDC_per_d) * (Real(drug.V1_L) * y[3] + Real(drug.V2_L) * y[4]);
            Real const by_catabolism = Real(drug.CL_L_per_d) * F * y[3] +
                                       Real(conjugate.antigen.KINT_per_d) * Real(drug.V1_L) * (1 - F) * y[3];
            change[5] = Real(DAR) / Real(payload_L) * (by_linker + Real(released) * by_catabolism) - Real(loss_per_d) * y[5];
        };
    }
    auto measured(auto const& y) const { return y[5]; }
};

Payload payload_lost_at(double per_d, double released = 1)
{
    return {.CL = per_d * payload_L * unit::L_per_d,
            .V = payload_L * unit::L,
            .DAR = DAR,
            .MW = 0.78 * unit::kDa,
            .released = released};
}

ConjugateAntigen with_antigen(Payload payload, double tolerance = Integrated::default_tolerance)
{
    return {.CL = sized(0.42 * unit::L_per_d),
            .V1 = sized(3.1 * unit::L),
            .Q = sized(0.54 * unit::L_per_d),
            .V2 = sized(1.6 * unit::L),
            .KDC = 0.058 * unit::per_d,
            .KSS = 1 * unit::nM,
            .KDEG = 0.7 * unit::per_d,
            .KINT = 1.4 * unit::per_d,
            .R0 = 30 * unit::nM,
            .payload = payload,
            .tolerance = tolerance};
}

Conjugate without_antigen(Payload payload)
{
    return {.CL = sized(0.42 * unit::L_per_d),
            .V1 = sized(3.1 * unit::L),
            .Q = sized(0.54 * unit::L_per_d),
            .V2 = sized(1.6 * unit::L),
            .KDC = 0.058 * unit::per_d,
            .antigen_clearance = {},
            .payload = payload};
}

WithPayload reference_of(double loss_per_d, double R0_nM, double released = 1)
{
    return {.conjugate = {.drug = {.CL_L_per_d = 0.42, .V1_L = 3.1, .Q_L_per_d = 0.54, .V2_L = 1.6},
                          .antigen = {.R0_nM = R0_nM, .KDEG_per_d = 0.7, .KINT_per_d = 1.4},
                          .KSS_nM = 1,
                          .KDC_per_d = 0.058},
            .loss_per_d = loss_per_d,
            .released = released};
}

/// An infusion, a bolus, an infusion that meets what is left.
std::vector<DoseEvent> doses()
{
    return {{.time_d = 0, .duration_d = 1.5 / 24, .amount_mg = 1}, {.time_d = 21, .amount_mg = 0.5}, {24, 0.25, 0.7}};
}

std::vector<reference::Dose> reference_doses()
{
    std::vector<reference::Dose> found;
    for (auto const& dose : doses())
        found.push_back({dose.time_d, dose.duration_d, dose.amount_mg * weight_mg});
    return found;
}

/// Samples of the first minutes and of all phases; none at a bolus.
std::vector<double> const samples_d{1e-3, 0.01, 0.05,   0.07,  0.1,  0.3, 1,    2,  5,  9,
                                    14,   20.9, 21.001, 21.02, 21.5, 23,  24.1, 25, 30, 42};

Dosed patient() { return {.patient = {}, .etas = {}, .amount_mg = weight_mg}; }

Solution solved_for_patient(Model const& model, CoursePlan const& plan)
{
    auto const one = patient();
    return solve(model, {&one, 1}, plan).front();
}

CoursePlan plan() { return {.doses = doses(), .samples_d = samples_d, .end = 42 * unit::d}; }

void check_against(WithPayload const& reference, Solution const& solution)
{
    auto const expected = reference::solve_fehlberg78_long_double(reference, reference_doses(), samples_d, 1e-15L);
    auto const place = solution.place(Analyte::payload).value();
    for (std::size_t s = 0; s < samples_d.size(); ++s) {
        INFO("day " << samples_d[s] << ", payload lost at " << reference.loss_per_d << " /d");
        CHECK_THAT(solution.at_sample(s, place).base(), WithinRel(expected.at[s][5], 1e-6));
    }
    auto const whole = solution.between(Time{}, 42 * unit::d, place).exposure;
    CHECK_THAT(whole.auc.base(), WithinRel(expected.auc.back(), 1e-6));
    CHECK_THAT(whole.trough.base(), WithinRel(expected.at.back()[5], 1e-6));
}

/// The highest of a reference near a time at which it was found, by samples on either side.
double highest_near(WithPayload const& reference, double at_d, double before_d, double after_d)
{
    std::vector<double> times;
    constexpr int points = 2000;
    for (int k = 0; k <= points; ++k)
        times.push_back(at_d - before_d + (before_d + after_d) * k / points);
    double highest = 0;
    for (auto const& state : reference::solve_fehlberg78_long_double(reference, reference_doses(), times, 1e-13L).at)
        highest = std::max(highest, state[5]);
    return highest;
}

} // namespace

TEST_CASE("freed payload is that of an independent integration, however quickly it is cleared", "[pk][payload]")
{
    auto const loss_per_d = GENERATE(0.5, 5.0, 240.0);
    check_against(reference_of(loss_per_d, 30), solved_for_patient(with_antigen(payload_lost_at(loss_per_d)), plan()));
    check_against(reference_of(loss_per_d, 0), solved_for_patient(without_antigen(payload_lost_at(loss_per_d)), plan()));
}

TEST_CASE("only a share of what catabolised antibody carries may reach plasma", "[pk][payload]")
{
    check_against(reference_of(5, 30, 0.25), solved_for_patient(with_antigen(payload_lost_at(5, 0.25)), plan()));
    check_against(reference_of(5, 0, 0), solved_for_patient(without_antigen(payload_lost_at(5, 0)), plan()));
}

TEST_CASE("payload peaks between doses are found", "[pk][payload]")
{
    auto const loss_per_d = GENERATE(0.5, 5.0, 240.0);
    auto const reference = reference_of(loss_per_d, 30);
    auto with_cut = plan();
    with_cut.cuts_d = {21};
    auto const solution = solved_for_patient(with_antigen(payload_lost_at(loss_per_d)), with_cut);
    auto const place = solution.place(Analyte::payload).value();
    for (auto const& [from, to] : {std::pair{0.0, 21.0}, std::pair{21.0, 24.0}}) {
        auto const window = solution.between(Time::from_base(from), Time::from_base(to), place);
        double const at_d = window.tmax.base();
        INFO("payload lost at " << loss_per_d << " /d, peak at day " << at_d);
        CHECK(at_d > from);
        double const near_d = std::min(0.02, 0.9 * (at_d - from));
        CHECK_THAT(window.exposure.cmax.base(), WithinRel(highest_near(reference, at_d, near_d, near_d), 1e-6));
        CHECK(window.exposure.cmax.base() >=
              highest_near(reference, 0.5 * (from + to), 0.5 * (to - from), 0.5 * (to - from) - 1e-6) * (1 - 1e-6));
    }
}

TEST_CASE("the antibody and the conjugate are the same with and without payload", "[pk][payload]")
{
    auto plain = with_antigen(payload_lost_at(240));
    plain.payload.reset();
    auto const without = solved_for_patient(plain, plan());
    auto const with = solved_for_patient(with_antigen(payload_lost_at(240)), plan());
    REQUIRE(with.analytes().size() == without.analytes().size() + 1);
    CHECK(with.analytes().back() == Analyte::payload);
    CHECK_FALSE(without.place(Analyte::payload));
    for (std::size_t a = 0; a < without.analytes().size(); ++a) {
        CHECK(with.between(Time{}, 42 * unit::d, a).exposure.auc == without.between(Time{}, 42 * unit::d, a).exposure.auc);
        for (std::size_t s = 0; s < samples_d.size(); ++s)
            CHECK(with.at_sample(s, a) == without.at_sample(s, a));
    }
    Conjugate linear = without_antigen(payload_lost_at(240));
    auto const closed = solved_for_patient(linear, plan());
    linear.payload.reset();
    CHECK(closed.between(Time{}, 42 * unit::d).exposure.auc ==
          solved_for_patient(linear, plan()).between(Time{}, 42 * unit::d).exposure.auc);
}

TEST_CASE("payload cleared and payload left are the payload that was released", "[pk][payload]")
{
    // what the conjugate lost by linker and catabolism is what was given less what is still there
    auto const loss_per_d = GENERATE(0.01, 0.5, 240.0);
    auto const model = with_antigen(payload_lost_at(loss_per_d));
    auto const solution = solved_for_patient(model, plan());
    auto const trough = [&](Analyte analyte) {
        return solution.between(Time{}, 42 * unit::d, solution.place(analyte).value()).exposure.trough.base();
    };
    auto const payload = solution.between(Time{}, 42 * unit::d, solution.place(Analyte::payload).value()).exposure;
    double const cleared_nmol = loss_per_d * payload_L * payload.auc.base();
    double const left_nmol = payload_L * payload.trough.base();
    // peripheral conjugate is no analyte: that of a reference
    auto const end =
        reference::solve_fehlberg78_long_double(reference_of(loss_per_d, 30), reference_doses(), samples_d, 1e-15L).at.back();
    double const given_nmol = 2.2 * weight_mg / mg_per_nmol;
    double const still_nmol = 3.1 * trough(Analyte::drug) / mg_per_nmol + 1.6 * end[4];
    CHECK_THAT(cleared_nmol + left_nmol, WithinRel(DAR * (given_nmol - still_nmol), 1e-7));
}

TEST_CASE("the AUC of payload to infinity is all of it over its clearance", "[pk][payload]")
{
    auto const loss_per_d = GENERATE(0.5, 5.0, 240.0, 5000.0);
    for (Model const& model :
         {Model{with_antigen(payload_lost_at(loss_per_d))}, Model{without_antigen(payload_lost_at(loss_per_d))}}) {
        auto long_after = plan();
        long_after.end = 500 * unit::d;
        auto const solution = solved_for_patient(model, long_after);
        auto const auc = solution.between(Time{}, 500 * unit::d, solution.place(Analyte::payload).value()).exposure.auc.base();
        CHECK_THAT(auc, WithinRel(DAR * 2.2 * weight_mg / mg_per_nmol / (loss_per_d * payload_L), 1e-7));
    }
}

TEST_CASE("payload has the same bits in every instruction set", "[pk][payload][kernels]")
{
    std::vector<Integrated> patients;
    for (double const loss_per_d : {0.5, 5.0, 240.0, 3000.0}) {
        Etas const etas{};
        patients.push_back(with_antigen(payload_lost_at(loss_per_d)).individual({}, etas));
        patients.push_back(without_antigen(payload_lost_at(loss_per_d, 0.5)).with_payload({}, etas));
    }
    pk::Course const course{doses(), {}, 42 * unit::d};
    auto const shown = analytes(Equations::conjugate_payload).size();
    auto const run = [&](kernels::Kernel const& kernel) {
        auto const stretches = course.stretches();
        std::vector<kernels::StretchRecord> records(patients.size() * stretches.size() * shown);
        std::vector<double> figures(patients.size() * samples_d.size() * shown);
        std::vector<kernels::Ending> endings(patients.size());
        std::vector<kernels::Job> jobs;
        for (std::size_t i = 0; i < patients.size(); ++i)
            jobs.push_back({.parameters = patients[i].row.data(),
                            .stretches = stretches.data(),
                            .stretch_count = stretches.size(),
                            .amount = weight_mg,
                            .samples = samples_d.data(),
                            .sample_count = samples_d.size(),
                            .records = &records[i * stretches.size() * shown],
                            .concentrations = &figures[i * samples_d.size() * shown],
                            .ending = &endings[i]});
        kernel.integrate(Equations::conjugate_payload, kernels::Detail::full, jobs, effort_for(1e-6));
        for (auto const& record : records)
            for (double const figure : {record.start, record.end, record.auc, record.peak, record.peak_at})
                figures.push_back(figure);
        return figures;
    };
    auto const expected = run(kernels::available().back());
    for (auto const& kernel : kernels::available()) {
        INFO(kernel.name);
        auto const found = run(kernel);
        CHECK(std::memcmp(found.data(), expected.data(), found.size() * sizeof(double)) == 0);
    }
}

TEST_CASE("payload of a table of events is that of the same regimen", "[pk][payload][events]")
{
    std::vector<EventRecord> records;
    for (auto const& dose : doses())
        records.push_back(
            {.time_d = dose.time_d, .amt_mg = dose.amount_mg * weight_mg, .dur_d = dose.duration_d, .evid = evid::dose});
    PatientEvents const events{"1", records, FirstCompartment::central};
    for (Model const& model : {Model{with_antigen(payload_lost_at(240))}, Model{without_antigen(payload_lost_at(240))}}) {
        auto const expected = solved_for_patient(model, plan());
        std::array const occasions{PatientOccasion{0, {}, {}}};
        auto const found = solve(model, events, occasions, samples_d, 42 * unit::d);
        REQUIRE(found.analytes().back() == Analyte::payload);
        auto const place = found.analytes().size() - 1;
        for (std::size_t s = 0; s < samples_d.size(); ++s)
            CHECK_THAT(found.at_sample(s, place).base(), WithinRel(expected.at_sample(s, place).base(), 1e-9));
        CHECK_THAT(found.between(Time{}, 42 * unit::d, place).exposure.auc.base(),
                   WithinRel(expected.between(Time{}, 42 * unit::d, place).exposure.auc.base(), 1e-9));
    }
}

TEST_CASE("payload as heavy as an antibody is told", "[pk][payload]")
{
    auto payload = payload_lost_at(240);
    CHECK(payload.faults().empty());
    payload.MW = 150 * unit::kDa;
    REQUIRE(payload.faults().size() == 1);
    CHECK(payload.faults().front().field == "MW");
}

TEST_CASE("time above a threshold of a linear model is that of the closed form", "[pk][time_above]")
{
    Model const model = without_antigen(payload_lost_at(240));
    TwoCompartment const absorbed{.CL = sized(0.42 * unit::L_per_d),
                                  .V1 = sized(3.1 * unit::L),
                                  .Q = sized(0.54 * unit::L_per_d),
                                  .V2 = sized(1.6 * unit::L),
                                  .KA = 1.2 * unit::per_d};
    auto given = doses();
    for (auto& dose : given)
        dose.amount_mg *= weight_mg;
    auto const one = patient();
    Time const window = 42 * unit::d;
    for (double const threshold_mg_per_L : {0.5, 5.0, 20.0, 30.0, 60.0, 90.0, 96.7, 200.0}) {
        auto const threshold = threshold_mg_per_L * unit::mg_per_L;
        INFO(threshold_mg_per_L << " mg/L");
        auto const found = times_above(model, {&one, 1}, {.doses = doses(), .end = window}, threshold, Time{}, window).front();
        auto const expected = time_above(std::get<Disposition>(individual(model, {}, Etas{})), given, threshold, window);
        CHECK_THAT(found.value().base(), WithinAbs(expected.base(), 1e-6));
    }
    auto oral = doses();
    for (auto& dose : oral)
        dose.duration_d = 0;
    auto oral_given = oral;
    for (auto& dose : oral_given)
        dose.amount_mg *= weight_mg;
    for (double const threshold_mg_per_L : {0.5, 5.0, 20.0, 30.0, 45.0, 60.0}) {
        auto const threshold = threshold_mg_per_L * unit::mg_per_L;
        INFO(threshold_mg_per_L << " mg/L, absorbed");
        auto const found = times_above(absorbed, {&one, 1}, {.doses = oral, .end = window}, threshold, Time{}, window).front();
        auto const expected = time_above(absorbed.individual({}, Etas{}), oral_given, threshold, window);
        CHECK_THAT(found.value().base(), WithinAbs(expected.base(), 1e-6));
    }
}

TEST_CASE("time above a threshold with antigen is that of dense samples", "[pk][time_above]")
{
    Model const model = with_antigen(payload_lost_at(5), 1e-10);
    auto const one = patient();
    CoursePlan dense{.doses = doses(), .end = 42 * unit::d};
    constexpr int points = 420000;
    constexpr double apart_d = 42.0 / points;
    for (int k = 0; k < points; ++k)
        dense.samples_d.push_back((k + 0.5) * apart_d);
    auto const solution = solved_for_patient(model, dense);
    for (auto const& [analyte, threshold] : {std::pair{Analyte::drug, 8.0}, std::pair{Analyte::drug, 40.0},
                                             std::pair{Analyte::payload, 60.0}, std::pair{Analyte::antigen, 20.0}}) {
        auto const place = solution.place(analyte).value();
        double counted_d = 0;
        for (std::size_t k = 0; k < dense.samples_d.size(); ++k)
            counted_d += solution.at_sample(k, place).base() > threshold ? apart_d : 0;
        auto const found = times_above(model, {&one, 1}, {.doses = doses(), .end = 42 * unit::d},
                                       Concentration::from_base(threshold), Time{}, 42 * unit::d, analyte);
        INFO(name_of(analyte) << " above " << threshold);
        CHECK(counted_d > 0);
        CHECK(counted_d < 42);
        CHECK_THAT(found.front().value().base(), WithinAbs(counted_d, 6 * apart_d));
    }
}

TEST_CASE("time above a threshold counts only the window, and no analyte that the model lacks", "[pk][time_above]")
{
    Model const model = without_antigen(payload_lost_at(240));
    std::array const two{patient(), Dosed{.patient = {}, .etas = {}, .amount_mg = 0}};
    CoursePlan const course{.doses = doses(), .end = 42 * unit::d};
    auto const threshold = 20 * unit::mg_per_L;
    auto const over = [&](double from, double to) {
        return times_above(model, two, course, threshold, Time::from_base(from), Time::from_base(to));
    };
    CHECK_THAT(over(0, 10)[0]->base() + over(10, 42)[0]->base(), WithinAbs(over(0, 42)[0]->base(), 1e-6));
    CHECK(over(0, 42)[1]->base() == 0);
    CHECK(over(0, 21)[0]->base() < 21); // the dose at its end does not count
    auto varied = two;
    std::array<Etas, 2> kappas{};
    kappas[1][0] = 0.5;
    for (auto& each : varied)
        each.kappas = kappas;
    auto by_occasion = course;
    by_occasion.occasions_d = {21};
    auto const of_varied = [&](double from, double to) {
        return times_above(model, varied, by_occasion, threshold, Time::from_base(from), Time::from_base(to))[0]->base();
    };
    CHECK_THAT(of_varied(0, 21), WithinAbs(over(0, 21)[0]->base(), 1e-6));
    CHECK(of_varied(21, 42) < over(21, 42)[0]->base()); // cleared faster
    CHECK_FALSE(times_above(model, two, course, threshold, Time{}, 42 * unit::d, Analyte::antigen)[0]);
}

} // namespace kinetics_tests

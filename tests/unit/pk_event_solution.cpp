// Tables of events through models with and without a closed form: where they must agree, they do.
#include "pk_models/event_solution.hpp"
#include "pk_models/fault_error.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/kinetics.hpp"

#include <cmath>
#include <random>
#include <vector>

namespace kinetics_tests {

using namespace escalon;
using namespace escalon::pk;
using escalon::test::clearance;
using escalon::test::volume;

namespace {

/// Without antigen both are the same drug.
ConjugateAntigen integrated(double R0_nM = 0)
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
            .tolerance = 1e-10};
}

Conjugate linear()
{
    return {.CL = clearance(0.4248), .V1 = volume(3.132), .Q = clearance(0.54), .V2 = volume(1.62), .KDC = 0.058 * unit::per_d};
}

PatientEvents patient(std::vector<EventRecord> records) { return {"1", std::move(records), FirstCompartment::central}; }

EventRecord dose(double time_d, double amt_mg, double dur_d = 0)
{
    return {.time_d = time_d, .amt_mg = amt_mg, .dur_d = dur_d, .evid = evid::dose};
}

std::vector<double> const every_half_day = [] {
    std::vector<double> times;
    for (double day = 0.5; day <= 40; day += 0.5)
        times.push_back(day);
    return times;
}();

std::vector<double> seen(Model const& model, PatientEvents const& events, std::vector<PatientOccasion> const& occasions = {{}})
{
    auto const solution = solve(model, events, occasions, every_half_day, 40 * unit::d);
    REQUIRE_FALSE(solution.failure);
    std::vector<double> found;
    for (std::size_t k = 0; k < every_half_day.size(); ++k)
        found.push_back(solution.at_sample(k).base());
    return found;
}

void check_alike(std::vector<double> const& a, std::vector<double> const& b, double tolerance)
{
    REQUIRE(a.size() == b.size());
    for (std::size_t k = 0; k < a.size(); ++k)
        CHECK(a[k] == Approx(b[k]).epsilon(tolerance).margin(1e-9));
}

} // namespace

TEST_CASE("integration and closed form agree on overlapping infusions, a dose during one and a missed one", "[pk][events]")
{
    auto const events = patient({dose(0, 300, 2), dose(1, 100, 3), dose(2.5, 50), dose(7, 200, 0.1), dose(28, 300, 0.0625)});
    check_alike(seen(integrated(), events), seen(linear(), events), 1e-8);
}

TEST_CASE("integration and closed form agree on additional doses, resets and occasions", "[pk][events]")
{
    auto weekly = dose(0, 150, 0.1);
    weekly.ii_d = 7;
    weekly.addl = 3;
    auto reset = EventRecord{.time_d = 12.3, .evid = evid::reset};
    auto again = dose(30, 100, 0.5);
    again.evid = evid::reset_and_dose;
    auto const events = patient({weekly, reset, dose(15, 90), again});
    PatientOccasion later{.from_d = 20};
    later.etas[0] = 0.4;
    later.etas[3] = -0.3;
    std::vector<PatientOccasion> const occasions{{}, later};
    check_alike(seen(integrated(), events, occasions), seen(linear(), events, occasions), 1e-8);
}

TEST_CASE("integration and closed form agree on a hundred random tables", "[pk][events]")
{
    std::mt19937_64 engine{5};
    std::uniform_real_distribution<> uniform;
    for (int table = 0; table < 100; ++table) {
        std::vector<EventRecord> records;
        double at_d = 0;
        for (int k = 0; k < 6; ++k) {
            records.push_back(dose(at_d, 20 + 300 * uniform(engine), uniform(engine) < 0.3 ? 0 : 3 * uniform(engine)));
            if (uniform(engine) < 0.15)
                records.back().evid = evid::reset_and_dose;
            at_d += 0.2 + 9 * uniform(engine);
        }
        check_alike(seen(integrated(), patient(records)), seen(linear(), patient(records)), 1e-8);
    }
}

TEST_CASE("a steady state that is run into is the closed form's", "[pk][events]")
{
    auto steady = dose(0, 200, 0.1);
    steady.ii_d = 14;
    steady.ss = 1;
    auto const events = patient({steady, dose(20, 100)});
    check_alike(seen(integrated(), events), seen(linear(), events), 1e-7);
}

TEST_CASE("with antigen a steady state repeats itself", "[pk][events]")
{
    auto steady = dose(0, 200, 0.1);
    steady.ii_d = 14;
    steady.ss = 1;
    steady.addl = 3;
    auto const found = seen(integrated(100), patient({steady}));
    for (std::size_t k = 0; k + 28 < found.size() && k < 27; ++k) // half days of one interval
        CHECK(found[k] == Approx(found[k + 28]).epsilon(1e-6));
}

TEST_CASE("a reset gives antigen back its baseline", "[pk][events]")
{
    auto again = dose(14, 300, 0.1);
    again.evid = evid::reset_and_dose;
    auto const found = seen(integrated(100), patient({dose(0, 300, 0.1), again}));
    for (std::size_t k = 0; k < 20; ++k)
        CHECK(found[k + 28] == Approx(found[k]).epsilon(1e-8));
}

TEST_CASE("integration and closed form agree on tables with steady states, at the times of doses too", "[pk][events]")
{
    std::mt19937_64 engine{17};
    std::uniform_real_distribution<> uniform;
    auto const chance = [&](double probability) { return uniform(engine) < probability; };
    for (int table = 0; table < 60; ++table) {
        std::vector<EventRecord> records;
        std::vector<double> samples_d;
        double at_d = chance(0.5) ? 0 : uniform(engine);
        for (int k = 0; k < 6; ++k) {
            auto next = dose(at_d, 20 + 300 * uniform(engine), chance(0.6) ? 0 : 3 * uniform(engine));
            if (chance(0.2))
                next.evid = evid::reset_and_dose;
            if (chance(0.4)) {
                next.ss = 1;
                next.ii_d = chance(0.5) ? 7 : 1 + 13 * uniform(engine);
                next.addl = chance(0.3) ? 2 : 0;
            }
            records.push_back(next);
            samples_d.push_back(at_d);
            samples_d.push_back(at_d + 0.1);
            at_d += chance(0.5) ? 7 : 0.2 + 9 * uniform(engine);
        }
        auto const events = patient(records);
        auto const end = (samples_d.back() + (chance(0.3) ? 0 : 5)) * unit::d;
        std::vector<PatientOccasion> occasions{{}};
        if (chance(0.3)) {
            occasions.push_back({.from_d = samples_d[4]});
            occasions.back().etas[0] = 0.4;
        }
        auto const found = solve(integrated(), events, occasions, samples_d, end);
        auto const expected = solve(linear(), events, occasions, samples_d, end);
        REQUIRE_FALSE(found.failure);
        for (std::size_t k = 0; k < samples_d.size(); ++k) {
            CAPTURE(table, k, samples_d[k], records[k / 2].ss, occasions.size());
            CHECK(found.at_sample(k).base() == Approx(expected.at_sample(k).base()).epsilon(1e-7).margin(1e-9));
        }
        for (std::size_t k = 0; k < 5; ++k) {
            auto const from = records[k].time_d * unit::d;
            auto const to = records[k + 1].time_d * unit::d;
            CAPTURE(table, k);
            auto const window = found.between(from, to);
            auto const exact = expected.between(from, to);
            CHECK(window.exposure.auc.base() == Approx(exact.exposure.auc.base()).epsilon(1e-7));
            CHECK(window.exposure.cmax.base() == Approx(exact.exposure.cmax.base()).epsilon(1e-7));
            if (records[k].addl == 0) // else there are peaks as high as one another
                CHECK(window.tmax.base() == Approx(exact.tmax.base()).margin(1e-6));
        }
    }
}

TEST_CASE("after a steady state with antigen nothing of what was before is left", "[pk][events]")
{
    auto steady = dose(0, 200, 0.1);
    steady.ii_d = 14;
    steady.ss = 1;
    auto late = steady;
    late.time_d = 10;
    auto const at_once = seen(integrated(100), patient({steady}));
    auto const later = seen(integrated(100), patient({dose(0, 500), dose(9, 100, 3), late}));
    for (std::size_t k = 0; k + 20 < later.size(); ++k)
        CHECK(later[k + 20] == Approx(at_once[k]).epsilon(1e-8));
}

TEST_CASE("what integrated models do not take of a table is told", "[pk][events]")
{
    auto added = dose(7, 200, 0.1);
    added.ii_d = 14;
    added.ss = 2;
    CHECK_THROWS_WITH(seen(integrated(), patient({dose(0, 100), added})), test::ContainsSubstring("records[1].SS"));
}

} // namespace kinetics_tests

#include "pk_models/kernels/kernels.hpp"
#include "pk_models/schedule.hpp"

#include "tests/support/catch.hpp"

#include <cmath>
#include <random>
#include <vector>

namespace kinetics_tests {

using namespace escalon;
using namespace escalon::pk;

namespace {

/// Ordinary patients, and some at the edges: no exchange, no loss, fast and slow exchange.
std::vector<Rates> crowd()
{
    std::mt19937_64 engine{11};
    std::normal_distribution<> normal;
    std::vector<Rates> patients;
    auto const varied = [&](double typical) { return typical * std::exp(0.5 * normal(engine)); };
    for (int i = 0; i < 83; ++i)
        patients.push_back({.V1_L = varied(3.1),
                            .k10_per_d = varied(0.2),
                            .k12_per_d = varied(0.17),
                            .k21_per_d = varied(0.33),
                            .k20_per_d = i % 2 == 0 ? varied(0.06) : 0});
    patients.push_back({.V1_L = 3, .k10_per_d = 0.2});
    patients.push_back({.V1_L = 3, .k10_per_d = 0});
    patients.push_back({.V1_L = 3, .k10_per_d = 0, .k12_per_d = 0.2, .k21_per_d = 0.3});
    patients.push_back({.V1_L = 3, .k10_per_d = 0.2, .k12_per_d = 1e-8, .k21_per_d = 0.3});
    patients.push_back({.V1_L = 3, .k10_per_d = 1e-7, .k12_per_d = 1e4, .k21_per_d = 1e4});
    patients.push_back({.V1_L = 3, .k10_per_d = 50, .k12_per_d = 0.2, .k21_per_d = 1e-4});
    patients.push_back({.V1_L = 3, .k10_per_d = 0.3, .k12_per_d = 0.2, .k21_per_d = 0.5});
    return patients;
}

std::vector<Schedule> schedules()
{
    Regimen const every_three_weeks{.days = {1}, .cycle = 21 * unit::d, .cycles = 6, .infusion = 1.5 * unit::h};
    Regimen const boluses{.days = {1, 8}, .cycle = 21 * unit::d, .cycles = 4};
    Regimen const fractionated{.days = {1, 4, 7}, .cycle = 28 * unit::d, .cycles = 2, .infusion = 2 * unit::h};
    std::vector<DoseEvent> const overlapping{{0, 2, 1}, {1, 3, 2}, {1.5, 0, 1}, {10, 1, 1}};
    return {Schedule{every_three_weeks, 126 * unit::d}, Schedule{every_three_weeks, 21 * unit::d},
            Schedule{boluses, 84 * unit::d}, Schedule{fractionated, 56 * unit::d}, Schedule{overlapping, 20 * unit::d}};
}

bool same_bits(UnitExposure const& a, UnitExposure const& b)
{
    return a.auc_d_per_L == b.auc_d_per_L && a.cmax_per_L == b.cmax_per_L && a.trough_per_L == b.trough_per_L &&
           a.average_per_L == b.average_per_L;
}

} // namespace

TEST_CASE("lanes agree with one patient at a time", "[pk][linear]")
{
    constexpr double rounding_of_lanes = 2e-13;
    auto const patients = crowd();
    for (auto const& schedule : schedules()) {
        auto const found = schedule.exposures(patients);
        for (std::size_t i = 0; i < patients.size(); ++i) {
            auto const alone = schedule.exposure(Disposition{patients[i]});
            INFO("patient " << i);
            CHECK(found[i].auc_d_per_L == Approx(alone.auc_d_per_L).epsilon(rounding_of_lanes));
            CHECK(found[i].cmax_per_L == Approx(alone.cmax_per_L).epsilon(rounding_of_lanes));
            CHECK(found[i].trough_per_L == Approx(alone.trough_per_L).epsilon(1e-12).margin(1e-280)); // e^-700 stands for less
            CHECK(found[i].average_per_L == Approx(alone.average_per_L).epsilon(rounding_of_lanes));
        }
    }
}

TEST_CASE("every kernel gives the same bits of linear patients, in any batch", "[pk][linear]")
{
    auto const patients = crowd();
    for (auto const& schedule : schedules()) {
        std::vector<UnitExposure> expected(patients.size());
        kernels::available().back().expose(patients, schedule.plan(), expected);
        for (auto const& kernel : kernels::available())
            for (std::size_t const batch : {std::size_t{1}, std::size_t{5}, std::size_t{16}, patients.size()}) {
                std::vector<UnitExposure> found(patients.size());
                for (std::size_t from = 0; from < patients.size(); from += batch) {
                    auto const count = std::min(batch, patients.size() - from);
                    kernel.expose(std::span{patients}.subspan(from, count), schedule.plan(),
                                  std::span{found}.subspan(from, count));
                }
                INFO(kernel.name << ", batches of " << batch);
                CHECK(std::ranges::equal(found, expected, same_bits));
            }
    }
}

} // namespace kinetics_tests

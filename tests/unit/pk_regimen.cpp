#include "pk_models/regimen.hpp"

#include "tests/support/catch.hpp"

namespace kinetics_tests {

using namespace escalon;
using namespace escalon::pk;

TEST_CASE("every three weeks for two cycles gives an infusion on days 1 and 22", "[pk][regimen]")
{
    Regimen const regimen{.days = {1}, .cycle = 21 * unit::d, .cycles = 2, .infusion = 1.5 * unit::h};
    auto const events = dose_events(regimen, 302.4 * unit::mg);
    REQUIRE(events.size() == 2);
    CHECK(events[0] == DoseEvent{0, 1.5 / 24, 302.4});
    CHECK(events[1] == DoseEvent{21, 1.5 / 24, 302.4});
}

TEST_CASE("days 1, 4 and 7 of four weeks", "[pk][regimen]")
{
    Regimen const regimen{.days = {1, 4, 7}, .cycle = 28 * unit::d, .cycles = 2};
    auto const events = dose_events(regimen, 1 * unit::mg);
    REQUIRE(events.size() == 6);
    CHECK(events[2].time_d == 6);
    CHECK(events[3].time_d == 28);
    CHECK(events[3].duration_d == 0);
}

TEST_CASE("a sound regimen has no faults", "[pk][regimen]")
{
    CHECK(Regimen{.days = {1, 8, 15}, .cycle = 21 * unit::d, .cycles = 6}.faults().empty());
    CHECK(Regimen{.days = {21}, .cycle = 21 * unit::d}.faults().empty());
}

TEST_CASE("every fault of a regimen is told together, with its place", "[pk][regimen]")
{
    auto const faults = Regimen{.days = {0, 8, 8, 22}, .cycle = 21 * unit::d}.faults();
    REQUIRE(faults.size() == 3);
    CHECK(faults[0].field == "days[0]");
    CHECK(faults[1].field == "days[2]");
    CHECK(faults[1].problem == "day 8 does not come after day 8");
    CHECK(faults[2].field == "days[3]");
    CHECK(faults[2].problem == "day 22 lies outside a cycle of 21 d");
    CHECK(Regimen{.days = {}}.faults().size() == 1);
}

} // namespace kinetics_tests

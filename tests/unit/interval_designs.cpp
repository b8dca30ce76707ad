// The interval designs: sentences, options, and what is said of wrong ones.
#include "sim/designs/catalog.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/unit/scenario_support.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

std::string reason(auto const& design, std::string_view outcomes) { return next(design, outcomes).reason; }

} // namespace

TEST_CASE("each interval design says in a sentence what it sees", "[design][interval]")
{
    CHECK(reason(Keyboard{}, "1NNN 2NTT") ==
          "2/3 at 20 mg/m2: the strongest key (0.65 to 0.75) lies above the target key (0.25 to 0.35): de-escalate");
    CHECK(reason(Keyboard{}, "1NNN 2NNT") == "1/3 at 20 mg/m2: the target key (0.25 to 0.35) is the strongest: stay");
    CHECK(reason(Keyboard{}, "1NNN") ==
          "0/3 at 10 mg/m2: the strongest key (0 to 0.05) lies below the target key (0.25 to 0.35): escalate");
    CHECK(reason(Mtpi2{}, "1NNN 2NTT") ==
          "2/3 at 20 mg/m2: the unit probability mass is largest in 0.65 to 0.75, above 0.25 to 0.35: de-escalate");
    CHECK(reason(Mtpi{}, "1NNN 2NNT") ==
          "1/3 at 20 mg/m2: the unit probability mass is 1.047 below 0.25 to 0.35, 1.753 within, 0.866 above: stay");
    CHECK(reason(I3Plus3{}, "1NNN 2NNN 2NTT") == "2/6 at 20 mg/m2: a rate of 0.33 lies within 0.25 to 0.35: stay");
    CHECK(reason(I3Plus3{}, "1NNN 2NT") ==
          "1/2 at 20 mg/m2: a rate of 0.50 lies above 0.25 to 0.35, but 0.00, the rate with one DLT fewer, lies below it: stay");
    CHECK(reason(I3Plus3{}, "1NNN 2NTT") ==
          "2/3 at 20 mg/m2: a rate of 0.67 lies above 0.25 to 0.35, and 0.33, the rate with one "
          "DLT fewer, does not lie below it: de-escalate");
    CHECK(reason(G3Plus3{}, "1NNN 2NNT") == "1/3 at 20 mg/m2: 3 patients are judged as in 3+3, by the count of DLTs: stay");
}

TEST_CASE("G3+3 follows 3+3 after three and six patients, whatever its interval", "[design][g3plus3]")
{
    G3Plus3 wide;
    wide.common.target = 0.3;
    wide.equivalence = {0.1, 0.4};
    CHECK(next(wide, "1NNN 2NNT") == treat(level(2), 3));
    CHECK(next(wide, "1NNN 2NNT 2NNN") == treat(level(3), 3));
    CHECK(next(wide, "1NNN 2NNT 2NNT") == treat(level(1), 3));
    CHECK(next(wide, "1NNN 2NNT 2NN") == treat(level(2), 3));
}

TEST_CASE("G3+3 aims at 25 % unless it is told otherwise, and its interval moves with the target", "[design][g3plus3]")
{
    CHECK(G3Plus3{}.common.aim() == 0.25);
    CHECK(read(with_design("name: g3plus3")).target() == 0.25);
    CHECK_THAT(G3Plus3{}.equivalence_interval().low, WithinAbs(0.20, 1e-15));
    CHECK_THAT(G3Plus3{}.equivalence_interval().high, WithinAbs(0.29, 1e-15));
    CHECK(faults_of(with_design("name: g3plus3, target: 0.3")).empty());
}

TEST_CASE("G3+3 names the highest level below those from which it steps down, or the level nearest the target",
          "[design][g3plus3]")
{
    G3Plus3 design;
    design.common.max_patients = 12;
    auto const outcomes = "1NNN 2NNN 3NNNTT 4T"; // 2/5 at level 3 and 1/1 at level 4: step down
    CHECK(next(design, outcomes) == stop(level(2), StopCause::max_patients));
    CHECK(next(design, "1NTT 1NNN 1NNT 1NNN") == stop(level(1), StopCause::max_patients));
    CHECK(next(design, "1NNN 2NNN 3NNN 4NNN") == stop(level(4), StopCause::max_patients));
    design.mtd = G3Mtd::nearest_target;
    CHECK(next(design, outcomes) == stop(level(3), StopCause::max_patients));
}

TEST_CASE("posterior masses that are equal but for rounding go to the higher interval", "[design][interval]")
{
    // exactly 1.12 within 0.2 to 0.3 and above it, for Beta(2, 2); the same on any symmetric interval around 0.25
    for (double const margin : {0.02, 0.03, 0.05, 0.1}) {
        Mtpi design;
        design.common.target = 0.25;
        design.eps1 = design.eps2 = margin;
        CHECK(next(design, "1NNN 2NT") == treat(level(1), 3));
    }
    // keys below and above 0.5 mirror each other when half of the patients had a DLT
    for (double const margin : {0.02, 0.05, 0.1})
        for (auto const* outcomes : {"1NNN 2NT", "1NNN 2NTNT", "1NNN 2NTNTNTNT"}) {
            Keyboard design;
            design.common.target = 0.5 - margin;
            design.margin_left = design.margin_right = margin;
            CHECK(next(design, outcomes) == treat(level(1), 3));
        }
}

TEST_CASE("keys that are cut short count per unit of width, or are left out", "[design][keyboard]")
{
    Keyboard design;
    design.common.target = 0.25;
    design.margin_left = design.margin_right = 0.1;
    CHECK(next(design, "1NNN") == treat(level(2), 3));
    design.end_keys = EndKeys::left_out;
    CHECK(design.faults().size() == 1);
    design.margin_left = design.margin_right = 0.05;
    CHECK(design.faults().empty());
    CHECK(next(design, "1NNN") == treat(level(2), 3));
}

TEST_CASE("elimination starts from as many patients as an option says", "[design][interval]")
{
    Keyboard design;
    design.common.target = 0.2; // P(p > 0.2 | 1/1) = 0.96
    CHECK(next(design, "1T") == treat(level(1), 3));
    design.interval.eliminate_from = 1;
    CHECK(next(design, "1T") == stop_without_mtd());
}

TEST_CASE("TPI eliminates under its own prior", "[design][tpi]")
{
    Tpi design;
    design.common.target = 0.25;
    auto const outcomes = "1NNN 2TTTNN"; // P(p > 0.25) is 0.96 under Beta(1, 1), and 0.90 under Beta(0.005, 0.005)
    CHECK(next(design, std::string{outcomes} + " 1NNN") == treat(level(2), 3));
    design.prior_dlts = design.prior_no_dlts = 1;
    CHECK(next(design, std::string{outcomes} + " 1NNN") == treat(level(1), 3));
}

TEST_CASE("an interval that does not hold the target is told at its place", "[scenario][interval]")
{
    check_faults_of_design("name: i3plus3, target: 0.3, interval: [0.35, 0.45]",
                           {"s.yaml:6:", "error: 0.35 to 0.45 does not hold the target, 0.3",
                            "hint: choose low below and high above"});
    check_faults_of_design("name: g3plus3, interval: [0.3, 0.4]", {"does not hold the target, 0.25"});
    check_faults_of_design("name: i3plus3, interval: [0.35, 0.25]", {"an interval has a low and a high end"});
    check_faults_of_design("name: i3plus3, interval: [0.25]", {"an interval has a low and a high end"});
    check_faults_of_design("name: i3plus3, target: 0.04", {"leaves (0, 1)", "write interval: [low, high] around the target"});
    check_faults_of_design("name: i3plus3, interval: [25, 35]", {"must lie between 0 and 1"});
}

TEST_CASE("margins that leave nothing beside the interval are told at their place", "[scenario][interval]")
{
    check_faults_of_design("name: keyboard, margin_left: 0.3",
                           {"s.yaml:6:", "0.3 below a target of 0.3 leaves no rate at which to escalate"});
    check_faults_of_design("name: keyboard, margin_right: 0.7",
                           {"0.7 above a target of 0.3 leaves no rate at which to de-escalate"});
    check_faults_of_design("name: keyboard, margin_left: 0, margin_right: 0",
                           {"the interval around the target is narrower than 0.001"});
    check_faults_of_design("name: keyboard, target: 0.25, margin_left: 0.1, margin_right: 0.1, end_keys: left_out",
                           {"no whole key lies on one side of the target key 0.15 to 0.35", "write end_keys: rescaled"});
    check_faults_of_design("name: mtpi, eps1: 0.4", {"0.4 below a target of 0.3", "eps1 lies below the target; 0.05 is usual"});
    check_faults_of_design("name: mtpi2, eps2: 0.75", {"0.75 above a target of 0.3"});
    check_faults_of_design("name: mtpi, target: 0.05", {"0.05 below a target of 0.05"});
    check_faults_of_design("name: tpi, k1: 0", {"'k1' must be above 0"});
    check_faults_of_design("name: mtpi, eps: 0.1", {"unknown key 'eps'", "eps1"});
    check_faults_of_design("name: keyboard, target: 25", {"rates are fractions"});
}

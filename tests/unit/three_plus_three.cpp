// 3+3, its variants and A+B, decision by decision.
#include "tests/support/case_reports.hpp"
#include "tests/support/variants.hpp"

using namespace escalon;
using namespace escalon::test;

TEST_CASE("3+3 starts with three patients at the lowest level", "[design][three_plus_three]")
{
    for (auto const& [name, design] : variants)
        CHECK(next(design, "") == treat(level(1), 3));
}

TEST_CASE("3+3 starts where the ladder or the option says", "[design][three_plus_three]")
{
    DoseLadder const doses{DoseUnit::mg_per_m2, {10, 20, 30, 40}, level(2)};
    ThreePlusThree third;
    third.common.start_level = 3;
    CHECK(next(ThreePlusThree{}, "", doses) == treat(level(2), 3));
    CHECK(next(third, "", doses) == treat(level(3), 3));
}

TEST_CASE("3+3 escalates after no DLT in three", "[design][three_plus_three]")
{
    for (auto const& [name, design] : variants) {
        CHECK(next(design, "1NNN") == treat(level(2), 3));
        CHECK(next(design, "1NNN 2NNN") == treat(level(3), 3));
    }
}

TEST_CASE("3+3 expands a level after one DLT in three", "[design][three_plus_three]")
{
    for (auto const& [name, design] : variants) {
        CHECK(next(design, "1NNT") == treat(level(1), 3));
        CHECK(next(design, "1NNN 2NNT") == treat(level(2), 3));
    }
}

TEST_CASE("3+3 escalates after one DLT in six", "[design][three_plus_three]")
{
    for (auto const& [name, design] : variants)
        CHECK(next(design, "1NNN 2NNT 2NNN") == treat(level(3), 3));
}

TEST_CASE("3+3 recommends nothing when the lowest level is too toxic", "[design][three_plus_three]")
{
    for (auto const& [name, design] : variants) {
        CHECK(next(design, "1NTT") == stop_without_mtd());
        CHECK(next(design, "1TTT") == stop_without_mtd());
        CHECK(next(design, "1NNT 1NNT") == stop_without_mtd());
        CHECK(next(design, "1NNT 1TTT") == stop_without_mtd());
    }
}

TEST_CASE("3+3 without de-escalation names the level below at once", "[design][three_plus_three]")
{
    CHECK(next(no_deescalation, "1NNN 2NTT") == stop(level(1)));
    CHECK(next(no_deescalation, "1NNN 2NNT 2NNT") == stop(level(1)));
    CHECK(next(no_deescalation, "1NNT 1NNN 2TTT") == stop(level(1)));
}

TEST_CASE("3+3 with de-escalation fills the level below to six", "[design][three_plus_three]")
{
    for (auto const& design : {korn, six_required_everywhere}) {
        CHECK(next(design, "1NNN 2NTT") == treat(level(1), 3));
        CHECK(next(design, "1NNN 2NTT 1NNN") == stop(level(1)));
        CHECK(next(design, "1NNN 2NTT 1NNT") == stop(level(1)));
        CHECK(next(design, "1NNN 2NTT 1NTT") == stop_without_mtd());
        CHECK(next(design, "1NNT 1NNN 2NTT") == stop(level(1)));
    }
}

TEST_CASE("3+3 de-escalates level by level while levels prove too toxic", "[design][three_plus_three]")
{
    for (auto const& design : {korn, six_required_everywhere}) {
        CHECK(next(design, "1NNN 2NNN 3NNN 4NTT 3NTT") == treat(level(2), 3));
        CHECK(next(design, "1NNN 2NNN 3NNN 4NTT 3NTT 2NTT") == treat(level(1), 3));
        CHECK(next(design, "1NNN 2NNN 3NNN 4NTT 3NTT 2NTT 1NNT") == stop(level(1)));
        CHECK(next(design, "1NNN 2NNT 2NNN 3NTT") == stop(level(2)));
    }
}

TEST_CASE("3+3 accepts the top level after three unless six are required there", "[design][three_plus_three]")
{
    auto const two = ladder(2);
    auto const top = stop(level(2), StopCause::top_not_exceeded);
    CHECK(next(no_deescalation, "1NNN 2NNN", two) == top);
    CHECK(next(korn, "1NNN 2NNN", two) == top);
    CHECK(next(six_required_everywhere, "1NNN 2NNN", two) == treat(level(2), 3));
    CHECK(next(six_required_everywhere, "1NNN 2NNN 2NNN", two) == top);
    CHECK(next(six_required_everywhere, "1NNN 2NNN 2NNT", two) == top);
    CHECK(next(six_required_everywhere, "1NNN 2NNN 2NTT", two) == treat(level(1), 3));
    for (auto const& [name, design] : variants)
        CHECK(next(design, "1NNN 2NNT", two) == treat(level(2), 3));
}

TEST_CASE("3+3 on a ladder of one level accepts or refuses it", "[design][three_plus_three]")
{
    auto const one = ladder(1);
    CHECK(next(korn, "1NNN", one) == stop(level(1), StopCause::top_not_exceeded));
    CHECK(next(six_required_everywhere, "1NNN", one) == treat(level(1), 3));
    CHECK(next(six_required_everywhere, "1NTT", one) == stop_without_mtd());
}

TEST_CASE("3+3 that starts above the lowest level steps down to levels not yet tried", "[design][three_plus_three]")
{
    auto from_third = [](ThreePlusThree design) {
        design.common.start_level = 3;
        return design;
    };
    for (auto const& design : {from_third(korn), from_third(six_required_everywhere)}) {
        CHECK(next(design, "3NTT") == treat(level(2), 3));
        CHECK(next(design, "3NTT 2NNN") == treat(level(2), 3));
        CHECK(next(design, "3NTT 2NNN 2NNN") == stop(level(2)));
        CHECK(next(design, "3NTT 2NNT") == treat(level(2), 3));
        CHECK(next(design, "3NTT 2NTT") == treat(level(1), 3));
        CHECK(next(design, "3NTT 2NTT 1NTT") == stop_without_mtd());
    }
    CHECK(next(from_third(no_deescalation), "3NTT") == stop_without_mtd());
}

TEST_CASE("the order of patients within a cohort does not matter", "[design][three_plus_three]")
{
    for (auto const& [name, design] : variants) {
        auto const decision = next(design, "1NNN 2NNT 2NNN 3NTT");
        for (auto const* relabelled : {"1NNN 2NTN 2NNN 3TNT", "1NNN 2TNN 2NNN 3TTN"})
            CHECK(next(design, relabelled) == decision);
    }
}

TEST_CASE("2+4 treats two, then four more on one DLT", "[design][three_plus_three][a_plus_b]")
{
    ThreePlusThree const design{.first = 2, .second = 4};
    REQUIRE(design.faults().empty());
    CHECK(next(design, "") == treat(level(1), 2));
    CHECK(next(design, "1NN") == treat(level(2), 2));
    CHECK(next(design, "1NT") == treat(level(1), 4));
    CHECK(next(design, "1NT 1NNNN") == treat(level(2), 2));
    CHECK(next(design, "1NT 1NNNT") == stop_without_mtd());
    CHECK(next(design, "1TT") == stop_without_mtd());
    CHECK(next(design, "1NN 2TT") == treat(level(1), 4));
    CHECK(next(design, "1NN 2TT 1NNNT") == stop(level(1)));
}

TEST_CASE("4+4 with two DLTs tolerable in eight keeps both counts apart", "[design][three_plus_three][a_plus_b]")
{
    ThreePlusThree const design{.first = 4, .second = 4, .max_dlts = 2};
    REQUIRE(design.faults().empty());
    CHECK(next(design, "1NNNT") == treat(level(1), 4));
    CHECK(next(design, "1NNTT") == treat(level(1), 4));
    CHECK(next(design, "1NTTT") == stop_without_mtd());
    CHECK(next(design, "1NNNT 1NNNT") == treat(level(2), 4));
    CHECK(next(design, "1NNTT 1NNNN") == treat(level(2), 4));
    CHECK(next(design, "1NNTT 1NNNT") == stop_without_mtd());
}

TEST_CASE("A+B may allow fewer DLTs among the first than among all", "[design][three_plus_three][a_plus_b]")
{
    ThreePlusThree const design{.first = 4, .second = 4, .max_dlts = 2, .max_dlts_first = 1};
    CHECK(next(design, "1NNNT") == treat(level(1), 4));
    CHECK(next(design, "1NNTT") == stop_without_mtd());
    CHECK(next(design, "1NNNT 1NNNT") == treat(level(2), 4));
}

TEST_CASE("A+B may escalate in spite of one DLT among the first", "[design][three_plus_three][a_plus_b]")
{
    ThreePlusThree const design{.first = 5, .second = 5, .expand_at = 2, .max_dlts = 2};
    CHECK(next(design, "1NNNNT") == treat(level(2), 5));
    CHECK(next(design, "1NNNTT") == treat(level(1), 5));
    CHECK(next(design, "1NNNTT 1NNNNN") == treat(level(2), 5));
    CHECK(next(design, "1NNTTT") == stop_without_mtd());
}

TEST_CASE("fewer DLTs than expand_at never refuse a level", "[design][three_plus_three][a_plus_b]")
{
    ThreePlusThree const design{.first = 6, .second = 3, .expand_at = 3, .max_dlts = 3, .max_dlts_first = 1};
    CHECK(next(design, "1NNNNTT") == treat(level(2), 6));
    CHECK(next(design, "1NNNTTT") == stop_without_mtd());
}

TEST_CASE("cohort_size stands for both A and B", "[design][three_plus_three][a_plus_b]")
{
    ThreePlusThree design;
    design.common.cohort_size = 4;
    CHECK(next(design, "") == treat(level(1), 4));
    CHECK(next(design, "1NNNT") == treat(level(1), 4));
    design.second = 2;
    CHECK(next(design, "1NNNT") == treat(level(1), 2));
}

TEST_CASE("3+3 stops before a cohort that the sample size has no room for", "[design][three_plus_three]")
{
    ThreePlusThree design;
    design.common.max_patients = 9;
    CHECK(next(design, "1NNN 2NNN") == treat(level(3), 3));
    CHECK(next(design, "1NNN 2NNN 3NNN") == stop(level(3), StopCause::max_patients));
    CHECK(next(design, "1NNN 2NNN 3NNT") == stop(level(2), StopCause::max_patients));
    CHECK(next(design, "1NNT 1NNN 2NNT") == stop(level(1), StopCause::max_patients));
    CHECK(next(design, "1NNN 2NNN 3NTT") == stop(level(2), StopCause::max_patients));
    design.common.max_patients = 12;
    CHECK(next(design, "1NNN 2NNN 3NNT") == treat(level(3), 3));
    design.common.max_patients = 4;
    CHECK(next(design, "1NNT") == stop_without_mtd(StopCause::max_patients));
}

TEST_CASE("3+3 ends by its rule where the rule ends, also at the sample size", "[design][three_plus_three]")
{
    ThreePlusThree design;
    design.common.max_patients = 9;
    CHECK(next(design, "1NNT 1NNN 2NTT") == stop(level(1)));
    CHECK(next(design, "1NNT 1NNT") == stop_without_mtd());
}

TEST_CASE("after a return to a lower level 3+3 goes on from the highest level that stands", "[design][three_plus_three][stray]")
{
    CHECK(next(ThreePlusThree{}, "1NNN 2NNN 3NNN 1NNN") == treat(level(4), 3));
    CHECK(next(ThreePlusThree{}, "1NNN 2NNN 3NNT 1NNN") == treat(level(3), 3));
    CHECK(next(ThreePlusThree{}, "1NNN 2NNN 3NTT 1NNN") == treat(level(2), 3));
    CHECK(next(ThreePlusThree{}, "1NNN 2NNN 3NNN 2NTT") == treat(level(1), 3));
    CHECK(next(ThreePlusThree{}, "1NNN 2NNN 3NNN 1NTT") == stop_without_mtd());
}

TEST_CASE("3+3 fills a cohort that the record left short", "[design][three_plus_three][stray]")
{
    CHECK(next(ThreePlusThree{}, "1NN") == treat(level(1), 1));
    CHECK(next(ThreePlusThree{}, "1NT") == treat(level(1), 1));
    CHECK(next(ThreePlusThree{}, "1TT") == stop_without_mtd());
    CHECK(next(ThreePlusThree{}, "1NNNT") == treat(level(1), 2));
    CHECK(next(ThreePlusThree{}, "1NNNN") == treat(level(2), 3));
}

TEST_CASE("with more patients than asked for 3+3 tolerates the share of one in six", "[design][three_plus_three][stray]")
{
    auto const three = ladder(3);
    CHECK(next(ThreePlusThree{}, "10:0/3 20:0/3 30:2/3 20:2/13", three) == stop(level(2)));
    CHECK(next(ThreePlusThree{}, "10:0/3 20:0/3 30:2/3 20:3/13", three) == treat(level(1), 3));
    CHECK(next(ThreePlusThree{}, "10:1/7", three) == treat(level(2), 3));
    CHECK(next(ThreePlusThree{}, "10:2/11", three) == stop_without_mtd());
    CHECK(next(ThreePlusThree{}, "10:2/12", three) == treat(level(2), 3));
}

TEST_CASE("3+3 says why in words that name the level and its tally", "[design][three_plus_three]")
{
    CHECK_THAT(next(ThreePlusThree{}, "1NNT").reason, ContainsSubstring("1/3") && ContainsSubstring("10 mg/m2"));
    CHECK_THAT(next(ThreePlusThree{}, "1NNN 2NTT").reason,
               ContainsSubstring("2/3") && ContainsSubstring("20 mg/m2 is too toxic"));
    CHECK_THAT(next(ThreePlusThree{}, "").reason, ContainsSubstring("10 mg/m2"));
}

TEST_CASE("six at the MTD without de-escalation is a fault of the design", "[design][three_plus_three]")
{
    auto const faults = ThreePlusThree{.deescalate = false, .six_at_mtd = true}.faults();
    REQUIRE(faults.size() == 1);
    CHECK(faults[0].field == "six_at_mtd");
    CHECK_FALSE(faults[0].remedy.empty());
    for (auto const& [name, design] : variants)
        CHECK(design.faults().empty());
}

TEST_CASE("A+B that can never expand or never refuse is a fault of the design", "[design][three_plus_three][a_plus_b]")
{
    auto const field_of = [](ThreePlusThree const& design) {
        auto const faults = design.faults();
        return faults.size() == 1 ? faults[0].field : std::to_string(faults.size()) + " faults";
    };
    CHECK(field_of({.expand_at = 4}) == "expand_at");
    CHECK(field_of({.max_dlts = 6}) == "max_dlts");
    CHECK(ThreePlusThree{.expand_at = 3, .max_dlts = 5}.faults().empty());
    CHECK(ThreePlusThree{.deescalate = false, .expand_at = 4, .max_dlts = 6}.faults().size() == 3);
}

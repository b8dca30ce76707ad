// What was observed, ladders and both notations.
#include "tests/support/case_reports.hpp"

#include <limits>

using namespace escalon;
using namespace escalon::test;

TEST_CASE("a ladder refuses doses that do not strictly increase", "[vocabulary]")
{
    auto const made = [](std::vector<double> doses) { return DoseLadder{DoseUnit::mg_per_m2, std::move(doses)}; };
    double const nan = std::numeric_limits<double>::quiet_NaN();
    CHECK(made({18, 36, 60}).size() == 3);
    CHECK_THROWS_AS(made({}), std::invalid_argument);
    CHECK_THROWS_AS(made({10, 10}), std::invalid_argument);
    CHECK_THROWS_AS(made({20, 10}), std::invalid_argument);
    CHECK_THROWS_AS(made({0, 10}), std::invalid_argument);
    CHECK_THROWS_AS(made({-1, 10}), std::invalid_argument);
    CHECK_THROWS_AS(made({10, nan, 30}), std::invalid_argument);
    CHECK_THROWS_AS(made({nan}), std::invalid_argument);
    CHECK_THROWS_AS(made({10, std::numeric_limits<double>::infinity()}), std::invalid_argument);
    CHECK_THROWS_AS((DoseLadder{DoseUnit::mg, {10, 20}, level(3)}), std::invalid_argument);
}

TEST_CASE("levels count from one for people and are found by their dose", "[vocabulary]")
{
    DoseLadder const doses{DoseUnit::mg_per_kg, {0.3, 0.6, 1.2, 2.4}};
    CHECK(level(1).index() == 0);
    CHECK(doses.level_of(1.2) == level(3));
    CHECK_FALSE(doses.level_of(1.25));
    CHECK(doses.text(level(4)) == "2.4 mg/kg");
    CHECK(doses.top() == level(4));
    CHECK_FALSE(doses.has(level(5)));
    CHECK_FALSE(doses.has(level(0)));
}

TEST_CASE("tallies add up over cohorts of a level", "[vocabulary]")
{
    auto const seen = observed("1NNN 2NNT 1NTT", ladder(3));
    CHECK(seen.tally(level(1)) == Tally{6, 2});
    CHECK(seen.tally(level(2)) == Tally{3, 1});
    CHECK(seen.tally(level(3)) == Tally{0, 0});
    CHECK(seen.total() == Tally{9, 3});
    CHECK(seen.current() == level(1));
    CHECK_FALSE(Observed{ladder(3)}.current());
}

TEST_CASE("a cohort taken back leaves no trace", "[vocabulary]")
{
    auto seen = observed("1NNN 2NNT", ladder(3));
    seen.record({level(2), 3, 2});
    seen.retract();
    CHECK(seen.tally(level(2)) == Tally{3, 1});
    CHECK(seen.total() == Tally{6, 1});
    CHECK(letters(seen.cohorts()) == "1NNN 2NNT");
    seen.retract();
    seen.retract();
    CHECK(seen.empty());
}

TEST_CASE("a cohort that cannot be is refused and changes nothing", "[vocabulary]")
{
    Observed seen{ladder(3)};
    CHECK_THROWS_AS(seen.record({level(4), 3, 0}), std::invalid_argument);
    CHECK_THROWS_AS(seen.record({level(0), 3, 0}), std::invalid_argument);
    CHECK_THROWS_AS(seen.record({level(1), 3, 4}), std::invalid_argument);
    CHECK_THROWS_AS(seen.record({level(1), 3, -1}), std::invalid_argument);
    CHECK_THROWS_AS(seen.record({level(1), 0, 0}), std::invalid_argument);
    CHECK(seen.empty());
    CHECK(seen.total() == Tally{0, 0});
}

TEST_CASE("both notations say the same", "[vocabulary][notation]")
{
    DoseLadder const doses{DoseUnit::mg_per_m2, {18, 36, 60}};
    auto const by_letters = parse_outcomes("1NNN 2NNT  2NTN\t3N", doses);
    auto const by_fractions = parse_outcomes(" 18:0/3 36:1/3 36:1/3\n60:0/1 ", doses);
    CHECK(by_letters == by_fractions);
    CHECK(letters(by_letters) == "1NNN 2NNT 2NNT 3N");
    CHECK(fractions(by_letters, doses) == "18:0/3 36:1/3 36:1/3 60:0/1");
    CHECK(parse_outcomes(letters(by_letters), doses) == by_letters);
    CHECK(parse_outcomes(fractions(by_letters, doses), doses) == by_letters);
    CHECK(parse_outcomes("", doses).empty());
    CHECK(parse_outcomes("  ", doses).empty());
}

TEST_CASE("doses with decimals are read in fractions", "[vocabulary][notation]")
{
    DoseLadder const doses{DoseUnit::mg_per_kg, {0.3, 0.6, 1.2}};
    CHECK(parse_outcomes("0.3:0/1 1.2:1/4", doses) == std::vector<Cohort>{{level(1), 1, 0}, {level(3), 4, 1}});
}

TEST_CASE("levels above nine are read in letters", "[vocabulary][notation]")
{
    CHECK(parse_outcomes("12NT", ladder(12)) == std::vector<Cohort>{{level(12), 2, 1}});
}

TEST_CASE("a notation that cannot be read says where and what instead", "[vocabulary][notation]")
{
    struct Misspelt {
        char const* text;
        std::size_t position;
        char const* says;
    };
    auto const wrong = GENERATE(values<Misspelt>({{"1NNN 2NGT", 7, "'G' is no outcome"},
                                                  {"1NNN 7NNN", 5, "levels are 1 to 6"},
                                                  {"0NNN", 0, "levels are 1 to 6"},
                                                  {"-1NNN", 0, "levels are 1 to 6"},
                                                  {"NNN", 0, "write a level"},
                                                  {"1", 0, "write a level"},
                                                  {"1NNN 10:0/3", 0, "write dose:DLTs/patients"},
                                                  {"10:0/3 35:0/3", 7, "35 is not a dose of the ladder: 10, 20, 30, 40, 50, 60"},
                                                  {"10:4/3", 0, "DLTs must lie between 0 and the number of patients"},
                                                  {"10:-1/3", 0, "DLTs must lie between"},
                                                  {"10:0/0", 0, "at least 1"},
                                                  {"10:1", 0, "write dose:DLTs/patients"},
                                                  {"10:1/", 0, "write dose:DLTs/patients"},
                                                  {"10:1/3x", 0, "write dose:DLTs/patients"},
                                                  {":1/3", 0, "write dose:DLTs/patients"}}));
    INFO(wrong.text);
    try {
        parse_outcomes(wrong.text, ladder(6));
        FAIL("was read");
    } catch (NotationError const& error) {
        CHECK(error.position == wrong.position);
        CHECK_THAT(error.what(), ContainsSubstring(wrong.says));
    }
}

TEST_CASE("decisions are equal when they do the same, whatever they say", "[vocabulary]")
{
    CHECK(Decision{Treat{level(1), 3}, "because"} == Decision{Treat{level(1), 3}, "for another reason"});
    CHECK_FALSE(Decision{Treat{level(1), 3}, ""} == Decision{Treat{level(1), 2}, ""});
    CHECK_FALSE(Decision{Stop{level(1), StopCause::mtd_determined}, ""} == Decision{Stop{level(1), StopCause::max_patients}, ""});
    CHECK_FALSE(Decision{Stop{}, ""} == Decision{Stop{level(1)}, ""});
}

TEST_CASE("a decision reads as a sentence", "[vocabulary]")
{
    auto const doses = ladder(3);
    CHECK(describe(treat(level(2), 3), doses) == "treat 3 patients at 20 mg/m2");
    CHECK(describe(treat(level(2), 1), doses) == "treat 1 patient at 20 mg/m2");
    CHECK(describe(stop(level(3)), doses) == "stop, MTD 30 mg/m2");
    CHECK(describe(stop_without_mtd(), doses) == "stop, no level recommended");
    Decision const coin{Randomise{{Randomise::Branch{0.25, Treat{level(2), 1}}, {0.75, Treat{level(1), 1}}}}, ""};
    CHECK(describe(coin, doses) == "with probability 0.25 treat 1 patient at 20 mg/m2; "
                                   "with probability 0.75 treat 1 patient at 10 mg/m2");
    auto const up = [](double probability) { return Randomise::Branch{probability, Treat{level(2), 1}}; };
    Decision const thirds{Randomise{{up(1.0 / 3), {2.0 / 3, Treat{level(1), 1}}}}, ""};
    CHECK(describe(thirds, doses) == "with probability 0.333 treat 1 patient at 20 mg/m2; "
                                     "with probability 0.667 treat 1 patient at 10 mg/m2");
    Decision const rare{Randomise{{up(0.0001), {0.9999, Treat{level(1), 1}}}}, ""};
    CHECK_FALSE(describe(rare, doses).starts_with("with probability 0 "));
    CHECK(describe(rare, doses).find("0.9999") != std::string::npos); // never "with probability 1"
}

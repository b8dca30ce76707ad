// Accelerated titration, decision by decision, and the courses of patients who are followed.
#include "sim/designs/accelerated_titration.hpp"
#include "sim/trial/record.hpp"
#include "tests/support/case_reports.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

AcceleratedTitration variant(int number) { return {.variant = number}; }

/// What variant 4 says when later courses were seen too.
Decision next_after(std::string_view outcomes, std::vector<LaterCourse> const& later, int number = 4)
{
    auto seen = observed(outcomes, ladder(6));
    for (auto const& course : later)
        seen.record(course);
    return variant(number).on(ladder(6)).decide(seen);
}

std::optional<DoseLevel> next_course(AcceleratedTitration const& design, std::string_view outcomes, PatientCourse const& last,
                                     DoseLevel newest)
{
    return design.on(ladder(6)).next_course(observed(outcomes, ladder(6)), last, newest);
}

} // namespace

TEST_CASE("variant 1 is 3+3", "[design][accelerated_titration]")
{
    for (auto const* outcomes : {"", "1NNN", "1NNT", "1NNN 2NTT", "1NNN 2NTT 1NNN"}) {
        INFO(outcomes);
        CHECK(next(variant(1), outcomes) == next(ThreePlusThree{}, outcomes));
    }
    CHECK(outcomes_read(variant(1).on(ladder(6))) == Outcomes::dlt);
}

TEST_CASE("acceleration gives one patient a level until a DLT", "[design][accelerated_titration]")
{
    CHECK(next(variant(2), "") == treat(level(1), 1));
    CHECK(next(variant(2), "1N") == treat(level(2), 1));
    CHECK(next(variant(2), "1N 2N") == treat(level(3), 1));
    CHECK(next(variant(2), "1N 2T") == treat(level(2), 2));
    CHECK(next(variant(2), "1N 2T 2NN") == treat(level(2), 3));      // 1/3
    CHECK(next(variant(2), "1N 2T 2NN 2NNN") == treat(level(3), 3)); // single levels in threes from now on
    CHECK(next(variant(2), "1N 2T 2NT") == treat(level(1), 5));
}

TEST_CASE("the second patient with grade 2 ends acceleration", "[design][accelerated_titration]")
{
    CHECK(next(variant(2), "1N 2M") == treat(level(3), 1));
    CHECK(next(variant(2), "1N 2M 3M") == treat(level(3), 2));
    CHECK(next(variant(2), "1N 2M 3M 3NN") == treat(level(4), 3));
    CHECK(next(variant(2), "1N 2M 3M").reason ==
          "the second patient with grade 2: acceleration ends; 0/1 at 30 mg/m2: complete the first cohort");
}

TEST_CASE("variants 3 and 4 rise by two levels", "[design][accelerated_titration]")
{
    for (int const number : {3, 4}) {
        CHECK(next(variant(number), "1N") == treat(level(3), 1));
        CHECK(next(variant(number), "1N 3N") == treat(level(5), 1));
        CHECK(next(variant(number), "1N 3N 5N") == treat(level(6), 1));  // no two levels are left
        CHECK(next(variant(number), "1N 3T 3NT") == treat(level(2), 3)); // the level that was passed over
    }
}

TEST_CASE("acceleration ends at the top level", "[design][accelerated_titration]")
{
    CHECK(next(variant(2), "1N 2N 3N 4N 5N 6N") == treat(level(6), 2));
    CHECK_THAT(next(variant(2), "1N 2N 3N 4N 5N 6N").reason, ContainsSubstring("the top level: acceleration ends"));
}

TEST_CASE("only variant 4 looks at later courses", "[design][accelerated_titration]")
{
    LaterCourse const dlt{level(2), Grade::severe, Grade::mild};
    LaterCourse const newly_moderate{level(2), Grade::moderate, Grade::mild};
    LaterCourse const still_moderate{level(2), Grade::moderate, Grade::moderate};
    CHECK(next_after("1N 3N", {dlt}) == treat(level(3), 2));
    CHECK(next_after("1N 3N", {dlt}, 3) == treat(level(5), 1));
    CHECK(next_after("1N 3N", {newly_moderate}) == treat(level(5), 1));
    CHECK(next_after("1N 3M", {newly_moderate}) == treat(level(3), 2));
    CHECK(next_after("1N 3M", {still_moderate}) == treat(level(5), 1)); // a patient counts once
    CHECK_THAT(next_after("1N 3N", {dlt}).reason, ContainsSubstring("a DLT in a later course: acceleration ends"));
}

TEST_CASE("a patient's next course follows the last", "[design][accelerated_titration]")
{
    auto const design = variant(2);
    auto const course = [](int at, Grade grade) { return PatientCourse{level(at), grade, grade, 1}; };
    CHECK(next_course(design, "1N 2N", course(1, Grade::mild), level(3)) == level(2));
    CHECK(next_course(design, "1N 2N", course(1, Grade::moderate), level(3)) == level(1));
    CHECK(next_course(design, "1N 2T", course(2, Grade::severe), level(2)) == level(1));
    CHECK_FALSE(next_course(design, "1T", course(1, Grade::severe), level(1)));
    CHECK(next_course(design, "1N 2N", course(2, Grade::mild), level(2)) == level(2));      // not above the newest patient
    CHECK(next_course(design, "1N 2N 3TTN", course(2, Grade::mild), level(2)) == level(2)); // nor to what is too toxic
    CHECK(next_course(design, "1N 2N 3TTN", course(3, Grade::moderate), level(2)) == level(2));
    CHECK_FALSE(next_course(design, "1N 2N", {level(1), Grade::mild, Grade::mild, 3}, level(3))); // had all three courses
    // reduced after a DLT, and never back
    CHECK(next_course(design, "1N 2N 3T", {level(2), Grade::mild, Grade::severe, 2}, level(3)) == level(2));
    CHECK_FALSE(next_course({.after_dlt = AfterDlt::off_study}, "1N 2T", course(2, Grade::severe), level(2)));
}

TEST_CASE("a trial follows its patients from course to course", "[design][accelerated_titration][conduct]")
{
    // nothing at level 1, grade 2 in everybody at level 2, a DLT in everybody at level 3
    KnownToxicity const truth{{0, 0, 1}, {{0, 1, 0}, {}}};
    auto const record = record_trial(variant(2), ladder(3), truth, 1, 0);
    std::vector<Cohort> cohorts;
    for (auto const& cohort : record.cohorts)
        cohorts.push_back(cohort.cohort());
    CHECK(letters(cohorts) == "1N 2M 3T 3TT 2MMMMM");
    CHECK(record.verdict == Stop{level(2), StopCause::mtd_determined});

    auto const courses = [](std::vector<CourseRecord> const& later) {
        std::string text;
        for (auto const& [course, grade] : later)
            text += std::to_string(course.patient + 1) + "/" + std::to_string(course.number) + " at " +
                    std::to_string(course.level.number()) + letter(grade) + " ";
        return text;
    };
    CHECK(courses(record.cohorts[0].later).empty());
    CHECK(courses(record.cohorts[1].later) == "1/2 at 2M ");
    CHECK(courses(record.cohorts[2].later) == "1/3 at 2M 2/2 at 2M ");
    CHECK(courses(record.cohorts[3].later) == "2/3 at 2M 3/2 at 2M "); // patient 3 reduced after the DLT
    CHECK(courses(record.cohorts[4].later) == "3/3 at 2M 4/2 at 2M 5/2 at 2M ");
    CHECK(courses(record.after) == "4/3 at 2M 5/3 at 2M 6/2 at 2M 7/2 at 2M 8/2 at 2M 9/2 at 2M 10/2 at 2M "
                                   "6/3 at 2M 7/3 at 2M 8/3 at 2M 9/3 at 2M 10/3 at 2M ");
}

TEST_CASE("a design that follows patients has no graph, and says why", "[design][accelerated_titration][graph]")
{
    CHECK_THROWS_WITH(DesignGraph::compile(variant(2).on(ladder(3)), ladder(3)), ContainsSubstring("several courses"));
    auto alone = variant(4);
    alone.within_patient = false;
    CHECK_NOTHROW(DesignGraph::compile(alone.on(ladder(3)), ladder(3)));
}

TEST_CASE("within-patient escalation does not suit the conventional variant", "[design][accelerated_titration]")
{
    CHECK(variant(1).faults().empty());
    CHECK_FALSE(variant(1).follows());
    AcceleratedTitration const wrong{.variant = 1, .within_patient = true};
    REQUIRE(wrong.faults().size() == 1);
    CHECK(wrong.faults().front().field == "within_patient");
}

// The inferred order of huC242-DM4 held against 3+3: where record and rule part, and what late toxicity changes.
#include "sim/runner/replay.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/variants.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

DoseLadder const huc242_ladder{DoseUnit::mg_per_m2, {18, 36, 60, 90, 126, 168, 223, 297}};

RecordedCohort cohort(double dose, std::optional<int> patients, std::optional<int> dlts, std::optional<int> late = 0)
{
    return {*huc242_ladder.level_of(dose), patients, dlts, late, {}};
}

/// Threes to the top without DLT, back to 223 where two had late toxicity, thirteen more at 168 with unknown counts.
std::vector<RecordedCohort> huc242_record()
{
    std::vector<RecordedCohort> record;
    for (double const dose : huc242_ladder.doses())
        record.push_back(cohort(dose, 3, 0));
    record.push_back(cohort(223, 3, 0, 2));
    record.push_back(cohort(168, 13, std::nullopt, std::nullopt));
    return record;
}

DoseLevel at(double dose) { return *huc242_ladder.level_of(dose); }

std::vector<Agreement> agreements(Reading const& reading)
{
    std::vector<Agreement> all;
    for (auto const& step : reading.steps)
        all.push_back(step.agreement);
    return all;
}

constexpr std::size_t back_at_223 = 8;
constexpr std::size_t more_at_168 = 9;

} // namespace

TEST_CASE("in its window the record agrees with 3+3 up to 297 and parts from it there", "[replay][huc242]")
{
    auto const reading = replay(six_required_everywhere, huc242_ladder, huc242_record()).in_window;
    REQUIRE(reading.steps.size() == 10);
    for (std::size_t i = 0; i < back_at_223; ++i) {
        INFO("step " << i + 1);
        CHECK(reading.steps[i].agreement == Agreement::agrees);
    }
    CHECK(reading.steps[back_at_223].agreement == Agreement::other_level);
    CHECK(reading.steps[back_at_223].rule == treat(at(297), 3));
    CHECK(reading.steps[more_at_168].agreement == Agreement::other_level);
    CHECK(reading.steps[back_at_223].level_after == Tally{6, 0});
}

TEST_CASE("without six required 3+3 has ended when the record goes back to 223", "[replay][huc242]")
{
    auto const reading = replay(korn, huc242_ladder, huc242_record()).in_window;
    CHECK(reading.steps[back_at_223].agreement == Agreement::after_stop);
    CHECK(reading.steps[back_at_223].rule == stop(at(297), StopCause::top_not_exceeded));
}

TEST_CASE("in its window the rule never names 168, whatever happened to the thirteen", "[replay][huc242]")
{
    for (auto const& [name, design] : variants) {
        INFO(name);
        auto const reading = replay(design, huc242_ladder, huc242_record()).in_window;
        CHECK(reading.unknown_from == more_at_168);
        CHECK_FALSE(reading.last);
        REQUIRE_FALSE(reading.possibilities.empty());
        CHECK(reading.possibilities.front().fewest == 0);
        CHECK(reading.possibilities.back().most == 13);
        CHECK(reading.named() != at(168));
        for (auto const& possibility : reading.possibilities) {
            auto const* ended = std::get_if<Stop>(&possibility.rule.action);
            CHECK_FALSE((ended && ended->mtd == at(168)));
        }
    }
}

TEST_CASE("with late toxicity counted 2/6 at 223 names 168 if at most two of its sixteen had a DLT", "[replay][huc242]")
{
    auto const replayed = replay(six_required_everywhere, huc242_ladder, huc242_record());
    REQUIRE(replayed.with_late);
    auto const& reading = *replayed.with_late;
    CHECK(reading.steps[back_at_223].level_after == Tally{6, 2});
    CHECK(reading.steps[more_at_168].rule == treat(at(168), 3));
    CHECK(reading.steps[more_at_168].agreement == Agreement::other_number);
    REQUIRE(reading.possibilities.size() == 2);
    CHECK(reading.possibilities[0].fewest == 0);
    CHECK(reading.possibilities[0].most == 2);
    CHECK(reading.possibilities[0].rule == stop(at(168)));
    CHECK(reading.possibilities[1].fewest == 3);
    CHECK(reading.possibilities[1].rule == treat(at(126), 3));
    CHECK(named_by(reading.possibilities.front().rule) == at(168));
    CHECK_FALSE(reading.named()); // with three or more it would be another
}

TEST_CASE("a record without late toxicity is read once", "[replay]")
{
    auto const record = std::vector{cohort(18, 3, 0), cohort(36, 3, 1)};
    CHECK_FALSE(replay(korn, huc242_ladder, record).with_late);
    auto late = record;
    late[1].late_dlts = 1;
    CHECK(replay(korn, huc242_ladder, late).with_late);
    late[1].late_dlts = std::nullopt;
    CHECK_FALSE(replay(korn, huc242_ladder, late).with_late); // nothing late is on record
}

TEST_CASE("unknown counts from the start reconstruct nothing", "[replay]")
{
    std::vector<RecordedCohort> record;
    for (double const dose : huc242_ladder.doses())
        record.push_back(cohort(dose, std::nullopt, std::nullopt, std::nullopt));
    auto const reading = replay(six_required_everywhere, huc242_ladder, record).in_window;
    CHECK(reading.unknown_from == 0);
    CHECK(reading.steps[0].rule == treat(at(18), 3));
    for (std::size_t i = 1; i < reading.steps.size(); ++i) {
        CHECK_FALSE(reading.steps[i].rule);
        CHECK(reading.steps[i].agreement == Agreement::unknown);
    }
    CHECK(reading.possibilities.empty());
    CHECK_FALSE(reading.last);
    CHECK_FALSE(reading.named());
}

TEST_CASE("a record that obeys the rule is named by it", "[replay]")
{
    auto const record = std::vector{cohort(18, 3, 0), cohort(36, 3, 2), cohort(18, 3, 1)};
    auto const reading = replay(six_required_everywhere, huc242_ladder, record).in_window;
    CHECK(agreements(reading) == std::vector(3, Agreement::agrees));
    REQUIRE(reading.last);
    CHECK(*reading.last == stop(at(18)));
    CHECK(reading.named() == at(18));
}

TEST_CASE("a record that treats on after the rule has ended is told so", "[replay]")
{
    auto const record = std::vector{cohort(18, 3, 0), cohort(36, 3, 2), cohort(18, 3, 1), cohort(36, 3, 0)};
    auto const reading = replay(six_required_everywhere, huc242_ladder, record).in_window;
    CHECK(reading.steps[3].agreement == Agreement::after_stop);
}

TEST_CASE("an unknown outcome in the middle leaves what follows open", "[replay]")
{
    auto const record = std::vector{cohort(18, 3, 0), cohort(36, 3, std::nullopt), cohort(60, 3, 0)};
    auto const reading = replay(six_required_everywhere, huc242_ladder, record).in_window;
    CHECK(reading.unknown_from == 1);
    REQUIRE(reading.possibilities.size() == 3); // none; one; two or three
    CHECK(reading.possibilities[0].rule == treat(at(60), 3));
    CHECK(reading.possibilities[1].rule == treat(at(36), 3));
    CHECK(reading.possibilities[2].rule == treat(at(18), 3));
    CHECK(reading.possibilities[2].most == 3);
    CHECK(reading.steps[2].agreement == Agreement::unknown);
    CHECK_FALSE(reading.named());
}

TEST_CASE("where late toxicity is unknown the known counts still bound the possibilities", "[replay]")
{
    auto const record = std::vector{cohort(18, 3, 0, 1), cohort(18, 3, 0), cohort(36, 3, 1, std::nullopt)};
    auto const replayed = replay(six_required_everywhere, huc242_ladder, record);
    CHECK(replayed.in_window.last == treat(at(36), 3));
    REQUIRE(replayed.with_late);
    auto const& late = *replayed.with_late;
    CHECK(agreements(late) == std::vector(3, Agreement::agrees));
    CHECK(late.unknown_from == 2);
    REQUIRE(late.possibilities.size() == 2);
    CHECK(late.possibilities[0].fewest == 1);
    CHECK(late.possibilities[0].rule == treat(at(36), 3));
    CHECK(late.possibilities[1].fewest == 2);
    CHECK(late.possibilities[1].rule == stop(at(18)));
}

TEST_CASE("an empty record asks for the first cohort", "[replay]")
{
    auto const reading = replay(korn, huc242_ladder, {}).in_window;
    CHECK(reading.steps.empty());
    CHECK(reading.last == treat(at(18), 3));
    CHECK_FALSE(reading.named());
}

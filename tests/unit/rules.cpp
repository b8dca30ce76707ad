// The rules around designs: what each lets pass, what it changes, and that their order matters.
#include "sim/designs/catalog.hpp"
#include "tests/support/case_reports.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

/// Asks for three patients at the level whose number is the number of cohorts so far, squared and plus one: 1, 2, 5, ...; names
/// the current level.
struct Leaper {
    Decision decide(Observed const& observed, Wording wording = Wording::sentence) const
    {
        auto const cohorts = static_cast<int>(observed.cohorts().size());
        return {Treat{level(std::min(cohorts * cohorts + 1, observed.ladder().size())), 3},
                Because{wording}([] { return std::string{"leap"}; })};
    }
    std::optional<DoseLevel> recommendation(Observed const& observed) const { return observed.current(); }
    Summary summary(Observed const& observed) const
    {
        return Summary{}.append_count(static_cast<std::uint32_t>(observed.cohorts().size()));
    }
};
static_assert(Decider<Leaper>);

/// What a rule makes of what the leaper wants, as an action; the leaper's own where it lets it pass.
template <Rule R>
Action ruled(R const& rule, std::string_view outcomes, DoseLadder const& doses = ladder(6), double target = 0.3)
{
    auto const seen = observed(outcomes, doses);
    Leaper const leaper;
    Action const wanted = std::get<Treat>(leaper.decide(seen).action);
    auto const amended = rule.amend(wanted, RuleView{seen, target, std::nullopt, leaper}, Because{Wording::sentence});
    if (amended)
        CHECK(amended->reason.size() > 10);
    return amended ? amended->action : wanted;
}

Action treated(int number, int patients) { return Treat{level(number), patients}; }

Boin boin_with(std::vector<RuleEntry> rules)
{
    Boin boin;
    boin.common.max_patients = 24;
    boin.common.rules = std::move(rules);
    return boin;
}

Decision next_of(AnyDesign const& design, std::string_view outcomes)
{
    auto const doses = ladder(6);
    return decider(design, doses).decide(observed(outcomes, doses));
}

} // namespace

TEST_CASE("no level is skipped upwards", "[rules]")
{
    CHECK(ruled(NoSkipping{}, "") == treated(1, 3));
    CHECK(ruled(NoSkipping{}, "1NNN") == treated(2, 3));
    CHECK(ruled(NoSkipping{}, "1NNN 2NNN") == treated(3, 3)); // the leaper wants 5
    CHECK(ruled(NoSkipping{}, "4NNN 1NNN") == treated(5, 3)); // level 4 was tried
    CHECK(ruled(NoSkipping{.from = SkippedFrom::current}, "4NNN 1NNN") == treated(2, 3));
}

TEST_CASE("no level is skipped downwards where that is asked for", "[rules]")
{
    CHECK(ruled(NoSkipping{}, "6NNN") == treated(2, 3));
    CHECK(ruled(NoSkipping{.downwards = true}, "6NNN") == treated(5, 3));
}

TEST_CASE("the dose rises by at most a share of the current dose", "[rules]")
{
    // 10, 20, ..., 60 mg/m2
    CHECK(ruled(MaxIncrement{}, "1NNN 2NNN") == treated(4, 3)); // 20 may double to 40
    CHECK(ruled(MaxIncrement{.from = {0, 20}, .increment = {1, 0.5}}, "1NNN 2NNN") == treated(3, 3));
    CHECK(ruled(MaxIncrement{.from = {0, 20}, .increment = {1, 0.2}}, "1NNN 2NNN") == treated(2, 3)); // no level within 24
    MaxIncrement const by_dlts{.by = IncrementBy::dlts, .from = {0, 1}, .increment = {2, 0.5}};
    CHECK(ruled(by_dlts, "1NNN 2NNN") == treated(5, 3)); // thrice the dose and no further: the leaper wants 50
    CHECK(ruled(by_dlts, "1NNT 2NNN") == treated(3, 3));
}

TEST_CASE("cohorts grow with the level or with DLTs", "[rules]")
{
    CHECK(ruled(CohortSize{}, "1N") == treated(2, 1));
    CHECK(ruled(CohortSize{}, "1T") == treated(2, 3));
    CHECK(ruled(CohortSize{.by = CohortSizeBy::level, .from = {1, 2}, .size = {2, 4}}, "") == treated(1, 2));
    CHECK(ruled(CohortSize{.by = CohortSizeBy::level, .from = {1, 2}, .size = {2, 4}}, "1NN") == treated(2, 4));
}

TEST_CASE("a cohort never outgrows the sample size of the design", "[rules]")
{
    auto design = boin_with({{CohortSize{.from = {0}, .size = {6}}}});
    design.common.max_patients = 8;
    CHECK(next_of(design, "1NNNNNN") == treat(level(2), 2));
}

TEST_CASE("a trial ends when the lowest level is too toxic", "[rules]")
{
    // P(p > 0.3 | 2 of 3) = 0.916 and P(p > 0.3 | 3 of 3) = 0.992 under Beta(1, 1)
    CHECK(ruled(LowestTooToxic{}, "1NTT") == treated(2, 3));
    CHECK(ruled(LowestTooToxic{.certainty = 0.91}, "1NTT") == Action{Stop{std::nullopt, StopCause::lowest_too_toxic}});
    CHECK(ruled(LowestTooToxic{}, "1TTT") == Action{Stop{std::nullopt, StopCause::lowest_too_toxic}});
    CHECK(ruled(LowestTooToxic{.min_patients = 4}, "1TTT") == treated(2, 3));
    CHECK(ruled(LowestTooToxic{.limit = 0.7}, "1TTT") == treated(2, 3)); // 1 - 0.7^4 = 0.76
    CHECK(ruled(LowestTooToxic{.level = 2}, "1NNN 2TTT") == Action{Stop{std::nullopt, StopCause::lowest_too_toxic}});
}

TEST_CASE("a trial ends when a level has enough patients", "[rules]")
{
    EnoughAtLevel const six{.patients = 6};
    CHECK(ruled(six, "2NNNNNN") == Action{Stop{level(2), StopCause::enough_at_level}}); // wants level 2, has six there
    CHECK(ruled(six, "1NNNNNN") == treated(2, 3));
    CHECK(ruled(EnoughAtLevel{.patients = 6, .at = EnoughAt::any}, "1NNNNNN") ==
          Action{Stop{level(1), StopCause::enough_at_level}});
    CHECK(ruled(EnoughAtLevel{.patients = 6, .at = EnoughAt::recommended}, "1NNNNNN") ==
          Action{Stop{level(1), StopCause::enough_at_level}});
    CHECK(ruled(EnoughAtLevel{.patients = 6, .min_patients = 7}, "2NNNNNN") == treated(2, 3));
}

TEST_CASE("a trial ends when the rate is known well enough", "[rules]")
{
    // Beta(4, 7) after 3 of 9: mean 0.364, SD 0.139
    CHECK(ruled(PreciseEnough{.cv = 0.39}, "1NNNNNNTTT") == Action{Stop{level(1), StopCause::precise_enough}});
    CHECK(ruled(PreciseEnough{.cv = 0.38}, "1NNNNNNTTT") == treated(2, 3));
    PreciseEnough const inside{.interval = {0.2, 0.5}};
    CHECK(ruled(inside, "1NNNNNNTTT") == Action{Stop{level(1), StopCause::precise_enough}}); // 0.71
    CHECK(ruled(PreciseEnough{.interval = {0.2, 0.5}, .probability = 0.75}, "1NNNNNNTTT") == treated(2, 3));
    CHECK(ruled(inside, "1NNT") == treated(2, 3)); // fewer than six patients
}

TEST_CASE("a sample size shortens the last cohort or leaves it out", "[rules]")
{
    CHECK(ruled(MaxPatients{.patients = 8}, "1NNN 2NNN") == treated(5, 2));
    CHECK(ruled(MaxPatients{.patients = 8, .last_cohort = LastCohort::skipped}, "1NNN 2NNN") ==
          Action{Stop{level(2), StopCause::max_patients}});
    CHECK(ruled(MaxPatients{.patients = 6}, "1NNN 2NNN") == Action{Stop{level(2), StopCause::max_patients}});
}

TEST_CASE("rules apply in the order in which they are listed", "[rules]")
{
    RuleEntry const small_cohorts{CohortSize{.from = {0}, .size = {2}}};
    RuleEntry const large_cohorts{CohortSize{.from = {0}, .size = {4}}};
    CHECK(next_of(boin_with({small_cohorts, large_cohorts}), "1NNN") == treat(level(2), 4));
    CHECK(next_of(boin_with({large_cohorts, small_cohorts}), "1NNN") == treat(level(2), 2));
    RuleEntry const at_most_five{MaxPatients{.patients = 5}};
    CHECK(next_of(boin_with({at_most_five, large_cohorts}), "1NNN") == treat(level(2), 4)); // the limit is overrun
    CHECK(next_of(boin_with({large_cohorts, at_most_five}), "1NNN") == treat(level(2), 2));
}

TEST_CASE("the reason tells what the design wanted and what the rule made of it", "[rules]")
{
    auto const decision = next_of(boin_with({{EnoughAtLevel{.patients = 3, .at = EnoughAt::any}}}), "1NNN");
    CHECK_THAT(decision.reason, ContainsSubstring("escalate; but 3 patients at 10 mg/m2 are enough"));
}

TEST_CASE("a rule that leaves a coin nothing to decide ends the toss", "[rules][randomise]")
{
    BiasedCoin coin;
    coin.common.max_patients = 10;
    coin.common.rules = {{EnoughAtLevel{.patients = 1, .at = EnoughAt::any}}};
    auto const decision = next_of(coin, "1N");
    CHECK(std::holds_alternative<Stop>(decision.action));
}

TEST_CASE("a rule that amends both ways of a coin gives its reason once, and each where they differ", "[rules][randomise]")
{
    auto const times = [](std::string const& text, std::string_view words) {
        int count = 0;
        for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1))
            ++count;
        return count;
    };
    BiasedCoin coin;
    coin.common.max_patients = 10;
    coin.common.rules = {{EnoughAtLevel{.patients = 1, .at = EnoughAt::any}}};
    auto const ended = next_of(coin, "1N");
    CHECK_THAT(ended.reason, ContainsSubstring("; but 1 patient at 10 mg/m2 is enough"));
    CHECK(times(ended.reason, "; but ") == 1);
    coin.common.rules = {{CohortSize{.by = CohortSizeBy::level, .from = {1, 2}, .size = {2, 3}}}};
    auto const larger = next_of(coin, "1N");
    CHECK(times(larger.reason, "; but ") == 2);
    CHECK_THAT(larger.reason, ContainsSubstring("cohorts of 3 at 20 mg/m2") && ContainsSubstring("cohorts of 2 at 10 mg/m2"));
}

TEST_CASE("rules that cannot be are told with the field and a remedy", "[rules]")
{
    CHECK(NoSkipping{}.faults().empty());
    CHECK(MaxIncrement{.from = {0, 0}, .increment = {1, 1}}.faults().front().field == "from[1]");
    CHECK(MaxIncrement{.from = {0}, .increment = {1, 1}}.faults().front().field == "increment");
    CHECK(CohortSize{.from = {}, .size = {}}.faults().front().field == "from");
    CHECK(PreciseEnough{}.faults().front().field == "interval");
    CHECK(PreciseEnough{.interval = {0.3, 0.2}}.faults().front().field == "interval");
    CHECK(PreciseEnough{.interval = {0.2, 0.3}, .cv = 0.3}.faults().front().field == "cv");
}

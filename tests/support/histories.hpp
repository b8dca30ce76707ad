// Random histories, as a design would have them and as records stray from it; and a check that a summary forgets nothing.
#pragma once

#include "sim/designs/design.hpp"
#include "sim/vocabulary/notation.hpp"

#include <algorithm>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

namespace escalon::test {

/// Whole numbers below a bound, the same on every machine.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : engine_{seed} {}
    int below(int bound) { return static_cast<int>(engine_() % static_cast<std::uint64_t>(bound)); }
    bool one_in(int n) { return below(n) == 0; }

private:
    std::mt19937_64 engine_;
};

/// Treatments that a decision may lead to.
inline std::vector<Treat> treatments(Decision const& decision)
{
    std::vector<Treat> found;
    if (auto const* treat = std::get_if<Treat>(&decision.action))
        found.push_back(*treat);
    if (auto const* choice = std::get_if<Randomise>(&decision.action))
        for (auto const& branch : choice->branches)
            if (auto const* treat = std::get_if<Treat>(&branch.action))
                found.push_back(*treat);
    return found;
}

/// How far a random history obeys the rule.
enum class Obedience { to_the_rule, straying };

struct RandomHistories {
    int walks = 3000;
    int cohorts = 12;
    int most_in_a_strayed_cohort = 7;
    Obedience obedience = Obedience::straying;
    std::uint64_t seed = 1;
};

/// Grade 2 and grade 4 are as frequent as each makes histories of its own; a design that reads only DLTs must not notice.
inline Cohort random_cohort(Dice& dice, Treat const& treat, int rarity)
{
    Cohort cohort{.level = treat.level};
    for (int patient = 0; patient < treat.patients; ++patient) {
        bool const dlt = dice.one_in(rarity);
        bool const worse = dice.one_in(3);
        cohort += dlt ? (worse ? Grade::life_threatening : Grade::severe) : (worse ? Grade::moderate : Grade::mild);
    }
    return cohort;
}

/// Calls visit(Observed) after every cohort of random histories; DLTs are rare in some and frequent in others.
template <Decider D, class Visit>
void for_random_histories(D const& design, DoseLadder const& ladder, RandomHistories const& wanted, Visit const& visit)
{
    Dice dice{wanted.seed};
    for (int walk = 0; walk < wanted.walks; ++walk) {
        Observed history{ladder};
        int const rarity = 2 + dice.below(8);
        visit(history);
        for (int cohort = 0; cohort < wanted.cohorts; ++cohort) {
            auto const ruled = treatments(design.decide(history, Wording::none));
            bool const strays = wanted.obedience == Obedience::straying && (ruled.empty() || dice.one_in(2));
            if (!strays && ruled.empty())
                break;
            auto const treat = strays
                                   ? Treat{DoseLevel{dice.below(ladder.size())}, 1 + dice.below(wanted.most_in_a_strayed_cohort)}
                                   : ruled[static_cast<std::size_t>(dice.below(static_cast<int>(ruled.size())))];
            history.record(random_cohort(dice, treat, rarity));
            visit(history);
        }
    }
}

/// Two histories that the summary takes for the same and the design does not, in words; none if there are none among the
/// random histories. What comes after the same outcome of the design's own treatment must have equal summaries too.
template <Decider D>
std::optional<std::string> forgotten_by_summary(D const& design, DoseLadder const& ladder, RandomHistories const& wanted)
{
    struct Seen {
        std::string history;
        Decision decision;
        std::vector<Summary> after;
    };
    std::unordered_map<Summary, Seen> seen;
    std::optional<std::string> fault;
    for_random_histories(design, ladder, wanted, [&](Observed const& history) {
        if (fault)
            return;
        Seen now{letters(history.cohorts()), design.decide(history, Wording::none), {}};
        Observed future = history;
        for (auto const& treat : treatments(now.decision))
            for_each_outcome(outcomes_read(design), treat.level, treat.patients, [&](Cohort const& cohort) {
                future.record(cohort);
                now.after.push_back(design.summary(future));
                future.retract();
            });
        auto const [place, fresh] = seen.try_emplace(design.summary(history), now);
        auto const& before = place->second;
        if (fresh)
            return;
        auto const pair = "'" + before.history + "' and '" + now.history + "'";
        if (!(before.decision == now.decision))
            fault = pair + " have one summary and two decisions";
        else if (before.after != now.after)
            fault = pair + " have one summary, and two after the same outcome";
    });
    return fault;
}

/// Option sets under which a design is put through the contract; a design with options adds its own.
template <Design D>
std::vector<D> option_sets()
{
    return {D{}};
}

} // namespace escalon::test

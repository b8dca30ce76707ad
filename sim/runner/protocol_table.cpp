#include "sim/runner/protocol_table.hpp"

#include <algorithm>
#include <functional>
#include <numeric>
#include <unordered_set>

namespace escalon {
namespace {

constexpr int default_cohort = 3;
constexpr int default_most_patients = 30;
constexpr std::size_t most_states = 200'000;

/// So many patients without a DLT are tried before a level counts as never given again.
constexpr int patience = 60;

/// Which of a choice's branches goes highest; stops go nowhere.
std::optional<Treat> highest(Decision const& decision)
{
    if (auto const* treat = std::get_if<Treat>(&decision.action))
        return *treat;
    std::optional<Treat> best;
    if (auto const* choice = std::get_if<Randomise>(&decision.action))
        for (auto const& branch : choice->branches)
            if (auto const* treat = std::get_if<Treat>(&branch.action); treat && (!best || treat->level > best->level))
                best = *treat;
    return best;
}

/// The most patients that the design ever treats at one level, where its histories can be listed.
std::optional<int> most_at_a_level(AnyDecider const& design, DoseLadder const& ladder)
{
    std::unordered_set<Summary> seen;
    Observed history{ladder};
    int most = 0;
    std::function<bool()> walk = [&] {
        if (!seen.insert(design.summary(history)).second)
            return true;
        if (seen.size() > most_states)
            return false;
        auto const decision = design.decide(history, Wording::none);
        auto const follow = [&](Action const& action) {
            auto const* treat = std::get_if<Treat>(&action);
            bool listed = true;
            if (treat)
                for_each_outcome(design.outcomes(), treat->level, treat->patients, [&](Cohort const& cohort) {
                    if (!listed)
                        return;
                    history.record(cohort);
                    most = std::max(most, history.tally(treat->level).patients);
                    listed = walk();
                    history.retract();
                });
            return listed;
        };
        if (auto const* choice = std::get_if<Randomise>(&decision.action))
            return std::ranges::all_of(choice->branches, [&](auto const& branch) { return follow(branch.action); });
        if (auto const* treat = std::get_if<Treat>(&decision.action))
            return follow(*treat);
        return true;
    };
    try {
        return walk() ? std::optional{most} : std::nullopt;
    } catch (std::overflow_error const&) { // a summary that does not fit its key
        return std::nullopt;
    }
}

/// How the cohorts at the level had their DLTs.
enum class Order { dlts_first, dlts_last };

/// What the levels around were like.
enum class Surroundings {
    neutral,         ///< those below passed without a DLT, the one above untried
    twice_as_many,   ///< a second cohort without DLT at each level below
    one_dlt_below,   ///< one DLT at each level below
    moderate,        ///< grade 2 in every patient of the level without a DLT
    severe,          ///< every DLT of the level is of grade 4
    above_tolerated, ///< the level above was tried without a DLT
    above_too_toxic, ///< all patients of the level above had a DLT
};

/// Builds histories for the cells of one level.
class CellHistories {
public:
    CellHistories(AnyDecider const& design, DoseLadder const& ladder, DoseLevel level, int cohort)
        : design_{design}, ladder_{ladder}, level_{level}, cohort_{cohort}, climb_{climb()}
    {}

    Observed history(int patients, int dlts, Order order, Surroundings around) const
    {
        Observed history{ladder_};
        for (auto cohort : climb_) {
            if (around == Surroundings::one_dlt_below)
                cohort.dlts = 1;
            history.record(cohort);
            if (around == Surroundings::twice_as_many)
                history.record(cohort);
        }
        bool const tried_above = around == Surroundings::above_tolerated || around == Surroundings::above_too_toxic;
        auto cohorts = split(patients, dlts, order);
        for (auto& cohort : cohorts) {
            cohort.grade_2 = around == Surroundings::moderate ? cohort.patients - cohort.dlts : 0;
            cohort.grade_4 = around == Surroundings::severe ? cohort.dlts : 0;
        }
        for (std::size_t i = 0; i < cohorts.size(); ++i) {
            if (tried_above && i + 1 == cohorts.size())
                history.record({level_.above(), cohort_, around == Surroundings::above_too_toxic ? cohort_ : 0});
            history.record(cohorts[i]);
        }
        return history;
    }

private:
    /// The design's own way up to below the level, without a DLT; one cohort a level where it does not come here.
    std::vector<Cohort> climb() const
    {
        Observed history{ladder_};
        for (int steps = 0; steps < patience; ++steps) {
            auto const next = highest(design_.decide(history));
            if (!next || next->level > level_)
                break;
            if (next->level == level_)
                return {history.cohorts().begin(), history.cohorts().end()};
            history.record({next->level, next->patients, 0});
        }
        std::vector<Cohort> cohorts;
        for (DoseLevel below{0}; below < level_; below = below.above())
            cohorts.push_back({below, cohort_, 0});
        return cohorts;
    }

    std::vector<Cohort> split(int patients, int dlts, Order order) const
    {
        std::vector<Cohort> cohorts;
        for (int left = patients; left > 0; left -= cohort_)
            cohorts.push_back({level_, std::min(left, cohort_), 0});
        auto const fill = [&](Cohort& cohort) {
            cohort.dlts = std::min(dlts, cohort.patients);
            dlts -= cohort.dlts;
        };
        if (order == Order::dlts_first)
            std::ranges::for_each(cohorts, fill);
        else
            std::for_each(cohorts.rbegin(), cohorts.rend(), fill);
        return cohorts;
    }

    AnyDecider const& design_;
    DoseLadder const& ladder_;
    DoseLevel level_;
    int cohort_;
    std::vector<Cohort> climb_;
};

/// Whether the design comes back to a level if nobody has a DLT from now on.
bool returns(AnyDecider const& design, Observed history, DoseLevel level)
{
    for (int patients = 0; patients < patience;) {
        auto const next = highest(design.decide(history, Wording::none));
        if (!next)
            return false;
        if (next->level >= level)
            return true;
        history.record({next->level, next->patients, 0});
        patients += next->patients;
    }
    return false;
}

Ruling ruling(AnyDecider const& design, Observed const& history, DoseLevel level)
{
    auto const move = [&](Action const& action) {
        if (auto const* stop = std::get_if<Stop>(&action))
            return stop->mtd ? LevelMove::stop_named : LevelMove::stop;
        auto const next = std::get<Treat>(action).level;
        if (next >= level)
            return next > level ? LevelMove::escalate : LevelMove::stay;
        return returns(design, history, level) ? LevelMove::deescalate : LevelMove::eliminate;
    };
    auto const decision = design.decide(history, Wording::none);
    if (auto const* treat = std::get_if<Treat>(&decision.action))
        return {{{move(*treat), 1}}};
    if (auto const* stop = std::get_if<Stop>(&decision.action))
        return {{{move(*stop), 1}}};
    Ruling several;
    for (auto const& branch : std::get<Randomise>(decision.action).branches)
        several.parts.push_back({move(branch.action), branch.probability});
    std::ranges::sort(several.parts, {}, &Ruling::Part::move);
    return several;
}

std::vector<std::vector<Ruling>> rulings(AnyDecider const& design, CellHistories const& histories,
                                         std::vector<int> const& columns, DoseLevel level, Order order, Surroundings around)
{
    std::vector<std::vector<Ruling>> of;
    for (int const patients : columns) {
        auto& column = of.emplace_back();
        for (int dlts = 0; dlts <= patients; ++dlts)
            column.push_back(ruling(design, histories.history(patients, dlts, order, around), level));
    }
    return of;
}

/// "E becomes S (0/3), D becomes DU (3/6)": each pair of moves once, with the first cell where it is so.
std::string changes(std::vector<int> const& columns, std::vector<std::vector<Ruling>> const& from,
                    std::vector<std::vector<Ruling>> const& to)
{
    std::vector<std::string> told;
    std::string text;
    for (std::size_t c = 0; c < columns.size(); ++c)
        for (std::size_t y = 0; y < from[c].size(); ++y) {
            if (from[c][y] == to[c][y])
                continue;
            auto const change = from[c][y].letters() + " becomes " + to[c][y].letters();
            if (std::ranges::find(told, change) != told.end())
                continue;
            told.push_back(change);
            text += (text.empty() ? "" : ", ") + change + " (first at " + std::to_string(y) + "/" + std::to_string(columns[c]) +
                    ")";
        }
    return text;
}

/// A sample size that ends no history of the table.
AnyDesign without_end(AnyDesign design, DoseLadder const& ladder, int most_patients, int cohort)
{
    std::visit(
        [&](auto& rule) {
            int const enough = 2 * most_patients + (2 * ladder.size() + 2) * cohort + patience;
            rule.common.max_patients = std::max(rule.common.max_patients.value_or(0), enough);
            for (auto& entry : rule.common.rules)
                if (auto* limit = std::get_if<MaxPatients>(&entry.rule))
                    limit->patients = std::max(limit->patients, enough);
        },
        design);
    return design;
}

std::vector<int> columns_of(int most_patients, int cohort, bool every)
{
    std::vector<int> columns;
    int const step = every ? 1 : cohort;
    for (int patients = step; patients <= most_patients; patients += step)
        columns.push_back(patients);
    if (columns.empty())
        columns.push_back(most_patients);
    return columns;
}

/// The level that stands for most, then the ends of the ladder.
std::vector<std::pair<Rung, DoseLevel>> rungs_of(DoseLadder const& ladder)
{
    std::vector<std::pair<Rung, DoseLevel>> rungs;
    if (ladder.size() > 2)
        rungs.emplace_back(Rung::between, DoseLevel{ladder.size() / 2});
    rungs.emplace_back(Rung::lowest, DoseLevel{0});
    if (ladder.size() > 1)
        rungs.emplace_back(Rung::highest, ladder.top());
    return rungs;
}

/// Columns at the right in which the trial has ended at every level say nothing; the first stays.
void leave_out_the_ended(ProtocolTable& table)
{
    auto const ends = [](Ruling const& ruling) { return ruling.is(LevelMove::stop_named) || ruling.is(LevelMove::stop); };
    auto const ended = [&](RungTable const& rung) { return std::ranges::all_of(rung.of.back(), ends); };
    while (table.patients.size() > 1 && std::ranges::all_of(table.rungs, ended)) {
        table.patients.pop_back();
        for (auto& rung : table.rungs)
            rung.of.pop_back();
    }
}

/// What of a history besides the tally changes the rulings of the first rung.
std::vector<std::string> dependences(ProtocolTable const& table, Outcomes outcomes, auto const& rulings_with)
{
    auto const& main = table.main();
    std::vector<std::string> found;
    auto const compare = [&](std::string_view what, Order order, Surroundings around) {
        auto const changed = changes(table.patients, main.of, rulings_with(order, around));
        if (!changed.empty())
            found.push_back(std::string{what} + ": " + changed);
    };
    if (outcomes != Outcomes::dlt)
        compare("with moderate toxicity (grade 2) in every patient of the level without a DLT", Order::dlts_first,
                Surroundings::moderate);
    if (outcomes == Outcomes::grades)
        compare("with every DLT of the level of grade 4", Order::dlts_first, Surroundings::severe);
    compare("with the DLTs in the last cohorts of the level instead of the first", Order::dlts_last, Surroundings::neutral);
    if (main.level > DoseLevel{0}) {
        compare("with a second cohort at each level below", Order::dlts_first, Surroundings::twice_as_many);
        compare("with one DLT at each level below", Order::dlts_first, Surroundings::one_dlt_below);
    }
    if (main.rung == Rung::between) {
        compare("with the level above tried without a DLT", Order::dlts_first, Surroundings::above_tolerated);
        compare("with the level above too toxic (a DLT in each of its patients)", Order::dlts_first,
                Surroundings::above_too_toxic);
    }
    return found;
}

} // namespace

std::string_view letter(LevelMove move)
{
    switch (move) {
    case LevelMove::escalate: return "E";
    case LevelMove::stay: return "S";
    case LevelMove::deescalate: return "D";
    case LevelMove::eliminate: return "DU";
    case LevelMove::stop_named: return "M";
    case LevelMove::stop: return "X";
    }
    return "";
}

std::string_view words(LevelMove move)
{
    switch (move) {
    case LevelMove::escalate: return "escalate to the next level";
    case LevelMove::stay: return "stay at this level";
    case LevelMove::deescalate: return "de-escalate to the level below";
    case LevelMove::eliminate: return "de-escalate, and never return to this level";
    case LevelMove::stop_named: return "end the trial and recommend a level";
    case LevelMove::stop: return "end the trial; no level is recommended";
    }
    return "";
}

std::string Ruling::letters() const
{
    std::string text;
    for (auto const& part : parts)
        text += (text.empty() ? "" : "/") + std::string{letter(part.move)};
    return text;
}

bool ProtocolTable::by_chance() const
{
    return std::ranges::any_of(rungs, [](RungTable const& rung) {
        return std::ranges::any_of(rung.of, [](auto const& column) {
            return std::ranges::any_of(column, [](Ruling const& ruling) { return ruling.parts.size() > 1; });
        });
    });
}

std::optional<Boundaries> ProtocolTable::boundaries(std::size_t column) const
{
    if (order_counts)
        return std::nullopt;
    Boundaries found;
    int last = 0;
    for (int dlts = 0; dlts <= patients[column]; ++dlts) {
        auto const& cell = main().ruling(column, dlts);
        int order = 0;
        if (cell.parts.size() > 1)
            return std::nullopt;
        switch (cell.parts.front().move) {
        case LevelMove::escalate: found.escalate_up_to = dlts; break;
        case LevelMove::stop_named:
        case LevelMove::stay: order = 1; break;
        case LevelMove::deescalate: order = 2; break;
        case LevelMove::eliminate:
        case LevelMove::stop: order = 3; break;
        }
        if (order < last)
            return std::nullopt;
        last = order;
        if (order >= 2 && !found.deescalate_from)
            found.deescalate_from = dlts;
        if (order == 3 && !found.eliminate_from)
            found.eliminate_from = dlts;
    }
    return found;
}

int ProtocolTable::rows() const
{
    int const all = patients.back() + 1;
    auto const repeats = [&](int dlts) {
        return std::ranges::all_of(rungs, [&](RungTable const& rung) {
            for (std::size_t c = 0; c < patients.size(); ++c)
                if (dlts <= patients[c] && !(rung.ruling(c, dlts) == rung.ruling(c, dlts - 1)))
                    return false;
            return true;
        });
    };
    int rows = all;
    while (rows > 1 && repeats(rows - 1))
        --rows;
    return rows;
}

ProtocolTable protocol_table(AnyDesign const& design, DoseLadder const& ladder, TableRequest const& request)
{
    auto const as_written = decider(design, ladder);
    auto const& common = common_options(design);
    auto const first = highest(as_written.decide(Observed{ladder}, Wording::none));
    ProtocolTable table;
    table.cohort_size = common.cohort_size.value_or(first ? first->patients : default_cohort);
    int most = default_most_patients;
    if (request.patients)
        most = *request.patients;
    else if (common.max_patients)
        most = *common.max_patients;
    else
        most = most_at_a_level(as_written, ladder).value_or(most);
    table.patients = columns_of(most, table.cohort_size, request.every);

    auto const endless = decider(without_end(design, ladder, most, table.cohort_size), ladder);
    table.outcomes = endless.outcomes();
    auto const asked = [&](DoseLevel level, Order order, Surroundings around) {
        CellHistories const histories{endless, ladder, level, table.cohort_size};
        return rulings(endless, histories, table.patients, level, order, around);
    };
    for (auto const& [rung, level] : rungs_of(ladder))
        table.rungs.push_back({rung, level, asked(level, Order::dlts_first, Surroundings::neutral)});
    if (!request.patients)
        leave_out_the_ended(table);
    auto const with = [&](Order order, Surroundings around) { return asked(table.main().level, order, around); };
    table.depends_on = dependences(table, endless.outcomes(), with);
    table.order_counts = with(Order::dlts_last, Surroundings::neutral) != table.main().of;
    return table;
}

} // namespace escalon

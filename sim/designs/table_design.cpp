#include "sim/designs/table_design.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace escalon {
namespace {

struct Letter {
    std::string_view letters;
    TableCell cell;
    std::string_view words;
};

constexpr std::array<Letter, 4> alphabet{{{"E", {Move::escalate, false}, "the table says E"},
                                          {"S", {Move::stay, false}, "the table says S"},
                                          {"D", {Move::deescalate, false}, "the table says D"},
                                          {"DU", {Move::deescalate, true}, "the table says DU"}}};

Letter const* letter_of(std::string_view text)
{
    auto const* found = std::ranges::find(alphabet, text, &Letter::letters);
    return found == alphabet.end() ? nullptr : found;
}

/// From "never again" upwards.
int rank(Letter const& letter)
{
    if (letter.cell.too_toxic)
        return 0;
    return letter.cell.move == Move::deescalate ? 1 : letter.cell.move == Move::stay ? 2 : 3;
}

/// The largest number of patients at one level for which a decision may be asked: the rules may end a trial before.
int most_at_a_level(TableDesign const& design)
{
    int most = design.common.sample_size() - 1;
    for (auto const& entry : design.common.rules)
        if (auto const* enough = std::get_if<EnoughAtLevel>(&entry.rule); enough && enough->min_patients == 0)
            most = std::min(most, enough->patients + design.common.cohort() - 2);
    return most;
}

} // namespace

Faults TableRow::faults() const
{
    Faults found;
    if (decisions.size() != static_cast<std::size_t>(patients) + 1)
        found.push_back({"decisions",
                         std::to_string(decisions.size()) + " decisions for " + std::to_string(patients) +
                             " patients, who can have 0 to " + std::to_string(patients) + " DLTs",
                         "write " + std::to_string(patients + 1) + " of them, from 0 DLTs upwards"});
    for (std::size_t dlts = 0; dlts < decisions.size(); ++dlts) {
        auto const place = "decisions[" + std::to_string(dlts) + "]";
        auto const* here = letter_of(decisions[dlts]);
        if (!here) {
            found.push_back({place, "'" + decisions[dlts] + "' is no decision",
                             "write E escalate, S stay, D de-escalate, or DU de-escalate and never return"});
            continue;
        }
        auto const* fewer = dlts > 0 ? letter_of(decisions[dlts - 1]) : nullptr;
        if (fewer && rank(*here) > rank(*fewer))
            found.push_back({place,
                             decisions[dlts] + " after " + std::to_string(dlts) + " DLTs, but " + decisions[dlts - 1] +
                                 " after " + std::to_string(dlts - 1) + ": more DLTs lead higher",
                             "decisions fall from E over S and D to DU as DLTs rise"});
    }
    return found;
}

Faults TableDesign::faults() const
{
    if (file && !rows.empty())
        return {{"file", "there are rows as well", "remove one of the two"}};
    if (file)
        return {}; // its rows are judged when they are read
    if (rows.empty())
        return {
            {"rows", "the table is empty", "write rows: [{ patients: 3, decisions: [E, S, D, DU] }, ...], or file: table.csv"}};
    Faults found;
    for (std::size_t i = 1; i < rows.size(); ++i)
        if (rows[i].patients <= rows[i - 1].patients)
            found.push_back({"rows[" + std::to_string(i) + "].patients",
                             std::to_string(rows[i].patients) + " patients come after " + std::to_string(rows[i - 1].patients),
                             "sort the rows and give each number of patients once"});
    if (!found.empty())
        return found;
    int const cohort = common.cohort();
    int const most = most_at_a_level(*this);
    for (int patients = cohort; patients <= most; patients += cohort)
        if (std::ranges::find(rows, patients, &TableRow::patients) == rows.end())
            return {
                {"rows",
                 "the table has a hole: no row for " + std::to_string(patients) + " patients, and cohorts of " +
                     std::to_string(cohort) + " can put up to " + std::to_string(most) + " on one level before the last decision",
                 "add the row, lower max_patients, or end the trial earlier with rules: [{ rule: enough_at_level, patients: " +
                     std::to_string(std::max(cohort, patients - cohort)) + " }]"}};
    return {};
}

IntervalDecider TableDesign::on(DoseLadder const& ladder) const
{
    std::map<int, std::vector<Letter const*>> letters;
    std::vector<int> numbers;
    for (auto const& row : rows) {
        numbers.push_back(row.patients);
        for (auto const& decision : row.decisions)
            letters[row.patients].push_back(letter_of(decision));
    }
    auto const at = [letters](Tally tally) -> Letter const* {
        auto const row = letters.find(tally.patients);
        return row == letters.end() ? nullptr : row->second[static_cast<std::size_t>(tally.dlts)];
    };
    IntervalRule rule{.move = [at](Tally tally) { return at(tally) ? at(tally)->cell.move : Move::stay; },
                      .words = [at](Tally tally) { return std::string{at(tally) ? at(tally)->words : "not in the table"}; },
                      .mtd_bound = std::nullopt,
                      .too_toxic = [at](Tally tally) { return at(tally) && at(tally)->cell.too_toxic; },
                      .rows = std::move(numbers)};
    return {common, interval, std::move(rule), ladder};
}

} // namespace escalon

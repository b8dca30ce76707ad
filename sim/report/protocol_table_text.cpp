#include "sim/report/protocol_table_text.hpp"

#include "sim/report/csv.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/text_table.hpp"
#include "sim/report/version.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;
using Rows = std::vector<std::vector<std::string>>;

/// "4", or ">= 4" of the last row where every further one would repeat it.
std::string row_head(ProtocolTable const& table, int dlts, std::string_view at_least)
{
    bool const last = dlts + 1 == table.rows() && table.rows() <= table.patients.back();
    return last ? fmt::format("{}{}", at_least, dlts) : std::to_string(dlts);
}

/// The cells of a rung, row by row, each row headed by its DLTs.
Rows cells(ProtocolTable const& table, RungTable const& rung, std::string_view at_least)
{
    Rows rows;
    for (int dlts = 0; dlts < table.rows(); ++dlts) {
        auto& row = rows.emplace_back(std::vector{row_head(table, dlts, at_least)});
        for (std::size_t c = 0; c < table.patients.size(); ++c)
            row.push_back(dlts <= table.patients[c] ? rung.ruling(c, dlts).letters() : "");
    }
    return rows;
}

std::string bound(std::optional<int> const& count, std::string_view none)
{
    return count ? std::to_string(*count) : std::string{none};
}

/// Rows of the boundary form; empty where a column does not have it.
Rows boundary_rows(ProtocolTable const& table, std::string_view less, std::string_view more, std::string_view none)
{
    Rows rows{{fmt::format("escalate if DLTs {}", less)},
              {fmt::format("de-escalate if DLTs {}", more)},
              {fmt::format("eliminate if DLTs {}", more)}};
    for (std::size_t c = 0; c < table.patients.size(); ++c) {
        auto const found = table.boundaries(c);
        if (!found)
            return {};
        rows[0].push_back(bound(found->escalate_up_to, none));
        rows[1].push_back(bound(found->deescalate_from, none));
        rows[2].push_back(bound(found->eliminate_from, none));
    }
    return rows;
}

std::vector<std::string> heads(ProtocolTable const& table, std::string first)
{
    std::vector<std::string> names{std::move(first)};
    for (int const patients : table.patients)
        names.push_back(std::to_string(patients));
    return names;
}

std::string aligned(std::vector<std::string> const& head, Rows const& rows)
{
    std::vector<TextTable::Column> columns;
    for (auto const& name : head)
        columns.push_back({name});
    columns.front().align = Align::left;
    TextTable table{columns};
    for (auto const& row : rows)
        table.row(row);
    return table.text();
}

std::string piped(std::vector<std::string> const& head, Rows const& rows)
{
    auto const line = [](std::vector<std::string> const& row) { return fmt::format("| {} |\n", fmt::join(row, " | ")); };
    std::vector<std::string> rule(head.size(), "---:");
    rule.front() = ":---";
    auto text = line(head) + line(rule);
    for (auto const& row : rows)
        text += line(row);
    return text;
}

std::string latex(std::string_view text)
{
    std::string escaped;
    for (char const c : text) {
        if (c == '\\')
            escaped += "\\textbackslash{}";
        else if (c == '\n' || c == '\r')
            escaped += ' '; // a comment ends with its line
        else if (c == '~' || c == '^')
            escaped += std::string{"\\"} + c + "{}";
        else
            escaped += (std::string_view{"&%$#_{}"}.find(c) != std::string_view::npos ? "\\" : "") + std::string(1, c);
    }
    return escaped;
}

std::string tabular(std::vector<std::string> const& head, Rows const& rows)
{
    auto const line = [](std::vector<std::string> const& row) { return fmt::format("{} \\\\\n", fmt::join(row, " & ")); };
    constexpr std::size_t most_in_normal_size = 12; // columns that a page holds
    bool const wide = head.size() - 1 > most_in_normal_size;
    std::string text = wide ? "{\\scriptsize\\setlength{\\tabcolsep}{2pt}%\n" : "";
    text += fmt::format("\\begin{{tabular}}{{l{}}}\n\\toprule\n", std::string(head.size() - 1, 'c'));
    text += line(head) + "\\midrule\n";
    for (auto const& row : rows)
        text += line(row);
    return text + "\\bottomrule\n\\end{tabular}" + (wide ? "}\n" : "\n");
}

/// "E: escalate to the next level"
std::vector<std::string> legend(ProtocolTable const& table)
{
    std::vector<std::string> lines;
    for (auto const move : moves_in(table))
        lines.push_back(fmt::format("{}: {}", letter(move), words(move)));
    for (auto const& chance : chances_in(table))
        lines.push_back(fmt::format("{}: {}", chance.letters, chance.words));
    return lines;
}

/// What the table assumes, sentence by sentence.
std::vector<std::string> notes(TableResult const& result)
{
    auto const& table = result.table;
    auto const ladder = result.scenario.ladder();
    std::vector<std::string> lines;
    auto const& main = table.main();
    lines.push_back(fmt::format("Asked at {}, in cohorts of {}, the levels below passed without a DLT, the level above untried.",
                                rung_words(main, ladder), table.cohort_size));
    if (auto const grades = grade_words(table); !grades.empty())
        lines.push_back(grades);
    for (std::size_t i = 1; i < table.rungs.size(); ++i) {
        auto const differs = deviations(table, table.rungs[i]);
        auto const where = "At " + rung_words(table.rungs[i], ladder);
        lines.push_back(differs.empty() ? where + " the same." : sentence(where + ": " + differs));
    }
    if (!table.depends_on.empty())
        lines.push_back("The decision rests on more than this tally; what was tried:");
    for (auto const& dependence : table.depends_on)
        lines.push_back("  " + dependence + ".");
    return lines;
}

std::string title(TableResult const& result)
{
    return fmt::format("Decision table of {}: what follows DLTs (rows) in patients treated at the level (columns)", result.label);
}

/// Why there are no numbers of DLTs to escalate and de-escalate by.
std::string no_boundaries(ProtocolTable const& table)
{
    std::vector<std::string> reasons;
    if (table.by_chance())
        reasons.emplace_back("some decisions are left to chance");
    if (table.order_counts)
        reasons.emplace_back("the order of the DLTs at the level counts, not their number alone");
    if (reasons.empty())
        reasons.emplace_back("for some number of patients the moves are not in the order escalate, stay, de-escalate, eliminate");
    return fmt::format("No boundaries: {}.", fmt::join(reasons, ", and "));
}

Json rung_json(ProtocolTable const& table, RungTable const& rung, DoseLadder const& ladder)
{
    Json decisions = Json::object();
    for (std::size_t c = 0; c < table.patients.size(); ++c) {
        Json column = Json::array();
        for (auto const& ruling : rung.of[c]) {
            if (ruling.parts.size() == 1) {
                column.push_back(letter(ruling.parts.front().move));
                continue;
            }
            Json parts = Json::object();
            for (auto const& part : ruling.parts)
                parts[std::string{letter(part.move)}] = part.probability;
            column.push_back(parts);
        }
        decisions[std::to_string(table.patients[c])] = column;
    }
    return {{"rung", name_of(rung.rung)},
            {"level", rung.level.number()},
            {"dose", ladder.dose(rung.level)},
            {"decisions", decisions}};
}

} // namespace

std::string rung_words(RungTable const& rung, DoseLadder const& ladder)
{
    auto const dose = ladder.text(rung.level);
    switch (rung.rung) {
    case Rung::lowest: return ladder.size() == 1 ? "the only level, " + dose : "the lowest level, " + dose;
    case Rung::between: return dose + ", which stands for every level between the lowest and the highest";
    case Rung::highest: return "the highest level, " + dose;
    }
    return "";
}

std::vector<LevelMove> moves_in(ProtocolTable const& table)
{
    std::vector<LevelMove> found;
    for (auto const move : level_moves)
        for (auto const& rung : table.rungs)
            for (auto const& column : rung.of)
                for (auto const& ruling : column)
                    if (std::ranges::find(ruling.parts, move, &Ruling::Part::move) != ruling.parts.end() &&
                        std::ranges::find(found, move) == found.end())
                        found.push_back(move);
    return found;
}

std::vector<ChanceEntry> chances_in(ProtocolTable const& table)
{
    struct Choice {
        std::vector<Ruling::Part> parts;
        bool varies = false;
    };
    std::vector<Choice> choices;
    auto const moves = [](auto const& parts) { return Ruling{parts}.letters(); };
    for (auto const& rung : table.rungs)
        for (auto const& column : rung.of)
            for (auto const& ruling : column) {
                if (ruling.parts.size() < 2)
                    continue;
                auto const known = std::ranges::find_if(choices,
                                                        [&](Choice const& x) { return moves(x.parts) == ruling.letters(); });
                if (known == choices.end())
                    choices.push_back({ruling.parts, false});
                else
                    known->varies = known->varies || known->parts != ruling.parts;
            }
    std::vector<ChanceEntry> entries;
    for (auto const& choice : choices) {
        std::vector<std::string> ways;
        for (auto const& part : choice.parts)
            ways.push_back(choice.varies ? std::string{letter(part.move)}
                                         : fmt::format("{} with{} {}", letter(part.move), ways.empty() ? " probability" : "",
                                                       three_digits(part.probability)));
        entries.push_back({moves(choice.parts), fmt::format("by chance {}", fmt::join(ways, " or "))});
    }
    return entries;
}

std::string grade_words(ProtocolTable const& table)
{
    switch (table.outcomes) {
    case Outcomes::dlt: return "";
    case Outcomes::grade_2: return "Nobody has grade 2 without a DLT.";
    case Outcomes::grades: return "Every DLT is of grade 3, and nobody has grade 2 without a DLT.";
    }
    return "";
}

std::string sentence(std::string text)
{
    if (!text.ends_with('.'))
        text += '.';
    return text;
}

std::string deviations(ProtocolTable const& table, RungTable const& rung)
{
    struct Change {
        std::string from;
        std::string to;
        std::vector<std::string> cells;
        bool everywhere = true;
    };
    std::vector<Change> changes;
    auto const& main = table.main();
    for (std::size_t c = 0; c < table.patients.size(); ++c)
        for (int dlts = 0; dlts <= table.patients[c]; ++dlts) {
            auto const from = main.ruling(c, dlts).letters();
            auto const to = rung.ruling(c, dlts).letters();
            auto const known = std::ranges::find_if(changes, [&](auto const& x) { return x.from == from && x.to == to; });
            auto const cell = fmt::format("{}/{}", dlts, table.patients[c]);
            if (known != changes.end())
                known->cells.push_back(cell);
            else
                changes.push_back({from, to, {cell}});
        }
    for (auto& change : changes)
        change.everywhere = std::ranges::count(changes, change.from, &Change::from) == 1;
    std::vector<std::string> texts;
    constexpr std::size_t most_cells = 6;
    for (auto const& change : changes) {
        if (change.from == change.to)
            continue;
        auto text = change.from + " becomes " + change.to;
        if (!change.everywhere) {
            bool const many = change.cells.size() > most_cells;
            auto const shown = std::vector(change.cells.begin(),
                                           change.cells.begin() +
                                               static_cast<std::ptrdiff_t>(std::min(change.cells.size(), most_cells)));
            text += fmt::format(" at {}{}", fmt::join(shown, ", "), many ? ", ..." : "");
        }
        texts.push_back(text);
    }
    return fmt::format("{}", fmt::join(texts, "; "));
}

std::string protocol_table_text(TableResult const& result)
{
    auto const& table = result.table;
    auto text = fmt::format("{}\n{}\n\n", result.scenario.name, title(result));
    text += aligned(heads(table, "DLTs"), cells(table, table.main(), ">= ")) + "\n";
    for (auto const& line : legend(table))
        text += "  " + line + "\n";
    text += "\n";
    auto const boundaries = boundary_rows(table, "<=", ">=", "-");
    text += boundaries.empty() ? fmt::format("  {}\n", no_boundaries(table)) : aligned(heads(table, "patients"), boundaries);
    text += "\n";
    for (auto const& line : notes(result))
        text += "  " + line + "\n";
    return text;
}

std::string protocol_table_markdown(TableResult const& result)
{
    auto const& table = result.table;
    auto text = fmt::format("**{}** ({})\n\n", in_markdown(title(result)), in_markdown(result.scenario.name));
    text += piped(heads(table, "DLTs"), cells(table, table.main(), "≥ ")) + "\n";
    for (auto const& line : legend(table))
        text += "- " + line + "\n";
    text += "\n";
    if (auto const boundaries = boundary_rows(table, "≤", "≥", "–"); !boundaries.empty())
        text += piped(heads(table, "patients"), boundaries) + "\n";
    else
        text += no_boundaries(table) + "\n\n";
    for (auto const& line : notes(result))
        text += (line.starts_with("  ") ? "- " + line.substr(2) : line + "\n") + "\n";
    return text;
}

std::string protocol_table_csv(TableResult const& result)
{
    auto const ladder = result.scenario.ladder();
    Csv csv{{"design", "rung", "level", "dose_" + column_unit(symbol(ladder.unit())), "patients", "dlts", "decision",
             "probability", "meaning"}};
    for (auto const& rung : result.table.rungs)
        for (std::size_t c = 0; c < result.table.patients.size(); ++c)
            for (std::size_t dlts = 0; dlts < rung.of[c].size(); ++dlts)
                for (auto const& part : rung.of[c][dlts].parts)
                    csv.row({result.label, std::string{name_of(rung.rung)}, std::to_string(rung.level.number()),
                             fmt::format("{}", ladder.dose(rung.level)), std::to_string(result.table.patients[c]),
                             std::to_string(dlts), std::string{letter(part.move)}, fmt::format("{}", part.probability),
                             std::string{words(part.move)}});
    return csv.text();
}

std::string protocol_table_latex(TableResult const& result)
{
    auto const& table = result.table;
    auto text = fmt::format("% {}\n% needs \\usepackage{{booktabs}}\n", latex(title(result)));
    text += tabular(heads(table, "DLTs"), cells(table, table.main(), "$\\ge$ "));
    if (auto const boundaries = boundary_rows(table, "$\\le$", "$\\ge$", "--"); !boundaries.empty())
        text += "\n" + tabular(heads(table, "patients"), boundaries);
    else
        text += "\n" + latex(no_boundaries(table)) + "\n";
    text += "\n\\par\\footnotesize\n";
    for (auto const& line : legend(table))
        text += latex(line) + ".\\\\\n";
    for (auto const& line : notes(result))
        text += latex(line) + "\\\\\n";
    return text;
}

nlohmann::ordered_json protocol_table_json(TableResult const& result)
{
    auto const& table = result.table;
    auto const ladder = result.scenario.ladder();
    Json object{{"scenario", result.scenario.name}, {"version", version()},
                {"design", result.label},           {"unit", symbol(ladder.unit())},
                {"cohort_size", table.cohort_size}, {"patients", table.patients}};
    for (auto const move : level_moves)
        object["meaning"][std::string{letter(move)}] = words(move);
    object["rungs"] = Json::array();
    for (auto const& rung : table.rungs)
        object["rungs"].push_back(rung_json(table, rung, ladder));
    object["boundaries"] = Json::array();
    for (std::size_t c = 0; c < table.patients.size(); ++c) {
        auto const found = table.boundaries(c);
        auto const count = [](std::optional<int> const& number) { return number ? Json(*number) : Json(nullptr); };
        object["boundaries"].push_back(found ? Json{{"patients", table.patients[c]},
                                                    {"escalate_if_le", count(found->escalate_up_to)},
                                                    {"deescalate_if_ge", count(found->deescalate_from)},
                                                    {"eliminate_if_ge", count(found->eliminate_from)}}
                                             : Json(nullptr));
    }
    object["depends_on"] = table.depends_on;
    return object;
}

} // namespace escalon

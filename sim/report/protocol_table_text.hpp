// The protocol's decision table in the forms in which it is printed: text, Markdown, CSV, LaTeX, JSON.
#pragma once

#include "sim/runner/protocol_table.hpp"
#include "sim/scenario/scenario.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <vector>

namespace escalon {

struct TableResult {
    Scenario scenario;
    std::string label; ///< of the design
    ProtocolTable table;
};

std::string protocol_table_text(TableResult const& result);
std::string protocol_table_markdown(TableResult const& result);

/// One row a rung of the ladder, number of patients and number of DLTs, and of a choice by chance one a branch.
std::string protocol_table_csv(TableResult const& result);

/// A `tabular` with the rules of the package booktabs, and the words of its letters below.
std::string protocol_table_latex(TableResult const& result);

nlohmann::ordered_json protocol_table_json(TableResult const& result);

/// "between": for the words of tables and figures, with the level that stands for the others.
std::string rung_words(RungTable const& rung, DoseLadder const& ladder);

/// The moves that occur, in the order of the legend.
std::vector<LevelMove> moves_in(ProtocolTable const& table);

/// A choice by chance that occurs: "E/S", and its words.
struct ChanceEntry {
    std::string letters;
    std::string
        words; ///< "by chance E with probability 0.429 or S with 0.571"; without figures where they differ from cell to cell
};

std::vector<ChanceEntry> chances_in(ProtocolTable const& table);

/// What the tallies take for granted about grades; empty for a design that reads DLTs alone.
std::string grade_words(ProtocolTable const& table);

/// With a full stop at its end, unless that is one already.
std::string sentence(std::string text);

/// How an end of the ladder differs from the main table: "D becomes S, DU becomes X"; empty where it does not.
std::string deviations(ProtocolTable const& table, RungTable const& rung);

} // namespace escalon

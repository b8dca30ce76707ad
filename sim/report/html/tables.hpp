// What the tables of a report have in common.
#pragma once

#include "sim/report/html/markup.hpp"
#include "sim/report/run_result.hpp"

#include <string>

namespace escalon::html {

/// The head of a column, of a row, and a cell.
Markup head(Markup const& content, Attributes attributes = {});
Markup row_head(Markup const& content, Attributes attributes = {});
Markup cell(Markup const& content, std::string const& kind = {});

/// A wide table scrolls in a region of its own, also by keyboard.
Markup scrolling_table(std::string const& id, Markup const& caption, Markup const& rows);

/// "Truth steep: true MTD 30 mg/m², P(DLT) 30.0 %"; without its name where there is one truth.
Markup truth_heading(RunResult const& run, std::size_t index);

} // namespace escalon::html

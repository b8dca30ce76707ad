// A table of comma-separated values, cut into rows and cells that know their places.
#pragma once

#include "sim/scenario/diagnostic.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace escalon {

/// One value and where it stands.
struct CsvCell {
    std::string text; ///< without quotes and blanks around it
    Place place;
};

struct CsvRow {
    Place place;
    std::vector<CsvCell> cells;
    bool sound = true; ///< no fault in its quotes
};

/// Cuts a text into rows and cells (RFC 4180; blank lines are passed over). A quoted cell may not span lines: no column of our
/// tables needs it, and an open quote would swallow the rest of the file.
std::vector<CsvRow> csv_rows(Source const& source, int lines, Findings& findings);

} // namespace escalon

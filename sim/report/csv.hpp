// Tidy tables that R and Python read without help: one table a file, units in the column names (RFC 4180).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace escalon {

class Csv {
public:
    explicit Csv(std::vector<std::string> columns);

    /// @throws std::logic_error when the number of cells is not that of the columns
    void row(std::vector<std::string> const& cells);
    std::string const& text() const { return text_; }

private:
    std::size_t columns_;
    std::string text_;
};

/// "mg_m2" of "mg/m2": a unit as part of a column name.
std::string column_unit(std::string_view unit);

} // namespace escalon

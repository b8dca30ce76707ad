#include "sim/report/csv.hpp"

#include <stdexcept>

namespace escalon {
namespace {

std::string cell_text(std::string const& cell)
{
    if (cell.find_first_of(",\"\r\n") == std::string::npos)
        return cell;
    std::string quoted = "\"";
    for (char const c : cell) {
        if (c == '"')
            quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}

} // namespace

Csv::Csv(std::vector<std::string> columns) : columns_{columns.size()} { row(columns); }

void Csv::row(std::vector<std::string> const& cells)
{
    if (cells.size() != columns_)
        throw std::logic_error("a row of a table has another number of cells than its head");
    for (std::size_t i = 0; i < cells.size(); ++i)
        text_ += (i == 0 ? "" : ",") + cell_text(cells[i]);
    text_ += '\n';
}

std::string column_unit(std::string_view unit)
{
    std::string text;
    for (char const c : unit)
        text += c == '/' ? std::string{text.empty() ? "per_" : "_"} : c == '*' ? std::string{"_"} : std::string{c};
    return text;
}

} // namespace escalon

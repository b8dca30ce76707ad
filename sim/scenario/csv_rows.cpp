#include "sim/scenario/csv_rows.hpp"

#include "sim/scenario/letters.hpp"

#include <algorithm>

namespace escalon {

namespace {

class Cutter {
public:
    Cutter(Source const& source, Findings& findings) : source_{source}, findings_{findings} {}

    std::vector<CsvRow> rows(int lines) const
    {
        std::vector<CsvRow> all;
        for (int number = 1; number <= lines; ++number) {
            auto const line = source_.line(number);
            if (!trimmed(line).empty())
                all.push_back(row(line, number));
        }
        return all;
    }

private:
    CsvRow row(std::string_view line, int number) const
    {
        auto const faults = findings_.size();
        CsvRow row{place(number, 0, line.size()), {}};
        for (std::size_t at = 0;;) {
            auto const end = cell_end(line, number, at);
            row.sound = findings_.size() == faults;
            row.cells.push_back(cell(line.substr(at, end - at), number, at));
            if (end >= line.size())
                return row;
            at = end + 1;
        }
    }

    std::size_t cell_end(std::string_view line, int number, std::size_t at) const
    {
        auto const first = line.find_first_not_of(" \t", at);
        if (first == std::string_view::npos || line[first] != '"')
            return std::min(line.find(',', at), line.size());
        auto closing = first + 1;
        while (closing < line.size() && (line[closing] != '"' || line.substr(closing).starts_with("\"\"")))
            closing += line[closing] == '"' ? 2U : 1U;
        if (closing >= line.size()) {
            findings_.error(place(number, first, line.size() - first), "a quote opens here and is not closed in its line",
                            "close it with \"; a quote inside a quoted value is written twice");
            return line.size();
        }
        auto const end = std::min(line.find(',', closing), line.size());
        if (auto const rest = trimmed(line.substr(closing + 1, end - closing - 1)); !rest.empty())
            findings_.error(place(number, closing + 1, end - closing - 1), "text follows a closing quote",
                            "quote the whole value, or none of it");
        return end;
    }

    static CsvCell cell(std::string_view text, int number, std::size_t at)
    {
        auto const inner = trimmed(text);
        auto const start = inner.empty() ? at : at + static_cast<std::size_t>(inner.data() - text.data());
        CsvCell cell{std::string{inner}, place(number, start, inner.size())};
        if (inner.size() >= 2 && inner.front() == '"' && inner.back() == '"') {
            cell.text.clear();
            for (std::size_t i = 1; i + 1 < inner.size(); ++i) {
                cell.text += inner[i];
                i += inner[i] == '"' ? 1U : 0U;
            }
            cell.text = trimmed(std::string{cell.text});
        }
        return cell;
    }

    static Place place(int line, std::size_t column, std::size_t length)
    {
        return {line, static_cast<int>(column) + 1, std::max(1, static_cast<int>(length)), {}};
    }

    Source const& source_;
    Findings& findings_;
};

} // namespace

std::vector<CsvRow> csv_rows(Source const& source, int lines, Findings& findings) { return Cutter{source, findings}.rows(lines); }

} // namespace escalon

#include "sim/scenario/decision_table_file.hpp"

#include "sim/scenario/csv_rows.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <optional>

namespace escalon {
namespace {

constexpr int most_patients = 1000; // at one level: far beyond any phase I

class TableFile {
public:
    TableFile(Source const& source, int lines) : findings_{source}, rows_{csv_rows(source, lines, findings_)} {}

    std::vector<TableRow> read()
    {
        if (rows_.empty())
            findings_.error(Place{}, "the table is empty", "begin with the header patients,dlts,decision");
        else if (auto const patients = column("patients"); patients && column("decision"))
            read_cells(*patients, column("dlts"), *column("decision"), column("rung"));
        else if (column("dlts"))
            read_columns(*column("dlts"));
        else
            findings_.error(
                rows_.front().place, "the header names no decision table",
                "write patients,dlts,decision with a row a cell, or dlts,3,6,9 with a column for each number of patients");
        auto table = assembled();
        if (!findings_.empty())
            throw ScenarioError{findings_.sorted()};
        return table;
    }

private:
    std::optional<std::size_t> column(std::string_view name) const
    {
        auto const& header = rows_.front().cells;
        auto const found = std::ranges::find(header, name, &CsvCell::text);
        return found == header.end() ? std::nullopt : std::optional{static_cast<std::size_t>(found - header.begin())};
    }

    void read_cells(std::size_t patients, std::optional<std::size_t> dlts, std::size_t decision, std::optional<std::size_t> rung)
    {
        if (!dlts) {
            findings_.error(rows_.front().place, "the column 'dlts' is missing", "write patients,dlts,decision");
            return;
        }
        auto const last = std::max({patients, *dlts, decision, rung.value_or(0)});
        for (std::size_t i = 1; i < rows_.size(); ++i) {
            auto const& cells = rows_[i].cells;
            if (cells.size() <= last) {
                findings_.error(rows_[i].place,
                                "the row has " + std::to_string(cells.size()) + " values, the header " +
                                    std::to_string(rows_.front().cells.size()),
                                "write a value for each column");
                continue;
            }
            if (rung && cells[*rung].text != "between")
                continue;
            auto const n = count(cells[patients], 1);
            auto const y = count(cells[*dlts], 0);
            if (n && y)
                add(*n, *y, cells[decision]);
        }
    }

    void read_columns(std::size_t dlts)
    {
        std::map<std::size_t, int> patients;
        for (std::size_t i = 0; i < rows_.front().cells.size(); ++i)
            if (i != dlts)
                if (auto const n = count(rows_.front().cells[i], 1))
                    patients[i] = *n;
        for (std::size_t i = 1; i < rows_.size(); ++i) {
            auto const& cells = rows_[i].cells;
            auto const y = dlts < cells.size() ? count(cells[dlts], 0) : std::nullopt;
            for (auto const& [at, n] : patients)
                if (y && at < cells.size() && !cells[at].text.empty() && cells[at].text != "-")
                    add(n, *y, cells[at]);
        }
    }

    std::optional<int> count(CsvCell const& cell, int least)
    {
        int value = 0;
        auto const* end = cell.text.data() + cell.text.size();
        if (auto const read = std::from_chars(cell.text.data(), end, value);
            read.ec == std::errc{} && read.ptr == end && value >= least && value <= most_patients)
            return value;
        findings_.error(cell.place, in_quotes(cell.text) + " is no number of " + (least > 0 ? "patients" : "DLTs"),
                        "write a whole number from " + std::to_string(least));
        return std::nullopt;
    }

    void add(int patients, int dlts, CsvCell const& decision)
    {
        if (dlts > patients)
            findings_.error(decision.place, std::to_string(dlts) + " DLTs in " + std::to_string(patients) + " patients cannot be",
                            "leave the cell empty, or write -");
        else if (!table_[patients].try_emplace(dlts, decision).second)
            findings_.error(decision.place,
                            "a second decision for " + std::to_string(dlts) + " DLTs in " + std::to_string(patients) +
                                " patients",
                            "give each once");
    }

    /// Holes, letters that are none and decisions that rise are told where they stand.
    std::vector<TableRow> assembled()
    {
        std::vector<TableRow> table;
        for (auto const& [patients, cells] : table_) {
            TableRow row{.patients = patients};
            for (int dlts = 0; dlts <= patients; ++dlts) {
                auto const cell = cells.find(dlts);
                if (cell == cells.end()) {
                    findings_.error(cells.begin()->second.place,
                                    "the table has a hole: no decision for " + std::to_string(dlts) + " DLTs in " +
                                        std::to_string(patients) + " patients",
                                    "write E, S, D or DU for 0 to " + std::to_string(patients) + " DLTs");
                    row.decisions.emplace_back("S"); // told already
                } else {
                    row.decisions.push_back(cell->second.text);
                }
            }
            for (auto const& fault : row.faults())
                findings_.error(place_of(fault.field, cells), fault.problem, fault.remedy);
            table.push_back(std::move(row));
        }
        return table;
    }

    /// @param field "decisions[2]"
    static Place place_of(std::string const& field, std::map<int, CsvCell> const& cells)
    {
        int dlts = 0;
        if (auto const open = field.find('['); open != std::string::npos)
            std::from_chars(field.data() + open + 1, field.data() + field.size(), dlts);
        auto const cell = cells.find(dlts);
        return (cell == cells.end() ? cells.begin() : cell)->second.place;
    }

    Findings findings_;
    std::vector<CsvRow> rows_;
    std::map<int, std::map<int, CsvCell>> table_; ///< by patients, then DLTs
};

} // namespace

std::vector<TableRow> read_decision_table(std::string_view text, std::string const& name)
{
    Source const source{name, std::string{without_byte_order_mark(text)}};
    auto const lines = static_cast<int>(std::ranges::count(text, '\n')) + 1;
    return TableFile{source, lines}.read();
}

} // namespace escalon

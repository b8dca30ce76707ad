#include "sim/scenario/individuals_file.hpp"

#include "sim/scenario/csv_rows.hpp"
#include "sim/scenario/letters.hpp"
#include "sim/scenario/number.hpp"

#include <algorithm>
#include <map>
#include <optional>

namespace escalon {
namespace {

class IndividualsFile {
public:
    IndividualsFile(Source const& source, int lines, Keyed<std::string> const& units, pk::Model const& model,
                    std::span<std::string const> covariates)
        : findings_{source},
          rows_{csv_rows(source, lines, findings_)},
          units_{units},
          model_{model},
          covariates_{covariates},
          parameters_{pk::parameter_names(model)}
    {}

    std::vector<IndividualColumn> read()
    {
        if (rows_.size() < 2) {
            auto const place = rows_.empty() ? Place{} : rows_.front().place;
            findings_.error(place, "the file has no individuals",
                            "write a header, ID,CL (L/d),V1 (L), and a row for each individual");
        } else {
            read_header();
            check_rows();
            for (auto const& column : columns_)
                read_column(column);
        }
        if (!findings_.empty())
            throw ScenarioError{findings_.sorted()};
        return std::move(found_);
    }

private:
    struct Column {
        std::size_t at; ///< in the rows
        std::string name;
        std::optional<std::string> unit;
    };

    std::vector<CsvCell> const& header() const { return rows_.front().cells; }

    /// "CL" and "L/d" of "CL (L/d)" or "CL [L/d]"
    static Column named(std::string_view text, std::size_t at)
    {
        auto const open = text.find_first_of("([");
        if (open == std::string_view::npos || !(text.ends_with(')') || text.ends_with(']')))
            return {at, std::string{text}, std::nullopt};
        auto const unit = trimmed(text.substr(open + 1, text.size() - open - 2));
        return {at, std::string{trimmed(text.substr(0, open))}, std::string{unit}};
    }

    bool is_wanted(std::string_view name) const
    {
        return std::ranges::find(parameters_, name) != parameters_.end() || body_dimension(name) ||
               std::ranges::find(covariates_, name) != covariates_.end();
    }

    void read_header()
    {
        if (header().front().text.starts_with("TABLE NO."))
            return findings_.error(
                rows_.front().place, "this is a table with NONMEM's title line",
                "write it by $TABLE ... NOTITLE FORMAT=, or remove the line and put commas between the columns");
        std::vector<std::string> headers;
        for (std::size_t at = 0; at < header().size(); ++at) {
            auto column = named(header()[at].text, at);
            auto const given = column.name;
            headers.push_back(given);
            column.name = column_name(given, parameters_);
            if (given == "ID")
                id_ = at;
            if (!is_wanted(column.name))
                continue;
            if (auto const* unit = units_.find(given); unit && column.unit)
                findings_.error(header()[at].place, "the unit of '" + given + "' stands here and in the scenario", "keep one");
            else if (unit)
                column.unit = *unit;
            if (std::ranges::find(columns_, column.name, &Column::name) != columns_.end())
                findings_.error(header()[at].place, "a second column of '" + column.name + "'", "keep one");
            else
                columns_.push_back(std::move(column));
        }
        for (auto const& [column, unit] : units_.entries)
            if (std::ranges::find(headers, column) == headers.end())
                findings_.error(rows_.front().place,
                                "the scenario has a unit for '" + column + "', which the header does not name",
                                "write the name as in the header");
        if (columns_.empty())
            findings_.error(rows_.front().place, "the header names nothing that the model or its covariates read",
                            "name parameters, " + listed() + ", or BSA, WT, ANTIGEN or a covariate of the effects");
    }

    std::string listed() const
    {
        std::string text;
        for (auto const parameter : parameters_)
            text += (text.empty() ? "" : ", ") + std::string{parameter};
        return text;
    }

    void check_rows()
    {
        std::map<std::string, int> first_line;
        for (std::size_t i = 1; i < rows_.size(); ++i) {
            auto const& row = rows_[i];
            if (row.cells.size() != header().size())
                findings_.error(row.place,
                                "the row has " + std::to_string(row.cells.size()) + " values, the header " +
                                    std::to_string(header().size()),
                                "write a value for each column");
            if (!id_ || *id_ >= row.cells.size())
                continue;
            auto const& id = row.cells[*id_];
            if (auto const [earlier, is_new] = first_line.try_emplace(id.text, row.place.line); !is_new)
                findings_.error(id.place,
                                "individual " + in_quotes(id.text) + " has a row already, in line " +
                                    std::to_string(earlier->second),
                                "keep one row for each individual, as $TABLE ... FIRSTONLY does");
        }
    }

    /// Whether a covariate has a value that is no number; figures that must be numbers are none of these.
    bool holds_categories(Column const& column) const
    {
        if (std::ranges::find(covariates_, column.name) == covariates_.end())
            return false;
        auto const is_text = [&](CsvRow const& row) {
            return column.at < row.cells.size() && is_word(row.cells[column.at].text);
        };
        return std::all_of(rows_.begin() + 1, rows_.end(), is_text);
    }

    /// A category begins with a letter, and is none of the ways to say that nothing is known.
    static bool is_word(std::string_view text)
    {
        bool const letter = !text.empty() && ((text[0] >= 'a' && text[0] <= 'z') || (text[0] >= 'A' && text[0] <= 'Z'));
        return letter && text != "NA" && text != "NaN" && text != "nan";
    }

    void read_column(Column const& column)
    {
        IndividualColumn result{.name = column.name, .unit = column.unit, .values = {}, .categories = {}};
        bool const categories = holds_categories(column);
        std::vector<Place> places;
        for (std::size_t i = 1; i < rows_.size(); ++i) {
            if (column.at >= rows_[i].cells.size())
                continue; // told already
            auto const& cell = rows_[i].cells[column.at];
            if (categories)
                result.categories.push_back(cell.text);
            else if (auto const value = number(cell, column.name)) {
                result.values.push_back(*value);
                places.push_back(cell.place);
            }
        }
        for (auto const& fault : column_faults(result, model_))
            findings_.error(place_of(fault.field, header()[column.at].place, places), fault.problem, fault.remedy);
        found_.push_back(std::move(result));
    }

    std::optional<double> number(CsvCell const& cell, std::string const& column)
    {
        if (cell.text.empty() || cell.text == "." || cell.text == "NA") {
            findings_.error(cell.place, "'" + column + "' is missing", "leave the individual out, or give a value");
            return std::nullopt;
        }
        auto const parsed = parse_number(cell.text);
        if (auto const* fault = std::get_if<NumberFault>(&parsed)) {
            findings_.error(cell.place, "'" + column + "' " + fault->problem, fault->remedy);
            return std::nullopt;
        }
        return std::get<double>(parsed);
    }

    /// @param field "values[2]", or of the whole column
    static Place place_of(std::string_view field, Place const& whole, std::vector<Place> const& places)
    {
        constexpr std::string_view of_value = "values[";
        if (!field.starts_with(of_value))
            return whole;
        auto const index = std::stoul(std::string{field.substr(of_value.size())});
        return index < places.size() ? places[index] : whole;
    }

    Findings findings_;
    std::vector<CsvRow> rows_;
    Keyed<std::string> const& units_;
    pk::Model const& model_;
    std::span<std::string const> covariates_;
    std::span<std::string_view const> parameters_;
    std::optional<std::size_t> id_;
    std::vector<Column> columns_;
    std::vector<IndividualColumn> found_;
};

} // namespace

std::vector<IndividualColumn> read_individuals(std::string_view text, std::string const& name, Keyed<std::string> const& units,
                                               pk::Model const& model, std::span<std::string const> covariates)
{
    Source const source{name, std::string{without_byte_order_mark(text)}};
    auto const lines = static_cast<int>(std::ranges::count(text, '\n')) + 1;
    return IndividualsFile{source, lines, units, model, covariates}.read();
}

} // namespace escalon

#include "sim/scenario/event_table.hpp"

#include "pk_models/units.hpp"
#include "sim/scenario/csv_rows.hpp"
#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/letters.hpp"
#include "sim/scenario/number.hpp"
#include "sim/scenario/suggest.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

namespace escalon {
namespace {

enum class Column { id, time, amt, rate, dur, evid, cmt, ii, addl, ss, mdv, occ };

constexpr std::array columns{EnumName<Column>{Column::id, "id"},     EnumName<Column>{Column::time, "time"},
                             EnumName<Column>{Column::amt, "amt"},   EnumName<Column>{Column::rate, "rate"},
                             EnumName<Column>{Column::dur, "dur"},   EnumName<Column>{Column::evid, "evid"},
                             EnumName<Column>{Column::cmt, "cmt"},   EnumName<Column>{Column::ii, "ii"},
                             EnumName<Column>{Column::addl, "addl"}, EnumName<Column>{Column::ss, "ss"},
                             EnumName<Column>{Column::mdv, "mdv"},   EnumName<Column>{Column::occ, "occ"}};

constexpr std::string_view measured_column = "dv";
constexpr std::string_view comment = "c"; ///< a column of that name marks rows that are comments

struct KnownCovariate {
    std::string_view name;
    Bounds within;
    std::string_view remedy;
};
constexpr std::array known_covariates{KnownCovariate{"WT", bounds::positive, "write the body weight in kg"},
                                      KnownCovariate{"BSA", bounds::positive, "write the body surface in m2"},
                                      KnownCovariate{"ANTIGEN", bounds::not_negative,
                                                     "write the level of shed antigen in U/mL, 0 for none"}};

std::string in_capitals(std::string_view text)
{
    std::string result{text};
    std::ranges::transform(result, result.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return result;
}

bool is_missing(std::string_view text) { return text.empty() || text == "."; }

/// The text with its comments empty, so that nothing is found in them and every line keeps its number.
std::string without_comments(std::string_view text)
{
    std::string result;
    bool after_header = false;
    for (std::size_t at = 0; at < text.size();) {
        auto const end = std::min(text.find('\n', at), text.size());
        auto const line = trimmed(text.substr(at, end - at));
        bool const begins_with_c = !line.empty() && (line.front() == 'C' || line.front() == 'c');
        bool const blank_follows = line.size() == 1 || (line.size() > 1 && (line[1] == ' ' || line[1] == '\t'));
        bool const cell_of_c = line.size() > 1 && line[1] == ',';
        bool const is_comment = line.starts_with('#') || (begins_with_c && (blank_follows || (cell_of_c && after_header)));
        if (!is_comment)
            result += text.substr(at, end - at);
        after_header = after_header || (!is_comment && !line.empty());
        if (end < text.size())
            result += '\n';
        at = end + 1;
    }
    return result;
}

class EventTableReader {
public:
    EventTableReader(Source const& source, int lines, pk::FirstCompartment first, TimeColumns times, pk::SteadyStates taken)
        : first_{first},
          taken_{taken},
          hours_{times == TimeColumns::hours},
          findings_{source},
          rows_{csv_rows(source, lines, findings_)}
    {
        if (rows_.empty())
            findings_.error({}, "there is nothing in this table", "the first line names the columns: ID,TIME,AMT,EVID");
    }

    EventTable read()
    {
        if (!rows_.empty() && rows_.front().sound)
            read_header();
        if (findings_.empty()) {
            choose_covariates();
            for (std::size_t i = 1; i < rows_.size(); ++i)
                read_row(rows_[i]);
            check_records();
        }
        if (findings_.empty() && table_.patients.empty())
            findings_.error(rows_.front().place, "there is a header and no record", "add a row a dose and a row a sample");
        if (!findings_.empty())
            throw ScenarioError(findings_.sorted());
        if (!left_aside_.empty())
            table_.notes.push_back("columns without numbers were left aside: " + listing(left_aside_));
        if (!table_.covariates.empty())
            table_.notes.push_back("read as covariates: " + listing(table_.covariates));
        return std::move(table_);
    }

private:
    void read_header()
    {
        auto const& header = rows_.front();
        std::map<std::string, std::size_t> seen;
        for (std::size_t c = 0; c < header.cells.size(); ++c) {
            auto const& cell = header.cells[c];
            auto const name = lowered(cell.text);
            if (name.empty())
                findings_.error(cell.place, "a column without a name", "name it, or take it out");
            else if (!seen.try_emplace(name, c).second)
                findings_.error(cell.place, "the column " + in_quotes(cell.text) + " stands in the header twice",
                                "keep one of them");
            else if (auto const known = std::ranges::find(columns, name, &EnumName<Column>::name); known != columns.end())
                places_[known->value] = c;
            else if (name != measured_column && name != comment)
                others_.push_back(c);
        }
        for (auto const needed : {Column::id, Column::time, Column::amt})
            if (!places_.contains(needed))
                missing_column(in_capitals(name_of_column(needed)));
    }

    static std::string_view name_of_column(Column column)
    {
        return std::ranges::find(columns, column, &EnumName<Column>::value)->name;
    }

    void missing_column(std::string const& name)
    {
        std::vector<std::string> const wanted{name};
        for (auto const c : others_)
            if (auto const& cell = rows_.front().cells[c]; nearest(in_capitals(cell.text), wanted))
                return findings_.error(cell.place, in_quotes(cell.text) + " is no column of events",
                                       "did you mean '" + name + "'?");
        findings_.error(
            rows_.front().place, "the header has no column '" + name + "'",
            "the first line names the columns: ID,TIME,AMT, and of RATE,DUR,EVID,CMT,II,ADDL,SS,MDV,OCC those needed");
    }

    /// A column in which nothing is a number is text, and left aside; of any other each cell must be one.
    void choose_covariates()
    {
        for (auto const c : others_) {
            auto const name = in_capitals(rows_.front().cells[c].text);
            bool const known = std::ranges::find(known_covariates, name, &KnownCovariate::name) != known_covariates.end();
            bool const numbers = std::any_of(rows_.begin() + 1, rows_.end(), [c](CsvRow const& row) {
                return c < row.cells.size() && std::holds_alternative<double>(parse_number(row.cells[c].text));
            });
            if (known || numbers) {
                covariate_columns_.push_back(c);
                table_.covariates.push_back(name);
            } else {
                left_aside_.push_back(rows_.front().cells[c].text);
            }
        }
    }

    void read_row(CsvRow const& row)
    {
        if (!row.sound)
            return spoil();
        if (row.cells.size() != rows_.front().cells.size()) {
            findings_.error(row.place,
                            "this row has " + std::to_string(row.cells.size()) + " values, the header " +
                                std::to_string(rows_.front().cells.size()),
                            "every row has a value for each column; '.' where there is none");
            return spoil();
        }
        auto const before = findings_.size();
        auto* patient = patient_of(row);
        pk::EventRecord record{.time_d = time(row, Column::time).value_or(0),
                               .amt_mg = number(row, Column::amt).value_or(0),
                               .rate_mg_per_d = rate(row),
                               .dur_d = time(row, Column::dur).value_or(0),
                               .evid = 0,
                               .cmt = whole(row, Column::cmt).value_or(0),
                               .ii_d = time(row, Column::ii).value_or(0),
                               .addl = whole(row, Column::addl).value_or(0),
                               .ss = whole(row, Column::ss).value_or(0),
                               .mdv = whole(row, Column::mdv).value_or(0),
                               .occasion = whole(row, Column::occ).value_or(0),
                               .row = row.place.line};
        record.evid = whole(row, Column::evid).value_or(record.amt_mg != 0 ? pk::evid::dose : pk::evid::observation);
        if (is_missing(cell(row, Column::time)->text))
            findings_.error(cell(row, Column::time)->place, "a record without a time", "write when it happened");
        if (record.mdv != 0 && record.mdv != 1)
            findings_.error(cell(row, Column::mdv)->place, "there is no MDV " + std::to_string(record.mdv),
                            "0 measured, 1 not measured");
        if (!patient)
            return;
        auto covariates = covariates_in(row, *patient);
        if (findings_.size() != before)
            patients_[table_.patients.size() - 1].sound = false;
        patient->records.push_back(record);
        patient->covariates.push_back(std::move(covariates));
        patients_.back().rows.push_back(&row);
    }

    /// What follows from a row that could not be read is not told.
    void spoil()
    {
        if (!patients_.empty())
            patients_.back().sound = false;
    }

    EventTable::Patient* patient_of(CsvRow const& row)
    {
        auto const& id = *cell(row, Column::id);
        if (is_missing(id.text)) {
            findings_.error(id.place, "a record without a patient", "give every record the ID of its patient");
            return nullptr;
        }
        if (!table_.patients.empty() && table_.patients.back().id == id.text)
            return &table_.patients.back();
        auto const earlier = std::ranges::find(table_.patients, id.text, &EventTable::Patient::id);
        if (earlier != table_.patients.end()) {
            findings_.error(id.place,
                            "records of patient " + in_quotes(id.text) + " stand in line " +
                                std::to_string(earlier->records.empty() ? 0 : earlier->records.back().row) +
                                " already, with another patient's in between",
                            "keep a patient's records together: sort by ID, then by TIME");
            return nullptr;
        }
        table_.patients.push_back({.id = id.text, .records = {}, .covariates = {}});
        patients_.emplace_back();
        return &table_.patients.back();
    }

    CsvCell const* cell(CsvRow const& row, Column column) const
    {
        auto const place = places_.find(column);
        return place == places_.end() ? nullptr : &row.cells[place->second];
    }

    std::optional<double> number(CsvCell const& cell, std::string_view what)
    {
        if (is_missing(cell.text))
            return std::nullopt;
        auto const read = parse_number(cell.text);
        if (auto const* value = std::get_if<double>(&read))
            return *value;
        findings_.error(cell.place, in_quotes(cell.text) + " is no number for " + std::string{what},
                        "write a number, or '.' where there is none");
        return std::nullopt;
    }

    std::optional<double> number(CsvRow const& row, Column column)
    {
        auto const* found = cell(row, column);
        return found ? number(*found, in_capitals(name_of_column(column))) : std::nullopt;
    }

    std::optional<double> time(CsvRow const& row, Column column)
    {
        auto const value = number(row, column);
        return value && hours_ ? std::optional{*value / unit::hours_per_day} : value;
    }

    /// NONMEM's -1 and -2 are codes and stay what they are.
    double rate(CsvRow const& row)
    {
        double const value = number(row, Column::rate).value_or(0);
        return hours_ && value > 0 ? value * unit::hours_per_day : value;
    }

    std::optional<int> whole(CsvRow const& row, Column column)
    {
        auto const value = number(row, column);
        if (!value)
            return std::nullopt;
        if (*value == std::trunc(*value) && std::abs(*value) <= std::numeric_limits<int>::max())
            return static_cast<int>(*value);
        auto const& found = *cell(row, column);
        findings_.error(found.place, in_capitals(name_of_column(column)) + " " + in_quotes(found.text) + " is not whole",
                        "write a whole number");
        return std::nullopt;
    }

    std::vector<double> covariates_in(CsvRow const& row, EventTable::Patient const& patient)
    {
        std::vector<double> values;
        for (std::size_t k = 0; k < covariate_columns_.size(); ++k) {
            auto const& found = row.cells[covariate_columns_[k]];
            auto const& name = table_.covariates[k];
            auto const value = number(found, name);
            if (value) {
                auto const known = std::ranges::find(known_covariates, name, &KnownCovariate::name);
                if (known != known_covariates.end() && !known->within.contain(*value))
                    findings_.error(found.place, name + " cannot be " + shortest(*value), std::string{known->remedy});
            } else if (is_missing(found.text) && patient.covariates.empty()) {
                findings_.error(found.place, "the first record of patient " + in_quotes(patient.id) + " has no " + name,
                                "give its value; later records may leave it out, then it holds on");
            }
            values.push_back(value ? *value : patient.covariates.empty() ? 0 : patient.covariates.back()[k]);
        }
        return values;
    }

    /// What is wrong between the values of records that could be read.
    void check_records()
    {
        for (std::size_t p = 0; p < table_.patients.size(); ++p) {
            if (!patients_[p].sound)
                continue;
            for (auto const& fault : pk::faults(table_.patients[p].records, first_, taken_)) {
                auto const opening = fault.field.find('[') + 1;
                auto const record = std::stoul(fault.field.substr(opening));
                auto const name = lowered(fault.field.substr(fault.field.rfind('.') + 1));
                auto const& row = *patients_[p].rows[record];
                auto const* at = cell(row, std::ranges::find(columns, name, &EnumName<Column>::name)->value);
                findings_.error(at ? at->place : row.place, fault.problem, fault.remedy);
            }
        }
    }

    struct Rows {
        std::vector<CsvRow const*> rows; ///< one a record
        bool sound = true;
    };

    pk::FirstCompartment first_;
    pk::SteadyStates taken_;
    bool hours_;
    Findings findings_;
    std::vector<CsvRow> rows_;
    std::map<Column, std::size_t> places_;
    std::vector<std::size_t> others_;
    std::vector<std::size_t> covariate_columns_;
    std::vector<std::string> left_aside_;
    EventTable table_;
    std::vector<Rows> patients_; ///< of the table's patients
};

} // namespace

std::optional<std::size_t> EventTable::covariate(std::string_view name) const
{
    auto const found = std::ranges::find(covariates, in_capitals(name));
    return found == covariates.end() ? std::nullopt : std::optional{static_cast<std::size_t>(found - covariates.begin())};
}

pk::Covariates EventTable::covariates_of(Patient const& patient, std::size_t record, pk::Covariates const& otherwise) const
{
    auto covariates_here = otherwise;
    auto const& values = patient.covariates[record];
    if (auto const weight = covariate("WT"))
        covariates_here.weight = values[*weight] * unit::kg;
    if (auto const bsa = covariate("BSA"))
        covariates_here.bsa = values[*bsa] * unit::m2;
    if (auto const antigen = covariate("ANTIGEN"))
        covariates_here.antigen = values[*antigen] * unit::U_per_mL;
    return covariates_here;
}

EventTable read_event_table(std::string_view text, std::string const& name, pk::FirstCompartment first, TimeColumns times,
                            pk::SteadyStates taken)
{
    text = without_byte_order_mark(text);
    Source const source{name, without_comments(text)};
    auto const lines = static_cast<int>(std::ranges::count(text, '\n')) + 1;
    return EventTableReader{source, lines, first, times, taken}.read();
}

} // namespace escalon

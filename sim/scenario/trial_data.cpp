#include "sim/scenario/trial_data.hpp"

#include "pk_models/units.hpp"
#include "sim/scenario/csv_rows.hpp"
#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/letters.hpp"
#include "sim/scenario/number.hpp"
#include "sim/scenario/suggest.hpp"
#include "sim/vocabulary/notation.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

namespace escalon {
namespace {

constexpr std::string_view cell_blanks = " \t\r";
/// What a column holds.
enum class Field { patient, cohort, level, dose, dlt, grade, auc, cmax, average, trough };

constexpr std::array fields{EnumName<Field>{Field::patient, "patient"},
                            EnumName<Field>{Field::cohort, "cohort"},
                            EnumName<Field>{Field::level, "level"},
                            EnumName<Field>{Field::dose, "dose"},
                            EnumName<Field>{Field::dlt, "dlt"},
                            EnumName<Field>{Field::grade, "grade"},
                            EnumName<Field>{Field::auc, "auc_mg_d_per_l"},
                            EnumName<Field>{Field::cmax, "cmax_mg_per_l"},
                            EnumName<Field>{Field::average, "average_mg_per_l"},
                            EnumName<Field>{Field::trough, "trough_mg_per_l"}};

constexpr std::array exposure_fields{std::pair{Field::auc, ExposureMetric::auc}, std::pair{Field::cmax, ExposureMetric::cmax},
                                     std::pair{Field::average, ExposureMetric::average},
                                     std::pair{Field::trough, ExposureMetric::trough}};

class TableReader {
public:
    TableReader(Source const& source, DoseLadder const& ladder, int lines)
        : ladder_{ladder}, findings_{source}, rows_{csv_rows(source, lines, findings_)}
    {}

    TrialData read()
    {
        auto const faults_of_quotes = findings_.size();
        read_header();
        if (findings_.size() == faults_of_quotes && rows_.front().sound)
            for (std::size_t i = 1; i < rows_.size(); ++i)
                if (rows_[i].sound)
                    read_row(rows_[i]);
        if (findings_.empty() && rows_.size() == 1)
            findings_.error(rows_.front().place, "there is a header and no patient",
                            "add a row a patient, or leave --data out to ask for the first cohort");
        if (!findings_.empty())
            throw ScenarioError(findings_.sorted());
        return finished();
    }

private:
    struct Group {
        CsvCell first; ///< of its first row
        DoseLevel level;
        std::string dose_as_written;
        Cohort cohort;
        bool scattered = false; ///< other cohorts lie between its rows
    };

    void read_header()
    {
        auto const& header = rows_.front();
        std::vector<std::string> known;
        for (auto const& field : fields)
            known.emplace_back(field.name);
        for (std::size_t c = 0; c < header.cells.size(); ++c) {
            auto const& cell = header.cells[c];
            auto const name = lowered(cell.text);
            auto const field = std::ranges::find(fields, name, [](auto const& f) { return f.name; });
            if (field == fields.end()) {
                if (auto const meant = nearest(name, known); meant && !name.empty())
                    near_misses_.emplace_back(*meant, cell);
                others_.push_back(cell.text);
            } else if (!columns_.try_emplace(field->value, c).second) {
                findings_.error(cell.place, "the column " + in_quotes(cell.text) + " stands in the header twice",
                                "keep one of them");
            }
        }
        for (auto const field : {Field::patient, Field::cohort, Field::dlt})
            if (!columns_.contains(field))
                missing(std::string{fields[static_cast<std::size_t>(field)].name});
        if (!columns_.contains(Field::level) && !columns_.contains(Field::dose))
            missing("dose");
    }

    void missing(std::string const& name)
    {
        for (auto const& [meant, cell] : near_misses_)
            if (meant == name || (name == "dose" && meant == "level"))
                return findings_.error(cell.place, in_quotes(cell.text) + " is no column of a trial's data",
                                       "did you mean '" + meant + "'?");
        auto const what = name == "dose" ? std::string{"'dose' (or 'level')"} : "'" + name + "'";
        findings_.error(rows_.front().place, "the header has no column " + what,
                        "the first line names the columns: patient,cohort,dose,dlt; in place of dose, level counts from 1");
    }

    void read_row(CsvRow const& row)
    {
        auto const columns = rows_.front().cells.size();
        if (row.cells.size() != columns)
            return findings_.error(
                row.place, "this row has " + std::to_string(row.cells.size()) + " values, the header " + std::to_string(columns),
                "every row has a value for each column; a value with a comma stands in quotes");
        auto const& patient = cell(row, Field::patient);
        if (patient.text.empty())
            findings_.error(patient.place, "a row without a patient", "give every patient a number or name of its own");
        else if (auto const [seen, fresh] = patients_.try_emplace(patient.text, patient.place.line); !fresh)
            findings_.error(patient.place,
                            "patient " + in_quotes(patient.text) + " is in line " + std::to_string(seen->second) + " already",
                            "a patient counts once: keep the row with the worst outcome of the window");
        auto const level = level_of(row);
        auto const dlt = dlt_of(cell(row, Field::dlt));
        auto const& cohort = cell(row, Field::cohort);
        if (cohort.text.empty())
            return findings_.error(cohort.place, "a row without a cohort", "number the cohorts in order of entry: 1, 2, ...");
        auto const grade = dlt ? grade_of(row, *dlt) : std::nullopt;
        auto const measured = exposures_of(row);
        if (level && grade)
            add(cohort, *level, *grade, row, measured);
    }

    /// Figures of exposure; an empty cell is a patient of whom nothing was measured.
    std::vector<std::pair<ExposureMetric, double>> exposures_of(CsvRow const& row)
    {
        std::vector<std::pair<ExposureMetric, double>> found;
        for (auto const& [field, metric] : exposure_fields) {
            if (!columns_.contains(field) || cell(row, field).text.empty())
                continue;
            auto const& written = cell(row, field);
            auto const number = parse_number(written.text);
            auto const* value = std::get_if<double>(&number);
            if (value && *value > 0)
                found.emplace_back(metric, *value);
            else
                findings_.error(written.place, in_quotes(written.text) + " is no exposure",
                                "write a figure above 0 in " + std::string{unit_of(metric)} +
                                    " without its unit, or leave the cell empty where nothing was measured");
        }
        return found;
    }

    CsvCell const& cell(CsvRow const& row, Field field) const { return row.cells[columns_.at(field)]; }

    std::optional<DoseLevel> level_of(CsvRow const& row)
    {
        bool const by_level = columns_.contains(Field::level);
        bool const by_dose = columns_.contains(Field::dose);
        auto const level = by_level ? numbered(cell(row, Field::level)) : std::nullopt;
        auto const dose = by_dose ? dosed(cell(row, Field::dose)) : std::nullopt;
        if (level && dose && *level != *dose)
            findings_.error(cell(row, Field::dose).place,
                            "level " + std::to_string(level->number()) + " is " + ladder_.text(*level) + ", not " +
                                ladder_.text(*dose),
                            "correct one of the two, or leave one column out");
        return by_level && !level ? std::nullopt : by_dose ? dose : level;
    }

    std::optional<DoseLevel> numbered(CsvCell const& cell)
    {
        auto const number = parse_whole(cell.text);
        auto const* value = std::get_if<std::int64_t>(&number);
        if (value && *value >= 1 && *value <= ladder_.size())
            return DoseLevel::from_number(static_cast<int>(*value));
        findings_.error(cell.place, in_quotes(cell.text) + " is not a level of the ladder",
                        "its levels are 1 to " + std::to_string(ladder_.size()) + ": " + doses());
        return std::nullopt;
    }

    /// "36", "36 mg/m2"
    std::optional<DoseLevel> dosed(CsvCell const& cell)
    {
        auto const length = number_length(cell.text);
        auto const number = parse_number(std::string_view{cell.text}.substr(0, length));
        auto const unit = trimmed(std::string_view{cell.text}.substr(length));
        auto const* value = std::get_if<double>(&number);
        if (!value) {
            findings_.error(cell.place, in_quotes(cell.text) + " is no dose", "write a dose of the ladder: " + doses());
            return std::nullopt;
        }
        if (!unit.empty() && unit != symbol(ladder_.unit())) {
            findings_.error(cell.place,
                            in_quotes(unit) + " is not the unit of the ladder, " + std::string{symbol(ladder_.unit())},
                            "write '" + shortest(*value) + " " + std::string{symbol(ladder_.unit())} +
                                "' if that is the dose, or the number alone");
            return std::nullopt;
        }
        auto const level = ladder_.level_of(*value);
        if (!level)
            findings_.error(cell.place, shortest(*value) + " is not a dose of the ladder", "its doses are " + doses());
        return level;
    }

    std::optional<bool> dlt_of(CsvCell const& cell)
    {
        auto const word = lowered(cell.text);
        for (auto const* yes : {"1", "yes", "true"})
            if (word == yes)
                return true;
        for (auto const* no : {"0", "no", "false"})
            if (word == no)
                return false;
        for (auto const* pending : {"", "na", "n/a", "nan", ".", "?", "pending", "unknown"})
            if (word == pending) {
                findings_.error(cell.place,
                                word.empty() ? "whether this patient had a DLT is not on record"
                                             : in_quotes(cell.text) + ": whether this patient had a DLT is not known yet",
                                "these designs decide when every patient's window has ended; pending patients need a "
                                "time-to-event design, which Escalon does not have yet");
                return std::nullopt;
            }
        findings_.error(cell.place, in_quotes(cell.text) + " is no outcome", "dlt is 1 or 0, yes or no, true or false");
        return std::nullopt;
    }

    /// What limits the dose is the protocol's to say: the grade tells DLTs from DLTs, and other toxicities from none.
    std::optional<Grade> grade_of(CsvRow const& row, bool dlt)
    {
        auto const mildest = dlt ? Grade::severe : Grade::mild;
        if (!columns_.contains(Field::grade) || cell(row, Field::grade).text.empty())
            return mildest;
        constexpr std::int64_t worst = 5; // CTCAE
        auto const& written = cell(row, Field::grade);
        auto const number = parse_whole(written.text);
        auto const* grade = std::get_if<std::int64_t>(&number);
        if (!grade || *grade < 0 || *grade > worst) {
            findings_.error(written.place, in_quotes(written.text) + " is no grade of toxicity",
                            "a grade is the worst of the patient, 0 to 5; leave it empty where it is not on record");
            return std::nullopt;
        }
        if (dlt)
            return *grade > 3 ? Grade::life_threatening : Grade::severe;
        return *grade > 1 ? Grade::moderate : Grade::mild;
    }

    void add(CsvCell const& name, DoseLevel level, Grade grade, CsvRow const& row,
             std::vector<std::pair<ExposureMetric, double>> const& measured)
    {
        auto const known = std::ranges::find(groups_, name.text, [](Group const& group) { return group.first.text; });
        if (known == groups_.end()) {
            check_order(name);
            groups_.push_back({name, level, {}, {.level = level}});
            groups_.back().cohort += grade;
            measure(groups_.size() - 1, level, grade, measured);
            return;
        }
        known->scattered = known->scattered || known + 1 != groups_.end();
        if (known->level != level) {
            auto const& place = cell(row, columns_.contains(Field::dose) ? Field::dose : Field::level).place;
            return findings_.error(place,
                                   "cohort " + in_quotes(name.text) + " is at " + ladder_.text(known->level) + " since line " +
                                       std::to_string(known->first.place.line) + ", this patient at " + ladder_.text(level),
                                   "a cohort has one dose: correct the dose, or give the patient a cohort of its own");
        }
        known->cohort += grade;
        measure(static_cast<std::size_t>(known - groups_.begin()), level, grade, measured);
    }

    void measure(std::size_t cohort, DoseLevel level, Grade grade, std::vector<std::pair<ExposureMetric, double>> const& measured)
    {
        for (auto const& [metric, figure] : measured)
            measured_.push_back({cohort, metric, {level, figure, is_dlt(grade)}});
    }

    /// Numbered cohorts tell their order twice, by number and by place: both must say the same.
    void check_order(CsvCell const& name)
    {
        auto const number = parse_whole(name.text);
        auto const* value = std::get_if<std::int64_t>(&number);
        if (!value)
            return;
        if (highest_ && *value < highest_->first)
            findings_.error(name.place,
                            "cohort " + std::to_string(*value) + " begins after cohort " + std::to_string(highest_->first) +
                                " of line " + std::to_string(highest_->second),
                            "the rows stand in order of entry: sort them, or correct the number");
        else
            highest_ = {*value, name.place.line};
    }

    TrialData finished() const
    {
        TrialData data{.cohorts = {}, .measured = measured_, .notes = {}};
        for (auto const& group : groups_) {
            data.cohorts.push_back(group.cohort);
            if (group.scattered)
                data.notes.push_back("cohort " + group.first.text + " has rows in several places: they were taken together");
        }
        if (!others_.empty())
            data.notes.push_back((others_.size() == 1 ? "a column that no design here reads was left aside: "
                                                      : "columns that no design here reads were left aside: ") +
                                 listing(others_));
        return data;
    }

    std::string doses() const
    {
        std::vector<std::string> texts;
        for (double const dose : ladder_.doses())
            texts.push_back(shortest(dose));
        return listing(texts) + " " + std::string{symbol(ladder_.unit())};
    }

    DoseLadder const& ladder_;
    Findings findings_;
    std::vector<CsvRow> rows_;
    std::map<Field, std::size_t> columns_;
    std::vector<std::string> others_;
    std::vector<std::pair<std::string, CsvCell>> near_misses_; ///< the field that was meant, and what stands there
    std::map<std::string, int> patients_;                      ///< lines
    std::vector<Group> groups_;
    std::vector<Measurement> measured_;
    std::optional<std::pair<std::int64_t, int>> highest_; ///< cohort number and line
};

/// A fault of a word in the words of the notation: what is wrong, and the remedy where one follows.
std::pair<std::string, std::string> problem_and_remedy(NotationError const& fault)
{
    std::string const text = fault.what();
    auto const colon = text.find(": ");
    if (colon == std::string::npos || text[colon - 1] == '\'')
        return {text, {}};
    auto const rest = text.substr(colon + 2);
    bool const bare_list = rest.find_first_of("0123456789") == 0;
    return {text.substr(0, colon), bare_list ? "its doses are " + rest : rest};
}

/// Word by word, so that every fault is told.
TrialData read_notation(Source const& source, DoseLadder const& ladder, int lines)
{
    Findings findings{source};
    TrialData data;
    bool const as_fractions = source.text().find(':') != std::string::npos;
    for (int number = 1; number <= lines; ++number) {
        auto const line = source.line(number);
        for (auto at = line.find_first_not_of(cell_blanks); at != std::string_view::npos;) {
            auto const end = std::min(line.find_first_of(cell_blanks, at), line.size());
            auto const word = line.substr(at, end - at);
            auto const place = [number, word, start = at](std::size_t skip) {
                return Place{number, static_cast<int>(start + skip) + 1, static_cast<int>(word.size() - skip), {}};
            };
            at = line.find_first_not_of(cell_blanks, end);
            if (as_fractions && word.find(':') == std::string_view::npos) {
                findings.error(place(0), in_quotes(word) + " is no cohort", "write dose:DLTs/patients throughout, as in 36:1/3");
                continue;
            }
            try {
                auto const cohorts = parse_outcomes(word, ladder);
                data.cohorts.insert(data.cohorts.end(), cohorts.begin(), cohorts.end());
            } catch (NotationError const& fault) {
                auto const [problem, remedy] = problem_and_remedy(fault);
                findings.error(place(fault.position), problem, remedy);
            }
        }
    }
    if (!findings.empty())
        throw ScenarioError(findings.sorted());
    return data;
}

bool has_header(Source const& source, int lines)
{
    for (int number = 1; number <= lines; ++number)
        if (auto const line = trimmed(source.line(number)); !line.empty())
            return line.find(',') != std::string_view::npos || lowered(line).find("cohort") != std::string::npos;
    return false;
}

} // namespace

std::string_view exposure_column(ExposureMetric metric)
{
    auto const field = std::ranges::find(exposure_fields, metric, [](auto const& pair) { return pair.second; })->first;
    return std::ranges::find(fields, field, &EnumName<Field>::value)->name;
}

TrialData read_trial_data(std::string_view text, std::string const& name, DoseLadder const& ladder)
{
    text = without_byte_order_mark(text);
    Source const source{name, std::string{text}};
    auto const lines = static_cast<int>(std::ranges::count(text, '\n')) + 1;
    return has_header(source, lines) ? TableReader{source, ladder, lines}.read() : read_notation(source, ladder, lines);
}

} // namespace escalon

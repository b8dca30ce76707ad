#include "sim/scenario/new_scenario.hpp"

#include "sim/population/population.hpp"
#include "sim/scenario/cells.hpp"
#include "sim/scenario/echo.hpp"
#include "sim/scenario/field_table.hpp"
#include "sim/scenario/suggest.hpp"

#include <boost/mp11/algorithm.hpp>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <variant>

namespace escalon {
namespace {

constexpr std::size_t widest_value = 44; ///< longer lines have their comment above
constexpr std::size_t page = 118;

/// What stands at a path, and why.
struct Given {
    std::string value;
    std::string note;
};

constexpr std::string_view placeholder = "PLACEHOLDER";

std::string in_yaml(std::string const& text)
{
    bool const plain = !text.empty() &&
                       std::ranges::all_of(text,
                                           [](char c) {
                                               return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == ' ';
                                           }) &&
                       text.front() != ' ' && text.back() != ' ';
    bool const a_word_of_yaml = text == "true" || text == "false" || text == "null" || text == "Null" || text == "NULL";
    return plain && !a_word_of_yaml ? text : nlohmann::json(text).dump();
}

/// Rounded to so many significant digits.
double rounded(double value, int digits)
{
    double const scale = std::pow(10, digits - 1 - std::floor(std::log10(std::abs(value))));
    return std::round(value * scale) / scale;
}

std::string list_of(std::vector<double> const& numbers)
{
    std::string text;
    for (auto const number : numbers)
        text += (text.empty() ? "" : ", ") + shortest(number);
    return "[" + text + "]";
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width)
{
    std::vector<std::string> lines;
    while (text.size() > width) {
        auto const cut = text.rfind(' ', width);
        if (cut == std::string_view::npos || cut == 0)
            break;
        lines.emplace_back(text.substr(0, cut));
        text.remove_prefix(cut + 1);
    }
    lines.emplace_back(text);
    return lines;
}

/// Lines of `key: value` with their comments, lined up block by block.
class Sheet {
public:
    void line(std::string text, std::string comment) { open_.push_back({std::move(text), std::move(comment)}); }

    void gap()
    {
        flush();
        text_ += "\n";
    }

    std::string take()
    {
        flush();
        return std::move(text_);
    }

private:
    struct Line {
        std::string text;
        std::string comment;
    };

    void flush()
    {
        std::size_t column = 0;
        for (auto const& [text, comment] : open_)
            if (text.size() <= widest_value && !comment.empty())
                column = std::max(column, text.size());
        column += 3;
        for (auto const& line : open_)
            print(line, column);
        open_.clear();
    }

    void print(Line const& line, std::size_t column)
    {
        auto const& [text, comment] = line;
        if (comment.empty()) {
            text_ += text + "\n";
        } else if (text.size() > widest_value) {
            auto const indent = std::string(text.find_first_not_of(' '), ' ');
            for (auto const& part : wrapped(comment, page - indent.size() - 2))
                text_ += indent + "# " + part + "\n";
            text_ += text + "\n";
        } else {
            auto const parts = wrapped(comment, page - column - 2);
            for (std::size_t i = 0; i < parts.size(); ++i)
                text_ += (i == 0 ? text + std::string(column - text.size(), ' ') : std::string(column, ' ')) + "# " + parts[i] +
                         "\n";
        }
    }

    std::vector<Line> open_;
    std::string text_;
};

/// Of the figures that a typical antibody has, per m2 of body surface.
struct TypicalFigure {
    std::string_view key;
    double per_m2;
    std::string_view unit;
};

// Rounded from scenarios/huc242_dm4.yaml and reviews of antibodies (Dirks & Meibohm 2010, Clin Pharmacokinet 49:633).
constexpr std::array typical_figures{TypicalFigure{"CL", 0.4, "L/d"}, TypicalFigure{"V1", 1.7, "L"},
                                     TypicalFigure{"Q", 0.3, "L/d"},  TypicalFigure{"Q2", 0.3, "L/d"},
                                     TypicalFigure{"Q3", 0.1, "L/d"}, TypicalFigure{"V2", 0.9, "L"},
                                     TypicalFigure{"V3", 0.9, "L"}};

/// What is more telling in a comment than the example that a field's type gives.
std::map<std::string, std::string> const typical_texts{
    {"compound", "the drug"},
    {"regimen.bsa_cap", "2.2 m2"},
    {"regimen.weight_cap", "120 kg"},
    {"population.antigen.median", "100 U/mL"},
    {"population.antigen.sd_log", "1"},
    {"population.antigen.value", "100 U/mL"},
    {"population.covariates.*.mean", "41 g/L"},
    {"population.covariates.*.sd", "5 g/L"},
    {"population.covariates.*.median", "27 U/L"},
    {"population.covariates.*.categories", "{ female: 0.5, male: 0.5 }"},
    {"population.effects.*.*.power", "-0.4"},
    {"population.effects.*.*.exponential", "-0.01"},
    {"population.effects.*.*.factors", "{ female: 0.85 }"},
    {"population.individuals.file", "individuals.csv"},
    {"population.individuals.units", "{ CL: L/d }"},
    {"population.individuals.columns[].name", "CL"},
    {"population.individuals.columns[].unit", "L/d"},
    {"population.individuals.columns[].values", "[0.5, 0.6]"},
    {"population.individuals.columns[].categories", "[female, male]"},
    {"toxicity.window", "21 d"},
    {"toxicity.kinds[].name", "ocular"},
    {"toxicity.kinds[].memory", "14 d"},
    {"toxicity.kinds[].tolerance.median", "40 mg/L"},
    {"toxicity.kinds[].tolerance.sd_log", "0.35"},
    {"toxicity.kinds[].grade_ratio", "1.5"},
    {"toxicity.kinds[].recovery", "42 d"},
    {"activity.expression.strong", "68 %"},
    {"activity.response.half", "300 mg*d/L"},
    {"activity.response.ceiling", "40 %"},
    {"activity.response.probability", "[0.05, 0.10, 0.15]"},
    {"activity.response.weak_expression", "25 %"},
    {"activity.progression.median", "60 d"},
    {"activity.progression.responders", "180 d"},
    {"activity.progression.symptomatic", "50 %"},
    {"trial.dlt_window", "21 d"},
    {"trial.dose_modification.delay_at_most", "21 d"},
    {"trial.dose_modification.reduce_to", "75 %"},
    {"trial.clock.accrual.rate", "1.7 per month"},
    {"trial.clock.accrual.periods[].from", "0 d"},
    {"trial.clock.accrual.periods[].rate", "1 per month"},
    {"trial.clock.follow_up", "126 d"},
    {"trial.clock.expansion.patients", "12"},
    {"truth.until", "126 d"},
    {"truth.target", "0.30"},
    {"runner.precision", "0.5 %"},
    {"designs[].target", "0.30"},
    {"designs[].cohort_size", "3"},
    {"designs[].max_patients", "36"},
    {"designs[].start_level", "1"},
    {"documented.total_patients", "30"},
    {"documented.cohorts[].dlts", "0"},
    {"documented.cohorts[].note", "one withdrew consent"},
    {"evidence.*.label", "source"},
    {"evidence.*.source", "Author 2020, Journal 12:345"},
    {"evidence.*.why", "how it follows from that"},
    {"pk.KDC", "0.06 /d"},
    {"pk.KON", "8.64 /nM/d"},
    {"pk.KOFF", "7.24 /d"},
    {"pk.KD", "1 nM"},
    {"pk.antigen_scale", "0.01 nM per U/mL"},
};

/// What the designs read of outcomes, with their options as they come.
Outcomes outcomes_of(std::vector<std::string> const& designs)
{
    auto most = Outcomes::dlt;
    boost::mp11::mp_for_each<AnyDesign>([&](auto const& design) {
        if (std::ranges::find(designs, design.name) != designs.end())
            most = std::max(most, outcomes_read(AnyDesign{design}));
    });
    return most;
}

/// Whether one of the designs decides while patients are pending.
bool any_reads_pending(std::vector<std::string> const& designs)
{
    bool any = false;
    boost::mp11::mp_for_each<AnyDesign>([&](auto const& design) {
        any = any || (std::ranges::find(designs, design.name) != designs.end() && reads_pending(AnyDesign{design}));
    });
    return any;
}

class Template {
public:
    explicit Template(NewScenario const& said) : said_{said}, rows_{scenario_fields()}
    {
        give_all();
        if (said_.from == ScenarioTemplate::pk)
            give("toxicity.tolerance.median", tolerated(),
                 "what the typical patient is exposed to at " + shortest(said_.levels[middle()]) + " " +
                     std::string{symbol(said_.unit)});
    }

    std::string text()
    {
        Sheet sheet;
        for (auto const& part : introduction())
            sheet.line(part.empty() ? "#" : "# " + part, "");
        sheet.gap();
        block(sheet, {}, {}, Indent{});
        return sheet.take();
    }

private:
    /// How a block is set in.
    struct Indent {
        std::string spaces;
        std::string first;                 ///< of the first line; a list's dash stands in it
        std::optional<std::size_t> hash{}; ///< where the '#' of a block that is left out stands

        Indent deeper() const { return {spaces + "  ", spaces + "  ", hash}; }
        std::string lead() const
        {
            auto text = first;
            return hash ? text.insert(*hash, "# ") : text;
        }
    };

    std::vector<std::string> introduction() const
    {
        std::string const what = said_.from == ScenarioTemplate::pk ? "a drug whose exposure decides toxicity"
                                                                    : "designs against known DLT probabilities";
        return {"A scenario to fill in: " + what + ".", "",
                "A key behind '#' is left out: remove the '#' to use it. Figures marked PLACEHOLDER are nobody's data. Every "
                "quantity",
                "carries its unit. Where a figure comes from belongs under `evidence`."};
    }

    void give(std::string const& path, std::string value, std::string note = {})
    {
        given_[path] = {std::move(value), std::string{placeholder} + (note.empty() ? "" : ": " + note)};
    }
    void state(std::string const& path, std::string value) { given_[path] = {std::move(value), {}}; }

    void give_all()
    {
        state("schema", "1");
        state("name", in_yaml(said_.name));
        state("doses.unit", std::string{symbol(said_.unit)});
        given_["doses.levels"] = {list_of(said_.levels), {}};
        state("doses.start_level", "1");
        state("truth.target", "0.30");
        for (auto const* key : {"engine", "trials", "seed"})
            if (auto const* row = find(std::string{"runner."} + key))
                state(row->path, row->default_text);
        if (any_reads_pending(said_.designs)) {
            give("trial.dlt_window", "28 d");
            give("trial.clock.accrual.rate", "3 per month");
        }
        if (said_.from == ScenarioTemplate::by_dose) {
            state("toxicity.model", "by_dose");
            give("toxicity.probability", list_of(rising_probabilities()));
            give_grades();
            return;
        }
        state("regimen.days", "[1]");
        state("regimen.cycle", "21 d");
        give("regimen.cycles", "4");
        give("regimen.infusion", "1 h");
        state("pk.model", said_.model);
        for (auto const& [key, per_m2, unit] : typical_figures)
            give("pk." + std::string{key}, for_a_body(per_m2, unit));
        // a tightly bound antigen with a half-life of a day, an elimination that saturates far below a dose's peak
        for (auto const& [key, value] :
             {std::pair{"KSS", "1 nM"}, std::pair{"KDEG", "0.7 /d"}, std::pair{"KINT", "1.4 /d"}, std::pair{"R0", "1 nM"},
              std::pair{"VMAX", "1 mg/L/d"}, std::pair{"KM", "2 mg/L"}, std::pair{"dose_mix", "[0.1, 0.3, 0.4, 0.2]"}})
            give(std::string{"pk."} + key, value);
        if (said_.model == pk::DarChain::name)
            give("pk.KDC", "[0.06 /d, 0.18 /d, 0.34 /d]");
        for (auto const* path : {"population.bsa.mean", "population.bsa.sd", "population.weight.mean", "population.weight.sd"})
            if (auto const* row = find(path))
                state(path, row->default_text);
        give("population.omega", omega());
        state("toxicity.model", "by_exposure");
        state("toxicity.driver", "auc");
        give("toxicity.tolerance.median", "500 mg*d/L");
        give("toxicity.tolerance.sd_log", "0.35");
        if (outcomes_of(said_.designs) != Outcomes::dlt)
            give("toxicity.grade_ratio", "1.5");
    }

    /// A third of those without a DLT have grade 2, a third of the DLTs are of grade 4.
    void give_grades()
    {
        constexpr double hundredths = 100;
        std::vector<double> grade_2;
        std::vector<double> grade_4;
        for (double const p : rising_probabilities()) {
            grade_2.push_back(std::round((1 - p) / 3 * hundredths) / hundredths);
            grade_4.push_back(std::floor(p / 3 * hundredths) / hundredths);
        }
        auto const kinds = outcomes_of(said_.designs);
        if (kinds != Outcomes::dlt)
            give("toxicity.grade_2", list_of(grade_2));
        if (kinds == Outcomes::grades)
            give("toxicity.grade_4", list_of(grade_4));
    }

    FieldRow const* find(std::string_view path) const
    {
        auto const found = std::ranges::find(rows_, path, &FieldRow::path);
        return found == rows_.end() ? nullptr : &*found;
    }

    /// From 5 to 60 % in equal steps of the log odds.
    std::vector<double> rising_probabilities() const
    {
        constexpr double lowest = 0.05;
        constexpr double highest = 0.60;
        constexpr double hundredths = 100;
        auto const log_odds = [](double p) { return std::log(p / (1 - p)); };
        std::vector<double> probabilities;
        for (std::size_t i = 0; i < said_.levels.size(); ++i) {
            double const share = said_.levels.size() == 1 ? 0.0
                                                          : static_cast<double>(i) / static_cast<double>(said_.levels.size() - 1);
            double const x = log_odds(lowest) + share * (log_odds(highest) - log_odds(lowest));
            probabilities.push_back(std::round(hundredths / (1 + std::exp(-x))) / hundredths);
        }
        return probabilities;
    }

    /// By the same measure of the body as the dose, so that body size cancels.
    std::string for_a_body(double per_m2, std::string_view unit) const
    {
        Population const population;
        double const bsa = population.bsa.mean.base();
        double const per = said_.unit == DoseUnit::mg_per_m2   ? 1
                           : said_.unit == DoseUnit::mg_per_kg ? bsa / population.weight.mean.base()
                                                               : bsa;
        std::string const suffix = said_.unit == DoseUnit::mg_per_m2 ? "/m2" : said_.unit == DoseUnit::mg_per_kg ? "/kg" : "";
        return shortest(rounded(per_m2 * per, 2)) + " " + std::string{unit} + suffix;
    }

    /// A variance for each parameter of the model that is a volume, a clearance or a rate.
    std::string omega() const
    {
        std::string text;
        auto const of_model = "pk.model = " + said_.model;
        for (auto const& row : rows_)
            if (row.when == of_model && row.presence == Presence::required &&
                (row.path == "pk.CL" || row.path == "pk.V1" || row.path == "pk.KDC"))
                text += (text.empty() ? "" : ", ") + row.path.substr(3) + ": 0.09";
        return text.empty() ? std::string{} : "{ " + text + " }";
    }

    /// Two thirds up the ladder.
    std::size_t middle() const { return (2 * said_.levels.size() + 2) / 3 - 1; }

    /// The AUC of the typical patient two thirds up the ladder: the placeholders then make a trial with something to find.
    std::string tolerated()
    {
        auto const scenario = parse_scenario(text(), "the new scenario");
        auto const truth = nature(scenario);
        auto const& biology = std::get<Biology>(truth);
        auto const patient = typical_patient(scenario.population, scenario.pk.value());
        DoseLevel const level{static_cast<int>(middle())};
        double const auc = biology.driving(biology.exposure(patient, level).value());
        return shortest(rounded(auc, 2)) + " mg*d/L";
    }

    /// Whether a block stands in the scenario or is only shown.
    bool is_used(FieldRow const& row) const
    {
        if (row.presence == Presence::required || row.path == "designs")
            return true;
        auto const holds = [&](std::string const& inside) {
            auto const found = given_.lower_bound(inside);
            return found != given_.end() && found->first.starts_with(inside);
        };
        return holds(row.path + ".") || holds(row.path + "[].");
    }

    /// A scenario by dose has no use for it.
    static bool concerns_drug(FieldRow const& row)
    {
        return row.path == "regimen" || row.path == "pk" || row.path == "population";
    }

    std::string value_of(FieldRow const& row) const
    {
        if (auto const found = given_.find(row.path); found != given_.end())
            return found->second.value;
        if (auto const found = typical_texts.find(row.path); found != typical_texts.end())
            return found->second;
        if (row.path == "designs[].label")
            return "3+3";
        if (row.kind == FieldKind::dose)
            return shortest(said_.levels[row.path == "documented.mtd" ? (said_.levels.size() - 1) / 2 : 0]) + " " +
                   std::string{symbol(said_.unit)};
        if (row.kind == FieldKind::omega)
            return row.path == "population.omega" ? "{ CL: 0.09 }" : "{ CL: 0.02 }";
        if (row.kind == FieldKind::uncertainty)
            return "{ CL: 8 % }";
        return row.default_text.empty() ? row.example : row.default_text;
    }

    std::string comment_of(FieldRow const& row) const
    {
        std::string text = row.meaning;
        auto limits = escalon::text(row.within);
        bool const names_them = std::ranges::all_of(row.choices, [&](auto const& choice) {
            return row.meaning.find(choice) != std::string::npos;
        });
        if (!row.choices.empty() && !names_them)
            text += ": " + listing(row.choices);
        else if (!row.unit.empty())
            text += " (" + row.unit + (limits.empty() ? "" : ", " + limits) + ")";
        else if (!limits.empty())
            text += " (" + limits + ")";
        auto const found = given_.find(row.path);
        bool const of_the_drug = row.path.starts_with("pk.") && row.presence == Presence::required && row.choices.empty();
        if (found != given_.end() && !found->second.note.empty())
            text += ". " + found->second.note;
        else if (found == given_.end() && of_the_drug)
            text += ". " + std::string{placeholder};
        return text;
    }

    /// The rows of one map, what tells its alternatives apart first.
    std::vector<FieldRow const*> rows_of(std::string const& path, std::string const& when) const
    {
        std::vector<FieldRow const*> own;
        for (auto const& row : rows_) {
            auto const dot = row.path.rfind('.');
            if ((dot == std::string::npos ? std::string{} : row.path.substr(0, dot)) == path && row.when == when)
                own.push_back(&row);
        }
        std::ranges::stable_partition(own, [](FieldRow const* row) { return !row->choice_meanings.empty(); });
        return own;
    }

    /// Keys that a user could choose, level by level.
    static std::vector<std::string_view> keys_shown(std::string_view path)
    {
        if (path == "population.covariates")
            return {"albumin"};
        if (path == "population.effects")
            return {"CL", "albumin"};
        return {"doses.levels"};
    }

    static std::string key_of(FieldRow const& row) { return row.path.substr(row.path.rfind('.') + 1); }

    void block(Sheet& sheet, std::string const& path, std::string const& when, Indent indent)
    {
        for (auto const* row : rows_of(path, when)) {
            bool const has_parts = row->kind == FieldKind::block || row->kind == FieldKind::blocks ||
                                   row->kind == FieldKind::keyed_blocks || row->kind == FieldKind::twice_keyed_blocks;
            if (has_parts) {
                part(sheet, *row, indent);
            } else {
                bool const active = indent.hash || row->presence == Presence::required || given_.contains(row->path);
                if (row->path == "population.omega" && value_of(*row).empty())
                    continue;
                auto const lead = active ? indent.lead() : indent.spaces + "# ";
                sheet.line(lead + key_of(*row) + ": " + value_of(*row), comment_of(*row));
                if (active)
                    indent.first = indent.spaces;
            }
            if (!row->choice_meanings.empty()) {
                auto const condition = row->path + " = " + value_of(*row);
                block(sheet, path, when.empty() ? condition : when + ", " + condition, indent);
                indent.first = indent.spaces;
            }
        }
    }

    /// A protocol's own table has no default: a small one of the usual form stands for it.
    void give_a_table(std::string const& design)
    {
        given_.erase("designs[].rows[].patients");
        given_.erase("designs[].rows[].decisions");
        given_.erase("designs[].max_patients");
        if (design != TableDesign::name)
            return;
        give("designs[].rows[].patients", "3");
        give("designs[].rows[].decisions", "[E, S, D, DU]");
        give("designs[].max_patients", "6");
    }

    void part(Sheet& sheet, FieldRow const& row, Indent indent)
    {
        if (!indent.hash && !is_used(row))
            indent.hash = indent.spaces.size();
        bool const outermost = row.path.find('.') == std::string::npos;
        if (outermost && indent.hash && said_.from == ScenarioTemplate::by_dose && concerns_drug(row))
            return;
        if (outermost)
            sheet.gap();
        sheet.line(indent.lead() + key_of(row) + ":", row.meaning);
        auto inner = indent.deeper();
        if (row.kind == FieldKind::block)
            return block(sheet, row.path, row.when, inner);
        if (row.kind == FieldKind::keyed_blocks || row.kind == FieldKind::twice_keyed_blocks) {
            auto path = row.path;
            for (auto const key : keys_shown(row.path)) {
                sheet.line(inner.lead() + std::string{key} + ":", "");
                inner = inner.deeper();
                path += ".*";
            }
            return block(sheet, path, row.when, inner);
        }
        auto const items = row.path == "designs" ? said_.designs : std::vector<std::string>{""};
        for (auto const& item : items) {
            if (!item.empty()) {
                state("designs[].name", item);
                give_a_table(item);
            }
            block(sheet, row.path + "[]", row.when, {inner.spaces + "  ", inner.spaces + "- ", inner.hash});
        }
    }

    NewScenario said_;
    std::vector<FieldRow> rows_;
    std::map<std::string, Given> given_;
};

} // namespace

std::string new_scenario_text(NewScenario const& said) { return Template{said}.text(); }

} // namespace escalon

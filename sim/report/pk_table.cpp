#include "sim/report/pk_table.hpp"

#include "sim/report/csv.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/subjects.hpp"
#include "sim/report/text_table.hpp"
#include "sim/report/version.hpp"
#include "sim/scenario/cells.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

/// The figures of one patient under one history, in the order in which they are shown.
struct PatientFigures {
    std::vector<std::optional<double>> values;
    std::vector<double> concentrations;
};

struct FigureName {
    std::string name;
    std::string unit;
};

/// Clearances are shown per what the model's parameters are stated per.
struct ClearanceUnit {
    std::string symbol;
    double factor; ///< base units of L/d in one of it
    PerBody per;
};

ClearanceUnit clearance_unit(pk::Model const& model)
{
    if (pk::scales_only_with(model, PerBody::m2))
        return {std::string{unit::mL_per_h_m2.symbol}, unit::mL_per_h_m2.factor, PerBody::m2};
    if (pk::scales_only_with(model, PerBody::kg))
        return {"mL/d/kg", 1 / unit::mL_per_L, PerBody::kg};
    return {std::string{unit::L_per_d.symbol}, 1, PerBody::fixed};
}

/// @param area_name of the AUC over the window
std::vector<FigureName> figure_names(ClearanceUnit const& clearance, std::string const& area_name)
{
    std::string const concentration{unit::mg_per_L.symbol};
    std::string const area{unit::mg_d_per_L.symbol};
    std::string const days{unit::d.symbol};
    return {{"cmax", concentration},
            {"tmax", days},
            {"ctrough", concentration},
            {area_name, area},
            {"auc_inf", area},
            {"cavg", concentration},
            {"half_life_terminal", days},
            {"half_life_nca", days},
            {"clearance", clearance.symbol}};
}

class Question {
public:
    Question(Scenario const& scenario, PkRequest const& request)
        : scenario_{scenario},
          request_{request},
          model_{scenario.pk.value()},
          regimen_{scenario.regimen.value()},
          dosing_{dosing(scenario.doses.unit, regimen_)},
          clearance_{clearance_unit(model_)}
    {}

    std::vector<FigureName> names() const
    {
        return figure_names(clearance_, request_.doses.empty() ? "auc_cycle" : "auc_course");
    }

    /// @param dose of the regimen; the request's own history where there is none
    PatientFigures ask(VirtualPatient const& patient, std::optional<double> dose) const
    {
        auto const who = patient.covariates();
        auto const disposition = pk::individual(model_, who, patient.etas);
        auto const history = dose ? pk::dose_events(regimen_, dosing_.amount(*dose, who)) : stated_history(who);
        double const first_end = dose ? regimen_.cycle.base() : cycle_after_last_dose(history);
        std::vector<pk::DoseEvent> first;
        std::ranges::copy_if(history, std::back_inserter(first), [&](auto const& event) { return event.time_d < first_end; });

        auto const window = pk::exposure_between(disposition, history, Time{}, Time::from_base(first_end));
        auto first_dose = *std::ranges::min_element(history, {}, &pk::DoseEvent::time_d);
        first_dose.time_d = 0; // samples are timed from it
        auto const nca = pk::half_life_nca(disposition, pk::History{&first_dose, 1});
        double const size = clearance_.per == PerBody::m2   ? who.bsa.base()
                            : clearance_.per == PerBody::kg ? who.weight.base()
                                                            : 1;
        PatientFigures figures;
        figures.values = {window.exposure.cmax.base(),
                          window.tmax.base(),
                          window.exposure.trough.base(),
                          window.exposure.auc.base(),
                          pk::auc_to_infinity(disposition, first).base(),
                          window.exposure.average.base(),
                          pk::half_life_terminal(disposition).base(),
                          nca ? std::optional{nca->base()} : std::nullopt,
                          pk::clearance(disposition).base() / size / clearance_.factor};
        for (auto const& time : request_.times)
            figures.concentrations.push_back(pk::concentration_before(disposition, history, time).base());
        return figures;
    }

private:
    std::vector<pk::DoseEvent> stated_history(pk::Covariates const& who) const
    {
        std::vector<pk::DoseEvent> history;
        for (auto const& timed : request_.doses)
            history.push_back({timed.at.base(), regimen_.infusion.base(), dosing_.amount(timed.dose.value, who).base()});
        return history;
    }

    double cycle_after_last_dose(std::vector<pk::DoseEvent> const& history) const
    {
        double last = 0;
        for (auto const& event : history)
            last = std::max(last, event.time_d);
        return last + regimen_.cycle.base();
    }

    Scenario const& scenario_;
    PkRequest const& request_;
    pk::Model model_;
    pk::Regimen regimen_;
    Dosing dosing_;
    ClearanceUnit clearance_;
};

PkFigure summarised(FigureName const& name, std::vector<std::optional<double>> const& values)
{
    constexpr double half = 0.5;
    std::vector<double> known;
    for (auto const& value : values)
        if (value)
            known.push_back(*value);
    std::ranges::sort(known);
    return {name.name,
            name.unit,
            percentile(known, half),
            percentile(known, low_percentile),
            percentile(known, high_percentile),
            static_cast<int>(known.size())};
}

std::string who(Scenario const& scenario, PkRequest const& request)
{
    if (request.subjects)
        return fmt::format("{} of the population, seed {}: median (5 to 95 %)", counted(*request.subjects, "patient"),
                           scenario.runner.seed);
    auto const patient = typical_patient(scenario.population, *scenario.pk);
    auto text = fmt::format("typical patient: no etas, BSA {} m2, weight {} kg, antigen {} U/mL",
                            shortest(patient.bsa.in(unit::m2)), shortest(patient.weight.in(unit::kg)),
                            shortest(patient.antigen.in(unit::U_per_mL)));
    auto const& antigen = scenario.population.antigen;
    if (pk::antigen_clearance(*scenario.pk) && !antigen.value)
        text += fmt::format(" (set population.antigen.value for another{})",
                            antigen.median ? fmt::format("; the population's median is {} U/mL",
                                                         shortest(antigen.median->in(unit::U_per_mL)))
                                           : "");
    return text;
}

PkRow row(std::string dose, std::vector<FigureName> const& names, PkRequest const& request,
          std::vector<PatientFigures> const& over_patients)
{
    PkRow row{std::move(dose), {}, {}};
    for (std::size_t i = 0; i < names.size(); ++i) {
        std::vector<std::optional<double>> values;
        for (auto const& figures : over_patients)
            values.push_back(figures.values[i]);
        row.figures.push_back(summarised(names[i], values));
    }
    for (std::size_t t = 0; t < request.times.size(); ++t) {
        std::vector<std::optional<double>> values;
        for (auto const& figures : over_patients)
            values.emplace_back(figures.concentrations[t]);
        row.concentrations.push_back(summarised({"concentration", std::string{unit::mg_per_L.symbol}}, values));
    }
    return row;
}

/// @param patients asked; a figure that some of them have none of says how many have it
std::string cell(PkFigure const& figure, int patients)
{
    if (!figure.median)
        return "none";
    auto text = figure.low == figure.high ? three_digits(*figure.median)
                                          : fmt::format("{} ({} to {})", three_digits(*figure.median), three_digits(*figure.low),
                                                        three_digits(*figure.high));
    return figure.known == patients ? text : text + fmt::format(", of {}", figure.known);
}

std::string history_text(std::vector<TimedDose> const& doses)
{
    std::string line;
    for (auto const& timed : doses)
        line += fmt::format("{}{} at day {}", line.empty() ? "" : ", ", text(timed.dose), shortest(timed.at.in(unit::d)));
    return line;
}

Json value_json(std::optional<double> const& value) { return value && std::isfinite(*value) ? Json(*value) : Json(nullptr); }

Json figure_json(PkFigure const& figure, bool population)
{
    Json object{{"value", value_json(figure.median)}};
    if (population) {
        object["p5"] = value_json(figure.low);
        object["p95"] = value_json(figure.high);
        object["patients"] = figure.known;
    }
    object["unit"] = figure.unit;
    return object;
}

} // namespace

PkResult pk_result(Scenario const& scenario, PkRequest const& request)
{
    if (!scenario.pk)
        throw ScenarioIncomplete("'" + scenario.name + "' has no pk: add pk: { model: one_compartment, CL: 0.5 L/d, V1: 3 L }");
    if (!scenario.regimen)
        throw ScenarioIncomplete("'" + scenario.name +
                                 "' has no regimen: add regimen: { days: [1], cycle: 21 d, infusion: 1 h }");
    Question const question{scenario, request};
    auto const asked = request.subjects ? subjects(scenario, *request.subjects)
                                        : std::vector{typical_patient(scenario.population, *scenario.pk)};
    PkResult result{scenario, request, who(scenario, request), {}};
    auto const add = [&](std::string dose, std::optional<double> amount) {
        std::vector<PatientFigures> over_patients;
        for (auto const& patient : asked)
            over_patients.push_back(question.ask(patient, amount));
        result.rows.push_back(row(std::move(dose), question.names(), request, over_patients));
    };
    if (!request.doses.empty()) {
        add(history_text(request.doses), std::nullopt);
        return result;
    }
    auto const ladder = scenario.ladder();
    for (DoseLevel level{0}; ladder.has(level); level = level.above())
        add(ladder.text(level), ladder.dose(level));
    return result;
}

std::string pk_text(PkResult const& result)
{
    int const asked = result.request.subjects.value_or(1);
    auto text = fmt::format("{}\n{}\n\n", result.scenario.name, result.who);
    std::vector<TextTable::Column> columns{{"dose", Align::left}};
    for (auto const& figure : result.rows.front().figures)
        columns.push_back({figure.name + " " + figure.unit});
    TextTable table{columns};
    for (auto const& row : result.rows) {
        std::vector<std::string> cells{row.dose};
        for (auto const& figure : row.figures)
            cells.push_back(cell(figure, asked));
        table.row(cells);
    }
    text += table.text();
    auto const& half_life = *std::ranges::find(result.rows.front().figures, "half_life_terminal", &PkFigure::name);
    if (!result.request.subjects && half_life.median)
        text += fmt::format(
            "\n  half_life_terminal {:.2f} d = {:.1f} h, ln 2/lambda_z of the linear model; half_life_nca from days 2, 3, 5, "
            "7, 10, 14 after the first dose, LLOQ {} mg/L.\n",
            *half_life.median, *half_life.median * unit::hours_per_day, pk::Sampling::lloq_mg_per_L);
    text += result.request.doses.empty() ? "  cmax to cavg: first cycle; auc_inf: its doses, to infinity.\n"
                                         : "  cmax to cavg: the whole course, from day 0 to one cycle after the last dose.\n";
    if (!result.request.times.empty()) {
        std::vector<TextTable::Column> heads{{"time d"}};
        for (auto const& row : result.rows)
            heads.push_back({row.dose + " mg/L"});
        TextTable profile{heads};
        for (std::size_t t = 0; t < result.request.times.size(); ++t) {
            std::vector<std::string> cells{fmt::format("{:.4g}", result.request.times[t].in(unit::d))};
            for (auto const& row : result.rows)
                cells.push_back(cell(row.concentrations[t], asked));
            profile.row(cells);
        }
        text += "\nconcentration; at the time of a dose, just before it\n" + profile.text();
    }
    return text;
}

nlohmann::ordered_json pk_json(PkResult const& result)
{
    bool const population = result.request.subjects.has_value();
    Json object{{"scenario", result.scenario.name},
                {"version", version()},
                {"patient", result.who},
                {"subjects", population ? Json(*result.request.subjects) : Json(nullptr)},
                {"doses", Json::array()}};
    for (auto const& row : result.rows) {
        Json entry{{"dose", row.dose}};
        for (auto const& figure : row.figures)
            entry[figure.name] = figure_json(figure, population);
        if (!result.request.times.empty()) {
            Json times = Json::array();
            Json medians = Json::array();
            Json lows = Json::array();
            Json highs = Json::array();
            for (std::size_t t = 0; t < result.request.times.size(); ++t) {
                times.push_back(result.request.times[t].in(unit::d));
                medians.push_back(value_json(row.concentrations[t].median));
                lows.push_back(value_json(row.concentrations[t].low));
                highs.push_back(value_json(row.concentrations[t].high));
            }
            entry["times"] = {{"value", times}, {"unit", unit::d.symbol}};
            entry["concentration"] = {{"value", medians}};
            if (population) {
                entry["concentration"]["p5"] = lows;
                entry["concentration"]["p95"] = highs;
            }
            entry["concentration"]["unit"] = unit::mg_per_L.symbol;
        }
        object["doses"].push_back(entry);
    }
    return object;
}

std::string pk_csv(PkResult const& result)
{
    Csv table{{"dose", "figure", "time_d", "unit", "value", "p5", "p95"}};
    auto const number = [](std::optional<double> const& value) { return value ? shortest(*value) : std::string{}; };
    for (auto const& row : result.rows) {
        for (auto const& figure : row.figures)
            table.row({row.dose, figure.name, "", figure.unit, number(figure.median), number(figure.low), number(figure.high)});
        for (std::size_t t = 0; t < row.concentrations.size(); ++t) {
            auto const& figure = row.concentrations[t];
            table.row({row.dose, figure.name, shortest(result.request.times[t].in(unit::d)), figure.unit, number(figure.median),
                       number(figure.low), number(figure.high)});
        }
    }
    return table.text();
}

} // namespace escalon

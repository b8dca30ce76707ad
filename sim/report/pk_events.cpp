#include "sim/report/pk_events.hpp"

#include "pk_models/event_solution.hpp"
#include "pk_models/solving.hpp"
#include "sim/population/patient_sampler.hpp"
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

/// From which record on other covariates or another occasion hold.
struct Change {
    double from_d;
    pk::Covariates patient;
    int occasion; ///< counted from 0
};

/// @param otherwise what the population says of covariates that the table does not have; its antigen changes with the occasion
std::vector<Change> changes(EventTable const& table, EventTable::Patient const& patient, VirtualPatient const& otherwise)
{
    std::vector<Change> found;
    int occasion = 0;
    for (std::size_t i = 0; i < patient.records.size(); ++i) {
        auto const& record = patient.records[i];
        auto who = table.covariates_of(patient, i, otherwise.covariates());
        bool const new_occasion = i > 0 && record.occasion != patient.records[i - 1].occasion;
        if (new_occasion)
            ++occasion;
        if (auto const& factors = otherwise.antigen_factors; !factors.empty() && !table.covariate("ANTIGEN"))
            who.antigen_factor = factors[std::min(static_cast<std::size_t>(occasion), factors.size() - 1)];
        auto const same = [&](pk::Covariates const& a) {
            return a.bsa == who.bsa && a.weight == who.weight && a.antigen == who.antigen;
        };
        if (found.empty())
            found.push_back({std::min(0.0, record.time_d), who, occasion});
        else if (new_occasion || !same(found.back().patient)) {
            if (found.back().from_d < record.time_d)
                found.push_back({record.time_d, who, occasion});
            else
                found.back() = {record.time_d, who, occasion};
        }
    }
    return found;
}

/// Draws of one patient of the table: the etas of each, and the kappas of its occasions.
class Draws {
public:
    Draws(Scenario const& scenario, std::optional<int> subjects)
        : scenario_{scenario},
          sampler_{scenario.population, *scenario.pk, dosing(scenario.doses.unit, scenario.regimen.value_or(pk::Regimen{})), 0},
          subjects_{subjects}
    {}

    int number() const { return subjects_.value_or(1); }

    std::vector<pk::PatientOccasion> occasions(std::vector<Change> const& parts, std::size_t patient, int draw) const
    {
        std::vector<pk::PatientOccasion> found;
        auto const number = static_cast<std::uint32_t>(patient * static_cast<std::size_t>(this->number()) +
                                                       static_cast<std::size_t>(draw));
        TrialStream const trial{scenario_.runner.seed, 0};
        PatientStream const stream{trial, number};
        auto const person = subjects_ ? sampler_.draw(stream) : typical_patient(scenario_.population, *scenario_.pk);
        for (auto const& part : parts) {
            auto& occasion = found.emplace_back(pk::PatientOccasion{part.from_d, part.patient, person.etas});
            if (part.patient.antigen_factor != 1) // kappas are then what effects of antigen say
                occasion.etas = pk::etas_of(person.dosed({}), static_cast<std::size_t>(part.occasion));
            if (!subjects_ || !sampler_.varies_by_occasion())
                continue;
            auto const kappas = sampler_.occasion_shift(stream, part.occasion);
            for (std::size_t k = 0; k < kappas.size(); ++k)
                occasion.etas[k] += kappas[k];
        }
        return found;
    }

private:
    Scenario const& scenario_;
    PatientSampler sampler_;
    std::optional<int> subjects_;
};

PkFigure summarised(std::string name, std::string unit, std::vector<double> values)
{
    constexpr double half = 0.5;
    std::ranges::sort(values);
    return {std::move(name),
            std::move(unit),
            percentile(values, half),
            percentile(values, low_percentile),
            percentile(values, high_percentile),
            static_cast<int>(values.size())};
}

std::string unit_of(pk::Analyte analyte) { return pk::is_molar(analyte) ? "nM" : std::string{unit::mg_per_L.symbol}; }

void add_patient(EventsResult& result, EventTable const& table, std::size_t index, Draws const& draws,
                 VirtualPatient const& otherwise)
{
    auto const& model = *result.scenario.pk;
    auto const& patient = table.patients[index];
    pk::PatientEvents const events{patient.id, patient.records, pk::first_compartment(model)};
    std::vector<double> times_d;
    for (auto const& observation : events.observations())
        times_d.push_back(observation.time_d);
    constexpr double least_d = 1e-6; // of a course with nothing but a first record
    auto const end = Time::from_base(std::max(events.last_d(), least_d));
    auto const parts = changes(table, patient, otherwise);

    EventPatient summary{.id = patient.id, .end_d = end.base()};
    std::vector<pk::Solution> solutions;
    for (int draw = 0; draw < draws.number(); ++draw) {
        auto solution = pk::solve(model, events, draws.occasions(parts, index, draw), times_d, end);
        if (solution.failure)
            summary.failures.push_back({draw + 1, solution.failure->at.base(), solution.failure->reason});
        else
            solutions.push_back(std::move(solution));
    }
    if (solutions.empty()) {
        result.patients.push_back(std::move(summary));
        return;
    }
    auto const analytes = solutions.front().analytes();
    for (std::size_t t = 0; t < times_d.size(); ++t)
        for (std::size_t a = 0; a < analytes.size(); ++a) {
            std::vector<double> values;
            for (auto const& solution : solutions)
                values.push_back(solution.at_sample(t, a).base());
            result.observations.push_back({patient.id, times_d[t], std::string{name_of(analytes[a])},
                                           summarised("concentration", unit_of(analytes[a]), std::move(values))});
        }
    std::vector<double> peaks;
    std::vector<double> times_of_peaks;
    std::vector<double> areas;
    for (auto const& solution : solutions) {
        auto const whole = solution.between(Time{}, end);
        peaks.push_back(whole.exposure.cmax.base());
        times_of_peaks.push_back(whole.tmax.base());
        areas.push_back(whole.exposure.auc.base());
    }
    summary.figures = {summarised("cmax", std::string{unit::mg_per_L.symbol}, peaks),
                       summarised("tmax", std::string{unit::d.symbol}, times_of_peaks),
                       summarised("auc", std::string{unit::mg_d_per_L.symbol}, areas)};
    result.patients.push_back(std::move(summary));
}

std::string cell(PkFigure const& figure)
{
    if (!figure.median)
        return "none";
    return figure.low == figure.high ? three_digits(*figure.median)
                                     : fmt::format("{} ({} to {})", three_digits(*figure.median), three_digits(*figure.low),
                                                   three_digits(*figure.high));
}

Json drawn_figure_json(PkFigure const& figure, bool drawn)
{
    Json object{{"value", figure.median ? Json(*figure.median) : Json(nullptr)}};
    if (drawn) {
        object["p5"] = figure.low ? Json(*figure.low) : Json(nullptr);
        object["p95"] = figure.high ? Json(*figure.high) : Json(nullptr);
    }
    object["unit"] = figure.unit;
    return object;
}

} // namespace

EventsResult events_result(Scenario const& scenario, EventTable const& table, std::optional<int> subjects)
{
    if (!scenario.pk)
        throw ScenarioIncomplete("'" + scenario.name + "' has no pk: add pk: { model: one_compartment, CL: 0.5 L/d, V1: 3 L }");
    EventsResult result{.scenario = scenario, .subjects = subjects, .observations = {}, .patients = {}, .notes = table.notes};
    auto const otherwise = typical_patient(scenario.population, *scenario.pk);
    Draws const draws{scenario, subjects};
    for (std::size_t i = 0; i < table.patients.size(); ++i)
        add_patient(result, table, i, draws, otherwise);
    return result;
}

std::string events_text(EventsResult const& result)
{
    auto text = fmt::format("{}\n{} of the table, {}\n\n", result.scenario.name,
                            counted(static_cast<long long>(result.patients.size()), "patient"),
                            result.subjects ? fmt::format("{} drawn for each, seed {}: median (5 to 95 %)",
                                                          counted(*result.subjects, "patient"), result.scenario.runner.seed)
                                            : std::string{"no etas"});
    TextTable course{{{"id", Align::left}, {"to day"}, {"cmax mg/L"}, {"tmax d"}, {"auc mg*d/L"}}};
    for (auto const& patient : result.patients) {
        std::vector<std::string> cells{patient.id, three_digits(patient.end_d)};
        for (auto const& figure : patient.figures)
            cells.push_back(cell(figure));
        cells.resize(5, "none");
        course.row(cells);
    }
    text += course.text();
    for (auto const& patient : result.patients)
        for (auto const& failure : patient.failures)
            text += fmt::format("  {}: draw {} could not be integrated and is left out: it came to {} on day {}.\n", patient.id,
                                failure.patient, failure.reason, three_digits(failure.time_d));
    if (!result.observations.empty()) {
        TextTable seen{{{"id", Align::left}, {"time d"}, {"analyte", Align::left}, {"concentration"}, {"unit", Align::left}}};
        for (auto const& figure : result.observations)
            seen.row({figure.id, fmt::format("{:.4g}", figure.time_d), figure.analyte, cell(figure.concentration),
                      figure.concentration.unit});
        text += "\nobservations (EVID 0); at the time of a dose, just before it\n" + seen.text();
    }
    for (auto const& note : result.notes)
        text += "note: " + note + "\n";
    return text;
}

nlohmann::ordered_json events_json(EventsResult const& result)
{
    bool const drawn = result.subjects.has_value();
    Json object{{"scenario", result.scenario.name},
                {"version", version()},
                {"subjects", drawn ? Json(*result.subjects) : Json(nullptr)},
                {"patients", Json::array()},
                {"observations", Json::array()},
                {"notes", result.notes}};
    for (auto const& patient : result.patients) {
        Json entry{{"id", patient.id}, {"end_d", patient.end_d}};
        for (auto const& figure : patient.figures)
            entry[figure.name] = drawn_figure_json(figure, drawn);
        Json failures = Json::array();
        for (auto const& failure : patient.failures)
            failures.push_back({{"draw", failure.patient}, {"time_d", failure.time_d}, {"reason", failure.reason}});
        if (!failures.empty())
            entry["failures"] = failures;
        object["patients"].push_back(entry);
    }
    for (auto const& figure : result.observations) {
        auto entry = drawn_figure_json(figure.concentration, drawn);
        entry["id"] = figure.id;
        entry["time_d"] = figure.time_d;
        entry["analyte"] = figure.analyte;
        object["observations"].push_back(entry);
    }
    return object;
}

std::string events_csv(EventsResult const& result)
{
    Csv table{{"id", "time_d", "analyte", "figure", "unit", "value", "p5", "p95"}};
    auto const number = [](std::optional<double> const& value) { return value ? shortest(*value) : std::string{}; };
    auto const add = [&](std::string const& id, std::string const& time, std::string const& analyte, PkFigure const& figure) {
        table.row({id, time, analyte, figure.name, figure.unit, number(figure.median), number(figure.low), number(figure.high)});
    };
    for (auto const& figure : result.observations)
        add(figure.id, shortest(figure.time_d), figure.analyte, figure.concentration);
    for (auto const& patient : result.patients)
        for (auto const& figure : patient.figures)
            add(patient.id, "", std::string{name_of(pk::Analyte::drug)}, figure);
    return table.text();
}

} // namespace escalon

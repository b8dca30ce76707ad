#include "sim/report/pk_table.hpp"

#include "pk_models/solution.hpp"
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

/// One analyte of one patient over one cycle.
struct CycleFigures {
    int cycle;
    pk::Analyte analyte;
    pk::WindowExposure window;
};

/// The figures of one patient under one history, in the order in which they are shown; none where the kinetics could not be integrated.
struct PatientFigures {
    std::vector<std::optional<double>> values;
    std::vector<std::optional<double>> concentrations;
    std::vector<CycleFigures> cycles;
    std::optional<pk::Failure> failure;
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
/// @param with_time above a threshold
std::vector<FigureName> figure_names(ClearanceUnit const& clearance, std::string const& area_name, bool with_time)
{
    std::string const concentration{unit::mg_per_L.symbol};
    std::string const area{unit::mg_d_per_L.symbol};
    std::string const days{unit::d.symbol};
    std::vector<FigureName> names{{"cmax", concentration},
                                  {"tmax", days},
                                  {"ctrough", concentration},
                                  {area_name, area},
                                  {"auc_inf", area},
                                  {"cavg", concentration},
                                  {"half_life_terminal", days},
                                  {"half_life_nca", days},
                                  {"clearance", clearance.symbol}};
    if (with_time)
        names.push_back({"time_above", days});
    return names;
}

class Question {
public:
    Question(Scenario const& scenario, PkRequest const& request)
        : request_{request},
          model_{scenario.pk.value()},
          regimen_{scenario.regimen.value()},
          dosing_{dosing(scenario.doses.unit, regimen_)},
          clearance_{clearance_unit(model_)},
          doses_{request.doses.empty() ? pk::dose_events(regimen_, 1 * unit::mg) : stated_doses()},
          first_end_d_{request.doses.empty() ? regimen_.cycle.base() : doses_.back().time_d + regimen_.cycle.base()}
    {
        std::ranges::copy_if(doses_, std::back_inserter(first_), [this](auto const& dose) { return dose.time_d < first_end_d_; });
        for (auto const& time : request.times)
            times_d_.push_back(time.base());
        std::ranges::sort(times_d_);
    }

    std::vector<FigureName> names() const
    {
        return figure_names(clearance_, request_.doses.empty() ? "auc_cycle" : "auc_course", request_.above.has_value());
    }

    /// @param dose of the regimen; the request's own history where there is none
    std::vector<PatientFigures> ask(std::span<VirtualPatient const> patients, std::optional<double> dose) const
    {
        std::vector<pk::Dosed> dosed;
        for (auto const& patient : patients)
            dosed.push_back(patient.dosed(dosing_.amount(dose.value_or(1), patient.covariates())));
        auto const courses = pk::solve(model_, dosed, course_plan());
        auto const half_lives = pk::half_lives_nca(model_, dosed, first_dose(), request_.sampling);
        auto const areas = pk::aucs_to_infinity(model_, dosed, first_);
        double given = 0;
        for (auto const& each : first_)
            given += each.amount_mg;
        std::vector<PatientFigures> found;
        for (std::size_t i = 0; i < patients.size(); ++i)
            found.push_back(figures(dosed[i], courses[i], half_lives[i], areas[i], given * dosed[i].amount_mg));
        if (request_.above) {
            auto const times = pk::times_above(model_, dosed, course_plan(), *request_.above, Time{},
                                               Time::from_base(first_end_d_));
            for (std::size_t i = 0; i < patients.size(); ++i)
                if (times[i])
                    found[i].values.back() = times[i]->base();
        }
        return found;
    }

    /// How many cycles the table by cycle has.
    int cycles() const
    {
        return request_.doses.empty() ? regimen_.cycles : static_cast<int>(std::ceil(first_end_d_ / regimen_.cycle.base()));
    }

private:
    std::vector<pk::DoseEvent> stated_doses() const
    {
        std::vector<pk::DoseEvent> doses;
        for (auto const& timed : request_.doses)
            doses.push_back({timed.at.base(), regimen_.infusion.base(), timed.dose.value});
        std::ranges::sort(doses, {}, &pk::DoseEvent::time_d);
        return doses;
    }

    /// Samples are timed from it.
    pk::DoseEvent first_dose() const
    {
        auto dose = doses_.front();
        dose.time_d = 0;
        return dose;
    }

    pk::CoursePlan course_plan() const
    {
        pk::CoursePlan plan{.doses = doses_, .cuts_d = {first_end_d_}, .samples_d = times_d_, .end = {}};
        for (int k = 1; k <= cycles(); ++k)
            plan.cuts_d.push_back(k * regimen_.cycle.base());
        double const last = times_d_.empty() ? 0 : times_d_.back();
        plan.end = Time::from_base(std::max({first_end_d_, cycles() * regimen_.cycle.base(), last}));
        plan.occasions_d = pk::later_cycles(regimen_, plan.end);
        return plan;
    }

    PatientFigures figures(pk::Dosed const& dosed, pk::Solution const& course, std::optional<Time> half_life_nca,
                           std::optional<Auc> area, double given_mg) const
    {
        PatientFigures found{.failure = course.failure};
        if (course.failure) {
            found.values.resize(names().size());
            found.concentrations.resize(request_.times.size());
            return found;
        }
        auto const window = course.between(Time{}, Time::from_base(first_end_d_));
        double const size = clearance_.per == PerBody::m2   ? dosed.patient.bsa.base()
                            : clearance_.per == PerBody::kg ? dosed.patient.weight.base()
                                                            : 1;
        auto const kinetics = pk::individual(model_, dosed.patient, dosed.etas);
        auto const optional = [](auto const& quantity) { return quantity ? std::optional{quantity->base()} : std::nullopt; };
        auto const* linear = std::get_if<pk::Disposition>(&kinetics);
        auto const clearance = linear ? std::optional{pk::clearance(*linear).base()}
                               : area ? std::optional{given_mg / area->base()}
                                      : std::nullopt;
        found.values = {window.exposure.cmax.base(),
                        window.tmax.base(),
                        window.exposure.trough.base(),
                        window.exposure.auc.base(),
                        optional(area),
                        window.exposure.average.base(),
                        pk::half_life_terminal(kinetics).base(),
                        optional(half_life_nca),
                        clearance ? std::optional{*clearance / size / clearance_.factor} : std::nullopt};
        found.values.resize(names().size());
        for (auto const& time : request_.times) {
            auto const at = std::ranges::lower_bound(times_d_, time.base()) - times_d_.begin();
            found.concentrations.emplace_back(course.at_sample(static_cast<std::size_t>(at)).base());
        }
        for (int k = 0; k < cycles(); ++k)
            for (std::size_t a = 0; a < course.analytes().size(); ++a)
                found.cycles.push_back(
                    {k + 1, course.analytes()[a], course.between(k * regimen_.cycle, (k + 1) * regimen_.cycle, a)});
        return found;
    }

    PkRequest const& request_;
    pk::Model model_;
    pk::Regimen regimen_;
    Dosing dosing_;
    ClearanceUnit clearance_;
    std::vector<pk::DoseEvent> doses_; ///< relative: each patient has an amount that multiplies them
    double first_end_d_;               ///< of the first cycle, or one cycle after the last stated dose
    std::vector<pk::DoseEvent> first_; ///< doses up to then
    std::vector<double> times_d_;      ///< wanted concentrations, ascending
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
    if (pk::reads_antigen(*scenario.pk) && !antigen.value)
        text += fmt::format(" (set population.antigen.value for another{})",
                            antigen.median ? fmt::format("; the population's median is {} U/mL",
                                                         shortest(antigen.median->in(unit::U_per_mL)))
                                           : "");
    std::vector<std::string> factors;
    for (double const factor : antigen.factors())
        factors.push_back(shortest(factor));
    if (!factors.empty())
        text += fmt::format(", its production by cycle times {}", fmt::join(factors, ", "));
    return text;
}

/// Names of the figures of a cycle.
std::vector<FigureName> cycle_figure_names(pk::Analyte analyte)
{
    bool const molar = pk::is_molar(analyte);
    std::string const concentration = molar ? "nM" : std::string{unit::mg_per_L.symbol};
    std::string const area = molar ? "nM*d" : std::string{unit::mg_d_per_L.symbol};
    return {{"cmax", concentration},
            {"tmax", std::string{unit::d.symbol}},
            {"ctrough", concentration},
            {"auc", area},
            {"cavg", concentration}};
}

std::vector<PkCycle> cycles(std::vector<PatientFigures> const& over_patients)
{
    std::vector<PkCycle> found;
    auto const solved = std::ranges::find_if(over_patients, [](auto const& figures) { return !figures.failure; });
    if (solved == over_patients.end())
        return found;
    for (std::size_t c = 0; c < solved->cycles.size(); ++c) {
        auto const& [cycle, analyte, first] = solved->cycles[c];
        auto const names = cycle_figure_names(analyte);
        std::vector<std::vector<std::optional<double>>> values(names.size());
        for (auto const& figures : over_patients) {
            if (figures.failure)
                continue;
            auto const& window = figures.cycles[c].window;
            auto const all = {window.exposure.cmax.base(), window.tmax.base(), window.exposure.trough.base(),
                              window.exposure.auc.base(), window.exposure.average.base()};
            std::size_t i = 0;
            for (double const value : all)
                values[i++].emplace_back(value);
        }
        auto& row = found.emplace_back(PkCycle{cycle, std::string{name_of(analyte)}, {}});
        for (std::size_t i = 0; i < names.size(); ++i)
            row.figures.push_back(summarised(names[i], values[i]));
    }
    return found;
}

PkRow row(std::string dose, std::vector<FigureName> const& names, PkRequest const& request,
          std::vector<PatientFigures> const& over_patients)
{
    PkRow row{.dose = std::move(dose)};
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
    row.cycles = cycles(over_patients);
    for (std::size_t i = 0; i < over_patients.size(); ++i)
        if (auto const& failure = over_patients[i].failure)
            row.failures.push_back({static_cast<int>(i) + 1, failure->at.base(), failure->reason});
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

bool is_usual(pk::Sampling const& sampling)
{
    pk::Sampling const usual;
    return sampling.days == usual.days && sampling.lloq == usual.lloq;
}

/// How half_life_nca comes about; of samples that the user chose, which of them count.
std::string nca_rule(pk::Sampling const& sampling)
{
    std::string days;
    for (double const day : sampling.days)
        days += (days.empty() ? "" : ", ") + shortest(day);
    auto text = fmt::format("half_life_nca from days {} after the first dose, LLOQ {} mg/L", days,
                            shortest(sampling.lloq.in(unit::mg_per_L)));
    if (!is_usual(sampling))
        text += fmt::format(": the slope of ln C at the last {} above it, none from fewer than {}", sampling.most_points,
                            sampling.fewest_points);
    return text + ".";
}

/// What the half-lives are.
std::string half_life_note(PkResult const& result)
{
    bool const linear = pk::is_linear(*result.scenario.pk);
    auto const& half_life = *std::ranges::find(result.rows.front().figures, "half_life_terminal", &PkFigure::name);
    std::string const nca = nca_rule(result.request.sampling);
    if (std::holds_alternative<pk::DarChain>(*result.scenario.pk))
        return "  half_life_terminal is that of the conjugate which loses its payload most slowly; " + nca +
               "\n  clearance is the dose over auc_inf.\n";
    if (!linear)
        return "  half_life_terminal is that of a vanishing dose, which antigen or saturable elimination takes up wholly; " +
               nca + "\n  clearance is the dose over auc_inf.\n";
    if (result.request.subjects || !half_life.median)
        return is_usual(result.request.sampling) ? "" : "  " + nca + "\n";
    return fmt::format("  half_life_terminal {:.2f} d = {:.1f} h, ln 2/lambda_z of the linear model; {}\n", *half_life.median,
                       *half_life.median * unit::hours_per_day, nca);
}

/// What a figure of payload in nM weighs; empty without payload.
std::string payload_note(pk::Model const& model)
{
    return std::visit(
        [](auto const& m) -> std::string {
            if constexpr (requires { m.payload; })
                if (m.payload)
                    return fmt::format("  payload: freed in plasma, in the table of --cycles; 1 nM is {} ng/mL.\n",
                                       three_digits(m.payload->MW.in(unit::kDa)));
            return {};
        },
        model);
}

std::string failures_note(PkResult const& result)
{
    std::string text;
    for (auto const& row : result.rows)
        if (!row.failures.empty()) {
            auto const& first = row.failures.front();
            text += fmt::format("  {}: {} could not be integrated and {} left out: patient {} came to {} on day {}.\n", row.dose,
                                counted(static_cast<long long>(row.failures.size()), "patient"),
                                row.failures.size() == 1 ? "is" : "are", first.patient, first.reason, three_digits(first.time_d));
        }
    return text;
}

/// Where the analytes are that the first table leaves out; empty where there are none.
std::string analytes_note(PkResult const& result)
{
    std::vector<std::string> others;
    for (auto const& cycle : result.rows.front().cycles)
        if (cycle.cycle == 1 && cycle.analyte != name_of(pk::Analyte::drug)) {
            auto& words = others.emplace_back(cycle.analyte);
            std::ranges::replace(words, '_', ' ');
        }
    return others.empty() ? "" : fmt::format("  {} and later cycles: --cycles.\n", fmt::join(others, ", "));
}

/// Every cycle, every analyte.
std::string cycles_table(PkResult const& result, int asked)
{
    std::vector<TextTable::Column> columns{{"dose", Align::left}, {"cycle"}, {"analyte", Align::left}};
    for (auto const& name : cycle_figure_names(pk::Analyte::drug))
        columns.push_back({name.name + " " + name.unit});
    TextTable table{columns};
    for (auto const& row : result.rows)
        for (auto const& cycle : row.cycles) {
            bool const molar = cycle.figures.front().unit == unit::nM.symbol;
            std::vector<std::string> cells{row.dose, std::to_string(cycle.cycle), molar ? cycle.analyte + ", nM" : cycle.analyte};
            for (auto const& figure : cycle.figures)
                cells.push_back(cell(figure, asked));
            table.row(cells);
        }
    return "every cycle\n" + table.text();
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
        result.rows.push_back(row(std::move(dose), question.names(), request, question.ask(asked, amount)));
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
    text += "\n" + half_life_note(result);
    text += result.request.doses.empty() ? "  cmax to cavg: first cycle; auc_inf: its doses, to infinity.\n"
                                         : "  cmax to cavg: the whole course, from day 0 to one cycle after the last dose.\n";
    if (result.request.above)
        text += fmt::format("  time_above: {}, above {} mg/L of the drug.\n",
                            result.request.doses.empty() ? "first cycle" : "the whole course",
                            shortest(result.request.above->in(unit::mg_per_L)));
    text += payload_note(*result.scenario.pk);
    text += failures_note(result);
    if (result.request.by_cycle)
        text += "\n" + cycles_table(result, asked);
    else
        text += analytes_note(result);
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
                {"subjects", population ? Json(*result.request.subjects) : Json(nullptr)}};
    if (result.request.above)
        object["above"] = {{"value", result.request.above->in(unit::mg_per_L)}, {"unit", unit::mg_per_L.symbol}};
    object["doses"] = Json::array();
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
        Json cycles = Json::array();
        for (auto const& cycle : row.cycles) {
            Json of_cycle{{"cycle", cycle.cycle}, {"analyte", cycle.analyte}};
            for (auto const& figure : cycle.figures)
                of_cycle[figure.name] = figure_json(figure, population);
            cycles.push_back(of_cycle);
        }
        entry["cycles"] = cycles;
        if (!row.failures.empty()) {
            Json failures = Json::array();
            for (auto const& failure : row.failures)
                failures.push_back({{"patient", failure.patient}, {"time_d", failure.time_d}, {"reason", failure.reason}});
            entry["failures"] = failures;
        }
        object["doses"].push_back(entry);
    }
    return object;
}

std::string pk_csv(PkResult const& result)
{
    Csv table{{"dose", "cycle", "analyte", "figure", "time_d", "unit", "value", "p5", "p95"}};
    auto const number = [](std::optional<double> const& value) { return value ? shortest(*value) : std::string{}; };
    auto const add = [&](std::string const& dose, std::string const& cycle, std::string const& analyte, std::string const& time,
                         PkFigure const& figure) {
        table.row({dose, cycle, analyte, figure.name, time, figure.unit, number(figure.median), number(figure.low),
                   number(figure.high)});
    };
    std::string const measured{name_of(pk::Analyte::drug)};
    for (auto const& row : result.rows) {
        for (auto const& figure : row.figures)
            add(row.dose, "", measured, "", figure);
        for (std::size_t t = 0; t < row.concentrations.size(); ++t)
            add(row.dose, "", measured, shortest(result.request.times[t].in(unit::d)), row.concentrations[t]);
        for (auto const& cycle : row.cycles)
            for (auto const& figure : cycle.figures)
                add(row.dose, std::to_string(cycle.cycle), cycle.analyte, "", figure);
    }
    return table.text();
}

} // namespace escalon

#include "sim/report/run_csv.hpp"

#include "pk_models/units.hpp"
#include "sim/report/clock_text.hpp"
#include "sim/report/csv.hpp"
#include "sim/trial/clocked_record.hpp"
#include "sim/trial/record.hpp"

#include <algorithm>
#include <iterator>

namespace escalon {
namespace {

std::string number(std::uint64_t value) { return std::to_string(value); }

/// Whether dose or model depends on this measure of the body; what nothing depends on is not drawn.
bool reads(Scenario const& scenario, PerBody measure)
{
    auto const by_dose = measure == PerBody::m2 ? DoseUnit::mg_per_m2 : DoseUnit::mg_per_kg;
    return scenario.doses.unit == by_dose || (scenario.pk && pk::scales_with(*scenario.pk, measure));
}

/// Calls visit(run of the design, its entry, its truth, trial) for every trial of every design under every truth; where the result is
/// exact, for as many as runner.trials says.
void each_number(RunResult const& run, std::span<NamedNature const> truths, auto const& visit)
{
    for (auto const& one : run.designs) {
        auto const trials = one.result.characteristics.trials.value_or(static_cast<std::uint64_t>(run.scenario.runner.trials));
        auto const& entry = run.entry_of(one);
        for (std::uint64_t trial = 0; trial < trials; ++trial)
            visit(one, entry, truths[one.truth], trial);
    }
}

/// Calls visit(run of the design, record).
void each_trial(RunResult const& run, std::span<NamedNature const> truths, auto const& visit)
{
    auto const ladder = run.scenario.ladder();
    each_number(run, truths, [&](DesignRun const& one, DesignEntry const& entry, NamedNature const& truth, std::uint64_t trial) {
        visit(one, record_trial(entry.design, ladder, truth.nature, run.scenario.runner.seed, trial));
    });
}

/// The same of trials that run by a clock.
void each_clocked_trial(RunResult const& run, std::span<NamedNature const> truths, auto const& visit)
{
    auto const ladder = run.scenario.ladder();
    each_number(run, truths, [&](DesignRun const& one, DesignEntry const& entry, NamedNature const& truth, std::uint64_t trial) {
        visit(one, record_trial(entry.design, ladder, truth.nature, *run.scenario.trial.clock,
                                run.scenario.dlt_window(entry).value(), run.scenario.runner.seed, trial, truth.activity()));
    });
}

std::string clocked_trials_csv(RunResult const& run, std::span<NamedNature const> truths)
{
    auto const ladder = run.scenario.ladder();
    auto const unit = column_unit(symbol(ladder.unit()));
    Csv table{{"design", "truth", "trial", "mtd_level", "mtd_" + unit, "stop_cause", "cohorts", "patients", "dlts", "duration_d",
               "suspended_d", "expansion", "dropped_out", "late_dlts", "level_after_late_look", "dlt_window_d"}};
    each_clocked_trial(run, truths, [&](DesignRun const& one, ClockedRecord const& record) {
        int patients = 0;
        int dlts = 0;
        int expansion = 0;
        int dropped_out = 0;
        int late = 0;
        for (auto const& patient : record.patients()) {
            patients += patient.expansion ? 0 : 1;
            dlts += !patient.expansion && record.dlt_in_window(patient) ? 1 : 0;
            expansion += patient.expansion ? 1 : 0;
            dropped_out += record.dropped_out(patient) ? 1 : 0;
            late += record.late_dlt(patient) ? 1 : 0;
        }
        auto const cohorts = std::ranges::count_if(record.cohorts, [](auto const& cohort) { return !cohort.expansion(); });
        auto const& mtd = record.verdict.mtd;
        table.row({one.label, run.truth_of(one).name, number(record.trial + 1), mtd ? std::to_string(mtd->number()) : "",
                   mtd ? shortest(ladder.dose(*mtd)) : "", std::string{name_of(record.verdict.cause)}, std::to_string(cohorts),
                   std::to_string(patients), std::to_string(dlts), shortest(record.duration_d), shortest(record.suspended_d),
                   std::to_string(expansion), std::to_string(dropped_out), std::to_string(late),
                   record.recommended ? std::to_string(record.recommended->number()) : "", shortest(record.window_d)});
    });
    return table.text();
}

std::string time_or_nothing(double time_d) { return time_d < Fate::never ? shortest(time_d) : ""; }

std::vector<std::string> activity_columns()
{
    return {"strong_expression",      "evaluable_for_response", "response_after_d", "progression_after_d", "cycles",
            "treatment_ends_after_d", "treatment_end"};
}

/// Empty under a truth without activity.
std::vector<std::string> activity_cells(Fate const& fate)
{
    if (!fate.on_treatment)
        return std::vector<std::string>(activity_columns().size());
    auto const& [tumour, cycles, end, ends_d] = *fate.on_treatment;
    return {tumour.strong_expression ? "1" : "0",
            tumour.evaluable() ? "1" : "0",
            time_or_nothing(tumour.response_d),
            time_or_nothing(tumour.progression_d),
            std::to_string(cycles),
            shortest(ends_d),
            std::string{name_of(end)}};
}

std::string clocked_patients_csv(RunResult const& run, std::span<NamedNature const> truths)
{
    auto const ladder = run.scenario.ladder();
    std::vector<std::vector<std::string>> kinds_of; // by truth
    for (std::size_t truth = 0; truth < run.truths.size(); ++truth)
        kinds_of.push_back(kind_names(run.scenario, truth));
    bool const modified = run.scenario.trial.after_dlt == TreatmentAfterDlt::reduce;
    auto const unit = column_unit(symbol(ladder.unit()));
    std::vector<std::string> columns{"design",    "truth",   "trial", "cohort",   "patient",     "level", "dose_" + unit,
                                     "expansion", "entry_d", "dlt",   "late_dlt", "dlt_after_d", "kind",  "leaves_after_d"};
    if (modified)
        columns.insert(columns.end(), {"delays", "delayed_d", "reductions", "last_dose_" + unit, "relative_dose_intensity"});
    bool const active = std::ranges::any_of(truths, [](auto const& truth) { return truth.tumours.has_value(); });
    if (active)
        std::ranges::copy(activity_columns(), std::back_inserter(columns));
    Csv table{columns};
    each_clocked_trial(run, truths, [&](DesignRun const& one, ClockedRecord const& record) {
        for (std::size_t c = 0; c < record.cohorts.size(); ++c)
            for (auto const& patient : record.cohorts[c].patients) {
                auto const& fate = patient.fate;
                auto const& kinds = kinds_of[one.truth];
                bool const dlt = record.dlt_in_window(patient);
                bool const late = record.late_dlt(patient);
                bool const seen = dlt || late;
                std::vector<std::string> row{one.label,
                                             run.truth_of(one).name,
                                             number(record.trial + 1),
                                             number(c + 1),
                                             number(patient.number + 1),
                                             std::to_string(patient.level.number()),
                                             shortest(ladder.dose(patient.level)),
                                             patient.expansion ? "1" : "0",
                                             shortest(patient.entry_d),
                                             dlt ? "1" : "0",
                                             late ? "1" : "0",
                                             seen ? shortest(fate.dlt_d) : "",
                                             seen && fate.kind >= 0 && fate.kind < std::ssize(kinds)
                                                 ? kinds[static_cast<std::size_t>(fate.kind)]
                                                 : "",
                                             time_or_nothing(fate.leaves_d)};
                if (modified) {
                    auto const& changes = fate.dose_changes;
                    double const share = changes.empty() ? 1 : changes.back().share;
                    row.insert(row.end(),
                               {std::to_string(std::ranges::count_if(changes, &ChangedDose::delayed)), shortest(fate.delayed_d()),
                                std::to_string(std::ranges::count_if(changes, &ChangedDose::reduced)),
                                shortest(ladder.dose(patient.level) * share), shortest(fate.dose_intensity)});
                }
                if (active)
                    std::ranges::copy(activity_cells(fate), std::back_inserter(row));
                table.row(row);
            }
    });
    return table.text();
}

} // namespace

std::vector<std::string> level_columns(DoseUnit unit)
{
    return {"level",           "dose_" + column_unit(symbol(unit)),
            "dlt_probability", "dlt_probability_error",
            "true_mtd",        "selection",
            "selection_se",    "patients",
            "patients_se",     "dlts",
            "dlts_se"};
}

std::vector<std::vector<std::string>> level_rows(RunResult const& run, DesignRun const& design)
{
    auto const ladder = run.scenario.ladder();
    auto const& truth = run.truth_of(design).toxicity;
    auto const& mean = design.result.characteristics.mean;
    auto const& error = design.result.characteristics.standard_error;
    std::vector<std::vector<std::string>> rows{{"0", "", "", "", "", shortest(mean.none), shortest(error.none), "", "", "", ""}};
    for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
        auto const i = static_cast<std::size_t>(level.index());
        rows.push_back({std::to_string(level.number()), shortest(ladder.dose(level)), shortest(truth.dlt_probability[i]),
                        shortest(truth.dlt_probability_error[i]), level == truth.mtd ? "1" : "0", shortest(mean.selection[i]),
                        shortest(error.selection[i]), shortest(mean.patients[i]), shortest(error.patients[i]),
                        shortest(mean.dlts[i]), shortest(error.dlts[i])});
    }
    return rows;
}

std::string operating_characteristics_csv(RunResult const& run)
{
    std::vector<std::string> columns{"design", "truth", "engine", "trials"};
    std::ranges::copy(level_columns(run.scenario.doses.unit), std::back_inserter(columns));
    Csv table{columns};
    for (auto const& design : run.designs) {
        auto const& oc = design.result.characteristics;
        for (auto const& level : level_rows(run, design)) {
            std::vector<std::string> row{design.label, run.truth_of(design).name, std::string{name_of(oc.engine)},
                                         oc.trials ? number(*oc.trials) : ""};
            std::ranges::copy(level, std::back_inserter(row));
            table.row(row);
        }
    }
    return table.text();
}

std::string trials_csv(RunResult const& run, std::span<NamedNature const> truths)
{
    if (run.scenario.trial.clock)
        return clocked_trials_csv(run, truths);
    auto const ladder = run.scenario.ladder();
    Csv table{{"design", "truth", "trial", "mtd_level", "mtd_" + column_unit(symbol(ladder.unit())), "stop_cause", "cohorts",
               "patients", "dlts"}};
    each_trial(run, truths, [&](DesignRun const& one, TrialRecord const& record) {
        std::size_t patients = 0;
        int dlts = 0;
        for (auto const& cohort : record.cohorts) {
            patients += cohort.patients.size();
            dlts += cohort.dlts();
        }
        auto const& mtd = record.verdict.mtd;
        table.row({one.label, run.truth_of(one).name, number(record.trial + 1), mtd ? std::to_string(mtd->number()) : "",
                   mtd ? shortest(ladder.dose(*mtd)) : "", std::string{name_of(record.verdict.cause)},
                   number(record.cohorts.size()), number(patients), std::to_string(dlts)});
    });
    return table.text();
}

std::string patients_csv(RunResult const& run, std::span<NamedNature const> truths)
{
    if (run.scenario.trial.clock)
        return clocked_patients_csv(run, truths);
    auto const ladder = run.scenario.ladder();
    std::vector<std::string> columns{"design",
                                     "truth",
                                     "trial",
                                     "cohort",
                                     "patient",
                                     "level",
                                     "dose_" + column_unit(symbol(ladder.unit())),
                                     "bsa_m2",
                                     "weight_kg",
                                     "antigen_u_per_ml",
                                     "auc_mg_d_per_l",
                                     "cmax_mg_per_l",
                                     "trough_mg_per_l",
                                     "average_mg_per_l",
                                     "dlt_probability",
                                     "tolerance_uniform",
                                     "dlt"};
    bool const graded = std::ranges::any_of(truths,
                                            [](auto const& truth) { return outcomes_told(truth.nature) != Outcomes::dlt; });
    if (graded)
        columns.emplace_back("grade");
    Csv table{columns};
    each_trial(run, truths, [&](DesignRun const& one, TrialRecord const& record) {
        for (std::size_t c = 0; c < record.cohorts.size(); ++c) {
            auto const& cohort = record.cohorts[c];
            for (auto const& patient : cohort.patients) {
                std::vector<std::string> row{one.label,
                                             run.truth_of(one).name,
                                             number(record.trial + 1),
                                             number(c + 1),
                                             number(patient.patient + 1),
                                             std::to_string(cohort.treat.level.number()),
                                             shortest(ladder.dose(cohort.treat.level))};
                if (patient.person) {
                    auto const& person = *patient.person;
                    auto const& exposure = *patient.exposure;
                    row.insert(row.end(),
                               {reads(run.scenario, PerBody::m2) ? shortest(person.bsa.in(unit::m2)) : "",
                                reads(run.scenario, PerBody::kg) ? shortest(person.weight.in(unit::kg)) : "",
                                shortest(person.antigen.in(unit::U_per_mL)), shortest(exposure.auc.in(unit::mg_d_per_L)),
                                shortest(exposure.cmax.in(unit::mg_per_L)), shortest(exposure.trough.in(unit::mg_per_L)),
                                shortest(exposure.average.in(unit::mg_per_L))});
                } else {
                    constexpr std::size_t biology_columns = 7;
                    row.insert(row.end(), biology_columns, "");
                }
                row.insert(row.end(),
                           {shortest(patient.dlt_probability), shortest(patient.tolerance_uniform), patient.dlt ? "1" : "0"});
                if (graded)
                    row.emplace_back(record.told == Outcomes::dlt ? "" : text(patient.grade));
                table.row(row);
            }
        }
    });
    return table.text();
}

} // namespace escalon

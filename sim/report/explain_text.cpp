#include "sim/report/explain_text.hpp"

#include "pk_models/units.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/text_table.hpp"
#include "sim/report/version.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

ByExposure const* by_exposure(Scenario const& scenario)
{
    return scenario.toxicity ? std::get_if<ByExposure>(&*scenario.toxicity) : nullptr;
}

struct Driven {
    std::string name;
    std::string_view unit;
};

Driven driven(ByExposure const& toxicity)
{
    bool const area = toxicity.driver == Driver::auc;
    return {std::string{name_of(toxicity.driver)}, area ? unit::mg_d_per_L.symbol : unit::mg_per_L.symbol};
}

/// "DLT", "no DLT"; with its grade as far as the truth tells grades.
std::string outcome_words(Grade grade, Outcomes told)
{
    if (told == Outcomes::dlt)
        return is_dlt(grade) ? "DLT" : "no DLT";
    if (is_dlt(grade))
        return told == Outcomes::grades ? fmt::format("DLT, grade {}", text(grade)) : "DLT";
    return fmt::format("grade {}", text(grade));
}

std::string courses_text(std::vector<CourseRecord> const& courses, DoseLadder const& ladder, Outcomes told, std::string_view when)
{
    std::string text;
    for (auto const& [course, grade] : courses)
        text += fmt::format("    {}, patient {} has course {} at {}: {}\n", when, course.patient + 1, course.number,
                            ladder.text(course.level), outcome_words(grade, told));
    return text;
}

Json courses_json(std::vector<CourseRecord> const& courses, DoseLadder const& ladder)
{
    auto rows = Json::array();
    for (auto const& [course, grade] : courses)
        rows.push_back({{"patient", course.patient + 1},
                        {"course", course.number},
                        {"level", course.level.number()},
                        {"dose", ladder.text(course.level)},
                        {"grade", text(grade)},
                        {"dlt", is_dlt(grade)}});
    return rows;
}

std::string patients_table(CohortRecord const& cohort, Scenario const& scenario, Outcomes told)
{
    auto const* toxicity = by_exposure(scenario);
    bool const by_weight = scenario.doses.unit == DoseUnit::mg_per_kg;
    std::vector<TextTable::Column> columns{{"patient"}};
    if (toxicity)
        columns.insert(columns.end(), {{by_weight ? "weight kg" : "BSA m2"},
                                       {"antigen U/mL"},
                                       {fmt::format("{} {}", driven(*toxicity).name, driven(*toxicity).unit)}});
    columns.insert(columns.end(), {{"P(DLT)"}, {"tolerance rank"}, {"", Align::left}});
    TextTable table{columns};
    for (auto const& patient : cohort.patients) {
        std::vector<std::string> cells{std::to_string(patient.patient + 1)};
        if (toxicity)
            cells.insert(cells.end(), {by_weight ? fmt::format("{:.0f}", patient.person->weight.in(unit::kg))
                                                 : fmt::format("{:.2f}", patient.person->bsa.in(unit::m2)),
                                       three_digits(patient.person->antigen.in(unit::U_per_mL)),
                                       three_digits(toxicity->driving(*patient.exposure))});
        cells.insert(cells.end(),
                     {percent(patient.dlt_probability), percent(patient.tolerance_uniform), outcome_words(patient.grade, told)});
        table.row(cells);
    }
    return table.text("      ");
}

} // namespace

std::string explain_text(ExplainedTrial const& trial)
{
    auto const ladder = trial.scenario.ladder();
    auto const& record = trial.record;
    auto text = fmt::format("{}\nTrial {} of {}, seed {}\n", trial.scenario.name, record.trial + 1, trial.label, record.seed);
    text += "A patient has a DLT when the tolerance rank among all patients is below P(DLT).\n";
    for (std::size_t i = 0; i < record.cohorts.size(); ++i) {
        auto const& cohort = record.cohorts[i];
        text += fmt::format("\n  Cohort {}: {}\n    because {}\n{}    {}/{} with a DLT\n", i + 1,
                            describe(Action{cohort.treat}, ladder), cohort.reason,
                            patients_table(cohort, trial.scenario, record.told), cohort.dlts(), cohort.patients.size());
        text += courses_text(cohort.later, ladder, record.told, "meanwhile");
    }
    return text + fmt::format("\n  Then {}\n    because {}\n", describe(Action{record.verdict}, ladder), record.reason) +
           courses_text(record.after, ladder, record.told, "afterwards");
}

nlohmann::ordered_json explain_json(ExplainedTrial const& trial)
{
    auto const ladder = trial.scenario.ladder();
    auto const* toxicity = by_exposure(trial.scenario);
    Json object{{"scenario", trial.scenario.name}, {"version", version()},
                {"design", trial.label},           {"seed", trial.record.seed},
                {"trial", trial.record.trial + 1}, {"cohorts", Json::array()}};
    for (auto const& cohort : trial.record.cohorts) {
        Json row{{"level", cohort.treat.level.number()},
                 {"dose", ladder.text(cohort.treat.level)},
                 {"reason", cohort.reason},
                 {"dlts", cohort.dlts()},
                 {"patients", Json::array()}};
        for (auto const& patient : cohort.patients) {
            Json person{{"patient", patient.patient + 1}};
            if (toxicity) {
                person["bsa_m2"] = patient.person->bsa.in(unit::m2);
                person["weight_kg"] = patient.person->weight.in(unit::kg);
                person["antigen_u_per_ml"] = patient.person->antigen.in(unit::U_per_mL);
                person["auc_mg_d_per_l"] = patient.exposure->auc.in(unit::mg_d_per_L);
                person["cmax_mg_per_l"] = patient.exposure->cmax.in(unit::mg_per_L);
                person["trough_mg_per_l"] = patient.exposure->trough.in(unit::mg_per_L);
                person["average_mg_per_l"] = patient.exposure->average.in(unit::mg_per_L);
            }
            person["dlt_probability"] = patient.dlt_probability;
            person["tolerance_uniform"] = patient.tolerance_uniform;
            person["dlt"] = patient.dlt;
            if (trial.record.told != Outcomes::dlt)
                person["grade"] = text(patient.grade);
            row["patients"].push_back(person);
        }
        if (!cohort.later.empty())
            row["later_courses"] = courses_json(cohort.later, ladder);
        object["cohorts"].push_back(row);
    }
    auto const& verdict = trial.record.verdict;
    object["verdict"] = {{"decision", describe(Action{verdict}, ladder)},
                         {"mtd", verdict.mtd ? Json(ladder.text(*verdict.mtd)) : Json(nullptr)},
                         {"cause", name_of(verdict.cause)},
                         {"reason", trial.record.reason}};
    if (!trial.record.after.empty())
        object["courses_after_the_verdict"] = courses_json(trial.record.after, ladder);
    return object;
}

std::vector<RecordedCohort> recorded_cohorts(TrialRecord const& record)
{
    std::vector<RecordedCohort> cohorts;
    for (auto const& cohort : record.cohorts)
        cohorts.push_back({.level = cohort.treat.level,
                           .patients = cohort.treat.patients,
                           .dlts = cohort.dlts(),
                           .grade_2 = cohort.cohort().grade_2,
                           .grade_4 = cohort.cohort().grade_4});
    return cohorts;
}

} // namespace escalon

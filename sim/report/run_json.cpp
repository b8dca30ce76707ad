#include "sim/report/run_json.hpp"

#include "pk_models/units.hpp"
#include "sim/scenario/echo.hpp"

#include <nlohmann/json.hpp>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

using Causes = std::array<double, stop_causes>;

/// The figures of the causes that occur.
Json causes(Causes const& figures, Causes const& shares)
{
    Json object = Json::object();
    for (auto const& [cause, key] : enum_names(StopCause{}))
        if (auto const i = static_cast<std::size_t>(cause); shares[i] > 0)
            object[std::string{key}] = figures[i];
    return object;
}

/// The means or their standard errors, under the same keys.
Json measures(Measures const& m, Measures const& mean)
{
    return {{"selection", {{"none", m.none}, {"levels", m.selection}}},
            {"stopped", causes(m.stopped_with_none, mean.stopped_with_none)},
            {"stop_causes", causes(m.stopped, mean.stopped)},
            {"top_not_exceeded", m.top_not_exceeded()},
            {"correct_selection", m.correct},
            {"overdose_selection", m.overdose},
            {"patients", m.patients},
            {"dlts", m.dlts},
            {"total_patients", m.total_patients},
            {"total_dlts", m.total_dlts},
            {"patients_above_mtd", m.patients_above},
            {"duration_d", nullptr}};
}

Json quantiles(CountDistribution const& distribution)
{
    return {{"10", quantile(distribution, 0.1)}, {"50", quantile(distribution, 0.5)}, {"90", quantile(distribution, 0.9)}};
}

/// Patients by the worst grade of all their courses.
Json by_grade(std::array<double, grade_count> const& figures)
{
    Json object;
    for (std::size_t grade = 0; grade < grade_count; ++grade)
        object[std::string{text(static_cast<Grade>(grade))}] = figures[grade];
    return object;
}

Json courses(CourseMeasures const& measures)
{
    return {{"levels", measures.courses},
            {"patients_by_worst_grade", by_grade(measures.worst_grade)},
            {"standard_error",
             {{"levels", measures.courses_error}, {"patients_by_worst_grade", by_grade(measures.worst_grade_error)}}}};
}

Json design_json(RunResult const& run, DesignRun const& design)
{
    auto const& oc = design.result.characteristics;
    Json object{{"name", design.name},
                {"label", design.label},
                {"truth", run.truth_of(design).name},
                {"engine", name_of(oc.engine)},
                {"engine_reason", design.result.engine_reason},
                {"trials", oc.trials ? Json(*oc.trials) : Json(nullptr)}};
    object.update(measures(oc.mean, oc.mean));
    object["distribution"] = {{"total_patients", oc.total_patients}, {"total_dlts", oc.total_dlts}};
    object["quantiles"] = {{"total_patients", quantiles(oc.total_patients)}, {"total_dlts", quantiles(oc.total_dlts)}};
    object["standard_error"] = measures(oc.standard_error, oc.mean);
    object["numerical_error"] = oc.numerical_error;
    if (oc.courses)
        object["courses"] = courses(*oc.courses);
    return object;
}

Json truth_json(RunResult const& run, TruthRun const& named)
{
    auto const& truth = named.toxicity;
    Json object{{"name", named.name},
                {"target", truth.target},
                {"dlt_probability", truth.dlt_probability},
                {"dlt_probability_error", truth.dlt_probability_error},
                {"true_mtd_level", truth.mtd ? Json(truth.mtd->number()) : Json(nullptr)},
                {"true_mtd", truth.mtd ? Json(run.scenario.ladder().text(*truth.mtd)) : Json(nullptr)}};
    auto const add = [&](std::string const& key, std::vector<double> const& figures, std::vector<double> const& errors) {
        if (figures.empty())
            return;
        object[key + "_probability"] = figures;
        object[key + "_probability_error"] = errors;
    };
    add("grade_2", truth.grades.grade_2, truth.grades_error.grade_2);
    add("grade_4", truth.grades.grade_4, truth.grades_error.grade_4);
    return object;
}

} // namespace

nlohmann::ordered_json runs_json(RunResult const& run)
{
    Json object{{"truths", Json::array()}, {"designs", Json::array()}};
    for (auto const& truth : run.truths)
        object["truths"].push_back(truth_json(run, truth));
    for (auto const& design : run.designs)
        object["designs"].push_back(design_json(run, design));
    return object;
}

nlohmann::ordered_json run_json(RunResult const& run)
{
    auto const ladder = run.scenario.ladder();
    Json object{{"scenario", run.scenario.name},
                {"seed", run.scenario.runner.seed},
                {"version", run.version},
                {"complete", run.complete},
                {"doses", {{"unit", symbol(ladder.unit())}, {"levels", run.scenario.doses.levels}}}};
    object.update(runs_json(run));
    object["resolved"] = resolved_json(run.scenario);
    return object;
}

} // namespace escalon

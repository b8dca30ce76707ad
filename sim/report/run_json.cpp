#include "sim/report/run_json.hpp"

#include "pk_models/units.hpp"
#include "sim/report/clock_text.hpp"
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

Json risks(Risks const& shares)
{
    Json object = Json::object();
    for (std::size_t i = 0; i < shares.size(); ++i)
        object[std::to_string(risk_percents[i])] = shares[i];
    return object;
}

Json figure_or_null(std::optional<double> figure) { return figure ? Json(*figure) : Json(nullptr); }

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
            {"patients_at_mtd", m.patients_at},
            {"patients_above_mtd", m.patients_above},
            {"share_below_mtd", m.share_below},
            {"share_at_mtd", m.share_at},
            {"share_above_mtd", m.share_above},
            {"dlt_rate", m.dlt_rate},
            {"risk_of_overdosing", risks(m.overdosing)},
            {"risk_of_underdosing", risks(m.underdosing)},
            {"risk_of_overdosing_planned", m.overdosing_planned ? risks(*m.overdosing_planned) : Json(nullptr)},
            {"accuracy_index",
             {{"selection", figure_or_null(m.accuracy_selection)}, {"allocation", figure_or_null(m.accuracy_allocation)}}},
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

std::vector<std::pair<std::string, CountDistribution const*>> distributions(OperatingCharacteristics const& oc)
{
    return {{"total_patients", &oc.total_patients},
            {"total_dlts", &oc.total_dlts},
            {"patients_at_mtd", &oc.patients_at},
            {"patients_above_mtd", &oc.patients_above}};
}

/// Figures under the names of an enumeration.
template <class Enum>
Json by_name(auto const& figure_of)
{
    Json object = Json::object();
    for (auto const& [figure, key] : enum_names(Enum{}))
        object[std::string{key}] = figure_of(static_cast<std::size_t>(figure));
    return object;
}

Json comparison_json(RunResult const& run)
{
    if (!run.comparison)
        return nullptr;
    Json list = Json::array();
    for (auto const& one : run.comparison->differences) {
        auto const& d = one.difference;
        auto const figures = [](ComparedFigures const& all) { return by_name<Compared>([&](std::size_t i) { return all[i]; }); };
        list.push_back({{"label", one.label},
                        {"truth", run.truths[one.truth].name},
                        {"pairing", name_of(d.pairing)},
                        {"trials", d.trials ? Json(*d.trials) : Json(nullptr)},
                        {"difference", figures(d.mean)},
                        {"standard_error", figures(d.standard_error)},
                        {"unpaired_standard_error", figures(d.unpaired_error)},
                        {"numerical_error", d.numerical_error}});
    }
    return {{"against", run.comparison->against}, {"differences", list}};
}

/// Means over curves, and between them their standard errors.
Json over_curves(auto const& figures)
{
    Json object{{"curves", Json::array()}, {"mean", Json::array()}, {"standard_error", Json::array()}};
    for (OverCurves const& one : figures) {
        object["curves"].push_back(one.curves);
        object["mean"].push_back(one.curves > 0 ? Json(one.mean) : Json(nullptr));
        object["standard_error"].push_back(one.curves > 0 ? Json(one.standard_error) : Json(nullptr));
    }
    return object;
}

template <class Enum>
Json named_over_curves(auto const& figures)
{
    return by_name<Enum>([&](std::size_t i) {
        OverCurves const& one = figures[i];
        return Json{{"curves", one.curves}, {"mean", one.mean}, {"standard_error", one.standard_error}};
    });
}

Json random_truths_json(std::optional<RandomTruthsResult> const& random)
{
    if (!random)
        return nullptr;
    Json object{{"generator", name_of(random->options.generator)},
                {"curves", random->options.curves},
                {"target", random->target},
                {"seed", random->seed},
                {"designs", Json::array()},
                {"against", random->against.empty() ? Json(nullptr) : Json(random->against)},
                {"differences", Json::array()}};
    for (auto const& design : random->designs)
        object["designs"].push_back({{"label", design.label},
                                     {"engine", name_of(design.engine)},
                                     {"trials", design.trials ? Json(*design.trials) : Json(nullptr)},
                                     {"measures", named_over_curves<Averaged>(design.figures)},
                                     {"correct_by_mtd_level", over_curves(design.correct_by_mtd)},
                                     {"selection", over_curves(design.selection)}});
    for (auto const& one : random->differences)
        object["differences"].push_back({{"label", one.label}, {"difference", named_over_curves<Compared>(one.figures)}});
    return object;
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
    auto& distribution = object["distribution"];
    auto& of_trials = object["quantiles"];
    for (auto const& [key, counts] : distributions(oc)) {
        distribution[key] = *counts;
        of_trials[key] = quantiles(*counts);
    }
    object["standard_error"] = measures(oc.standard_error, oc.mean);
    object["numerical_error"] = oc.numerical_error;
    if (oc.clock) {
        object["dlt_window_d"] = run.scenario.dlt_window(run.entry_of(design)).value().base();
        object["duration_d"] = oc.clock->duration_d.mean;
        object["standard_error"]["duration_d"] = oc.clock->duration_d.standard_error;
        object["clock"] = clock_json(run, design.truth, *oc.clock);
    }
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
    if (truth.unsolved_share > 0)
        object["unsolved_share"] = truth.unsolved_share;
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
    object["comparison"] = comparison_json(run);
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
    object["random_truths"] = random_truths_json(run.random_truths);
    object["resolved"] = resolved_json(run.scenario);
    return object;
}

} // namespace escalon

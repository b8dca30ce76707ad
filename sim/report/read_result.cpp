#include "sim/report/read_result.hpp"
#include "sim/report/clock_text.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

/// The resolved scenario as a text that reading takes: JSON is YAML but for its numbers, which stay as they are.
std::string as_yaml(Json const& resolved) { return resolved.dump(-1, ' ', false, Json::error_handler_t::replace); }

template <class Enum>
Enum named(ResultPart const& part)
{
    auto const word = part.text();
    for (auto const& [value, name] : enum_names(Enum{}))
        if (name == word)
            return value;
    part.fail("'" + word + "' is not known");
}

/// A share, which rounding may have put a little beyond 0 or 1.
double share(ResultPart const& part)
{
    constexpr double rounding = 1e-9;
    double const figure = part.number();
    if (!(figure >= -rounding && figure <= 1 + rounding))
        part.fail(fmt::format("is {}, which is no share", figure));
    return figure;
}

/// A mean of counts, or an error.
double not_negative(ResultPart const& part)
{
    double const figure = part.number();
    if (!(figure >= 0))
        part.fail(fmt::format("is {}, less than nothing", figure));
    return figure;
}

std::uint64_t count(ResultPart const& part)
{
    if (part.whole() < 0)
        part.fail("is less than nothing");
    return static_cast<std::uint64_t>(part.whole());
}

std::vector<double> one_a_level(ResultPart const& part, std::size_t levels, double (*read)(ResultPart const&))
{
    std::vector<double> figures;
    for (auto const& item : part.items())
        figures.push_back(read(item));
    if (figures.size() != levels)
        part.fail(fmt::format("has {} figures where {} belong", figures.size(), levels));
    return figures;
}

/// The figures of the causes that occur; the others are zero.
std::array<double, stop_causes> causes(ResultPart const& part)
{
    std::array<double, stop_causes> figures{};
    for (auto const& [cause, key] : enum_names(StopCause{}))
        if (auto const figure = part.find(std::string{key}))
            figures[static_cast<std::size_t>(cause)] = share(*figure);
    return figures;
}

Risks risks(ResultPart const& part)
{
    Risks shares{};
    for (std::size_t i = 0; i < shares.size(); ++i)
        shares[i] = share(part.at(std::to_string(risk_percents[i])));
    return shares;
}

std::optional<double> figure_or_none(ResultPart const& part, std::string const& key)
{
    auto const figure = part.find(key);
    return figure ? std::optional{figure->number()} : std::nullopt;
}

Measures measures(ResultPart const& part, std::size_t levels)
{
    Measures m;
    m.none = share(part.at("selection").at("none"));
    m.selection = one_a_level(part.at("selection").at("levels"), levels, share);
    m.stopped_with_none = causes(part.at("stopped"));
    m.stopped = causes(part.at("stop_causes"));
    m.correct = share(part.at("correct_selection"));
    m.overdose = share(part.at("overdose_selection"));
    m.patients = one_a_level(part.at("patients"), levels, not_negative);
    m.dlts = one_a_level(part.at("dlts"), levels, not_negative);
    m.total_patients = not_negative(part.at("total_patients"));
    m.total_dlts = not_negative(part.at("total_dlts"));
    m.patients_at = not_negative(part.at("patients_at_mtd"));
    m.patients_above = not_negative(part.at("patients_above_mtd"));
    m.share_below = share(part.at("share_below_mtd"));
    m.share_at = share(part.at("share_at_mtd"));
    m.share_above = share(part.at("share_above_mtd"));
    m.dlt_rate = share(part.at("dlt_rate"));
    m.overdosing = risks(part.at("risk_of_overdosing"));
    m.underdosing = risks(part.at("risk_of_underdosing"));
    if (auto const planned = part.find("risk_of_overdosing_planned"))
        m.overdosing_planned = risks(*planned);
    m.accuracy_selection = figure_or_none(part.at("accuracy_index"), "selection");
    m.accuracy_allocation = figure_or_none(part.at("accuracy_index"), "allocation");
    return m;
}

std::array<double, grade_count> by_grade(ResultPart const& part)
{
    std::array<double, grade_count> figures{};
    for (std::size_t grade = 0; grade < grade_count; ++grade)
        figures[grade] = not_negative(part.at(std::string{text(static_cast<Grade>(grade))}));
    return figures;
}

CourseMeasures course_measures(ResultPart const& part, std::size_t levels)
{
    auto const error = part.at("standard_error");
    return {one_a_level(part.at("levels"), levels, not_negative), one_a_level(error.at("levels"), levels, not_negative),
            by_grade(part.at("patients_by_worst_grade")), by_grade(error.at("patients_by_worst_grade"))};
}

/// What trials recommend sums to one.
void require_whole(ResultPart const& selection, Measures const& mean)
{
    constexpr double rounding = 1e-6;
    double sum = mean.none;
    for (double const level : mean.selection)
        sum += level;
    if (std::abs(sum - 1) > rounding)
        selection.fail(fmt::format("sums to {}, not to 1", sum));
}

TruthRun truth_run(ResultPart const& part, std::size_t levels)
{
    TruthRun truth;
    truth.name = part.at("name").text();
    truth.toxicity.target = share(part.at("target"));
    truth.toxicity.dlt_probability = one_a_level(part.at("dlt_probability"), levels, share);
    truth.toxicity.dlt_probability_error = one_a_level(part.at("dlt_probability_error"), levels, not_negative);
    auto const read = [&](std::string const& key, std::vector<double>& figures, auto const& figure) {
        if (auto const found = part.find(key))
            figures = one_a_level(*found, levels, figure);
    };
    read("grade_2_probability", truth.toxicity.grades.grade_2, share);
    read("grade_2_probability_error", truth.toxicity.grades_error.grade_2, not_negative);
    read("grade_4_probability", truth.toxicity.grades.grade_4, share);
    read("grade_4_probability_error", truth.toxicity.grades_error.grade_4, not_negative);
    if (auto const unsolved = part.find("unsolved_share"))
        truth.toxicity.unsolved_share = share(*unsolved);
    if (auto const level = part.find("true_mtd_level")) {
        auto const number = level->whole();
        if (number < 1 || number > static_cast<std::int64_t>(levels))
            level->fail("is no level of the ladder");
        truth.toxicity.mtd = DoseLevel::from_number(static_cast<int>(number));
    }
    return truth;
}

ActivityMeasures::Group activity_group(ResultPart const& means, ResultPart const& errors)
{
    auto const figure = [&](std::string const& key) {
        return ActivityMeasures::Figure{not_negative(means.at(key)), not_negative(errors.at(key))};
    };
    auto const share_or_none = [](ResultPart const& mean, ResultPart const& error, std::string const& key) {
        auto const found = mean.find(key); // null where there is nobody
        return found ? ActivityMeasures::Figure{share(*found), not_negative(error.at(key))} : ActivityMeasures::Figure{};
    };
    ActivityMeasures::Group group{.patients = figure("patients"),
                                  .evaluable = figure("evaluable"),
                                  .responses = figure("responses"),
                                  .response_rate = share_or_none(means, errors, "response_rate"),
                                  .cycles = {}};
    auto const cycles = means.at("cycles_at_least");
    for (auto const& [at_least, value] : cycles.json().items())
        group.cycles.push_back(share_or_none(cycles, errors.at("cycles_at_least"), at_least));
    return group;
}

ActivityMeasures activity_measures(ResultPart const& means, ResultPart const& errors, std::size_t levels)
{
    ActivityMeasures activity{.all = activity_group(means.at("all"), errors.at("all")),
                              .at_mtd = activity_group(means.at("at_declared_mtd"), errors.at("at_declared_mtd")),
                              .levels = {},
                              .withdrawn = {not_negative(means.at("withdrawn_from_window")),
                                            not_negative(errors.at("withdrawn_from_window"))},
                              .ends = {}};
    auto const by_level = means.at("levels").items();
    auto const their_errors = errors.at("levels").items();
    if (by_level.size() != levels || their_errors.size() != levels)
        means.at("levels").fail("has not one group a level");
    for (std::size_t level = 0; level < levels; ++level)
        activity.levels.push_back(activity_group(by_level[level], their_errors[level]));
    for (auto const& [end, name] : enum_names(TreatmentEnd{})) {
        std::string const key{name};
        activity.ends[static_cast<std::size_t>(end)] = {share(means.at("treatment_ends").at(key)),
                                                        not_negative(errors.at("treatment_ends").at(key))};
    }
    return activity;
}

ClockMeasures clock_measures(ResultPart const& part, std::size_t levels, std::vector<std::string> const& kinds)
{
    auto const errors = part.at("standard_error");
    auto const figure = [&](std::string const& key) {
        return ClockMeasures::Figure{part.at(key).number(), errors.at(key).number()};
    };
    auto const all = [&](ResultPart const& means, ResultPart const& their_errors) {
        auto const mean = means.numbers();
        auto const error = their_errors.numbers();
        if (mean.size() != levels || error.size() != levels)
            means.fail("has not one figure a level");
        std::vector<ClockMeasures::Figure> found;
        for (std::size_t i = 0; i < levels; ++i)
            found.push_back({mean[i], error[i]});
        return found;
    };
    auto const of_kinds = [&](std::string const& key) {
        std::vector<ClockMeasures::Figure> found;
        for (auto const& kind : kinds)
            found.push_back({part.at(key).at(kind).number(), errors.at(key).at(kind).number()});
        return found;
    };
    std::optional<ClockMeasures::Doses> doses;
    if (auto const means = part.find("dose_modification")) {
        auto const of_doses = [&](std::string const& key) {
            return ClockMeasures::Figure{means->at(key).number(), errors.at("dose_modification").at(key).number()};
        };
        doses = {of_doses("patients_delayed"), of_doses("patients_reduced"), of_doses("relative_dose_intensity")};
    }
    auto const highest_by_look = [&] {
        auto const rows = part.at("highest_by_late_look");
        auto const row_errors = errors.at("highest_by_late_look");
        std::vector<std::vector<ClockMeasures::Figure>> found;
        found.push_back(all(rows.at("none"), row_errors.at("none")));
        auto const means = rows.at("levels").items();
        auto const their_errors = row_errors.at("levels").items();
        if (means.size() != levels || their_errors.size() != levels)
            rows.fail("has not one row a level");
        for (std::size_t i = 0; i < levels; ++i)
            found.push_back(all(means[i], their_errors[i]));
        return found;
    };
    auto const look = part.at("after_late_look");
    auto const look_error = errors.at("after_late_look");
    std::optional<ActivityMeasures> activity;
    if (auto const found = part.find("activity"))
        activity = activity_measures(*found, errors.at("activity"), levels);
    return {.duration_d = figure("duration_d"),
            .suspended_d = figure("suspended_d"),
            .dropped_out = figure("dropped_out"),
            .in_expansion = figure("in_expansion"),
            .visited = all(part.at("visited"), errors.at("visited")),
            .late = all(part.at("late_dlts"), errors.at("late_dlts")),
            .none_after_look = {look.at("none").number(), look_error.at("none").number()},
            .after_look = all(look.at("levels"), look_error.at("levels")),
            .lowered = figure("lowered_by_late_look"),
            .above_look = figure("patients_above_late_look"),
            .highest_by_look = highest_by_look(),
            .kind_in_window = of_kinds("dlts_by_kind"),
            .kind_late = of_kinds("late_dlts_by_kind"),
            .doses = doses,
            .activity = std::move(activity)};
}

/// The label of a design of the scenario.
std::string label(ResultPart const& part, Scenario const& scenario)
{
    auto text = part.text();
    if (std::ranges::find(scenario.designs, text, &DesignEntry::label) == scenario.designs.end())
        part.fail("'" + text + "' is no design of the scenario");
    return text;
}

DesignRun design_run(ResultPart const& part, RunResult const& run)
{
    auto const levels = run.scenario.doses.levels.size();
    DesignRun design;
    design.name = part.at("name").text();
    design.label = label(part.at("label"), run.scenario);
    auto const truth = std::ranges::find(run.truths, part.at("truth").text(), &TruthRun::name);
    if (truth == run.truths.end())
        part.at("truth").fail("'" + part.at("truth").text() + "' is not among the truths");
    design.truth = static_cast<std::size_t>(truth - run.truths.begin());
    design.result.engine_reason = part.at("engine_reason").text();
    auto& oc = design.result.characteristics;
    oc.engine = named<Engine>(part.at("engine"));
    if (auto const trials = part.find("trials")) {
        if (trials->whole() < 1)
            trials->fail("must be at least 1");
        oc.trials = static_cast<std::uint64_t>(trials->whole());
    }
    if (oc.trials.has_value() != (oc.engine == Engine::monte_carlo))
        part.at("engine").fail("does not fit the trials");
    oc.mean = measures(part, levels);
    require_whole(part.at("selection"), oc.mean);
    oc.standard_error = measures(part.at("standard_error"), levels);
    oc.numerical_error = part.at("numerical_error").number();
    if (auto const courses = part.find("courses"))
        oc.courses = course_measures(*courses, levels);
    if (auto const clock = part.find("clock")) {
        if (!run.scenario.trial.clock)
            clock->fail("does not fit the scenario, whose trial has no clock");
        oc.clock = clock_measures(*clock, levels, kind_names(run.scenario, design.truth));
    }
    oc.total_patients = part.at("distribution").at("total_patients").numbers();
    oc.total_dlts = part.at("distribution").at("total_dlts").numbers();
    oc.patients_at = part.at("distribution").at("patients_at_mtd").numbers();
    oc.patients_above = part.at("distribution").at("patients_above_mtd").numbers();
    return design;
}

ComparedFigures compared_figures_of(ResultPart const& part)
{
    ComparedFigures figures{};
    for (auto const& [figure, key] : enum_names(Compared{}))
        figures[static_cast<std::size_t>(figure)] = part.at(std::string{key}).number();
    return figures;
}

ComparisonRun comparison_run(ResultPart const& part, RunResult const& run)
{
    ComparisonRun comparison{.against = label(part.at("against"), run.scenario), .differences = {}};
    for (auto const& one : part.at("differences").items()) {
        auto const truth = std::ranges::find(run.truths, one.at("truth").text(), &TruthRun::name);
        if (truth == run.truths.end())
            one.at("truth").fail("'" + one.at("truth").text() + "' is not among the truths");
        DifferenceRun found{.label = label(one.at("label"), run.scenario),
                            .truth = static_cast<std::size_t>(truth - run.truths.begin()),
                            .difference = {}};
        auto& difference = found.difference;
        difference.pairing = named<Pairing>(one.at("pairing"));
        if (auto const trials = one.find("trials"))
            difference.trials = count(*trials);
        difference.mean = compared_figures_of(one.at("difference"));
        difference.standard_error = compared_figures_of(one.at("standard_error"));
        difference.unpaired_error = compared_figures_of(one.at("unpaired_standard_error"));
        difference.numerical_error = not_negative(one.at("numerical_error"));
        comparison.differences.push_back(std::move(found));
    }
    return comparison;
}

template <class Enum, std::size_t size>
void read_over_curves(ResultPart const& part, std::array<OverCurves, size>& figures)
{
    for (auto const& [figure, key] : enum_names(Enum{})) {
        auto const one = part.at(std::string{key});
        figures[static_cast<std::size_t>(figure)] = {count(one.at("curves")), one.at("mean").number(),
                                                     not_negative(one.at("standard_error"))};
    }
}

/// Means are null where there are no curves.
std::vector<OverCurves> by_level(ResultPart const& part, std::size_t levels)
{
    auto const curves = part.at("curves").items();
    auto const means = part.at("mean").items();
    auto const errors = part.at("standard_error").items();
    if (curves.size() != levels || means.size() != levels || errors.size() != levels)
        part.fail(fmt::format("has not {} figures, one a level", levels));
    std::vector<OverCurves> all;
    for (std::size_t level = 0; level < levels; ++level) {
        OverCurves one{.curves = count(curves[level])};
        if (one.curves > 0) {
            one.mean = means[level].number();
            one.standard_error = errors[level].number();
        }
        all.push_back(one);
    }
    return all;
}

/// The curves themselves are not in a result: their generator and seed are.
RandomTruthsResult random_truths(ResultPart const& part, Scenario const& scenario)
{
    if (!scenario.random_truths)
        part.fail("has no place in a scenario without random truths");
    RandomTruthsResult random{.options = *scenario.random_truths,
                              .target = share(part.at("target")),
                              .seed = static_cast<std::uint64_t>(part.at("seed").whole()),
                              .curves = {}};
    for (auto const& one : part.at("designs").items()) {
        DesignOverCurves design{.label = label(one.at("label"), scenario), .engine = named<Engine>(one.at("engine"))};
        if (auto const trials = one.find("trials"))
            design.trials = count(*trials);
        read_over_curves<Averaged>(one.at("measures"), design.figures);
        design.correct_by_mtd = by_level(one.at("correct_by_mtd_level"), scenario.doses.levels.size());
        design.selection = by_level(one.at("selection"), scenario.doses.levels.size());
        random.designs.push_back(std::move(design));
    }
    if (auto const against = part.find("against"))
        random.against = label(*against, scenario);
    for (auto const& one : part.at("differences").items()) {
        DifferenceOverCurves difference{.label = label(one.at("label"), scenario)};
        read_over_curves<Compared>(one.at("difference"), difference.figures);
        random.differences.push_back(std::move(difference));
    }
    return random;
}

/// A whole `result.json`.
RunResult run_of(ResultFile const& file)
{
    ResultPart const whole{file};
    auto run = read_runs(whole, read_resolved(whole.at("resolved")));
    run.complete = whole.at("complete").boolean();
    run.version = whole.at("version").text();
    if (auto const random = whole.find("random_truths"))
        run.random_truths = random_truths(*random, run.scenario);
    if (run.designs.empty())
        whole.at("designs").fail("holds none");
    return run;
}

} // namespace

Scenario read_resolved(ResultPart const& resolved)
{
    try {
        return parse_scenario(as_yaml(resolved.json()), "resolved");
    } catch (ScenarioError const& fault) {
        resolved.fail(fmt::format("is no scenario of this edition ({})", fault.diagnostics().front().message));
    }
}

RunResult read_runs(ResultPart const& part, Scenario scenario)
{
    RunResult run{.scenario = std::move(scenario)};
    auto const levels = run.scenario.doses.levels.size();
    for (auto const& truth : part.at("truths").items())
        run.truths.push_back(truth_run(truth, levels));
    for (auto const& design : part.at("designs").items())
        run.designs.push_back(design_run(design, run));
    if (auto const comparison = part.find("comparison"))
        run.comparison = comparison_run(*comparison, run);
    return run;
}

RunResult parse_result(std::string_view text, std::string const& file)
{
    return run_of(parse_json_file(std::string{text}, file));
}

RunResult read_result(std::filesystem::path const& result) { return run_of(read_result_file(result)); }

} // namespace escalon

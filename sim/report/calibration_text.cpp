#include "sim/report/calibration_text.hpp"

#include "pk_models/units.hpp"
#include "sim/report/csv.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/text_table.hpp"
#include "sim/report/version.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

constexpr int skeleton_digits = 4;

/// "[0.02, 0.06, 0.14, 0.25]", as a scenario takes it.
std::string skeleton_text(std::vector<double> const& skeleton)
{
    std::vector<std::string> figures;
    for (double const p : skeleton)
        figures.push_back(fmt::format("{:.{}f}", p, skeleton_digits));
    return fmt::format("[{}]", fmt::join(figures, ", "));
}

std::string prior_table(CalibrationResult const& result)
{
    auto const ladder = result.scenario.ladder();
    std::vector<TextTable::Column> columns{{fmt::format("dose {}", symbol(ladder.unit()))}};
    if (result.skeleton)
        columns.push_back({"skeleton"});
    columns.insert(columns.end(), {{"mean"}, {"90 % interval"}});
    for (auto const& interval : result.prior.intervals)
        columns.push_back({interval.name});
    columns.push_back({"patients' worth"});
    TextTable table{columns};
    for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
        auto const i = static_cast<std::size_t>(level.index());
        auto const& prior = result.prior.levels[i];
        std::vector<std::string> row{shortest(ladder.dose(level))};
        if (result.skeleton)
            row.push_back(percent(result.skeleton->skeleton[i]));
        row.insert(row.end(), {percent(prior.mean), fmt::format("{} to {}", percent(prior.lower), percent(prior.upper))});
        for (double const p : prior.interval_probability)
            row.push_back(percent(p));
        row.push_back(one_decimal(effective_patients(prior)));
        table.row(row);
    }
    return table.text();
}

std::string interval_words(CalibrationResult const& result)
{
    std::vector<std::string> parts;
    for (auto const& interval : result.prior.intervals)
        parts.push_back(fmt::format("{} {} to {}", interval.name, whole_percent(interval.low), whole_percent(interval.high)));
    return parts.empty() ? "" : fmt::format("  Intervals of the DLT rate: {}.\n", fmt::join(parts, ", "));
}

std::string sensitivity_table(CalibrationResult const& result)
{
    auto const ladder = result.scenario.ladder();
    auto const& levels = result.skeleton->sensitivity;
    TextTable table{{{fmt::format("dose {}", symbol(ladder.unit()))}, {"below, under"}, {"above, over"}}};
    for (std::size_t i = 0; i < levels.size(); ++i) {
        auto const& [from, to, low, high] = levels[i];
        table.row({shortest(ladder.dose(DoseLevel{static_cast<int>(i)})), low ? percent(*low) : "", high ? percent(*high) : ""});
    }
    return table.text();
}

std::string half_width_table(HalfWidthCalibration const& calibration, DoseLadder const& ladder)
{
    std::vector<TextTable::Column> columns{{"half-width"}, {"average"}, {"worst"}};
    for (DoseLevel level{0}; ladder.has(level); level = level.above())
        columns.push_back({shortest(ladder.dose(level))});
    columns.push_back({"", Align::left});
    TextTable table{columns};
    for (std::size_t i = 0; i < calibration.results.size(); ++i) {
        auto const& result = calibration.results[i];
        std::vector<std::string> row{shortest(result.half_width), percent(result.average), percent(result.worst)};
        for (double const p : result.correct)
            row.push_back(percent(p));
        row.push_back(i == calibration.best ? "← best average" : "");
        table.row(row);
    }
    return table.text();
}

std::string skeleton_words(CalibrationResult const& result)
{
    auto const& aids = *result.skeleton;
    auto text = fmt::format("\n  skeleton: {}\n", skeleton_text(aids.skeleton));
    if (!aids.one_parameter)
        return text + "\nModel sensitivity, sample size and coherence are worked out for models with one parameter; logistic2 "
                      "has two.\n";
    if (!aids.sensitivity.empty())
        text += "\nIn the long run a level is chosen where the DLT rate one level below lies under, and one level above over\n" +
                sensitivity_table(result);
    if (!aids.sample_sizes.empty()) {
        text += fmt::format("\nPatients for an average probability of selecting the MTD, odds ratio {} between levels:",
                            shortest(result.odds_ratio));
        std::vector<std::string> sizes;
        bool extrapolated = false;
        for (auto const& [accuracy, size] : aids.sample_sizes) {
            sizes.push_back(fmt::format("{} for {}{}", size.patients, whole_percent(accuracy), size.extrapolated ? "*" : ""));
            extrapolated = extrapolated || size.extrapolated;
        }
        text += "\n  " + listed(sizes) + ".\n";
        if (extrapolated)
            text += "  * beyond the sample sizes from which the formula was made\n";
    }
    if (aids.two_stage)
        text += aids.incoherent_after.empty()
                    ? "\nThe initial stage and the model are coherent: a first DLT is never answered by a higher level.\n"
                    : fmt::format(
                          "\nThe initial stage is too slow for the model: a first DLT after {} patients would be answered by a "
                          "higher level.\nMake the initial stage quicker.\n",
                          fmt::join(aids.incoherent_after, ", "));
    return text;
}

} // namespace

std::string calibration_text(CalibrationResult const& result)
{
    auto const ladder = result.scenario.ladder();
    auto text = fmt::format("{}: {} before the first patient\n\n{}", result.scenario.name, result.label, prior_table(result));
    text += interval_words(result);
    text += "  Patients' worth: the patients whose beta posterior has this mean and standard deviation.\n";
    if (result.skeleton)
        text += skeleton_words(result);
    if (result.half_widths) {
        auto const& calibration = *result.half_widths;
        auto const& best = calibration.results[calibration.best];
        text +=
            fmt::format("\nP(the MTD is selected), exact, where each level in turn is the MTD (odds ratio {} between levels)\n{}",
                        shortest(calibration.odds_ratio), half_width_table(calibration, ladder));
        text += fmt::format("\n  half_width: {}    is right most often, {} on average; its skeleton: {}\n",
                            shortest(best.half_width), percent(best.average), skeleton_text(best.skeleton));
    }
    return text;
}

std::string calibration_csv(CalibrationResult const& result)
{
    auto const ladder = result.scenario.ladder();
    std::vector<std::string> head{"design",
                                  "level",
                                  "dose_" + column_unit(symbol(ladder.unit())),
                                  "skeleton",
                                  "mean",
                                  "sd",
                                  "low_90",
                                  "median",
                                  "high_90",
                                  "effective_patients",
                                  "long_run_low",
                                  "long_run_high"};
    for (auto const& interval : result.prior.intervals)
        head.push_back("p_" + interval.name);
    Csv table{head};
    auto const number = [](double value) { return std::isfinite(value) ? fmt::format("{}", value) : std::string{}; };
    auto const optional_number = [&](std::optional<double> const& value) { return value ? number(*value) : std::string{}; };
    for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
        auto const i = static_cast<std::size_t>(level.index());
        auto const& prior = result.prior.levels[i];
        bool const sensitive = result.skeleton && i < result.skeleton->sensitivity.size();
        std::vector<std::string> row{result.label,
                                     std::to_string(level.number()),
                                     number(ladder.dose(level)),
                                     result.skeleton ? number(result.skeleton->skeleton[i]) : "",
                                     number(prior.mean),
                                     number(prior.sd),
                                     number(prior.lower),
                                     number(prior.median),
                                     number(prior.upper),
                                     number(effective_patients(prior)),
                                     sensitive ? optional_number(result.skeleton->sensitivity[i].low) : "",
                                     sensitive ? optional_number(result.skeleton->sensitivity[i].high) : ""};
        for (double const p : prior.interval_probability)
            row.push_back(number(p));
        table.row(row);
    }
    return table.text();
}

nlohmann::ordered_json calibration_json(CalibrationResult const& result)
{
    auto const ladder = result.scenario.ladder();
    auto const finite = [](double value) { return std::isfinite(value) ? Json(value) : Json(nullptr); };
    auto const optional_number = [](std::optional<double> const& value) { return value ? Json(*value) : Json(nullptr); };
    Json object{{"scenario", result.scenario.name}, {"version", version()},        {"design", result.label},
                {"unit", symbol(ladder.unit())},    {"parameters", Json::array()}, {"levels", Json::array()}};
    for (auto const& parameter : result.prior.parameters)
        object["parameters"].push_back({{"name", parameter.name}, {"mean", parameter.mean}, {"sd", parameter.sd}});
    for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
        auto const i = static_cast<std::size_t>(level.index());
        auto const& prior = result.prior.levels[i];
        Json row{{"level", level.number()},
                 {"dose", ladder.dose(level)},
                 {"mean", prior.mean},
                 {"sd", prior.sd},
                 {"interval_90", {prior.lower, prior.upper}},
                 {"median", prior.median},
                 {"effective_patients", finite(effective_patients(prior))}};
        for (std::size_t k = 0; k < result.prior.intervals.size(); ++k)
            row["intervals"][result.prior.intervals[k].name] = prior.interval_probability[k];
        if (result.skeleton) {
            row["skeleton"] = result.skeleton->skeleton[i];
            if (i < result.skeleton->sensitivity.size())
                row["long_run"] = {{"low", optional_number(result.skeleton->sensitivity[i].low)},
                                   {"high", optional_number(result.skeleton->sensitivity[i].high)}};
        }
        object["levels"].push_back(row);
    }
    if (result.skeleton) {
        object["sample_sizes"] = Json::array();
        for (auto const& [accuracy, size] : result.skeleton->sample_sizes)
            object["sample_sizes"].push_back({{"accuracy", accuracy},
                                              {"odds_ratio", result.odds_ratio},
                                              {"patients", size.patients},
                                              {"extrapolated", size.extrapolated}});
        if (result.skeleton->two_stage)
            object["incoherent_after"] = result.skeleton->incoherent_after;
    }
    if (result.half_widths) {
        auto const& calibration = *result.half_widths;
        Json rows = Json::array();
        for (auto const& tried : calibration.results)
            rows.push_back({{"half_width", tried.half_width},
                            {"skeleton", tried.skeleton},
                            {"correct", tried.correct},
                            {"average", tried.average},
                            {"worst", tried.worst}});
        object["half_widths"] = {{"odds_ratio", calibration.odds_ratio},
                                 {"best", calibration.results[calibration.best].half_width},
                                 {"results", rows}};
    }
    return object;
}

} // namespace escalon

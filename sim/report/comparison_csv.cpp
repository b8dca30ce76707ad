#include "sim/report/comparison_csv.hpp"

#include "pk_models/units.hpp"
#include "sim/report/csv.hpp"

namespace escalon {
namespace {

struct Measure {
    std::string key;
    double value = 0;
    double error = 0;
    CountDistribution const* counts = nullptr; ///< of a mean of counts
};

std::vector<Measure> measures(OperatingCharacteristics const& oc)
{
    auto const& m = oc.mean;
    auto const& e = oc.standard_error;
    std::vector<Measure> all{{"correct_selection", m.correct, e.correct},
                             {"overdose_selection", m.overdose, e.overdose},
                             {"none", m.none, e.none},
                             {"total_patients", m.total_patients, e.total_patients, &oc.total_patients},
                             {"patients_at_mtd", m.patients_at, e.patients_at, &oc.patients_at},
                             {"patients_above_mtd", m.patients_above, e.patients_above, &oc.patients_above},
                             {"total_dlts", m.total_dlts, e.total_dlts, &oc.total_dlts},
                             {"share_below_mtd", m.share_below, e.share_below},
                             {"share_at_mtd", m.share_at, e.share_at},
                             {"share_above_mtd", m.share_above, e.share_above},
                             {"dlt_rate", m.dlt_rate, e.dlt_rate}};
    auto const risks = [&](std::string const& key, Risks const& shares, Risks const& errors) {
        for (std::size_t i = 0; i < shares.size(); ++i)
            all.push_back({key + "_" + std::to_string(risk_percents[i]), shares[i], errors[i]});
    };
    risks("risk_of_overdosing", m.overdosing, e.overdosing);
    risks("risk_of_underdosing", m.underdosing, e.underdosing);
    if (m.overdosing_planned)
        risks("risk_of_overdosing_planned", *m.overdosing_planned, e.overdosing_planned.value_or(Risks{}));
    if (m.accuracy_selection)
        all.push_back({"accuracy_selection", *m.accuracy_selection, e.accuracy_selection.value_or(0)});
    if (m.accuracy_allocation)
        all.push_back({"accuracy_allocation", *m.accuracy_allocation, e.accuracy_allocation.value_or(0)});
    return all;
}

std::string whole(std::optional<std::uint64_t> number) { return number ? std::to_string(*number) : ""; }

} // namespace

std::string measures_csv(RunResult const& run)
{
    Csv table{{"design", "truth", "engine", "trials", "measure", "value", "standard_error", "q10", "q50", "q90"}};
    for (auto const& design : run.designs) {
        auto const& oc = design.result.characteristics;
        for (auto const& one : measures(oc)) {
            auto const at = [&](double share) { return one.counts ? std::to_string(quantile(*one.counts, share)) : ""; };
            table.row({design.label, run.truth_of(design).name, std::string{name_of(oc.engine)}, whole(oc.trials), one.key,
                       shortest(one.value), shortest(one.error), at(0.1), at(0.5), at(0.9)});
        }
    }
    return table.text();
}

std::string comparison_csv(ComparisonRun const& comparison, RunResult const& run)
{
    Csv table{{"design", "against", "truth", "pairing", "trials", "measure", "difference", "standard_error",
               "unpaired_standard_error", "numerical_error"}};
    for (auto const& one : comparison.differences)
        for (auto const& [figure, key] : enum_names(Compared{})) {
            auto const i = static_cast<std::size_t>(figure);
            auto const& d = one.difference;
            table.row({one.label, comparison.against, run.truths[one.truth].name, std::string{name_of(d.pairing)},
                       whole(d.trials), std::string{key}, shortest(d.mean[i]), shortest(d.standard_error[i]),
                       shortest(d.unpaired_error[i]), shortest(d.numerical_error)});
        }
    return table.text();
}

std::string random_truths_csv(RandomTruthsResult const& random)
{
    Csv table{{"design", "against", "engine", "trials", "measure", "mtd_level", "level", "curves", "value", "standard_error"}};
    auto const add = [&](DesignOverCurves const& design, std::string const& against, std::string_view measure,
                         std::string const& mtd, std::string const& level, OverCurves const& figure) {
        bool const known = figure.curves > 0;
        table.row({design.label, against, std::string{name_of(design.engine)}, whole(design.trials), std::string{measure}, mtd,
                   level, std::to_string(figure.curves), known ? shortest(figure.mean) : "",
                   known ? shortest(figure.standard_error) : ""});
    };
    for (auto const& design : random.designs) {
        for (auto const& [figure, key] : enum_names(Averaged{}))
            add(design, "", key, "", "", design.of(figure));
        for (std::size_t level = 0; level < design.correct_by_mtd.size(); ++level)
            add(design, "", name_of(Averaged::correct_selection), std::to_string(level + 1), "", design.correct_by_mtd[level]);
        for (std::size_t level = 0; level < design.selection.size(); ++level)
            add(design, "", "selection", "", std::to_string(level + 1), design.selection[level]);
        for (auto const& difference : random.differences)
            if (difference.label == design.label)
                for (auto const& [figure, key] : enum_names(Compared{}))
                    add(design, random.against, key, "", "", difference.figures[static_cast<std::size_t>(figure)]);
    }
    return table.text();
}

std::string random_curves_csv(RandomTruthsResult const& random, DoseLadder const& ladder)
{
    Csv table{{"curve", "level", "dose_" + column_unit(symbol(ladder.unit())), "dlt_probability", "true_mtd"}};
    for (std::size_t curve = 0; curve < random.curves.size(); ++curve)
        for (DoseLevel level{0}; ladder.has(level); level = level.above())
            table.row({std::to_string(curve + 1), std::to_string(level.number()), shortest(ladder.dose(level)),
                       shortest(random.curves[curve].dlt_probability[static_cast<std::size_t>(level.index())]),
                       level == random.curves[curve].mtd ? "1" : "0"});
    return table.text();
}

} // namespace escalon

#include "sim/report/comparison_text.hpp"

#include "pk_models/units.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/text_table.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace escalon {
namespace {

/// How a figure averaged over curves is written.
enum class Kind { share, count, index };

Kind kind(Averaged figure)
{
    switch (figure) {
    case Averaged::total_patients:
    case Averaged::patients_at_mtd:
    case Averaged::patients_above_mtd:
    case Averaged::total_dlts: return Kind::count;
    case Averaged::accuracy_selection:
    case Averaged::accuracy_allocation: return Kind::index;
    default: return Kind::share;
    }
}

bool sampled(ComparisonRun const& comparison)
{
    return std::ranges::any_of(comparison.differences, [](auto const& one) { return one.difference.pairing != Pairing::exact; });
}

std::string difference_table(ComparisonRun const& comparison, std::size_t truth)
{
    bool const with_errors = sampled(comparison);
    std::vector<TextTable::Column> columns{{"", Align::left}, {"", Align::left}, {"difference"}};
    if (with_errors)
        columns.insert(columns.end(), {{"± SE"}, {"unpaired"}});
    TextTable table{columns};
    for (auto const& one : comparison.differences) {
        if (one.truth != truth)
            continue;
        for (auto const& [figure, key] : enum_names(Compared{})) {
            auto const i = static_cast<std::size_t>(figure);
            std::vector<std::string> cells{i == 0 ? one.label : "", std::string{words(figure)},
                                           difference_text(figure, one.difference.mean[i])};
            if (with_errors && one.difference.pairing != Pairing::exact)
                cells.insert(cells.end(), {error_text(figure, one.difference.standard_error[i]),
                                           error_text(figure, one.difference.unpaired_error[i])});
            table.row(std::move(cells));
        }
    }
    return table.text();
}

/// A row a figure, a pair of columns a design.
TextTable table_of_designs(std::string const& head, auto const& designs)
{
    std::vector<TextTable::Column> columns{{head, Align::left}};
    for (auto const& design : designs)
        columns.insert(columns.end(), {{design.label}, {"± SE"}});
    return TextTable{columns};
}

std::string engine_words(RandomTruthsResult const& random)
{
    auto const& first = random.designs.front();
    bool const alike = std::ranges::all_of(random.designs, [&](auto const& one) { return one.trials == first.trials; });
    if (!alike)
        return "some designs exact, some simulated";
    return first.trials ? grouped(*first.trials) + " simulated trials under each" : "exact under each";
}

} // namespace

std::string_view words(Compared figure)
{
    switch (figure) {
    case Compared::correct_selection: return "true MTD selected";
    case Compared::overdose_selection: return "higher level selected";
    case Compared::total_patients: return "patients";
    case Compared::patients_above_mtd: return "patients above the true MTD";
    case Compared::total_dlts: return "DLTs";
    }
    return "";
}

std::string_view words(Averaged figure)
{
    switch (figure) {
    case Averaged::correct_selection: return words(Compared::correct_selection);
    case Averaged::overdose_selection: return words(Compared::overdose_selection);
    case Averaged::none: return "no level selected";
    case Averaged::total_patients: return words(Compared::total_patients);
    case Averaged::patients_at_mtd: return "patients at the true MTD";
    case Averaged::patients_above_mtd: return words(Compared::patients_above_mtd);
    case Averaged::share_at_mtd: return "share of patients at it";
    case Averaged::share_above_mtd: return "share of patients above it";
    case Averaged::total_dlts: return words(Compared::total_dlts);
    case Averaged::dlt_rate: return "DLTs per patient";
    case Averaged::overdosing_60: return "more than 60 % above the MTD";
    case Averaged::overdosing_80: return "more than 80 % above the MTD";
    case Averaged::underdosing_60: return "more than 60 % below the MTD";
    case Averaged::underdosing_80: return "more than 80 % below the MTD";
    case Averaged::accuracy_selection: return "accuracy index, selection";
    case Averaged::accuracy_allocation: return "accuracy index, allocation";
    }
    return "";
}

std::string_view words(CurveGenerator generator)
{
    switch (generator) {
    case CurveGenerator::pseudo_uniform: return "pseudo-uniform curves (Clertant & O'Quigley 2017)";
    case CurveGenerator::paoletti: return "curves of probit steps (Paoletti, O'Quigley & Maccario 2004)";
    case CurveGenerator::parameter_uncertainty: return "draws of the drug's typical values from their uncertainty";
    }
    return "";
}

std::string value_text(Averaged figure, OverCurves const& value)
{
    if (value.curves == 0)
        return "-";
    switch (kind(figure)) {
    case Kind::share: return percent(value.mean);
    case Kind::count: return mean_count(value.mean);
    case Kind::index: return fmt::format("{:.3f}", value.mean);
    }
    return {};
}

std::string value_error_text(Averaged figure, OverCurves const& value)
{
    if (value.curves == 0)
        return "";
    return kind(figure) == Kind::share ? points_error(value.standard_error) : count_error(value.standard_error);
}

std::string difference_text(Compared figure, double difference)
{
    return is_share(figure) ? points(difference) : count_change(difference);
}

std::string error_text(Compared figure, double error) { return is_share(figure) ? points_error(error) : count_error(error); }

std::string pairing_sentence(ComparisonRun const& comparison)
{
    auto const any = [&](Pairing pairing) {
        return std::ranges::any_of(comparison.differences, [&](auto const& one) { return one.difference.pairing == pairing; });
    };
    std::vector<std::string> parts;
    if (any(Pairing::exact)) {
        double error = 0;
        for (auto const& one : comparison.differences)
            if (one.difference.pairing == Pairing::exact)
                error = std::max(error, one.difference.numerical_error);
        parts.push_back(error > 0
                            ? fmt::format("Exact: no sampling error; selection probabilities to within {}.", error_bound(error))
                            : "Exact: no sampling error.");
    }
    if (any(Pairing::paired)) {
        std::uint64_t fewest = ~std::uint64_t{0};
        for (auto const& one : comparison.differences)
            fewest = std::min(fewest, one.difference.trials.value_or(fewest));
        parts.push_back(fmt::format("Paired: the same patients met both designs in {} trials; unpaired is the error that other "
                                    "patients for each would leave.",
                                    grouped(fewest)));
    }
    if (any(Pairing::unpaired))
        parts.push_back("Where one design is exact and the other simulated nothing is paired: the error is that of the "
                        "simulated one.");
    return fmt::format("{}", fmt::join(parts, " "));
}

std::string comparison_text(ComparisonRun const& comparison, RunResult const& run)
{
    if (comparison.differences.empty())
        return {};
    auto text = fmt::format("\nDifferences from {}\n  {}\n", comparison.against, pairing_sentence(comparison));
    for (std::size_t truth = 0; truth < run.truths.size(); ++truth) {
        if (std::ranges::none_of(comparison.differences, [&](auto const& one) { return one.truth == truth; }))
            continue;
        if (run.truths.size() > 1)
            text += fmt::format("\n  Truth {}\n", run.truths[truth].name);
        text += "\n" + difference_table(comparison, truth);
    }
    return text;
}

namespace {

/// Curves on which every level is too toxic.
std::string no_mtd_note(RandomTruthsResult const& random)
{
    auto with_mtd = std::uint64_t{0};
    for (auto const& level : random.designs.front().correct_by_mtd)
        with_mtd += level.curves;
    auto const without = random.designs.front().of(Averaged::correct_selection).curves - with_mtd;
    return without == 0 ? ""
                        : fmt::format("  On {} no level is the MTD: naming none is right there.\n",
                                      counted(static_cast<long long>(without), "curve"));
}

std::string recommended_table(RandomTruthsResult const& random, DoseLadder const& ladder)
{
    bool const with_curves = !random.curves.empty();
    std::vector<TextTable::Column> columns{{"recommended, all curves", Align::left}};
    if (with_curves)
        columns.push_back({"P(DLT): 5, 50, 95 % of curves"});
    for (auto const& design : random.designs)
        columns.insert(columns.end(), {{design.label}, {"± SE"}});
    TextTable table{columns};
    for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
        auto const i = static_cast<std::size_t>(level.index());
        std::vector<std::string> cells{ladder.text(level)};
        if (with_curves) {
            std::vector<double> p;
            for (auto const& curve : random.curves)
                p.push_back(curve.dlt_probability[i]);
            std::ranges::sort(p);
            auto const at = [&](double share) {
                return percent(p[static_cast<std::size_t>(share * static_cast<double>(p.size() - 1))]);
            };
            cells.push_back(fmt::format("{}, {}, {}", at(0.05), at(0.5), at(0.95)));
        }
        for (auto const& design : random.designs)
            cells.insert(cells.end(), {value_text(Averaged::correct_selection, design.selection[i]),
                                       value_error_text(Averaged::correct_selection, design.selection[i])});
        table.row(std::move(cells));
    }
    return table.text();
}

} // namespace

std::string random_truths_text(RandomTruthsResult const& random, DoseLadder const& ladder)
{
    auto text = fmt::format("\nRandom truths: {} {}, target {}, seed {}\n  Means over the curves, {}; ± is the standard error "
                            "between curves.\n\n",
                            grouped(static_cast<unsigned long long>(random.options.curves)), words(random.options.generator),
                            percent(random.target), random.seed, engine_words(random));
    auto table = table_of_designs("", random.designs);
    for (auto const& [figure, key] : enum_names(Averaged{})) {
        std::vector<std::string> cells{std::string{words(figure)}};
        for (auto const& design : random.designs)
            cells.insert(cells.end(), {value_text(figure, design.of(figure)), value_error_text(figure, design.of(figure))});
        table.row(std::move(cells));
    }
    text += table.text() + "\n";

    auto by_level = table_of_designs("true MTD selected where it is", random.designs);
    for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
        auto const i = static_cast<std::size_t>(level.index());
        std::vector<std::string> cells{
            fmt::format("{} ({})", ladder.text(level),
                        counted(static_cast<long long>(random.designs.front().correct_by_mtd[i].curves), "curve"))};
        for (auto const& design : random.designs)
            cells.insert(cells.end(), {value_text(Averaged::correct_selection, design.correct_by_mtd[i]),
                                       value_error_text(Averaged::correct_selection, design.correct_by_mtd[i])});
        by_level.row(std::move(cells));
    }
    text += by_level.text() + no_mtd_note(random) + "\n" + recommended_table(random, ladder);
    if (random.differences.empty())
        return text;
    auto differences = table_of_designs("difference from " + random.against + ", curve by curve", random.differences);
    for (auto const& [figure, key] : enum_names(Compared{})) {
        std::vector<std::string> cells{std::string{words(figure)}};
        for (auto const& one : random.differences) {
            auto const& over = one.figures[static_cast<std::size_t>(figure)];
            cells.insert(cells.end(), {difference_text(figure, over.mean), error_text(figure, over.standard_error)});
        }
        differences.row(std::move(cells));
    }
    return text + "\n" + differences.text();
}

} // namespace escalon

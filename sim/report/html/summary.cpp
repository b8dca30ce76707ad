#include "sim/report/html/summary.hpp"

#include "sim/report/html/evidence_count.hpp"
#include "sim/report/html/words.hpp"
#include "sim/report/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>

namespace escalon::html {
namespace {

constexpr double half_a_digit = 0.0005; // of a share shown as a percentage with one decimal

Engine engine_of(DesignRun const& design) { return design.result.characteristics.engine; }

Measures const& mean_of(DesignRun const& design) { return design.result.characteristics.mean; }

Markup share(double value) { return strong(figure(percent(value))); }

/// The level that trials recommend most often; nothing where most often none is.
std::optional<DoseLevel> favourite(Measures const& mean)
{
    auto const top = std::ranges::max_element(mean.selection);
    if (top == mean.selection.end() || mean.none > *top)
        return std::nullopt;
    return DoseLevel{static_cast<int>(top - mean.selection.begin())};
}

double selected(Measures const& mean, DoseLevel level) { return mean.selection[static_cast<std::size_t>(level.index())]; }

/// A share with its standard error, of one design: what designs are compared by.
struct Score {
    std::string label;
    double value = 0;
    double error = 0;
    Engine engine = Engine::exact;
};

/// Whether two scores differ by more than chance. Designs meet the same patients, so that their errors are not independent;
/// the sum of both is an upper bound of the error of the difference.
bool apart(Score const& a, Score const& b)
{
    double const difference = std::abs(a.value - b.value);
    return difference >= half_a_digit && difference > normal_95 * (a.error + b.error);
}

std::vector<Markup> names(std::vector<Score> const& scores)
{
    std::vector<Markup> parts;
    for (auto const& score : scores)
        parts.push_back(short_name(score.label));
    return parts;
}

Markup range_of_trials(std::vector<Score> const& scores)
{
    auto const [low, high] = std::ranges::minmax(scores, {}, &Score::value);
    if (percent(low.value) == percent(high.value))
        return in_trials(high.value, high.engine);
    return phrase("in {} to {} of trials", {share(low.value), share(high.value)});
}

/// Who does best, by how much, and where there is no telling.
/// @param does "recommend the true MTD, 40 mg/m²,": for several designs; one design takes `does_it`
Markup contest(std::vector<Score> scores, Markup const& does_it, Markup const& do_it)
{
    std::ranges::stable_sort(scores, std::greater{}, &Score::value);
    auto const split = std::ranges::stable_partition(scores,
                                                     [best = scores.front()](auto const& one) { return !apart(best, one); });
    std::vector<Score> const leaders{scores.begin(), split.begin()};
    std::vector<Score> const others{split.begin(), scores.end()};
    if (others.empty()) {
        bool const same = std::ranges::all_of(leaders, [&](auto const& one) {
            return std::abs(one.value - leaders[0].value) < half_a_digit;
        });
        return phrase("{} {} {} often: {}.",
                      {in_a_row(names(leaders)), do_it, same ? "equally" : "about equally", range_of_trials(leaders)});
    }
    auto text = phrase("{} {} most often: {}",
                       {in_a_row(names(leaders)), leaders.size() == 1 ? does_it : do_it, range_of_trials(leaders)});
    std::vector<Markup> against;
    for (auto const& one : others)
        against.push_back(phrase("{} with {}", {share(one.value), short_name(one.label)}));
    return text + ", against " + in_a_row(against) + ".";
}

std::string levels_apart(DoseLevel a, DoseLevel b)
{
    auto const steps = static_cast<std::size_t>(std::abs(a.index() - b.index()));
    return number_word(steps) + (steps == 1 ? " level" : " levels");
}

Markup truth_name(RunResult const& run, std::size_t truth) { return short_name(run.truths[truth].name); }

bool has_mtd(RunResult const& run, std::size_t truth) { return run.truths[truth].toxicity.mtd.has_value(); }

double p_dlt(TrueToxicity const& truth, DoseLevel level)
{
    return truth.dlt_probability[static_cast<std::size_t>(level.index())];
}

/// One design under one truth: the dose it names most often, and how that compares with the true MTD.
Markup favourite_sentence(RunResult const& run, DesignRun const& design)
{
    auto const ladder = run.scenario.ladder();
    auto const& mean = mean_of(design);
    auto const& truth = run.truth_of(design).toxicity;
    auto const label = short_name(design.label);
    auto const best = favourite(mean);
    auto const dose = [&](DoseLevel level) { return strong(figure(dose_text(ladder, level))); };
    if (!truth.mtd)
        return phrase("Every dose is too toxic under this truth. {} rightly recommends none {}.",
                      {label, in_trials(mean.none, engine_of(design))});
    if (!best)
        return phrase("{} most often recommends no dose: {}. It recommends the true MTD, {}, {}.",
                      {label, in_trials(mean.none, engine_of(design)), dose(*truth.mtd),
                       in_trials(mean.correct, engine_of(design))});
    if (*best == *truth.mtd)
        return phrase("{} most often recommends {}, the true MTD: {}.",
                      {label, dose(*best), in_trials(mean.correct, engine_of(design))});
    return phrase("{} most often recommends {}: {}. That is {} {} the true MTD of {}, which it recommends {}.",
                  {label, dose(*best), in_trials(selected(mean, *best), engine_of(design)), levels_apart(*best, *truth.mtd),
                   *best < *truth.mtd ? "below" : "above", dose(*truth.mtd), in_trials(mean.correct, engine_of(design))});
}

/// What the assumed truth says of the doses.
Markup truth_sentence(RunResult const& run, std::size_t index)
{
    auto const ladder = run.scenario.ladder();
    auto const& truth = run.truths[index].toxicity;
    auto const under = run.truths.size() > 1 ? phrase("Under {}", {truth_name(run, index)}) : Markup{"Under the assumed truth"};
    if (!truth.mtd)
        return phrase(
            "{} every dose has a chance of a DLT more than 10 points above the target of {}; the lowest, {}, has {}. No dose is "
            "a true MTD.",
            {under, figure(percent(truth.target)), figure(dose_text(ladder, DoseLevel{0})),
             figure(percent(p_dlt(truth, DoseLevel{0})))});
    auto text = phrase("{} the true MTD is {}: its chance of a DLT, {}, is the nearest to the target of {}.",
                       {under, strong(figure(dose_text(ladder, *truth.mtd))), figure(percent(p_dlt(truth, *truth.mtd))),
                        figure(percent(truth.target))});
    auto const next = truth.mtd->above();
    return text + (ladder.has(next) ? phrase(" The next dose, {}, has {}.",
                                             {figure(dose_text(ladder, next)), figure(percent(p_dlt(truth, next)))})
                                    : Markup{" It is the highest dose of the ladder."});
}

/// Where the trials that miss the true MTD end.
Markup miss_sentence(RunResult const& run, DesignRun const& design)
{
    auto const& oc = design.result.characteristics;
    auto const& truth = run.truth_of(design).toxicity;
    auto text = phrase("A lower dose is recommended {}, and none {}.",
                       {in_trials(below_share(oc, truth), oc.engine), in_trials(oc.mean.none, oc.engine)});
    if (oc.mean.top_not_exceeded() >= half_a_digit && truth.mtd == run.scenario.ladder().top())
        text += phrase(" Even the highest dose proves tolerable {}: the MTD may lie above it.",
                       {in_trials(oc.mean.top_not_exceeded(), oc.engine)});
    return text;
}

Markup patients_sentence(RunResult const& run, DesignRun const& design)
{
    auto const& oc = design.result.characteristics;
    bool const all_above = !run.truth_of(design).toxicity.mtd;
    return phrase("A trial treats {} patients on average (eight trials in ten: {}), {} above the true MTD, and {} have a DLT "
                  "(eight in ten: {}).",
                  {strong(fmt::format("{:.1f}", oc.mean.total_patients)), usual_range(oc.total_patients),
                   all_above ? Markup{"all of them"}
                             : phrase("{} of them", {strong(fmt::format("{:.1f}", oc.mean.patients_above))}),
                   strong(fmt::format("{:.1f}", oc.mean.total_dlts)), usual_range(oc.total_dlts)});
}

Markup overdose_sentence(DesignRun const& design)
{
    return phrase("A dose above the true MTD is recommended {}.", {in_trials(mean_of(design).overdose, engine_of(design))});
}

/// The truths under which every design was done; those that some design met where there are none.
std::vector<std::size_t> truths_of_all(RunResult const& run)
{
    std::vector<std::size_t> complete;
    auto const labels = design_labels(run);
    for (std::size_t truth = 0; truth < run.truths.size(); ++truth)
        if (std::ranges::all_of(labels, [&](auto const& label) { return find(run, label, truth) != nullptr; }))
            complete.push_back(truth);
    return complete;
}

Score score(DesignRun const& design, double Measures::*what)
{
    auto const& oc = design.result.characteristics;
    return {design.label, oc.mean.*what, oc.standard_error.*what, oc.engine};
}

/// Averages over truths, each weighted alike.
std::vector<Score> scores(RunResult const& run, std::vector<std::size_t> const& truths, double Measures::*what)
{
    std::vector<Score> all;
    for (auto const& label : design_labels(run)) {
        Score average{label, 0, 0, Engine::exact};
        for (auto const truth : truths) {
            auto const one = score(*find(run, label, truth), what);
            average.value += one.value / static_cast<double>(truths.size());
            average.error += one.error / static_cast<double>(truths.size());
            average.engine = one.engine;
        }
        all.push_back(average);
    }
    return all;
}

Markup lead_of_one_truth(RunResult const& run, std::size_t truth)
{
    auto const labels = design_labels(run);
    if (labels.size() == 1)
        return favourite_sentence(run, *find(run, labels[0], truth));
    if (!has_mtd(run, truth))
        return phrase("Every dose is too toxic under {}: no recommendation is the right answer. ",
                      {run.truths.size() > 1 ? truth_name(run, truth) : Markup{"this truth"}}) +
               contest(scores(run, {truth}, &Measures::none), "gives it", "give it");
    auto const dose = strong(figure(dose_text(run.scenario.ladder(), *run.truths[truth].toxicity.mtd)));
    return contest(scores(run, {truth}, &Measures::correct), phrase("recommends the true MTD, {},", {dose}),
                   phrase("recommend the true MTD, {},", {dose}));
}

/// One design under several truths: its worst and its best.
Markup lead_of_one_design(RunResult const& run, std::string const& label, std::vector<std::size_t> const& truths,
                          double Measures::*what, Markup const& does)
{
    auto const value = [&](std::size_t truth) { return mean_of(*find(run, label, truth)).*what; };
    auto const [worst, best] = std::ranges::minmax(truths, {}, value);
    auto const engine = engine_of(*find(run, label, worst));
    if (percent(value(worst)) == percent(value(best)))
        return phrase("{} {} {}, whatever the truth.", {short_name(label), does, in_trials(value(best), engine)});
    return phrase("{} {} {} under {}, and {} under {}.",
                  {short_name(label), does, in_trials(value(worst), engine), truth_name(run, worst),
                   in_trials(value(best), engine), truth_name(run, best)});
}

Markup comparison_lead(RunResult const& run)
{
    auto const complete = truths_of_all(run);
    if (complete.empty()) // interrupted early: the first design stands alone
        return favourite_sentence(run, run.designs.front());
    if (run.truths.size() == 1 || complete.size() == 1)
        return lead_of_one_truth(run, complete.front());
    std::vector<std::size_t> with_mtd;
    std::ranges::copy_if(complete, std::back_inserter(with_mtd), [&](auto truth) { return has_mtd(run, truth); });
    auto const labels = design_labels(run);
    bool const none_right = with_mtd.empty();
    auto const& asked = none_right ? complete : with_mtd;
    auto const what = none_right ? &Measures::none : &Measures::correct;
    if (none_right && labels.size() == 1)
        return Markup{"Every dose is too toxic under every truth. "} +
               lead_of_one_design(run, labels[0], asked, what, "rightly recommends none");
    if (none_right)
        return Markup{
                   "Every dose is too toxic under every truth, and no recommendation the right answer. Truths weighted alike, "} +
               contest(scores(run, asked, what), "gives it", "give it");
    if (asked.size() == 1)
        return phrase("Only {} has a true MTD. ", {truth_name(run, asked[0])}) + lead_of_one_truth(run, asked[0]);
    if (labels.size() == 1)
        return lead_of_one_design(run, labels[0], asked, what, "recommends the true MTD");
    return phrase("Over the {} truths that have a true MTD, weighted alike, ", {number_word(asked.size())}) +
           contest(scores(run, asked, what), "recommends it", "recommend it");
}

/// Under one of several truths: what each design recommends.
Markup truth_in_a_line(RunResult const& run, std::size_t truth)
{
    auto const ladder = run.scenario.ladder();
    auto const& toxicity = run.truths[truth].toxicity;
    std::vector<Markup> shares;
    for (auto const& design : run.designs)
        if (design.truth == truth) {
            auto const value = share(toxicity.mtd ? mean_of(design).correct : mean_of(design).none);
            shares.push_back(design_labels(run).size() == 1 ? value : phrase("{} ({})", {value, short_name(design.label)}));
        }
    if (!toxicity.mtd)
        return phrase("{}: every dose is too toxic. No dose is recommended in {} of trials.",
                      {strong(truth_name(run, truth)), in_a_row(shares)});
    return phrase("{}: the true MTD is {} with a chance of a DLT of {}. It is recommended in {} of trials.",
                  {strong(truth_name(run, truth)), figure(dose_text(ladder, *toxicity.mtd)),
                   figure(percent(p_dlt(toxicity, *toxicity.mtd))), in_a_row(shares)});
}

std::vector<Markup> which_dose(RunResult const& run)
{
    std::vector<Markup> sentences;
    if (run.truths.size() == 1) {
        sentences.push_back(truth_sentence(run, 0));
        for (auto const& design : run.designs)
            if (run.designs.size() > 1)
                sentences.push_back(favourite_sentence(run, design));
            else if (has_mtd(run, 0))
                sentences.push_back(miss_sentence(run, design));
    } else {
        for (std::size_t truth = 0; truth < run.truths.size(); ++truth)
            if (std::ranges::any_of(run.designs, [&](auto const& design) { return design.truth == truth; }))
                sentences.push_back(truth_in_a_line(run, truth));
    }
    if (auto const& documented = run.scenario.documented; documented && documented->mtd) {
        auto const level = level_of(run.scenario.doses, *documented->mtd);
        auto const mtd = run.truths.front().toxicity.mtd;
        auto sentence = phrase("The documented trial declared {} the MTD",
                               {figure(level ? dose_text(run.scenario.ladder(), *level) : text(*documented->mtd))});
        if (run.truths.size() == 1 && level && mtd)
            sentence += level == mtd ? Markup{", which is the true MTD assumed here"}
                                     : phrase(", {} {} the true MTD assumed here",
                                              {levels_apart(*level, *mtd), *level < *mtd ? "below" : "above"});
        sentences.push_back(sentence + ".");
    }
    return sentences;
}

/// Over several truths: the worst that each design does.
std::vector<Markup> worst_case(RunResult const& run, std::string const& label)
{
    auto const worst = [&](double Measures::*what, bool with_mtd) {
        DesignRun const* found = nullptr;
        for (auto const& design : run.designs)
            if (design.label == label && has_mtd(run, design.truth) == with_mtd &&
                (!found || mean_of(design).*what > mean_of(*found).*what))
                found = &design;
        return found;
    };
    auto const patients = [](DesignRun const& design) { return strong(fmt::format("{:.1f}", mean_of(design).patients_above)); };
    std::vector<Markup> sentences;
    if (auto const* riskiest = worst(&Measures::overdose, true)) {
        auto const& heaviest = *worst(&Measures::patients_above, true);
        if (mean_of(*riskiest).overdose <= 0)
            sentences.push_back(
                phrase("{} recommends a dose above the true MTD {}", {short_name(label), in_trials(0, engine_of(*riskiest))}));
        else
            sentences.push_back(phrase("{} recommends a dose above the true MTD {} at most (under {})",
                                       {short_name(label), in_trials(mean_of(*riskiest).overdose, engine_of(*riskiest)),
                                        truth_name(run, riskiest->truth)}));
        sentences.back() += phrase(" and treats at most {} patients above it (under {}).",
                                   {patients(heaviest), truth_name(run, heaviest.truth)});
    }
    if (auto const* toxic = worst(&Measures::overdose, false))
        sentences.push_back(phrase("Where every dose is too toxic (under {}), {} still recommends one {} and treats {} patients.",
                                   {truth_name(run, toxic->truth), short_name(label),
                                    in_trials(mean_of(*toxic).overdose, engine_of(*toxic)), patients(*toxic)}));
    return sentences;
}

std::vector<Markup> what_risk(RunResult const& run)
{
    std::vector<Markup> sentences;
    auto const labels = design_labels(run);
    if (run.truths.size() > 1) {
        for (auto const& label : labels)
            std::ranges::copy(worst_case(run, label), std::back_inserter(sentences));
        return sentences;
    }
    for (auto const& design : run.designs) {
        auto const prefix = labels.size() > 1 ? phrase("{}: ", {strong(short_name(design.label))}) : Markup{};
        if (has_mtd(run, 0))
            sentences.push_back(prefix + overdose_sentence(design) + " " + patients_sentence(run, design));
        else
            sentences.push_back(prefix +
                                phrase("Some dose is recommended {}, and each would be too toxic. ",
                                       {in_trials(mean_of(design).overdose, engine_of(design))}) +
                                patients_sentence(run, design));
    }
    return sentences;
}

/// 0.0098 -> "1.0": points to one decimal, rounded up.
std::string points(double share)
{
    constexpr double tenths = 1000;
    return fmt::format("{:.1f}", std::ceil(share * tenths) / 10);
}

Markup monte_carlo_sentence(RunResult const& run)
{
    std::uint64_t fewest = UINT64_MAX;
    std::uint64_t most = 0;
    double largest = 0;
    for (auto const& design : run.designs) {
        if (!sampled(design))
            continue;
        auto const& oc = design.result.characteristics;
        fewest = std::min(fewest, oc.trials.value_or(0));
        most = std::max(most, oc.trials.value_or(0));
        largest = std::max({largest, oc.standard_error.none, std::ranges::max(oc.standard_error.selection)});
    }
    auto const number = fewest == most ? strong(grouped(most))
                                       : phrase("{} to {}", {strong(grouped(fewest)), strong(grouped(most))});
    return phrase(
        "These figures come from {} simulated trials{} (seed {}). With endlessly many, each share of trials would lie within {} "
        "points of the one shown, at 95 % confidence.",
        {number, run.designs.size() > 1 ? " of each design and truth" : "", std::to_string(run.scenario.runner.seed),
         strong("±" + points(normal_95 * largest))});
}

Markup exact_sentence(RunResult const& run)
{
    double error = 0;
    for (auto const& design : run.designs)
        error = std::max(error, design.result.characteristics.numerical_error);
    auto text = phrase("These figures are {}: every course that a trial can take was counted, so there is no sampling error.",
                       {strong("exact")});
    if (error <= 0)
        return text;
    constexpr double hundred = 100;
    int const decimals = std::max(1, -static_cast<int>(std::floor(std::log10(error * hundred))));
    double const scale = std::pow(10, decimals);
    return text + phrase(" The chance of a DLT at each dose is an average over simulated patients; that leaves an error of at "
                         "most {} points.",
                         {fmt::format("{:.{}f}", std::ceil(error * hundred * scale) / scale, decimals)});
}

std::vector<Markup> how_sure(RunResult const& run)
{
    std::vector<Markup> sentences;
    bool const some_exact = !std::ranges::all_of(run.designs, sampled);
    if (some_exact && any_sampled(run)) {
        std::vector<Markup> exact;
        for (auto const& label : design_labels(run))
            if (std::ranges::none_of(run.designs, [&](auto const& design) { return design.label == label && sampled(design); }))
                exact.push_back(short_name(label));
        sentences.push_back(exact.empty() ? Markup{"Some figures are exact, others simulated; the table says which."}
                                          : phrase("The figures of {} are exact, without sampling error.", {in_a_row(exact)}));
    } else if (some_exact) {
        sentences.push_back(exact_sentence(run));
    }
    if (any_sampled(run))
        sentences.push_back(monte_carlo_sentence(run));
    auto const count = count_evidence(run.scenario);
    if (count.stated() == 0)
        sentences.push_back("They hold for the assumed truth. The scenario does not say where its figures come from.");
    else
        sentences.push_back(phrase(
            "They hold as far as the assumptions do: of {} that the scenario accounts for, {} on record, {}, {} and {}. {}",
            {counted(count.stated(), "figure"),
             fmt::format("{} {}", count.of(EvidenceLabel::seed) + count.of(EvidenceLabel::source),
                         count.of(EvidenceLabel::seed) + count.of(EvidenceLabel::source) == 1 ? "is" : "are"),
             fmt::format("{} inferred", count.of(EvidenceLabel::inference)),
             fmt::format("{} assumed", count.of(EvidenceLabel::assumption)),
             fmt::format("{} unknown", count.of(EvidenceLabel::unknown)), jump("assumptions", "See the assumptions.")}));
    return sentences;
}

std::optional<Markup> warning(RunResult const& run)
{
    if (run.complete)
        return std::nullopt;
    auto text = phrase("The run was interrupted: {} of {} combinations of design and truth were begun.",
                       {std::to_string(run.designs.size()), std::to_string(pairs_wanted(run))});
    auto const& last = run.designs.back();
    if (auto const& trials = last.result.characteristics.trials;
        trials && *trials < static_cast<std::uint64_t>(run.scenario.runner.trials))
        text += phrase(" The last, {}, had conducted {} of {} trials.",
                       {short_name(last.label), grouped(*trials),
                        grouped(static_cast<std::uint64_t>(run.scenario.runner.trials))});
    return text + " What follows covers only what was finished.";
}

} // namespace

Markup in_trials(double value, Engine engine)
{
    bool const exact = engine == Engine::exact;
    if (value <= 0)
        return strong(exact ? "never" : "in no simulated trial");
    if (value >= 1)
        return strong(exact ? "always" : "in every simulated trial");
    if (value < half_a_digit)
        return phrase("in {} of trials", {strong(figure("fewer than 0.1 %"))});
    if (value > 1 - half_a_digit)
        return phrase("in {} of trials", {strong(figure("more than 99.9 %"))});
    return phrase("in {} of trials", {share(value)});
}

Summary summary(RunResult const& run)
{
    return {.warning = warning(run),
            .lead = comparison_lead(run),
            .answers = {{"Which dose", which_dose(run)}, {"At what risk", what_risk(run)}, {"How sure", how_sure(run)}}};
}

} // namespace escalon::html

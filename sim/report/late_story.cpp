#include "sim/report/late_story.hpp"

#include "pk_models/units.hpp"
#include "sim/report/clock_text.hpp"
#include "sim/report/numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace escalon {
namespace {

using LateFigure = ClockMeasures::Figure;

/// "nearly all trials": for readers who take in words before figures.
std::string how_many_trials(double share)
{
    constexpr double hardly = 0.05;
    constexpr double few = 0.25;
    constexpr double under_half = 0.45;
    constexpr double over_half = 0.55;
    constexpr double most = 0.9;
    if (share <= 0)
        return "none of the trials";
    if (share < hardly)
        return "hardly any trials";
    if (share < few)
        return "few trials";
    if (share < under_half)
        return "less than half of the trials";
    if (share <= over_half)
        return "about half of the trials";
    if (share < most)
        return "most trials";
    return share < 1 ? "nearly all trials" : "all trials";
}

std::string days_in_words(double time_d) { return shortest(time_d) + (time_d == 1 ? " day" : " days"); }

/// "ocular 1.23, hepatic 0.10"
std::string by_kind(std::vector<LateFigure> const& figures, std::vector<std::string> const& names)
{
    std::vector<std::string> parts;
    for (std::size_t k = 0; k < figures.size(); ++k)
        parts.push_back(names[k] + " " + mean_count(figures[k].mean));
    return fmt::format("{}", fmt::join(parts, ", "));
}

/// What the sentences ask of one design under one truth.
class LateTeller {
public:
    LateTeller(RunResult const& run, DesignRun const& design)
        : run_{run},
          design_{design},
          oc_{design.result.characteristics},
          clock_{*oc_.clock},
          ladder_{run.scenario.ladder()},
          window_d_{run.scenario.dlt_window(run.entry_of(design)).value().base()},
          follow_up_d_{run.scenario.follow_up().value().base()},
          looked_{run.scenario.trial.clock->late_look},
          kinds_{kind_names(run.scenario, design.truth)}
    {}

    std::vector<LateStory::Theme> paragraph() const
    {
        std::vector<LateStory::Theme> themes{{"What the window saw", what_the_window_saw()},
                                             {"What came later", what_came_later()},
                                             {"What the committee did", what_the_committee_did()}};
        if (auto record = what_is_on_record(); !record.empty())
            themes.push_back({"On record", std::move(record)});
        return themes;
    }

    /// Of a design beside the one that the paragraph is of.
    std::string beside(LateTeller const& reference) const
    {
        auto const top = reference.highest();
        auto const& there = clock_.visited[index(top)];
        auto text = fmt::format("{} with a window of {} treats somebody at {} in {} ({}). It names most often {}", design_.label,
                                days_in_words(window_d_), ladder_.text(top), how_many_trials(there.mean), with_error(there),
                                most_often(declared(), declared_none()));
        if (comes_late())
            text += fmt::format("; {} patients a trial have a late DLT.", mean_count(late()));
        else
            text += kinds_.empty() ? "." : "; nothing comes after its window.";
        if (looked_)
            text += fmt::format(" The late look lowers its MTD in {} ({}){}.", how_many_trials(clock_.lowered.mean),
                                with_error(clock_.lowered),
                                clock_.lowered.mean > 0 ? " and leaves most often " + most_left() : std::string{});
        return text + fmt::format(" Dose finding takes {}{}.", months(clock_.duration_d.mean), against(reference));
    }

    std::string note() const
    {
        return fmt::format(
            "In brackets: the share of {} simulated trials and its standard error (SE) in percentage points. A late DLT "
            "is a toxicity after the DLT window that would have limited the dose.",
            grouped(trials()));
    }

private:
    static std::size_t index(DoseLevel level) { return static_cast<std::size_t>(level.index()); }

    std::uint64_t trials() const { return oc_.trials.value(); } // by a clock trials are simulated

    LateFigure share(double p) const
    {
        p = std::clamp(p, 0.0, 1.0);
        return {p, std::sqrt(p * (1 - p) / static_cast<double>(trials()))};
    }

    /// "95.2 %, SE 0.7", and counts where an error of nothing would claim certainty.
    std::string with_error(LateFigure const& figure) const
    {
        if (figure.mean <= 0)
            return "0 of " + grouped(trials());
        if (figure.mean >= 1)
            return grouped(trials()) + " of " + grouped(trials());
        return fmt::format("{}, SE {}", percent(figure.mean), one_decimal(100 * figure.standard_error));
    }

    std::vector<LateFigure> declared() const
    {
        std::vector<LateFigure> all;
        for (std::size_t i = 0; i < oc_.mean.selection.size(); ++i)
            all.push_back({oc_.mean.selection[i], oc_.standard_error.selection[i]});
        return all;
    }
    LateFigure declared_none() const { return {oc_.mean.none, oc_.standard_error.none}; }

    /// "168 mg/m2 (51.0 %, SE 0.8), then 223 mg/m2 (30.1 %, SE 0.7)"
    std::string most_often(std::vector<LateFigure> const& levels, LateFigure const& none) const
    {
        constexpr double worth_telling = 0.05;
        std::vector<std::pair<std::string, LateFigure>> all{{"none at all", none}};
        for (DoseLevel level{0}; ladder_.has(level); level = level.above())
            all.emplace_back(ladder_.text(level), levels[index(level)]);
        std::ranges::stable_sort(all, std::ranges::greater{}, [](auto const& one) { return one.second.mean; });
        auto text = fmt::format("{} ({})", all[0].first, with_error(all[0].second));
        if (all[1].second.mean >= worth_telling)
            text += fmt::format(", then {} ({})", all[1].first, with_error(all[1].second));
        return text;
    }
    std::string most_left() const { return most_often(clock_.after_look, clock_.none_after_look); }

    /// The highest level at which anybody is treated in dose finding.
    DoseLevel highest() const
    {
        DoseLevel top{0};
        for (DoseLevel level{0}; ladder_.has(level); level = level.above())
            if (clock_.visited[index(level)].mean > 0)
                top = level;
        return top;
    }

    double late() const
    {
        return std::accumulate(clock_.late.begin(), clock_.late.end(), 0.0,
                               [](double sum, LateFigure const& one) { return sum + one.mean; });
    }
    bool comes_late() const { return late() > 0; }

    /// P(dose finding goes as far as that and the late look leaves this).
    double both(DoseLevel as_far_as, DoseLevel left) const
    {
        auto const& row = clock_.highest_by_look[index(left) + 1];
        return std::accumulate(row.begin() + as_far_as.index(), row.end(), 0.0,
                               [](double sum, LateFigure const& one) { return sum + one.mean; });
    }
    double as_far_as(DoseLevel level) const
    {
        double sum = 0;
        for (auto const& row : clock_.highest_by_look)
            for (std::size_t i = index(level); i < row.size(); ++i)
                sum += row[i].mean;
        return sum;
    }

    /// P(somebody in dose finding is treated above what the late look leaves).
    double passed() const
    {
        double sum = 0;
        for (std::size_t left = 0; left < clock_.highest_by_look.size(); ++left)
            for (std::size_t highest = left; highest < clock_.visited.size(); ++highest)
                sum += clock_.highest_by_look[left][highest].mean;
        return sum;
    }

    static std::string capital(std::string text)
    {
        text[0] = text[0] >= 'a' && text[0] <= 'z' ? static_cast<char>(text[0] - 'a' + 'A') : text[0];
        return text;
    }

    static std::string months(double time_d)
    {
        if (time_d < 2 * unit::days_per_month)
            return fmt::format("{:.0f} days", time_d);
        return fmt::format("{:.1f} months", time_d / unit::days_per_month);
    }

    /// ", 5.4 months more than 3+3"
    std::string against(LateTeller const& reference) const
    {
        double const more_d = clock_.duration_d.mean - reference.clock_.duration_d.mean;
        constexpr double least_d = 0.5; // what is written rounds to a day
        if (std::abs(more_d) < least_d)
            return ", as with " + reference.design_.label;
        return fmt::format(", {} {} than {}", months(std::abs(more_d)), more_d > 0 ? "more" : "less", reference.design_.label);
    }

    std::string what_the_window_saw() const
    {
        auto const top = highest();
        auto const& there = clock_.visited[index(top)];
        auto text = fmt::format(
            "{} counts a toxicity as dose limiting if it comes within {} of the patient's first dose. In that "
            "window a trial sees {} such dose-limiting toxicities (DLTs) among its {} patients of dose finding{}. ",
            design_.label, days_in_words(window_d_), mean_count(oc_.mean.total_dlts), one_decimal(oc_.mean.total_patients),
            kinds_.size() > 1 ? fmt::format(" ({}{})", clock_.in_expansion.mean > 0 ? "with the expansion's: " : "",
                                            by_kind(clock_.kind_in_window, kinds_))
                              : std::string{});
        if (ladder_.has(top.above()))
            text += fmt::format("None goes beyond {}; {} ({}) go that far. ", ladder_.text(top), how_many_trials(there.mean),
                                with_error(there));
        else
            text += fmt::format("{} ({}) go up to {}, the top of the ladder. ", capital(how_many_trials(there.mean)),
                                with_error(there), ladder_.text(top));
        return text + fmt::format("The maximum tolerated dose (MTD) that is named is most often {}.",
                                  most_often(declared(), declared_none()));
    }

    std::string what_came_later() const
    {
        if (kinds_.empty())
            return "The truth knows no toxicity that comes after the window.";
        if (!(follow_up_d_ > window_d_))
            return "Patients are followed no longer than that: nothing is seen to come later.";
        if (!comes_late())
            return fmt::format("Patients are followed until day {}, and nobody has a toxicity after the window that would have "
                               "limited the dose.",
                               shortest(follow_up_d_));
        auto text = fmt::format(
            "Patients are followed until day {}, and {} more patients a trial have a toxicity after the window "
            "that would have limited the dose{}: {}{}.",
            shortest(follow_up_d_), mean_count(late()),
            kinds_.size() > 1 ? " (" + by_kind(clock_.kind_late, kinds_) + ")" : std::string{}, where_it_comes(), expansion());
        return text + how_likely();
    }

    std::string expansion() const
    {
        if (!(clock_.in_expansion.mean > 0))
            return {};
        return fmt::format(", counting the {} patients of the expansion at the MTD", one_decimal(clock_.in_expansion.mean));
    }

    /// "6.81 (SE 0.10) at 297 mg/m2 and 4.57 (SE 0.08) at 223 mg/m2"
    std::string where_it_comes() const
    {
        constexpr std::size_t most_levels = 2;
        constexpr double worth_telling = 0.05; // patients
        std::vector<DoseLevel> levels;
        for (DoseLevel level{0}; ladder_.has(level); level = level.above())
            levels.push_back(level);
        std::ranges::stable_sort(levels, std::ranges::greater{}, [&](DoseLevel level) { return clock_.late[index(level)].mean; });
        std::vector<std::string> parts;
        for (auto const level : levels)
            if (auto const& here = clock_.late[index(level)];
                parts.empty() || (parts.size() < most_levels && here.mean >= worth_telling))
                parts.push_back(
                    fmt::format("{} (SE {}) at {}", mean_count(here.mean), mean_count(here.standard_error), ladder_.text(level)));
        return listed(parts);
    }

    /// What the truth holds for a patient, by the time that defines the true MTD.
    std::string how_likely() const
    {
        auto const& truth = run_.truth_of(design_).toxicity;
        auto const& truths = run_.scenario.truths;
        auto const scenario = truths.empty() ? run_.scenario : under(truths[design_.truth], run_.scenario);
        auto const until = scenario.truth.until.value_or(scenario.dlt_window().value());
        auto const at = [&](DoseLevel level) {
            return fmt::format("{} of patients at {}", percent(truth.dlt_probability[index(level)]), ladder_.text(level));
        };
        std::vector<std::string> parts;
        if (truth.mtd)
            parts.push_back(at(*truth.mtd) + " (the true MTD)");
        if (auto const top = highest(); top != truth.mtd)
            parts.push_back(at(top));
        return fmt::format(" By day {}, {} have had one.", shortest(until.base()), listed(parts));
    }

    std::string what_the_committee_did() const
    {
        if (!looked_)
            return "Nobody looks again when follow-up is complete: the MTD stays as it was named.";
        auto text = fmt::format("When all follow-up is complete the committee counts {} too, and lowers the MTD in {} ({})",
                                kinds_.empty() ? "the patients of the expansion" : "what came late",
                                how_many_trials(clock_.lowered.mean), with_error(clock_.lowered));
        if (clock_.lowered.mean > 0)
            text += fmt::format(": what is left is most often {}", most_left());
        auto const above = share(passed());
        text += fmt::format(". {} ({}) had by then treated patients above the level that is left",
                            capital(how_many_trials(above.mean)), with_error(above));
        if (above.mean > 0)
            text += fmt::format(", {} patients a trial", one_decimal(clock_.above_look.mean));
        return text + ".";
    }

    /// The highest dose on record at which somebody was treated.
    std::optional<DoseLevel> documented_top() const
    {
        std::optional<DoseLevel> top;
        for (auto const& cohort : run_.scenario.documented->cohorts)
            if (auto const level = level_of(run_.scenario.doses, cohort.level); level && (!top || *top < *level))
                top = level;
        return top;
    }

    std::string what_is_on_record() const
    {
        auto const& record = run_.scenario.documented;
        if (!record)
            return {};
        auto const top = documented_top();
        auto const mtd = record->mtd ? level_of(run_.scenario.doses, *record->mtd) : std::nullopt;
        if (!top && !mtd)
            return {};
        std::vector<std::string> known;
        if (top)
            known.push_back(fmt::format("patients were given up to {}", ladder_.text(*top)));
        if (mtd)
            known.push_back(fmt::format("the MTD is {}", ladder_.text(*mtd)));
        std::vector<std::string> simulated;
        if (top)
            simulated.push_back(fmt::format("{} go as far as {}", with_brackets(share(as_far_as(*top))), ladder_.text(*top)));
        if (mtd)
            simulated.push_back(fmt::format("{} end at {}{}", with_brackets(clock_.after_look[index(*mtd)]), ladder_.text(*mtd),
                                            looked_ ? fmt::format(" after the late look, where {} named it before",
                                                                  with_brackets(declared()[index(*mtd)]))
                                                    : std::string{}));
        if (top && mtd)
            simulated.push_back(with_brackets(share(both(*top, *mtd))) + " do both, as on record");
        return fmt::format("{}. Of the simulated trials {}.", capital(listed(known)), fmt::join(simulated, "; "));
    }

    /// "34.8 % (SE 1.5)"
    std::string with_brackets(LateFigure const& figure) const
    {
        if (figure.mean <= 0 || figure.mean >= 1)
            return (figure.mean <= 0 ? "none of " : "all ") + grouped(trials());
        return fmt::format("{} (SE {})", percent(figure.mean), one_decimal(100 * figure.standard_error));
    }

    RunResult const& run_;
    DesignRun const& design_;
    OperatingCharacteristics const& oc_;
    ClockMeasures const& clock_;
    DoseLadder ladder_;
    double window_d_;
    double follow_up_d_;
    bool looked_;
    std::vector<std::string> kinds_;
};

} // namespace

bool tells_late_story(RunResult const& run)
{
    auto const& clock = run.scenario.trial.clock;
    return clock && (clock->late_look || has_kinds(run.scenario));
}

std::optional<LateStory> late_story(RunResult const& run, std::size_t truth)
{
    if (!tells_late_story(run))
        return std::nullopt;
    std::vector<DesignRun const*> designs;
    for (auto const& design : run.designs)
        if (design.truth == truth && design.result.characteristics.clock)
            designs.push_back(&design);
    if (designs.empty())
        return std::nullopt;
    auto const against = reference_label(run.scenario);
    auto const found = std::ranges::find(designs, against, [](DesignRun const* one) { return one->label; });
    std::rotate(designs.begin(), found == designs.end() ? designs.begin() : found,
                found == designs.end() ? designs.begin() : std::next(found)); // the reference first, the others as they were
    LateTeller const reference{run, *designs.front()};
    LateStory story{designs.front()->label, reference.paragraph(), {}, reference.note()};
    for (std::size_t d = 1; d < designs.size(); ++d)
        story.others.push_back(LateTeller{run, *designs[d]}.beside(reference));
    return story;
}

std::string late_story_text(RunResult const& run, std::size_t truth)
{
    auto const story = late_story(run, truth);
    if (!story)
        return {};
    auto text = run.truths.size() > 1 ? fmt::format("\nLate toxicity under {}\n", run.truths[truth].name)
                                      : std::string{"\nLate toxicity\n"};
    for (auto const& [head, sentences] : story->paragraph)
        text += "  " + head + ". " + sentences + "\n";
    if (!story->others.empty())
        text += "  The other designs, with the same patients:\n";
    for (auto const& sentence : story->others)
        text += "    " + sentence + "\n";
    return text + "  " + story->note + "\n";
}

} // namespace escalon

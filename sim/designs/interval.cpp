#include "sim/designs/interval.hpp"

#include "pk_models/units.hpp"
#include "sim/designs/state_parts.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>

namespace escalon {
namespace {

/// P(rate > target) after so many events, which need not be whole, under the design's prior.
class Exceedance {
public:
    Exceedance(BetaPrior prior, double target, double cutoff) : prior_{prior}, target_{target}, cutoff_{cutoff} {}

    bool operator()(int patients, double events) const
    {
        return BetaPosterior{prior_.dlts + events, prior_.no_dlts + patients - events}.above(target_) > cutoff_;
    }

    /// The number of events from which it exceeds the cutoff.
    double from(int patients) const
    {
        if ((*this)(patients, 0))
            return 0;
        if (!(*this)(patients, patients))
            return std::numeric_limits<double>::infinity();
        constexpr double precision = 1e-12; // far below the step between two sums of scores
        double low = 0;
        double high = patients;
        while (high - low > precision) {
            double const middle = std::midpoint(low, high);
            ((*this)(patients, middle) ? high : low) = middle;
        }
        return high;
    }

private:
    BetaPrior prior_;
    double target_;
    double cutoff_;
};

/// Sums of scores are too many to list in a table; one boundary a number of patients says the same.
DecisionTable scored_table(IntervalOptions const& options, IntervalRule const& rule, double target, int sample_size)
{
    Exceedance const exceeds{rule.prior, target, options.cutoff_eli};
    std::vector<double> boundaries{0};
    for (int patients = 1; patients <= sample_size; ++patients)
        boundaries.push_back(exceeds.from(patients));
    auto const toxic = [=](int patients, double events) {
        return patients <= sample_size ? events >= boundaries[static_cast<std::size_t>(patients)] : exceeds(patients, events);
    };
    return {[=, from = options.eliminate_from, score = *rule.score, move = rule.move](Tally tally) {
                bool const never_again = tally.patients >= from && toxic(tally.patients, score.events(tally));
                return TableCell{never_again ? Move::deescalate : move(tally), never_again};
            },
            0};
}

DecisionTable decision_table(IntervalOptions const& options, IntervalRule const& rule, double target, int sample_size)
{
    if (rule.score)
        return scored_table(options, rule, target, sample_size);
    auto too_toxic = rule.too_toxic;
    if (!too_toxic)
        too_toxic = [=, prior = rule.prior](Tally tally) {
            return tally.patients >= options.eliminate_from && BetaPosterior{prior, tally}.above(target) > options.cutoff_eli;
        };
    return {[=, move = rule.move](Tally tally) {
                bool const never_again = too_toxic(tally);
                return TableCell{never_again ? Move::deescalate : move(tally), never_again};
            },
            sample_size};
}

} // namespace

Faults IntervalOptions::faults() const
{
    if (extrasafe && offset >= cutoff_eli)
        return {{"offset", "cutoff_eli - offset leaves nothing", "offset lies below cutoff_eli, " + shortest(cutoff_eli)}};
    return {};
}

IntervalDecider::IntervalDecider(CommonOptions const& common, IntervalOptions const& options, IntervalRule rule,
                                 DoseLadder const& ladder)
    : options_{options},
      rule_{std::move(rule)},
      start_{common.start(ladder)},
      target_{common.aim()},
      cohort_size_{common.cohort()},
      sample_size_{common.sample_size()},
      levels_{ladder.size()},
      tally_bits_{static_cast<int>(std::bit_width(triangular_place({sample_size_, sample_size_})))},
      total_bits_{static_cast<int>(std::bit_width(static_cast<std::uint32_t>(sample_size_)))},
      level_bits_{static_cast<int>(std::bit_width(static_cast<std::uint32_t>(levels_)))},
      table_{decision_table(options_, rule_, target_, sample_size_)},
      mtd_{target_, options_.mtd_estimate, rule_.mtd_bound, rule_.score, sample_size_}
{}

BetaPosterior IntervalDecider::posterior(Tally const& tally) const
{
    double const toxic = events(tally);
    return {rule_.prior.dlts + toxic, rule_.prior.no_dlts + (tally.patients - toxic)};
}

std::string IntervalDecider::seen(Observed const& observed, DoseLevel level) const
{
    auto const tally = at_best(observed, level);
    auto const place = " at " + observed.ladder().text(level);
    if (rule_.score)
        return "a score of " + boundary_text(events(tally)) + " in " + std::to_string(tally.patients) +
               (tally.patients == 1 ? " patient" : " patients") + place;
    return std::to_string(tally.dlts) + "/" + std::to_string(tally.patients) + place;
}

DoseLevel IntervalDecider::eliminated_from(Observed const& observed) const
{
    if (!has_pending(observed))
        return DoseLevel{table_.lowest_too_toxic(observed.tallies(), observed.total())};
    DoseLevel level{0};
    while (observed.ladder().has(level) && !table_.too_toxic(at_best(observed, level)))
        level = level.above();
    return level;
}

bool IntervalDecider::lowest_is_unsafe(Observed const& observed) const
{
    if (!options_.extrasafe)
        return false;
    auto const tally = at_best(observed, DoseLevel{0});
    return tally.patients >= options_.eliminate_from && posterior(tally).above(target_) > options_.cutoff_eli - options_.offset;
}

bool IntervalDecider::one_a_level(Observed const& observed) const
{
    if (!options_.titration || cohort_size_ == 1)
        return false;
    for (DoseLevel level{0}; observed.ladder().has(level); level = level.above())
        if (at_best(observed, level).patients > 1)
            return false;
    return true;
}

int IntervalDecider::next_cohort(Observed const& observed) const
{
    return std::min(cohort_size_, sample_size_ - (rule_.interim ? treated(observed) : observed.total().patients));
}

IntervalDecider::Step IntervalDecider::step(Observed const& observed) const
{
    if (has_pending(observed))
        return interim_step(observed);
    auto const limit = eliminated_from(observed);
    if (observed.empty())
        return {Finding::start, start_, one_a_level(observed) ? 1 : next_cohort(observed), limit};
    if (limit == DoseLevel{0})
        return {Finding::lowest_too_toxic, limit, 0, limit};
    if (lowest_is_unsafe(observed))
        return {Finding::lowest_unsafe, DoseLevel{0}, 0, limit};
    if (observed.total().patients >= sample_size_)
        return {Finding::sample_size_used, limit, 0, limit};
    if (observed.cohorts().back().level >= limit)
        return {Finding::too_toxic, limit.below(), next_cohort(observed), limit};
    if (one_a_level(observed) && events(observed.total()) <= 1)
        return titrate(observed, limit);
    return by_table(observed, limit);
}

IntervalDecider::Step IntervalDecider::titrate(Observed const& observed, DoseLevel limit) const
{
    auto const level = observed.cohorts().back().level;
    if (events(observed.total()) == 0 && level != observed.ladder().top())
        return {Finding::titration, level.above(), 1, limit};
    int const left = sample_size_ - observed.total().patients;
    return {Finding::titration_ends, level, std::min(cohort_size_ - observed.tally(level).patients, left), limit};
}

IntervalDecider::Step IntervalDecider::by_table(Observed const& observed, DoseLevel limit) const
{
    auto const level = observed.cohorts().back().level;
    auto const& tally = observed.tally(level);
    if (!rule_.rows.empty()) {
        auto const row = std::ranges::lower_bound(rule_.rows, tally.patients);
        if (row == rule_.rows.end())
            return {Finding::table_ends, level, 0, limit};
        if (*row > tally.patients)
            return {Finding::between_rows, level, std::min(*row - tally.patients, sample_size_ - observed.total().patients),
                    limit};
    }
    // no branch here: where a trial goes cannot be foreseen
    int const highest = std::min(levels_, limit.index()) - 1;
    DoseLevel const next{std::clamp(level.index() + levels_up(table_.move(tally)), 0, highest)};
    if (next == level && options_.n_earlystop && tally.patients >= *options_.n_earlystop)
        return {Finding::enough_patients, level, 0, limit};
    return {Finding::move, next, next_cohort(observed), limit};
}

IntervalDecider::Step IntervalDecider::interim_step(Observed const& observed) const
{
    auto const limit = eliminated_from(observed);
    auto const current = observed.empty() ? start_ : observed.cohorts().back().level;
    if (limit == DoseLevel{0})
        return {Finding::lowest_too_toxic, limit, 0, limit};
    if (lowest_is_unsafe(observed))
        return {Finding::lowest_unsafe, DoseLevel{0}, 0, limit};
    if (treated(observed) >= sample_size_)
        return {Finding::last_patients_wait, current, 0, limit};
    if (current >= limit)
        return {Finding::too_toxic, limit.below(), next_cohort(observed), limit};
    if (one_a_level(observed))
        return {Finding::titration_waits, current, 0, limit};
    return interim_step_of(observed, interim_tally(observed, current), limit);
}

IntervalDecider::Step IntervalDecider::interim_step_of(Observed const& observed, InterimTally const& tally, DoseLevel limit) const
{
    auto const level = observed.empty() ? start_ : observed.cohorts().back().level;
    // where the rule steps down even if no pending patient has a DLT there is nothing to wait for
    bool const surely_down = tally.patients > 0 && rule_.move(tally.at_best()) == Move::deescalate;
    if (!surely_down && too_many_pending(tally, rule_.interim->max_pending))
        return {Finding::too_many_wait, level, 0, limit};
    auto const move = surely_down          ? Move::deescalate
                      : tally.pending == 0 ? rule_.move(tally.at_best())
                                           : rule_.interim->move(tally);
    if (move == Move::deescalate && level == DoseLevel{0} && tally.pending > 0)
        return {Finding::stepping_down_must_wait, level, 0, limit};
    int const highest = std::min(levels_, limit.index()) - 1;
    DoseLevel const next{std::clamp(level.index() + levels_up(move), 0, highest)};
    if (next == level && options_.n_earlystop && tally.patients >= *options_.n_earlystop)
        return {Finding::interim_enough, level, 0, limit};
    return {Finding::interim_move, next, next_cohort(observed), limit};
}

Decision IntervalDecider::decide(Observed const& observed, Wording wording) const
{
    auto const found = step(observed);
    auto decision = found.stops() ? stop(observed, found) : Decision{found.treat, {}};
    if (found.waits())
        decision.action = Suspend{};
    if (wording == Wording::sentence)
        decision.reason = sentence(observed, found);
    return decision;
}

Decision IntervalDecider::stop(Observed const& observed, Step const& step) const
{
    switch (step.finding) {
    case Finding::lowest_too_toxic:
    case Finding::lowest_unsafe: return {Stop{std::nullopt, StopCause::lowest_too_toxic}, {}};
    case Finding::sample_size_used: return {Stop{named(observed, step.limit), StopCause::max_patients}, {}};
    default: return {Stop{named(observed, step.limit), StopCause::enough_at_level}, {}};
    }
}

std::string IntervalDecider::sentence(Observed const& observed, Step const& step) const
{
    auto const& ladder = observed.ladder();
    if (step.finding == Finding::start)
        return "the trial starts at " + ladder.text(start_);
    if (step.finding >= Finding::interim_move)
        return of_the_interim(observed, step);
    auto const current = observed.cohorts().back().level;
    switch (step.finding) {
    case Finding::too_toxic: return too_toxic(observed, step.limit) + ": step down, never to return";
    case Finding::titration:
        return seen(observed, current) + (rule_.score ? ", no toxicity that scores" : ", no DLT") +
               " so far: one patient a level";
    case Finding::titration_ends: return seen(observed, current) + ": titration ends, complete the cohort";
    case Finding::between_rows:
        return seen(observed, current) + ": the table decides at " +
               std::to_string(observed.tally(current).patients + step.treat.patients) + " patients";
    case Finding::move: return of_the_move(observed, step);
    default: return of_the_end(observed, step);
    }
}

std::string IntervalDecider::of_the_move(Observed const& observed, Step const& step) const
{
    auto const current = observed.cohorts().back().level;
    auto const& tally = observed.tally(current);
    auto const finding = seen(observed, current) + ": " + rule_.words(tally);
    if (step.treat.level > current)
        return finding + ": escalate";
    if (step.treat.level < current)
        return finding + ": de-escalate";
    switch (table_.move(tally)) {
    case Move::stay: return finding + ": stay";
    case Move::deescalate: return finding + ": stay at the lowest level";
    case Move::escalate: break;
    }
    if (current == observed.ladder().top())
        return finding + ": stay at the top level";
    return finding + ": stay, for " + observed.ladder().text(current.above()) + " is too toxic";
}

std::string IntervalDecider::of_the_end(Observed const& observed, Step const& step) const
{
    auto const& ladder = observed.ladder();
    auto const current = observed.cohorts().back().level;
    switch (step.finding) {
    case Finding::lowest_too_toxic: return too_toxic(observed, step.treat.level) + ", too toxic, and no level lies below";
    case Finding::lowest_unsafe: return too_toxic(observed, step.treat.level) + ", too much for the lowest level";
    case Finding::table_ends:
        return seen(observed, current) + ": the table ends at " + std::to_string(rule_.rows.back()) + " patients";
    case Finding::enough_patients:
        return seen(observed, current) + ": " + rule_.words(observed.tally(current)) + ": stay, and " +
               std::to_string(observed.tally(current).patients) + " patients at this level are enough";
    default: break;
    }
    auto const used = "the sample size of " + std::to_string(sample_size_) + " is used up; ";
    auto const mtd = named(observed, step.limit);
    if (!mtd)
        return used + "no level is tolerable";
    if (rule_.own_mtd)
        return used + ladder.text(*mtd) + " " + rule_.own_mtd->reason;
    return used + "the isotonic estimate at " + ladder.text(*mtd) + " is nearest the target of " + shortest(target_);
}

std::string IntervalDecider::of_the_interim(Observed const& observed, Step const& step) const
{
    auto const current = observed.empty() ? start_ : observed.cohorts().back().level;
    auto const& ladder = observed.ladder();
    auto const tally = interim_tally(observed, current);
    auto const finding = seen(observed, current) + (tally.pending > 0 ? ", " + pending_words(tally) : "");
    auto const rule = [&] {
        bool const certain = tally.pending == 0 || rule_.move(tally.at_best()) == Move::deescalate;
        return finding + ": " + (certain ? rule_.words(tally.at_best()) : rule_.interim->words(tally));
    };
    switch (step.finding) {
    case Finding::titration_waits: return seen(observed, current) + ", one patient a level: wait for the end of the DLT window";
    case Finding::last_patients_wait:
        return "the sample size of " + std::to_string(sample_size_) + " is used up, and " +
               pending_words(static_cast<int>(observed.pending().size())) + ": wait for the outcomes";
    case Finding::too_many_wait:
        return finding + ", more than " + shortest(rule_.interim->max_pending * percent_of) + " %: wait for outcomes";
    case Finding::stepping_down_must_wait: return rule() + ", and no level lies below: wait for outcomes";
    case Finding::interim_enough:
        return rule() + ": stay, and " + std::to_string(tally.patients) + " patients at this level are enough";
    default: break;
    }
    if (step.treat.level != current)
        return rule() + (step.treat.level > current ? ": escalate" : ": de-escalate");
    auto const move = tally.pending == 0 ? rule_.move(tally.at_best()) : rule_.interim->move(tally);
    if (move == Move::escalate && current != ladder.top())
        return rule() + ": stay, for " + ladder.text(current.above()) + " is too toxic";
    return rule() + (move == Move::escalate     ? ": stay at the top level"
                     : move == Move::deescalate ? ": stay at the lowest level"
                                                : ": stay");
}

std::string IntervalDecider::too_toxic(Observed const& observed, DoseLevel level) const
{
    auto const tally = at_best(observed, level);
    if (rule_.too_toxic && rule_.too_toxic(tally))
        return seen(observed, level) + ": " + rule_.words(tally);
    return seen(observed, level) + ": P(" + (rule_.score ? "mean score" : "DLT rate") + " above " + shortest(target_) + ") is " +
           probability_text(posterior(tally).above(target_));
}

std::optional<DoseLevel> IntervalDecider::named(Observed const& observed, DoseLevel limit) const
{
    return rule_.own_mtd ? rule_.own_mtd->choose(observed, limit) : mtd_(observed, limit);
}

std::optional<DoseLevel> IntervalDecider::recommendation(Observed const& observed) const
{
    if (lowest_is_unsafe(observed))
        return std::nullopt;
    return named(observed, eliminated_from(observed));
}

Summary IntervalDecider::summary(Observed const& observed) const
{
    TallyPlace ignored;
    return summary(observed, eliminated_from(observed).index(), ignored);
}

Summary IntervalDecider::summary(Observed const& observed, int limit, TallyPlace& tally_place) const
{
    int const patients = observed.total().patients;
    if (patients > sample_size_)
        return summary_of_the_end(std::get<Stop>(decide(observed, Wording::none).action), levels_, level_bits_);
    Summary summary;
    int const current = patients == 0 ? levels_ : observed.cohorts().back().level.index();
    // tallies from the first level that is too toxic will not change and are not read again
    if (rule_.score) {
        for (int level = 0; level < limit; ++level)
            rule_.score->append(summary, observed.tally(DoseLevel{level}), sample_size_);
    } else {
        int const at_once = Summary::half_bits / tally_bits_;
        for (int from = 0; from < limit; from += at_once) {
            int const to = std::min(from + at_once, limit);
            summary.append_run(from, to, tally_bits_,
                               [&](int level) { return triangular_place(observed.tally(DoseLevel{level})); });
            if (from <= current && current < to)
                tally_place = summary.place((to - 1 - current) * tally_bits_);
        }
    }
    // where the trial ends, it does not matter at which level
    return summary.append_bits(limit < levels_ ? static_cast<std::uint32_t>(patients) : 0, total_bits_)
        .append_bits(static_cast<std::uint32_t>(limit), level_bits_)
        .append_bits(static_cast<std::uint32_t>(patients == sample_size_ ? levels_ : current), level_bits_)
        .append_bits(0, 1);
}

// A tally's place in the decision table grows by one with each DLT, and one that is too toxic is not read.
void IntervalDecider::summaries(Observed& observed, std::span<Summary> keys) const
{
    if (rule_.score || observed.total().patients > sample_size_) {
        summaries_one_by_one(*this, observed, keys);
        return;
    }
    auto const current = observed.cohorts().back().level;
    int const limit = eliminated_from(observed).index();
    TallyPlace place; // none where a level below is too toxic: DLTs change nothing then
    keys[0] = summary(observed, limit, place);
    auto tally = observed.tally(current);
    std::size_t dlts = 1;
    for (; place && dlts < keys.size(); ++dlts) {
        ++tally.dlts;
        if (table_.too_toxic(tally))
            break;
        keys[dlts] = keys[0].raised(*place, static_cast<std::uint32_t>(dlts));
    }
    if (dlts < keys.size())
        std::ranges::fill(keys.subspan(dlts), summary(observed, std::min(limit, current.index()), place));
}

} // namespace escalon

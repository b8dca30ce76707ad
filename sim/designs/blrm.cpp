#include "sim/designs/blrm.hpp"

#include "pk_models/units.hpp"
#include "sim/designs/beta_posterior.hpp"
#include "sim/designs/models/historical_prior.hpp"
#include "sim/designs/state_parts.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <map>
#include <stdexcept>

namespace escalon {
namespace {

constexpr double weights_rounding = 1e-6; // of weights written with a few digits

/// Faults of a normal prior whose fields are called so.
void check_normal(Faults& found, std::vector<double> const& mean, std::vector<double> const& sd, double corr,
                  std::array<std::string, 3> const& fields)
{
    if (mean.size() != 2)
        found.push_back(
            {fields[0], std::to_string(mean.size()) + " means for two parameters", "write [log_alpha, log_beta]: [-0.69, 0]"});
    if (sd.size() != 2)
        found.push_back(
            {fields[1], std::to_string(sd.size()) + " SDs for two parameters", "write [log_alpha, log_beta]: [2, 1]"});
    for (std::size_t i = 0; i < sd.size(); ++i)
        if (!(sd[i] > 0))
            found.push_back({fields[1] + "[" + std::to_string(i) + "]", "an SD is above 0, got " + shortest(sd[i]),
                             "write an SD of the normal prior, not its variance"});
    if (!(std::abs(corr) < 1))
        found.push_back({fields[2], "a correlation lies between -1 and 1, ends excluded, got " + shortest(corr),
                         "0 leaves the parameters independent before the data"});
}

BivariateNormal normal_of(std::vector<double> const& mean, std::vector<double> const& sd, double corr)
{
    return {{mean[0], mean[1]}, {sd[0], sd[1]}, corr};
}

BivariateNormal from_history(Blrm const& options, BivariateNormal const& population, double reference)
{
    std::map<int, EarlierTrial> trials;
    for (auto const& seen : options.historical)
        trials[seen.trial].push_back(
            {std::log(seen.dose.value / reference), static_cast<double>(seen.patients), static_cast<double>(seen.dlts)});
    std::vector<EarlierTrial> listed;
    for (auto const& [number, trial] : trials)
        listed.push_back(trial);
    return historical_prior(population, {options.between_trials[0], options.between_trials[1]}, listed);
}

std::vector<double> cuts_of(Blrm const& options) { return {options.intervals.begin(), options.intervals.end()}; }

std::string range_text(double low, double high) { return shortest(low) + " to " + shortest(high); }

} // namespace

Faults BlrmPrior::faults() const
{
    Faults found;
    check_normal(found, mean, sd, corr, {"mean", "sd", "corr"});
    return found;
}

Faults HistoricalTally::faults() const
{
    if (dlts > patients)
        return {{"dlts", std::to_string(dlts) + " DLTs in " + std::to_string(patients) + " patients", "count each patient once"}};
    return {};
}

Faults Blrm::faults() const
{
    Faults found;
    check_normal(found, prior_mean, prior_sd, prior_corr, {"prior_mean", "prior_sd", "prior_corr"});
    if (ref_dose && !(ref_dose->value > 0))
        found.push_back({"ref_dose", "a reference dose is above 0", "write a dose near the middle of the ladder"});
    if (!priors.empty()) {
        double sum = 0;
        for (std::size_t i = 0; i < priors.size(); ++i) {
            sum += priors[i].weight;
            for (auto const& fault : priors[i].faults())
                found.push_back({"priors[" + std::to_string(i) + "]." + fault.field, fault.problem, fault.remedy});
        }
        if (!(std::abs(sum - 1) <= weights_rounding))
            found.push_back(
                {"priors", "the weights sum to " + shortest(sum) + ", not to 1", "divide each weight by " + shortest(sum)});
    }
    if (!historical.empty() && !priors.empty())
        found.push_back(
            {"historical", "there are priors as well", "remove one of the two: earlier trials make a mixture of their own"});
    for (std::size_t i = 0; i < historical.size(); ++i)
        for (auto const& fault : historical[i].faults())
            found.push_back({"historical[" + std::to_string(i) + "]." + fault.field, fault.problem, fault.remedy});
    if (exposure) {
        for (auto const& fault : exposure->faults())
            found.push_back({"exposure." + fault.field, fault.problem, fault.remedy});
        if (ref_dose)
            found.push_back({"ref_dose", "the model reads exposure, not dose", "state exposure.reference in its place"});
        if (!historical.empty())
            found.push_back({"historical", "earlier trials are told by dose, and the model reads exposure",
                             "leave one of the two out, or state what the earlier trials taught as priors"});
    }
    if (between_trials.size() != 2)
        found.push_back({"between_trials", std::to_string(between_trials.size()) + " SDs for two parameters",
                         "write [log_alpha, log_beta]: [0.5, 0.25]"});
    if (intervals.size() < 2 || intervals.size() > 3)
        found.push_back({"intervals",
                         std::to_string(intervals.size()) +
                             " cuts: two part underdosing, target and overdosing, three excessive toxicity as well",
                         "write intervals: [0.20, 0.35, 0.60] or [0.16, 0.33]"});
    for (std::size_t i = 1; i < intervals.size(); ++i)
        if (!(intervals[i] > intervals[i - 1]))
            found.push_back({"intervals[" + std::to_string(i) + "]",
                             "cuts strictly increase: " + shortest(intervals[i]) + " comes after " + shortest(intervals[i - 1]),
                             "sort them: intervals that overlap have no meaning"});
    for (std::size_t i = 0; i < intervals.size(); ++i)
        if (!(intervals[i] > 0 && intervals[i] < 1))
            found.push_back({"intervals[" + std::to_string(i) + "]",
                             "a cut lies between 0 and 1, ends excluded, got " + shortest(intervals[i]),
                             "rates are fractions: 20 % is 0.20"});
    if (!(ewoc > 0 && ewoc < 1))
        found.push_back({"ewoc", "a probability lies between 0 and 1, ends excluded, got " + shortest(ewoc), "0.25 is usual"});
    if (next == BlrmNext::nearest_mean && intervals.size() >= 2 &&
        !(intervals[0] <= common.aim() && common.aim() <= intervals[1]))
        found.push_back({"intervals",
                         "the target, " + shortest(common.aim()) + ", lies outside the target interval, " +
                             range_text(intervals[0], intervals[1]),
                         "choose target and intervals together"});
    return found;
}

Faults Blrm::faults_on(DoseLadder const& ladder) const
{
    Faults found;
    auto const unit = std::string{symbol(ladder.unit())};
    auto const check_unit = [&](std::string const& field, Dose const& dose) {
        if (dose.unit != ladder.unit())
            found.push_back(
                {field, "a dose in " + std::string{symbol(dose.unit)} + ", but the ladder is in " + unit, "write it in " + unit});
    };
    if (ref_dose)
        check_unit("ref_dose", *ref_dose);
    for (std::size_t i = 0; i < historical.size(); ++i)
        check_unit("historical[" + std::to_string(i) + "].dose", historical[i].dose);
    if (exposure)
        for (auto const& fault : exposure->faults_on(ladder))
            found.push_back({"exposure." + fault.field, fault.problem, fault.remedy});
    return found;
}

TwoParameterModel Blrm::model(DoseLadder const& ladder) const
{
    TwoParameterModel made;
    for (auto const& component : priors)
        made.prior.push_back({component.weight, normal_of(component.mean, component.sd, component.corr)});
    double const at_alpha = ref_dose ? ref_dose->value : ladder.dose(DoseLevel{ladder.size() / 2});
    if (priors.empty()) {
        auto const normal = normal_of(prior_mean, prior_sd, prior_corr);
        if (!historical.empty() && robust_weight < 1)
            made.prior.push_back({1 - robust_weight, from_history(*this, normal, at_alpha)});
        if (historical.empty() || robust_weight > 0)
            made.prior.push_back({historical.empty() ? 1 : robust_weight.value, normal});
    }
    if (exposure)
        for (double const figure : exposure->typical_figures())
            made.covariates.push_back(std::log(figure / exposure->reference_figure()));
    else
        for (double const dose : ladder.doses())
            made.covariates.push_back(std::log(dose / at_alpha));
    return made;
}

ExposureModel Blrm::exposure_model(DoseLadder const& ladder) const
{
    return {model(ladder).prior, exposure->reference_figure(), exposure->prior()};
}

BlrmDecider Blrm::on(DoseLadder const& ladder) const
{
    if (exposure)
        if (auto const found = exposure->faults_on(ladder); !found.empty())
            throw std::invalid_argument("blrm.exposure." + found.front().field + ": " + found.front().problem);
    return {*this, ladder};
}

class BlrmDecider::PatientFit {
public:
    PatientFit(ExposureModel const& model, std::vector<double> const& cuts, Observed const& observed)
        : posterior_{model, observed}, cuts_{cuts}
    {}

    double below(DoseLevel level, std::size_t cut)
    {
        auto const [known, fresh] = below_.try_emplace({level, cut}, 0);
        if (fresh)
            known->second = posterior_.below(level, cuts_[cut]);
        return known->second;
    }
    double above(DoseLevel level, std::size_t cut) { return 1 - below(level, cut); }
    double mean(DoseLevel level) { return posterior_.mean(level); }

private:
    ExposurePosterior posterior_;
    std::vector<double> const& cuts_;
    std::map<std::pair<DoseLevel, std::size_t>, double> below_; ///< asked for several times in a decision
};

BlrmDecider::BlrmDecider(Blrm const& options, DoseLadder const& ladder)
    : options_{options},
      start_{options.common.start(ladder)},
      fits_{options.model(ladder), cuts_of(options), options.common.sample_size()},
      tally_bits_{
          static_cast<int>(std::bit_width(triangular_place({options.common.sample_size(), options.common.sample_size()})))},
      level_bits_{static_cast<int>(std::bit_width(static_cast<std::uint32_t>(ladder.size())))}
{
    if (options.exposure_read())
        exposures_ = options.exposure_model(ladder);
}

auto BlrmDecider::with_fit(Observed const& observed, auto const& use) const
{
    if (exposures_) {
        PatientFit fit{*exposures_, fits_.cuts(), observed};
        return use(fit);
    }
    auto fit = fits_.fit(observed);
    return use(fit);
}

DoseLevel BlrmDecider::reach(Observed const& observed) const
{
    auto const top = observed.ladder().top();
    return (options_.no_skipping ? std::min(highest_tried(observed).above(), top) : top).above();
}

DoseLevel BlrmDecider::allowed_below(auto& fit, DoseLevel limit) const
{
    DoseLevel level{0};
    while (level < limit && fit.above(level, 1) < options_.ewoc)
        level = level.above();
    return level;
}

std::optional<BlrmDecider::Choice> BlrmDecider::best_below(auto& fit, DoseLevel limit) const
{
    if (limit == DoseLevel{0})
        return std::nullopt;
    auto const choice = [&](DoseLevel level) { return Choice{level, fit.below(level, 1) - fit.below(level, 0)}; };
    if (options_.next == BlrmNext::highest_allowed)
        return choice(limit.below());
    auto const figure = [&](DoseLevel level) {
        return options_.next == BlrmNext::nearest_mean ? -std::abs(fit.mean(level) - options_.common.aim())
                                                       : choice(level).target_probability;
    };
    constexpr double tie = 1e-12; // the lower of two levels that are alike
    DoseLevel best{0};
    double highest = figure(best);
    for (DoseLevel level{1}; level < limit; level = level.above())
        if (double const here = figure(level); here > highest + tie) {
            best = level;
            highest = here;
        }
    return choice(best);
}

DoseLevel BlrmDecider::nameable_below(Observed const& observed, DoseLevel allowed) const
{
    return options_.mtd_among == MtdAmong::tried ? std::min(allowed, highest_tried(observed).above()) : allowed;
}

std::optional<BlrmDecider::Choice> BlrmDecider::named(auto& fit, Observed const& observed, DoseLevel allowed) const
{
    return best_below(fit, nameable_below(observed, allowed));
}

int BlrmDecider::next_cohort(Observed const& observed) const
{
    return std::min(options_.common.cohort(), options_.common.sample_size() - observed.total().patients);
}

bool BlrmDecider::enough(Observed const& observed, Choice const& choice) const
{
    return options_.enough_probability && observed.tally(choice.level).patients >= options_.enough_patients &&
           choice.target_probability >= *options_.enough_probability;
}

Decision BlrmDecider::decide(Observed const& observed, Wording wording) const
{
    if (observed.empty())
        return {Treat{start_, next_cohort(observed)},
                Because{wording}([&] { return "the trial starts at " + observed.ladder().text(start_); })};
    if (wording == Wording::none)
        if (auto const decision = at_a_glance(observed))
            return *decision;
    return with_fit(observed, [&](auto& fit) { return decide_by(fit, observed, wording); });
}

Decision BlrmDecider::decide_by(auto& fit, Observed const& observed, Wording wording) const
{
    Because const because{wording};
    int const cohort = next_cohort(observed);
    auto const allowed = allowed_below(fit, reach(observed));
    if (allowed == DoseLevel{0})
        return {Stop{std::nullopt, StopCause::lowest_too_toxic},
                because([&] { return forbidden(fit, observed, allowed) + ", and no level lies below"; })};
    auto const stop = [&](StopCause cause, auto const& why) {
        auto const mtd = named(fit, observed, allowed);
        return Decision{Stop{mtd ? std::optional{mtd->level} : std::nullopt, cause}, because([&] {
                            return why() + (mtd ? praise(fit, observed, *mtd, allowed) : std::string{"no level can be named"});
                        })};
    };
    if (cohort <= 0)
        return stop(StopCause::max_patients,
                    [&] { return "the sample size of " + std::to_string(options_.common.sample_size()) + " is used up; "; });
    auto const next = *best_below(fit, allowed);
    if (enough(observed, next))
        return {Stop{next.level, StopCause::precise_enough}, because([&] {
                    return praise(fit, observed, next, allowed) + ", with " +
                           std::to_string(observed.tally(next.level).patients) + " patients there: precise enough";
                })};
    return {Treat{next.level, cohort}, because([&] { return of_the_move(fit, observed, next, allowed); })};
}

std::optional<Decision> BlrmDecider::at_a_glance(Observed const& observed) const
{
    if (exposures_ || options_.next == BlrmNext::nearest_mean)
        return std::nullopt;
    int const cohort = next_cohort(observed);
    auto const glance = fits_.glance(observed);
    auto const allowed = allowed_below(glance, reach(observed), highest_tried(observed));
    if (!allowed)
        return std::nullopt;
    if (*allowed == DoseLevel{0})
        return Decision{Stop{std::nullopt, StopCause::lowest_too_toxic}, {}};
    bool const over = cohort <= 0;
    auto const choice = best_below(glance, over ? nameable_below(observed, *allowed) : *allowed);
    if (!choice)
        return std::nullopt;
    if (over)
        return Decision{Stop{choice->level, StopCause::max_patients}, {}};
    if (!options_.enough_probability || observed.tally(choice->level).patients < options_.enough_patients)
        return Decision{Treat{choice->level, cohort}, {}};
    auto const order = choice->target_probability <=> Estimate{*options_.enough_probability};
    if (undecided(order))
        return std::nullopt;
    if (order > 0)
        return Decision{Stop{choice->level, StopCause::precise_enough}, {}};
    return Decision{Treat{choice->level, cohort}, {}};
}

/// Overdosing is the likelier the higher the level, so that the search may begin anywhere.
std::optional<DoseLevel> BlrmDecider::allowed_below(TwoParameterFits::Glance const& glance, DoseLevel limit,
                                                    DoseLevel start) const
{
    auto const excess = [&](DoseLevel level) { return Estimate{1 - options_.ewoc} <=> glance.below(level, 1); };
    auto level = start;
    auto order = excess(level);
    if (order < 0) {
        for (level = level.above(); level < limit; level = level.above())
            if (order = excess(level); !(order < 0))
                break;
    } else {
        for (; order > 0 && level > DoseLevel{0}; level = level.below())
            if (order = excess(level.below()); !(order > 0))
                break;
    }
    return undecided(order) ? std::nullopt : std::optional{level};
}

/// Underdosing is the likelier the lower the level: what it leaves to one level, no lower one exceeds.
std::optional<BlrmDecider::Glimpsed> BlrmDecider::best_below(TwoParameterFits::Glance const& glance, DoseLevel limit) const
{
    auto level = limit.below();
    auto under = glance.below(level, 0);
    Glimpsed best{level, glance.below(level, 1) - under};
    if (options_.next == BlrmNext::highest_allowed)
        return best;
    while (level > DoseLevel{0}) {
        level = level.below();
        under = glance.below(level, 0);
        if ((Estimate{1} - under <=> best.target_probability) < 0)
            break;
        auto const here = glance.below(level, 1) - under;
        auto const order = here <=> best.target_probability;
        if (undecided(order))
            return std::nullopt;
        if (order > 0)
            best = {level, here};
    }
    return best;
}

std::string BlrmDecider::forbidden(auto& fit, Observed const& observed, DoseLevel level) const
{
    return "P(DLT rate above " + shortest(options_.intervals[1]) + ") at " + observed.ladder().text(level) + " is " +
           probability_text(fit.above(level, 1)) + ", not below " + shortest(options_.ewoc);
}

std::string BlrmDecider::praise(auto& fit, Observed const& observed, Choice const& choice, DoseLevel allowed) const
{
    auto const text = observed.ladder().text(choice.level);
    auto const overdose = "P(DLT rate above " + shortest(options_.intervals[1]) + ")";
    switch (options_.next) {
    case BlrmNext::highest_allowed:
        return text + " is the highest level within reach whose " + overdose + ", " +
               probability_text(fit.above(choice.level, 1)) + ", is below " + shortest(options_.ewoc);
    case BlrmNext::nearest_mean:
        if (allowed == DoseLevel{1})
            break;
        return text + " has the mean DLT rate nearest the target of " + shortest(options_.common.aim()) + ", " +
               probability_text(fit.mean(choice.level)) + ", among the levels within reach whose " + overdose + " is below " +
               shortest(options_.ewoc);
    case BlrmNext::highest_target_probability:
        if (allowed == DoseLevel{1})
            break;
        return text + " has the highest probability of a DLT rate within " +
               range_text(options_.intervals[0], options_.intervals[1]) + ", " + probability_text(choice.target_probability) +
               ", among the levels within reach whose " + overdose + " is below " + shortest(options_.ewoc);
    }
    return text + " is the only level within reach whose " + overdose + ", " + probability_text(fit.above(choice.level, 1)) +
           ", is below " + shortest(options_.ewoc);
}

std::string BlrmDecider::of_the_move(auto& fit, Observed const& observed, Choice const& choice, DoseLevel allowed) const
{
    auto const current = observed.cohorts().back().level;
    auto const found = (current >= allowed ? forbidden(fit, observed, current) + "; " : std::string{}) +
                       praise(fit, observed, choice, allowed);
    if (choice.level > current)
        return found + ": escalate";
    return found + (choice.level < current ? ": de-escalate" : ": stay");
}

std::optional<DoseLevel> BlrmDecider::recommendation(Observed const& observed) const
{
    if (observed.empty())
        return std::nullopt;
    auto const choice = with_fit(observed, [&](auto& fit) { return named(fit, observed, allowed_below(fit, reach(observed))); });
    return choice ? std::optional{choice->level} : std::nullopt;
}

Summary BlrmDecider::summary(Observed const& observed) const
{
    if (observed.total().patients > options_.common.sample_size())
        return summary_of_the_end(std::get<Stop>(decide(observed, Wording::none).action), observed.ladder().size(), level_bits_);
    Summary summary;
    auto const tried = append_tried(summary, observed, tally_bits_);
    return summary.append_bits(static_cast<std::uint32_t>(tried.index()), level_bits_).append_bits(0, 1);
}

std::optional<DoseToxicityPosterior> BlrmDecider::posterior(Observed const& observed) const
{
    if (exposures_) {
        ExposurePosterior fit{*exposures_, observed};
        return shown(fit, observed);
    }
    TwoParameterPosterior const fit{fits_.model(), observed};
    return shown(fit, observed);
}

DoseToxicityPosterior BlrmDecider::shown(auto& fit, Observed const& observed) const
{
    DoseToxicityPosterior shown;
    auto const& cuts = fits_.cuts();
    constexpr std::array<char const*, 4> names{"under", "target", "over", "excessive"};
    for (std::size_t i = 0; i <= cuts.size(); ++i)
        shown.intervals.push_back({names[i], i == 0 ? 0 : cuts[i - 1], i == cuts.size() ? 1 : cuts[i]});
    constexpr double tail = (1 - DoseToxicityPosterior::band) / 2;
    for (DoseLevel level{0}; observed.ladder().has(level); level = level.above()) {
        LevelPosterior one{.mean = fit.mean(level),
                           .sd = fit.sd(level),
                           .lower = fit.quantile(level, tail),
                           .median = fit.quantile(level, 0.5),
                           .upper = fit.quantile(level, 1 - tail)};
        double below = 0;
        for (double const cut : cuts) {
            one.interval_probability.push_back(fit.below(level, cut) - below);
            below += one.interval_probability.back();
        }
        one.interval_probability.push_back(1 - below);
        one.estimate = one.mean;
        double const overdose = 1 - one.interval_probability[0] - one.interval_probability[1];
        if (!(overdose < options_.ewoc))
            one.forbidden = "P(DLT rate above " + shortest(cuts[1]) + ") is " + probability_text(overdose) + ", not below " +
                            shortest(options_.ewoc);
        shown.levels.push_back(std::move(one));
    }
    shown.overdose_cap = {cuts[1], options_.ewoc};
    shown.parameters = {{"log_alpha", fit.parameter_mean()[0], fit.parameter_sd()[0]},
                        {"log_beta", fit.parameter_mean()[1], fit.parameter_sd()[1]}};
    return shown;
}

} // namespace escalon

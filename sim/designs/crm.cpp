#include "sim/designs/crm.hpp"

#include "pk_models/units.hpp"
#include "sim/designs/beta_posterior.hpp"
#include "sim/designs/state_parts.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <stdexcept>

namespace escalon {
namespace {

std::string counted(std::size_t count, std::string const& what)
{
    return std::to_string(count) + " " + what + (count == 1 ? "" : "s");
}

std::string seen(Observed const& observed, Cohort const& cohort)
{
    return std::to_string(cohort.dlts) + "/" + std::to_string(cohort.patients) + " at " + observed.ladder().text(cohort.level);
}

LevelQuestion question(Crm const& options)
{
    LevelQuestion asked{.target = options.common.aim(), .estimate = options.estimated(), .quantile = options.quantile};
    if (options.too_toxic_certainty)
        asked.too_toxic = {options.too_toxic_limit.value_or(options.common.aim()), *options.too_toxic_certainty};
    return asked;
}

} // namespace

SkeletonCalibration Crm::calibration(int levels) const
{
    return {.half_width = half_width.value_or(usual_half_width * common.aim()),
            .target = common.aim(),
            .prior_mtd = prior_mtd.value_or(levels / 2 + 1),
            .levels = levels,
            .model = has_two_parameters() ? WorkingModel::logistic : model,
            .intercept = has_two_parameters() ? OneParameterCurves::usual_intercept : alpha()};
}

std::vector<double> Crm::foreseen(int levels) const
{
    return skeleton.empty() ? calibration(levels).skeleton() : std::vector<double>(skeleton.begin(), skeleton.end());
}

OneParameterCurves Crm::curves(int levels) const { return {model, foreseen(levels), alpha()}; }

CrmModel Crm::working_model(int levels, std::optional<FollowUpWeights> weights) const
{
    int const patients = common.sample_size();
    if (!has_two_parameters())
        return OneParameterCrm{curves(levels), prior_sd, patients, question(*this), weights};
    if (weights)
        throw std::invalid_argument("pending patients are weighted in one-parameter models only");
    BivariateNormal const prior{{alpha(), 0}, {intercept_sd.value_or(usual_intercept_sd), prior_sd}, 0};
    return TwoParameterCrm{logistic_through(foreseen(levels), prior), patients, question(*this)};
}

Faults Crm::faults() const
{
    Faults found;
    double const ceiling = model == WorkingModel::logistic ? 1 / (1 + std::exp(-alpha())) : 1;
    if (common.aim() >= ceiling)
        found.push_back({"intercept", "the model never reaches the target: P(DLT) stays below " + shortest(ceiling),
                         "raise intercept; 3 is usual"});
    for (std::size_t level = 0; level < skeleton.size(); ++level) {
        auto const place = "skeleton[" + std::to_string(level) + "]";
        if (level > 0 && !(skeleton[level] > skeleton[level - 1]))
            found.push_back({place,
                             "a skeleton must strictly increase: " + shortest(skeleton[level]) + " comes after " +
                                 shortest(skeleton[level - 1]),
                             "foresee a higher P(DLT) at each higher level"});
        else if (!(skeleton[level] < ceiling))
            found.push_back({place,
                             shortest(skeleton[level]) + " is out of the model's reach: P(DLT) stays below " + shortest(ceiling),
                             "raise intercept, or foresee less"});
    }
    if (!skeleton.empty() && (half_width || prior_mtd))
        found.push_back({half_width ? "half_width" : "prior_mtd", "the skeleton is stated already",
                         "give the skeleton, or half_width and prior_mtd, from which it follows"});
    if (skeleton.empty() && common.aim() < ceiling)
        for (auto fault : calibration(std::max(1, prior_mtd.value_or(1))).faults()) {
            if (has_two_parameters() && fault.field == "intercept") // that of the calibration, which is not the design's
                fault = {"half_width", "the logistic model by which a skeleton is made reaches no P(DLT) above 0.95",
                         "foresee a skeleton, one P(DLT) for each level"};
            found.push_back(std::move(fault));
        }
    if (intercept_sd && !has_two_parameters())
        found.push_back({"intercept_sd", "the intercept of model: " + std::string{name_of(model)} + " has no distribution",
                         "choose model: logistic2, or leave intercept_sd out"});
    for (std::size_t place = 1; place < initial.size(); ++place)
        if (initial[place] < initial[place - 1])
            found.push_back({"initial[" + std::to_string(place) + "]", "the initial stage steps down without a DLT",
                             "list levels that never fall: [1, 1, 2, 3]"});
    if (!initial.empty() && common.start_level && *common.start_level != initial.front())
        found.push_back({"start_level", "the initial stage starts at level " + std::to_string(initial.front()),
                         "start both at the same level, or leave start_level out"});
    if (initial.empty() && initial_cohort_size)
        found.push_back(
            {"initial_cohort_size", "there is no initial stage", "add initial: [1, 2, 3], the levels of its cohorts"});
    if (has_two_parameters() && estimate == CrmEstimate::mle)
        found.push_back({"estimate",
                         "the likelihood of two parameters has no maximum before patients with and without a DLT overlap over "
                         "the levels",
                         "choose estimate: posterior or plug_in, or a model with one parameter"});
    else if (has_two_parameters() && estimate == CrmEstimate::quantile)
        found.push_back({"estimate", "the quantile of P(DLT) follows from that of beta only where beta is the only parameter",
                         "choose estimate: posterior or plug_in, or a model with one parameter"});
    else if (estimate == CrmEstimate::mle && initial.empty() && !never_skips())
        found.push_back(
            {"estimate",
             "without a DLT the likelihood is greatest at the highest level: the second cohort could be treated there",
             "add initial: [1, 2, 3], or no_skipping: true"});
    if (too_toxic_limit && !too_toxic_certainty)
        found.push_back({"too_toxic_limit", "nothing is said of how certain it must be", "add too_toxic_certainty: 0.90"});
    return found;
}

Faults Crm::faults_on(DoseLadder const& ladder) const
{
    Faults found;
    auto const levels = static_cast<std::size_t>(ladder.size());
    if (!skeleton.empty() && skeleton.size() != levels)
        found.push_back({"skeleton", counted(skeleton.size(), "figure") + " for " + counted(levels, "level"),
                         "foresee one P(DLT) for each level"});
    auto const check = [&](std::string const& field, int number) {
        if (number > ladder.size())
            found.push_back({field, "level " + std::to_string(number) + " is not on the ladder",
                             "levels count from 1 to " + std::to_string(levels)});
    };
    if (prior_mtd)
        check("prior_mtd", *prior_mtd);
    for (std::size_t place = 0; place < initial.size(); ++place)
        check("initial[" + std::to_string(place) + "]", initial[place]);
    return found;
}

CrmDecider Crm::on(DoseLadder const& ladder) const
{
    for (auto const& found : {faults(), faults_on(ladder)})
        if (!found.empty())
            throw std::invalid_argument("crm." + found.front().field + ": " + found.front().problem);
    return {*this, ladder};
}

CrmDecider::CrmDecider(Crm const& options, DoseLadder const& ladder, std::optional<CrmInterim> interim)
    : options_{options},
      interim_{interim},
      start_{options.initial.empty() ? options.common.start(ladder) : DoseLevel::from_number(options.initial.front())},
      target_{options.common.aim()},
      cohort_size_{options.common.cohort()},
      initial_cohort_size_{options.initial_cohort_size.value_or(cohort_size_)},
      sample_size_{options.common.sample_size()},
      levels_{ladder.size()},
      tally_bits_{static_cast<int>(std::bit_width(triangular_place({sample_size_, sample_size_})))},
      place_bits_{static_cast<int>(std::bit_width(static_cast<std::size_t>(levels_) + options.initial.size()))},
      model_{options.working_model(levels_, interim ? std::optional{interim->weights} : std::nullopt)}
{}

bool CrmDecider::in_initial_stage(Observed const& observed) const
{
    return observed.total().dlts == 0 && observed.cohorts().size() < options_.initial.size();
}

bool CrmDecider::last_cohort_forbids(Observed const& observed) const
{
    auto const last = last_cohort(observed);
    return options_.is_coherent() && last.dlts > 0 && static_cast<double>(last.dlts) / last.patients >= target_;
}

DoseLevel CrmDecider::highest_allowed(Observed const& observed) const
{
    auto const level = observed.cohorts().back().level;
    if (last_cohort_forbids(observed))
        return level;
    auto const top = observed.ladder().top();
    return options_.never_skips() ? std::min(level.above(), top) : top;
}

int CrmDecider::next_cohort(Observed const& observed, int size) const
{
    return std::min(size, sample_size_ - patients(observed));
}

bool CrmDecider::too_many_wait(Observed const& observed) const
{
    return has_pending(observed) && interim_->max_pending &&
           too_many_pending(interim_tally(observed, observed.cohorts().back().level), *interim_->max_pending);
}

// Patients without a DLT who entered after a pending one are pending too: of the last cohort all are whom its size leaves room for.
Cohort CrmDecider::last_cohort(Observed const& observed) const
{
    auto last = observed.cohorts().back();
    if (has_pending(observed)) {
        int const size = observed.cohorts().size() <= options_.initial.size() ? initial_cohort_size_ : cohort_size_;
        last.patients += std::clamp(size - last.patients, 0, observed.pending_at(last.level));
    }
    return last;
}

CrmDecider::Step CrmDecider::initial_step(Observed const& observed) const
{
    auto const level = DoseLevel::from_number(options_.initial[observed.cohorts().size()]);
    if (has_pending(observed) && level > observed.cohorts().back().level)
        return {Finding::initial_stage_waits, level, 0, level};
    return {Finding::initial_stage, level, next_cohort(observed, initial_cohort_size_), level};
}

CrmDecider::Step CrmDecider::step(Observed const& observed) const
{
    bool const initial = in_initial_stage(observed);
    if (observed.empty())
        return {Finding::start, start_, next_cohort(observed, initial ? initial_cohort_size_ : cohort_size_), start_};
    bool const used = patients(observed) >= sample_size_;
    if (used && has_pending(observed))
        return {Finding::last_patients_wait, start_, 0, start_};
    if (initial && !used)
        return initial_step(observed);
    auto const answer = model_.answer(observed);
    DoseLevel const nearest{static_cast<int>(answer.nearest)};
    if (answer.too_toxic)
        return {Finding::too_toxic, DoseLevel{0}, 0, nearest};
    if (used)
        return {Finding::sample_size_used, nearest, 0, nearest};
    if (too_many_wait(observed))
        return {Finding::too_many_wait, nearest, 0, nearest};
    return {Finding::model, std::min(nearest, highest_allowed(observed)), next_cohort(observed, cohort_size_), nearest};
}

Decision CrmDecider::decide(Observed const& observed, Wording wording) const
{
    auto const found = step(observed);
    Decision decision;
    if (found.patients > 0)
        decision.action = Treat{found.level, found.patients};
    else if (found.waits())
        decision.action = Suspend{};
    else if (found.finding == Finding::too_toxic)
        decision.action = Stop{std::nullopt, StopCause::lowest_too_toxic};
    else
        decision.action = Stop{found.level, StopCause::max_patients};
    if (wording == Wording::sentence)
        decision.reason = sentence(observed, found);
    return decision;
}

std::optional<DoseLevel> CrmDecider::recommendation(Observed const& observed) const
{
    if (observed.empty())
        return std::nullopt;
    auto const answer = model_.answer(observed);
    if (answer.too_toxic)
        return std::nullopt;
    return DoseLevel{static_cast<int>(answer.nearest)};
}

Summary CrmDecider::summary(Observed const& observed) const
{
    int const patients = observed.total().patients;
    if (patients > sample_size_)
        return summary_of_the_end(std::get<Stop>(decide(observed, Wording::none).action), levels_, place_bits_);
    Summary summary;
    for (DoseLevel level{0}; level.index() < levels_; level = level.above())
        summary.append_bits(static_cast<std::uint32_t>(triangular_place(observed.tally(level))), tally_bits_);
    // the last cohort counts by the highest level that it leaves; where the trial ends it does not count
    int place = levels_;
    if (patients > 0 && patients < sample_size_)
        place = in_initial_stage(observed) ? levels_ + static_cast<int>(observed.cohorts().size())
                                           : highest_allowed(observed).index();
    return summary.append_bits(static_cast<std::uint32_t>(place), place_bits_).append_bits(0, 1);
}

std::string CrmDecider::nearest_words(Observed const& observed, DoseLevel level) const
{
    double const estimate = model_.estimates(observed)[static_cast<std::size_t>(level.index())];
    return "the estimate at " + observed.ladder().text(level) + ", " + probability_text(estimate) +
           ", is nearest the target of " + shortest(target_);
}

std::string CrmDecider::sentence(Observed const& observed, Step const& step) const
{
    switch (step.finding) {
    case Finding::start: return "the trial starts at " + observed.ladder().text(step.level);
    case Finding::initial_stage: return seen(observed, last_cohort(observed)) + ", no DLT so far: the initial stage goes on";
    case Finding::too_toxic: {
        double const limit = options_.too_toxic_limit.value_or(target_);
        return "P(DLT rate at " + observed.ladder().text(step.level) + " above " + shortest(limit) + ") is " +
               probability_text(model_.lowest_too_toxic(observed)) + ", over " + shortest(*options_.too_toxic_certainty) +
               ": no level is tolerable";
    }
    case Finding::sample_size_used:
        return "the sample size of " + std::to_string(sample_size_) + " is used up; " + nearest_words(observed, step.nearest);
    case Finding::model: return of_the_model(observed, step);
    default: return of_the_wait(observed, step);
    }
}

std::string CrmDecider::of_the_wait(Observed const& observed, Step const& step) const
{
    auto const waiting = static_cast<int>(observed.pending().size());
    if (step.finding == Finding::initial_stage_waits)
        return seen(observed, last_cohort(observed)) + ", no DLT so far, but " + pending_words(waiting) + ": wait before " +
               observed.ladder().text(step.level);
    if (step.finding == Finding::last_patients_wait)
        return "the sample size of " + std::to_string(sample_size_) + " is used up, and " + pending_words(waiting) +
               ": wait for the outcomes";
    auto const level = observed.cohorts().back().level;
    return "at " + observed.ladder().text(level) + ", " + pending_words(interim_tally(observed, level)) + ", more than " +
           shortest(*interim_->max_pending * percent_of) + " %: wait for outcomes";
}

std::string CrmDecider::of_the_model(Observed const& observed, Step const& step) const
{
    auto const last = last_cohort(observed);
    auto const& ladder = observed.ladder();
    auto finding = nearest_words(observed, step.nearest);
    if (has_pending(observed))
        finding += " (" + pending_words(trial_tally(observed)) + ")";
    if (step.level < step.nearest && last_cohort_forbids(observed))
        return finding + ", but " + seen(observed, last) + " reaches it: " + (step.level == last.level ? "stay" : "de-escalate");
    if (step.level < step.nearest)
        return finding + ": escalate, by one level, to " + ladder.text(step.level);
    if (step.level > last.level)
        return finding + ": escalate";
    return finding + (step.level < last.level ? ": de-escalate" : ": stay");
}

std::optional<std::string> CrmDecider::forbidden(Observed const& observed, DoseLevel level) const
{
    if (observed.empty() || in_initial_stage(observed))
        return std::nullopt;
    if (auto const found = step(observed); found.finding == Finding::too_toxic)
        return sentence(observed, found);
    if (level <= highest_allowed(observed))
        return std::nullopt;
    auto const last = last_cohort(observed);
    if (last_cohort_forbids(observed))
        return seen(observed, last) + " reaches the target of " + shortest(target_) + ": no step up";
    return observed.ladder().text(last.level.above()) + " would be skipped";
}

std::optional<DoseToxicityPosterior> CrmDecider::posterior(Observed const& observed) const
{
    auto found = model_.posterior(observed);
    for (DoseLevel level{0}; observed.ladder().has(level); level = level.above())
        found.levels[static_cast<std::size_t>(level.index())].forbidden = forbidden(observed, level);
    return found;
}

} // namespace escalon

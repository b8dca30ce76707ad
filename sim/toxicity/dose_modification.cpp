#include "sim/toxicity/dose_modification.hpp"

#include <algorithm>
#include <cmath>

namespace escalon {
namespace {

constexpr double no_dose_d = std::numeric_limits<double>::infinity();

} // namespace

std::vector<double> DoseModification::shares(DoseLadder const& ladder, DoseLevel level) const
{
    if (!reduce_to && reduce_by == 0)
        return {};
    std::vector<double> found{1};
    for (int k = 1; k <= reductions_at_most; ++k) {
        if (reduce_to) {
            found.push_back(found.back() * *reduce_to);
            continue;
        }
        std::int64_t const lower = level.index() - std::int64_t{k} * reduce_by;
        if (lower < 0)
            break;
        found.push_back(ladder.dose(DoseLevel{static_cast<int>(lower)}) / ladder.dose(level));
    }
    return found;
}

std::vector<ChangedDose> seen_by(double time_d, std::vector<ChangedDose> changes)
{
    std::erase_if(changes, [time_d](ChangedDose const& change) { return change.due_d >= time_d; });
    if (!changes.empty() && changes.back().given_d >= time_d)
        changes.back().share = changes.back().share_before;
    std::erase_if(changes, [](ChangedDose const& change) { return !change.delayed() && !change.reduced(); });
    return changes;
}

double relative_dose_intensity(std::span<double const> planned_d, double all_over_d, std::span<ChangedDose const> changes,
                               double until_d)
{
    double given = 0; // in doses as planned
    double later_d = 0;
    double share = 1;
    double delay_d = 0; // of the last dose that is given
    std::size_t doses = 0;
    auto next = changes.begin();
    for (; doses < planned_d.size(); ++doses) {
        for (; next != changes.end() && next->dose == doses; ++next) {
            later_d += next->given_d - next->due_d;
            share = next->share;
        }
        if (planned_d[doses] + later_d >= until_d)
            break;
        given += share;
        delay_d = later_d;
    }
    if (doses == 0)
        return 1;
    double const planned_for_d = doses < planned_d.size() ? planned_d[doses] : all_over_d;
    return given / static_cast<double>(doses) * planned_for_d / (planned_for_d + delay_d);
}

double ModifiedCourse::due_d() const
{
    if (dose_ >= planned_d_.size())
        return no_dose_d;
    double const due = planned_d_[dose_] + later_d_;
    return due < ends_d_ ? due : no_dose_d;
}

ModifiedCourse::Verdict ModifiedCourse::end(double at_d, double due_d)
{
    ended_ = true;
    ends_d_ = std::min(ends_d_, at_d);
    if (!(due_d < no_dose_d))
        return Verdict::unchanged;
    stop_d_ = due_d - at_the_dose_d;
    return Verdict::ended;
}

ModifiedCourse::Verdict ModifiedCourse::meets(std::span<HoldingToxicity const> toxicities, double due_d)
{
    double ready_d = due_d;
    bool reduces = false;
    for (auto const& toxicity : toxicities) {
        bool const before = toxicity.at_d < given_d_ - at_the_dose_d; // the last dose was given though it had come
        if (before || toxicity.at_d >= std::min(due_d - at_the_dose_d, ends_d_))
            continue;
        if (!(toxicity.resolved_d < no_dose_d))
            return end(toxicity.at_d, due_d);
        if (toxicity.limits && !shares_.empty() && !reduced_ && !reduces) {
            if (reductions_ + 1 >= shares_.size())
                return end(toxicity.at_d, due_d);
            reduces = true;
        }
        ready_d = std::max(ready_d, toxicity.resolved_d);
    }
    if (!(due_d < no_dose_d))
        return Verdict::unchanged;
    bool const waits = ready_d > due_d + at_the_dose_d;
    if (!waits && !reduces)
        return Verdict::unchanged;
    if (changes_.empty() || changes_.back().dose != dose_) {
        waits_since_d_ = due_d;
        double const share = shares_.empty() ? 1 : shares_[reductions_];
        changes_.push_back({.dose = dose_, .due_d = due_d, .given_d = due_d, .share_before = share, .share = share});
    }
    auto& change = changes_.back();
    if (waits && ready_d > waits_since_d_ + delay_at_most_d_ + at_the_dose_d) {
        change.given_d = waits_since_d_ + delay_at_most_d_; // has waited until then, and is not given
        change.share = change.share_before;
        return end(change.given_d, due_d);
    }
    if (waits) {
        later_d_ += ready_d - due_d;
        change.given_d = planned_d_[dose_] + later_d_;
    }
    if (reduces) {
        reduced_ = true;
        change.share = shares_[++reductions_];
    }
    return Verdict::changed;
}

bool ModifiedCourse::meets(std::span<HoldingToxicity const> toxicities)
{
    while (!ended_) {
        double const due = due_d();
        auto const verdict = meets(toxicities, due);
        if (verdict != Verdict::unchanged) {
            settled_d_ = due - at_the_dose_d;
            return true;
        }
        if (!(due < no_dose_d))
            break;
        given_d_ = due;
        reduced_ = false;
        ++dose_;
    }
    return false;
}

pk::DoseChanges ModifiedCourse::dose_changes() const
{
    pk::DoseChanges found;
    for (auto const& change : changes_)
        found.push_back({change.dose, change.given_d - change.due_d, change.share});
    return found;
}

} // namespace escalon

// What a dose-escalation design is: options that make, for a ladder, a pure function of what has been observed.
#pragma once

#include "pk_models/fields.hpp"
#include "sim/designs/rules/catalog.hpp"
#include "sim/vocabulary/decision.hpp"
#include "sim/vocabulary/exposure_metric.hpp"
#include "sim/vocabulary/observed.hpp"
#include "sim/vocabulary/outcomes.hpp"
#include "sim/vocabulary/patient_course.hpp"
#include "sim/vocabulary/summary.hpp"

#include <concepts>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace escalon {

/// Options that every design takes.
struct CommonOptions {
    static constexpr double usual_target = 0.30;
    static constexpr int usual_cohort_size = 3;
    static constexpr int usual_sample_size = 36;

    std::optional<Fraction> target;   ///< DLT probability aimed at; also the default of the scenario's truth.target
    std::optional<int> cohort_size;   ///< patients treated together
    std::optional<int> max_patients;  ///< the sample size
    std::optional<int> start_level;   ///< counted from 1; the ladder's start when absent
    std::vector<RuleEntry> rules;     ///< around the design, in the order in which they are applied

    friend bool operator==(CommonOptions const&, CommonOptions const&) = default;

    void describe(auto& fields)
    {
        fields.field("target", target, "DLT probability that the design aims at", {.within = bounds::open_fraction});
        fields.field("cohort_size", cohort_size, "patients treated together", {.within = bounds::at_least(1)});
        fields.field("max_patients", max_patients, "sample size at which the trial stops", {.within = bounds::at_least(1)});
        fields.field("start_level", start_level, "level of the first cohort, counted from 1; doses.start_level when absent",
                     {.within = bounds::at_least(1)});
        fields.field("rules", rules, "rules around the design, applied to its decision one after the other");
    }

    DoseLevel start(DoseLadder const& ladder) const
    {
        return start_level ? DoseLevel::from_number(*start_level) : ladder.start();
    }
    double aim() const { return target.value_or(usual_target); }
    int cohort() const { return cohort_size.value_or(usual_cohort_size); }
    int sample_size() const { return max_patients.value_or(usual_sample_size); }
};

/// A design made ready for a ladder. Nothing is remembered between cohorts: equal summaries give equal decisions, whatever
/// the history.
template <class D>
concept Decider = requires(D const& decider, Observed const& observed, Wording wording) {
    { decider.decide(observed, wording) } -> std::same_as<Decision>;
    /// The level that would be named if the trial ended now.
    { decider.recommendation(observed) } -> std::same_as<std::optional<DoseLevel>>;
    { decider.summary(observed) } -> std::same_as<Summary>;
};

/// What a decider reads of outcomes: DLTs unless it says more.
template <Decider D>
Outcomes outcomes_read(D const& decider)
{
    if constexpr (requires { { decider.outcomes() } -> std::same_as<Outcomes>; })
        return decider.outcomes();
    else
        return Outcomes::dlt;
}

/// The exposure that a decider reads of each patient; none unless it says so. Its summaries then stand for histories in which
/// nothing was measured.
template <Decider D>
std::optional<ExposureMetric> exposure_read(D const& decider)
{
    if constexpr (requires { { decider.exposure() } -> std::same_as<std::optional<ExposureMetric>>; })
        return decider.exposure();
    else
        return std::nullopt;
}

/// Whether a decider makes use of patients whose DLT window is open: then it is asked whenever a patient can be treated, and may
/// suspend accrual. Others are asked when the outcomes of a cohort are complete. Without pending patients both decide alike, and
/// summaries stand for histories that have none.
template <Decider D>
bool reads_pending(D const& decider)
{
    if constexpr (requires { { decider.reads_pending() } -> std::same_as<bool>; })
        return decider.reads_pending();
    else
        return false;
}

/// A decider that gives the summaries of all outcomes of a cohort together, which is faster than one after the other.
template <class D>
concept SummarisingDecider = Decider<D> && requires(D const& decider, Observed& observed, std::span<Summary> keys) {
    /// @param observed with no DLT in the last cohort; it may change and is left as it was
    /// @param keys of the same with 0, 1, ... DLTs in it
    decider.summaries(observed, keys);
};

void summaries_one_by_one(Decider auto const& decider, Observed& observed, std::span<Summary> keys)
{
    keys[0] = decider.summary(observed);
    for (auto& key : keys.subspan(1)) {
        observed.add_dlt();
        key = decider.summary(observed);
    }
    observed.clear_dlts();
}

/// The summaries of what was observed with 0, 1, ... DLTs in its last cohort; it has none now.
template <Decider D>
void summaries(D const& decider, Observed& observed, std::span<Summary> keys)
{
    if constexpr (SummarisingDecider<D>) {
        decider.summaries(observed, keys);
    } else {
        summaries_one_by_one(decider, observed, keys);
    }
}

/// A decider that can follow patients beyond their first course.
template <class D>
concept FollowingDecider = Decider<D> && requires(D const& decider, Observed const& observed, PatientCourse const& last, DoseLevel newest) {
    { decider.follows_patients() } -> std::same_as<bool>;
    /// The level of the patient's next course while new patients are treated at `newest`; none sends the patient off study.
    { decider.next_course(observed, last, newest) } -> std::same_as<std::optional<DoseLevel>>;
};

/// Whether patients have courses after the first under this decider.
template <Decider D>
bool follows_patients(D const& decider)
{
    if constexpr (FollowingDecider<D>)
        return decider.follows_patients();
    else
        return false;
}

/// The options of a design, as a scenario states them.
template <class D>
concept Design = std::equality_comparable<D> && requires(D const& design, DoseLadder const& ladder) {
    { D::name } -> std::convertible_to<std::string_view>;      // in scenarios
    { D::about } -> std::convertible_to<std::string_view>;     // one sentence
    { D::reference } -> std::convertible_to<std::string_view>; // the literature it follows
    { design.common } -> std::convertible_to<CommonOptions>;
    { design.faults() } -> std::same_as<Faults>;
    { design.on(ladder) } -> Decider;
};

} // namespace escalon

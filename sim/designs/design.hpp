// What a dose-escalation design is: a pure function of what has been observed.
#pragma once

#include "pk_models/fields.hpp"
#include "sim/vocabulary/decision.hpp"
#include "sim/vocabulary/observed.hpp"
#include "sim/vocabulary/summary.hpp"

#include <concepts>
#include <optional>
#include <string_view>

namespace escalon {

/// Options that every design takes.
struct CommonOptions {
    std::optional<Fraction> target;   ///< DLT probability aimed at; also the default of the scenario's truth.target
    std::optional<int> cohort_size;   ///< patients treated together
    std::optional<int> max_patients;  ///< the sample size
    std::optional<int> start_level;   ///< counted from 1; the ladder's start when absent

    friend bool operator==(CommonOptions const&, CommonOptions const&) = default;

    void describe(auto& fields)
    {
        fields.field("target", target, "DLT probability that the design aims at", {.within = bounds::open_fraction});
        fields.field("cohort_size", cohort_size, "patients treated together", {.within = bounds::at_least(1)});
        fields.field("max_patients", max_patients, "sample size at which the trial stops", {.within = bounds::at_least(1)});
        fields.field("start_level", start_level, "level of the first cohort, counted from 1; doses.start_level when absent",
                     {.within = bounds::at_least(1)});
    }

    DoseLevel start(DoseLadder const& ladder) const
    {
        return start_level ? DoseLevel::from_number(*start_level) : ladder.start();
    }
};

/// Nothing is remembered between cohorts: equal summaries give equal decisions, whatever the history.
template <class D>
concept Design = std::equality_comparable<D> && requires(D const& design, Observed const& observed) {
    { D::name } -> std::convertible_to<std::string_view>;      // in scenarios
    { D::about } -> std::convertible_to<std::string_view>;     // one sentence
    { D::reference } -> std::convertible_to<std::string_view>; // the literature it follows
    { design.common } -> std::convertible_to<CommonOptions>;
    { design.faults() } -> std::same_as<Faults>;
    { design.decide(observed) } -> std::same_as<Decision>;
    { design.summary(observed) } -> std::same_as<Summary>;
};

} // namespace escalon

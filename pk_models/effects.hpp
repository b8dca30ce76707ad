// Effect compartments over a course: how high they have been, what has passed through them, and when that first reaches a level.
//
// Linear models by their closed form. Of models that are integrated the kernels give the concentration at the ends of short pieces of
// time and its integral over each; between them it is taken for the parabola with these figures.
#pragma once

#include "pk_models/solution.hpp"

#include <array>
#include <limits>
#include <span>
#include <vector>

namespace escalon::pk {

/// What of an effect compartment counts.
enum class EffectMeasure {
    peak, ///< the highest concentration so far
    auc   ///< the integral so far
};

struct Effect {
    Time memory; ///< half-life of the compartment; 0: the concentration itself
    EffectMeasure measure = EffectMeasure::peak;

    double rate_per_d() const;

    friend bool operator==(Effect const&, Effect const&) = default;
};

/// Levels of one effect in one patient, ascending; mg/L, or mg*d/L for an AUC.
inline constexpr std::size_t effect_levels = 3;
using EffectLevels = std::array<double, effect_levels>;
/// When they are first reached, d; infinite where that is not before the end, NaN where an integration failed.
using EffectTimes = std::array<double, effect_levels>;

/// From one dose of a plan on: so much later than it would have come, and this share of the amount.
struct DoseChange {
    std::size_t from = 0; ///< the dose, in order of time, from 0
    double later_d = 0;   ///< all doses from it on; occasions that begin with it or after it too
    double share = 1;     ///< of the plan's amount

    friend bool operator==(DoseChange const&, DoseChange const&) = default;
};

/// How one patient's course departs from a plan, in order of the doses.
using DoseChanges = std::vector<DoseChange>;

/// A regimen until some time, and the effects that are looked at, prepared for many patients.
class EffectPlan {
public:
    EffectPlan(Regimen const& regimen, Time end, std::vector<Effect> effects);

    std::span<Effect const> effects() const { return effects_; }
    Time end() const { return end_; }

private:
    friend class EffectSolver;

    struct OwnCourse {
        std::vector<DoseEvent> doses; ///< shares of the amount
        std::vector<double> occasions_d;
    };
    OwnCourse changed(std::span<DoseChange const> changes, double stop_d) const;

    std::vector<Effect> effects_;
    Time end_;
    std::vector<DoseEvent> doses_; ///< of 1 mg
    std::vector<double> occasions_d_;
    Course course_;                 ///< from dose to dose
    std::vector<double> gaps_d_;    ///< the lengths of its stretches, each once
    std::vector<std::size_t> gaps_; ///< by stretch
    Course first_look_;             ///< for what is integrated: coarse pieces, to see who is far from all levels
    Course pieces_;                 ///< likewise: fine ones
    Course pieces_by_occasion_;
    std::vector<std::vector<double>> kept_;               ///< e^(-rate length) by effect, then by stretch of the course
    std::vector<std::vector<double>> kept_over_pieces_;   ///< likewise, by piece
    std::vector<std::vector<double>> kept_at_first_look_; ///< likewise, by coarse piece
};

/// The effects of each patient when the plan ends: patient by patient, in the order of the effects. NaN where an integration failed.
std::vector<double> effects_at_end(Model const& model, std::span<Dosed const> patients, EffectPlan const& plan);

/// When each effect of each patient first reaches its levels.
/// @param levels  patient by patient, in the order of the effects
/// @param stops_d when each patient's treatment ends: a dose at or after that time is not given; nobody's where empty
/// @param changes of each patient's course; nobody's where empty. What the body holds is carried over them.
std::vector<EffectTimes> first_times(Model const& model, std::span<Dosed const> patients, EffectPlan const& plan,
                                     std::span<EffectLevels const> levels, std::span<double const> stops_d = {},
                                     std::span<DoseChanges const> changes = {});

} // namespace escalon::pk

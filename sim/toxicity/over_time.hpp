// Toxicity over time: each kind has a driver that grows during treatment, and comes when the driver reaches what the patient tolerates.
//
// A driver is an effect compartment (Sheiner et al. 1979, Clin Pharmacol Ther 25:358): its highest concentration so far, or its AUC so
// far. A compartment with a half-life of weeks averages the concentrations of weeks, and acts in the second cycle and later; one with
// none is the plasma itself, and the model is then `by_exposure`. With tolerances distributed exponentially a driver's rise is a
// hazard: P(T <= t) = 1 - exp(-ln 2 D(t)/median).
#pragma once

#include "pk_models/effects.hpp"
#include "sim/toxicity/by_exposure.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace escalon {

namespace pk {

constexpr auto enum_names(EffectMeasure)
{
    return std::array{EnumName<EffectMeasure>{EffectMeasure::peak, "peak"}, EnumName<EffectMeasure>{EffectMeasure::auc, "auc"}};
}

} // namespace pk

/// One kind of toxicity.
struct ToxicityKind {
    static constexpr int usual_limiting_grade = 3;

    std::string name;
    pk::EffectMeasure driver = pk::EffectMeasure::peak;
    Time memory;
    Tolerance tolerance;
    std::optional<double> grade_ratio;
    int dose_limiting_from = usual_limiting_grade;
    std::optional<int> dose_delaying_from;
    std::optional<Time> recovery;

    void describe(auto& fields)
    {
        fields.field("name", name, "what results call it, unique", FieldTraits{.presence = Presence::required});
        fields.field("driver", driver,
                     "what does harm: the highest concentration so far in the effect compartment, or its AUC so far");
        fields.field("memory", memory,
                     "half-life of the effect compartment, over which it averages past concentrations; 0 is the plasma itself",
                     FieldTraits{.within = bounds::not_negative, .unit = unit::d.symbol});
        fields.field("tolerance", tolerance, "at what level of the driver grade 3 comes: mg/L for peak, mg*d/L for auc",
                     FieldTraits{.presence = Presence::required});
        fields.field("grade_ratio", grade_ratio,
                     "driver of one grade more: grade 2 from tolerance/ratio, grade 4 from tolerance*ratio",
                     FieldTraits{.within = Bounds{.low = 1, .ends = Bounds::Ends::low_open}});
        fields.field("dose_limiting_from", dose_limiting_from,
                     "lowest grade of this kind that the protocol calls dose limiting; 5 is none",
                     FieldTraits{.within = bounds::between(2, 5)});
        fields.field("dose_delaying_from", dose_delaying_from,
                     "lowest grade of this kind for which the next dose waits, with trial.after_dlt: reduce; dose_limiting_from "
                     "when absent",
                     FieldTraits{.within = bounds::between(2, 4)});
        fields.field("recovery", recovery, "time from onset until it has resolved; never when absent",
                     FieldTraits{.within = bounds::positive});
    }

    Faults faults() const;

    pk::Effect effect() const { return {memory, driver}; }

    /// The levels of the driver at which a patient with this rank among all tolerances has grade 2, 3 and 4; infinite where the
    /// kind has no such grade.
    pk::EffectLevels levels(double tolerance_uniform) const;

    /// P(grade at least so bad), of a driver that has reached this.
    double probability(Grade at_least, double driver_reached) const;

    /// The lowest grade that limits the dose; none where the kind never does.
    std::optional<Grade> limiting() const;

    /// The lowest grade for which doses wait, where the protocol lets them; none where the kind does not matter to treatment.
    std::optional<Grade> delaying() const;

    friend bool operator==(ToxicityKind const&, ToxicityKind const&) = default;
};

struct OverTime {
    static constexpr std::string_view name = "over_time";
    static constexpr std::string_view about = "kinds of toxicity, each when its driver reaches what the patient tolerates";
    static constexpr std::string_view reference =
        "Sheiner et al. (1979), Clin Pharmacol Ther 25:358; Finney (1971), Probit Analysis";
    static constexpr std::size_t most_kinds = 8;

    std::vector<ToxicityKind> kinds;

    void describe(auto& fields)
    {
        fields.field("kinds", kinds, "kinds of toxicity, independent of each other given the patient's exposure",
                     FieldTraits{.presence = Presence::required});
    }

    Faults faults() const;

    /// Whether grades other than those that limit the dose are known of some kind.
    bool has_grades() const;

    /// What toxicities mean to the protocol: those that limit the dose count as DLTs, whatever their grade.
    friend bool operator==(OverTime const&, OverTime const&) = default;
};

} // namespace escalon

// Activity, as a scenario states it: who expresses the antigen, how likely a response is, how long it takes to progress.
//
// P(response) follows the exposure of the first cycle as a sigmoid Emax model: ceiling x^slope/(half^slope + x^slope); Holford & Sheiner
// (1981), Clin Pharmacokinet 6:429. Times to progression are exponential; what is seen of them, and when, is RECIST's: Eisenhauer et al.
// (2009), Eur J Cancer 45:228.
#pragma once

#include "pk_models/fields.hpp"
#include "pk_models/units.hpp"
#include "sim/toxicity/by_exposure.hpp"
#include "sim/vocabulary/dose_ladder.hpp"

#include <array>
#include <optional>
#include <vector>

namespace escalon {

/// Who is taken into a part of a trial.
enum class Enrolment { everyone, strong_expression };

constexpr auto enum_names(Enrolment)
{
    return std::array{EnumName<Enrolment>{Enrolment::everyone, "everyone"},
                      EnumName<Enrolment>{Enrolment::strong_expression, "strong_expression"}};
}

/// Why a patient's treatment ended.
enum class TreatmentEnd { completed, progression, toxicity, dropped_out };

inline constexpr std::size_t treatment_ends = 4;

constexpr auto enum_names(TreatmentEnd)
{
    return std::array{EnumName<TreatmentEnd>{TreatmentEnd::completed, "completed"},
                      EnumName<TreatmentEnd>{TreatmentEnd::progression, "progression"},
                      EnumName<TreatmentEnd>{TreatmentEnd::toxicity, "toxicity"},
                      EnumName<TreatmentEnd>{TreatmentEnd::dropped_out, "dropped_out"}};
}

struct AntigenExpression {
    Fraction strong = 1;

    void describe(auto& fields)
    {
        fields.field("strong", strong, "share of patients whose tumour expresses the antigen strongly",
                     FieldTraits{.within = Bounds{.low = 0, .high = 1, .ends = Bounds::Ends::low_open},
                                 .presence = Presence::required});
    }

    friend bool operator==(AntigenExpression const&, AntigenExpression const&) = default;
};

struct TumourResponse {
    Driver driver = Driver::auc;
    std::optional<AnyQuantity> half;
    double slope = 1;
    Fraction ceiling = 1;
    std::optional<std::vector<Fraction>> probability;
    Fraction weak_expression = 1;

    void describe(auto& fields)
    {
        fields.field("driver", driver, "the exposure of the first cycle, as planned, that makes a response");
        fields.field("half", half, "exposure at which P(response) is half its ceiling: mg*d/L for auc, else mg/L");
        fields.field("slope", slope, "Hill coefficient: rise of the log odds with ln exposure, below a ceiling of 1",
                     FieldTraits{.within = bounds::positive});
        fields.field("ceiling", ceiling, "P(response) of a strong expressor that no exposure exceeds",
                     FieldTraits{.within = bounds::fraction});
        fields.field("probability", probability,
                     "in place of half: P(response) of a strong expressor at each level, from the lowest",
                     FieldTraits{.within = bounds::fraction});
        fields.field("weak_expression", weak_expression, "factor on P(response) of those who express the antigen weakly",
                     FieldTraits{.within = bounds::fraction});
    }

    Faults faults() const;

    /// P(response) of a strong expressor exposed to this, mg*d/L or mg/L.
    double probability_at(double exposure) const;

    friend bool operator==(TumourResponse const&, TumourResponse const&) = default;
};

struct TumourProgression {
    Time median;
    std::optional<Time> responders;
    Fraction symptomatic = 0;

    void describe(auto& fields)
    {
        fields.field("median", median, "median time from the first dose to progression of those who do not respond",
                     FieldTraits{.within = bounds::positive, .presence = Presence::required});
        fields.field("responders", responders,
                     "median duration of a response, from the assessment that shows it; median when absent",
                     FieldTraits{.within = bounds::positive});
        fields.field("symptomatic", symptomatic,
                     "share of progressions that symptoms show when they come; the others wait for the next assessment",
                     FieldTraits{.within = bounds::fraction});
    }

    friend bool operator==(TumourProgression const&, TumourProgression const&) = default;
};

/// What the drug does for patients.
struct Activity {
    std::optional<AntigenExpression> expression;
    TumourResponse response;
    std::optional<TumourProgression> progression;
    Time assessment = 42 * unit::d;

    void describe(auto& fields)
    {
        fields.field("expression", expression, "how tumours express the antigen; all strongly when absent");
        fields.field("response", response, "how likely a tumour responds", FieldTraits{.presence = Presence::required});
        fields.field("progression", progression, "when tumours progress, which ends treatment; never when absent");
        fields.field("assessment", assessment, "time between assessments of the tumour, the first so long after the first dose",
                     FieldTraits{.within = bounds::positive, .unit = unit::d.symbol});
    }

    Faults faults() const;
    /// Whether there is a probability for each level, where they are given level by level.
    Faults faults(DoseLadder const& ladder) const;

    bool follows_exposure() const { return !response.probability; }
    /// Of those who come, how many may be enrolled.
    double qualifying(Enrolment enrolment) const
    {
        return enrolment == Enrolment::strong_expression && expression ? double{expression->strong} : 1;
    }

    friend bool operator==(Activity const&, Activity const&) = default;
};

} // namespace escalon

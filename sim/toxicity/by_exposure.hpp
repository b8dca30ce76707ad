// Toxicity by exposure: a patient has a DLT when the exposure exceeds what that patient tolerates.
//
// Tolerances vary between patients as a log-normal (probit) or log-logistic (logit) distribution; Finney (1971), Probit Analysis,
// 3rd ed. AUC with a log-normal tolerance is the truth of Ursino et al. (2017), Biom J 59:804.
#pragma once

#include "pk_models/fields.hpp"
#include "pk_models/units.hpp"
#include "sim/population/typical_exposure.hpp"
#include "sim/toxicity/grades.hpp"
#include "sim/toxicity/tolerance.hpp"

#include <array>
#include <optional>

namespace escalon {

/// Which exposure does the harm.
using Driver = ExposureMetric;

struct ByExposure {
    static constexpr std::string_view name = "by_exposure";
    static constexpr std::string_view about = "a DLT when exposure exceeds the patient's tolerance";
    static constexpr std::string_view reference = "Ursino et al. (2017), Biom J 59:804; Finney (1971), Probit Analysis";

    Driver driver = Driver::auc;
    std::optional<Time> window;
    Tolerance tolerance;
    std::optional<double> grade_ratio;

    void describe(auto& fields)
    {
        fields.field("driver", driver, "the exposure that does harm");
        fields.field("window", window, "time from the first dose over which exposure counts; default one cycle",
                     FieldTraits{.within = bounds::positive});
        fields.field("tolerance", tolerance, "what patients tolerate", FieldTraits{.presence = Presence::required});
        fields.field("grade_ratio", grade_ratio,
                     "exposure of one grade more: grade 2 from tolerance/ratio, grade 4 from tolerance*ratio; for designs that "
                     "read grades",
                     FieldTraits{.within = Bounds{.low = 1, .ends = Bounds::Ends::low_open}});
    }

    Faults faults() const;

    /// The window stated, or else one cycle.
    Time window_or(Time cycle) const { return window.value_or(cycle); }

    /// The driving figure in base units: mg*d/L or mg/L.
    double driving(pk::Exposure const& exposure) const;

    /// P(DLT | exposure). A patient has a DLT exactly when their `tolerance_uniform` is below it, so more exposure never turns
    /// a DLT into none.
    double dlt_probability(pk::Exposure const& exposure) const;

    /// P(DLT) at this ln of the driving figure in base units.
    double dlt_probability_at_log(double log_driving) const;

    /// P(a toxicity at least so bad) there.
    ToxicityTails tails_at_log(double log_driving) const;
};

} // namespace escalon

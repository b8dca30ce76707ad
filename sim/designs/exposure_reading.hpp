// A design's view of exposure: which figure it reads, of whom, and what is foreseen of it.
#pragma once

#include "pk_models/fields.hpp"
#include "pk_models/units.hpp"
#include "sim/designs/models/exposure_forecast.hpp"
#include "sim/vocabulary/dose_ladder.hpp"
#include "sim/vocabulary/exposure_metric.hpp"

#include <array>
#include <optional>
#include <vector>

namespace escalon {

/// Whose exposure stands in place of the dose.
enum class ExposureOf { typical, observed };

constexpr auto enum_names(ExposureOf)
{
    return std::array{EnumName<ExposureOf>{ExposureOf::typical, "typical"},
                      EnumName<ExposureOf>{ExposureOf::observed, "observed"}};
}

struct ExposureReading {
    ExposureOf of = ExposureOf::observed;
    ExposureMetric metric = ExposureMetric::auc;
    std::vector<AnyQuantity> typical;
    std::optional<AnyQuantity> reference;
    double sd_log = 0.4; // a coefficient of variation of 42 %: between those of clearance in the IgG sets and in small molecules
    double worth = 3;

    void describe(auto& fields)
    {
        fields.field("of", of,
                     "typical: the level's typical exposure stands in place of its dose; observed: each patient's own exposure "
                     "is read, and levels are judged by the exposure forecast for the next patient");
        fields.field("metric", metric, "the figure that is read; over toxicity.window, or one cycle");
        fields.field("typical", typical,
                     "what is foreseen at each level, strictly rising; from pk at the population's medians when absent",
                     {.within = bounds::positive});
        fields.field("reference", reference,
                     "exposure at which the odds of a DLT are alpha; the typical one of the level in the middle when absent",
                     {.within = bounds::positive});
        fields.field("sd_log", sd_log, "of: observed; SD of ln exposure foreseen between patients of a level",
                     {.within = bounds::positive});
        fields.field("worth", worth, "of: observed; patients as whom the foreseen exposures count",
                     {.within = bounds::at_least(1)});
    }

    Faults faults() const;
    /// What does not fit the ladder; `typical` must be known by then.
    Faults faults_on(DoseLadder const& ladder) const;

    bool reads_patients() const { return of == ExposureOf::observed; }
    /// In base units of the metric.
    std::vector<double> typical_figures() const;
    double reference_figure() const;
    ExposurePrior prior() const { return {typical_figures(), sd_log, worth}; }

    friend bool operator==(ExposureReading const&, ExposureReading const&) = default;
};

} // namespace escalon

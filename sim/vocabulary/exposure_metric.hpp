// The figure by which an exposure counts.
#pragma once

#include "pk_models/fields.hpp"
#include "pk_models/units.hpp"

#include <array>

namespace escalon {

enum class ExposureMetric { auc, cmax, average, trough };

constexpr auto enum_names(ExposureMetric)
{
    return std::array{EnumName<ExposureMetric>{ExposureMetric::auc, "auc"},
                      EnumName<ExposureMetric>{ExposureMetric::cmax, "cmax"},
                      EnumName<ExposureMetric>{ExposureMetric::average, "average"},
                      EnumName<ExposureMetric>{ExposureMetric::trough, "trough"}};
}

/// An AUC has one dimension, every other metric is a concentration.
constexpr Dimension dimension_of(ExposureMetric metric)
{
    return metric == ExposureMetric::auc ? dimension::auc : dimension::concentration;
}

/// "mg*d/L" or "mg/L": the base unit.
constexpr std::string_view unit_of(ExposureMetric metric) { return metric == ExposureMetric::auc ? "mg*d/L" : "mg/L"; }

} // namespace escalon

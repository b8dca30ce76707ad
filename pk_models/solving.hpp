// What regimens and tables of events share when a course is worked out: closed forms and kernels fill the same solutions.
#pragma once

#include "pk_models/absorption.hpp"
#include "pk_models/course.hpp"
#include "pk_models/kernels/job.hpp"
#include "pk_models/solution.hpp"

#include <algorithm>
#include <span>
#include <vector>

namespace escalon::pk {

/// The etas of an occasion.
inline Etas etas_of(Dosed const& patient, std::size_t occasion)
{
    auto etas = patient.etas;
    if (!patient.kappas.empty()) {
        auto const& kappas = patient.kappas[std::min(occasion, patient.kappas.size() - 1)];
        for (std::size_t k = 0; k < etas.size(); ++k)
            etas[k] += kappas[k];
    }
    return etas;
}

/// The covariates of an occasion.
inline Covariates covariates_of(Dosed const& patient, std::size_t occasion)
{
    auto covariates = patient.patient;
    if (!patient.antigen_factors.empty())
        covariates.antigen_factor = patient.antigen_factors[std::min(occasion, patient.antigen_factors.size() - 1)];
    return covariates;
}

/// At once where the model knows no absorption.
template <class M>
Absorption absorption_of(M const& model, Covariates const& patient, std::span<double const> etas)
{
    if constexpr (requires { model.KA; })
        return individual_absorption(model, patient, etas);
    else
        return {};
}

/// Fills in an analyte from its closed form. The state at the start of a stretch counts a bolus given then, that at its end does not.
/// @param motion gives concentrations and exposures as a `LinearCourse` does
template <class Motion>
void fill(Solution& solution, std::size_t analyte, Motion const& motion, std::span<double const> samples_d)
{
    auto const analytes = solution.analytes().size();
    Time from;
    for (std::size_t k = 0; k < solution.ends_d().size(); ++k) {
        auto const to = Time::from_base(solution.ends_d()[k]);
        auto const window = motion.exposure_between(from, to);
        solution.records()[k * analytes + analyte] = {.start = motion.concentration(from).base(),
                                                      .end = window.exposure.trough.base(),
                                                      .auc = window.exposure.auc.base(),
                                                      .peak = window.exposure.cmax.base(),
                                                      .peak_at = window.tmax.base()};
        from = to;
    }
    for (std::size_t s = 0; s < samples_d.size(); ++s)
        solution.samples()[s * analytes + analyte] = motion.concentration_before(Time::from_base(samples_d[s])).base();
}

/// What a kernel reads of many patients: rows of figures, an occasion each.
struct Rows {
    std::vector<double> figures;
    std::vector<std::size_t> first; ///< by patient
    Integrated like;                ///< equations and units, the same for all
};

template <class M>
Rows rows_of(M const& model, std::span<Dosed const> patients, std::size_t occasions, kernels::Detail detail)
{
    Rows rows;
    for (auto const& patient : patients) {
        rows.first.push_back(rows.figures.size());
        for (std::size_t k = 0; k < (patient.by_occasion() ? occasions : 1); ++k) {
            rows.like = model.individual(covariates_of(patient, k), etas_of(patient, k));
            if (detail == kernels::Detail::measured)
                rows.like.equations = of_measured(rows.like.equations);
            rows.figures.insert(rows.figures.end(), rows.like.row.begin(),
                                rows.like.row.begin() + static_cast<std::ptrdiff_t>(figures(rows.like.equations)));
        }
    }
    return rows;
}

/// Whom the kernels take through a course.
struct IntegratedPatient {
    double const* rows; ///< of the equations' figures, an occasion each
    double amount = 1;  ///< multiplies the course's doses
};

/// A solution a patient, of every analyte.
/// @param like equations, units and tolerance, the same for all
std::vector<Solution> integrate(Integrated const& like, Course const& course, std::span<double const> samples_d,
                                std::span<IntegratedPatient const> patients);

} // namespace escalon::pk

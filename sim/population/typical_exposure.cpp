#include "sim/population/typical_exposure.hpp"

#include "pk_models/fault_error.hpp"
#include "pk_models/solution.hpp"
#include "sim/population/patient_sampler.hpp"

namespace escalon {

double exposure_figure(pk::Exposure const& exposure, ExposureMetric metric)
{
    switch (metric) {
    case ExposureMetric::auc: return exposure.auc.base();
    case ExposureMetric::cmax: return exposure.cmax.base();
    case ExposureMetric::average: return exposure.average.base();
    case ExposureMetric::trough: break;
    }
    return exposure.trough.base();
}

std::vector<double> typical_exposures(DoseLadder const& ladder, pk::Model const& model, pk::Regimen const& regimen,
                                      Population const& population, ExposureMetric metric, Time window)
{
    auto const dosed = dosing(ladder.unit(), regimen);
    auto const patient = PatientSampler{population, model, dosed}.middle();
    std::vector<pk::Dosed> doses;
    for (double const dose : ladder.doses())
        doses.push_back(patient.dosed(dosed.amount(dose, patient.covariates())));
    std::vector<double> found;
    for (auto const& exposure : pk::exposures(model, doses, pk::PreparedCourse{regimen, window})) {
        if (!exposure)
            throw FaultError{
                {"pk", "the kinetics of the typical patient cannot be integrated", "check the rates: one may be extreme"}};
        found.push_back(exposure_figure(*exposure, metric));
    }
    return found;
}

} // namespace escalon

#include "sim/population/typical_exposure.hpp"

#include "pk_models/schedule.hpp"
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
    auto const patient = PatientSampler{population, model, dosed}.draw(PointSource{{}, {}}); // everything at its median
    auto const unit = pk::Schedule{regimen, window}.exposure(pk::individual(model, patient.covariates(), patient.etas));
    std::vector<double> found;
    for (double const dose : ladder.doses())
        found.push_back(exposure_figure(unit.of(dosed.amount(dose, patient.covariates())), metric));
    return found;
}

} // namespace escalon

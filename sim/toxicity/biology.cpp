#include "sim/toxicity/biology.hpp"

#include <utility>

namespace escalon {

Biology::Biology(DoseLadder ladder, pk::Model model, pk::Regimen const& regimen, Population const& population,
                 ByExposure toxicity)
    : ladder_{std::move(ladder)},
      model_{std::move(model)},
      dosing_{dosing(ladder_.unit(), regimen)},
      toxicity_{std::move(toxicity)},
      sampler_{population, model_, dosing_},
      schedule_{regimen, toxicity_.window_or(regimen.cycle)}
{}

pk::UnitExposure Biology::unit_exposure(VirtualPatient const& patient) const
{
    return schedule_.exposure(pk::individual(model_, patient.covariates(), patient.etas));
}

double Biology::driving_per_dose(VirtualPatient const& patient) const
{
    return driving(unit_exposure(patient).of(dosing_.amount(1, patient.covariates())));
}

pk::Exposure Biology::exposure(VirtualPatient const& patient, pk::UnitExposure const& unit, DoseLevel level) const
{
    return unit.of(dosing_.amount(ladder_.dose(level), patient.covariates()));
}

} // namespace escalon

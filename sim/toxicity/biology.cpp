#include "sim/toxicity/biology.hpp"

#include <algorithm>
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

ToxicityTails Biology::tails(VirtualPatient const& patient, pk::UnitExposure const& unit, DoseLevel level) const
{
    auto const experienced = exposure(patient, unit, level);
    auto tails = toxicity_.tails_at_log(std::log(driving(experienced)));
    tails.severe = toxicity_.dlt_probability(experienced); // bit by bit what decides a DLT where grades are not asked for
    tails.moderate = std::max(tails.moderate, tails.severe);
    tails.life_threatening = std::min(tails.life_threatening, tails.severe);
    return tails;
}

pk::Exposure Biology::exposure(VirtualPatient const& patient, pk::UnitExposure const& unit, DoseLevel level) const
{
    return unit.of(dosing_.amount(ladder_.dose(level), patient.covariates()));
}

} // namespace escalon

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
      course_{regimen, toxicity_.window_or(regimen.cycle)},
      sampler_{population, model_, dosing_, static_cast<int>(course_.occasions_d.size()) + 1}
{}

std::optional<pk::Exposure> Biology::exposure(VirtualPatient const& patient, DoseLevel level) const
{
    return exposures({&patient, 1}, {&level, 1}).front();
}

std::vector<std::optional<pk::Exposure>> Biology::exposures(std::span<VirtualPatient const> patients,
                                                            std::span<DoseLevel const> levels) const
{
    std::vector<pk::Dosed> dosed;
    dosed.reserve(patients.size());
    for (std::size_t i = 0; i < patients.size(); ++i)
        dosed.push_back(patients[i].dosed(dosing_.amount(ladder_.dose(levels[i]), patients[i].covariates())));
    return pk::exposures(model_, dosed, course_);
}

std::vector<double> Biology::driving_per_dose(std::span<VirtualPatient const> patients) const
{
    std::vector<pk::Dosed> dosed;
    dosed.reserve(patients.size());
    for (auto const& patient : patients)
        dosed.push_back(patient.dosed(dosing_.amount(1, patient.covariates())));
    std::vector<double> found;
    for (auto const& exposure : pk::exposures(model_, dosed, course_))
        found.push_back(driving(exposure.value()));
    return found;
}

ToxicityTails Biology::tails(std::optional<pk::Exposure> const& exposure) const
{
    if (!exposure)
        return {};
    auto tails = toxicity_.tails_at_log(std::log(driving(*exposure)));
    tails.severe = toxicity_.dlt_probability(*exposure); // bit by bit what decides a DLT where grades are not asked for
    tails.moderate = std::max(tails.moderate, tails.severe);
    tails.life_threatening = std::min(tails.life_threatening, tails.severe);
    return tails;
}

} // namespace escalon

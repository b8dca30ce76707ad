#include "sim/trial/nature.hpp"

namespace escalon {
namespace {

PatientOutcome treat(KnownToxicity const& known, TrialStream const& stream, std::uint32_t patient, DoseLevel level)
{
    PatientOutcome outcome{.patient = patient};
    outcome.tolerance_uniform = stream.uniform(patient, Purpose::tolerance);
    outcome.dlt_probability = known.dlt_probability[static_cast<std::size_t>(level.index())];
    return outcome;
}

PatientOutcome treat(Biology const& biology, TrialStream const& stream, std::uint32_t patient, DoseLevel level)
{
    PatientOutcome outcome{.patient = patient};
    outcome.person = biology.sampler().draw(PatientStream{stream, patient});
    auto const unit = biology.unit_exposure(*outcome.person);
    outcome.exposure = biology.exposure(*outcome.person, unit, level);
    outcome.tolerance_uniform = outcome.person->tolerance_uniform;
    outcome.dlt_probability = biology.dlt_probability(*outcome.person, unit, level);
    return outcome;
}

} // namespace

PatientOutcome treat(Nature const& nature, TrialStream const& stream, std::uint32_t patient, DoseLevel level)
{
    auto outcome = std::visit([&](auto const& truth) { return treat(truth, stream, patient, level); }, nature);
    outcome.dlt = outcome.tolerance_uniform < outcome.dlt_probability;
    return outcome;
}

} // namespace escalon

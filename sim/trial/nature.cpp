#include "sim/trial/nature.hpp"

#include <stdexcept>

namespace escalon {
namespace {

PatientOutcome treat(KnownToxicity const& known, TrialStream const& stream, std::uint32_t patient, DoseLevel level)
{
    PatientOutcome outcome{.patient = patient};
    outcome.tolerance_uniform = stream.uniform(patient, Purpose::tolerance);
    outcome.tails = known.tails(level);
    return outcome;
}

PatientOutcome treat(Biology const& biology, TrialStream const& stream, std::uint32_t patient, DoseLevel level)
{
    PatientOutcome outcome{.patient = patient};
    outcome.person = biology.sampler().draw(PatientStream{stream, patient});
    outcome.exposure = biology.exposure(*outcome.person, level);
    outcome.tolerance_uniform = outcome.person->tolerance_uniform;
    outcome.tails = biology.tails(outcome.exposure);
    return outcome;
}

Outcomes told(KnownToxicity const& known)
{
    if (known.grades.grade_2.empty())
        return Outcomes::dlt;
    return known.grades.grade_4.empty() ? Outcomes::grade_2 : Outcomes::grades;
}

PatientOutcome treat(BiologyOverTime const&, TrialStream const&, std::uint32_t, DoseLevel)
{
    throw std::logic_error("toxicity over time is simulated by a clock");
}

Outcomes told(BiologyOverTime const& biology) { return biology.has_grades() ? Outcomes::grades : Outcomes::dlt; }
Outcomes told(Biology const& biology) { return biology.has_grades() ? Outcomes::grades : Outcomes::dlt; }

} // namespace

ToxicityTails KnownToxicity::tails(DoseLevel level) const
{
    auto const i = static_cast<std::size_t>(level.index());
    double const p = dlt_probability[i];
    return {grades.grade_2.empty() ? p : p + grades.grade_2[i], p, grades.grade_4.empty() ? 0 : grades.grade_4[i]};
}

Outcomes outcomes_told(Nature const& nature)
{
    return std::visit([](auto const& truth) { return told(truth); }, nature);
}

PatientOutcome treat(Nature const& nature, TrialStream const& stream, std::uint32_t patient, DoseLevel level)
{
    auto outcome = std::visit([&](auto const& truth) { return treat(truth, stream, patient, level); }, nature);
    outcome.dlt_probability = outcome.tails.severe;
    outcome.grade = grade_of(outcome.tolerance_uniform, outcome.tails);
    outcome.dlt = is_dlt(outcome.grade);
    return outcome;
}

} // namespace escalon

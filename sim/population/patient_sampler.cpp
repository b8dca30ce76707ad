#include "sim/population/patient_sampler.hpp"

#include "pk_models/fault_error.hpp"

#include <utility>

namespace escalon {

PatientSampler::PatientSampler(Population population, pk::Model const& model, Dosing const& dosing)
    : population_{std::move(population)}
{
    if (auto const found = population_.faults(model); !found.empty())
        throw FaultError{found.front()};
    eta_factor_ = pk::EtaFactor{population_.omega, pk::parameter_names(model)};

    bool const doses_by_bsa = dosing.unit == DoseUnit::mg_per_m2;
    bool const doses_by_weight = dosing.unit == DoseUnit::mg_per_kg;
    draws_bsa_ = population_.bsa.sd.base() > 0 && (doses_by_bsa || pk::scales_with(model, PerBody::m2));
    draws_weight_ = population_.weight.sd.base() > 0 && (doses_by_weight || pk::scales_with(model, PerBody::kg));
    draws_antigen_ = population_.antigen.median && !population_.antigen.value && population_.antigen.sd_log > 0 &&
                     pk::antigen_clearance(model);

    bool const bsa_cancels = doses_by_bsa && !dosing.bsa_cap && pk::scales_only_with(model, PerBody::m2);
    bool const weight_cancels = doses_by_weight && !dosing.weight_cap && pk::scales_only_with(model, PerBody::kg);
    auto const depends_on = [this](Purpose purpose) { purposes_[purpose_count_++] = purpose; };
    if (draws_bsa_ && !bsa_cancels)
        depends_on(Purpose::bsa);
    if (draws_weight_ && !weight_cancels)
        depends_on(Purpose::weight);
    if (draws_antigen_)
        depends_on(Purpose::antigen);
    for (std::size_t const parameter : eta_factor_.varying())
        depends_on(eta_purpose(static_cast<int>(parameter)));
}

} // namespace escalon

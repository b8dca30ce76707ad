#include "sim/population/parameter_draw.hpp"

#include "pk_models/fault_error.hpp"
#include "pk_models/typical_values.hpp"
#include "sim/random/normal.hpp"
#include "sim/random/stream.hpp"

namespace escalon {

pk::Etas parameter_draw(Population const& population, pk::Model const& model, std::uint64_t seed, std::uint64_t k)
{
    auto const parameters = pk::parameter_names(model);
    if (auto const found = population.uncertainty.faults(parameters); !found.empty())
        throw FaultError{found.front()};
    pk::EtaFactor const factor{population.uncertainty.log_scale(), parameters};
    TrialStream const stream{seed, k};
    std::array<double, pk::max_parameters> z{};
    auto const uncertain = factor.varying();
    for (std::size_t i = 0; i < uncertain.size(); ++i)
        z[i] = normal_quantile(stream.uniform(0, uncertainty_purpose(static_cast<int>(uncertain[i]))));
    return factor.etas(std::span{z}.first(uncertain.size()));
}

pk::Model drawn_model(Population const& population, pk::Model const& model, std::uint64_t seed, std::uint64_t k)
{
    return pk::with_shift(model, parameter_draw(population, model, seed, k));
}

} // namespace escalon

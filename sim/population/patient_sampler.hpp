// Draws virtual patients: one uniform each for tolerance, body surface, weight, antigen and every eta that varies.
//
// All by inversion, so that the same patients come from a counter-based stream, a Sobol point or an antithetic pair.
#pragma once

#include "sim/population/dosing.hpp"
#include "sim/population/population.hpp"
#include "sim/random/normal.hpp"
#include "sim/random/stream.hpp"

#include <concepts>
#include <span>

namespace escalon {

/// Anything that gives a uniform in (0, 1) for a purpose.
template <class S>
concept UniformSource = requires(S const& source, Purpose purpose)
{
    {
        source.uniform(purpose)
        } -> std::convertible_to<double>;
};
static_assert(UniformSource<PatientStream>);

/// A point of the unit cube as a source: coordinate k serves purpose k of the order; what is not listed is at its median.
class PointSource {
public:
    PointSource(std::span<double const> point, std::span<Purpose const> order) : point_{point}, order_{order} {}

    double uniform(Purpose purpose) const
    {
        constexpr double median = 0.5;
        for (std::size_t k = 0; k < order_.size(); ++k)
            if (order_[k] == purpose)
                return point_[k];
        return median;
    }

private:
    std::span<double const> point_;
    std::span<Purpose const> order_;
};
static_assert(UniformSource<PointSource>);

/// A population made ready for one model and one way of dosing.
class PatientSampler {
public:
    /// @throws FaultError for a population with faults
    PatientSampler(Population population, pk::Model const& model, Dosing const& dosing);

    /// Draws only what this model and dosing read; the rest is at its median.
    template <UniformSource S>
    VirtualPatient draw(S const& source) const;

    /// The purposes on which exposure depends, in the order of drawing; tolerance is not among them. Body surface is left out
    /// where dose and every parameter are per m2 and there is no cap, for it then cancels; likewise weight.
    std::span<Purpose const> exposure_purposes() const { return {purposes_.data(), purpose_count_}; }

private:
    bool draws_bsa_ = false;
    bool draws_weight_ = false;
    bool draws_antigen_ = false;
    Population population_;
    pk::EtaFactor eta_factor_;
    static constexpr std::size_t covariates = 3;
    std::array<Purpose, covariates + pk::max_parameters> purposes_{};
    std::size_t purpose_count_ = 0;
};

template <UniformSource S>
VirtualPatient PatientSampler::draw(S const& source) const
{
    constexpr double median = 0.5;
    VirtualPatient patient;
    patient.tolerance_uniform = source.uniform(Purpose::tolerance);
    patient.bsa = population_.bsa.quantile(draws_bsa_ ? source.uniform(Purpose::bsa) : median);
    patient.weight = population_.weight.quantile(draws_weight_ ? source.uniform(Purpose::weight) : median);
    patient.antigen = population_.antigen.quantile(draws_antigen_ ? source.uniform(Purpose::antigen) : median);
    std::array<double, pk::max_parameters> z{};
    auto const varying = eta_factor_.varying();
    for (std::size_t k = 0; k < varying.size(); ++k)
        z[k] = normal_quantile(source.uniform(eta_purpose(static_cast<int>(varying[k]))));
    patient.etas = eta_factor_.etas(std::span{z}.first(varying.size()));
    return patient;
}

} // namespace escalon

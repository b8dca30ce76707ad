// Draws virtual patients: one uniform each for tolerance, body surface, weight, antigen, every covariate that acts and every eta
// that varies; where there are individuals, one for all that they bring.
//
// All by inversion, so that the same patients come from a counter-based stream, a Sobol point or an antithetic pair.
#pragma once

#include "pk_models/typical_values.hpp"
#include "sim/population/covariate_effects.hpp"
#include "sim/population/dosing.hpp"
#include "sim/population/population.hpp"
#include "sim/random/normal.hpp"
#include "sim/random/stream.hpp"

#include <concepts>
#include <span>
#include <vector>

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
    /// @param occasions how many are drawn for each patient, where parameters vary between them
    /// @throws FaultError for a population with faults
    PatientSampler(Population population, pk::Model const& model, Dosing const& dosing, int occasions = 0);

    /// Draws only what this model and dosing read; the rest is at its median.
    template <UniformSource S>
    VirtualPatient draw(S const& source) const;

    /// The patient in the middle: every uniform at 1/2, the category with the largest share, the median of each column of
    /// individuals.
    VirtualPatient middle() const;

    /// What the covariates of the scenario's own are in this patient: by `CovariateEffects::own`, those that some effect reads.
    template <UniformSource S>
    std::vector<double> covariates(S const& source) const;
    CovariateEffects const& effects() const { return effects_; }

    /// Between-occasion variability: what is added to the patient's etas in one cycle, counted from 0 and below `most_occasions`.
    template <UniformSource S>
    pk::Etas occasion_shift(S const& source, int occasion) const;
    bool varies_by_occasion() const { return !occasion_factor_.varying().empty(); }
    /// The purposes that an occasion draws, in order.
    std::vector<Purpose> occasion_purposes(int occasion) const;

    /// The purposes on which exposure depends, in the order of drawing; tolerance is not among them. Body surface is left out
    /// where dose and every parameter are per m2 and there is no cap, for it then cancels; likewise weight.
    std::span<Purpose const> exposure_purposes() const { return purposes_; }

private:
    /// One parameter that individuals bring.
    struct Replaced {
        std::size_t parameter;
        pk::TypicalValue typical;
        PerBody per;
        std::vector<double> log_values; ///< by individual, in base units as such or per m2 or kg
        double middle;
    };
    /// One of the scenario's own covariates that acts.
    struct Acting {
        Purpose purpose;
        std::size_t distribution; ///< place in the population's list
        bool varies;
        std::vector<double> individuals; ///< by individual; empty where there is a distribution
        double middle;
    };
    static constexpr double half_ = 0.5;

    template <UniformSource S>
    std::optional<std::size_t> drawn_individual(S const& source) const;
    template <UniformSource S>
    double drawn(Acting const& acting, std::optional<std::size_t> individual, S const& source) const;
    void check_occasion(int occasion) const;
    /// Lets antigen change from cycle to cycle, and the parameters with it.
    void follow_antigen(VirtualPatient& patient, std::span<double const> own) const;
    /// Adds what covariates and individuals make of the etas.
    void complete(VirtualPatient& patient, std::optional<std::size_t> individual, std::span<double const> own) const;
    void use_individuals(pk::Model const& model);
    void use_effects(pk::Model const& model);
    /// Of one of the body's covariates, by individual.
    std::vector<double> body_column(std::string_view name, pk::Model const& model) const;

    bool draws_bsa_ = false;
    bool draws_weight_ = false;
    bool draws_antigen_ = false;
    Population population_;
    pk::EtaFactor eta_factor_;
    pk::EtaFactor occasion_factor_;
    CovariateEffects effects_;
    std::vector<Acting> acting_;
    std::size_t individuals_ = 0; ///< how many there are
    std::vector<double> bsa_m2_;  ///< by individual; empty where they do not bring it
    std::vector<double> weight_kg_;
    std::vector<double> antigen_;
    std::vector<Replaced> replaced_;
    std::vector<Purpose> purposes_;
    int occasions_ = 0; ///< drawn for each patient
};

template <UniformSource S>
std::optional<std::size_t> PatientSampler::drawn_individual(S const& source) const
{
    if (individuals_ == 0)
        return std::nullopt;
    auto const place = static_cast<std::size_t>(source.uniform(Purpose::individual) * static_cast<double>(individuals_));
    return place < individuals_ ? place : individuals_ - 1;
}

template <UniformSource S>
double PatientSampler::drawn(Acting const& acting, std::optional<std::size_t> individual, S const& source) const
{
    if (!acting.individuals.empty())
        return acting.individuals[*individual];
    auto const& distribution = population_.covariates.entries[acting.distribution].second;
    return acting.varies ? distribution.quantile(source.uniform(acting.purpose)) : acting.middle;
}

template <UniformSource S>
std::vector<double> PatientSampler::covariates(S const& source) const
{
    auto const individual = drawn_individual(source);
    std::vector<double> values;
    for (auto const& acting : acting_)
        values.push_back(drawn(acting, individual, source));
    return values;
}

template <UniformSource S>
pk::Etas PatientSampler::occasion_shift(S const& source, int occasion) const
{
    check_occasion(occasion);
    std::array<double, pk::max_parameters> z{};
    auto const varying = occasion_factor_.varying();
    for (std::size_t k = 0; k < varying.size(); ++k)
        z[k] = normal_quantile(source.uniform(occasion_purpose(occasion, static_cast<int>(varying[k]))));
    return occasion_factor_.etas(std::span{z}.first(varying.size()));
}

template <UniformSource S>
VirtualPatient PatientSampler::draw(S const& source) const
{
    VirtualPatient patient;
    patient.tolerance_uniform = source.uniform(Purpose::tolerance);
    patient.bsa = population_.bsa.quantile(draws_bsa_ ? source.uniform(Purpose::bsa) : half_);
    patient.weight = population_.weight.quantile(draws_weight_ ? source.uniform(Purpose::weight) : half_);
    patient.antigen = population_.antigen.quantile(draws_antigen_ ? source.uniform(Purpose::antigen) : half_);
    std::array<double, pk::max_parameters> z{};
    auto const varying = eta_factor_.varying();
    for (std::size_t k = 0; k < varying.size(); ++k)
        z[k] = normal_quantile(source.uniform(eta_purpose(static_cast<int>(varying[k]))));
    patient.etas = eta_factor_.etas(std::span{z}.first(varying.size()));
    for (int occasion = 0; occasion < occasions_; ++occasion)
        patient.kappas.push_back(occasion_shift(source, occasion));
    if (individuals_ == 0 && effects_.empty()) {
        follow_antigen(patient, {});
        return patient;
    }
    std::array<double, CovariateEffects::most_own> own{};
    auto const individual = drawn_individual(source);
    for (std::size_t k = 0; k < acting_.size(); ++k)
        own[k] = drawn(acting_[k], individual, source);
    complete(patient, individual, std::span{own}.first(acting_.size()));
    follow_antigen(patient, std::span{own}.first(acting_.size()));
    return patient;
}

} // namespace escalon

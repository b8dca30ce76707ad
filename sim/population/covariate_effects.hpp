// What a patient's covariates do to parameters, as shifts of the etas: individual = typical x factors x exp(eta) is
// typical x exp(eta + sum of ln factor), so that every model takes covariates as it stands.
#pragma once

#include "sim/population/population.hpp"

#include <span>
#include <vector>

namespace escalon {

/// The effects of a population made ready for one model.
class CovariateEffects {
public:
    /// A covariate of the scenario's own that some effect reads.
    struct Own {
        std::string name;
        std::optional<std::size_t> distribution; ///< its place in `population.covariates`
        std::optional<std::size_t> column;       ///< or among the individuals' columns
        std::vector<std::string> categories;     ///< of a categorical one: values are places in this list
    };

    /// Published models have fewer than ten; with a limit, patients are drawn without asking for memory.
    static constexpr std::size_t most_covariates = 32; ///< and as many columns of individuals
    static constexpr std::size_t most_own = 2 * most_covariates;

    CovariateEffects() = default;

    /// @param population without faults for this model
    CovariateEffects(Population const& population, pk::Model const& model);

    bool empty() const { return effects_.empty(); }
    bool read_bsa() const { return reads(Of::bsa); }
    bool read_weight() const { return reads(Of::weight); }
    bool read_antigen() const { return reads(Of::antigen); }
    std::span<Own const> own() const { return own_; }

    /// @param own a value for each of `own()`
    pk::Etas shift(pk::Covariates const& patient, std::span<double const> own) const;

    /// Of the typical patient: body size, and what is fixed for all; the rest stands at its reference.
    pk::Etas typical_shift(Population const& population, pk::Covariates const& patient) const;

private:
    enum class Of { bsa, weight, antigen, own };
    enum class Form { power, exponential, factors };

    struct Effect {
        std::size_t parameter;
        Of of;
        std::size_t own; ///< place in `own_`
        Form form;
        double coefficient;
        double reference; ///< in base units of body size and antigen, else in the covariate's unit
        std::vector<double> log_factors;

        double log_factor(double covariate) const;
    };

    bool reads(Of of) const;
    std::size_t own_place(std::string const& name, Population const& population);

    std::vector<Effect> effects_;
    std::vector<Own> own_;
};

} // namespace escalon

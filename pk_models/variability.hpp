// Between-patient variability: OMEGA, the covariance matrix of the etas, as NONMEM and its readers write it.
#pragma once

#include "pk_models/fields.hpp"
#include "pk_models/parameters.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace escalon::pk {

/// OMEGA as it is written down: variances of eta by parameter (not SDs, not CVs), and for pairs of them either correlations or
/// covariances, as a block of NONMEM's $OMEGA holds them. A parameter without a variance does not vary. With log-normal
/// parameters a variance w is a CV of sqrt(exp(w) - 1).
struct Omega {
    struct Variance {
        std::string parameter;
        double variance = 0;

        friend bool operator==(Variance const&, Variance const&) = default;
    };
    struct Correlation {
        std::string first;
        std::string second;
        double r = 0;

        friend bool operator==(Correlation const&, Correlation const&) = default;
    };

    struct Covariance {
        std::string first;
        std::string second;
        double covariance = 0;

        friend bool operator==(Covariance const&, Covariance const&) = default;
    };

    std::vector<Variance> variances;
    std::vector<Correlation> correlations;
    std::vector<Covariance> covariances;

    /// @param parameters the names of the model's parameters. Fields of the faults are "CL", "corr.CL-V1" and "cov.CL-V1".
    Faults faults(std::span<std::string_view const> parameters) const;

    bool empty() const { return variances.empty() && correlations.empty() && covariances.empty(); }

    friend bool operator==(Omega const&, Omega const&) = default;
};

/// How well a model's typical values are known: the relative standard error of each, as a table of estimates states it, and
/// correlations of the estimates. Typical values are positive, so the error is log-normal about the estimate: the variance of its
/// logarithm is ln(1 + rse^2), which makes `rse` the coefficient of variation. A parameter without an error is known.
struct ParameterUncertainty {
    struct Error {
        std::string parameter;
        double relative = 0;

        friend bool operator==(Error const&, Error const&) = default;
    };

    std::vector<Error> errors;
    std::vector<Omega::Correlation> correlations; ///< of the logarithms

    /// Fields of the faults are "CL" and "corr.CL-V1".
    Faults faults(std::span<std::string_view const> parameters) const;

    /// Variances of the logarithms of the typical values.
    Omega log_scale() const;

    bool empty() const { return errors.empty() && correlations.empty(); }

    friend bool operator==(ParameterUncertainty const&, ParameterUncertainty const&) = default;
};

/// OMEGA made ready for sampling: eta = L z with L the Cholesky factor in the model's order of parameters, so that a
/// parameter keeps its normal deviate whatever else varies.
class EtaFactor {
public:
    /// Nothing varies.
    EtaFactor() = default;

    /// @throws FaultError for an OMEGA with faults
    EtaFactor(Omega const& omega, std::span<std::string_view const> parameters);

    /// Indices of the parameters that vary, ascending: one standard normal deviate each, in this order.
    std::span<std::size_t const> varying() const { return {varying_.data(), count_}; }

    /// @param z as many as `varying()`
    Etas etas(std::span<double const> z) const;

    /// L, of which the rows and columns are those of `varying()`.
    double factor(std::size_t row, std::size_t column) const { return lower_[row][column]; }

private:
    std::array<std::size_t, max_parameters> varying_{};
    std::array<std::array<double, max_parameters>, max_parameters> lower_{};
    std::size_t count_ = 0;
};

} // namespace escalon::pk

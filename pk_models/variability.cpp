#include "pk_models/variability.hpp"

#include "pk_models/fault_error.hpp"
#include "pk_models/units.hpp"

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <optional>

namespace escalon::pk {
namespace {

/// Rounding of a correlation matrix that is singular by intent (r = 1) reaches a few units in the last place.
constexpr double rounding = 1e-12;

std::string listed(std::span<std::string_view const> parameters)
{
    std::string text;
    for (auto const parameter : parameters)
        text += (text.empty() ? "" : ", ") + std::string{parameter};
    return text.empty() ? "none" : text;
}

std::optional<std::size_t> place_of(std::string_view parameter, std::span<std::string_view const> parameters)
{
    auto const found = std::ranges::find(parameters, parameter);
    if (found == parameters.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - parameters.begin());
}

double variance_of(Omega const& omega, std::string_view parameter)
{
    for (auto const& entry : omega.variances)
        if (entry.parameter == parameter)
            return entry.variance;
    return 0;
}

std::vector<std::size_t> varying_parameters(Omega const& omega, std::span<std::string_view const> parameters)
{
    std::vector<std::size_t> varying;
    for (std::size_t i = 0; i < parameters.size(); ++i)
        if (variance_of(omega, parameters[i]) > 0)
            varying.push_back(i);
    return varying;
}

/// The correlations as they are written, and those that follow from covariances.
std::vector<Omega::Correlation> all_correlations(Omega const& omega)
{
    auto all = omega.correlations;
    for (auto const& [first, second, covariance] : omega.covariances) {
        double const product = variance_of(omega, first) * variance_of(omega, second);
        all.push_back({first, second, covariance == 0 ? 0 : covariance / std::sqrt(product)});
    }
    return all;
}

Eigen::MatrixXd correlation_matrix(Omega const& omega, std::span<std::string_view const> parameters,
                                   std::span<std::size_t const> varying)
{
    auto const size = static_cast<Eigen::Index>(varying.size());
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Identity(size, size);
    for (auto const& pair : all_correlations(omega)) {
        auto const a = std::ranges::find(varying, place_of(pair.first, parameters));
        auto const b = std::ranges::find(varying, place_of(pair.second, parameters));
        if (a == varying.end() || b == varying.end())
            continue;
        matrix(a - varying.begin(), b - varying.begin()) = pair.r;
        matrix(b - varying.begin(), a - varying.begin()) = pair.r;
    }
    return matrix;
}

/// Cholesky factor in the given order. Where a row depends on those above (r = 1), its own pivot is 0.
Eigen::MatrixXd cholesky(Eigen::MatrixXd const& matrix)
{
    Eigen::MatrixXd lower = Eigen::MatrixXd::Zero(matrix.rows(), matrix.cols());
    for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
        for (Eigen::Index k = 0; k < i; ++k)
            if (lower(k, k) > 0)
                lower(i, k) = (matrix(i, k) - lower.row(i).head(k).dot(lower.row(k).head(k))) / lower(k, k);
        double const pivot = matrix(i, i) - lower.row(i).head(i).squaredNorm();
        lower(i, i) = pivot > rounding ? std::sqrt(pivot) : 0;
    }
    return lower;
}

Faults variance_faults(Omega const& omega, std::span<std::string_view const> parameters)
{
    Faults found;
    for (std::size_t i = 0; i < omega.variances.size(); ++i) {
        auto const& parameter = omega.variances[i].parameter;
        double const variance = omega.variances[i].variance;
        auto const same = [&](Omega::Variance const& other) { return other.parameter == parameter; };
        if (!place_of(parameter, parameters))
            found.push_back(
                {parameter, "'" + parameter + "' is not a parameter of the model", "its parameters: " + listed(parameters)});
        if (std::ranges::any_of(std::span{omega.variances}.first(i), same))
            found.push_back({parameter, "'" + parameter + "' has two variances", "keep one"});
        if (!(variance >= 0) || !std::isfinite(variance))
            found.push_back(
                {parameter, "a variance cannot be " + shortest(variance), "omega holds variances of eta: an SD of 0.30 is 0.09"});
    }
    return found;
}

bool same_pair(auto const& one, auto const& other)
{
    return (one.first == other.first && one.second == other.second) || (one.first == other.second && one.second == other.first);
}

/// What is wrong with the names of a pair, be it correlated by r or by a covariance.
/// @param kind "corr" or "cov"
Faults pair_faults(Omega const& omega, std::span<std::string_view const> parameters, auto const& pair, double figure,
                   std::string const& kind)
{
    Faults found;
    std::string const place = kind + "." + pair.first + "-" + pair.second;
    std::string const what = kind == "cov" ? "covariance" : "correlation";
    for (auto const& parameter : {pair.first, pair.second}) {
        if (!place_of(parameter, parameters))
            found.push_back(
                {place, "'" + parameter + "' is not a parameter of the model", "its parameters: " + listed(parameters)});
        else if (!(variance_of(omega, parameter) > 0) && figure != 0)
            found.push_back({place, "'" + parameter + "' has no variance, so it cannot be correlated",
                             "give it a variance or leave the " + what + " out"});
    }
    if (pair.first == pair.second)
        found.push_back({place, "a parameter is named twice", "a " + what + " is between two: CL-V1"});
    return found;
}

Faults correlation_faults(Omega const& omega, std::span<std::string_view const> parameters)
{
    Faults found;
    for (std::size_t i = 0; i < omega.correlations.size(); ++i) {
        auto const& pair = omega.correlations[i];
        std::string const place = "corr." + pair.first + "-" + pair.second;
        std::ranges::move(pair_faults(omega, parameters, pair, pair.r, "corr"), std::back_inserter(found));
        auto const same = [&](Omega::Correlation const& other) { return same_pair(pair, other); };
        if (std::ranges::any_of(std::span{omega.correlations}.first(i), same))
            found.push_back({place, "this correlation is given twice", "keep one"});
        if (!(std::abs(pair.r) <= 1))
            found.push_back({place, "a correlation cannot be " + shortest(pair.r), "it lies between -1 and 1"});
    }
    return found;
}

Faults covariance_faults(Omega const& omega, std::span<std::string_view const> parameters)
{
    Faults found;
    for (std::size_t i = 0; i < omega.covariances.size(); ++i) {
        auto const& pair = omega.covariances[i];
        std::string const place = "cov." + pair.first + "-" + pair.second;
        auto names = pair_faults(omega, parameters, pair, pair.covariance, "cov");
        bool const both_vary = names.empty();
        std::ranges::move(names, std::back_inserter(found));
        auto const same = [&](auto const& other) { return same_pair(pair, other); };
        if (std::ranges::any_of(std::span{omega.covariances}.first(i), same))
            found.push_back({place, "this covariance is given twice", "keep one"});
        if (std::ranges::any_of(omega.correlations, same))
            found.push_back({place, pair.first + " and " + pair.second + " have both a covariance and a correlation",
                             "keep one: a covariance is the correlation times both SDs"});
        double const largest = std::sqrt(variance_of(omega, pair.first) * variance_of(omega, pair.second));
        if (both_vary && !(std::abs(pair.covariance) <= largest * (1 + rounding)))
            found.push_back(
                {place,
                 "a covariance of " + shortest(pair.covariance) + " is beyond the product of both SDs, " + shortest(largest),
                 "no correlation exceeds 1; a correlation itself is written under corr"});
    }
    return found;
}

} // namespace

Faults Omega::faults(std::span<std::string_view const> parameters) const
{
    Faults found = variance_faults(*this, parameters);
    std::ranges::move(correlation_faults(*this, parameters), std::back_inserter(found));
    std::ranges::move(covariance_faults(*this, parameters), std::back_inserter(found));
    if (!found.empty() || (correlations.empty() && covariances.empty()))
        return found;
    auto const matrix = correlation_matrix(*this, parameters, varying_parameters(*this, parameters));
    if (matrix.size() > 0) {
        double const smallest = Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>{matrix, Eigen::EigenvaluesOnly}.eigenvalues()(0);
        if (smallest < -rounding)
            found.push_back({correlations.empty() ? "cov" : "corr",
                             std::string{"no patients can have these "} +
                                 (correlations.empty() ? "covariances" : "correlations") +
                                 " together (the matrix is not positive semi-definite)",
                             "bring them closer to 0"});
    }
    return found;
}

Faults ParameterUncertainty::faults(std::span<std::string_view const> parameters) const
{
    Faults found;
    for (std::size_t i = 0; i < errors.size(); ++i) {
        auto const& [parameter, relative] = errors[i];
        if (!place_of(parameter, parameters))
            found.push_back(
                {parameter, "'" + parameter + "' is not a parameter of the model", "its parameters: " + listed(parameters)});
        auto const same = [&](Error const& other) { return other.parameter == errors[i].parameter; };
        if (std::ranges::any_of(std::span{errors}.first(i), same))
            found.push_back({parameter, "'" + parameter + "' has two standard errors", "keep one"});
        if (!(relative >= 0) || !std::isfinite(relative))
            found.push_back({parameter, "a relative standard error cannot be " + shortest(relative), "write a share: 8 %"});
    }
    return found.empty() ? log_scale().faults(parameters) : found;
}

Omega ParameterUncertainty::log_scale() const
{
    Omega omega{.variances = {}, .correlations = correlations, .covariances = {}};
    for (auto const& [parameter, relative] : errors)
        omega.variances.push_back({parameter, std::log1p(relative * relative)});
    return omega;
}

EtaFactor::EtaFactor(Omega const& omega, std::span<std::string_view const> parameters)
{
    if (auto const found = omega.faults(parameters); !found.empty())
        throw FaultError{found.front()};
    auto const varying = varying_parameters(omega, parameters);
    auto const lower = cholesky(correlation_matrix(omega, parameters, varying));
    count_ = varying.size();
    std::ranges::copy(varying, varying_.begin());
    for (std::size_t i = 0; i < count_; ++i) {
        double const sd = std::sqrt(variance_of(omega, parameters[varying[i]]));
        for (std::size_t k = 0; k <= i; ++k)
            lower_[i][k] = sd * lower(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k));
    }
}

Etas EtaFactor::etas(std::span<double const> z) const
{
    Etas etas{};
    for (std::size_t i = 0; i < count_; ++i) {
        double eta = 0;
        for (std::size_t k = 0; k <= i; ++k)
            eta += lower_[i][k] * z[k];
        etas[varying_[i]] = eta;
    }
    return etas;
}

} // namespace escalon::pk

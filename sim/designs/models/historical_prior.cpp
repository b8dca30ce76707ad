#include "sim/designs/models/historical_prior.hpp"

#include "sim/designs/models/logistic.hpp"

#include <algorithm>
#include <cmath>

namespace escalon {
namespace {

/// Equally spaced values of one parameter, for sums that are integrals of smooth functions to many digits.
struct Axis {
    double first;
    double step;
    std::size_t size;

    Axis(double mean, double sd, double between)
    {
        constexpr double reach = 7;       // SDs
        constexpr double steps_in_sd = 8; // of the prior: data of a few dozen patients narrow it to a third or less
        constexpr double steps_in_tau = 1.3;
        constexpr double most = 700;
        double const whole = std::hypot(sd, between);
        double const wanted = between > 0 ? std::min(whole / steps_in_sd, between / steps_in_tau) : whole / (2 * steps_in_sd);
        size = static_cast<std::size_t>(std::min(most, std::ceil(2 * reach * whole / wanted))) + 1;
        step = 2 * reach * whole / static_cast<double>(size - 1);
        first = mean - reach * whole;
    }
    double at(std::size_t i) const { return first + static_cast<double>(i) * step; }

    /// Shares of a normal distribution about a value that fall on it and on its neighbours.
    std::vector<double> spread(double sd) const
    {
        std::vector<double> shares{1};
        constexpr double reach = 7;
        for (int i = 1; i * step < reach * sd; ++i)
            shares.push_back(std::exp(-0.5 * (i * step / sd) * (i * step / sd)));
        double sum = -shares.front();
        for (double const share : shares)
            sum += 2 * share;
        for (double& share : shares)
            share /= sum;
        return shares;
    }
};

using Lattice = std::vector<double>; ///< [log_alpha][log_beta]

/// Means over neighbours along one axis, whose values lie `stride` apart.
Lattice spread(Lattice const& values, std::vector<double> const& shares, std::size_t size, std::size_t stride)
{
    Lattice spreads(values.size());
    for (std::size_t place = 0; place < values.size(); ++place) {
        std::size_t const along = place / stride % size;
        double sum = shares[0] * values[place];
        for (std::size_t i = 1; i < shares.size(); ++i) {
            if (along >= i)
                sum += shares[i] * values[place - i * stride];
            if (along + i < size)
                sum += shares[i] * values[place + i * stride];
        }
        spreads[place] = sum;
    }
    return spreads;
}

Lattice likelihood(EarlierTrial const& trial, Axis const& alpha, Axis const& beta)
{
    Lattice logs;
    logs.reserve(alpha.size * beta.size);
    for (std::size_t i = 0; i < alpha.size; ++i)
        for (std::size_t j = 0; j < beta.size; ++j) {
            double sum = 0;
            for (auto const& seen : trial) {
                double const logit = alpha.at(i) + std::exp(beta.at(j)) * seen.covariate;
                sum -= seen.dlts * softplus(-logit) + (seen.patients - seen.dlts) * softplus(logit);
            }
            logs.push_back(sum);
        }
    double const highest = std::ranges::max(logs);
    for (double& value : logs)
        value = std::exp(value - highest);
    return logs;
}

} // namespace

BivariateNormal historical_prior(BivariateNormal const& population, std::array<double, 2> between_trials,
                                 std::span<EarlierTrial const> trials)
{
    Axis const alpha{population.mean[0], population.sd[0], between_trials[0]};
    Axis const beta{population.mean[1], population.sd[1], between_trials[1]};
    Lattice mass;
    mass.reserve(alpha.size * beta.size);
    double const rest = 1 - population.corr * population.corr;
    for (std::size_t i = 0; i < alpha.size; ++i)
        for (std::size_t j = 0; j < beta.size; ++j) {
            double const u = (alpha.at(i) - population.mean[0]) / population.sd[0];
            double const v = (beta.at(j) - population.mean[1]) / population.sd[1];
            mass.push_back(std::exp(-(u * u - 2 * population.corr * u * v + v * v) / (2 * rest)));
        }
    for (auto const& trial : trials) {
        auto seen = likelihood(trial, alpha, beta);
        if (between_trials[0] > 0)
            seen = spread(seen, alpha.spread(between_trials[0]), alpha.size, beta.size);
        if (between_trials[1] > 0)
            seen = spread(seen, beta.spread(between_trials[1]), beta.size, 1);
        for (std::size_t place = 0; place < mass.size(); ++place)
            mass[place] *= seen[place];
    }
    double total = 0;
    std::array<double, 2> mean{};
    std::array<double, 3> square{}; // of log_alpha, of log_beta, of both
    for (std::size_t i = 0; i < alpha.size; ++i)
        for (std::size_t j = 0; j < beta.size; ++j) {
            double const weight = mass[i * beta.size + j];
            double const a = alpha.at(i) - population.mean[0];
            double const b = beta.at(j) - population.mean[1];
            total += weight;
            mean[0] += weight * a;
            mean[1] += weight * b;
            square[0] += weight * a * a;
            square[1] += weight * b * b;
            square[2] += weight * a * b;
        }
    for (auto& sum : mean)
        sum /= total;
    for (auto& sum : square)
        sum /= total;
    // a new trial varies about the common mean as the earlier ones did
    std::array<double, 2> const sd{std::sqrt(square[0] - mean[0] * mean[0] + between_trials[0] * between_trials[0]),
                                   std::sqrt(square[1] - mean[1] * mean[1] + between_trials[1] * between_trials[1])};
    return {{population.mean[0] + mean[0], population.mean[1] + mean[1]}, sd, (square[2] - mean[0] * mean[1]) / (sd[0] * sd[1])};
}

} // namespace escalon

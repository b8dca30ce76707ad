#include "pk_models/dar_chain.hpp"

#include "pk_models/kernels/systems.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace escalon::pk {
namespace {

using System = kernels::DarChainSystem;
static_assert(System::most == DarChain::most_payloads);

/// Shares are printed in rounded percents and need not add up to 1 to the last digit.
constexpr double rounding_of_shares = 0.01;

double sum_of(std::vector<Fraction> const& shares) { return std::accumulate(shares.begin(), shares.end(), 0.0); }

} // namespace

Faults DarChain::faults() const
{
    Faults found;
    if (KDC.empty() || KDC.size() > most_payloads)
        found.push_back({"KDC", "there are " + std::to_string(KDC.size()) + " rates, but an antibody carries 1 to 8 payloads",
                         "give up to 8 rates, that of DAR 1 first; the last holds for all higher ones"});
    if (dose_mix.size() > most_payloads + 1) {
        found.push_back({"dose_mix",
                         "there are " + std::to_string(dose_mix.size()) + " shares, but 9 species, of 0 to 8 payloads",
                         "give up to 9 shares, that of DAR 0 first"});
    } else if (double const sum = sum_of(dose_mix); !(std::abs(sum - 1) <= rounding_of_shares)) {
        found.push_back({"dose_mix", "the shares of the dose add up to " + shortest(sum),
                         "give those of DAR 0, 1, 2, ..., which add up to 1; up to 1 % is taken for rounding and divided out"});
    } else if (!(dose_dar() > 0)) {
        found.push_back({"dose_mix", "nothing in the dose carries payload, so nothing would be measured",
                         "give the shares of DAR 0, 1, 2, ...; for naked antibody choose model: two_compartment"});
    }
    return found;
}

double DarChain::dose_dar() const
{
    double payloads = 0;
    for (std::size_t n = 1; n < dose_mix.size(); ++n)
        payloads += static_cast<double>(n) * dose_mix[n];
    return payloads / sum_of(dose_mix);
}

Integrated DarChain::individual(Covariates const& patient, std::span<double const> etas) const
{
    enum Eta : std::size_t { eta_CL, eta_V1, eta_Q, eta_V2, eta_KDC, eta_CL_naked };
    double const V1_L = pk::individual(V1, patient, etas[eta_V1]);
    double const CL_L_per_d = pk::individual(CL, patient, etas[eta_CL]);
    double const Q_L_per_d = pk::individual(Q, patient, etas[eta_Q]);
    double const naked_L_per_d = CL_naked ? pk::individual(*CL_naked, patient, etas[eta_CL_naked])
                                          : CL_L_per_d * std::exp(etas[eta_CL_naked]);
    Integrated found{.equations = Equations::dar_chain, .tolerance = tolerance};
    found.row[System::per_mg] = 1 / V1_L;
    found.row[System::k10] = CL_L_per_d / V1_L;
    found.row[System::k10_naked] = naked_L_per_d / V1_L;
    found.row[System::k12] = Q_L_per_d / V1_L;
    found.row[System::k21] = Q_L_per_d / pk::individual(V2, patient, etas[eta_V2]);
    for (std::size_t n = 0; n < most_payloads; ++n)
        found.row[System::KDC1 + n] = pk::individual(KDC[std::min(n, KDC.size() - 1)], patient, etas[eta_KDC]);
    double const sum = sum_of(dose_mix);
    for (std::size_t n = 0; n < dose_mix.size(); ++n)
        found.row[System::F0 + n] = dose_mix[n] / sum;
    return found;
}

} // namespace escalon::pk

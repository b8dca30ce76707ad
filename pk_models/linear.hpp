// Linear mammillary kinetics in closed form: one, two or three compartments, each with its own loss, dosed into the first.
//
// The response to a unit bolus is V1 C(t) = sum_j share_j exp(-rate_j t) with positive shares that sum to 1; everything
// else follows by superposition. Gibaldi & Perrier (1982), Pharmacokinetics, 2nd ed., chapter 2 and appendix B; the
// rates are the eigenvalues of a symmetric arrowhead matrix, the shares the squares of its eigenvectors' first entries.
#pragma once

#include "pk_models/regimen.hpp"
#include "pk_models/units.hpp"

#include <array>
#include <span>

namespace escalon::pk {

inline constexpr int max_modes = 3;

/// Micro constants. k12 leads from compartment 1 to 2, k10, k20 and k30 out of the body. Absent compartments have zeros.
struct Rates {
    double V1_L = 1;
    double k10_per_d = 0;
    double k12_per_d = 0;
    double k21_per_d = 0;
    double k20_per_d = 0;
    double k13_per_d = 0;
    double k31_per_d = 0;
    double k30_per_d = 0;
};

/// One exponential of the unit bolus response.
struct Mode {
    double rate_per_d = 0;
    double share = 0;
};

/// A patient's disposition: what the body does to a milligram in the central compartment. Small, copied freely.
class Disposition {
public:
    /// @param rates V1 positive; the constants finite and not negative. A compartment that nothing reaches, or that
    ///              returns nothing, makes no mode of its own.
    explicit Disposition(Rates const& rates);

    double V1_L() const { return V1_L_; }

    /// Dose over AUC to infinity, L/d, from the rates and not from their eigenvalues: V1 (k10 + k12 k20/(k20 + k21) + ...).
    double clearance_L_per_d() const { return clearance_L_per_d_; }

    /// Fastest first.
    std::span<Mode const> modes() const { return {modes_.data(), static_cast<std::size_t>(count_)}; }

    /// lambda_z, the slowest rate.
    double terminal_rate_per_d() const { return modes_[static_cast<std::size_t>(count_ - 1)].rate_per_d; }

private:
    double V1_L_;
    double clearance_L_per_d_;
    std::array<Mode, max_modes> modes_{};
    int count_ = 0;
};

/// Concentration at a time. A bolus given at that very time counts: this is the value just after it.
Concentration concentration(Disposition const& disposition, History history, Time at);

/// What a sample drawn just before a dose sees: as `concentration`, but a bolus given at that very time does not count.
Concentration concentration_before(Disposition const& disposition, History history, Time at);

/// AUC from one time to a later one.
Auc auc(Disposition const& disposition, History history, Time from, Time to);

/// AUC of all doses from the first to infinity; infinite where nothing is ever cleared.
Auc auc_to_infinity(Disposition const& disposition, History history);

/// Doses repeated for ever (NONMEM's SS, with II the interval). The infusion may last longer than the interval.
struct SteadyDosing {
    double amount_mg = 0;
    double duration_d = 0;
    double interval_d = 0;
};

/// Concentration at a time from 0 to the interval after a dose at steady state: just after the bolus at 0, just before the
/// next at the interval. Infinite where nothing is cleared.
Concentration steady_state_concentration(Disposition const& disposition, SteadyDosing const& dosing, Time since_dose);

/// AUC over one interval at steady state.
Auc steady_state_auc(Disposition const& disposition, SteadyDosing const& dosing);

/// The parts of a concentration, and how they move until the next event: V1 C(t) = sum_j share_j amount_j(t), with
/// d amount_j/dt = infusing - rate_j amount_j.
struct CentralState {
    std::array<double, max_modes> amount_mg{};
    double infusing_mg_per_d = 0;
};

/// The state just after whatever happens at this time: a bolus counts, an infusion that ends has ended.
CentralState central_state(Disposition const& disposition, History history, Time at);

/// The concentration so much later, if nothing happens in between.
Concentration concentration_after(Disposition const& disposition, CentralState const& state, Time later);

} // namespace escalon::pk

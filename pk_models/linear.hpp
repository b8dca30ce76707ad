// Linear mammillary kinetics in closed form: one, two or three compartments, each with its own loss, dosed into the first or
// into a depot before it.
//
// The response to a unit bolus is V1 C(t) = sum_j share_j exp(-rate_j t) with positive shares that sum to 1; everything
// else follows by superposition. Gibaldi & Perrier (1982), Pharmacokinetics, 2nd ed., chapter 2 and appendix B; the
// rates are the eigenvalues of a symmetric arrowhead matrix, the shares the squares of its eigenvectors' first entries.
#pragma once

#include "pk_models/regimen.hpp"
#include "pk_models/units.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

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

/// How a dose comes in: first-order from a depot, if there is one. F1 and ALAG1 are those of compartment 1: of doses into the
/// depot where there is one, else of doses into the central compartment.
struct Absorption {
    double KA_per_d = 0; ///< 0: no depot
    double F1 = 1;
    double ALAG1_d = 0;

    bool has_depot() const { return KA_per_d > 0; }
    bool immediate() const { return KA_per_d == 0 && F1 == 1 && ALAG1_d == 0; }

    bool into_depot(Site site) const { return has_depot() && site != Site::central; }
    /// Whether F1 and ALAG1 are those of the site.
    bool concerns(Site site) const { return !has_depot() || site != Site::central; }

    friend bool operator==(Absorption const&, Absorption const&) = default;
};

/// The dose as it arrives: later by the lag; its amount, and the duration of an infusion stated by its rate, times F1.
DoseEvent arriving(Absorption const& absorption, DoseEvent dose);

/// A dose as it comes in.
struct Arrival {
    DoseEvent dose;       ///< as it arrives
    double counts_from_d; ///< later than the dose itself where it belongs to a steady state that began meanwhile
    bool into_depot;

    double stops_d() const { return std::min(dose.time_d + dose.duration_d, dose.until_d); }
};

/// A dose of a history, and before it those that its steady state implies and that have not entirely come in when it begins: late by
/// a lag, or infusions that still run. All others have long been absorbed into the steady state itself.
std::vector<Arrival> arrivals(Absorption const& absorption, DoseEvent const& given);

/// One exponential of the unit bolus response.
struct Mode {
    double rate_per_d = 0;
    double share = 0;
};

/// The modes, and how they see drug that is already in the peripheral compartments: the central amount is a sum of parts, one a
/// mode, and a milligram in peripheral compartment p adds k_p1 reach[j][p] to part j.
struct CompartmentModes {
    std::array<Mode, max_modes> modes{};
    std::array<std::array<double, 2>, max_modes>
        reach_d{}; ///< share over the distance of the rate from that of p; 0 if uncoupled
    std::size_t count = 0;
};

/// @param rates as of a `Disposition`
CompartmentModes compartment_modes(Rates const& rates);

/// A patient's disposition: what the body does to a milligram in the central compartment. Small, copied freely.
class Disposition {
public:
    /// @param rates V1 positive; the constants finite and not negative. A compartment that nothing reaches, or that
    ///              returns nothing, makes no mode of its own.
    explicit Disposition(Rates const& rates, Absorption const& absorption = {});

    double V1_L() const { return V1_L_; }

    Absorption const& absorption() const { return absorption_; }

    /// Dose over AUC to infinity, L/d, from the rates and not from their eigenvalues: V1 (k10 + k12 k20/(k20 + k21) + ...).
    double clearance_L_per_d() const { return clearance_L_per_d_; }

    /// Fastest first.
    std::span<Mode const> modes() const { return {modes_.data(), static_cast<std::size_t>(count_)}; }

    /// lambda_z, the slowest rate of disposition. Where KA is slower still, the observed slope is KA (flip-flop).
    double terminal_rate_per_d() const { return modes_[static_cast<std::size_t>(count_ - 1)].rate_per_d; }

private:
    double V1_L_;
    double clearance_L_per_d_;
    std::array<Mode, max_modes> modes_{};
    int count_ = 0;
    Absorption absorption_;
};

/// Concentration at a time. A bolus given at that very time counts: this is the value just after it. A reset at that time has
/// happened.
Concentration concentration(Disposition const& disposition, History history, Time at);

/// What a sample drawn just before a dose sees: as `concentration`, but a bolus given at that very time does not count, nor
/// does a reset. Of a dose at steady state it sees the trough that the doses before it have led to.
Concentration concentration_before(Disposition const& disposition, History history, Time at);

/// AUC from one time to a later one.
Auc auc(Disposition const& disposition, History history, Time from, Time to);

/// AUC of all doses from the first to infinity; infinite where nothing is ever cleared. A steady state counts from its dose on.
Auc auc_to_infinity(Disposition const& disposition, History history);

/// Doses repeated for ever (NONMEM's SS, with II the interval), into the central compartment. The infusion may last longer than
/// the interval. In a history, a dose with an interval says the same, also from a depot.
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
/// d amount_j/dt = infusing + KA depot - rate_j amount_j and d depot/dt = infusing_depot - KA depot.
struct CentralState {
    std::array<double, max_modes> amount_mg{};
    double infusing_mg_per_d = 0;
    double depot_mg = 0;
    double infusing_depot_mg_per_d = 0;

    bool fed_by_depot() const { return depot_mg > 0 || infusing_depot_mg_per_d > 0; }
};

/// The state just after whatever happens at this time: a bolus counts, an infusion that ends has ended.
CentralState central_state(Disposition const& disposition, History history, Time at);

/// Times from one to a later one, both included, at which a dose starts or stops to come in, or the system is emptied; ascending,
/// each once. Between neighbours nothing but the modes moves.
std::vector<double> event_times(Disposition const& disposition, History history, Time from, Time to);

/// The concentration so much later, if nothing happens in between.
Concentration concentration_after(Disposition const& disposition, CentralState const& state, Time later);

} // namespace escalon::pk

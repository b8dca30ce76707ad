// Exposure: what a course of doses amounts to. AUC, Cmax, trough, average, time above a level, half-lives, clearance.
//
// Terms as in Gabrielsson & Weiner (2016), Pharmacokinetic and Pharmacodynamic Data Analysis, 5th ed., chapter 2. Peaks come
// from the closed form, never from a grid of samples.
#pragma once

#include "pk_models/linear.hpp"

#include <optional>
#include <vector>

namespace escalon::pk {

/// Exposure over a window.
struct Exposure {
    Auc auc;
    Concentration cmax;
    Concentration trough;  ///< at the end of the window, before any dose given then
    Concentration average; ///< AUC over the length of the window
};

/// Exposure over a window that starts anywhere, and when its peak is.
struct WindowExposure {
    Exposure exposure;
    Time tmax; ///< from time 0 of the history
};

/// Exposure from 0 to the end of the window. Doses at its very end do not count.
Exposure exposure(Disposition const& disposition, History history, Time window);

/// As above over [from, to). The peak is the true one, also where it lies inside an infusion.
WindowExposure exposure_between(Disposition const& disposition, History history, Time from, Time to);

/// One entry a cycle of the regimen.
std::vector<WindowExposure> exposure_by_cycle(Disposition const& disposition, Regimen const& regimen, Mass amount);

/// Time within the window for which the concentration exceeds the threshold, from the crossings themselves, to rounding.
Time time_above(Disposition const& disposition, History history, Concentration threshold, Time window);

/// What arrives of a dose, over AUC to infinity: with a bioavailability F1 the apparent clearance of the dose is this over F1.
Clearance clearance(Disposition const& disposition);

/// ln 2/lambda_z of the linear model.
Time half_life_terminal(Disposition const& disposition);

/// When blood is drawn, and which of the samples count.
struct Sampling {
    std::vector<double> days{2, 3, 5, 7, 10, 14};                 ///< after time 0 of the history
    Concentration lloq = Concentration::from_base(lloq_mg_per_L); ///< samples at or below it do not count
    int most_points = 4;                                          ///< the last ones above the limit
    int fewest_points = 3;

    static constexpr double lloq_mg_per_L = 0.5; // 3.3 nM of a 150 kDa antibody, a usual ELISA limit
};

/// The half-life that a report would give: ln 2 over the least-squares slope of ln C at the last few samples above the
/// limit of quantification. None where too few remain, or where they do not fall.
std::optional<Time> half_life_nca(Disposition const& disposition, History history, Sampling const& sampling = {});

/// The same from what was measured, one figure a sampling day.
std::optional<Time> half_life_nca(std::span<Concentration const> measured, Sampling const& sampling);

} // namespace escalon::pk

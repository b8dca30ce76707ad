// Biologies for the tests: one whose DLT probability has a closed form, and a trial of many layers.
#pragma once

#include "sim/trial/nature.hpp"
#include "tests/support/reference_drugs.hpp"

namespace escalon::test {

/// One compartment, log-normal clearance, and a window in which the whole AUC is spent: AUC = dose/CL.
struct CompleteAuc {
    static constexpr double clearance_L_per_d = 10;
    static constexpr double variance_of_eta = 0.16;
    static constexpr double median_mg_d_per_L = 5;
    static constexpr double sd_log_tolerance = 0.35;

    static DoseLadder ladder() { return DoseLadder{DoseUnit::mg, {10, 20, 30, 40, 50, 70}}; }

    static Biology biology(double variance = variance_of_eta)
    {
        pk::OneCompartment const model{.CL = sized(clearance_L_per_d * unit::L_per_d), .V1 = sized(30 * unit::L)};
        Population population;
        population.omega.variances = {{"CL", variance}};
        return Biology{ladder(), model, pk::Regimen{}, population,
                       ByExposure{.driver = Driver::auc,
                                  .window = 400 * unit::d, // 130 half-lives
                                  .tolerance = {.median = median_mg_d_per_L * unit::mg_d_per_L, .sd_log = sd_log_tolerance}}};
    }
};

/// Two compartments in mg/m2 with correlated etas, varying body surface and shed antigen.
inline Biology layered_biology()
{
    pk::TwoCompartment const model{.CL = sized(0.6 * unit::L_per_d),
                                   .V1 = sized_per_m2<dimension::volume>(1.74 * unit::L_per_m2),
                                   .Q = sized_per_m2<dimension::clearance>(0.30 * unit::L_per_d_m2),
                                   .V2 = sized_per_m2<dimension::volume>(0.90 * unit::L_per_m2),
                                   .antigen_clearance = pk::Emax{.SMAX = 21.5, .A50 = 142'600 * unit::U_per_mL}};
    Population population;
    population.antigen.median = 1000 * unit::U_per_mL;
    population.antigen.sd_log = 1.2;
    population.omega.variances = {{"CL", 0.09}, {"V1", 0.04}};
    population.omega.correlations = {{"CL", "V1", 0.5}};
    return Biology{DoseLadder{DoseUnit::mg_per_m2, {40, 80, 126, 168, 223, 297}}, model,
                   pk::Regimen{.cycles = 2, .infusion = 1.5 * unit::h}, population,
                   ByExposure{.driver = Driver::auc, .tolerance = {.median = 600 * unit::mg_d_per_L, .sd_log = 0.35}}};
}

/// huC242-DM4 with the antigen that takes most of small doses: kinetics that are integrated.
inline Biology antigen_biology(double variance_between_occasions = 0, Time window = 21 * unit::d)
{
    auto const linear = huc242_dm4();
    pk::ConjugateAntigen const model{.CL = linear.CL,
                                     .V1 = linear.V1,
                                     .Q = linear.Q,
                                     .V2 = linear.V2,
                                     .KDC = linear.KDC,
                                     .KSS = 1 * unit::nM,
                                     .KDEG = 0.7 * unit::per_d,
                                     .KINT = 1.4 * unit::per_d,
                                     .antigen_scale = 0.01 * unit::nM_per_U_mL};
    Population population;
    population.antigen.median = 100 * unit::U_per_mL;
    population.antigen.sd_log = 1.6;
    population.omega.variances = {{"CL", 0.09}, {"V1", 0.04}, {"Q", 0.09}, {"V2", 0.09}, {"KDC", 0.1225}};
    population.omega.correlations = {{"CL", "V1", 0.5}};
    if (variance_between_occasions > 0)
        population.iov.variances = {{"CL", variance_between_occasions}};
    return Biology{
        DoseLadder{DoseUnit::mg_per_m2, {18, 36, 60, 90, 126, 168, 223, 297}}, model,
        pk::Regimen{.cycles = 6, .infusion = 1.5 * unit::h}, population,
        ByExposure{.driver = Driver::auc, .window = window, .tolerance = {.median = 560 * unit::mg_d_per_L, .sd_log = 0.35}}};
}

} // namespace escalon::test

// A patient as a course of doses meets one: covariates, etas, and how much a dose amounts to.
#pragma once

#include "pk_models/parameters.hpp"

#include <span>

namespace escalon::pk {

/// One patient, and the mg that a dose of 1 in a plan stands for.
struct Dosed {
    Covariates patient;
    Etas etas{};
    double amount_mg = 1;
    std::span<Etas const> kappas{}; ///< added to the etas, an occasion each; the last holds on. Empty: occasions are alike
    std::span<double const> antigen_factors{}; ///< of antigen's production, likewise

    /// Whether parameters differ between occasions.
    bool by_occasion() const { return !kappas.empty() || !antigen_factors.empty(); }
};

} // namespace escalon::pk

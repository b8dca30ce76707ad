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
};

} // namespace escalon::pk

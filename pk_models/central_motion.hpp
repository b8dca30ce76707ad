// The central compartment between two events: its amount, its integral and where it turns, in closed form.
#pragma once

#include "pk_models/linear.hpp"

#include <array>
#include <cstddef>
#include <span>

namespace escalon::pk {

/// weight e^(-rate t)
struct Term {
    double rate_per_d;
    double weight;
};

/// A few ascending times.
struct Times {
    std::array<double, max_modes> at_d{};
    std::size_t count = 0;

    double const* begin() const { return at_d.data(); }
    double const* end() const { return at_d.data() + count; }
    void add(double time_d) { at_d[count++] = time_d; }
};

/// Where a sum of exponentials, fastest first, changes sign within (0, length). Divided by its slowest exponential it has a
/// derivative with one term fewer, between whose sign changes it is monotone (Rolle): n terms change sign n - 1 times at most.
Times sign_changes(std::span<Term const> terms, double length_d);

/// Amounts from which the central compartment moves on, fed at constant rates and from the depot. The central amount is a sum of
/// parts, one a mode: d part_j/dt = share_j (infusing + KA depot) - rate_j part_j.
class CentralMotion {
public:
    /// @param parts_mg one a mode, of either sign
    /// @param feeding  what flows in, and the depot; its own amounts are not read
    CentralMotion(std::span<Mode const> modes, std::span<double const> parts_mg, double KA_per_d, CentralState const& feeding);

    /// The state of a superposition.
    CentralMotion(Disposition const& disposition, CentralState const& state);

    double part_mg(std::size_t mode, double later_d) const;
    double amount_mg(double later_d) const;
    double slope_mg_per_d(double later_d) const;
    double depot_mg(double later_d) const;

    /// Integral of the central amount from now on.
    double integral_mg_d(double length_d) const;

    /// Where the central amount turns within (0, length). With KA the amount's slope is a sum with one exponential more, whose
    /// weight has no limit where KA is like another rate: its derivative after multiplication by e^(KA t) is free of it.
    Times turning_points(double length_d) const;

private:
    std::span<Mode const> modes_;
    std::array<double, max_modes> parts_mg_{};
    double KA_per_d_;
    double infusing_mg_per_d_;
    double depot_mg_;
    double infusing_depot_mg_per_d_;
};

} // namespace escalon::pk

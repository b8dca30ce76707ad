// A concentration over a stretch of time in which nothing but the model moves: a sum of exponentials and a short polynomial; and the
// effect compartment that it drives, in closed form.
//
// dE/dt = k (C - E): Sheiner et al. (1979), Clin Pharmacol Ther 25:358. Its half-life ln 2/k is how long what was there is remembered:
// E is the average of all past concentrations, each weighted by k e^(-k age).
#pragma once

#include "pk_models/central_motion.hpp"

#include <array>
#include <cstddef>
#include <limits>
#include <span>

namespace escalon::pk {

/// C(t) = constant + slope t + curve t^2 + sum_j height_j e^(-rate_j t), mg/L, for t from 0 to the length.
struct ExponentialStretch {
    static constexpr std::size_t most_terms = max_modes + 1; ///< and a depot's
    static constexpr double slowest_per_d = 1e-9;            ///< taken for slower rates: what it loses in ten years is rounding

    double start_d = 0; ///< from the start of the course
    double length_d = 0;
    double constant = 0;
    double slope = 0;
    double curve = 0;
    std::size_t terms = 0;
    std::array<double, most_terms> height{};
    std::array<double, most_terms> rate_per_d{};
    std::array<double, most_terms> kept{}; ///< e^(-rate length)

    double value(double t) const;
    double at_end() const;
    /// Its derivative.
    double change(double t) const;
    /// Its integral from 0.
    double area(double t) const;
    double whole_area() const;

    /// Adds a term; rates below a billionth a day are taken as that.
    void add(double height_mg_per_L, double rate);
};

/// A linear model from these amounts on.
/// @param parts_mg one a mode, as `CentralMotion` has them
ExponentialStretch exponential_stretch(std::span<Mode const> modes, std::span<double const> parts_mg, double V1_L,
                                       double KA_per_d, CentralState const& feeding, double start_d, double length_d);

/// The parabola with these ends and this integral.
ExponentialStretch parabolic_stretch(double start_d, double length_d, double at_start, double at_end, double area);

/// An effect compartment over a stretch.
class EffectOver {
public:
    /// @param rate_per_d infinite where the effect is the concentration itself
    /// @param kept       e^(-rate length)
    EffectOver(ExponentialStretch const& concentration, double rate_per_d, double kept, double at_start);

    double value(double t) const;
    double at_end() const { return at_end_; }
    double change(double t) const;
    double area(double t) const;
    double whole_area() const;

    /// Where it is highest within the stretch.
    struct Peak {
        double height = 0;
        double at_d = 0; ///< into the stretch
    };
    /// @param guess_d where the peak may lie
    Peak peak(double guess_d) const;

    /// When it first reaches a level that it does not exceed at the start, and does by the peak.
    double first_above(double level, double peak_at_d) const;
    /// When its integral from the start of the stretch first reaches this.
    double first_area(double area) const;

private:
    bool is_concentration() const { return k_ == infinite_; }
    static constexpr double infinite_ = std::numeric_limits<double>::infinity();

    ExponentialStretch const* c_;
    double k_;
    double at_start_;
    double at_end_;
    // E(t) = q0 + q1 t + q2 t^2 + what the exponentials drive + rest e^(-k t)
    double q0_ = 0;
    double q1_ = 0;
    double q2_ = 0;
};

} // namespace escalon::pk

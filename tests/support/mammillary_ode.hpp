// The same linear kinetics as equations of motion, stepped by Boost.odeint: an independent check of the closed form.
#pragma once

#include "pk_models/linear.hpp"

#include <boost/numeric/odeint/integrate/integrate_adaptive.hpp>
#include <boost/numeric/odeint/stepper/generation/generation_controlled_runge_kutta.hpp> // else the tolerance is taken for a step
#include <boost/numeric/odeint/stepper/generation/generation_runge_kutta_fehlberg78.hpp>
#include <boost/numeric/odeint/stepper/generation/make_controlled.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_fehlberg78.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <vector>

namespace escalon::test {

/// What was measured on the way to a time.
struct Followed {
    double concentration_mg_per_L = 0;
    double auc_mg_d_per_L = 0;
    double highest_mg_per_L = 0; ///< at the starts and ends of infusions, after boluses, and at the end
};

/// Integrates amounts in three compartments and the AUC from 0 to a time, restarting at every event. A bolus at the very end
/// counts.
inline Followed follow(pk::Rates const& rates, pk::History history, double until_d)
{
    using State = std::array<double, 4>;
    namespace odeint = boost::numeric::odeint;
    std::set<double> times{0, until_d};
    for (auto const& dose : history)
        for (double const time : {dose.time_d, dose.time_d + dose.duration_d})
            if (time < until_d)
                times.insert(time);

    State state{};
    Followed followed;
    double now_d = 0;
    for (double const next_d : times) {
        double const rate_mg_per_d = [&] {
            double sum = 0;
            double const middle = 0.5 * (now_d + next_d);
            for (auto const& dose : history)
                if (dose.duration_d > 0 && dose.time_d < middle && middle < dose.time_d + dose.duration_d)
                    sum += dose.amount_mg / dose.duration_d;
            return sum;
        }();
        auto const motion = [&](State const& a, State& change, double) {
            double const to_second = rates.k12_per_d * a[0] - rates.k21_per_d * a[1];
            double const to_third = rates.k13_per_d * a[0] - rates.k31_per_d * a[2];
            change[0] = rate_mg_per_d - rates.k10_per_d * a[0] - to_second - to_third;
            change[1] = to_second - rates.k20_per_d * a[1];
            change[2] = to_third - rates.k30_per_d * a[2];
            change[3] = a[0] / rates.V1_L;
        };
        constexpr double tolerance = 1e-12;
        constexpr double first_step_d = 1e-4;
        if (next_d > now_d)
            odeint::integrate_adaptive(odeint::make_controlled(tolerance, tolerance, odeint::runge_kutta_fehlberg78<State>{}),
                                       motion, state, now_d, next_d, std::min(first_step_d, next_d - now_d));
        now_d = next_d;
        for (auto const& dose : history)
            if (dose.duration_d == 0 && dose.time_d == now_d)
                state[0] += dose.amount_mg;
        followed.highest_mg_per_L = std::max(followed.highest_mg_per_L, state[0] / rates.V1_L);
    }
    followed.concentration_mg_per_L = state[0] / rates.V1_L;
    followed.auc_mg_d_per_L = state[3];
    return followed;
}

} // namespace escalon::test

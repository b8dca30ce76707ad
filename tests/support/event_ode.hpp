// Linear kinetics with a depot, steady states, resets and parameters that change, as equations of motion: an independent check of
// every closed form. It knows nothing of doses, records or modes, only of what flows where and when.
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

enum class Into { central, depot };

/// A bolus when it starts and stops at once.
struct Inflow {
    double start_d = 0;
    double stop_d = 0;
    double amount_mg = 0; ///< of the whole, also if it is stopped before
    Into into = Into::central;
    double cut_d = 1e300; ///< when it is stopped
};

struct Parameters {
    double from_d = 0;
    pk::Rates rates;
    double KA_per_d = 0;
};

/// Depot, compartments 1 to 3, AUC.
using OdeState = std::array<double, 5>;

struct EventOde {
    std::vector<Parameters> parameters;
    std::vector<Inflow> inflows;
    std::vector<double> emptied_d{};
    double start_d = 0;

    /// @param before whether boluses and resets at that very time are left out
    OdeState state(double until_d, bool before = false) const
    {
        namespace odeint = boost::numeric::odeint;
        std::set<double> times{start_d, until_d};
        auto const cut = [&](double time_d) {
            if (time_d > start_d && time_d < until_d)
                times.insert(time_d);
        };
        for (auto const& inflow : inflows)
            for (double const time_d : {inflow.start_d, inflow.stop_d, inflow.cut_d})
                cut(time_d);
        for (auto const& set : parameters)
            cut(set.from_d);
        for (double const time_d : emptied_d)
            cut(time_d);
        OdeState state{};
        double now_d = start_d;
        for (double const next_d : times) {
            double const middle_d = 0.5 * (now_d + next_d);
            auto const& set = holding(middle_d);
            double into_central = 0;
            double into_depot = 0;
            for (auto const& inflow : inflows)
                if (inflow.stop_d > inflow.start_d && inflow.start_d < middle_d &&
                    middle_d < std::min(inflow.stop_d, inflow.cut_d))
                    (inflow.into == Into::depot ? into_depot : into_central) += inflow.amount_mg /
                                                                                (inflow.stop_d - inflow.start_d);
            auto const& k = set.rates;
            auto const motion = [&](OdeState const& a, OdeState& change, double) {
                double const to_second = k.k12_per_d * a[1] - k.k21_per_d * a[2];
                double const to_third = k.k13_per_d * a[1] - k.k31_per_d * a[3];
                change[0] = into_depot - set.KA_per_d * a[0];
                change[1] = into_central + set.KA_per_d * a[0] - k.k10_per_d * a[1] - to_second - to_third;
                change[2] = to_second - k.k20_per_d * a[2];
                change[3] = to_third - k.k30_per_d * a[3];
                change[4] = a[1] / k.V1_L;
            };
            constexpr double tolerance = 1e-13;
            constexpr double first_step_d = 1e-4;
            if (next_d > now_d)
                odeint::integrate_adaptive(odeint::make_controlled(tolerance, tolerance,
                                                                   odeint::runge_kutta_fehlberg78<OdeState>{}),
                                           motion, state, now_d, next_d, std::min(first_step_d, next_d - now_d));
            now_d = next_d;
            if (before && now_d == until_d)
                break;
            if (std::ranges::find(emptied_d, now_d) != emptied_d.end())
                state = {0, 0, 0, 0, state[4]};
            for (auto const& inflow : inflows)
                if (inflow.start_d == now_d && inflow.stop_d == now_d)
                    state[inflow.into == Into::depot ? 0 : 1] += inflow.amount_mg;
        }
        return state;
    }

    double concentration(double at_d) const { return state(at_d)[1] / holding(at_d).rates.V1_L; }
    double auc(double from_d, double to_d) const { return state(to_d)[4] - state(from_d)[4]; }

    Parameters const& holding(double at_d) const
    {
        auto const* found = &parameters.front();
        for (auto const& set : parameters)
            if (set.from_d <= at_d)
                found = &set;
        return *found;
    }
};

} // namespace escalon::test

// Nonlinear pharmacokinetics as equations of motion, stepped by Boost.odeint: independent references for tests and benchmarks.
//
// The equations are written as the papers have them, for any real type, and share nothing with the engine: Mager & Jusko
// (2001), J Pharmacokinet Pharmacodyn 28:507 (binding in full); Gibiansky et al. (2008), ibid. 35:573 (quasi-steady state).
// CVODE drives the same systems in pk_cvode.hpp.
#pragma once

#include <boost/numeric/odeint/algebra/algebra_dispatcher.hpp>
#include <boost/numeric/odeint/algebra/array_algebra.hpp>
#include <boost/numeric/odeint/stepper/controlled_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/dense_output_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/generation/generation_controlled_runge_kutta.hpp> // else the tolerance is taken for a step
#include <boost/numeric/odeint/stepper/generation/generation_dense_output_runge_kutta.hpp>
#include <boost/numeric/odeint/stepper/generation/generation_runge_kutta_dopri5.hpp>
#include <boost/numeric/odeint/stepper/generation/generation_runge_kutta_fehlberg78.hpp>
#include <boost/numeric/odeint/stepper/generation/make_controlled.hpp>
#include <boost/numeric/odeint/stepper/generation/make_dense_output.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_dopri5.hpp>
#include <boost/numeric/odeint/stepper/runge_kutta_fehlberg78.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace escalon::reference {

/// An infusion, or a bolus if it takes no time.
struct Dose {
    double time_d = 0;
    double duration_d = 0;
    double amount_mg = 0;
};

/// Clearances and volumes of two compartments; Q = 0 leaves one.
struct Disposition {
    double CL_L_per_d = 0;
    double V1_L = 1;
    double Q_L_per_d = 0;
    double V2_L = 1;
};

/// A soluble antigen with one binding site, at R0 before treatment; KSYN = KDEG R0.
struct Antigen {
    double R0_nM = 0;
    double KDEG_per_d = 0;
    double KINT_per_d = 0; ///< of the complex
};

constexpr double antibody_g_per_mol = 150000;
constexpr double nM_L_per_mmol = 1e6;

/// What a dose in the first compartment does to its concentration, nM.
template <class Real>
Real nM_of(double amount_mg, Disposition const& drug)
{
    return Real(amount_mg) * Real(nM_L_per_mmol) / Real(antibody_g_per_mol) / Real(drug.V1_L);
}

/// What AUC and Cmax are of: the drug itself free and bound, its free part, or the antibody whether it carries payload or not.
enum class Analyte { total, free, antibody };

template <class Real>
struct Rates {
    explicit Rates(Disposition const& drug)
        : k10{Real(drug.CL_L_per_d) / Real(drug.V1_L)},
          k12{Real(drug.Q_L_per_d) / Real(drug.V1_L)},
          k21{Real(drug.Q_L_per_d) / Real(drug.V2_L)}
    {}
    Real k10, k12, k21;
};

// A system has `states` and those that a dose enters, `start` before any dose, `motion` for a constant inflow (concentration a
// day), `measured`, and derivatives of both by the states, `jacobian` and `measured_gradient`.

/// Target-mediated disposition with binding in full. States C free drug, P peripheral, R free antigen, X complex, all nM.
template <Analyte analyte = Analyte::total>
struct FullTmdd {
    static constexpr std::size_t states = 4;
    static constexpr std::array<std::size_t, 1> dosed{0};

    Disposition drug;
    Antigen antigen;
    double KON_per_nM_d = 0;
    double KOFF_per_d = 0;

    template <class Real>
    Real concentration(double amount_mg) const
    {
        return nM_of<Real>(amount_mg, drug);
    }

    template <class Real>
    std::array<Real, states> start() const
    {
        return {0, 0, Real(antigen.R0_nM), 0};
    }

    template <class Real>
    auto motion(Real inflow) const
    {
        Real const KON = Real(KON_per_nM_d);
        Real const KOFF = Real(KOFF_per_d);
        Real const KDEG = Real(antigen.KDEG_per_d);
        Real const KINT = Real(antigen.KINT_per_d);
        Real const KSYN = KDEG * Real(antigen.R0_nM);
        return [=, k = Rates<Real>{drug}](auto const& y, auto& change) {
            Real const C = y[0], P = y[1], R = y[2], X = y[3];
            change[0] = inflow - k.k10 * C - k.k12 * (C - P) - KON * C * R + KOFF * X;
            change[1] = k.k21 * (C - P);
            change[2] = KSYN - KDEG * R - KON * C * R + KOFF * X;
            change[3] = KON * C * R - (KOFF + KINT) * X;
        };
    }

    auto measured(auto const& y) const
    {
        static_assert(analyte != Analyte::antibody, "the drug is the antibody: ask for total or free");
        if constexpr (analyte == Analyte::free)
            return y[0];
        else
            return y[0] + y[3];
    }

    std::array<double, states> measured_gradient(auto const&) const { return {1, 0, 0, analyte == Analyte::free ? 0.0 : 1.0}; }

    void jacobian(auto const& y, auto const& d) const
    {
        Rates<double> const k{drug};
        double const binding_by_C = KON_per_nM_d * y[2];
        double const binding_by_R = KON_per_nM_d * y[0];
        d(0, 0) = -k.k10 - k.k12 - binding_by_C;
        d(0, 1) = k.k12;
        d(0, 2) = -binding_by_R;
        d(0, 3) = KOFF_per_d;
        d(1, 0) = k.k21;
        d(1, 1) = -k.k21;
        d(2, 0) = -binding_by_C;
        d(2, 2) = -antigen.KDEG_per_d - binding_by_R;
        d(2, 3) = KOFF_per_d;
        d(3, 0) = binding_by_C;
        d(3, 2) = binding_by_R;
        d(3, 3) = -KOFF_per_d - antigen.KINT_per_d;
    }
};

/// Free drug where total drug L and total antigen R are in equilibrium with constant KSS.
template <class Real>
Real free_drug(Real L, Real R, Real KSS)
{
    using std::sqrt;
    Real const excess = L - R - KSS;
    Real const root = sqrt(excess * excess + 4 * KSS * L);
    return excess < 0 ? 2 * KSS * L / (root - excess) : (excess + root) / 2;
}

/// Derivatives of free drug C by L and R.
struct FreeDrugGradient {
    FreeDrugGradient(double L, double R, double KSS)
        : C{free_drug(L, R, KSS)},
          root{std::sqrt((L - R - KSS) * (L - R - KSS) + 4 * KSS * L)},
          by_L{(C + KSS) / root},
          by_R{-C / root}
    {}
    double C, root, by_L, by_R;
};

/// Quasi-steady state, or quasi-equilibrium where KSS is the dissociation constant. States L total drug, P peripheral, R total
/// antigen, all nM.
template <Analyte analyte = Analyte::total>
struct QssTmdd {
    static constexpr std::size_t states = 3;
    static constexpr std::array<std::size_t, 1> dosed{0};

    Disposition drug;
    Antigen antigen;
    double KSS_nM = 0;

    template <class Real>
    Real concentration(double amount_mg) const
    {
        return nM_of<Real>(amount_mg, drug);
    }

    template <class Real>
    std::array<Real, states> start() const
    {
        return {0, 0, Real(antigen.R0_nM)};
    }

    template <class Real>
    auto motion(Real inflow) const
    {
        Real const KSS = Real(KSS_nM);
        Real const KDEG = Real(antigen.KDEG_per_d);
        Real const KINT = Real(antigen.KINT_per_d);
        Real const KSYN = KDEG * Real(antigen.R0_nM);
        return [=, k = Rates<Real>{drug}](auto const& y, auto& change) {
            Real const L = y[0], P = y[1], R = y[2];
            Real const C = free_drug(L, R, KSS);
            Real const RC = L - C;
            change[0] = inflow - k.k10 * C - k.k12 * (C - P) - KINT * RC;
            change[1] = k.k21 * (C - P);
            change[2] = KSYN - KDEG * (R - RC) - KINT * RC;
        };
    }

    auto measured(auto const& y) const
    {
        static_assert(analyte != Analyte::antibody, "the drug is the antibody: ask for total or free");
        if constexpr (analyte == Analyte::free)
            return free_drug(y[0], y[2], decltype(y[0] + y[2])(KSS_nM));
        else
            return y[0];
    }

    std::array<double, states> measured_gradient(auto const& y) const
    {
        if constexpr (analyte == Analyte::free) {
            FreeDrugGradient const C{y[0], y[2], KSS_nM};
            return {C.by_L, 0, C.by_R};
        } else
            return {1, 0, 0};
    }

    void jacobian(auto const& y, auto const& d) const
    {
        Rates<double> const k{drug};
        auto const [KSYN_nM, KDEG, KINT] = antigen;
        FreeDrugGradient const C{y[0], y[2], KSS_nM};
        double const out = k.k10 + k.k12 - KINT; // L' has -out C - KINT L, R' has -KDEG R + (KDEG - KINT) (L - C)
        d(0, 0) = -out * C.by_L - KINT;
        d(0, 1) = k.k12;
        d(0, 2) = -out * C.by_R;
        d(1, 0) = k.k21 * C.by_L;
        d(1, 1) = -k.k21;
        d(1, 2) = k.k21 * C.by_R;
        d(2, 0) = (KDEG - KINT) * (1 - C.by_L);
        d(2, 2) = -KDEG - (KDEG - KINT) * C.by_R;
    }
};

/// An antibody-drug conjugate with a soluble antigen in quasi-steady state. States T total antibody, P its peripheral, R total
/// antigen, A total conjugate, Ap its peripheral, all nM.
template <Analyte analyte = Analyte::total>
struct ConjugateAntigen {
    static constexpr std::size_t states = 5;
    static constexpr std::array<std::size_t, 2> dosed{0, 3};

    Disposition drug;
    Antigen antigen;
    double KSS_nM = 0;
    double KDC_per_d = 0; ///< the linker breaks, wherever the conjugate is

    template <class Real>
    Real concentration(double amount_mg) const
    {
        return nM_of<Real>(amount_mg, drug);
    }

    template <class Real>
    std::array<Real, states> start() const
    {
        return {0, 0, Real(antigen.R0_nM), 0, 0};
    }

    template <class Real>
    auto motion(Real inflow) const
    {
        Real const KSS = Real(KSS_nM);
        Real const KDC = Real(KDC_per_d);
        Real const KDEG = Real(antigen.KDEG_per_d);
        Real const KINT = Real(antigen.KINT_per_d);
        Real const KSYN = KDEG * Real(antigen.R0_nM);
        return [=, k = Rates<Real>{drug}](auto const& y, auto& change) {
            Real const T = y[0], P = y[1], R = y[2], A = y[3], Ap = y[4];
            Real const C = free_drug(T, R, KSS);
            Real const RC = T - C;
            Real const F = KSS / (KSS + R - RC);
            change[0] = inflow - k.k10 * C - k.k12 * (C - P) - KINT * RC;
            change[1] = k.k21 * (C - P);
            change[2] = KSYN - KDEG * (R - RC) - KINT * RC;
            change[3] = inflow - KDC * A - k.k10 * F * A - k.k12 * (F * A - Ap) - KINT * (1 - F) * A;
            change[4] = k.k21 * (F * A - Ap) - KDC * Ap;
        };
    }

    auto measured(auto const& y) const
    {
        using Real = decltype(y[0] + y[1]);
        if constexpr (analyte == Analyte::free) {
            Real const KSS = Real(KSS_nM);
            return KSS / (KSS + y[2] - y[0] + free_drug(y[0], y[2], KSS)) * y[3];
        } else
            return Real(analyte == Analyte::antibody ? y[0] : y[3]);
    }

    std::array<double, states> measured_gradient(auto const& y) const
    {
        if constexpr (analyte == Analyte::free) {
            FreeFraction const F{y, KSS_nM};
            return {F.by_T * y[3], 0, F.by_R * y[3], F.F, 0};
        } else if constexpr (analyte == Analyte::antibody)
            return {1, 0, 0, 0, 0};
        else
            return {0, 0, 0, 1, 0};
    }

    void jacobian(auto const& y, auto const& d) const
    {
        QssTmdd<>{drug, antigen, KSS_nM}.jacobian(y, d);
        Rates<double> const k{drug};
        double const KINT = antigen.KINT_per_d;
        FreeFraction const F{y, KSS_nM};
        double const A = y[3];
        double const out = k.k10 + k.k12 - KINT; // A' has -(KDC + KINT) A - out F A
        d(3, 0) = -out * F.by_T * A;
        d(3, 2) = -out * F.by_R * A;
        d(3, 3) = -KDC_per_d - KINT - out * F.F;
        d(3, 4) = k.k12;
        d(4, 0) = k.k21 * F.by_T * A;
        d(4, 2) = k.k21 * F.by_R * A;
        d(4, 3) = k.k21 * F.F;
        d(4, 4) = -k.k21 - KDC_per_d;
    }

private:
    /// F = KSS / (KSS + free antigen) and its derivatives.
    struct FreeFraction {
        FreeFraction(auto const& y, double KSS)
        {
            FreeDrugGradient const C{y[0], y[2], KSS};
            double const B = KSS + y[2] - y[0] + C.C;
            F = KSS / B;
            by_T = -F / B * (C.by_L - 1);
            by_R = -F / B * (C.by_R + 1);
        }
        double F = 0, by_T = 0, by_R = 0;
    };
};

/// Michaelis-Menten elimination beside a linear one. States C and P, mg/L.
struct MichaelisMenten {
    static constexpr std::size_t states = 2;
    static constexpr std::array<std::size_t, 1> dosed{0};

    Disposition drug;
    double VMAX_mg_per_L_d = 0;
    double KM_mg_per_L = 1;

    template <class Real>
    Real concentration(double amount_mg) const
    {
        return Real(amount_mg) / Real(drug.V1_L);
    }

    template <class Real>
    std::array<Real, states> start() const
    {
        return {0, 0};
    }

    template <class Real>
    auto motion(Real inflow) const
    {
        return [=, k = Rates<Real>{drug}, VMAX = Real(VMAX_mg_per_L_d), KM = Real(KM_mg_per_L)](auto const& y, auto& change) {
            Real const C = y[0], P = y[1];
            change[0] = inflow - k.k10 * C - VMAX * C / (KM + C) - k.k12 * (C - P);
            change[1] = k.k21 * (C - P);
        };
    }

    auto measured(auto const& y) const { return y[0]; }

    std::array<double, states> measured_gradient(auto const&) const { return {1, 0}; }

    void jacobian(auto const& y, auto const& d) const
    {
        Rates<double> const k{drug};
        double const saturation = KM_mg_per_L + y[0];
        d(0, 0) = -k.k10 - k.k12 - VMAX_mg_per_L_d * KM_mg_per_L / (saturation * saturation);
        d(0, 1) = k.k12;
        d(1, 0) = k.k21;
        d(1, 1) = -k.k21;
    }
};

/// A patient followed to the last of the times asked for.
template <std::size_t states>
struct Course {
    std::vector<std::array<double, states>> at; ///< states at each time; at a bolus, after it
    std::vector<double> auc;                    ///< from 0 to each time
    double highest = 0;                         ///< at the starts and ends of infusions, after boluses, at the end
    double highest_d = 0;
    std::size_t steps = 0; ///< accepted
};

/// States and, last, the AUC.
template <class Real, class System>
using Followed = std::array<Real, System::states + 1>;

/// Times between which the inflow is constant: 0, starts and ends of infusions, boluses, and the end.
inline std::vector<double> events(std::span<Dose const> doses, double until_d)
{
    std::vector<double> times{0};
    for (auto const& dose : doses)
        for (double const time : {dose.time_d, dose.time_d + dose.duration_d})
            if (0 < time && time < until_d)
                times.push_back(time);
    std::ranges::sort(times);
    constexpr double same_d = 1e-11; // an end that rounding parts from the next start; a picosecond a day
    auto const repeated = std::ranges::unique(times, [](double a, double b) { return b - a < same_d; });
    times.erase(repeated.begin(), repeated.end());
    if (until_d > 0)
        times.push_back(until_d);
    return times;
}

/// The largest concentration that one dose gives.
template <class System>
double dose_concentration(System const& system, std::span<Dose const> doses)
{
    double largest = 0;
    for (auto const& dose : doses)
        largest = std::max(largest, system.template concentration<double>(dose.amount_mg));
    return largest;
}

/// Restarts at every event. `advance(state, inflow, from, to, inside, record)` brings the state from one event to the next and
/// calls `record(state)` at each time inside.
template <class Real, class System>
Course<System::states> follow(System const& system, std::span<Dose const> doses, std::span<double const> times_d,
                              auto const& advance)
{
    constexpr auto n = System::states;
    if (times_d.empty() || !std::ranges::is_sorted(times_d) || times_d.front() < 0)
        throw std::runtime_error{"times to follow a patient to must be from 0 and ascend"};
    Course<n> course;
    course.at.reserve(times_d.size());
    course.auc.reserve(times_d.size());

    Followed<Real, System> state{};
    std::ranges::copy(system.template start<Real>(), state.begin());
    auto const record = [&](auto const& y) {
        std::array<double, n> now;
        std::ranges::transform(y.begin(), y.begin() + n, now.begin(), [](Real x) { return static_cast<double>(x); });
        course.at.push_back(now);
        course.auc.push_back(static_cast<double>(y[n]));
    };
    auto const look = [&](double at_d) {
        if (auto const now = static_cast<double>(system.measured(state)); now > course.highest) {
            course.highest = now;
            course.highest_d = at_d;
        }
    };
    auto const inflow_at = [&](double time_d) {
        Real sum = 0;
        for (auto const& dose : doses)
            if (dose.duration_d > 0 && dose.time_d < time_d && time_d < dose.time_d + dose.duration_d)
                sum += system.template concentration<Real>(dose.amount_mg) / Real(dose.duration_d);
        return sum;
    };

    auto const stops = events(doses, times_d.back());
    auto next_time = times_d.begin();
    for (std::size_t i = 0; i < stops.size(); ++i) {
        double const now_d = stops[i];
        if (i > 0) {
            double const before_d = stops[i - 1];
            auto const inside_end = std::find_if(next_time, times_d.end(), [&](double t) { return t >= now_d; });
            course.steps += advance(state, inflow_at(0.5 * (before_d + now_d)), before_d, now_d,
                                    std::span<double const>{next_time, inside_end}, record);
            next_time = inside_end;
            look(now_d);
        }
        for (auto const& dose : doses)
            if (dose.duration_d == 0 && dose.time_d == now_d)
                for (auto const k : System::dosed)
                    state[k] += system.template concentration<Real>(dose.amount_mg);
        look(now_d);
        for (; next_time != times_d.end() && *next_time == now_d; ++next_time)
            record(state);
    }
    return course;
}

/// Changes of the states and, last, of the AUC.
template <class Real, class System>
auto motion_with_auc(System const& system, Real inflow)
{
    return [&system, move = system.template motion<Real>(inflow)](auto const& y, auto& change, auto) {
        move(y, change);
        change[System::states] = system.measured(y);
    };
}

constexpr double first_step_d = 1e-3;

/// Boost.odeint's runge_kutta_dopri5, Dormand and Prince's method of order 5, with its dense output. The error of a step is kept
/// below tolerance (|y| + 1e-3 of a dose's concentration).
template <class System>
Course<System::states> solve_dopri5(System const& system, std::span<Dose const> doses, std::span<double const> times_d,
                                    double tolerance)
{
    namespace odeint = boost::numeric::odeint;
    using State = Followed<double, System>;
    constexpr double small = 1e-3;
    static odeint::runge_kutta_dopri5<State> const blank; // copied: GCC warns of copies of steppers not yet used
    auto stepper = odeint::make_dense_output(tolerance * small * dose_concentration(system, doses), tolerance, blank);
    return follow<double>(system, doses, times_d,
                          [&](State& state, double inflow, double from, double to, auto inside, auto const& record) {
                              auto const motion = motion_with_auc(system, inflow);
                              auto sample = inside.begin();
                              std::size_t steps = 0;
                              stepper.initialize(state, from, std::min(first_step_d, to - from));
                              while (stepper.current_time() < to) {
                                  if (stepper.current_time() + stepper.current_time_step() > to) {
                                      state = stepper.current_state();
                                      stepper.initialize(state, stepper.current_time(), to - stepper.current_time());
                                  }
                                  stepper.do_step(motion);
                                  ++steps;
                                  for (; sample != inside.end() && *sample <= stepper.current_time(); ++sample) {
                                      stepper.calc_state(*sample, state);
                                      record(state);
                                  }
                              }
                              state = stepper.current_state();
                              return steps;
                          });
}

/// Boost.odeint's runge_kutta_fehlberg78 in numbers of 64 bits' precision, which reaches every time asked for by a step. Small
/// values are followed too: the error of a step is kept below tolerance (|y| + 1e-12 of a dose's concentration).
template <class System>
Course<System::states> solve_fehlberg78_long_double(System const& system, std::span<Dose const> doses,
                                                    std::span<double const> times_d, long double tolerance)
{
    namespace odeint = boost::numeric::odeint;
    using Real = long double;
    using State = Followed<Real, System>;
    constexpr Real small = 1e-12L;
    static odeint::runge_kutta_fehlberg78<State, Real> const blank; // as above
    auto stepper = odeint::make_controlled(tolerance * small * Real(dose_concentration(system, doses)), tolerance, blank);
    return follow<Real>(
        system, doses, times_d, [&](State& state, Real inflow, double from, double to, auto inside, auto const& record) {
            auto const motion = motion_with_auc(system, inflow);
            std::size_t steps = 0;
            Real now = from;
            Real step = first_step_d;
            auto const reach = [&](Real end) {
                while (now < end) {
                    bool const last = step >= end - now;
                    Real tried = last ? end - now : step;
                    bool const accepted = stepper.try_step(motion, state, now, tried) == odeint::success;
                    if (accepted)
                        ++steps;
                    else if (now + tried == now)
                        throw std::runtime_error{"the step vanished at day " + std::to_string(static_cast<double>(now)) +
                                                 ": ask for a tolerance above 1e-17"};
                    if (!accepted || !last)
                        step = tried;
                }
            };
            for (double const time : inside) {
                reach(time);
                record(state);
            }
            reach(to);
            return steps;
        });
}

} // namespace escalon::reference

// The right-hand sides in lanes: as recurrences of Taylor coefficients, and as slopes with their Jacobian.
//
// s[i][k] is the k-th coefficient of series i about the start of a step; the first series are the states. Products of series are
// Cauchy products; quotients and roots are solved for their last coefficient (Moore 1966; Jorba & Zou 2005, Exp Math 14:99).
#pragma once

#include "pk_models/kernels/pack.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace escalon::pk::kernels {
inline namespace ESCALON_PACK_ISA {

/// 1/k, at compile time.
template <std::size_t count>
constexpr std::array<double, count> reciprocals()
{
    std::array<double, count> r{};
    for (std::size_t k = 1; k < count; ++k)
        r[k] = 1.0 / static_cast<double>(k);
    return r;
}

/// The k-th index of a range, outwards from its middle, to either side in turn.
template <std::size_t first, std::size_t last>
constexpr std::size_t outwards(std::size_t k)
{
    std::size_t const middle = first + (last - first) / 2;
    std::size_t const away = (k + 1) / 2;
    return k % 2 == 1 ? middle + away : middle - away;
}

/// sum over i from first to last of a_i b_(n - i), the latest coefficients last: what is known earlier is added up meanwhile.
template <std::size_t first, std::size_t last, std::size_t n, class P, std::size_t length>
ESCALON_INLINE P product(P const (&a)[length], P const (&b)[length])
{
    constexpr std::size_t middle = outwards<first, last>(0);
    P sum = a[middle] * b[n - middle];
    [&]<std::size_t... k>(std::index_sequence<k...>) ESCALON_INLINE_BODY
    {
        ((sum = fma(a[outwards<first, last>(k + 1)], b[n - outwards<first, last>(k + 1)], sum)), ...);
    }
    (std::make_index_sequence<last - first>{});
    return sum;
}

/// Which derivatives of slopes are not always 0.
template <std::size_t states>
using Pattern = std::array<std::array<bool, states>, states>;

/// Free drug, and KSS with the free antigen: the two that multiply to KSS times the total drug.
struct FreeDrug {
    double free;
    double bound;
};

inline FreeDrug free_drug(double total, double antigen, double KSS)
{
    double const d = total - antigen - KSS;
    double const scaled = KSS * total;
    double const larger = 0.5 * (std::abs(d) + std::sqrt(std::fma(d, d, 4 * scaled)));
    double const smaller = scaled / larger;
    return d >= 0 ? FreeDrug{larger, smaller} : FreeDrug{smaller, larger};
}

template <class V>
struct FreeDrugInLanes {
    V free;
    V bound;
    V root; ///< their sum
};

template <class V>
ESCALON_INLINE FreeDrugInLanes<V> free_drug_in_lanes(V const& total, V const& antigen, V const& KSS)
{
    V const d = total - antigen - KSS;
    V const scaled = KSS * total;
    V const root = sqrt(fma(d, d, V::of(4) * scaled));
    V const larger = V::of(0.5) * (abs(d) + root);
    V const smaller = scaled / larger;
    auto const excess = V::of(0) <= d;
    return {select(excess, larger, smaller), select(excess, smaller, larger), root};
}

/// The analytes, where each is one of some figures.
template <class System, std::size_t shown, class V, std::size_t count>
ESCALON_INLINE void pick_analytes(V const (&all)[count], V (&found)[shown])
{
    for (std::size_t a = 0; a < shown; ++a)
        found[a] = all[System::analytes[a]];
}

/// Michaelis-Menten elimination beside a linear one, two compartments; mg/L.
///   dC/dt = in - (k10 + k12) C - VMAX C/(KM + C) + k12 P;  dP/dt = k21 (C - P)
struct MichaelisMentenSystem {
    enum Parameter : std::size_t { per_mg, k10, k12, k21, VMAX, KM, parameters };
    enum Series : std::size_t { C, P, W, count }; // W = 1/(KM + C)
    static constexpr std::size_t states = 2;
    static constexpr bool never_negative = true;
    static constexpr std::array<std::size_t, 1> dosed{C};
    static constexpr std::array<std::size_t, 2> analytes{C, P};

    static void start(double const*, double* y) { y[C] = y[P] = 0; }
    static constexpr bool is_peripheral(std::size_t state) { return state == P; }

    /// The first few analytes of a state.
    template <std::size_t shown>
    static void analytes_of(double const*, double const* y, double (&found)[shown])
    {
        for (std::size_t a = 0; a < shown; ++a)
            found[a] = y[analytes[a]];
    }

    /// About the fastest rate, a day.
    static double fastest(double const* p) { return p[k10] + p[k12] + p[k21] + p[VMAX] / p[KM]; }

    /// Change of the states, concentration a day.
    template <class V>
    ESCALON_INLINE static void slopes(V const* p, V const& input, V const (&y)[states], V (&dy)[states])
    {
        V const saturable = p[VMAX] * y[C] / (p[KM] + y[C]);
        dy[C] = fma(p[k12], y[P], fnma(p[k10] + p[k12], y[C], input - saturable));
        dy[P] = p[k21] * (y[C] - y[P]);
    }

    static constexpr Pattern<states> coupled{{{true, true}, {true, true}}};
    static constexpr std::array<std::size_t, states> elimination{P, C}; ///< the pivots of (s - J) in turn, all positive

    /// Change of each slope (row) with each state, where they are coupled.
    template <class V>
    ESCALON_INLINE static void jacobian(V const* p, V const (&y)[states], V (&j)[states][states])
    {
        V const over = V::of(1) / (p[KM] + y[C]);
        j[C][C] = V::of(0) - fma(p[VMAX] * p[KM] * over, over, p[k10] + p[k12]);
        j[C][P] = p[k12];
        j[P][C] = p[k21];
        j[P][P] = V::of(0) - p[k21];
    }

    template <std::size_t shown, class V>
    ESCALON_INLINE static void analytes_in_lanes(V const*, V const (&y)[states], V (&found)[shown])
    {
        pick_analytes<MichaelisMentenSystem>(y, found);
    }

    /// What a small change dy of the states does to the analytes.
    template <std::size_t shown, class V>
    ESCALON_INLINE static void analyte_changes(V const*, V const (&)[states], V const (&dy)[states], V (&change)[shown])
    {
        pick_analytes<MichaelisMentenSystem>(dy, change);
    }

    template <std::size_t order, class V>
    struct Expansion {
        V loss;
        V saturable; ///< VMAX KM
        V minus_w;

        ESCALON_INLINE void begin(V const* p, V (&s)[count][order + 1])
        {
            saturable = p[VMAX] * p[KM];
            s[W][0] = V::of(1) / (p[KM] + s[C][0]);
            minus_w = V::of(0) - s[W][0];
            loss = p[k10] + p[k12];
        }
        /// From coefficients k to coefficients k + 1.
        template <std::size_t k>
        ESCALON_INLINE void next(V const* p, V const& input, V (&s)[count][order + 1])
        {
            constexpr auto over = reciprocals<order + 2>();
            // C/(KM + C) = 1 - KM W
            V dC = fma(saturable, s[W][k], fms(p[k12], s[P][k], loss * s[C][k]));
            if constexpr (k == 0)
                dC = dC + (input - p[VMAX]);
            V const dP = p[k21] * (s[C][k] - s[P][k]);
            s[C][k + 1] = dC * V::of(over[k + 1]);
            s[P][k + 1] = dP * V::of(over[k + 1]);
            s[W][k + 1] = minus_w * product<1, k + 1, k + 1>(s[C], s[W]);
        }
    };
};

/// Rates that the series below are multiplied by, each over k + 1.
enum BindingRate : std::size_t { net_free, bound_loss, from_peripheral, net_excess, antigen_loss, exchange, binding_rates };

/// Those rates, of a system's parameters.
template <class System>
void work_out_binding_rates(double const* p, double* r)
{
    r[net_free] = p[System::KINT] - p[System::k10] - p[System::k12];
    r[bound_loss] = p[System::KINT];
    r[from_peripheral] = p[System::k12];
    r[net_excess] = p[System::KDEG] - p[System::k10] - p[System::k12];
    r[antigen_loss] = p[System::KDEG];
    r[exchange] = p[System::k21];
}

/// Series of a drug and its soluble antigen in quasi-steady-state: total drug L, its peripheral compartment P, total antigen R, free drug C
/// and B = KSS + free antigen. C B = KSS L and C - B = D - KSS with the excess D = L - R, whose own equation has neither complex nor
/// antigen in it: dD/dt = in - KSYN + (KDEG - k10 - k12) C + k12 P - KDEG D. Coefficients of C follow from the product's, divided by
/// C + B at the start throughout, so that few operations lie between one coefficient and the next.
template <std::size_t order, class V>
class BindingSeries {
public:
    ESCALON_INLINE void begin(V const& KSS, V const& L, V const& R, V& C, V& B)
    {
        D_[0] = L - R;
        V const d = D_[0] - KSS;
        V const scaled = KSS * L;
        V const root = sqrt(fma(d, d, V::of(4) * scaled));
        V const larger = V::of(0.5) * (abs(d) + root);
        V const smaller = scaled / larger;
        auto const excess = V::of(0) <= d;
        C = select(excess, larger, smaller);
        B = select(excess, smaller, larger);
        over_root_ = V::of(1) / root;
        KSS_over_root_ = KSS * over_root_;
        C_over_root_[0] = C * over_root_;
    }

    /// From coefficients k to coefficients k + 1.
    /// @param rate gives a rate over k + 1
    template <std::size_t k, class Rate>
    ESCALON_INLINE void next(Rate rate, V const& input, V const& KSYN, V (&L)[order + 1], V (&P)[order + 1], V (&R)[order + 1],
                             V (&C)[order + 1], V (&B)[order + 1])
    {
        V const gained = rate(from_peripheral) * P[k];
        V to_L = fnma(rate(bound_loss), L[k], gained);
        V to_D = fnma(rate(antigen_loss), D_[k], gained);
        if constexpr (k == 0) {
            to_L = to_L + input;
            to_D = to_D + (input - KSYN);
        }
        L[k + 1] = fma(rate(net_free), C[k], to_L);
        D_[k + 1] = fma(rate(net_excess), C[k], to_D);
        P[k + 1] = rate(exchange) * (C[k] - P[k]);
        R[k + 1] = L[k + 1] - D_[k + 1];
        V bound = KSS_over_root_ * L[k + 1];
        if constexpr (k >= 1)
            bound = fms(KSS_over_root_, L[k + 1], product<1, k, k + 1>(C_over_root_, B));
        C[k + 1] = fma(C_over_root_[0], D_[k + 1], bound);
        C_over_root_[k + 1] = C[k + 1] * over_root_;
        B[k + 1] = C[k + 1] - D_[k + 1];
    }

private:
    V over_root_; ///< 1/(C + B) at the start
    V KSS_over_root_;
    V C_over_root_[order + 1];
    V D_[order + 1];
};

/// Soluble antigen in quasi-steady-state with the drug (KSS) or in quasi-equilibrium (KSS = KD); nM.
/// Gibiansky et al. (2008), J Pharmacokinet Pharmacodyn 35:573. L total drug, P peripheral, R total antigen; with B = KSS + free antigen,
/// free drug C satisfies C B = KSS L.
struct QuasiSteadyStateSystem {
    enum Parameter : std::size_t { per_mg, k10, k12, k21, KINT, KDEG, KSYN, KSS, R0, parameters };
    enum Series : std::size_t { L, P, R, C, B, count };
    static constexpr std::size_t states = 3;
    static constexpr bool never_negative = true;
    static constexpr std::array<std::size_t, 1> dosed{L};
    static constexpr std::array<std::size_t, 4> analytes{L, C, P, R};

    static void start(double const* p, double* y)
    {
        y[L] = y[P] = 0;
        y[R] = p[R0];
    }
    static constexpr bool is_peripheral(std::size_t state) { return state == P; }

    template <std::size_t shown>
    static void analytes_of(double const* p, double const* y, double (&found)[shown])
    {
        if constexpr (shown == 1) { // what is measured is a state
            found[0] = y[L];
            return;
        }
        double const free = free_drug(y[L], y[R], p[KSS]).free;
        double const all[count]{y[L], y[P], y[R], free};
        for (std::size_t a = 0; a < shown; ++a)
            found[a] = all[analytes[a]];
    }

    static double fastest(double const* p) { return p[k10] + p[k12] + p[k21] + std::max(p[KINT], p[KDEG]); }

    template <class V>
    ESCALON_INLINE static void slopes(V const* p, V const& input, V const (&y)[states], V (&dy)[states])
    {
        V const free = free_drug_in_lanes(y[L], y[R], p[KSS]).free;
        dy[L] = fma(p[KINT] - p[k10] - p[k12], free, fnma(p[KINT], y[L], fma(p[k12], y[P], input)));
        dy[R] = fma(p[KDEG] - p[KINT], y[L] - free, fnma(p[KDEG], y[R], p[KSYN]));
        dy[P] = p[k21] * (free - y[P]);
    }

    static constexpr Pattern<states> coupled{{{true, true, true}, {true, true, true}, {true, false, true}}};
    static constexpr std::array<std::size_t, states> elimination{P, L, R};

    /// Free drug by total drug and by antigen.
    template <class V>
    struct FreeDrugGradient {
        V by_L, by_R;
    };
    template <class V>
    ESCALON_INLINE static FreeDrugGradient<V> free_gradient(V const* p, V const (&y)[states])
    {
        auto const drug = free_drug_in_lanes(y[L], y[R], p[KSS]);
        V const over_root = V::of(1) / drug.root;
        return {(drug.free + p[KSS]) * over_root, V::of(0) - drug.free * over_root};
    }

    template <class V>
    ESCALON_INLINE static void jacobian(V const* p, V const (&y)[states], V (&j)[states][states])
    {
        auto const [by_L, by_R] = free_gradient(p, y);
        V const free_net = p[KINT] - p[k10] - p[k12];
        V const bound_net = p[KDEG] - p[KINT];
        j[L][L] = fma(free_net, by_L, V::of(0) - p[KINT]);
        j[L][P] = p[k12];
        j[L][R] = free_net * by_R;
        j[P][L] = p[k21] * by_L;
        j[P][P] = V::of(0) - p[k21];
        j[P][R] = p[k21] * by_R;
        j[R][L] = fnma(bound_net, by_L, bound_net);
        j[R][R] = V::of(0) - fma(bound_net, by_R, p[KDEG]);
    }

    template <std::size_t shown, class V>
    ESCALON_INLINE static void analytes_in_lanes(V const* p, V const (&y)[states], V (&found)[shown])
    {
        V const all[]{y[L], y[P], y[R], free_drug_in_lanes(y[L], y[R], p[KSS]).free};
        pick_analytes<QuasiSteadyStateSystem>(all, found);
    }

    template <std::size_t shown, class V>
    ESCALON_INLINE static void analyte_changes(V const* p, V const (&y)[states], V const (&dy)[states], V (&change)[shown])
    {
        auto const [by_L, by_R] = free_gradient(p, y);
        V const all[]{dy[L], dy[P], dy[R], fma(by_L, dy[L], by_R * dy[R])};
        pick_analytes<QuasiSteadyStateSystem>(all, change);
    }

    static constexpr std::size_t scaled_rates = binding_rates;

    static void rates(double const* p, double (&r)[scaled_rates]) { work_out_binding_rates<QuasiSteadyStateSystem>(p, r); }

    template <std::size_t order, class V>
    struct Expansion {
        BindingSeries<order, V> binding;

        ESCALON_INLINE void begin(V const* p, V (&s)[count][order + 1])
        {
            binding.begin(p[KSS], s[L][0], s[R][0], s[C][0], s[B][0]);
        }
        /// @param rate gives one over k + 1
        template <std::size_t k, class Rate>
        ESCALON_INLINE void next(V const* p, Rate rate, V const& input, V (&s)[count][order + 1])
        {
            binding.template next<k>(rate, input, p[KSYN], s[L], s[P], s[R], s[C], s[B]);
        }
    };
};

/// The conjugate that carries its tag through the same antibody and antigen, and loses it at rate KDC; nM.
/// T total antibody, P its peripheral, R total antigen, A conjugate, Ap its peripheral. F = KSS/B is the free share of all of them.
struct ConjugateAntigenSystem {
    enum Parameter : std::size_t { per_mg, k10, k12, k21, KINT, KDEG, KSYN, KSS, R0, KDC, parameters };
    enum Series : std::size_t { T, P, R, A, Ap, C, B, F, G, count };
    static constexpr std::size_t states = 5;
    static constexpr bool never_negative = true;
    static constexpr std::array<std::size_t, 2> dosed{T, A};
    static constexpr std::array<std::size_t, 6> analytes{A, G, T, C, P, R};

    static void start(double const* p, double* y)
    {
        y[T] = y[P] = y[A] = y[Ap] = 0;
        y[R] = p[R0];
    }
    static constexpr bool is_peripheral(std::size_t state) { return state == P || state == Ap; }

    template <std::size_t shown>
    static void analytes_of(double const* p, double const* y, double (&found)[shown])
    {
        if constexpr (shown == 1) {
            found[0] = y[A];
            return;
        }
        auto const [free, bound] = free_drug(y[T], y[R], p[KSS]);
        double const all[count]{y[T], y[P], y[R], y[A], y[Ap], free, bound, p[KSS] / bound, p[KSS] / bound * y[A]};
        for (std::size_t a = 0; a < shown; ++a)
            found[a] = all[analytes[a]];
    }

    static double fastest(double const* p) { return p[k10] + p[k12] + p[k21] + p[KDC] + std::max(p[KINT], p[KDEG]); }

    template <class V>
    ESCALON_INLINE static void slopes(V const* p, V const& input, V const (&y)[states], V (&dy)[states])
    {
        auto const drug = free_drug_in_lanes(y[T], y[R], p[KSS]);
        V const free_tag = p[KSS] / drug.bound * y[A];
        V const free_net = p[KINT] - p[k10] - p[k12];
        dy[T] = fma(free_net, drug.free, fnma(p[KINT], y[T], fma(p[k12], y[P], input)));
        dy[R] = fma(p[KDEG] - p[KINT], y[T] - drug.free, fnma(p[KDEG], y[R], p[KSYN]));
        dy[P] = p[k21] * (drug.free - y[P]);
        dy[A] = fma(free_net, free_tag, fnma(p[KINT] + p[KDC], y[A], fma(p[k12], y[Ap], input)));
        dy[Ap] = fma(p[k21], free_tag - y[Ap], V::of(0) - p[KDC] * y[Ap]);
    }

    static constexpr Pattern<states> coupled{{{true, true, true, false, false},
                                              {true, true, true, false, false},
                                              {true, false, true, false, false},
                                              {true, false, true, true, true},
                                              {true, false, true, true, true}}};
    static constexpr std::array<std::size_t, states> elimination{P, Ap, T, R, A};

    /// Free drug and free conjugate by the states.
    template <class V>
    struct FreeGradient {
        V C_by_T, C_by_R, G_by_T, G_by_R, G_by_A;
    };
    template <class V>
    ESCALON_INLINE static FreeGradient<V> free_gradient(V const* p, V const (&y)[states])
    {
        auto const drug = free_drug_in_lanes(y[T], y[R], p[KSS]);
        V const over_root = V::of(1) / drug.root;
        V const over_bound = V::of(1) / drug.bound;
        V const by_R = drug.free * over_root; // of free antigen too, less 1
        V const by_T = (drug.free + p[KSS]) * over_root;
        V const share = p[KSS] * over_bound;
        V const tag_by_bound = share * over_bound * y[A]; // of free conjugate, downwards
        return {by_T, V::of(0) - by_R, tag_by_bound * (V::of(1) - by_T), V::of(0) - tag_by_bound * (V::of(1) - by_R), share};
    }

    template <class V>
    ESCALON_INLINE static void jacobian(V const* p, V const (&y)[states], V (&j)[states][states])
    {
        auto const by = free_gradient(p, y);
        V const free_net = p[KINT] - p[k10] - p[k12];
        V const bound_net = p[KDEG] - p[KINT];
        j[T][T] = fma(free_net, by.C_by_T, V::of(0) - p[KINT]);
        j[T][P] = p[k12];
        j[T][R] = free_net * by.C_by_R;
        j[P][T] = p[k21] * by.C_by_T;
        j[P][P] = V::of(0) - p[k21];
        j[P][R] = p[k21] * by.C_by_R;
        j[R][T] = fnma(bound_net, by.C_by_T, bound_net);
        j[R][R] = V::of(0) - fma(bound_net, by.C_by_R, p[KDEG]);
        j[A][T] = free_net * by.G_by_T;
        j[A][R] = free_net * by.G_by_R;
        j[A][A] = fma(free_net, by.G_by_A, V::of(0) - (p[KINT] + p[KDC]));
        j[A][Ap] = p[k12];
        j[Ap][T] = p[k21] * by.G_by_T;
        j[Ap][R] = p[k21] * by.G_by_R;
        j[Ap][A] = p[k21] * by.G_by_A;
        j[Ap][Ap] = V::of(0) - (p[k21] + p[KDC]);
    }

    template <std::size_t shown, class V>
    ESCALON_INLINE static void analytes_in_lanes(V const* p, V const (&y)[states], V (&found)[shown])
    {
        auto const drug = free_drug_in_lanes(y[T], y[R], p[KSS]);
        V const share = p[KSS] / drug.bound;
        V const all[]{y[T], y[P], y[R], y[A], y[Ap], drug.free, drug.bound, share, share * y[A]};
        pick_analytes<ConjugateAntigenSystem>(all, found);
    }

    template <std::size_t shown, class V>
    ESCALON_INLINE static void analyte_changes(V const* p, V const (&y)[states], V const (&dy)[states], V (&change)[shown])
    {
        auto const by = free_gradient(p, y);
        V const none = V::of(0);
        V const free = fma(by.C_by_T, dy[T], by.C_by_R * dy[R]);
        V const free_tag = fma(by.G_by_T, dy[T], fma(by.G_by_R, dy[R], by.G_by_A * dy[A]));
        V const all[]{dy[T], dy[P], dy[R], dy[A], dy[Ap], free, none, none, free_tag};
        pick_analytes<ConjugateAntigenSystem>(all, change);
    }

    enum TagRate : std::size_t { tag_loss = binding_rates, linker_loss, scaled_rates };
    static void rates(double const* p, double (&r)[scaled_rates])
    {
        work_out_binding_rates<ConjugateAntigenSystem>(p, r);
        r[tag_loss] = p[KINT] + p[KDC];
        r[linker_loss] = p[KDC];
    }

    template <std::size_t order, class V>
    struct Expansion {
        BindingSeries<order, V> binding;
        V minus_over_bound;

        ESCALON_INLINE void begin(V const* p, V (&s)[count][order + 1])
        {
            binding.begin(p[KSS], s[T][0], s[R][0], s[C][0], s[B][0]);
            V const over_bound = V::of(1) / s[B][0];
            minus_over_bound = V::of(0) - over_bound;
            s[F][0] = p[KSS] * over_bound;
            s[G][0] = s[F][0] * s[A][0];
        }
        /// @param rate gives one over k + 1
        template <std::size_t k, class Rate>
        ESCALON_INLINE void next(V const* p, Rate rate, V const& input, V (&s)[count][order + 1])
        {
            binding.template next<k>(rate, input, p[KSYN], s[T], s[P], s[R], s[C], s[B]);
            V to_A = fnma(rate(tag_loss), s[A][k], rate(from_peripheral) * s[Ap][k]);
            if constexpr (k == 0)
                to_A = to_A + input;
            s[A][k + 1] = fma(rate(net_free), s[G][k], to_A);
            s[Ap][k + 1] = fms(rate(exchange), s[G][k] - s[Ap][k], rate(linker_loss) * s[Ap][k]);
            s[F][k + 1] = minus_over_bound * product<0, k, k + 1>(s[F], s[B]);
            s[G][k + 1] = product<0, k + 1, k + 1>(s[F], s[A]);
        }
    };
};

/// The same with the payload that it sets free: no state, since nothing depends on it and what drives it is known over each step. After the
/// conjugate's figures, V2/V1, payload in its volume for each of conjugate in V1, the share of it that catabolism sets free, and the
/// rate at which payload is lost.
struct ConjugatePayloadSystem : ConjugateAntigenSystem {
    enum PayloadParameter : std::size_t {
        peripheral_volume = ConjugateAntigenSystem::parameters,
        to_payload,
        released,
        payload_loss,
        parameters
    };

    /// nM of payload a day, of concentrations and in the same way of their derivatives.
    /// @param of gives the figure of a series
    static double release(double const* p, auto of)
    {
        double const tagged = of(A);
        double const free = of(G);
        double const by_linker = p[KDC] * (tagged + p[peripheral_volume] * of(Ap));
        double const by_catabolism = p[k10] * free + p[KINT] * (tagged - free);
        return p[to_payload] * (by_linker + p[released] * by_catabolism);
    }
};

/// Full target-mediated disposition; nM. Mager & Jusko (2001), J Pharmacokinet Pharmacodyn 28:507.
/// C free drug, P peripheral, R free antigen, X complex; U = C + X is what is measured.
struct FullBindingSystem {
    enum Parameter : std::size_t { per_mg, k10, k12, k21, KINT, KDEG, KSYN, KON, KOFF, R0, parameters };
    enum Series : std::size_t { C, P, R, X, U, Z, count }; // Z = R + X, total antigen
    static constexpr std::size_t states = 4;
    static constexpr bool never_negative = true;
    static constexpr std::array<std::size_t, 1> dosed{C};
    static constexpr std::array<std::size_t, 4> analytes{U, C, P, Z};

    static void start(double const* p, double* y)
    {
        y[C] = y[P] = y[X] = 0;
        y[R] = p[R0];
    }
    static constexpr bool is_peripheral(std::size_t state) { return state == P; }

    template <std::size_t shown>
    static void analytes_of(double const*, double const* y, double (&found)[shown])
    {
        double const all[count]{y[C], y[P], y[R], y[X], y[C] + y[X], y[R] + y[X]};
        for (std::size_t a = 0; a < shown; ++a)
            found[a] = all[analytes[a]];
    }

    static double fastest(double const* p)
    {
        double const others = p[k10] + p[k12] + p[k21] + std::max(p[KINT], p[KDEG]);
        return p[KON] * p[R0] + p[KOFF] + others;
    }
    /// What each unit of the drug's concentration adds to it.
    static double fastest_by_concentration(double const* p) { return p[KON]; }

    template <class V>
    ESCALON_INLINE static void slopes(V const* p, V const& input, V const (&y)[states], V (&dy)[states])
    {
        V const bound = p[KON] * y[C] * y[R];
        V const net = fnma(p[KOFF], y[X], bound); // binding less release
        dy[C] = fma(p[k12], y[P], fnma(p[k10] + p[k12], y[C], input - net));
        dy[P] = p[k21] * (y[C] - y[P]);
        dy[R] = fnma(p[KDEG], y[R], p[KSYN] - net);
        dy[X] = fnma(p[KINT], y[X], net);
    }

    static constexpr Pattern<states> coupled{
        {{true, true, true, true}, {true, true, false, false}, {true, false, true, true}, {true, false, true, true}}};

    template <class V>
    ESCALON_INLINE static void jacobian(V const* p, V const (&y)[states], V (&j)[states][states])
    {
        j[X][C] = p[KON] * y[R];
        j[X][R] = p[KON] * y[C];
        j[X][X] = V::of(0) - (p[KOFF] + p[KINT]);
        j[C][C] = V::of(0) - (p[k10] + p[k12] + j[X][C]);
        j[C][P] = p[k12];
        j[C][R] = V::of(0) - j[X][R];
        j[C][X] = p[KOFF];
        j[P][C] = p[k21];
        j[P][P] = V::of(0) - p[k21];
        j[R][C] = V::of(0) - j[X][C];
        j[R][R] = V::of(0) - (p[KDEG] + j[X][R]);
        j[R][X] = p[KOFF];
    }

    /// Solves (s - J) u = r. Rows of total drug, C + X, and of total antigen, R + X, are free of binding; everything is then expressed
    /// by the complex. All terms of the pivots are positive, so nothing cancels however fast the binding.
    template <class V>
    class Elimination {
    public:
        ESCALON_INLINE Elimination(V const* p, V const (&y)[states], V const& s)
            : over_P_{V::of(1) / (s + p[k21])},
              to_C_{p[k12] * over_P_},
              to_P_{p[k21] * over_P_},
              over_C_{V::of(1) / (fma(to_C_, s, s) + p[k10])},
              over_R_{V::of(1) / (s + p[KDEG])},
              gone_{s + p[KINT]},
              by_C_{p[KON] * y[R] * over_C_},
              by_R_{p[KON] * y[C] * over_R_},
              over_X_{V::of(1) / fma(gone_, by_C_ + by_R_, gone_ + p[KOFF])}
        {}

        ESCALON_INLINE void solve(V (&r)[states]) const
        {
            V const drug = fma(to_C_, r[P], r[C] + r[X]);
            V const antigen = r[R] + r[X];
            r[X] = fma(by_C_, drug, fma(by_R_, antigen, r[X])) * over_X_;
            r[C] = fnma(gone_, r[X], drug) * over_C_;
            r[R] = fnma(gone_, r[X], antigen) * over_R_;
            r[P] = fma(to_P_, r[C], r[P] * over_P_);
        }

    private:
        V over_P_, to_C_, to_P_, over_C_, over_R_, gone_, by_C_, by_R_, over_X_;
    };

    template <std::size_t shown, class V>
    ESCALON_INLINE static void analytes_in_lanes(V const*, V const (&y)[states], V (&found)[shown])
    {
        V const all[]{y[C], y[P], y[R], y[X], y[C] + y[X], y[R] + y[X]};
        pick_analytes<FullBindingSystem>(all, found);
    }

    template <std::size_t shown, class V>
    ESCALON_INLINE static void analyte_changes(V const* p, V const (&)[states], V const (&dy)[states], V (&change)[shown])
    {
        analytes_in_lanes(p, dy, change);
    }

    template <std::size_t order, class V>
    struct Expansion {
        V loss;
        V complex_loss;

        ESCALON_INLINE void begin(V const* p, V (&s)[count][order + 1])
        {
            loss = p[k10] + p[k12];
            complex_loss = p[KOFF] + p[KINT];
            s[U][0] = s[C][0] + s[X][0];
            s[Z][0] = s[R][0] + s[X][0];
        }
        template <std::size_t k>
        ESCALON_INLINE void next(V const* p, V const& input, V (&s)[count][order + 1])
        {
            constexpr auto over = reciprocals<order + 2>();
            V const bound = p[KON] * product<0, k, k>(s[C], s[R]);
            V const net = fnma(p[KOFF], s[X][k], bound); // binding less release
            V dC = fnma(loss, s[C][k], fms(p[k12], s[P][k], net));
            V dR = V::of(0) - fma(p[KDEG], s[R][k], net);
            if constexpr (k == 0) {
                dC = dC + input;
                dR = dR + p[KSYN];
            }
            V const dP = p[k21] * (s[C][k] - s[P][k]);
            V const dX = fnma(complex_loss, s[X][k], bound);
            s[C][k + 1] = dC * V::of(over[k + 1]);
            s[P][k + 1] = dP * V::of(over[k + 1]);
            s[R][k + 1] = dR * V::of(over[k + 1]);
            s[X][k + 1] = dX * V::of(over[k + 1]);
            s[U][k + 1] = s[C][k + 1] + s[X][k + 1];
            s[Z][k + 1] = s[R][k + 1] + s[X][k + 1];
        }
    };
};

/// Antibody by how many payloads it carries, DAR 0 to 8, each in two compartments; mg/L. A payload is lost in the central compartment:
/// Pouzin et al. (2022), J Pharmacokinet Pharmacodyn 49:381.
///   dA_n/dt = F_n in - (k + k12 + KDC_n) A_n + KDC_(n+1) A_(n+1) + k12 P_n;  dP_n/dt = k21 (A_n - P_n)
/// with k10_naked and no KDC at n = 0, k10 elsewhere. The dose is shared among the species, F_n.
struct DarChainSystem {
    static constexpr std::size_t most = 8; ///< payloads on one antibody
    static constexpr std::size_t species = most + 1;
    enum Parameter : std::size_t {
        per_mg,
        k10,
        k10_naked,
        k12,
        k21,
        KDC1, ///< and those of DAR 2 to 8
        F0 = KDC1 + most,
        parameters = F0 + species
    };
    enum Series : std::size_t { A0, P0 = A0 + species, D = P0 + species, T, count }; ///< D what carries payload, T all antibody
    static constexpr std::size_t states = 2 * species;
    static constexpr std::array<std::size_t, species> dosed{0, 1, 2, 3, 4, 5, 6, 7, 8};
    static constexpr std::size_t dose_shares = F0; ///< the figures by which a dose enters these
    static constexpr std::array<std::size_t, 2> analytes{D, T};

    static void start(double const*, double* y) { std::fill_n(y, states, 0.0); }
    static constexpr bool is_peripheral(std::size_t state) { return state >= P0; }

    template <std::size_t shown>
    static void analytes_of(double const*, double const* y, double (&found)[shown])
    {
        double conjugated = y[A0 + most];
        for (std::size_t n = most; n-- > 1;)
            conjugated += y[A0 + n];
        double const all[]{conjugated, conjugated + y[A0]};
        std::copy_n(all, shown, found);
    }

    template <std::size_t order, class V>
    struct Expansion {
        V loss[species]; ///< from the central compartment, to wherever

        ESCALON_INLINE void begin(V const* p, V (&s)[count][order + 1])
        {
            loss[0] = p[k10_naked] + p[k12];
            V const conjugated_loss = p[k10] + p[k12];
            for (std::size_t n = 1; n <= most; ++n)
                loss[n] = conjugated_loss + p[KDC1 + n - 1];
            add_up(s, 0);
        }
        template <std::size_t k>
        ESCALON_INLINE void next(V const* p, V const& input, V (&s)[count][order + 1])
        {
            constexpr auto over = reciprocals<order + 2>();
#pragma GCC unroll 16
            for (std::size_t n = 0; n <= most; ++n) {
                V dA = fnma(loss[n], s[A0 + n][k], p[k12] * s[P0 + n][k]);
                if (n < most)
                    dA = fma(p[KDC1 + n], s[A0 + n + 1][k], dA);
                if constexpr (k == 0)
                    dA = fma(p[F0 + n], input, dA);
                V const dP = p[k21] * (s[A0 + n][k] - s[P0 + n][k]);
                s[A0 + n][k + 1] = dA * V::of(over[k + 1]);
                s[P0 + n][k + 1] = dP * V::of(over[k + 1]);
            }
            add_up(s, k + 1);
        }

    private:
        ESCALON_INLINE static void add_up(V (&s)[count][order + 1], std::size_t k)
        {
            V conjugated = s[A0 + most][k];
#pragma GCC unroll 16
            for (std::size_t down = 1; down < most; ++down)
                conjugated = conjugated + s[A0 + most - down][k];
            s[D][k] = conjugated;
            s[T][k] = conjugated + s[A0][k];
        }
    };
};

} // namespace ESCALON_PACK_ISA
} // namespace escalon::pk::kernels

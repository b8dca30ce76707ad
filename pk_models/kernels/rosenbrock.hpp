// RODAS in lanes, for stiff systems: Rosenbrock's method with 6 stages, L-stable, stiffly accurate, of order 4 with an estimate of
// order 3. Hairer & Wanner (1996), Solving ordinary differential equations II, 2nd ed., section IV.7.
//
// A system brings slopes() and either jacobian(), with its pattern and an order of elimination, or an Elimination of its own. The AUC is
// one more state of the method, so it is of order 4 too and as stable.
#pragma once

#include "pk_models/kernels/adaptive.hpp"
#include "pk_models/kernels/systems.hpp"

#include <type_traits>

namespace escalon::pk::kernels {
inline namespace ESCALON_PACK_ISA {

/// (1/(gamma h) - J) u_i = f(y + sum a_ij u_j) + sum c_ij u_j / h;  y1 = y + sum m_i u_i.
/// The error is u_6; without it, y1 is of order 3.
struct RodasTableau {
    static constexpr std::size_t stages = 6;
    static constexpr double gamma = 0.25;
    using Rows = std::array<std::array<double, stages>, stages>;

    // Figures from Hairer's RODAS, method 1 (subroutine ROCOE)
    static constexpr Rows a{{{},
                             {1.544},
                             {0.9466785280815826, 0.2557011698983284},
                             {3.314825187068521, 2.896124015972201, 0.9986419139977817},
                             {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950},
                             {1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1}}};
    static constexpr Rows c{{{},
                             {-5.6688},
                             {-2.430093356833875, -0.2063599157091915},
                             {-0.1073529058151375, -9.594562251023355, -20.47028614809616},
                             {7.496443313967647, -10.24680431464352, -33.99990352819905, 11.70890893206160},
                             {8.083246795921522, -7.981132988064893, -31.52159432874371, 16.31930543123136, -6.058818238834054}}};
    static constexpr std::array<double, stages> m{
        1.221224509226641, 6.019134481288629, 12.53708332932087, -0.6878860361058950, 1, 1};

    /// Dense output of order 3.
    static constexpr std::size_t bends = 2;
    static constexpr std::array<std::array<double, stages>, bends> bend{
        {{10.12623508344586, -7.487995877610167, -34.80091861555747, -7.992771707568823, 1.025137723295662},
         {-0.6762803392801253, 6.087714651680015, 16.43084320892478, 24.76722511418386, -6.594389125716872}}};

    /// What a state q' = g(y) gains, over h: the sum of these times g(y_i) + g'(y) u_i, as u_i of q are solved for one by one.
    static constexpr std::array<double, stages> quadrature = [] {
        std::array<double, stages> weights = m;
        for (std::size_t i = stages; i-- > 0;) {
            weights[i] *= gamma;
            for (std::size_t j = 0; j < i; ++j)
                weights[j] += weights[i] * c[i][j];
        }
        return weights;
    }();
};

/// Solves (s - J) u = r by elimination without pivoting, in the system's order, past entries that are always 0.
template <class System, class V>
class SparseElimination {
public:
    ESCALON_INLINE SparseElimination(V const* p, V const (&y)[System::states], V const& s)
    {
        V j[n][n];
        System::jacobian(p, y, j);
#pragma GCC unroll 8
        for (std::size_t r = 0; r < n; ++r)
#pragma GCC unroll 8
            for (std::size_t c = 0; c < n; ++c) {
                bool const entered = System::coupled[order[r]][order[c]];
                if (r == c)
                    lu_[r][c] = s - j[order[r]][order[c]];
                else if (entered)
                    lu_[r][c] = V::of(0) - j[order[r]][order[c]];
                else if (filled[r][c])
                    lu_[r][c] = V::of(0);
            }
#pragma GCC unroll 8
        for (std::size_t k = 0; k < n; ++k) {
            over_[k] = V::of(1) / lu_[k][k];
#pragma GCC unroll 8
            for (std::size_t r = k + 1; r < n; ++r)
                if (filled[r][k]) {
                    lu_[r][k] = lu_[r][k] * over_[k];
#pragma GCC unroll 8
                    for (std::size_t c = k + 1; c < n; ++c)
                        if (filled[k][c])
                            lu_[r][c] = fnma(lu_[r][k], lu_[k][c], lu_[r][c]);
                }
        }
    }

    ESCALON_INLINE void solve(V (&r)[System::states]) const
    {
#pragma GCC unroll 8
        for (std::size_t k = 1; k < n; ++k)
#pragma GCC unroll 8
            for (std::size_t c = 0; c < k; ++c)
                if (filled[k][c])
                    r[order[k]] = fnma(lu_[k][c], r[order[c]], r[order[k]]);
#pragma GCC unroll 8
        for (std::size_t up = 1; up <= n; ++up) {
            std::size_t const k = n - up;
#pragma GCC unroll 8
            for (std::size_t c = k + 1; c < n; ++c)
                if (filled[k][c])
                    r[order[k]] = fnma(lu_[k][c], r[order[c]], r[order[k]]);
            r[order[k]] = r[order[k]] * over_[k];
        }
    }

private:
    static constexpr std::size_t n = System::states;
    static constexpr auto order = System::elimination;

    /// In the order of elimination, what elimination adds included.
    static constexpr Pattern<n> filled = [] {
        Pattern<n> pattern{};
        for (std::size_t r = 0; r < n; ++r)
            for (std::size_t c = 0; c < n; ++c)
                pattern[r][c] = r == c || System::coupled[order[r]][order[c]];
        for (std::size_t k = 0; k < n; ++k)
            for (std::size_t r = k + 1; r < n; ++r)
                for (std::size_t c = k + 1; c < n; ++c)
                    pattern[r][c] = pattern[r][c] || (pattern[r][k] && pattern[k][c]);
        return pattern;
    }();

    V lu_[n][n];
    V over_[n];
};

template <class System, class V, class = void>
struct EliminationOf {
    using Type = SparseElimination<System, V>;
};
template <class System, class V>
struct EliminationOf<System, V, std::void_t<typename System::template Elimination<V>>> {
    using Type = typename System::template Elimination<V>;
};

struct Rodas {
    static constexpr double estimate_order = 4;
    static constexpr double first_step = 0.5;
    static constexpr std::size_t bends = RodasTableau::bends;
    static constexpr bool ends_at_samples = true;

    /// The estimate is of an order less than the step, and what a stiff component gets wrong dies out.
    static constexpr double log_tolerance(double log_tolerance) { return log_tolerance + coarse(10); }

    template <class System, class V, std::size_t shown>
    struct Step {
        static constexpr std::size_t n = System::states;
        V after[n];
        V error[n];
        V area[shown];
        V bend[n][bends];

        ESCALON_INLINE void attempt(V const* p, V const& input, V const (&y)[n], V const (&dy)[n], V const& h)
        {
            using T = RodasTableau;
            V const s = V::of(1 / T::gamma) / h;
            typename EliminationOf<System, V>::Type const elimination(p, y, s);
            V u[T::stages][n];
            V areas[shown];
#pragma GCC unroll 8
            for (std::size_t stage = 0; stage < T::stages; ++stage) {
                V at[n];
                V slope[n];
                if (stage == 0) {
                    for (std::size_t i = 0; i < n; ++i) {
                        at[i] = y[i];
                        slope[i] = dy[i];
                    }
                } else {
                    for (std::size_t i = 0; i < n; ++i)
                        at[i] = y[i] + sum(T::a[stage], stage, u, i);
                    System::slopes(p, input, at, slope);
                }
                for (std::size_t i = 0; i < n; ++i)
                    u[stage][i] = stage == 0 ? slope[i] : fma(s, sum(c_gamma[stage], stage, u, i), slope[i]);
                elimination.solve(u[stage]);

                V found[shown];
                V change[shown];
                System::template analytes_in_lanes<shown>(p, at, found);
                System::template analyte_changes<shown>(p, y, u[stage], change);
                for (std::size_t a = 0; a < shown; ++a) {
                    V const weight = V::of(T::quadrature[stage]);
                    areas[a] = stage == 0 ? weight * (found[a] + change[a]) : fma(weight, found[a] + change[a], areas[a]);
                }
                if (stage + 1 == T::stages)
                    for (std::size_t i = 0; i < n; ++i) {
                        error[i] = u[stage][i];
                        after[i] = at[i] + u[stage][i];
                    }
            }
            for (std::size_t a = 0; a < shown; ++a)
                area[a] = h * areas[a];
            for (std::size_t i = 0; i < n; ++i)
                for (std::size_t b = 0; b < bends; ++b)
                    bend[i][b] = sum(T::bend[b], T::stages - 1, u, i);
        }

    private:
        static constexpr auto c_gamma = [] {
            auto rows = RodasTableau::c;
            for (auto& row : rows)
                for (auto& figure : row)
                    figure *= RodasTableau::gamma; // a power of 2: exact
            return rows;
        }();

        ESCALON_INLINE static V sum(std::array<double, RodasTableau::stages> const& weights, std::size_t count,
                                    V const (&u)[RodasTableau::stages][n], std::size_t i)
        {
            V total = V::of(weights[0]) * u[0][i];
#pragma GCC unroll 8
            for (std::size_t k = 1; k < count; ++k)
                total = fma(V::of(weights[k]), u[k][i], total);
            return total;
        }
    };
};

template <class System, class V, Detail detail>
using RosenbrockLanes = AdaptiveLanes<System, V, detail, Rodas>;

} // namespace ESCALON_PACK_ISA
} // namespace escalon::pk::kernels

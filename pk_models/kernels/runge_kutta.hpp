// Dormand and Prince's Runge-Kutta method of order 5 with an estimate of order 4, in lanes, for any right-hand side that is not stiff.
// Dormand & Prince (1980), J Comput Appl Math 6:19; dense output of order 4 by Shampine, in Hairer, Norsett & Wanner (1993), Solving
// ordinary differential equations I, 2nd ed., section II.6.
//
// A system needs slopes(), analytes_in_lanes() and never_negative beside what LaneBook asks for. The AUC is one more state of the method.
#pragma once

#include "pk_models/kernels/adaptive.hpp"

namespace escalon::pk::kernels {
inline namespace ESCALON_PACK_ISA {

/// k_i = f(y + h sum a_ij k_j); the last stage is at y1, so its row gives y1.
struct DormandPrinceTableau {
    static constexpr std::size_t stages = 7;
    using Row = std::array<double, stages>;

    static constexpr std::array<Row, stages> a{{{},
                                                {1. / 5},
                                                {3. / 40, 9. / 40},
                                                {44. / 45, -56. / 15, 32. / 9},
                                                {19372. / 6561, -25360. / 2187, 64448. / 6561, -212. / 729},
                                                {9017. / 3168, -355. / 33, 46732. / 5247, 49. / 176, -5103. / 18656},
                                                {35. / 384, 0, 500. / 1113, 125. / 192, -2187. / 6784, 11. / 84}}};

    /// y1 less what is of order 4.
    static constexpr Row error{71. / 57600, 0, -71. / 16695, 71. / 1920, -17253. / 339200, 22. / 525, -1. / 40};

    /// Of the dense output, the last of its terms; the others follow from values and slopes at both ends.
    static constexpr Row bend{-12715105075. / 11282082432,  0,
                              87487479700. / 32700410799,   -10690763975. / 1880347072,
                              701980252875. / 199316789632, -1453857185. / 822651844,
                              69997945. / 29380423};
};

struct DormandPrince {
    static constexpr double estimate_order = 5;
    static constexpr double first_step = 0.5;
    static constexpr std::size_t bends = 3;
    static constexpr bool ends_at_samples = false;

    static constexpr double log_tolerance(double log_tolerance) { return log_tolerance; }

    template <class System, class V, std::size_t shown>
    struct Step {
        static constexpr std::size_t n = System::states;
        V after[n];
        V error[n];
        V area[shown];
        V bend[n][bends];

        ESCALON_INLINE void attempt(V const* p, V const& input, V const (&y)[n], V const (&dy)[n], V const& h)
        {
            using T = DormandPrinceTableau;
            V k[T::stages][n];
            V areas[shown];
#pragma GCC unroll 8
            for (std::size_t stage = 0; stage < T::stages; ++stage) {
                if (stage == 0) {
                    for (std::size_t i = 0; i < n; ++i) {
                        after[i] = y[i];
                        k[0][i] = dy[i];
                    }
                } else {
                    for (std::size_t i = 0; i < n; ++i)
                        after[i] = fma(h, sum(T::a[stage], stage, k, i), y[i]);
                    System::slopes(p, input, after, k[stage]);
                }
                V found[shown];
                System::template analytes_in_lanes<shown>(p, after, found);
                V const weight = V::of(T::a[T::stages - 1][stage]);
                for (std::size_t a = 0; a < shown; ++a)
                    areas[a] = stage == 0 ? weight * found[a] : fma(weight, found[a], areas[a]);
            }
            for (std::size_t a = 0; a < shown; ++a)
                area[a] = h * areas[a];
            for (std::size_t i = 0; i < n; ++i) {
                error[i] = h * sum(T::error, T::stages, k, i);
                V const chord = after[i] - y[i];
                bend[i][0] = h * dy[i] - chord;
                bend[i][1] = chord - h * k[T::stages - 1][i] - bend[i][0];
                bend[i][2] = h * sum(T::bend, T::stages, k, i);
            }
        }

    private:
        ESCALON_INLINE static V sum(DormandPrinceTableau::Row const& weights, std::size_t count,
                                    V const (&k)[DormandPrinceTableau::stages][n], std::size_t i)
        {
            V total = V::of(weights[0]) * k[0][i];
#pragma GCC unroll 8
            for (std::size_t j = 1; j < count; ++j)
                if (weights[j] != 0)
                    total = fma(V::of(weights[j]), k[j][i], total);
            return total;
        }
    };
};

template <class System, class V, Detail detail>
using RungeKuttaLanes = AdaptiveLanes<System, V, detail, DormandPrince>;

} // namespace ESCALON_PACK_ISA
} // namespace escalon::pk::kernels

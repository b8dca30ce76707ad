#include "sim/runner/random_curves.hpp"

#include "sim/random/normal.hpp"
#include "sim/random/stream.hpp"

#include <algorithm>
#include <cmath>

namespace escalon {
namespace {

/// The uniforms of one curve, one after the other.
class CurveDraws {
public:
    CurveDraws(std::uint64_t seed, std::uint64_t number) : stream_{seed, number} {}

    double uniform() { return stream_.uniform(0, curve_purpose(next_++)); }
    double uniform(double low, double high) { return low + (high - low) * uniform(); }
    double normal(double mean, double sd) { return mean + sd * normal_quantile(uniform()); }

private:
    TrialStream stream_;
    std::uint32_t next_ = 0;
};

double power(double base, int exponent) { return exponent == 0 ? 1 : std::pow(base, exponent); }

/// The published algorithm draws K uniforms on (0, target + room) and sorts them until level j is nearest the target. The same
/// distribution, drawn directly: with u the distance of level j from the target, the j - 1 levels below lie further off exactly
/// when they are uniform below target - u, the K - j above when they are uniform above target + u. So u, on either side of the
/// target, has a density in proportion to (1 - u / target)^(j - 1) (1 - u / room)^(K - j), which is largest at 0 and is drawn by
/// rejection.
std::vector<double> pseudo_uniform(CurveDraws& draws, double target, int levels, int mtd)
{
    int const below = mtd;
    int const above = levels - 1 - mtd;
    constexpr double least_shape = 0.5;
    double const shape = std::max(static_cast<double>(above), least_shape);
    double const room = (1 - target) * std::pow(draws.uniform(), 1 / shape); // Beta(shape, 1), by inversion
    double const furthest_below = above > 0 ? std::min(target, room) : target;
    double const furthest_above = below > 0 ? std::min(target, room) : room;
    double offset = 0;
    double density = 0;
    do {
        offset = draws.uniform(-furthest_below, furthest_above);
        double const off = std::abs(offset);
        density = power(std::max(0.0, 1 - off / target), below) * power(std::max(0.0, 1 - off / room), above);
    } while (!(draws.uniform() < density));
    double const off = std::abs(offset);
    std::vector<double> curve;
    for (int i = 0; i < below; ++i)
        curve.push_back(draws.uniform(0, target - off));
    curve.push_back(target + offset);
    for (int i = 0; i < above; ++i)
        curve.push_back(draws.uniform(target + off, target + room));
    std::ranges::sort(curve);
    return curve;
}

/// The neighbours of the MTD start from the point as far from the target on their own side, so that the MTD stays nearest.
std::vector<double> probit_steps(CurveDraws& draws, RandomTruths const& options, double target, int levels, int mtd)
{
    double at_mtd = 0; // P(DLT) at the MTD; redrawn where no neighbour could lie further off
    do
        at_mtd = normal_probability(draws.normal(normal_quantile(target), options.mtd_sd));
    while (!(2 * target - at_mtd > 0 && 2 * target - at_mtd < 1));
    auto const squared_step = [&] {
        double const step = draws.normal(options.step_mean, options.step_sd);
        return step * step;
    };
    std::vector<double> curve(static_cast<std::size_t>(levels));
    auto const at = [&](int level) -> double& { return curve[static_cast<std::size_t>(level)]; };
    at(mtd) = at_mtd;
    double probit = normal_quantile(std::min(at_mtd, 2 * target - at_mtd));
    for (int level = mtd - 1; level >= 0; --level)
        at(level) = normal_probability(probit -= squared_step());
    probit = normal_quantile(std::max(at_mtd, 2 * target - at_mtd));
    for (int level = mtd + 1; level < levels; ++level)
        at(level) = normal_probability(probit += squared_step());
    return curve;
}

} // namespace

RandomCurve random_curve(RandomTruths const& options, double target, int levels, std::uint64_t seed, std::uint64_t number)
{
    CurveDraws draws{seed, number};
    int const mtd = std::min(levels - 1, static_cast<int>(draws.uniform() * levels));
    switch (options.generator) {
    case CurveGenerator::pseudo_uniform: return {pseudo_uniform(draws, target, levels, mtd), DoseLevel{mtd}};
    case CurveGenerator::paoletti: return {probit_steps(draws, options, target, levels, mtd), DoseLevel{mtd}};
    case CurveGenerator::parameter_uncertainty: break;
    }
    throw std::invalid_argument("curves of a drug's uncertain parameters are made of its scenario");
}

} // namespace escalon

// Random dose-toxicity curves: what their generators promise, and that they are those of the literature.
#include "sim/runner/random_curves.hpp"
#include "sim/random/normal.hpp"
#include "sim/random/stream.hpp"
#include "sim/runner/operating_characteristics.hpp"
#include "tests/support/binomial_tails.hpp"
#include "tests/support/catch.hpp"

#include <algorithm>
#include <cmath>

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr double family_false_alarm_rate = 1e-6;

std::vector<RandomTruths> const generators{{.generator = CurveGenerator::pseudo_uniform, .target = {}, .seed = {}},
                                           {.generator = CurveGenerator::paoletti, .target = {}, .seed = {}}};

/// The nearest level, the lower on a tie.
int nearest_level(std::vector<double> const& curve, double target)
{
    auto const off = [&](double p) { return std::abs(p - target); };
    return static_cast<int>(std::ranges::min_element(curve, {}, off) - curve.begin());
}

/// The algorithm as it was published: uniforms below the bound, until the wanted level is nearest.
std::vector<double> published(TrialStream const& stream, double target, int levels, int mtd)
{
    double const room = (1 - target) * std::pow(stream.uniform(1, Purpose::tolerance), 1 / std::max(levels - 1.0 - mtd, 0.5));
    for (std::uint32_t attempt = 2;; ++attempt) {
        std::vector<double> curve;
        for (int level = 0; level < levels; ++level)
            curve.push_back((target + room) * stream.uniform(attempt, static_cast<Purpose>(level)));
        std::ranges::sort(curve);
        if (nearest_level(curve, target) == mtd)
            return curve;
    }
}

/// The largest distance between two empirical distributions.
double kolmogorov_smirnov(std::vector<double> a, std::vector<double> b)
{
    std::ranges::sort(a);
    std::ranges::sort(b);
    double largest = 0;
    std::size_t below_b = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        while (below_b < b.size() && b[below_b] <= a[i])
            ++below_b;
        auto const share_b = static_cast<double>(below_b) / static_cast<double>(b.size());
        largest = std::max(largest, std::abs(static_cast<double>(i + 1) / static_cast<double>(a.size()) - share_b));
    }
    return largest;
}

} // namespace

TEST_CASE("curves increase, are probabilities, and have their MTD where it was drawn", "[random_truths]")
{
    for (auto const& generator : generators)
        for (double const target : {0.1, 0.3, 0.5})
            for (int const levels : {1, 2, 6, 12})
                for (std::uint64_t number = 0; number < 500; ++number) {
                    auto const [curve, mtd] = random_curve(generator, target, levels, 3, number);
                    REQUIRE(curve.size() == static_cast<std::size_t>(levels));
                    REQUIRE(std::ranges::is_sorted(curve));
                    REQUIRE(curve.front() >= 0);
                    REQUIRE(curve.back() <= 1);
                    REQUIRE(nearest_level(curve, target) == mtd->index());
                }
}

TEST_CASE("every level is the MTD equally often", "[random_truths]")
{
    constexpr int levels = 5;
    constexpr std::uint64_t curves = 20'000;
    for (auto const& generator : generators) {
        std::vector<CountedCell> cells(levels, {"level", 0, 1.0 / levels});
        for (std::uint64_t number = 0; number < curves; ++number)
            ++cells[static_cast<std::size_t>(random_curve(generator, 0.3, levels, 1, number).mtd->index())].seen;
        CHECK(disagreements(cells, curves, family_false_alarm_rate) == std::vector<std::string>{});
    }
}

TEST_CASE("a curve is a function of seed and number", "[random_truths]")
{
    for (auto const& generator : generators) {
        auto const curve = random_curve(generator, 0.3, 6, 5, 17);
        CHECK(curve.dlt_probability == random_curve(generator, 0.3, 6, 5, 17).dlt_probability);
        CHECK(curve.dlt_probability != random_curve(generator, 0.3, 6, 5, 18).dlt_probability);
        CHECK(curve.dlt_probability != random_curve(generator, 0.3, 6, 6, 17).dlt_probability);
    }
}

TEST_CASE("pseudo-uniform curves have the distribution of the published algorithm", "[random_truths]")
{
    constexpr int levels = 4;
    constexpr double target = 0.3;
    constexpr std::uint64_t curves = 40'000;
    std::vector<std::vector<std::vector<double>>> ours(levels, std::vector<std::vector<double>>(levels));
    auto theirs = ours;
    for (std::uint64_t number = 0; number < curves; ++number) {
        auto const curve = random_curve(generators[0], target, levels, 1, number);
        auto const mtd = static_cast<std::size_t>(curve.mtd->index());
        auto const other = published(TrialStream{99, number}, target, levels, curve.mtd->index());
        for (std::size_t level = 0; level < levels; ++level) {
            ours[mtd][level].push_back(curve.dlt_probability[level]);
            theirs[mtd][level].push_back(other[level]);
        }
    }
    for (std::size_t mtd = 0; mtd < levels; ++mtd)
        for (std::size_t level = 0; level < levels; ++level) {
            INFO("level " << level + 1 << " where the MTD is " << mtd + 1);
            auto const n = static_cast<double>(ours[mtd][level].size());
            // P(D > d) is at most 2 exp(-n d^2) for two samples of n: 1e-7 each
            CHECK(kolmogorov_smirnov(ours[mtd][level], theirs[mtd][level]) < std::sqrt(std::log(2e7) / n));
        }
}

TEST_CASE("probit steps have the published distribution", "[random_truths]")
{
    constexpr double target = 0.25;
    constexpr double standard_errors = 6;
    auto const& options = generators[1];
    std::vector<double> at_mtd;
    std::vector<double> beyond; // from the second level above the MTD on: a free squared step
    for (std::uint64_t number = 0; number < 20'000; ++number) {
        auto const [curve, mtd] = random_curve(options, target, 7, 1, number);
        auto const probit = [&](int level) { return normal_quantile(curve[static_cast<std::size_t>(level)]); };
        at_mtd.push_back((probit(mtd->index()) - normal_quantile(target)) / options.mtd_sd);
        if (mtd->index() + 2 < 5)
            beyond.push_back(probit(mtd->index() + 2) - probit(mtd->index() + 1));
    }
    auto const mean = [](std::vector<double> const& all) {
        double sum = 0;
        for (double const one : all)
            sum += one;
        return sum / static_cast<double>(all.size());
    };
    // standard normal at the MTD
    CHECK(std::abs(mean(at_mtd)) < standard_errors / std::sqrt(static_cast<double>(at_mtd.size())));
    std::ranges::transform(at_mtd, at_mtd.begin(), [](double z) { return z * z; });
    CHECK_THAT(mean(at_mtd), WithinAbs(1, standard_errors * std::sqrt(2.0 / static_cast<double>(at_mtd.size()))));
    // E[(m + s Z)^2] = m^2 + s^2, with variance 2 s^4 + 4 m^2 s^2
    double const m = options.step_mean * options.step_mean;
    double const s = options.step_sd * options.step_sd;
    CHECK_THAT(mean(beyond),
               WithinAbs(m + s, standard_errors * std::sqrt((2 * s * s + 4 * m * s) / static_cast<double>(beyond.size()))));
}

TEST_CASE("draws of curves are nobody's draws in a trial", "[random_truths]")
{
    TrialStream const stream{1, 0};
    for (std::uint32_t k = 0; k < 64; ++k)
        for (int purpose = 0; purpose < 64; ++purpose)
            CHECK(stream.bits52(0, curve_purpose(k)) != stream.bits52(0, static_cast<Purpose>(purpose)));
}

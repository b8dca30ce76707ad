// Designs over random truths: averages that can be checked curve by curve, and do not depend on threads.
#include "sim/runner/random_truths.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/variants.hpp"

#include <cmath>

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr int levels = 5;

RandomTruths const options{.curves = 60, .target = 0.3, .seed = 11};

RandomTruthsResult over_curves(EngineChoice engine, int threads, std::size_t reference = 0)
{
    static PreparedDesign const first{korn, ladder(levels)};
    static PreparedDesign const second{no_deescalation, ladder(levels)};
    std::vector<NamedDesign> const designs{{"korn", &first}, {"once", &second}};
    std::vector<RandomCurve> curves;
    for (std::uint64_t k = 0; k < static_cast<std::uint64_t>(options.curves); ++k)
        curves.push_back(random_curve(options, *options.target, levels, *options.seed, k));
    return over_random_truths(options, std::move(curves), designs, reference,
                              {.engine = engine, .effort = {.trials = 500}, .seed = 3}, Workers{threads});
}

} // namespace

TEST_CASE("averages over curves are means of what each curve gives", "[random_truths]")
{
    auto const found = over_curves(EngineChoice::exact, 1);
    PreparedDesign const design{korn, ladder(levels)};
    double correct = 0;
    double above = 0;
    for (auto const& curve : found.curves) {
        TrueToxicity const truth{curve.dlt_probability, std::vector<double>(levels), 0.3, curve.mtd};
        auto const mean = design.run(KnownToxicity{curve.dlt_probability}, truth, {.engine = EngineChoice::exact}, Workers{1})
                              .characteristics.mean;
        correct += mean.correct / 60;
        above += mean.share_above / 60;
    }
    auto const& averaged = found.designs.front();
    CHECK_THAT(averaged.of(Averaged::correct_selection).mean, WithinAbs(correct, 1e-12));
    CHECK_THAT(averaged.of(Averaged::share_above_mtd).mean, WithinAbs(above, 1e-12));
    CHECK(averaged.of(Averaged::correct_selection).standard_error > 0);
    double named = averaged.of(Averaged::none).mean;
    for (auto const& level : averaged.selection)
        named += level.mean;
    CHECK_THAT(named, WithinAbs(1, 1e-12));
    CHECK(averaged.engine == Engine::exact);
}

TEST_CASE("correct selections by the level of the MTD make up their average", "[random_truths]")
{
    auto const design = over_curves(EngineChoice::exact, 1).designs.at(1);
    std::uint64_t curves = 0;
    double sum = 0;
    for (auto const& level : design.correct_by_mtd) {
        curves += level.curves;
        sum += static_cast<double>(level.curves) * level.mean;
    }
    CHECK(curves == 60);
    CHECK_THAT(sum / 60, WithinAbs(design.of(Averaged::correct_selection).mean, 1e-12));
}

TEST_CASE("differences over curves are paired by curve", "[random_truths]")
{
    auto const found = over_curves(EngineChoice::exact, 1, 1);
    CHECK(found.against == "once");
    auto const& difference = found.differences.at(0);
    CHECK(difference.label == "korn");
    constexpr auto patients = static_cast<std::size_t>(Compared::total_patients);
    auto const& a = found.designs[0].of(Averaged::total_patients);
    auto const& b = found.designs[1].of(Averaged::total_patients);
    CHECK_THAT(difference.figures[patients].mean, WithinAbs(a.mean - b.mean, 1e-12));
    CHECK(difference.figures[patients].standard_error < std::hypot(a.standard_error, b.standard_error));
}

TEST_CASE("random truths are the same bits for any number of threads", "[random_truths]")
{
    for (auto const engine : {EngineChoice::exact, EngineChoice::monte_carlo}) {
        auto const one = over_curves(engine, 1);
        auto const four = over_curves(engine, 4);
        for (std::size_t d = 0; d < one.designs.size(); ++d)
            for (std::size_t i = 0; i < averaged_figures; ++i) {
                CHECK(one.designs[d].figures[i].mean == four.designs[d].figures[i].mean);
                CHECK(one.designs[d].figures[i].standard_error == four.designs[d].figures[i].standard_error);
            }
    }
}

TEST_CASE("simulated averages agree with exact ones within the error of the trials", "[random_truths][monte_carlo]")
{
    auto const exact = over_curves(EngineChoice::exact, 1).designs.front().of(Averaged::correct_selection);
    auto const sampled = over_curves(EngineChoice::monte_carlo, 1).designs.front();
    CHECK(sampled.trials == 500U);
    // of 60 x 500 independent trials a share has a standard error of at most 1 / (2 sqrt(30000))
    CHECK_THAT(sampled.of(Averaged::correct_selection).mean, WithinAbs(exact.mean, 6 * 0.5 / std::sqrt(30'000.0)));
}

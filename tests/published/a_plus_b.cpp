// A+B designs without de-escalation against the closed form of Lin & Shih (2001), Biostatistics 2:203, section 2.
#include "sim/designs/three_plus_three.hpp"
#include "sim/runner/exact.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/futures.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

/// Their parameters: fewer than C of A escalates, more than D stops, else B more patients; E of A + B are tolerable.
struct Parameters {
    int A, B, C, D, E;
};

/// P(a level is passed) = P0 + Q0: fewer than C of the first A, or C to D of them and at most E of all.
double passed(Parameters const& rule, double p)
{
    double probability = 0;
    for (int k = 0; k < rule.C; ++k)
        probability += binomial_probability(k, rule.A, p);
    for (int k = rule.C; k <= rule.D; ++k)
        for (int m = 0; m <= std::min(rule.E - k, rule.B); ++m)
            probability += binomial_probability(k, rule.A, p) * binomial_probability(m, rule.B, p);
    return probability;
}

} // namespace

TEST_CASE("A+B without de-escalation recommends each level as often as Lin and Shih's formula says", "[published][a_plus_b]")
{
    auto const rule = GENERATE(values<Parameters>(
        {{3, 3, 1, 1, 1}, {2, 4, 1, 1, 1}, {4, 4, 1, 2, 2}, {4, 4, 1, 1, 2}, {3, 6, 1, 2, 2}, {5, 5, 2, 3, 3}, {6, 3, 1, 2, 3}}));
    INFO("A " << rule.A << ", B " << rule.B << ", C " << rule.C << ", D " << rule.D << ", E " << rule.E);
    ThreePlusThree const design{.deescalate = false,
                                .six_at_mtd = false,
                                .first = rule.A,
                                .second = rule.B,
                                .expand_at = rule.C,
                                .max_dlts = rule.E,
                                .max_dlts_first = rule.D};
    REQUIRE(design.faults().empty());
    std::vector<double> const truth{0.08, 0.15, 0.27, 0.41, 0.55};
    auto const graph = DesignGraph::compile(design, ladder(5));
    auto const found = ExactPass{graph}(truth, 3).mean;
    constexpr double rounding = 1e-14;
    double reached = 1;
    CHECK_THAT(found.none, WithinAbs(1 - passed(rule, truth[0]), rounding));
    for (std::size_t i = 0; i < truth.size(); ++i) {
        reached *= passed(rule, truth[i]);
        double const refused_above = i + 1 < truth.size() ? 1 - passed(rule, truth[i + 1]) : 1;
        CHECK_THAT(found.selection[i], WithinAbs(reached * refused_above, rounding));
    }
}

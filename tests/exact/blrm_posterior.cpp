// Posteriors of the two-parameter logistic model against others' quadrature, against adaptive quadrature by Boost.Math, and the
// quick fits against the careful ones, and glances against quick fits: in their figures, and in the decisions that rest on them.
#include "sim/designs/blrm.hpp"
#include "sim/designs/models/two_parameter.hpp"
#include "sim/designs/models/two_parameter_fits.hpp"
#include "sim/trial/design_graph.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/histories.hpp"
#include "tests/support/oracle.hpp"

#include <boost/math/quadrature/gauss_kronrod.hpp>

#include <cmath>

using namespace escalon;
using namespace escalon::test;

namespace {

using Json = nlohmann::json;

constexpr double oracle_tolerance = 1e-9; // as the file states
constexpr double quick_tolerance = TwoParameterFits::error;

TwoParameterModel model_of(Json const& inputs)
{
    TwoParameterModel model;
    auto const mean = inputs["prior_mean"].get<std::vector<double>>();
    auto const sd = inputs["prior_sd"].get<std::vector<double>>();
    model.prior = {{1, {{mean[0], mean[1]}, {sd[0], sd[1]}, inputs["prior_corr"].get<double>()}}};
    for (double const dose : inputs["doses"].get<std::vector<double>>())
        model.covariates.push_back(std::log(dose / inputs["ref_dose"].get<double>()));
    return model;
}

Observed outcomes_of(Json const& inputs)
{
    auto const patients = inputs["n"].get<std::vector<int>>();
    auto const dlts = inputs["y"].get<std::vector<int>>();
    Observed observed{DoseLadder{DoseUnit::mg, inputs["doses"].get<std::vector<double>>()}};
    for (std::size_t i = 0; i < patients.size(); ++i)
        if (patients[i] > 0)
            observed.record({DoseLevel{static_cast<int>(i)}, patients[i], dlts[i]});
    return observed;
}

/// P(DLT rate < rate) and the mean rate of a level, by nested adaptive quadrature over the whole plane.
struct Adaptive {
    BivariateNormal prior;
    TwoParameterModel const& model;
    std::vector<OutcomesAtLevel> outcomes;

    static double softplus(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

    double log_density(double a, double b) const
    {
        double const u = (a - prior.mean[0]) / prior.sd[0];
        double const v = (b - prior.mean[1]) / prior.sd[1];
        double sum = -(u * u - 2 * prior.corr * u * v + v * v) / (2 * (1 - prior.corr * prior.corr));
        for (auto const& seen : outcomes) {
            double const logit = a + std::exp(b) * model.covariates[static_cast<std::size_t>(seen.level.index())];
            sum -= seen.dlts * softplus(-logit) + (seen.patients - seen.dlts) * softplus(logit);
        }
        return sum;
    }

    /// Means over the posterior of `figure(a, b)`, which may jump where the level's rate is `rate`.
    template <class Figure>
    double mean(DoseLevel level, double rate, Figure const& figure) const
    {
        using boost::math::quadrature::gauss_kronrod;
        double const covariate = model.covariates[static_cast<std::size_t>(level.index())];
        double const reach = 9;
        double top = -1e300; // on a lattice: only to keep the exponentials in range
        for (int i = -90; i <= 90; ++i)
            for (int j = -90; j <= 90; ++j)
                top = std::max(top, log_density(prior.mean[0] + 0.1 * i * prior.sd[0], prior.mean[1] + 0.1 * j * prior.sd[1]));
        double mass = 0;
        double weighted = 0;
        constexpr int panels = 36; // the adaptive rule must see every peak
        for (int panel = 0; panel < panels; ++panel) {
            auto const over_a = [&](double b, auto const& integrand) {
                double const low = prior.mean[0] - reach * prior.sd[0];
                double const high = prior.mean[0] + reach * prior.sd[0];
                double const jump = std::clamp(std::log(rate / (1 - rate)) - std::exp(b) * covariate, low, high);
                double sum = 0;
                for (auto const& [from, to] : {std::pair{low, jump}, std::pair{jump, high}})
                    for (int part = 0; part < 12 && to > from; ++part)
                        sum += gauss_kronrod<double, 21>::integrate(
                            [&](double a) { return integrand(a, b) * std::exp(log_density(a, b) - top); },
                            from + (to - from) * part / 12, from + (to - from) * (part + 1) / 12, 6, 1e-9);
                return sum;
            };
            double const width = 2 * reach * prior.sd[1] / panels;
            double const from = prior.mean[1] - reach * prior.sd[1] + panel * width;
            mass += gauss_kronrod<double, 21>::integrate([&](double b) { return over_a(b, [](double, double) { return 1.0; }); },
                                                         from, from + width, 0, 1e-9);
            weighted += gauss_kronrod<double, 21>::integrate([&](double b) { return over_a(b, figure); }, from, from + width, 0,
                                                             1e-9);
        }
        return weighted / mass;
    }

    double below(DoseLevel level, double rate) const
    {
        double const covariate = model.covariates[static_cast<std::size_t>(level.index())];
        double const logit = std::log(rate / (1 - rate));
        return mean(level, rate, [&](double a, double b) { return a + std::exp(b) * covariate < logit ? 1.0 : 0.0; });
    }
    double mean_rate(DoseLevel level) const
    {
        double const covariate = model.covariates[static_cast<std::size_t>(level.index())];
        return mean(level, 0.5, [&](double a, double b) { return 1 / (1 + std::exp(-a - std::exp(b) * covariate)); });
    }
};

struct Case {
    TwoParameterModel model;
    std::vector<double> doses;
};

/// Priors and ladders as protocols have them, and stranger ones.
Case random_case(Dice& dice, double widest)
{
    auto const uniform = [&](double low, double high) { return low + (high - low) * dice.below(1 << 20) / (1 << 20); };
    Case made;
    made.doses = dice.one_in(3) ? std::vector<double>{1, 2.5, 5, 10, 15, 20} : std::vector<double>{10, 20, 40, 80, 120, 160};
    double const reference = made.doses[static_cast<std::size_t>(dice.below(6))] * (dice.one_in(5) ? 4 : 1);
    made.model.prior = {
        {1,
         {{uniform(-2.5, 0.5), uniform(-0.5, 0.7)}, {uniform(0.5, 2) * widest, uniform(0.4, 1.2) * widest}, uniform(-0.9, 0.9)}}};
    for (double const dose : made.doses)
        made.model.covariates.push_back(std::log(dose / reference));
    return made;
}

Observed random_outcomes(Dice& dice, std::vector<double> const& doses, int most)
{
    Observed observed{DoseLadder{DoseUnit::mg, doses}};
    int const tried = dice.below(6);
    int const rarity = 2 + dice.below(10);
    for (int at = 0; at <= tried && observed.total().patients < most; ++at) {
        int const patients = std::min(most - observed.total().patients, 3 * dice.below(at == tried ? most / 6 + 2 : 3));
        int dlts = 0;
        for (int patient = 0; patient < patients; ++patient)
            dlts += dice.below(rarity) <= at / 2 ? 1 : 0;
        if (patients > 0)
            observed.record({DoseLevel{at}, patients, dlts});
    }
    return observed;
}

/// Decides without words, and counts where words change the decision.
struct InTwoWays {
    BlrmDecider const* decider;
    int* differ;

    Decision decide(Observed const& observed, Wording = Wording::sentence) const
    {
        auto const in_words = decider->decide(observed, Wording::sentence);
        auto const without = decider->decide(observed, Wording::none);
        *differ += in_words == without ? 0 : 1;
        return in_words;
    }
    std::optional<DoseLevel> recommendation(Observed const& observed) const { return decider->recommendation(observed); }
    Summary summary(Observed const& observed) const { return decider->summary(observed); }
};

/// States in which a decision without words, which a glance may make, is another than with words, which a fit makes.
int states_that_differ(Blrm const& design, DoseLadder const& ladder)
{
    REQUIRE(design.faults().empty());
    auto const decider = design.on(ladder);
    int differ = 0;
    auto const graph = DesignGraph::compile(InTwoWays{&decider, &differ}, ladder);
    CHECK(graph.nodes().size() > 1000);
    return differ;
}

} // namespace

TEST_CASE("posteriors agree with others' quadrature in every figure", "[exact][blrm][oracle]")
{
    auto const file = oracle("blrm_quadrature.json");
    REQUIRE(file["results"].size() >= 5);
    for (auto const& result : file["results"]) {
        INFO(result["label"]);
        auto const& inputs = result["inputs"];
        auto const observed = outcomes_of(inputs);
        TwoParameterPosterior const posterior{model_of(inputs), observed};
        auto const cuts = inputs["interval_cuts"].get<std::vector<double>>();
        TwoParameterFits const fits{model_of(inputs), cuts, 36};
        auto quick = fits.fit(observed);
        for (auto const& expected : result["per_dose"]) {
            INFO("dose " << expected["dose"]);
            auto const level = *observed.ladder().level_of(expected["dose"].get<double>());
            auto const near = [&](char const* figure) { return WithinAbs(expected[figure].get<double>(), oracle_tolerance); };
            CHECK_THAT(posterior.mean(level), near("mean"));
            CHECK_THAT(posterior.sd(level), near("sd"));
            CHECK_THAT(posterior.below(level, cuts[0]), near("p_under"));
            CHECK_THAT(posterior.below(level, cuts[1]) - posterior.below(level, cuts[0]), near("p_target"));
            CHECK_THAT(1 - posterior.below(level, cuts[1]), near("p_over"));
            CHECK_THAT(1 - posterior.below(level, cuts[2]), near("p_over_2"));
            CHECK_THAT(posterior.quantile(level, 0.025), near("q025"));
            CHECK_THAT(posterior.quantile(level, 0.25), near("q25"));
            CHECK_THAT(posterior.quantile(level, 0.5), near("median"));
            CHECK_THAT(posterior.quantile(level, 0.75), near("q75"));
            CHECK_THAT(posterior.quantile(level, 0.975), near("q975"));
            CHECK_THAT(quick.below(level, 0), WithinAbs(expected["p_under"].get<double>(), quick_tolerance));
            CHECK_THAT(quick.above(level, 1), WithinAbs(expected["p_over"].get<double>(), quick_tolerance));
            CHECK_THAT(quick.above(level, 2), WithinAbs(expected["p_over_2"].get<double>(), quick_tolerance));
            CHECK_THAT(quick.mean(level), WithinAbs(expected["mean"].get<double>(), quick_tolerance));
        }
        CHECK_THAT(posterior.parameter_mean()[0], WithinAbs(result["post_mean_log_alpha"].get<double>(), oracle_tolerance));
        CHECK_THAT(posterior.parameter_sd()[0], WithinAbs(result["post_sd_log_alpha"].get<double>(), oracle_tolerance));
        CHECK_THAT(posterior.parameter_mean()[1], WithinAbs(result["post_mean_log_beta"].get<double>(), oracle_tolerance));
        CHECK_THAT(posterior.parameter_sd()[1], WithinAbs(result["post_sd_log_beta"].get<double>(), oracle_tolerance));
    }
}

TEST_CASE("posteriors agree with adaptive quadrature over the plane", "[exact][blrm]")
{
    constexpr double tolerance = 1e-7; // of the nested adaptive rule, over a jump
    Dice dice{7};
    for (int i = 0; i < 4; ++i) {
        auto const made = random_case(dice, i == 3 ? 2.0 : 1.0);
        auto const observed = random_outcomes(dice, made.doses, i == 2 ? 120 : 36);
        TwoParameterPosterior const posterior{made.model, observed};
        Adaptive const adaptive{made.model.prior.front().normal, made.model, outcomes_at_levels(observed)};
        INFO("case " << i << ": " << letters(observed.cohorts()));
        for (int const number : {1, 4}) {
            CHECK_THAT(posterior.below(level(number), 0.33), WithinAbs(adaptive.below(level(number), 0.33), tolerance));
            CHECK_THAT(posterior.mean(level(number)), WithinAbs(adaptive.mean_rate(level(number)), tolerance));
        }
    }
}

TEST_CASE("posteriors hold where every patient had a DLT, or none had", "[exact][blrm]")
{
    TwoParameterModel const model{{{1, {{0, 0}, {2, 1}, 0}}}, {-2.9, -2, -1.1, -0.4, 0.2, 0.75}};
    for (auto const& [number, patients, dlts] : {std::array{1, 15, 15}, std::array{6, 21, 0}}) {
        Observed observed{ladder(6)};
        observed.record({level(number), patients, dlts});
        TwoParameterPosterior const posterior{model, observed};
        Adaptive const adaptive{model.prior.front().normal, model, outcomes_at_levels(observed)};
        INFO(letters(observed.cohorts()));
        for (int const other : {1, 6})
            CHECK_THAT(posterior.mean(level(other)), WithinAbs(adaptive.mean_rate(level(other)), 1e-7));
    }
}

TEST_CASE("quick fits agree with careful ones, and rarely need them", "[exact][blrm]")
{
    Dice dice{11};
    int careful = 0;
    constexpr int cases = 25;
    constexpr int outcomes = 6;
    for (int i = 0; i < cases; ++i) {
        auto const made = random_case(dice, 1);
        TwoParameterFits const fits{made.model, {0.16, 0.33, 0.6}, 36};
        for (int j = 0; j < outcomes; ++j) {
            auto const observed = random_outcomes(dice, made.doses, 36);
            auto quick = fits.fit(observed);
            TwoParameterPosterior const posterior{made.model, observed};
            INFO("case " << i << ": " << letters(observed.cohorts()));
            for (DoseLevel level{0}; observed.ladder().has(level); level = level.above()) {
                for (std::size_t cut = 0; cut < 3; ++cut)
                    CHECK_THAT(quick.below(level, cut), WithinAbs(posterior.below(level, fits.cuts()[cut]), quick_tolerance));
                CHECK_THAT(quick.mean(level), WithinAbs(posterior.mean(level), quick_tolerance));
            }
            careful += quick.quick() ? 0 : 1;
        }
    }
    CHECK(careful <= cases * outcomes / 20);
}

TEST_CASE("quick fits hold with wide priors, strong correlations and many patients", "[exact][blrm]")
{
    Dice dice{13};
    for (int i = 0; i < 12; ++i) {
        auto made = random_case(dice, 3);
        made.model.prior.front().normal.corr = i % 2 == 0 ? 0.95 : -0.95;
        TwoParameterFits const fits{made.model, {0.16, 0.33, 0.6}, 36};
        auto const observed = random_outcomes(dice, made.doses, i % 3 == 0 ? 600 : 60);
        auto quick = fits.fit(observed);
        TwoParameterPosterior const posterior{made.model, observed};
        INFO("case " << i << ": " << observed.total().patients << " patients");
        for (DoseLevel level{0}; observed.ladder().has(level); level = level.above())
            CHECK_THAT(quick.below(level, 1), WithinAbs(posterior.below(level, 0.33), quick_tolerance));
    }
}

TEST_CASE("every kernel gives the same bits", "[exact][blrm][simd]")
{
    Dice dice{17};
    for (int i = 0; i < 10; ++i) {
        auto const made = random_case(dice, 1);
        TwoParameterFits const fits{made.model, {0.2, 0.35}, 36};
        auto const observed = random_outcomes(dice, made.doses, 36);
        auto const kernels = two_parameter_kernels();
        auto first = fits.fit(observed, kernels.front());
        auto const first_glance = fits.glance(observed, kernels.front());
        for (auto const& kernel : kernels) {
            auto other = fits.fit(observed, kernel);
            INFO(kernel.name);
            for (DoseLevel level{0}; observed.ladder().has(level); level = level.above()) {
                CHECK(other.below(level, 0) == first.below(level, 0));
                CHECK(other.below(level, 1) == first.below(level, 1));
                CHECK(other.mean(level) == first.mean(level));
                auto const seen = fits.glance(observed, kernel).below(level, 1);
                CHECK(seen.value == first_glance.below(level, 1).value);
                CHECK(seen.error == first_glance.below(level, 1).error);
            }
        }
    }
}

TEST_CASE("a glance is wrong by much less than it says, and says little", "[exact][blrm][glance]")
{
    constexpr double safety = 4; // a fifteenth of the stated error was the worst seen
    constexpr int cases = 60;
    Dice dice{23};
    int figures = 0;
    int telling = 0;
    for (int i = 0; i < cases; ++i) {
        auto made = random_case(dice, i % 4 == 0 ? 3 : 1);
        auto& normal = made.model.prior.front().normal;
        if (i % 4 == 1)
            normal.sd = {normal.sd[0] / 5, normal.sd[1] / 10}; // rows whose nodes lie alike
        if (i % 4 == 2)
            normal.corr = i % 8 == 2 ? 0.95 : -0.95;
        if (i % 5 == 0)
            made.model.prior = {{0.8, normal}, {0.2, {{-0.7, 0}, {2, 1}, 0}}};
        TwoParameterFits const fits{made.model, {0.16, 0.33}, 36};
        for (int j = 0; j < 20; ++j) {
            auto const observed = random_outcomes(dice, made.doses, 36);
            INFO("case " << i << ": " << letters(observed.cohorts()));
            auto const glance = fits.glance(observed);
            auto fit = fits.fit(observed);
            for (DoseLevel level{0}; observed.ladder().has(level); level = level.above())
                for (std::size_t cut = 0; cut < 2; ++cut) {
                    auto const seen = glance.below(level, cut);
                    if (!std::isfinite(seen.error))
                        continue;
                    ++figures;
                    telling += seen.error < 0.02 ? 1 : 0;
                    CHECK(safety * std::abs(seen.value - fit.below(level, cut)) <= seen.error);
                }
        }
    }
    CHECK(figures > 8000);
    CHECK(telling > figures / 2);
}

TEST_CASE("a glance is wrong by less than it says where all patients are at one level", "[exact][blrm][glance]")
{
    Dice dice{29};
    for (int i = 0; i < 40; ++i) {
        auto made = random_case(dice, 1);
        auto& normal = made.model.prior.front().normal;
        normal.sd = {i % 2 == 0 ? 3.0 : 2.5, i % 4 < 2 ? 1.5 : 1.2}; // the widest of which a glance tells anything
        TwoParameterFits const fits{made.model, {0.16, 0.33}, 36};
        for (int patients = 3; patients <= 36; patients += 3)
            for (int dlts = 0; dlts <= patients; dlts += 2) {
                Observed observed{DoseLadder{DoseUnit::mg, made.doses}};
                observed.record({level(1 + i % 6), patients, dlts});
                auto const glance = fits.glance(observed);
                auto fit = fits.fit(observed);
                for (DoseLevel at{0}; observed.ladder().has(at); at = at.above())
                    for (std::size_t cut = 0; cut < 2; ++cut) {
                        auto const seen = glance.below(at, cut);
                        if (std::isfinite(seen.error))
                            CHECK(std::abs(seen.value - fit.below(at, cut)) <= seen.error);
                    }
            }
    }
}

TEST_CASE("a glance tells nothing of priors that are too wide for it", "[exact][blrm][glance]")
{
    TwoParameterFits const fits{{{{1, {{0, 0}, {4, 1}, 0}}}, {-1, 0, 1}}, {0.16, 0.33}, 36};
    CHECK_FALSE(std::isfinite(fits.glance(observed("1NNN 2NNT", ladder(3))).below(level(1), 0).error));
}

TEST_CASE("a glance decides as fits do, in every state that can be reached", "[exact][blrm][glance]")
{
    auto const even = ladder(6);
    DoseLadder const doubling{DoseUnit::mg, {10, 20, 40, 80, 120, 160}};
    Blrm const design;
    CHECK(states_that_differ(design, even) == 0);
    CHECK(states_that_differ(design, doubling) == 0);
    auto highest = design;
    highest.next = BlrmNext::highest_allowed;
    highest.enough_probability = 0.55;
    CHECK(states_that_differ(highest, even) == 0);
    auto skipping = design;
    skipping.no_skipping = false;
    skipping.mtd_among = MtdAmong::allowed;
    skipping.common.max_patients = 24;
    CHECK(states_that_differ(skipping, even) == 0);
    auto tight = design;
    tight.prior_sd = {0.3, 0.1};
    CHECK(states_that_differ(tight, even) == 0);
    auto correlated = design;
    correlated.prior_mean = {-0.85, 1};
    correlated.prior_sd = {1, 1};
    correlated.prior_corr = -0.5;
    correlated.intervals = {0.16, 0.33};
    CHECK(states_that_differ(correlated, doubling) == 0);
    auto mixture = design;
    mixture.priors = {{.weight = 0.8, .mean = {-1.5, 0}, .sd = {0.6, 0.4}, .corr = 0.2},
                      {.weight = 0.2, .mean = {-0.7, 0}, .sd = {2, 1}, .corr = 0}};
    mixture.common.max_patients = 24;
    CHECK(states_that_differ(mixture, even) == 0);
}

TEST_CASE("figures whose errors overlap are in no order", "[exact][blrm][glance]")
{
    Estimate const a{0.3, 0.01};
    CHECK((a <=> Estimate{0.28, 0.005}) == std::partial_ordering::greater);
    CHECK((a <=> Estimate{0.32, 0.005}) == std::partial_ordering::less);
    CHECK(undecided(a <=> Estimate{0.29, 0.005}));
    CHECK(undecided(a <=> Estimate{0.31, 0.005}));
    CHECK(undecided(a <=> Estimate{0, std::numeric_limits<double>::infinity()}));
    CHECK(undecided(a <=> Estimate{std::nan(""), 0}));
}

TEST_CASE("a mixture's posterior is that of its components, by their evidence", "[exact][blrm][mixture]")
{
    Dice dice{19};
    auto made = random_case(dice, 1);
    made.model.prior = {{0.8, {{-1.5, 0}, {0.6, 0.4}, 0.2}}, {0.2, {{-0.7, 0}, {2, 1}, 0}}};
    auto const observed = random_outcomes(dice, made.doses, 36);
    TwoParameterPosterior const both{made.model, observed};
    double total = 0;
    double below = 0;
    for (auto const& component : made.model.prior) {
        TwoParameterPosterior const alone{{{{1, component.normal}}, made.model.covariates}, observed};
        total += component.weight * std::exp(alone.log_evidence());
        below += component.weight * std::exp(alone.log_evidence()) * alone.below(level(3), 0.3);
    }
    CHECK_THAT(both.below(level(3), 0.3), WithinAbs(below / total, 1e-12)); // the same rows, summed in another order
    CHECK_THAT(both.log_evidence(), WithinAbs(std::log(total), 1e-12));
    CHECK_THAT(both.weights()[0] + both.weights()[1], WithinAbs(1, 1e-14));
    TwoParameterFits const fits{made.model, {0.3}, 36};
    auto quick = fits.fit(observed);
    CHECK(quick.quick());
    CHECK_THAT(quick.below(level(3), 0), WithinAbs(both.below(level(3), 0.3), quick_tolerance));
}

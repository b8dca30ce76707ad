// The posterior of the exposure-response model against brute force: dense sums over log_beta, adaptive quadrature of Boost.Math
// over log_alpha, and a Student's t of Boost.Math for the forecast.
#include "sim/designs/models/exposure_posterior.hpp"
#include "tests/support/catch.hpp"

#include <boost/math/distributions/students_t.hpp>
#include <boost/math/quadrature/gauss_kronrod.hpp>

#include <cmath>

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr double tolerance = ExposurePosterior::error;

DoseLadder six_doses() { return {DoseUnit::mg_per_m2, {18, 36, 60, 90, 126, 168}}; }

ExposureModel usual_model()
{
    return {.prior = {{1, {{-0.693, 0}, {2, 1}, 0}}},
            .reference = 300,
            .exposures = {.typical = {60, 120, 200, 300, 420, 560}, .sd_log = 0.4, .worth = 3}};
}

/// What the model says, by sums that are slow and plain.
class BruteForce {
public:
    BruteForce(ExposureModel const& model, Observed const& observed)
        : model_{model},
          observed_{observed},
          forecasts_{exposure_forecasts(model.exposures, observed.ladder(), observed.exposures())}
    {
        for (auto const& forecast : forecasts_) {
            boost::math::students_t const t{forecast.degrees_of_freedom};
            auto& future = futures_.emplace_back();
            for (double u = -7; u <= 7; u += future_step) {
                double const at = std::sinh(u);
                future.emplace_back(forecast.mean + forecast.scale * at - std::log(model.reference),
                                    future_step * std::cosh(u) * pdf(t, at));
            }
        }
        double const step = reach * 2 / (rows - 1);
        auto const& prior = model_.prior.front().normal;
        for (int i = 0; i < rows; ++i) {
            double const b = prior.mean[1] + prior.sd[1] * (-reach + i * step);
            auto const density = [&](double a) { return std::exp(log_density(a, b)); };
            total_ += integral(density, low(), high());
        }
    }

    double rate(std::size_t level, double a, double b) const
    {
        double sum = 0;
        for (auto const& [log_exposure, weight] : futures_[level])
            sum += weight * expit(a + std::exp(b) * log_exposure);
        return sum;
    }

    double below(std::size_t level, double rate_wanted) const
    {
        return over_rows([&](double b, auto const& density) {
            double from = low();
            double to = high();
            for (int i = 0; i < 40; ++i) {
                double const middle = std::midpoint(from, to);
                (rate(level, middle, b) < rate_wanted ? from : to) = middle;
            }
            return integral(density, low(), from);
        });
    }

    double mean(std::size_t level) const
    {
        return over_rows([&](double b, auto const& density) {
            return integral([&](double a) { return density(a) * rate(level, a, b); }, low(), high());
        });
    }

    double mean_log_beta() const
    {
        return over_rows([&](double b, auto const& density) { return b * integral(density, low(), high()); });
    }

private:
    static constexpr int rows = 81;
    static constexpr double reach = 6.5;        // prior SDs
    static constexpr double future_step = 0.05; // of asinh of a t

    static double expit(double x) { return x > 0 ? 1 / (1 + std::exp(-x)) : std::exp(x) / (1 + std::exp(x)); }
    static double softplus(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }
    double low() const { return model_.prior.front().normal.mean[0] - 9 * model_.prior.front().normal.sd[0]; }
    double high() const { return model_.prior.front().normal.mean[0] + 9 * model_.prior.front().normal.sd[0]; }

    static double integral(auto const& f, double from, double to)
    {
        double sum = 0;
        constexpr int parts = 16;
        for (int i = 0; i < parts; ++i)
            sum += boost::math::quadrature::gauss<double, 15>::integrate(f, from + (to - from) * i / parts,
                                                                         from + (to - from) * (i + 1) / parts);
        return sum;
    }

    double over_rows(auto const& part) const
    {
        double const step = reach * 2 / (rows - 1);
        auto const& prior = model_.prior.front().normal;
        double sum = 0;
        for (int i = 0; i < rows; ++i) {
            double const b = prior.mean[1] + prior.sd[1] * (-reach + i * step);
            auto const density = [&](double a) { return std::exp(log_density(a, b)); };
            if (integral(density, low(), high()) > 1e-10 * total_)
                sum += part(b, density);
        }
        return sum / total_;
    }

    double log_density(double a, double b) const
    {
        auto const& prior = model_.prior.front().normal;
        double const u = (a - prior.mean[0]) / prior.sd[0];
        double const v = (b - prior.mean[1]) / prior.sd[1];
        double const r = prior.corr;
        double sum = -(u * u - 2 * r * u * v + v * v) / (2 * (1 - r * r));
        for (auto const& one : observed_.exposures()) {
            double const logit = a + std::exp(b) * std::log(one.exposure / model_.reference);
            sum -= one.dlt ? softplus(-logit) : softplus(logit);
        }
        for (DoseLevel level{0}; observed_.ladder().has(level); level = level.above()) {
            int patients = observed_.tally(level).patients;
            int dlts = observed_.tally(level).dlts;
            for (auto const& one : observed_.exposures())
                if (one.level == level) {
                    --patients;
                    dlts -= one.dlt ? 1 : 0;
                }
            if (patients > 0) {
                double const p = rate(static_cast<std::size_t>(level.index()), a, b);
                sum += dlts * std::log(p) + (patients - dlts) * std::log1p(-p);
            }
        }
        return sum;
    }

    ExposureModel const& model_;
    Observed const& observed_;
    std::vector<ExposureForecast> forecasts_;
    std::vector<std::vector<std::pair<double, double>>> futures_; ///< ln(exposure/reference) of the next patient, and its weight
    double total_ = 0;
};

/// Patients with exposures spread about the typical one; those with the highest have the DLTs.
Observed measured_trial(std::vector<std::pair<int, int>> const& cohorts, std::vector<double> const& typical, double spread)
{
    Observed observed{six_doses()};
    int turn = 0;
    for (auto const& [number, dlts] : cohorts) {
        auto const level = DoseLevel::from_number(number);
        observed.record({level, 3, dlts});
        for (int i = 0; i < 3; ++i)
            observed.record_exposure(
                {level, typical[static_cast<std::size_t>(number - 1)] * std::exp(spread * (i - 1 + 0.1 * (turn++ % 3))),
                 i >= 3 - dlts});
    }
    return observed;
}

void check(ExposureModel const& model, Observed const& observed)
{
    BruteForce const expected{model, observed};
    ExposurePosterior found{model, observed};
    CHECK_THAT(found.parameter_mean()[1], WithinAbs(expected.mean_log_beta(), 10 * tolerance));
    for (int const index : {0, 3, 5}) {
        CAPTURE(index);
        auto const level = static_cast<std::size_t>(index);
        for (double const rate : {0.2, 0.35})
            CHECK_THAT(found.below(DoseLevel{index}, rate), WithinAbs(expected.below(level, rate), tolerance));
        CHECK_THAT(found.mean(DoseLevel{index}), WithinAbs(expected.mean(level), tolerance));
    }
}

} // namespace

TEST_CASE("an exposure-response posterior agrees with brute force where every patient was measured", "[exact][exposure]")
{
    auto const model = usual_model();
    check(model, measured_trial({{1, 0}, {2, 0}, {3, 0}, {4, 1}, {4, 0}, {5, 2}}, model.exposures.typical, 0.4));
}

TEST_CASE("an exposure-response posterior agrees with brute force where everybody had a DLT, or nobody", "[exact][exposure]")
{
    auto const model = usual_model();
    check(model, measured_trial({{1, 3}, {2, 3}}, model.exposures.typical, 0.3));
    check(model, measured_trial({{1, 0}, {2, 0}, {3, 0}, {4, 0}}, model.exposures.typical, 0.3));
}

TEST_CASE("an exposure-response posterior agrees with brute force before anybody was measured", "[exact][exposure]")
{
    auto model = usual_model();
    model.prior.front().normal.corr = -0.4;
    check(model, Observed{six_doses()});
}

TEST_CASE("an exposure-response posterior agrees with brute force where some were not measured", "[exact][exposure]")
{
    auto const model = usual_model();
    auto observed = measured_trial({{1, 0}, {3, 1}}, model.exposures.typical, 0.3);
    observed.record({DoseLevel{3}, 3, 1});
    check(model, observed);
}

TEST_CASE("without a spread of exposures the model is the BLRM of the typical exposure", "[exact][exposure]")
{
    auto model = usual_model();
    model.exposures.sd_log = 1e-4;
    model.exposures.worth = 1e6; // nothing is left to be learned
    auto const observed = measured_trial({{1, 0}, {2, 0}, {3, 1}, {4, 2}}, model.exposures.typical, 0);
    TwoParameterModel by_level{.prior = model.prior, .covariates = {}};
    for (double const exposure : model.exposures.typical)
        by_level.covariates.push_back(std::log(exposure / model.reference));
    TwoParameterPosterior const expected{by_level, observed};
    ExposurePosterior found{model, observed};
    for (int level = 0; level < 6; ++level)
        for (double const rate : {0.1, 0.2, 0.35, 0.6})
            CHECK_THAT(found.below(DoseLevel{level}, rate), WithinAbs(expected.below(DoseLevel{level}, rate), tolerance));
    CHECK_THAT(found.parameter_mean()[0], WithinAbs(expected.parameter_mean()[0], tolerance));
    CHECK_THAT(found.parameter_sd()[1], WithinAbs(expected.parameter_sd()[1], tolerance));
}

#include "sim/designs/models/crm_model.hpp"

#include "sim/designs/models/logistic.hpp"

#include <array>
#include <cmath>
#include <optional>
#include <stdexcept>

namespace escalon {
namespace {

constexpr double tail = (1 - DoseToxicityPosterior::band) / 2;

/// The limit by which the lowest level is judged, for fits that prepare it.
std::vector<double> cuts_of(LevelQuestion const& question)
{
    return question.too_toxic ? std::vector{question.too_toxic->limit} : std::vector<double>{};
}

/// What the question holds against the target, of a fit or of a posterior.
template <class Fitted>
class CurveEstimate {
public:
    CurveEstimate(Fitted& fitted, TwoParameterModel const& model, CrmEstimate estimate) : fitted_{fitted}, model_{model}
    {
        if (estimate == CrmEstimate::plug_in)
            parameters_ = fitted.parameter_mean();
    }

    double operator()(std::size_t level) const
    {
        if (!parameters_)
            return fitted_.mean(DoseLevel{static_cast<int>(level)});
        auto const [alpha, beta] = *parameters_;
        return logistic(alpha + std::exp(beta) * model_.covariates[level]);
    }

private:
    Fitted& fitted_;
    TwoParameterModel const& model_;
    std::optional<std::array<double, 2>> parameters_;
};

/// The level whose estimate is nearest the target, the lower of two. Estimates rise from level to level, so that few are asked.
template <class Estimated>
std::size_t nearest_level(Estimated const& estimate, std::size_t levels, double target)
{
    std::size_t below = 0;      // so many levels are known to lie below the target
    std::size_t above = levels; // the lowest level known not to
    double shortfall = 0;       // of the highest of those below
    double excess = 0;          // of the lowest of the others
    while (below < above) {
        auto const middle = (below + above) / 2;
        double const gap = estimate(middle) - target;
        if (gap < 0) {
            below = middle + 1;
            shortfall = -gap;
        } else {
            above = middle;
            excess = gap;
        }
    }
    if (below == 0)
        return 0;
    return below < levels && excess < shortfall ? below : below - 1;
}

} // namespace

OneParameterCrm::OneParameterCrm(OneParameterCurves curves, double prior_sd, int patients, LevelQuestion const& question,
                                 std::optional<FollowUpWeights> weights)
    : question_{question},
      weights_{weights},
      patients_{patients},
      fits_{std::move(curves), prior_sd, patients, question},
      nodes_{fits_.curves(), prior_sd, patients, Resolution::probabilities}
{}

OneParameterPosterior OneParameterCrm::fitted(Observed const& observed) const
{
    auto const found = data(observed);
    int const pending = weights_ ? static_cast<int>(observed.pending().size()) : 0;
    if (observed.total().patients + pending <= patients_)
        return {fits_.curves(), nodes_, found};
    return {fits_.curves(), fits_.prior_sd(), found};
}

std::vector<WeightedTally> OneParameterCrm::data(Observed const& observed) const
{
    return weights_ ? tallies_of(observed, *weights_) : tallies_of(observed);
}

std::vector<double> OneParameterCrm::estimates(Observed const& observed) const { return estimates(fitted(observed), observed); }

std::vector<double> OneParameterCrm::estimates(OneParameterPosterior const& posterior, Observed const& observed) const
{
    auto const& curves = fits_.curves();
    std::vector<double> found;
    double beta = posterior.mean();
    if (question_.estimate == CrmEstimate::mle)
        beta = maximum_likelihood(curves, data(observed));
    else if (question_.estimate == CrmEstimate::quantile)
        beta = posterior.quantile(1 - question_.quantile);
    for (std::size_t level = 0; level < curves.levels(); ++level)
        found.push_back(question_.estimate == CrmEstimate::posterior ? posterior.toxicity(level).mean
                                                                     : curves.probability(level, beta));
    return found;
}

double OneParameterCrm::lowest_too_toxic(Observed const& observed) const
{
    return fitted(observed).probability_above(0, question_.too_toxic->limit);
}

DoseToxicityPosterior OneParameterCrm::posterior(Observed const& observed) const
{
    auto const believed = fitted(observed);
    auto const estimated = estimates(believed, observed);
    // P(DLT) falls as beta rises, at every level
    double const beta_of_lower = believed.quantile(1 - tail);
    double const beta_of_median = believed.quantile(0.5);
    double const beta_of_upper = believed.quantile(tail);
    DoseToxicityPosterior found;
    for (std::size_t level = 0; level < estimated.size(); ++level) {
        auto const moments = believed.toxicity(level);
        auto const at = [&](double beta) { return fits_.curves().probability(level, beta); };
        found.levels.push_back({.mean = moments.mean,
                                .sd = moments.sd,
                                .lower = at(beta_of_lower),
                                .median = at(beta_of_median),
                                .upper = at(beta_of_upper),
                                .estimate = estimated[level]});
    }
    found.parameters.push_back({"beta", believed.mean(), std::sqrt(believed.variance())});
    return found;
}

TwoParameterModel logistic_through(std::span<double const> skeleton, BivariateNormal const& prior)
{
    TwoParameterModel made{.prior = {{1, prior}}};
    for (double const p : skeleton)
        made.covariates.push_back((logit(p) - prior.mean[0]) / std::exp(prior.mean[1]));
    return made;
}

TwoParameterCrm::TwoParameterCrm(TwoParameterModel model, int patients, LevelQuestion const& question)
    : question_{question}, fits_{std::move(model), cuts_of(question), patients}
{
    if (question_.estimate != CrmEstimate::plug_in && question_.estimate != CrmEstimate::posterior)
        throw std::invalid_argument("two parameters have a plug_in and a posterior estimate");
}

LevelAnswer TwoParameterCrm::answer(Observed const& observed) const
{
    auto fit = fits_.fit(observed);
    CurveEstimate const estimate{fit, fits_.model(), question_.estimate};
    LevelAnswer found{.nearest = nearest_level(estimate, fits_.model().covariates.size(), question_.target)};
    if (question_.too_toxic)
        found.too_toxic = fit.above(DoseLevel{0}, 0) > question_.too_toxic->certainty;
    return found;
}

std::vector<double> TwoParameterCrm::estimates(Observed const& observed) const
{
    auto fit = fits_.fit(observed);
    CurveEstimate const estimate{fit, fits_.model(), question_.estimate};
    std::vector<double> found;
    for (std::size_t level = 0; level < fits_.model().covariates.size(); ++level)
        found.push_back(estimate(level));
    return found;
}

double TwoParameterCrm::lowest_too_toxic(Observed const& observed) const { return fits_.fit(observed).above(DoseLevel{0}, 0); }

DoseToxicityPosterior TwoParameterCrm::posterior(Observed const& observed) const
{
    TwoParameterPosterior const believed{fits_.model(), observed};
    CurveEstimate const estimate{believed, fits_.model(), question_.estimate};
    DoseToxicityPosterior found;
    for (DoseLevel level{0}; observed.ladder().has(level); level = level.above())
        found.levels.push_back({.mean = believed.mean(level),
                                .sd = believed.sd(level),
                                .lower = believed.quantile(level, tail),
                                .median = believed.quantile(level, 0.5),
                                .upper = believed.quantile(level, 1 - tail),
                                .estimate = estimate(static_cast<std::size_t>(level.index()))});
    auto const mean = believed.parameter_mean();
    auto const sd = believed.parameter_sd();
    found.parameters = {{"alpha", mean[0], sd[0]}, {"beta", mean[1], sd[1]}};
    return found;
}

} // namespace escalon

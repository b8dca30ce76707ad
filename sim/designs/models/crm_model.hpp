// What a CRM asks of its working model: which level is nearest the target, whether the lowest is too toxic, and what is believed
// of all of them. One class answers with one parameter, one with two.
//
// O'Quigley, Pepe & Fisher (1990), Biometrics 46:33; Cheung (2011), Dose Finding by the Continual Reassessment Method. Two
// parameters as in trialr 0.1.6: logit p = alpha + exp(beta) x.
#pragma once

#include "sim/designs/models/dose_toxicity.hpp"
#include "sim/designs/models/one_parameter.hpp"
#include "sim/designs/models/two_parameter_fits.hpp"

#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace escalon {

/// The empiric or the logistic model: beta ~ N(0, prior_sd^2).
class OneParameterCrm {
public:
    /// @param patients with more of them the answers are slower
    /// @param weights of pending patients; they are not looked at when absent
    OneParameterCrm(OneParameterCurves curves, double prior_sd, int patients, LevelQuestion const& question,
                    std::optional<FollowUpWeights> weights = std::nullopt);

    LevelAnswer answer(Observed const& observed) const
    {
        return weights_ ? fits_.answer(observed, *weights_) : fits_.answer(observed);
    }
    std::vector<double> estimates(Observed const& observed) const;
    double lowest_too_toxic(Observed const& observed) const;
    DoseToxicityPosterior posterior(Observed const& observed) const;

private:
    OneParameterPosterior fitted(Observed const& observed) const;
    std::vector<double> estimates(OneParameterPosterior const& posterior, Observed const& observed) const;
    std::vector<WeightedTally> data(Observed const& observed) const;

    LevelQuestion question_;
    std::optional<FollowUpWeights> weights_;
    int patients_;
    OneParameterFits fits_;
    BetaNodes nodes_; ///< of posteriors that are shown
};

/// logit p = alpha + exp(beta) x with normal alpha and beta, and x such that at their prior means the curve meets the skeleton.
/// @param skeleton strictly increasing within (0, 1)
/// @param prior of alpha and beta
TwoParameterModel logistic_through(std::span<double const> skeleton, BivariateNormal const& prior);

/// The two-parameter logistic model, by quadrature over the plane of alpha and beta.
class TwoParameterCrm {
public:
    /// @param patients with more of them the answers are slower
    /// @throws std::invalid_argument when the question asks for a quantile or for the greatest likelihood
    TwoParameterCrm(TwoParameterModel model, int patients, LevelQuestion const& question);

    LevelAnswer answer(Observed const& observed) const;
    std::vector<double> estimates(Observed const& observed) const;
    double lowest_too_toxic(Observed const& observed) const;
    DoseToxicityPosterior posterior(Observed const& observed) const;

private:
    LevelQuestion question_;
    TwoParameterFits fits_;
};

/// Either of them.
class CrmModel {
public:
    CrmModel(OneParameterCrm model) : model_{std::move(model)} {}
    CrmModel(TwoParameterCrm model) : model_{std::move(model)} {}

    LevelAnswer answer(Observed const& observed) const
    {
        return std::visit([&](auto const& model) { return model.answer(observed); }, model_);
    }
    /// What is held against the target, level by level.
    std::vector<double> estimates(Observed const& observed) const
    {
        return std::visit([&](auto const& model) { return model.estimates(observed); }, model_);
    }
    /// P(P(DLT) of the lowest level > limit), for a question that has a limit.
    double lowest_too_toxic(Observed const& observed) const
    {
        return std::visit([&](auto const& model) { return model.lowest_too_toxic(observed); }, model_);
    }
    /// What the model believes of every level; it forbids none.
    DoseToxicityPosterior posterior(Observed const& observed) const
    {
        return std::visit([&](auto const& model) { return model.posterior(observed); }, model_);
    }

private:
    std::variant<OneParameterCrm, TwoParameterCrm> model_;
};

} // namespace escalon

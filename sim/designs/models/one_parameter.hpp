// The posterior of a one-parameter CRM: beta ~ N(0, prior_sd^2), and a likelihood that is a product over levels.
//
// O'Quigley, Pepe & Fisher (1990), Biometrics 46:33. Sums over nodes replace integrals: equal steps of t, with
// beta = scale sinh(t/scale), so that nodes are dense where data can be sharp and sparse in the tails. The trapezoidal rule is
// then exact to 2 exp(-2 (pi s/h)^2) for a posterior of standard deviation s and step h (Trefethen & Weideman 2014, SIAM Rev
// 56:385); integrals up to a point use the sinc function (Kearfott 1983, Math Comp 41:559), which wants half the step.
#pragma once

#include "sim/designs/models/follow_up.hpp"
#include "sim/designs/models/node_blocks.hpp"
#include "sim/designs/models/skeleton.hpp"
#include "sim/vocabulary/observed.hpp"

#include <optional>
#include <span>
#include <vector>

namespace escalon {

/// What must be right of a posterior.
enum class Resolution {
    means,         ///< expectations, to 1e-8
    probabilities, ///< also the probability that beta lies below a point
};

/// Patients of one level who count alike: fully, or by the share of their follow-up that they have completed (Cheung & Chappell
/// 2000, Biometrics 56:1177).
struct WeightedTally {
    std::size_t level = 0;
    double patients = 0;
    double dlts = 0;
    double weight = 1; ///< a patient without DLT adds log(1 - weight p)
};

/// Nodes in beta and what each weighs under the prior.
class BetaNodes {
public:
    /// Nodes for at most so many patients, whatever their outcomes.
    BetaNodes(OneParameterCurves const& curves, double prior_sd, int patients, Resolution resolution);

    std::size_t blocks() const { return beta_.size(); }
    std::size_t size() const { return beta_.size() * node_lanes; }
    double beta(std::size_t node) const { return beta_[node / node_lanes].lane[node % node_lanes]; }
    NodeRow betas() const { return beta_.data(); }
    /// The prior density times the node's share of the axis; they sum to 1.
    NodeRow prior() const { return prior_.data(); }

    /// What each node adds to P(beta < x).
    std::vector<NodeBlock> shares_below(double x) const;

private:
    double scale_ = 1;
    double step_ = 0;
    double first_ = 0; ///< t of the first node
    std::vector<NodeBlock> beta_;
    std::vector<NodeBlock> prior_;
};

/// The posterior of beta after any data, for whoever wants figures. The likelihood is formed in the log domain.
class OneParameterPosterior {
public:
    OneParameterPosterior(OneParameterCurves const& curves, double prior_sd, std::span<WeightedTally const> data);
    /// On nodes that were made for at least as many patients, for probabilities.
    OneParameterPosterior(OneParameterCurves const& curves, BetaNodes nodes, std::span<WeightedTally const> data);

    double mean() const { return mean_; }
    double variance() const { return variance_; }

    double probability_below(double beta) const;
    double quantile(double share) const;

    struct Moments {
        double mean = 0;
        double sd = 0;
    };
    /// Of P(DLT) at the level.
    Moments toxicity(std::size_t level) const;
    double toxicity_quantile(std::size_t level, double share) const;
    /// P(P(DLT) at the level > limit)
    double probability_above(std::size_t level, double limit) const;

private:
    OneParameterCurves curves_;
    BetaNodes nodes_;
    std::vector<NodeBlock> posterior_; ///< sums to 1
    double mean_ = 0;
    double variance_ = 0;
};

/// The beta of greatest likelihood: infinite where there were no DLTs, minus infinity where every patient had one, or where the
/// model's ceiling is too low for the data.
double maximum_likelihood(OneParameterCurves const& curves, std::span<WeightedTally const> data);

/// The tallies of an observed trial.
std::vector<WeightedTally> tallies_of(Observed const& observed);
/// The same, and its pending patients by their weights.
std::vector<WeightedTally> tallies_of(Observed const& observed, FollowUpWeights weights);

/// Which figure of the posterior is held against the target.
enum class CrmEstimate {
    plug_in,   ///< P(DLT) at the posterior mean of beta: dfcrm
    posterior, ///< the posterior mean of P(DLT)
    quantile,  ///< a posterior quantile of P(DLT)
    mle,       ///< P(DLT) at the beta of greatest likelihood
};

constexpr auto enum_names(CrmEstimate)
{
    return std::array{EnumName<CrmEstimate>{CrmEstimate::plug_in, "plug_in"},
                      EnumName<CrmEstimate>{CrmEstimate::posterior, "posterior"},
                      EnumName<CrmEstimate>{CrmEstimate::quantile, "quantile"}, EnumName<CrmEstimate>{CrmEstimate::mle, "mle"}};
}

/// What is asked of the posterior of every state of a trial.
struct LevelQuestion {
    double target = 0;
    CrmEstimate estimate = CrmEstimate::plug_in;
    double quantile = 0.5; ///< of P(DLT), for CrmEstimate::quantile
    /// The lowest level is too toxic when P(P(DLT) > limit) exceeds the certainty.
    struct TooToxic {
        double limit = 0;
        double certainty = 0;
    };
    std::optional<TooToxic> too_toxic;
};

struct LevelAnswer {
    std::size_t nearest = 0; ///< the level whose estimate is nearest the target; the lower of two
    bool too_toxic = false;
};

/// Answers one question for any tallies of a trial, millions of times: the powers of every level's P(DLT) and P(no DLT) at the
/// nodes are at hand, so that a posterior is a product of rows, and each comparison one sum. There is no exp, no log and no
/// memory in it, except for tallies beyond the planned sample size.
class OneParameterFits {
public:
    OneParameterFits(OneParameterCurves curves, double prior_sd, int patients, LevelQuestion question);

    LevelAnswer answer(Observed const& observed) const;
    /// With pending patients by their weights.
    LevelAnswer answer(Observed const& observed, FollowUpWeights weights) const;
    /// Of any data, by a posterior of its own.
    LevelAnswer answer(std::span<WeightedTally const> data) const;

    OneParameterCurves const& curves() const { return curves_; }
    double prior_sd() const { return prior_sd_; }
    std::size_t nodes() const { return nodes_.size(); }

private:
    struct Product;

    void append_powers();
    void append_preference(std::size_t cut);
    void multiply(Observed const& observed, Product& product) const;
    /// Multiplies by the likelihood of the pending patients.
    void multiply_pending(Observed const& observed, FollowUpWeights weights, Product& product) const;
    /// By every estimate but that of greatest likelihood.
    LevelAnswer judged(Product const& product) const;
    /// The lowest level from which no cut says to go up.
    template <class GoesUp>
    std::size_t first_to_stay(GoesUp const& goes_up) const;
    bool mle_lies_above(std::size_t cut, Observed const& observed) const;

    OneParameterCurves curves_;
    double prior_sd_;
    int patients_;
    LevelQuestion question_;
    std::vector<double> cuts_; ///< of beta
    BetaNodes nodes_;
    int powers_ = 0;                                 ///< the highest power at hand
    std::vector<NodeBlock> rows_;                    ///< level by level: powers of p from 0, then powers of 1 - p
    std::vector<NodeBlock> prefer_;                  ///< cut by cut
    std::vector<NodeBlock> toxic_;                   ///< positive sum where the lowest level is too toxic
    std::vector<OneParameterCurves::Scores> scores_; ///< cut by cut, level by level
};

} // namespace escalon

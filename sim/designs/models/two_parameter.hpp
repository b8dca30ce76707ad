// Two-parameter logistic dose-toxicity models: logit p = alpha + exp(log beta) x, with a covariate x for each level.
//
// With x = log(dose/reference) it is the model of the BLRM: Neuenschwander, Branson & Gsponer (2008), Stat Med 27:2420,
// doi:10.1002/sim.3230. The prior of (log_alpha, log_beta) is a bivariate normal distribution or a mixture of several: Schmidli
// et al. (2014), Biometrics 70:1023.
#pragma once

#include "sim/designs/models/outcomes_at_levels.hpp"
#include "sim/designs/models/posterior_row.hpp"
#include "sim/vocabulary/observed.hpp"

#include <array>
#include <memory>
#include <span>
#include <vector>

namespace escalon {

/// A normal distribution of (log_alpha, log_beta).
struct BivariateNormal {
    std::array<double, 2> mean{};
    std::array<double, 2> sd{1, 1};
    double corr = 0;

    friend bool operator==(BivariateNormal const&, BivariateNormal const&) = default;
};

struct PriorComponent {
    double weight = 1;
    BivariateNormal normal;

    friend bool operator==(PriorComponent const&, PriorComponent const&) = default;
};

struct TwoParameterModel {
    std::vector<PriorComponent> prior; ///< weights sum to 1
    std::vector<double> covariates;    ///< x of each level
};

/// The posterior distribution of one data set, by quadrature over rows of constant log_beta. Nodes are added until every
/// probability is settled to `error`; any prior and any number of patients will do. For whoever shows or checks it: a fit takes
/// about ten milliseconds.
class TwoParameterPosterior {
public:
    static constexpr double error = 1e-9; ///< of probabilities and means, absolute

    TwoParameterPosterior(TwoParameterModel model, std::span<OutcomesAtLevel const> outcomes);
    TwoParameterPosterior(TwoParameterModel model, Observed const& observed);

    /// P(DLT rate of the level < rate).
    double below(DoseLevel level, double rate) const;
    double quantile(DoseLevel level, double probability) const;
    double mean(DoseLevel level) const { return levels_[index(level)].mean; }
    double sd(DoseLevel level) const { return levels_[index(level)].sd; }

    /// Of log_alpha and log_beta.
    std::array<double, 2> parameter_mean() const { return parameter_mean_; }
    std::array<double, 2> parameter_sd() const { return parameter_sd_; }
    double parameter_corr() const { return parameter_corr_; }

    /// log P(outcomes), without the binomial coefficients.
    double log_evidence() const { return log_evidence_; }
    /// Posterior weights of the prior's components.
    std::vector<double> const& weights() const { return weights_; }

private:
    struct Moments {
        double mean = 0;
        double sd = 0;
    };
    class Component;

    static std::size_t index(DoseLevel level) { return static_cast<std::size_t>(level.index()); }
    /// P(logit of the level's rate < logit).
    double below_logit(double covariate, double logit) const;
    void take_moments();

    TwoParameterModel model_;
    std::vector<PosteriorRow> rows_; ///< all together sum to 1
    std::vector<Moments> levels_;
    std::array<double, 2> parameter_mean_{};
    std::array<double, 2> parameter_sd_{};
    double parameter_corr_ = 0;
    double log_evidence_ = 0;
    std::vector<double> weights_;
};

} // namespace escalon

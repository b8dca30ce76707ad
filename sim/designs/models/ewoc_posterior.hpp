// The model of EWOC: logit p(x) is linear in the dose, rho0 at the lowest dose and the target at the MTD.
//
// Babb, Rogatko & Zacks (1998), Stat Med 17:1103, doi:10.1002/(SICI)1097-0258(19980530)17:10<1103::AID-SIM793>3.0.CO;2-9.
#pragma once

#include "sim/designs/models/outcomes_at_levels.hpp"

#include <array>
#include <span>
#include <vector>

namespace escalon {

struct EwocModel {
    double target = 0.33; ///< DLT probability at the MTD
    double min_dose = 0;
    double max_dose = 1;
    std::array<double, 2> rho0{1, 1}; ///< beta prior of rho0 / target
    std::array<double, 2> mtd{1, 1};  ///< beta prior of (MTD - min_dose) / (max_dose - min_dose)
    std::vector<double> doses;        ///< of the levels, none below min_dose
};

/// Posteriors of the MTD and rho0 by quadrature: Gauss-Legendre panels along the MTD, tanh-sinh along rho0, whose density behaves
/// like a broken power at 0. The logits of all nodes are prepared once.
class EwocPosterior {
public:
    static constexpr int usual_panels = 16;
    static constexpr int usual_rows = 64;

    /// @param fineness nodes along both parameters are so many times the usual ones; with 1 quantiles are right to 1e-7 of the range
    explicit EwocPosterior(EwocModel model, int fineness = 1);

    /// The posterior density of the MTD at the nodes, and what follows from it.
    class Fit {
    public:
        /// P(MTD < dose).
        double below(double dose) const;
        /// The dose below which the MTD lies with this probability.
        double quantile(double probability) const;
        double mean() const;
        double sd() const;

    private:
        friend class EwocPosterior;
        static constexpr int most_panels = 64;

        EwocPosterior const* posterior_ = nullptr;
        std::array<double, most_panels * 8> mass_{};   ///< of the MTD's nodes, with their weights; all sum to 1
        std::array<double, most_panels + 1> before_{}; ///< mass of the panels before
    };

    Fit fit(std::span<OutcomesAtLevel const> outcomes) const;
    Fit fit(Observed const& observed) const;

    struct Moments {
        double mean = 0;
        double sd = 0;
    };
    /// P(DLT) at a level: its mean, its SD and quantiles as fine as the nodes are.
    struct Rate {
        Moments moments;
        std::vector<double> quantiles;
    };
    Rate rate(Observed const& observed, DoseLevel level, std::vector<double> const& probabilities) const;
    Moments rho0(Observed const& observed) const;

    EwocModel const& model() const { return model_; }

private:
    /// Calls visit(MTD's node, rho0's node, weight) for every node.
    template <class Visit>
    void for_each_node(std::span<OutcomesAtLevel const> outcomes, Visit const& visit) const;
    double share_below(std::span<double const> mass, double place) const;

    EwocModel model_;
    int panels_;
    int rows_;
    std::vector<double> mtd_;        ///< nodes
    std::vector<double> mtd_weight_; ///< with the prior
    std::vector<double> rho0_;
    std::vector<double> log_rho0_weight_; ///< with the prior
    std::vector<double> log_dlt_;         ///< [levels][MTD][rho0] log p
    std::vector<double> log_no_dlt_;      ///< likewise log(1 - p)
};

} // namespace escalon

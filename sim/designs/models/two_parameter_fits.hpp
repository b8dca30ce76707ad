// Quick fits of a two-parameter model, for designs that decide on interval probabilities millions of times.
//
// The nodes are chosen for the prior and the number of patients and prepared once, so that a fit multiplies, adds and takes one
// exponential a node. Each figure is held against that of every other row of nodes; where the two tell that the nodes do not
// suffice, finer ones give the figure, and `TwoParameterPosterior` in the end. A glance takes a quarter of the nodes and tells what
// its figures may be wrong by: enough for most decisions.
#pragma once

#include "sim/designs/models/estimate.hpp"
#include "sim/designs/models/two_parameter.hpp"
#include "sim/designs/models/two_parameter_grid.hpp"

#include <boost/align/aligned_allocator.hpp>

#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace escalon {

/// The ways to fit that this machine has, the fastest first; all give the same bits.
std::span<two_parameter::Kernel const> two_parameter_kernels();

class TwoParameterFits {
public:
    static constexpr double error = 1e-6; ///< of probabilities and means, absolute

    /// @param cuts rates that part the intervals, in rising order
    /// @param patients at most so many are expected; with more the fits are slower
    TwoParameterFits(TwoParameterModel model, std::vector<double> cuts, int patients);

    class Fit;
    Fit fit(Observed const& observed) const;
    Fit fit(Observed const& observed, two_parameter::Kernel const& kernel) const;

    class Glance;
    Glance glance(Observed const& observed) const;
    Glance glance(Observed const& observed, two_parameter::Kernel const& kernel) const;

    TwoParameterModel const& model() const { return model_; }
    std::vector<double> const& cuts() const { return cuts_; }

private:
    template <class T>
    using Table = std::vector<T, boost::alignment::aligned_allocator<T, 64>>;

    /// How nodes lie, and which of them count.
    struct Fineness {
        double nodes = 1;         ///< of a row: so many times as dense as usual
        double rows = 1;          ///< likewise
        double depth = 20;        ///< exp(-20) = 2e-9 of the highest density
        double negligible = 1e-8; ///< of the highest density
    };

    /// Nodes for one component of the prior and up to so many patients.
    class Nodes {
    public:
        Nodes(TwoParameterModel const& model, BivariateNormal const& prior, std::vector<double> const& cuts, double patients,
              Fineness const& fineness);

        two_parameter::Grid grid() const;
        double patients() const { return patients_; }
        double area() const { return step_[0] * step_[1]; }

    private:
        void lay(BivariateNormal const& prior, double steepest);
        void tabulate_softplus(std::vector<double> const& covariates);
        void tabulate_shares(std::vector<double> const& covariates, std::vector<double> const& cuts);

        double patients_;
        Fineness fineness_;
        std::array<double, 2> step_{};
        int rows_ = 0;
        int blocks_ = 0;
        int coarse_rows_ = 0;
        int edges_ = 0;
        int cuts_ = 0;
        Table<double> node_;
        Table<double> log_prior_node_;
        Table<double> shift_;
        Table<double> slope_;
        Table<double> log_prior_row_;
        Table<double> softplus_;
        Table<double> edge_;
        Table<double> log_prior_edge_;
        Table<double> softplus_edge_;
        Table<std::int16_t> window_;
        Table<double> shares_;
    };

    using Sets = std::vector<std::vector<Nodes>>; ///< each of all components

    /// The first of the sets that is made for what was observed.
    static std::size_t made_for(Observed const& observed, Sets const& sets);

    TwoParameterModel model_;
    std::vector<double> cuts_;
    Sets nodes_; ///< finer and finer
    Sets few_;   ///< likewise, for glances
};

/// One data set's fit. Figures are worked out when they are asked for.
class TwoParameterFits::Fit {
public:
    /// @param first of the fits' nodes to be tried
    Fit(TwoParameterFits const& fits, Observed const& observed, two_parameter::Kernel const& kernel, std::size_t first);

    /// P(DLT rate of the level < cut), with the position of the cut.
    double below(DoseLevel level, std::size_t cut);
    double mean(DoseLevel level);
    /// Of log_alpha and log_beta.
    std::array<double, 2> parameter_mean();
    /// P(DLT rate of the level >= cut).
    double above(DoseLevel level, std::size_t cut) { return 1 - below(level, cut); }

    /// Whether prepared nodes sufficed for all that was asked so far.
    bool quick() const { return !careful_; }

private:
    friend class Glance;
    static constexpr std::size_t most_components = 4;

    /// Without nodes yet.
    Fit(TwoParameterFits const& fits, Observed const& observed, two_parameter::Kernel const& kernel)
        : fits_{fits}, observed_{observed}, kernel_{kernel}, used_{0}
    {}

    bool fit_components(std::vector<Nodes> const& nodes, double roughest);
    std::array<double, two_parameter::row_classes> masses_below(DoseLevel level, std::size_t cut) const;
    bool has_nodes() const { return used_ < fits_.nodes_.size(); }
    TwoParameterPosterior& careful();

    TwoParameterFits const& fits_;
    Observed const& observed_;
    two_parameter::Kernel const& kernel_;
    std::array<two_parameter::Grid, most_components> grids_;
    std::array<double, most_components> weights_; ///< of a unit of the component's masses
    std::array<two_parameter::Work, most_components> works_;
    std::array<double, two_parameter::row_classes> totals_;
    double total_;
    std::size_t used_; ///< of the fits' nodes
    std::optional<TwoParameterPosterior> careful_;
};

/// A first look at one data set.
class TwoParameterFits::Glance {
public:
    /// @param set of the fits' nodes for glances
    Glance(TwoParameterFits const& fits, Observed const& observed, two_parameter::Kernel const& kernel, std::size_t set);

    /// P(DLT rate of the level < cut), with the position of the cut. Where the nodes tell nothing its error has no bound.
    Estimate below(DoseLevel level, std::size_t cut) const;

private:
    Fit fit_;
    double error_; ///< that all figures share
};

} // namespace escalon

// A posterior along log_alpha at one log_beta: masses of nodes at equal steps.
#pragma once

#include <vector>

namespace escalon {

struct PosteriorRow {
    double log_beta = 0;
    double slope = 1; ///< exp(log_beta)
    double first = 0; ///< log_alpha
    double step = 1;
    std::vector<double> mass;   ///< of each node
    std::vector<double> before; ///< mass of all nodes before this one, and of all nodes

    double log_alpha(std::size_t node) const { return first + static_cast<double>(node) * step; }
    /// Sums up what lies before each node.
    void accumulate();
    /// Mass below a log_alpha, between nodes by polynomials through sixteen of them.
    double below(double log_alpha) const;

    /// What the sum changes by when three nodes in four are left out: with all of them it is right far beyond.
    double roughness() const;
};

} // namespace escalon

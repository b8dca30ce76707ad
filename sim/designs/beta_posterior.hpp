// The beta posterior of a DLT rate.
#pragma once

#include "sim/vocabulary/observed.hpp"

#include <string>

namespace escalon {

/// Beta(dlts, no_dlts), before anything was seen; uniform if nothing is said.
struct BetaPrior {
    double dlts = 1;
    double no_dlts = 1;
};

class BetaPosterior {
public:
    BetaPosterior(BetaPrior prior, Tally tally)
        : BetaPosterior{prior.dlts + tally.dlts, prior.no_dlts + (tally.patients - tally.dlts)}
    {}
    /// Beta(dlts, no_dlts) before the tally was seen.
    BetaPosterior(double dlts, double no_dlts, Tally tally) : BetaPosterior{BetaPrior{dlts, no_dlts}, tally} {}
    /// Beta(a, b), the posterior itself.
    BetaPosterior(double a, double b) : a_{a}, b_{b} {}

    /// P(rate > x)
    double above(double x) const;
    /// P(low < rate < high)
    double between(double low, double high) const;
    double mean() const { return a_ / (a_ + b_); }
    double variance() const { return a_ * b_ / ((a_ + b_) * (a_ + b_) * (a_ + b_ + 1)); }
    double sd() const;

private:
    double a_;
    double b_;
};

/// "0.96": a probability as sentences show it; as many digits as tell it from 0 and 1.
std::string probability_text(double probability);

/// "0.236": a boundary as sentences show it.
std::string boundary_text(double rate);

} // namespace escalon

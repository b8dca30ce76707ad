#include "sim/designs/isotonic.hpp"

#include "sim/designs/beta_posterior.hpp"

#include <boost/container/small_vector.hpp>

#include <cmath>

namespace escalon {
namespace {

/// Neighbouring levels with one estimate.
struct Block {
    double rate = 0;
    double weight = 0;
    int last = 0; ///< position of the last level among the levels tried
};

constexpr double beta_prior(MtdEstimate estimate)
{
    constexpr double isotonic = 0.05; // Liu & Yuan 2015
    return estimate == MtdEstimate::isotonic ? isotonic : 1;
}

} // namespace

std::optional<DoseLevel> isotonic_mtd(Observed const& observed, DoseLevel limit, double target, MtdEstimate estimate,
                                      std::optional<double> bound)
{
    constexpr std::size_t usual_levels = 32; // more than these take memory
    boost::container::small_vector<DoseLevel, usual_levels> tried;
    boost::container::small_vector<Block, usual_levels> blocks;
    for (DoseLevel level{0}; level < limit && observed.ladder().has(level); level = level.above()) {
        auto const tally = observed.tally(level);
        if (tally.patients == 0)
            continue;
        BetaPosterior const posterior{beta_prior(estimate), beta_prior(estimate), tally};
        Block block{posterior.mean(), 1 / posterior.variance(), static_cast<int>(tried.size())};
        tried.push_back(level);
        while (!blocks.empty() && blocks.back().rate >= block.rate) {
            auto const& before = blocks.back();
            double const weight = before.weight + block.weight;
            block.rate = (before.rate * before.weight + block.rate * block.weight) / weight;
            block.weight = weight;
            blocks.pop_back();
        }
        blocks.push_back(block);
    }
    // a hair per level breaks ties: below the target the higher level is nearer, above it the lower one
    constexpr double hair = 1e-10;
    std::optional<DoseLevel> nearest;
    double distance = 0;
    std::size_t block = 0;
    for (std::size_t i = 0; i < tried.size(); ++i) {
        if (static_cast<int>(i) > blocks[block].last)
            ++block;
        double const rate = blocks[block].rate + hair * static_cast<double>(i + 1);
        if (bound && rate > *bound)
            break;
        double const here = std::abs(rate - target);
        if (!nearest || here < distance) {
            nearest = tried[i];
            distance = here;
        }
    }
    return nearest;
}

} // namespace escalon

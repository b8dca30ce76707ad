#include "sim/designs/isotonic.hpp"

#include "sim/designs/beta_posterior.hpp"

#include <boost/container/small_vector.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace escalon {

IsotonicMtd::IsotonicMtd(double target, MtdEstimate estimate, std::optional<double> bound, std::optional<ToxicityScore> score,
                         int most_patients)
    : target_{target},
      bound_{bound.value_or(std::numeric_limits<double>::infinity())},
      score_{std::move(score)},
      most_patients_{score_ ? 0 : most_patients}
{
    constexpr double isotonic_prior = 0.05; // Liu & Yuan 2015
    prior_ = estimate == MtdEstimate::isotonic ? isotonic_prior : 1;
    for (int patients = 0; most_patients_ > 0 && patients <= most_patients_; ++patients)
        for (int dlts = 0; dlts <= patients; ++dlts)
            estimates_.push_back(computed({patients, dlts}));
}

IsotonicMtd::Estimate IsotonicMtd::computed(Tally tally) const
{
    double const events = score_ ? score_->events(tally) : tally.dlts;
    BetaPosterior const posterior{prior_ + events, prior_ + (tally.patients - events)};
    return {posterior.mean(), 1 / posterior.variance()};
}

std::optional<DoseLevel> IsotonicMtd::operator()(Observed const& observed, DoseLevel limit) const
{
    constexpr std::size_t usual_levels = 32; // more than these take memory
    auto const levels = static_cast<std::size_t>(std::min(limit.index(), observed.ladder().size()));
    boost::container::small_vector<DoseLevel, usual_levels> tried(levels, boost::container::default_init);
    boost::container::small_vector<Block, usual_levels> blocks(levels, boost::container::default_init);
    std::size_t known = 0;
    std::size_t top = 0;
    for (std::size_t i = 0; i < levels; ++i) {
        DoseLevel const level{static_cast<int>(i)};
        auto const& tally = observed.tally(level);
        if (tally.patients == 0)
            continue;
        tried[known++] = level;
        auto const [rate, weight] = estimate(tally);
        Block block{rate, weight, 1};
        for (; top > 0 && blocks[top - 1].rate >= block.rate; --top) {
            auto const& before = blocks[top - 1];
            double const sum = before.weight + block.weight;
            block = {(before.rate * before.weight + block.rate * block.weight) / sum, sum, before.levels + block.levels};
        }
        blocks[top++] = block;
    }
    blocks.resize(top);
    // a hair per level breaks ties: below the target the higher level is nearer, above it the lower one
    constexpr double hair = 1e-10;
    std::optional<DoseLevel> nearest;
    double distance = std::numeric_limits<double>::infinity();
    std::size_t i = 0;
    for (auto const& block : blocks)
        for (auto const end = i + block.levels; i < end; ++i) {
            double const rate = block.rate + hair * static_cast<double>(i + 1);
            if (rate <= bound_ && std::abs(rate - target_) < distance) {
                nearest = tried[i];
                distance = std::abs(rate - target_);
            }
        }
    return nearest;
}

std::optional<DoseLevel> isotonic_mtd(Observed const& observed, DoseLevel limit, double target, MtdEstimate estimate,
                                      std::optional<double> bound, std::optional<ToxicityScore> const& score)
{
    return IsotonicMtd{target, estimate, bound, score}(observed, limit);
}

} // namespace escalon

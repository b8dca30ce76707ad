#include "sim/designs/isotonic.hpp"

#include "sim/designs/beta_posterior.hpp"

#include <algorithm>
#include <array>
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
    auto const all = observed.tallies();
    auto const tallies = all.first(std::min(static_cast<std::size_t>(limit.index()), all.size()));
    if (tallies.size() > usual_levels) {
        std::vector<Block> room(tallies.size());
        return nearest(tallies, room.data());
    }
    std::array<Block, usual_levels> room; // not filled beforehand: most of it is never read
    return nearest(tallies, room.data());
}

std::optional<DoseLevel> IsotonicMtd::nearest(std::span<Tally const> tallies, Block* const blocks) const
{
    // pool adjacent violators: each level that was tried is a block, and joins the one below while that is not lower
    auto* end = blocks;
    for (auto const& tally : tallies) {
        if (tally.patients == 0)
            continue;
        auto const [rate, weight] = estimate(tally);
        Block block{rate, weight, 1};
        for (; end != blocks && end[-1].rate >= block.rate; --end) {
            auto const& before = end[-1];
            double const sum = before.weight + block.weight;
            block = {(before.rate * before.weight + block.rate * block.weight) / sum, sum, before.levels + block.levels};
        }
        *end++ = block;
    }
    // a hair per level breaks ties: below the target the higher level is nearer, above it the lower one
    constexpr double hair = 1e-10;
    constexpr int none = -1;
    int nearest = none;
    double distance = std::numeric_limits<double>::infinity();
    auto const* block = blocks;
    int in_block = 0;
    double hairs = 0;
    for (int level = 0; level < static_cast<int>(tallies.size()); ++level) {
        if (tallies[static_cast<std::size_t>(level)].patients == 0)
            continue;
        hairs += 1;
        double const rate = block->rate + hair * hairs;
        double const away = rate <= bound_ ? std::abs(rate - target_) : std::numeric_limits<double>::infinity();
        nearest = away < distance ? level : nearest;
        distance = std::min(away, distance);
        bool const last = ++in_block == block->levels;
        block += last ? 1 : 0;
        in_block = last ? 0 : in_block;
    }
    return nearest == none ? std::nullopt : std::optional{DoseLevel{nearest}};
}

std::optional<DoseLevel> isotonic_mtd(Observed const& observed, DoseLevel limit, double target, MtdEstimate estimate,
                                      std::optional<double> bound, std::optional<ToxicityScore> const& score)
{
    return IsotonicMtd{target, estimate, bound, score}(observed, limit);
}

} // namespace escalon

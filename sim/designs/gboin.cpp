#include "sim/designs/gboin.hpp"

#include "pk_models/units.hpp"
#include "sim/designs/beta_posterior.hpp"

#include <algorithm>

namespace escalon {

Boin Gboin::binary() const { return {.p_saf = p_saf, .p_tox = p_tox, .interval = interval, .common = common}; }

Faults Gboin::faults() const
{
    auto found = binary().faults();
    std::string const remedy = "write scores: [0, 0.5, 1, 1.5], for grade 0 or 1, 2, 3, and 4 or worse";
    if (scores.size() != grade_count) {
        found.push_back({"scores", std::to_string(scores.size()) + " scores for four grades of toxicity", remedy});
        return found;
    }
    if (scores.front() != 0)
        found.push_back({"scores[0]", "grade 0 or 1 scores " + shortest(scores.front()) + ", not 0", remedy});
    if (!std::ranges::is_sorted(scores) || !(scores.back() > 0))
        found.push_back({"scores", "a worse grade cannot score less, and the worst scores more than 0", remedy});
    return found;
}

IntervalDecider Gboin::on(DoseLadder const& ladder) const
{
    auto const boundaries = binary().boundaries();
    ToxicityScore const score{{scores[0], scores[1], scores[2], scores[3]}};
    auto const move = [=](Tally tally) { return boundaries.move(score.events(tally), tally.patients); };
    auto const words = [=](Tally tally) { return boundaries.words("mean score", score.events(tally), tally.patients); };
    return {common,
            interval,
            {.move = move,
             .words = words,
             .mtd_bound = bound_mtd ? std::optional{boundaries.deescalate} : std::nullopt,
             .score = score},
            ladder};
}

} // namespace escalon

// The MTD by isotonic regression, as interval designs name it at the end.
//
// Pool-adjacent-violators: Barlow et al. (1972), Statistical Inference under Order Restrictions. Its use here: Ji et al. (2010),
// Clin Trials 7:653; Liu & Yuan (2015), J R Stat Soc C 64:507.
#pragma once

#include "sim/designs/decision_table.hpp"
#include "sim/designs/toxicity_score.hpp"
#include "sim/vocabulary/observed.hpp"

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace escalon {

/// Which estimates of the DLT rates are made isotonic.
enum class MtdEstimate {
    isotonic, ///< (y + 0.05)/(n + 0.1)
    beta,     ///< posterior means under Beta(1, 1)
};

constexpr auto enum_names(MtdEstimate)
{
    return std::array{EnumName<MtdEstimate>{MtdEstimate::isotonic, "isotonic"}, EnumName<MtdEstimate>{MtdEstimate::beta, "beta"}};
}

/// Names the MTD: the level whose isotonic estimate is nearest the target, among the levels that were tried and are not
/// eliminated. Of levels with one estimate the lowest is taken if it lies above the target, else the highest.
class IsotonicMtd {
public:
    /// @param bound estimates above it are not taken
    /// @param score what toxicities count as; a DLT is 1 and all else 0 when absent
    /// @param most_patients of the tallies whose estimates are looked up; those of larger ones, and all scored ones, are computed
    IsotonicMtd(double target, MtdEstimate estimate, std::optional<double> bound = std::nullopt,
                std::optional<ToxicityScore> score = std::nullopt, int most_patients = 0);

    /// @param limit the lowest level that is eliminated
    /// @return none if no level is left
    std::optional<DoseLevel> operator()(Observed const& observed, DoseLevel limit) const;

private:
    /// A DLT rate and what it weighs: the inverse of its posterior variance.
    struct Estimate {
        double rate = 0;
        double weight = 0;
    };
    /// Neighbouring levels with one estimate.
    struct Block {
        double rate;
        double weight;
        int levels;
    };
    /// @param blocks room for as many as there are tallies
    std::optional<DoseLevel> nearest(std::span<Tally const> tallies, Block* blocks) const;
    Estimate computed(Tally tally) const;
    Estimate estimate(Tally const& tally) const
    {
        return tally.patients <= most_patients_ ? estimates_[triangular_place(tally)] : computed(tally);
    }

    double target_;
    double prior_;
    double bound_;
    std::optional<ToxicityScore> score_;
    int most_patients_;
    std::vector<Estimate> estimates_;
};

/// The same, once.
std::optional<DoseLevel> isotonic_mtd(Observed const& observed, DoseLevel limit, double target, MtdEstimate estimate,
                                      std::optional<double> bound = std::nullopt,
                                      std::optional<ToxicityScore> const& score = std::nullopt);

} // namespace escalon

// The MTD by isotonic regression, as interval designs name it at the end.
//
// Pool-adjacent-violators: Barlow et al. (1972), Statistical Inference under Order Restrictions. Its use here: Ji et al. (2010),
// Clin Trials 7:653; Liu & Yuan (2015), J R Stat Soc C 64:507.
#pragma once

#include "sim/vocabulary/observed.hpp"

#include <array>
#include <optional>

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

/// The level whose isotonic estimate is nearest the target, among the levels below `limit` that were tried. Of levels with one
/// estimate the lowest is taken if it lies above the target, else the highest.
/// @param bound estimates above it are not taken
/// @return none if there is no such level
std::optional<DoseLevel> isotonic_mtd(Observed const& observed, DoseLevel limit, double target, MtdEstimate estimate,
                                      std::optional<double> bound = std::nullopt);

} // namespace escalon

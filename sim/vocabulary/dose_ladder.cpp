#include "sim/vocabulary/dose_ladder.hpp"

#include "pk_models/units.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <stdexcept>

namespace escalon {

DoseLadder::DoseLadder(DoseUnit unit, std::vector<double> doses, DoseLevel start)
    : unit_{unit}, doses_{std::move(doses)}, start_{start}
{
    if (doses_.empty())
        throw std::invalid_argument("a dose ladder needs at least one level");
    if (!std::ranges::all_of(doses_, [](double dose) { return dose > 0 && std::isfinite(dose); }))
        throw std::invalid_argument("doses must be positive and finite");
    if (std::ranges::adjacent_find(doses_, std::ranges::greater_equal{}) != doses_.end())
        throw std::invalid_argument("doses must strictly increase");
    if (!has(start_))
        throw std::invalid_argument("the start level is not on the ladder");
}

std::optional<DoseLevel> DoseLadder::level_of(double dose) const
{
    auto const found = std::ranges::find(doses_, dose);
    if (found == doses_.end())
        return std::nullopt;
    return DoseLevel{static_cast<int>(found - doses_.begin())};
}

std::string DoseLadder::text(DoseLevel level) const { return shortest(dose(level)) + " " + std::string{symbol(unit_)}; }

} // namespace escalon

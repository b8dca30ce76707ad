// The doses that a trial may give, in order.
#pragma once

#include "pk_models/fields.hpp"

#include <array>
#include <compare>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace escalon {

/// A level of the ladder: an index from 0 inside, a number from 1 wherever people read it.
class DoseLevel {
public:
    constexpr DoseLevel() = default;
    explicit constexpr DoseLevel(int index) : index_{index} {}
    static constexpr DoseLevel from_number(int number) { return DoseLevel{number - 1}; }

    constexpr int index() const { return index_; }
    constexpr int number() const { return index_ + 1; }
    constexpr DoseLevel above() const { return DoseLevel{index_ + 1}; }
    constexpr DoseLevel below() const { return DoseLevel{index_ - 1}; }

    friend constexpr auto operator<=>(DoseLevel, DoseLevel) = default;

private:
    int index_ = 0;
};

enum class DoseUnit { mg_per_m2, mg_per_kg, mg };

constexpr auto enum_names(DoseUnit)
{
    return std::array{EnumName<DoseUnit>{DoseUnit::mg_per_m2, "mg/m2"}, EnumName<DoseUnit>{DoseUnit::mg_per_kg, "mg/kg"},
                      EnumName<DoseUnit>{DoseUnit::mg, "mg"}};
}

/// "mg/m2", "mg/kg" or "mg".
constexpr std::string_view symbol(DoseUnit unit) { return name_of(unit); }

/// Strictly increasing positive doses in one unit, and the level at which a trial starts.
class DoseLadder {
public:
    /// @throws std::invalid_argument when empty, not strictly increasing, not positive, or the start is off the ladder
    DoseLadder(DoseUnit unit, std::vector<double> doses, DoseLevel start = DoseLevel{});

    DoseUnit unit() const { return unit_; }
    int size() const { return static_cast<int>(doses_.size()); }
    std::span<double const> doses() const { return doses_; }
    double dose(DoseLevel level) const { return doses_[static_cast<std::size_t>(level.index())]; }
    DoseLevel start() const { return start_; }
    DoseLevel top() const { return DoseLevel{size() - 1}; }
    bool has(DoseLevel level) const { return level.index() >= 0 && level.index() < size(); }

    /// The level of exactly this dose.
    std::optional<DoseLevel> level_of(double dose) const;

    /// "168 mg/m2"
    std::string text(DoseLevel level) const;

private:
    DoseUnit unit_;
    std::vector<double> doses_;
    DoseLevel start_;
};

} // namespace escalon

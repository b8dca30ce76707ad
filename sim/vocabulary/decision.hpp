// What a design says next, and why.
#pragma once

#include "sim/vocabulary/dose_ladder.hpp"

#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace escalon {

/// Treat so many more patients at a level.
struct Treat {
    DoseLevel level;
    int patients = 0;

    /// The same, put together in one register: what is written in halves and then read whole holds the processor up.
    static constexpr Treat whole(DoseLevel level, int patients)
    {
        auto const low = static_cast<std::uint32_t>(std::endian::native == std::endian::little ? level.index() : patients);
        auto const high = static_cast<std::uint32_t>(std::endian::native == std::endian::little ? patients : level.index());
        constexpr int half = 32;
        return std::bit_cast<Treat>(std::uint64_t{high} << half | low);
    }

    friend bool operator==(Treat const&, Treat const&) = default;
};

/// Why a trial ends.
enum class StopCause {
    mtd_determined,   ///< the level above is too toxic
    top_not_exceeded, ///< the highest level was passed: the MTD may lie above the ladder
    lowest_too_toxic, ///< no level is left below one that is too toxic
    max_patients,     ///< the sample size is used up
    enough_at_level,  ///< a level has as many patients as were wanted
    precise_enough,   ///< the MTD is known as well as was wanted
};

constexpr auto enum_names(StopCause)
{
    return std::array{EnumName<StopCause>{StopCause::mtd_determined, "mtd_determined"},
                      EnumName<StopCause>{StopCause::top_not_exceeded, "top_not_exceeded"},
                      EnumName<StopCause>{StopCause::lowest_too_toxic, "lowest_too_toxic"},
                      EnumName<StopCause>{StopCause::max_patients, "max_patients"},
                      EnumName<StopCause>{StopCause::enough_at_level, "enough_at_level"},
                      EnumName<StopCause>{StopCause::precise_enough, "precise_enough"}};
}

inline constexpr std::size_t stop_causes = enum_names(StopCause{}).size();

/// End the trial, with the level recommended if there is one.
struct Stop {
    std::optional<DoseLevel> mtd;
    StopCause cause = StopCause::mtd_determined;

    friend bool operator==(Stop const&, Stop const&) = default;
};

/// A choice between treating and stopping that has no chance in it.
using Action = std::variant<Treat, Stop>;

/// Leave the choice between two actions to chance, as up-and-down designs do.
struct Randomise {
    struct Branch {
        double probability = 0;
        Action action;

        friend bool operator==(Branch const&, Branch const&) = default;
    };
    std::array<Branch, 2> branches; ///< probabilities sum to 1

    friend bool operator==(Randomise const&, Randomise const&) = default;
};

/// Treat nobody until more is known of the patients whose DLT window is open. Only where there are such patients.
struct Suspend {
    friend bool operator==(Suspend const&, Suspend const&) = default;
};

/// Whether a decision comes with its sentence; simulations go without, which costs no memory.
enum class Wording { none, sentence };

/// Makes a sentence only when it is wanted: `because([&] { return seen(level) + ": escalate"; })`.
class Because {
public:
    explicit Because(Wording wording) : wording_{wording} {}

    std::string operator()(auto const& sentence) const
    {
        return wording_ == Wording::sentence ? std::string{sentence()} : std::string{};
    }

private:
    Wording wording_;
};

/// A design's verdict. Two decisions are equal when they do the same; the words may differ.
struct Decision {
    std::variant<Treat, Stop, Randomise, Suspend> action;
    std::string reason; ///< one sentence that a clinician can read; empty where it was not wanted

    friend bool operator==(Decision const& a, Decision const& b) { return a.action == b.action; }
};

/// "three more patients at 168 mg/m2", "stop: the MTD is 168 mg/m2".
std::string describe(Action const& action, DoseLadder const& ladder);
std::string describe(Decision const& decision, DoseLadder const& ladder);

} // namespace escalon

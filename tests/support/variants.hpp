// The published variants of 3+3, the scenario on which peers were run, and a small up-and-down design.
#pragma once

#include "sim/designs/three_plus_three.hpp"

#include <array>
#include <string_view>
#include <vector>

namespace escalon::test {

inline ThreePlusThree const no_deescalation{.deescalate = false, .six_at_mtd = false};
inline ThreePlusThree const korn{.deescalate = true, .six_at_mtd = false};
inline ThreePlusThree const six_required_everywhere{};

struct Variant {
    std::string_view name; // as the oracle calls it
    ThreePlusThree design;
};

inline std::array<Variant, 3> const variants{{{"no_deescalation", no_deescalation},
                                              {"deescalate_korn", korn},
                                              {"deescalate_six_required_everywhere", six_required_everywhere}}};

inline std::vector<double> const standard_scenario{0.05, 0.10, 0.20, 0.30, 0.45, 0.60};
/// Its levels 5 and 6 lie above the level nearest to 0.30.
inline constexpr int standard_overdose_from = 4;

/// What a design made for a test needs besides its rule.
struct TestDesign {
    static constexpr std::string_view name = "test_design";
    static constexpr std::string_view about = "made for a test";
    static constexpr std::string_view reference = "none";
    CommonOptions common;
    Faults faults() const { return {}; }
    std::optional<DoseLevel> recommendation(Observed const& observed) const { return observed.current(); }
    friend bool operator==(TestDesign const&, TestDesign const&) = default;
};

/// One patient at a time: down after a DLT, else up with probability G/(1 - G) and the same level again otherwise.
/// Durham & Flournoy (1994), in Statistical Decision Theory and Related Topics V, 467. The last level is recommended.
struct LastLevelCoin : TestDesign {
    double target = 0.3;
    int sample_size = 2;

    double up() const { return target / (1 - target); }

    Decision decide(Observed const& observed, Wording = Wording::none) const
    {
        if (observed.empty())
            return {Treat{observed.ladder().start(), 1}, "the first patient"};
        auto const last = observed.cohorts().back();
        if (observed.total().patients >= sample_size)
            return {Stop{last.level, StopCause::max_patients}, "all patients are treated"};
        bool const bottom = last.level == DoseLevel{0};
        if (last.dlts > 0)
            return {Treat{bottom ? last.level : last.level.below(), 1}, "a DLT"};
        if (last.level == observed.ladder().top())
            return {Treat{last.level, 1}, "no DLT at the top"};
        return {Randomise{{Randomise::Branch{up(), Treat{last.level.above(), 1}}, {1 - up(), Treat{last.level, 1}}}}, "no DLT"};
    }

    Summary summary(Observed const& observed) const
    {
        Summary key;
        auto const levels = static_cast<std::uint32_t>(observed.ladder().size());
        key.append(static_cast<std::uint32_t>(observed.total().patients), static_cast<std::uint32_t>(sample_size) + 1);
        if (!observed.empty())
            key.append(static_cast<std::uint32_t>(observed.current()->index()), levels)
                .append(static_cast<std::uint32_t>(observed.cohorts().back().dlts), 2);
        return key;
    }

    friend bool operator==(LastLevelCoin const&, LastLevelCoin const&) = default;
};
static_assert(Decider<LastLevelCoin>);

} // namespace escalon::test

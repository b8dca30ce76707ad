// Sweeps: values put at paths of a scenario, cell by cell.
//
// An axis is written `path=values`. Values are a list, `0.03 /d, 0.12 /d`, or a range: `0.03 /d..0.12 /d:4` is four values, evenly
// spaced; `1..1000:log 4` four at equal ratios; `0.2..0.5:0.1`, `1 d..7 d:2 d` or `12..48:step 6` count in steps. A value may be any
// YAML, also a list: `toxicity.probability=[0.1, 0.2],[0.2, 0.4]`. `designs=a,b` takes one design after the other.
#pragma once

#include "sim/scenario/scenario.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace escalon {

struct SweepAxis {
    std::string path;
    std::vector<std::string> values;       ///< as `--set` takes them, distinct
    std::string unit;                      ///< of the numbers; empty for plain numbers
    std::vector<double> numbers;           ///< the values in that unit; empty where they are not figures of one dimension
    std::optional<std::string> as_written; ///< the value that the scenario itself has there, if any

    friend bool operator==(SweepAxis const&, SweepAxis const&) = default;
};

/// @throws ScenarioError for what is no axis
SweepAxis parse_axis(std::string const& text);

/// The axes of a file's `sweep:`.
/// @throws ScenarioError
std::vector<SweepAxis> axes_of(SweepOptions const& options);

/// One cell: which value of each axis; none where the scenario keeps its own.
struct SweepPoint {
    std::vector<std::optional<std::size_t>> at;
};

/// More cells than anybody looks at are a slip of the hand.
inline constexpr std::size_t most_cells = 100'000;

/// The last axis changes fastest. One at a time begins with the scenario as written.
/// @throws ScenarioError when axes to be zipped differ in length, an axis stands twice, or there are too many cells
std::vector<SweepPoint> sweep_points(std::span<SweepAxis const> axes, SweepMode mode);

/// The settings of a cell, as `--set` would have them.
std::vector<Override> settings(std::span<SweepAxis const> axes, SweepPoint const& point);

/// Every cell's scenario, without its `sweep`.
/// @throws ScenarioError with the faults of all cells, each once
std::vector<Scenario> sweep_scenarios(ScenarioFile const& file, std::span<Override const> overrides,
                                      std::span<SweepAxis const> axes, std::span<SweepPoint const> points);

/// Fills in what the scenario itself has at the path of each axis.
void note_what_is_written(std::vector<SweepAxis>& axes, Scenario const& scenario);

} // namespace escalon

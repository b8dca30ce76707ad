// What a quick fit of a two-parameter model works on: nodes that suit a prior, with the softplus of each level's logit at
// every node, and the shares of the nodes below each cut. Plain pointers, for kernels that are compiled once for each
// instruction set.
#pragma once

#include <cstdint>

namespace escalon::two_parameter {

inline constexpr int lanes = 8;         ///< of every accumulator, on every machine
inline constexpr int window_blocks = 3; ///< of lanes: they hold the taps of an interpolation wherever it begins
inline constexpr int coarse_rows_apart = 4;
inline constexpr int most_rows = 257;
inline constexpr int most_blocks = 95;
inline constexpr int most_coarse_rows = (most_rows - 1) / coarse_rows_apart + 1;
inline constexpr int most_edges = (most_blocks / lanes + 1) * lanes;
inline constexpr int most_tried = 32; ///< levels with outcomes
inline constexpr int row_classes = 4; ///< every fourth row is summed alone, to judge whether all rows are enough
inline constexpr int work_blocks = 1536;

/// Row by row: nodes of log_alpha in blocks of lanes, at equal steps from a place that follows the prior's mean given log_beta.
struct Grid {
    int rows = 0;   ///< one more than a multiple of coarse_rows_apart
    int blocks = 0; ///< of a row
    int coarse_rows = 0;
    int edges = 0; ///< places between blocks, filled up to a multiple of lanes
    int cuts = 0;
    double depth = 0;                       ///< what lies so far below the highest log density does not count
    double negligible = 0;                  ///< density, of the highest, at which what counts may end
    double const* node = nullptr;           ///< [blocks][lanes] log_alpha less the row's shift
    double const* log_prior_node = nullptr; ///< [blocks][lanes]
    double const* shift = nullptr;          ///< [rows]
    double const* slope = nullptr;          ///< [rows] exp(log_beta)
    double const* log_prior_row = nullptr;  ///< [rows]
    double const* softplus = nullptr;       ///< [levels][rows][blocks][lanes]
    double const* edge = nullptr;           ///< [edges] like node
    double const* log_prior_edge = nullptr; ///< [edges]; very low where filled up
    double const* softplus_edge = nullptr;  ///< [levels][coarse_rows][edges]
    std::int16_t const* window = nullptr;   ///< [levels][cuts][rows] first block of the taps
    double const* shares = nullptr;         ///< [levels][cuts][rows][window_blocks][lanes]
};

struct Outcomes {
    int tried = 0;
    int level[most_tried];
    double patients[most_tried];
    double dlts = 0;
    double dlt_covariate = 0; ///< sum over the DLTs of their levels' covariates
};

/// Masses of the nodes that count, with window_blocks of zeros before, between and behind the rows.
struct Work {
    double log_scale; ///< the masses are in units of its exponential
    double totals[row_classes];
    double ripple;        ///< what the sums over rows change by when every other node is left out
    double roughness;     ///< likewise when three nodes in four are left out
    int overflow;         ///< there were more blocks than there is room for
    int cut_off;          ///< the grid, or what was found to count of it, ends where the density does not
    int first[most_rows]; ///< block of the row that counts first
    int last[most_rows];  ///< one behind the last; no more than first where no block counts
    int place[most_rows]; ///< of the row's first block in mass
    alignas(64) double mass[work_blocks * lanes];
    alignas(64) double before[work_blocks * lanes]; ///< lane by lane: the blocks before
};

struct Kernel {
    char const* name;
    void (*fit)(Grid const&, Outcomes const&, Work&);
    /// Masses below the cut.
    void (*below)(Grid const&, Work const&, int level, int cut, double sums[row_classes]);
    /// Means of the rate and its square, times the totals.
    void (*moments)(Grid const&, Work const&, int level, double covariate, double sums[2]);
};

} // namespace escalon::two_parameter

// Quick fits of a two-parameter model, eight nodes at a time; included by one translation unit for each instruction set. Each
// operation is rounded alone and sums have eight accumulators on every machine, so that all give the same bits.
#pragma once

#include "sim/designs/models/two_parameter_grid.hpp"

#include <cstdint>

namespace escalon::two_parameter {
namespace { // no function of one instruction set may stand in for that of another

#if defined(__AVX512F__)
constexpr int native_lanes = 8;
#elif defined(__AVX2__)
constexpr int native_lanes = 4;
#else
constexpr int native_lanes = 2;
#endif
using Native [[gnu::vector_size(native_lanes * sizeof(double))]] = double;
using NativeBits [[gnu::vector_size(native_lanes * sizeof(double))]] = std::uint64_t;
constexpr int parts = lanes / native_lanes;

/// Eight lanes in as many registers as they take.
struct Vector {
    Native part[parts];
};

#define ESCALON_LANEWISE(expression)                                                                                             \
    Vector result;                                                                                                               \
    _Pragma("GCC unroll 4") for (int i = 0; i < parts; ++i) result.part[i] = (expression);                                       \
    return result

[[gnu::always_inline]] inline Vector operator+(Vector const& a, Vector const& b) { ESCALON_LANEWISE(a.part[i] + b.part[i]); }
[[gnu::always_inline]] inline Vector operator-(Vector const& a, Vector const& b) { ESCALON_LANEWISE(a.part[i] - b.part[i]); }
[[gnu::always_inline]] inline Vector operator*(Vector const& a, Vector const& b) { ESCALON_LANEWISE(a.part[i] * b.part[i]); }
[[gnu::always_inline]] inline Vector operator+(Vector const& a, double b) { ESCALON_LANEWISE(a.part[i] + b); }
[[gnu::always_inline]] inline Vector operator-(Vector const& a, double b) { ESCALON_LANEWISE(a.part[i] - b); }
[[gnu::always_inline]] inline Vector operator*(Vector const& a, double b) { ESCALON_LANEWISE(a.part[i] * b); }
[[gnu::always_inline]] inline Vector larger(Vector const& a, Vector const& b)
{
    ESCALON_LANEWISE(a.part[i] > b.part[i] ? a.part[i] : b.part[i]);
}
[[gnu::always_inline]] inline Vector smaller(Vector const& a, Vector const& b)
{
    ESCALON_LANEWISE(a.part[i] < b.part[i] ? a.part[i] : b.part[i]);
}

#undef ESCALON_LANEWISE

[[gnu::always_inline]] inline Vector all(double x) { return Vector{} + x; }

[[gnu::always_inline]] inline Vector load(double const* from)
{
    Vector loaded;
#pragma GCC unroll 4
    for (int i = 0; i < parts; ++i)
        loaded.part[i] = *reinterpret_cast<Native const*>(from + i * native_lanes);
    return loaded;
}

[[gnu::always_inline]] inline void store(double* to, Vector const& v)
{
#pragma GCC unroll 4
    for (int i = 0; i < parts; ++i)
        *reinterpret_cast<Native*>(to + i * native_lanes) = v.part[i];
}

/// exp(x) to 1e-11 of itself; 0 from -700 down. x lies below 700.
[[gnu::always_inline]] inline Native exponential(Native x)
{
    constexpr double least = -700;
    constexpr double log2_e = 1.4426950408889634;
    constexpr double log_2_high = 0.693147180369123816490; // fdlibm's split
    constexpr double log_2_low = 1.90821492927058770002e-10;
    constexpr double rounder = 6755399441055744.0; // 1.5 * 2^52: its last bit counts ones
    constexpr int fraction_bits = 52;
    Native const shifted = x * log2_e + rounder;
    Native const whole = shifted - rounder;
    Native const r = (x - whole * log_2_high) - whole * log_2_low;
    Native const r2 = r * r;
    Native const r4 = r2 * r2;
    // Taylor's series to the ninth power: 7e-12 of the figure, for |r| is at most log(2)/2
    Native const low = (r + 1.0) + (r * (1.0 / 6) + 0.5) * r2;
    Native const middle = (r * (1.0 / 120) + 1.0 / 24) + (r * (1.0 / 5040) + 1.0 / 720) * r2;
    Native const high = r * (1.0 / 362880) + 1.0 / 40320;
    Native const sum = low + (middle + high * r4) * r4;
    NativeBits const counts = NativeBits(x > least);
    NativeBits const power = NativeBits(shifted) << fraction_bits;
    return Native((NativeBits(sum) + power) & counts);
}

[[gnu::always_inline]] inline Vector exponential(Vector const& x)
{
    Vector result;
#pragma GCC unroll 4
    for (int i = 0; i < parts; ++i)
        result.part[i] = exponential(x.part[i]);
    return result;
}

[[gnu::always_inline]] inline double sum_of(Vector const& v)
{
    alignas(64) double lane[lanes];
    store(lane, v);
    return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

[[gnu::always_inline]] inline double size(double x) { return x < 0 ? -x : x; }

/// What the sum changes by when every other lane is left out, and when three lanes in four are.
struct Unevenness {
    double ripple;
    double roughness;
};
[[gnu::always_inline]] inline Unevenness unevenness_of(Vector const& v)
{
    alignas(64) double lane[lanes];
    store(lane, v);
    double const fourth[] = {lane[0] + lane[4], lane[1] + lane[5], lane[2] + lane[6], lane[3] + lane[7]};
    return {size((fourth[0] + fourth[2]) - (fourth[1] + fourth[3])), size(fourth[0] - fourth[2]) + size(fourth[1] - fourth[3])};
}

/// The log density at the coarse nodes, and which blocks of each row count by it.
[[gnu::always_inline]] inline void find_support(Grid const& grid, Outcomes const& seen, Work& work)
{
    alignas(64) double heights[most_coarse_rows * most_edges];
    Vector highest = all(-1e300);
    double const* softplus[most_tried];
    for (int row = 0; row < grid.coarse_rows; ++row) {
        int const fine = row * coarse_rows_apart;
        for (int t = 0; t < seen.tried; ++t)
            softplus[t] = grid.softplus_edge + (static_cast<long>(seen.level[t]) * grid.coarse_rows + row) * grid.edges;
        double const along = grid.log_prior_row[fine] + seen.dlt_covariate * grid.slope[fine] + seen.dlts * grid.shift[fine];
        for (int edge = 0; edge < grid.edges; edge += lanes) {
            Vector height = load(grid.log_prior_edge + edge) + load(grid.edge + edge) * seen.dlts + along;
            for (int t = 0; t < seen.tried; ++t)
                height = height - load(softplus[t] + edge) * seen.patients[t];
            store(heights + row * grid.edges + edge, height);
            highest = larger(height, highest);
        }
    }
    alignas(64) double tops[lanes];
    store(tops, highest);
    double top = tops[0];
    for (int lane = 1; lane < lanes; ++lane)
        top = tops[lane] > top ? tops[lane] : top;
    double const least = top - grid.depth;
    work.log_scale = top;
    work.cut_off = 0;

    // of each coarse row: the first and last edge that count
    int low[most_coarse_rows];
    int high[most_coarse_rows];
    for (int row = 0; row < grid.coarse_rows; ++row) {
        double const* height = heights + row * grid.edges;
        int first = 0;
        int last = grid.blocks;
        while (first <= last && !(height[first] > least))
            ++first;
        while (last >= first && !(height[last] > least))
            --last;
        low[row] = first;
        high[row] = last;
        bool const end = row == 0 || row == grid.coarse_rows - 1;
        if (first <= last && (height[0] > least || height[grid.blocks] > least))
            work.cut_off = 1;
        if (end)
            for (int edge = first; edge <= last; ++edge)
                if (height[edge] > least)
                    work.cut_off = 1;
    }
    for (int row = 0; row < grid.rows; ++row) {
        int const below = row / coarse_rows_apart < grid.coarse_rows - 1 ? row / coarse_rows_apart : grid.coarse_rows - 2;
        int first = low[below] < low[below + 1] ? low[below] : low[below + 1];
        int last = high[below] > high[below + 1] ? high[below] : high[below + 1];
        --first; // an edge counts for the blocks on both of its sides
        ++last;
        work.first[row] = first > 0 ? first : 0;
        work.last[row] = last < grid.blocks ? last : grid.blocks;
        if (low[below] > high[below] && low[below + 1] > high[below + 1])
            work.last[row] = work.first[row] = 0;
    }
}

/// Between two rows: empty blocks for the windows of both.
[[gnu::always_inline]] inline void separate(double* mass, double* before)
{
    for (int pad = 0; pad < window_blocks; ++pad) {
        store(mass + pad * lanes, Vector{});
        store(before + pad * lanes, Vector{});
    }
}

[[gnu::always_inline]] inline bool empty(Work const& work, int row) { return work.last[row] <= work.first[row]; }

/// The masses of a row, which has its place already; it is lengthened where it begins or ends too early.
/// @return their sum
[[gnu::always_inline]] inline Vector fill_row(Grid const& grid, Outcomes const& seen, Work& work, int row)
{
    double const* softplus[most_tried];
    for (int t = 0; t < seen.tried; ++t)
        softplus[t] = grid.softplus + (static_cast<long>(seen.level[t]) * grid.rows + row) * grid.blocks * lanes;
    double const along = grid.log_prior_row[row] + seen.dlt_covariate * grid.slope[row] + seen.dlts * grid.shift[row] -
                         work.log_scale;
    double* const start = work.mass + work.place[row] * lanes;
    int const room = work_blocks - window_blocks - work.place[row];
    int first = work.first[row];
    for (;;) {
        double* mass = start;
        double* before = work.before + work.place[row] * lanes;
        Vector sum{};
        int block = first;
        for (; block < grid.blocks && (block < work.last[row] || mass[-1] > grid.negligible); ++block) {
            if (block - first >= room) {
                work.overflow = 1;
                return sum;
            }
            int const from = block * lanes;
            Vector height = load(grid.log_prior_node + from) + load(grid.node + from) * seen.dlts + along;
            for (int t = 0; t < seen.tried; ++t)
                height = height - load(softplus[t] + from) * seen.patients[t];
            Vector const density = exponential(height);
            store(mass, density);
            store(before, sum);
            sum = sum + density;
            mass += lanes;
            before += lanes;
        }
        if (first == 0 || !(*start > grid.negligible)) {
            separate(mass, before);
            store(before, sum);
            work.first[row] = first;
            work.last[row] = block;
            return sum;
        }
        first = first > 2 ? first - 2 : 0;
    }
}

void fit(Grid const& grid, Outcomes const& seen, Work& work)
{
    find_support(grid, seen, work);
    work.overflow = 0;
    Vector const zero{};
    Vector totals[row_classes] = {zero, zero, zero, zero};
    Unevenness uneven{0, 0};
    separate(work.mass, work.before);
    int used = window_blocks;
    Vector sum = zero; // of the row before
    for (int row = 0; row < grid.rows; ++row) {
        work.place[row] = used;
        if (empty(work, row)) {
            if (row == 0 || !(sum_of(sum) > grid.negligible)) {
                sum = zero;
                continue;
            }
            work.first[row] = work.first[row - 1];
            work.last[row] = work.last[row - 1];
        }
        Vector const filled = fill_row(grid, seen, work, row);
        if (row > 0 && empty(work, row - 1) && sum_of(filled) > grid.negligible) { // begin earlier
            int back = row;
            while (back > 0 && row - back < coarse_rows_apart && empty(work, back - 1)) {
                --back;
                work.first[back] = work.first[row];
                work.last[back] = work.last[row];
            }
            row = back - 1;
            sum = zero;
            continue;
        }
        sum = filled;
        if (work.overflow)
            return;
        auto const of_row = unevenness_of(sum);
        uneven.ripple += of_row.ripple;
        uneven.roughness += of_row.roughness;
        totals[row % row_classes] = totals[row % row_classes] + sum;
        used = work.place[row] + work.last[row] - work.first[row] + window_blocks;
    }
    for (int part = 0; part < row_classes; ++part)
        work.totals[part] = sum_of(totals[part]);
    work.ripple = uneven.ripple;
    work.roughness = uneven.roughness;
}

void below(Grid const& grid, Work const& work, int level, int cut, double sums[row_classes])
{
    long const table = (static_cast<long>(level) * grid.cuts + cut) * grid.rows;
    std::int16_t const* window = grid.window + table;
    double const* shares = grid.shares + table * window_blocks * lanes;
    Vector const zero{};
    Vector totals[row_classes] = {zero, zero, zero, zero};
    for (int row = 0; row < grid.rows; ++row, shares += window_blocks * lanes) {
        int const first = work.first[row];
        int const last = work.last[row];
        if (last <= first)
            continue;
        int const begin = window[row] < last ? window[row] : last;
        if (begin + window_blocks <= first)
            continue;
        long const from = (work.place[row] + (begin - first)) * static_cast<long>(lanes);
        Vector sum = load(work.before + from);
        if (window[row] < last) {
            Vector const one = load(work.mass + from) * load(shares);
            Vector const two = load(work.mass + from + lanes) * load(shares + lanes);
            Vector const three = load(work.mass + from + 2 * lanes) * load(shares + 2 * lanes);
            sum = sum + ((one + two) + three);
        }
        totals[row % row_classes] = totals[row % row_classes] + sum;
    }
    for (int part = 0; part < row_classes; ++part)
        sums[part] = sum_of(totals[part]);
}

void moments(Grid const& grid, Work const& work, int level, double covariate, double sums[2])
{
    Vector const zero{};
    Vector mean = zero;
    Vector square = zero;
    for (int row = 0; row < grid.rows; ++row) {
        double const along = grid.shift[row] + grid.slope[row] * covariate;
        double const* softplus = grid.softplus + (static_cast<long>(level) * grid.rows + row) * grid.blocks * lanes;
        double const* mass = work.mass + work.place[row] * lanes;
        for (int block = work.first[row]; block < work.last[row]; ++block, mass += lanes) {
            Vector const log_rate = load(grid.node + block * lanes) + along - load(softplus + block * lanes);
            Vector const rate = exponential(smaller(log_rate, zero)); // the difference of large figures may exceed 0
            Vector const weighted = load(mass) * rate;
            mean = mean + weighted;
            square = square + weighted * rate;
        }
    }
    sums[0] = sum_of(mean);
    sums[1] = sum_of(square);
}

} // namespace
} // namespace escalon::two_parameter

// The kernels of node_blocks.hpp; included by one translation unit for each instruction set, and the compiler does the rest.
#pragma once

#include "sim/designs/models/node_blocks.hpp"

namespace escalon {
namespace { // each translation unit has its own, compiled for its instructions

typedef double Lanes __attribute__((vector_size(sizeof(NodeBlock)), may_alias));

inline Lanes const& lanes(NodeBlock const& block) { return reinterpret_cast<Lanes const&>(block); }

inline double joined(Lanes const& sum)
{
    return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

/// Some blocks together: their multiplications do not wait for each other.
template <std::size_t together>
void multiply_blocks(NodeRow const* rows, std::size_t count, NodeRow weights, NodeBlock* product, std::size_t block, Lanes& total,
                     Lanes& first)
{
    Lanes values[together];
    for (std::size_t i = 0; i < together; ++i)
        values[i] = lanes(rows[0][block + i]);
    for (std::size_t row = 1; row < count; ++row)
        for (std::size_t i = 0; i < together; ++i)
            values[i] *= lanes(rows[row][block + i]);
    for (std::size_t i = 0; i < together; ++i) {
        reinterpret_cast<Lanes&>(product[block + i]) = values[i];
        total += values[i];
        first += values[i] * lanes(weights[block + i]);
    }
}

inline NodeSums multiply_lanes(NodeRow const* rows, std::size_t count, NodeRow weights, NodeBlock* product, std::size_t blocks)
{
    constexpr std::size_t together = 4;
    Lanes total{};
    Lanes first{};
    std::size_t block = 0;
    for (; block + together <= blocks; block += together)
        multiply_blocks<together>(rows, count, weights, product, block, total, first);
    for (; block < blocks; ++block)
        multiply_blocks<1>(rows, count, weights, product, block, total, first);
    return {joined(total), joined(first)};
}

inline double dot_lanes(NodeRow a, NodeRow b, std::size_t blocks)
{
    Lanes sum{};
    for (std::size_t block = 0; block < blocks; ++block)
        sum += lanes(a[block]) * lanes(b[block]);
    return joined(sum);
}

} // namespace
} // namespace escalon

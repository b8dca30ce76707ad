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

NodeSums multiply_lanes(NodeRow const* rows, std::size_t count, NodeRow weights, NodeBlock* product, std::size_t blocks)
{
    Lanes total{};
    Lanes first{};
    for (std::size_t block = 0; block < blocks; ++block) {
        Lanes value = lanes(rows[0][block]);
        for (std::size_t row = 1; row < count; ++row)
            value *= lanes(rows[row][block]);
        reinterpret_cast<Lanes&>(product[block]) = value;
        total += value;
        first += value * lanes(weights[block]);
    }
    return {joined(total), joined(first)};
}

double dot_lanes(NodeRow a, NodeRow b, std::size_t blocks)
{
    Lanes sum{};
    for (std::size_t block = 0; block < blocks; ++block)
        sum += lanes(a[block]) * lanes(b[block]);
    return joined(sum);
}

} // namespace
} // namespace escalon

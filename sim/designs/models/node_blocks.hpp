// Products and sums over the nodes of a posterior, eight nodes at a time: the same bits on every machine.
//
// Every kernel multiplies node by node and adds in eight lanes that are joined in one fixed order, so it does not matter how many
// lanes the machine's instructions take.
#pragma once

#include <array>
#include <cstddef>
#include <span>

namespace escalon {

inline constexpr std::size_t node_lanes = 8;

struct alignas(64) NodeBlock {
    std::array<double, node_lanes> lane; ///< not set to 0: products live on the stack
};

/// A row of figures, one for each node.
using NodeRow = NodeBlock const*;

struct NodeSums {
    double total = 0; ///< of the products
    double first = 0; ///< of the products times the weights
};

/// product = the product of all rows, of which there is at least one.
/// @return its sum, and the sum of product times `weights`
NodeSums multiply_rows(std::span<NodeRow const> rows, NodeRow weights, std::span<NodeBlock> product);

/// The sum over all nodes of a times b.
double dot(NodeRow a, NodeRow b, std::size_t blocks);

/// What the functions above do, by one set of instructions.
struct NodeKernel {
    char const* name;
    NodeSums (*multiply)(NodeRow const* rows, std::size_t count, NodeRow weights, NodeBlock* product, std::size_t blocks);
    double (*dot)(NodeRow a, NodeRow b, std::size_t blocks);
};

/// Every kernel that runs on this machine, the fastest first; the last is portable.
std::span<NodeKernel const> node_kernels();

} // namespace escalon

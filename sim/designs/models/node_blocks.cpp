#include "sim/designs/models/node_blocks.hpp"

#include "sim/designs/models/node_blocks_lanes.hpp"

#include <vector>

namespace escalon {

#ifdef ESCALON_X86_KERNELS
extern NodeKernel const avx2_node_kernel;
extern NodeKernel const avx512_node_kernel;
#endif

namespace {

std::vector<NodeKernel> kernels_of_this_machine()
{
    std::vector<NodeKernel> found;
#ifdef ESCALON_X86_KERNELS
    if (__builtin_cpu_supports("avx512f"))
        found.push_back(avx512_node_kernel);
    if (__builtin_cpu_supports("avx2"))
        found.push_back(avx2_node_kernel);
#endif
    found.push_back({"portable", &multiply_lanes, &dot_lanes});
    return found;
}

NodeKernel const& fastest()
{
    static NodeKernel const chosen = node_kernels().front();
    return chosen;
}

} // namespace

std::span<NodeKernel const> node_kernels()
{
    static std::vector<NodeKernel> const known = kernels_of_this_machine();
    return known;
}

NodeSums multiply_rows(std::span<NodeRow const> rows, NodeRow weights, std::span<NodeBlock> product)
{
    return fastest().multiply(rows.data(), rows.size(), weights, product.data(), product.size());
}

double dot(NodeRow a, NodeRow b, std::size_t blocks) { return fastest().dot(a, b, blocks); }

} // namespace escalon

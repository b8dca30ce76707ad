// Compiled for AVX2; nothing here may run before the processor was asked.
#include "sim/designs/models/node_blocks_lanes.hpp"

namespace escalon {

extern NodeKernel const avx2_node_kernel;
NodeKernel const avx2_node_kernel{"avx2", &multiply_lanes, &dot_lanes};

} // namespace escalon

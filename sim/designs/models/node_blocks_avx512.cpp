// Compiled for AVX-512F; nothing here may run before the processor was asked.
#include "sim/designs/models/node_blocks_lanes.hpp"

namespace escalon {

extern NodeKernel const avx512_node_kernel;
NodeKernel const avx512_node_kernel{"avx512", &multiply_lanes, &dot_lanes};

} // namespace escalon

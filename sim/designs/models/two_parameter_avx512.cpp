// Compiled for AVX-512F; nothing here may run before the processor was asked.
#include "sim/designs/models/two_parameter_lanes.hpp"

namespace escalon::two_parameter {

Kernel avx512_kernel() { return {"avx512", &fit, &below, &moments}; }

} // namespace escalon::two_parameter

// Compiled for AVX2; nothing here may run before the processor was asked.
#include "sim/designs/models/two_parameter_lanes.hpp"

namespace escalon::two_parameter {

Kernel avx2_kernel() { return {"avx2", &fit, &below, &moments}; }

} // namespace escalon::two_parameter

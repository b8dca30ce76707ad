// Compiled for AVX2 and FMA; nothing here may run before the processor was asked.
#include "pk_models/kernels/integrate.hpp"

namespace escalon::pk::kernels {

Kernel avx2_kernel() { return {"avx2", &avx2::integrate, &avx2::expose<avx2::Interleaved<2>, most_gaps>}; }

} // namespace escalon::pk::kernels

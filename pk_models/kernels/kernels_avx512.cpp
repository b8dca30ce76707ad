// Compiled for AVX-512; nothing here may run before the processor was asked.
#include "pk_models/kernels/integrate.hpp"

namespace escalon::pk::kernels {

Kernel avx512_kernel() { return {"avx512", &avx512::integrate, &avx512::expose<avx512::Interleaved<2>, most_gaps>}; }

} // namespace escalon::pk::kernels

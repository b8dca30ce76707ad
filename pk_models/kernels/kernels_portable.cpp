// For any machine.
#include "pk_models/kernels/integrate.hpp"

namespace escalon::pk::kernels {

Kernel portable_kernel() { return {"portable", &portable::integrate, &portable::expose<portable::Interleaved<2>, most_gaps>}; }

} // namespace escalon::pk::kernels

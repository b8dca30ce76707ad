#include "sim/report/version.hpp"

namespace escalon {

std::string_view version() { return ESCALON_VERSION; }

} // namespace escalon

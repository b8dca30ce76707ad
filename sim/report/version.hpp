// Which Escalon this is.
#pragma once

#include <string_view>

namespace escalon {

/// "0.1.0"
std::string_view version();

} // namespace escalon

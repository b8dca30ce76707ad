// What tests ask of a text.
#pragma once

#include <string>

namespace escalon::test {

inline bool says(std::string const& text, std::string const& words) { return text.find(words) != std::string::npos; }

} // namespace escalon::test

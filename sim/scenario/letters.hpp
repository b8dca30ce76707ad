// Letter case of keywords and names, which are ASCII.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace escalon {

inline std::string lowered(std::string_view text)
{
    std::string result{text};
    std::ranges::transform(result, result.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

} // namespace escalon

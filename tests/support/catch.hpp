// Catch2's headers, version 2 (Debian 12's 2.13) or 3, under one name.
#pragma once

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_approx.hpp>
#include <catch2/catch_message.hpp>
#include <catch2/catch_template_test_macros.hpp>
#include <catch2/catch_test_macros.hpp>
#include <catch2/generators/catch_generators.hpp>
#include <catch2/generators/catch_generators_adapters.hpp>
#include <catch2/generators/catch_generators_range.hpp>
#include <catch2/matchers/catch_matchers.hpp>
#include <catch2/matchers/catch_matchers_exception.hpp>
#include <catch2/matchers/catch_matchers_floating_point.hpp>
#include <catch2/matchers/catch_matchers_string.hpp>
#else
#include <catch2/catch.hpp>
#endif

namespace escalon::test {

#if __has_include(<catch2/catch_test_macros.hpp>)
using Catch::Matchers::ContainsSubstring;
#else
/// Version 3's name for version 2's `Contains`.
inline auto ContainsSubstring(std::string const& text) { return Catch::Matchers::Contains(text); }
#endif

using Catch::Matchers::WithinAbs;
using Catch::Matchers::WithinRel;

} // namespace escalon::test

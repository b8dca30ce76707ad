// The key under which histories are one state.
#include "sim/vocabulary/summary.hpp"
#include "tests/support/catch.hpp"

#include <set>
#include <tuple>
#include <unordered_set>
#include <vector>

using namespace escalon;

TEST_CASE("summaries differ whenever a figure differs", "[vocabulary][summary]")
{
    std::unordered_set<Summary> keys;
    constexpr std::uint32_t radix = 7;
    for (std::uint32_t a = 0; a < radix; ++a)
        for (std::uint32_t b = 0; b < radix; ++b)
            for (std::uint32_t c = 0; c < radix; ++c)
                keys.insert(Summary{}.append(a, radix).append(b, radix).append(c, radix));
    CHECK(keys.size() == radix * radix * radix);
}

TEST_CASE("a figure set beyond the low 64 bits still tells summaries apart", "[vocabulary][summary]")
{
    auto const long_key = [](std::uint32_t first) {
        Summary key;
        key.append(first, 3);
        for (int i = 0; i < 30; ++i)
            key.append(5, 10);
        return key;
    };
    CHECK(long_key(1) == long_key(1));
    CHECK_FALSE(long_key(1) == long_key(2));
    CHECK(long_key(1).hash() != long_key(2).hash());
}

TEST_CASE("a summary holds 128 bits and says so when asked for more", "[vocabulary][summary]")
{
    Summary key;
    for (int i = 0; i < 16; ++i)
        key.append(255, 256);
    Summary other;
    for (int i = 0; i < 16; ++i)
        other.append(i == 0 ? 254 : 255, 256);
    CHECK_FALSE(key == other);
    CHECK_THROWS_AS(key.append(0, 2), std::overflow_error);
}

TEST_CASE("a summary takes radices of up to 32 bits", "[vocabulary][summary]")
{
    constexpr std::uint32_t most = 0xFFFFFFFF;
    auto const key = [](std::uint32_t a, std::uint32_t b) { return Summary{}.append(a, most).append(b, most); };
    CHECK(key(most - 1, most - 1) == key(most - 1, most - 1));
    CHECK_FALSE(key(most - 1, most - 1) == key(most - 2, most - 1));
    CHECK_FALSE(key(most - 1, most - 1) == key(most - 1, most - 2));
}

TEST_CASE("a figure outside its radix is a mistake of the design", "[vocabulary][summary]")
{
    CHECK_THROWS_AS(Summary{}.append(3, 3), std::logic_error);
    CHECK_THROWS_AS(Summary{}.append(0, 0), std::logic_error);
}

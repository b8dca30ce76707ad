// Damages texts the same way on every machine, to see what readers make of them.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <string>

namespace escalon::test {

/// What tends to break readers.
inline constexpr std::array fragments{"{",
                                      "}",
                                      "[",
                                      "]",
                                      ":",
                                      ": ",
                                      "-",
                                      "- ",
                                      "\n",
                                      "\t",
                                      "  ",
                                      "#",
                                      "&a ",
                                      "*a",
                                      "!!x ",
                                      "<<: ",
                                      "|",
                                      ">",
                                      "'",
                                      "\"",
                                      "\\",
                                      "%",
                                      "@",
                                      "`",
                                      "~",
                                      "null",
                                      "yes",
                                      "1e999",
                                      "-0",
                                      "010",
                                      ".nan",
                                      "999999999999999999999",
                                      "-1",
                                      "0",
                                      "\xFF",
                                      "\xC3",
                                      "\xE2\x82\xAC",
                                      "---\n",
                                      "...\n",
                                      "? ",
                                      ",",
                                      "mg/m2",
                                      " d",
                                      "unknown"};

class Damager {
public:
    explicit Damager(std::uint32_t seed) : random_{seed} {}

    std::string damage(std::string text)
    {
        for (auto times = 1 + below(4); times > 0; --times)
            strike(text);
        return text;
    }

    std::size_t below(std::size_t limit) { return random_() % limit; } // uniform enough for damage, and the same everywhere

private:
    void strike(std::string& text)
    {
        if (text.empty())
            return;
        auto const at = below(text.size());
        auto const length = std::min(below(20), text.size() - at);
        switch (below(6)) {
        case 0: text.erase(at, length); break;
        case 1: text.insert(at, fragments[below(fragments.size())]); break;
        case 2: text.replace(at, length, fragments[below(fragments.size())]); break;
        case 3: text[at] = static_cast<char>(below(256)); break;
        case 4: text.insert(below(text.size()), text.substr(at, length)); break;
        default: text.resize(at); break;
        }
    }

    std::mt19937 random_;
};

} // namespace escalon::test

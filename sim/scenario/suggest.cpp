#include "sim/scenario/suggest.hpp"

#include "sim/scenario/letters.hpp"

#include <algorithm>
#include <cstdlib>
#include <vector>

namespace escalon {
namespace {

constexpr std::size_t longest_word = 80; // longer text is no slip in a name, and the work grows with the square
constexpr std::size_t letters_per_slip = 3;

std::string folded(std::string_view word)
{
    auto text = lowered(word);
    std::ranges::replace(text, '-', '_');
    return text;
}

} // namespace

int edit_distance(std::string_view first, std::string_view second)
{
    auto const a = folded(first);
    auto const b = folded(second);
    auto const width = b.size() + 1;
    std::vector<int> two_above(width), above(width), row(width);
    for (std::size_t j = 0; j < width; ++j)
        above[j] = static_cast<int>(j);
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = static_cast<int>(i);
        for (std::size_t j = 1; j < width; ++j) {
            int const substitution = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({above[j] + 1, row[j - 1] + 1, substitution});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = std::min(row[j], two_above[j - 2] + 1);
        }
        two_above.swap(above);
        above.swap(row);
    }
    return above[width - 1];
}

std::optional<std::string> nearest(std::string_view word, std::span<std::string const> candidates)
{
    if (word.empty() || word.size() > longest_word)
        return std::nullopt;
    std::optional<std::string> best;
    auto const folded_word = folded(word);
    int fewest = std::max(1, static_cast<int>(word.size() / letters_per_slip)) + 1;
    for (auto const& candidate : candidates) {
        int const slips = edit_distance(word, candidate);
        // a distance as long as the shorter word shares nothing with it
        if (slips < fewest && slips < static_cast<int>(std::min(word.size(), candidate.size()))) {
            fewest = slips;
            best = candidate;
        }
    }
    if (best || word.size() < letters_per_slip)
        return best;
    for (auto const& candidate : candidates) { // an abbreviation or an extension: "antigen_clear", "three_plus"
        auto const other = folded(candidate);
        if (other.starts_with(folded_word) || (other.size() >= letters_per_slip && folded_word.starts_with(other)))
            return candidate;
    }
    return std::nullopt;
}

std::string listing(std::span<std::string const> words)
{
    std::string text;
    for (auto const& word : words)
        text += (text.empty() ? "" : ", ") + word;
    return text;
}

std::string suggestion(std::string_view word, std::span<std::string const> candidates)
{
    if (auto const meant = nearest(word, candidates))
        return "did you mean '" + *meant + "'?";
    return candidates.empty() ? std::string{} : "one of: " + listing(candidates);
}

} // namespace escalon

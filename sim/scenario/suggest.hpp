// "Did you mean": the nearest of the names that would have been right.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace escalon {

/// Insertions, deletions, substitutions and swaps of neighbours that turn one word into the other, letter case aside
/// (optimal string alignment; Damerau 1964, Commun ACM 7:171).
int edit_distance(std::string_view a, std::string_view b);

/// The candidate that was most probably meant; none when every one is too far away to be a slip of the hand.
std::optional<std::string> nearest(std::string_view word, std::span<std::string const> candidates);

/// "did you mean 'half_life'?", else "one of: a, b, c", else nothing.
std::string suggestion(std::string_view word, std::span<std::string const> candidates);

/// "a, b, c"
std::string listing(std::span<std::string const> words);

} // namespace escalon

// Text in figures: how wide Inter sets it, where lines break, and where long words of users are cut.
//
// Widths are those of Inter's own advance tables for ASCII; other characters are estimated on the wide side, so that what is
// said to fit does fit.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace escalon::theme {

enum class Weight { regular, semibold };

/// Pixels that one line takes at this size.
double text_width(std::string_view text, double size_px, Weight weight = Weight::regular);

/// The widest of some lines.
double text_width(std::vector<std::string> const& lines, double size_px, Weight weight = Weight::regular);

/// Without control characters and runs of white space: what a label is made of.
std::string one_line(std::string_view text);

/// Number of characters (code points).
std::size_t characters(std::string_view text);

/// The text on one line, at most so many characters long; the last is an ellipsis where some had to go.
std::string cut(std::string_view text, std::size_t most_characters);

/// The text on one line, cut where it would be wider than this.
std::string cut_to_width(std::string_view text, double width_px, double size_px, Weight weight = Weight::regular);

/// Lines no wider than this, broken between words, and inside a word only where it is wider than a line. What does not fit into so
/// many lines is cut with an ellipsis.
std::vector<std::string> wrapped(std::string_view text, double width_px, double size_px, std::size_t most_lines,
                                 Weight weight = Weight::regular);

} // namespace escalon::theme

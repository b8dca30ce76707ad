#include "sim/report/figures/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace escalon::theme {
namespace {

constexpr std::string_view ellipsis = "…";
constexpr double em = 1000;

constexpr char first_printed = ' ';
constexpr std::size_t ascii_printed = 95;
using Advances = std::array<std::uint16_t, ascii_printed>;

// advance widths of Inter 4 from U+0020 to U+007E, in thousandths of the size
constexpr Advances regular_advances{281, 288, 466, 633, 642, 982, 644, 300, 365, 365, 501, 662, 288, 460, 288, 360,
                                    631, 407, 610, 618, 646, 593, 620, 566, 619, 620, 288, 302, 662, 662, 662, 511,
                                    966, 690, 654, 730, 722, 601, 590, 746, 743, 269, 571, 672, 565, 903, 753, 765,
                                    639, 765, 644, 642, 646, 744, 690, 985, 682, 679, 629, 365, 360, 365, 471, 456,
                                    323, 562, 612, 571, 612, 583, 370, 613, 591, 242, 242, 549, 242, 876, 591, 600,
                                    612, 612, 376, 528, 327, 591, 562, 818, 546, 562, 552, 426, 333, 426, 662};
constexpr Advances semibold_advances{252, 321, 523, 644, 650, 1004, 663, 326,  373, 373, 540, 673, 319, 465, 319, 379,
                                     660, 423, 623, 636, 666, 612,  640, 576,  640, 640, 319, 329, 673, 673, 673, 543,
                                     999, 728, 659, 737, 722, 605,  588, 749,  746, 277, 580, 703, 565, 922, 759, 769,
                                     645, 773, 652, 650, 660, 736,  728, 1020, 720, 713, 652, 373, 379, 373, 481, 469,
                                     351, 574, 624, 583, 624, 591,  389, 625,  612, 262, 262, 569, 262, 900, 612, 609,
                                     624, 624, 397, 549, 353, 612,  587, 839,  569, 588, 566, 455, 359, 455, 673};

bool continues(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

/// The character that begins at this byte, with its continuation bytes.
std::string_view character_at(std::string_view text, std::size_t at)
{
    std::size_t end = at + 1;
    while (end < text.size() && continues(text[end]))
        ++end;
    return text.substr(at, end - at);
}

double advance(std::string_view character, Weight weight)
{
    constexpr double latin_greek_cyrillic = 700; // of their capitals; lower case is narrower
    constexpr double superscript = 460;
    if (character.size() == 1) {
        auto const i = static_cast<unsigned char>(character[0]) - static_cast<unsigned char>(first_printed);
        auto const& table = weight == Weight::semibold ? semibold_advances : regular_advances;
        return i >= 0 && static_cast<std::size_t>(i) < table.size() ? table[static_cast<std::size_t>(i)] : 0;
    }
    if (character == "²" || character == "³" || character == "·")
        return superscript;
    return character.size() == 2 ? latin_greek_cyrillic
                                 : em; // two bytes reach to U+07FF; Inter has nothing much wider than an em
}

/// The longest beginning that is no wider than this; at least one character.
std::string_view beginning(std::string_view text, double width_px, double size_px, Weight weight)
{
    double width = 0;
    std::size_t end = 0;
    while (end < text.size()) {
        auto const character = character_at(text, end);
        width += advance(character, weight) / em * size_px;
        if (width > width_px && end > 0)
            break;
        end += character.size();
    }
    return text.substr(0, end);
}

std::string_view without_trailing_spaces(std::string_view text)
{
    while (text.ends_with(' '))
        text.remove_suffix(1);
    return text;
}

std::string with_ellipsis(std::string_view text) { return std::string{without_trailing_spaces(text)} + std::string{ellipsis}; }

} // namespace

double text_width(std::string_view text, double size_px, Weight weight)
{
    double units = 0;
    for (std::size_t at = 0; at < text.size();) {
        auto const character = character_at(text, at);
        units += advance(character, weight);
        at += character.size();
    }
    return units / em * size_px;
}

double text_width(std::vector<std::string> const& lines, double size_px, Weight weight)
{
    double widest = 0;
    for (auto const& line : lines)
        widest = std::max(widest, text_width(line, size_px, weight));
    return widest;
}

std::string one_line(std::string_view text)
{
    constexpr char last_control = 0x1F;
    constexpr char deleted = 0x7F;
    std::string line;
    for (char const c : text) {
        bool const blank = c == ' ' || c == deleted || (c >= 0 && c <= last_control);
        if (!blank)
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    }
    return std::string{without_trailing_spaces(line)};
}

std::size_t characters(std::string_view text)
{
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !continues(c); }));
}

std::string cut(std::string_view text, std::size_t most_characters)
{
    auto line = one_line(text);
    if (characters(line) <= most_characters)
        return line;
    std::size_t end = 0;
    for (std::size_t kept = 0; kept + 1 < most_characters; ++kept)
        end += character_at(line, end).size();
    return with_ellipsis(std::string_view{line}.substr(0, end));
}

std::string cut_to_width(std::string_view text, double width_px, double size_px, Weight weight)
{
    auto line = one_line(text);
    if (text_width(line, size_px, weight) <= width_px)
        return line;
    return with_ellipsis(beginning(line, width_px - text_width(ellipsis, size_px, weight), size_px, weight));
}

std::vector<std::string> wrapped(std::string_view text, double width_px, double size_px, std::size_t most_lines, Weight weight)
{
    auto const line = one_line(text);
    std::string_view rest = line;
    std::vector<std::string> lines;
    while (!rest.empty()) {
        if (lines.size() + 1 == most_lines) {
            lines.push_back(cut_to_width(rest, width_px, size_px, weight));
            break;
        }
        auto fits = beginning(rest, width_px, size_px, weight);
        if (fits.size() < rest.size() && rest[fits.size()] != ' ')
            if (auto const space = fits.rfind(' '); space != std::string_view::npos)
                fits = fits.substr(0, space);
        lines.emplace_back(without_trailing_spaces(fits));
        rest.remove_prefix(fits.size());
        while (rest.starts_with(' '))
            rest.remove_prefix(1);
    }
    return lines;
}

} // namespace escalon::theme

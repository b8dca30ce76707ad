#include "sim/report/text_table.hpp"

#include <algorithm>
#include <stdexcept>

namespace escalon {

std::size_t display_width(std::string_view text)
{
    constexpr unsigned char continuation_mask = 0xC0;
    constexpr unsigned char continuation = 0x80;
    return static_cast<std::size_t>(
        std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & continuation_mask) != continuation; }));
}

std::string in_markdown(std::string_view text)
{
    std::string escaped;
    for (char const c : text)
        escaped += (std::string_view{"\\`*_[]<>#|"}.find(c) != std::string_view::npos ? "\\" : "") + std::string(1, c);
    return escaped;
}

TextTable::TextTable(std::vector<Column> columns) : columns_{std::move(columns)} {}

void TextTable::row(std::vector<std::string> cells)
{
    if (cells.size() > columns_.size())
        throw std::logic_error("a row of a table has more cells than columns");
    cells.resize(columns_.size());
    rows_.push_back(std::move(cells));
}

std::string TextTable::text(std::string_view indent) const
{
    std::vector<std::size_t> widths;
    for (std::size_t c = 0; c < columns_.size(); ++c) {
        auto width = display_width(columns_[c].head);
        for (auto const& row : rows_)
            width = std::max(width, display_width(row[c]));
        widths.push_back(width);
    }
    std::string lines;
    auto const line = [&](auto const& cell) {
        std::string text{indent};
        for (std::size_t c = 0; c < columns_.size(); ++c) {
            std::string_view const gap = "   ";
            std::string const padding(widths[c] - display_width(cell(c)), ' ');
            text += c == 0 ? "" : gap;
            text += columns_[c].align == Align::right ? padding + cell(c) : cell(c) + padding;
        }
        lines += text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
    };
    if (std::ranges::any_of(columns_, [](auto const& column) { return !column.head.empty(); }))
        line([&](std::size_t c) { return columns_[c].head; });
    for (auto const& row : rows_)
        line([&](std::size_t c) { return row[c]; });
    return lines;
}

} // namespace escalon

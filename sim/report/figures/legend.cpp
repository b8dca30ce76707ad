#include "sim/report/figures/legend.hpp"

#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace escalon::theme {

namespace {

/// Pixels that the entries take in rows of so many.
double width_of(std::vector<std::string> const& entries, std::size_t columns)
{
    constexpr double symbol_px = 22;  // with its distance to the words
    constexpr double between_px = 18; // from the words to the next column
    double sum = 0;
    for (std::size_t column = 0; column < columns; ++column) {
        double widest = 0;
        for (std::size_t i = column; i < entries.size(); i += columns)
            widest = std::max(widest, text_width(entries[i], text_px));
        sum += symbol_px + widest + (column + 1 < columns ? between_px : 0);
    }
    return sum;
}

} // namespace

nlohmann::ordered_json legend(std::vector<std::string> const& entries, FigureStyle const& style, double left_px)
{
    auto columns = entries.size();
    while (columns > 1 && width_of(entries, columns) > inner_width(style) - left_px)
        --columns;
    nlohmann::ordered_json layout{{"title", nullptr}};
    if (columns < entries.size())
        layout["columns"] = columns;
    return layout;
}

} // namespace escalon::theme

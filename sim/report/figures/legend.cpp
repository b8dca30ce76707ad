#include "sim/report/figures/legend.hpp"

#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace escalon::theme {

nlohmann::ordered_json legend(std::vector<std::string> const& entries, FigureStyle const& style)
{
    constexpr double symbol_and_gaps_px = 40; // symbol, its distance to the words, the distance to the next column
    double row = 0;
    double widest = 0;
    for (auto const& entry : entries) {
        double const width = text_width(entry, text_px) + symbol_and_gaps_px;
        row += width;
        widest = std::max(widest, width);
    }
    nlohmann::ordered_json layout{{"title", nullptr}};
    if (double const room = inner_width(style); row > room)
        layout["columns"] = std::max(1, static_cast<int>(room / widest));
    return layout;
}

} // namespace escalon::theme

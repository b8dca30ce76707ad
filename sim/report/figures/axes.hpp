// Axes: doses in ladder order, and values from zero with round ticks.
//
// Domains are always explicit and the same in every layer: Vega-Lite's own sorting is alphabetical.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/vocabulary/dose_ladder.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace escalon::theme {

/// "168": a dose as axes write it; the unit stands in their title.
std::string dose_label(DoseLadder const& ladder, DoseLevel level);

/// "168 mg/m²"
std::string dose_text(DoseLadder const& ladder, DoseLevel level);

/// "mg/m²"
std::string dose_unit(DoseLadder const& ladder);

/// What a trial that recommends no level recommends.
inline constexpr std::string_view none_label = "none";

/// The levels of a ladder side by side, with "none" before them where that is an answer.
class DoseBands {
public:
    enum class With { levels, none_and_levels };

    DoseBands(DoseLadder const& ladder, With with, std::string title, double width_px);

    std::vector<std::string> const& order() const { return order_; }
    double band_px() const { return width_px_ / static_cast<double>(order_.size()); }

    /// The encoding of `x`, for the field `dose` of each row.
    nlohmann::ordered_json x() const;
    /// A place on the axis that is no row's: from 0, the left end of a band, to 1.
    nlohmann::ordered_json x_at(std::string_view dose, double share_of_band) const;

    /// Says the ladder's order to the report and to tests.
    void declare(nlohmann::ordered_json& specification) const;

private:
    nlohmann::ordered_json scale() const;
    nlohmann::ordered_json axis() const;

    std::vector<std::string> order_;
    std::string title_;
    double width_px_;
};

/// How labels of an axis are kept apart, the best first.
enum class Labels { in_one_row, in_two_rows, upright };

/// @param gaps_px distance between each label and the next
Labels arrangement(std::vector<std::string> const& labels, std::vector<double> const& gaps_px);

/// Adds to an axis what its arrangement needs.
/// @param expression that gives a label, as Vega writes it
void arrange(nlohmann::ordered_json& axis, Labels arrangement, std::vector<std::string> const& labels,
             std::string_view expression = "datum.label");

/// From zero (or below, to make room) to above the highest value.
struct ValueScale {
    double bottom = 0;
    double top = 1;
    std::vector<double> ticks;
};

/// @param highest of the values
/// @param limit that no value exceeds, such as 100 %
ValueScale value_scale(double highest, double height_px, std::optional<double> limit);

/// Quantitative `y` with its axis.
/// @param suffix of the tick labels, such as " %"
nlohmann::ordered_json value_y(std::string_view field, ValueScale const& scale, std::string_view title, std::string_view suffix);

/// Pixels that the labels of a value axis without a title take, to the plot.
double value_labels_px(ValueScale const& scale, std::string_view suffix);

/// Pixels from the outer edge of a value axis to the plot: title, labels and gaps.
double value_axis_px(ValueScale const& scale, std::string_view suffix);

} // namespace escalon::theme

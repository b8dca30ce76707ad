// Axes and tooltips of figures whose both axes are quantities: times, concentrations, exposures.
#pragma once

#include "sim/report/figures/figure.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace escalon::theme {

/// The largest of 1, 2, 5, 10, ... not above the value; positive.
double rounded_down(double value);
/// The smallest of 1, 2, 5, 10, ... not below the value; positive.
double rounded_up(double value);

/// Ticks of a logarithmic axis between two positive ends: 1, 2, 5 of each decade if so many fit, else the decades, else some of
/// them; between close ends those of a linear axis.
std::vector<double> log_ticks(double low, double high, int most);

/// Ticks of an axis of days from 0: whole weeks from two weeks on.
std::vector<double> day_ticks(double end_d, int most);

/// Ticks of a linear axis from 0.
std::vector<double> linear_ticks(double end, int most);

/// A quantitative axis; without a title where it is empty.
nlohmann::ordered_json axis(std::string_view title, std::vector<double> const& ticks, bool grid);

/// A position on a quantitative scale with stated ends.
nlohmann::ordered_json position(std::string_view field, std::pair<double, double> ends, bool logarithmic,
                                nlohmann::ordered_json axis);

/// One line of a tooltip.
nlohmann::ordered_json said(std::string_view field, std::string_view title);                    ///< words, or a whole number
nlohmann::ordered_json said_to_three_digits(std::string_view field, std::string_view title);

/// Four significant digits: what a figure's data need, and no more bytes.
double four_digits(double value);

/// Moves labels apart that stand closer than this, as little as possible, in their order.
/// @param at_px rising
std::vector<double> apart(std::vector<double> at_px, double least_px);

/// The transform that leaves out what the reader has switched off, for rows with this field.
nlohmann::ordered_json not_hidden(std::string_view field);

/// What the reader may switch off; none at first.
nlohmann::ordered_json hidden_parameter();

/// One switch.
struct Switch {
    std::string value;
    std::string colour;
    std::string shape = "stroke";
};
/// `usermeta.escalon.series`
nlohmann::ordered_json series_switches(std::string_view field, std::string_view title, std::vector<Switch> const& switches);

/// A colour between two "#rrggbb".
std::string between(std::string_view from, std::string_view to, double share);

} // namespace escalon::theme

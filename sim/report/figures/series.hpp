// Series: what a figure tells apart, designs or truths. Their looks, their legend, and what the interactive report needs to hide
// and show them.
#pragma once

#include "sim/report/figures/figure.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace escalon::theme {

/// Names short enough for a label, each different from the others.
std::vector<std::string> short_names(std::vector<std::string> const& names, std::size_t most_characters = 40);

class Series {
public:
    /// @param field of the rows that names the series of a row
    /// @param names unique, in the order of the legend
    Series(std::string field, std::string title, std::vector<std::string> names, FigureStyle const& style);

    bool several() const { return names_.size() > 1; }
    std::vector<std::string> const& names() const { return names_; }

    /// By colour and shape, with the same legend, so that it is drawn once. Dashes would fray its symbols: a layer a series has them.
    nlohmann::ordered_json colour() const;
    nlohmann::ordered_json shape() const;

    /// What a layer of data begins its `transform` with: rows of hidden series are left out.
    nlohmann::ordered_json shown() const;

    /// The dashes of the lines of series i, as Vega-Lite writes them.
    nlohmann::ordered_json dash(std::size_t i) const;
    /// What a layer of series i alone begins its `transform` with.
    nlohmann::ordered_json shown(std::size_t i) const;

    /// Declares the series to the report: the parameter `hidden` and `usermeta`. Nothing for a single one.
    void declare(nlohmann::ordered_json& specification) const;

private:
    nlohmann::ordered_json channel(nlohmann::ordered_json range) const;
    nlohmann::ordered_json legend_of_all() const;

    std::string field_;
    std::string title_;
    std::vector<std::string> names_;
    FigureStyle style_;
};

} // namespace escalon::theme

// Legends above a figure, in as many rows as its width asks for.
#pragma once

#include "sim/report/figures/figure.hpp"

#include <string>
#include <vector>

namespace escalon::theme {

/// A legend of these entries without a title: in one row where they fit, else in columns of equal width.
nlohmann::ordered_json legend(std::vector<std::string> const& entries, FigureStyle const& style);

} // namespace escalon::theme

// Dose transition pathways as a tree from left to right: boxes are decisions, coloured and labelled by dose, branches DLTs.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/report/paths_text.hpp"

namespace escalon {

/// As many cohorts as fit; a subtree that is equal to one above is referred to by its number.
Figure paths_figure(PathsResult const& result, FigureStyle const& style = {});

} // namespace escalon

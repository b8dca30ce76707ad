// The decision table as a map of coloured cells, each with its letter.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/report/protocol_table_text.hpp"

namespace escalon {

Figure protocol_table_figure(TableResult const& result, FigureStyle const& style = {});

} // namespace escalon

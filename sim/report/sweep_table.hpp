// Sweeps as tables: for the terminal, and tidy for R and Python.
#pragma once

#include "sim/report/sweep_result.hpp"

#include <string>

namespace escalon {

/// A row a cell, truth and design; long sweeps show their beginning.
std::string sweep_text(SweepResult const& sweep);

/// A row a cell, truth and design: every measure with its standard error. An axis of figures is a column of numbers with its
/// unit in the name, any other a column of texts.
std::string sweep_csv(SweepResult const& sweep);

/// A row a cell, truth, design and level; the row of level 0 is "no level recommended".
std::string sweep_levels_csv(SweepResult const& sweep);

/// The settings of a cell in words: "pk.KDC 0.03 /d, designs 3+3"; "as written".
std::string in_words(SweepPoint const& point, std::vector<SweepAxis> const& axes);

} // namespace escalon

// The report of a run: one offline HTML file, the same bytes for the same result.
#pragma once

#include "sim/report/html/figures.hpp"
#include "sim/report/html/page.hpp"
#include "sim/report/run_result.hpp"

#include <string>

namespace escalon::html {

std::string run_report(RunResult const& run, PageFigures const& figures, PageAssets const& assets);

} // namespace escalon::html

// Comparisons of designs, for a terminal.
#pragma once

#include "sim/report/run_result.hpp"

#include <string>
#include <string_view>

namespace escalon {

/// "true MTD selected": what is compared, in words.
std::string_view words(Compared figure);
std::string_view words(Averaged figure);

/// "pseudo-uniform curves (Clertant & O'Quigley 2017)"
std::string_view words(CurveGenerator generator);

/// A difference and its error as people read them: shares in percentage points.
std::string difference_text(Compared figure, double difference);
std::string error_text(Compared figure, double error);

/// A mean over curves and its error as people read them; "-" where there are no curves.
std::string value_text(Averaged figure, OverCurves const& value);
std::string value_error_text(Averaged figure, OverCurves const& value);

/// Which differences these are, in a sentence: paired, exact or neither.
std::string pairing_sentence(ComparisonRun const& comparison);

/// Every design against the reference, truth by truth.
std::string comparison_text(ComparisonRun const& comparison, RunResult const& run);

/// Measures over the random truths, design by design, by the level of the MTD, and against the reference.
std::string random_truths_text(RandomTruthsResult const& random, DoseLadder const& ladder);

} // namespace escalon

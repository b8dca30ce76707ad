// Observed outcomes as people write them: "1NNN 2NNT" and "18:0/3 36:1/3".
#pragma once

#include "sim/vocabulary/observed.hpp"

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace escalon {

/// A notation that cannot be read; `position` counts characters from 0.
class NotationError : public std::invalid_argument {
public:
    NotationError(std::string const& problem, std::size_t where) : std::invalid_argument{problem}, position{where} {}
    std::size_t position;
};

/// Reads either notation (never both in one text). In the first, a level number is followed by a letter a patient: N no
/// toxicity, T dose-limiting toxicity; where grades are told apart, M for grade 2 and X for a DLT of grade 4 or worse. In the
/// second, a dose of the ladder is followed by DLTs/patients, without grades.
/// @throws NotationError with the place and the remedy
std::vector<Cohort> parse_outcomes(std::string_view text, DoseLadder const& ladder);

/// "1NNN 2NMT"; within a cohort, the least toxicity comes first.
std::string letters(std::span<Cohort const> cohorts);

/// "18:0/3 36:1/3": DLTs of all grades.
std::string fractions(std::span<Cohort const> cohorts, DoseLadder const& ladder);

} // namespace escalon

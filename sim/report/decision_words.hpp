// Decisions in a few words, for the cells of tables, and as JSON.
#pragma once

#include "sim/vocabulary/decision.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>

namespace escalon {

/// "3 at 20 mg/m2", "stop, MTD 20 mg/m2", "stop, no level", "by chance: 1 at 20 mg/m2 or 1 at 30 mg/m2".
std::string decision_words(decltype(Decision::action) const& action, DoseLadder const& ladder);

/// `action` is treat, stop or randomise; levels count from 1, doses are in the ladder's unit.
nlohmann::ordered_json decision_json(decltype(Decision::action) const& action, DoseLadder const& ladder);

} // namespace escalon

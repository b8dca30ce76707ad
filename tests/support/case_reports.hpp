// Words in which the tests of designs are written: ladders, outcomes in letters, decisions.
#pragma once

#include "sim/designs/design.hpp"
#include "sim/vocabulary/notation.hpp"
#include "tests/support/catch.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace escalon::test {

constexpr double standard_dose_step_mg_per_m2 = 10;

/// 10, 20, 30, ... mg/m2.
inline DoseLadder ladder(int levels)
{
    std::vector<double> doses;
    for (int number = 1; number <= levels; ++number)
        doses.push_back(standard_dose_step_mg_per_m2 * number);
    return DoseLadder{DoseUnit::mg_per_m2, std::move(doses)};
}

constexpr DoseLevel level(int number) { return DoseLevel::from_number(number); }

inline Decision treat(DoseLevel level, int patients) { return {Treat{level, patients}, {}}; }
inline Decision stop(DoseLevel mtd, StopCause cause = StopCause::mtd_determined) { return {Stop{mtd, cause}, {}}; }
inline Decision stop_without_mtd(StopCause cause = StopCause::lowest_too_toxic) { return {Stop{std::nullopt, cause}, {}}; }

inline Observed observed(std::string_view outcomes, DoseLadder const& ladder)
{
    Observed seen{ladder};
    for (auto const& cohort : parse_outcomes(outcomes, ladder))
        seen.record(cohort);
    return seen;
}

/// What the design says after these outcomes.
template <Design D>
Decision next(D const& design, std::string_view outcomes, DoseLadder const& doses = ladder(6))
{
    return design.on(doses).decide(observed(outcomes, doses));
}

} // namespace escalon::test

template <>
struct Catch::StringMaker<escalon::Decision> {
    static std::string convert(escalon::Decision const& decision)
    {
        auto const treated = [](auto const& action) {
            if (auto const* treat = std::get_if<escalon::Treat>(&action))
                return "treat " + std::to_string(treat->patients) + " at level " + std::to_string(treat->level.number());
            auto const* stop = std::get_if<escalon::Stop>(&action);
            if (!stop)
                return std::string{"left to chance"};
            return (stop->mtd ? "stop, MTD level " + std::to_string(stop->mtd->number()) : "stop, no level") + " (" +
                   std::string{name_of(stop->cause)} + ")";
        };
        return treated(decision.action) + ": " + decision.reason;
    }
};

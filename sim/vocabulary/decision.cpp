#include "sim/vocabulary/decision.hpp"

#include "pk_models/units.hpp"

#include <cmath>

namespace escalon {
namespace {

std::string count_of_patients(int patients) { return std::to_string(patients) + (patients == 1 ? " patient" : " patients"); }

/// With three decimals: "0.429"; in full where they would say 0 or 1.
std::string probability_in_words(double probability)
{
    double const rounded = std::round(probability * 1000) / 1000;
    return shortest(rounded > 0 && rounded < 1 ? rounded : probability);
}

struct InWords {
    DoseLadder const& ladder;

    std::string operator()(Treat const& treat) const
    {
        return "treat " + count_of_patients(treat.patients) + " at " + ladder.text(treat.level);
    }
    std::string operator()(Stop const& stop) const
    {
        return stop.mtd ? "stop, MTD " + ladder.text(*stop.mtd) : std::string{"stop, no level recommended"};
    }
    std::string operator()(Suspend const&) const { return "suspend accrual"; }
    std::string operator()(Randomise const& choice) const
    {
        std::string text;
        for (auto const& branch : choice.branches)
            text += (text.empty() ? "" : "; ") + ("with probability " + probability_in_words(branch.probability)) + " " +
                    std::visit(*this, branch.action);
        return text;
    }
};

} // namespace

std::string describe(Action const& action, DoseLadder const& ladder) { return std::visit(InWords{ladder}, action); }

std::string describe(Decision const& decision, DoseLadder const& ladder) { return std::visit(InWords{ladder}, decision.action); }

} // namespace escalon

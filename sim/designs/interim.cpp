#include "sim/designs/interim.hpp"

#include <array>
#include <charconv>

namespace escalon {

InterimTally interim_tally(Observed const& observed, DoseLevel level)
{
    auto const& known = observed.tally(level);
    InterimTally tally{.patients = known.patients, .dlts = known.dlts};
    for (auto const& patient : observed.pending())
        if (patient.level == level) {
            ++tally.patients;
            ++tally.pending;
            tally.followed += patient.followed;
        }
    return tally;
}

InterimTally trial_tally(Observed const& observed)
{
    InterimTally tally{.patients = treated(observed),
                       .dlts = observed.total().dlts,
                       .pending = static_cast<int>(observed.pending().size())};
    for (auto const& patient : observed.pending())
        tally.followed += patient.followed;
    return tally;
}

std::string pending_words(InterimTally const& tally)
{
    std::array<char, 32> text{};
    constexpr int digits = 2;
    auto const end = std::to_chars(text.data(), text.data() + text.size(), tally.followed, std::chars_format::fixed, digits).ptr;
    return std::to_string(tally.pending) + " of " + std::to_string(tally.patients) + " pending with " +
           std::string{text.data(), end} + " windows of follow-up";
}

std::string pending_words(int patients)
{
    return std::to_string(patients) + (patients == 1 ? " patient is" : " patients are") + " pending";
}

bool too_many_pending(InterimTally const& tally, Fraction most)
{
    constexpr double rounding = 1e-12; // of a share times patients that should be a whole number
    return tally.pending > most * tally.patients + rounding;
}

} // namespace escalon

// TITE-Keyboard: the Keyboard design that decides while patients are pending.
//
// Lin & Yuan (2020), Biostatistics 21:807, doi:10.1093/biostatistics/kxz007: a pending patient counts as so much of a patient as
// the follow-up is of the DLT window.
#pragma once

#include "sim/designs/keyboard.hpp"

namespace escalon {

/// Every option of Keyboard, and what is made of pending patients.
struct TiteKeyboard : Keyboard {
    static constexpr std::string_view name = "tite_keyboard";
    static constexpr std::string_view about = "time-to-event Keyboard: the strongest key by an effective sample size, in which "
                                              "the follow-up of pending patients counts";
    static constexpr std::string_view reference =
        "Lin & Yuan 2020, Biostatistics 21:807; Yan, Mandrekar & Yuan 2017, CCR 23:3994";
    static constexpr bool reads_pending_patients = true;
    static constexpr double usual_max_pending = 0.5; // as TITE-BOIN

    Fraction max_pending = usual_max_pending;

    friend bool operator==(TiteKeyboard const&, TiteKeyboard const&) = default;

    void describe(auto& fields)
    {
        fields.field("max_pending", max_pending,
                     "nobody is treated while more than this share of the level's patients is pending",
                     {.within = bounds::open_fraction});
        Keyboard::describe(fields);
    }

    IntervalDecider on(DoseLadder const& ladder) const;
};
static_assert(Design<TiteKeyboard>);

} // namespace escalon

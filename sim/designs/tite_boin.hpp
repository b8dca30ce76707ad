// TITE-BOIN: BOIN that decides while patients are pending.
//
// Yuan, Lin, Li, Nie & Warren (2018), Clin Cancer Res 24:4921, doi:10.1158/1078-0432.CCR-18-0246; Lin & Yuan (2020), Biostatistics
// 21:807. A published table: Ananthakrishnan et al. (2022), Contemp Clin Trials Commun 28:100943, Table 1.
#pragma once

#include "sim/designs/boin.hpp"

namespace escalon {

/// How the DLT rate of a level with pending patients is estimated.
enum class PendingImputation {
    odds,                  ///< a pending patient counts as r (1 - follow-up) DLTs, r the odds of one
    effective_sample_size, ///< a pending patient counts as so much of a patient as the follow-up is of the window
};

constexpr auto enum_names(PendingImputation)
{
    return std::array{EnumName<PendingImputation>{PendingImputation::odds, "odds"},
                      EnumName<PendingImputation>{PendingImputation::effective_sample_size, "effective_sample_size"}};
}

/// Every option of BOIN, and what is made of pending patients.
struct TiteBoin : Boin {
    static constexpr std::string_view name = "tite_boin";
    static constexpr std::string_view about =
        "time-to-event BOIN: BOIN that goes on while patients are pending, whose follow-up counts in part";
    static constexpr std::string_view reference =
        "Yuan et al. 2018, Clin Cancer Res 24:4921; Lin & Yuan 2020, Biostatistics 21:807";
    static constexpr bool reads_pending_patients = true;
    static constexpr double usual_max_pending = 0.5; // Yuan et al. 2018

    PendingImputation imputation = PendingImputation::odds;
    Fraction max_pending = usual_max_pending;

    friend bool operator==(TiteBoin const&, TiteBoin const&) = default;

    void describe(auto& fields)
    {
        fields.field("imputation", imputation,
                     "pending patients count by the odds of a late DLT, as published, or by their share of follow-up");
        fields.field("max_pending", max_pending,
                     "nobody is treated while more than this share of the level's patients is pending",
                     {.within = bounds::open_fraction});
        Boin::describe(fields);
    }

    IntervalDecider on(DoseLadder const& ladder) const;
};
static_assert(Design<TiteBoin>);

/// The DLTs that a level with pending patients is expected to have by the odds of a late one: y + r (c - STFT), with
/// r = ptilde/(1 - ptilde), ptilde = (y + target/2)/(n - c + 1); c pending, STFT their windows of follow-up (Yuan et al. 2018).
double expected_dlts(InterimTally const& tally, double target);

} // namespace escalon

// What is known of a level while the DLT windows of some of its patients are open.
//
// Yuan, Lin, Li, Nie & Warren (2018), Clin Cancer Res 24:4921; Lin & Yuan (2020), Biostatistics 21:807.
#pragma once

#include "pk_models/fields.hpp"
#include "sim/vocabulary/observed.hpp"

#include <string>

namespace escalon {

struct InterimTally {
    int patients = 0; ///< all who were treated at the level
    int dlts = 0;
    int pending = 0;     ///< of the patients
    double followed = 0; ///< by the pending patients together, in DLT windows

    /// As if no pending patient had a DLT.
    Tally at_best() const { return {patients, dlts}; }
    /// Complete patients that the data are worth.
    double effective_patients() const { return patients - pending + followed; }
};

InterimTally interim_tally(Observed const& observed, DoseLevel level);
/// Of all levels together.
InterimTally trial_tally(Observed const& observed);

/// All who were treated in the trial, pending or not.
inline int treated(Observed const& observed) { return observed.total().patients + static_cast<int>(observed.pending().size()); }

/// "2 of 6 pending with 1.2 windows of follow-up"
std::string pending_words(InterimTally const& tally);

/// "3 patients are pending"
std::string pending_words(int patients);

/// More of a level's patients are pending than a design allows when it suspends accrual.
bool too_many_pending(InterimTally const& tally, Fraction most);

} // namespace escalon

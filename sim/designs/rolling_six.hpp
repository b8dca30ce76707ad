// The rolling six: two to six patients at a level, the next of whom need not wait for the outcomes of those before.
//
// Skolnik, Barrett, Jayaraman, Patel & Adamson (2008), J Clin Oncol 26:190, doi:10.1200/JCO.2007.12.7712. Its table, beside a later
// design: Frankel et al. (2020), JAMA Netw Open 3:e204787, Table 2.
#pragma once

#include "sim/designs/design.hpp"
#include "sim/designs/interim.hpp"

namespace escalon {

/// What the table of the rolling six says of a level.
enum class RollingVerdict {
    stay,       ///< the next patient is treated here
    escalate,   ///< the level is tolerable
    deescalate, ///< the level is too toxic
    suspend,    ///< six patients are treated and what is pending can still decide
};

struct RollingSix {
    static constexpr std::string_view name = "rolling_six";
    static constexpr bool ends_by_itself = true; ///< needs no sample size
    static constexpr bool reads_pending_patients = true;
    static constexpr std::string_view about =
        "rolling six: 3+3 for slow outcomes, with up to six patients at a level while earlier ones are pending";
    static constexpr std::string_view reference = "Skolnik et al. 2008, J Clin Oncol 26:190";
    static constexpr int most_patients = 6;   // at a level: Skolnik et al. 2008
    static constexpr int fewest_patients = 3; // all without a DLT, to escalate

    bool six_at_mtd = true;
    bool early_escalation = false;
    CommonOptions common;

    friend bool operator==(RollingSix const&, RollingSix const&) = default;

    void describe(auto& fields)
    {
        fields.field("six_at_mtd", six_at_mtd,
                     "the top level too needs six patients to be named; if false, it is accepted after three without DLT");
        fields.field("early_escalation", early_escalation,
                     "escalate once three patients are complete without DLT though a fourth or fifth is pending, as the package "
                     "RollingSix; the published rule waits for them");
        common.describe(fields);
    }

    Faults faults() const { return {}; }
    RollingSix on(DoseLadder const&) const { return *this; }

    Decision decide(Observed const& observed, Wording wording = Wording::sentence) const;
    std::optional<DoseLevel> recommendation(Observed const& observed) const;
    Summary summary(Observed const& observed) const;
    bool reads_pending() const { return true; }

    /// What the table says of a level with at least one patient.
    RollingVerdict verdict(InterimTally const& tally) const;
    /// Patients who enter together; one as published.
    int entering() const { return common.cohort_size.value_or(1); }
};
static_assert(Design<RollingSix> && Decider<RollingSix>);

} // namespace escalon

// TITE-CRM: the continual reassessment method with pending patients, who count by their follow-up.
//
// Cheung & Chappell (2000), Biometrics 56:1177; Cheung (2011), chapter 11; as dfcrm 0.2-2.1 has it in titecrm.
#pragma once

#include "sim/designs/crm.hpp"

namespace escalon {

/// Every option of the CRM, and what is made of pending patients.
struct TiteCrm : Crm {
    static constexpr std::string_view name = "tite_crm";
    static constexpr std::string_view about =
        "time-to-event CRM: the continual reassessment method in which pending patients count by their follow-up";
    static constexpr std::string_view reference = "Cheung & Chappell 2000, Biometrics 56:1177; Cheung 2011";
    static constexpr bool reads_pending_patients = true;

    FollowUpWeights weights = FollowUpWeights::uniform;
    std::optional<Fraction> max_pending;

    friend bool operator==(TiteCrm const&, TiteCrm const&) = default;

    void describe(auto& fields)
    {
        fields.field("weights", weights,
                     "what a pending patient weighs: the share of the DLT window, or by the times at which DLTs came");
        fields.field("max_pending", max_pending,
                     "nobody is treated while more than this share of the level's patients is pending; never when absent",
                     {.within = bounds::open_fraction});
        Crm::describe(fields);
    }

    Faults faults() const;
    /// The CRM that decides where nobody is pending; patients enter one by one unless cohort_size says otherwise.
    Crm complete() const;
    /// @throws std::invalid_argument when the options do not fit the ladder
    CrmDecider on(DoseLadder const& ladder) const;
};
static_assert(Design<TiteCrm>);

} // namespace escalon

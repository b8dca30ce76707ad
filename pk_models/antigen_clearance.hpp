// Shed antigen binds the drug and is cleared with it: clearance rises with the antigen level.
//
// The quick models: a patient's level gives one factor on the whole clearance. A target-mediated model says more: the rise it
// gives falls with the dose, so a constant factor hides part of what an escalation does to exposure. The power law is what
// population models report (Lu et al. 2014, Cancer Chemother Pharmacol 74:399: shed HER2, exponent 0.035 on clearance).
#pragma once

#include "pk_models/fields.hpp"
#include "pk_models/units.hpp"

#include <optional>
#include <string_view>
#include <variant>

namespace escalon::pk {

/// factor = 1 + SMAX A/(A50 + A)
struct Emax {
    static constexpr std::string_view name = "emax";
    static constexpr std::string_view about = "clearance rises with shed antigen to a ceiling";
    static constexpr std::string_view reference = "saturable (Emax) form; Holford & Sheiner 1981, Clin Pharmacokinet 6:429";

    double SMAX = 0;
    AntigenLevel A50;

    void describe(auto& fields)
    {
        fields.field("SMAX", SMAX, "largest rise of clearance, as a multiple of clearance without antigen",
                     FieldTraits{.within = bounds::not_negative, .presence = Presence::required});
        fields.field("A50", A50, "antigen level of half the largest rise",
                     FieldTraits{.within = bounds::positive, .presence = Presence::required});
    }

    double factor(AntigenLevel antigen) const;
    AntigenLevel neutral_level() const { return {}; }
};

/// factor = (A/reference_level)^exponent; has no value at antigen 0
struct PowerLaw {
    static constexpr std::string_view name = "power_law";
    static constexpr std::string_view about = "clearance rises as a power of shed antigen";
    static constexpr std::string_view reference = "Lu et al. 2014, Cancer Chemother Pharmacol 74:399";

    double exponent = 0;
    AntigenLevel reference_level;

    void describe(auto& fields)
    {
        fields.field("exponent", exponent, "power of antigen over reference",
                     FieldTraits{.within = bounds::not_negative, .presence = Presence::required});
        fields.field("reference", reference_level, "antigen level at which the typical clearance holds",
                     FieldTraits{.within = bounds::positive, .presence = Presence::required});
    }

    /// @throws FaultError at antigen 0
    double factor(AntigenLevel antigen) const;
    AntigenLevel neutral_level() const { return reference_level; }
};

using AntigenClearance = std::variant<Emax, PowerLaw>;

/// What the whole clearance is multiplied by; 1 where a model has no antigen effect.
double clearance_factor(std::optional<AntigenClearance> const& effect, AntigenLevel antigen);

/// The antigen level at which the factor is 1: that of the drug itself.
AntigenLevel neutral_level(std::optional<AntigenClearance> const& effect);

/// What speaks against using the effect at this antigen level.
Faults faults(std::optional<AntigenClearance> const& effect, AntigenLevel antigen);

} // namespace escalon::pk

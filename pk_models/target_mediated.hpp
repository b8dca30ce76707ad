// Target-mediated disposition with a soluble target: shed antigen in plasma, made at a constant rate over a cycle,
// binds the drug there.
//
//   full  dC/dt = in/V1 - (CL/V1) C - (Q/V1)(C - P) - KON C R + KOFF X      C free drug, P peripheral
//         dR/dt = KDEG R0 - KDEG R - KON C R + KOFF X                        R free antigen
//         dX/dt = KON C R - (KOFF + KINT) X                                  X complex
//   qss   the complex is where it would come to rest: C B = KSS L with L = C + X and B = KSS + R; KSS = (KOFF + KINT)/KON
//   qe    the same with KD = KOFF/KON in place of KSS
//
// No target sits on a membrane: the complex is a plasma species, so that binding hardly lowers the Cmax of total drug. What is
// measured is total drug. Mager & Jusko (2001), J Pharmacokinet Pharmacodyn 28:507; Gibiansky et al. (2008), ibid. 35:573; Mager &
// Krzyzanski (2005), Pharm Res 22:1589.
#pragma once

#include "pk_models/antigen_clearance.hpp"
#include "pk_models/integrated.hpp"
#include "pk_models/parameters.hpp"

#include <optional>

namespace escalon::pk {

enum class Binding { qss, qe, full };

constexpr std::array<EnumName<Binding>, 3> enum_names(Binding)
{
    return {{{Binding::qss, "qss"}, {Binding::qe, "qe"}, {Binding::full, "full"}}};
}

struct TargetMediated {
    static constexpr std::string_view name = "target_mediated";
    static constexpr std::string_view about =
        "shed soluble antigen with turnover: full binding, quasi-equilibrium, quasi-steady-state";
    static constexpr std::string_view reference = "Gibiansky et al. (2008), J Pharmacokinet Pharmacodyn 35:573";
    static constexpr std::array<std::string_view, 11> parameters{"CL", "V1",  "Q",    "V2",   "KON", "KOFF",
                                                                 "KD", "KSS", "KDEG", "KINT", "R0"};

    Binding binding = Binding::qss;
    SizedClearance CL;
    SizedVolume V1;
    SizedClearance Q;
    SizedVolume V2;
    std::optional<AssociationRate> KON;
    std::optional<Rate> KOFF;
    std::optional<MolarConcentration> KD;
    std::optional<MolarConcentration> KSS;
    Rate KDEG;
    Rate KINT;
    std::optional<MolarConcentration> R0;
    std::optional<AntigenScale> antigen_scale;
    MolarMass MW = antibody_molar_mass;
    double tolerance = Integrated::default_tolerance;

    void describe(auto& fields)
    {
        constexpr FieldTraits required{.within = bounds::positive, .presence = Presence::required};
        constexpr FieldTraits may_be_zero{.within = bounds::not_negative, .presence = Presence::required};
        constexpr FieldTraits positive{.within = bounds::positive};
        fields.field("binding", binding, "full: each association and dissociation; qss, qe: the complex at rest");
        fields.field("CL", CL, "clearance of free drug", may_be_zero);
        fields.field("V1", V1, "central volume", required);
        fields.field("Q", Q, "clearance of free drug between the compartments", may_be_zero);
        fields.field("V2", V2, "peripheral volume", required);
        fields.field("KON", KON, "association rate constant; for full binding", positive);
        fields.field("KOFF", KOFF, "dissociation rate constant; for full binding", FieldTraits{.within = bounds::not_negative});
        fields.field("KD", KD, "dissociation constant KOFF/KON; for qe", positive);
        fields.field("KSS", KSS, "steady-state constant (KOFF + KINT)/KON; for qss", positive);
        fields.field("KDEG", KDEG, "rate at which free antigen disappears", may_be_zero);
        fields.field("KINT", KINT, "rate at which the complex disappears", may_be_zero);
        fields.field("R0", R0, "antigen in every patient before treatment", FieldTraits{.within = bounds::not_negative});
        fields.field("antigen_scale", antigen_scale, "binding sites a unit of the patient's antigen stands for, in place of R0",
                     FieldTraits{.within = bounds::not_negative, .unit = unit::nM_per_U_mL.symbol});
        fields.field("MW", MW, "molar mass, which relates mg/L and nM", positive);
        fields.field("tolerance", tolerance, tolerance_meaning, tolerance_traits);
    }

    Faults faults() const;

    std::array<PerBody, 4> sizes() const { return {CL.per, V1.per, Q.per, V2.per}; }

    /// @param etas in the order of `parameters`
    Integrated individual(Covariates const& patient, std::span<double const> etas) const;
};

} // namespace escalon::pk

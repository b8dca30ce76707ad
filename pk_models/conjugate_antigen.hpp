// An antibody-drug conjugate and the shed antigen that binds it: five states.
//
// Total antibody T, its peripheral P and antigen R move as in the quasi-steady-state model; the conjugate A and its peripheral Ap are tags
// that share the antibody's fate, bound or free, and lose their linker everywhere:
//   B = KSS + free antigen,  F = KSS/B, the free share of antibody and conjugate alike
//   dA/dt  = in/V1 - KDC A - (CL/V1) F A - (Q/V1)(F A - Ap) - KINT (1 - F) A
//   dAp/dt = (Q/V2)(F A - Ap) - KDC Ap
// After one bolus A(t) = T(t) e^(-KDC t). Naked antibody goes on binding antigen, so that later doses meet less of it.
// Gibiansky et al. (2008), J Pharmacokinet Pharmacodyn 35:573, for T, P and R; Kamath & Iyer (2015), Pharm Res 32:3470, for the linker.
#pragma once

#include "pk_models/antigen_clearance.hpp"
#include "pk_models/integrated.hpp"
#include "pk_models/parameters.hpp"
#include "pk_models/payload.hpp"

#include <optional>

namespace escalon::pk {

struct ConjugateAntigen {
    static constexpr std::string_view name = "conjugate_antigen";
    static constexpr std::string_view about = "antibody-drug conjugate and shed antigen with turnover, linker lost everywhere";
    static constexpr std::string_view reference =
        "Gibiansky et al. (2008), J Pharmacokinet Pharmacodyn 35:573; Kamath & Iyer (2015)";
    static constexpr std::array<std::string_view, 9> parameters{"CL", "V1", "Q", "V2", "KDC", "KSS", "KDEG", "KINT", "R0"};

    SizedClearance CL;
    SizedVolume V1;
    SizedClearance Q;
    SizedVolume V2;
    Rate KDC;
    MolarConcentration KSS;
    Rate KDEG;
    Rate KINT;
    std::optional<MolarConcentration> R0;
    std::optional<AntigenScale> antigen_scale;
    std::optional<Payload> payload;
    MolarMass MW = antibody_molar_mass;
    double tolerance = Integrated::default_tolerance;

    void describe(auto& fields)
    {
        constexpr FieldTraits required{.within = bounds::positive, .presence = Presence::required};
        constexpr FieldTraits may_be_zero{.within = bounds::not_negative, .presence = Presence::required};
        fields.field("CL", CL, "clearance of free antibody; the conjugate also loses its linker", may_be_zero);
        fields.field("V1", V1, "central volume", required);
        fields.field("Q", Q, "clearance of free antibody between the compartments", may_be_zero);
        fields.field("V2", V2, "peripheral volume", required);
        fields.field("KDC", KDC, "rate at which the linker breaks", may_be_zero);
        fields.field("KSS", KSS, "steady-state constant of binding", required);
        fields.field("KDEG", KDEG, "rate at which free antigen disappears", may_be_zero);
        fields.field("KINT", KINT, "rate at which the complex disappears", may_be_zero);
        fields.field("R0", R0, "antigen in every patient before treatment", FieldTraits{.within = bounds::not_negative});
        fields.field("antigen_scale", antigen_scale, "binding sites a unit of the patient's antigen stands for, in place of R0",
                     FieldTraits{.within = bounds::not_negative, .unit = unit::nM_per_U_mL.symbol});
        fields.field("payload", payload, "payload that the conjugate sets free, as an analyte of its own");
        fields.field("MW", MW, "molar mass, which relates mg/L and nM", FieldTraits{.within = bounds::positive});
        fields.field("tolerance", tolerance, tolerance_meaning, tolerance_traits);
    }

    Faults faults() const { return antigen_faults(R0.has_value(), antigen_scale.has_value()); }

    std::array<PerBody, 4> sizes() const { return {CL.per, V1.per, Q.per, V2.per}; }

    /// @param etas in the order of `parameters`
    Integrated individual(Covariates const& patient, std::span<double const> etas) const;
};

} // namespace escalon::pk

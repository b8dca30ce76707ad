// An antibody-drug conjugate by drug-to-antibody ratio (DAR): every species loses its payloads one by one, DAR n into DAR n - 1.
//
// A_n is the concentration of antibody with n payloads, 0 to 8, P_n the same in the peripheral compartment:
//   dA_n/dt = F_n in/V1 - (CL/V1 + Q/V1 + KDC_n) A_n + KDC_(n+1) A_(n+1) + (Q/V1) P_n
//   dP_n/dt = (Q/V2)(A_n - P_n)
// with CL_naked in place of CL and no KDC where n = 0. Payloads are lost in the central compartment, and proteolysis takes an antibody
// with all it carries. What is measured is all that carries payload, DAR >= 1.
// Pouzin et al. (2022), J Pharmacokinet Pharmacodyn 49:381, of tusamitamab ravtansine.
#pragma once

#include "pk_models/integrated.hpp"
#include "pk_models/parameters.hpp"

#include <optional>
#include <vector>

namespace escalon::pk {

struct DarChain {
    static constexpr std::string_view name = "dar_chain";
    static constexpr std::string_view about = "antibody-drug conjugate by drug-to-antibody ratio, payloads lost one by one";
    static constexpr std::string_view reference = "Pouzin et al. (2022), J Pharmacokinet Pharmacodyn 49:381";
    static constexpr std::array<std::string_view, 6> parameters{"CL", "V1", "Q", "V2", "KDC", "CL_naked"};

    static constexpr std::size_t most_payloads = 8;

    SizedClearance CL;
    SizedVolume V1;
    SizedClearance Q;
    SizedVolume V2;
    std::vector<Rate> KDC;
    std::optional<SizedClearance> CL_naked;
    std::vector<Fraction> dose_mix;
    double tolerance = Integrated::default_tolerance;

    void describe(auto& fields)
    {
        constexpr FieldTraits required{.within = bounds::positive, .presence = Presence::required};
        constexpr FieldTraits may_be_zero{.within = bounds::not_negative, .presence = Presence::required};
        fields.field("CL", CL, "proteolytic clearance of antibody that carries payload", required);
        fields.field("V1", V1, "central volume", required);
        fields.field("Q", Q, "clearance between the compartments", may_be_zero);
        fields.field("V2", V2, "peripheral volume", required);
        fields.field("KDC", KDC, "rates at which DAR 1, 2, ... lose a payload; the last holds for all higher ones", may_be_zero);
        fields.field("CL_naked", CL_naked, "clearance of antibody without payload; CL if left out",
                     FieldTraits{.within = bounds::positive});
        fields.field("dose_mix", dose_mix, "shares of DAR 0, 1, 2, ... in the dose",
                     FieldTraits{.within = bounds::fraction, .presence = Presence::required});
        fields.field("tolerance", tolerance, tolerance_meaning, tolerance_traits);
    }

    Faults faults() const;

    std::array<PerBody, 5> sizes() const { return {CL.per, V1.per, Q.per, V2.per, CL_naked.value_or(CL).per}; }

    /// Payloads on an antibody of the dose, on average.
    double dose_dar() const;

    /// One eta serves every rate of KDC. Without a CL_naked of its own, naked antibody has the patient's CL.
    /// @param etas in the order of `parameters`
    Integrated individual(Covariates const& patient, std::span<double const> etas) const;
};

} // namespace escalon::pk

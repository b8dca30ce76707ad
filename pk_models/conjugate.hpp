// An antibody-drug conjugate: a two-compartment antibody whose linker breaks wherever the conjugate is.
//
// Every rate of the antibody gains KDC, so that
//   lambda_z(conjugate) = lambda_z(antibody) + KDC
//   CL(conjugate) = CL + KDC V1 + Q KDC V2/(Q + KDC V2).
// Deconjugation in both compartments and not in the clearance alone: Kamath & Iyer (2015), Pharm Res 32:3470; linker of
// cantuzumab mertansine: Tolcher et al. (2003), J Clin Oncol 21:211.
#pragma once

#include "pk_models/antigen_clearance.hpp"
#include "pk_models/integrated.hpp"
#include "pk_models/linear.hpp"
#include "pk_models/parameters.hpp"
#include "pk_models/payload.hpp"

namespace escalon::pk {

struct Conjugate {
    static constexpr std::string_view name = "conjugate";
    static constexpr std::string_view about = "antibody-drug conjugate: two-compartment antibody, linker lost in both";
    static constexpr std::string_view reference = "Kamath & Iyer (2015), Pharm Res 32:3470";
    static constexpr std::array<std::string_view, 5> parameters{"CL", "V1", "Q", "V2", "KDC"};

    SizedClearance CL;
    SizedVolume V1;
    SizedClearance Q;
    SizedVolume V2;
    Rate KDC;
    std::optional<AntigenClearance> antigen_clearance;
    std::optional<Payload> payload;

    void describe(auto& fields)
    {
        constexpr FieldTraits required{.within = bounds::positive, .presence = Presence::required};
        constexpr FieldTraits may_be_zero{.within = bounds::not_negative, .presence = Presence::required};
        fields.field("CL", CL, "clearance of the antibody; the conjugate also loses its linker", required);
        fields.field("V1", V1, "central volume", required);
        fields.field("Q", Q, "clearance between the compartments", may_be_zero);
        fields.field("V2", V2, "peripheral volume", required);
        fields.field("KDC", KDC, "rate at which the linker breaks", may_be_zero);
        fields.field("antigen_clearance", antigen_clearance, "how shed antigen raises the conjugate's whole clearance");
        fields.field("payload", payload, "payload that the conjugate sets free, as an analyte of its own");
    }

    std::array<PerBody, 4> sizes() const { return {CL.per, V1.per, Q.per, V2.per}; }

    /// The conjugate, which is what is measured. Antigen with factor f adds (f - 1) times the conjugate's clearance
    /// without antigen to the clearance of the antibody.
    /// @param etas in the order of `parameters`
    Disposition individual(Covariates const& patient, std::span<double const> etas) const;

    /// The constants that the conjugate's disposition is made of.
    Rates rates(Covariates const& patient, std::span<double const> etas) const;

    /// The antibody, conjugated or naked, in the same patient.
    Disposition total_antibody(Covariates const& patient, std::span<double const> etas) const;
    Rates total_antibody_rates(Covariates const& patient, std::span<double const> etas) const;

    /// The patient as equations that give the payload too: those with antigen, of which there is none. Needs `payload`.
    Integrated with_payload(Covariates const& patient, std::span<double const> etas) const;
};

} // namespace escalon::pk

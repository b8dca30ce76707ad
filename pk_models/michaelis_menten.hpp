// Saturable elimination beside a linear one, in one or two compartments.
//
//   dC/dt = in/V1 - (CL/V1) C - VMAX C/(KM + C) - (Q/V1)(C - P);  dP/dt = (Q/V2)(C - P)
//
// After a bolus into one compartment this has a closed form (Lambert's W where CL is 0; Schnell & Mendoza 1997, J Theor Biol 187:207),
// which the tests hold the integration against.
#pragma once

#include "pk_models/antigen_clearance.hpp"
#include "pk_models/integrated.hpp"
#include "pk_models/parameters.hpp"

#include <optional>

namespace escalon::pk {

using ConcentrationRate = Quantity<dimension::concentration / dimension::time>;

struct MichaelisMenten {
    static constexpr std::string_view name = "michaelis_menten";
    static constexpr std::string_view about = "saturable elimination, alone or beside a linear one; one or two compartments";
    static constexpr std::string_view reference = "Gibaldi & Perrier (1982), Pharmacokinetics, 2nd ed., chapter 7";
    static constexpr std::array<std::string_view, 6> parameters{"CL", "V1", "Q", "V2", "VMAX", "KM"};

    SizedClearance CL;
    SizedVolume V1;
    SizedClearance Q;
    std::optional<SizedVolume> V2;
    ConcentrationRate VMAX;
    Concentration KM;
    double tolerance = Integrated::default_tolerance;

    void describe(auto& fields)
    {
        constexpr FieldTraits required{.within = bounds::positive, .presence = Presence::required};
        constexpr FieldTraits may_be_zero{.within = bounds::not_negative};
        fields.field("CL", CL, "linear clearance; 0 where all elimination saturates", may_be_zero);
        fields.field("V1", V1, "central volume", required);
        fields.field("Q", Q, "clearance between the compartments; 0 is one compartment", may_be_zero);
        fields.field("V2", V2, "peripheral volume", FieldTraits{.within = bounds::positive});
        fields.field("VMAX", VMAX, "largest rate of saturable elimination, as a fall of concentration: the amount a day over V1",
                     FieldTraits{.within = bounds::not_negative, .presence = Presence::required});
        fields.field("KM", KM, "concentration at half of that rate", required);
        fields.field("tolerance", tolerance, tolerance_meaning, tolerance_traits);
    }

    Faults faults() const;

    /// What is absent has the size of V1.
    std::array<PerBody, 4> sizes() const
    {
        return {CL.value > 0 ? CL.per : V1.per, V1.per, Q.value > 0 ? Q.per : V1.per, V2 ? V2->per : V1.per};
    }

    /// @param etas in the order of `parameters`
    Integrated individual(Covariates const& patient, std::span<double const> etas) const;
};

} // namespace escalon::pk

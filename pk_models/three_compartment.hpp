// Three compartments: CL, V1, Q2, V2, Q3, V3 (NONMEM's ADVAN11 TRANS4).
#pragma once

#include "pk_models/absorption.hpp"
#include "pk_models/antigen_clearance.hpp"
#include "pk_models/linear.hpp"
#include "pk_models/parameters.hpp"

namespace escalon::pk {

struct ThreeCompartment {
    static constexpr std::string_view name = "three_compartment";
    static constexpr std::string_view about = "three compartments, linear elimination from the first";
    static constexpr std::string_view reference = "Gibaldi & Perrier (1982), Pharmacokinetics, 2nd ed., chapter 2";
    static constexpr std::array<std::string_view, 9> parameters{"CL", "V1", "Q2", "V2", "Q3", "V3", "KA", "F1", "ALAG1"};

    SizedClearance CL;
    SizedVolume V1;
    SizedClearance Q2;
    SizedVolume V2;
    SizedClearance Q3;
    SizedVolume V3;
    std::optional<AntigenClearance> antigen_clearance;
    std::optional<Rate> KA;
    std::optional<Fraction> F1;
    std::optional<Time> ALAG1;

    void describe(auto& fields)
    {
        constexpr FieldTraits required{.within = bounds::positive, .presence = Presence::required};
        constexpr FieldTraits may_be_zero{.within = bounds::not_negative, .presence = Presence::required};
        fields.field("CL", CL, "clearance", required);
        fields.field("V1", V1, "central volume", required);
        fields.field("Q2", Q2, "clearance between compartments 1 and 2", may_be_zero);
        fields.field("V2", V2, "volume of compartment 2", required);
        fields.field("Q3", Q3, "clearance between compartments 1 and 3", may_be_zero);
        fields.field("V3", V3, "volume of compartment 3", required);
        describe_absorption(*this, fields);
        fields.field("antigen_clearance", antigen_clearance, "how shed antigen raises clearance");
    }

    std::array<PerBody, 6> sizes() const { return {CL.per, V1.per, Q2.per, V2.per, Q3.per, V3.per}; }

    /// @param etas in the order of `parameters`
    Disposition individual(Covariates const& patient, std::span<double const> etas) const;

    /// The constants that the disposition is made of.
    Rates rates(Covariates const& patient, std::span<double const> etas) const;
};

} // namespace escalon::pk

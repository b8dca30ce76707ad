// One compartment: CL, V1.
#pragma once

#include "pk_models/absorption.hpp"
#include "pk_models/antigen_clearance.hpp"
#include "pk_models/linear.hpp"
#include "pk_models/parameters.hpp"

namespace escalon::pk {

struct OneCompartment {
    static constexpr std::string_view name = "one_compartment";
    static constexpr std::string_view about = "one compartment, linear elimination";
    static constexpr std::string_view reference = "Gibaldi & Perrier (1982), Pharmacokinetics, 2nd ed., chapter 1";
    static constexpr std::array<std::string_view, 5> parameters{"CL", "V1", "KA", "F1", "ALAG1"};

    SizedClearance CL;
    SizedVolume V1;
    std::optional<AntigenClearance> antigen_clearance;
    std::optional<Rate> KA;
    std::optional<Fraction> F1;
    std::optional<Time> ALAG1;

    void describe(auto& fields)
    {
        constexpr FieldTraits required{.within = bounds::positive, .presence = Presence::required};
        fields.field("CL", CL, "clearance", required);
        fields.field("V1", V1, "volume", required);
        describe_absorption(*this, fields);
        fields.field("antigen_clearance", antigen_clearance, "how shed antigen raises clearance");
    }

    std::array<PerBody, 2> sizes() const { return {CL.per, V1.per}; }

    /// @param etas in the order of `parameters`
    Disposition individual(Covariates const& patient, std::span<double const> etas) const;

    /// The constants that the disposition is made of.
    Rates rates(Covariates const& patient, std::span<double const> etas) const;
};

} // namespace escalon::pk

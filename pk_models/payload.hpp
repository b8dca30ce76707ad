// What a conjugate's antibody lets go of: freed payload in plasma.
//
// M is freed payload in a volume V of its own, cleared at CL:
//   V dM/dt = DAR (KDC (V1 A + V2 Ap) + released (CL F A + KINT V1 (1 - F) A)) - CL_payload M
// with the conjugate A, its peripheral Ap and the free share F as the model has them, in nM. An antibody carries DAR molecules or none.
// What the linker lets go of, in either compartment, is in plasma at once; so is the share `released` of what antibody takes with it
// when it is catabolised, free or bound to antigen. Conjugate, antibody and payload as analytes: Kamath & Iyer (2015), Pharm Res 32:3470.
#pragma once

#include "pk_models/fields.hpp"
#include "pk_models/units.hpp"

namespace escalon::pk {

/// The same in every patient.
struct Payload {
    Clearance CL;
    Volume V;
    double DAR = 0;
    MolarMass MW;
    Fraction released = 1;

    void describe(auto& fields)
    {
        constexpr FieldTraits required{.within = bounds::positive, .presence = Presence::required};
        fields.field("CL", CL, "clearance of freed payload", required);
        fields.field("V", V, "volume that freed payload spreads in", required);
        fields.field("DAR", DAR, "payload molecules on an antibody", required);
        fields.field("MW", MW, "molar mass of the payload, which relates nM and ng/mL", required);
        fields.field("released", released, "share of the payload that a catabolised antibody sets free in plasma",
                     FieldTraits{.within = bounds::fraction});
    }

    Faults faults() const
    {
        constexpr MolarMass heaviest = 20 * unit::kDa; // a protein toxin is lighter, an antibody is not
        if (MW > heaviest)
            return {{"MW", "the payload would be as heavy as an antibody",
                     "give the molar mass of the small molecule alone, as in MW: 0.78 kDa"}};
        return {};
    }
};

} // namespace escalon::pk

// The reference antibody with its two linkers, as the drugs of the first two trials.
#pragma once

#include "pk_models/catalog.hpp"

namespace escalon::test {

inline SizedClearance clearance_per_m2(double L_per_d_m2)
{
    return sized_per_m2<dimension::clearance>(L_per_d_m2 * unit::L_per_d_m2);
}

inline SizedVolume volume_per_m2(double L_per_m2) { return sized_per_m2<dimension::volume>(L_per_m2 * unit::L_per_m2); }

/// The antibody huC242 with a linker that breaks at this rate.
inline pk::Conjugate huc242(double KDC_per_d)
{
    return {.CL = clearance_per_m2(0.236),
            .V1 = volume_per_m2(1.74),
            .Q = clearance_per_m2(0.30),
            .V2 = volume_per_m2(0.90),
            .KDC = KDC_per_d * unit::per_d};
}

inline pk::Conjugate huc242_dm4() { return huc242(0.058); }
inline pk::Conjugate cantuzumab_mertansine() { return huc242(0.324); }

/// Fits to the five-state model, each at the dose that was its drug's maximum: 168 and 235 mg/m2 (up to 10,000 U/mL, within 1 %).
inline pk::Emax canag_with_dm4() { return {.SMAX = 21.5, .A50 = 142600 * unit::U_per_mL}; }
inline pk::Emax canag_with_dm1() { return {.SMAX = 28.5, .A50 = 990000 * unit::U_per_mL}; }

inline pk::Covariates patient_of(BodySurface bsa, AntigenLevel antigen = {}) { return {bsa, 75 * unit::kg, antigen}; }

} // namespace escalon::test

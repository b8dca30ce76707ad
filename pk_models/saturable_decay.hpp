// Michaelis-Menten elimination beside a linear one in one compartment, in closed form: what is left some time after a bolus.
//
//   dC/dt = -k C - VMAX C/(KM + C)
//   t = (KM/a) ln(C0/C) + (VMAX/(a k)) ln((k C0 + a)/(k C + a)),  a = k KM + VMAX
//
// With k = 0 this is Lambert's W (Schnell & Mendoza 1997, J Theor Biol 187:207). It is solved for ln C, where nothing overflows.
#pragma once

namespace escalon::pk {

class SaturableDecay {
public:
    /// @param k_per_d linear elimination, not negative; @param VMAX mg/L/d, not negative; @param KM mg/L, positive
    SaturableDecay(double k_per_d, double VMAX, double KM) : k_{k_per_d}, VMAX_{VMAX}, KM_{KM}, a_{k_per_d * KM + VMAX} {}

    /// @return mg/L so long after there were `C0`
    double after(double C0, double days) const;

    /// @return mg*d/L while the concentration falls from one to a lower one; infinite where nothing is eliminated
    double auc(double from, double to) const;

private:
    double days_between(double C0, double log_C) const;

    double k_;
    double VMAX_;
    double KM_;
    double a_;
};

} // namespace escalon::pk

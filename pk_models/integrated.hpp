// What a patient's kinetics are where no closed form exists: equations, and a row of figures as the kernels read them.
#pragma once

#include "pk_models/kernels/job.hpp"
#include "pk_models/linear.hpp"
#include "pk_models/parameters.hpp"
#include "pk_models/payload.hpp"

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace escalon::pk {

/// What can be measured or asked for.
enum class Analyte {
    drug,           ///< all of it, bound or free: of a conjugate, what still carries its payload
    free_drug,      ///< not bound to antigen
    total_antibody, ///< conjugated or naked, bound or free
    free_antibody,
    peripheral, ///< in the second compartment
    antigen,    ///< bound or free, nM
    payload,    ///< set free in plasma, nM
};

constexpr std::array<EnumName<Analyte>, 7> enum_names(Analyte)
{
    return {{{Analyte::drug, "drug"},
             {Analyte::free_drug, "free_drug"},
             {Analyte::total_antibody, "total_antibody"},
             {Analyte::free_antibody, "free_antibody"},
             {Analyte::peripheral, "peripheral"},
             {Analyte::antigen, "antigen"},
             {Analyte::payload, "payload"}}};
}

/// Counted in nM, where the drug is weighed.
constexpr bool is_molar(Analyte analyte) { return analyte == Analyte::antigen || analyte == Analyte::payload; }

enum class Equations {
    michaelis_menten,
    quasi_steady_state,
    full_binding,
    conjugate_antigen,
    conjugate_payload, ///< the same and the payload set free
    dar_chain
};

/// Those that give the first analyte the same and no more than it needs; a row of figures begins with theirs.
constexpr Equations of_measured(Equations equations)
{
    return equations == Equations::conjugate_payload ? Equations::conjugate_antigen : equations;
}

/// How exactly figures are wanted, and what a step is then allowed to be off.
///
/// Measured over the reference solutions: at a tolerance of 1e-6 the worst concentration, down to 1e-7 of the peak, is off by 5e-7 of
/// itself, AUC and Cmax by 2e-8; at 1e-9 by 1e-10.
kernels::Effort effort_for(double tolerance);

/// One patient.
struct Integrated {
    static constexpr std::size_t most_figures = 22;

    Equations equations = Equations::michaelis_menten;
    std::array<double, most_figures> row{}; ///< as the system of that name orders them
    double mg_per_unit = 1;                 ///< mg in one unit of the system: 1 where it counts mg, the molar mass where nmol
    double tolerance = default_tolerance;   ///< relative, of every figure

    static constexpr double default_tolerance = 1e-6;
};

inline constexpr std::string_view tolerance_meaning = "relative error that a figure may have";
inline constexpr FieldTraits tolerance_traits{.within = bounds::between(1e-12, 1e-3)};

/// Of an IgG; 1 mg/L is then 6.67 nM.
inline constexpr MolarMass antibody_molar_mass = 150 * unit::kDa;

/// Antigen is either the same in every patient (R0) or follows from the patient's level (antigen_scale).
Faults antigen_faults(bool has_baseline, bool has_scale);

/// A patient's antigen before treatment, nM of binding sites.
double antigen_baseline(std::optional<MolarConcentration> const& R0, std::optional<AntigenScale> const& scale,
                        Covariates const& patient, double eta);

/// What the kernels give of these equations, the measured one first.
std::span<Analyte const> analytes(Equations equations);

/// How many figures a row has.
std::size_t figures(Equations equations);

/// Adds what the payload of a conjugate does.
void set_free(Payload const& payload, double V1_L, double V2_L, Integrated& conjugate);

/// The limit of a vanishing dose: antigen at its baseline, elimination far below saturation; of a chain, the conjugate that lasts longest.
Disposition at_vanishing_dose(Integrated const& patient);

} // namespace escalon::pk

// Random dose-toxicity curves, by generators of the literature: each curve is a function of (seed, its number) alone.
#pragma once

#include "pk_models/fields.hpp"
#include "sim/vocabulary/dose_ladder.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

namespace escalon {

/// How curves are drawn.
enum class CurveGenerator {
    /// Clertant & O'Quigley (2017), J R Stat Soc B 79:1487, the pseudo-uniform algorithm: ordered uniforms below a random bound,
    /// given that the level drawn as the MTD is nearest the target.
    pseudo_uniform,
    /// Paoletti, O'Quigley & Maccario (2004), Comput Stat Data Anal 45:197, in the form with squared normal steps that Liu & Yuan
    /// (2015) and later comparisons use: steps away from the MTD on the probit scale.
    paoletti,
    /// The scenario's own drug with its typical values drawn from their uncertainty: what is not known of the drug.
    parameter_uncertainty,
};

constexpr auto enum_names(CurveGenerator)
{
    return std::array{EnumName<CurveGenerator>{CurveGenerator::pseudo_uniform, "pseudo_uniform"},
                      EnumName<CurveGenerator>{CurveGenerator::paoletti, "paoletti"},
                      EnumName<CurveGenerator>{CurveGenerator::parameter_uncertainty, "parameter_uncertainty"}};
}

/// Random truths that every design meets.
struct RandomTruths {
    CurveGenerator generator = CurveGenerator::pseudo_uniform;
    std::int64_t curves = 1'000;
    std::optional<Fraction> target;
    std::optional<std::uint64_t> seed;
    double mtd_sd = 0.05;
    double step_mean = 0.55;
    double step_sd = 0.35;

    void describe(auto& fields)
    {
        fields.field("generator", generator,
                     "pseudo_uniform: Clertant & O'Quigley 2017; paoletti: Paoletti, O'Quigley & Maccario 2004; "
                     "parameter_uncertainty: the scenario's drug, its typical values drawn by population.uncertainty",
                     FieldTraits{.presence = Presence::required});
        fields.field("curves", curves, "dose-toxicity curves drawn", FieldTraits{.within = bounds::at_least(2)});
        fields.field("target", target, "DLT probability at which the curves have their MTD; truth.target when absent",
                     FieldTraits{.within = bounds::open_fraction});
        fields.field("seed", seed, "of the curves; runner.seed when absent");
        fields.field("mtd_sd", mtd_sd, "paoletti: SD of the probit of P(DLT) at the MTD about that of the target",
                     FieldTraits{.within = bounds::not_negative});
        fields.field("step_mean", step_mean, "paoletti: mean of the normal whose square is the probit step between levels",
                     FieldTraits{.within = bounds::not_negative});
        fields.field("step_sd", step_sd, "paoletti: SD of that normal", FieldTraits{.within = bounds::not_negative});
    }

    friend bool operator==(RandomTruths const&, RandomTruths const&) = default;
};

struct RandomCurve {
    std::vector<double> dlt_probability; ///< per level, increasing
    std::optional<DoseLevel> mtd; ///< the level nearest the target; none, in the drug's own curves, where all are too toxic
};

/// Curve `number` of a generator that needs no drug.
/// @param target in (0, 1)
/// @throws std::invalid_argument for parameter_uncertainty
RandomCurve random_curve(RandomTruths const& generator, double target, int levels, std::uint64_t seed, std::uint64_t number);

} // namespace escalon

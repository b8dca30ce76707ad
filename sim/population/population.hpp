// The population that a trial recruits from: body size, shed antigen, further covariates and what they do to parameters,
// variability between patients and between occasions, and how well the typical values are known.
//
// Defaults: body surface of 3,613 patients on chemotherapy, mean 1.79 m2 (Sacco et al. 2010, PLoS ONE 5:e8933), SD 0.20 m2
// inferred from the spread of weight and height; body weight of 3,873 Czech cancer patients, women and men together, 76 kg,
// SD 16 kg (Ceska a slovenska farmacie 2015;64:6).
#pragma once

#include "pk_models/catalog.hpp"
#include "pk_models/dosed.hpp"
#include "pk_models/variability.hpp"
#include "sim/population/covariates.hpp"
#include "sim/population/individuals.hpp"

#include <optional>
#include <span>
#include <vector>

namespace escalon {

/// Normal, truncated to twice the mean on one side and 0 on the other: always positive, and the mean stays what it says. Below
/// a coefficient of variation of one third, which is the limit, truncation lowers the SD by less than 1.4 %.
struct BsaDistribution {
    BodySurface mean = 1.79 * unit::m2;
    BodySurface sd = 0.20 * unit::m2;

    void describe(auto& fields)
    {
        fields.field("mean", mean, "mean body surface", FieldTraits{.within = bounds::positive});
        fields.field("sd", sd, "standard deviation; 0 makes all alike", FieldTraits{.within = bounds::not_negative});
    }
    Faults faults() const;

    /// The quantile of a uniform.
    BodySurface quantile(double uniform) const;
};

/// Log-normal with this arithmetic mean and SD. The percentiles of 671 patients on T-DM1 (5-95 %: 49-98 kg, reference 70 kg; Lu
/// et al. 2014) are symmetric about their median on the log scale and not on the plain one.
struct WeightDistribution {
    BodyWeight mean = 76 * unit::kg;
    BodyWeight sd = 16 * unit::kg;

    void describe(auto& fields)
    {
        fields.field("mean", mean, "mean body weight", FieldTraits{.within = bounds::positive});
        fields.field("sd", sd, "standard deviation; 0 makes all alike", FieldTraits{.within = bounds::not_negative});
    }

    BodyWeight quantile(double uniform) const;
};

/// Log-normal about its median, or one fixed value for all. Neither: no antigen.
struct AntigenDistribution {
    std::optional<AntigenLevel> median;
    double sd_log = 0;
    std::optional<AntigenLevel> value;
    std::vector<double> by_cycle;

    void describe(auto& fields)
    {
        fields.field("median", median, "median level of shed antigen", FieldTraits{.within = bounds::positive});
        fields.field("sd_log", sd_log, "standard deviation of its natural logarithm",
                     FieldTraits{.within = bounds::not_negative});
        fields.field("value", value, "one level for every patient, in place of the distribution",
                     FieldTraits{.within = bounds::not_negative});
        fields.field("by_cycle", by_cycle,
                     "what its production is multiplied by, cycle by cycle, as the tumour shrinks; the last holds on",
                     FieldTraits{.within = bounds::not_negative});
    }
    Faults faults() const;

    AntigenLevel quantile(double uniform) const;
    /// The factors of its production by cycle; none where they are all 1.
    std::span<double const> factors() const;
};

/// What covariates do to one parameter, by covariate.
using ParameterEffects = Keyed<CovariateEffect>;

/// Body surface, weight, antigen and the covariates are drawn independently of each other and of the etas. Surface and weight of
/// real people go together, so a scenario should state doses and parameters by one of them, or bring individuals.
struct Population {
    BsaDistribution bsa;
    WeightDistribution weight;
    AntigenDistribution antigen;
    pk::Omega omega;
    Keyed<CovariateDistribution> covariates;
    Keyed<ParameterEffects> effects; ///< by parameter; its effects multiply each other
    std::optional<Individuals> individuals;
    pk::Omega iov;
    pk::ParameterUncertainty uncertainty;

    void describe(auto& fields)
    {
        fields.field("bsa", bsa, "body surface");
        fields.field("weight", weight, "body weight");
        fields.field("antigen", antigen, "shed antigen in plasma");
        fields.field(
            "omega", omega,
            "variances of the etas by parameter, correlations under corr: { CL-V1: 0.5 } or covariances under cov: { CL-V1: "
            "0.02 }");
        fields.field("covariates", covariates, "further covariates by name, and how patients differ in them");
        fields.field("effects", effects,
                     "what covariates do: by parameter, then by covariate (bsa, weight, antigen or one of covariates)");
        fields.field("individuals", individuals, "individuals of an earlier analysis, drawn again with replacement");
        fields.field("iov", iov,
                     "variances of the kappas by parameter, which differ from cycle to cycle of a patient; like omega");
        fields.field("uncertainty", uncertainty,
                     "relative standard errors of the typical values by parameter, and correlations under corr");
    }

    /// What is wrong with the population by itself and for this model.
    Faults faults(pk::Model const& model) const;
};

/// A patient as nature sees them; no design ever does.
struct VirtualPatient {
    BodySurface bsa;
    BodyWeight weight;
    AntigenLevel antigen;
    pk::Etas etas{};                       ///< with what covariates add to them: ln of their factor
    double tolerance_uniform = 0.5;        ///< share of people who tolerate less than this patient
    std::vector<pk::Etas> kappas{};        ///< added to the etas, an occasion each; empty where occasions are alike
    std::vector<double> antigen_factors{}; ///< of antigen's production, likewise

    pk::Covariates covariates() const { return {bsa, weight, antigen}; }
    /// @param amount that a dose of 1 in a plan stands for; the patient must outlive what is returned
    pk::Dosed dosed(Mass amount) const { return {covariates(), etas, amount.base(), kappas, antigen_factors}; }

    /// Lets antigen change from occasion to occasion.
    /// @param shifts of the etas by what effects of antigen then say, one a factor
    void change_antigen(std::span<double const> factors, std::span<pk::Etas const> shifts);
};

/// The patient of mean size with no etas. Antigen is the fixed value if there is one, else the level at which the model's typical
/// clearance holds (0, or the reference of a power law): the drug itself, not a typical tumour. Likewise covariates that differ
/// between patients stand at the reference of their effects; body size and fixed values act, and are all that the etas hold.
VirtualPatient typical_patient(Population const& population, pk::Model const& model);

} // namespace escalon

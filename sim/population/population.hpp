// The population that a trial recruits from: body size, shed antigen and between-patient variability.
//
// Defaults: body surface of 3,613 patients on chemotherapy, mean 1.79 m2 (Sacco et al. 2010, PLoS ONE 5:e8933), SD 0.20 m2
// inferred from the spread of weight and height; body weight of 3,873 Czech cancer patients, women and men together, 76 kg,
// SD 16 kg (Ceska a slovenska farmacie 2015;64:6).
#pragma once

#include "pk_models/catalog.hpp"
#include "pk_models/variability.hpp"

#include <optional>

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

    void describe(auto& fields)
    {
        fields.field("median", median, "median level of shed antigen", FieldTraits{.within = bounds::positive});
        fields.field("sd_log", sd_log, "standard deviation of its natural logarithm",
                     FieldTraits{.within = bounds::not_negative});
        fields.field("value", value, "one level for every patient, in place of the distribution",
                     FieldTraits{.within = bounds::not_negative});
    }
    Faults faults() const;

    AntigenLevel quantile(double uniform) const;
};

/// Body surface, weight and antigen are drawn independently of each other and of the etas. Surface and weight of real people go
/// together, so a scenario should state doses and parameters by one of them.
struct Population {
    BsaDistribution bsa;
    WeightDistribution weight;
    AntigenDistribution antigen;
    pk::Omega omega;

    void describe(auto& fields)
    {
        fields.field("bsa", bsa, "body surface");
        fields.field("weight", weight, "body weight");
        fields.field("antigen", antigen, "shed antigen in plasma");
        fields.field("omega", omega, "variances of the etas by parameter, and correlations under corr: { CL-V1: 0.5 }");
    }

    /// What is wrong with the population by itself and for this model.
    Faults faults(pk::Model const& model) const;
};

/// A patient as nature sees them; no design ever does.
struct VirtualPatient {
    BodySurface bsa;
    BodyWeight weight;
    AntigenLevel antigen;
    pk::Etas etas{};
    double tolerance_uniform = 0.5; ///< share of people who tolerate less than this patient

    pk::Covariates covariates() const { return {bsa, weight, antigen}; }
};

/// The patient of mean size with no etas. Antigen is the fixed value if there is one, else the level at which the model's typical
/// clearance holds (0, or the reference of a power law): the drug itself, not a typical tumour.
VirtualPatient typical_patient(Population const& population, pk::Model const& model);

} // namespace escalon

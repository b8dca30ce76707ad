// Escalation with overdose control.
//
// Babb, Rogatko & Zacks (1998), Stat Med 17:1103. Rising feasibility bound: Babb & Rogatko (2001), Stat Med 20:2079; Tighiouart &
// Rogatko (2010), Stat Sci 25:217.
#pragma once

#include "sim/designs/design.hpp"
#include "sim/designs/models/dose_toxicity.hpp"
#include "sim/designs/models/ewoc_posterior.hpp"
#include "sim/vocabulary/dose.hpp"

#include <array>

namespace escalon {

/// What of the MTD's posterior is named, rounded down to a level.
enum class EwocMtd { alpha_quantile, median };

constexpr auto enum_names(EwocMtd)
{
    return std::array{EnumName<EwocMtd>{EwocMtd::alpha_quantile, "alpha_quantile"}, EnumName<EwocMtd>{EwocMtd::median, "median"}};
}

class EwocDecider;

struct Ewoc {
    static constexpr std::string_view name = "ewoc";
    static constexpr std::string_view about =
        "escalation with overdose control: the dose that exceeds the MTD with probability alpha, rounded down to a level";
    static constexpr std::string_view reference =
        "Babb, Rogatko & Zacks 1998, Stat Med 17:1103; Tighiouart & Rogatko 2010, Stat Sci 25:217";
    static constexpr double usual_target = 0.33; // Babb et al.: a third

    Fraction alpha = 0.25;
    Fraction alpha_step = 0;
    Fraction alpha_max = 0.5;
    std::vector<double> rho0{1, 1};
    std::vector<double> prior{1, 1};
    std::optional<Dose> min_dose;
    std::optional<Dose> max_dose;
    EwocMtd mtd = EwocMtd::alpha_quantile;
    CommonOptions common{.target = Fraction{usual_target}};

    friend bool operator==(Ewoc const&, Ewoc const&) = default;

    void describe(auto& fields)
    {
        fields.field("alpha", alpha, "probability with which a cohort's dose may exceed the MTD",
                     {.within = bounds::open_fraction});
        fields.field("alpha_step", alpha_step, "by how much alpha rises with each cohort after the second",
                     {.within = bounds::fraction});
        fields.field("alpha_max", alpha_max, "where alpha stops rising", {.within = bounds::open_fraction});
        fields.field("rho0", rho0, "[a, b], beta prior of the DLT rate at min_dose as a share of the target",
                     {.within = bounds::positive});
        fields.field("prior", prior, "[a, b], beta prior of the MTD's place between min_dose and max_dose",
                     {.within = bounds::positive});
        fields.field("min_dose", min_dose, "the MTD lies above it; the lowest level when absent");
        fields.field("max_dose", max_dose, "the MTD lies below it; the highest level when absent");
        fields.field("mtd", mtd, "what of the MTD's posterior is named at the end, rounded down to a level");
        common.describe(fields);
    }

    Faults faults() const;
    /// What does not fit the ladder.
    Faults faults_on(DoseLadder const& ladder) const;
    EwocDecider on(DoseLadder const& ladder) const;

    EwocModel model(DoseLadder const& ladder) const;
};

class EwocDecider {
public:
    EwocDecider(Ewoc const& options, DoseLadder const& ladder);

    Decision decide(Observed const& observed, Wording wording = Wording::sentence) const;
    std::optional<DoseLevel> recommendation(Observed const& observed) const;
    Summary summary(Observed const& observed) const;
    std::optional<DoseToxicityPosterior> posterior(Observed const& observed) const;

private:
    /// Cohorts as far as alpha rises with them.
    int rising_cohorts(Observed const& observed) const;
    double alpha(Observed const& observed) const;
    double named_probability(Observed const& observed) const;
    /// The highest level that exceeds the MTD with at most this probability.
    std::optional<DoseLevel> rounded_down(EwocPosterior::Fit const& fit, DoseLadder const& ladder, double probability) const;
    /// "the 0.25 quantile of the MTD is 43.9 mg/m2"
    std::string quantile_text(EwocPosterior::Fit const& fit, DoseLadder const& ladder, double probability) const;

    Ewoc options_;
    DoseLevel start_;
    EwocPosterior posterior_;
    int tally_bits_;
    int level_bits_;
};
static_assert(Decider<EwocDecider>);
static_assert(Design<Ewoc>);

} // namespace escalon

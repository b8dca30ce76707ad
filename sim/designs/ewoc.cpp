#include "sim/designs/ewoc.hpp"

#include "pk_models/units.hpp"
#include "sim/designs/beta_posterior.hpp"
#include "sim/designs/state_parts.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace escalon {
namespace {

/// A dose as sentences show it: four digits are more than anybody prepares.
std::string dose_text(double dose, DoseLadder const& ladder)
{
    double const digit = std::pow(10, std::floor(std::log10(dose)) - 3);
    return shortest(std::round(dose / digit) * digit) + " " + std::string{symbol(ladder.unit())};
}

void check_beta(Faults& found, std::string const& field, std::vector<double> const& beta)
{
    if (beta.size() != 2)
        found.push_back({field, std::to_string(beta.size()) + " parameters for a beta prior", "write [1, 1], the uniform prior"});
    for (std::size_t i = 0; i < beta.size(); ++i)
        if (!(beta[i] > 0))
            found.push_back({field + "[" + std::to_string(i) + "]",
                             "a parameter of a beta prior is above 0, got " + shortest(beta[i]),
                             "write [1, 1], the uniform prior"});
}

} // namespace

Faults Ewoc::faults() const
{
    Faults found;
    if (!(alpha > 0 && alpha < 1))
        found.push_back({"alpha", "a probability lies between 0 and 1, ends excluded, got " + shortest(alpha), "0.25 is usual"});
    if (alpha_step > 0 && !(alpha_max >= alpha))
        found.push_back({"alpha_max", shortest(alpha_max) + " lies below alpha, " + shortest(alpha),
                         "alpha rises from 0.25 to 0.5 as a rule"});
    check_beta(found, "rho0", rho0);
    check_beta(found, "prior", prior);
    if (min_dose && max_dose && min_dose->unit == max_dose->unit && !(min_dose->value < max_dose->value))
        found.push_back({"min_dose", shortest(min_dose->value) + " is not below max_dose, " + shortest(max_dose->value),
                         "the MTD lies between the two"});
    return found;
}

Faults Ewoc::faults_on(DoseLadder const& ladder) const
{
    Faults found;
    auto const unit = std::string{symbol(ladder.unit())};
    auto const check_unit = [&](char const* field, std::optional<Dose> const& dose) {
        if (dose && dose->unit != ladder.unit())
            found.push_back({field, "a dose in " + std::string{symbol(dose->unit)} + ", but the ladder is in " + unit,
                             "write it in " + unit});
    };
    check_unit("min_dose", min_dose);
    check_unit("max_dose", max_dose);
    if (!found.empty())
        return found;
    auto const made = model(ladder);
    if (made.min_dose > ladder.doses().front())
        found.push_back({"min_dose", shortest(made.min_dose) + " lies above the lowest level, " + ladder.text(DoseLevel{0}),
                         "the model knows no dose below min_dose: choose it at or below the lowest level"});
    if (!(made.min_dose < made.max_dose))
        found.push_back({max_dose ? "max_dose" : "min_dose",
                         "the MTD would lie between " + shortest(made.min_dose) + " and " + shortest(made.max_dose),
                         "min_dose lies below max_dose; a ladder of one level needs both"});
    return found;
}

EwocModel Ewoc::model(DoseLadder const& ladder) const
{
    return {.target = common.aim(),
            .min_dose = min_dose ? min_dose->value : ladder.doses().front(),
            .max_dose = max_dose ? max_dose->value : ladder.doses().back(),
            .rho0 = {rho0[0], rho0[1]},
            .mtd = {prior[0], prior[1]},
            .doses = {ladder.doses().begin(), ladder.doses().end()}};
}

EwocDecider Ewoc::on(DoseLadder const& ladder) const { return {*this, ladder}; }

EwocDecider::EwocDecider(Ewoc const& options, DoseLadder const& ladder)
    : options_{options},
      start_{options.common.start(ladder)},
      posterior_{options.model(ladder)},
      tally_bits_{
          static_cast<int>(std::bit_width(triangular_place({options.common.sample_size(), options.common.sample_size()})))},
      level_bits_{static_cast<int>(std::bit_width(static_cast<std::uint32_t>(ladder.size())))}
{}

int EwocDecider::rising_cohorts(Observed const& observed) const
{
    if (!(options_.alpha_step > 0))
        return 0;
    auto const most = static_cast<int>(std::ceil((options_.alpha_max - options_.alpha) / options_.alpha_step));
    return std::clamp(static_cast<int>(observed.cohorts().size()) - 1, 0, std::max(0, most));
}

double EwocDecider::alpha(Observed const& observed) const
{
    int const cohorts = rising_cohorts(observed);
    return cohorts == 0 ? options_.alpha.value
                        : std::min<double>(options_.alpha_max, options_.alpha + cohorts * options_.alpha_step);
}

double EwocDecider::named_probability(Observed const& observed) const
{
    constexpr double median = 0.5;
    return options_.mtd == EwocMtd::median ? median : alpha(observed);
}

std::optional<DoseLevel> EwocDecider::rounded_down(EwocPosterior::Fit const& fit, DoseLadder const& ladder,
                                                   double probability) const
{
    constexpr double rounding = 1e-9; // of a quantile that is a level's dose
    DoseLevel level{0};
    while (ladder.has(level) && fit.below(ladder.dose(level)) <= probability + rounding)
        level = level.above();
    return level == DoseLevel{0} ? std::nullopt : std::optional{level.below()};
}

std::string EwocDecider::quantile_text(EwocPosterior::Fit const& fit, DoseLadder const& ladder, double probability) const
{
    return "the MTD lies below " + dose_text(fit.quantile(probability), ladder) + " with probability " + shortest(probability);
}

Decision EwocDecider::decide(Observed const& observed, Wording wording) const
{
    Because const because{wording};
    auto const& ladder = observed.ladder();
    int const left = options_.common.sample_size() - observed.total().patients;
    int const cohort = std::min(options_.common.cohort(), left);
    if (observed.empty())
        return {Treat{start_, cohort}, because([&] { return "the trial starts at " + ladder.text(start_); })};
    auto const fit = posterior_.fit(observed);
    bool const over = left <= 0;
    double const probability = over ? named_probability(observed) : alpha(observed);
    auto const level = rounded_down(fit, ladder, probability);
    auto const finding = [&] { return quantile_text(fit, ladder, probability); };
    if (!level)
        return {Stop{std::nullopt, StopCause::lowest_too_toxic},
                because([&] { return finding() + ", and no level lies below that"; })};
    auto const rounded = [&] {
        return finding() + ", and " + ladder.text(*level) + " is the highest level that does not exceed it";
    };
    if (over)
        return {Stop{level, StopCause::max_patients}, because([&] {
                    return "the sample size of " + std::to_string(options_.common.sample_size()) + " is used up; " + rounded();
                })};
    return {Treat{*level, cohort}, because([&] {
                auto const current = observed.cohorts().back().level;
                return rounded() + (*level > current ? ": escalate" : *level < current ? ": de-escalate" : ": stay");
            })};
}

std::optional<DoseLevel> EwocDecider::recommendation(Observed const& observed) const
{
    if (observed.empty())
        return std::nullopt;
    return rounded_down(posterior_.fit(observed), observed.ladder(), named_probability(observed));
}

Summary EwocDecider::summary(Observed const& observed) const
{
    if (observed.total().patients > options_.common.sample_size())
        return summary_of_the_end(std::get<Stop>(decide(observed, Wording::none).action), observed.ladder().size(), level_bits_);
    Summary summary;
    auto const tried = append_tried(summary, observed, tally_bits_);
    constexpr int cohort_bits = 10;
    if (options_.alpha_step > 0)
        summary.append_bits(static_cast<std::uint32_t>(rising_cohorts(observed)), cohort_bits);
    return summary.append_bits(static_cast<std::uint32_t>(tried.index()), level_bits_).append_bits(0, 1);
}

std::optional<DoseToxicityPosterior> EwocDecider::posterior(Observed const& observed) const
{
    auto const fit = posterior_.fit(observed);
    double const target = options_.common.aim();
    double const bound = alpha(observed);
    DoseToxicityPosterior shown;
    shown.intervals = {{"to target", 0, target}, {"over", target, 1}};
    constexpr double tail = (1 - DoseToxicityPosterior::band) / 2;
    for (DoseLevel level{0}; observed.ladder().has(level); level = level.above()) {
        auto const rate = posterior_.rate(observed, level, {tail, 0.5, 1 - tail});
        LevelPosterior one;
        one.mean = rate.moments.mean;
        one.sd = rate.moments.sd;
        one.lower = rate.quantiles[0];
        one.median = rate.quantiles[1];
        one.upper = rate.quantiles[2];
        one.estimate = one.mean;
        double const over = fit.below(observed.ladder().dose(level));
        one.interval_probability = {1 - over, over};
        if (over > bound)
            one.forbidden = "P(MTD below " + observed.ladder().text(level) + ") is " + probability_text(over) + ", over " +
                            shortest(bound);
        shown.levels.push_back(std::move(one));
    }
    shown.overdose_cap = {target, bound};
    auto const rho0 = posterior_.rho0(observed);
    shown.parameters = {{"MTD", fit.mean(), fit.sd()}, {"rho0", rho0.mean, rho0.sd}};
    return shown;
}

} // namespace escalon

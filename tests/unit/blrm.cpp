// BLRM: what it decides and says, and what is said of wrong options.
#include "sim/designs/catalog.hpp"
#include "sim/designs/models/historical_prior.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/unit/scenario_support.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

DoseLadder const neuenschwander_ladder{DoseUnit::mg, {1, 2.5, 5, 10, 15, 20, 25, 30, 40, 50, 75, 100, 150, 200, 250}};

/// The trial of Neuenschwander, Branson & Gsponer (2008), with the prior of the trialr manual.
Blrm neuenschwander()
{
    Blrm design;
    design.ref_dose = Dose{250, DoseUnit::mg};
    design.prior_mean = {2.15, 0.52};
    design.prior_sd = {0.84, 0.8};
    return design;
}

std::string const neuenschwander_outcomes = "1NNN 2NNNN 3NNNNN 4NNNN 7TT";

void check_faults_of_blrm(std::string const& options, std::vector<std::string> const& parts)
{
    check_faults_of_design("name: blrm, " + options, parts);
}

} // namespace

TEST_CASE("BLRM reproduces the posterior of its publication and steps down from 25 mg", "[design][blrm]")
{
    auto const seen = observed(neuenschwander_outcomes, neuenschwander_ladder);
    auto const design = neuenschwander();
    auto const posterior = *design.on(neuenschwander_ladder).posterior(seen);
    REQUIRE(posterior.levels.size() == 15);
    std::vector<double> const published{0.011, 0.029, 0.062, 0.129, 0.195, 0.257, 0.314, 0.366};
    for (std::size_t i = 0; i < published.size(); ++i)
        CHECK_THAT(posterior.levels[i].mean, WithinAbs(published[i], 0.0005)); // as printed
    CHECK(posterior.intervals.size() == 4);
    CHECK_THAT(posterior.levels[5].interval_probability[1], WithinAbs(0.397903, 1e-6));
    CHECK_FALSE(posterior.levels[5].forbidden);
    CHECK(posterior.levels[6].forbidden == "P(DLT rate above 0.35) is 0.39, not below 0.25");
    auto const decision = next(design, neuenschwander_outcomes, neuenschwander_ladder);
    CHECK(decision == treat(level(6), 3));
    CHECK(decision.reason ==
          "P(DLT rate above 0.35) at 25 mg is 0.39, not below 0.25; 20 mg has the highest probability of a DLT rate "
          "within 0.2 to 0.35, 0.40, among the levels within reach whose P(DLT rate above 0.35) is below 0.25: "
          "de-escalate");
}

TEST_CASE("BLRM goes up one level at a time unless it may skip", "[design][blrm]")
{
    Blrm design;
    CHECK(next(design, "") == treat(level(1), 3));
    CHECK(next(design, "1NNN") == treat(level(2), 3));
    design.no_skipping = false;
    design.next = BlrmNext::highest_allowed;
    auto const decision = next(design, "1NNN 2NNN 3NNN");
    CHECK(std::get<Treat>(decision.action).level > level(4));
}

TEST_CASE("BLRM ends where no level is safe enough, and names none", "[design][blrm]")
{
    auto const decision = next(Blrm{}, "1TTT");
    CHECK(decision == stop_without_mtd());
    CHECK_THAT(decision.reason, ContainsSubstring("P(DLT rate above 0.35) at 10 mg/m2 is 0.9"));
    CHECK_THAT(decision.reason, ContainsSubstring("no level lies below"));
}

TEST_CASE("BLRM names the best of the levels tried, or of all that it could treat", "[design][blrm]")
{
    Blrm design;
    design.common.max_patients = 9;
    auto const outcomes = "1NNN 2NNN 3NNN";
    auto const decision = next(design, outcomes);
    CHECK(decision == stop(level(3), StopCause::max_patients));
    CHECK_THAT(decision.reason, ContainsSubstring("the sample size of 9 is used up; 30 mg/m2 has the highest probability"));
    design.mtd_among = MtdAmong::allowed;
    CHECK(next(design, outcomes) == stop(level(4), StopCause::max_patients));
}

TEST_CASE("BLRM chooses by the target interval, by the highest dose, or by the mean", "[design][blrm]")
{
    Blrm design = neuenschwander();
    design.next = BlrmNext::highest_allowed;
    CHECK(next(design, neuenschwander_outcomes, neuenschwander_ladder) == treat(level(6), 3));
    design.next = BlrmNext::nearest_mean;
    design.common.target = 0.20;
    auto const decision = next(design, neuenschwander_outcomes, neuenschwander_ladder);
    CHECK(decision == treat(level(5), 3)); // means 0.195 at 15 mg and 0.257 at 20 mg
    CHECK_THAT(decision.reason, ContainsSubstring("15 mg has the mean DLT rate nearest the target of 0.2, 0.19"));
}

TEST_CASE("BLRM stops when the next level is known well enough", "[design][blrm]")
{
    Blrm design;
    design.common.max_patients = 60;
    design.enough_probability = 0.4;
    auto const decision = next(design, "1NNN 2NNN 3NNN 4NNT 4NNTNNT 4NNTNNN");
    CHECK(decision == stop(level(4), StopCause::precise_enough));
    CHECK_THAT(decision.reason, ContainsSubstring("precise enough"));
    design.enough_patients = 30;
    CHECK(std::holds_alternative<Treat>(next(design, "1NNN 2NNN 3NNN 4NNT 4NNTNNT 4NNTNNN").action));
}

TEST_CASE("a mixture of one component is that component", "[design][blrm][mixture]")
{
    Blrm one;
    Blrm mixture;
    mixture.priors = {{.weight = 0.4, .mean = one.prior_mean, .sd = one.prior_sd, .corr = 0},
                      {.weight = 0.6, .mean = one.prior_mean, .sd = one.prior_sd, .corr = 0}};
    CHECK(mixture.faults().empty());
    for (auto const* outcomes : {"1NNN", "1NNN 2NNT", "1NNN 2NTT", "1NNT 1NNN 2NNN 3NNT"})
        CHECK(next(mixture, outcomes) == next(one, outcomes));
}

TEST_CASE("earlier trials make a prior: without differences between trials, their posterior", "[design][blrm][historical]")
{
    BivariateNormal const population{{-0.8, 0.1}, {1.5, 0.8}, -0.2};
    std::vector<double> const covariates{-1, 0, 0.5};
    std::vector<EarlierTrial> const one{{{-1, 6, 0}, {0, 9, 2}, {0.5, 3, 2}}};
    std::vector<OutcomesAtLevel> const same{{level(1), 6, 0}, {level(2), 9, 2}, {level(3), 3, 2}};
    TwoParameterPosterior const posterior{{{{1, population}}, covariates}, same};
    auto const pooled = historical_prior(population, {0, 0}, one);
    for (std::size_t i = 0; i < 2; ++i) {
        CHECK_THAT(pooled.mean[i], WithinAbs(posterior.parameter_mean()[i], 1e-6)); // of the lattice
        CHECK_THAT(pooled.sd[i], WithinAbs(posterior.parameter_sd()[i], 1e-6));
    }
    CHECK_THAT(pooled.corr, WithinAbs(posterior.parameter_corr(), 1e-6));

    auto const apart = historical_prior(population, {0.5, 0.25}, one);
    CHECK(apart.sd[0] > pooled.sd[0]);
    CHECK(apart.sd[0] < std::hypot(population.sd[0], 0.5));
    // one trial: its parameters have the prior of mean and differences together, and tell the common mean by regression
    BivariateNormal const marginal{population.mean,
                                   {std::hypot(1.5, 0.5), std::hypot(0.8, 0.25)},
                                   -0.2 * 1.5 * 0.8 / (std::hypot(1.5, 0.5) * std::hypot(0.8, 0.25))};
    TwoParameterPosterior const alone{{{{1, marginal}}, covariates}, same};
    double const saa = 1.5 * 1.5, sbb = 0.8 * 0.8, sab = -0.2 * 1.5 * 0.8;
    double const taa = saa + 0.25, tbb = sbb + 0.0625, det = taa * tbb - sab * sab;
    double const kaa = (saa * tbb - sab * sab) / det, kab = (sab * taa - saa * sab) / det;
    double const expected = population.mean[0] + kaa * (alone.parameter_mean()[0] - population.mean[0]) +
                            kab * (alone.parameter_mean()[1] - population.mean[1]);
    CHECK_THAT(apart.mean[0], WithinAbs(expected, 1e-6));
    // trials that say nothing leave the prior of a new trial
    auto const nothing = historical_prior(population, {0.5, 0.25}, {});
    CHECK_THAT(nothing.mean[1], WithinAbs(0.1, 1e-9));
    CHECK_THAT(nothing.sd[0], WithinAbs(std::hypot(1.5, 0.5), 1e-8));
}

TEST_CASE("earlier trials without DLTs let BLRM go on where it would step down", "[design][blrm][historical]")
{
    Blrm design;
    auto const outcomes = "1NNN 2NNN 3NTT";
    CHECK(next(design, outcomes) == treat(level(2), 3));
    design.historical = {{.dose = {30, DoseUnit::mg_per_m2}, .patients = 20, .dlts = 1, .trial = 1},
                         {.dose = {40, DoseUnit::mg_per_m2}, .patients = 20, .dlts = 2, .trial = 2}};
    CHECK(design.faults().empty());
    CHECK(std::get<Treat>(next(design, outcomes).action).level >= level(3));
    design.robust_weight = 1;
    CHECK(next(design, outcomes) == treat(level(2), 3));
}

TEST_CASE("a scenario states a BLRM with its reference dose, and it is echoed", "[scenario][blrm]")
{
    auto const scenario = read(
        with_design("name: blrm, ref_dose: 20 mg/m2, prior_mean: [-1, 0.2], prior_sd: [1, 0.5], prior_corr: "
                    "-0.3, intervals: [0.16, 0.33], ewoc: 30 %"));
    auto const& design = std::get<Blrm>(scenario.designs.front().design);
    CHECK(design.ref_dose == Dose{20, DoseUnit::mg_per_m2});
    CHECK(design.intervals.size() == 2);
    CHECK(design.ewoc == 0.3);
}

TEST_CASE("wrong options of BLRM are told at their place, with a remedy", "[scenario][blrm]")
{
    check_faults_of_blrm("prior_sd: [-1, 1]", {"s.yaml:6:", "'prior_sd[1]' must be above 0"});
    check_faults_of_blrm("prior_sd: [1]", {"1 SDs for two parameters", "[2, 1]"});
    check_faults_of_blrm("prior_corr: 1", {"a correlation lies between -1 and 1, ends excluded, got 1"});
    check_faults_of_blrm("prior_corr: -1.2", {"a correlation lies between -1 and 1"});
    check_faults_of_blrm("intervals: [0.35, 0.2]", {"cuts strictly increase: 0.2 comes after 0.35", "intervals that overlap"});
    check_faults_of_blrm("intervals: [0.2, 1.2]", {"must lie between 0 and 1"});
    check_faults_of_blrm("intervals: [0.2]", {"1 cuts"});
    check_faults_of_blrm("ref_dose: 0 mg/m2", {"'ref_dose' must be above 0"});
    check_faults_of_blrm("ref_dose: 100 mg/kg", {"a dose in mg/kg, but the ladder is in mg/m2", "write it in mg/m2"});
    check_faults_of_blrm("ref_dose: 100", {"ref_dose", "100 mg/m2"});
    check_faults_of_blrm("priors: [{ weight: 0.5, mean: [-1, 0], sd: [1, 1] }, { weight: 0.4, mean: [0, 0], sd: [2, 1] }]",
                         {"the weights sum to 0.9, not to 1", "divide each weight by 0.9"});
    check_faults_of_blrm("priors: [{ weight: 1, mean: [-1, 0], sd: [1, 1], corr: 1 }]", {"a correlation lies between -1 and 1"});
    check_faults_of_blrm("historical: [{ dose: 10 mg/m2, patients: 3, dlts: 4 }]", {"4 DLTs in 3 patients"});
    check_faults_of_blrm("historical: [{ dose: 10 mg/kg, patients: 3, dlts: 0 }]",
                         {"a dose in mg/kg, but the ladder is in mg/m2"});
    check_faults_of_blrm(
        "historical: [{ dose: 10 mg/m2, patients: 3, dlts: 0 }], priors: [{ weight: 1, mean: [0, 0], sd: [1, 1] }]",
        {"there are priors as well"});
    check_faults_of_blrm("ewoc: 1.5", {"must lie between 0 and 1"});
    check_faults_of_blrm("next: nearest_mean, target: 0.5", {"the target, 0.5, lies outside the target interval, 0.2 to 0.35"});
}

// BLRM on exposure in place of dose: what it reads, decides and says, the conduct that tells it, and what is said of wrong options.
#include "sim/population/typical_exposure.hpp"
#include "sim/runner/monte_carlo.hpp"
#include "sim/runner/next_step.hpp"
#include "sim/runner/run.hpp"
#include "sim/scenario/trial_data.hpp"
#include "sim/trial/record.hpp"
#include "tests/support/biologies.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/unit/scenario_support.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr double auc_per_mg = 1 / CompleteAuc::clearance_L_per_d;

/// Foresees what the typical patient of CompleteAuc has.
Blrm on_exposure(ExposureOf of, int patients = 18)
{
    Blrm design;
    design.common.max_patients = patients;
    design.exposure = ExposureReading{.of = of};
    auto const ladder = CompleteAuc::ladder();
    for (double const dose : ladder.doses())
        design.exposure->typical.emplace_back(dose * auc_per_mg, dimension::auc);
    return design;
}

double typical_at(DoseLevel level) { return CompleteAuc::ladder().dose(level) * auc_per_mg; }

/// Three patients at the level with these multiples of its typical AUC; the first has a DLT.
void record_cohort(Observed& observed, DoseLevel level, std::array<double, 3> multiples, bool dlt)
{
    observed.record({level, 3, dlt ? 1 : 0});
    for (std::size_t i = 0; i < multiples.size(); ++i)
        observed.record_exposure({level, multiples[i] * typical_at(level), dlt && i == 0});
}

double overdose(Blrm const& design, Observed const& observed, DoseLevel level)
{
    auto const posterior = *design.on(CompleteAuc::ladder()).posterior(observed);
    auto const& at = posterior.levels[static_cast<std::size_t>(level.index())].interval_probability;
    return at[2] + at[3];
}

std::string const by_exposure = R"(schema: 1
name: exposure
doses: { unit: mg, levels: [10, 20, 40] }
regimen: { days: [1], cycle: 21 d, cycles: 1 }
pk: { model: one_compartment, CL: 10 L/d, V1: 30 L }
population: { omega: { CL: 0.16 } }
toxicity: { model: by_exposure, driver: auc, tolerance: { median: 5 mg*d/L, sd_log: 0.35 } }
designs:
  - { name: blrm, max_patients: 12, OPTIONS }
)";

std::string with(std::string const& options) { return replaced(by_exposure, "OPTIONS", options); }

} // namespace

TEST_CASE("where kinetics are linear the model of typical exposures is that of doses", "[design][blrm][exposure]")
{
    auto by_dose = on_exposure(ExposureOf::typical);
    by_dose.exposure.reset();
    auto const typical = on_exposure(ExposureOf::typical);
    auto const ladder = CompleteAuc::ladder();
    for (auto const* outcomes : {"1NNN", "1NNN 2NNT", "1NNN 2NNN 3NTT", "1NNN 2NNN 3NNN 4NNT 4NNT"}) {
        auto const seen = observed(outcomes, ladder);
        CHECK(typical.on(ladder).decide(seen) == by_dose.on(ladder).decide(seen));
    }
    CHECK_FALSE(typical.exposure_read());
}

TEST_CASE("a DLT of the patient with the highest exposure says less of low levels than one of the lowest",
          "[design][blrm][exposure]")
{
    auto const design = on_exposure(ExposureOf::observed);
    auto const ladder = CompleteAuc::ladder();
    Observed of_highest{ladder};
    Observed of_lowest{ladder};
    for (auto* seen : {&of_highest, &of_lowest})
        record_cohort(*seen, level(1), {1, 0.8, 1.2}, false);
    record_cohort(of_highest, level(2), {2.2, 1, 0.5}, true); // the same exposures, and so the same forecasts
    record_cohort(of_lowest, level(2), {0.5, 1, 2.2}, true);
    CHECK(overdose(design, of_highest, level(1)) < 0.8 * overdose(design, of_lowest, level(1)));
    // the tallies alone tell nothing of it
    auto by_dose = design;
    by_dose.exposure->of = ExposureOf::typical;
    CHECK(overdose(by_dose, of_highest, level(1)) == overdose(by_dose, of_lowest, level(1)));
}

TEST_CASE("exposures that are higher than foreseen move the forecasts of all levels", "[design][blrm][exposure]")
{
    auto const design = on_exposure(ExposureOf::observed);
    Observed as_foreseen{CompleteAuc::ladder()};
    Observed higher{CompleteAuc::ladder()};
    for (int const number : {1, 2, 3}) {
        record_cohort(as_foreseen, level(number), {0.9, 1, 1.1}, number == 3);
        record_cohort(higher, level(number), {1.8, 2, 2.2}, number == 3);
    }
    auto const prior = design.exposure->prior();
    auto const forecast = exposure_forecasts(prior, CompleteAuc::ladder(), higher.exposures());
    CHECK(std::exp(forecast[3].mean) > 1.4 * typical_at(level(4)));
    CHECK(std::exp(forecast[3].mean) < 2 * typical_at(level(4))); // the prior holds back
    auto const unchanged = exposure_forecasts(prior, CompleteAuc::ladder(), as_foreseen.exposures());
    CHECK_THAT(std::exp(unchanged[3].mean), WithinRel(typical_at(level(4)), 0.01));
}

TEST_CASE("forecasts are those of a conjugate regression", "[design][exposure]")
{
    DoseLadder const ladder{DoseUnit::mg, {10, 20, 40}};
    ExposurePrior const prior{.typical = {1, 2, 4}, .sd_log = 0.5, .worth = 4};
    SECTION("before anybody was measured: t with the worth as degrees of freedom, wider away from the middle")
    {
        auto const forecast = exposure_forecasts(prior, ladder, {});
        CHECK(forecast[1].degrees_of_freedom == 4);
        CHECK_THAT(forecast[1].mean, WithinAbs(std::log(2), 1e-15));
        CHECK_THAT(forecast[1].scale, WithinRel(0.5 * std::sqrt(1 + 1 / 4.0), 1e-14));
        double const x = std::log(2);
        CHECK_THAT(forecast[2].scale, WithinRel(0.5 * std::sqrt(1 + (1 + x * x) / 4), 1e-14));
    }
    SECTION("patients of the middle level alone: the shift is their mean, with the prior's weight")
    {
        std::vector<ObservedExposure> const measured(6, {level(2), 2 * std::exp(0.5), false});
        auto const forecast = exposure_forecasts(prior, ladder, measured);
        CHECK(forecast[1].degrees_of_freedom == 10);
        CHECK_THAT(forecast[1].mean, WithinAbs(std::log(2) + 0.5 * 6 / (6 + 4), 1e-14));
        // squares: 4 * 0.25 of the prior, 6 * 0.25 of the data, less what the shift explains
        double const squares = 4 * 0.25 + 6 * 0.25 - 0.3 * 6 * 0.5;
        CHECK_THAT(forecast[1].scale, WithinRel(std::sqrt(squares / 10 * (1 + 1 / 10.0)), 1e-14));
    }
}

TEST_CASE("exposures are taken of patients who are there", "[vocabulary][exposure]")
{
    Observed seen{ladder(3)};
    seen.record({level(1), 2, 1});
    CHECK_THROWS_AS(seen.record_exposure({level(2), 5, false}), std::invalid_argument);
    CHECK_THROWS_AS(seen.record_exposure({level(4), 5, false}), std::invalid_argument);
    CHECK_THROWS_AS(seen.record_exposure({level(1), 0, false}), std::invalid_argument);
    seen.record_exposure({level(1), 5, true});
    CHECK_THROWS_AS(seen.record_exposure({level(1), 5, true}), std::invalid_argument);
    seen.record_exposure({level(1), 5, false});
    CHECK(seen.exposures().size() == 2);
    seen.clear();
    CHECK(seen.exposures().empty());
}

TEST_CASE("typical exposures are those of the median patient", "[population][exposure]")
{
    auto const scenario = parse_scenario(with("exposure: { of: observed }"), "test.yaml");
    auto const found = typical_exposures(scenario.ladder(), *scenario.pk, *scenario.regimen, scenario.population,
                                         ExposureMetric::auc, 400 * unit::d);
    CHECK_THAT(found[0], WithinRel(10 * auc_per_mg, 1e-12));
    CHECK_THAT(found[2], WithinRel(40 * auc_per_mg, 1e-12));
    auto const peak = typical_exposures(scenario.ladder(), *scenario.pk, *scenario.regimen, scenario.population,
                                        ExposureMetric::cmax, 21 * unit::d);
    CHECK_THAT(peak[1], WithinRel(20 / 30.0, 1e-12));
}

TEST_CASE("simulated trials of a design that reads exposures are those that are recorded", "[monte_carlo][exposure]")
{
    auto const ladder = CompleteAuc::ladder();
    Nature const nature{CompleteAuc::biology()};
    auto const design = on_exposure(ExposureOf::observed, 12);
    PreparedDesign const prepared{design, ladder};
    constexpr std::uint64_t trials = 12;
    auto const truth = true_toxicity(nature, 0.3, Workers{1});
    auto const result = prepared.run(nature, truth, {.effort = {.trials = trials, .keep = trials}, .seed = 7}, Workers{2});
    CHECK_THAT(result.engine_reason, ContainsSubstring("each patient's observed exposure"));
    REQUIRE(result.outcomes.size() == trials);
    bool any_differs_from_dose = false;
    auto by_dose = design;
    by_dose.exposure->of = ExposureOf::typical;
    for (std::uint64_t trial = 0; trial < trials; ++trial) {
        auto const record = record_trial(design, ladder, nature, 7, trial);
        Observed replayed{ladder};
        for (auto const& cohort : record.cohorts) {
            CHECK(design.on(ladder).decide(replayed) == Decision{cohort.treat, cohort.reason});
            replayed.record(cohort.cohort());
            for (auto const& patient : cohort.patients)
                replayed.record_exposure({cohort.treat.level, patient.exposure->auc.base(), patient.dlt});
        }
        CHECK(result.outcomes[trial].selected == (record.verdict.mtd ? record.verdict.mtd->index() : TrialOutcome::none));
        CHECK(result.outcomes[trial].patients == replayed.total().patients);
        auto const other = record_trial(by_dose, ladder, nature, 7, trial);
        any_differs_from_dose = any_differs_from_dose || other.cohorts.size() != record.cohorts.size() ||
                                other.verdict.mtd != record.verdict.mtd;
    }
    CHECK(any_differs_from_dose);
    CHECK_THROWS_AS(prepared.run(Nature{KnownToxicity{{0.1, 0.2, 0.3, 0.4, 0.5, 0.6}}}, truth, {}, Workers{1}),
                    std::invalid_argument);
    CHECK_THROWS_AS(prepared.run(nature, truth, {.engine = EngineChoice::exact}, Workers{1}), EngineDoesNotHold);
}

TEST_CASE("next takes the exposures that its design reads", "[next][exposure]")
{
    auto const doses = CompleteAuc::ladder();
    std::string const table = "patient,cohort,dose,dlt,auc_mg_d_per_l,cmax_mg_per_l\n"
                              "1,1,10,0,1.1,0.3\n2,1,10,0,0.9,0.3\n3,1,10,0,1.0,0.4\n"
                              "4,2,20,1,4.4,0.9\n5,2,20,0,1.8,0.6\n6,2,20,0,,0.7\n";
    auto const data = read_trial_data(table, "d.csv", doses);
    CHECK(data.notes.empty());
    CHECK(data.measured.size() == 11);
    auto const design = on_exposure(ExposureOf::observed);
    auto const decider = design.on(doses);
    auto const step = next_step(asking(decider), doses, data.cohorts, data.measured);
    CHECK(step.exposures.size() == 5);
    Observed expected{doses};
    expected.record({level(1), 3, 0});
    expected.record({level(2), 3, 1});
    for (double const auc : {1.1, 0.9, 1.0})
        expected.record_exposure({level(1), auc, false});
    expected.record_exposure({level(2), 4.4, true});
    expected.record_exposure({level(2), 1.8, false});
    CHECK(step.decision() == decider.decide(expected));
    CHECK(observed_before(step, doses).exposures().size() == 5);
    // without them the decision rests on the forecast
    CHECK(next_step(asking(decider), doses, data.cohorts).posterior->levels[1].mean != step.posterior->levels[1].mean);
}

TEST_CASE("typical exposures come from the pharmacokinetics unless they are stated", "[scenario][exposure]")
{
    auto const filled = parse_scenario(with("exposure: { of: observed, metric: cmax }"), "test.yaml");
    auto const& exposure = *std::get<Blrm>(filled.designs[0].design).exposure;
    REQUIRE(exposure.typical.size() == 3);
    CHECK(exposure.typical[0].dimension == dimension::concentration);
    CHECK_THAT(exposure.typical[2].value, WithinRel(40 / 30.0, 1e-12));
    auto const stated = parse_scenario(
        with("exposure: { of: observed, typical: [1 mg*d/L, 2 mg*d/L, 5 mg*d/L], reference: 3 mg*d/L }"), "test.yaml");
    CHECK(std::get<Blrm>(stated.designs[0].design).exposure->typical_figures() == std::vector<double>{1, 2, 5});
    CHECK(std::get<Blrm>(stated.designs[0].design).exposure->reference_figure() == 3);
}

TEST_CASE("wrong exposures are told at their place", "[scenario][exposure]")
{
    auto const says = [](std::string const& text, std::string const& part) {
        CHECK_THAT(faults_of(text), ContainsSubstring(part));
    };
    says(with("exposure: { typical: [1 mg*d/L, 3 mg*d/L, 2 mg*d/L] }"), "typical exposures must strictly rise: 2 comes after 3");
    says(with("exposure: { typical: [1 mg*d/L, 2 mg*d/L] }"), "2 figures for 3 levels");
    says(with("exposure: { metric: cmax, typical: [1 mg*d/L, 2 mg*d/L, 3 mg*d/L] }"),
         "metric cmax is a concentration, got an AUC");
    says(with("exposure: { metric: cmax, reference: 3 mg*d/L }"), "write it in mg/L, or change metric");
    says(with("exposure: { sd_log: 0 }"), "sd_log");
    says(with("exposure: { of: observed }, ref_dose: 20 mg"), "the model reads exposure, not dose");
    says(with("exposure: { of: observed }, historical: [{ dose: 20 mg, patients: 6, dlts: 1 }]"),
         "earlier trials are told by dose");
    says(replaced(smallest, "name: three_plus_three", "name: blrm, exposure: { of: typical }"),
         "nothing says which exposure a level gives");
    auto const by_dose = replaced(with("exposure: { of: observed }"),
                                  "toxicity: { model: by_exposure, driver: auc, tolerance: { median: 5 mg*d/L, sd_log: 0.35 } }",
                                  "toxicity: { model: by_dose, probability: [0.1, 0.2, 0.3] }");
    says(by_dose, "nobody has an exposure here: blrm reads the auc of each patient");
    CHECK(faults_of(replaced(by_dose, "of: observed", "of: typical")).empty());
    says(replaced(with("exposure: { of: observed }"), "omega: { CL: 0.16 }", "omega: { CL: -1 }"), "CL");
    CHECK_THAT(faults_of(replaced(with("exposure: { of: observed }"), "omega: { CL: 0.16 }", "omega: { CL: -1 }")),
               !ContainsSubstring("nothing says which exposure"));
}

TEST_CASE("figures that are no exposure are told at their place", "[data][exposure]")
{
    auto const head = std::string{"patient,cohort,dose,dlt,auc_mg_d_per_l\n"};
    for (auto const* figure : {"-1", "0", "high", "5 mg*d/L"}) {
        CAPTURE(figure);
        try {
            read_trial_data(head + "1,1,10,0," + figure + "\n", "d.csv", ladder(3));
            FAIL("it was read");
        } catch (ScenarioError const& error) {
            CHECK(error.diagnostics().size() == 1);
            CHECK_THAT(error.diagnostics().front().message, ContainsSubstring("is no exposure"));
        }
    }
}

// Activity: response by exposure and expression, progression, cycles on treatment, and an expansion for strong expressors.
#include "sim/report/activity_text.hpp"
#include "sim/report/clocked_trial_text.hpp"
#include "sim/report/figures/swimmer.hpp"
#include "sim/report/html/clock.hpp"
#include "sim/report/read_result.hpp"
#include "sim/report/run_csv.hpp"
#include "sim/report/run_json.hpp"
#include "sim/report/run_text.hpp"
#include "sim/runner/monte_carlo.hpp"
#include "sim/scenario/cells.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/binomial_tails.hpp"
#include "tests/support/clocked_scenarios.hpp"
#include "tests/unit/scenario_support.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <map>
#include <numbers>

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr double family_rate = 1e-9;

/// One compartment whose whole AUC falls into the first cycle: dose/CL, with CL log-normal.
struct WholeAuc {
    static constexpr double clearance_L_per_d = 10;
    static constexpr double sd_log_clearance = 0.4;

    static DoseLadder ladder() { return DoseLadder{DoseUnit::mg, {10, 40, 160}}; }
    static pk::Regimen regimen() { return {.cycle = 400 * unit::d, .cycles = 3}; } // 190 half-lives a cycle
    static Tumours tumours(Activity const& activity)
    {
        pk::OneCompartment const model{.CL = sized(clearance_L_per_d * unit::L_per_d), .V1 = sized(30 * unit::L)};
        Population population;
        population.omega.variances = {{"CL", sd_log_clearance * sd_log_clearance}};
        return {activity, regimen(), 1200 * unit::d, ladder(), model, population};
    }

    /// E[f(AUC)] over patients, by the trapezoidal rule, which for a Gaussian converges faster than any power.
    static double mean(double dose, auto const& f)
    {
        constexpr double step = 1e-3;
        constexpr double furthest = 9;
        double sum = 0;
        for (double z = -furthest; z <= furthest; z += step)
            sum += step * std::exp(-z * z / 2) / std::sqrt(2 * std::numbers::pi) *
                   f(dose / clearance_L_per_d * std::exp(-sd_log_clearance * z));
        return sum;
    }
};

Activity by_auc(double half, double slope, double ceiling)
{
    Activity activity;
    activity.response.half = AnyQuantity{half * unit::mg_d_per_L};
    activity.response.slope = slope;
    activity.response.ceiling = ceiling;
    return activity;
}

/// The same P(response) for all.
Activity whoever(double probability)
{
    Activity activity;
    activity.response.probability = std::vector<Fraction>{probability};
    return activity;
}

pk::Regimen three_weekly(int cycles = 6) { return {.cycle = 21 * unit::d, .cycles = cycles}; }

std::vector<TumourCourse> courses_of(Tumours const& tumours, std::uint64_t patients, DoseLevel level = DoseLevel{0},
                                     Enrolment enrolment = Enrolment::everyone)
{
    std::vector<TumourOf> whose;
    for (std::uint64_t trial = 0; trial < patients; ++trial)
        whose.push_back({PatientStream{TrialStream{fixed_seed, trial}, static_cast<std::uint32_t>(trial % 7)}, level, enrolment});
    return tumours.courses(whose);
}

std::uint64_t how_many(std::vector<TumourCourse> const& courses, auto const& holds)
{
    return static_cast<std::uint64_t>(std::ranges::count_if(courses, holds));
}

double dies_away(double time_d, double median_d) { return std::exp2(-time_d / median_d); }

/// A run that a scenario states.
RunResult active_run(std::string const& text, int threads = 1)
{
    RunResult run{.scenario = parse_scenario(text, "test")};
    Workers const workers{threads};
    for (auto const& truth : natures(run.scenario)) {
        run.truths.push_back({truth.name, true_toxicity(truth.nature, truth.target, workers, nullptr, truth.until)});
        for (auto const& entry : run.scenario.designs)
            run.designs.push_back(
                {std::string{entry.name()}, entry.label, run.truths.size() - 1,
                 PreparedDesign{entry.design, run.scenario.ladder()}.run(
                     truth.nature, run.truths.back().toxicity,
                     {.effort = {.trials = static_cast<std::uint64_t>(run.scenario.runner.trials)},
                      .seed = run.scenario.runner.seed,
                      .clock = TrialClock{*run.scenario.trial.clock, *run.scenario.dlt_window(), truth.tumours}},
                     workers)});
    }
    return run;
}

Tallies active_tallies(std::string const& text, std::uint64_t trials, int threads = 1)
{
    auto const scenario = parse_scenario(text, "test");
    auto const truth = std::move(natures(scenario).front());
    auto const ready = decider(scenario.designs.front().design, scenario.ladder());
    return simulate(ready, scenario.ladder(), truth.nature,
                    {scenario.trial.clock.value(), scenario.dlt_window().value(), truth.tumours}, scenario.runner.seed,
                    {.trials = trials}, scenario.ladder().size(), Workers{threads});
}

ClockedRecord active_record(std::string const& text, std::uint64_t trial)
{
    auto const scenario = parse_scenario(text, "test");
    return clocked_trial(scenario, scenario.designs.front(), trial).record;
}

} // namespace

TEST_CASE("so many respond as the sigmoid Emax model, integrated over patients, says", "[activity]")
{
    constexpr std::uint64_t patients = 40'000;
    for (auto const& [half, slope, ceiling] : {std::tuple{4.0, 1.0, 0.4}, std::tuple{6.0, 3.0, 0.9}}) {
        auto activity = by_auc(half, slope, ceiling);
        activity.expression = AntigenExpression{0.68};
        activity.response.weak_expression = 0.25;
        auto const tumours = WholeAuc::tumours(activity);
        for (DoseLevel level{0}; level.index() < 3; level = level.above()) {
            double const strong = WholeAuc::mean(WholeAuc::ladder().dose(level), [&](double auc) {
                return ceiling * std::pow(auc, slope) / (std::pow(half, slope) + std::pow(auc, slope));
            });
            auto const seen = courses_of(tumours, patients, level);
            auto const responding = how_many(seen, [](auto const& one) { return one.responds(); });
            INFO("level " << level.number() << ", " << responding << " of " << patients);
            CHECK(two_sided_tail(responding, patients, strong * (0.68 + 0.32 * 0.25)) > family_rate);
            CHECK(two_sided_tail(responding, patients, strong * (0.68 + 0.32 * 0.25) + 0.02) <
                  family_rate); // a planted fault is seen
            auto const selected = courses_of(tumours, patients, level, Enrolment::strong_expression);
            CHECK(two_sided_tail(how_many(selected, [](auto const& one) { return one.responds(); }), patients, strong) >
                  family_rate);
        }
    }
}

TEST_CASE("P(response) of one patient is that of the exposure of their own first cycle", "[activity]")
{
    auto const tumours = WholeAuc::tumours(by_auc(4, 2, 0.5));
    pk::OneCompartment const model{.CL = sized(WholeAuc::clearance_L_per_d * unit::L_per_d), .V1 = sized(30 * unit::L)};
    Population population;
    population.omega.variances = {{"CL", WholeAuc::sd_log_clearance * WholeAuc::sd_log_clearance}};
    PatientSampler const sampler{population, model, Dosing{.unit = DoseUnit::mg}};
    for (std::uint32_t patient = 0; patient < 20; ++patient) {
        PatientStream const stream{TrialStream{fixed_seed, 3}, patient};
        TumourOf const whose{stream, DoseLevel{1}};
        auto const eta = std::log(WholeAuc::clearance_L_per_d) + sampler.draw(stream).etas[0];
        double const auc = 40 / std::exp(eta);
        CHECK_THAT(tumours.response_probabilities({&whose, 1}).front(), WithinRel(0.5 * auc * auc / (16 + auc * auc), 1e-9));
    }
}

TEST_CASE("progression is exponential, and is found at the assessment that follows it", "[activity]")
{
    constexpr std::uint64_t patients = 40'000;
    auto activity = whoever(0);
    activity.progression = TumourProgression{.median = 60 * unit::d};
    auto const seen = courses_of(Tumours{activity, three_weekly(), 126 * unit::d}, patients);
    for (auto const& one : seen)
        CHECK((one.progression_d == 42 || one.progression_d == 84 || one.progression_d == 126 ||
               one.progression_d == TumourCourse::never));
    for (int visit = 1; visit <= 3; ++visit) {
        auto const by_then = how_many(seen, [&](auto const& one) { return one.progression_d <= 42 * visit; });
        CHECK(two_sided_tail(by_then, patients, 1 - dies_away(42 * visit, 60)) > family_rate);
    }

    activity.progression->symptomatic = 1;
    auto const shown = courses_of(Tumours{activity, three_weekly(), 126 * unit::d}, patients);
    for (double const day : {1.0, 10.0, 21.0, 60.0, 125.0}) {
        auto const by_then = how_many(shown, [&](auto const& one) { return one.progression_d <= day; });
        CHECK(two_sided_tail(by_then, patients, 1 - dies_away(day, 60)) > family_rate);
    }
}

TEST_CASE("a response lasts as long as responders' progression says, from the assessment that shows it", "[activity]")
{
    constexpr std::uint64_t patients = 40'000;
    auto activity = whoever(1);
    activity.progression = TumourProgression{.median = 60 * unit::d, .responders = 180 * unit::d, .symptomatic = 1};
    auto const seen = courses_of(Tumours{activity, three_weekly(), 400 * unit::d}, patients);
    CHECK(how_many(seen, [](auto const& one) { return one.response_d == 42; }) == patients);
    CHECK(how_many(seen, [](auto const& one) { return one.progression_d <= 42; }) == 0);
    for (double const later : {30.0, 180.0, 350.0}) {
        auto const by_then = how_many(seen, [&](auto const& one) { return one.progression_d <= 42 + later; });
        CHECK(two_sided_tail(by_then, patients, 1 - dies_away(later, 180)) > family_rate);
    }
}

TEST_CASE("an assessment on a dosing day comes before the dose", "[activity]")
{
    Tumours const tumours{whoever(0), three_weekly(6), 126 * unit::d};
    CHECK(tumours.cycles_begun(0) == 1);
    CHECK(tumours.cycles_begun(21) == 1);
    CHECK(tumours.cycles_begun(21.1) == 2);
    std::vector<ChangedDose> const second_waits{{.dose = 1, .due_d = 21, .given_d = 30}};
    CHECK(tumours.cycles_begun(30, second_waits) == 1);
    CHECK(tumours.cycles_begun(30.1, second_waits) == 2);
    CHECK(tumours.cycles_begun(51, second_waits) == 2); // the third waits with it
    CHECK(tumours.cycles_begun(51.1, second_waits) == 3);
    CHECK(tumours.cycles_begun(42) == 2);
    CHECK(tumours.cycles_begun(TumourCourse::never) == 6);
    CHECK(Tumours{whoever(0), three_weekly(6), 84 * unit::d}.cycles() == 4); // nobody is followed into the fifth
}

TEST_CASE("patients have so many cycles as progression leaves them", "[activity]")
{
    // nobody has a toxicity, and every progression shows at once: P(k cycles) = P(no progression by (k - 1) 21 d)
    std::string const text = R"(schema: 1
name: cycles
doses: { unit: mg, levels: [10, 20, 30] }
regimen: { days: [1], cycle: 21 d, cycles: 5 }
toxicity: { model: by_dose, probability: [0, 0, 0] }
activity:
  response: { probability: [0.1, 0.2, 0.3] }
  progression: { median: 40 d, responders: 40 d, symptomatic: 100 % }
  assessment: 10.5 d
trial: { clock: { accrual: { rate: 3 per month }, expansion: { patients: 12 } } }
designs: [{ name: three_plus_three, label: 3+3 }]
)";
    constexpr std::uint64_t trials = 3000;
    auto const tallies = active_tallies(text, trials);
    auto const& activity = *tallies.clock->activity;
    REQUIRE(activity.all.cycles.size() == 4);
    for (std::size_t k = 0; k < activity.all.cycles.size(); ++k) {
        double const lasts = 21.0 * static_cast<double>(k + 1);
        for (std::size_t level = 0; level < 3; ++level) {
            double const p = 0.1 * static_cast<double>(level + 1);
            double const expected = (1 - p) * dies_away(lasts, 40) + p * dies_away(lasts - 10.5, 40);
            auto const& share = activity.levels[level].cycles[k];
            CHECK(two_sided_tail(share.part, share.whole, expected) > family_rate);
        }
    }
    for (std::size_t level = 0; level < 3; ++level)
        CHECK(two_sided_tail(activity.levels[level].responses.part, activity.levels[level].responses.whole,
                             0.1 * static_cast<double>(level + 1)) > family_rate);
    auto const measures = operating_characteristics(tallies);
    auto const& told = *measures.clock->activity;
    CHECK_THAT(told.at_mtd.patients.mean, WithinRel(18.0, 1e-12)); // six and twelve, whose response rate has a binomial error
    CHECK_THAT(told.at_mtd.response_rate.standard_error, WithinRel(std::sqrt(0.3 * 0.7 / (18.0 * trials)), 0.1));
    double sum = 0;
    for (auto const& end : told.ends)
        sum += end.mean;
    CHECK_THAT(sum, WithinRel(1.0, 1e-12));
}

TEST_CASE("activity without progression changes no decision and no toxicity, bit for bit", "[activity]")
{
    auto const plain = active_tallies(late_toxicity(), 200);
    auto const active = active_tallies(late_toxicity() + "activity: { response: { half: 150 mg*d/L } }\n", 200);
    CHECK_FALSE(plain.clock->activity.has_value());
    REQUIRE(active.clock->activity.has_value());
    CHECK(active.verdicts == plain.verdicts);
    CHECK(active.level_patients == plain.level_patients);
    CHECK(active.level_dlts == plain.level_dlts);
    CHECK(active.clock->after_look == plain.clock->after_look);
    CHECK(active.clock->duration.sum == plain.clock->duration.sum);
    for (std::size_t level = 0; level < plain.clock->late.size(); ++level)
        CHECK(active.clock->late[level].sum == plain.clock->late[level].sum);
}

TEST_CASE("who leaves treatment for progression sees less late toxicity, and the window sees the same", "[activity]")
{
    auto const late = [](Tallies const& tallies) {
        std::uint64_t sum = 0;
        for (auto const& level : tallies.clock->late)
            sum += level.sum;
        return static_cast<double>(sum);
    };
    auto const with = [](std::string const& progression) {
        return active_tallies(late_toxicity() + "activity: { response: { half: 150 mg*d/L, ceiling: 0 }" + progression + " }\n",
                              200);
    };
    auto const stays = with("");
    auto const slow = with(", progression: { median: 60 d }");
    auto const fast = with(", progression: { median: 15 d }");
    CHECK(slow.verdicts == stays.verdicts); // an assessment every 42 d finds nothing within the window of 21
    CHECK(fast.verdicts == stays.verdicts);
    CHECK(late(slow) < 0.9 * late(stays));
    CHECK(late(fast) < 0.9 * late(slow));
}

TEST_CASE("who misses a dose of the DLT window for progression is replaced", "[activity][clock]")
{
    auto const text = [](std::string const& window) {
        return R"(schema: 1
name: replaced
doses: { unit: mg, levels: [10, 20, 30] }
regimen: { days: [1], cycle: 21 d, cycles: 5 }
toxicity: { model: by_dose, probability: [0.1, 0.2, 0.4] }
activity: { response: { probability: [0, 0, 0] }, progression: { median: 40 d, symptomatic: 100 % } }
trial: { dlt_window: )" +
               window + R"(, clock: { accrual: { rate: 3 per month } } }
designs: [{ name: three_plus_three, label: 3+3 }]
)";
    };
    constexpr std::uint64_t trials = 2000;
    auto const one_cycle = active_tallies(text("21 d"), trials);
    CHECK(one_cycle.clock->activity->withdrawn.sum == 0);
    auto const two_cycles = active_tallies(text("42 d"), trials);
    CHECK(two_cycles.clock->dropped_out.sum == 0);
    std::uint64_t patients = 0;
    std::uint64_t withdrawn = 0;
    std::uint64_t early = 0; // without a DLT by then, or with one only after it
    for (std::uint64_t trial = 0; trial < 300; ++trial) {
        auto const record = active_record(text("42 d"), trial);
        for (auto const& cohort : record.cohorts) {
            std::int64_t evaluable = 0;
            for (auto const& patient : cohort.patients) {
                auto const& treatment = *patient.fate.on_treatment;
                bool const misses = treatment.tumour.progression_d <= 21 &&
                                    !(patient.fate.dlt_d <= treatment.tumour.progression_d);
                CHECK(record.withdrawn(patient) == misses);
                CHECK(record.evaluable(patient) == !misses);
                CHECK((misses || treatment.cycles >= 2 || record.dlt_in_window(patient)));
                evaluable += misses ? 0 : 1;
                ++patients;
                withdrawn += misses ? 1U : 0U;
                early += treatment.tumour.progression_d <= 21 ? 1U : 0U;
            }
            CHECK(evaluable == cohort.treat.patients);
        }
    }
    CHECK(withdrawn > 0);
    CHECK(withdrawn <= early);
    // a cohort of three ends when three are evaluable, so that shares are biased by next to nothing
    CHECK_THAT(static_cast<double>(early) / static_cast<double>(patients), WithinAbs(1 - dies_away(21, 40), 0.03));
    // and the decisions are those of a trial that has no progression at all, up to who is in it
    auto const measures = operating_characteristics(two_cycles);
    auto const plain = operating_characteristics(one_cycle);
    for (std::size_t level = 0; level < 3; ++level)
        CHECK_THAT(measures.mean.selection[level], WithinAbs(plain.mean.selection[level], 0.1));
}

TEST_CASE("an expansion for strong expressors has no others, and its patients are the same persons", "[activity][clock]")
{
    int weak = 0;
    int expanded = 0;
    for (std::uint64_t trial = 0; trial < 40; ++trial) {
        auto const selected = active_record(with_activity(), trial).patients();
        auto const anybody = active_record(with_activity("{ patients: 6 }"), trial).patients();
        REQUIRE(selected.size() == anybody.size());
        for (std::size_t i = 0; i < selected.size(); ++i) {
            auto const& here = *selected[i].fate.on_treatment;
            auto const& there = *anybody[i].fate.on_treatment;
            CHECK(selected[i].level == anybody[i].level);
            CHECK(selected[i].fate.leaves_d == anybody[i].fate.leaves_d);
            if (!selected[i].expansion) {
                CHECK(here.tumour.strong_expression == there.tumour.strong_expression);
                CHECK(selected[i].entry_d == anybody[i].entry_d);
                weak += here.tumour.strong_expression ? 0 : 1;
                continue;
            }
            ++expanded;
            CHECK(here.tumour.strong_expression);
            CHECK_THAT(here.tumour.response_probability,
                       WithinRel(there.tumour.response_probability * (there.tumour.strong_expression ? 1 : 4), 1e-12));
            if (there.tumour.strong_expression) {
                CHECK(here.tumour.response_d == there.tumour.response_d);
                CHECK(here.tumour.progression_d == there.tumour.progression_d);
                CHECK(selected[i].fate.dlt_d == anybody[i].fate.dlt_d);
            }
        }
    }
    CHECK(weak > 0);
    CHECK(expanded > 0);
}

TEST_CASE("an expansion that admits some waits for them", "[activity][clock]")
{
    Clock const clock{.accrual = {.rate = Rate::from_base(0.1)}};
    constexpr int runs = 4000;
    constexpr int patients = 9;
    double sum = 0;
    for (int run = 0; run < runs; ++run) {
        Arrivals arrivals{clock, TrialStream{fixed_seed, static_cast<std::uint64_t>(run)}};
        double at_d = 0;
        for (int i = 0; i < patients; ++i)
            at_d = arrivals.next(at_d, 0.4);
        sum += at_d;
    }
    // a thinned Poisson process is a slower one; 6 standard errors of the mean of 4000 sums of 9 gaps
    CHECK_THAT(sum / runs, WithinAbs(patients * 10 / 0.4, 6 * 3 * 10 / 0.4 / std::sqrt(static_cast<double>(runs))));
}

TEST_CASE("threads change no bit of activity", "[activity]")
{
    // more trials than a block holds
    std::string const text = R"(schema: 1
name: threads
doses: { unit: mg, levels: [10, 20, 30] }
regimen: { days: [1], cycle: 21 d, cycles: 5 }
toxicity: { model: by_dose, probability: [0.1, 0.2, 0.4] }
activity: { response: { probability: [0.1, 0.2, 0.3] }, progression: { median: 40 d } }
trial: { clock: { accrual: { rate: 3 per month }, expansion: { patients: 12 }, drop_out: 0.1 } }
designs: [{ name: three_plus_three, label: 3+3 }]
)";
    auto const one = active_tallies(text, 20'000, 1);
    auto const three = active_tallies(text, 20'000, 3);
    CHECK(one.clock->activity->all.responses == three.clock->activity->all.responses);
    CHECK(one.clock->activity->all.cycles == three.clock->activity->all.cycles);
    CHECK(one.clock->activity->ends == three.clock->activity->ends);
    CHECK(one.clock->activity->at_mtd.responses == three.clock->activity->at_mtd.responses);
}

TEST_CASE("what a simulation counts of activity is what its trials show one by one", "[activity]")
{
    constexpr std::uint64_t trials = 40;
    auto const counted = *active_tallies(with_activity(), trials).clock->activity;
    ShareSums responses;
    ShareSums two_cycles_at_mtd;
    std::array<std::uint64_t, treatment_ends> ends{};
    for (std::uint64_t trial = 0; trial < trials; ++trial) {
        auto const record = active_record(with_activity(), trial);
        std::uint64_t responding = 0;
        std::uint64_t evaluable = 0;
        std::uint64_t two = 0;
        std::uint64_t at_mtd = 0;
        for (auto const& patient : record.patients()) {
            auto const& treatment = *patient.fate.on_treatment;
            responding += treatment.tumour.responds() ? 1U : 0U;
            evaluable += treatment.tumour.evaluable() ? 1U : 0U;
            ++ends[static_cast<std::size_t>(treatment.end)];
            if (record.verdict.mtd == patient.level) {
                ++at_mtd;
                two += treatment.cycles >= 2 ? 1U : 0U;
            }
            // whoever left was seen no longer
            CHECK((treatment.tumour.progression_d <= patient.fate.leaves_d || treatment.tumour.progression_d == Fate::never));
            CHECK(treatment.ends_d <= patient.fate.leaves_d);
        }
        responses.add(responding, evaluable);
        two_cycles_at_mtd.add(two, at_mtd);
    }
    CHECK(counted.all.responses == responses);
    CHECK(counted.at_mtd.cycles[0] == two_cycles_at_mtd);
    for (std::size_t end = 0; end < treatment_ends; ++end)
        CHECK(counted.ends[end].part == ends[end]);
}

TEST_CASE("activity is told in text, JSON, tables and the report, and read back the same", "[activity][text]")
{
    auto const run = active_run(with_activity());
    auto const text = run_text(run);
    CHECK_THAT(text, ContainsSubstring("at the MTD"));
    CHECK_THAT(text, ContainsSubstring("2+ cycles"));
    CHECK_THAT(text, ContainsSubstring("are evaluable for response"));
    CHECK_THAT(text, ContainsSubstring(" have two cycles or more and "));
    CHECK_THAT(text, ContainsSubstring("Treatment ends with "));
    auto const json = run_json(run);
    auto const& activity = *run.designs[0].result.characteristics.clock->activity;
    auto const& told = json["designs"][0]["clock"]["activity"];
    CHECK(told["all"]["response_rate"] == activity.all.response_rate.mean);
    CHECK(told["at_declared_mtd"]["cycles_at_least"]["2"] == activity.at_mtd.cycles[0].mean);
    CHECK(told["levels"].size() == 4);
    CHECK(json["designs"][0]["clock"]["standard_error"]["activity"]["all"]["response_rate"] ==
          activity.all.response_rate.standard_error);
    auto const written = json.dump(2);
    CHECK(run_json(parse_result(written, "result.json")).dump(2) == written);
    CHECK_THAT(html::clock_section(run).text(), ContainsSubstring("cycles or more"));

    auto const truths = natures(run.scenario);
    auto const table = patients_csv(run, truths);
    CHECK_THAT(table, ContainsSubstring(",strong_expression,evaluable_for_response,response_after_d,progression_after_d,cycles,"
                                        "treatment_ends_after_d,treatment_end\n"));
    CHECK_THAT(table, ContainsSubstring(",progression\n"));
}

TEST_CASE("a trial alone tells of each patient's tumour, and its figure marks it", "[activity][figure]")
{
    auto const scenario = parse_scenario(with_activity(), "test");
    std::map<std::string, int> expected;
    std::map<std::string, int> drawn;
    for (std::uint64_t trial = 0; trial < 10; ++trial) {
        auto const found = clocked_trial(scenario, scenario.designs.front(), trial);
        auto const text = explain_text(found);
        CHECK_THAT(text, ContainsSubstring("with two cycles or more"));
        auto const json = explain_json(found);
        for (auto const& cohort : json["cohorts"])
            for (auto const& patient : cohort["patients"]) {
                expected["Response"] += patient["activity"]["response_after_d"].is_null() ? 0 : 1;
                expected["Progression"] += patient["activity"]["progression_after_d"].is_null() ? 0 : 1;
            }
        auto const figure = swimmer_figure(swimmer_of(found));
        for (auto const& mark : figure.specification["datasets"]["marks"])
            if (auto const name = mark["mark"].get<std::string>(); name == "Response" || name == "Progression")
                ++drawn[name];
    }
    CHECK(expected["Response"] > 0);
    CHECK(expected["Progression"] > 0);
    CHECK(drawn == expected);
    auto const text = explain_text(clocked_trial(scenario, scenario.designs.front(), 0));
    CHECK_THAT(text, ContainsSubstring("progression"));
}

TEST_CASE("faults of activity are told with place and remedy", "[activity][scenario]")
{
    auto const says = [](std::string const& text, std::vector<std::string> const& sets, std::string const& words) {
        CHECK_THAT(faults_of(text, sets), ContainsSubstring(words));
    };
    auto const good = with_activity();
    CHECK(faults_of(good).empty());
    says(good, {"activity.response={ driver: auc }"}, "nothing says how likely a response is");
    says(good, {"activity.response.half=30 mg/L"}, "driver auc needs");
    says(good, {"activity.response.probability=[0.1, 0.2, 0.3, 0.4]"}, "P(response) is given twice");
    says(good, {"activity.response={ probability: [0.1, 0.2] }"}, "2 probabilities for 4 dose levels");
    says(good, {"activity.assessment=200 d"}, "the first assessment comes after 200 d, and patients are followed for 126 d");
    says(good, {"activity={ response: { half: 150 mg*d/L } }"}, "nothing says who expresses the antigen strongly");
    says(good, {"activity={ response: { half: 150 mg*d/L, weak_expression: 0.2 } }"}, "nobody expresses the antigen weakly");
    says(good, {"activity.progression={ median: 2 d }", "trial.dlt_window=42 d"}, "next to nobody would be evaluable for DLTs");
    std::string const by_dose = R"(schema: 1
name: by dose
doses: { unit: mg, levels: [10, 20, 30] }
toxicity: { model: by_dose, probability: [0.1, 0.2, 0.4] }
designs: [{ name: three_plus_three }]
)";
    std::string const by_level = "activity: { response: { probability: [0.1, 0.2, 0.3] } }\n";
    std::string const regimen = "regimen: { days: [1], cycle: 21 d, cycles: 4 }\n";
    std::string const clock = "trial: { dlt_window: 21 d, clock: { accrual: { rate: 3 per month } } }\n";
    says(by_dose + regimen + by_level, {}, "activity is seen over time, and the trial has no clock");
    says(by_dose + clock + by_level, {}, "activity counts cycles of treatment: 'regimen' is missing");
    says(by_dose + regimen + clock + "activity: { response: { half: 150 mg*d/L } }\n", {},
         "response by exposure needs the pharmacokinetics: 'pk' is missing");
    CHECK(faults_of(by_dose + regimen + clock + by_level).empty());
}

TEST_CASE("a truth may bring an activity of its own", "[activity]")
{
    std::string const text = R"(schema: 1
name: truths
doses: { unit: mg, levels: [10, 20, 30] }
regimen: { days: [1], cycle: 21 d, cycles: 4 }
activity: { response: { probability: [0.1, 0.2, 0.3] } }
truths:
  - { name: idle, probability: [0.1, 0.2, 0.4], set: { activity.response.probability: [0, 0, 0] } }
  - { name: active, probability: [0.1, 0.2, 0.4] }
trial: { clock: { accrual: { rate: 3 per month } } }
designs: [{ name: three_plus_three }]
runner: { trials: 200 }
)";
    auto const run = active_run(text);
    auto const rate = [&](std::size_t i) {
        return run.designs[i].result.characteristics.clock->activity->all.response_rate.mean;
    };
    CHECK(rate(0) == 0);
    CHECK(rate(1) > 0.05);
}

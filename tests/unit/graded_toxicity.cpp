// Grades of toxicity: in the notation, in truths, in scenarios, and through the exact engine.
#include "sim/designs/catalog.hpp"
#include "sim/random/normal.hpp"
#include "sim/report/explain_text.hpp"
#include "sim/runner/exact.hpp"
#include "sim/runner/marginal.hpp"
#include "sim/runner/monte_carlo.hpp"
#include "sim/runner/run.hpp"
#include "sim/trial/record.hpp"
#include "tests/support/biologies.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/futures.hpp"
#include "tests/unit/scenario_support.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr double rounding_of_grades = 1e-12;

std::vector<double> const dlt_rates{0.1, 0.25, 0.5};
GradeProbabilities const grades{{0.2, 0.3, 0.25}, {0.02, 0.1, 0.3}};

std::string const graded = replaced(smallest, "probability: [0.1, 0.2, 0.3]",
                                    "probability: [0.1, 0.2, 0.3], grade_2: [0.2, 0.3, 0.4], grade_4: [0.0, 0.1, 0.2]");

void check_against_futures(AnyDesign const& design)
{
    auto const rule = decider(design, ladder(3));
    auto const graph = DesignGraph::compile(rule, ladder(3));
    auto const exact = ExactPass{graph}(dlt_rates, 1, grades);
    auto const sums = sum_futures(rule, ladder(3), dlt_rates, grades);
    CHECK_THAT(exact.mean.none, WithinAbs(sums.none, rounding_of_grades));
    for (std::size_t i = 0; i < dlt_rates.size(); ++i) {
        CHECK_THAT(exact.mean.selection[i], WithinAbs(sums.selection[i], rounding_of_grades));
        CHECK_THAT(exact.mean.patients[i], WithinAbs(sums.patients[i], rounding_of_grades));
        CHECK_THAT(exact.mean.dlts[i], WithinAbs(sums.dlts[i], rounding_of_grades));
    }
    for (auto const& [count, share] : sums.total_dlts)
        CHECK_THAT(exact.total_dlts[static_cast<std::size_t>(count)], WithinAbs(share, rounding_of_grades));
}

} // namespace

TEST_CASE("outcomes with grades are read and written", "[vocabulary][notation]")
{
    auto const cohorts = parse_outcomes("1NNN 2TMXN", ladder(3));
    CHECK(cohorts[1] == Cohort{level(2), 4, 2, 1, 1});
    CHECK(letters(cohorts) == "1NNN 2NMTX");
    CHECK(fractions(cohorts, ladder(3)) == "10:0/3 20:2/4");
    CHECK_THROWS_WITH(parse_outcomes("1NG", ladder(3)), ContainsSubstring("'G' is no outcome"));
}

TEST_CASE("later courses stand apart from the tallies", "[vocabulary]")
{
    auto seen = observed("1N", ladder(3));
    seen.record(LaterCourse{level(2), Grade::severe, Grade::mild});
    CHECK(seen.total() == Tally{1, 0});
    CHECK(seen.tally(level(2)) == Tally{});
    CHECK(seen.later_courses().size() == 1);
    CHECK_THROWS_AS(seen.record(LaterCourse{level(4)}), std::invalid_argument);
    seen.clear();
    CHECK(seen.later_courses().empty());
}

TEST_CASE("one tolerance decides all grades", "[toxicity][grades]")
{
    KnownToxicity const known{dlt_rates, grades};
    auto const tails = known.tails(level(2));
    CHECK_THAT(tails.moderate, WithinAbs(0.55, rounding_of_grades));
    CHECK(grade_of(0.05, tails) == Grade::life_threatening);
    CHECK(grade_of(0.2, tails) == Grade::severe);
    CHECK(grade_of(0.4, tails) == Grade::moderate);
    CHECK(grade_of(0.6, tails) == Grade::mild);
    // a truth without grades has DLTs and nothing else
    auto const plain = KnownToxicity{dlt_rates}.tails(level(2));
    CHECK(grade_of(0.2, plain) == Grade::severe);
    CHECK(grade_of(0.26, plain) == Grade::mild);
}

TEST_CASE("more exposure never lowers a grade, and a DLT stays what it was", "[toxicity][grades]")
{
    ByExposure toxicity{.tolerance = {.median = 500 * unit::mg_d_per_L, .sd_log = 0.4}};
    auto const without = toxicity;
    toxicity.grade_ratio = 1.5;
    for (double u = 0.01; u < 1; u += 0.07) {
        auto worst = Grade::mild;
        for (double log_auc = 4; log_auc < 9; log_auc += 0.05) {
            auto const grade = grade_of(u, toxicity.tails_at_log(log_auc));
            REQUIRE(grade >= worst);
            worst = grade;
            REQUIRE(is_dlt(grade) == (u < without.dlt_probability_at_log(log_auc)));
        }
        CHECK(worst == Grade::life_threatening);
    }
    // grade 4 at 1.5 times the tolerance, grade 2 at two thirds of it
    double const median = std::log((500 * unit::mg_d_per_L).base());
    CHECK_THAT(toxicity.tails_at_log(median + std::log(1.5)).life_threatening, WithinAbs(0.5, rounding_of_grades));
    CHECK_THAT(toxicity.tails_at_log(median - std::log(1.5)).moderate, WithinAbs(0.5, rounding_of_grades));
}

TEST_CASE("grades integrated over a population have their closed form", "[toxicity][grades][marginal]")
{
    auto const model = pk::OneCompartment{.CL = sized(CompleteAuc::clearance_L_per_d * unit::L_per_d), .V1 = sized(30 * unit::L)};
    Population population;
    population.omega.variances = {{"CL", CompleteAuc::variance_of_eta}};
    constexpr double ratio = 1.4;
    ByExposure toxicity{.window = 400 * unit::d,
                        .tolerance = {.median = CompleteAuc::median_mg_d_per_L * unit::mg_d_per_L,
                                      .sd_log = CompleteAuc::sd_log_tolerance},
                        .grade_ratio = ratio};
    Biology const biology{CompleteAuc::ladder(), model, pk::Regimen{}, population, toxicity};
    auto const found = marginal_toxicity(biology, Workers{1});
    auto const closed = [&](std::size_t i, double shift) {
        double const auc = CompleteAuc::ladder().doses()[i] / CompleteAuc::clearance_L_per_d;
        double const sd = std::sqrt(CompleteAuc::variance_of_eta + CompleteAuc::sd_log_tolerance * CompleteAuc::sd_log_tolerance);
        return normal_probability((std::log(auc / CompleteAuc::median_mg_d_per_L) + shift) / sd);
    };
    for (std::size_t i = 0; i < found.dlt_probability.size(); ++i) {
        CHECK_THAT(found.grades.grade_2[i], WithinAbs(closed(i, std::log(ratio)) - closed(i, 0), 1e-5));
        CHECK_THAT(found.grades.grade_4[i], WithinAbs(closed(i, -std::log(ratio)), 1e-5));
        CHECK(found.grades_error.grade_2[i] < 1e-5);
    }
    toxicity.grade_ratio.reset();
    auto const plain = marginal_toxicity(Biology{CompleteAuc::ladder(), model, pk::Regimen{}, population, toxicity}, Workers{1});
    CHECK(plain.dlt_probability == found.dlt_probability);
    CHECK(plain.grades.grade_2.empty());
}

TEST_CASE("the probabilities of a graded cohort are multinomial", "[exact][grades]")
{
    CohortOutcomes const outcomes{Outcomes::grades, dlt_rates, grades, 3};
    for (int patients = 1; patients <= 3; ++patients)
        for (DoseLevel at{0}; at < level(4); at = at.above()) {
            auto const found = outcomes.of(at.index(), patients);
            std::size_t rank = 0;
            for_each_outcome(Outcomes::grades, at, patients, [&](Cohort const& cohort) {
                CHECK_THAT(found[rank++], WithinAbs(cohort_probability(cohort, dlt_rates[static_cast<std::size_t>(at.index())],
                                                                       grades, Outcomes::grades),
                                                    rounding_of_grades));
            });
            CHECK(rank == found.size());
        }
}

TEST_CASE("graded designs through the graph are the sum over all futures", "[exact][grades]")
{
    Gboin gboin;
    gboin.common.max_patients = 9;
    check_against_futures(gboin);
    gboin.scores = {0, 0.31415, 0.7, 1};
    check_against_futures(gboin);
    for (int variant = 1; variant <= 4; ++variant)
        check_against_futures(AcceleratedTitration{.variant = variant, .within_patient = false});
}

TEST_CASE("errors of integrated grades carry over to the selection", "[exact][grades]")
{
    Gboin gboin;
    gboin.common.max_patients = 9;
    auto const graph = DesignGraph::compile(decider(gboin, ladder(3)), ladder(3));
    ExactPass const pass{graph};
    std::vector<double> const none(3);
    TrueToxicity truth{dlt_rates, none, 0.3, level(2), grades, {none, none}};
    CHECK(pass(truth).numerical_error == 0);
    constexpr double small = 1e-5;
    truth.grades_error.grade_2[1] = small;
    auto moved = truth;
    moved.grades.grade_2[1] += small;
    double largest = 0;
    for (std::size_t i = 0; i < dlt_rates.size(); ++i)
        largest = std::max(largest, std::abs(pass(moved).mean.selection[i] - pass(truth).mean.selection[i]));
    CHECK(largest > 0);
    CHECK_THAT(pass(truth).numerical_error, WithinRel(largest, 1e-6));
}

TEST_CASE("a simulated trial of known grades is the recorded one", "[monte_carlo][grades]")
{
    Gboin gboin;
    gboin.common.max_patients = 12;
    auto const rule = decider(gboin, ladder(3));
    KnownToxicity const truth{dlt_rates, grades};
    constexpr std::uint64_t trials = 300;
    auto const tallies = simulate(rule, ladder(3), truth, 1, {.trials = trials}, 1, Workers{1});
    auto const walked = simulate(DesignGraph::compile(rule, ladder(3)), truth, 1, {.trials = trials}, 1, Workers{1});
    CHECK(tallies.verdicts == walked.verdicts);
    auto recorded = Tallies{3, 12, 1}.verdicts;
    for (std::uint64_t trial = 0; trial < trials; ++trial) {
        auto const verdict = record_trial(rule, ladder(3), truth, 1, trial).verdict;
        auto const row = verdict.mtd ? static_cast<std::size_t>(verdict.mtd->number()) : 0;
        ++recorded[row * stop_causes + static_cast<std::size_t>(verdict.cause)];
    }
    CHECK(tallies.verdicts == recorded);
}

TEST_CASE("courses of simulated trials are those of the records", "[monte_carlo][courses]")
{
    auto const rule = decider(AcceleratedTitration{.variant = 4}, ladder(3));
    KnownToxicity const truth{dlt_rates, {grades.grade_2, {}}};
    constexpr std::uint64_t trials = 200;
    auto const tallies = simulate(rule, ladder(3), truth, 1, {.trials = trials}, 1, Workers{2});
    REQUIRE(tallies.courses);
    std::vector<std::uint64_t> courses(3);
    std::array<std::uint64_t, grade_count> worst{};
    for (std::uint64_t trial = 0; trial < trials; ++trial) {
        std::map<std::uint32_t, Grade> of;
        auto const add = [&](std::uint32_t patient, DoseLevel at, Grade grade) {
            ++courses[static_cast<std::size_t>(at.index())];
            of[patient] = std::max(of[patient], grade);
        };
        auto const record = record_trial(rule, ladder(3), truth, 1, trial);
        for (auto const& cohort : record.cohorts) {
            for (auto const& patient : cohort.patients)
                add(patient.patient, cohort.treat.level, patient.grade);
            for (auto const& [course, grade] : cohort.later)
                add(course.patient, course.level, grade);
        }
        for (auto const& [course, grade] : record.after)
            add(course.patient, course.level, grade);
        for (auto const& [patient, grade] : of)
            ++worst[static_cast<std::size_t>(grade)];
    }
    for (std::size_t i = 0; i < courses.size(); ++i)
        CHECK(tallies.courses->courses[i].sum == courses[i]);
    for (std::size_t grade = 0; grade < grade_count; ++grade)
        CHECK(tallies.courses->worst[grade].sum == worst[grade]);
}

TEST_CASE("a design that reads grades does not run against a truth without them", "[run][grades]")
{
    PreparedDesign const design{Gboin{}, ladder(3)};
    KnownToxicity const plain{dlt_rates};
    CHECK_THROWS_AS(design.run(plain, true_toxicity(plain, 0.3, Workers{1}), {.engine = EngineChoice::exact}, Workers{1}),
                    std::invalid_argument);
}

TEST_CASE("a scenario states grades by dose", "[scenario][grades]")
{
    auto const toxicity = std::get<ByDose>(*read(graded).toxicity);
    CHECK(toxicity.grades().grade_2 == std::vector<double>{0.2, 0.3, 0.4});
    CHECK(toxicity.grades().grade_4 == std::vector<double>{0.0, 0.1, 0.2});
    auto const says = [](std::string const& grades, std::string const& what) {
        CHECK_THAT(faults_of(replaced(smallest, "0.3]", "0.3], " + grades)), ContainsSubstring(what));
    };
    says("grade_2: [0.2, 0.3]", "2 probabilities for 3 dose levels");
    says("grade_2: [0.2, 0.3, 0.8]", "P(grade 2) and P(DLT) sum to 1.1 at level 3");
    says("grade_4: [0.2, 0.1, 0.1]", "P(grade 4) exceeds P(DLT), 0.1, at level 1");
}

TEST_CASE("a truth without grades is told where a design reads them, with the remedy", "[scenario][grades]")
{
    auto const gboin = [](std::string const& text) { return replaced(text, "name: three_plus_three", "name: gboin"); };
    CHECK(faults_of(gboin(graded)).empty());
    auto const faults = faults_of(gboin(smallest));
    CHECK_THAT(faults, ContainsSubstring("'grade_2' is missing in 'toxicity': gboin reads grades of toxicity"));
    CHECK_THAT(faults, ContainsSubstring("'grade_4' is missing in 'toxicity'"));
    CHECK_THAT(faults, ContainsSubstring("add grade_2: [0.10, 0.15, ...]"));
    auto const titration = replaced(graded, "name: three_plus_three", "name: accelerated_titration");
    CHECK(faults_of(replaced(titration, ", grade_4: [0.0, 0.1, 0.2]", "")).empty());
    CHECK_THAT(faults_of(replaced(with_exposure, "name: three_plus_three, label: 3+3 }", "name: gboin, label: graded }")),
               ContainsSubstring("'grade_ratio' is missing in 'toxicity': graded reads grades"));
    auto const truths = gboin(graded) + "truths:\n  - { name: plain, probability: [0.1, 0.2, 0.3] }\n";
    CHECK_THAT(faults_of(truths), ContainsSubstring("s.yaml:8:33"));
    CHECK_THAT(faults_of(truths), ContainsSubstring("'grade_2' is missing in 'toxicity'"));
}

TEST_CASE("a score's target does not become the target of the truth", "[scenario][gboin]")
{
    auto const text = replaced(graded, "name: three_plus_three", "name: gboin, target: 0.2");
    CHECK(read(text).target() == 0.30);
    CHECK(read(text + "  - { name: boin, target: 0.25 }\n").target() == 0.25);
}

TEST_CASE("an explained trial names the grades that the truth tells", "[explain][grades]")
{
    auto const explained = [](std::string const& text) {
        auto const scenario = read(text);
        KnownToxicity const truth{dlt_rates, grades};
        auto const& design = scenario.designs.front().design;
        return explain_text({scenario, "x", record_trial(design, scenario.ladder(), truth, 1, 0)});
    };
    auto const text = explained(replaced(graded, "name: three_plus_three", "name: accelerated_titration"));
    CHECK_THAT(text, ContainsSubstring("grade 0-1"));
    CHECK_THAT(text, ContainsSubstring("has course 2 at 20 mg/m2: grade"));
}

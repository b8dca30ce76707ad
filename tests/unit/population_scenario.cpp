// Populations as scenarios write them: covariates, individuals from a file, uncertainty, occasions.
#include "sim/population/patient_sampler.hpp"
#include "sim/runner/marginal.hpp"
#include "sim/scenario/cells.hpp"
#include "sim/scenario/individuals_file.hpp"
#include "tests/support/populations.hpp"
#include "tests/support/process.hpp"
#include "tests/unit/scenario_support.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

std::string const population_block = R"(population:
  antigen: { median: 100 U/mL, sd_log: 1 }
  covariates:
    albumin: { mean: 41 g/L, sd: 5 g/L }
    AST: { median: 27, sd_log: 0.5 }
    sex: { categories: { female: 60 %, male: 0.4 } }
  effects:
    CL:
      albumin: { power: -0.423, reference: 41 g/L }
      AST: { power: 0.071, reference: 27 }
      antigen: { power: 0.035, reference: 25 U/mL }
    V1:
      sex: { factors: { female: 0.85 } }
  omega: { CL: 0.03585, V1: 0.01351, cov: { CL-V1: 0.011 } }
  iov: { CL: 0.02 }
  uncertainty: { CL: 8 %, V1: 0.05, corr: { CL-V1: 0.3 } }
)";

void check_said(std::string const& text, std::string const& fault)
{
    INFO(text);
    CHECK_THAT(faults_of(text), ContainsSubstring(fault));
}

std::string faults_of_file(std::string const& text, std::vector<std::string> const& covariates = {},
                           Keyed<std::string> const& units = {})
{
    try {
        read_individuals(text, "i.csv", units, two_compartment_drug(), covariates);
        return {};
    } catch (ScenarioError const& error) {
        return error.what();
    }
}

} // namespace

TEST_CASE("a population is read as it is written", "[scenario][population]")
{
    auto const scenario = read(with_exposure + population_block);
    auto const& read_population = scenario.population;
    REQUIRE(read_population.covariates.entries.size() == 3);
    CHECK(read_population.covariates.find("albumin")->mean == CovariateFigure{41, "g/L"});
    CHECK(read_population.covariates.find("AST")->median == CovariateFigure{27, ""});
    CHECK(read_population.covariates.find("sex")->categories.entries[0].second.value == 0.6);
    CHECK(read_population.effects.find("CL")->find("antigen")->reference == CovariateFigure{25, "U/mL"});
    CHECK(*read_population.effects.find("V1")->find("sex")->factors.find("female") == 0.85);
    CHECK(read_population.omega.covariances == std::vector<pk::Omega::Covariance>{{"CL", "V1", 0.011}});
    CHECK(read_population.iov.variances == std::vector<pk::Omega::Variance>{{"CL", 0.02}});
    CHECK(read_population.uncertainty.errors == std::vector<pk::ParameterUncertainty::Error>{{"CL", 0.08}, {"V1", 0.05}});
    CHECK(read_population.uncertainty.correlations.size() == 1);
}

TEST_CASE("the echo of a population reads back as the same", "[scenario][population][echo]")
{
    auto const scenario = read(with_exposure + population_block);
    auto const resolved = resolved_yaml(scenario);
    auto const again = read(resolved);
    CHECK(resolved_yaml(again) == resolved);
    CHECK(again.population.covariates == scenario.population.covariates);
    CHECK(again.population.effects == scenario.population.effects);
    CHECK(again.population.omega == scenario.population.omega);
    CHECK(again.population.iov == scenario.population.iov);
    CHECK(again.population.uncertainty == scenario.population.uncertainty);
}

TEST_CASE("overrides and sweeps reach every figure of a population", "[scenario][population]")
{
    auto const scenario = read(with_exposure + population_block,
                               {"population.effects.CL.albumin.power=-1", "population.omega.cov.CL-V1=0.02",
                                "population.covariates.albumin.mean=38 g/L", "population.covariates.albumin.sd=4 g/L"});
    CHECK(scenario.population.effects.find("CL")->find("albumin")->power == -1);
    CHECK(scenario.population.omega.covariances[0].covariance == 0.02);
    CHECK(scenario.population.covariates.find("albumin")->mean->value == 38);
}

TEST_CASE("faults of a population are told at their places", "[scenario][population]")
{
    auto const changed = [](std::string const& what, std::string const& by) {
        return with_exposure + replaced(population_block, what, by);
    };
    check_said(changed("0.011", "0.03"), "a covariance of 0.03 is beyond the product of both SDs");
    check_said(changed("CL-V1: 0.011", "CLV1: 0.011"), "'CLV1' does not name two parameters");
    check_said(changed("cov: {", "corr: { CL-V1: 0.5 }, cov: {"), "both a covariance and a correlation");
    check_said(changed("41 g/L, sd", "41 g/L, spread"), "unknown key 'spread'");
    check_said(changed("sd: 5 g/L", "sd: 5"), "the mean is in 'g/L', its SD in ''");
    check_said(changed("mean: 41 g/L", "mean: -41 g/L"), "'mean' must be above 0");
    check_said(changed("mean: 41 g/L", "mean: forty"), "'mean' must be a number");
    check_said(changed("mean: 41 g/L", "mean: 41 {}"), "error");
    check_said(changed("male: 0.4", "male: 0.5"), "the shares add up to 1.1");
    check_said(changed("female: 0.85", "woman: 0.85"), "no patient is 'woman'");
    check_said(changed("reference: 25 U/mL", "reference: 25"), "the reference must be");
    check_said(changed("antigen: { median: 100 U/mL, sd_log: 1 }", "antigen: { value: 0 U/mL }"),
               "a power law has no value at antigen 0");
    check_said(changed("      albumin: { power: -0.423", "      albumen: { power: -0.423"),
               "nothing says how patients differ in 'albumen'");
    check_said(changed("iov: { CL: 0.02 }", "iov: { KA: 0.02 }"), "'KA' is not a parameter of the model");
    check_said(changed("CL: 8 %", "CL: -8 %"), "'CL' must be at least 0");
    check_said(changed("CL: 8 %", "KA: 8 %"), "'KA' is not a parameter of the model");
}

TEST_CASE("covariates that act widen what patients are exposed to, by the amount that the integral says",
          "[scenario][population]")
{
    // ln AUC is normal where a log-normal covariate acts by a power: P(DLT) is a normal integral
    auto const text = replaced(with_exposure, "CL: 0.4 L/d/m2, V1: 1.7 L/m2, Q: 0.3 L/d/m2, V2: 0.9 L/m2",
                               "CL: 0.4 L/d/m2, V1: 1.7 L/m2, Q: 0 L/d/m2, V2: 0.9 L/m2");
    auto const long_window = replaced(text, "tolerance:", "window: 2000 d, tolerance:");
    auto const one_course = replaced(replaced(long_window, "cycles: 2", "cycles: 1"), "cycle: 21 d", "cycle: 2000 d");
    auto const scenario = read(one_course + R"(population:
  covariates: { marker: { median: 5 ng/mL, sd_log: 0.8 } }
  effects: { CL: { marker: { power: 0.5, reference: 4 ng/mL } } }
)");
    auto const truth = nature(scenario);
    auto const found = marginal_toxicity(std::get<Biology>(truth), Workers{1}, {});
    for (std::size_t level = 0; level < 3; ++level) {
        double const auc = 10.0 * static_cast<double>(level + 1) / (0.4 * std::pow(5.0 / 4, 0.5));
        double const exact = normal_probability(std::log(auc / 60) / std::sqrt(0.3 * 0.3 + 0.4 * 0.4));
        CHECK_THAT(found.dlt_probability[level], WithinAbs(exact, std::max(found.error[level], 1e-9)));
    }
}

TEST_CASE("individuals are read from a file beside the scenario, and stand in the echo", "[scenario][individuals]")
{
    Scratch const place;
    place.write("patients.csv", "\xEF\xBB\xBFID,CL (L/d),WT,V1 (mL/kg),ALB (g/L),SEX,note\r\n"
                                "1,0.5,70,50,41,f,\r\n"
                                "2, 0.7 ,80,45,38,m,\"a, b\"\r\n\r\n");
    auto const text = with_exposure + R"(population:
  individuals: { file: patients.csv, units: { WT: kg } }
  effects:
    Q: { ALB: { power: -0.4, reference: 41 g/L }, SEX: { factors: { m: 1.2 } } }
)";
    auto const scenario = read_scenario(place.write("s.yaml", text));
    REQUIRE(scenario.population.individuals);
    auto const& individuals = *scenario.population.individuals;
    CHECK_FALSE(individuals.file);
    REQUIRE(individuals.columns.size() == 5);
    CHECK(individuals.columns[0] == IndividualColumn{"CL", "L/d", {0.5, 0.7}, {}});
    CHECK(individuals.columns[1] == IndividualColumn{"weight", "kg", {70, 80}, {}});
    CHECK(individuals.columns[4] == IndividualColumn{"SEX", {}, {}, {"f", "m"}});
    auto const resolved = resolved_yaml(scenario);
    auto const again = read(resolved);
    CHECK(resolved_yaml(again) == resolved);
    CHECK(again.population.individuals == scenario.population.individuals);
}

TEST_CASE("a file of individuals that is not there is told in the scenario", "[scenario][individuals]")
{
    check_said(with_exposure + "population: { individuals: { file: nowhere.csv } }\n", "there is no file 'nowhere.csv'");
    check_said(smallest + "population: { individuals: { file: nowhere.csv } }\n", "individuals need the pharmacokinetics");
    check_said(with_exposure + "population: { individuals: {} }\n", "there are no individuals");
}

TEST_CASE("truths meet the individuals of the scenario and bring none of their own", "[scenario][individuals][truths]")
{
    Scratch const place;
    place.write("patients.csv", "CL (L/d/m2)\n0.3\n0.5\n");
    auto const text = with_exposure + "population: { individuals: { file: patients.csv } }\n";
    auto const with_truths = [&](std::string const& set) { return text + "truths:\n  - { name: slow, set: { " + set + " } }\n"; };
    auto const scenario = read_scenario(place.write("s.yaml", with_truths("pk.Q: 0.2 L/d/m2")));
    CHECK(under(scenario.truths[0], scenario).population.individuals->size() == 2);
    try {
        read_scenario(place.write("t.yaml", with_truths("population.individuals: { file: patients.csv }")));
        FAIL("a truth brought individuals");
    } catch (ScenarioError const& error) {
        CHECK_THAT(error.what(), ContainsSubstring("a truth cannot bring individuals of its own"));
    }
}

TEST_CASE("every fault of a file of individuals is told with its line and column", "[scenario][individuals]")
{
    auto const faults = faults_of_file("ID,CL (L/d),V1 (mg),WT,CL (L/d),sex\n"
                                       "1,0.5,3,70,1,f\n"
                                       "2,-0.5,x,70\n"
                                       "1,0.5,3,.,1,m\n");
    for (auto const* fault :
         {"i.csv:1:13: error: 'mg' is no unit of a volume, which 'V1' is", "i.csv:1:21: error: the unit of 'weight' is missing",
          "i.csv:1:24: error: a second column of 'CL'", "i.csv:3:1: error: the row has 4 values, the header 6",
          "i.csv:3:3: error: 'CL' cannot be -0.5", "i.csv:3:8: error: 'V1' must be a number, got 'x'",
          "i.csv:4:1: error: individual '1' has a row already, in line 2", "i.csv:4:9: error: 'weight' is missing"})
        CHECK_THAT(faults, ContainsSubstring(fault));
    CHECK_THAT(faults_of_file(""), ContainsSubstring("the file has no individuals"));
    CHECK_THAT(faults_of_file("CL (L/d)\n"), ContainsSubstring("the file has no individuals"));
    CHECK_THAT(faults_of_file("A,B\n1,2\n"), ContainsSubstring("the header names nothing that the model or its covariates read"));
    CHECK_THAT(faults_of_file("TABLE NO.  1\n ID CL\n"), ContainsSubstring("NONMEM's title line"));
    CHECK_THAT(faults_of_file("CL (L/d)\n1\n", {}, {{{"CL", "L/d"}}}), ContainsSubstring("stands here and in the scenario"));
    CHECK_THAT(faults_of_file("CL (L/d)\n1\n", {}, {{{"V1", "L"}}}), ContainsSubstring("which the header does not name"));
    CHECK_THAT(faults_of_file("CL (L/d),ALB\n1,f\n1,3\n", {"ALB"}),
               ContainsSubstring("i.csv:2:3: error: 'ALB' must be a number, got 'f'"));
    CHECK(faults_of_file("CL [L/d],ALB\n1,40\n", {"ALB"}).empty());
}

// `--set path=value`: figures, vectors, labels and stars.
#include "tests/unit/scenario_support.hpp"

using namespace escalon;
using namespace escalon::test;

TEST_CASE("a figure is replaced", "[scenario][override]")
{
    CHECK(read(smallest, {"runner.trials=500"}).runner.trials == 500);
    CHECK(read(smallest, {"toxicity.probability[2]=0.25"}).toxicity.has_value());
    auto const by_dose = std::get<ByDose>(*read(smallest, {"toxicity.probability[2]=25 %"}).toxicity);
    CHECK(by_dose.probability[1] == 0.25);
    CHECK(read(smallest, {"name=a: text # as it stands"}).name == "a: text # as it stands");
    CHECK(read(smallest, {"name=\"quoted\""}).name == "quoted");
    CHECK(read(smallest, {"name=a=b"}).name == "a=b");
}

TEST_CASE("vectors and whole blocks are replaced", "[scenario][override]")
{
    auto const scenario = read(smallest, {"doses.levels=[1, 2]", "toxicity={ model: by_dose, probability: [0.2, 0.5] }"});
    CHECK(scenario.doses.levels == std::vector<double>{1, 2});
    CHECK(std::get<ByDose>(*scenario.toxicity).probability[1] == 0.5);
    CHECK(read(smallest, {"designs=[{ name: three_plus_three, label: x }]"}).designs.front().label == "x");
}

TEST_CASE("blocks that the file leaves out are made on the way", "[scenario][override]")
{
    CHECK(read(with_exposure, {"population.antigen.value=10000 U/mL"}).population.antigen.value == 10'000 * unit::U_per_mL);
    CHECK(read(with_exposure, {"population.omega.CL=0.09", "population.omega.V1=0.04", "population.omega.corr.CL-V1=0.5"})
              .population.omega.correlations.size() == 1);
}

TEST_CASE("designs are named by label, the longest one that fits", "[scenario][override]")
{
    auto const common = [](Scenario const& scenario, std::size_t i) { return scenario.designs[i].common().max_patients; };
    auto const one = read(with_exposure, {"designs.3+3.quick.max_patients=24"});
    CHECK_FALSE(common(one, 0));
    CHECK(common(one, 1) == 24);
    auto const other = read(with_exposure, {"designs.3+3.max_patients=24"});
    CHECK(common(other, 0) == 24);
    CHECK_FALSE(common(other, 1));
    auto const all = read(with_exposure, {"designs.*.max_patients=24"});
    CHECK(common(all, 0) == 24);
    CHECK(common(all, 1) == 24);
    CHECK(common(read(with_exposure, {"designs[2].max_patients=24"}), 1) == 24);
    CHECK(common(read(smallest, {"designs.three_plus_three.max_patients=24"}), 0) == 24);
}

TEST_CASE("designs are chosen by label, in the order asked for", "[scenario][override]")
{
    auto const scenario = read(with_exposure, {"designs=3+3.quick, 3+3"});
    REQUIRE(scenario.designs.size() == 2);
    CHECK(scenario.designs[0].label == "3+3.quick");
    CHECK(read(with_exposure, {"designs=3+3"}).designs.size() == 1);
    CHECK_THAT(faults_of(with_exposure, {"designs=3+4"}), ContainsSubstring("did you mean '3+3'?"));
}

TEST_CASE("paths that lead nowhere are told", "[scenario][override]")
{
    auto const says = [](std::string const& set, std::string const& what) {
        INFO(set);
        CHECK_THAT(faults_of(with_exposure, {set}), ContainsSubstring(what));
    };
    says("runner.trails=5", "did you mean 'trials'?");
    says("runnr.trials=5", "did you mean 'runner'?");
    says("dosis.levels[1]=5", "did you mean 'doses'?");
    says("doses.levels[4]=5", "positions count from 1 to 3");
    says("doses.levels[0]=5", "positions count from 1 to 3");
    says("doses.levels[x]=5", "positions count from 1 to 3");
    says("doses.levels.first=5", "'doses.levels' is a list");
    says("name.first=5", "'name' is a single value and has no parts");
    says("designs.boin.target=5", "'designs' has no entry called 'boin'");
    says("doses.levels=[1, 2", "bracket is not closed");
    says("doses.=3", "a key is missing in this path");
    says("name=", "'name' has no value");
    says(std::string{"name=a\x1b[31m"}, "a control character stands here");
    CHECK_THROWS_AS(parse_override("name"), ScenarioError);
    CHECK_THROWS_AS(parse_override("=3"), ScenarioError);
}

TEST_CASE("later overrides win, and a tree can take any number of them", "[scenario][override]")
{
    CHECK(read(smallest, {"runner.trials=5", "runner.trials=7"}).runner.trials == 7);
    Source const source{"s.yaml", smallest};
    Findings findings{source};
    auto root = parse_yaml(source, findings);
    REQUIRE(root);
    auto const changed = with_override(*root, {"doses.levels[1]", "7"});
    CHECK(find_path(changed, "doses.levels[1]")->text == "7");
    CHECK(find_path(*root, "doses.levels[1]")->text == "10");
    CHECK(find_path(changed, "doses.nothing") == nullptr);
}

TEST_CASE("a figure that was overridden loses the source that the file names", "[scenario][override][evidence]")
{
    auto const scenario = read_scenario(shipped("huc242_dm4.yaml"), overrides({"pk.CL=0.3 L/d/m2"}));
    bool found = false;
    for (auto const& [path, entry] : scenario.evidence.entries)
        if (path == "pk.CL") {
            found = true;
            CHECK(entry.label == EvidenceLabel::assumption);
            CHECK_FALSE(entry.source);
            CHECK(entry.why == "set by pk.CL=0.3 L/d/m2");
        }
    CHECK(found);
}

TEST_CASE("evidence of what an override takes away goes with it", "[scenario][override][evidence]")
{
    auto const scenario = read_scenario(
        shipped("huc242_dm4.yaml"), overrides({"toxicity={ model: by_dose, probability: [0, 0, 0, 0.1, 0.1, 0.2, 0.4, 0.6] }"}));
    CHECK(resolved_yaml(parse_scenario(resolved_yaml(scenario), "again")) == resolved_yaml(scenario));
}

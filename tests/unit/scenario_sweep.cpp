// Axes, cells and truths of a scenario.
#include "sim/scenario/cells.hpp"
#include "sim/scenario/sweep.hpp"
#include "tests/unit/scenario_support.hpp"

using namespace escalon;
using namespace escalon::test;
using Texts = std::vector<std::string>;

namespace {

std::string faults_of_axis(std::string const& text)
{
    try {
        parse_axis(text);
        return {};
    } catch (ScenarioError const& error) {
        return render(std::span{error.diagnostics()});
    }
}

std::vector<SweepAxis> axes(Texts const& texts)
{
    std::vector<SweepAxis> all;
    for (auto const& text : texts)
        all.push_back(parse_axis(text));
    return all;
}

std::vector<Texts> cells(Texts const& texts, SweepMode mode)
{
    std::vector<Texts> all;
    auto const swept = axes(texts);
    for (auto const& point : sweep_points(swept, mode)) {
        all.emplace_back();
        for (auto const& setting : settings(swept, point))
            all.back().push_back(setting.text());
    }
    return all;
}

std::string const four_truths = R"(schema: 1
name: truths
doses: { unit: mg/m2, levels: [10, 20, 30] }
toxicity: { model: by_dose, probability: [0.1, 0.2, 0.3] }
truths:
  - { name: as written }
  - { name: steep, probability: [0.1, 0.3, 0.6] }
  - { name: one figure, set: { "toxicity.probability[3]": 0.5, truth.target: 0.2 } }
  - { name: another model, toxicity: { model: by_dose, probability: [0.2, 0.2, 0.2] } }
designs:
  - { name: three_plus_three, target: 0.25 }
)";

std::vector<double> known(NamedNature const& truth) { return std::get<KnownToxicity>(truth.nature).dlt_probability; }

} // namespace

TEST_CASE("an axis is a list, a range of so many values, or a range in steps", "[scenario][sweep]")
{
    CHECK(parse_axis("a.b=1,2, 3").values == Texts{"1", "2", "3"});
    CHECK(parse_axis("a=0.03 /d..0.12 /d:4").values == Texts{"0.03 /d", "0.06 /d", "0.09 /d", "0.12 /d"});
    CHECK(parse_axis("a=0.03..0.12 /d:4").values == Texts{"0.03 /d", "0.06 /d", "0.09 /d", "0.12 /d"});
    CHECK(parse_axis("a=0.2..0.5:0.1").values == Texts{"0.2", "0.3", "0.4", "0.5"});
    CHECK(parse_axis("a=1 d..6 d:2 d").values == Texts{"1 d", "3 d", "5 d"});
    CHECK(parse_axis("a=12..48:step 12").values == Texts{"12", "24", "36", "48"});
    CHECK(parse_axis("a=1..1000:log 4").values == Texts{"1", "10", "100", "1000"});
    CHECK(parse_axis("a=-1..1:3,5").values == Texts{"-1", "0", "1", "5"});
    CHECK(parse_axis("a=1e-3 /d..1e-1 /d:log 3").values == Texts{"0.001 /d", "0.01 /d", "0.1 /d"});
}

TEST_CASE("vectors, blocks and quoted texts are single values", "[scenario][sweep]")
{
    CHECK(parse_axis("toxicity.probability=[0.1, 0.2],[0.2, 0.4]").values == Texts{"[0.1, 0.2]", "[0.2, 0.4]"});
    CHECK(parse_axis("pk={ model: a, CL: 1 },{ model: b }").values == Texts{"{ model: a, CL: 1 }", "{ model: b }"});
    CHECK(parse_axis("name=\"a,b\",c").values == Texts{"\"a,b\"", "c"});
}

TEST_CASE("the figures of an axis stand in the unit of the first", "[scenario][sweep]")
{
    auto const days = parse_axis("regimen.cycle=7 d,336 h,3 wk");
    REQUIRE(days.numbers.size() == 3);
    CHECK(days.unit == "d");
    CHECK(days.numbers[1] == Approx(14));
    CHECK(days.numbers[2] == Approx(21));
    CHECK(parse_axis("a=1,2").numbers == std::vector<double>{1, 2});
    CHECK(parse_axis("a=1 d,2 mg/L").numbers.empty());
    CHECK(parse_axis("designs=a,b").numbers.empty());
}

TEST_CASE("an axis that cannot be understood says why, at its place", "[scenario][sweep]")
{
    CHECK(faults_of_axis("pk.KDC") == "axis pk.KDC: error: an axis needs a path and values\n    pk.KDC\n    ^^^^^^\n"
                                      "  hint: write path=values, for example pk.KDC='0.03 /d..0.12 /d:4'\n");
    CHECK(faults_of_axis("a=1,,2").find("a value is missing here") != std::string::npos);
    CHECK(faults_of_axis("a=1,1").find("the value '1' stands twice") != std::string::npos);
    CHECK(faults_of_axis("a=1..2").find("write 1..2:4 for four values") != std::string::npos);
    CHECK(faults_of_axis("a=2..1:3").find("a range must rise") != std::string::npos);
    CHECK(faults_of_axis("a=1 d..2 h:3").find("one unit") != std::string::npos);
    CHECK(faults_of_axis("a=1 x..2 x:3").find("unknown unit 'x'") != std::string::npos);
    CHECK(faults_of_axis("a=0..1:log 3").find("above 0") != std::string::npos);
    CHECK(faults_of_axis("a=0..1:1").find("2 to 10000 values, not 1") != std::string::npos);
    CHECK(faults_of_axis("a=0..1:step 0").find("above 0") != std::string::npos);
    CHECK(faults_of_axis("a=0..1e9:step 1").find("more than 10000 values") != std::string::npos);
}

TEST_CASE("a grid changes its last axis fastest; zipped axes go together; one at a time begins as written", "[scenario][sweep]")
{
    CHECK(cells({"a=1,2", "b=x,y"}, SweepMode::grid) ==
          std::vector<Texts>{{"a=1", "b=x"}, {"a=1", "b=y"}, {"a=2", "b=x"}, {"a=2", "b=y"}});
    CHECK(cells({"a=1,2", "b=x,y"}, SweepMode::zip) == std::vector<Texts>{{"a=1", "b=x"}, {"a=2", "b=y"}});
    CHECK(cells({"a=1,2", "b=x"}, SweepMode::one_at_a_time) == std::vector<Texts>{{}, {"a=1"}, {"a=2"}, {"b=x"}});
    CHECK_THROWS_AS(cells({"a=1,2", "b=x"}, SweepMode::zip), ScenarioError);
    CHECK_THROWS_AS(cells({"a=1,2", "a=3"}, SweepMode::grid), ScenarioError);
    CHECK_THROWS_AS(cells({"a=1..2:1000", "b=1..2:1000"}, SweepMode::grid), ScenarioError);
}

TEST_CASE("a cell is the scenario with its settings", "[scenario][sweep]")
{
    ScenarioFile const file{with_exposure, "s.yaml"};
    auto const swept = axes({"pk.CL=0.3 L/d/m2,0.5 L/d/m2", "designs=3+3,3+3.quick"});
    auto const points = sweep_points(swept, SweepMode::grid);
    auto const found = sweep_scenarios(file, overrides({"runner.seed=7"}), swept, points);
    REQUIRE(found.size() == 4);
    CHECK(identity(found[3]) == identity(read(with_exposure, {"runner.seed=7", "pk.CL=0.5 L/d/m2", "designs=3+3.quick"})));
}

TEST_CASE("a value that makes no scenario is told once, by its axis", "[scenario][sweep]")
{
    ScenarioFile const file{with_exposure, "s.yaml"};
    auto const swept = axes({"pk.CL=0.3 L/d/m2,0.5", "runner.seed=1,2"});
    try {
        sweep_scenarios(file, {}, swept, sweep_points(swept, SweepMode::grid));
        FAIL("must be refused");
    } catch (ScenarioError const& error) {
        REQUIRE(error.diagnostics().size() == 1);
        CHECK(error.diagnostics().front().file == "axis pk.CL=0.5");
        CHECK(error.diagnostics().front().message.find("needs a unit") != std::string::npos);
    }
}

TEST_CASE("exposures are shared where only tolerance, ladder or design differ", "[scenario][sweep]")
{
    auto const exposures = [](Texts const& sets) { return natures(read(with_exposure, sets)).front().exposures; };
    auto const as_written = exposures({});
    CHECK_FALSE(as_written.empty());
    for (auto const* shared : {"toxicity.tolerance.median=70 mg*d/L", "toxicity.tolerance.sd_log=0.5", "doses.levels=[1, 2, 3]",
                               "designs=3+3", "runner.seed=5", "truth.target=0.2"})
        CHECK(exposures({shared}) == as_written);
    for (auto const* own : {"pk.CL=0.5 L/d/m2", "regimen.cycle=28 d", "toxicity.window=42 d", "population.omega.CL=0.1"})
        CHECK(exposures({own}) != as_written);
    CHECK(exposures({"toxicity.driver=cmax", "toxicity.tolerance.median=5 mg/L"}) != as_written);
    CHECK(natures(read(smallest)).front().exposures.empty());
}

TEST_CASE("what only readers need does not make another result", "[scenario][sweep]")
{
    auto const base = identity(read(smallest));
    CHECK(identity(read(smallest, {"name=another"})) == base);
    CHECK(identity(read(smallest, {"compound=x"})) == base);
    CHECK(identity(read(smallest, {"runner.trials=5"})) != base);
    CHECK(identity(read(smallest, {"designs.three_plus_three.label=x"})) != base); // results are called by it
}

TEST_CASE("each truth has its own toxicity and target", "[scenario][truths]")
{
    auto const truths = natures(read(four_truths));
    REQUIRE(truths.size() == 4);
    CHECK(truths[0].name == "as written");
    CHECK(known(truths[0]) == std::vector<double>{0.1, 0.2, 0.3});
    CHECK(known(truths[1]) == std::vector<double>{0.1, 0.3, 0.6});
    CHECK(known(truths[2]) == std::vector<double>{0.1, 0.2, 0.5});
    CHECK(known(truths[3]) == std::vector<double>{0.2, 0.2, 0.2});
    CHECK(truths[0].target == 0.25); // of the first design
    CHECK(truths[2].target == 0.2);
}

TEST_CASE("a truth may change the biology, and the file then needs no other toxicity", "[scenario][truths]")
{
    auto const text = with_exposure + "truths:\n  - { name: slow, set: { pk.CL: 0.2 L/d/m2 } }\n"
                                      "  - { name: known, probability: [0.1, 0.2, 0.3] }\n";
    auto const truths = natures(read(text));
    CHECK(std::holds_alternative<Biology>(truths[0].nature));
    CHECK(std::holds_alternative<KnownToxicity>(truths[1].nature));
    auto const without = replaced(four_truths, "toxicity: { model: by_dose, probability: [0.1, 0.2, 0.3] }\n", "");
    CHECK(faults_of(without).find("the truth 'as written' has no toxicity") != std::string::npos);
}

TEST_CASE("truths and sweep survive the resolved scenario", "[scenario][truths][sweep]")
{
    auto const text = four_truths +
                      "sweep: { mode: zip, axes: { \"toxicity.probability[1]\": 0.05..0.15:0.05, designs: [three_plus_three], "
                      "runner.trials: [10, 20] } }\n";
    auto const first = read(text);
    auto const echoed = resolved_yaml(first);
    auto const second = read(echoed);
    CHECK(resolved_yaml(second) == echoed);
    CHECK(axes_of(*second.sweep) == axes_of(*first.sweep));
    CHECK(known(natures(second)[2]) == known(natures(first)[2]));
}

TEST_CASE("a truth with a fault is told at its line", "[scenario][truths]")
{
    auto const with = [](std::string const& truth) { return faults_of(replaced(four_truths, "{ name: as written }", truth)); };
    CHECK(with("{ name: x, probability: [0.1, 0.2] }").find("s.yaml:6:29: error: 2 probabilities for 3 dose levels") !=
          std::string::npos);
    CHECK(with("{ name: steep, probability: [0.1, 0.2, 0.3] }").find("two truths are called 'steep'") != std::string::npos);
    CHECK(with("{ name: x, set: { designs.a: 1 } }").find("a truth cannot change 'designs.a'") != std::string::npos);
    CHECK(with("{ name: x, set: { doses.levels: [1] } }").find("a truth cannot change 'doses.levels'") != std::string::npos);
    CHECK(with("{ name: x, set: { truth.tarjet: 1 } }").find("did you mean 'target'?") != std::string::npos);
    CHECK(with("{ name: x, set: { \"toxicity.probability[9]\": 1 } }").find("has no entry [9]") != std::string::npos);
    CHECK(with("{ name: \"a,b\" }").find("the name of a truth cannot contain") != std::string::npos);
    CHECK(with("{ name: x, probability: [0.1, 0.2, 0.3], toxicity: { model: by_dose, probability: [0.1, 0.2, 0.3] } }")
              .find("either probabilities or a toxicity") != std::string::npos);
    CHECK(with("{ name: x }").empty());
}

TEST_CASE("an axis of the file with a fault is told at its line", "[scenario][sweep]")
{
    auto const found = faults_of(smallest + "sweep:\n  axes:\n    runner.seed: 1..5\n");
    CHECK(found.find("s.yaml:9:18: error: a range needs the number of its values") != std::string::npos);
    CHECK(faults_of(smallest + "sweep: { axes: {} }\n").find("a sweep needs an axis") != std::string::npos);
}

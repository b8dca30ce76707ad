// How single values are read, and that what was read can be written down and read again.
#include "sim/scenario/number.hpp"
#include "sim/scenario/suggest.hpp"
#include "tests/unit/scenario_support.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>

using namespace escalon;
using namespace escalon::test;

namespace {

std::optional<double> number(std::string_view text)
{
    auto const parsed = parse_number(text);
    auto const* value = std::get_if<double>(&parsed);
    return value ? std::optional{*value} : std::nullopt;
}

} // namespace

TEST_CASE("numbers are decimal and finite", "[scenario][number]")
{
    CHECK(number("3") == 3);
    CHECK(number(" -0.5 ") == -0.5);
    CHECK(number("+2") == 2);
    CHECK(number("1e3") == 1000);
    CHECK(number("1.5E-2") == 0.015);
    CHECK(number(".5") == 0.5);
    CHECK(number("0") == 0);
    for (auto const* text :
         {"", "-", "e3", "010", "0x1F", "1_000", "1,000", ".nan", ".inf", "inf", "1e", "1e999", "3 4", "1.2.3", "--1"}) {
        INFO(text);
        CHECK_FALSE(number(text));
    }
}

TEST_CASE("a share of one is a fraction or a percentage", "[scenario][number]")
{
    CHECK(std::get<double>(parse_fraction("35 %")) == 0.35);
    CHECK(std::get<double>(parse_fraction("35%")) == 0.35);
    CHECK(std::get<double>(parse_fraction("0.35")) == 0.35);
}

TEST_CASE("a figure with a unit is read in base units", "[scenario][number]")
{
    auto const base = [](std::string_view text) { return std::get<Measured>(parse_measured(text, dimension::time, {})).base; };
    CHECK(base("5 d") == 5);
    CHECK(base("5d") == 5);
    CHECK(base("12 h") == 0.5);
    CHECK_THAT(base("1.7 per month"), WithinRel(1.7 / unit::days_per_month, 1e-15)); // one rounding more
    CHECK(base("142600 U/mL") == 142600 * 1000.0);
    CHECK(std::holds_alternative<NumberFault>(parse_measured("5", dimension::time, {})));
    CHECK(std::get<NumberFault>(parse_measured("5", dimension::time, {})).remedy == "write 5 d");
    CHECK(std::get<NumberFault>(parse_measured("5 furlongs", dimension::time, {})).problem == "has an unknown unit: 'furlongs'");
}

TEST_CASE("seeds use all 64 bits", "[scenario][number]")
{
    auto const scenario = read(smallest, {"runner.seed=18446744073709551615"});
    CHECK(scenario.runner.seed == 18446744073709551615ULL);
    CHECK(read(resolved_yaml(scenario)).runner.seed == scenario.runner.seed);
    CHECK(resolved_json(scenario)["runner"]["seed"] == 18446744073709551615ULL);
    CHECK_THAT(faults_of(smallest, {"runner.seed=18446744073709551616"}), ContainsSubstring("below 2^64"));
    CHECK_THAT(faults_of(smallest, {"runner.seed=-1"}), ContainsSubstring("must be a whole number that is not negative"));
}

TEST_CASE("names that were nearly right are suggested", "[scenario][suggest]")
{
    std::vector<std::string> const designs{"three_plus_three", "boin", "keyboard", "crm", "mtpi", "mtpi2"};
    CHECK(nearest("three_plus_tree", designs) == "three_plus_three");
    CHECK(nearest("bion", designs) == "boin");
    CHECK(nearest("BOIN", designs) == "boin");
    CHECK(nearest("three-plus-three", designs) == "three_plus_three");
    CHECK(nearest("keybord", designs) == "keyboard");
    CHECK(nearest("mtpi3", designs) == "mtpi");
    CHECK_FALSE(nearest("xyz", designs));
    CHECK_FALSE(nearest("banana", designs));
    CHECK_FALSE(nearest("", designs));
    CHECK_FALSE(nearest(std::string(100'000, 'a'), designs));
    CHECK(suggestion("xyz", designs) == "one of: three_plus_three, boin, keyboard, crm, mtpi, mtpi2");
}

TEST_CASE("a swap of neighbours is one slip", "[scenario][suggest]")
{
    CHECK(edit_distance("dsoes", "doses") == 1);
    CHECK(edit_distance("target", "taget") == 1);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("kitten", "sitting") == 3);
}

TEST_CASE("what a file leaves out is filled in where it follows from the rest", "[scenario]")
{
    auto const scenario = read(with_exposure);
    CHECK(read(smallest).designs.front().label == "three_plus_three");
    CHECK(scenario.target() == 0.30);
    CHECK(read(with_exposure, {"designs.3+3.target=25 %"}).target() == 0.25);
    CHECK(std::get<ByExposure>(*scenario.toxicity).window == 21 * unit::d);
    CHECK(scenario.doses.start_level == 1);
    CHECK(scenario.runner.trials == 10'000);
    CHECK(scenario.runner.seed == 1);
    CHECK(scenario.runner.engine == EngineChoice::automatic);
}

TEST_CASE("the shipped scenarios are without fault, and their resolved text is a fixed point", "[scenario][echo]")
{
    std::size_t read = 0;
    for (auto const& entry : std::filesystem::recursive_directory_iterator{shipped("")}) {
        auto const file = entry.path();
        if (file.extension() != ".yaml")
            continue;
        INFO(file);
        ++read;
        auto const scenario = read_scenario(file);
        auto const resolved = resolved_yaml(scenario);
        auto const again = parse_scenario(resolved, "resolved");
        CHECK(resolved_yaml(again) == resolved);
        CHECK(resolved_json(again).dump() == resolved_json(scenario).dump());
        CHECK(again.doses == scenario.doses);
        CHECK(again.designs == scenario.designs);
        CHECK(again.documented == scenario.documented);
        CHECK(again.evidence == scenario.evidence);
        CHECK(again.runner == scenario.runner);
        CHECK(again.population.omega == scenario.population.omega);
    }
    CHECK(read >= 12);
}

TEST_CASE("the huC242-DM4 scenario says what it is known for", "[scenario]")
{
    auto const scenario = read_scenario(shipped("huc242_dm4.yaml"));
    CHECK(scenario.ladder().size() == 8);
    CHECK(scenario.documented->mtd == Dose{168, DoseUnit::mg_per_m2});
    int at_168 = 0;
    int late_at_223 = 0;
    for (auto const& cohort : scenario.documented->cohorts) {
        if (cohort.level.value == 168)
            at_168 += cohort.patients.known.value();
        if (cohort.level.value == 223)
            late_at_223 += cohort.late_dlts.known.value();
    }
    CHECK(at_168 == 16);
    CHECK(late_at_223 == 2);
    CHECK_FALSE(scenario.documented->cohorts.back().dlts.known);
}

TEST_CASE("every kind of field survives being written down", "[scenario][echo]")
{
    auto const text = with_exposure + R"(population:
  bsa: { mean: 1.83 m2, sd: 0.1234567890123456789 m2 }
  weight: { mean: 70.1 kg, sd: 15 kg }
  antigen: { value: 33.3 U/mL }
  omega: { CL: 0.0901, V1: 0.04, corr: { CL-V1: -0.333333333333333333 } }
trial: { dlt_window: 6 weeks }
truth: { target: 33 % }
documented:
  mtd: 20 mg/m2
  total_patients: 12
  cohorts:
    - { level: 10 mg/m2, patients: unknown, dlts: unknown, late_dlts: unknown, note: "a \"note\": # with\ttrouble\nand 'lines' \\ \u00e9" }
    - { level: 20 mg/m2, patients: 6, dlts: 1 }
runner: { engine: monte_carlo, trials: 123456789012, precision: 0.1 %, seed: 9007199254740993 }
evidence:
  pk.CL: { label: source, source: "yes", why: "010" }
  designs.3+3.quick.deescalate: { label: inference }
  documented.cohorts[1].note: { label: unknown }
)";
    auto const scenario = read(replaced(text, "infusion: 1 h", "infusion: 0.1 h, bsa_cap: 2.2 m2"),
                               {"pk.CL=7.2 mL/h/m2", "pk.V1=3.1 L", "pk.V2=0.0123 L/kg"});
    auto const resolved = resolved_yaml(scenario);
    INFO(resolved);
    auto const again = read(resolved);
    CHECK(resolved_yaml(again) == resolved);
    CHECK(resolved_json(again).dump() == resolved_json(scenario).dump());
    CHECK(again.regimen->infusion == scenario.regimen->infusion);
    CHECK(again.population.bsa.sd == scenario.population.bsa.sd);
    CHECK(again.population.antigen.value == scenario.population.antigen.value);
    auto const& model = std::get<pk::TwoCompartment>(*scenario.pk);
    auto const& model_again = std::get<pk::TwoCompartment>(*again.pk);
    CHECK(model_again.CL == model.CL);
    CHECK(model_again.V1 == model.V1);
    CHECK(model_again.V2 == model.V2);
    CHECK(again.trial == scenario.trial);
    CHECK(again.documented == scenario.documented);
    CHECK(again.runner == scenario.runner);
    CHECK(again.evidence == scenario.evidence);
}

TEST_CASE("quantities in results are text with their unit, figures are numbers", "[scenario][echo]")
{
    auto const json = resolved_json(read(with_exposure));
    CHECK(json["pk"]["CL"] == "0.4 L/d/m2");
    CHECK(json["regimen"]["days"] == nlohmann::ordered_json::array({1}));
    CHECK(json["designs"][1]["deescalate"] == false);
    CHECK(json["designs"][0]["label"] == "3+3");
    CHECK(json["truth"]["target"] == 0.3);
}

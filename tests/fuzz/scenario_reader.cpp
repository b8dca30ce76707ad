// Thousands of damaged scenarios: each is read or refused with diagnostics, and nothing else happens.
#include "sim/population/patient_sampler.hpp"
#include "sim/scenario/individuals_file.hpp"
#include "tests/support/damager.hpp"
#include "tests/unit/scenario_support.hpp"

#include <array>

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr int mutations = 3000; // a few seconds without sanitizers

enum class Outcome { read, refused };

/// Anything but these two outcomes is a failure of the test.
Outcome outcome(std::string const& text, std::vector<Override> const& sets)
{
    try {
        auto const scenario = parse_scenario(text, "damaged.yaml", sets);
        auto const resolved = resolved_yaml(scenario);
        CHECK(resolved_yaml(parse_scenario(resolved, "resolved")) == resolved);
        if (scenario.pk) { // what is read can be drawn from
            PatientSampler const sampler{scenario.population, *scenario.pk, {.unit = scenario.doses.unit}};
            static_cast<void>(sampler.draw(PatientStream{TrialStream{1, 0}, 0}));
            static_cast<void>(sampler.middle());
            static_cast<void>(typical_patient(scenario.population, *scenario.pk));
        }
        return Outcome::read;
    } catch (ScenarioError const& error) {
        CHECK_FALSE(error.diagnostics().empty());
        CHECK_FALSE(std::string_view{error.what()}.empty());
        return Outcome::refused;
    }
}

} // namespace

TEST_CASE("damaged scenarios are read or refused", "[fuzz][scenario]")
{
    Damager damager{20061108};
    int refused = 0;
    for (auto const* file : {"standard.yaml", "huc242_dm4.yaml", "cantuzumab_mertansine.yaml", "published/t_dm1.yaml",
                             "published/belantamab_mafodotin.yaml"}) {
        auto const original = file_text(shipped(file));
        for (int i = 0; i < mutations; ++i) {
            auto const text = damager.damage(original);
            INFO(file << ", mutation " << i << ":\n" << text);
            refused += outcome(text, {}) == Outcome::refused ? 1 : 0;
        }
    }
    CHECK(refused > mutations); // the damage bites
}

TEST_CASE("damaged overrides are applied or refused", "[fuzz][scenario][override]")
{
    Damager damager{7};
    auto const original = file_text(shipped("standard.yaml"));
    constexpr std::array seeds{"doses.levels[2]=15",
                               "toxicity.probability=[0.1, 0.2, 0.3, 0.4, 0.5, 0.6]",
                               "designs.three_plus_three.target=30 %",
                               "designs.*.max_patients=24",
                               "population.antigen={ value: 10 U/mL }",
                               "designs=three_plus_three"};
    for (int i = 0; i < mutations; ++i) {
        auto const text = damager.damage(seeds[damager.below(seeds.size())]);
        INFO("mutation " << i << ": " << text);
        try {
            outcome(original, {parse_override(text)});
        } catch (ScenarioError const& error) {
            CHECK_FALSE(error.diagnostics().empty());
        }
    }
}

TEST_CASE("damaged files of individuals are read or refused", "[fuzz][scenario][individuals]")
{
    Damager damager{2014};
    std::string const original = "ID,CL (L/d),V1 (mL/kg),WT,\"ALB\",SEX\n1,0.5,50,70,41,f\n2,0.7,45,80,38,m\n3,0.6,48,75,40,f\n";
    pk::Model const model = pk::TwoCompartment{.CL = sized(0.5 * unit::L_per_d),
                                               .V1 = sized(3 * unit::L),
                                               .Q = sized(0.7 * unit::L_per_d),
                                               .V2 = sized(2.5 * unit::L),
                                               .antigen_clearance = {}};
    std::vector<std::string> const covariates{"ALB", "SEX"};
    int refused = 0;
    for (int i = 0; i < mutations; ++i) {
        auto const text = damager.damage(original);
        INFO("mutation " << i << ":\n" << text);
        try {
            auto const columns = read_individuals(text, "damaged.csv", {{{"WT", "kg"}}}, model, covariates);
            for (auto const& column : columns) {
                CHECK(column.size() == columns.front().size());
                CHECK(column_faults(column, model).empty());
            }
        } catch (ScenarioError const& error) {
            ++refused;
            CHECK_FALSE(error.diagnostics().empty());
        }
    }
    CHECK(refused > mutations / 10);
}

// Thousands of damaged scenarios: each is read or refused with diagnostics, and nothing else happens.
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
    for (auto const* file : {"standard.yaml", "huc242_dm4.yaml", "cantuzumab_mertansine.yaml"}) {
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

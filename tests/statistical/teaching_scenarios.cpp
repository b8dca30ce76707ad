// Every teaching scenario of a design: simulated trials agree with the exact engine under every truth, and every design of the
// catalogue has one.
#include "sim/runner/exact.hpp"
#include "sim/runner/monte_carlo.hpp"
#include "sim/runner/run.hpp"
#include "sim/scenario/cells.hpp"
#include "sim/scenario/field_table.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/binomial_tails.hpp"
#include "tests/support/catch.hpp"

#include <filesystem>
#include <set>

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr std::uint64_t trials = 100'000;

std::vector<std::filesystem::path> teaching_scenarios()
{
    std::vector<std::filesystem::path> paths;
    for (auto const& entry : std::filesystem::directory_iterator{std::filesystem::path{ESCALON_SOURCE_DIR} / "scenarios/designs"})
        if (entry.path().extension() == ".yaml")
            paths.push_back(entry.path());
    std::ranges::sort(paths);
    return paths;
}

} // namespace

TEST_CASE("every design of the catalogue has a teaching scenario", "[teaching]")
{
    std::set<std::string> taught;
    for (auto const& path : teaching_scenarios())
        for (auto const& entry : read_scenario(path).designs)
            taught.insert(std::string{entry.name()});
    for (auto const& design : design_catalog()) {
        INFO(design.name);
        CHECK(taught.contains(design.name));
    }
}

TEST_CASE("simulated and exact results agree for every design of every teaching scenario", "[teaching][monte_carlo]")
{
    int compared = 0;
    for (auto const& path : teaching_scenarios()) {
        auto const scenario = read_scenario(path);
        auto const ladder = scenario.ladder();
        for (auto const& truth : natures(scenario))
            for (auto const& entry : scenario.designs) {
                INFO(path.filename().string() << ", " << entry.label << ", " << truth.name);
                auto const design = decider(entry.design, ladder);
                if (design.follows_patients() || design.exposure())
                    continue; // courses after the first and observed exposures are simulated only
                auto const graph = DesignGraph::compile(design, ladder);
                auto const toxicity = true_toxicity(truth.nature, scenario.target(), Workers{2});
                auto const exact = ExactPass{graph}(toxicity);
                auto const from = toxicity.overdose_from();
                auto const walked = simulate(graph, truth.nature, scenario.runner.seed, {.trials = trials}, from, Workers{2});
                CHECK(disagreements(walked, exact, false_alarm_rate) == std::vector<std::string>{});
                CHECK(distant_means(operating_characteristics(walked), exact, agreed_standard_errors) ==
                      std::vector<std::string>{});
                auto const asked = simulate(design, ladder, truth.nature, scenario.runner.seed, {.trials = trials / 50}, from,
                                            Workers{1});
                auto const walked_again = simulate(graph, truth.nature, scenario.runner.seed, {.trials = trials / 50}, from,
                                                   Workers{1});
                CHECK(asked.verdicts == walked_again.verdicts); // the same trials by the table and on the graph
                ++compared;
            }
    }
    CHECK(compared >= 20);
}

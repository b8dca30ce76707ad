// A graph that grows under its trials: the same trials as by asking the design, each state decided once.
#include "sim/trial/growing_graph.hpp"

#include "sim/designs/catalog.hpp"
#include "sim/runner/lockstep.hpp"
#include "sim/runner/monte_carlo.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/variants.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr std::uint64_t conduct_seed = 1;
constexpr std::uint64_t conducted_trials = 2000;
constexpr int standard_overdose = 4;

/// Counts how often the design behind it is asked.
struct CountingDecider {
    AnyDecider design;
    mutable std::size_t asked = 0;

    Decision decide(Observed const& observed, Wording wording) const
    {
        ++asked;
        return design.decide(observed, wording);
    }
    std::optional<DoseLevel> recommendation(Observed const& observed) const { return design.recommendation(observed); }
    Summary summary(Observed const& observed) const { return design.summary(observed); }
};

struct Ending {
    std::vector<Cohort> cohorts;
    Stop verdict;

    friend bool operator==(Ending const&, Ending const&) = default;
};

template <Course C>
std::vector<Ending> endings(C course, std::vector<double> const& dlt_probability)
{
    std::vector<Ending> all;
    Conduct conduct{std::move(course), TrialStream{conduct_seed, 0}};
    for (std::uint64_t trial = 0; trial < conducted_trials; ++trial) {
        conduct.restart(TrialStream{conduct_seed, trial});
        Ending ending;
        while (auto const wanted = conduct.wants()) {
            Cohort cohort{wanted->treat.level, wanted->treat.patients};
            for (int i = 0; i < wanted->treat.patients; ++i) {
                auto const patient = wanted->first_patient + static_cast<std::uint32_t>(i);
                auto const p = dlt_probability[static_cast<std::size_t>(wanted->treat.level.index())];
                cohort.dlts += conduct.stream().uniform(patient, Purpose::tolerance) < p ? 1 : 0;
            }
            ending.cohorts.push_back(cohort);
            conduct.learns(cohort.dlts);
        }
        ending.verdict = conduct.verdict();
        all.push_back(std::move(ending));
    }
    return all;
}

std::vector<AnyDesign> designs_of_many_kinds()
{
    return {Boin{}, ThreePlusThree{}, Keyboard{}, BiasedCoin{}, KInARow{}, G3Plus3{}, Crm{.model = WorkingModel::logistic2}};
}

} // namespace

TEST_CASE("trials on a growing graph are those that the design conducts itself", "[growing_graph]")
{
    for (auto const& options : designs_of_many_kinds()) {
        auto const design = decider(options, ladder(6));
        GrowingGraph graph{design, ladder(6)};
        auto const walked = endings(GraphCourse{graph}, standard_scenario);
        CHECK(walked == endings(DesignCourse{design, ladder(6), Wording::none}, standard_scenario));
        auto const size = graph.size();
        CHECK(endings(GraphCourse{graph}, standard_scenario) == walked); // again, without a state that is new
        CHECK(graph.size() == size);
    }
}

TEST_CASE("a growing graph asks about each state once, and not about those that no trial reaches", "[growing_graph]")
{
    CountingDecider const design{decider(Boin{}, ladder(6))};
    GrowingGraph graph{design, ladder(6)};
    endings(GraphCourse{graph}, standard_scenario);
    CHECK(design.asked == graph.size());
    CountingDecider const all{design.design};
    DesignGraph::compile(all, ladder(6));
    CHECK(design.asked < all.asked);
}

TEST_CASE("a design whose states do not fit their keys is asked before each cohort", "[growing_graph]")
{
    constexpr int many_levels = 30;
    auto const doses = ladder(many_levels);
    auto const design = decider(Boin{}, doses);
    std::vector<double> truth;
    for (int level = 1; level <= many_levels; ++level)
        truth.push_back(0.02 * level);
    CHECK_THROWS_AS((GrowingGraph{design, doses}), std::overflow_error);
    auto const found = simulate(design, doses, KnownToxicity{truth}, conduct_seed, {.trials = conducted_trials},
                                standard_overdose, Workers{1});
    std::vector<std::uint64_t> named(static_cast<std::size_t>(many_levels) + 1);
    for (auto const& ending : endings(DesignCourse{design, doses, Wording::none}, truth))
        ++named[ending.verdict.mtd ? static_cast<std::size_t>(ending.verdict.mtd->index()) + 1 : 0];
    for (std::size_t row = 0; row < named.size(); ++row) {
        std::uint64_t seen = 0;
        for (std::size_t cause = 0; cause < stop_causes; ++cause)
            seen += found.verdicts[row * stop_causes + cause];
        CHECK(seen == named[row]);
    }
}

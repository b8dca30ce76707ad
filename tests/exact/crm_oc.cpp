// Exact operating characteristics of the CRM against exact ones that were computed elsewhere, and against other programs'
// simulations by exact binomial tails; each file names its source.
#include "sim/designs/catalog.hpp"
#include "sim/runner/monte_carlo.hpp"
#include "tests/support/peer_figures.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

using Json = nlohmann::json;

Crm crm_of(Json const& inputs)
{
    Crm design;
    for (double const p : inputs["skeleton"])
        design.skeleton.push_back(p);
    design.common.target = inputs["target"].get<double>();
    design.common.max_patients = inputs["n"].get<int>();
    design.common.cohort_size = inputs.contains("cohort_size") ? inputs["cohort_size"].get<int>() : inputs["mcohort"].get<int>();
    design.prior_sd = inputs.value("prior_sd", design.prior_sd);
    design.restrict = inputs.value("restrict", true);
    if (inputs.value("model", "empiric") == "logistic")
        design.model = WorkingModel::logistic;
    if (inputs.value("method", "bayes") == "mle")
        design.estimate = CrmEstimate::mle;
    if (inputs.contains("x0") && inputs["x0"].is_array()) // level by patient
        for (std::size_t patient = 0; patient < inputs["x0"].size(); patient += static_cast<std::size_t>(design.common.cohort()))
            design.initial.push_back(inputs["x0"][patient].get<int>());
    else
        design.common.start_level = inputs.contains("x0") ? inputs["x0"].get<int>() : inputs["start_dose"].get<int>();
    return design;
}

std::vector<double> truth_of(Json const& peer) { return peer["inputs"]["true_tox"].get<std::vector<double>>(); }

/// One patient at a time on six levels has too many states.
bool dfcrm_is_enumerable(Json const& inputs) { return inputs["mcohort"] != 1; }

template <class Change>
void add_dfcrm(PeerFigures& figures, Change const& change)
{
    auto const file = oracle("dfcrm_oc.json");
    for (auto const& peer : file["results"]) {
        if (peer["fun"] != "crmsim" || !dfcrm_is_enumerable(peer["inputs"]))
            continue;
        auto design = crm_of(peer["inputs"]);
        change(design);
        auto const trials = peer["inputs"]["nsim"].get<std::uint64_t>();
        figures.selection("dfcrm " + peer["label"].get<std::string>(), exact(design, truth_of(peer)),
                          shares(0, peer["selection_pct"]), in_full, trials);
    }
}

} // namespace

TEST_CASE("exact operating characteristics of the CRM are those of another exact program", "[oracle][crm][exact]")
{
    // the peer prints nothing of its own error; its posterior means were checked to 2e-6
    constexpr double tolerance = 1e-8;
    auto const file = oracle("crm_exact_oc.json");
    REQUIRE(file["results"].size() >= 5);
    for (auto const& peer : file["results"]) {
        INFO(peer["label"]);
        auto const design = crm_of(peer["inputs"]);
        auto const found = exact(design, truth_of(peer));
        CHECK(found.mean.none == 0);
        for (std::size_t level = 0; level < found.mean.selection.size(); ++level) {
            INFO("level " << level + 1);
            CHECK_THAT(found.mean.selection[level], WithinAbs(peer["selection_pct"][level].get<double>() / 100, tolerance));
            CHECK_THAT(found.mean.patients[level], WithinAbs(peer["mean_patients"][level].get<double>(), tolerance));
            CHECK_THAT(found.mean.dlts[level], WithinAbs(peer["mean_tox"][level].get<double>(), tolerance));
        }
    }
}

TEST_CASE("the states of a CRM that is not restricted are the tallies", "[crm][exact]")
{
    auto const doses = ladder(3);
    Crm design{.restrict = false};
    design.common.max_patients = 6;
    auto const graph = DesignGraph::compile(design.on(doses), doses);
    // the start, at most four tallies after the first cohort, and an end for each level
    CHECK(graph.nodes().size() <= 1 + 4 + 3);
}

TEST_CASE("simulations of the packages dfcrm and escalation agree with the exact results", "[oracle][crm][monte_carlo]")
{
    PeerFigures figures;
    add_dfcrm(figures, [](Crm&) {});
    auto const escalation = oracle("escalation_oc.json");
    for (auto const& peer : escalation["results"])
        if (peer["label"] == "CRM empiric dfcrm + too toxic stop") {
            Crm design{.half_width = 0.06, .prior_mtd = 4, .too_toxic_certainty = 0.9};
            design.common.target = 0.25;
            design.coherent = false; // its rules are a ladder without skipping and the stop
            add_escalation(figures, peer, exact(design, truth_of(peer)));
        }
    CHECK(figures.size() >= 7 * 7 + 8);
    CHECK(figures.disagreements() == std::vector<std::string>{});
}

TEST_CASE("dfcrm's simulation of single patients agrees with ours", "[oracle][crm][monte_carlo]")
{
    constexpr std::uint64_t ours_trials = 100'000;
    constexpr double family_false_alarm_rate = 1e-6;
    std::size_t compared = 0;
    auto const file = oracle("dfcrm_oc.json");
    for (auto const& peer : file["results"]) {
        auto const& inputs = peer["inputs"];
        if (peer["fun"] != "crmsim" || dfcrm_is_enumerable(inputs))
            continue;
        auto const truth = truth_of(peer);
        auto const doses = ladder(static_cast<int>(truth.size()));
        auto const tallies = simulate(decider(crm_of(inputs), doses), doses, KnownToxicity{truth}, 1, {.trials = ours_trials},
                                      doses.size(), Workers{1});
        auto const ours = none_then_levels(operating_characteristics(tallies));
        auto const theirs = shares(0, peer["selection_pct"]);
        auto const trials = inputs["nsim"].get<std::uint64_t>();
        for (std::size_t i = 0; i < ours.size(); ++i) {
            INFO(peer["label"] << ", " << i << ": " << theirs[i] << ", ours " << ours[i]);
            CHECK(two_sample_tail(whole(theirs[i], trials), trials, whole(ours[i], ours_trials), ours_trials) >
                  family_false_alarm_rate / static_cast<double>(ours.size()));
            ++compared;
        }
    }
    CHECK(compared >= 7);
}

TEST_CASE("a wrong option of the CRM is seen in dfcrm's simulations", "[oracle][crm][planted]")
{
    auto const seen = [](auto const& change) {
        PeerFigures figures;
        add_dfcrm(figures, change);
        return figures.disagreements().size();
    };
    CHECK(seen([](Crm& design) { design.common.target = 0.29; }) > 0);
    CHECK(seen([](Crm& design) { design.prior_sd = 0.3; }) > 0);
    CHECK(seen([](Crm& design) {
              design.estimate = CrmEstimate::quantile;
              design.quantile = 0.75;
          }) > 0);
}

// Exact operating characteristics of the interval designs against exact ones that were computed elsewhere, and against other
// programs' simulations by exact binomial tails; each file names its source.
#include "sim/designs/catalog.hpp"
#include "sim/runner/monte_carlo.hpp"
#include "tests/support/peer_figures.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

using Json = nlohmann::json;

constexpr double exact_tolerance = 1e-8;

/// The conduct that an oracle's inputs name.
template <class D>
D conducted(Json const& inputs, D design = {})
{
    design.common.cohort_size = inputs["cohort_size"].get<int>();
    design.common.max_patients = inputs["n_cohort"].get<int>() * inputs["cohort_size"].get<int>();
    if (inputs.contains("target"))
        design.common.target = inputs["target"].get<double>();
    if (inputs.contains("pT") && !inputs["pT"].is_null())
        design.common.target = inputs["pT"].get<double>();
    if (inputs.contains("cutoff_eli"))
        design.interval.cutoff_eli = inputs["cutoff_eli"].get<double>();
    for (auto const* key : {"n_earlystop", "n.earlystop"})
        if (inputs.contains(key))
            design.interval.n_earlystop = int{inputs[key]};
    return design;
}

void check_near(std::string const& what, std::vector<double> const& ours, std::vector<double> const& theirs)
{
    INFO(what);
    REQUIRE(ours.size() == theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
        INFO("entry " << i);
        CHECK_THAT(ours[i], WithinAbs(theirs[i], exact_tolerance));
    }
}

template <Design D>
void check_exact(D const& design, Json const& peer)
{
    auto const found = exact(design, peer["inputs"]["true_tox"].get<std::vector<double>>());
    check_near("selection", none_then_levels(found), fractions(peer["selection_pct_none_then_doses"]));
    check_near("patients", found.mean.patients, peer["mean_patients"]);
    check_near("DLTs", found.mean.dlts, peer["mean_tox"]);
    CHECK_THAT(found.mean.total_patients, WithinAbs(peer["mean_total_patients"].get<double>(), exact_tolerance));
}

Boin boin_of(Json const& inputs)
{
    auto design = conducted<Boin>(inputs);
    if (inputs.contains("titration"))
        design.interval.titration = inputs["titration"].get<bool>();
    if (inputs.contains("extrasafe"))
        design.interval.extrasafe = inputs["extrasafe"].get<bool>();
    if (inputs.contains("boundMTD"))
        design.bound_mtd = inputs["boundMTD"].get<bool>();
    if (inputs.contains("cutoff.eli"))
        design.interval.cutoff_eli = inputs["cutoff.eli"].get<double>();
    if (inputs.contains("startdose"))
        design.common.start_level = inputs["startdose"].get<int>();
    if (inputs.contains("p.saf"))
        design.p_saf = inputs["p.saf"].get<double>();
    if (inputs.contains("p.tox"))
        design.p_tox = inputs["p.tox"].get<double>();
    return design;
}

/// One patient at a time on six levels has too many states for the exact engine.
bool boin_is_enumerable(Json const& inputs) { return inputs["cohort_size"] != 1; }

template <class OursOf>
void add_boin_package(PeerFigures& figures, OursOf const& ours_of)
{
    auto const file = oracle("boin_oc.json");
    for (auto const& peer : file["results"]) {
        auto const& inputs = peer["inputs"];
        if (!boin_is_enumerable(inputs))
            continue;
        auto const label = "BOIN " + peer["label"].get<std::string>();
        auto const trials = inputs["n_trials"].get<std::uint64_t>();
        auto const ours = exact(ours_of(inputs), inputs["true_tox"].get<std::vector<double>>());
        figures.selection(label, ours, shares(peer["pct_stopped_no_mtd"], peer["selection_pct"]), in_full, trials);
        figures.mean(label + ": patients", ours.total_patients, peer["mean_total_patients"], mean_rounding, trials);
        figures.mean(label + ": DLTs", ours.total_dlts, peer["mean_total_tox"], mean_rounding, trials);
    }
}

constexpr double one_decimal_of_a_percent = 0.0005;
constexpr double one_decimal = 0.05;

/// Selection of FIND, in percent with one decimal.
std::vector<double> selection_of_find(Json const& peer)
{
    std::vector<double> percents{peer["selection"]["No.selection"].get<double>()};
    for (int number = 1; peer["selection"].contains("Dose." + std::to_string(number)); ++number)
        percents.push_back(peer["selection"]["Dose." + std::to_string(number)].get<double>());
    return fractions(percents);
}

OperatingCharacteristics ours_for_find(Json const& peer)
{
    auto const name = peer["design"].get<std::string>();
    auto const& inputs = peer["inputs"];
    auto const truth = inputs["true_tox"].get<std::vector<double>>();
    if (name == "3+3")
        return exact(ThreePlusThree{.deescalate = true, .six_at_mtd = false}, truth);
    if (name == "i3+3") {
        I3Plus3 design;
        design.equivalence = {inputs["EI"][0].get<double>(), inputs["EI"][1].get<double>()};
        return exact(conducted(inputs, design), truth);
    }
    if (name == "mTPI-2")
        return exact(conducted<Mtpi2>(inputs), truth); // its EI is the target -/+ 0.05
    if (name == "G3+3")
        return exact(conducted<G3Plus3>(inputs), truth);
    REQUIRE(name == "BOIN");
    return exact(conducted<Boin>(inputs), truth); // its EI is 0.6 and 1.4 target
}

/// A design as escalation 0.2.3 conducts it: 36 patients in cohorts of 3, elimination from 2 patients.
template <class D>
D as_escalation_does(D design = {})
{
    design.common.target = 0.3;
    design.common.max_patients = 36;
    design.interval.eliminate_from = 2;
    design.interval.mtd_estimate = MtdEstimate::beta;
    return design;
}

} // namespace

TEST_CASE("exact operating characteristics of BOIN are those of another exact program", "[oracle][boin][exact]")
{
    auto const file = oracle("boin_exact_oc.json");
    REQUIRE(file["results"].size() >= 5);
    for (auto const& peer : file["results"]) {
        INFO(peer["label"]);
        check_exact(conducted<Boin>(peer["inputs"]), peer);
    }
}

TEST_CASE("exact operating characteristics of Keyboard, mTPI-2 and i3+3 are those of another exact program",
          "[oracle][keyboard][mtpi2][i3plus3][exact]")
{
    auto const file = oracle("interval_designs_exact_oc.json");
    REQUIRE(file["results"].size() >= 8);
    for (auto const& peer : file["results"]) {
        INFO(peer["design"] << ", " << peer["label"]);
        if (peer["design"].get<std::string>().starts_with("Keyboard")) {
            check_exact(conducted<Keyboard>(peer["inputs"]), peer);
            check_exact(conducted<Mtpi2>(peer["inputs"]), peer);
        } else {
            check_exact(conducted<I3Plus3>(peer["inputs"]), peer);
        }
    }
}

// Means at single levels are not compared here: the exact engine gives the distribution of totals only, and the exact cases
// above hold every level's mean to 1e-8.
TEST_CASE("simulations of the packages BOIN, simFastBOIN, Keyboard, FIND and escalation agree with the exact results",
          "[oracle][monte_carlo]")
{
    PeerFigures figures;
    add_boin_package(figures, boin_of);

    auto const fast = oracle("simfastboin_oc.json");
    for (auto const& peer : fast["results"]) {
        auto const& inputs = peer["inputs"];
        auto const& output = peer["output"];
        auto const label = "simFastBOIN " + peer["label"].get<std::string>();
        auto const trials = inputs["n_trials"].get<std::uint64_t>();
        auto const ours = exact(conducted<Boin>(inputs), inputs["true_tox"].get<std::vector<double>>());
        auto percents = output["mtd_selection_percent"].get<std::vector<double>>(); // levels, then none
        double const none = percents.back();
        percents.pop_back();
        figures.selection(label, ours, shares(none, percents), in_full, trials);
        figures.mean(label + ": patients", ours.total_patients, output["avg_total_n_pts"], mean_rounding, trials);
        figures.mean(label + ": DLTs", ours.total_dlts, output["avg_total_n_tox"], mean_rounding, trials);
    }

    // Keyboard 0.1.3 simulates with its default margins and cutoff whatever is asked for, so the rows that ask for margins of
    // 0.1 are held against margins of 0.05.
    auto const keyboard = oracle("keyboard_oc.json");
    for (auto const& peer : keyboard["results"]) {
        auto const& inputs = peer["inputs"];
        auto const label = "Keyboard " + peer["label"].get<std::string>();
        auto const trials = inputs["n_trials"].get<std::uint64_t>();
        auto const ours = exact(conducted<Keyboard>(inputs), inputs["true_tox"].get<std::vector<double>>());
        figures.selection(label, ours, shares(peer["pct_stopped"], peer["selection_pct"]), in_full, trials);
        figures.mean(label + ": patients", ours.total_patients, peer["mean_total_patients"], mean_rounding, trials);
    }

    auto const find = oracle("find_oc.json");
    for (auto const& peer : find["results"]) {
        auto const label = "FIND " + peer["design"].get<std::string>() + " " + peer["label"].get<std::string>();
        auto const trials = peer["inputs"]["n_trials"].get<std::uint64_t>();
        auto const ours = ours_for_find(peer);
        figures.selection(label, ours, selection_of_find(peer), one_decimal_of_a_percent, trials);
        figures.mean(label + ": patients", ours.total_patients, peer["allocation"]["Total.participants"], one_decimal, trials);
    }

    auto const escalation = oracle("escalation_oc.json");
    std::size_t rows = 0;
    for (auto const& peer : escalation["results"]) {
        auto const label = peer["label"].get<std::string>();
        auto const truth = peer["inputs"]["true_tox"].get<std::vector<double>>();
        Boin boin;
        boin.common.max_patients = 36;
        if (label == "BOIN")
            add_escalation(figures, peer, exact(boin, truth));
        else if (label == "BOIN stop at 9") {
            boin.common.rules = {{EnoughAtLevel{.patients = 9, .at = EnoughAt::any}}};
            add_escalation(figures, peer, exact_of_decider(decider(boin, ladder(static_cast<int>(truth.size()))), truth));
        } else if (label == "mTPI")
            add_escalation(figures, peer, exact(as_escalation_does<Mtpi>(), truth));
        else if (label == "mTPI-2")
            add_escalation(figures, peer, exact(as_escalation_does<Mtpi2>(), truth));
        else if (label == "TPI")
            add_escalation(figures, peer, exact(as_escalation_does<Tpi>(), truth));
        else
            continue; // designs of other files
        ++rows;
    }
    CHECK(rows >= 4);
    CHECK(figures.size() > 300);
    CHECK(figures.disagreements() == std::vector<std::string>{});
}

TEST_CASE("the package BOIN's simulation of single patients agrees with ours", "[oracle][boin][monte_carlo]")
{
    constexpr std::uint64_t ours_trials = 500'000;
    constexpr double family_false_alarm_rate = 1e-6;
    std::size_t compared = 0;
    auto const file = oracle("boin_oc.json");
    for (auto const& peer : file["results"]) {
        auto const& inputs = peer["inputs"];
        if (boin_is_enumerable(inputs))
            continue;
        auto const truth = inputs["true_tox"].get<std::vector<double>>();
        auto const doses = ladder(static_cast<int>(truth.size()));
        auto const tallies = simulate(decider(boin_of(inputs), doses), doses, KnownToxicity{truth}, 1, {.trials = ours_trials},
                                      doses.size(), Workers{2});
        auto const ours = none_then_levels(operating_characteristics(tallies));
        auto const theirs = shares(peer["pct_stopped_no_mtd"], peer["selection_pct"]);
        auto const trials = inputs["n_trials"].get<std::uint64_t>();
        REQUIRE(ours.size() == theirs.size());
        for (std::size_t i = 0; i < ours.size(); ++i) {
            INFO(peer["label"] << ", " << i << ": " << theirs[i] << ", ours " << ours[i]);
            CHECK(two_sample_tail(whole(theirs[i], trials), trials, whole(ours[i], ours_trials), ours_trials) >
                  family_false_alarm_rate / static_cast<double>(ours.size()));
            ++compared;
        }
    }
    CHECK(compared >= 7);
    CHECK(two_sample_tail(600, 20'000, 10'000, 500'000) < family_false_alarm_rate); // 3 % against 2 %
    CHECK(two_sample_tail(420, 20'000, 10'000, 500'000) > 0.1);                     // 2.1 % against 2 %
}

TEST_CASE("a cutoff that is 0.02 off, and a wrong option, are seen in the peers' simulations", "[oracle][planted]")
{
    auto const seen = [](auto const& change) {
        PeerFigures figures;
        add_boin_package(figures, [&](Json const& inputs) {
            auto design = boin_of(inputs);
            change(design);
            return design;
        });
        return figures.disagreements().size();
    };
    CHECK(seen([](Boin& design) { design.interval.cutoff_eli = design.interval.cutoff_eli - 0.02; }) > 0);
    CHECK(seen([](Boin& design) { design.interval.titration = false; }) > 0);
    CHECK(seen([](Boin& design) { design.interval.n_earlystop.reset(); }) > 0);
    CHECK(seen([](Boin& design) { design.bound_mtd = false; }) > 0);
    CHECK(seen([](Boin& design) { design.interval.mtd_estimate = MtdEstimate::beta; }) > 0);

    PeerFigures nearest;
    auto const find = oracle("find_oc.json");
    for (auto const& peer : find["results"])
        if (peer["design"] == "G3+3") {
            auto design = conducted<G3Plus3>(peer["inputs"]);
            design.mtd = G3Mtd::nearest_target;
            nearest.selection("", exact(design, peer["inputs"]["true_tox"].get<std::vector<double>>()), selection_of_find(peer),
                              one_decimal_of_a_percent, peer["inputs"]["n_trials"].get<std::uint64_t>());
        }
    CHECK_FALSE(nearest.disagreements().empty());
}

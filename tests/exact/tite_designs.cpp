// Designs that decide while patients are pending: against the packages TITEgBOIN, dfcrm and RollingSix, against a published table,
// and against their parents where nobody is pending.
#include "sim/designs/catalog.hpp"
#include "sim/designs/models/follow_up.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/histories.hpp"
#include "tests/support/oracle.hpp"

#include <cmath>
#include <set>

using namespace escalon;
using namespace escalon::test;

namespace {

using TiteJson = nlohmann::json;

constexpr double longest_open = 0.9999; // of a window: oracles round to 0.01

/// So many complete patients, and pending ones who share this much follow-up.
void record_open(Observed& observed, DoseLevel at, InterimTally const& tally)
{
    observed.record_unchecked(Cohort{.level = at, .patients = tally.patients - tally.pending, .dlts = tally.dlts});
    for (int patient = 0; patient < tally.pending; ++patient)
        observed.record_pending({at, std::min(tally.followed / tally.pending, longest_open)});
}

/// "escalate", "stay", "deescalate", "eliminate", "suspend" or "stop" at the level.
template <Decider D>
std::string interim_move(D const& design, Observed const& observed)
{
    auto const decision = design.decide(observed);
    if (std::holds_alternative<Suspend>(decision.action))
        return "suspend";
    auto const* treat = std::get_if<Treat>(&decision.action);
    if (!treat)
        return "stop";
    auto const current = *observed.current();
    if (treat->level > current)
        return "escalate";
    if (treat->level == current)
        return "stay";
    return decision.reason.find("never to return") != std::string::npos ? "eliminate" : "deescalate";
}

/// In the middle of three levels.
template <Decider D>
std::string interim_cell(D const& design, InterimTally const& tally)
{
    Observed observed{ladder(3)};
    record_open(observed, level(2), tally);
    return interim_move(design, observed);
}

/// "<=3", ">=2" or "1", of numbers from 0 to the most.
std::vector<int> numbers_that(std::string const& condition, int most)
{
    std::vector<int> found;
    bool const bounded = condition.starts_with("<=") || condition.starts_with(">=");
    int const bound = std::stoi(bounded ? condition.substr(2) : condition);
    for (int number = 0; number <= most; ++number)
        if (condition.starts_with("<=") ? number <= bound : condition.starts_with(">=") ? number >= bound : number == bound)
            found.push_back(number);
    return found;
}

TiteBoin tite_boin(double target, PendingImputation imputation = PendingImputation::odds)
{
    TiteBoin design;
    design.common.target = target;
    design.common.max_patients = 100;
    design.imputation = imputation;
    return design;
}

IntervalDecider tite_boin_on_three(double target, PendingImputation imputation = PendingImputation::odds)
{
    return tite_boin(target, imputation).on(ladder(3));
}

/// A case of TITEgBOIN's oracle, with another current level where it is given.
Observed tite_case(TiteJson const& given, std::optional<int> current = std::nullopt)
{
    auto const levels = given["n"].size();
    Observed observed{ladder(static_cast<int>(levels))};
    for (std::size_t i = 0; i < levels; ++i)
        if (given["n"][i].get<int>() > 0)
            record_open(observed, DoseLevel{static_cast<int>(i)},
                        {given["n"][i], given["y"][i], given["pending"][i], given["total_followup"][i]});
    observed.record_unchecked(Cohort{.level = level(current.value_or(given["current"]))});
    return observed;
}

/// One row of dfcrm's weighted fits as an observed trial: a patient without DLT and with a weight below 1 is pending.
Observed weighted_trial(TiteJson const& inputs)
{
    auto const list = [&](char const* name) { return inputs[name].is_array() ? inputs[name] : TiteJson::array({inputs[name]}); };
    auto const tox = list("tox");
    auto const levels = list("level");
    Observed observed{ladder(static_cast<int>(inputs["prior"].size()))};
    for (std::size_t i = 0; i < tox.size(); ++i) {
        double const followed = inputs.contains("weights") ? list("weights")[i].get<double>()
                                                           : inputs["followup"][i].get<double>() / inputs["obswin"].get<double>();
        auto const at = level(levels[i].get<int>());
        bool const dlt = tox[i] == 1;
        if (dlt && inputs.contains("followup"))
            observed.record_dlt_time(followed);
        if (dlt || followed >= 1)
            observed.record({at, 1, dlt ? 1 : 0});
        else {
            observed.record_unchecked(Cohort{.level = at});
            observed.record_pending({at, followed});
        }
    }
    return observed;
}

TiteCrm tite_crm(TiteJson const& inputs)
{
    TiteCrm design;
    design.common.target = inputs["target"].get<double>();
    for (double const p : inputs["prior"])
        design.skeleton.push_back(p);
    design.model = inputs["model"] == "empiric" ? WorkingModel::empiric : WorkingModel::logistic;
    if (design.model == WorkingModel::logistic)
        design.intercept = inputs.value("intcpt", 3.0);
    design.prior_sd = inputs.value("scale", Crm::usual_prior_sd);
    design.weights = inputs.value("scheme", "linear") == "adaptive" ? FollowUpWeights::adaptive : FollowUpWeights::uniform;
    design.restrict = false;
    return design;
}

/// A patient of a small trial by the calendar.
struct Enrolled {
    DoseLevel level;
    std::size_t cohort;
    double entry;
    double dlt; ///< in windows from entry; above 1 where there is none
};

/// What is known at a time.
Observed seen_at(double now, std::vector<Enrolled> const& patients, DoseLadder const& doses)
{
    Observed observed{doses};
    for (std::size_t i = 0; i < patients.size();) {
        Cohort cohort{.level = patients[i].level};
        auto const number = patients[i].cohort;
        for (; i < patients.size() && patients[i].cohort == number; ++i) {
            double const followed = now - patients[i].entry;
            bool const dlt = patients[i].dlt <= std::min(followed, 1.0);
            if (dlt || followed >= 1)
                cohort += dlt ? Grade::severe : Grade::mild;
            else
                observed.record_pending({patients[i].level, std::max(0.0, followed)});
            if (dlt)
                observed.record_dlt_time(patients[i].dlt);
        }
        observed.record_unchecked(cohort);
    }
    return observed;
}

/// Calls visit(Observed, Decision) at every decision of random trials with a clock; DLTs are rare in some.
template <Decider D, class Visit>
void for_random_calendars(D const& design, DoseLadder const& doses, int trials, Visit const& visit)
{
    Dice dice{17};
    constexpr int steps = 8; // of time, in a window
    for (int trial = 0; trial < trials; ++trial) {
        std::vector<Enrolled> patients;
        int const rarity = 2 + dice.below(8);
        double now = 0;
        for (std::size_t cohort = 0; cohort < 400; ++cohort) {
            auto const observed = seen_at(now, patients, doses);
            auto const decision = design.decide(observed);
            visit(observed, decision);
            if (std::holds_alternative<Stop>(decision.action))
                break;
            if (auto const* treat = std::get_if<Treat>(&decision.action))
                for (int patient = 0; patient < treat->patients; ++patient)
                    patients.push_back({treat->level, cohort, now,
                                        dice.one_in(rarity) ? (1 + dice.below(steps)) / static_cast<double>(steps) : 2});
            now += dice.below(3) / static_cast<double>(steps);
            if (std::holds_alternative<Suspend>(decision.action))
                now += 1.0 / steps;
        }
    }
}

/// Option sets of designs with a clock, of a small trial.
std::vector<AnyDesign> clocked_designs()
{
    std::vector<AnyDesign> designs;
    TiteBoin boin;
    designs.emplace_back(boin);
    boin.imputation = PendingImputation::effective_sample_size;
    boin.stay_at_one_of_three = true;
    boin.interval.n_earlystop = 9;
    boin.common.cohort_size = 1;
    designs.emplace_back(boin);
    boin.interval.titration = true;
    boin.common.cohort_size = 3;
    designs.emplace_back(boin);
    TiteKeyboard keyboard;
    designs.emplace_back(keyboard);
    keyboard.max_pending = 0.9;
    keyboard.interval.extrasafe = true;
    designs.emplace_back(keyboard);
    TiteCrm crm;
    designs.emplace_back(crm);
    crm.weights = FollowUpWeights::adaptive;
    crm.max_pending = 0.5;
    crm.initial = {1, 2, 2, 3};
    crm.common.cohort_size = 2;
    crm.too_toxic_certainty = 0.9;
    designs.emplace_back(crm);
    RollingSix six;
    designs.emplace_back(six);
    six.six_at_mtd = false;
    six.early_escalation = true;
    designs.emplace_back(six);
    for (auto& design : designs)
        std::visit([](auto& options) { options.common.max_patients = 17; }, design);
    designs.emplace_back(RollingSix{});
    return designs;
}

} // namespace

TEST_CASE("TITE-BOIN with the effective sample size decides as the package TITEgBOIN in every case", "[oracle][tite_boin]")
{
    auto const design = tite_boin(0.3, PendingImputation::effective_sample_size);
    std::size_t cases = 0;
    std::size_t eliminations = 0;
    auto const file = oracle("tite_boin_decisions.json");
    for (auto const& given : file["cases"]) {
        INFO(given);
        auto const decider = design.on(ladder(static_cast<int>(given["n"].size())));
        auto const observed = tite_case(given);
        auto const decision = decider.decide(observed);
        INFO(decision.reason);
        if (given["early_stop"] == 1)
            CHECK(decision == stop_without_mtd());
        else if (given["suspend"] == 1)
            CHECK(std::holds_alternative<Suspend>(decision.action));
        else
            CHECK(decision == treat(level(given["next_dose"]), 3));
        for (std::size_t i = 0; i < given["n"].size(); ++i) { // where the trial is does not matter to elimination
            bool const eliminated = given["eliminated"][i] == 1;
            CHECK((interim_move(decider, tite_case(given, static_cast<int>(i) + 1)) == "eliminate") == eliminated);
            eliminations += eliminated ? 1 : 0;
        }
        ++cases;
    }
    CHECK(cases == 280);
    CHECK(eliminations == 93);
}

TEST_CASE("TITE-BOIN's table for a target of 20 % is the published one, its cut-offs of follow-up to 0.01",
          "[oracle][published][tite_boin]")
{
    auto const file = oracle("tite_boin_decisions.json")["published_table"];
    auto const design = tite_boin_on_three(file["target"].get<double>());
    std::size_t rows = 0;
    std::size_t cut_offs = 0;
    std::set<std::string> departures;
    for (auto const& row : file["rows"]) {
        auto const patients = std::stoi(row[0].get<std::string>());
        auto decision = row[3].get<std::string>();
        auto const condition = decision.find(" if STFT");
        if (decision == "deescalate & eliminate")
            decision = "eliminate";
        for (int const dlts : numbers_that(row[1], patients))
            for (int const pending : numbers_that(row[2], patients - dlts)) {
                auto const cell = [&](double followed) { return interim_cell(design, {patients, dlts, pending, followed}); };
                INFO(row << ", " << pending << " pending");
                if (condition == std::string::npos) {
                    for (double const share : {0.0, 0.2, 0.4, 0.6, 0.8, 0.99})
                        if (cell(share * pending) != decision)
                            departures.insert(std::to_string(dlts) + "/" + std::to_string(patients) + ", " +
                                              std::to_string(pending) + " pending: " + cell(share * pending));
                    continue;
                }
                double const cut_off = std::stod(decision.substr(decision.find_first_of("0123456789")));
                CHECK(cell(cut_off + 0.01) == decision.substr(0, condition));
                CHECK(cell(cut_off - 0.01) == decision.substr(decision.rfind(' ') + 1));
                ++cut_offs;
            }
        ++rows;
    }
    CHECK(rows == 24);
    CHECK(cut_offs == 6);
    // the formula that gives all six cut-offs steps down here while follow-up is short (below 0.47 and 1.86 windows), where the
    // printed row, with one DLT in six and at most three pending, has no condition
    CHECK(departures == std::set<std::string>{"1/6, 2 pending: deescalate", "1/6, 3 pending: deescalate"});
}

TEST_CASE("the two imputations of TITE-BOIN are not the same", "[tite_boin]")
{
    InterimTally const open{9, 1, 3, 0.5};
    CHECK(interim_cell(tite_boin_on_three(0.2), open) == "stay");
    auto const by_sample_size = tite_boin_on_three(0.2, PendingImputation::effective_sample_size);
    CHECK(interim_cell(by_sample_size, open) == "escalate");
    CHECK(interim_cell(by_sample_size, {9, 1, 4, 1.37}) == "escalate"); // 2.15 by the odds
    CHECK(interim_cell(by_sample_size, {9, 1, 4, 1.35}) == "stay");
    CHECK_THAT(expected_dlts(open, 0.2), WithinRel(1 + (1.1 / 7) / (1 - 1.1 / 7) * 2.5, 1e-12));
}

TEST_CASE("accrual is suspended above the share that is stated, unless a step down is certain", "[tite_boin][tite_keyboard]")
{
    auto const boin = tite_boin_on_three(0.3);
    auto const keyboard = TiteKeyboard{}.on(ladder(3));
    CHECK(interim_cell(boin, {4, 0, 2, 1}) == "escalate");
    CHECK(interim_cell(boin, {4, 0, 3, 2.9}) == "suspend");
    CHECK(interim_cell(keyboard, {4, 0, 2, 1}) == "escalate");
    CHECK(interim_cell(keyboard, {4, 0, 3, 2.9}) == "suspend");
    CHECK(interim_cell(boin, {9, 4, 5, 0}) == "deescalate");
    CHECK(interim_cell(keyboard, {9, 4, 5, 0}) == "deescalate");
    TiteKeyboard patient;
    patient.max_pending = 0.75;
    CHECK(interim_cell(patient.on(ladder(3)), {4, 0, 3, 2.9}) == "escalate");
}

TEST_CASE("TITE-Keyboard's strongest key is that of the effective sample size", "[tite_keyboard]")
{
    auto const design = TiteKeyboard{}.on(ladder(3));
    // one DLT in 3.1 patients is a rate of 0.32, in 2 one of 0.5, in 5.9 one of 0.17
    CHECK(interim_cell(design, {6, 1, 3, 0.1}) == "stay");
    CHECK(interim_cell(design, {3, 1, 1, 0.0}) == "deescalate");
    CHECK(interim_cell(design, {6, 1, 3, 2.9}) == "escalate");
    CHECK(TiteKeyboard{}.keys().move(1, 3) == Keyboard{}.keys().move(Tally{3, 1}));
}

TEST_CASE("a step down from the lowest level waits for those who are pending", "[tite_boin]")
{
    Observed observed{ladder(3)};
    record_open(observed, level(1), {3, 1, 1, 0.69});
    auto const decision = tite_boin_on_three(0.3, PendingImputation::effective_sample_size).decide(observed);
    CHECK(std::holds_alternative<Suspend>(decision.action));
    CHECK(decision.reason == "1/3 at 10 mg/m2, 1 of 3 pending with 0.69 windows of follow-up: a rate of 0.37 is above 0.359, "
                             "and no level lies below: wait for outcomes");
}

TEST_CASE("decisions of TITE-BOIN say how much is pending", "[tite_boin][reason]")
{
    Observed observed{ladder(3)};
    record_open(observed, level(2), {6, 1, 2, 1.2});
    auto const design = tite_boin_on_three(0.3);
    CHECK(design.decide(observed).reason ==
          "1/6 at 20 mg/m2, 2 of 6 pending with 1.20 windows of follow-up: a rate of 0.21 is at most 0.236: escalate");
    Observed early{ladder(3)};
    record_open(early, level(2), {3, 0, 2, 1.2});
    CHECK(design.decide(early).reason ==
          "0/3 at 20 mg/m2, 2 of 3 pending with 1.20 windows of follow-up, more than 50 %: wait for outcomes");
}

TEST_CASE("TITE-CRM's fits are dfcrm's, by either weights", "[oracle][tite_crm]")
{
    std::size_t rows = 0;
    auto const file = oracle("dfcrm_fits.json");
    for (auto const& peer : file["results"]) {
        if (peer["fun"] != "titecrm")
            continue;
        INFO(peer);
        auto const observed = weighted_trial(peer["inputs"]);
        auto const decider = tite_crm(peer["inputs"]).on(observed.ladder());
        auto const believed = decider.posterior(observed).value();
        constexpr double quadrature = 1e-5; // of dfcrm's integrals
        CHECK_THAT(believed.parameters[0].mean, WithinAbs(peer["estimate"].get<double>(), quadrature));
        CHECK_THAT(std::pow(believed.parameters[0].sd, 2), WithinRel(peer["post_var"].get<double>(), 1e-4));
        for (std::size_t i = 0; i < believed.levels.size(); ++i)
            CHECK_THAT(believed.levels[i].estimate, WithinAbs(peer["ptox"][i].get<double>(), quadrature));
        CHECK(decider.decide(observed) == treat(level(peer["mtd"]), 1));
        CHECK(decider.recommendation(observed) == level(peer["mtd"]));
        ++rows;
    }
    CHECK(rows == 30);
}

TEST_CASE("adaptive weights are those of dfcrm's documentation", "[oracle][tite_crm]")
{
    Observed observed{ladder(6)};
    std::vector<double> const followed{178, 181, 168, 181, 24, 181, 179, 102, 42, 3}; // days, the window 180
    std::vector<double> const weights{0.944444, 1, 1, 1, 1, 1, 0.972222, 0.513889, 0.375, 0.041667};
    for (double const day : {168.0, 24.0})
        observed.record_dlt_time(day / 180);
    for (std::size_t i = 0; i < followed.size(); ++i)
        if (weights[i] < 1)
            CHECK_THAT(follow_up_weight(FollowUpWeights::adaptive, observed, followed[i] / 180), WithinAbs(weights[i], 1e-6));
    CHECK(follow_up_weight(FollowUpWeights::uniform, observed, 0.3) == 0.3);
    CHECK(follow_up_weight(FollowUpWeights::adaptive, Observed{ladder(6)}, 0.3) == 0.3);
}

TEST_CASE("quick answers with pending patients are those of whole posteriors", "[tite_crm]")
{
    OneParameterCurves const curves{WorkingModel::empiric, {0.05, 0.12, 0.25, 0.40, 0.55, 0.68}, 3};
    Dice dice{5};
    int differing_levels = 0;
    for (auto const estimate : {CrmEstimate::plug_in, CrmEstimate::posterior, CrmEstimate::quantile, CrmEstimate::mle}) {
        OneParameterFits const fits{curves,
                                    Crm::usual_prior_sd,
                                    36,
                                    {.target = 0.25, .estimate = estimate, .too_toxic = LevelQuestion::TooToxic{0.25, 0.8}}};
        for (int draw = 0; draw < 100; ++draw) {
            Observed observed{ladder(6)};
            for (int patient = 0; patient < 20; ++patient) {
                DoseLevel const at{dice.below(6)};
                if (dice.one_in(3))
                    observed.record_pending({at, dice.below(100) / 100.0});
                else
                    observed.record({at, 1, dice.one_in(4 + 2 * (6 - at.index())) ? 1 : 0});
            }
            auto const quick = fits.answer(observed, FollowUpWeights::uniform);
            auto const whole = fits.answer(tallies_of(observed, FollowUpWeights::uniform));
            REQUIRE(quick.nearest == whole.nearest);
            REQUIRE(quick.too_toxic == whole.too_toxic);
            differing_levels += quick.nearest != fits.answer(observed).nearest ? 1 : 0;
        }
    }
    CHECK(differing_levels > 20); // the pending patients matter
}

TEST_CASE("TITE-CRM does not step up at once after a DLT, and may where the last patient is pending", "[tite_crm]")
{
    TiteCrm design;
    design.skeleton = {0.05, 0.12, 0.25, 0.40, 0.55, 0.68};
    design.common.target = 0.25;
    auto const decider = design.on(ladder(6));
    auto observed_with = [](std::string_view known, Cohort const& last) {
        auto seen = observed(known, ladder(6));
        seen.record_unchecked(last);
        if (last.patients == 0)
            seen.record_pending({last.level, 0.5});
        return seen;
    };
    CHECK(decider.decide(observed_with("1N 1N 1N 1N 1N 1N 1N", {level(1), 0, 0})) == treat(level(2), 1));
    auto const after_dlt = decider.decide(observed_with("2N 2N 2N 2N 2N 2N 2N 2N 2N 2N 2N 2N", {level(1), 1, 1}));
    CHECK(after_dlt == treat(level(1), 1));
    CHECK_THAT(after_dlt.reason, ContainsSubstring("1/1 at 10 mg/m2 reaches it: stay"));
}

TEST_CASE("TITE-CRM's initial stage steps up only when every window is over, as dfcrm's", "[tite_crm]")
{
    TiteCrm design;
    design.initial = {1, 1, 2};
    auto const decider = design.on(ladder(3));
    Observed first{ladder(3)};
    record_open(first, level(1), {1, 0, 1, 0.5});
    CHECK(decider.decide(first) == treat(level(1), 1));
    record_open(first, level(1), {1, 0, 1, 0.1});
    CHECK(decider.decide(first).reason == "0/1 at 10 mg/m2, no DLT so far, but 2 patients are pending: wait before 20 mg/m2");
    CHECK(decider.decide(observed("1N 1N", ladder(3))) == treat(level(2), 1));
}

TEST_CASE("TITE-CRM suspends only where it is told to, and has no second parameter", "[tite_crm]")
{
    TiteCrm design;
    Observed open{ladder(3)};
    record_open(open, level(1), {2, 0, 2, 0.5});
    CHECK(std::holds_alternative<Treat>(design.on(ladder(3)).decide(open).action));
    design.max_pending = 0.5;
    CHECK(std::holds_alternative<Suspend>(design.on(ladder(3)).decide(open).action));
    design.model = WorkingModel::logistic2;
    REQUIRE(design.faults().size() == 1);
    CHECK(design.faults().front().field == "model");
    CHECK_THROWS_AS(design.on(ladder(3)), std::invalid_argument);
}

TEST_CASE("the rolling six decides as its published table, from which the package RollingSix departs in four rows",
          "[oracle][rolling_six]")
{
    auto const file = oracle("rolling_six.json");
    auto const departures = [&](RollingSix const& design) {
        std::set<std::string> found;
        for (auto const& row : file["decision_table"]) {
            auto const figure = [&](std::size_t column) { return std::stoi(row[column].get<std::string>()); };
            auto const move = interim_cell(design, {figure(0), figure(1), figure(2), 0.5 * figure(2)});
            auto const expected = row[3].get<std::string>();
            auto const same = expected == "Stay"          ? move == "stay"
                              : expected == "Escalate"    ? move == "escalate"
                              : expected == "De-escalate" ? move == "deescalate"
                                                          : move == "suspend";
            if (!same)
                found.insert(std::to_string(figure(0)) + " patients, " + std::to_string(figure(1)) + " DLTs, " +
                             std::to_string(figure(2)) + " pending: " + move + ", not " + expected);
        }
        return found;
    };
    CHECK(file["decision_table"].size() == 83);
    // five of six complete without DLT: at most one DLT in six can follow. The package's table suspends, and its program escalates
    std::string const five_of_six = "6 patients, 0 DLTs, 1 pending: escalate, not Suspend";
    // fewer than six escalate only when all are complete; the package passes the level with three
    CHECK(departures({}) == std::set<std::string>{"4 patients, 0 DLTs, 1 pending: stay, not Escalate",
                                                  "5 patients, 0 DLTs, 1 pending: stay, not Escalate",
                                                  "5 patients, 0 DLTs, 2 pending: stay, not Escalate", five_of_six});
    CHECK(departures({.early_escalation = true}) == std::set<std::string>{five_of_six});
}

TEST_CASE("the rolling six fills the level below one that is too toxic and names the highest tolerable", "[rolling_six]")
{
    RollingSix const design;
    CHECK(next(design, "") == treat(level(1), 1));
    CHECK(next(design, "1N 1N") == treat(level(1), 1));
    CHECK(next(design, "1N 1N 1N") == treat(level(2), 1));
    CHECK(next(design, "1N 1N 1N 2T 2T") == treat(level(1), 1));
    CHECK(next(design, "1N 1N 1N 2T 2T 1N 1N") == treat(level(1), 1));
    CHECK(next(design, "1N 1N 1N 2T 2T 1N 1N 1T") == stop(level(1)));
    CHECK(next(design, "1N 1N 1N 2T 2T 1T 1T") == stop_without_mtd());
    CHECK(next(design, "1N 1N 1N 1T 1N 1N 2T") == treat(level(2), 1));
    CHECK(next(design, "1N 1N 1N 2N 2N 2N", ladder(2)) == treat(level(2), 1));
    CHECK(next(design, "1N 1N 1N 2N 2N 2N 2N 2T 2N", ladder(2)) == stop(level(2), StopCause::top_not_exceeded));
    CHECK(next(RollingSix{.six_at_mtd = false}, "1N 1N 1N 2N 2N 2N", ladder(2)) == stop(level(2), StopCause::top_not_exceeded));
}

TEST_CASE("the rolling six waits for the last outcomes before it names a level", "[rolling_six]")
{
    Observed seen = observed("1N 1N 1N 2T 2T 1N 1N", ladder(3));
    seen.record_unchecked(Cohort{.level = level(1)});
    seen.record_pending({level(1), 0.25});
    auto const decision = RollingSix{}.decide(seen);
    CHECK(std::holds_alternative<Suspend>(decision.action));
    CHECK(decision.reason == "2/2 at 20 mg/m2 is too toxic; 0/6 at 10 mg/m2, 1 of 6 pending with 0.25 windows of follow-up: wait "
                             "for the last outcomes");
}

TEST_CASE("a late DLT at a level that was passed brings the rolling six back", "[rolling_six]")
{
    Observed seen = observed("1N 1N 1N 1T", ladder(3)); // escalated early, then a DLT, then another
    seen.record_unchecked(Cohort{.level = level(2)});
    seen.record_pending({level(2), 0.5});
    CHECK(RollingSix{}.decide(seen) == treat(level(2), 1));
    seen.record({level(1), 1, 1});
    seen.record_unchecked(Cohort{.level = level(2)});
    CHECK(RollingSix{}.decide(seen) == stop_without_mtd());
}

TEST_CASE("without pending patients time-to-event designs decide as their parents", "[property][tite]")
{
    auto const same = [](auto const& tite, auto const& parent) {
        int compared = 0;
        for_random_histories(parent, ladder(5), {.walks = 400}, [&](Observed const& history) {
            REQUIRE(tite.decide(history) == parent.decide(history));
            REQUIRE(tite.decide(history).reason == parent.decide(history).reason);
            REQUIRE(tite.recommendation(history) == parent.recommendation(history));
            REQUIRE(tite.summary(history) == parent.summary(history));
            ++compared;
        });
        CHECK(compared > 1000);
    };
    same(TiteBoin{}.on(ladder(5)), Boin{}.on(ladder(5)));
    same(TiteKeyboard{}.on(ladder(5)), Keyboard{}.on(ladder(5)));
    Crm crm;
    crm.common.cohort_size = 1;
    same(TiteCrm{}.on(ladder(5)), crm.on(ladder(5)));
}

TEST_CASE("trials by the calendar end, within their sample size, with a reason for every decision", "[property][tite]")
{
    for (auto const& options : clocked_designs()) {
        auto const design = decider(options, ladder(4));
        REQUIRE(design.reads_pending());
        REQUIRE(reads_pending(options));
        auto const most = sample_size(options);
        int ends = 0;
        int waits = 0;
        int meanwhile = 0;
        for_random_calendars(design, ladder(4), 300, [&](Observed const& observed, Decision const& decision) {
            REQUIRE(decision.reason.size() > 10);
            bool const open = !observed.pending().empty();
            if (auto const* treat = std::get_if<Treat>(&decision.action)) {
                REQUIRE(treat->patients > 0);
                REQUIRE(observed.ladder().has(treat->level));
                REQUIRE((!most || treated(observed) + treat->patients <= *most));
                meanwhile += open ? 1 : 0;
            } else if (auto const* stop = std::get_if<Stop>(&decision.action)) {
                REQUIRE((!open || stop->cause == StopCause::lowest_too_toxic || stop->cause == StopCause::enough_at_level));
                ++ends;
            } else {
                REQUIRE(open);
                ++waits;
            }
        });
        CHECK(ends == 300);
        CHECK(meanwhile > 100);
        CHECK((waits > 50 || std::holds_alternative<TiteCrm>(options)));
    }
}

TEST_CASE("longer follow-up without DLT never lowers the next dose of an interval design", "[property][tite]")
{
    std::size_t compared = 0;
    auto const rank = [](std::string const& move) { return move == "escalate" ? 2 : move == "stay" ? 1 : 0; };
    auto const check = [&](auto const& design) {
        for (int patients = 1; patients <= 12; ++patients)
            for (int dlts = 0; dlts <= patients; ++dlts)
                for (int pending = 1; pending <= patients - dlts; ++pending) {
                    std::string before = interim_cell(design, {patients, dlts, pending, 0});
                    for (double const share : {0.25, 0.5, 0.75, 0.99}) {
                        auto const now = interim_cell(design, {patients, dlts, pending, share * pending});
                        REQUIRE((now == "suspend") == (before == "suspend"));
                        REQUIRE(rank(now) >= rank(before));
                        before = now;
                        ++compared;
                    }
                }
    };
    check(tite_boin_on_three(0.3));
    check(tite_boin_on_three(0.25, PendingImputation::effective_sample_size));
    check(TiteKeyboard{}.on(ladder(3)));
    CHECK(compared > 3000);
}

TEST_CASE("rules around a design count the pending patients that it counts", "[tite][rules]")
{
    // three complete at the first level, three pending at the second, and the last outcomes foreseen to be good
    auto seen = observed("1NNN 1NNN 1NNN", ladder(4));
    record_open(seen, level(2), {3, 0, 1, 0.9});
    auto const decided = [&](RuleEntry const& rule) {
        TiteBoin design;
        design.common.max_patients = 14;
        design.common.rules = {rule};
        return decider(AnyDesign{design}, ladder(4)).decide(seen);
    };
    CHECK(decided({NoSkipping{}}) == treat(level(3), 2));
    CHECK(decided({MaxPatients{.patients = 13}}) == treat(level(3), 1));
    CHECK(decided({MaxPatients{.patients = 12}}) == stop(level(2), StopCause::max_patients));
    CHECK(decided({CohortSize{.by = CohortSizeBy::dlts, .from = {0}, .size = {5}}}) == treat(level(3), 2));
    CHECK(decided({EnoughAtLevel{.patients = 3, .at = EnoughAt::any, .min_patients = 12}}) ==
          stop(level(2), StopCause::enough_at_level));
    CHECK(decided({EnoughAtLevel{.patients = 3, .at = EnoughAt::any, .min_patients = 13}}) == treat(level(3), 2));

    auto alone = observed("1NNN", ladder(4));
    alone.record_unchecked(Cohort{.level = level(2)});
    alone.record_pending({level(2), 0.5});
    TiteCrm design;
    design.restrict = false;
    design.skeleton = {0.01, 0.02, 0.25, 0.4};
    design.common.target = 0.25;
    design.common.rules = {{NoSkipping{}}};
    CHECK(decider(AnyDesign{design}, ladder(4)).decide(alone) == treat(level(3), 1)); // the second level was tried
}

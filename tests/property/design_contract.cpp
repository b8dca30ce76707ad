// What every design of the catalogue must hold to, and that the checks would notice.
#include "sim/designs/catalog.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/futures.hpp"
#include "tests/support/histories.hpp"
#include "tests/support/interval_cells.hpp"
#include "tests/support/variants.hpp"

#include <set>

namespace escalon::test {

template <>
std::vector<ThreePlusThree> option_sets<ThreePlusThree>()
{
    std::vector<ThreePlusThree> sets{no_deescalation, korn, six_required_everywhere};
    sets.push_back({.first = 2, .second = 4});
    sets.push_back({.first = 4, .second = 4, .max_dlts = 2});
    sets.push_back({.first = 4, .second = 4, .expand_at = 2, .max_dlts = 3});
    sets.push_back({.first = 5, .second = 5, .max_dlts = 3, .max_dlts_first = 1});
    ThreePlusThree limited;
    limited.common.max_patients = 20;
    sets.push_back(limited);
    ThreePlusThree from_third;
    from_third.common.start_level = 3;
    sets.push_back(from_third);
    return sets;
}

template <>
std::vector<Boin> option_sets<Boin>()
{
    constexpr int small_trial = 15;
    std::vector<Boin> sets(6);
    for (auto& set : sets)
        set.common.max_patients = small_trial;
    sets[1].common.target = 0.2;
    sets[1].common.cohort_size = 2;
    sets[2].interval.titration = true;
    sets[3].interval.n_earlystop = 6;
    sets[3].bound_mtd = true;
    sets[4].interval.extrasafe = true;
    sets[4].stay_at_one_of_three = true;
    sets[5].common.rules = {{NoSkipping{}}, {EnoughAtLevel{.patients = 6}}, {CohortSize{}}, {MaxPatients{.patients = 12}}};
    return sets;
}

/// A small trial, and variants of what interval designs share.
template <class D>
std::vector<D> interval_option_sets()
{
    constexpr int small_trial = 15;
    std::vector<D> sets(4);
    for (auto& set : sets)
        set.common.max_patients = small_trial;
    sets[1].common.target = 0.2;
    sets[1].common.cohort_size = 2;
    sets[1].interval.eliminate_from = 1;
    sets[2].interval.titration = true;
    sets[2].interval.n_earlystop = 6;
    sets[3].interval.extrasafe = true;
    sets[3].interval.mtd_estimate = MtdEstimate::beta;
    return sets;
}

template <>
std::vector<Keyboard> option_sets<Keyboard>()
{
    auto sets = interval_option_sets<Keyboard>();
    sets[0].margin_left = 0.1;
    sets[3].end_keys = EndKeys::left_out;
    return sets;
}

template <>
std::vector<Mtpi> option_sets<Mtpi>()
{
    auto sets = interval_option_sets<Mtpi>();
    sets[0].eps2 = 0.1;
    return sets;
}

template <>
std::vector<Mtpi2> option_sets<Mtpi2>()
{
    auto sets = interval_option_sets<Mtpi2>();
    sets[0].eps1 = 0.02;
    return sets;
}

template <>
std::vector<Tpi> option_sets<Tpi>()
{
    auto sets = interval_option_sets<Tpi>();
    sets[0].k2 = 0.7;
    sets[3].prior_dlts = sets[3].prior_no_dlts = 1;
    return sets;
}

template <>
std::vector<I3Plus3> option_sets<I3Plus3>()
{
    auto sets = interval_option_sets<I3Plus3>();
    sets[0].equivalence = {0.2, 0.35};
    return sets;
}

template <>
std::vector<G3Plus3> option_sets<G3Plus3>()
{
    auto sets = interval_option_sets<G3Plus3>();
    sets[0].equivalence = {0.2, 0.33};
    sets[2].mtd = sets[3].mtd = G3Mtd::nearest_target;
    return sets;
}

template <>
std::vector<Blrm> option_sets<Blrm>()
{
    std::vector<Blrm> sets(4);
    for (auto& set : sets)
        set.common.max_patients = 12;
    sets[1].next = BlrmNext::nearest_mean;
    sets[1].prior_mean = {-1, 0.5};
    sets[1].prior_sd = {1, 0.6};
    sets[1].prior_corr = -0.5;
    sets[1].common.cohort_size = 2;
    sets[2].next = BlrmNext::highest_allowed;
    sets[2].no_skipping = false;
    sets[2].mtd_among = MtdAmong::allowed;
    sets[2].intervals = {0.16, 0.33};
    sets[3].priors = {{.weight = 0.7, .mean = {-1.2, 0}, .sd = {0.8, 0.5}, .corr = 0.2},
                      {.weight = 0.3, .mean = {-0.7, 0}, .sd = {2, 1}, .corr = 0}};
    sets[3].enough_probability = 0.4;
    return sets;
}

template <>
std::vector<Ewoc> option_sets<Ewoc>()
{
    std::vector<Ewoc> sets(3);
    for (auto& set : sets)
        set.common.max_patients = 12;
    sets[1].alpha_step = 0.05;
    sets[1].mtd = EwocMtd::median;
    sets[1].common.cohort_size = 2;
    sets[2].rho0 = {0.8, 2};
    sets[2].prior = {2, 1.5};
    return sets;
}

template <>
std::vector<TableDesign> option_sets<TableDesign>()
{
    TableDesign table;
    table.rows = {{3, {"E", "S", "D", "DU"}},
                  {6, {"E", "E", "S", "D", "DU", "DU", "DU"}},
                  {9, {"E", "E", "S", "S", "D", "DU", "DU", "DU", "DU", "DU"}},
                  {12, {"E", "E", "E", "S", "S", "D", "D", "DU", "DU", "DU", "DU", "DU", "DU"}}};
    table.common.max_patients = 15;
    auto in_pairs = table;
    in_pairs.common.cohort_size = 2; // completed to the next row
    return {table, in_pairs};
}

template <>
std::vector<Gboin> option_sets<Gboin>()
{
    std::vector<Gboin> sets(4);
    for (auto& set : sets)
        set.common.max_patients = 9;
    sets[1].scores = {0, 0.3, 1, 1};
    sets[1].common.cohort_size = 2;
    sets[2].interval.extrasafe = true;
    sets[3].interval.titration = true;
    sets[3].interval.n_earlystop = 6;
    return sets;
}

template <>
std::vector<AcceleratedTitration> option_sets<AcceleratedTitration>()
{
    std::vector<AcceleratedTitration> sets;
    for (int variant = 1; variant <= 4; ++variant)
        sets.push_back({.variant = variant, .within_patient = false});
    sets.push_back({.variant = 2, .deescalate = false, .six_at_mtd = false});
    sets.push_back({.variant = 4});
    sets[3].common.max_patients = 11;
    return sets;
}

template <>
std::vector<BiasedCoin> option_sets<BiasedCoin>()
{
    std::vector<BiasedCoin> sets;
    for (auto const estimate : {UpAndDownEstimate::isotonic, UpAndDownEstimate::last, UpAndDownEstimate::mode})
        sets.push_back({.estimate = estimate});
    sets[1].common.target = 0.7; // the coin decides about steps down
    for (auto& set : sets)
        set.common.max_patients = 10;
    return sets;
}

template <>
std::vector<KInARow> option_sets<KInARow>()
{
    std::vector<KInARow> sets;
    for (auto const estimate : {UpAndDownEstimate::isotonic, UpAndDownEstimate::last, UpAndDownEstimate::mode})
        sets.push_back({.estimate = estimate});
    sets[1].k = 3;
    sets[2].k = 1;
    for (auto& set : sets)
        set.common.max_patients = 12;
    return sets;
}

template <>
std::vector<Crm> option_sets<Crm>()
{
    std::vector<Crm> sets(7);
    for (auto& set : sets)
        set.common.max_patients = 12;
    sets[1].common.target = 0.2;
    sets[1].common.cohort_size = 2;
    sets[1].model = WorkingModel::logistic;
    sets[1].estimate = CrmEstimate::posterior;
    sets[2].restrict = false;
    sets[2].too_toxic_certainty = 0.8;
    sets[3].initial = {1, 1, 2, 3};
    sets[3].initial_cohort_size = 1;
    sets[3].estimate = CrmEstimate::mle;
    sets[4].estimate = CrmEstimate::quantile;
    sets[4].quantile = 0.7;
    sets[4].coherent = false;
    sets[5].no_skipping = false;
    sets[5].common.rules = {{NoSkipping{}}, {EnoughAtLevel{.patients = 6}}};
    sets[6].model = WorkingModel::logistic2;
    sets[6].too_toxic_certainty = 0.9;
    return sets;
}

template <>
std::vector<TiteBoin> option_sets<TiteBoin>()
{
    auto sets = interval_option_sets<TiteBoin>();
    sets[0].imputation = PendingImputation::effective_sample_size;
    sets[1].stay_at_one_of_three = true;
    return sets;
}

template <>
std::vector<TiteKeyboard> option_sets<TiteKeyboard>()
{
    return interval_option_sets<TiteKeyboard>();
}

template <>
std::vector<TiteCrm> option_sets<TiteCrm>()
{
    std::vector<TiteCrm> sets(2);
    for (auto& set : sets)
        set.common.max_patients = 10;
    sets[1].weights = FollowUpWeights::adaptive;
    sets[1].initial = {1, 1, 2, 3};
    sets[1].common.cohort_size = 2;
    sets[1].max_pending = 0.5;
    return sets;
}

template <>
std::vector<RollingSix> option_sets<RollingSix>()
{
    std::vector<RollingSix> sets(3);
    sets[1].six_at_mtd = false;
    sets[1].common.cohort_size = 2;
    sets[2].early_escalation = true;
    sets[2].common.max_patients = 11;
    return sets;
}

} // namespace escalon::test

using namespace escalon;
using namespace escalon::test;

namespace {

/// Calls check(AnyDesign) for every option set of every design of the catalogue.
template <class Check>
void for_catalogue(Check const& check)
{
    auto const each = [&]<class... Designs>(std::variant<Designs...> const*) {
        auto const sets_of = [&]<class D>(D const*) {
            for (auto const& design : option_sets<D>()) {
                INFO(D::name);
                check(AnyDesign{design});
            }
        };
        (sets_of(static_cast<Designs const*>(nullptr)), ...);
    };
    each(static_cast<AnyDesign const*>(nullptr));
}

std::vector<DoseLadder> ladders()
{
    return {ladder(3), ladder(5), DoseLadder{DoseUnit::mg_per_kg, {0.3, 0.6, 1.2, 2.4, 3.6, 4.8}, level(2)}};
}

/// 3+3 with a summary that drops something.
template <class Forgotten>
struct Planted : TestDesign {
    ThreePlusThree rule;

    Decision decide(Observed const& observed, Wording wording = Wording::none) const { return rule.decide(observed, wording); }
    Summary summary(Observed const& observed) const
    {
        Summary key;
        Forgotten::append(key, observed);
        return key;
    }
    friend bool operator==(Planted const&, Planted const&) = default;
};

constexpr std::uint32_t room = 200;

struct ForgetsDlts {
    static void append(Summary& key, Observed const& observed)
    {
        key.append(observed.empty() ? 0U : static_cast<std::uint32_t>(observed.current()->number()), room);
        for (DoseLevel at{0}; observed.ladder().has(at); at = at.above())
            key.append(static_cast<std::uint32_t>(observed.tally(at).patients), room);
    }
};

struct ForgetsWhereItIs {
    static void append(Summary& key, Observed const& observed)
    {
        for (DoseLevel at{0}; observed.ladder().has(at); at = at.above())
            key.append(static_cast<std::uint32_t>(observed.tally(at).patients), room)
                .append(static_cast<std::uint32_t>(observed.tally(at).dlts), room);
    }
};

/// Right about the decision and wrong about what follows: 1/4 and 2/4 are both open, but one more DLT parts them.
struct ForgetsHowManyDltsAreOpen {
    static void append(Summary& key, Observed const& observed)
    {
        ThreePlusThree const rule{.first = 4, .second = 4, .max_dlts = 2};
        auto const decision = rule.decide(observed);
        auto const* treat = std::get_if<Treat>(&decision.action);
        key.append(treat ? static_cast<std::uint32_t>(treat->level.number()) : 0, room)
            .append(treat ? static_cast<std::uint32_t>(treat->patients) : 0, room);
        auto const* stop = std::get_if<Stop>(&decision.action);
        key.append(stop ? static_cast<std::uint32_t>(stop->cause) + 1 : 0, room)
            .append(stop && stop->mtd ? static_cast<std::uint32_t>(stop->mtd->number()) : 0, room);
    }
};

/// Up-and-down designs return to any level, to gboin grade 3 in all patients is less than grade 4, the CRM stays at the lowest
/// level unless it is told to stop, and EWOC's model holds the lowest dose to be safe: closing levels is left to rules around them.
bool closes_no_level(AnyDesign const& design)
{
    return std::holds_alternative<BiasedCoin>(design) || std::holds_alternative<KInARow>(design) ||
           std::holds_alternative<Gboin>(design) || std::holds_alternative<Crm>(design) || std::holds_alternative<Ewoc>(design) ||
           std::holds_alternative<TiteCrm>(design);
}

/// Where a decision leads, from "no level at all" upwards.
int dose_of(Decision const& decision)
{
    if (auto const* treat = std::get_if<Treat>(&decision.action))
        return treat->level.number();
    auto const mtd = std::get<Stop>(decision.action).mtd;
    return mtd ? mtd->number() : 0;
}

using IntervalDesigns = std::variant<Boin, Keyboard, Mtpi, Mtpi2, Tpi, I3Plus3, G3Plus3, TiteBoin, TiteKeyboard>;

/// A patient without a DLT has one instead; first one without grade 2.
Cohort with_one_dlt_more(Cohort cohort)
{
    ++cohort.dlts;
    cohort.grade_2 = std::min(cohort.grade_2, cohort.patients - cohort.dlts);
    return cohort;
}

/// The same history with one DLT more in its last cohort, if that takes the next cohort higher; none if it does not, or if the
/// trial ends in either.
template <Decider D>
std::optional<std::string> raised_by_a_dlt(D const& design, Observed const& history)
{
    if (history.empty() || history.cohorts().back().dlts == history.cohorts().back().patients)
        return std::nullopt;
    auto worse = history;
    auto const last = history.cohorts().back();
    worse.retract();
    worse.record(with_one_dlt_more(last));
    auto const before = treatments(design.decide(history, Wording::none));
    auto const after = treatments(design.decide(worse, Wording::none));
    if (before.empty() || after.empty() || after.front().level <= before.front().level)
        return std::nullopt;
    return letters(history.cohorts()) + " against " + letters(worse.cohorts());
}

} // namespace

TEST_CASE("histories with one summary have one decision and one future, also where they stray from the rule",
          "[contract][design]")
{
    for_catalogue([](AnyDesign const& options) {
        for (auto const& doses : ladders()) {
            INFO(doses.size() << " levels");
            auto const design = decider(options, doses);
            CHECK(forgotten_by_summary(design, doses, {.walks = 800}).value_or("") == "");
            CHECK(forgotten_by_summary(design, doses, {.walks = 800, .obedience = Obedience::to_the_rule, .seed = 2}).value_or("") == "");
        }
    });
}

TEST_CASE("a summary that forgets is caught", "[contract][design]")
{
    CHECK(forgotten_by_summary(Planted<ForgetsDlts>{}, ladder(4), {}));
    CHECK(forgotten_by_summary(Planted<ForgetsDlts>{}, ladder(4), {.obedience = Obedience::to_the_rule}));
    CHECK(forgotten_by_summary(Planted<ForgetsWhereItIs>{}, ladder(4), {}));
    Planted<ForgetsHowManyDltsAreOpen> open;
    open.rule = {.first = 4, .second = 4, .max_dlts = 2};
    auto const fault = forgotten_by_summary(open, ladder(4), {.obedience = Obedience::to_the_rule});
    CHECK_THAT(fault.value_or(""), ContainsSubstring("two after the same outcome"));
}

TEST_CASE("the summaries of a cohort's outcomes together are those one by one", "[contract][design]")
{
    for_catalogue([](AnyDesign const& options) {
        for (auto const& doses : ladders()) {
            auto const design = decider(options, doses);
            for_random_histories(design, doses, {.walks = 60, .seed = 7}, [&](Observed const& history) {
                if (history.empty())
                    return;
                auto before = history;
                auto const last = history.cohorts().back();
                before.retract();
                before.record({last.level, last.patients});
                auto after = before;
                std::vector<Summary> together(static_cast<std::size_t>(history.cohorts().back().patients) + 1);
                std::vector<Summary> one_by_one(together.size());
                summaries(design, after, together);
                INFO(letters(before.cohorts()));
                REQUIRE(std::ranges::equal(after.cohorts(), before.cohorts()));
                REQUIRE(std::ranges::equal(after.tallies(), before.tallies()));
                summaries_one_by_one(design, before, one_by_one);
                REQUIRE(together == one_by_one);
            });
        }
    });
}

TEST_CASE("a random choice goes through the same check of its summary", "[contract][design][randomise]")
{
    LastLevelCoin coin;
    coin.sample_size = 10;
    CHECK(forgotten_by_summary(coin, ladder(4), {.obedience = Obedience::to_the_rule}).value_or("") == "");
}

TEST_CASE("a decision names levels of the ladder, treats somebody and gives its reason", "[contract][design]")
{
    for_catalogue([](AnyDesign const& options) {
        for (auto const& doses : ladders()) {
            auto const design = decider(options, doses);
            for_random_histories(design, doses, {.walks = 500, .seed = 3}, [&](Observed const& history) {
                auto const decision = design.decide(history);
                INFO(letters(history.cohorts()));
                REQUIRE(decision.reason.size() > 10);
                for (auto const& treat : treatments(decision)) {
                    REQUIRE(doses.has(treat.level));
                    REQUIRE(treat.patients > 0);
                }
                if (auto const* stop = std::get_if<Stop>(&decision.action); stop && stop->mtd)
                    REQUIRE(doses.has(*stop->mtd));
            });
        }
    });
}

TEST_CASE("a design is asked twice and answers alike", "[contract][design]")
{
    for_catalogue([](AnyDesign const& options) {
        auto const design = decider(options, ladder(4));
        for_random_histories(design, ladder(4), {.walks = 200, .seed = 4}, [&](Observed const& history) {
            auto const first = design.decide(history);
            auto const second = design.decide(history);
            REQUIRE(first == second);
            REQUIRE(first.reason == second.reason);
            REQUIRE(design.summary(history) == design.summary(history));
        });
    });
}

TEST_CASE("a design never treats a level at which all three patients had a DLT", "[contract][design]")
{
    for_catalogue([](AnyDesign const& options) {
        if (closes_no_level(options))
            return;
        auto const design = decider(options, ladder(4));
        for_random_histories(design, ladder(4), {.walks = 1000, .obedience = Obedience::to_the_rule, .seed = 5},
                             [&](Observed const& history) {
                                 for (auto const& treat : treatments(design.decide(history))) {
                                     auto const tally = history.tally(treat.level);
                                     REQUIRE_FALSE((tally.patients >= 3 && tally.dlts == tally.patients));
                                 }
                             });
    });
}

TEST_CASE("a sample size is never exceeded", "[contract][design]")
{
    for_catalogue([](AnyDesign options) {
        for (int const most : {3, 8, 13}) {
            std::visit([&](auto& design) { design.common.max_patients = most; }, options);
            int largest = 0;
            for_each_future(decider(options, ladder(3)), ladder(3),
                            [&](Future const& future) { largest = std::max(largest, future.history.total().patients); });
            CHECK(largest <= most);
        }
    });
}

TEST_CASE("one DLT more in the last cohort never raises the next dose of 3+3", "[property][three_plus_three]")
{
    std::size_t compared = 0;
    for (auto const& design : option_sets<ThreePlusThree>())
        for_random_histories(design, ladder(5), {.walks = 2000, .obedience = Obedience::to_the_rule, .seed = 6},
                             [&](Observed const& history) {
                                 if (history.empty())
                                     return;
                                 auto worse = history;
                                 auto const last = history.cohorts().back();
                                 if (last.dlts == last.patients)
                                     return;
                                 worse.retract();
                                 worse.record(with_one_dlt_more(last));
                                 INFO(letters(history.cohorts()) << " against " << letters(worse.cohorts()));
                                 ++compared;
                                 REQUIRE(dose_of(design.decide(worse)) <= dose_of(design.decide(history)));
                             });
    CHECK(compared > 10'000);
}

TEST_CASE("one DLT more in the last cohort never raises the next dose of an interval design", "[property][interval]")
{
    std::size_t compared = 0;
    auto const check = [&]<class D>(D const*) {
        INFO(D::name);
        for (auto const& options : option_sets<D>()) {
            auto const design = decider(AnyDesign{options}, ladder(5));
            for_random_histories(design, ladder(5), {.walks = 500, .obedience = Obedience::to_the_rule, .seed = 8},
                                 [&](Observed const& history) {
                                     auto const raised = raised_by_a_dlt(design, history);
                                     REQUIRE(raised.value_or("") == "");
                                     compared += history.empty() ? 0U : 1U;
                                 });
        }
    };
    [&]<class... Designs>(std::variant<Designs...> const*) {
        (check(static_cast<Designs const*>(nullptr)), ...);
    }(static_cast<IntervalDesigns const*>(nullptr));
    CHECK(compared > 50'000);
}

TEST_CASE("in every cell of an interval design's table one DLT more is no reason to go higher", "[property][interval]")
{
    constexpr int most_patients = 40;
    std::vector<std::string> const falling{"E", "S", "D", "DU"};
    auto const check = [&](auto options) {
        for (double const target : {0.1, 0.2, 0.25, 0.3, 0.33, 0.4}) {
            options.common.target = target;
            options.common.max_patients = endless;
            REQUIRE(options.faults().empty());
            auto const design = options.on(ladder(3));
            for (int patients = 1; patients <= most_patients; ++patients) {
                std::size_t before = 0;
                for (int dlts = 0; dlts <= patients; ++dlts) {
                    INFO(options.name << ", target " << target << ": " << dlts << "/" << patients);
                    auto const here = static_cast<std::size_t>(std::ranges::find(falling, cell(design, {patients, dlts})) -
                                                               falling.begin());
                    REQUIRE(here < falling.size());
                    REQUIRE(here >= before);
                    before = here;
                }
            }
        }
    };
    [&]<class... Designs>(std::variant<Designs...> const*) {
        (check(Designs{}), ...);
    }(static_cast<IntervalDesigns const*>(nullptr));
}

TEST_CASE("a rule that rewards a DLT is caught", "[property][interval]")
{
    IntervalRule const perverse{[](Tally tally) { return tally.dlts == 1 ? Move::escalate : Move::stay; },
                                [](Tally) { return std::string{"a DLT is good"}; }, std::nullopt};
    IntervalDecider const design{CommonOptions{}, IntervalOptions{}, perverse, ladder(3)};
    CHECK(raised_by_a_dlt(design, observed("1NNN", ladder(3))));
    CHECK_FALSE(raised_by_a_dlt(design, observed("1NTT", ladder(3))));
}

TEST_CASE("3+3 never skips a level upwards that it has not tried", "[property][three_plus_three]")
{
    for (auto const& design : option_sets<ThreePlusThree>())
        for_random_histories(design, ladder(5), {.walks = 1000, .obedience = Obedience::to_the_rule, .seed = 7},
                             [&](Observed const& history) {
                                 if (history.empty())
                                     return;
                                 for (auto const& treat : treatments(design.decide(history)))
                                     REQUIRE(treat.level <= history.current()->above());
                             });
}

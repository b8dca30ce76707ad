// Designs that decide while patients are pending, and the clock they run by: held against what others have simulated.
//
// Two samples each: counts by Fisher's exact test at one family false-alarm rate, means within six standard errors of both.
#include "sim/designs/catalog.hpp"
#include "sim/runner/monte_carlo.hpp"
#include "tests/support/agreement.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/oracle.hpp"
#include "tests/support/peer_figures.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr std::uint64_t timed_trials = 20'000;

/// A simulation of a peer: selection none first, means per level.
struct PeerTrials {
    std::string label;
    std::vector<double> shares; ///< none, then levels
    std::vector<double> patients;
    std::vector<double> dlts;
    std::uint64_t trials = 0;
};

PeerTrials peer_of(nlohmann::json const& row, std::uint64_t trials)
{
    auto percents = row.at("selection_pct").get<std::vector<double>>();
    double named = 0;
    for (double const percent : percents)
        named += percent;
    return {row.at("label"), shares(std::max(0.0, 100 - named), percents), row.at("mean_patients"), row.at("mean_tox"), trials};
}

OperatingCharacteristics timed(AnyDesign const& design, std::vector<double> const& truth, TrialClock const& clock)
{
    auto const doses = ladder(static_cast<int>(truth.size()));
    return operating_characteristics(simulate(decider(design, doses), doses, KnownToxicity{truth}, clock, fixed_seed,
                                              {.trials = timed_trials}, static_cast<int>(truth.size()), Workers{2}));
}

/// Where the two cannot both be right.
std::vector<std::string> disagreements(PeerTrials const& peer, OperatingCharacteristics const& ours, std::size_t family)
{
    std::vector<std::string> found;
    auto const mine = none_then_levels(ours);
    for (std::size_t i = 0; i < mine.size(); ++i) {
        double const tail = two_sample_tail(whole(peer.shares[i], peer.trials), peer.trials, whole(mine[i], timed_trials),
                                            timed_trials);
        if (tail < false_alarm_rate / static_cast<double>(family))
            found.push_back(peer.label + ": row " + std::to_string(i) + " has " + std::to_string(peer.shares[i]) + ", ours " +
                            std::to_string(mine[i]) + ", tail " + std::to_string(tail));
    }
    auto const means = [&](std::string const& what, std::vector<double> const& theirs, std::vector<double> const& our_means,
                           std::vector<double> const& our_errors) {
        for (std::size_t i = 0; i < theirs.size(); ++i) {
            // as many trials as theirs have so much more spread
            double const ratio = static_cast<double>(timed_trials) / static_cast<double>(peer.trials);
            double const error = our_errors[i] * std::sqrt(1 + ratio);
            if (std::abs(theirs[i] - our_means[i]) > agreed_standard_errors * error + 1e-3)
                found.push_back(peer.label + ": " + what + " at level " + std::to_string(i + 1) + " " +
                                std::to_string(theirs[i]) + ", ours " + std::to_string(our_means[i]));
        }
    };
    means("patients", peer.patients, ours.mean.patients, ours.standard_error.patients);
    means("DLTs", peer.dlts, ours.mean.dlts, ours.standard_error.dlts);
    return found;
}

/// Time in units of the window, as the peers count it.
TrialClock clock_of(double patients_a_window, AccrualProcess process, DltTimes times)
{
    Clock clock{.accrual = {.process = process, .rate = Rate::from_base(patients_a_window)}};
    clock.time_to_dlt.distribution = times;
    return {clock, 1 * unit::d};
}

} // namespace

TEST_CASE("TITE-BOIN and BOIN by the clock agree with the trials of TITEgBOIN", "[monte_carlo][clock][tite_boin]")
{
    auto const rows = oracle("tite_boin_oc.json").at("results");
    constexpr std::size_t family = 7 * 7;
    std::size_t seen = 0;
    for (auto const& row : rows) {
        auto const& inputs = row.at("inputs");
        if (inputs.contains("score"))
            continue;
        CAPTURE(row.at("label").get<std::string>());
        ++seen;
        auto const truth = inputs.at("prob").get<std::vector<double>>();
        auto const clock = clock_of(inputs.at("accrual"), AccrualProcess::poisson, DltTimes::weibull);
        Boin boin;
        if (inputs.contains("n.earlystop"))
            boin.interval.n_earlystop = inputs.at("n.earlystop").get<int>();
        boin.common.target = 0.3;
        boin.common.cohort_size = 3;
        boin.common.max_patients = 36;
        TiteBoin tite;
        static_cast<Boin&>(tite) = boin;
        tite.imputation = PendingImputation::effective_sample_size;
        bool const pending = inputs.at("TITE");
        auto const ours = pending ? timed(tite, truth, clock) : timed(boin, truth, clock);
        CHECK(disagreements(peer_of(row, 4000), ours, family) == std::vector<std::string>{});
        if (!pending)
            continue; // there the peer lets the first patient of a cohort enter without waiting for one to come
        double const error = ours.clock->duration_d.standard_error * std::sqrt(1.0 + static_cast<double>(timed_trials) / 4000);
        double const theirs = row.at("duration_mean");
        // the peer counts until the last patient's window ends, and to the next arrival where a trial stops early
        CHECK(std::abs(theirs - ours.clock->duration_d.mean) < agreed_standard_errors * error + 0.1);
    }
    CHECK(seen == 7);
}

TEST_CASE("TITE-CRM agrees with the trials of dfcrm", "[monte_carlo][clock][tite_crm]")
{
    auto const rows = oracle("dfcrm_oc.json").at("results");
    constexpr std::size_t family = 4 * 7;
    std::size_t seen = 0;
    for (auto const& row : rows) {
        if (row.at("fun") != "titesim")
            continue;
        CAPTURE(row.at("label").get<std::string>());
        ++seen;
        auto const& inputs = row.at("inputs");
        TiteCrm design;
        for (double const p : inputs.at("skeleton"))
            design.skeleton.emplace_back(p);
        design.coherent = false; // whatever its page says, titesim only prevents skipping
        design.common.target = inputs.at("target").get<double>();
        design.common.max_patients = inputs.at("n").get<int>();
        if (inputs.contains("scheme"))
            design.weights = FollowUpWeights::adaptive;
        bool const fixed = inputs.at("accrual") == "fixed";
        auto const clock = clock_of(inputs.at("rate"), fixed ? AccrualProcess::fixed : AccrualProcess::poisson,
                                    DltTimes::uniform);
        auto const ours = timed(design, inputs.at("true_tox"), clock);
        CHECK(disagreements(peer_of(row, 2000), ours, family) == std::vector<std::string>{});
        // dfcrm counts from the opening of the trial: the first patient comes an interval later; and a whole window after the last
        double const opening = 1 / inputs.at("rate").get<double>();
        double const error = ours.clock->duration_d.standard_error * std::sqrt(1.0 + static_cast<double>(timed_trials) / 2000);
        double const theirs = row.at("duration_mean");
        CHECK(std::abs(theirs - opening - ours.clock->duration_d.mean) < agreed_standard_errors * error + 0.1);
    }
    CHECK(seen == 4);
}

TEST_CASE("the rolling six agrees with the trials of RollingSix", "[monte_carlo][clock][rolling_six]")
{
    constexpr std::size_t family = 3 * 7;
    constexpr double days_a_year = 365;
    auto const rows = oracle("rolling_six.json").at("results");
    CHECK(rows.size() == 3);
    for (auto const& row : rows) {
        CAPTURE(row.at("label").get<std::string>());
        auto const& inputs = row.at("inputs");
        RollingSix const design{.six_at_mtd = false, .early_escalation = true, .common = {}};
        Clock clock{.accrual = {.rate = Rate::from_base(inputs.at("accrual_per_year").get<double>() / days_a_year)}};
        TrialClock const by{clock, Time::from_base(inputs.at("futime_days").get<double>())};
        auto const ours = timed(design, inputs.at("tox_rates"), by);
        auto const trials = inputs.at("nsim").get<std::uint64_t>() -
                            inputs.at("trials_that_crashed_in_the_package").get<std::uint64_t>();
        PeerTrials const peer{row.at("label"), fractions(row.at("selection_pct_none_then_doses")), {}, {}, trials};
        CHECK(disagreements(peer, ours, family) == std::vector<std::string>{});
    }
}

TEST_CASE("a truth moved by ten points is seen", "[power][clock]")
{
    auto const row = oracle("tite_boin_oc.json").at("results").at(0);
    TiteBoin tite;
    tite.imputation = PendingImputation::effective_sample_size;
    tite.common.target = 0.3;
    tite.common.max_patients = 36;
    auto truth = row.at("inputs").at("prob").get<std::vector<double>>();
    truth[3] += 0.1;
    auto const clock = clock_of(3, AccrualProcess::poisson, DltTimes::weibull);
    CHECK_FALSE(disagreements(peer_of(row, 4000), timed(tite, truth, clock), 49).empty());
}

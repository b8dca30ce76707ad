// Documented trials, simulated: what each of them is known for, as a test of its own. Toxicity is fixed from other trials wherever it can
// be, so that most of these are predictions; where one fails, the test says by how much.
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <numeric>
#include <set>

using namespace escalon::test;
using nlohmann::json;

namespace {

constexpr double wanted_standard_errors = 6;

std::vector<std::string> documented_scenarios()
{
    std::vector<std::string> names;
    for (auto const& entry : std::filesystem::directory_iterator{std::string{ESCALON_SOURCE_DIR} + "/scenarios"})
        if (entry.path().extension() == ".yaml" && file_text(entry.path()).find("\ndocumented:") != std::string::npos)
            names.push_back(entry.path().stem().string());
    std::ranges::sort(names);
    return names;
}

/// A documented trial, simulated.
class Simulated {
public:
    explicit Simulated(std::string const& name, int trials, std::vector<std::string> const& settings = {}) : trials_{trials}
    {
        std::vector<std::string> words{"run", scenario(name), "--json", "--set", "runner.trials=" + std::to_string(trials)};
        for (auto const& setting : settings)
            words.insert(words.end(), {"--set", setting});
        auto const said = run_escalon(words);
        INFO(name << said.err);
        REQUIRE(said.exit == 0);
        run_ = json::parse(said.out);
    }

    std::vector<double> doses() const { return run_["doses"]["levels"]; }
    json const& truth(std::size_t number = 0) const { return run_["truths"].at(number); }
    std::vector<double> risk(std::size_t truth_number = 0) const { return truth(truth_number)["dlt_probability"]; }
    double risk_at(double dose, std::size_t truth_number = 0) const { return risk(truth_number).at(index(dose)); }

    /// One design under one truth; there is one design in all trials but AVE1642.
    json const& under(std::size_t truth_number = 0) const { return run_["designs"].at(truth_number); }

    /// Share of trials that name a dose from `low` to `high` in the end: after the late look where there is one.
    double named(double low, double high, std::size_t truth_number = 0) const
    {
        return between(under(truth_number)["clock"]["after_late_look"]["levels"], low, high);
    }
    /// The same by what the DLT window saw alone.
    double named_by_window(double low, double high, std::size_t truth_number = 0) const
    {
        return between(under(truth_number)["selection"]["levels"], low, high);
    }
    /// Whether one dose is named more often than every other, by six standard errors of the difference.
    bool names_most(double dose, std::size_t truth_number = 0) const
    {
        double const share = named(dose, dose, truth_number);
        return std::ranges::all_of(doses(), [&](double other) {
            return other == dose || more_often(share, named(other, other, truth_number));
        });
    }
    /// The same of two answers that a trial can give.
    bool more_often(double share, double other) const
    {
        double const difference = share - other;
        return difference > wanted_standard_errors * std::sqrt((share + other - difference * difference) / trials_);
    }

    /// Whether a share of these trials lies above, or below, a bound by six of the standard errors that the bound itself would have.
    bool above(double share, double bound) const { return share - bound > wanted_standard_errors * error_at(bound); }
    bool below(double share, double bound) const { return bound - share > wanted_standard_errors * error_at(bound); }

private:
    std::size_t index(double dose) const
    {
        auto const all = doses();
        auto const found = std::ranges::find(all, dose);
        REQUIRE(found != all.end());
        return static_cast<std::size_t>(found - all.begin());
    }
    double between(std::vector<double> const& shares, double low, double high) const
    {
        auto const first = static_cast<std::ptrdiff_t>(index(low));
        auto const last = static_cast<std::ptrdiff_t>(index(high)) + 1;
        return std::accumulate(shares.begin() + first, shares.begin() + last, 0.0);
    }
    double error_at(double bound) const { return std::sqrt(bound * (1 - bound) / trials_); }

    json run_;
    int trials_;
};

/// The dose at which P(DLT) is 30 %, between two levels of a ladder that reaches past it; P(DLT) is right to 1e-4, and the line
/// between levels to 2 % of the dose.
double tolerated(std::string const& name, std::string const& levels, std::size_t truth, std::vector<std::string> settings = {})
{
    constexpr double target = 0.30;
    settings.push_back("doses.levels=[" + levels + "]");
    Simulated const trial{name, 1, settings};
    auto const dose = trial.doses();
    auto const risk = trial.risk(truth);
    for (std::size_t i = 0; i + 1 < dose.size(); ++i)
        if (risk[i] <= target && target < risk[i + 1])
            return dose[i] * std::pow(dose[i + 1] / dose[i], (target - risk[i]) / (risk[i + 1] - risk[i]));
    FAIL(name << ": the ladder does not reach past the target");
    return 0;
}

/// By how much a schedule raises the dose that is tolerated a week.
double gain(double per_week, double per_week_before) { return per_week / per_week_before - 1; }

double typical(json const& row, std::string const& figure) { return row[figure]["value"].get<double>(); }

constexpr std::size_t forgets_in_2_d = 0;
constexpr std::size_t forgets_in_7_d = 1;

constexpr std::size_t liver_alone = 0;
constexpr std::size_t liver_and_the_rest = 1;

} // namespace

TEST_CASE("every documented trial is valid and can be simulated", "[cli][trials]")
{
    auto const names = documented_scenarios();
    CHECK(names.size() == 18); // sixteen trials, two of them also over time
    for (auto const& name : names) {
        INFO(name);
        auto const valid = run_escalon({"validate", scenario(name)});
        INFO(valid.err);
        CHECK(valid.exit == 0);
        if (name == "huc242_dm4_over_time")
            continue; // simulated in tests/cli/time.cpp
        Simulated const trial{name, 10};
        CHECK(trial.risk().size() == trial.doses().size());
    }
}

TEST_CASE("a replay shows each cohort of the record, and says which counts nobody published", "[cli][trials][replay]")
{
    int with_gaps = 0;
    for (auto const& name : documented_scenarios()) {
        INFO(name);
        auto const said = run_escalon({"replay", scenario(name), "--json"});
        REQUIRE(said.exit == 0);
        auto const text = file_text(scenario(name));
        auto const record = text.substr(text.find("\ndocumented:"), text.find("\nevidence:") - text.find("\ndocumented:"));
        std::size_t cohorts = 0;
        for (auto at = record.find("level: "); at != std::string::npos; at = record.find("level: ", at + 1))
            ++cohorts;
        auto const told = json::parse(said.out);
        CHECK_FALSE(told["readings"].empty());
        for (auto const& reading : told["readings"])
            CHECK(reading["steps"].size() == cohorts);
        if (record.find("dlts: unknown") == std::string::npos)
            continue;
        CHECK(run_escalon({"replay", scenario(name)}).out.find("unknown") != std::string::npos);
        ++with_gaps;
    }
    CHECK(with_gaps >= 12);
}

TEST_CASE("every block of a documented trial has evidence", "[cli][trials]")
{
    for (auto const& name : documented_scenarios()) {
        auto const text = file_text(scenario(name));
        auto const evidence = text.substr(text.find("\nevidence:"));
        for (auto const* block :
             {"doses", "regimen", "pk", "population", "toxicity", "truths", "designs", "trial", "truth", "documented"}) {
            if (text.find(std::string{"\n"} + block + ":") == std::string::npos)
                continue;
            INFO(name << ": " << block);
            bool const found = evidence.find(std::string{"\n  "} + block + ":") != std::string::npos ||
                               evidence.find(std::string{"\n  "} + block + ".") != std::string::npos;
            CHECK(found);
        }
    }
}

TEST_CASE("the Japanese trial of T-DM1, patient by patient: each departure from the CRM is named", "[cli][trials][replay]")
{
    auto const said = run_escalon({"replay", scenario("t_dm1_japan")});
    REQUIRE(said.exit == 0);
    for (auto const* words :
         {"Cohort 3: the rule would treat 1 patient at 1.8 mg/kg", "but the record treats 1 patient at 2.4 mg/kg.",
          "Cohort 4: the rule would treat 1 patient at 1.8 mg/kg", "Cohort 6: the rule would treat 1 patient at 2.4 mg/kg",
          "but the record treats 1 patient at 3.6 mg/kg.", "In the DLT window the rule names 3.6 mg/kg after this record."})
        CHECK(said.out.find(words) != std::string::npos);
}

TEST_CASE("AVE1642: each departure from 3+3 is named, and from 4+2 there is one", "[cli][trials][replay]")
{
    auto const said = run_escalon({"replay", scenario("ave1642")});
    for (auto const* words : {"Cohort 1: the rule would treat 3 patients at 3 mg/kg (the trial starts at 3 mg/kg), but the "
                              "record treats 4 patients at 3 mg/kg.",
                              "Cohort 2: the rule would treat 3 patients at 6 mg/kg (0/4 at 3 mg/kg: escalate), but the record "
                              "treats 6 patients at 6 mg/kg.",
                              "Cohort 3: the rule would treat 3 patients at 12 mg/kg (0/6 at 6 mg/kg: escalate), but the record "
                              "treats 4 patients at 12 mg/kg."})
        CHECK(said.out.find(words) != std::string::npos);
    auto const steps = json::parse(
        run_escalon({"replay", scenario("ave1642"), "--design", "4+2", "--json"}).out)["readings"][0]["steps"];
    REQUIRE(steps.size() == 3);
    CHECK(steps[0]["agreement"] == "agrees");
    CHECK(steps[1]["agreement"] == "other_number"); // six patients at 6 mg/kg, where the rule asks for four
    CHECK(steps[2]["agreement"] == "agrees");
}

TEST_CASE("cantuzumab mertansine: what the liver is fixed from comes back, 235 mg/m2", "[cli][trials]")
{
    Simulated const trial{"cantuzumab_mertansine_over_time", 2000};
    for (auto const truth : {forgets_in_2_d, forgets_in_7_d}) {
        CHECK(trial.truth(truth)["true_mtd"] == "235 mg/m2");
        CHECK(trial.above(trial.named(235, 235, truth), 0.38));
        CHECK(trial.above(trial.named(176, 295, truth), 0.90));
    }
}

TEST_CASE("cantuzumab mertansine weekly: a liver that forgets as its enzyme does would tolerate more than was tolerated",
          "[cli][trials]")
{
    Simulated const trial{"cantuzumab_mertansine_weekly", 2000};
    // the prediction from every three weeks alone fails: the record says that 138 mg/m2 was too much
    CHECK(trial.above(trial.named(138, 138, forgets_in_2_d), 0.85));
    CHECK(trial.risk_at(138, forgets_in_2_d) < 0.10);
    // fitted to this trial
    CHECK(trial.truth(forgets_in_7_d)["true_mtd"] == "115 mg/m2");
    CHECK(trial.above(trial.named(96, 138, forgets_in_7_d), 0.75));
    Simulated const before{"cantuzumab_mertansine_over_time", 1};
    CHECK(std::abs(trial.risk_at(115, forgets_in_7_d) - before.risk_at(235, forgets_in_7_d)) < 0.01);
}

TEST_CASE("cantuzumab mertansine three times a week: with a memory fixed from the other schedules 45 mg/m2 is the right answer",
          "[cli][trials]")
{
    Simulated const trial{"cantuzumab_mertansine_three_weekly", 2000};
    CHECK(trial.truth(forgets_in_7_d)["true_mtd"] == "45 mg/m2");
    CHECK(trial.risk_at(60, forgets_in_7_d) > 0.5);
    CHECK(trial.above(trial.named(30, 60, forgets_in_7_d), 0.85)); // one level or none away
    CHECK(trial.names_most(30, forgets_in_7_d));                   // the rule stops short of it
    CHECK(trial.above(trial.named(60, 60, forgets_in_2_d), 0.75)); // the prediction from every three weeks alone fails
}

TEST_CASE("fractionation buys a DM1 conjugate dose, and next to none a DM4 conjugate", "[cli][trials]")
{
    constexpr double interpolation = 0.04; // 2 % of each of two doses
    auto const dm1 = [](std::size_t truth) {
        double const q3w = tolerated("cantuzumab_mertansine_over_time", "22, 88, 176, 235, 295, 350", truth) / 3;
        double const weekly = tolerated("cantuzumab_mertansine_weekly", "40, 60, 80, 96, 115, 138, 166, 199, 239", truth);
        double const three_weekly = tolerated("cantuzumab_mertansine_three_weekly", "30, 45, 60, 75, 90", truth) * 9 / 4;
        return std::array{gain(weekly, q3w), gain(three_weekly, q3w)};
    };
    // on record: 115 weekly against 235 every three weeks, 47 %; 45 three times a week, three weeks of four, 29 %
    auto const [weekly_2_d, three_weekly_2_d] = dm1(forgets_in_2_d);
    CHECK(weekly_2_d > 1 + interpolation);         // 132 %: nearly three times what was gained
    CHECK(three_weekly_2_d > 0.8 + interpolation); // 111 %
    auto const [weekly_7_d, three_weekly_7_d] = dm1(forgets_in_7_d);
    CHECK(std::abs(weekly_7_d - 0.47) < interpolation); // fitted
    CHECK(three_weekly_7_d > 0.10 + interpolation / 4); // 16 %: a gain, half of what is on record
    CHECK(three_weekly_7_d < 0.30 - interpolation);
    for (auto const* grade : {"2", "3"}) {
        auto const limiting = std::vector{std::string{"toxicity.kinds[1].dose_limiting_from="} + grade};
        double const dm4 = gain(tolerated("sar3419_weekly", "10, 14, 20, 28, 40, 55, 70, 85, 100", 0, limiting),
                                tolerated("sar3419", "10, 20, 40, 80, 120, 160, 208, 270", 0, limiting) / 3);
        CHECK(dm4 > -interpolation);
        CHECK(dm4 < 0.15 + interpolation); // 12 %; on record 55 against 160 every three weeks, 3 %
        CHECK(dm4 < weekly_7_d - 0.2);
    }
    // T-DM1: half of the gain on record, 2.4 weekly against 3.6 every three weeks
    double const t_dm1 = gain(tolerated("t_dm1_weekly", "1.2, 1.6, 2.0, 2.4, 2.9", 0),
                              tolerated("t_dm1", "0.3, 0.6, 1.2, 2.4, 3.6, 4.8, 6", 0) / 3);
    CHECK(t_dm1 > 0.4 - interpolation);
    CHECK(t_dm1 < 0.6 + interpolation);
}

TEST_CASE("one memory of the liver puts the tolerated doses of all three schedules between their MTDs and the next levels",
          "[cli][trials]")
{
    // fitted to all three, and so no prediction; the tolerance is again the typical peak at 295 mg/m2
    std::vector<std::string> const liver{"toxicity.kinds[1].memory=6 d", "toxicity.kinds[1].tolerance.median=23.2 mg/L"};
    auto const between = [&](std::string const& name, std::string const& levels, double mtd, double next) {
        constexpr double error = 0.02;
        double const dose = tolerated(name, levels, 0, liver);
        INFO(name << " " << dose);
        CHECK(dose > mtd * (1 + error));
        CHECK(dose < next * (1 - error));
    };
    between("cantuzumab_mertansine_over_time", "22, 88, 176, 235, 295, 350", 235, 295);
    between("cantuzumab_mertansine_weekly", "40, 60, 80, 96, 115, 138, 166", 115, 138);
    between("cantuzumab_mertansine_three_weekly", "30, 45, 60, 75", 45, 60);
}

TEST_CASE("T-DM1: within one dose the model's platelets follow exposure, which those of 618 patients did not", "[cli][trials]")
{
    auto const with_clearance = [](std::string const& l_per_d) {
        return Simulated{"t_dm1",
                         1,
                         {"truth.until=126 d", "toxicity.kinds[2].dose_limiting_from=5", "pk.CL=" + l_per_d + " L/d",
                          "population.omega={ V1: 0.01351, Q: 1.4513, V2: 0.4415 }"}}
            .risk_at(3.6);
    };
    // a standard deviation of clearance to either side: 17 % and 6 %, where the record has one share
    CHECK(with_clearance("0.559") > 2.5 * with_clearance("0.817"));
}

TEST_CASE("T-DM1: what toxicity is fixed from comes back, and platelets of grade 4 beside it", "[cli][trials]")
{
    // over six cycles at 3.6 mg/kg; 618 patients had 11.7 % platelets and 7.3 % liver of grade 3
    auto const share = [](std::string const& kind, std::string const& other, std::string const& grade) {
        return Simulated{"t_dm1",
                         1,
                         {"truth.until=126 d", "toxicity.kinds[" + other + "].dose_limiting_from=5",
                          "toxicity.kinds[" + kind + "].dose_limiting_from=" + grade}}
            .risk_at(3.6);
    };
    CHECK(std::abs(share("1", "2", "3") - 0.117) < 0.003);
    CHECK(std::abs(share("2", "1", "3") - 0.073) < 0.003);
    // 17 of 882 patients had platelets of grade 4: 95 % interval 1.1 to 3.1 %
    double const grade_4 = share("1", "2", "4");
    CHECK(grade_4 > 0.011);
    CHECK(grade_4 < 0.031);
}

TEST_CASE("T-DM1 every three weeks: 3.6 mg/kg in four trials of ten and more, 4.8 in nearly as many", "[cli][trials]")
{
    Simulated const trial{"t_dm1", 2000};
    CHECK(trial.above(trial.named(3.6, 3.6), 0.35));
    CHECK(trial.below(trial.named(4.8, 4.8), 0.48)); // on record it was too much
    CHECK(trial.above(trial.named(4.8, 4.8), 0.30));
    CHECK(trial.above(trial.named(2.4, 4.8), 0.95));
    CHECK(trial.risk_at(2.4) < 0.05);
}

TEST_CASE("T-DM1 weekly: within a level of 2.4 mg/kg in most trials, and 2.4 is the right answer", "[cli][trials]")
{
    Simulated const trial{"t_dm1_weekly", 4000};
    CHECK(trial.truth()["true_mtd"] == "2.4 mg/kg");
    CHECK(trial.above(trial.named(2.0, 2.9), 0.60));
    CHECK(trial.names_most(2.0)); // a level short of the record
}

TEST_CASE("T-DM1 in Japan: the CRM names 3.6 mg/kg, with as few DLTs as on record", "[cli][trials]")
{
    Simulated const trial{"t_dm1_japan", 2000};
    CHECK(trial.above(trial.named(3.6, 3.6), 0.90));
    std::vector<double> const dlts = trial.under()["distribution"]["total_dlts"];
    CHECK(trial.above(dlts.at(1), 0.25)); // one DLT, as on record
    CHECK(trial.above(dlts.at(0) + dlts.at(1) + dlts.at(2), 0.90));
    // which level it came at the model does not foresee: one of four at 2.4 mg/kg, where it expects one in forty
    CHECK(trial.risk_at(2.4) < 0.04);
}

TEST_CASE("huN901-DM1: the liver of cantuzumab mertansine limits no dose that was given", "[cli][trials]")
{
    for (auto const& [name, top] : {std::pair{"hun901_dm1_001", 94.}, {"hun901_dm1_002", 94.}, {"hun901_dm1_003", 140.}}) {
        INFO(name);
        Simulated const trial{name, 500};
        CHECK(trial.above(trial.named(top, top, liver_alone), 0.90)); // the record stopped below: the prediction fails
        CHECK(trial.risk(liver_alone).back() < 0.02);
    }
}

TEST_CASE("huN901-DM1: what limited study 003, carried to the other two, stops them where they stopped", "[cli][trials]")
{
    Simulated const fitted{"hun901_dm1_003", 2000};
    CHECK(fitted.truth(liver_and_the_rest)["true_mtd"] == "112 mg/m2");
    CHECK(fitted.above(fitted.named(90, 140, liver_and_the_rest), 0.70));

    Simulated const weekly{"hun901_dm1_001", 2000};
    CHECK(weekly.names_most(60, liver_and_the_rest));
    CHECK(weekly.above(weekly.named(48, 75, liver_and_the_rest), 0.85));

    Simulated const daily{"hun901_dm1_002", 2000};
    CHECK(daily.truth(liver_and_the_rest)["true_mtd"] == "75 mg/m2");
    CHECK(std::abs(daily.under(liver_alone)["patients"][0].get<double>() - 4) < 0.01); // cohorts of four, as the protocol has it
    CHECK(daily.above(daily.named_by_window(60, 75, liver_and_the_rest), 0.50));       // 75, and later 60, on record
    // the late look lowers the dose, as on record; but by more than the one level of the record
    CHECK(daily.above(daily.under(liver_and_the_rest)["clock"]["lowered_by_late_look"], 0.80));
    CHECK(daily.below(daily.named(60, 94, liver_and_the_rest), 0.10));
}

TEST_CASE("AVE9633: 130 mg/m2 in three infusions is tolerated, 130 in each is not", "[cli][trials]")
{
    constexpr std::size_t in_three = 0;
    constexpr std::size_t in_each = 1;
    Simulated const trial{"ave9633_day1_4_7", 2000};
    CHECK(trial.risk_at(130, in_three) < 0.10);
    CHECK(trial.risk_at(130, in_each) > 0.75);
    CHECK(trial.above(trial.named(150, 150, in_three), 0.95)); // neither reading names 130
    CHECK(trial.below(trial.named(130, 150, in_each), 0.05));
    // the same by the command line: the switch is pk.F1
    Simulated const switched{"ave9633_day1_4_7", 1, {"pk.F1=1"}};
    CHECK(std::abs(switched.risk_at(130, in_three) - trial.risk_at(130, in_each)) < 3e-4);
    // a third of the dose three times within a week is what the cornea makes of it: nearly the dose at once
    Simulated const at_once{"ave9633_day1_4_7", 1, {"pk.F1=1", "regimen.days=[1]"}};
    CHECK(std::abs(at_once.risk_at(130, in_three) - trial.risk_at(130, in_three)) < 0.02);
}

TEST_CASE("AVE9633 day 1, and days 1 and 8: no DLT where none was seen", "[cli][trials]")
{
    Simulated const twice{"ave9633_day1_8", 2000};
    std::vector<double> const dlts = twice.under()["distribution"]["total_dlts"];
    CHECK(twice.above(dlts.at(0), 0.80)); // 75 mg/m2 twice, no DLT in the whole trial
    // on day 1 no level is on record: up to 105 mg/m2 the model sees next to none, at 260 it would
    Simulated const once{"ave9633_day1", 2000};
    CHECK(once.risk_at(105) < 0.05);
    CHECK(once.risk_at(260) > 0.50);
}

TEST_CASE("AVE1642: without a DLT every trial goes to the top, and the dose rests on saturation", "[cli][trials]")
{
    constexpr double rounding = 1e-12;
    Simulated const trial{"ave1642", 1}; // exact
    auto const& nothing = trial.under(0);
    CHECK(nothing["engine"] == "exact");
    CHECK(nothing["total_dlts"].get<double>() < rounding);
    CHECK(std::abs(trial.named_by_window(12, 12, 0) - 1) < rounding);
    // and nearly so with the most that 82 patients without a DLT allow: 1 - 0.05^(1/82)
    auto const second = trial.risk(1);
    CHECK(std::abs(second.back() - (1 - std::pow(0.05, 1. / 82))) < 1e-3);

    // clearance falls to that of an antibody whose receptor is saturated: within a fifth of it at 12 mg/kg, half as much again at 3
    auto const rows = json::parse(run_escalon({"pk", scenario("ave1642"), "--json"}).out)["doses"];
    REQUIRE(rows.size() == 3);
    constexpr double linear_l_per_d = 0.368;
    CHECK(typical(rows[0], "clearance") > 1.45 * linear_l_per_d);
    CHECK(typical(rows[2], "clearance") < 1.2 * linear_l_per_d);
    // what is left after three weeks occupies C/(KM + C) of it
    auto const occupied = [&](std::size_t row) { return typical(rows[row], "ctrough") / (1 + typical(rows[row], "ctrough")); };
    CHECK(occupied(0) < 0.80);
    CHECK(occupied(1) < 0.95);
    CHECK(occupied(2) > 0.95);
}

TEST_CASE("R1507, which stands in for AVE1642: both clearances on record", "[cli][trials]")
{
    auto const clearance = [](std::string const& dose) {
        auto const said = run_escalon({"pk", scenario("ave1642"), "--doses", "0:" + dose, "--json"});
        INFO(said.err);
        REQUIRE(said.exit == 0);
        return typical(json::parse(said.out)["doses"][0], "clearance");
    };
    CHECK(std::abs(clearance("1 mg/kg") - 0.812) < 0.002);
    CHECK(std::abs(clearance("16 mg/kg") - 0.418) < 0.002);
}

TEST_CASE("SAR3419 every three weeks: the window goes to the top, the late look to 160 mg/m2 and the levels beside it",
          "[cli][trials]")
{
    Simulated const trial{"sar3419", 2000};
    CHECK(trial.above(trial.named_by_window(208, 270), 0.95));
    CHECK(trial.above(trial.named(160, 160), 0.30));
    CHECK(trial.above(trial.named(80, 208), 0.80));
    // by grade 2 and more, as in its sisters, 160 mg/m2 is the right answer
    CHECK(Simulated("sar3419", 1, {"toxicity.kinds[1].dose_limiting_from=2"}).truth()["true_mtd"] == "160 mg/m2");
}

TEST_CASE("SAR3419 weekly: what the window sees does not stop 3+3 at 70 mg/m2, late events do", "[cli][trials]")
{
    Simulated const trial{"sar3419_weekly", 2000};
    CHECK(trial.truth()["true_mtd"] == "55 mg/m2");
    CHECK(trial.above(trial.named_by_window(70, 70), 0.90));
    CHECK(trial.below(trial.named(70, 70), 0.15));
    CHECK(trial.above(trial.named(40, 70), 0.75)); // within a level of 55
    CHECK(trial.above(trial.under()["clock"]["lowered_by_late_look"], 0.80));
    // most events come after the window: a rule that counts grade 3 within it cannot find 55
    std::vector<double> const late = trial.under()["clock"]["late_dlts"];
    CHECK(std::accumulate(late.begin(), late.end(), 0.0) > 5 * trial.under()["total_dlts"].get<double>());
}

// What the pharmacokinetic figures show, held against closed forms.
#include "sim/report/pk_profiles.hpp"

#include "sim/report/pk_table.hpp"
#include "sim/toxicity/biology.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/scenario_support.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr double ln2 = std::numbers::ln2;
constexpr double z95 = 1.6448536269514722;

/// One compartment, 100 mg as a bolus: C(t) = 100/3 exp(-t/6).
std::string const bolus = R"(schema: 1
name: bolus
doses: { unit: mg, levels: [50, 100, 200] }
regimen: { days: [1, 8], cycle: 14 d, cycles: 3, infusion: 0 h }
pk: { model: one_compartment, CL: 0.5 L/d, V1: 3 L }
)";

std::string const harmful = bolus + R"(toxicity: { model: by_exposure, driver: cmax, tolerance: { median: 60 mg/L, sd_log: 0.4 } }
population: { omega: { V1: 0.04 } }
)";

std::string const shed = R"(schema: 1
name: shed
doses: { unit: mg, levels: [10, 20, 50, 100, 200, 400] }
regimen: { days: [1], cycle: 21 d, infusion: 2 h }
pk: { model: one_compartment, CL: 0.5 L/d, V1: 3 L, antigen_clearance: { model: emax, SMAX: 2, A50: 500 U/mL } }
population: { antigen: { median: 100 U/mL, sd_log: 1.5 } }
)";

double concentration_by_hand(double time_d)
{
    double sum = 0;
    for (double const dose_d : {0.0, 7.0, 14.0, 21.0})
        if (time_d >= dose_d)
            sum += 100 / 3.0 * std::exp(-(time_d - dose_d) / 6);
    return sum;
}

} // namespace

TEST_CASE("an absorbed dose that lags is drawn when it comes in, between the times of dosing", "[pk][profile][absorption]")
{
    auto const oral = bolus.substr(0, bolus.rfind(" }")) + ", KA: 2 /d, F1: 60 %, ALAG1: 36 h }\n";
    auto const profile = concentration_profile(read(oral), DoseLevel{1}, {.patients = 1});
    constexpr double KA = 2;
    constexpr double k = 1 / 6.0;
    for (std::size_t t = 0; t < profile.times_d.size(); ++t) {
        double wanted = 0;
        for (double const arrives_d : {1.5, 8.5, 15.5, 22.5})
            if (double const since_d = profile.times_d[t] - arrives_d; since_d > 0)
                wanted += 60 / 3.0 * KA / (KA - k) * (std::exp(-k * since_d) - std::exp(-KA * since_d));
        INFO("day " << profile.times_d[t]);
        CHECK(profile.mg_per_L[t].median == Approx(wanted).epsilon(1e-11).margin(1e-12));
    }
    double const tmax_d = std::log(KA / k) / (KA - k); // after the first dose; the second comes in on day 8.5
    CHECK(profile.peak_mg_per_L.median >= 60 / 3.0 * std::exp(-k * tmax_d));
}

TEST_CASE("without variability every percentile is the typical patient", "[pk][profile]")
{
    auto const profile = concentration_profile(read(bolus), DoseLevel{1}, {.patients = 3, .drawn = 2});
    CHECK(profile.dose == "100 mg");
    CHECK(profile.end_d == 28);
    CHECK(profile.dosing_days_d == std::vector<double>{0, 7, 14, 21});
    REQUIRE(profile.mg_per_L.size() == profile.times_d.size());
    for (std::size_t t = 0; t < profile.times_d.size(); ++t) {
        bool const before_bolus = t + 1 < profile.times_d.size() && profile.times_d[t] == profile.times_d[t + 1];
        double const just_before = profile.times_d[t] - 1e-9;
        double const wanted = before_bolus                      ? concentration_by_hand(just_before)
                              : t + 1 == profile.times_d.size() ? concentration_by_hand(just_before)
                                                                : concentration_by_hand(profile.times_d[t]);
        INFO("day " << profile.times_d[t]);
        CHECK(profile.mg_per_L[t].median == Approx(wanted).epsilon(1e-8).margin(1e-12)); // a bolus 1e-9 d away
        CHECK(profile.mg_per_L[t].low == profile.mg_per_L[t].median);
        CHECK(profile.mg_per_L[t].high == profile.mg_per_L[t].median);
    }
    CHECK(profile.half_life_d.median == Approx(ln2 * 6).epsilon(1e-12));
    CHECK(profile.peak_mg_per_L.median == Approx(concentration_by_hand(7)).epsilon(1e-12));
    CHECK(profile.trough_mg_per_L.median == Approx(concentration_by_hand(14 - 1e-12)).epsilon(1e-9));
    REQUIRE(profile.drawn.size() == 2);
    CHECK(profile.drawn[1].patient == 2);
    CHECK(profile.drawn[1].mg_per_L.size() == profile.times_d.size());
}

TEST_CASE("percentiles of a bolus are those of the log-normal volume", "[pk][profile]")
{
    double const sd = 0.2;
    auto const profile = concentration_profile(read(bolus, {"population.omega.V1=0.04", "regimen.days=[1]"}), DoseLevel{1},
                                               {.patients = 20'000, .drawn = 1});
    // five standard errors of a percentile of 20,000: sd sqrt(p(1 - p)/n)/density = 0.003 at 5 % and 95 %, 0.0018 at the median
    CHECK(profile.peak_mg_per_L.median == Approx(100 / 3.0).epsilon(0.009));
    CHECK(profile.peak_mg_per_L.low == Approx(100 / 3.0 * std::exp(-z95 * sd)).epsilon(0.015));
    CHECK(profile.peak_mg_per_L.high == Approx(100 / 3.0 * std::exp(z95 * sd)).epsilon(0.015));
}

TEST_CASE("figures show the patients of `pk --subjects`", "[pk][profile]")
{
    auto const scenario = read_scenario(shipped("huc242_dm4.yaml"));
    auto const profile = concentration_profile(scenario, DoseLevel{5}, {.patients = 50});
    auto const table = pk_result(scenario, {.subjects = 50}).rows[5];
    auto const check = [&](std::string const& name, Spread const& spread) {
        auto const& figure = *std::ranges::find(table.figures, name, &PkFigure::name);
        INFO(name);
        CHECK(spread == Spread{figure.low.value(), figure.median.value(), figure.high.value()});
    };
    check("cmax", profile.peak_mg_per_L);
    check("ctrough", profile.trough_mg_per_L);
    check("half_life_nca", profile.half_life_d); // of a vanishing dose where kinetics are not linear, so not that one
    auto const linear = read_scenario(shipped("cantuzumab_mertansine.yaml"));
    auto const of_linear = pk_result(linear, {.subjects = 50}).rows[5].figures;
    auto const& terminal = *std::ranges::find(of_linear, "half_life_terminal", &PkFigure::name);
    CHECK(concentration_profile(linear, DoseLevel{5}, {.patients = 50}).half_life_d.median == terminal.median.value());
}

TEST_CASE("times rise, reach the end, and resolve infusions", "[pk][profile]")
{
    auto const times = profile_times(read_scenario(shipped("huc242_dm4.yaml")));
    CHECK(std::ranges::is_sorted(times));
    CHECK(times.front() == 0);
    CHECK(times.back() == 42);
    double const infusion_d = 1.5 / 24;
    for (double const turn : {infusion_d, 21.0, 21 + infusion_d})
        CHECK(std::ranges::any_of(times, [&](double time) { return std::abs(time - turn) < 1e-12; }));
    auto const in_infusion = std::ranges::count_if(times, [&](double time) { return time > 0 && time < infusion_d; });
    CHECK(in_infusion >= 1);
    auto const next_day = std::ranges::count_if(times, [&](double time) { return time > infusion_d && time < 1; });
    CHECK(next_day >= 4);
    CHECK(times.size() < 70);
}

TEST_CASE("many doses draw fewer patients, so that a picture stays small", "[pk][profile]")
{
    auto const profile = concentration_profile(read(bolus, {"regimen.days=[1,2,3,4,5,6,7,8,9,10,11,12,13,14]"}), DoseLevel{0});
    CHECK(profile.dosing_days_d.size() == 28);
    CHECK(profile.drawn.size() * profile.times_d.size() <= 4'500);
    CHECK(profile.drawn.size() >= 12);
}

TEST_CASE("time is shown up to the toxicity window where that is longer than two cycles", "[pk][profile]")
{
    CHECK(profile_times(read(bolus)).back() == 28);
    CHECK(profile_times(read(bolus, {"regimen.cycles=1"})).back() == 14);
    CHECK(profile_times(read(harmful, {"toxicity.window=42 d"})).back() == 42);
    CHECK(profile_times(read(harmful, {"toxicity.window=7 d"})).back() == 28);
}

TEST_CASE("the level shown is the documented MTD, else the true one, else the top", "[pk][profile]")
{
    auto const basis_of = [](std::string const& text, std::optional<DoseLevel> level = std::nullopt) {
        return pk_basis(read(text), level).value();
    };
    auto const documented = basis_of(harmful + "documented: { mtd: 50 mg }\n");
    CHECK(documented.level == DoseLevel{0});
    CHECK(documented.level_is == "the documented MTD");
    auto const truth = basis_of(harmful);
    CHECK(truth.level == DoseLevel{1}); // P(DLT) of the middle level is the nearest to 30 %
    CHECK(truth.level_is == "the true MTD");
    CHECK(basis_of(bolus).level == DoseLevel{2});
    CHECK(basis_of(bolus).level_is == "the top level");
    CHECK(basis_of(harmful, DoseLevel{2}).level_is == "level 3");
    CHECK_FALSE(pk_basis(read(smallest)).has_value());
}

TEST_CASE("of several truths the first that follows exposure is shown", "[pk][profile]")
{
    std::string const truths = harmful + R"(truths:
  - { name: table, probability: [0.1, 0.2, 0.3] }
  - { name: harsh, set: { toxicity.tolerance.median: 30 mg/L } }
  - { name: mild, set: { toxicity.tolerance.median: 90 mg/L } }
)";
    auto const basis = pk_basis(read(truths)).value();
    CHECK(basis.truth == "harsh");
    CHECK(basis.truths == 3);
    CHECK_FALSE(basis.pk_differs);
    CHECK(std::get<ByExposure>(*basis.scenario.toxicity).tolerance.median.value == 30);
    CHECK(pk_basis(read(truths + "  - { name: slow, set: { pk.CL: 0.2 L/d } }\n")).value().pk_differs);
}

TEST_CASE("the exposure of each level is that of the biology, and so are its DLTs", "[pk][profile]")
{
    auto const scenario = read(harmful);
    auto const basis = pk_basis(scenario).value();
    auto const exposure = exposure_by_dose(basis, {.patients = 4'000, .drawn_a_level = 300, .drawn_in_all = 900}).value();
    REQUIRE(exposure.levels.size() == 3);
    Biology const biology{scenario.ladder(), *scenario.pk, *scenario.regimen, scenario.population,
                          std::get<ByExposure>(*scenario.toxicity)};
    auto const patients = subjects(scenario, 300);
    for (DoseLevel level{0}; level < DoseLevel{3}; level = level.above()) {
        auto const& at = exposure.levels[static_cast<std::size_t>(level.index())];
        CHECK(at.exposure.median == Approx(exposure.levels[0].exposure.median * std::pow(2, level.index())).epsilon(1e-12));
        CHECK(at.dlt_probability == basis.dlt_probability[static_cast<std::size_t>(level.index())]);
        REQUIRE(at.drawn.size() == 300);
        for (std::size_t i = 0; i < at.drawn.size(); ++i) {
            CHECK(at.drawn[i].patient == static_cast<int>(i) + 1);
            CHECK(at.drawn[i].dlt == biology.has_dlt(patients[i], level));
        }
    }
    CHECK_FALSE(exposure_by_dose(pk_basis(read(bolus)).value()).has_value());
}

TEST_CASE("antigen divides half-life by the factor on clearance", "[pk][profile]")
{
    auto const basis = pk_basis(read(shed)).value();
    auto const effect = antigen_effect(basis).value();
    REQUIRE(effect.curves.size() == 3);
    CHECK(effect.curves.front().dose == "10 mg");
    CHECK(effect.curves.back().dose == "400 mg");
    for (auto const& curve : effect.curves) {
        REQUIRE(curve.points.size() > 20);
        double before = 0;
        for (auto const& point : curve.points) {
            double const factor = 1 + 2 * point.antigen_U_per_mL / (500 + point.antigen_U_per_mL);
            CHECK(point.half_life_d == Approx(ln2 * 3 / (0.5 * factor)).epsilon(1e-10));
            CHECK(point.antigen_U_per_mL > before);
            before = point.antigen_U_per_mL;
        }
        // 21 days are long: AUC is dose over clearance, less what is still to come
        double const dose = std::stod(curve.dose);
        double const rate = 0.5 / 3 *
                            (1 + 2 * curve.points.back().antigen_U_per_mL / (500 + curve.points.back().antigen_U_per_mL));
        CHECK(curve.points.back().auc_mg_d_per_L == Approx(dose / (3 * rate)).epsilon(2 * std::exp(-rate * 20)));
    }
    auto const population = effect.population_U_per_mL.value();
    CHECK(population.median == Approx(100).epsilon(1e-12));
    CHECK(population.low == Approx(100 * std::exp(-z95 * 1.5)).epsilon(1e-9));
    CHECK(population.high == Approx(100 * std::exp(z95 * 1.5)).epsilon(1e-9));
    REQUIRE(effect.at_population.size() == 3);
    CHECK(effect.at_population[1].half_life_d == Approx(ln2 * 6 / (1 + 2 * 100 / 600.0)).epsilon(1e-10));
}

TEST_CASE("the range of antigen covers the population, in whole decades", "[pk][profile]")
{
    auto const range = [](std::vector<std::string> const& sets, std::string const& text = shed) {
        auto const effect = antigen_effect(pk_basis(read(text, sets)).value()).value();
        auto const& points = effect.curves.front().points;
        return std::pair{points.front().antigen_U_per_mL, points.back().antigen_U_per_mL};
    };
    auto const [low, high] = range({});
    CHECK(low == Approx(1)); // 100 exp(-2.58 x 1.5) = 2.1
    CHECK(high == Approx(10'000));
    CHECK(range({"population.antigen.value=200 U/mL"}) == std::pair{10.0, 10'000.0});
    auto const without = replaced(shed, "population: { antigen: { median: 100 U/mL, sd_log: 1.5 } }\n", "");
    CHECK(range({}, without) == std::pair{0.1, 1000.0});
    CHECK_FALSE(antigen_effect(pk_basis(read(without)).value()).value().population_U_per_mL.has_value());
    CHECK_FALSE(antigen_effect(pk_basis(read(bolus)).value()).has_value());
}

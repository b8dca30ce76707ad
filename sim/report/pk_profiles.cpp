#include "sim/report/pk_profiles.hpp"

#include "pk_models/solution.hpp"
#include "sim/runner/marginal.hpp"
#include "sim/runner/operating_characteristics.hpp"
#include "sim/scenario/cells.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <set>

namespace escalon {
namespace {

constexpr int cycles_shown = 2;
constexpr int fewest_drawn = 12;

bool about_pk(NamedTruth const& truth)
{
    return std::ranges::any_of(truth.set.entries, [](auto const& entry) {
        auto const& path = entry.first;
        return path.starts_with("pk") || path.starts_with("population") || path.starts_with("regimen");
    });
}

std::vector<double> dlt_probabilities(Scenario const& scenario)
{
    if (!scenario.toxicity)
        return {};
    auto const truth = natures(scenario).front();
    if (auto const* known = std::get_if<KnownToxicity>(&truth.nature))
        return known->dlt_probability;
    Workers const workers{Workers::all_processors()};
    IntegrationEffort const effort{.wanted_error = PkBasis::basis_error};
    if (auto const* over_time = std::get_if<BiologyOverTime>(&truth.nature))
        return marginal_toxicity(*over_time, truth.until, workers, effort).dlt_probability;
    return marginal_toxicity(std::get<Biology>(truth.nature), workers, effort).dlt_probability;
}

/// The level that stands for all, and what it is.
void choose_level(PkBasis& basis, Scenario const& original, std::optional<DoseLevel> wanted)
{
    auto const ladder = original.ladder();
    if (wanted) {
        basis.level = *wanted;
        basis.level_is = "level " + std::to_string(wanted->number());
        return;
    }
    basis.level = ladder.top();
    basis.level_is = "the top level";
    if (original.documented && original.documented->mtd) {
        if (auto const level = level_of(original.doses, *original.documented->mtd)) {
            basis.level = *level;
            basis.level_is = "the documented MTD";
            return;
        }
    }
    if (basis.dlt_probability.empty())
        return;
    if (auto const level = true_mtd(basis.dlt_probability, basis.scenario.target())) {
        basis.level = *level;
        basis.level_is = "the true MTD";
    }
}

Time time_shown(Scenario const& scenario)
{
    auto const& regimen = *scenario.regimen;
    return std::max(std::min(regimen.cycles, cycles_shown) * regimen.cycle, exposure_window(scenario));
}

/// Starts and ends of infusions up to the end, and the end; no two closer than rounding.
std::vector<double> turning_points(std::vector<pk::DoseEvent> const& doses, double end_d)
{
    std::set<double> times{0, end_d};
    for (auto const& dose : doses)
        for (double const time : {dose.time_d, dose.time_d + dose.duration_d})
            if (time < end_d)
                times.insert(time);
    return {times.begin(), times.end()};
}

bool infusing(std::vector<pk::DoseEvent> const& doses, double at_d)
{
    return std::ranges::any_of(doses,
                               [&](auto const& dose) { return dose.time_d <= at_d && at_d < dose.time_d + dose.duration_d; });
}

bool bolus_at(std::vector<pk::DoseEvent> const& doses, double at_d)
{
    return std::ranges::any_of(doses, [&](auto const& dose) { return dose.time_d == at_d && dose.duration_d == 0; });
}

/// Times after the start of a stretch of this length, up to its end; crowded at the start, where an infusion sets in and
/// distribution bends the curve.
std::vector<double> offsets(double length_d, int number)
{
    constexpr double crowding = 60; // how much longer the last step is than the first, nearly
    std::vector<double> all;
    for (int k = 1; k <= number; ++k) {
        double const share = static_cast<double>(k) / number;
        all.push_back(length_d * (k == number ? 1 : std::expm1(share * std::log1p(crowding)) / crowding));
    }
    return all;
}

struct Stretch {
    double from_d;
    bool bolus_at_start;
    std::vector<double> offsets_d; ///< the last is its length
};

std::vector<Stretch> stretches(std::vector<pk::DoseEvent> const& doses, double end_d)
{
    constexpr int points_after_doses = 84;
    constexpr int fewest = 6;
    constexpr int most = 24;
    constexpr double infusion_points = 250; // were all the time an infusion
    auto const turns = turning_points(doses, end_d);
    auto const shown = static_cast<int>(std::ranges::count_if(doses, [&](auto const& dose) { return dose.time_d < end_d; }));
    std::vector<Stretch> all;
    for (std::size_t i = 0; i + 1 < turns.size(); ++i) {
        double const length_d = turns[i + 1] - turns[i];
        int const number = infusing(doses, turns[i])
                               ? std::clamp(static_cast<int>(std::ceil(infusion_points * length_d / end_d)), 2, most)
                               : std::clamp(points_after_doses / std::max(shown, 1), fewest, most);
        all.push_back({turns[i], bolus_at(doses, turns[i]), offsets(length_d, number)});
    }
    return all;
}

std::vector<double> times_of(std::vector<Stretch> const& parts)
{
    std::vector<double> times{0};
    for (auto const& part : parts) {
        if (part.bolus_at_start)
            times.push_back(part.from_d);
        for (double const offset : part.offsets_d)
            times.push_back(part.from_d + offset);
    }
    return times;
}

/// At the times of `times_of` at which nothing jumps.
std::vector<double> smooth_times(std::vector<Stretch> const& parts)
{
    std::vector<double> times{0};
    for (auto const& part : parts)
        for (double const offset : part.offsets_d)
            times.push_back(part.from_d + offset);
    return times;
}

/// At the times of `times_of`; before a bolus first, then after it.
std::vector<double> concentrations(pk::Solution const& solution, std::vector<Stretch> const& parts)
{
    constexpr double rounding_d = 1e-9;
    std::size_t sample = 0;
    std::size_t stretch = 0;
    double stretch_start_d = 0;
    std::vector<double> all{solution.at_sample(sample++).base()};
    for (auto const& part : parts) {
        for (; stretch_start_d < part.from_d - rounding_d; ++stretch)
            stretch_start_d = solution.ends_d()[stretch];
        if (part.bolus_at_start)
            all.push_back(solution.record(stretch, 0).start);
        for (std::size_t k = 0; k < part.offsets_d.size(); ++k)
            all.push_back(solution.at_sample(sample++).base());
    }
    return all;
}

/// What is shown of a patient's half-life: terminal where kinetics are linear, else as it would be measured after the first dose.
std::vector<double> half_lives(pk::Model const& model, std::span<pk::Dosed const> dosed, pk::Regimen const& regimen)
{
    std::vector<double> found;
    if (pk::is_linear(model)) {
        for (auto const& each : dosed)
            found.push_back(pk::half_life_terminal(pk::individual(model, each.patient, each.etas)).base());
        return found;
    }
    pk::DoseEvent const first{0, regimen.infusion.base(), 1};
    for (auto const& half_life : pk::half_lives_nca(model, dosed, first))
        found.push_back(half_life ? half_life->base() : std::numeric_limits<double>::quiet_NaN());
    return found;
}

/// Lowest, that in the middle below the level, the level, and the highest.
std::vector<DoseLevel> levels_for_antigen(DoseLadder const& ladder, DoseLevel level)
{
    constexpr int few = 4;
    std::set<int> indices;
    if (ladder.size() <= few)
        for (int i = 0; i < ladder.size(); ++i)
            indices.insert(i);
    else
        indices = {0, level.index() / 2, level.index(), ladder.top().index()};
    std::vector<DoseLevel> levels;
    for (int const index : indices)
        levels.emplace_back(index);
    return levels;
}

/// The typical patient at one level, at each level of antigen.
std::vector<AtAntigen> typical_exposures(Scenario const& scenario, DoseLevel level, std::span<double const> antigen_U_per_mL)
{
    auto const& model = *scenario.pk;
    auto const& regimen = *scenario.regimen;
    auto const patient = typical_patient(scenario.population, model);
    auto const window = exposure_window(scenario);
    auto const amount = dosing(scenario.doses.unit, regimen).amount(scenario.ladder().dose(level), patient.covariates());
    std::vector<pk::Dosed> dosed;
    for (double const antigen : antigen_U_per_mL) {
        auto who = patient.covariates();
        who.antigen = antigen * unit::U_per_mL;
        dosed.push_back({who, patient.etas, amount.base()});
    }
    auto const courses = pk::solve(model, dosed, {.doses = pk::dose_events(regimen, 1 * unit::mg), .end = window});
    auto const by_half_life = half_lives(model, dosed, regimen);
    std::vector<AtAntigen> found;
    for (std::size_t i = 0; i < dosed.size(); ++i) {
        auto const exposure = courses[i].between(Time{}, window).exposure;
        found.push_back({antigen_U_per_mL[i], exposure.auc.base(), exposure.cmax.base(), by_half_life[i]});
    }
    return found;
}

std::optional<Spread> antigen_of(Population const& population)
{
    constexpr double half = 0.5;
    auto const at = [&](double share) { return population.antigen.quantile(share).in(unit::U_per_mL); };
    if (!(at(half) > 0))
        return std::nullopt;
    return Spread{at(low_percentile), at(half), at(high_percentile)};
}

struct AntigenRange {
    double low_U_per_mL;
    double high_U_per_mL;
};

double half_effect(pk::Emax const& effect) { return effect.A50.in(unit::U_per_mL); }
double half_effect(pk::PowerLaw const& effect) { return effect.reference_level.in(unit::U_per_mL); }

/// Where a scenario says nothing of its patients: ten times a level at which conjugates have been seen to clear faster.
constexpr double high_antigen_U_per_mL = 10'000;

/// Whole decades: nearly all patients, or about the scale of the effect where patients have no antigen.
AntigenRange antigen_range(Scenario const& scenario)
{
    constexpr double tail = 0.005;
    constexpr double half = 0.5;
    constexpr double decade = 10;
    auto const& antigen = scenario.population.antigen;
    double const middle = antigen.quantile(half).in(unit::U_per_mL);
    double low = antigen.quantile(tail).in(unit::U_per_mL);
    double high = antigen.quantile(1 - tail).in(unit::U_per_mL);
    if (!(middle > 0)) {
        auto const& effect = pk::antigen_clearance(*scenario.pk);
        double const scale = effect ? std::visit([](auto const& each) { return half_effect(each); }, *effect)
                                    : high_antigen_U_per_mL;
        low = scale / (decade * decade * decade);
        high = scale;
    } else if (!(low < high)) {
        low = middle / decade;
        high = middle * decade;
    }
    return {std::pow(decade, std::floor(std::log10(low))), std::pow(decade, std::ceil(std::log10(high)))};
}

} // namespace

Time exposure_window(Scenario const& scenario)
{
    auto const cycle = scenario.regimen.value().cycle;
    auto const* toxicity = scenario.toxicity ? std::get_if<ByExposure>(&*scenario.toxicity) : nullptr;
    return toxicity ? toxicity->window_or(cycle) : cycle;
}

std::optional<PkBasis> pk_basis(Scenario const& scenario, std::optional<DoseLevel> level)
{
    PkBasis basis{.scenario = scenario};
    if (!scenario.truths.empty()) {
        basis.truths = static_cast<int>(scenario.truths.size());
        basis.pk_differs = std::ranges::any_of(scenario.truths, about_pk);
        auto const* chosen = &scenario.truths.front();
        basis.scenario = under(*chosen, scenario);
        for (auto const& truth : scenario.truths) {
            auto const there = under(truth, scenario);
            if (there.toxicity && std::holds_alternative<ByExposure>(*there.toxicity)) {
                chosen = &truth;
                basis.scenario = there;
                break;
            }
        }
        basis.truth = basis.truths > 1 ? chosen->name : std::string{};
    }
    if (!basis.scenario.pk || !basis.scenario.regimen)
        return std::nullopt;
    basis.dlt_probability = dlt_probabilities(basis.scenario);
    choose_level(basis, scenario, level);
    return basis;
}

std::vector<double> profile_times(Scenario const& scenario)
{
    auto const doses = pk::dose_events(scenario.regimen.value(), 1 * unit::mg);
    return times_of(stretches(doses, time_shown(scenario).base()));
}

ConcentrationProfile concentration_profile(Scenario const& scenario, DoseLevel level, PkEffort const& effort)
{
    auto const ladder = scenario.ladder();
    auto const& regimen = scenario.regimen.value();
    auto const by_size = dosing(ladder.unit(), regimen);
    double const end_d = time_shown(scenario).base();
    auto doses = pk::dose_events(regimen, 1 * unit::mg);
    auto const parts = stretches(doses, end_d);

    ConcentrationProfile profile{.level = level,
                                 .dose = ladder.text(level),
                                 .end_d = end_d,
                                 .cycle_d = regimen.cycle.base(),
                                 .infusion_d = regimen.infusion.base()};
    profile.times_d = times_of(parts);
    int const drawn = std::min(effort.drawn,
                               std::max(fewest_drawn, effort.most_points / static_cast<int>(profile.times_d.size())));
    for (auto const& dose : doses)
        if (dose.time_d < end_d)
            profile.dosing_days_d.push_back(dose.time_d);

    std::vector<std::vector<double>> at_time(profile.times_d.size());
    std::vector<double> peaks;
    std::vector<double> troughs;
    std::vector<double> half_lives_d;
    auto const& model = scenario.pk.value();
    auto const patients = subjects(scenario, effort.patients);
    std::vector<pk::Dosed> dosed;
    for (auto const& patient : patients)
        dosed.push_back(patient.dosed(by_size.amount(ladder.dose(level), patient.covariates())));
    auto const courses = pk::solve(model, dosed,
                                   {.doses = doses,
                                    .cuts_d = {regimen.cycle.base()},
                                    .samples_d = smooth_times(parts),
                                    .occasions_d = pk::later_cycles(regimen, Time::from_base(end_d)),
                                    .end = std::max(Time::from_base(end_d), regimen.cycle)});
    auto const by_half_life = half_lives(model, dosed, regimen);
    for (std::size_t i = 0; i < patients.size(); ++i) {
        if (courses[i].failure)
            continue;
        auto const first = courses[i].between(Time{}, regimen.cycle).exposure;
        peaks.push_back(first.cmax.base());
        troughs.push_back(first.trough.base());
        if (!std::isnan(by_half_life[i]))
            half_lives_d.push_back(by_half_life[i]);
        auto course = concentrations(courses[i], parts);
        for (std::size_t t = 0; t < course.size(); ++t)
            at_time[t].push_back(course[t]);
        if (std::ssize(profile.drawn) < drawn)
            profile.drawn.push_back({static_cast<int>(i) + 1, patients[i].antigen.in(unit::U_per_mL), peaks.back(),
                                     by_half_life[i], std::move(course)});
    }
    profile.patients = static_cast<int>(peaks.size());
    for (auto& values : at_time)
        profile.mg_per_L.push_back(spread_of(std::move(values)));
    profile.peak_mg_per_L = spread_of(std::move(peaks));
    profile.trough_mg_per_L = spread_of(std::move(troughs));
    profile.half_life_d = spread_of(std::move(half_lives_d));
    return profile;
}

std::optional<ExposureByDose> exposure_by_dose(PkBasis const& basis, PkEffort const& effort)
{
    auto const& scenario = basis.scenario;
    auto const* toxicity = scenario.toxicity ? std::get_if<ByExposure>(&*scenario.toxicity) : nullptr;
    if (!toxicity)
        return std::nullopt;
    auto const ladder = scenario.ladder();
    Biology const biology{ladder, *scenario.pk, *scenario.regimen, scenario.population, *toxicity};
    ExposureByDose result{toxicity->driver, exposure_window(scenario).base(), toxicity->tolerance, effort.patients, {}};
    auto const patients = subjects(scenario, effort.patients);
    int const drawn = std::min(effort.drawn_a_level, std::max(1, effort.drawn_in_all / ladder.size()));
    for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
        auto& at = result.levels.emplace_back();
        at.dose = ladder.text(level);
        at.dlt_probability = basis.dlt_probability[static_cast<std::size_t>(level.index())];
        std::vector<double> all;
        auto const exposures = biology.exposures(patients, std::vector<DoseLevel>(patients.size(), level));
        for (std::size_t i = 0; i < patients.size(); ++i) {
            if (!exposures[i])
                continue;
            all.push_back(biology.driving(*exposures[i]));
            if (static_cast<int>(i) < drawn)
                at.drawn.push_back(
                    {static_cast<int>(i) + 1, all.back(), patients[i].tolerance_uniform < biology.dlt_probability(exposures[i])});
        }
        at.exposure = spread_of(std::move(all));
    }
    return result;
}

std::optional<AntigenEffect> antigen_effect(PkBasis const& basis)
{
    auto const& scenario = basis.scenario;
    if (!pk::reads_antigen(*scenario.pk))
        return std::nullopt;
    constexpr int points = 49;
    auto const range = antigen_range(scenario);
    double const step = std::log(range.high_U_per_mL / range.low_U_per_mL) / (points - 1);
    AntigenEffect effect{exposure_window(scenario).base(), basis.level, {}, antigen_of(scenario.population), {}};
    auto const ladder = scenario.ladder();
    std::vector<double> levels_of_antigen;
    for (int k = 0; k < points; ++k)
        levels_of_antigen.push_back(k + 1 == points ? range.high_U_per_mL : range.low_U_per_mL * std::exp(k * step));
    for (auto const level : levels_for_antigen(ladder, basis.level)) {
        effect.curves.push_back({ladder.text(level), level, typical_exposures(scenario, level, levels_of_antigen)});
        if (level == basis.level && effect.population_U_per_mL)
            effect.at_population = typical_exposures(scenario, level,
                                                     std::array{effect.population_U_per_mL->low,
                                                                effect.population_U_per_mL->median,
                                                                effect.population_U_per_mL->high});
    }
    return effect;
}

} // namespace escalon

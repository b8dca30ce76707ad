#include "sim/scenario/scenario.hpp"

#include "sim/population/dosing.hpp"
#include "sim/population/typical_exposure.hpp"
#include "sim/scenario/decision_table_file.hpp"
#include "sim/scenario/echo.hpp"
#include "sim/scenario/individuals_file.hpp"
#include "sim/scenario/reader.hpp"
#include "sim/scenario/suggest.hpp"
#include "sim/scenario/sweep.hpp"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>
#include <system_error>

namespace escalon {
namespace {

constexpr std::size_t most_suggestions = 20;
constexpr std::string_view reserved_in_labels = ",=*[]"; // they mean something in --set and in sweeps

/// Every path of a tree, as `--set` and `evidence` write them.
void collect_paths(Node const& node, std::string const& path, std::vector<std::string>& paths)
{
    if (!path.empty())
        paths.push_back(path);
    for (auto const& member : node.members)
        collect_paths(member.value, path.empty() ? member.key : path + "." + member.key, paths);
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        auto const* label = node.items[i].find("label");
        collect_paths(node.items[i], path + (label && path == "designs" ? "." + label->text : "[" + std::to_string(i + 1) + "]"),
                      paths);
    }
}

bool is_part_of(std::string_view part, std::string_view whole)
{
    return part.starts_with(whole) && (part.size() == whole.size() || part[whole.size()] == '.' || part[whole.size()] == '[');
}

/// The checks that concern several parts of a scenario. Each is made only where all of its parts were read.
class CrossChecks {
public:
    CrossChecks(Scenario const& scenario, Node const& root, Findings& findings)
        : scenario_{scenario}, root_{root}, findings_{findings}
    {}

    void run() const
    {
        check_start();
        check_regimen();
        check_population();
        check_toxicity();
        check_clock();
        check_dose_modification();
        check_activity();
        check_designs();
        check_random_truths();
        check_comparison();
        check_documented();
    }

private:
    bool sound(std::string_view path) const { return findings_.sound(path); }

    void error(std::string_view path, std::string message, std::string hint) const
    {
        findings_.error(place_of(root_, path), std::move(message), std::move(hint));
        findings_.spoil(std::string{path});
    }

    void report(std::string const& prefix, Faults const& faults) const
    {
        for (auto const& fault : faults)
            error(prefix + "." + counted_from_one(fault.field), fault.problem, fault.remedy);
    }

    int level_count() const { return static_cast<int>(scenario_.doses.levels.size()); }

    std::string ladder_in_words() const
    {
        std::string text;
        for (auto const dose : scenario_.doses.levels)
            text += (text.empty() ? "" : ", ") + shortest(dose);
        return text + " " + std::string{symbol(scenario_.doses.unit)};
    }

    void check_level(std::string const& path, int number) const
    {
        if (number > level_count())
            error(path, "level " + std::to_string(number) + " is not on the ladder",
                  "levels count from 1 to " + std::to_string(level_count()));
    }

    void check_start() const
    {
        if (sound("doses.levels") && sound("doses.start_level"))
            check_level("doses.start_level", scenario_.doses.start_level);
    }

    void check_regimen() const
    {
        if (scenario_.regimen && sound("regimen") && sound("doses.unit"))
            report("regimen", dosing(scenario_.doses.unit, *scenario_.regimen).faults());
    }

    void check_population() const
    {
        if (!scenario_.pk || !sound("pk") || !sound("population"))
            return;
        for (auto const& fault : scenario_.population.faults(*scenario_.pk))
            report(fault.field.starts_with("antigen_clearance") ? "pk" : "population", {fault});
    }

    void check_toxicity() const
    {
        if (!scenario_.toxicity || !sound("toxicity"))
            return;
        if (auto const* by_dose = std::get_if<ByDose>(&*scenario_.toxicity)) {
            if (sound("doses.levels"))
                report("toxicity", by_dose->faults(DoseLadder{scenario_.doses.unit, scenario_.doses.levels}));
            return;
        }
        bool const over_time = std::holds_alternative<OverTime>(*scenario_.toxicity);
        std::string const called = over_time ? "toxicity over time" : "toxicity by exposure";
        if (!scenario_.pk && sound("pk"))
            findings_.error(place_of(root_, "toxicity.model"), called + " needs the pharmacokinetics: 'pk' is missing",
                            "add pk: { model: two_compartment, ... }, or use model: by_dose");
        if (!scenario_.regimen && sound("regimen"))
            findings_.error(place_of(root_, "toxicity.model"), called + " needs a regimen: 'regimen' is missing",
                            "add regimen: { days: [1], cycle: 21 d, cycles: 1, infusion: 1 h }");
        if (over_time && !scenario_.trial.clock && sound("trial"))
            findings_.error(place_of(root_, "toxicity.model"), "toxicity over time needs a clock: 'trial.clock' is missing",
                            "add trial: { dlt_window: 21 d, clock: { accrual: { rate: 1.7 per month } } }");
    }

    void check_clock() const
    {
        auto const& trial = scenario_.trial;
        if (!sound("trial"))
            return;
        if (!trial.clock) {
            for (std::size_t i = 0; i < scenario_.designs.size(); ++i)
                if (auto const& entry = scenario_.designs[i]; entry.dlt_window)
                    error("designs[" + std::to_string(i + 1) + "].dlt_window",
                          in_quotes(entry.label) + " has a DLT window of its own, and the trial has no clock to measure it by",
                          "add trial: { clock: { accrual: { rate: 3 per month } } }, or leave dlt_window out");
                else if (reads_pending(entry.design))
                    error("designs[" + std::to_string(i + 1) + "].name",
                          in_quotes(entry.label) + " decides while patients are followed, and the trial has no clock",
                          "add trial: { dlt_window: 28 d, clock: { accrual: { rate: 3 per month } } }");
            return;
        }
        auto const window = scenario_.dlt_window();
        if (!window) {
            error("trial.clock", "a trial with a clock needs a DLT window",
                  "add dlt_window: 28 d beside clock, or a regimen, whose cycle it then is");
            return;
        }
        if (auto const& follow_up = trial.clock->follow_up; follow_up && *follow_up < *window)
            error("trial.clock.follow_up",
                  "patients are followed for " + quantity_text(follow_up->base(), dimension::time) +
                      ", and the DLT window lasts " + quantity_text(window->base(), dimension::time),
                  "let follow_up be at least the window");
        check_windows_of_designs();
        if (scenario_.truth.until && sound("truth") && scenario_.follow_up() && *scenario_.truth.until > *scenario_.follow_up())
            error("truth.until", "P(DLT) is wanted until after the end of follow-up", "let trial.clock.follow_up be as long");
        for (std::size_t i = 0; i < scenario_.designs.size(); ++i) {
            auto const& entry = scenario_.designs[i];
            auto const place = "designs[" + std::to_string(i + 1) + "].name";
            if (std::holds_alternative<AcceleratedTitration>(entry.design))
                error(place, in_quotes(entry.label) + " treats patients at several levels, which the clock does not know",
                      "leave out trial.clock, or the design: designs=LABEL,LABEL keeps some");
            else if (exposure_read(entry.design))
                error(place, in_quotes(entry.label) + " reads what was measured of patients, which the clock does not know",
                      "leave out trial.clock, or write exposure: { of: typical } in the design");
        }
        if (scenario_.random_truths && sound("random_truths"))
            error("random_truths", "random truths have no clock", "leave out random_truths, or trial.clock");
    }

    void check_dose_modification() const
    {
        auto const& trial = scenario_.trial;
        if (trial.after_dlt != TreatmentAfterDlt::reduce || !sound("trial"))
            return;
        if (scenario_.toxicity && sound("toxicity") && !std::holds_alternative<OverTime>(*scenario_.toxicity))
            error("trial.after_dlt", "doses are delayed and reduced only where toxicity comes over time",
                  "write toxicity: { model: over_time, kinds: [...] }, or after_dlt: stop");
        else if (!trial.dose_modification)
            error("trial.after_dlt", "nothing says how long a dose may wait for toxicity to resolve",
                  "add dose_modification: { delay_at_most: 21 d } beside it");
    }

    /// A design's own window ends within follow-up, and the truth says what happens in it.
    void check_windows_of_designs() const
    {
        auto const& follow_up = scenario_.trial.clock->follow_up;
        for (std::size_t i = 0; i < scenario_.designs.size(); ++i) {
            auto const& window = scenario_.designs[i].dlt_window;
            auto const path = "designs[" + std::to_string(i + 1) + "].dlt_window";
            if (!window || !sound(path))
                continue;
            auto const text = [](Time time) { return quantity_text(time.base(), dimension::time); };
            if (follow_up && *follow_up < *window)
                error(path, "the DLT window lasts " + text(*window) + ", and patients are followed for " + text(*follow_up),
                      "let trial.clock.follow_up be at least as long");
            else if (scenario_.toxicity && sound("toxicity") && !std::holds_alternative<OverTime>(*scenario_.toxicity))
                error(path,
                      "P(DLT) is that of the trial's DLT window, " + text(*scenario_.dlt_window()) +
                          ": what another window sees is not known",
                      "let toxicity come over time, with toxicity: { model: over_time, ... }, or leave dlt_window out");
        }
    }

    void check_activity() const
    {
        auto const& clock = scenario_.trial.clock;
        bool const told = scenario_.activity && sound("activity");
        if (clock && clock->expansion && clock->expansion->only == Enrolment::strong_expression && sound("trial") &&
            sound("activity") && !(scenario_.activity && scenario_.activity->expression))
            error("trial.clock.expansion.only", "nothing says who expresses the antigen strongly",
                  "add activity: { expression: { strong: 68 % }, ... }, or leave out only");
        if (!told)
            return;
        auto const& activity = *scenario_.activity;
        if (!clock && sound("trial"))
            error("activity", "activity is seen over time, and the trial has no clock",
                  "add trial: { dlt_window: 21 d, clock: { accrual: { rate: 1.7 per month } } }");
        if (!scenario_.regimen && sound("regimen"))
            error("activity", "activity counts cycles of treatment: 'regimen' is missing",
                  "add regimen: { days: [1], cycle: 21 d, cycles: 6, infusion: 1 h }");
        if (!scenario_.pk && sound("pk") && activity.follows_exposure())
            error("activity.response", "response by exposure needs the pharmacokinetics: 'pk' is missing",
                  "add pk: { model: two_compartment, ... }, or write probability: [0.05, 0.10, ...] in place of half");
        if (sound("doses.levels"))
            report("activity", activity.faults(DoseLadder{scenario_.doses.unit, scenario_.doses.levels}));
        auto const follow_up = scenario_.follow_up();
        if (follow_up && sound("trial") && activity.assessment > *follow_up)
            error("activity.assessment",
                  "the first assessment comes after " + quantity_text(activity.assessment.base(), dimension::time) +
                      ", and patients are followed for " + quantity_text(follow_up->base(), dimension::time),
                  "let trial.clock.follow_up be at least as long, or assess sooner");
        if (scenario_.trial.after_dlt == TreatmentAfterDlt::go_on && scenario_.toxicity && sound("toxicity") && sound("trial") &&
            !std::holds_alternative<OverTime>(*scenario_.toxicity))
            error("trial.after_dlt", "treatment goes on after a DLT only where toxicity comes over time",
                  "write toxicity: { model: over_time, kinds: [...] }, or after_dlt: stop");
        check_progression();
    }

    /// Who misses a dose of the DLT window for progression is replaced by a design that waits for whole cohorts, which must come to an end.
    void check_progression() const
    {
        if (!scenario_.activity->progression || !scenario_.regimen || !sound("regimen") || !sound("trial"))
            return;
        if (scenario_.designs.empty())
            check_progression(scenario_.dlt_window(), "activity.progression.median", "trial.dlt_window");
        for (std::size_t i = 0; i < scenario_.designs.size(); ++i) {
            auto const& design = scenario_.designs[i];
            auto const own = "designs[" + std::to_string(i + 1) + "].dlt_window";
            if (sound("designs[" + std::to_string(i + 1) + "]") && !reads_pending(design.design) &&
                check_progression(scenario_.dlt_window(design), design.dlt_window ? own : "activity.progression.median",
                                  design.dlt_window ? own : "trial.dlt_window"))
                return;
        }
    }

    /// @return whether there is a fault
    bool check_progression(std::optional<Time> const& window, std::string const& place, std::string const& window_path) const
    {
        constexpr double fewest_evaluable = 0.01;
        if (!window)
            return false;
        double last_dose_d = 0;
        for (auto const& dose : pk::dose_events(*scenario_.regimen, 1 * unit::mg))
            if (dose.time_d < window->base())
                last_dose_d = std::max(last_dose_d, dose.time_d);
        if (!(std::exp2(-last_dose_d / scenario_.activity->progression->median.base()) < fewest_evaluable))
            return false;
        error(place,
              "next to nobody would be evaluable for DLTs: the window has doses until " +
                  quantity_text(last_dose_d, dimension::time) + ", and who misses one for progression is replaced",
              "shorten " + window_path + ", or let patients stay longer");
        return true;
    }

    void check_designs() const
    {
        auto const& designs = scenario_.designs;
        for (std::size_t i = 0; i < designs.size(); ++i) {
            std::string const path = "designs[" + std::to_string(i + 1) + "]";
            auto const& label = designs[i].label;
            auto const label_path = path + (find_path(root_, path + ".label") ? ".label" : ".name");
            auto const earlier = std::span{designs}.first(i);
            if (label.find('\n') != std::string::npos || label.find_first_of(reserved_in_labels) != std::string::npos)
                error(label_path, "a label cannot contain any of , = * [ ] or a line break",
                      "results and --set name the design by it");
            else if (!label.empty() && std::ranges::find(earlier, label, &DesignEntry::label) != earlier.end())
                error(label_path, "two designs are called " + in_quotes(label), "give each a label of its own: label: ...");
            if (sound(path) && sound("doses.levels") && designs[i].common().start_level)
                check_level(path + ".start_level", *designs[i].common().start_level);
            if (sound(path) && sound("doses.levels") && sound("doses.start_level"))
                report(path, faults_on_ladder(designs[i].design));
            if (sound(path) && sound("toxicity") && scenario_.toxicity && scenario_.truths.empty()) {
                check_grades(designs[i]);
                check_exposures(designs[i]);
            }
        }
    }

    /// Exposures that wait for pharmacokinetics with faults of their own are no fault of the design.
    Faults faults_on_ladder(AnyDesign const& design) const
    {
        auto faults = ladder_faults(design, scenario_.doses.ladder());
        auto const* blrm = std::get_if<Blrm>(&design);
        if (blrm && blrm->exposure && blrm->exposure->typical.empty() && root_.find("pk") && root_.find("regimen"))
            std::erase_if(faults, [](Fault const& fault) { return fault.field == "exposure.typical"; });
        return faults;
    }

    /// A design that tells grades of toxicity apart needs a truth that states them.
    void check_grades(DesignEntry const& design) const
    {
        auto const kinds = outcomes_read(design.design);
        auto const missing = [&](std::string const& field, std::string const& hint) {
            auto const* written = root_.find("toxicity"); // a truth's own, where it has one
            findings_.error(written ? written->place : Place{},
                            in_quotes(field) + " is missing in 'toxicity': " + design.label + " reads grades of toxicity", hint);
        };
        if (auto const* exposure = std::get_if<ByExposure>(&*scenario_.toxicity)) {
            if (kinds != Outcomes::dlt && !exposure->grade_ratio)
                missing("grade_ratio", "add grade_ratio: 1.5, the ratio of exposures one grade apart");
            return;
        }
        if (auto const* over_time = std::get_if<OverTime>(&*scenario_.toxicity)) {
            if (kinds != Outcomes::dlt && !over_time->has_grades())
                missing("grade_ratio", "add grade_ratio: 1.5 to every kind, the ratio of drivers one grade apart");
            return;
        }
        auto const& known = std::get<ByDose>(*scenario_.toxicity);
        if (kinds != Outcomes::dlt && !known.grade_2)
            missing("grade_2", "add grade_2: [0.10, 0.15, ...], P(grade 2) at each level, which are no DLTs");
        if (kinds == Outcomes::grades && !known.grade_4)
            missing("grade_4", "add grade_4: [0.01, 0.02, ...], P(grade 4 or worse) at each level, a part of P(DLT)");
    }

    /// A design that reads exposures needs a truth in which patients have one.
    void check_exposures(DesignEntry const& design) const
    {
        auto const metric = exposure_read(design.design);
        if (!metric || std::holds_alternative<ByExposure>(*scenario_.toxicity))
            return;
        auto const* written = root_.find("toxicity");
        findings_.error(
            written ? written->place : Place{},
            "nobody has an exposure here: " + design.label + " reads the " + std::string{name_of(*metric)} + " of each patient",
            "write toxicity: { model: by_exposure, ... } with pk and regimen, or exposure: { of: typical } in the design");
    }

    /// Random curves are curves of P(DLT) alone.
    void check_random_truths() const
    {
        if (!scenario_.random_truths || !sound("random_truths") || !sound("designs"))
            return;
        if (scenario_.random_truths->generator == CurveGenerator::parameter_uncertainty)
            check_uncertain_parameters();
        for (auto const& design : scenario_.designs)
            if (outcomes_read(design.design) != Outcomes::dlt)
                error("random_truths", "random truths state no grades of toxicity, which " + design.label + " reads",
                      "leave out random_truths, or the design: designs=LABEL,LABEL keeps some");
            else if (exposure_read(design.design))
                error("random_truths", "random truths have no exposures, which " + design.label + " reads",
                      "leave out random_truths, or the design: designs=LABEL,LABEL keeps some");
    }

    /// What is drawn are the typical values of the one drug.
    void check_uncertain_parameters() const
    {
        constexpr auto place = "random_truths.generator";
        if (!scenario_.toxicity || !std::holds_alternative<ByExposure>(*scenario_.toxicity))
            error(place, "uncertain parameters change P(DLT) only where toxicity follows exposure",
                  "write toxicity: { model: by_exposure, ... } with pk and regimen, or another generator");
        else if (sound("population") && scenario_.population.uncertainty.empty())
            error(place, "nothing is uncertain: population.uncertainty is empty",
                  "write the relative standard errors of the typical values, as in population: { uncertainty: { CL: 8 % } }");
        if (scenario_.truths.size() > 1)
            error(place, "the drug of one truth is drawn, and the scenario has " + std::to_string(scenario_.truths.size()),
                  "leave out truths");
    }

    void check_comparison() const
    {
        if (!scenario_.comparison || !scenario_.comparison->against || !sound("comparison") || !sound("designs"))
            return;
        auto const& against = *scenario_.comparison->against;
        std::vector<std::string> labels;
        for (auto const& design : scenario_.designs)
            labels.push_back(design.label);
        if (std::ranges::find(labels, against) != labels.end())
            return;
        auto const meant = nearest(against, labels);
        error("comparison.against", "no design is called " + in_quotes(against),
              meant ? "did you mean " + in_quotes(*meant) + "?" : "name the label of one of the designs");
    }

    void check_dose(std::string const& path, Dose const& dose) const
    {
        if (!sound(path) || !sound("doses.unit") || !sound("doses.levels"))
            return;
        if (dose.unit != scenario_.doses.unit && sound("documented"))
            error(path,
                  "a dose in " + std::string{symbol(dose.unit)} + ", but the ladder is in " +
                      std::string{symbol(scenario_.doses.unit)},
                  "write it in " + std::string{symbol(scenario_.doses.unit)});
        else if (dose.unit == scenario_.doses.unit && !level_of(scenario_.doses, dose))
            error(path, text(dose) + " is not on the ladder", "its levels: " + ladder_in_words());
    }

    void check_documented() const
    {
        if (!scenario_.documented)
            return;
        auto const& record = *scenario_.documented;
        if (record.mtd)
            check_dose("documented.mtd", *record.mtd);
        int known_patients = 0;
        for (std::size_t i = 0; i < record.cohorts.size(); ++i) {
            check_dose("documented.cohorts[" + std::to_string(i + 1) + "].level", record.cohorts[i].level);
            known_patients += record.cohorts[i].patients.known.value_or(0);
        }
        if (record.total_patients && sound("documented") && known_patients > *record.total_patients)
            error("documented.total_patients",
                  "the cohorts hold " + std::to_string(known_patients) + " patients, more than " +
                      std::to_string(*record.total_patients) + " in all",
                  "correct the total or a cohort");
    }

    Scenario const& scenario_;
    Node const& root_;
    Findings& findings_;
};

/// The target of the first design that aims at a DLT probability.
Fraction target_of(std::vector<DesignEntry> const& designs)
{
    auto const first = std::ranges::find_if(designs, aims_at_dlts, &DesignEntry::design);
    return first == designs.end() ? Scenario::default_target : first->common().target.value_or(Scenario::default_target);
}

/// Writes down what follows from the rest where the file leaves it out.
void fill_in(Scenario& scenario)
{
    for (auto& entry : scenario.designs)
        if (entry.label.empty())
            entry.label = entry.name();
    if (!scenario.truth.target)
        scenario.truth.target = target_of(scenario.designs);
    if (scenario.random_truths) {
        auto& random = *scenario.random_truths;
        random.target = random.target.value_or(*scenario.truth.target);
        random.seed = random.seed.value_or(scenario.runner.seed);
    }
    if (scenario.trial.clock && !scenario.trial.dlt_window)
        scenario.trial.dlt_window = scenario.dlt_window();
    if (scenario.trial.clock && !scenario.trial.clock->follow_up)
        scenario.trial.clock->follow_up = scenario.follow_up();
    if (scenario.toxicity && scenario.regimen)
        if (auto* by_exposure = std::get_if<ByExposure>(&*scenario.toxicity); by_exposure && !by_exposure->window)
            by_exposure->window = scenario.regimen->cycle;
}

/// What a level's exposure is foreseen to be, for designs that read exposures and leave it to the pharmacokinetics.
void fill_in_exposures(Scenario& scenario, Findings const& findings)
{
    if (!scenario.pk || !scenario.regimen)
        return;
    for (auto const* part : {"doses", "regimen", "pk", "population", "toxicity"})
        if (!findings.sound(part))
            return;
    if (!scenario.population.faults(*scenario.pk).empty() || !dosing(scenario.doses.unit, *scenario.regimen).faults().empty())
        return;
    auto const* toxicity = scenario.toxicity ? std::get_if<ByExposure>(&*scenario.toxicity) : nullptr;
    auto const window = toxicity ? toxicity->window_or(scenario.regimen->cycle) : scenario.regimen->cycle;
    for (auto& entry : scenario.designs) {
        auto* design = std::get_if<Blrm>(&entry.design);
        if (!design || !design->exposure || !design->exposure->typical.empty())
            continue;
        auto& exposure = *design->exposure;
        for (double const figure :
             typical_exposures(scenario.ladder(), *scenario.pk, *scenario.regimen, scenario.population, exposure.metric, window))
            exposure.typical.push_back({figure, dimension_of(exposure.metric)});
    }
}

/// Evidence must speak of something that is there. `original` is the tree before the overrides: what they take away is no fault
/// of the file.
void check_evidence(Scenario const& scenario, Node const& original, Node const& root, Findings& findings)
{
    auto const resolved = resolved_tree(scenario);
    auto const* evidence = root.find("evidence");
    std::vector<std::string> paths;
    collect_paths(resolved, {}, paths);
    std::size_t lost = 0;
    for (auto const& member : evidence ? evidence->members : std::vector<Member>{}) {
        if (find_path(original, member.key) || find_path(root, member.key) || find_path(resolved, member.key))
            continue;
        // each suggestion looks at every path of the scenario
        auto const meant = ++lost <= most_suggestions ? nearest(member.key, paths) : std::nullopt;
        findings.error(member.place, "the scenario has nothing at " + in_quotes(member.key),
                       meant ? "did you mean '" + *meant + "'?"
                             : "write the path as --set does, for example pk.CL or documented.cohorts[1].patients");
    }
}

/// A figure that an override replaced no longer has the source that the file names.
void rewrite_evidence(Scenario& scenario, Node const& root, std::span<Override const> overrides)
{
    auto& entries = scenario.evidence.entries;
    for (auto const& override : overrides) {
        auto const concerns = [&](auto const& entry) {
            return is_part_of(override.path, entry.first) || is_part_of(entry.first, override.path);
        };
        if (std::ranges::none_of(entries, concerns))
            continue;
        std::erase_if(entries, [&](auto const& entry) { return is_part_of(entry.first, override.path); });
        entries.push_back({override.path, {EvidenceLabel::assumption, std::nullopt, "set by " + override.text()}});
    }
    auto const resolved = resolved_tree(scenario);
    std::erase_if(entries, [&](auto const& entry) { return !find_path(root, entry.first) && !find_path(resolved, entry.first); });
}

constexpr std::array<std::string_view, 6> hidden_from_designs{"pk", "population", "toxicity", "activity", "regimen", "truth"};

void remove_member(Node& map, std::string_view key)
{
    std::erase_if(map.members, [&](Member const& member) { return member.key == key; });
}

/// The tree as a truth has it.
/// @param truth one entry of `truths`
/// @throws ScenarioError when a path of its settings leads nowhere
Node tree_under(Node root, Node const& truth, Findings* findings)
{
    for (auto const* key : {"truths", "random_truths", "comparison", "sweep", "documented", "evidence"})
        remove_member(root, key);
    if (auto const* toxicity = truth.find("toxicity"))
        root = with_value(std::move(root), "toxicity", *toxicity, toxicity->place);
    if (auto const* probability = truth.find("probability")) {
        Node known;
        known.kind = Node::Kind::map;
        known.place = probability->place;
        known.members.push_back({"model", probability->place, scalar(std::string{ByDose::name})});
        known.members.push_back({"probability", probability->place, *probability});
        root = with_value(std::move(root), "toxicity", known, probability->place);
    }
    auto const* settings = truth.find("set");
    for (auto const& [path, place, value] : settings ? settings->members : std::vector<Member>{}) {
        try {
            root = with_value(root, path, value, place); // a copy: a path that leads nowhere leaves the tree as it was
        } catch (ScenarioError const& error) {
            if (!findings)
                throw;
            auto const& first = error.diagnostics().front();
            findings->error(place, first.message, first.hint);
        }
    }
    return root;
}

/// Puts the individuals that a population keeps in a file into the scenario.
void read_individuals_file(Scenario& scenario, Node const& root, std::filesystem::path const& folder, Findings& findings)
{
    if (!scenario.population.individuals || !scenario.population.individuals->file ||
        !scenario.population.individuals->columns.empty() || !findings.sound("population.individuals"))
        return;
    auto& individuals = *scenario.population.individuals;
    auto const place = place_of(root, "population.individuals.file");
    if (!scenario.pk) {
        if (findings.sound("pk"))
            findings.error(place, "individuals need the pharmacokinetics: 'pk' is missing",
                           "add pk: { model: two_compartment, ... }");
        return findings.spoil("population.individuals");
    }
    auto const path = folder / *individuals.file;
    std::ifstream file{path, std::ios::binary};
    if (!file || std::filesystem::is_directory(path)) {
        findings.error(place, "there is no file " + in_quotes(path.string()), "the path counts from the folder of the scenario");
        return findings.spoil("population.individuals");
    }
    std::vector<std::string> covariates;
    for (auto const& [parameter, effects] : scenario.population.effects.entries)
        for (auto const& [covariate, effect] : effects.entries)
            if (!body_dimension(covariate) && !scenario.population.covariates.find(covariate))
                covariates.push_back(covariate);
    try {
        individuals.columns = read_individuals(std::string{std::istreambuf_iterator<char>{file}, {}}, path.string(),
                                               individuals.units, *scenario.pk, covariates);
        individuals.file.reset();
        individuals.units.entries.clear();
    } catch (ScenarioError const& error) {
        findings.add(error.diagnostics());
        findings.spoil("population.individuals");
    }
}

/// Reads the scenario as each of its truths has it, so that every fault is told with its place in the list of truths.
void check_truths(Scenario const& scenario, Node const& root, std::filesystem::path const& folder, Findings& findings)
{
    auto const* list = root.find("truths");
    if (!list || !findings.sound("truths"))
        return;
    for (std::size_t i = 0; i < scenario.truths.size(); ++i) {
        auto const& truth = scenario.truths[i];
        auto const& item = list->items[i];
        auto const path = "truths[" + std::to_string(i + 1) + "]";
        if (truth.name.find('\n') != std::string::npos || truth.name.find_first_of(reserved_in_labels) != std::string::npos)
            findings.error(place_of(root, path + ".name"), "the name of a truth cannot contain any of , = * [ ] or a line break",
                           "results and sweeps name the truth by it");
        auto const earlier = std::span{scenario.truths}.first(i);
        if (std::ranges::find(earlier, truth.name, &NamedTruth::name) != earlier.end())
            findings.error(place_of(root, path + ".name"), "two truths are called " + in_quotes(truth.name),
                           "give each a name of its own");
        bool settable = true;
        for (auto const& [setting, value] : truth.set.entries) {
            auto const belongs = [&](std::string_view part) { return is_part_of(setting, part); };
            constexpr std::string_view individuals = "population.individuals";
            if (is_part_of(setting, individuals) || (setting == "population" && value.node.find("individuals"))) {
                settable = false;
                findings.error(place_of(root, path + ".set"), "a truth cannot bring individuals of its own",
                               "vary the rest of the population, or write a scenario for each file");
                continue;
            }
            if (std::ranges::any_of(hidden_from_designs, belongs))
                continue;
            settable = false;
            auto const* settings = item.find("set");
            auto const member = std::ranges::find(settings->members, setting, &Member::key);
            findings.error(
                member->place, "a truth cannot change " + in_quotes(setting) + ": designs and their trials stay the same",
                "its paths begin with pk, population, toxicity, activity, regimen or truth; for others see escalon sweep");
        }
        if (!settable)
            continue;
        auto const tree = tree_under(root, item, &findings);
        Scenario under;
        read_root(tree, under, findings);
        read_individuals_file(under, tree, folder, findings);
        fill_in(under);
        fill_in_exposures(under, findings);
        CrossChecks{under, tree, findings}.run();
        if (!under.toxicity && findings.sound("toxicity"))
            findings.error(item.place, "the truth " + in_quotes(truth.name) + " has no toxicity",
                           "give it probability: [...] or toxicity: { ... }, or give the scenario a toxicity to start from");
    }
}

/// Axes that cannot be understood. Whether their values make scenarios is for whoever has all the axes.
void check_sweep(Scenario const& scenario, Node const& root, Findings& findings)
{
    if (!scenario.sweep)
        return;
    for (auto const& [path, value] : scenario.sweep->axes.entries) {
        try {
            static_cast<void>(axes_of({scenario.sweep->mode, {{{path, value}}}}));
        } catch (ScenarioError const& error) {
            auto const& first = error.diagnostics().front();
            findings.error(value.node.place, first.message, first.hint);
        }
    }
    if (scenario.sweep->axes.entries.empty())
        findings.error(place_of(root, "sweep.axes"), "a sweep needs an axis", "write axes: { pk.KDC: 0.03 /d..0.12 /d:4 }");
}

/// Puts the tables that designs keep in files into the scenario.
void read_tables(Scenario& scenario, Node const& root, std::filesystem::path const& folder, Findings& findings)
{
    for (std::size_t i = 0; i < scenario.designs.size(); ++i) {
        auto* table = std::get_if<TableDesign>(&scenario.designs[i].design);
        if (!table || !table->file || !table->rows.empty())
            continue;
        auto const design = "designs[" + std::to_string(i + 1) + "]";
        auto const path = folder / *table->file;
        std::ifstream file{path, std::ios::binary};
        if (!file || std::filesystem::is_directory(path)) {
            findings.error(place_of(root, design + ".file"), "there is no table " + in_quotes(path.string()),
                           "the path counts from the folder of the scenario");
            continue;
        }
        try {
            table->rows = read_decision_table(std::string{std::istreambuf_iterator<char>{file}, {}}, path.string());
            table->file.reset();
            for (auto const& fault : table->faults())
                findings.error(place_of(root, design + ".file"), fault.problem, fault.remedy);
        } catch (ScenarioError const& error) {
            findings.add(error.diagnostics());
        }
    }
}

} // namespace

Faults Doses::faults() const
{
    Faults found;
    if (levels.empty())
        found.push_back({"levels", "the ladder has no dose", "write levels: [10, 20, 40]"});
    for (std::size_t i = 1; i < levels.size(); ++i)
        if (!(levels[i] > levels[i - 1]))
            found.push_back({"levels[" + std::to_string(i) + "]",
                             "doses must strictly increase: " + shortest(levels[i]) + " comes after " + shortest(levels[i - 1]),
                             "sort the levels and give each dose once"});
    return found;
}

Faults DesignEntry::faults() const
{
    return std::visit([](auto const& d) { return d.faults(); }, design);
}

Faults DocumentedCohort::faults() const
{
    if (!patients.known)
        return {};
    Faults found;
    auto const check = [&](std::string const& field, Count const& count) {
        if (count.known && *count.known > *patients.known)
            found.push_back({field,
                             std::to_string(*count.known) + " of " + std::to_string(*patients.known) + " patients cannot be",
                             "a patient counts once; write unknown where the record does not say"});
    };
    check("dlts", dlts);
    check("late_dlts", late_dlts);
    if (dlts.known && found.empty() && grade_2.value_or(0) > *patients.known - *dlts.known)
        found.push_back(
            {"grade_2", "more patients with grade 2 than without a DLT", "grade 2 is the worst of a patient's toxicities"});
    if (dlts.known && found.empty() && grade_4.value_or(0) > *dlts.known)
        found.push_back({"grade_4", "more patients with grade 4 than with a DLT", "grade 4 is a DLT: count it among them"});
    if (found.empty() && dlts.known.value_or(0) + late_dlts.known.value_or(0) > *patients.known)
        found.push_back({"late_dlts", "more DLTs than patients in all", "a patient counts once, in the window or after it"});
    return found;
}

Faults NamedTruth::faults() const
{
    if (probability && toxicity)
        return {{"probability", "a truth has either probabilities or a toxicity", "remove one of the two"}};
    return {};
}

Faults Scenario::faults() const
{
    Faults found;
    if (schema != known_schema)
        found.push_back({"schema", "schema " + std::to_string(schema) + " is not known", "this program reads schema: 1"});
    if (name.find('\n') != std::string::npos)
        found.push_back({"name", "a name is a single line", "shorten it; notes go into comments"});
    return found;
}

std::optional<Time> Scenario::dlt_window() const
{
    if (trial.dlt_window || !regimen)
        return trial.dlt_window;
    return regimen->cycle;
}

std::optional<Time> Scenario::dlt_window(DesignEntry const& design) const
{
    return design.dlt_window ? design.dlt_window : dlt_window();
}

std::optional<Time> Scenario::follow_up() const
{
    if (!trial.clock)
        return std::nullopt;
    if (trial.clock->follow_up)
        return trial.clock->follow_up;
    auto longest = dlt_window();
    if (!longest)
        return longest;
    auto const at_least = [&](Time time) { longest = *longest < time ? time : *longest; };
    for (auto const& design : designs)
        at_least(*dlt_window(design));
    if (regimen)
        at_least(regimen->cycles * regimen->cycle);
    return longest;
}

Scenario under(NamedTruth const& truth, Scenario const& scenario)
{
    auto whole = resolved_tree(scenario);
    auto const& truths = whole.find("truths")->items;
    auto const index = static_cast<std::size_t>(std::ranges::find(scenario.truths, truth.name, &NamedTruth::name) -
                                                scenario.truths.begin());
    auto const tree = tree_under(whole, truths.at(index), nullptr);
    Source const source{scenario.name, ""};
    Findings findings{source};
    Scenario result;
    read_root(tree, result, findings);
    if (!findings.empty()) // reading the file has checked every truth
        throw std::logic_error("the truth '" + truth.name + "' cannot be read: " + render(findings.sorted()));
    fill_in(result);
    return result;
}

std::optional<DoseLevel> level_of(Doses const& doses, Dose const& dose)
{
    auto const found = std::ranges::find(doses.levels, dose.value);
    if (dose.unit != doses.unit || found == doses.levels.end())
        return std::nullopt;
    return DoseLevel{static_cast<int>(found - doses.levels.begin())};
}

std::string text(Dose const& dose) { return shortest(dose.value) + " " + std::string{symbol(dose.unit)}; }

ScenarioFile::ScenarioFile(std::string_view text, std::string const& name)
    : source_{name, std::string{without_byte_order_mark(text)}}
{
    Findings findings{source_};
    tree_ = parse_yaml(source_, findings);
    faults_ = findings.sorted();
}

Scenario ScenarioFile::read(std::span<Override const> overrides) const
{
    Findings findings{source_};
    findings.add(faults_);
    if (!tree_)
        throw ScenarioError{findings.sorted()};
    Node root = *tree_;
    for (auto const& override : overrides) {
        try {
            root = with_override(std::move(root), override);
        } catch (ScenarioError const& error) {
            findings.add(error.diagnostics());
            throw ScenarioError{findings.sorted()};
        }
    }
    if (root.kind == Node::Kind::null) {
        findings.error(Place{}, "the scenario is empty", "begin with schema: 1, name: and doses:");
        throw ScenarioError{findings.sorted()};
    }
    Scenario scenario;
    read_root(root, scenario, findings);
    if (root.kind == Node::Kind::map) {
        auto const folder = std::filesystem::path{source_.name()}.parent_path();
        read_tables(scenario, root, folder, findings);
        read_individuals_file(scenario, root, folder, findings);
        fill_in(scenario);
        fill_in_exposures(scenario, findings);
        CrossChecks{scenario, root, findings}.run();
        if (findings.sound("evidence"))
            check_evidence(scenario, *tree_, root, findings);
        if (findings.empty()) // else each truth would tell the faults of the whole again
            check_truths(scenario, root, folder, findings);
        if (findings.sound("sweep"))
            check_sweep(scenario, root, findings);
    }
    if (!findings.empty())
        throw ScenarioError{findings.sorted()};
    rewrite_evidence(scenario, root, overrides);
    return scenario;
}

ScenarioFile ScenarioFile::open(std::filesystem::path const& path)
{
    std::error_code problem;
    if (!std::filesystem::exists(path, problem))
        throw MissingFile{path.string() + ": there is no such file"};
    if (std::filesystem::is_directory(path, problem))
        throw MissingFile{path.string() + ": this is a folder, not a scenario file"};
    std::ifstream file{path, std::ios::binary};
    if (!file)
        throw MissingFile{path.string() + ": the file cannot be read"};
    std::string const text{std::istreambuf_iterator<char>{file}, {}};
    if (file.bad())
        throw MissingFile{path.string() + ": the file cannot be read"};
    return {text, path.string()};
}

Scenario read_scenario(std::filesystem::path const& path, std::span<Override const> overrides)
{
    return ScenarioFile::open(path).read(overrides);
}

Scenario parse_scenario(std::string_view text, std::string const& file, std::span<Override const> overrides)
{
    return ScenarioFile{text, file}.read(overrides);
}

} // namespace escalon

// A scenario: everything that one YAML file says about a trial, typed and checked.
//
// `describe()` is the only list of its keys: reading, the resolved echo and the table of fields all come from it.
#pragma once

#include "pk_models/catalog.hpp"
#include "pk_models/regimen.hpp"
#include "sim/designs/catalog.hpp"
#include "sim/population/population.hpp"
#include "sim/runner/engine.hpp"
#include "sim/runner/random_curves.hpp"
#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/evidence.hpp"
#include "sim/scenario/node.hpp"
#include "sim/scenario/override.hpp"
#include "sim/toxicity/activity.hpp"
#include "sim/toxicity/biology_over_time.hpp"
#include "sim/toxicity/catalog.hpp"
#include "sim/trial/clock.hpp"
#include "sim/vocabulary/dose.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace escalon {

/// The doses as written; `ladder()` is what trials use.
struct Doses {
    DoseUnit unit = DoseUnit::mg_per_m2;
    std::vector<double> levels;
    int start_level = 1;

    /// Every fault concerns the one field that it names.
    static constexpr bool faults_are_local = true;

    void describe(auto& fields)
    {
        fields.field("unit", unit, "unit of every dose of the ladder", FieldTraits{.presence = Presence::required});
        fields.field("levels", levels, "doses in that unit, strictly increasing",
                     FieldTraits{.within = bounds::positive, .presence = Presence::required});
        fields.field("start_level", start_level, "level of the first cohort, counted from 1",
                     FieldTraits{.within = bounds::at_least(1)});
    }
    Faults faults() const;

    DoseLadder ladder() const { return {unit, levels, DoseLevel::from_number(start_level)}; }

    friend bool operator==(Doses const&, Doses const&) = default;
};

/// A design to be tried, under the name by which results call it.
struct DesignEntry {
    AnyDesign design;
    std::string label; ///< the design's name when the file gives none; unique in a scenario
    std::optional<Time> dlt_window = {};

    void describe(auto& fields)
    {
        fields.field("label", label, "what results call it, unique; the name when absent");
        fields.field("dlt_window", dlt_window,
                     "the DLT window of this design alone, where toxicity comes over time; trial.dlt_window when absent",
                     FieldTraits{.within = bounds::positive});
        fields.choice("name", design, "design");
    }
    Faults faults() const;

    std::string_view name() const
    {
        return std::visit([](auto const& d) { return std::string_view{d.name}; }, design);
    }
    CommonOptions const& common() const { return common_options(design); }

    friend bool operator==(DesignEntry const&, DesignEntry const&) = default;
};

struct TrialConduct {
    std::optional<Time> dlt_window;
    std::optional<Clock> clock;
    TreatmentAfterDlt after_dlt = TreatmentAfterDlt::stop;
    std::optional<DoseModification> dose_modification;

    void describe(auto& fields)
    {
        fields.field("dlt_window", dlt_window,
                     "time after the first dose in which a toxicity counts as dose limiting; one cycle when absent",
                     FieldTraits{.within = bounds::positive});
        fields.field("clock", clock,
                     "the calendar: when patients come and how long they are followed; without it nothing takes time");
        fields.field("after_dlt", after_dlt,
                     "what a patient with a toxicity that limits the dose is given further: nothing, all, or smaller doses once "
                     "it has resolved");
        fields.field("dose_modification", dose_modification,
                     "with after_dlt: reduce, how doses are delayed and reduced in patients with toxicity over time");
    }

    friend bool operator==(TrialConduct const&, TrialConduct const&) = default;
};

struct Truth {
    std::optional<Fraction> target; ///< always set in a scenario that was read
    std::optional<Time> until;

    void describe(auto& fields)
    {
        fields.field("until", until, "with toxicity over time: P(DLT) by then makes the true MTD; the DLT window when absent",
                     FieldTraits{.within = bounds::positive});
        fields.field(
            "target", target,
            "DLT probability that defines the true MTD; when absent the target of the first design that aims at one, else 0.30",
            FieldTraits{.within = bounds::open_fraction});
    }

    friend bool operator==(Truth const&, Truth const&) = default;
};

/// A number of people, or `unknown`.
struct Count {
    static constexpr std::string_view example = "3";

    std::optional<int> known;

    friend bool operator==(Count const&, Count const&) = default;
};

/// One cohort of a documented trial, as far as the record goes.
struct DocumentedCohort {
    Dose level;
    Count patients;
    Count dlts;
    Count late_dlts{0}; ///< after the DLT window; not among `dlts`
    std::optional<int> grade_2;
    std::optional<int> grade_4;
    std::optional<std::string> note;

    static constexpr double most_in_a_cohort = 1'000; // far beyond any phase I

    void describe(auto& fields)
    {
        constexpr FieldTraits required{.within = bounds::not_negative, .presence = Presence::required};
        fields.field("level", level, "dose of the ladder", FieldTraits{.presence = Presence::required});
        fields.field("patients", patients, "evaluable patients, or unknown",
                     FieldTraits{.within = bounds::between(1, most_in_a_cohort), .presence = Presence::required});
        fields.field("dlts", dlts, "of them with a dose-limiting toxicity in the window, or unknown", required);
        fields.field("late_dlts", late_dlts, "of them with one after the window, or unknown",
                     FieldTraits{.within = bounds::not_negative});
        fields.field("grade_2", grade_2,
                     "of them with grade 2 as the worst toxicity, which is no DLT; for designs that read grades",
                     FieldTraits{.within = bounds::not_negative});
        fields.field("grade_4", grade_4, "of the DLTs, those of grade 4 or worse; for designs that read grades",
                     FieldTraits{.within = bounds::not_negative});
        fields.field("note", note, "what a reader of the replay should know of this cohort");
    }
    Faults faults() const;

    friend bool operator==(DocumentedCohort const&, DocumentedCohort const&) = default;
};

/// What is on record of the trial that the scenario models.
struct Documented {
    std::optional<Dose> mtd;
    std::optional<int> total_patients;
    std::vector<DocumentedCohort> cohorts;

    void describe(auto& fields)
    {
        fields.field("mtd", mtd, "the MTD that was declared");
        fields.field("total_patients", total_patients, "patients treated in all", FieldTraits{.within = bounds::at_least(1)});
        fields.field("cohorts", cohorts, "cohorts in order of entry");
    }

    friend bool operator==(Documented const&, Documented const&) = default;
};

/// A part of a scenario as it is written, to be put at a path.
struct AnyValue {
    static constexpr std::string_view example = "0.1 /d";

    Node node;
};

/// By path into the scenario, in the order of the file.
using Settings = Keyed<AnyValue>;

/// One of several truths that every design meets: the scenario with another toxicity, or with other figures.
struct NamedTruth {
    std::string name;
    std::optional<std::vector<Fraction>> probability;
    std::optional<Toxicity> toxicity;
    Settings set;

    void describe(auto& fields)
    {
        fields.field("name", name, "what results call it, unique", FieldTraits{.presence = Presence::required});
        fields.field("probability", probability, "P(DLT) at each level: short for toxicity: { model: by_dose, probability: ... }",
                     FieldTraits{.within = bounds::fraction});
        fields.field("toxicity", toxicity, "instead of the scenario's");
        fields.field("set", set, "figures replaced in pk, population, toxicity, activity, regimen or truth, by path");
    }
    Faults faults() const;
};

enum class SweepMode { grid, zip, one_at_a_time };

constexpr auto enum_names(SweepMode)
{
    return std::array{EnumName<SweepMode>{SweepMode::grid, "grid"}, EnumName<SweepMode>{SweepMode::zip, "zip"},
                      EnumName<SweepMode>{SweepMode::one_at_a_time, "one_at_a_time"}};
}

/// What `escalon sweep` varies when its command line names no axis.
struct SweepOptions {
    SweepMode mode = SweepMode::grid;
    Settings axes;

    void describe(auto& fields)
    {
        fields.field("mode", mode,
                     "grid: every combination; zip: the first values together, then the second; one_at_a_time: "
                     "each axis alone, the others as written");
        fields.field("axes", axes, "by path: values [a, b, c], or a range '0.2..0.5:4'",
                     FieldTraits{.presence = Presence::required});
    }
};

struct RunnerOptions {
    EngineChoice engine = EngineChoice::automatic;
    std::int64_t trials = 10'000;
    std::optional<Fraction> precision;
    std::uint64_t seed = 1;

    void describe(auto& fields)
    {
        fields.field("engine", engine, "how operating characteristics are found; auto takes exact where it holds");
        fields.field("trials", trials, "simulated trials, where they are simulated", FieldTraits{.within = bounds::at_least(1)});
        fields.field("precision", precision,
                     "wanted standard error of the selection probabilities: doubles the trials until it is met",
                     FieldTraits{.within = bounds::open_fraction});
        fields.field("seed", seed, "of the random numbers; equal seeds give equal results");
    }

    friend bool operator==(RunnerOptions const&, RunnerOptions const&) = default;
};

/// How the designs are held against each other.
struct ComparisonOptions {
    std::optional<std::string> against;

    void describe(auto& fields)
    {
        fields.field("against", against, "label of the design that the others are compared with; the first when absent");
    }

    friend bool operator==(ComparisonOptions const&, ComparisonOptions const&) = default;
};

struct Scenario {
    static constexpr int known_schema = 1;
    static constexpr Fraction default_target = 0.30;
    /// What concerns several parts is checked by reading, part by part.
    static constexpr bool faults_are_local = true;

    int schema = known_schema;
    std::string name;
    std::optional<std::string> compound;
    Doses doses;
    std::optional<pk::Regimen> regimen;
    std::optional<pk::Model> pk;
    Population population;
    std::optional<Toxicity> toxicity;
    std::optional<Activity> activity;
    std::vector<NamedTruth> truths;
    std::optional<RandomTruths> random_truths;
    std::vector<DesignEntry> designs;
    std::optional<ComparisonOptions> comparison;
    TrialConduct trial;
    Truth truth;
    std::optional<Documented> documented;
    std::optional<SweepOptions> sweep;
    RunnerOptions runner;
    Evidence evidence;

    void describe(auto& fields)
    {
        fields.field("schema", schema, "edition of this list of keys; 1", FieldTraits{.presence = Presence::required});
        fields.field("name", name, "what results and reports are headed with", FieldTraits{.presence = Presence::required});
        fields.field("compound", compound, "the drug");
        fields.field("doses", doses, "the dose ladder", FieldTraits{.presence = Presence::required});
        fields.field("regimen", regimen, "when and how fast the drug is given");
        fields.field("pk", pk, "what the body does to the drug");
        fields.field("population", population, "the patients a trial recruits from");
        fields.field("toxicity", toxicity, "what doses do to patients: the truth that no design sees");
        fields.field("activity", activity,
                     "what doses do for patients: response and progression, which no design sees; needs a clock");
        fields.field("truths", truths, "several truths that every design meets, as in a protocol's table");
        fields.field("random_truths", random_truths, "random dose-toxicity curves that every design meets beside the truths");
        fields.field("designs", designs, "escalation designs to compare");
        fields.field("comparison", comparison, "how the designs are held against each other");
        fields.field("trial", trial, "conduct of the trial");
        fields.field("truth", truth, "what counts as the right answer");
        fields.field("documented", documented, "the trial as it happened");
        fields.field("sweep", sweep, "what `escalon sweep` varies");
        fields.field("runner", runner, "how results are computed");
        fields.field("evidence", evidence, "where each figure comes from: path, then label, source and why");
    }

    Faults faults() const;

    DoseLadder ladder() const { return doses.ladder(); }
    double target() const { return truth.target.value_or(default_target); }

    /// In which a toxicity counts as dose limiting: as stated, else one cycle; none where there is neither.
    std::optional<Time> dlt_window() const;
    /// The same for one of the designs: its own where it has one.
    std::optional<Time> dlt_window(DesignEntry const& design) const;
    /// Of each patient, by a clock: as stated, else all cycles, and never shorter than any DLT window; none without either.
    std::optional<Time> follow_up() const;
};

/// The scenario as one of its truths has it: with that toxicity and those figures, and no list of truths.
Scenario under(NamedTruth const& truth, Scenario const& scenario);

/// The level of the ladder that a documented dose names.
std::optional<DoseLevel> level_of(Doses const& doses, Dose const& dose);

/// "168 mg/m2"
std::string text(Dose const& dose);

/// Thrown for a file that is not there or cannot be read, with the reason.
class MissingFile : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The text of a scenario, parsed once and read with any number of sets of overrides.
class ScenarioFile {
public:
    /// @param name how diagnostics call the text
    ScenarioFile(std::string_view text, std::string const& name);

    /// @throws MissingFile
    static ScenarioFile open(std::filesystem::path const& path);

    /// @throws ScenarioError with every fault of the text and the overrides
    Scenario read(std::span<Override const> overrides = {}) const;

private:
    Source source_;
    std::optional<Node> tree_;       ///< none where the text is no YAML
    std::vector<Diagnostic> faults_; ///< of the YAML
};

/// @throws MissingFile; ScenarioError with every fault of the file and the overrides
Scenario read_scenario(std::filesystem::path const& path, std::span<Override const> overrides = {});

/// @param file how diagnostics call the text
/// @throws ScenarioError with every fault of the text and the overrides
Scenario parse_scenario(std::string_view text, std::string const& file, std::span<Override const> overrides = {});

} // namespace escalon

#include "sim/report/clocked_trial_text.hpp"

#include "pk_models/units.hpp"
#include "sim/report/activity_text.hpp"
#include "sim/report/clock_text.hpp"
#include "sim/report/numbers.hpp"
#include "sim/report/text_table.hpp"
#include "sim/report/version.hpp"
#include "sim/scenario/cells.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace escalon {
namespace {

using ClockedJson = nlohmann::ordered_json;

/// What the words of one trial need to know of its scenario.
class ClockedWords {
public:
    explicit ClockedWords(ClockedTrial const& trial)
        : record{trial.record},
          ladder{trial.scenario.ladder()},
          kinds{kind_names(trial.scenario)},
          follow_up_d{trial.scenario.follow_up().value().base()},
          planned_d{planned_treatment_d(trial.scenario)},
          modifies_doses{trial.scenario.trial.after_dlt == TreatmentAfterDlt::reduce}
    {}

    /// The regimen's cycles, as far as patients are followed.
    static double planned_treatment_d(Scenario const& scenario)
    {
        double const followed_d = scenario.follow_up().value().base();
        return scenario.regimen ? std::min(followed_d, (scenario.regimen->cycles * scenario.regimen->cycle).base()) : followed_d;
    }

    std::string kind(Fate const& fate) const { return fate.kind < 0 ? "DLT" : kinds[static_cast<std::size_t>(fate.kind)]; }

    /// When the last of the follow-up is complete.
    double followed_until_d() const
    {
        double last_d = 0;
        for (auto const& patient : record.patients())
            last_d = std::max(last_d, patient.entry_d + std::min(follow_up_d, patient.fate.leaves_d));
        return last_d;
    }

    ClockedRecord const& record;
    DoseLadder ladder;
    std::vector<std::string> kinds;
    double follow_up_d;
    double planned_d;
    bool modifies_doses;
};

/// "214": a day of the calendar.
std::string calendar_day(double time_d) { return fmt::format("{:.0f}", std::max(0.0, time_d)); }

/// "35.2 d": since a patient's first dose.
std::string after(double time_d) { return fmt::format("{:.1f} d", time_d); }

std::string tenth(double time_d) { return fmt::format("{:.1f}", time_d); }

/// "13.5 months (410 days)"
std::string duration_words(double time_d)
{
    if (time_d < 2 * unit::days_per_month)
        return fmt::format("{:.0f} days", time_d);
    return fmt::format("{:.1f} months ({:.0f} days)", time_d / unit::days_per_month, time_d);
}

std::string toxicity_words(DatedPatient const& patient, ClockedWords const& words)
{
    if (!(patient.fate.dlt_d < Fate::never))
        return "none seen";
    return fmt::format("{} after {}", words.kind(patient.fate), after(patient.fate.dlt_d));
}

std::string counted_as(DatedPatient const& patient, ClockedRecord const& record)
{
    if (!record.evaluable(patient))
        return "not evaluable";
    if (record.dlt_in_window(patient))
        return "DLT in the window";
    return record.late_dlt(patient) ? "late, no DLT in the window" : "no DLT";
}

std::string treatment_words(DatedPatient const& patient, ClockedWords const& words)
{
    auto const& fate = patient.fate;
    double const planned_d = std::min(words.follow_up_d, words.planned_d + fate.delayed_d());
    if (fate.leaves_d < std::min(planned_d, fate.treatment_ends_d))
        return fmt::format("{}, drops out", after(fate.leaves_d));
    if (fate.on_treatment && fate.on_treatment->end == TreatmentEnd::progression)
        return after(fate.treatment_ends_d) + ", progression";
    if (fate.treatment_ends_d < planned_d)
        return after(fate.treatment_ends_d) + ", stopped";
    return after(planned_d) + (fate.delayed_d() > 0 ? ", with delays" : ", as planned");
}

/// "dose of day 21.0 waits until day 33.4; 20 mg from day 33.4"
std::string dose_changes_words(DatedPatient const& patient, ClockedWords const& words)
{
    std::vector<std::string> parts;
    for (auto const& change : patient.fate.dose_changes) {
        if (change.delayed())
            parts.push_back(fmt::format("dose of day {} waits until day {}", tenth(change.due_d), tenth(change.given_d)));
        if (change.reduced())
            parts.push_back(fmt::format("{} {} from day {}", three_digits(words.ladder.dose(patient.level) * change.share),
                                        symbol(words.ladder.unit()), tenth(change.given_d)));
    }
    return fmt::format("{}", fmt::join(parts, "; "));
}

/// "response after 42.0 d, progression after 126.0 d": what was seen of the tumour.
std::string tumour_words(TumourCourse const& tumour)
{
    if (!tumour.evaluable())
        return "not assessed";
    std::vector<std::string> parts;
    if (tumour.responds())
        parts.push_back("response after " + after(tumour.response_d));
    if (tumour.progression_d < Fate::never)
        parts.push_back("progression after " + after(tumour.progression_d));
    return parts.empty() ? "stable" : fmt::format("{}", fmt::join(parts, ", "));
}

std::string dated_patients_table(DatedCohort const& cohort, ClockedWords const& words)
{
    std::vector<TextTable::Column> columns{{"patient"},
                                           {"enters on day"},
                                           {"limiting toxicity", Align::left},
                                           {"counts as", Align::left},
                                           {"treated for", Align::left}};
    if (words.modifies_doses)
        columns.push_back({"doses, by the patient's days", Align::left});
    if (words.record.tells_activity()) {
        columns.push_back({"cycles"});
        columns.push_back({"antigen", Align::left});
        columns.push_back({"tumour", Align::left});
    }
    TextTable table{columns};
    for (auto const& patient : cohort.patients) {
        std::vector<std::string> cells{std::to_string(patient.number + 1), calendar_day(patient.entry_d),
                                       toxicity_words(patient, words), counted_as(patient, words.record),
                                       treatment_words(patient, words)};
        if (words.modifies_doses)
            cells.push_back(dose_changes_words(patient, words));
        if (auto const& treatment = patient.fate.on_treatment) {
            cells.push_back(std::to_string(treatment->cycles));
            cells.emplace_back(treatment->tumour.strong_expression ? "strong" : "weak");
            cells.push_back(tumour_words(treatment->tumour));
        }
        table.row(std::move(cells));
    }
    return table.text("      ");
}

/// Of some patients: how many, and what was seen of them.
struct SeenOf {
    int patients = 0;
    int dlts = 0;
    int late = 0;
    int dropped = 0;
    int withdrawn = 0;
    int evaluable = 0; ///< for response
    int responses = 0;
    int two_cycles = 0; ///< or more
    bool active = false;

    void add(ClockedRecord const& record, DatedCohort const& cohort)
    {
        for (auto const& patient : cohort.patients) {
            ++patients;
            dlts += record.dlt_in_window(patient) ? 1 : 0;
            late += record.late_dlt(patient) ? 1 : 0;
            dropped += record.dropped_out(patient) ? 1 : 0;
            withdrawn += record.withdrawn(patient) ? 1 : 0;
            if (auto const& treatment = patient.fate.on_treatment) {
                active = true;
                evaluable += treatment->tumour.evaluable() ? 1 : 0;
                responses += treatment->tumour.responds() ? 1 : 0;
                two_cycles += treatment->cycles >= 2 ? 1 : 0;
            }
        }
    }
    /// "1/3 with a DLT in the window, 1 with a late one, 1 dropped out; 1/3 responding, 2/3 with two cycles or more"
    std::string words() const
    {
        auto text = fmt::format("{}/{} with a DLT in the window", dlts, patients - dropped - withdrawn);
        if (late > 0)
            text += fmt::format(", {} with a late one", late);
        if (dropped > 0)
            text += fmt::format(", {} dropped out", dropped);
        if (withdrawn > 0)
            text += fmt::format(", {} withdrawn for progression", withdrawn);
        if (active)
            text += fmt::format("; {}/{} responding, {}/{} with two cycles or more", responses, evaluable, two_cycles, patients);
        return text;
    }
};

std::string late_look_words(ClockedTrial const& trial, ClockedWords const& words)
{
    auto const& record = trial.record;
    if (!trial.scenario.trial.clock->late_look || !record.verdict.mtd)
        return "";
    auto text = fmt::format("  The late look, on day {} when all follow-up is complete, ",
                            calendar_day(words.followed_until_d()));
    auto const mtd = words.ladder.text(*record.verdict.mtd);
    if (!record.recommended)
        text += fmt::format("counts late toxicity too and withdraws the MTD of {}: no level is recommended.", mtd);
    else if (*record.recommended == *record.verdict.mtd)
        text += fmt::format("leaves the MTD at {}.", mtd);
    else
        text += fmt::format("counts late toxicity too and lowers the MTD from {} to {}.", mtd,
                            words.ladder.text(*record.recommended));
    return text + "\n";
}

std::string expansion_words(Scenario const& scenario)
{
    bool const strong = scenario.trial.clock->expansion->only == Enrolment::strong_expression;
    return strong ? "expansion to strong expressors" : "expansion";
}

std::string verdict_text(ClockedTrial const& trial, ClockedWords const& words)
{
    auto const& record = trial.record;
    return fmt::format("\n  Day {}: {}\n    because {}\n", calendar_day(record.duration_d),
                       describe(Action{record.verdict}, words.ladder), record.reason);
}

std::string ending(ClockedTrial const& trial, ClockedWords const& words)
{
    auto const& record = trial.record;
    SeenOf finding;
    SeenOf expansion;
    for (auto const& cohort : record.cohorts)
        (cohort.expansion() ? expansion : finding).add(record, cohort);
    auto text = fmt::format("\n  Dose finding took {} from the first dose", duration_words(record.duration_d));
    if (record.suspended_d > 0)
        text += fmt::format(", {:.0f} days of them with accrual suspended to wait for outcomes", record.suspended_d);
    text += fmt::format(". {}: {}.\n", counted(finding.patients, "patient"), finding.words());
    if (expansion.patients > 0)
        text += fmt::format("  The expansion treated {}: {}.\n", counted(expansion.patients, "more patient"), expansion.words());
    return text + late_look_words(trial, words);
}

ClockedJson time_json(double time_d) { return time_d < Fate::never ? ClockedJson(time_d) : ClockedJson(nullptr); }

ClockedJson patient_json(DatedPatient const& patient, ClockedWords const& words)
{
    auto const& record = words.record;
    auto const& fate = patient.fate;
    ClockedJson dlt(nullptr);
    if (fate.dlt_d < Fate::never) {
        dlt = {{"after_d", fate.dlt_d}, {"in_window", record.dlt_in_window(patient)}};
        if (fate.kind >= 0)
            dlt["kind"] = words.kind(fate);
    }
    ClockedJson object{{"patient", patient.number + 1},
                       {"entry_d", patient.entry_d},
                       {"dlt", dlt},
                       {"evaluable", record.evaluable(patient)},
                       {"leaves_after_d", time_json(fate.leaves_d)},
                       {"treatment_ends_after_d",
                        std::min({fate.treatment_ends_d, fate.leaves_d, words.follow_up_d, words.planned_d + fate.delayed_d()})}};
    if (words.modifies_doses) {
        auto changes = ClockedJson::array();
        for (auto const& change : fate.dose_changes)
            changes.push_back({{"due_after_d", change.due_d},
                               {"given_after_d", change.given_d},
                               {"dose", words.ladder.dose(patient.level) * change.share}});
        object["dose_changes"] = changes;
        object["relative_dose_intensity"] = fate.dose_intensity;
    }
    if (auto const& treatment = fate.on_treatment)
        object["activity"] = {{"strong_expression", treatment->tumour.strong_expression},
                              {"response_probability", treatment->tumour.response_probability},
                              {"evaluable", treatment->tumour.evaluable()},
                              {"response_after_d", time_json(treatment->tumour.response_d)},
                              {"progression_after_d", time_json(treatment->tumour.progression_d)},
                              {"cycles", treatment->cycles},
                              {"treatment_end", name_of(treatment->end)}};
    return object;
}

} // namespace

ClockedTrial clocked_trial(Scenario const& scenario, DesignEntry const& entry, std::uint64_t trial)
{
    auto const truth = std::move(natures(scenario).front());
    return {scenario, entry.label,
            record_trial(entry.design, scenario.ladder(), truth.nature, scenario.trial.clock.value(),
                         scenario.dlt_window(entry).value(), scenario.runner.seed, trial, truth.activity())};
}

std::string explain_text(ClockedTrial const& trial)
{
    ClockedWords const words{trial};
    auto const& record = trial.record;
    auto text = fmt::format("{}\nTrial {} of {}, seed {}\n", trial.scenario.name, record.trial + 1, trial.label, record.seed);
    text +=
        fmt::format("Day 0 is the first dose of the trial. A toxicity counts as a DLT within {} d of the patient's first dose; "
                    "patients are followed for {} d.\n",
                    shortest(record.window_d), shortest(words.follow_up_d));
    for (std::size_t i = 0; i < record.cohorts.size(); ++i) {
        auto const& cohort = record.cohorts[i];
        SeenOf seen;
        seen.add(record, cohort);
        if (cohort.expansion())
            text += verdict_text(trial, words);
        text += fmt::format("\n  Day {}, {}{}: {}\n    because {}\n", calendar_day(cohort.decided_d),
                            cohort.expansion() ? expansion_words(trial.scenario) : fmt::format("cohort {}", i + 1),
                            cohort.suspended_d > 0 ? fmt::format(" after {:.0f} days of suspended accrual", cohort.suspended_d)
                                                   : std::string{},
                            describe(Action{cohort.treat}, words.ladder), cohort.reason);
        text += dated_patients_table(cohort, words) + "    " + seen.words() + "\n";
    }
    if (record.cohorts.empty() || !record.cohorts.back().expansion())
        text += verdict_text(trial, words);
    return text + ending(trial, words);
}

nlohmann::ordered_json explain_json(ClockedTrial const& trial)
{
    ClockedWords const words{trial};
    auto const& record = trial.record;
    auto const level_json = [&](std::optional<DoseLevel> level) {
        return level ? ClockedJson(words.ladder.text(*level)) : ClockedJson(nullptr);
    };
    ClockedJson object{{"scenario", trial.scenario.name},
                       {"version", version()},
                       {"design", trial.label},
                       {"seed", record.seed},
                       {"trial", record.trial + 1},
                       {"dlt_window_d", record.window_d},
                       {"follow_up_d", words.follow_up_d},
                       {"duration_d", record.duration_d},
                       {"suspended_d", record.suspended_d},
                       {"cohorts", ClockedJson::array()}};
    for (auto const& cohort : record.cohorts) {
        SeenOf seen;
        seen.add(record, cohort);
        ClockedJson row{{"level", cohort.treat.level.number()},
                        {"dose", words.ladder.text(cohort.treat.level)},
                        {"expansion", cohort.expansion()},
                        {"decided_d", std::max(0.0, cohort.decided_d)},
                        {"suspended_d", cohort.suspended_d},
                        {"reason", cohort.reason},
                        {"dlts", seen.dlts},
                        {"late_dlts", seen.late},
                        {"patients", ClockedJson::array()}};
        for (auto const& patient : cohort.patients)
            row["patients"].push_back(patient_json(patient, words));
        object["cohorts"].push_back(row);
    }
    object["verdict"] = {{"decision", describe(Action{record.verdict}, words.ladder)},
                         {"mtd", level_json(record.verdict.mtd)},
                         {"cause", name_of(record.verdict.cause)},
                         {"reason", record.reason}};
    if (trial.scenario.trial.clock->late_look)
        object["after_late_look"] = level_json(record.recommended);
    return object;
}

SwimmerFigure swimmer_of(ClockedTrial const& trial)
{
    ClockedWords const words{trial};
    return {.title = trial.scenario.name,
            .subtitle = fmt::format("Simulated trial {} of {}, seed {}.", trial.record.trial + 1, trial.label, trial.record.seed),
            .ladder = words.ladder,
            .record = trial.record,
            .kinds = words.kinds,
            .planned_treatment_d = words.planned_d,
            .follow_up_d = words.follow_up_d,
            .late_look = trial.scenario.trial.clock->late_look};
}

} // namespace escalon

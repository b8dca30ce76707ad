// Operating characteristics: how a design does under one truth, and how sure that is.
#pragma once

#include "sim/runner/engine.hpp"
#include "sim/toxicity/activity.hpp"
#include "sim/toxicity/grades.hpp"
#include "sim/vocabulary/decision.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace escalon {

/// Shares of a trial's patients, in percent, at which the risks of over- and underdosing are stated. Liu & Yuan (2015), J R Stat
/// Soc C 64:507, and BOIN::get.oc.
inline constexpr std::array<int, 2> risk_percents{60, 80};

/// P(more than so many percent of a trial's patients are treated on one side of the true MTD), at each of `risk_percents`.
using Risks = std::array<double, risk_percents.size()>;

/// Whether `part` is more than so many percent of `all`, in whole numbers.
constexpr bool exceeds_percent(std::uint64_t part, std::uint64_t all, int percent)
{
    constexpr std::uint64_t whole = 100;
    return whole * part > static_cast<std::uint64_t>(percent) * all;
}

/// Means over trials. The same shape holds their standard errors.
struct Measures {
    double none = 0;                                     ///< P(no level is recommended)
    std::vector<double> selection;                       ///< P(the level is recommended)
    std::array<double, stop_causes> stopped_with_none{}; ///< splits `none` by cause
    std::array<double, stop_causes> stopped{};           ///< why trials ended; sums to 1
    double correct = 0;                                  ///< P(the true MTD is recommended)
    double overdose = 0;                                 ///< P(a level above the true MTD is recommended)
    std::vector<double> patients;                        ///< per level
    std::vector<double> dlts;                            ///< per level
    double total_patients = 0;
    double total_dlts = 0;
    double patients_above = 0; ///< patients treated above the true MTD
    double patients_at = 0;    ///< patients treated at the true MTD
    double share_below = 0;    ///< of all patients of all trials, those treated below the true MTD
    double share_at = 0;       ///< likewise, at it
    double share_above = 0;    ///< likewise, above it
    double dlt_rate = 0;       ///< DLTs of all trials over patients of all trials: a ratio of means
    Risks overdosing{};        ///< of a trial's own patients, above the true MTD
    Risks underdosing{};       ///< likewise, below it
    /// Above the true MTD, of the planned sample size; none where the design has none.
    std::optional<Risks> overdosing_planned;
    std::optional<double> accuracy_selection;  ///< of the trials that recommend a level; see accuracy.hpp
    std::optional<double> accuracy_allocation; ///< of all patients of all trials

    double top_not_exceeded() const { return stopped[static_cast<std::size_t>(StopCause::top_not_exceeded)]; }
};

/// What becomes of patients over all of their courses, where they are followed beyond the first.
struct CourseMeasures {
    std::vector<double> courses;                   ///< per level, first courses among them
    std::vector<double> courses_error;             ///< standard error
    std::array<double, grade_count> worst_grade{}; ///< patients by worst grade: 0 or 1, 2, 3, 4 or worse
    std::array<double, grade_count> worst_grade_error{};
};

struct MeanWithError {
    double mean = 0;
    double standard_error = 0;
};

/// What treatment does for patients, those of the expansion included.
struct ActivityMeasures {
    using Figure = MeanWithError;

    struct Group {
        Figure patients;            ///< a trial
        Figure evaluable;           ///< for response, a trial
        Figure responses;           ///< a trial
        Figure response_rate;       ///< of the evaluable patients of all trials; 0 where there are none
        std::vector<Figure> cycles; ///< of the patients of all trials, those with at least 2, 3, ... cycles
    };
    Group all;
    Group at_mtd; ///< the one that was declared
    std::vector<Group> levels;
    Figure
        withdrawn; ///< patients a trial who are not evaluable for DLTs, because they missed a dose of the window for progression
    std::array<Figure, treatment_ends> ends{}; ///< of the patients of all trials, by why treatment ended
};

/// What the clock of a trial brings to light. Means over trials, each with its standard error.
struct ClockMeasures {
    using Figure = MeanWithError;

    Figure duration_d;                  ///< from the first dose to the last outcome that the MTD waited for
    Figure suspended_d;                 ///< accrual, for pending patients
    Figure dropped_out;                 ///< patients
    Figure in_expansion;                ///< patients
    std::vector<Figure> visited;        ///< per level: P(somebody is treated there before the MTD is named)
    std::vector<Figure> late;           ///< per level: patients whose first toxicity that limits the dose comes after the window
    Figure none_after_look;             ///< P(no level is recommended after it)
    std::vector<Figure> after_look;     ///< P(the level is recommended after it)
    Figure lowered;                     ///< P(it lowers the MTD)
    Figure above_look;                  ///< patients treated above what is recommended after it, the expansion's among them
    /// P(this is recommended after it, and that is the highest level of dose finding): none and then levels, a row each of as many
    /// figures as there are levels.
    std::vector<std::vector<Figure>> highest_by_look;
    std::vector<Figure> kind_in_window; ///< per kind: patients whose first such toxicity is of this kind, in the window
    std::vector<Figure> kind_late;      ///< likewise after it

    /// Where toxicity delays and reduces doses.
    struct Doses {
        Figure delayed;            ///< patients a trial with a dose delayed
        Figure reduced;            ///< patients a trial with a dose reduced
        Figure relative_intensity; ///< given over planned, mean over a trial's patients
    };
    std::optional<Doses> doses{};
    std::optional<ActivityMeasures> activity{};
};

/// P(count = i), i from 0.
using CountDistribution = std::vector<double>;

/// The smallest count whose cumulative probability reaches `share`.
int quantile(CountDistribution const& distribution, double share);

struct OperatingCharacteristics {
    Engine engine = Engine::exact;
    std::optional<std::uint64_t> trials; ///< of Monte Carlo
    Measures mean;
    Measures standard_error;    ///< zero where exact
    double numerical_error = 0; ///< of `mean.selection`, inherited from integrated DLT probabilities
    CountDistribution total_patients;
    CountDistribution total_dlts;
    std::optional<CourseMeasures> courses; ///< of designs that follow patients
    std::optional<ClockMeasures> clock;    ///< of trials that have one
    CountDistribution patients_at;         ///< the true MTD
    CountDistribution patients_above;      ///< the true MTD
};

/// What is true of each level, and what follows from it.
struct TrueToxicity {
    std::vector<double> dlt_probability;       ///< per level, marginal over the population
    std::vector<double> dlt_probability_error; ///< absolute, of the integration; zero where known
    double target = 0;
    std::optional<DoseLevel> mtd;      ///< none if every level exceeds target + 0.10
    GradeProbabilities grades{};       ///< per level, where the truth states them
    GradeProbabilities grades_error{}; ///< absolute, likewise
    double unsolved_share = 0;         ///< of patients whose kinetics could not be integrated: they count as without a DLT

    /// Index of the lowest level above the MTD.
    int overdose_from() const { return mtd ? mtd->index() + 1 : 0; }
};

/// The level whose DLT probability is nearest the target, the lower on a tie; none if every level exceeds it by more than
/// 0.10.
std::optional<DoseLevel> true_mtd(std::vector<double> const& dlt_probability, double target);

} // namespace escalon

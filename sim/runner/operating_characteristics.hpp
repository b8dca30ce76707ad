// Operating characteristics: how a design does under one truth, and how sure that is.
#pragma once

#include "sim/runner/engine.hpp"
#include "sim/toxicity/grades.hpp"
#include "sim/vocabulary/decision.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace escalon {

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

    double top_not_exceeded() const { return stopped[static_cast<std::size_t>(StopCause::top_not_exceeded)]; }
};

/// What becomes of patients over all of their courses, where they are followed beyond the first.
struct CourseMeasures {
    std::vector<double> courses;                   ///< per level, first courses among them
    std::vector<double> courses_error;             ///< standard error
    std::array<double, grade_count> worst_grade{}; ///< patients by worst grade: 0 or 1, 2, 3, 4 or worse
    std::array<double, grade_count> worst_grade_error{};
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
};

/// What is true of each level, and what follows from it.
struct TrueToxicity {
    std::vector<double> dlt_probability;       ///< per level, marginal over the population
    std::vector<double> dlt_probability_error; ///< absolute, of the integration; zero where known
    double target = 0;
    std::optional<DoseLevel> mtd;      ///< none if every level exceeds target + 0.10
    GradeProbabilities grades{};       ///< per level, where the truth states them
    GradeProbabilities grades_error{}; ///< absolute, likewise

    /// Index of the lowest level above the MTD.
    int overdose_from() const { return mtd ? mtd->index() + 1 : 0; }
};

/// The level whose DLT probability is nearest the target, the lower on a tie; none if every level exceeds it by more than
/// 0.10.
std::optional<DoseLevel> true_mtd(std::vector<double> const& dlt_probability, double target);

} // namespace escalon

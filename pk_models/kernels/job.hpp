// What a kernel integrates, in plain figures, and what it gives back.
#pragma once

#include "pk_models/course.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace escalon::pk::kernels {

/// One analyte over one stretch, in the system's unit of concentration.
struct StretchRecord {
    double start = 0; ///< just after any bolus
    double end = 0;
    double auc = 0;     ///< times d
    double peak = 0;    ///< the highest; where only ends are looked at, that of start and end
    double peak_at = 0; ///< d from the start of the course
};

enum class Status : std::uint8_t { done, too_many_steps, not_finite };

/// How an integration went.
struct Ending {
    Status status = Status::done;
    double time_d = 0; ///< at which it stopped
    int steps = 0;
};

/// One patient. Pointers outlive the call; results go to the places named.
struct Job {
    double const* parameters = nullptr; ///< a row of the system's figures for each occasion
    Stretch const* stretches = nullptr;
    std::size_t stretch_count = 0;
    double amount = 1;               ///< multiplies every dose
    double const* samples = nullptr; ///< d, ascending
    std::size_t sample_count = 0;
    StretchRecord* records = nullptr; ///< stretch by stretch, analyte by analyte
    double* concentrations = nullptr; ///< sample by sample, analyte by analyte; of a sample at a dose, what is there just before
    Ending* ending = nullptr;
};

/// What is wanted of each stretch.
enum class Detail : std::uint8_t {
    measured, ///< the first analyte, and its values at the ends of stretches as peaks
    full      ///< every analyte, peaks between events, and samples
};

/// How finely.
struct Effort {
    double tolerance = 1e-7; ///< of a step, relative to each state
    double floor = 1e-6;     ///< share of the largest dose's concentration below which error counts as absolute
    int most_steps = 200000; ///< of one patient, those tried in vain too
    std::optional<double> fixed_step_d = std::nullopt; ///< all steps as long, whatever the error, but the last of a stretch
};

} // namespace escalon::pk::kernels

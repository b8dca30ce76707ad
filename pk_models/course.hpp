// Course: what happens to one patient, cut where a dose starts or stops and where figures are wanted.
//
// The integrated models read nothing else. Times within a course count from its start.
#pragma once

#include "pk_models/regimen.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace escalon::pk {

/// From one event to the next: nothing but the model moves.
struct Stretch {
    double length_d = 0;
    double infusion_mg_per_d = 0; ///< into the central compartment, throughout
    double bolus_mg = 0;          ///< into the central compartment, at its start
    double depot_mg = 0;          ///< into the depot, at its start
    std::uint32_t occasion = 0;   ///< which of the patient's sets of parameters holds
    bool emptied = false;         ///< every compartment is emptied first, and antigen is back at its baseline

    friend bool operator==(Stretch const&, Stretch const&) = default;
};

/// Ends of stretches are sums of their lengths: a sample that is later by no more than this share was meant for the end.
inline constexpr double sample_rounding = 0x1p-39;

class Course {
public:
    /// @param history doses from time 0; what lies at or after the end does not count
    /// @param cuts_d  further times at which a stretch is to end, in any order
    Course(History history, std::span<double const> cuts_d, Time end);

    /// Stretches as they are.
    explicit Course(std::vector<Stretch> stretches) : stretches_{std::move(stretches)} {}

    /// The same with a new set of parameters from each of these times on, at which stretches end.
    /// @param starts_d ascending; the first set holds before them
    Course with_occasions(std::span<double const> starts_d) const;

    std::span<Stretch const> stretches() const { return stretches_; }

    /// The stretches' ends, ascending; the first stretch starts at 0.
    std::vector<double> ends_d() const;

private:
    std::vector<Stretch> stretches_;
};

} // namespace escalon::pk

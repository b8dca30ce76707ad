// A course worked out for many patients: every analyte over every stretch and at every sample, whatever the model.
//
// Linear models by their closed form, the others by the kernels.
#pragma once

#include "pk_models/catalog.hpp"
#include "pk_models/dosed.hpp"
#include "pk_models/exposure.hpp"
#include "pk_models/schedule.hpp"

#include <span>
#include <vector>

namespace escalon::pk {

/// What is given and what is looked at. Doses are relative: each patient has an amount that multiplies them.
struct CoursePlan {
    std::vector<DoseEvent> doses;
    std::vector<double> cuts_d{};      ///< where a window of exposure begins or ends
    std::vector<double> samples_d{};   ///< ascending; a sample at the time of a dose sees what is there just before
    std::vector<double> occasions_d{}; ///< ascending; when the second and later occasions begin
    Time end;
};

/// When the second and later cycles begin that start before the end: the occasions of a regimen.
std::vector<double> later_cycles(Regimen const& regimen, Time end);

/// An integration that came to no end.
struct Failure {
    std::string reason; ///< "more than 200000 steps"
    Time at;
};

class Solution {
public:
    using Record = kernels::StretchRecord;

    Solution(std::span<Analyte const> analytes, std::vector<double> ends_d, std::size_t samples);

    std::span<Analyte const> analytes() const { return analytes_; }

    /// Where the analyte stands; none where the model does not have it.
    std::optional<std::size_t> place(Analyte analyte) const;

    /// Exposure over [from, to), both of them 0, cuts, doses or the end.
    /// @param analyte by its place
    WindowExposure between(Time from, Time to, std::size_t analyte = 0) const;

    /// mg/L; nM where the analyte is molar
    Concentration at_sample(std::size_t sample, std::size_t analyte = 0) const
    {
        return Concentration::from_base(samples_[sample * analytes_.size() + analyte]);
    }

    /// Why there are no figures.
    std::optional<Failure> failure;

    std::span<double const> ends_d() const { return ends_d_; }
    Record const& record(std::size_t stretch, std::size_t analyte) const
    {
        return records_[stretch * analytes_.size() + analyte];
    }
    /// Takes an analyte over from a solution of the same course, whose stretches may be shorter.
    void add(Analyte analyte, Solution const& from);

    /// Takes a part of the course over, as solved from a lead-in on.
    /// @param lead    stretches of the part's solution that lead to it, for lead_d
    /// @param from_d  when the part begins, with which stretch and sample
    void take(Solution const& part, std::size_t lead, double lead_d, double from_d, std::size_t stretch, std::size_t sample);

    std::span<Record> records() { return records_; }
    std::span<double> samples() { return samples_; }

private:
    std::vector<Analyte> analytes_;
    std::vector<double> ends_d_;
    std::vector<Record> records_;
    std::vector<double> samples_;
};

/// One solution a patient.
std::vector<Solution> solve(Model const& model, std::span<Dosed const> patients, CoursePlan const& plan);

/// Time within [from, to) for which an analyte exceeds the threshold (mg/L; nM where it is molar), a patient each: crossings are looked
/// for between samples of every stretch and about its peak, and closed in on by solving again. They are then as exact as the
/// concentrations: of a linear model to 1e-6 d, of others to the tolerance over the rate at which the concentration falls. None where
/// an integration failed, or the model does not have the analyte.
std::vector<std::optional<Time>> times_above(Model const& model, std::span<Dosed const> patients, CoursePlan const& plan,
                                             Concentration threshold, Time from, Time to, Analyte analyte = Analyte::drug);

/// A regimen over a window, prepared for exposures of many patients.
struct PreparedCourse {
    PreparedCourse(Regimen const& regimen, Time window);

    std::vector<DoseEvent> doses; ///< of 1 mg
    std::vector<double> occasions_d;
    Schedule schedule; ///< for closed forms
    Course course;     ///< for what is integrated
    Course by_occasion;
};

/// Exposure to the measured analyte over the window, a patient each; none where an integration failed.
std::vector<std::optional<Exposure>> exposures(Model const& model, std::span<Dosed const> patients, PreparedCourse const& course);

/// AUC of the measured analyte from 0 to infinity, a patient each: to a time at which next to nothing is left, and beyond it as a
/// vanishing dose falls. With the first occasion's parameters. None where an integration failed.
std::vector<std::optional<Auc>> aucs_to_infinity(Model const& model, std::span<Dosed const> patients, History doses);

/// The half-life that a report would give after this one dose, a patient each.
std::vector<std::optional<Time>> half_lives_nca(Model const& model, std::span<Dosed const> patients, DoseEvent const& dose,
                                                Sampling const& sampling = {});

/// ln 2 over the slowest rate: of the linear model, or of a vanishing dose.
Time half_life_terminal(Kinetics const& kinetics);

} // namespace escalon::pk

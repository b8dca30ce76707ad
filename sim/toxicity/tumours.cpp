#include "sim/toxicity/tumours.hpp"

#include "sim/population/typical_exposure.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace escalon {
namespace {

int occasions_in_first_cycle(pk::Regimen const& regimen)
{
    return static_cast<int>(pk::later_cycles(regimen, regimen.cycle).size()) + 1;
}

} // namespace

void TumourCourse::hide_after(double time_d)
{
    for (double* seen_d : {&assessed_d, &response_d, &progression_d})
        if (*seen_d > time_d)
            *seen_d = never;
}

Tumours::Tumours(Activity activity, pk::Regimen const& regimen, Time follow_up)
    : activity_{std::move(activity)}, follow_up_d_{follow_up.base()}, all_cycles_d_{regimen.cycles * regimen.cycle.base()}
{
    double const first_day = regimen.days.empty() ? 0 : *std::ranges::min_element(regimen.days) - 1;
    for (int cycle = 0; cycle < regimen.cycles; ++cycle)
        if (double const begins_d = first_day + cycle * regimen.cycle.base(); cycle == 0 || begins_d < follow_up_d_)
            cycle_begins_d_.push_back(begins_d);
    for (auto const& dose : pk::dose_events(regimen, 1 * unit::mg))
        doses_d_.push_back(dose.time_d);
}

Tumours::Tumours(Activity activity, pk::Regimen const& regimen, Time follow_up, DoseLadder ladder, pk::Model model,
                 Population const& population)
    : Tumours{std::move(activity), regimen, follow_up}
{
    auto const how = dosing(ladder.unit(), regimen);
    PatientSampler sampler{population, model, how, occasions_in_first_cycle(regimen)};
    kinetics_.emplace(
        Kinetics{std::move(ladder), std::move(model), how, pk::PreparedCourse{regimen, regimen.cycle}, std::move(sampler)});
}

int Tumours::cycles_begun(double treatment_ends_d, std::span<ChangedDose const> changes) const
{
    return 1 + static_cast<int>(std::ranges::count_if(std::span{cycle_begins_d_}.subspan(1), [&](double begins_d) {
               return delayed(begins_d, changes) < treatment_ends_d;
           }));
}

double Tumours::last_dose_before(double time_d, std::span<ChangedDose const> changes) const
{
    double last_d = 0;
    for (double const planned_d : doses_d_)
        if (double const dose_d = delayed(planned_d, changes); dose_d < time_d)
            last_d = std::max(last_d, dose_d);
    return last_d;
}

double Tumours::delayed(double planned_d, std::span<ChangedDose const> changes) const
{
    double time_d = planned_d;
    for (auto const& change : changes)
        if (doses_d_[change.dose] <= planned_d)
            time_d += change.given_d - change.due_d;
    return time_d;
}

std::vector<double> Tumours::response_probabilities(std::span<TumourOf const> patients) const
{
    std::vector<double> found;
    found.reserve(patients.size());
    if (!kinetics_) {
        for (auto const& patient : patients)
            found.push_back(activity_.response.probability.value()[static_cast<std::size_t>(patient.level.index())]);
        return found;
    }
    std::vector<VirtualPatient> people;
    std::vector<pk::Dosed> dosed;
    people.reserve(patients.size()); // dosed looks into it
    dosed.reserve(patients.size());
    for (auto const& patient : patients) {
        auto const& person = people.emplace_back(kinetics_->sampler.draw(patient.stream));
        dosed.push_back(person.dosed(kinetics_->dosing.amount(kinetics_->ladder.dose(patient.level), person.covariates())));
    }
    for (auto const& exposure : pk::exposures(kinetics_->model, dosed, kinetics_->first_cycle))
        found.push_back(exposure ? activity_.response.probability_at(exposure_figure(*exposure, activity_.response.driver)) : 0);
    return found;
}

TumourCourse Tumours::course(TumourOf const& patient, double strong_probability) const
{
    auto const& [expression, response, progression, assessment] = activity_;
    auto const uniform = [&](Purpose purpose) { return patient.stream.uniform(purpose); };
    double const first_d = assessment.base();
    TumourCourse found{.assessed_d = first_d};
    found.strong_expression = !expression || patient.enrolment == Enrolment::strong_expression ||
                              uniform(Purpose::expression) < expression->strong;
    found.response_probability = strong_probability * (found.strong_expression ? 1 : double{response.weak_expression});
    bool const responds = uniform(Purpose::response) < found.response_probability;
    if (responds)
        found.response_d = first_d;
    if (progression) {
        double const median_d = (responds ? progression->responders.value_or(progression->median) : progression->median).base();
        double const comes_d = (responds ? first_d : 0) - median_d * std::log2(uniform(Purpose::progression));
        bool const shows = uniform(Purpose::progression_symptoms) < progression->symptomatic;
        found.progression_d = shows ? comes_d : first_d * std::ceil(comes_d / first_d);
    }
    found.hide_after(follow_up_d_);
    return found;
}

std::vector<TumourCourse> Tumours::courses(std::span<TumourOf const> patients) const
{
    auto const probabilities = response_probabilities(patients);
    std::vector<TumourCourse> found;
    found.reserve(patients.size());
    for (std::size_t i = 0; i < patients.size(); ++i)
        found.push_back(course(patients[i], probabilities[i]));
    return found;
}

} // namespace escalon

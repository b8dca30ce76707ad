#include "pk_models/solving.hpp"

#include "pk_models/kernels/kernels.hpp"

#include <cmath>

namespace escalon::pk {
namespace {

/// From a system's units to mg/L; what is molar stays in nM.
void in_mg_per_L(Solution& solution, double mg_per_unit)
{
    auto const analytes = solution.analytes();
    // what is left by rounding of antigen or payload where there is none, nM
    constexpr double nothing = 1e-11;
    auto const converted = [&](double figure, std::size_t a) {
        if (is_molar(analytes[a]))
            return std::abs(figure) < nothing ? 0 : figure;
        return figure * mg_per_unit;
    };
    for (std::size_t i = 0; i < solution.records().size(); ++i) {
        auto& record = solution.records()[i];
        std::size_t const a = i % analytes.size();
        record = {converted(record.start, a), converted(record.end, a), converted(record.auc, a), converted(record.peak, a),
                  record.peak_at};
    }
    for (std::size_t i = 0; i < solution.samples().size(); ++i)
        solution.samples()[i] = converted(solution.samples()[i], i % analytes.size());
}

/// What an integration's ending amounts to.
std::optional<Failure> failure_of(kernels::Ending const& ending, kernels::Effort const& effort)
{
    switch (ending.status) {
    case kernels::Status::done: return std::nullopt;
    case kernels::Status::too_many_steps:
        return Failure{"more than " + std::to_string(effort.most_steps) + " steps", Time::from_base(ending.time_d)};
    case kernels::Status::not_finite: break;
    }
    return Failure{"a figure that is no longer finite", Time::from_base(ending.time_d)};
}

} // namespace

std::vector<Solution> integrate(Integrated const& like, Course const& course, std::span<double const> samples_d,
                                std::span<IntegratedPatient const> patients)
{
    std::vector<Solution> solutions(patients.size(), {analytes(like.equations), course.ends_d(), samples_d.size()});
    std::vector<kernels::Ending> endings(patients.size());
    std::vector<kernels::Job> jobs;
    for (std::size_t i = 0; i < patients.size(); ++i)
        jobs.push_back({.parameters = patients[i].rows,
                        .stretches = course.stretches().data(),
                        .stretch_count = course.stretches().size(),
                        .amount = patients[i].amount,
                        .samples = samples_d.data(),
                        .sample_count = samples_d.size(),
                        .records = solutions[i].records().data(),
                        .concentrations = solutions[i].samples().data(),
                        .ending = &endings[i]});
    auto const effort = effort_for(like.tolerance);
    kernels::integrate(like.equations, kernels::Detail::full, jobs, effort);
    for (std::size_t i = 0; i < patients.size(); ++i) {
        solutions[i].failure = failure_of(endings[i], effort);
        in_mg_per_L(solutions[i], like.mg_per_unit);
    }
    return solutions;
}

} // namespace escalon::pk

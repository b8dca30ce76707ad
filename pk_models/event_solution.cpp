#include "pk_models/event_solution.hpp"

#include "pk_models/course_times.hpp"
#include "pk_models/linear_course.hpp"
#include "pk_models/solving.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>

namespace escalon::pk {
namespace {

std::vector<double> starts_of(std::span<PatientOccasion const> occasions)
{
    std::vector<double> starts_d;
    for (auto const& occasion : occasions.subspan(1))
        starts_d.push_back(occasion.from_d);
    return starts_d;
}

/// Ends of stretches: doses, resets, occasions, the end.
std::vector<double> ends_of(PatientEvents const& events, std::span<PatientOccasion const> occasions, double end_d)
{
    CourseTimes ends{end_d};
    for (auto const& dose : events.doses()) {
        ends.add(dose.time_d);
        ends.add(dose.time_d + dose.duration_d);
    }
    for (double const reset_d : events.resets_d())
        ends.add(reset_d);
    for (double const start_d : starts_of(occasions))
        ends.add(start_d);
    auto times = ends.distinct();
    times.erase(times.begin());
    return times;
}

template <LinearModel M, class RatesOf>
LinearCourse linear_course(M const& model, PatientEvents const& events, std::span<PatientOccasion const> occasions, Time end,
                           RatesOf rates_of)
{
    std::vector<Occasion> parts;
    for (auto const& occasion : occasions)
        parts.push_back({occasion.from_d, rates_of(occasion), absorption_of(model, occasion.patient, occasion.etas)});
    return {parts, events.doses(), end};
}

template <LinearModel M>
Solution solve_linear(M const& model, PatientEvents const& events, std::span<PatientOccasion const> occasions,
                      std::span<double const> samples_d, Time end)
{
    auto const rates = [&](PatientOccasion const& at) { return model.rates(at.patient, at.etas); };
    auto ends_d = ends_of(events, occasions, end.base());
    if constexpr (requires { model.total_antibody_rates(occasions[0].patient, occasions[0].etas); }) {
        static constexpr std::array both{Analyte::drug, Analyte::total_antibody};
        Solution solution{both, std::move(ends_d), samples_d.size()};
        auto const antibody = [&](PatientOccasion const& at) { return model.total_antibody_rates(at.patient, at.etas); };
        fill(solution, 0, linear_course(model, events, occasions, end, rates), samples_d);
        fill(solution, 1, linear_course(model, events, occasions, end, antibody), samples_d);
        return solution;
    } else {
        static constexpr std::array one{Analyte::drug};
        Solution solution{one, std::move(ends_d), samples_d.size()};
        fill(solution, 0, linear_course(model, events, occasions, end, rates), samples_d);
        return solution;
    }
}

/// One patient's stretches through the kernels.
class IntegratedEvents {
public:
    /// @param individual gives an occasion's figures
    template <class F>
    IntegratedEvents(F individual, std::span<PatientOccasion const> occasions)
    {
        for (auto const& occasion : occasions) {
            like_ = individual(occasion);
            rows_.insert(rows_.end(), like_.row.begin(),
                         like_.row.begin() + static_cast<std::ptrdiff_t>(figures(like_.equations)));
        }
    }

    std::span<Analyte const> analytes() const { return pk::analytes(like_.equations); }

    Solution run(std::vector<Stretch> stretches, std::span<double const> samples_d) const
    {
        std::array const patient{IntegratedPatient{rows_.data()}};
        return integrate(like_, Course{std::move(stretches)}, samples_d, patient).front();
    }

    /// As many intervals as the steady state takes, with the parameters of an occasion; nothing where there is none.
    std::vector<Stretch> lead_in(SteadyStart const& start, std::uint32_t occasion) const
    {
        auto interval = start.interval;
        if (interval.empty())
            return {};
        for (auto& stretch : interval)
            stretch.occasion = occasion;
        constexpr int at_first = 8;
        for (int intervals = at_first;; intervals = std::min(2 * intervals, most_lead_in_intervals)) {
            std::vector<Stretch> all;
            for (int k = 0; k < intervals; ++k)
                all.insert(all.end(), interval.begin(), interval.end());
            for (std::size_t k = 1; k < all.size(); ++k)
                all[k].emptied = false;
            auto const solution = run(all, {});
            auto const last = all.size() - 1;
            bool steady = true;
            for (std::size_t a = 0; a < solution.analytes().size(); ++a) {
                double const before = solution.record(last - interval.size(), a).end;
                double const now = solution.record(last, a).end;
                steady = steady && std::abs(now - before) <= steady_within * std::abs(now);
            }
            if (steady || solution.failure || intervals == most_lead_in_intervals)
                return all;
        }
    }

private:
    Integrated like_;
    std::vector<double> rows_;
};

/// @param individual gives an occasion's figures
/// @param cuts_d     further ends of stretches
template <class F>
Solution solve_integrated(F individual, PatientEvents const& events, std::span<PatientOccasion const> occasions,
                          std::span<double const> samples_d, Time end, std::span<double const> cuts_d = {})
{
    IntegratedEvents const patient{individual, occasions};
    auto const starts_d = starts_of(occasions);
    static constexpr std::array at_once{Absorption{}};
    auto all_cuts_d = starts_d;
    all_cuts_d.insert(all_cuts_d.end(), cuts_d.begin(), cuts_d.end());
    auto parts = course_of(events, at_once, all_cuts_d, end);
    auto const course = parts.course.with_occasions(starts_d);
    auto const stretches = course.stretches();
    // what was before a steady state does not matter after it: each part is a course of its own
    if (parts.steady.empty() || parts.steady.front().stretch > 0)
        parts.steady.insert(parts.steady.begin(), SteadyStart{});

    Solution whole{patient.analytes(), course.ends_d(), samples_d.size()};
    for (std::size_t k = 0; k < parts.steady.size(); ++k) {
        auto const& from = parts.steady[k];
        bool const last = k + 1 == parts.steady.size();
        std::size_t const until = last ? stretches.size() : parts.steady[k + 1].stretch;
        auto run = patient.lead_in(from, stretches[std::min(from.stretch, stretches.size() - 1)].occasion);
        auto const lead = run.size();
        double lead_d = 0;
        for (auto const& stretch : run)
            lead_d += stretch.length_d;
        run.insert(run.end(), stretches.begin() + static_cast<std::ptrdiff_t>(from.stretch),
                   stretches.begin() + static_cast<std::ptrdiff_t>(until));
        auto const first = k == 0 ? samples_d.begin() : std::ranges::lower_bound(samples_d, from.at_d);
        auto const after = last ? samples_d.end() : std::ranges::lower_bound(samples_d, parts.steady[k + 1].at_d);
        std::vector<double> within_d;
        for (double const sample_d : std::ranges::subrange(first, after))
            within_d.push_back(lead_d + (sample_d - from.at_d));
        whole.take(patient.run(std::move(run), within_d), lead, lead_d, from.at_d, from.stretch,
                   static_cast<std::size_t>(first - samples_d.begin()));
    }
    return whole;
}

} // namespace

FirstCompartment first_compartment(Model const& model)
{
    return std::visit(
        [](auto const& m) {
            if constexpr (requires { m.KA; })
                return m.KA ? FirstCompartment::depot : FirstCompartment::central;
            else
                return FirstCompartment::central;
        },
        model);
}

SteadyStates steady_states(Model const& model)
{
    auto const* const conjugate = std::get_if<Conjugate>(&model);
    bool const with_payload = conjugate != nullptr && conjugate->payload.has_value();
    return is_linear(model) && !with_payload ? SteadyStates::any : SteadyStates::replacing;
}

Solution solve(Model const& model, PatientEvents const& events, std::span<PatientOccasion const> occasions,
               std::span<double const> samples_d, Time end)
{
    return std::visit(
        [&]<class M>(M const& m) {
            if constexpr (LinearModel<M>) {
                auto solution = solve_linear(m, events, occasions, samples_d, end);
                if constexpr (std::same_as<M, Conjugate>)
                    if (m.payload) {
                        auto const figures = [&](PatientOccasion const& at) { return m.with_payload(at.patient, at.etas); };
                        solution.add(Analyte::payload,
                                     solve_integrated(figures, events, occasions, samples_d, end, solution.ends_d()));
                    }
                return solution;
            } else {
                auto const figures = [&](PatientOccasion const& at) { return m.individual(at.patient, at.etas); };
                return solve_integrated(figures, events, occasions, samples_d, end);
            }
        },
        model);
}

} // namespace escalon::pk

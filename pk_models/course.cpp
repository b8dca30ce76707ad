#include "pk_models/course.hpp"

#include "pk_models/course_times.hpp"

#include <algorithm>
#include <cmath>

namespace escalon::pk {

Course::Course(History history, std::span<double const> cuts_d, Time end)
{
    refuse_doses_before_zero(history);
    CourseTimes cuts{end.base()};
    for (auto const& dose : history) {
        cuts.add(dose.time_d);
        cuts.add(dose.time_d + dose.duration_d);
    }
    for (double const cut_d : cuts_d)
        cuts.add(cut_d);
    auto const times = cuts.distinct();
    double const rounding_d = cuts.rounding_d();

    for (std::size_t i = 0; i + 1 < times.size(); ++i) {
        Stretch stretch{.length_d = times[i + 1] - times[i]};
        double const middle_d = times[i] + 0.5 * stretch.length_d;
        for (auto const& dose : history) {
            bool const infusion = dose.duration_d > rounding_d;
            if (!infusion && std::abs(dose.time_d - times[i]) <= rounding_d)
                stretch.bolus_mg += dose.amount_mg;
            if (infusion && dose.time_d < middle_d && middle_d < dose.time_d + dose.duration_d)
                stretch.infusion_mg_per_d += dose.amount_mg / dose.duration_d;
        }
        stretches_.push_back(stretch);
    }
}

Course Course::with_occasions(std::span<double const> starts_d) const
{
    auto stretches = stretches_;
    double at_d = 0;
    for (auto& stretch : stretches) {
        double const middle_d = at_d + 0.5 * stretch.length_d;
        auto const started = std::ranges::count_if(starts_d, [middle_d](double start_d) { return start_d < middle_d; });
        stretch.occasion = static_cast<std::uint32_t>(started);
        at_d += stretch.length_d;
    }
    return Course{std::move(stretches)};
}

std::vector<double> Course::ends_d() const
{
    std::vector<double> ends;
    double at_d = 0;
    for (auto const& stretch : stretches_)
        ends.push_back(at_d += stretch.length_d);
    return ends;
}

} // namespace escalon::pk

#include "pk_models/course_times.hpp"

#include "pk_models/fault_error.hpp"

#include <algorithm>
#include <limits>

namespace escalon::pk {

CourseTimes::CourseTimes(double end_d)
    : rounding_d_{4 * std::numeric_limits<double>::epsilon() * end_d}, end_d_{end_d}, times_d_{0, end_d}
{}

void CourseTimes::add(double time_d)
{
    if (time_d > 0 && time_d < end_d_ - rounding_d_)
        times_d_.push_back(time_d);
}

std::vector<double> CourseTimes::distinct() const
{
    auto times_d = times_d_;
    std::ranges::sort(times_d);
    auto const same = [this](double a, double b) { return b - a <= rounding_d_; };
    times_d.erase(std::unique(times_d.begin(), times_d.end(), same), times_d.end());
    return times_d;
}

void refuse_doses_before_zero(History history)
{
    for (auto const& dose : history)
        if (dose.time_d < 0)
            throw FaultError{{"doses", "a dose lies before time 0", "count time from the first dose"}};
}

} // namespace escalon::pk

// The times at which something happens in a course: what counts as one time, and what a course refuses.
#pragma once

#include "pk_models/regimen.hpp"

#include <vector>

namespace escalon::pk {

/// Times at which a course is cut: 0, its end, and what is added between them.
class CourseTimes {
public:
    explicit CourseTimes(double end_d);

    /// What does not lie between 0 and the end is left out.
    void add(double time_d);

    /// Ascending, each once; times that rounding alone sets apart are one.
    std::vector<double> distinct() const;

    /// Up to which two times are one.
    double rounding_d() const { return rounding_d_; }

private:
    double rounding_d_;
    double end_d_;
    std::vector<double> times_d_;
};

/// @throws FaultError for a dose before time 0
void refuse_doses_before_zero(History history);

} // namespace escalon::pk

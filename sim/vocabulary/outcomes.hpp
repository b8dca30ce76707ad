// Every outcome that a cohort can have, numbered, as far as a design tells outcomes apart.
#pragma once

#include "sim/vocabulary/observed.hpp"

namespace escalon {

/// What a design reads of a patient's outcome. Its figure is the number of kinds.
enum class Outcomes {
    dlt = 2,     ///< a DLT or none
    grade_2 = 3, ///< none, grade 2, a DLT
    grades = 4,  ///< none, grade 2, a DLT of grade 3, a DLT of grade 4 or worse
};

/// The number of outcomes of a cohort.
constexpr int outcome_count(Outcomes kinds, int patients)
{
    switch (kinds) {
    case Outcomes::dlt: return patients + 1;
    case Outcomes::grade_2: return (patients + 1) * (patients + 2) / 2;
    case Outcomes::grades: break;
    }
    return (patients + 1) * (patients + 2) * (patients + 3) / 6;
}

/// The position of a cohort's outcome among those of its size: fewer DLTs first, then fewer of grade 2, then fewer of grade 4.
constexpr int outcome_rank(Outcomes kinds, Cohort const& cohort)
{
    int const n = cohort.patients;
    int const d = cohort.dlts;
    switch (kinds) {
    case Outcomes::dlt: return d;
    case Outcomes::grade_2: return d * (n + 1) - d * (d - 1) / 2 + cohort.grade_2;
    case Outcomes::grades: break;
    }
    // sum over i < d of (n - i + 1)(i + 1)
    int const before = (n + 1) * d * (d + 1) / 2 - (d - 1) * d * (d + 1) / 3;
    return before + cohort.grade_2 * (d + 1) + cohort.grade_4;
}

/// Calls visit(Cohort) for every outcome of a cohort, in the order of their ranks.
constexpr void for_each_outcome(Outcomes kinds, DoseLevel level, int patients, auto const& visit)
{
    for (int dlts = 0; dlts <= patients; ++dlts)
        for (int grade_2 = 0; grade_2 <= (kinds == Outcomes::dlt ? 0 : patients - dlts); ++grade_2)
            for (int grade_4 = 0; grade_4 <= (kinds == Outcomes::grades ? dlts : 0); ++grade_4)
                visit(Cohort{level, patients, dlts, grade_2, grade_4});
}

} // namespace escalon

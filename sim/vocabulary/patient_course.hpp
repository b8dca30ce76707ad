// A course of one patient, as the trial's statistician sees it.
#pragma once

#include "sim/vocabulary/dose_ladder.hpp"
#include "sim/vocabulary/grade.hpp"

namespace escalon {

struct PatientCourse {
    DoseLevel level;
    Grade grade = Grade::mild; ///< the worst toxicity of this course
    Grade worst = Grade::mild; ///< of this course and all before it
    int number = 1;            ///< of this patient's courses, from 1

    friend bool operator==(PatientCourse const&, PatientCourse const&) = default;
};

} // namespace escalon

// Counts over simulated trials whose patients have several courses.
#pragma once

#include "sim/trial/conduct.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace escalon {

/// The courses of one trial so far.
class CourseCells {
public:
    explicit CourseCells(std::size_t levels) : courses_(levels) {}

    void restart()
    {
        std::ranges::fill(courses_, 0U);
        worst_.clear();
    }
    void add(WantedCourse const& course, Grade grade)
    {
        ++courses_[static_cast<std::size_t>(course.level.index())];
        if (course.patient >= worst_.size())
            worst_.resize(course.patient + std::size_t{1}, Grade::mild);
        worst_[course.patient] = std::max(worst_[course.patient], grade);
    }

    std::span<std::uint32_t const> courses() const { return courses_; }
    std::uint64_t patients_with_worst(Grade grade) const { return static_cast<std::uint64_t>(std::ranges::count(worst_, grade)); }

private:
    std::vector<std::uint32_t> courses_; ///< by level, first courses among them
    std::vector<Grade> worst_;           ///< of each patient over all courses
};

/// Sums and sums of squares over trials: whole numbers, which no order of adding changes.
struct CourseTallies {
    explicit CourseTallies(std::size_t levels) : courses(levels) {}

    struct Sums {
        std::uint64_t sum = 0;
        std::uint64_t squares = 0;

        void add(std::uint64_t value)
        {
            sum += value;
            squares += value * value;
        }
        Sums& operator+=(Sums const& other)
        {
            sum += other.sum;
            squares += other.squares;
            return *this;
        }
    };

    void add(CourseCells const& trial)
    {
        for (std::size_t level = 0; level < courses.size(); ++level)
            courses[level].add(trial.courses()[level]);
        for (std::size_t grade = 0; grade < worst.size(); ++grade)
            worst[grade].add(trial.patients_with_worst(static_cast<Grade>(grade)));
    }
    CourseTallies& operator+=(CourseTallies const& other)
    {
        for (std::size_t level = 0; level < courses.size(); ++level)
            courses[level] += other.courses[level];
        for (std::size_t grade = 0; grade < worst.size(); ++grade)
            worst[grade] += other.worst[grade];
        return *this;
    }

    std::vector<Sums> courses;           ///< by level
    std::array<Sums, grade_count> worst; ///< patients by worst grade over all of their courses
};

} // namespace escalon

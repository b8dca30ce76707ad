// How bad a toxicity is, as far as designs tell grades apart.
//
// Common Terminology Criteria for Adverse Events (CTCAE), National Cancer Institute, version 5.0 (2017).
#pragma once

#include <array>
#include <cstddef>
#include <string_view>

namespace escalon {

/// The worst toxicity of a patient in a course. From grade 3 it limits the dose.
enum class Grade {
    mild,             ///< grade 0 or 1
    moderate,         ///< grade 2
    severe,           ///< grade 3: a DLT
    life_threatening, ///< grade 4 or 5: a DLT
};

inline constexpr std::size_t grade_count = 4;

constexpr bool is_dlt(Grade grade) { return grade >= Grade::severe; }

/// The letter by which outcomes are written: N, M, T, X.
constexpr char letter(Grade grade)
{
    constexpr std::array<char, grade_count> letters{'N', 'M', 'T', 'X'};
    return letters[static_cast<std::size_t>(grade)];
}

/// "0-1", "2", "3", "4": the last stands for 4 or worse.
constexpr std::string_view text(Grade grade)
{
    constexpr std::array<std::string_view, grade_count> texts{"0-1", "2", "3", "4"};
    return texts[static_cast<std::size_t>(grade)];
}

} // namespace escalon

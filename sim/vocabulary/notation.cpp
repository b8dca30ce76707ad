#include "sim/vocabulary/notation.hpp"

#include "pk_models/units.hpp"

#include <array>
#include <charconv>

namespace escalon {
namespace {

constexpr std::string_view blanks = " \t\n";

template <class Number>
std::string_view read_number(std::string_view text, Number& value)
{
    auto const [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    return fault == std::errc{} ? text.substr(static_cast<std::size_t>(end - text.data())) : std::string_view{};
}

constexpr std::array all_grades{Grade::mild, Grade::moderate, Grade::severe, Grade::life_threatening};

std::optional<Grade> grade_of(char outcome)
{
    auto const* const found = std::ranges::find(all_grades, outcome, &letter);
    return found == all_grades.end() ? std::nullopt : std::optional{*found};
}

Cohort parse_letters(std::string_view word, std::size_t at, DoseLadder const& ladder)
{
    int number = 0;
    auto const outcomes = read_number(word, number);
    if (outcomes.empty())
        throw NotationError("'" + std::string{word} + "' is no cohort: write a level and a letter a patient, as in 2NNT", at);
    Cohort cohort{.level = DoseLevel::from_number(number)};
    if (!ladder.has(cohort.level))
        throw NotationError("level " + std::to_string(number) + " is not on the ladder: its levels are 1 to " +
                                std::to_string(ladder.size()),
                            at);
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        auto const grade = grade_of(outcomes[i]);
        if (!grade)
            throw NotationError("'" + std::string(1, outcomes[i]) +
                                    "' is no outcome: N is no toxicity, T a dose-limiting one; where grades are told apart, "
                                    "M is grade 2 and X grade 4 or worse",
                                at + word.size() - outcomes.size() + i);
        cohort += *grade;
    }
    return cohort;
}

std::string doses_of(DoseLadder const& ladder)
{
    std::string text;
    for (double const dose : ladder.doses())
        text += (text.empty() ? "" : ", ") + shortest(dose);
    return text;
}

Cohort parse_fraction(std::string_view word, std::size_t at, DoseLadder const& ladder)
{
    std::string const shape = "'" + std::string{word} + "' is no cohort: write dose:DLTs/patients, as in 36:1/3";
    double dose = 0;
    auto rest = read_number(word, dose);
    if (!rest.starts_with(':'))
        throw NotationError(shape, at);
    Cohort cohort;
    rest = read_number(rest.substr(1), cohort.dlts);
    if (!rest.starts_with('/'))
        throw NotationError(shape, at);
    auto const count = rest.substr(1);
    auto const [end, fault] = std::from_chars(count.data(), count.data() + count.size(), cohort.patients);
    if (fault != std::errc{} || end != count.data() + count.size())
        throw NotationError(shape, at);
    if (cohort.patients < 1 || cohort.dlts < 0 || cohort.dlts > cohort.patients)
        throw NotationError(
            "'" + std::string{word} + "': DLTs must lie between 0 and the number of patients, which is at least 1", at);
    auto const level = ladder.level_of(dose);
    if (!level)
        throw NotationError(shortest(dose) + " is not a dose of the ladder: " + doses_of(ladder), at);
    cohort.level = *level;
    return cohort;
}

} // namespace

std::vector<Cohort> parse_outcomes(std::string_view text, DoseLadder const& ladder)
{
    std::vector<Cohort> cohorts;
    bool const as_fractions = text.find(':') != std::string_view::npos;
    std::size_t at = text.find_first_not_of(blanks);
    while (at != std::string_view::npos) {
        auto const end = std::min(text.find_first_of(blanks, at), text.size());
        auto const word = text.substr(at, end - at);
        cohorts.push_back(as_fractions ? parse_fraction(word, at, ladder) : parse_letters(word, at, ladder));
        at = text.find_first_not_of(blanks, end);
    }
    return cohorts;
}

std::string letters(std::span<Cohort const> cohorts)
{
    std::string text;
    for (auto const& cohort : cohorts) {
        text += (text.empty() ? "" : " ") + std::to_string(cohort.level.number());
        std::array<int, grade_count> const patients{cohort.patients - cohort.dlts - cohort.grade_2, cohort.grade_2,
                                                    cohort.dlts - cohort.grade_4, cohort.grade_4};
        for (auto const grade : all_grades)
            text.append(static_cast<std::size_t>(patients[static_cast<std::size_t>(grade)]), letter(grade));
    }
    return text;
}

std::string fractions(std::span<Cohort const> cohorts, DoseLadder const& ladder)
{
    std::string text;
    for (auto const& cohort : cohorts)
        text += (text.empty() ? "" : " ") + shortest(ladder.dose(cohort.level)) + ":" + std::to_string(cohort.dlts) + "/" +
                std::to_string(cohort.patients);
    return text;
}

} // namespace escalon

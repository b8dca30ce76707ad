// Scores of toxicity grades, as fractions of the worst: the quasi-events of a quasi-Bernoulli likelihood.
//
// Equivalent toxicity scores: Yuan, Chappell & Bailey (2007), Biometrics 63:173; quasi-Bernoulli: Mu et al. (2019), J R Stat Soc
// C 68:289.
#pragma once

#include "sim/vocabulary/observed.hpp"
#include "sim/vocabulary/summary.hpp"

#include <array>

namespace escalon {

class ToxicityScore {
public:
    /// @param by_grade scores of grade 0 or 1, 2, 3, 4 or worse: the first 0, none below the one before, the last above 0
    explicit ToxicityScore(std::array<double, grade_count> const& by_grade);

    /// The sum of the patients' scores, each a fraction of the worst: between 0 and the number of patients.
    double events(Tally const& tally) const;

    /// Appends the patients and what `events` is computed from.
    /// @param most_patients none has more in a history that follows the rule
    void append(Summary& summary, Tally const& tally, int most_patients) const;

private:
    using Counts = std::array<int, grade_count>;
    int whole_events(Counts const& patients) const;

    std::array<double, grade_count> weight_{}; ///< fractions of the worst score
    int units_ = 0;                            ///< the smallest number that makes every weight whole; 0 if there is none
    Counts whole_{};                           ///< weights in these units
};

} // namespace escalon

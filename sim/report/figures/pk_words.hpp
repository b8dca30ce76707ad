// What the pharmacokinetic figures share: colours, words and numbers.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/report/pk_profiles.hpp"

#include <string>
#include <string_view>

namespace escalon::pk_words {

/// Colours of curves over patients.
struct Colours {
    std::string_view median;
    std::string_view patients;
    std::string_view band;
    double band_opacity;
    std::string_view lowest_dose; ///< of a scale that darkens as doses rise
    std::string_view highest_dose;
};
Colours const& colours(Look look);

/// The colour of a level among so many: darker as doses rise.
std::string dose_colour(DoseLevel level, int levels, Look look);

/// "168 mg/m²"
std::string dose(std::string_view dose);

/// "huC242-DM4: title", or the title alone where the scenario names no drug.
std::string title(PkBasis const& basis, std::string_view title);

/// Which truth this is, where there are several whose PK differ; else empty.
std::string pk_truth(PkBasis const& basis);

/// Which truth this is, where there are several; else empty.
std::string toxicity_truth(PkBasis const& basis);

/// "over 21 d"
std::string of_window(double window_d);

/// "2,000"
std::string thousands(double number);

/// Three digits as words have them: "95.5", "1,240".
std::string number(double value);

} // namespace escalon::pk_words

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

/// "168 mg/m², the documented MTD"
std::string shown_level(PkBasis const& basis);

/// The beginning of a sentence.
std::string capital(std::string text);

/// "huC242-DM4: title", or the title alone where the scenario names no drug.
std::string title(PkBasis const& basis, std::string_view title);

/// Which truth this is, where there are several whose PK differ; else empty.
std::string pk_truth(PkBasis const& basis);

/// Which truth this is, where there are several; else empty.
std::string toxicity_truth(PkBasis const& basis);

/// "over 21 d"
std::string of_window(double window_d);

/// Three digits as words have them: "95.5", "1,240"; what is too little to matter is "<0.001".
std::string number(double value);

/// A figure that was chosen, not measured: "1.5", "0.2".
std::string plain(double value);

} // namespace escalon::pk_words

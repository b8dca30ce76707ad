// What designs recommend, held against the true MTD, in shares and in sentences.
#pragma once

#include "sim/report/figures/comparison.hpp"

#include <functional>
#include <string>

namespace escalon {

/// Shares of trials by what they recommend; they sum to 1. Where there is no true MTD every level is above it.
struct SelectionShares {
    double none = 0;
    double below = 0;
    double correct = 0;
    double above = 0;
};

SelectionShares selection_shares(DesignRun const& run);

/// Of one design under one truth.
using Measured = std::function<double(DesignRun const&)>;

/// The figure of each design that met the truth, as text; "not run" where it did not.
std::vector<std::string> figures_of_designs(TruthPanel const& truth, Measured const& measure,
                                            std::string (*shown)(double));

/// "22 % (steep) to 45 % (flat)" over the truths with an MTD, "36 %" where they agree; empty where there is none.
std::string range_over_truths(Comparison const& comparison, std::size_t design, Measured const& measure,
                              std::string (*shown)(double));

/// The names of the truths in which every level is too toxic.
std::vector<std::string> truths_without_mtd(Comparison const& comparison);

/// "No level is a true MTD: ..."
std::string no_mtd_sentence(TruthPanel const& truth);

/// How sure the shares are, as a sentence with a space before it; empty where they are exact.
std::string error_sentence(Comparison const& comparison);

/// What is seen in the mtd figure.
std::string selection_caption(Comparison const& comparison);

} // namespace escalon

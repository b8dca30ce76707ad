// What designs recommend, held against the true MTD, in shares and in sentences.
#pragma once

#include "sim/report/figures/comparison.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

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

/// How a figure is written.
using Shown = std::string (*)(double);

/// A figure of each design under one truth: "36 % of trials by 3+3 and 44 % by boin", "36 % of trials by both designs",
/// "22 % (3+3) to 44 % (crm) of trials" where there are more than two; "36 % of trials" where there is one.
/// @param noun what is counted; may be empty
std::string among_designs(Comparison const& comparison, TruthPanel const& truth, Measured const& measure, Shown shown,
                          std::string_view noun = "");

/// A figure of one design over the truths with an MTD: "22 % (steep) to 45 % (flat)", "36 %" where they agree; empty where none
/// has an MTD.
std::string over_truths(Comparison const& comparison, std::size_t design, Measured const& measure, Shown shown);

/// The names of the truths in which every level is too toxic.
std::vector<std::string> truths_without_mtd(Comparison const& comparison);

/// "No level is a true MTD: ..."
std::string no_mtd_sentence(TruthPanel const& truth);

/// How sure the shares are, as a sentence with a space before it; empty where they are exact.
std::string error_sentence(Comparison const& comparison);

/// What is seen in the mtd figure.
std::string selection_caption(Comparison const& comparison);

} // namespace escalon

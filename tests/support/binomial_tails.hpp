// Whether simulated counts agree with exact probabilities, by exact binomial tails at a stated family false-alarm rate.
#pragma once

#include "sim/runner/monte_carlo.hpp"

#include <boost/math/distributions/binomial.hpp>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

namespace escalon::test {

/// Twice the smaller tail: P(a count as far out as this | n, p), at most 1.
inline double two_sided_tail(std::uint64_t seen, std::uint64_t trials, double p)
{
    if (!(p > 0))
        return seen == 0 ? 1 : 0;
    if (p >= 1)
        return seen == trials ? 1 : 0;
    boost::math::binomial_distribution<double> const distribution{static_cast<double>(trials), p};
    auto const count = static_cast<double>(seen);
    double const below = boost::math::cdf(distribution, count);
    double const above = seen == 0 ? 1 : boost::math::cdf(boost::math::complement(distribution, count - 1));
    return std::min(1.0, 2 * std::min(below, above));
}

/// One count of trials with an event, and the probability that it should have.
struct CountedCell {
    std::string what;
    std::uint64_t seen = 0;
    double probability = 0;
};

/// The cells that are too far out for all of them to be right, at this family false-alarm rate (Bonferroni).
inline std::vector<std::string> disagreements(std::vector<CountedCell> const& cells, std::uint64_t trials,
                                              double family_false_alarm_rate)
{
    std::vector<std::string> found;
    double const limit = family_false_alarm_rate / static_cast<double>(cells.size());
    for (auto const& cell : cells) {
        double const tail = two_sided_tail(cell.seen, trials, cell.probability);
        if (tail >= limit)
            continue;
        std::ostringstream text;
        text << cell.what << ": " << cell.seen << " of " << trials << " for probability " << cell.probability << ", tail "
             << tail;
        found.push_back(text.str());
    }
    return found;
}

/// Selection, stop causes, and the distributions of patients and DLTs, cell by cell.
inline std::vector<CountedCell> counted_cells(Tallies const& tallies, OperatingCharacteristics const& exact)
{
    std::vector<CountedCell> cells;
    auto const sum_of_row = [&](std::size_t row) {
        std::uint64_t sum = 0;
        for (std::size_t cause = 0; cause < stop_causes; ++cause)
            sum += tallies.verdicts[row * stop_causes + cause];
        return sum;
    };
    auto const sum_of_cause = [&](std::size_t cause) {
        std::uint64_t sum = 0;
        for (std::size_t at = cause; at < tallies.verdicts.size(); at += stop_causes)
            sum += tallies.verdicts[at];
        return sum;
    };
    cells.push_back({"no level", sum_of_row(0), exact.mean.none});
    for (std::size_t i = 0; i < exact.mean.selection.size(); ++i)
        cells.push_back({"level " + std::to_string(i + 1), sum_of_row(i + 1), exact.mean.selection[i]});
    for (std::size_t cause = 0; cause < stop_causes; ++cause)
        cells.push_back(
            {"stopped: " + std::string{name_of(static_cast<StopCause>(cause))}, sum_of_cause(cause), exact.mean.stopped[cause]});
    for (std::size_t count = 0; count < tallies.total_patients.size(); ++count) {
        auto const expected = [count](CountDistribution const& all) { return count < all.size() ? all[count] : 0; };
        cells.push_back({std::to_string(count) + " patients", tallies.total_patients[count], expected(exact.total_patients)});
        cells.push_back({std::to_string(count) + " DLTs", tallies.total_dlts[count], expected(exact.total_dlts)});
    }
    return cells;
}

inline std::vector<std::string> disagreements(Tallies const& tallies, OperatingCharacteristics const& exact,
                                              double family_false_alarm_rate)
{
    return disagreements(counted_cells(tallies, exact), tallies.trials, family_false_alarm_rate);
}

/// Means that lie further from the exact ones than so many of their standard errors.
inline std::vector<std::string> distant_means(OperatingCharacteristics const& simulated, OperatingCharacteristics const& exact,
                                              double standard_errors)
{
    std::vector<std::string> found;
    auto const hold = [&](std::string const& what, double mean, double error, double expected) {
        constexpr double rounding = 1e-12; // what never varies has no standard error
        if (error == 0 && std::abs(mean - expected) * static_cast<double>(simulated.trials.value_or(0)) < standard_errors)
            return; // what varies so rarely that no trial had it: the binomial tails judge it
        if (!(std::abs(mean - expected) <= standard_errors * error + rounding))
            found.push_back(what + ": " + std::to_string(mean) + " for " + std::to_string(expected) + ", standard error " +
                            std::to_string(error));
    };
    auto const& mean = simulated.mean;
    auto const& error = simulated.standard_error;
    for (std::size_t i = 0; i < mean.patients.size(); ++i) {
        auto const number = std::to_string(i + 1);
        hold("patients at level " + number, mean.patients[i], error.patients[i], exact.mean.patients[i]);
        hold("DLTs at level " + number, mean.dlts[i], error.dlts[i], exact.mean.dlts[i]);
    }
    hold("patients", mean.total_patients, error.total_patients, exact.mean.total_patients);
    hold("DLTs", mean.total_dlts, error.total_dlts, exact.mean.total_dlts);
    hold("patients above the MTD", mean.patients_above, error.patients_above, exact.mean.patients_above);
    hold("overdose", mean.overdose, error.overdose, exact.mean.overdose);
    hold("correct", mean.correct, error.correct, exact.mean.correct);
    return found;
}

} // namespace escalon::test

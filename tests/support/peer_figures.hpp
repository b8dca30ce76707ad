// Other programs' exact results and simulations, held against our exact operating characteristics.
#pragma once

#include "sim/runner/exact.hpp"
#include "tests/support/binomial_tails.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/oracle.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace escalon::test {

template <Decider D>
OperatingCharacteristics exact_of_decider(D const& design, std::vector<double> const& truth)
{
    auto const levels = static_cast<int>(truth.size());
    return ExactPass{DesignGraph::compile(design, ladder(levels))}(truth, levels);
}

template <Design D>
OperatingCharacteristics exact(D const& design, std::vector<double> const& truth)
{
    REQUIRE(design.faults().empty());
    return exact_of_decider(design.on(ladder(static_cast<int>(truth.size()))), truth);
}

inline std::vector<double> none_then_levels(OperatingCharacteristics const& found)
{
    auto selection = found.mean.selection;
    selection.insert(selection.begin(), found.mean.none);
    return selection;
}

inline std::vector<double> fractions(std::vector<double> percents)
{
    for (double& percent : percents)
        percent /= 100;
    return percents;
}

/// A peer that prints counts of trials and means in full.
inline constexpr double in_full = 0;
inline constexpr double mean_rounding = 1e-9; // means of whole numbers, read from decimals

/// What a peer's simulation says of one event or one mean, and what it should have said.
struct PeerFigure {
    std::string what;
    double seen = 0;     ///< share of trials, or mean
    double expected = 0; ///< probability, or mean
    double sd = 0;       ///< of one trial's count, for a mean
    double rounding = 0; ///< half a unit of the last printed digit
    std::uint64_t trials = 0;
};

/// Peers' figures, held against ours at one false-alarm rate for all of them together (Bonferroni).
class PeerFigures {
public:
    /// @param shares none first, then levels
    void selection(std::string const& peer, OperatingCharacteristics const& ours, std::vector<double> const& shares,
                   double rounding, std::uint64_t trials)
    {
        auto const expected = none_then_levels(ours);
        REQUIRE(expected.size() == shares.size());
        for (std::size_t i = 0; i < shares.size(); ++i)
            events_.push_back(
                {peer + (i == 0 ? ": no level" : ": level " + std::to_string(i)), shares[i], expected[i], 0, rounding, trials});
    }

    /// Mean of a count, whose spread is known from its exact distribution.
    void mean(std::string const& what, CountDistribution const& ours, double seen, double rounding, std::uint64_t trials)
    {
        double first = 0;
        double second = 0;
        for (std::size_t count = 0; count < ours.size(); ++count) {
            first += static_cast<double>(count) * ours[count];
            second += static_cast<double>(count * count) * ours[count];
        }
        means_.push_back({what, seen, first, std::sqrt(std::max(0.0, second - first * first)), rounding, trials});
    }

    std::vector<std::string> disagreements() const
    {
        constexpr double family_false_alarm_rate = 1e-6;
        constexpr double standard_errors = 6; // 2e-9 two-sided for a normal mean
        std::vector<std::string> found;
        for (auto const& event : events_)
            if (tail(event) < family_false_alarm_rate / static_cast<double>(events_.size()))
                found.push_back(words(event));
        for (auto const& mean : means_)
            if (std::abs(mean.seen - mean.expected) >
                mean.rounding + standard_errors * mean.sd / std::sqrt(static_cast<double>(mean.trials)))
                found.push_back(words(mean));
        return found;
    }

    std::size_t size() const { return events_.size() + means_.size(); }

private:
    static std::string words(PeerFigure const& figure)
    {
        return figure.what + ": " + std::to_string(figure.seen) + ", ours " + std::to_string(figure.expected);
    }

    /// Of the counts that the printed figure may stand for, the likeliest.
    static double tail(PeerFigure const& event)
    {
        auto const trials = static_cast<double>(event.trials);
        auto const low = std::ceil((event.seen - event.rounding) * trials - 1e-6); // of a product that should be whole
        auto const high = std::floor((event.seen + event.rounding) * trials + 1e-6);
        REQUIRE(low <= high);
        auto const count = std::clamp(std::round(event.expected * trials), std::max(low, 0.0), high);
        return two_sided_tail(static_cast<std::uint64_t>(count), event.trials, event.expected);
    }

    std::vector<PeerFigure> events_;
    std::vector<PeerFigure> means_;
};

/// Percents per level, to which none is what they lack to 100, or is given.
inline std::vector<double> shares(double none_percent, std::vector<double> percents)
{
    percents.insert(percents.begin(), none_percent);
    return fractions(std::move(percents));
}

inline std::uint64_t whole(double share, std::uint64_t trials)
{
    return static_cast<std::uint64_t>(std::llround(share * static_cast<double>(trials)));
}

/// Twice the smaller tail of the first count given the sum of both, if both samples have one probability (Fisher's exact test).
inline double two_sample_tail(std::uint64_t seen, std::uint64_t trials, std::uint64_t other, std::uint64_t other_trials)
{
    auto const log_choose = [](std::uint64_t n, std::uint64_t k) {
        return std::lgamma(static_cast<double>(n) + 1) - std::lgamma(static_cast<double>(k) + 1) -
               std::lgamma(static_cast<double>(n - k) + 1);
    };
    auto const both = seen + other;
    double const all = log_choose(trials + other_trials, both);
    auto const sum = [&](std::uint64_t from, std::uint64_t to) {
        double tail = 0;
        for (auto k = from; k <= to; ++k)
            tail += std::exp(log_choose(trials, k) + log_choose(other_trials, both - k) - all);
        return tail;
    };
    return std::min(1.0, 2 * std::min(sum(0, seen), sum(seen, std::min(trials, both))));
}

inline void add_escalation(PeerFigures& figures, nlohmann::json const& peer, OperatingCharacteristics const& ours)
{
    auto const label = "escalation " + peer["label"].get<std::string>();
    auto const trials = peer["inputs"]["n_trials"].get<std::uint64_t>();
    figures.selection(label, ours, fractions(peer["selection_pct_none_then_doses"]), in_full, trials);
    figures.mean(label + ": patients", ours.total_patients, peer["mean_total_patients"], mean_rounding, trials);
}

} // namespace escalon::test

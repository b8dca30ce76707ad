// One cell of an interval design's decision table, asked for as a trial would ask: through `decide`.
#pragma once

#include "tests/support/case_reports.hpp"

#include <string>
#include <vector>

namespace escalon::test {

/// Patients; more than any table holds, so that no sample size ends the question.
inline constexpr int endless = 60;

/// What the design does in the middle of three levels with this tally: E escalate, S stay, D de-escalate, DU de-escalate and
/// never return, X stop.
template <Decider D>
std::string cell(D const& design, Tally tally)
{
    auto const doses = ladder(3);
    Observed seen{doses};
    seen.record({level(2), tally.patients, tally.dlts});
    auto const next_level = [&] {
        auto const decision = design.decide(seen, Wording::none);
        auto const* treat = std::get_if<Treat>(&decision.action);
        return treat ? treat->level.number() : 0;
    };
    switch (next_level()) {
    case 3: return "E";
    case 2: return "S";
    case 1: break;
    default: return "X";
    }
    seen.record({level(1), 3, 0}); // every interval design escalates from 0/3, unless the level above is eliminated
    return next_level() == 2 ? "D" : "DU";
}

/// The cells in which a design and a table differ: "4/9: D, the table says S".
class TableComparison {
public:
    template <Decider D>
    void compare(D const& design, Tally tally, std::string const& expected)
    {
        ++cells_;
        auto const found = cell(design, tally);
        if (found != expected)
            differences_.push_back(std::to_string(tally.dlts) + "/" + std::to_string(tally.patients) + ": " + found +
                                   ", the table says " + expected);
    }

    std::vector<std::string> const& differences() const { return differences_; }
    std::size_t cells() const { return cells_; }

private:
    std::vector<std::string> differences_;
    std::size_t cells_ = 0;
};

} // namespace escalon::test

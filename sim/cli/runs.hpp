// Runs of whole scenarios: every design under every truth, with what several of them have in common computed once.
#pragma once

#include "sim/report/run_result.hpp"
#include "sim/scenario/cells.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <utility>

namespace escalon::cli {

/// The latest few of a kind, by what they are made from. Any number of threads may ask at once.
template <class T>
class Latest {
public:
    explicit Latest(std::size_t most) : most_{most} {}

    template <class Make>
    std::shared_ptr<T> get(std::string const& key, Make const& make)
    {
        std::scoped_lock const lock{guard_};
        for (auto const& [known, value] : kept_)
            if (known == key)
                return value;
        if (kept_.size() == most_)
            kept_.pop_front();
        return kept_.emplace_back(key, make()).second;
    }

private:
    std::size_t most_;
    std::mutex guard_;
    std::deque<std::pair<std::string, std::shared_ptr<T>>> kept_;
};

class SharedParts {
public:
    /// Null where P(DLT) is known.
    std::shared_ptr<SampledExposures> exposures(NamedNature const& truth);

    std::shared_ptr<PreparedDesign const> design(DesignEntry const& entry, Scenario const& scenario);

private:
    static constexpr std::size_t most_exposures = 8; // 8 MB each when the integration takes all its points
    static constexpr std::size_t most_designs = 32;

    Latest<SampledExposures> exposures_{most_exposures};
    Latest<PreparedDesign const> designs_{most_designs};
};

/// Says who is told of the trials of a run, before it begins.
using ProgressOf = std::function<Progress(DesignEntry const& design, std::string const& truth)>;

/// Every design of the scenario under every truth, by its `runner`. After an interrupt: what was finished, marked incomplete.
/// @throws ScenarioIncomplete; EngineDoesNotHold
RunResult run_scenario(Scenario scenario, EngineChoice engine, SharedParts& shared, Workers const& workers,
                       ProgressOf const& progress_of = {});

/// Every design of the scenario over its random truths.
/// @param progress told of curves
/// @throws EngineDoesNotHold; Interrupted
RandomTruthsResult run_random_truths(Scenario const& scenario, EngineChoice engine, SharedParts& shared, Workers const& workers,
                                     Progress const& progress = {});

} // namespace escalon::cli

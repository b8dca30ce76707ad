#include "sim/runner/monte_carlo.hpp"

#include "sim/runner/lockstep.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <span>

namespace escalon {
namespace {

constexpr std::uint64_t block_trials = 8192;
constexpr std::uint64_t first_look = 1024; // trials at which a wanted precision is first checked

/// Outcomes by latent tolerance against known probabilities, many patients at once.
class ToleranceOutcomes {
public:
    ToleranceOutcomes(KnownToxicity const& known, std::uint64_t seed) : seed_{seed}
    {
        for (double const p : known.dlt_probability)
            thresholds_.push_back(threshold52(p));
    }

    void operator()(CohortBatch& batch) const
    {
        for (std::size_t lane = 0; lane < batch.used; ++lane)
            batch.threshold[lane] = thresholds_[static_cast<std::size_t>(batch.level[lane])];
        count_dlts(batch, seed_,
                   static_cast<int>(*std::max_element(batch.patients.begin(), batch.patients.begin() + batch.used)));
    }

private:
    std::uint64_t seed_;
    std::vector<std::uint64_t> thresholds_;
};

/// Outcomes of simulated patients.
class BiologyOutcomes {
public:
    BiologyOutcomes(Biology const& biology, std::uint64_t seed) : biology_{&biology}, seed_{seed} {}

    void operator()(CohortBatch& batch) const
    {
        for (std::size_t lane = 0; lane < batch.used; ++lane) {
            TrialStream const stream{seed_, batch.trial[lane]};
            std::uint64_t dlts = 0;
            for (std::uint64_t i = 0; i < batch.patients[lane]; ++i) {
                auto const number = static_cast<std::uint32_t>(batch.first_patient[lane] + i);
                auto const patient = biology_->sampler().draw(PatientStream{stream, number});
                dlts += biology_->has_dlt(patient, DoseLevel{batch.level[lane]}) ? 1U : 0U;
            }
            batch.dlts[lane] = dlts;
        }
    }

private:
    Biology const* biology_;
    std::uint64_t seed_;
};

ToleranceOutcomes outcomes_of(KnownToxicity const& known, std::uint64_t seed) { return {known, seed}; }
BiologyOutcomes outcomes_of(Biology const& biology, std::uint64_t seed) { return {biology, seed}; }

/// Mean and standard error of a count from its histogram.
struct Moments {
    double mean = 0;
    double standard_error = 0;
};

Moments moments(std::span<std::uint64_t const> histogram, std::uint64_t trials)
{
    std::uint64_t sum = 0;
    std::uint64_t squares = 0;
    for (std::size_t count = 1; count < histogram.size(); ++count) {
        sum += histogram[count] * count;
        squares += histogram[count] * count * count;
    }
    auto const n = static_cast<double>(trials);
    double const mean = static_cast<double>(sum) / n;
    double const variance = std::max(0.0, static_cast<double>(squares) / n - mean * mean);
    return {mean, trials > 1 ? std::sqrt(variance / (n - 1)) : 0};
}

CountDistribution distribution(std::vector<std::uint64_t> const& histogram, std::uint64_t trials)
{
    CountDistribution shares;
    for (auto const count : histogram)
        shares.push_back(static_cast<double>(count) / static_cast<double>(trials));
    return shares;
}

} // namespace

double wilson_error(std::uint64_t seen, std::uint64_t trials)
{
    auto const n = static_cast<double>(trials);
    double const p = static_cast<double>(seen) / n;
    return std::sqrt(p * (1 - p) / n + 1 / (4 * n * n)) / (1 + 1 / n);
}

namespace {

/// Blocks of trials that are finished, added up in order of trial: at any moment the trials counted are the first ones.
class Finished {
public:
    explicit Finished(Tallies empty) : tallies_{std::move(empty)} {}

    void add(std::size_t block, Tallies mine)
    {
        waiting_.emplace(block, std::move(mine));
        for (auto first = waiting_.begin(); first != waiting_.end() && first->first == next_;
             first = waiting_.erase(first), ++next_)
            tallies_ += first->second;
    }
    /// The next blocks count from 0 again.
    void restart() { next_ = 0; }
    Tallies const& tallies() const { return tallies_; }

private:
    Tallies tallies_;
    std::map<std::size_t, Tallies> waiting_;
    std::size_t next_ = 0;
};

/// @param conduct called as conduct(range, tallies) on any thread
Tallies simulate_blocks(Tallies const& empty, Effort const& effort, Workers const& workers, Progress const& progress,
                        auto const& conduct)
{
    Finished finished{empty};
    std::mutex guard;
    std::uint64_t done = 0;
    auto const conduct_up_to = [&](std::uint64_t last) {
        auto const first = finished.tallies().trials;
        auto const blocks = (last - first + block_trials - 1) / block_trials;
        finished.restart();
        workers.for_each(blocks, [&](std::size_t block) {
            TrialRange const range{first + block * block_trials, std::min(last, first + (block + 1) * block_trials)};
            auto mine = empty;
            conduct(range, mine);
            std::scoped_lock const lock{guard};
            finished.add(block, std::move(mine));
            done += range.last - range.first;
            if (progress)
                progress(done, std::max(effort.trials, done));
        });
    };
    try {
        if (!effort.precision) {
            conduct_up_to(effort.trials);
            return finished.tallies();
        }
        for (std::uint64_t look = std::min(first_look, effort.trials);; look = std::min(2 * look, effort.trials)) {
            conduct_up_to(look);
            if (look == effort.trials || precise_enough(finished.tallies(), *effort.precision))
                return finished.tallies();
        }
    } catch (Interrupted const&) {
        if (finished.tallies().trials == 0)
            throw;
        throw InterruptedSimulation{{}, finished.tallies()};
    }
}

} // namespace

bool precise_enough(Tallies const& tallies, double wanted)
{
    for (std::size_t row = 0; row < tallies.verdicts.size(); row += stop_causes) {
        std::uint64_t seen = 0;
        for (std::size_t cause = 0; cause < stop_causes; ++cause)
            seen += tallies.verdicts[row + cause];
        if (wilson_error(seen, tallies.trials) > wanted)
            return false;
    }
    return true;
}

Tallies simulate(DesignGraph const& graph, Nature const& nature, std::uint64_t seed, Effort const& effort, int overdose_from,
                 Workers const& workers, Progress const& progress)
{
    Tallies const empty{graph.levels(), graph.most_patients(), overdose_from};
    return simulate_blocks(empty, effort, workers, progress, [&](TrialRange range, Tallies& mine) {
        auto const start = [&] { return GraphCourse{graph}; };
        std::visit(
            [&](auto const& truth) { conduct_in_lockstep(start, graph.levels(), seed, range, outcomes_of(truth, seed), mine); },
            nature);
    });
}

Tallies simulate(AnyDecider const& decider, DoseLadder const& ladder, Nature const& nature, std::uint64_t seed,
                 Effort const& effort, int overdose_from, Workers const& workers, Progress const& progress)
{
    constexpr int usual_patients = 60; // tallies grow where trials have more
    Tallies const empty{ladder.size(), usual_patients, overdose_from};
    return simulate_blocks(empty, effort, workers, progress, [&](TrialRange range, Tallies& mine) {
        auto const start = [&] { return DesignCourse{decider, ladder, Wording::none}; };
        std::visit(
            [&](auto const& truth) { conduct_in_lockstep(start, ladder.size(), seed, range, outcomes_of(truth, seed), mine); },
            nature);
    });
}

OperatingCharacteristics operating_characteristics(Tallies const& tallies)
{
    auto const n = static_cast<double>(tallies.trials);
    auto const levels = tallies.verdicts.size() / stop_causes - 1;
    OperatingCharacteristics result{.engine = Engine::monte_carlo, .trials = tallies.trials};
    auto& mean = result.mean;
    auto& error = result.standard_error;
    auto const share = [n](std::uint64_t seen) { return static_cast<double>(seen) / n; };
    auto const share_error = [n](double p) { return std::sqrt(p * (1 - p) / n); };

    std::array<std::uint64_t, stop_causes> causes{};
    std::uint64_t overdoses = 0;
    for (std::size_t row = 0; row <= levels; ++row) {
        std::uint64_t seen = 0;
        for (std::size_t cause = 0; cause < stop_causes; ++cause) {
            auto const count = tallies.verdicts[row * stop_causes + cause];
            seen += count;
            causes[cause] += count;
            if (row == 0) {
                mean.stopped_with_none[cause] = share(count);
                error.stopped_with_none[cause] = share_error(share(count));
            }
        }
        if (row == 0) {
            mean.none = share(seen);
            error.none = share_error(mean.none);
        } else {
            mean.selection.push_back(share(seen));
            error.selection.push_back(share_error(share(seen)));
            overdoses += row - 1 >= tallies.overdose_from ? seen : 0;
            if (row == tallies.overdose_from) {
                mean.correct = share(seen);
                error.correct = share_error(mean.correct);
            }
        }
    }
    mean.overdose = share(overdoses);
    error.overdose = share_error(mean.overdose);
    for (std::size_t cause = 0; cause < stop_causes; ++cause) {
        mean.stopped[cause] = share(causes[cause]);
        error.stopped[cause] = share_error(mean.stopped[cause]);
    }
    auto const keep = [](Moments const& from, double& mean_of, double& error_of) {
        mean_of = from.mean;
        error_of = from.standard_error;
    };
    mean.patients.resize(levels);
    mean.dlts.resize(levels);
    error.patients.resize(levels);
    error.dlts.resize(levels);
    for (std::size_t level = 0; level < levels; ++level) {
        auto const row = [&](std::vector<std::uint64_t> const& all) {
            return std::span{all}.subspan(level * tallies.stride, tallies.stride);
        };
        keep(moments(row(tallies.level_patients), tallies.trials), mean.patients[level], error.patients[level]);
        keep(moments(row(tallies.level_dlts), tallies.trials), mean.dlts[level], error.dlts[level]);
    }
    keep(moments(tallies.total_patients, tallies.trials), mean.total_patients, error.total_patients);
    keep(moments(tallies.total_dlts, tallies.trials), mean.total_dlts, error.total_dlts);
    keep(moments(tallies.patients_above, tallies.trials), mean.patients_above, error.patients_above);
    result.total_patients = distribution(tallies.total_patients, tallies.trials);
    result.total_dlts = distribution(tallies.total_dlts, tallies.trials);
    return result;
}

} // namespace escalon

#include "sim/runner/monte_carlo.hpp"

#include "sim/runner/lockstep.hpp"
#include "sim/trial/clocked_record.hpp"
#include "sim/trial/growing_graph.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

namespace escalon {
namespace {

constexpr std::uint64_t block_trials = 8192;
constexpr std::uint64_t first_look = 1024; // trials at which a wanted precision is first checked

/// Outcomes by latent tolerance against known probabilities, many patients at once.
class ToleranceOutcomes {
public:
    ToleranceOutcomes(KnownToxicity const& known, Outcomes kinds, std::uint64_t seed) : kinds_{kinds}, seed_{seed}
    {
        for (DoseLevel level{0}; level.index() < static_cast<int>(known.dlt_probability.size()); level = level.above()) {
            auto const tails = known.tails(level);
            moderate_.push_back(threshold52(tails.moderate));
            severe_.push_back(threshold52(tails.severe));
            life_threatening_.push_back(threshold52(tails.life_threatening));
        }
    }

    void operator()(CohortBatch& batch) const
    {
        batch.graded = kinds_ != Outcomes::dlt;
        int const largest = static_cast<int>(*std::max_element(batch.patients.begin(), batch.patients.begin() + batch.used));
        if (kinds_ == Outcomes::grades) {
            count(batch, life_threatening_, largest);
            batch.grade_4 = batch.dlts;
        }
        if (kinds_ != Outcomes::dlt) {
            count(batch, moderate_, largest);
            batch.grade_2 = batch.dlts;
        }
        count(batch, severe_, largest);
        for (std::size_t lane = 0; kinds_ != Outcomes::dlt && lane < batch.used; ++lane)
            batch.grade_2[lane] -= batch.dlts[lane]; // were grade 2 or worse
    }

    /// The worst grade of a course.
    Grade grade(TrialStream const& stream, std::uint32_t patient, DoseLevel level) const
    {
        auto const bits = stream.bits52(patient, Purpose::tolerance);
        auto const i = static_cast<std::size_t>(level.index());
        if (bits < life_threatening_[i])
            return Grade::life_threatening;
        if (bits < severe_[i])
            return Grade::severe;
        return bits < moderate_[i] ? Grade::moderate : Grade::mild;
    }

private:
    using Thresholds = std::vector<std::uint64_t>;

    /// Counts into `dlts` whose tolerance lies below the level's threshold.
    void count(CohortBatch& batch, Thresholds const& thresholds, int largest) const
    {
        for (std::size_t lane = 0; lane < batch.used; ++lane)
            batch.threshold[lane] = thresholds[static_cast<std::size_t>(batch.level[lane])];
        count_dlts(batch, seed_, largest);
    }

    Outcomes kinds_;
    std::uint64_t seed_;
    Thresholds moderate_;
    Thresholds severe_;
    Thresholds life_threatening_;
};

/// Outcomes of simulated patients.
class BiologyOutcomes {
public:
    BiologyOutcomes(Biology const& biology, Outcomes kinds, std::uint64_t seed) : biology_{&biology}, kinds_{kinds}, seed_{seed}
    {}

    void operator()(CohortBatch& batch) const
    {
        batch.graded = kinds_ != Outcomes::dlt;
        std::vector<VirtualPatient> patients;
        std::vector<DoseLevel> levels;
        for (std::size_t lane = 0; lane < batch.used; ++lane) {
            TrialStream const stream{seed_, batch.trial[lane]};
            for (std::uint64_t i = 0; i < batch.patients[lane]; ++i) {
                auto const number = static_cast<std::uint32_t>(batch.first_patient[lane] + i);
                patients.push_back(biology_->sampler().draw(PatientStream{stream, number}));
                levels.emplace_back(batch.level[lane]);
            }
        }
        // all at once, which fills the lanes of kinetics that are integrated
        auto const exposures = biology_->exposures(patients, levels);
        std::size_t next = 0;
        for (std::size_t lane = 0; lane < batch.used; ++lane) {
            Cohort counts;
            for (std::uint64_t i = 0; i < batch.patients[lane]; ++i, ++next)
                counts += grade(patients[next], exposures[next]);
            batch.dlts[lane] = static_cast<std::uint64_t>(counts.dlts);
            batch.grade_2[lane] = static_cast<std::uint64_t>(counts.grade_2);
            batch.grade_4[lane] = static_cast<std::uint64_t>(counts.grade_4);
        }
    }

    Grade grade(TrialStream const& stream, std::uint32_t patient, DoseLevel level) const
    {
        auto const person = biology_->sampler().draw(PatientStream{stream, patient});
        return grade(person, biology_->exposure(person, level));
    }

    ObservedExposure measured(TrialStream const& stream, std::uint32_t patient, DoseLevel level, ExposureMetric metric) const
    {
        auto const person = biology_->sampler().draw(PatientStream{stream, patient});
        auto const exposure = biology_->exposure(person, level);
        return {level, exposure ? exposure_figure(*exposure, metric) : 0,
                person.tolerance_uniform < biology_->dlt_probability(exposure)};
    }

private:
    Grade grade(VirtualPatient const& patient, std::optional<pk::Exposure> const& exposure) const
    {
        if (kinds_ == Outcomes::dlt)
            return patient.tolerance_uniform < biology_->dlt_probability(exposure) ? Grade::severe : Grade::mild;
        return grade_of(patient.tolerance_uniform, biology_->tails(exposure));
    }

    Biology const* biology_;
    Outcomes kinds_;
    std::uint64_t seed_;
};

ToleranceOutcomes outcomes_of(KnownToxicity const& known, Outcomes kinds, std::uint64_t seed) { return {known, kinds, seed}; }
BiologyOutcomes outcomes_of(Biology const& biology, Outcomes kinds, std::uint64_t seed) { return {biology, kinds, seed}; }

/// Conducts the range under any truth whose outcomes are there at once.
void conduct_under(Nature const& nature, auto const& start, int levels, Outcomes kinds, std::uint64_t seed, TrialRange range,
                   Tallies& tallies)
{
    std::visit(
        [&]<class Truth>(Truth const& truth) {
            if constexpr (std::same_as<Truth, BiologyOverTime>)
                throw std::logic_error("toxicity over time is simulated by a clock"); // reading demands one
            else
                conduct_in_lockstep(start, levels, seed, range, outcomes_of(truth, kinds, seed), tallies);
        },
        nature);
}

/// Mean and standard error of a count from its histogram.
struct Moments {
    double mean = 0;
    double standard_error = 0;
};

Moments moments(CourseTallies::Sums const& sums, std::uint64_t trials)
{
    auto const n = static_cast<double>(trials);
    double const mean = static_cast<double>(sums.sum) / n;
    double const variance = std::max(0.0, static_cast<double>(sums.squares) / n - mean * mean);
    return {mean, trials > 1 ? std::sqrt(variance / (n - 1)) : 0};
}

Moments moments(std::span<std::uint64_t const> histogram, std::uint64_t trials)
{
    CourseTallies::Sums sums;
    for (std::size_t count = 1; count < histogram.size(); ++count) {
        sums.sum += histogram[count] * count;
        sums.squares += histogram[count] * count * count;
    }
    return moments(sums, trials);
}

CourseMeasures course_measures(CourseTallies const& tallies, std::uint64_t trials)
{
    CourseMeasures result;
    for (auto const& sums : tallies.courses) {
        auto const [mean, error] = moments(sums, trials);
        result.courses.push_back(mean);
        result.courses_error.push_back(error);
    }
    for (std::size_t grade = 0; grade < grade_count; ++grade) {
        auto const [mean, error] = moments(tallies.worst[grade], trials);
        result.worst_grade[grade] = mean;
        result.worst_grade_error[grade] = error;
    }
    return result;
}

/// Of all wholes of all trials, the share of the parts: a ratio of means, with the error of a ratio. Cochran (1977), Sampling Techniques, 3rd
/// ed., section 2.11.
ClockMeasures::Figure share_of_sums(ShareSums const& sums, std::uint64_t trials)
{
    if (sums.whole == 0)
        return {};
    auto const n = static_cast<double>(trials);
    double const whole = static_cast<double>(sums.whole);
    double const share = static_cast<double>(sums.part) / whole;
    double const squares = static_cast<double>(sums.part_squares) - 2 * share * static_cast<double>(sums.products) +
                           share * share * static_cast<double>(sums.whole_squares);
    return {share, trials > 1 ? std::sqrt(std::max(0.0, squares) * n / (n - 1)) / whole : 0};
}

ActivityMeasures activity_measures(ActivityTallies const& tallies, std::uint64_t trials)
{
    auto const count = [trials](CourseTallies::Sums const& sums) {
        auto const [mean, error] = moments(sums, trials);
        return ActivityMeasures::Figure{mean, error};
    };
    auto const group = [&](ActivityTallies::Group const& of) {
        ActivityMeasures::Group found{.patients = count(of.patients),
                                      .evaluable = count({of.responses.whole, of.responses.whole_squares}),
                                      .responses = count({of.responses.part, of.responses.part_squares}),
                                      .response_rate = share_of_sums(of.responses, trials),
                                      .cycles = {}};
        for (auto const& at_least : of.cycles)
            found.cycles.push_back(share_of_sums(at_least, trials));
        return found;
    };
    ActivityMeasures result{.all = group(tallies.all),
                            .at_mtd = group(tallies.at_mtd),
                            .levels = {},
                            .withdrawn = count(tallies.withdrawn),
                            .ends = {}};
    for (auto const& level : tallies.levels)
        result.levels.push_back(group(level));
    for (std::size_t end = 0; end < treatment_ends; ++end)
        result.ends[end] = share_of_sums(tallies.ends[end], trials);
    return result;
}

ClockMeasures clock_measures(ClockTallies const& tallies, std::uint64_t trials)
{
    using Figure = ClockMeasures::Figure;
    auto const figure = [trials](ClockTallies::Sums const& sums, double unit = 1) {
        auto const [mean, error] = moments(sums, trials);
        return Figure{mean / unit, error / unit};
    };
    auto const share = [trials](std::uint64_t seen) {
        double const p = static_cast<double>(seen) / static_cast<double>(trials);
        return Figure{p, std::sqrt(p * (1 - p) / static_cast<double>(trials))};
    };
    ClockMeasures result{.duration_d = figure(tallies.duration, ClockTallies::parts_of_a_day),
                         .suspended_d = figure(tallies.suspended, ClockTallies::parts_of_a_day),
                         .dropped_out = figure(tallies.dropped_out),
                         .in_expansion = figure(tallies.in_expansion),
                         .none_after_look = share(tallies.after_look.front()),
                         .lowered = share(tallies.lowered),
                         .above_look = figure(tallies.above_look)};
    auto const levels = tallies.visited.size();
    for (std::size_t left = 0; left <= levels; ++left) {
        auto& row = result.highest_by_look.emplace_back();
        for (std::size_t highest = 0; highest < levels; ++highest)
            row.push_back(share(tallies.highest_by_look[left * levels + highest]));
    }
    for (std::size_t level = 0; level < levels; ++level) {
        result.visited.push_back(share(tallies.visited[level]));
        result.late.push_back(figure(tallies.late[level]));
        result.after_look.push_back(share(tallies.after_look[level + 1]));
    }
    for (std::size_t kind = 0; kind < tallies.kind_late.size(); ++kind) {
        result.kind_in_window.push_back(figure(tallies.kind_in_window[kind]));
        result.kind_late.push_back(figure(tallies.kind_late[kind]));
    }
    if (tallies.doses)
        result.doses = ClockMeasures::Doses{figure(tallies.doses->delayed), figure(tallies.doses->reduced),
                                            figure(tallies.doses->intensity, DoseTallies::intensity_parts)};
    if (tallies.activity)
        result.activity = activity_measures(*tallies.activity, trials);
    return result;
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
            mine.keep_outcomes(range.first, std::min(range.last, std::max(range.first, effort.keep)) - range.first);
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

namespace {

/// Graphs that no block of trials walks on at present. Which of them a block takes changes its speed and nothing else.
class GrowingGraphs {
public:
    using Graph = GrowingGraph<AnyDecider>;

    GrowingGraphs(AnyDecider const& decider, DoseLadder const& ladder) : decider_{&decider}, ladder_{&ladder} {}

    Graph take()
    {
        std::scoped_lock const lock{guard_};
        if (idle_.empty())
            return {*decider_, *ladder_};
        auto graph = std::move(idle_.back());
        idle_.pop_back();
        return graph;
    }

    void give_back(Graph graph)
    {
        if (graph.size() > most_states)
            return; // begins anew, so that memory stays small
        std::scoped_lock const lock{guard_};
        idle_.push_back(std::move(graph));
    }

private:
    static constexpr std::size_t most_states = 1'000'000; // some hundred megabytes

    AnyDecider const* decider_;
    DoseLadder const* ladder_;
    std::mutex guard_;
    std::vector<Graph> idle_;
};

} // namespace

Tallies simulate(DesignGraph const& graph, Nature const& nature, std::uint64_t seed, Effort const& effort, int overdose_from,
                 Workers const& workers, Progress const& progress)
{
    Tallies const empty{graph.levels(), graph.most_patients(), overdose_from};
    return simulate_blocks(empty, effort, workers, progress, [&](TrialRange range, Tallies& mine) {
        auto const start = [&] { return GraphCourse{graph}; };
        conduct_under(nature, start, graph.levels(), graph.outcomes(), seed, range, mine);
    });
}

Tallies simulate(AnyDecider const& decider, DoseLadder const& ladder, Nature const& nature, std::uint64_t seed,
                 Effort const& effort, int overdose_from, Workers const& workers, Progress const& progress)
{
    constexpr int usual_patients = 60; // tallies grow where trials have more
    Tallies empty{ladder.size(), usual_patients, overdose_from};
    if (decider.follows_patients())
        empty.courses.emplace(static_cast<std::size_t>(ladder.size()));
    auto const conduct = [&](auto const& start, TrialRange range, Tallies& mine) {
        conduct_under(nature, start, ladder.size(), decider.outcomes(), seed, range, mine);
    };
    auto const ask = [&](TrialRange range, Tallies& mine) {
        conduct([&] { return DesignCourse{decider, ladder, Wording::none}; }, range, mine);
    };
    if (decider.follows_patients() || decider.exposure())
        return simulate_blocks(empty, effort, workers, progress, ask);
    GrowingGraphs graphs{decider, ladder};
    return simulate_blocks(empty, effort, workers, progress, [&](TrialRange range, Tallies& mine) {
        auto const begun = mine;
        try {
            auto graph = graphs.take();
            conduct([&] { return GraphCourse{graph}; }, range, mine);
            graphs.give_back(std::move(graph));
        } catch (std::overflow_error const&) { // a state that does not fit its key
            mine = begun;
            ask(range, mine);
        }
    });
}

Tallies simulate(AnyDecider const& decider, DoseLadder const& ladder, Nature const& nature, TrialClock const& clock,
                 std::uint64_t seed, Effort const& effort, int overdose_from, Workers const& workers, Progress const& progress)
{
    constexpr int usual_patients = 60; // tallies grow where trials have more
    auto const* over_time = std::get_if<BiologyOverTime>(&nature);
    Tallies empty{ladder.size(), usual_patients, overdose_from};
    empty.clock.emplace(static_cast<std::size_t>(ladder.size()), over_time ? over_time->kinds().size() : 0);
    if (over_time && over_time->modifies_doses())
        empty.clock->doses.emplace();
    auto const told = told_after(nature, clock.clock, clock.window);
    auto const* const tumours = clock.tumours ? &*clock.tumours : nullptr;
    if (tumours)
        empty.clock->activity.emplace(static_cast<std::size_t>(ladder.size()), static_cast<std::size_t>(tumours->cycles()));
    Fates const fates{nature, clock.clock, clock.window, seed, decider.outcomes(), tumours};
    double const qualifying = qualifying_share(clock.clock, tumours);
    return simulate_blocks(empty, effort, workers, progress, [&](TrialRange range, Tallies& mine) {
        auto const start = [&] {
            return ClockedCourse<AnyDecider>{decider, ladder, clock.clock, told, Wording::none, qualifying};
        };
        conduct_by_clock(start, ladder.size(), seed, range, fates, mine);
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
    if (tallies.courses)
        result.courses = course_measures(*tallies.courses, tallies.trials);
    if (tallies.clock)
        result.clock = clock_measures(*tallies.clock, tallies.trials);
    result.total_patients = distribution(tallies.total_patients, tallies.trials);
    result.total_dlts = distribution(tallies.total_dlts, tallies.trials);
    return result;
}

} // namespace escalon

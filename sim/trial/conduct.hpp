// The one conduct loop, as a resumable state machine: a trial says what it wants and learns what happened.
//
//     while (auto const wanted = trial.wants())
//         trial.learns(treat(*wanted));
//
// Where the next decision comes from is the course: a walk on the design's graph, or the design asked directly with the
// whole history at hand. Many trials can be advanced in lockstep, because a trial never waits for anything.
#pragma once

#include "sim/random/stream.hpp"
#include "sim/trial/design_graph.hpp"
#include "sim/vocabulary/exposure_metric.hpp"

#include <algorithm>
#include <concepts>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace escalon {

/// A course decides what comes next: `restart` begins a fresh trial, `settle` makes the next decision (drawing where the design
/// leaves it to chance), `treats` and `treatment` give it if it is to treat, `verdict` if it is to stop, and `learns` takes the
/// outcome.
template <class C>
concept Course = requires(C& course, C const& settled, TrialStream const& stream)
{
    course.restart();
    course.settle(stream);
    {
        C::lanes
        } -> std::convertible_to<std::size_t>; // trials that are best advanced together
    {
        settled.treats()
        } -> std::same_as<bool>;
    {
        settled.treatment()
        } -> std::same_as<Treat>; // where it treats
    {
        settled.verdict()
        } -> std::same_as<Stop>;
};

/// A course that learns the outcomes of a cohort at once.
template <class C>
concept CohortCourse = Course<C> && requires(C& course)
{
    course.learns(Cohort{});
    course.learns(0); // DLTs, where the design reads nothing else
};

/// A course that can follow patients beyond their first course.
template <class C>
concept FollowingCourse = CohortCourse<C> && requires(C& course, C const& settled, PatientCourse const& last, DoseLevel level)
{
    {
        settled.follows_patients()
        } -> std::same_as<bool>;
    {
        settled.next_course(last, level)
        } -> std::same_as<std::optional<DoseLevel>>;
    course.learns(LaterCourse{});
};

/// A course whose design may read what was measured of each patient.
template <class C>
concept MeasuredCourse = Course<C> && requires(C& course, C const& settled, ObservedExposure const& measured)
{
    {
        settled.exposure_read()
        } -> std::same_as<std::optional<ExposureMetric>>;
    course.learns(measured); // of a patient of the cohort that was learned last
};

/// Which of the branches a uniform falls into.
constexpr std::size_t chosen_branch(std::size_t branches, double uniform, auto probability)
{
    std::size_t branch = 0;
    for (double sum = probability(0); branch + 1 < branches && uniform >= sum; sum += probability(branch))
        ++branch;
    return branch;
}

/// Decides on a graph: a DesignGraph, or a GrowingGraph that no other thread walks on.
template <class Graph>
class GraphCourse {
public:
    static constexpr std::size_t lanes = 128;

    explicit GraphCourse(Graph& graph) : graph_{&graph} {}

    void restart() { *this = GraphCourse{*graph_}; }

    void settle(TrialStream const& stream)
    {
        while (node().kind == DesignGraph::Kind::chance) {
            auto const chances = graph_->chances(node());
            auto const branch = chosen_branch(chances.size(), stream.conduct_uniform(choices_++),
                                              [&](std::size_t i) { return chances[i]; });
            at_ = graph_->branch(at_, branch);
        }
    }

    bool treats() const { return node().kind == DesignGraph::Kind::treat; }
    Treat treatment() const { return {DoseLevel{node().level}, node().patients}; }

    Stop verdict() const
    {
        return {node().level == DesignGraph::no_level ? std::nullopt : std::optional{DoseLevel{node().level}}, node().cause};
    }

    void learns(int dlts) { at_ = graph_->after(at_, dlts); }
    void learns(Cohort const& cohort) { at_ = graph_->after(at_, cohort); }

private:
    DesignGraph::Node const& node() const { return graph_->node(at_); }

    Graph* graph_;
    DesignGraph::NodeIndex at_ = DesignGraph::start;
    std::uint32_t choices_ = 0;
};
static_assert(CohortCourse<GraphCourse<DesignGraph const>>);

/// Asks the decider itself, and keeps the history and its last decision for whoever wants the reasons. Takes memory only until
/// the longest history was seen once.
template <Decider D>
class DesignCourse {
public:
    static constexpr std::size_t lanes = 32; ///< more histories than these fall out of the fastest cache

    DesignCourse(D const& decider, DoseLadder const& ladder, Wording wording = Wording::sentence)
        : decider_{&decider}, observed_{ladder}, wording_{wording}
    {}

    void restart()
    {
        observed_.clear();
        choices_ = 0;
    }

    void settle(TrialStream const& stream)
    {
        auto decision = decider_->decide(observed_, wording_);
        if (auto const* choice = std::get_if<Randomise>(&decision.action)) {
            auto const branch = chosen_branch(choice->branches.size(), stream.conduct_uniform(choices_++),
                                              [&](std::size_t i) { return choice->branches[i].probability; });
            take(choice->branches[branch].action);
        } else {
            take(decision.action);
        }
        if (wording_ == Wording::sentence)
            decision_ = std::move(decision);
    }

    bool treats() const { return treats_; }
    Treat treatment() const { return treat_; }

    Stop verdict() const { return {named_ ? std::optional{mtd_} : std::nullopt, cause_}; }

    void learns(int dlts) { observed_.record_unchecked(treat_.level, treat_.patients, dlts); }
    void learns(Cohort const& cohort) { observed_.record_unchecked(cohort); }
    void learns(LaterCourse const& course) { observed_.record(course); }
    void learns(ObservedExposure const& measured) { observed_.record_exposure(measured); }

    std::optional<ExposureMetric> exposure_read() const { return escalon::exposure_read(*decider_); }
    bool follows_patients() const { return escalon::follows_patients(*decider_); }
    std::optional<DoseLevel> next_course(PatientCourse const& last, DoseLevel newest) const
    {
        if constexpr (FollowingDecider<D>)
            return decider_->next_course(observed_, last, newest);
        else
            return std::nullopt;
    }

    Observed const& observed() const { return observed_; }
    /// The last decision, where sentences are wanted.
    Decision const& decision() const { return decision_; }

private:
    /// Keeps the parts and not the variant: copying it whole right after it was written stalls the processor.
    void take(auto const& action)
    {
        auto const* treat = std::get_if<Treat>(&action);
        treats_ = treat != nullptr;
        if (treat) {
            treat_ = *treat;
            return;
        }
        auto const& stop = std::get<Stop>(action);
        named_ = stop.mtd.has_value();
        mtd_ = stop.mtd.value_or(DoseLevel{});
        cause_ = stop.cause;
    }

    D const* decider_;
    Observed observed_;
    Wording wording_;
    Decision decision_;
    bool treats_ = false;
    Treat treat_;
    bool named_ = false; ///< whether a stop recommends a level
    DoseLevel mtd_;
    StopCause cause_ = StopCause::mtd_determined;
    std::uint32_t choices_ = 0;
};

/// A cohort that a trial asks for: where, how many, and the number of its first patient in order of entry (from 0).
struct WantedCohort {
    Treat treat;
    std::uint32_t first_patient = 0;
};

/// A course of one patient that a trial asks for.
struct WantedCourse {
    std::uint32_t patient = 0; ///< in order of entry, from 0
    DoseLevel level;
    int number = 1; ///< of this patient's courses, from 1
};

/// One trial under one course. Where patients are followed, the trial's step is
///
///     follow(give);    each patient on study has the next course, the cohort wanted last its first
///     learns(cohort);
///
/// with give(WantedCourse) the worst grade of a course, and finish(give) after the verdict.
template <Course C>
class Conduct {
public:
    static constexpr std::size_t lanes = C::lanes;

    Conduct(C course, TrialStream stream) : course_{std::move(course)}, stream_{stream} {}

    /// Begins another trial.
    void restart(TrialStream stream)
    {
        course_.restart();
        stream_ = stream;
        entered_ = 0;
        if constexpr (FollowingCourse<C>)
            on_study_.clear();
    }

    /// The next cohort; none when the trial has ended.
    std::optional<WantedCohort> wants()
    {
        course_.settle(stream_);
        if (!course_.treats())
            return std::nullopt;
        auto const treatment = course_.treatment();
        auto const first = entered_;
        entered_ += static_cast<std::uint32_t>(treatment.patients);
        WantedCohort const wanted{treatment, first};
        if constexpr (FollowingCourse<C>)
            wanted_ = wanted;
        return wanted;
    }

    /// Whether patients have courses after the first.
    bool follows_patients() const
    {
        if constexpr (FollowingCourse<C>)
            return course_.follows_patients();
        else
            return false;
    }

    /// Gives every patient on study the next course or sends them off, and takes the patients of the wanted cohort on study.
    void follow(auto const& give) requires FollowingCourse<C>
    {
        continue_on_study(give);
        for (int i = 0; i < wanted_.treat.patients; ++i) {
            auto const patient = wanted_.first_patient + static_cast<std::uint32_t>(i);
            Grade const grade = give(WantedCourse{patient, wanted_.treat.level, 1});
            on_study_.push_back({patient, {wanted_.treat.level, grade, grade, 1}});
        }
    }

    /// After the verdict those still on study have the courses that are left to them.
    void finish(auto const& give) requires FollowingCourse<C>
    {
        while (!on_study_.empty())
            continue_on_study(give);
    }

    /// What happened to the cohort that was wanted last, as the course takes it: a Cohort, or its DLTs where the design reads those
    /// alone; then what was measured of each of its patients; by the clock their fates.
    void learns(auto const& outcomes) { course_.learns(outcomes); }

    /// What the design reads of the exposure of the patients of each cohort.
    std::optional<ExposureMetric> exposure_read() const
    {
        if constexpr (MeasuredCourse<C>)
            return course_.exposure_read();
        else
            return std::nullopt;
    }
    /// How the trial ended; only after `wants()` gave none.
    Stop verdict() const { return course_.verdict(); }
    C const& course() const { return course_; }
    TrialStream const& stream() const { return stream_; }

private:
    struct OnStudy {
        std::uint32_t patient = 0;
        PatientCourse last;
        bool leaves = false;
    };

    void continue_on_study(auto const& give)
    {
        for (auto& one : on_study_) {
            auto const level = course_.next_course(one.last, wanted_.treat.level);
            one.leaves = !level;
            if (!level)
                continue;
            int const number = one.last.number + 1;
            Grade const grade = give(WantedCourse{one.patient, *level, number});
            course_.learns(LaterCourse{*level, grade, one.last.worst});
            one.last = {*level, grade, std::max(one.last.worst, grade), number};
        }
        std::erase_if(on_study_, [](OnStudy const& one) { return one.leaves; });
    }

    C course_;
    TrialStream stream_;
    std::uint32_t entered_ = 0;
    struct Nobody {};
    std::conditional_t<FollowingCourse<C>, WantedCohort, Nobody> wanted_;
    std::conditional_t<FollowingCourse<C>, std::vector<OnStudy>, Nobody> on_study_;
};

} // namespace escalon

// Who is in which lane: patients come, go through their stretches, leave their figures and make room for the next.
//
// A stepper moves the lanes; the book keeps the rest. Where a stretch ends and the next brings neither a bolus nor other parameters,
// packs go over to it by themselves (move_on), and need not wait for what the book writes.
#pragma once

#include "pk_models/kernels/job.hpp"
#include "pk_models/kernels/pack.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>

namespace escalon::pk::kernels {
inline namespace ESCALON_PACK_ISA {

/// Whether payload is set free, the last of the analytes.
template <class System>
inline constexpr bool frees_payload = requires
{
    System::payload_loss;
};

template <class System, std::size_t lanes, Detail detail>
class LaneBook {
public:
    static constexpr std::size_t width = lanes;
    static constexpr std::size_t shown = detail == Detail::full ? System::analytes.size() : 1; ///< of states
    static constexpr bool with_payload = detail == Detail::full && frees_payload<System>;
    static constexpr std::size_t kept = with_payload ? shown + 1 : shown;
    static constexpr std::size_t cache_line = 64;

    // one figure a lane, for packs to load and store
    alignas(cache_line) double y[System::states][width];
    alignas(cache_line) double p[System::parameters][width];
    alignas(cache_line) double input[width];     ///< of the infusion, concentration a day
    alignas(cache_line) double left[width];      ///< d to the end of the stretch
    alignas(cache_line) double floor[width];     ///< below it an error counts as absolute
    alignas(cache_line) double auc[kept][width]; ///< of the stretch, to the end of the last step
    alignas(cache_line) double payload[width];   ///< what a stepper makes of it; 0 before any dose

    LaneBook(std::span<Job const> jobs, Effort const& effort) : jobs_{jobs}, effort_{effort}
    {
        for (std::size_t lane = 0; lane < width; ++lane) {
            idle(lane);
            take_next(lane);
        }
    }

    /// Lanes that have a patient.
    unsigned active() const { return active_; }

    /// Lanes whose stretch has just begun.
    unsigned fresh() const { return fresh_; }
    void all_are_under_way() { fresh_ = 0; }

    /// Lanes whose parameters are new since the last time this was asked.
    unsigned take_renewed() { return std::exchange(renewed_, 0U); }

    Effort const& effort() const { return effort_; }

    template <class F>
    static void each(unsigned some, F f)
    {
        while (some != 0) {
            f(static_cast<std::size_t>(std::countr_zero(some)));
            some &= some - 1;
        }
    }

    /// An analyte's AUC in the stretch, before the step that is made.
    template <class V>
    ESCALON_INLINE V area_before(std::size_t analyte) const
    {
        return V::load(goes_over ? auc_to_go_on_[analyte] : auc[analyte]);
    }

    /// Writes down what a step made of the time that is left and of the areas.
    /// @param ends lanes that came to the end of their stretch
    template <class V, class Mask>
    ESCALON_INLINE void move_on(Mask const& ends, V const& left_now, V const& input_now, V const (&area)[shown])
    {
        for (std::size_t a = 0; a < shown; ++a)
            area[a].store(auc[a]);
        if constexpr (goes_over) {
            for (std::size_t a = 0; a < shown; ++a)
                select(ends, V::of(0), area[a]).store(auc_to_go_on_[a]);
            select(ends, V::load(next_left_), left_now).store(left);
            select(ends, V::load(next_input_), input_now).store(input);
        } else {
            left_now.store(left);
        }
    }

    /// After a step of every lane, and move_on.
    /// @param finished lanes that came to the end of their stretch
    /// @param unsound  lanes whose state is no longer a number, or that do not move
    ESCALON_INLINE void after_step(unsigned finished, unsigned unsound)
    {
        finished &= active_;
        unsigned failed = unsound & active_;
        if (++steps_made_ >= first_at_cap_) [[unlikely]]
            failed |= exhausted() & ~finished;
        // whether a lane failed is known late in a step: who finished must not wait for it
        if (failed != 0) [[unlikely]] {
            each(failed, [&](std::size_t lane) { fail(lane, (finished >> lane & 1U) != 0); });
            finished &= ~failed;
        }
        each(finished, [&](std::size_t lane) { end_stretch(lane); });
    }

    /// When in the stretch a step of this length that was just made began.
    double step_start_d(std::size_t lane, double h) const { return length_d(lane) - left[lane] - h; }

    /// From now to the next sample that is further away than a given time; infinite if there is none.
    double to_sample_d(std::size_t lane, double beyond_d) const
    {
        auto const& of = lanes_[lane];
        for (std::size_t i = of.sample; i < of.job->sample_count; ++i)
            if (double const away_d = of.job->samples[i] - of.clock_d - step_start_d(lane, 0); away_d > beyond_d)
                return away_d;
        return std::numeric_limits<double>::infinity();
    }

    /// Fills in the samples of a step that was just made.
    /// @param state_after   gives the state so long after the start of the step
    /// @param payload_after and the payload
    template <class StateAfter, class PayloadAfter = double (*)(double)>
    void take_samples(std::size_t lane, double h, StateAfter state_after, [[maybe_unused]] PayloadAfter payload_after = nullptr)
    {
        auto& of = lanes_[lane];
        auto const& job = *of.job;
        bool const ends = left[lane] == 0;
        double const start_d = step_start_d(lane, h);
        double const reached_d = ends ? (of.clock_d + length_d(lane)) * (1 + sample_rounding) : of.clock_d + start_d + h;
        for (; of.sample < job.sample_count && job.samples[of.sample] <= reached_d; ++of.sample) {
            double state[System::states];
            double const into_d = std::clamp(job.samples[of.sample] - of.clock_d - start_d, 0.0, h);
            state_after(into_d, state);
            double found[shown];
            shown_of(lane, state, found);
            std::copy_n(found, shown, job.concentrations + of.sample * kept);
            if constexpr (with_payload)
                job.concentrations[of.sample * kept + shown] = payload_after(into_d);
        }
    }

    /// A peak between events.
    void consider_peak(std::size_t lane, std::size_t analyte, double height, double into_stretch_d)
    {
        auto& record = lanes_[lane].records[analyte];
        if (height > record.peak) {
            record.peak = height;
            record.peak_at = lanes_[lane].clock_d + into_stretch_d;
        }
    }

    /// The analytes of a state.
    void shown_of(std::size_t lane, double const (&state)[System::states], double (&found)[shown]) const
    {
        double parameters[System::parameters];
        for (std::size_t i = 0; i < System::parameters; ++i)
            parameters[i] = p[i][lane];
        System::template analytes_of<shown>(parameters, state, found);
    }

private:
    /// Whether packs go over to a stretch that is ready. Samples and peaks between events are looked for before they may.
    static constexpr bool goes_over = detail == Detail::measured;

    struct Lane {
        Job const* job = nullptr;
        std::size_t stretch = 0;
        std::size_t sample = 0;
        std::int64_t first_step = 0; ///< of all that were made
        double clock_d = 0;          ///< at the start of the stretch
        StretchRecord records[kept];
    };

    double length_d(std::size_t lane) const { return lanes_[lane].job->stretches[lanes_[lane].stretch].length_d; }

    void now_kept(std::size_t lane, double (&found)[kept]) const
    {
        double state[System::states];
        for (std::size_t i = 0; i < System::states; ++i)
            state[i] = y[i][lane];
        double of_state[shown];
        shown_of(lane, state, of_state);
        std::copy_n(of_state, shown, found);
        if constexpr (with_payload)
            found[shown] = payload[lane];
    }

    /// Of a dose, what goes to a state that it enters: all of it, unless the system shares it out.
    double dose_share(std::size_t lane, std::size_t dosed) const
    {
        if constexpr (requires { System::dose_shares; })
            return p[System::dose_shares + dosed][lane];
        else
            return 1;
    }

    /// Samples before anything was given.
    void sample_before(std::size_t lane)
    {
        auto& of = lanes_[lane];
        double now[kept];
        now_kept(lane, now);
        for (; of.sample < of.job->sample_count && of.job->samples[of.sample] <= 0; ++of.sample)
            std::copy_n(now, kept, of.job->concentrations + of.sample * kept);
    }

    void take_parameters(std::size_t lane, double const* now, bool first)
    {
        if constexpr (requires { System::is_peripheral(0); })
            if (!first)
                keep_amounts(lane, now);
        for (std::size_t i = 0; i < System::parameters; ++i)
            p[i][lane] = now[i];
        renewed_ |= 1U << lane;
    }

    /// Amounts stay when volumes change, so that concentrations do not.
    void keep_amounts(std::size_t lane, double const* now)
    {
        auto const before = [&](std::size_t i) { return p[i][lane]; };
        double const central = now[System::per_mg] / before(System::per_mg);
        // V2 = V1 k12/k21
        double const peripheral = before(System::k12) / before(System::per_mg) / before(System::k21) /
                                  (now[System::k12] / now[System::per_mg] / now[System::k21]);
        for (std::size_t i = 0; i < System::states; ++i) {
            double const factor = System::is_peripheral(i) ? peripheral : central;
            if (std::isfinite(factor) && factor > 0) // without exchange there is no peripheral volume
                y[i][lane] *= factor;
        }
    }

    void begin_at_baseline(std::size_t lane)
    {
        double parameters[System::parameters];
        double state[System::states];
        for (std::size_t i = 0; i < System::parameters; ++i)
            parameters[i] = p[i][lane];
        System::start(parameters, state);
        for (std::size_t i = 0; i < System::states; ++i)
            y[i][lane] = state[i];
        payload[lane] = 0;
    }

    void start_stretch(std::size_t lane)
    {
        auto& of = lanes_[lane];
        auto const& job = *of.job;
        auto const& stretch = job.stretches[of.stretch];
        bool const first = of.stretch == 0;
        if (first || stretch.occasion != job.stretches[of.stretch - 1].occasion)
            take_parameters(lane, job.parameters + stretch.occasion * System::parameters, first);
        if (first || stretch.emptied)
            begin_at_baseline(lane);
        if constexpr (detail == Detail::full)
            if (first)
                sample_before(lane);
        double const per_mg = p[System::per_mg][lane] * job.amount;
        if (!went_over(lane)) {
            for (std::size_t i = 0; i < System::dosed.size(); ++i)
                y[System::dosed[i]][lane] += stretch.bolus_mg * per_mg * dose_share(lane, i);
            input[lane] = stretch.infusion_mg_per_d * per_mg;
            left[lane] = stretch.length_d;
            for (auto& area : goes_over ? auc_to_go_on_ : auc)
                area[lane] = 0;
        }
        if constexpr (goes_over)
            make_next_ready(lane, per_mg);
        double now[kept];
        now_kept(lane, now);
        for (std::size_t a = 0; a < kept; ++a) {
            of.records[a].start = now[a];
            if constexpr (detail == Detail::full) {
                of.records[a].peak = now[a];
                of.records[a].peak_at = of.clock_d;
            }
        }
        fresh_ |= 1U << lane;
    }

    /// Whether packs are in the stretch that starts.
    bool went_over(std::size_t lane) const { return goes_over && (ready_ >> lane & 1U) != 0; }

    /// What packs need to go over to the next stretch; not if a bolus or other parameters come with it.
    void make_next_ready(std::size_t lane, double per_mg)
    {
        auto const& of = lanes_[lane];
        ready_ &= ~(1U << lane);
        if (of.stretch + 1 == of.job->stretch_count)
            return;
        auto const& now = of.job->stretches[of.stretch];
        auto const& next = of.job->stretches[of.stretch + 1];
        if (next.occasion != now.occasion || next.bolus_mg != 0)
            return;
        next_left_[lane] = next.length_d;
        next_input_[lane] = next.infusion_mg_per_d * per_mg;
        ready_ |= 1U << lane;
    }

    void end_stretch(std::size_t lane)
    {
        auto& of = lanes_[lane];
        auto const& job = *of.job;
        double const end_d = of.clock_d + length_d(lane);
        double now[kept];
        now_kept(lane, now);
        for (std::size_t a = 0; a < kept; ++a) {
            auto const& so_far = of.records[a];
            auto& record = job.records[of.stretch * kept + a];
            record.start = so_far.start;
            record.end = now[a];
            record.auc = auc[a][lane];
            // where no peak between events is looked for, the highest so far is the start
            bool const highest = now[a] > (detail == Detail::full ? so_far.peak : so_far.start);
            record.peak = highest ? now[a] : detail == Detail::full ? so_far.peak : so_far.start;
            record.peak_at = highest ? end_d : detail == Detail::full ? so_far.peak_at : of.clock_d;
        }
        of.clock_d = end_d;
        if (++of.stretch < job.stretch_count) {
            start_stretch(lane);
            return;
        }
        *job.ending = {Status::done, end_d, steps_of(lane)};
        idle(lane);
        take_next(lane);
    }

    void fail(std::size_t lane, bool at_end)
    {
        auto& of = lanes_[lane];
        double const into_d = length_d(lane) - (at_end ? 0 : left[lane]);
        bool const at_cap = steps_of(lane) >= effort_.most_steps;
        *of.job->ending = {at_cap ? Status::too_many_steps : Status::not_finite, of.clock_d + into_d, steps_of(lane)};
        idle(lane);
        take_next(lane);
    }

    /// Figures that any system can bear, until a patient comes.
    void idle(std::size_t lane)
    {
        for (auto& state : y)
            state[lane] = 1;
        for (auto& parameter : p)
            parameter[lane] = 1;
        renewed_ |= 1U << lane;
        payload[lane] = 0;
        input[lane] = 0;
        left[lane] = 1;
        floor[lane] = 1;
        for (auto& area : goes_over ? auc_to_go_on_ : auc)
            area[lane] = 0;
        next_left_[lane] = 1;
        next_input_[lane] = 0;
        ready_ &= ~(1U << lane);
        active_ &= ~(1U << lane);
    }

    void take_next(std::size_t lane)
    {
        if (next_ == jobs_.size())
            return;
        lanes_[lane] = Lane{.job = &jobs_[next_++], .first_step = steps_made_};
        first_at_cap_ = std::min(first_at_cap_, steps_made_ + effort_.most_steps);
        floor[lane] = floor_of(*lanes_[lane].job);
        active_ |= 1U << lane;
        start_stretch(lane);
    }

    int steps_of(std::size_t lane) const { return static_cast<int>(steps_made_ - lanes_[lane].first_step); }

    /// Lanes that have made as many steps as they may. Says when to ask again.
    unsigned exhausted()
    {
        unsigned found = 0;
        first_at_cap_ = std::numeric_limits<std::int64_t>::max();
        each(active_, [&](std::size_t lane) {
            found |= static_cast<unsigned>(steps_of(lane) >= effort_.most_steps) << lane;
            first_at_cap_ = std::min(first_at_cap_, lanes_[lane].first_step + effort_.most_steps);
        });
        return found;
    }

    /// A share of the largest dose's concentration.
    double floor_of(Job const& job)
    {
        constexpr double least = 1e-12; // nM or mg/L: below any assay
        if (job.stretches != last_course_.stretches || job.stretch_count != last_course_.count)
            last_course_ = {job.stretches, job.stretch_count, largest_dose_mg(job)};
        return std::max(effort_.floor * last_course_.largest_dose_mg * job.amount * job.parameters[System::per_mg], least);
    }

    static double largest_dose_mg(Job const& job)
    {
        double largest = 0;
        for (std::size_t i = 0; i < job.stretch_count; ++i) {
            auto const& stretch = job.stretches[i];
            largest = std::max(largest, stretch.bolus_mg + stretch.infusion_mg_per_d * stretch.length_d);
        }
        return largest;
    }

    // for packs, where they go over to stretches that are ready
    alignas(cache_line) double auc_to_go_on_[kept][width]; ///< auc, but 0 where a stretch begins
    alignas(cache_line) double next_left_[width];          ///< left, at the next stretch's start
    alignas(cache_line) double next_input_[width];

    Lane lanes_[width];
    std::span<Job const> jobs_;
    Effort effort_;
    std::size_t next_ = 0;
    std::int64_t steps_made_ = 0;                                          ///< by every lane
    std::int64_t first_at_cap_ = std::numeric_limits<std::int64_t>::max(); ///< of steps_made_, when some lane may have no more
    struct {
        Stretch const* stretches = nullptr;
        std::size_t count = 0;
        double largest_dose_mg = 0;
    } last_course_; ///< patients that follow one another mostly share theirs
    unsigned active_ = 0;
    unsigned fresh_ = 0;
    unsigned renewed_ = 0;
    unsigned ready_ = 0; ///< lanes whose next stretch is in next_left_ and next_input_
};

} // namespace ESCALON_PACK_ISA
} // namespace escalon::pk::kernels

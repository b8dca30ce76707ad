// One-step methods with an estimate of their error, in lanes: a step is tried; a lane whose error is too large stays where it was and
// tries a shorter one while the others go on.
//
// Step lengths follow from coarse logarithms, so they have the same bits everywhere, as all the rest has: what a lane computes depends
// on its patient alone.
#pragma once

#include "pk_models/kernels/lane_book.hpp"

#include <array>
#include <cstdint>

namespace escalon::pk::kernels {
inline namespace ESCALON_PACK_ISA {

/// log2, as coarse_log2_of_largest has it.
constexpr double coarse_unit = 0x1p40;
constexpr double coarse_bias = 1023 * coarse_unit;
constexpr double coarse(double x) { return static_cast<double>(std::bit_cast<std::uint64_t>(x) >> 12) - coarse_bias; }

/// A Method is what is tried:
///   estimate_order          q, where the estimate shrinks as h^q
///   log_tolerance(coarse)   of an estimate, from that of an Effort
///   first_step              of a stretch: share of what the estimate's order suggests
///   bends                   terms of the dense output beyond the chord
///   ends_at_samples         where the dense output falls short of the steps
///   Step<System, V, shown>  the figures of a step: after, error, area, bend; attempt(p, input, y, dy, h) works them out
///
/// A System that is never_negative is kept so: a step that leaves a state further below 0 than the tolerance has gone wrong, for
/// instance past the pole at -KM, whatever its estimate says; what is less is set to 0.
template <class System, class V, Detail detail, class Method>
class AdaptiveLanes {
public:
    AdaptiveLanes(std::span<Job const> jobs, Effort const& effort)
        : book_{jobs, effort},
          log_tolerance_{Method::log_tolerance(coarse(effort.tolerance))},
          tolerance_{std::bit_cast<double>(static_cast<std::uint64_t>(log_tolerance_ + coarse_bias) << 12)}
    {}

    void run()
    {
        while (book_.active() != 0)
            step();
    }

private:
    using Book = LaneBook<System, V::width, detail>;
    static constexpr std::size_t width = V::width;
    static constexpr std::size_t shown = Book::shown;
    static_assert(!Book::with_payload, "payload needs the polynomials of Taylor's steps");
    static constexpr std::size_t states = System::states;
    using Step = typename Method::template Step<System, V, shown>;

    static constexpr double over_order = 1.0 / Method::estimate_order;
    static constexpr double least_step_d = 1e-12; // a tenth of a microsecond

    /// log2 of the largest of |e_i|/(|y_i| + floor) over states.
    ESCALON_INLINE V relative_size(V const (&e)[states], V const (&before)[states], V const (&after)[states]) const
    {
        V const floor = V::load(book_.floor);
        return coarse_log2_of_largest<states>([&](std::size_t i) ESCALON_INLINE_BODY { return abs(e[i]); },
                                              // a state that is no number counts as none; its error is no number either
                                              [&](std::size_t i)
                                                  ESCALON_INLINE_BODY { return max(abs(after[i]), abs(before[i])) + floor; });
    }

    /// The same share of a state's relative change in every fresh lane.
    void propose_first_steps(V const (&y)[states], V const (&dy)[states])
    {
        constexpr double longest = 10 * coarse_unit; // about 1000 d
        V const relative_change = relative_size(dy, y, y);
        V const log_step = V::of(coarse(Method::first_step) + log_tolerance_ * over_order) -
                           max(relative_change, V::of(-longest));
        alignas(Book::cache_line) double steps[width];
        number_as_bits(max(log_step, V::of(coarse(least_step_d))) + V::of(coarse_bias)).store(steps);
        Book::each(book_.fresh(), [&](std::size_t lane) { proposed_[lane] = steps[lane]; });
        book_.all_are_under_way();
    }

    /// Sets states that are below 0 by no more than the tolerance to 0. @return lanes where no state is further below
    ESCALON_INLINE auto kept_positive(V const (&before)[states], V (&after)[states]) const
    {
        V worst = V::of(0);
        if constexpr (System::never_negative) {
            V const floor = V::load(book_.floor);
            for (std::size_t i = 0; i < states; ++i) {
                worst = min(fma(V::of(tolerance_), before[i] + floor, after[i]), worst);
                after[i] = max(V::of(0), after[i]);
            }
        }
        return V::of(0) <= worst;
    }

    /// The step's next length, from its error.
    ESCALON_INLINE static V rescaled(V const& h, V const& log_excess)
    {
        constexpr double safety = coarse(0.8);
        constexpr double least = coarse(0.2);
        constexpr double most = coarse(6);
        V const log_factor = fma(log_excess, V::of(over_order), V::of(safety));
        return h * number_as_bits(min(max(log_factor, V::of(least)), V::of(most)) + V::of(coarse_bias));
    }

    /// Steps that end at a sample before they are through.
    ESCALON_INLINE V cut_at_samples(V const& h) const
    {
        constexpr double near = 1e-6; // so soon in a step, the dense output is as good as the state
        alignas(Book::cache_line) double steps[width];
        h.store(steps);
        Book::each(book_.active(),
                   [&](std::size_t lane) { steps[lane] = std::min(steps[lane], book_.to_sample_d(lane, near * steps[lane])); });
        return V::load(steps);
    }

    void step()
    {
        V y[states];
        V p[System::parameters];
        V dy[states];
        for (std::size_t i = 0; i < states; ++i)
            y[i] = V::load(book_.y[i]);
        for (std::size_t i = 0; i < System::parameters; ++i)
            p[i] = V::load(book_.p[i]);
        V const input = V::load(book_.input);
        System::slopes(p, input, y, dy);
        if (book_.fresh() != 0)
            propose_first_steps(y, dy);

        constexpr double stretched = 1.01; // rather than a tiny step that remains
        bool const fixed = book_.effort().fixed_step_d.has_value();
        V const left = V::load(book_.left);
        V const proposed = fixed ? V::of(*book_.effort().fixed_step_d) : V::load(proposed_);
        V h = select(left <= proposed * V::of(stretched), left, proposed);
        if constexpr (detail == Detail::full && Method::ends_at_samples)
            h = cut_at_samples(h);

        Step tried;
        tried.attempt(p, input, y, dy, h);
        V const log_excess = fixed ? V::of(0) : V::of(log_tolerance_) - relative_size(tried.error, y, tried.after);
        auto const made = (V::of(0) <= log_excess) & kept_positive(y, tried.after);
        V const again = select(made, rescaled(h, log_excess), rescaled(h, min(log_excess, V::of(-coarse_unit))));
        // one that was cut short tells nothing against the length that was proposed
        select(made, select(h < proposed, max(again, proposed), again), again).store(proposed_);

        for (std::size_t i = 0; i < states; ++i)
            select(made, tried.after[i], y[i]).store(book_.y[i]);
        V area[shown];
        for (std::size_t a = 0; a < shown; ++a) {
            V const before = book_.template area_before<V>(a);
            area[a] = select(made, before + tried.area[a], before);
        }
        V const left_now = select(made, left - h, left);
        auto const ends = left_now <= V::of(0);
        book_.move_on(ends, left_now, input, area);
        if constexpr (detail == Detail::full)
            look_between(p, y, tried, h, made.bits());
        auto const sound = made | (V::of(least_step_d) < h);
        book_.after_step(ends.bits(), ~sound.bits());
    }

    /// The dense output; bends are those of Hairer, Norsett & Wanner (1993), II.6, and Hairer & Wanner (1996), IV.7.
    template <class Number>
    ESCALON_INLINE static Number between(Number const& before, Number const& after, Number const* bend, Number const& share,
                                         Number const& rest)
    {
        Number value = bend[1];
        if constexpr (Method::bends == 3)
            value = value + rest * bend[2];
        return before + share * (after - before + rest * (bend[0] + share * value));
    }

    /// Samples and peaks of the step that was just made.
    void look_between(V const (&p)[System::parameters], V const (&y)[states], Step const& made, V const& h, unsigned lanes)
    {
        constexpr double soon = 0x1p-10;
        V first[states];
        V last[states];
        for (std::size_t i = 0; i < states; ++i) {
            first[i] = between(y[i], made.after[i], made.bend[i], V::of(soon), V::of(1 - soon));
            last[i] = between(y[i], made.after[i], made.bend[i], V::of(1 - soon), V::of(soon));
            y[i].store(before_[i]);
            made.after[i].store(after_[i]);
            for (std::size_t b = 0; b < Method::bends; ++b)
                made.bend[i][b].store(bend_[i][b]);
        }
        V found[4][shown];
        System::template analytes_in_lanes<shown>(p, y, found[0]);
        System::template analytes_in_lanes<shown>(p, first, found[1]);
        System::template analytes_in_lanes<shown>(p, last, found[2]);
        System::template analytes_in_lanes<shown>(p, made.after, found[3]);

        alignas(Book::cache_line) double steps[width];
        h.store(steps);
        lanes &= book_.active();
        for (std::size_t a = 0; a < shown; ++a) {
            auto const turns = (found[0][a] < found[1][a]) & (found[3][a] < found[2][a]);
            Book::each(lanes & turns.bits(), [&](std::size_t lane) { peak_between(lane, a, steps[lane]); });
        }
        Book::each(lanes, [&](std::size_t lane) {
            book_.take_samples(lane, steps[lane],
                               [&](double into, auto& state) { state_between(lane, into / steps[lane], state); });
        });
    }

    void state_between(std::size_t lane, double share, double (&state)[states]) const
    {
        for (std::size_t i = 0; i < states; ++i) {
            double bend[Method::bends];
            for (std::size_t b = 0; b < Method::bends; ++b)
                bend[b] = bend_[i][b][lane];
            state[i] = between(before_[i][lane], after_[i][lane], bend, share, 1 - share);
        }
    }

    /// By trisection.
    void peak_between(std::size_t lane, std::size_t analyte, double h)
    {
        auto const height = [&](double share) {
            double state[states];
            double found[shown];
            state_between(lane, share, state);
            book_.shown_of(lane, state, found);
            return found[analyte];
        };
        double rising = 0;
        double falling = 1;
        constexpr int thirds = 50; // to 2e-9 of the step, where heights no longer differ
        for (int k = 0; k < thirds; ++k) {
            double const third = (falling - rising) / 3;
            if (height(rising + third) < height(falling - third))
                rising += third;
            else
                falling -= third;
        }
        book_.consider_peak(lane, analyte, height(rising), book_.step_start_d(lane, h) + rising * h);
    }

    Book book_;
    double log_tolerance_; ///< of the method's estimate, as coarse() has it
    double tolerance_;
    alignas(Book::cache_line) double proposed_[width] = {};
    static constexpr std::size_t kept = detail == Detail::full ? states : 1;
    alignas(Book::cache_line) double before_[kept][width];
    alignas(Book::cache_line) double after_[kept][width];
    alignas(Book::cache_line) double bend_[kept][Method::bends][width];
};

} // namespace ESCALON_PACK_ISA
} // namespace escalon::pk::kernels

// Taylor series in lanes: every lane has its own patient, clock and step, and takes the next patient when its own is done.
//
// A step is as long as the last two coefficients allow (Jorba & Zou 2005, Exp Math 14:99); none is rejected. Steps end where a stretch
// ends. The AUC is the integral of the polynomial, samples and peaks between events are read off it. What a lane computes depends on its
// patient alone, so results have the same bits for any number of lanes, order of patients or instruction set.
#pragma once

#include "pk_models/kernels/driven.hpp"
#include "pk_models/kernels/lane_book.hpp"
#include "pk_models/kernels/systems.hpp"

#include <utility>

namespace escalon::pk::kernels {
inline namespace ESCALON_PACK_ISA {

/// Whether the recurrences multiply by rates over k + 1, which are worked out once a patient.
template <class System>
inline constexpr bool has_scaled_rates = requires
{
    System::scaled_rates;
};

template <class System>
constexpr std::size_t scaled_rates_of()
{
    if constexpr (has_scaled_rates<System>)
        return System::scaled_rates;
    else
        return 0;
}

template <class System, class V, Detail detail, std::size_t order = 12>
class TaylorLanes {
public:
    TaylorLanes(std::span<Job const> jobs, Effort const& effort)
        : book_{jobs, effort}, log_tolerance_{static_cast<double>(std::bit_cast<std::uint64_t>(effort.tolerance) >> 12)}
    {}

    void run()
    {
        while (book_.active() != 0)
            step();
    }

private:
    using Book = LaneBook<System, V::width, detail>;
    using Series = V[System::count][order + 1];
    static constexpr std::size_t width = V::width;
    static constexpr std::size_t shown = Book::shown;

    template <std::size_t... k>
    ESCALON_INLINE void expand(V const* p, V const& input, Series& s, std::index_sequence<k...>) const
    {
        typename System::template Expansion<order, V> expansion;
        expansion.begin(p, s);
        if constexpr (has_scaled_rates<System>)
            (expansion.template next<k>(
                 p, [&](std::size_t i) ESCALON_INLINE_BODY { return V::load(scaled_[k][i]); }, input, s),
             ...);
        else
            (expansion.template next<k>(p, input, s), ...);
    }

    void scale_rates(std::size_t lane)
    {
        double p[System::parameters];
        for (std::size_t i = 0; i < System::parameters; ++i)
            p[i] = book_.p[i][lane];
        double rates[scaled_rates_of<System>()];
        System::rates(p, rates);
        constexpr auto over = reciprocals<order + 1>();
        for (std::size_t k = 0; k < order; ++k)
            for (std::size_t i = 0; i < scaled_rates_of<System>(); ++i)
                scaled_[k][i][lane] = rates[i] * over[k + 1];
    }

    /// log2 of the largest of |s_k|/size over states.
    ESCALON_INLINE static V relative_size(Series const& s, std::size_t k, V const (&size)[System::states])
    {
        return coarse_log2_of_largest<System::states>([&](std::size_t i) ESCALON_INLINE_BODY { return abs(s[i][k]); },
                                                      [&](std::size_t i) ESCALON_INLINE_BODY { return size[i]; });
    }

    /// The longest step whose last two coefficients are within tolerance.
    ESCALON_INLINE V allowed_step(Series const& s) const
    {
        if (book_.effort().fixed_step_d)
            return V::of(*book_.effort().fixed_step_d);
        constexpr double unit = 0x1p40; // of coarse logarithms
        constexpr double bias = 1023 * unit;
        constexpr double safety = 0.9;
        V const floor = V::load(book_.floor);
        V size[System::states];
        for (std::size_t i = 0; i < System::states; ++i) {
            size[i] = abs(s[i][0]) + floor;
            // where exposures alone are wanted, a peripheral compartment that is all but empty gives little back
            constexpr double hardly_any = 0x1p-6;
            if (detail == Detail::measured && System::is_peripheral(i))
                size[i] = fma(V::of(hardly_any), abs(s[0][0]), size[i]);
        }
        V const log_tolerance = V::of(log_tolerance_ - bias);
        V const last = (log_tolerance - relative_size(s, order, size)) * V::of(1.0 / order);
        V const before = (log_tolerance - relative_size(s, order - 1, size)) * V::of(1.0 / (order - 1));
        return V::of(safety) * number_as_bits(min(last, before) + V::of(bias));
    }

    ESCALON_INLINE static V at(V const (&series)[order + 1], V const& h)
    {
        V value = series[order];
        [&]<std::size_t... down>(std::index_sequence<down...>) ESCALON_INLINE_BODY
        {
            ((value = fma(value, h, series[order - 1 - down])), ...);
        }
        (std::make_index_sequence<order>{});
        return value;
    }

    ESCALON_INLINE static V integral(V const (&series)[order + 1], V const& h)
    {
        constexpr auto over = reciprocals<order + 2>();
        V value = series[order] * V::of(over[order + 1]);
        [&]<std::size_t... down>(std::index_sequence<down...>) ESCALON_INLINE_BODY
        {
            ((value = fma(value, h, series[order - 1 - down] * V::of(over[order - down]))), ...);
        }
        (std::make_index_sequence<order>{});
        return value * h;
    }

    void step()
    {
        if constexpr (has_scaled_rates<System>)
            Book::each(book_.take_renewed(), [&](std::size_t lane) { scale_rates(lane); });
        Series s;
        for (std::size_t i = 0; i < System::states; ++i)
            s[i][0] = V::load(book_.y[i]);
        V p[System::parameters];
        for (std::size_t i = 0; i < System::parameters; ++i)
            p[i] = V::load(book_.p[i]);
        V const input = V::load(book_.input);
        expand(p, input, s, std::make_index_sequence<order>{});

        V const left = V::load(book_.left);
        V const allowed = allowed_step(s);
        auto const ends = left <= allowed;
        V const h = select(ends, left, allowed);
        V area[shown];
        for (std::size_t a = 0; a < shown; ++a)
            area[a] = book_.template area_before<V>(a) + integral(s[System::analytes[a]], h);
        V judged = area[0]; // is no number if the measured analyte was none at any time
        for (std::size_t i = 0; i < System::states; ++i) {
            V const after = at(s[i], h);
            after.store(book_.y[i]);
            if constexpr (detail == Detail::full)
                judged = judged + after;
        }
        V const left_now = left - h;
        book_.move_on(ends, left_now, input, area);
        if constexpr (detail == Detail::full)
            look_between(s, h);
        auto const sound = fma(judged, V::of(0), left_now) < left;
        book_.after_step(ends.bits(), ~sound.bits());
    }

    /// One lane's polynomials over a step.
    struct LaneSeries {
        double const (&s)[System::count][order + 1][width];
        std::size_t lane;

        double value(std::size_t series, double h) const
        {
            double sum = s[series][order][lane];
            for (std::size_t k = order; k-- > 0;)
                sum = std::fma(sum, h, s[series][k][lane]);
            return sum;
        }
        double slope(std::size_t series, double h) const
        {
            double sum = static_cast<double>(order) * s[series][order][lane];
            for (std::size_t k = order; k-- > 1;)
                sum = std::fma(sum, h, static_cast<double>(k) * s[series][k][lane]);
            return sum;
        }
        void state(double h, double (&found)[System::states]) const
        {
            for (std::size_t i = 0; i < System::states; ++i)
                found[i] = value(i, h);
        }
    };

    /// Samples and peaks of the step that was just made.
    void look_between(Series const& s, V const& h)
    {
        alignas(Book::cache_line) double steps[width];
        h.store(steps);
        for (std::size_t i = 0; i < System::count; ++i)
            for (std::size_t k = 0; k <= order; ++k)
                s[i][k].store(stored_[i][k]);
        Book::each(book_.active(), [&](std::size_t lane) {
            LaneSeries const series{stored_, lane};
            double const length = steps[lane];
            auto const state_after = [&](double into, auto& state) { series.state(into, state); };
            if constexpr (Book::with_payload) {
                auto const payload = payload_of(lane);
                book_.take_samples(lane, length, state_after, [&](double into) { return payload.value(into); });
                look_at_payload(payload, lane, length);
            } else {
                book_.take_samples(lane, length, state_after);
            }
            for (std::size_t a = 0; a < shown; ++a)
                if (series.slope(System::analytes[a], 0) > 0 && series.slope(System::analytes[a], length) < 0)
                    peak_between(series, lane, a, length);
        });
    }

    void peak_between(LaneSeries const& series, std::size_t lane, std::size_t analyte, double length)
    {
        double const rising = last_rising(0, length, [&](double into) { return series.slope(System::analytes[analyte], into); });
        double state[System::states];
        double found[shown];
        series.state(rising, state);
        book_.shown_of(lane, state, found);
        book_.consider_peak(lane, analyte, found[analyte], book_.step_start_d(lane, length) + rising);
    }

    /// Of the step whose series are stored.
    auto payload_of(std::size_t lane) const
    {
        double p[System::parameters];
        for (std::size_t i = 0; i < System::parameters; ++i)
            p[i] = book_.p[i][lane];
        typename DrivenDecay<V, order>::Coefficients inflow;
        for (std::size_t k = 0; k <= order; ++k)
            inflow[k] = System::release(p, [&](std::size_t series) { return stored_[series][k][lane]; });
        return DrivenDecay<V, order>{inflow, p[System::payload_loss], book_.payload[lane]};
    }

    /// Payload at the end of the step, its AUC, and its peak: it rises for a while after a dose, and within long steps.
    void look_at_payload(DrivenDecay<V, order> const& payload, std::size_t lane, double length)
    {
        constexpr int parts = 4;
        double from = 0;
        bool rises = payload.slope(0) > 0;
        for (int part = 1; part <= parts; ++part) {
            double const to = part == parts ? length : length * (static_cast<double>(part) / parts);
            bool const rises_on = payload.slope(to) > 0;
            if (rises && !rises_on) {
                double const at = last_rising(from, to, [&](double into) { return payload.slope(into); });
                book_.consider_peak(lane, shown, payload.value(at), book_.step_start_d(lane, length) + at);
            }
            from = to;
            rises = rises_on;
        }
        book_.auc[shown][lane] += payload.area(length);
        book_.payload[lane] = payload.value(length);
    }

    /// Where a slope that is positive at first and not at last turns.
    template <class Slope>
    static double last_rising(double rising, double falling, Slope slope)
    {
        constexpr int halvings = 50;
        for (int k = 0; k < halvings; ++k) {
            double const middle = 0.5 * (rising + falling);
            (slope(middle) > 0 ? rising : falling) = middle;
        }
        return rising;
    }

    Book book_;
    double log_tolerance_; ///< coarse, with the offset of an exponent
    alignas(Book::cache_line) double scaled_[has_scaled_rates<System> ? order : 1]
                                            [std::max<std::size_t>(scaled_rates_of<System>(), 1)][width];
    alignas(Book::cache_line) double stored_[detail == Detail::full ? std::size_t{System::count} : 1][order + 1][width];
};

} // namespace ESCALON_PACK_ISA
} // namespace escalon::pk::kernels

#include "pk_models/exponential_stretch.hpp"

#include "pk_models/decay.hpp"
#include "pk_models/root_between.hpp"

#include <algorithm>
#include <cmath>

namespace escalon::pk {
namespace {

/// (e^(-x t) - e^(-k t))/(k - x), from the exponentials where their difference has digits enough.
double driven(double x, double k, double t, double kept_x, double kept_k)
{
    constexpr double apart = 1e-3;
    if (std::abs(k - x) * t > apart)
        return (kept_x - kept_k) / (k - x);
    return t * chained(x * t, k * t);
}

} // namespace

void ExponentialStretch::add(double height_mg_per_L, double rate)
{
    if (height_mg_per_L == 0)
        return;
    rate_per_d[terms] = std::max(rate, slowest_per_d);
    height[terms] = height_mg_per_L;
    kept[terms] = std::exp(-rate_per_d[terms] * length_d);
    ++terms;
}

double ExponentialStretch::value(double t) const
{
    double sum = constant + t * (slope + t * curve);
    for (std::size_t j = 0; j < terms; ++j)
        sum += height[j] * std::exp(-rate_per_d[j] * t);
    return sum;
}

double ExponentialStretch::at_end() const
{
    double sum = constant + length_d * (slope + length_d * curve);
    for (std::size_t j = 0; j < terms; ++j)
        sum += height[j] * kept[j];
    return sum;
}

double ExponentialStretch::change(double t) const
{
    double sum = slope + 2 * t * curve;
    for (std::size_t j = 0; j < terms; ++j)
        sum -= height[j] * rate_per_d[j] * std::exp(-rate_per_d[j] * t);
    return sum;
}

double ExponentialStretch::area(double t) const
{
    double sum = t * (constant + t * (slope / 2 + t * curve / 3));
    for (std::size_t j = 0; j < terms; ++j)
        sum -= height[j] * std::expm1(-rate_per_d[j] * t) / rate_per_d[j];
    return sum;
}

double ExponentialStretch::whole_area() const
{
    constexpr double few_digits = 0.1; // 1 - e^(-x) below it
    double sum = length_d * (constant + length_d * (slope / 2 + length_d * curve / 3));
    for (std::size_t j = 0; j < terms; ++j) {
        double const lost = 1 - kept[j];
        sum += height[j] * (lost > few_digits ? lost : -std::expm1(-rate_per_d[j] * length_d)) / rate_per_d[j];
    }
    return sum;
}

ExponentialStretch exponential_stretch(std::span<Mode const> modes, std::span<double const> parts_mg, double V1_L,
                                       double KA_per_d, CentralState const& feeding, double start_d, double length_d)
{
    ExponentialStretch stretch{.start_d = start_d, .length_d = length_d};
    bool const fed = KA_per_d > 0 && (feeding.depot_mg > 0 || feeding.infusing_depot_mg_per_d > 0);
    double const steady_mg_per_d = feeding.infusing_mg_per_d + (fed ? feeding.infusing_depot_mg_per_d : 0);
    // what the depot gives beyond its steady flow, mg a day at the start
    double const emptying_mg_per_d = fed ? KA_per_d * feeding.depot_mg - feeding.infusing_depot_mg_per_d : 0;
    double from_depot_mg = 0;
    for (std::size_t j = 0; j < modes.size(); ++j) {
        constexpr double alike = 1e-7; // rates nearer than that are taken as so far apart
        double const rate = std::max(modes[j].rate_per_d, ExponentialStretch::slowest_per_d);
        double const share = modes[j].share;
        double apart = rate - KA_per_d;
        if (fed && std::abs(apart) < alike * rate)
            apart = alike * rate;
        double const fed_mg = fed ? share * emptying_mg_per_d / apart : 0;
        double const steady_mg = share * steady_mg_per_d / rate;
        from_depot_mg += fed_mg;
        stretch.constant += steady_mg / V1_L;
        stretch.add((parts_mg[j] - steady_mg - fed_mg) / V1_L, rate);
    }
    if (fed)
        stretch.add(from_depot_mg / V1_L, KA_per_d);
    return stretch;
}

ExponentialStretch parabolic_stretch(double start_d, double length_d, double at_start, double at_end, double area)
{
    double const excess = area / length_d - 0.5 * (at_start + at_end); // of the mean over the chord's
    double const curve = -6 * excess / (length_d * length_d);
    return {.start_d = start_d,
            .length_d = length_d,
            .constant = at_start,
            .slope = (at_end - at_start) / length_d - curve * length_d,
            .curve = curve};
}

EffectOver::EffectOver(ExponentialStretch const& concentration, double rate_per_d, double kept, double at_start)
    : c_{&concentration}, k_{rate_per_d}, at_start_{at_start}
{
    if (is_concentration()) {
        at_start_ = c_->value(0);
        at_end_ = c_->at_end();
        return;
    }
    q2_ = c_->curve;
    q1_ = c_->slope - 2 * q2_ / k_;
    q0_ = c_->constant - q1_ / k_;
    double const t = c_->length_d;
    at_end_ = q0_ + t * (q1_ + t * q2_) + (at_start_ - q0_) * kept;
    for (std::size_t j = 0; j < c_->terms; ++j)
        at_end_ += k_ * c_->height[j] * driven(c_->rate_per_d[j], k_, t, c_->kept[j], kept);
}

double EffectOver::value(double t) const
{
    if (is_concentration())
        return c_->value(t);
    double const kept = std::exp(-k_ * t);
    double sum = q0_ + t * (q1_ + t * q2_) + (at_start_ - q0_) * kept;
    for (std::size_t j = 0; j < c_->terms; ++j)
        sum += k_ * c_->height[j] * driven(c_->rate_per_d[j], k_, t, std::exp(-c_->rate_per_d[j] * t), kept);
    return sum;
}

double EffectOver::change(double t) const { return is_concentration() ? c_->change(t) : k_ * (c_->value(t) - value(t)); }

double EffectOver::area(double t) const { return is_concentration() ? c_->area(t) : c_->area(t) - (value(t) - at_start_) / k_; }

double EffectOver::whole_area() const
{
    return is_concentration() ? c_->whole_area() : c_->whole_area() - (at_end_ - at_start_) / k_;
}

EffectOver::Peak EffectOver::peak(double guess_d) const
{
    double const length_d = c_->length_d;
    Peak const at_ends = at_end_ > at_start_ ? Peak{at_end_, length_d} : Peak{at_start_, 0};
    bool const turns = is_concentration() ? c_->change(0) > 0 && c_->change(length_d) < 0
                                          : c_->value(0) > at_start_ && c_->at_end() < at_end_;
    if (!turns)
        return at_ends;
    // Newton on the slope, kept between a rise and a fall
    double rising = 0;
    double falling = length_d;
    double at = guess_d > 0 && guess_d < length_d ? guess_d : 0.5 * length_d;
    constexpr int rounds = 60;
    constexpr double close = 1e-4; // of the stretch: Newton's next step would be its square, and the height is right to its fourth power
    for (int round = 0; round < rounds; ++round) {
        double next = 0;
        if (is_concentration()) {
            (c_->change(at) > 0 ? rising : falling) = at;
            next = 0.5 * (rising + falling);
        } else {
            double const lead = c_->value(at) - value(at);
            (lead > 0 ? rising : falling) = at;
            next = at - lead / (c_->change(at) - k_ * lead);
        }
        if (!(next > rising && next < falling))
            next = 0.5 * (rising + falling);
        double const moved = std::abs(next - at);
        at = next;
        if (moved < close * length_d)
            break;
    }
    double const height = value(at);
    return height > at_ends.height ? Peak{height, at} : at_ends;
}

double EffectOver::first_above(double level, double peak_at_d) const
{
    if (at_start_ >= level)
        return 0;
    auto const excess = [&](double t) { return value(t) - level; };
    return excess(peak_at_d) > 0 ? root_between(excess, 0, peak_at_d) : peak_at_d;
}

double EffectOver::first_area(double wanted) const
{
    auto const excess = [&](double t) { return area(t) - wanted; };
    if (!(wanted > 0))
        return 0;
    return excess(c_->length_d) > 0 ? root_between(excess, 0, c_->length_d) : c_->length_d;
}

} // namespace escalon::pk

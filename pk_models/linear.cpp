#include "pk_models/linear.hpp"

#include "pk_models/decay.hpp"
#include "pk_models/root_between.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace escalon::pk {
namespace {

/// A compartment beside the central one, as the central one meets it.
struct Peripheral {
    double out_per_d;  ///< k12
    double back_per_d; ///< k21
    double loss_per_d; ///< k20
    double leaving_per_d() const { return back_per_d + loss_per_d; }
    double coupling() const { return out_per_d * back_per_d; }

    /// Of what goes out, per d, the part that never comes back.
    double lost_per_d() const { return leaving_per_d() > 0 ? out_per_d * (loss_per_d / leaving_per_d()) : out_per_d; }
};

/// The symmetric matrix [[leaving, sqrt(coupling)], [sqrt(coupling), peripheral.leaving]]. No step subtracts what nearly cancels.
/// @param loss_per_d what leaves the central compartment for anywhere but this peripheral one
std::array<Mode, 2> two_modes(double loss_per_d, Peripheral const& peripheral)
{
    double const leaving = loss_per_d + peripheral.out_per_d;
    double const coupling = peripheral.coupling();
    double const difference = leaving - peripheral.leaving_per_d();
    double const spread = std::sqrt(difference * difference + 4 * coupling);
    double const fast = 0.5 * (leaving + peripheral.leaving_per_d() + spread);
    double const slow = (loss_per_d * peripheral.leaving_per_d() + peripheral.out_per_d * peripheral.loss_per_d) / fast;
    double const larger = 0.5 * (std::abs(difference) + spread);
    double const smaller = coupling / larger;
    double const fast_share = (difference >= 0 ? larger : smaller) / spread;
    double const slow_share = (difference >= 0 ? smaller : larger) / spread;
    return {Mode{fast, fast_share}, Mode{slow, slow_share}};
}

/// Three eigenvalues of the arrowhead matrix, each as a distance from an origin (0 or a peripheral rate) near to it, so that
/// it and its distances from the peripheral rates keep all their digits. After Jakovcevic Stor, Slapnicar & Barlow (2015), Linear
/// Algebra Appl 464:62.
class Arrowhead {
public:
    /// @param slow,fast peripherals by the rate at which they are left, which must differ; both coupled
    Arrowhead(double loss_per_d, Peripheral const& slow, Peripheral const& fast)
        : loss_{loss_per_d}, slow_{slow}, fast_{fast}, leaving_{loss_per_d + slow.out_per_d + fast.out_per_d}
    {}

    std::array<Mode, max_modes> modes() const { return {fastest(), middle(), slowest()}; }

private:
    double pole_gap() const { return fast_.leaving_per_d() - slow_.leaving_per_d(); }

    /// The secular function: falls from +infinity to -infinity between peripheral rates, its zeros are the eigenvalues. What
    /// goes out to a peripheral compartment is taken together with what comes back, so that a fast exchange does not drown a
    /// slow rate.
    double secular(double rate) const
    {
        return loss_ - rate + slow_.out_per_d * (slow_.loss_per_d - rate) / (slow_.leaving_per_d() - rate) +
               fast_.out_per_d * (fast_.loss_per_d - rate) / (fast_.leaving_per_d() - rate);
    }

    /// The zero between two distances from the rate of `near`: of the secular function times the distance, which is smooth there.
    Mode around(Peripheral const& near, Peripheral const& other, double low, double high) const
    {
        double const origin = near.leaving_per_d();
        double const gap = other.leaving_per_d() - origin;
        auto const smoothed = [&](double distance) {
            double const rest = loss_ - origin - distance +
                                other.out_per_d * (other.loss_per_d - origin - distance) / (gap - distance);
            return rest * distance + near.out_per_d * (near.back_per_d + distance);
        };
        double const distance = root_between(smoothed, low, high);
        return {origin + distance, share(near.coupling(), -distance, other.coupling(), gap - distance)};
    }

    static double share(double coupling_a, double distance_a, double coupling_b, double distance_b)
    {
        return 1 / (1 + coupling_a / distance_a / distance_a + coupling_b / distance_b / distance_b);
    }

    Mode slowest() const
    {
        double const pole = slow_.leaving_per_d();
        if (secular(0.5 * pole) > 0)
            return around(slow_, fast_, -0.5 * pole, 0);
        double const rate = root_between([&](double r) { return secular(r); }, 0, 0.5 * pole);
        return {rate, share(slow_.coupling(), pole - rate, fast_.coupling(), fast_.leaving_per_d() - rate)};
    }

    Mode middle() const
    {
        double const half_gap = 0.5 * pole_gap();
        if (secular(slow_.leaving_per_d() + half_gap) > 0)
            return around(fast_, slow_, -half_gap, 0);
        // below the larger rate of the system without its fast compartment
        return around(slow_, fast_, 0, std::min(half_gap, reach(slow_, slow_.coupling())));
    }

    Mode fastest() const { return around(fast_, slow_, 0, reach(fast_, slow_.coupling() + fast_.coupling())); }

    /// More than coupling can push a rate above that of a peripheral compartment.
    double reach(Peripheral const& from, double coupling) const
    {
        return 2 * (std::max(leaving_ - from.leaving_per_d(), 0.0) + std::sqrt(coupling));
    }

    double loss_;
    Peripheral slow_;
    Peripheral fast_;
    double leaving_;
};

/// How much of one dose is in a mode, per mg, and whether it is still running in.
double remaining(Mode const& mode, DoseEvent const& dose, double at_d)
{
    double const age_d = at_d - dose.time_d;
    if (at_d < dose.time_d + dose.duration_d)
        return age_d / dose.duration_d * mean_decay(mode.rate_per_d * age_d);
    return mean_decay(mode.rate_per_d * dose.duration_d) * std::exp(-mode.rate_per_d * std::max(age_d - dose.duration_d, 0.0));
}

/// Integral of `remaining` from one age of the dose to a later one. A sum of positive terms.
double remaining_integral(Mode const& mode, DoseEvent const& dose, double from_age_d, double to_age_d)
{
    double const rate = mode.rate_per_d;
    double integral = 0;
    if (from_age_d < dose.duration_d) {
        double const length = std::min(to_age_d, dose.duration_d) - from_age_d;
        double const before = from_age_d * mean_decay(rate * from_age_d);
        double const during = std::exp(-rate * from_age_d) * length * mean_loss(rate * length);
        integral += length * (before + during) / dose.duration_d;
    }
    if (to_age_d > dose.duration_d) {
        double const start = std::max(from_age_d, dose.duration_d);
        double const length = to_age_d - start;
        integral += mean_decay(rate * dose.duration_d) * std::exp(-rate * (start - dose.duration_d)) * length *
                    mean_decay(rate * length);
    }
    return integral;
}

/// Sum over doses that count at a time.
template <class Counts>
Concentration superposed(Disposition const& disposition, History history, double at_d, Counts counts)
{
    double amount_mg = 0;
    for (auto const& dose : history)
        if (counts(dose))
            for (auto const& mode : disposition.modes())
                amount_mg += mode.share * dose.amount_mg * remaining(mode, dose, at_d);
    return Concentration::from_base(amount_mg / disposition.V1_L());
}

} // namespace

Disposition::Disposition(Rates const& rates) : V1_L_{rates.V1_L}
{
    Peripheral const second{rates.k12_per_d, rates.k21_per_d, rates.k20_per_d};
    Peripheral const third{rates.k13_per_d, rates.k31_per_d, rates.k30_per_d};
    clearance_L_per_d_ = V1_L_ * (rates.k10_per_d + second.lost_per_d() + third.lost_per_d());

    bool const has_second = second.coupling() > 0;
    bool const has_third = third.coupling() > 0;
    if (!has_second && !has_third) {
        modes_[0] = {rates.k10_per_d + second.out_per_d + third.out_per_d, 1};
        count_ = 1;
    } else if (!has_third || !has_second) {
        auto const& coupled = has_second ? second : third;
        auto const& uncoupled = has_second ? third : second;
        auto const two = two_modes(rates.k10_per_d + uncoupled.out_per_d, coupled);
        std::copy(two.begin(), two.end(), modes_.begin());
        count_ = 2;
    } else if (second.leaving_per_d() == third.leaving_per_d()) {
        // left at one rate, they act as one compartment
        Peripheral const both{
            second.out_per_d + third.out_per_d, (second.coupling() + third.coupling()) / (second.out_per_d + third.out_per_d),
            (second.out_per_d * second.loss_per_d + third.out_per_d * third.loss_per_d) / (second.out_per_d + third.out_per_d)};
        auto const two = two_modes(rates.k10_per_d, both);
        std::copy(two.begin(), two.end(), modes_.begin());
        count_ = 2;
    } else {
        bool const third_is_faster = third.leaving_per_d() > second.leaving_per_d();
        modes_ = third_is_faster ? Arrowhead{rates.k10_per_d, second, third}.modes()
                                 : Arrowhead{rates.k10_per_d, third, second}.modes();
        count_ = 3;
    }
}

Concentration concentration(Disposition const& disposition, History history, Time at)
{
    double const at_d = at.base();
    return superposed(disposition, history, at_d, [at_d](DoseEvent const& dose) { return dose.time_d <= at_d; });
}

Concentration concentration_before(Disposition const& disposition, History history, Time at)
{
    double const at_d = at.base();
    return superposed(disposition, history, at_d, [at_d](DoseEvent const& dose) { return dose.time_d < at_d; });
}

Auc auc(Disposition const& disposition, History history, Time from, Time to)
{
    double integral_mg_d = 0;
    for (auto const& dose : history) {
        double const from_age_d = std::max(from.base() - dose.time_d, 0.0);
        double const to_age_d = to.base() - dose.time_d;
        if (to_age_d <= from_age_d)
            continue;
        for (auto const& mode : disposition.modes())
            integral_mg_d += mode.share * dose.amount_mg * remaining_integral(mode, dose, from_age_d, to_age_d);
    }
    return Auc::from_base(integral_mg_d / disposition.V1_L());
}

Auc auc_to_infinity(Disposition const& disposition, History history)
{
    double amount_mg = 0;
    for (auto const& dose : history)
        amount_mg += dose.amount_mg;
    return Auc::from_base(amount_mg > 0 ? amount_mg / disposition.clearance_L_per_d() : 0);
}

Concentration steady_state_concentration(Disposition const& disposition, SteadyDosing const& dosing, Time since_dose)
{
    DoseEvent const dose{0, dosing.duration_d, 1};
    double const at_d = since_dose.base();
    double const running = std::ceil((dosing.duration_d - at_d) / dosing.interval_d);
    int const infusions_running = static_cast<int>(std::max(running, 0.0));
    double const first_ended_d = at_d + infusions_running * dosing.interval_d;
    double sum = 0;
    for (auto const& mode : disposition.modes()) {
        double in_mode = remaining(mode, dose, first_ended_d) / -std::expm1(-mode.rate_per_d * dosing.interval_d);
        for (int k = 0; k < infusions_running; ++k)
            in_mode += remaining(mode, dose, at_d + k * dosing.interval_d);
        sum += mode.share * in_mode;
    }
    return Concentration::from_base(dosing.amount_mg * sum / disposition.V1_L());
}

Auc steady_state_auc(Disposition const& disposition, SteadyDosing const& dosing)
{
    return Auc::from_base(dosing.amount_mg / disposition.clearance_L_per_d());
}

CentralState central_state(Disposition const& disposition, History history, Time at)
{
    CentralState state;
    auto const modes = disposition.modes();
    for (auto const& dose : history) {
        if (dose.time_d > at.base())
            continue;
        for (std::size_t j = 0; j < modes.size(); ++j)
            state.amount_mg[j] += dose.amount_mg * remaining(modes[j], dose, at.base());
        if (at.base() < dose.time_d + dose.duration_d)
            state.infusing_mg_per_d += dose.amount_mg / dose.duration_d;
    }
    return state;
}

Concentration concentration_after(Disposition const& disposition, CentralState const& state, Time later)
{
    double const later_d = later.base();
    auto const modes = disposition.modes();
    double amount_mg = 0;
    for (std::size_t j = 0; j < modes.size(); ++j) {
        double const decay = modes[j].rate_per_d * later_d;
        amount_mg += modes[j].share *
                     (state.amount_mg[j] * std::exp(-decay) + state.infusing_mg_per_d * later_d * mean_decay(decay));
    }
    return Concentration::from_base(amount_mg / disposition.V1_L());
}

} // namespace escalon::pk

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

    /// A mode and how far the peripheral rates lie above its own.
    struct Resolved {
        Mode mode;
        double to_slow;
        double to_fast;

        /// The share over the distance to one of the rates, also where both vanish.
        static double reach(double distance, double coupling, double other_distance, double other_coupling)
        {
            double const ratio = distance / other_distance;
            return distance / (distance * distance + coupling + other_coupling * ratio * ratio);
        }
    };

    std::array<Resolved, max_modes> resolved() const { return {fastest(), middle(), slowest()}; }
    std::array<Mode, max_modes> modes() const { return {fastest().mode, middle().mode, slowest().mode}; }

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
    Resolved around(Peripheral const& near, Peripheral const& other, double low, double high) const
    {
        double const origin = near.leaving_per_d();
        double const gap = other.leaving_per_d() - origin;
        auto const smoothed = [&](double distance) {
            double const rest = loss_ - origin - distance +
                                other.out_per_d * (other.loss_per_d - origin - distance) / (gap - distance);
            return rest * distance + near.out_per_d * (near.back_per_d + distance);
        };
        double const distance = root_between(smoothed, low, high);
        Mode const mode{origin + distance, share(near.coupling(), -distance, other.coupling(), gap - distance)};
        bool const near_slow = gap > 0;
        return {mode, near_slow ? -distance : gap - distance, near_slow ? gap - distance : -distance};
    }

    static double share(double coupling_a, double distance_a, double coupling_b, double distance_b)
    {
        return 1 / (1 + coupling_a / distance_a / distance_a + coupling_b / distance_b / distance_b);
    }

    Resolved slowest() const
    {
        double const pole = slow_.leaving_per_d();
        if (secular(0.5 * pole) > 0)
            return around(slow_, fast_, -0.5 * pole, 0);
        double const rate = root_between([&](double r) { return secular(r); }, 0, 0.5 * pole);
        double const to_fast = fast_.leaving_per_d() - rate;
        return {{rate, share(slow_.coupling(), pole - rate, fast_.coupling(), to_fast)}, pole - rate, to_fast};
    }

    Resolved middle() const
    {
        double const half_gap = 0.5 * pole_gap();
        if (secular(slow_.leaving_per_d() + half_gap) > 0)
            return around(fast_, slow_, -half_gap, 0);
        // below the larger rate of the system without its fast compartment
        return around(slow_, fast_, 0, std::min(half_gap, reach(slow_, slow_.coupling())));
    }

    Resolved fastest() const { return around(fast_, slow_, 0, reach(fast_, slow_.coupling() + fast_.coupling())); }

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

/// Amounts in a mode and in the depot.
struct Fed {
    double mode_mg;
    double depot_mg;
};

/// So much later, if nothing more is given.
Fed moved(double rate_per_d, double KA_per_d, Fed const& amounts, double length_d)
{
    double const x = rate_per_d * length_d;
    double const y = KA_per_d * length_d;
    return {amounts.mode_mg * std::exp(-x) + amounts.depot_mg * y * chained(x, y), amounts.depot_mg * std::exp(-y)};
}

/// Integral of the amount in the mode on that way.
double moved_integral(double rate_per_d, double KA_per_d, Fed const& amounts, double length_d)
{
    double const x = rate_per_d * length_d;
    double const y = KA_per_d * length_d;
    return length_d * (amounts.mode_mg * mean_decay(x) + amounts.depot_mg * y * chained_uptake(x, y));
}

/// What a dose into the depot has left in both, per mg.
Fed fed(double rate_per_d, double KA_per_d, double duration_d, double age_d)
{
    double const running_d = std::min(age_d, duration_d);
    double const given = age_d < duration_d ? age_d / duration_d : 1;
    double const x = rate_per_d * running_d;
    double const y = KA_per_d * running_d;
    Fed const now{given * y * chained_uptake(x, y), given * mean_decay(y)};
    return age_d > duration_d ? moved(rate_per_d, KA_per_d, now, age_d - duration_d) : now;
}

/// Integral of what a dose into the depot has left in the mode, from one age to a later one, per mg.
double fed_integral(double rate_per_d, double KA_per_d, double duration_d, double from_age_d, double to_age_d)
{
    double integral = 0;
    if (from_age_d < duration_d) {
        double const length_d = std::min(to_age_d, duration_d) - from_age_d;
        integral += moved_integral(rate_per_d, KA_per_d, fed(rate_per_d, KA_per_d, duration_d, from_age_d), length_d);
        double const y = KA_per_d * length_d;
        integral += length_d * (length_d / duration_d) * y * chained_loss(rate_per_d * length_d, y);
    }
    if (to_age_d > duration_d) {
        double const start_d = std::max(from_age_d, duration_d);
        integral += moved_integral(rate_per_d, KA_per_d, fed(rate_per_d, KA_per_d, duration_d, start_d), to_age_d - start_d);
    }
    return integral;
}

/// Of the doses before a steady state began, all that had come in entirely, in one.
struct Residue {
    std::array<double, max_modes> amount_mg{};
    double depot_mg = 0;
    double at_d = 0;
};

/// What an arrival has left in a mode.
double in_mode(Disposition const& disposition, Mode const& mode, Arrival const& arrival, double at_d)
{
    if (!arrival.into_depot)
        return remaining(mode, arrival.dose, at_d);
    return fed(mode.rate_per_d, disposition.absorption().KA_per_d, arrival.dose.duration_d, at_d - arrival.dose.time_d).mode_mg;
}

/// Doses at every interval up to one that had just come in entirely at this age: a geometric series of decays.
Residue residue(Disposition const& disposition, Arrival const& last, double began_d, double interval_d)
{
    double const KA_per_d = disposition.absorption().KA_per_d;
    auto const modes = disposition.modes();
    auto const amount_mg = last.dose.amount_mg;
    Residue sum{.at_d = began_d};
    if (last.into_depot)
        sum.depot_mg = amount_mg * fed(0, KA_per_d, last.dose.duration_d, began_d - last.dose.time_d).depot_mg /
                       -std::expm1(-KA_per_d * interval_d);
    for (std::size_t j = 0; j < modes.size(); ++j) {
        double const rate_per_d = modes[j].rate_per_d;
        double each_interval_mg = amount_mg * in_mode(disposition, modes[j], last, began_d);
        if (last.into_depot)
            each_interval_mg += moved(rate_per_d, KA_per_d, {0, sum.depot_mg}, interval_d).mode_mg;
        sum.amount_mg[j] = each_interval_mg / -std::expm1(-rate_per_d * interval_d);
    }
    return sum;
}

/// A dose of a history and the doses before it that its steady state implies.
/// @param on_arrival of itself, and of those that still come in when the steady state begins, latest first
/// @param on_last    of the last that had come in entirely, if there is a steady state
template <class OnArrival, class OnLast>
void each_arrival(Absorption const& absorption, DoseEvent const& given, OnArrival on_arrival, OnLast on_last)
{
    Arrival arrival{absorption.immediate() ? given : arriving(absorption, given), 0, absorption.into_depot(given.site)};
    arrival.counts_from_d = arrival.dose.time_d;
    on_arrival(arrival);
    if (!(given.interval_d > 0))
        return;
    double const own_d = arrival.dose.time_d;
    for (int k = 1;; ++k) {
        arrival.dose.time_d = own_d - k * given.interval_d;
        arrival.counts_from_d = std::max(given.time_d, arrival.dose.time_d);
        if (arrival.dose.time_d < given.time_d && arrival.dose.time_d + arrival.dose.duration_d <= given.time_d)
            return on_last(arrival);
        on_arrival(arrival);
    }
}

/// As above, with all that had come in entirely in one residue.
template <class OnArrival, class OnResidue>
void take_apart(Disposition const& disposition, DoseEvent const& given, OnArrival on_arrival, OnResidue on_residue)
{
    each_arrival(disposition.absorption(), given, on_arrival,
                 [&](Arrival const& last) { on_residue(residue(disposition, last, given.time_d, given.interval_d)); });
}

/// At a time: what happens then has happened.
struct After {
    double at_d;
    bool counts(Arrival const& arrival) const
    {
        return arrival.dose.time_d <= at_d && arrival.counts_from_d <= at_d && lasts(arrival.dose);
    }
    bool lasts(DoseEvent const& given) const { return at_d < given.until_d; }
};

/// Just before what happens at a time, but for a steady state: that has been reached.
struct Before {
    double at_d;
    bool counts(Arrival const& arrival) const
    {
        return arrival.dose.time_d < at_d && arrival.counts_from_d <= at_d && lasts(arrival.dose);
    }
    bool lasts(DoseEvent const& given) const { return at_d < given.until_d || (at_d == given.until_d && !given.replaced); }
};

/// Sum over doses that count at a time.
template <class When>
Concentration superposed(Disposition const& disposition, History history, When when)
{
    double amount_mg = 0;
    for (auto const& given : history)
        take_apart(
            disposition, given,
            [&](Arrival const& arrival) {
                if (when.counts(arrival))
                    for (auto const& mode : disposition.modes())
                        amount_mg += mode.share * arrival.dose.amount_mg * in_mode(disposition, mode, arrival, when.at_d);
            },
            [&](Residue const& ended) {
                if (ended.at_d > when.at_d || !when.lasts(given))
                    return;
                auto const modes = disposition.modes();
                for (std::size_t j = 0; j < modes.size(); ++j)
                    amount_mg += modes[j].share * moved(modes[j].rate_per_d, disposition.absorption().KA_per_d,
                                                        {ended.amount_mg[j], ended.depot_mg}, when.at_d - ended.at_d)
                                                      .mode_mg;
            });
    return Concentration::from_base(amount_mg / disposition.V1_L());
}

/// What is in the body when a steady state begins and what is yet to come of the doses before, over the rates at which it leaves:
/// the AUC to infinity of these doses, times V1.
double implied_auc_mg_d(Disposition const& disposition, DoseEvent const& given)
{
    auto const modes = disposition.modes();
    auto const& absorption = disposition.absorption();
    double to_come_mg = 0;
    std::array<double, max_modes> in_body_mg{};
    auto const own_d = arriving(absorption, given).time_d;
    take_apart(
        disposition, given,
        [&](Arrival const& arrival) {
            double const age_d = given.time_d - arrival.dose.time_d;
            if (arrival.dose.time_d == own_d)
                return;
            if (!(age_d > 0)) {
                to_come_mg += arrival.dose.amount_mg;
                return;
            }
            to_come_mg += arrival.dose.amount_mg * (1 - std::min(age_d / arrival.dose.duration_d, 1.0));
            for (std::size_t j = 0; j < modes.size(); ++j) {
                double in_depot = 0;
                if (arrival.into_depot)
                    in_depot = fed(0, absorption.KA_per_d, arrival.dose.duration_d, age_d).depot_mg;
                in_body_mg[j] += arrival.dose.amount_mg * (in_depot + in_mode(disposition, modes[j], arrival, given.time_d));
            }
        },
        [&](Residue const& ended) {
            for (std::size_t j = 0; j < modes.size(); ++j)
                in_body_mg[j] += ended.amount_mg[j] + ended.depot_mg;
        });
    double sum = to_come_mg * (disposition.V1_L() / disposition.clearance_L_per_d());
    for (std::size_t j = 0; j < modes.size(); ++j)
        sum += modes[j].share * in_body_mg[j] / modes[j].rate_per_d;
    return sum;
}

} // namespace

DoseEvent arriving(Absorption const& absorption, DoseEvent dose)
{
    if (absorption.concerns(dose.site)) {
        dose.time_d += absorption.ALAG1_d;
        dose.amount_mg *= absorption.F1;
        if (dose.stated_by == StatedBy::rate)
            dose.duration_d *= absorption.F1;
    }
    return dose;
}

std::vector<Arrival> arrivals(Absorption const& absorption, DoseEvent const& given)
{
    std::vector<Arrival> found;
    each_arrival(
        absorption, given, [&](Arrival const& arrival) { found.push_back(arrival); }, [](Arrival const&) {});
    return found;
}

Disposition::Disposition(Rates const& rates, Absorption const& absorption) : V1_L_{rates.V1_L}, absorption_{absorption}
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

CompartmentModes compartment_modes(Rates const& rates)
{
    Disposition const disposition{rates};
    CompartmentModes found{.count = disposition.modes().size()};
    std::ranges::copy(disposition.modes(), found.modes.begin());
    std::array const peripherals{Peripheral{rates.k12_per_d, rates.k21_per_d, rates.k20_per_d},
                                 Peripheral{rates.k13_per_d, rates.k31_per_d, rates.k30_per_d}};
    auto const& [second, third] = peripherals;
    if (found.count == max_modes) {
        bool const third_is_faster = third.leaving_per_d() > second.leaving_per_d();
        auto const& slow = third_is_faster ? second : third;
        auto const& fast = third_is_faster ? third : second;
        auto const resolved = Arrowhead{rates.k10_per_d, slow, fast}.resolved();
        for (std::size_t j = 0; j < found.count; ++j) {
            auto const [mode, to_slow, to_fast] = resolved[j];
            double const reach_slow = Arrowhead::Resolved::reach(to_slow, slow.coupling(), to_fast, fast.coupling());
            double const reach_fast = Arrowhead::Resolved::reach(to_fast, fast.coupling(), to_slow, slow.coupling());
            found.reach_d[j] = third_is_faster ? std::array{reach_slow, reach_fast} : std::array{reach_fast, reach_slow};
        }
    } else if (found.count == 2) {
        // the share of either mode is as far from 0 as its rate from the peripheral one, in units of the distance between the modes
        double central_per_d = rates.k10_per_d;
        double leaving_per_d = 0;
        double coupling = 0;
        for (auto const& peripheral : peripherals) {
            central_per_d += peripheral.out_per_d;
            coupling += peripheral.coupling();
            if (peripheral.coupling() > 0)
                leaving_per_d = peripheral.leaving_per_d();
        }
        double const difference = central_per_d - leaving_per_d;
        double const spread = std::sqrt(difference * difference + 4 * coupling);
        for (std::size_t p = 0; p < peripherals.size(); ++p)
            if (peripherals[p].coupling() > 0) {
                found.reach_d[0][p] = -1 / spread;
                found.reach_d[1][p] = 1 / spread;
            }
    }
    return found;
}

Concentration concentration(Disposition const& disposition, History history, Time at)
{
    return superposed(disposition, history, After{at.base()});
}

Concentration concentration_before(Disposition const& disposition, History history, Time at)
{
    return superposed(disposition, history, Before{at.base()});
}

Auc auc(Disposition const& disposition, History history, Time from, Time to)
{
    double const KA_per_d = disposition.absorption().KA_per_d;
    double integral_mg_d = 0;
    for (auto const& given : history) {
        double const until_d = std::min(to.base(), given.until_d);
        take_apart(
            disposition, given,
            [&](Arrival const& arrival) {
                auto const& dose = arrival.dose;
                double const from_age_d = std::max(std::max(from.base(), arrival.counts_from_d) - dose.time_d, 0.0);
                double const to_age_d = until_d - dose.time_d;
                if (to_age_d <= from_age_d)
                    return;
                for (auto const& mode : disposition.modes())
                    integral_mg_d += mode.share * dose.amount_mg *
                                     (arrival.into_depot
                                          ? fed_integral(mode.rate_per_d, KA_per_d, dose.duration_d, from_age_d, to_age_d)
                                          : remaining_integral(mode, dose, from_age_d, to_age_d));
            },
            [&](Residue const& ended) {
                double const start_d = std::max(from.base(), ended.at_d);
                if (until_d <= start_d)
                    return;
                auto const modes = disposition.modes();
                for (std::size_t j = 0; j < modes.size(); ++j) {
                    Fed const at_start = moved(modes[j].rate_per_d, KA_per_d, {ended.amount_mg[j], ended.depot_mg},
                                               start_d - ended.at_d);
                    integral_mg_d += modes[j].share * moved_integral(modes[j].rate_per_d, KA_per_d, at_start, until_d - start_d);
                }
            });
    }
    return Auc::from_base(integral_mg_d / disposition.V1_L());
}

Auc auc_to_infinity(Disposition const& disposition, History history)
{
    auto const& absorption = disposition.absorption();
    double amount_mg = 0;
    double rest_mg_d_per_L = 0;
    for (auto const& dose : history) {
        if (dose.until_d < std::numeric_limits<double>::infinity()) {
            rest_mg_d_per_L += auc(disposition, {&dose, 1}, Time::from_base(dose.time_d), Time::from_base(dose.until_d)).base();
            continue;
        }
        double const arriving_mg = absorption.concerns(dose.site) ? absorption.F1 * dose.amount_mg : dose.amount_mg;
        amount_mg += arriving_mg;
        if (dose.interval_d > 0 && arriving_mg > 0)
            rest_mg_d_per_L += disposition.clearance_L_per_d() > 0 ? implied_auc_mg_d(disposition, dose) / disposition.V1_L()
                                                                   : std::numeric_limits<double>::infinity();
    }
    return Auc::from_base((amount_mg > 0 ? amount_mg / disposition.clearance_L_per_d() : 0) + rest_mg_d_per_L);
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
    double const KA_per_d = disposition.absorption().KA_per_d;
    After const when{at.base()};
    for (auto const& given : history)
        take_apart(
            disposition, given,
            [&](Arrival const& arrival) {
                auto const& dose = arrival.dose;
                if (!when.counts(arrival))
                    return;
                for (std::size_t j = 0; j < modes.size(); ++j)
                    state.amount_mg[j] += dose.amount_mg * in_mode(disposition, modes[j], arrival, when.at_d);
                if (arrival.into_depot)
                    state.depot_mg += dose.amount_mg * fed(0, KA_per_d, dose.duration_d, when.at_d - dose.time_d).depot_mg;
                if (when.at_d < dose.time_d + dose.duration_d)
                    (arrival.into_depot ? state.infusing_depot_mg_per_d : state.infusing_mg_per_d) += dose.amount_mg /
                                                                                                      dose.duration_d;
            },
            [&](Residue const& ended) {
                if (ended.at_d > when.at_d || !when.lasts(given))
                    return;
                double const later_d = when.at_d - ended.at_d;
                for (std::size_t j = 0; j < modes.size(); ++j)
                    state.amount_mg[j] +=
                        moved(modes[j].rate_per_d, KA_per_d, {ended.amount_mg[j], ended.depot_mg}, later_d).mode_mg;
                state.depot_mg += ended.depot_mg * std::exp(-KA_per_d * later_d);
            });
    return state;
}

std::vector<double> event_times(Disposition const& disposition, History history, Time from, Time to)
{
    std::vector<double> times{from.base(), to.base()};
    auto const add = [&](double time_d) {
        if (time_d > from.base() && time_d < to.base())
            times.push_back(time_d);
    };
    for (auto const& given : history) {
        take_apart(
            disposition, given,
            [&](Arrival const& arrival) {
                add(arrival.counts_from_d);
                add(arrival.dose.time_d + arrival.dose.duration_d);
            },
            [&](Residue const& ended) { add(ended.at_d); });
        add(given.until_d);
    }
    std::ranges::sort(times);
    times.erase(std::unique(times.begin(), times.end()), times.end());
    return times;
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
        if (state.fed_by_depot()) {
            double const emptying = disposition.absorption().KA_per_d * later_d;
            amount_mg += modes[j].share * emptying *
                         (state.depot_mg * chained(decay, emptying) +
                          state.infusing_depot_mg_per_d * later_d * chained_uptake(decay, emptying));
        }
    }
    return Concentration::from_base(amount_mg / disposition.V1_L());
}

} // namespace escalon::pk

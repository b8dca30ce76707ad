#include "pk_models/linear_course.hpp"

#include "pk_models/central_motion.hpp"
#include "pk_models/decay.hpp"
#include "pk_models/fault_error.hpp"
#include "pk_models/steady_interval.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace escalon::pk {
namespace {

struct PeripheralRates {
    double out_per_d;
    double back_per_d;
    double leaving_per_d;
};

std::array<PeripheralRates, 2> peripherals(Rates const& rates)
{
    return {PeripheralRates{rates.k12_per_d, rates.k21_per_d, rates.k21_per_d + rates.k20_per_d},
            PeripheralRates{rates.k13_per_d, rates.k31_per_d, rates.k31_per_d + rates.k30_per_d}};
}

/// The central compartment's way from these amounts on.
CentralMotion motion(Rates const& rates, Absorption const& absorption, CompartmentModes const& modes, Amounts const& amounts,
                     CentralState feeding)
{
    auto const beside = peripherals(rates);
    std::array<double, max_modes> parts_mg{};
    for (std::size_t j = 0; j < modes.count; ++j) {
        parts_mg[j] = modes.modes[j].share * amounts.central_mg;
        for (std::size_t p = 0; p < beside.size(); ++p)
            parts_mg[j] += beside[p].back_per_d * modes.reach_d[j][p] * amounts.peripheral_mg[p];
    }
    feeding.depot_mg = amounts.depot_mg;
    return {std::span{modes.modes}.first(modes.count), parts_mg, absorption.KA_per_d, feeding};
}

/// Where there is no depot, what was meant for it is at once in the central compartment.
void empty_absent_depot(Absorption const& absorption, Amounts& amounts)
{
    if (!absorption.has_depot())
        amounts.central_mg += std::exchange(amounts.depot_mg, 0);
}

} // namespace

/// Runs through the events once.
class LinearCourse::Builder {
public:
    Builder(std::span<Occasion const> occasions, History history, double end_d) : occasions_{occasions}, end_d_{end_d}
    {
        check();
        for (auto const& occasion : occasions)
            kinetics_.push_back({occasion.absorption, occasion.rates, compartment_modes(occasion.rates)});
        for (auto const& given : history)
            add(given);
        collect_times();
    }

    std::vector<Kinetics> take_kinetics() { return std::move(kinetics_); }

    std::vector<Segment> segments() const
    {
        std::vector<Segment> found;
        for (double const time_d : times_) {
            Segment segment{
                .start_d = time_d, .kinetics = occasion_at(time_d), .amounts = {}, .feeding = {}, .before_mg_per_L = 0};
            if (!found.empty()) {
                auto const& previous = found.back();
                segment.amounts = after(kinetics_[previous.kinetics], previous.amounts, previous.feeding,
                                        time_d - previous.start_d);
                segment.before_mg_per_L = segment.amounts.central_mg / kinetics_[previous.kinetics].rates.V1_L;
            }
            happen(segment);
            found.push_back(segment);
        }
        return found;
    }

    static CentralMotion central(Kinetics const& kinetics, Amounts const& amounts, CentralState const& feeding)
    {
        return motion(kinetics.rates, kinetics.absorption, kinetics.modes, amounts, feeding);
    }

    /// All amounts so much later. A peripheral compartment is driven by the central one.
    static Amounts after(Kinetics const& kinetics, Amounts const& amounts, CentralState const& feeding, double later_d)
    {
        auto const way = central(kinetics, amounts, feeding);
        Amounts later{.depot_mg = kinetics.absorption.has_depot() ? way.depot_mg(later_d) : 0,
                      .central_mg = way.amount_mg(later_d),
                      .peripheral_mg = {}};
        auto const beside = peripherals(kinetics.rates);
        double const y = kinetics.absorption.KA_per_d * later_d;
        for (std::size_t p = 0; p < beside.size(); ++p) {
            double const z = beside[p].leaving_per_d * later_d;
            double driven_mg_d = 0;
            for (std::size_t j = 0; j < kinetics.modes.count; ++j) {
                auto const [rate_per_d, share] = kinetics.modes.modes[j];
                double const x = rate_per_d * later_d;
                double driven_mg = way.part_mg(j, 0) * chained(x, z) +
                                   share * feeding.infusing_mg_per_d * later_d * chained_uptake(x, z);
                if (y > 0)
                    driven_mg += share * y *
                                 (amounts.depot_mg * chained(x, y, z) +
                                  feeding.infusing_depot_mg_per_d * later_d * chained_uptake(x, y, z));
                driven_mg_d += driven_mg * later_d;
            }
            later.peripheral_mg[p] = amounts.peripheral_mg[p] * std::exp(-z) + beside[p].out_per_d * driven_mg_d;
        }
        return later;
    }

private:
    void check() const
    {
        if (occasions_.empty())
            throw FaultError{{"occasions", "there is none", "give the parameters that hold from time 0 on"}};
        for (std::size_t i = 0; i < occasions_.size(); ++i) {
            std::string const place = "occasions[" + std::to_string(i) + "]";
            if (i > 0 && !(occasions_[i].from_d > occasions_[i - 1].from_d))
                throw FaultError{{place, "it does not begin after the one before", "list occasions in order of time"}};
            for (auto const& beside : peripherals(occasions_[i].rates))
                if (beside.back_per_d > 0 && !(beside.out_per_d > 0))
                    throw FaultError{{place, "a compartment returns drug but never receives any",
                                      "let the clearance between compartments lead both ways, or neither"}};
        }
    }

    std::size_t occasion_at(double time_d) const
    {
        auto const later = std::ranges::upper_bound(occasions_, time_d, {}, &Occasion::from_d);
        return static_cast<std::size_t>(later - occasions_.begin()) - 1;
    }

    void add(DoseEvent const& given)
    {
        if (given.time_d < occasions_.front().from_d)
            throw FaultError{{"doses", "a dose lies before the first occasion", "let the first occasion begin earlier"}};
        auto const& absorption = kinetics_[occasion_at(given.time_d)].absorption;
        auto const coming = arrivals(absorption, given);
        if (given.interval_d > 0)
            steady_.push_back({given.time_d, coming.front()});
        arrivals_.insert(arrivals_.end(), coming.begin(), coming.end());
        if (given.until_d < std::numeric_limits<double>::infinity())
            emptied_d_.push_back(given.until_d);
    }

    void collect_times()
    {
        double const begin_d = occasions_.front().from_d;
        times_.push_back(begin_d);
        auto const cut_at = [&](double time_d) {
            if (time_d > begin_d && time_d <= end_d_)
                times_.push_back(time_d);
        };
        for (auto const& occasion : occasions_)
            cut_at(occasion.from_d);
        for (auto const& arrival : arrivals_) {
            cut_at(arrival.counts_from_d);
            cut_at(arrival.stops_d());
        }
        for (auto const& steady : steady_)
            cut_at(steady.began_d);
        std::ranges::for_each(emptied_d_, cut_at);
        std::ranges::sort(times_);
        times_.erase(std::unique(times_.begin(), times_.end()), times_.end());
    }

    /// Resets first, then steady states, then boluses; what is infused from here on.
    void happen(Segment& segment) const
    {
        auto const& kinetics = kinetics_[segment.kinetics];
        double const now_d = segment.start_d;
        auto& amounts = segment.amounts;
        if (std::ranges::find(emptied_d_, now_d) != emptied_d_.end())
            amounts = {};
        for (auto const& steady : steady_)
            if (steady.began_d == now_d && steady.dose.dose.until_d > now_d) {
                auto const reached = steady_state(kinetics, steady.dose, now_d);
                amounts.depot_mg += reached.depot_mg;
                amounts.central_mg += reached.central_mg;
                for (std::size_t p = 0; p < amounts.peripheral_mg.size(); ++p)
                    amounts.peripheral_mg[p] += reached.peripheral_mg[p];
                segment.before_mg_per_L = amounts.central_mg / kinetics.rates.V1_L;
            }
        for (auto const& arrival : arrivals_) {
            auto const& dose = arrival.dose;
            if (dose.duration_d > 0) {
                if (arrival.counts_from_d <= now_d && now_d < arrival.stops_d())
                    (arrival.into_depot && kinetics.absorption.has_depot()
                         ? segment.feeding.infusing_depot_mg_per_d
                         : segment.feeding.infusing_mg_per_d) += dose.amount_mg / dose.duration_d;
            } else if (arrival.counts_from_d == now_d && now_d < dose.until_d) {
                (arrival.into_depot ? amounts.depot_mg : amounts.central_mg) += dose.amount_mg;
            }
        }
        empty_absent_depot(kinetics.absorption, amounts);
    }

    /// The amounts x with x = (an interval's way of x) + (what the interval brings): four equations.
    static Amounts steady_state(Kinetics const& kinetics, Arrival const& given, double began_d)
    {
        constexpr std::size_t n = 4;
        using Vector = std::array<double, n>;
        auto const vector = [](Amounts const& a) {
            return Vector{a.depot_mg, a.central_mg, a.peripheral_mg[0], a.peripheral_mg[1]};
        };
        auto const amounts = [](Vector const& v) { return Amounts{v[0], v[1], {v[2], v[3]}}; };
        bool const into_depot = given.into_depot && kinetics.absorption.has_depot();

        Amounts brought;
        for (auto const& piece : steady_interval(given.dose, began_d)) {
            (into_depot ? brought.depot_mg : brought.central_mg) += piece.bolus_mg;
            CentralState feeding;
            (into_depot ? feeding.infusing_depot_mg_per_d : feeding.infusing_mg_per_d) = piece.rate_mg_per_d;
            brought = after(kinetics, brought, feeding, piece.length_d);
        }
        std::array<Vector, n> rows{}; // 1 - the interval's way
        for (std::size_t c = 0; c < n; ++c) {
            Vector unit{};
            unit[c] = 1;
            auto const moved = vector(after(kinetics, amounts(unit), {}, given.dose.interval_d));
            for (std::size_t r = 0; r < n; ++r)
                rows[r][c] = unit[r] - moved[r];
        }
        if (!kinetics.absorption.has_depot())
            rows[0] = {1, 0, 0, 0};
        auto solved = vector(brought);
        // columns of 1 - (what stays) sum to what leaves: elimination needs no pivots
        for (std::size_t k = 0; k < n; ++k)
            for (std::size_t r = k + 1; r < n && rows[k][k] != 0; ++r) {
                double const factor = rows[r][k] / rows[k][k];
                for (std::size_t c = k; c < n; ++c)
                    rows[r][c] -= factor * rows[k][c];
                solved[r] -= factor * solved[k];
            }
        for (std::size_t k = n; k-- > 0;) {
            for (std::size_t c = k + 1; c < n; ++c)
                solved[k] -= rows[k][c] * solved[c];
            // a compartment that is never reached holds nothing
            solved[k] = solved[k] == 0 ? 0 : solved[k] / rows[k][k];
        }
        return amounts(solved);
    }

    struct Steady {
        double began_d;
        Arrival dose;
    };

    std::span<Occasion const> occasions_;
    double end_d_;
    std::vector<Kinetics> kinetics_;
    std::vector<Arrival> arrivals_;
    std::vector<Steady> steady_;
    std::vector<double> emptied_d_;
    std::vector<double> times_;
};

LinearCourse::LinearCourse(std::span<Occasion const> occasions, History history, Time end) : end_d_{end.base()}
{
    Builder builder{occasions, history, end_d_};
    segments_ = builder.segments();
    kinetics_ = builder.take_kinetics();
}

std::size_t LinearCourse::segment_at(double at_d) const
{
    auto const later = std::ranges::upper_bound(segments_, at_d, {}, &Segment::start_d);
    return later == segments_.begin() ? 0 : static_cast<std::size_t>(later - segments_.begin()) - 1;
}

Amounts LinearCourse::amounts(Time at) const
{
    auto const& segment = segments_[segment_at(at.base())];
    return Builder::after(kinetics_[segment.kinetics], segment.amounts, segment.feeding, at.base() - segment.start_d);
}

double LinearCourse::concentration_in(Segment const& segment, double at_d) const
{
    auto const& kinetics = kinetics_[segment.kinetics];
    return Builder::central(kinetics, segment.amounts, segment.feeding).amount_mg(at_d - segment.start_d) / kinetics.rates.V1_L;
}

Concentration LinearCourse::concentration(Time at) const
{
    return Concentration::from_base(concentration_in(segments_[segment_at(at.base())], at.base()));
}

Concentration LinearCourse::concentration_before(Time at) const
{
    auto const& segment = segments_[segment_at(at.base())];
    return at.base() == segment.start_d ? Concentration::from_base(segment.before_mg_per_L) : concentration(at);
}

Auc LinearCourse::auc(Time from, Time to) const
{
    double sum = 0;
    for (std::size_t i = segment_at(from.base()); i < segments_.size() && segments_[i].start_d < to.base(); ++i) {
        auto const& segment = segments_[i];
        auto const& kinetics = kinetics_[segment.kinetics];
        double const start_d = std::max(from.base(), segment.start_d);
        double const stop_d = i + 1 < segments_.size() ? std::min(to.base(), segments_[i + 1].start_d) : to.base();
        auto const amounts = Builder::after(kinetics, segment.amounts, segment.feeding, start_d - segment.start_d);
        sum += Builder::central(kinetics, amounts, segment.feeding).integral_mg_d(stop_d - start_d) / kinetics.rates.V1_L;
    }
    return Auc::from_base(sum);
}

std::vector<ExponentialStretch> LinearCourse::exponentials() const
{
    std::vector<ExponentialStretch> found;
    for (std::size_t i = 0; i < segments_.size() && segments_[i].start_d < end_d_; ++i) {
        auto const& segment = segments_[i];
        auto const& kinetics = kinetics_[segment.kinetics];
        double const stop_d = i + 1 < segments_.size() ? std::min(end_d_, segments_[i + 1].start_d) : end_d_;
        auto const way = Builder::central(kinetics, segment.amounts, segment.feeding);
        std::array<double, max_modes> parts_mg{};
        for (std::size_t j = 0; j < kinetics.modes.count; ++j)
            parts_mg[j] = way.part_mg(j, 0);
        auto feeding = segment.feeding;
        feeding.depot_mg = segment.amounts.depot_mg;
        found.push_back(exponential_stretch(std::span{kinetics.modes.modes}.first(kinetics.modes.count), parts_mg,
                                            kinetics.rates.V1_L, kinetics.absorption.KA_per_d, feeding, segment.start_d,
                                            stop_d - segment.start_d));
    }
    return found;
}

WindowExposure LinearCourse::exposure_between(Time from, Time to) const
{
    double highest_mg_per_L = 0;
    double highest_at_d = 0;
    for (std::size_t i = segment_at(from.base()); i < segments_.size() && segments_[i].start_d < to.base(); ++i) {
        auto const& segment = segments_[i];
        auto const& kinetics = kinetics_[segment.kinetics];
        double const start_d = std::max(from.base(), segment.start_d);
        double const stop_d = i + 1 < segments_.size() ? std::min(to.base(), segments_[i + 1].start_d) : to.base();
        auto const amounts = Builder::after(kinetics, segment.amounts, segment.feeding, start_d - segment.start_d);
        auto const way = Builder::central(kinetics, amounts, segment.feeding);
        auto const consider = [&](double later_d) {
            double const height_mg_per_L = way.amount_mg(later_d) / kinetics.rates.V1_L;
            if (height_mg_per_L > highest_mg_per_L) {
                highest_mg_per_L = height_mg_per_L;
                highest_at_d = start_d + later_d;
            }
        };
        consider(0);
        for (double const turn_d : way.turning_points(stop_d - start_d))
            consider(turn_d);
        consider(stop_d - start_d);
    }
    auto const area = auc(from, to);
    return {{area, Concentration::from_base(highest_mg_per_L), concentration_before(to), area / (to - from)},
            Time::from_base(highest_at_d)};
}

} // namespace escalon::pk

#include "pk_models/central_motion.hpp"

#include "pk_models/decay.hpp"
#include "pk_models/root_between.hpp"

#include <algorithm>
#include <cmath>

namespace escalon::pk {
namespace {

/// The zeros of a function that is monotone between the turns.
template <class F>
Times zeros(F const& f, Times const& turns, double length_d)
{
    Times found;
    double left_d = 0;
    auto const search_to = [&](double right_d) {
        if (f(left_d) * f(right_d) < 0)
            found.add(root_between(f, left_d, right_d));
        left_d = right_d;
    };
    for (double const turn_d : turns)
        search_to(turn_d);
    search_to(length_d);
    return found;
}

} // namespace

Times sign_changes(std::span<Term const> terms, double length_d)
{
    if (terms.size() < 2)
        return {};
    auto const slowest = terms.back();
    std::array<Term, max_modes> derivative{};
    for (std::size_t i = 0; i + 1 < terms.size(); ++i) {
        double const faster_by = terms[i].rate_per_d - slowest.rate_per_d;
        derivative[i] = {faster_by, -faster_by * terms[i].weight};
    }
    auto const divided = [&](double time_d) {
        double sum = slowest.weight;
        for (auto const& term : terms.first(terms.size() - 1))
            sum += term.weight * std::exp(-(term.rate_per_d - slowest.rate_per_d) * time_d);
        return sum;
    };
    return zeros(divided, sign_changes(std::span{derivative}.first(terms.size() - 1), length_d), length_d);
}

CentralMotion::CentralMotion(std::span<Mode const> modes, std::span<double const> parts_mg, double KA_per_d,
                             CentralState const& feeding)
    : modes_{modes},
      KA_per_d_{KA_per_d},
      infusing_mg_per_d_{feeding.infusing_mg_per_d},
      depot_mg_{feeding.depot_mg},
      infusing_depot_mg_per_d_{feeding.infusing_depot_mg_per_d}
{
    std::ranges::copy(parts_mg.first(modes.size()), parts_mg_.begin());
}

CentralMotion::CentralMotion(Disposition const& disposition, CentralState const& state)
    : CentralMotion{disposition.modes(), state.amount_mg, disposition.absorption().KA_per_d, state}
{
    for (std::size_t j = 0; j < modes_.size(); ++j)
        parts_mg_[j] *= modes_[j].share;
}

double CentralMotion::part_mg(std::size_t mode, double later_d) const
{
    auto const [rate_per_d, share] = modes_[mode];
    double const x = rate_per_d * later_d;
    double part_mg = parts_mg_[mode] * std::exp(-x) + share * infusing_mg_per_d_ * later_d * mean_decay(x);
    if (KA_per_d_ > 0) {
        double const y = KA_per_d_ * later_d;
        part_mg += share * y * (depot_mg_ * chained(x, y) + infusing_depot_mg_per_d_ * later_d * chained_uptake(x, y));
    }
    return part_mg;
}

double CentralMotion::amount_mg(double later_d) const
{
    double sum = 0;
    for (std::size_t j = 0; j < modes_.size(); ++j)
        sum += part_mg(j, later_d);
    return sum;
}

double CentralMotion::depot_mg(double later_d) const
{
    double const y = KA_per_d_ * later_d;
    return depot_mg_ * std::exp(-y) + infusing_depot_mg_per_d_ * later_d * mean_decay(y);
}

double CentralMotion::slope_mg_per_d(double later_d) const
{
    double const entering_mg_per_d = infusing_mg_per_d_ + KA_per_d_ * depot_mg(later_d);
    double slope = 0;
    for (std::size_t j = 0; j < modes_.size(); ++j)
        slope += modes_[j].share * entering_mg_per_d - modes_[j].rate_per_d * part_mg(j, later_d);
    return slope;
}

double CentralMotion::integral_mg_d(double length_d) const
{
    double sum = 0;
    for (std::size_t j = 0; j < modes_.size(); ++j) {
        auto const [rate_per_d, share] = modes_[j];
        double const x = rate_per_d * length_d;
        double integral = parts_mg_[j] * mean_decay(x) + share * infusing_mg_per_d_ * length_d * mean_loss(x);
        if (KA_per_d_ > 0) {
            double const y = KA_per_d_ * length_d;
            integral += share * y * (depot_mg_ * chained_uptake(x, y) + infusing_depot_mg_per_d_ * length_d * chained_loss(x, y));
        }
        sum += integral * length_d;
    }
    return sum;
}

Times CentralMotion::turning_points(double length_d) const
{
    bool const fed = KA_per_d_ > 0 && (depot_mg_ > 0 || infusing_depot_mg_per_d_ > 0);
    double const entering_mg_per_d = infusing_mg_per_d_ + (fed ? infusing_depot_mg_per_d_ : 0);
    double const draining_mg_per_d = KA_per_d_ * depot_mg_ - infusing_depot_mg_per_d_;
    std::array<Term, max_modes> terms{};
    for (std::size_t j = 0; j < modes_.size(); ++j) {
        auto const [rate_per_d, share] = modes_[j];
        double const excess_mg_per_d = share * entering_mg_per_d - rate_per_d * parts_mg_[j];
        terms[j] = {rate_per_d,
                    fed ? (KA_per_d_ - rate_per_d) * excess_mg_per_d - rate_per_d * share * draining_mg_per_d : excess_mg_per_d};
    }
    auto const changes = sign_changes(std::span{terms}.first(modes_.size()), length_d);
    return fed ? zeros([this](double later_d) { return slope_mg_per_d(later_d); }, changes, length_d) : changes;
}

} // namespace escalon::pk

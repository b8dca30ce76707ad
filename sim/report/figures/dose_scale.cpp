#include "sim/report/figures/dose_scale.hpp"

#include "sim/report/figures/axes.hpp"
#include "sim/report/figures/theme.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace escalon::theme {
namespace {

using Json = nlohmann::ordered_json;

constexpr double end_px = 14; // between the ends of the axis and the first and last level

} // namespace

DoseScale::DoseScale(DoseLadder const& ladder, double width_px)
    : doses_(ladder.doses().begin(), ladder.doses().end()), unit_{dose_unit(ladder)}, width_px_{width_px}
{
    for (DoseLevel level{0}; ladder.has(level); level = level.above())
        labels_.push_back(dose_label(ladder, level));
    logarithmic_ = arrangement(labels_, gaps(true)) <= arrangement(labels_, gaps(false));
}

std::vector<double> DoseScale::gaps(bool logarithmic) const
{
    auto const at = [logarithmic](double dose) { return logarithmic ? std::log(dose) : dose; };
    double const span = at(doses_.back()) - at(doses_.front());
    std::vector<double> all;
    for (std::size_t i = 0; i + 1 < doses_.size(); ++i)
        all.push_back((at(doses_[i + 1]) - at(doses_[i])) / span * (width_px_ - 2 * end_px));
    return all;
}

std::pair<double, double> DoseScale::domain() const
{
    double const share = end_px / (width_px_ - 2 * end_px);
    double const first = doses_.front();
    double const last = doses_.back();
    if (doses_.size() == 1)
        return {first / 2, first * 2};
    if (logarithmic_) {
        double const end = std::pow(last / first, share);
        return {first / end, last * end};
    }
    double const end = (last - first) * share;
    return {first - end, last + end};
}

double DoseScale::px(double dose) const
{
    auto const [from, to] = domain();
    double const share = logarithmic_ ? std::log(dose / from) / std::log(to / from) : (dose - from) / (to - from);
    return share * width_px_;
}

Json DoseScale::x() const
{
    constexpr auto plain_number = "('' + datum.value)"; // as JavaScript writes it: the shortest that is exact
    auto const [from, to] = domain();
    Json axis{{"title", fmt::format("Dose ({}{})", unit_, logarithmic_ ? ", log scale" : "")},
              {"values", doses_},
              {"grid", false},
              {"domain", false},
              {"labelOverlap", false},
              {"labelExpr", plain_number}};
    arrange(axis, arrangement(labels_, gaps(logarithmic_)), labels_, plain_number);
    Json scale{{"type", logarithmic_ ? "log" : "linear"}, {"domain", {from, to}}, {"nice", false}};
    if (!logarithmic_)
        scale["zero"] = false;
    return {{"field", "dose_value"}, {"type", "quantitative"}, {"scale", scale}, {"axis", axis}};
}

void DoseScale::declare(Json& specification) const
{
    specification["usermeta"]["escalon"]["x"] = {{"field", "dose"}, {"order", labels_}};
}

} // namespace escalon::theme

#include "sim/trial/clock.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace escalon {

Faults Accrual::faults() const
{
    if (rate && !periods.empty())
        return {{"periods", "accrual is given twice, as rate and by periods", "remove one of them"}};
    if (!rate && periods.empty())
        return {{"rate", "nothing says how many patients come",
                 "add rate: 1.7 per month, or periods: [{ from: 0 d, rate: 1 per month }]"}};
    if (rate && !(rate->base() > 0))
        return {{"rate", "with an accrual of 0 no patient ever comes", "give a rate above 0, as in 1.7 per month"}};
    for (std::size_t i = 0; i < periods.size(); ++i) {
        std::string const place = "periods[" + std::to_string(i) + "]";
        if (i == 0 && periods[i].from.base() != 0)
            return {{place + ".from", "nothing says how many patients come before it", "let the first period begin at 0 d"}};
        if (i > 0 && !(periods[i].from > periods[i - 1].from))
            return {{place + ".from", "it does not begin after the one before", "list periods in order of time"}};
    }
    if (!periods.empty() && !(periods.back().rate.base() > 0))
        return {{"periods[" + std::to_string(periods.size() - 1) + "].rate",
                 "in the last period nobody comes, so a trial may never end", "give it a rate above 0"}};
    return {};
}

double Accrual::expected_by(double time_d) const
{
    if (rate)
        return rate->base() * time_d;
    double sum = 0;
    for (std::size_t i = 0; i < periods.size() && periods[i].from.base() < time_d; ++i) {
        double const to_d = i + 1 < periods.size() ? std::min(time_d, periods[i + 1].from.base()) : time_d;
        sum += periods[i].rate.base() * (to_d - periods[i].from.base());
    }
    return sum;
}

double Accrual::time_of(double expected) const
{
    if (rate)
        return expected / rate->base();
    for (std::size_t i = 0; i < periods.size(); ++i) {
        double const here = periods[i].rate.base();
        if (i + 1 < periods.size()) {
            double const length_d = (periods[i + 1].from - periods[i].from).base();
            if (expected > here * length_d) {
                expected -= here * length_d;
                continue;
            }
        }
        if (here > 0)
            return periods[i].from.base() + expected / here;
    }
    return std::numeric_limits<double>::infinity();
}

double TimeToDlt::share_of_window(double tolerance_uniform, double probability) const
{
    switch (distribution) {
    case DltTimes::at_once: return 0;
    case DltTimes::uniform: return tolerance_uniform / probability;
    case DltTimes::weibull: break;
    }
    // P(T <= window) = p and P(T <= window/2) = p (1 - late share)
    double const whole = -std::log1p(-probability);
    double const half = -std::log1p(-probability * (1 - late_share));
    double const shape = std::log2(whole / half);
    return std::min(1.0, std::pow(-std::log1p(-tolerance_uniform) / whole, 1 / shape));
}

Faults Clock::faults() const { return {}; }

double Arrivals::next(double ready_d, double qualifying)
{
    if (clock_->while_waiting == WhileWaiting::turn_away) // who comes in the meantime is lost; a Poisson process forgets
        expected_ = std::max(expected_, clock_->accrual.expected_by(ready_d));
    do {
        if (clock_->accrual.process == AccrualProcess::poisson)
            expected_ -= std::log(stream_.conduct_uniform(draws_++));
        else
            expected_ = std::floor(expected_ + whole_rounding_) + 1;
    } while ((clock_->screening_failures > 0 && stream_.conduct_uniform(draws_++) < clock_->screening_failures) ||
             (qualifying < 1 && stream_.conduct_uniform(draws_++) >= qualifying));
    return std::max(ready_d, clock_->accrual.time_of(expected_));
}

} // namespace escalon

#include "pk_models/root_between.hpp"

#include <boost/math/policies/policy.hpp>
#include <boost/math/tools/toms748_solve.hpp>

#include <cmath>
#include <cstdint>

namespace escalon::pk::detail {
namespace {

namespace policies = boost::math::policies;
using Quiet = policies::policy<policies::evaluation_error<policies::ignore_error>, policies::promote_double<false>>;

constexpr int bits = 52;
constexpr std::uintmax_t most_evaluations = 200; // algorithm 748 halves its bracket at least every third

} // namespace

double root_between(double (*function)(void const*, double), void const* self, double low, double high)
{
    auto const f = [function, self](double x) { return function(self, x); };
    double const at_low = f(low);
    double const at_high = f(high);
    if (at_low == 0 || at_high == 0 || std::signbit(at_low) == std::signbit(at_high))
        return std::abs(at_low) <= std::abs(at_high) ? low : high;
    auto evaluations = most_evaluations;
    auto const bracket = boost::math::tools::toms748_solve(f, low, high, at_low, at_high,
                                                           boost::math::tools::eps_tolerance<double>{bits}, evaluations, Quiet{});
    return std::abs(f(bracket.first)) <= std::abs(f(bracket.second)) ? bracket.first : bracket.second;
}

} // namespace escalon::pk::detail

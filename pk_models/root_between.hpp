// The root of a function between two points where its signs differ.
//
// Alefeld, Potra & Shi (1995), ACM Trans Math Softw 21:327 (algorithm 748), as Boost.Math has it.
#pragma once

namespace escalon::pk {
namespace detail {

double root_between(double (*function)(void const* self, double x), void const* self, double low, double high);

} // namespace detail

/// @param f continuous, callable as double(double), of opposite signs (or 0) at the ends
/// @return a root to the last bits, or, where rounding hides the change of sign, the end nearer to zero
template <class F>
double root_between(F const& f, double low, double high)
{
    return detail::root_between([](void const* self, double x) { return (*static_cast<F const*>(self))(x); }, &f, low, high);
}

} // namespace escalon::pk

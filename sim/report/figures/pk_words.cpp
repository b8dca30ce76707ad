#include "sim/report/figures/pk_words.hpp"

#include "sim/report/figures/quantity_axes.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"
#include "sim/report/numbers.hpp"

#include <fmt/format.h>

#include <cmath>

namespace escalon::pk_words {
namespace {

constexpr std::size_t longest_name = 40; // of a drug or a truth, in characters

} // namespace

Colours const& colours(Look look)
{
    static constexpr Colours light{"#00456e", "#0072B2", "#0072B2", 0.17, "#7fbde6", "#00304d"};
    static constexpr Colours print{"#000000", "#5a5a5a", "#8a8a8a", 0.30, "#b0b0b0", "#000000"};
    return look == Look::print ? print : light;
}

std::string dose_colour(DoseLevel level, int levels, Look look)
{
    auto const& ends = colours(look);
    double const share = levels > 1 ? static_cast<double>(level.index()) / (levels - 1) : 1;
    return theme::between(ends.lowest_dose, ends.highest_dose, share);
}

std::string dose(std::string_view dose) { return theme::pretty_unit(dose); }

std::string title(PkBasis const& basis, std::string_view title)
{
    auto const& compound = basis.scenario.compound;
    return compound ? fmt::format("{}: {}", theme::cut(*compound, longest_name), title) : std::string{title};
}

std::string toxicity_truth(PkBasis const& basis)
{
    if (basis.truth.empty())
        return {};
    return fmt::format("Truth “{}”, one of {}.", theme::cut(basis.truth, longest_name), basis.truths);
}

std::string pk_truth(PkBasis const& basis)
{
    return basis.pk_differs && !basis.truth.empty() ? toxicity_truth(basis) + " Their pharmacokinetics differ." : std::string{};
}

std::string of_window(double window_d) { return fmt::format("over {:g} d", theme::four_digits(window_d)); }

std::string thousands(double number)
{
    auto text = fmt::format("{:.0f}", number);
    for (auto at = static_cast<std::ptrdiff_t>(text.size()) - 3; at > 0; at -= 3)
        text.insert(static_cast<std::size_t>(at), ",");
    return text;
}

std::string number(double value)
{
    constexpr double from = 1000;
    constexpr double most = 1e6;
    return std::abs(value) >= from && std::abs(value) < most ? thousands(value) : three_digits(value);
}

} // namespace escalon::pk_words

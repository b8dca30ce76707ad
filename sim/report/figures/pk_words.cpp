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

std::string shown_level(PkBasis const& basis)
{
    return fmt::format("{}, {}", dose(basis.scenario.ladder().text(basis.level)), basis.level_is);
}

std::string capital(std::string text)
{
    if (!text.empty() && text.front() >= 'a' && text.front() <= 'z')
        text.front() = static_cast<char>(text.front() - 'a' + 'A');
    return text;
}

std::string title(PkBasis const& basis, std::string_view title)
{
    auto const& compound = basis.scenario.compound;
    return compound ? fmt::format("{}: {}", theme::cut(*compound, longest_name), title) : capital(std::string{title});
}

std::string toxicity_truth(PkBasis const& basis)
{
    if (basis.truth.empty())
        return {};
    return fmt::format("Truth “{}”, one of {}.", theme::cut(basis.truth, longest_name), basis.truths);
}

std::string pk_truth(PkBasis const& basis)
{
    if (!basis.pk_differs || basis.truth.empty())
        return {};
    return fmt::format("Truth “{}”, one of {} whose pharmacokinetics differ.", theme::cut(basis.truth, longest_name), basis.truths);
}

std::string of_window(double window_d) { return fmt::format("over {} d", plain(window_d)); }

std::string number(double value)
{
    constexpr double least = 0.001;
    constexpr double from = 1000;
    if (value > 0 && value < least)
        return "<0.001";
    constexpr double most = 1e6;
    return std::abs(value) >= from && std::abs(value) < most ? grouped(static_cast<unsigned long long>(std::llround(value))) : three_digits(value);
}

std::string plain(double value) { return shortest(theme::four_digits(value)); }

} // namespace escalon::pk_words

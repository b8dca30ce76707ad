#include "pk_models/units.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <utility>

namespace escalon {
namespace {

struct Atom {
    std::string_view symbol;
    UnitText unit;
};

constexpr double minutes_per_day = 1440;
constexpr double days_per_year = 365.25;

constexpr Dimension nmol{.nmol = 1};
constexpr Dimension antigen_units{.antigen = 1};

constexpr std::array atoms{
    Atom{"mg", {1, dimension::mass}},
    Atom{"g", {1e3, dimension::mass}},
    Atom{"ug", {1e-3, dimension::mass}},
    Atom{"µg", {1e-3, dimension::mass}},
    Atom{"ng", {1e-6, dimension::mass}},
    Atom{"L", {1, dimension::volume}},
    Atom{"l", {1, dimension::volume}},
    Atom{"dL", {1e-1, dimension::volume}},
    Atom{"mL", {1e-3, dimension::volume}},
    Atom{"ml", {1e-3, dimension::volume}},
    Atom{"d", {1, dimension::time}},
    Atom{"day", {1, dimension::time}},
    Atom{"days", {1, dimension::time}},
    Atom{"h", {1 / unit::hours_per_day, dimension::time}},
    Atom{"hour", {1 / unit::hours_per_day, dimension::time}},
    Atom{"hours", {1 / unit::hours_per_day, dimension::time}},
    Atom{"min", {1 / minutes_per_day, dimension::time}},
    Atom{"wk", {unit::days_per_week, dimension::time}},
    Atom{"week", {unit::days_per_week, dimension::time}},
    Atom{"weeks", {unit::days_per_week, dimension::time}},
    Atom{"month", {unit::days_per_month, dimension::time}},
    Atom{"months", {unit::days_per_month, dimension::time}},
    Atom{"year", {days_per_year, dimension::time}},
    Atom{"m2", {1, dimension::body_surface}},
    Atom{"m²", {1, dimension::body_surface}},
    Atom{"m^2", {1, dimension::body_surface}},
    Atom{"kg", {1, dimension::body_weight}},
    Atom{"nmol", {1, nmol}},
    Atom{"nM", {1, dimension::molar_concentration}},
    Atom{"pM", {1e-3, dimension::molar_concentration}},
    Atom{"uM", {1e3, dimension::molar_concentration}},
    Atom{"µM", {1e3, dimension::molar_concentration}},
    Atom{"Da", {1e-6, dimension::molar_mass}},
    Atom{"kDa", {1e-3, dimension::molar_mass}},
    Atom{"U", {1, antigen_units}},
    Atom{"%", {1e-2, dimension::none}},
};

/// Units that people write differently from the plain product of base units.
constexpr std::array usual{
    Atom{"U/mL", {unit::mL_per_L, dimension::antigen}},
    Atom{"nM", {1, dimension::molar_concentration}},
    Atom{"kDa", {1e-3, dimension::molar_mass}},
    Atom{"/nM/d", {1, dimension::association_rate}},
    Atom{"nM per U/mL", {1 / unit::mL_per_L, dimension::antigen_scale}},
};

constexpr std::array names{
    std::pair{dimension::none, std::string_view{"a plain number"}},
    std::pair{dimension::mass, std::string_view{"an amount of drug"}},
    std::pair{dimension::mass / dimension::body_surface, std::string_view{"a dose per m2"}},
    std::pair{dimension::mass / dimension::body_weight, std::string_view{"a dose per kg"}},
    std::pair{dimension::volume, std::string_view{"a volume"}},
    std::pair{dimension::volume / dimension::body_surface, std::string_view{"a volume per m2"}},
    std::pair{dimension::volume / dimension::body_weight, std::string_view{"a volume per kg"}},
    std::pair{dimension::time, std::string_view{"a time"}},
    std::pair{dimension::rate, std::string_view{"a rate"}},
    std::pair{dimension::clearance, std::string_view{"a clearance"}},
    std::pair{dimension::clearance / dimension::body_surface, std::string_view{"a clearance per m2"}},
    std::pair{dimension::clearance / dimension::body_weight, std::string_view{"a clearance per kg"}},
    std::pair{dimension::concentration, std::string_view{"a concentration"}},
    std::pair{dimension::auc, std::string_view{"an AUC"}},
    std::pair{dimension::molar_concentration, std::string_view{"a molar concentration"}},
    std::pair{dimension::molar_mass, std::string_view{"a molar mass"}},
    std::pair{dimension::antigen, std::string_view{"an antigen level"}},
    std::pair{dimension::association_rate, std::string_view{"an association rate constant"}},
    std::pair{dimension::antigen_scale, std::string_view{"binding sites per antigen"}},
    std::pair{dimension::concentration / dimension::time, std::string_view{"a fall of concentration"}},
    std::pair{dimension::body_surface, std::string_view{"a body surface"}},
    std::pair{dimension::body_weight, std::string_view{"a body weight"}},
};

std::string_view trimmed(std::string_view text)
{
    auto const first = text.find_first_not_of(' ');
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::optional<UnitText> find_atom(std::string_view symbol)
{
    for (auto const& atom : atoms)
        if (atom.symbol == symbol)
            return atom.unit;
    return std::nullopt;
}

void append_power(std::string& text, std::string_view symbol, int times, std::string_view separator)
{
    for (int i = 0; i < times; ++i) {
        if (!text.empty() || separator == "/")
            text += separator;
        text += symbol;
    }
}

} // namespace

std::optional<UnitText> parse_unit(std::string_view text)
{
    text = trimmed(text);
    // in "nM per U/mL" the whole of what follows divides
    constexpr std::string_view per = " per ";
    if (auto const at = text.find(per); at != std::string_view::npos) {
        auto const whole = parse_unit(text.substr(0, at));
        auto const part = parse_unit(text.substr(at + per.size()));
        if (!whole || !part)
            return std::nullopt;
        return UnitText{whole->factor / part->factor, whole->dimension / part->dimension};
    }
    UnitText result;
    bool divides = false;
    if (text.starts_with("per ")) {
        divides = true;
        text = trimmed(text.substr(4));
    } else if (text.starts_with('/')) {
        divides = true;
        text = trimmed(text.substr(1));
    }
    if (text.empty())
        return std::nullopt;
    while (true) {
        auto const end = text.find_first_of("*/");
        auto const atom = find_atom(trimmed(text.substr(0, end)));
        if (!atom)
            return std::nullopt;
        result.factor = divides ? result.factor / atom->factor : result.factor * atom->factor;
        result.dimension = divides ? result.dimension / atom->dimension : result.dimension * atom->dimension;
        if (end == std::string_view::npos)
            return result;
        divides = text[end] == '/';
        text = text.substr(end + 1);
    }
}

std::vector<UnitSymbol> unit_symbols()
{
    std::vector<UnitSymbol> symbols;
    for (auto const& atom : atoms)
        symbols.push_back({atom.symbol, atom.unit.dimension});
    return symbols;
}

std::string usual_unit(Dimension dimension)
{
    for (auto const& atom : usual)
        if (atom.unit.dimension == dimension)
            return std::string{atom.symbol};
    std::array const parts{
        std::pair{std::string_view{"mg"}, dimension.mg},     std::pair{std::string_view{"nmol"}, dimension.nmol},
        std::pair{std::string_view{"U"}, dimension.antigen}, std::pair{std::string_view{"L"}, dimension.litre},
        std::pair{std::string_view{"d"}, dimension.day},     std::pair{std::string_view{"m2"}, dimension.m2},
        std::pair{std::string_view{"kg"}, dimension.kg},
    };
    std::string text;
    for (auto const& [symbol, power] : parts)
        append_power(text, symbol, power, "*");
    for (auto const& [symbol, power] : parts)
        append_power(text, symbol, -power, "/");
    return text;
}

std::string describe_dimension(Dimension dimension)
{
    for (auto const& [known, words] : names)
        if (known == dimension)
            return std::string{words};
    return "a figure in " + usual_unit(dimension);
}

std::string shortest(double value)
{
    std::array<char, 32> buffer{};
    auto const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), end};
}

std::string quantity_text(double base_value, Dimension dimension, std::string_view preferred_unit)
{
    if (dimension == dimension::none && preferred_unit.empty())
        return shortest(base_value);
    std::string const symbol = preferred_unit.empty() ? usual_unit(dimension) : std::string{preferred_unit};
    auto const unit = parse_unit(symbol);
    if (unit) {
        double const shown = base_value / unit->factor;
        // rounding to twelve digits removes the noise of the division, where the result still reads back
        for (int digits : {12, 17}) {
            std::array<char, 40> buffer{};
            auto const end =
                std::to_chars(buffer.data(), buffer.data() + buffer.size(), shown, std::chars_format::general, digits).ptr;
            double rounded = 0;
            std::from_chars(buffer.data(), end, rounded);
            if (rounded * unit->factor == base_value)
                return shortest(rounded) + " " + symbol;
        }
    }
    // every dimension's plain product of base units has factor one
    std::string text = shortest(base_value) + " ";
    if (dimension == dimension::antigen)
        return text + "U/L";
    if (dimension == dimension::molar_mass)
        return text + "mg/nmol";
    return text + usual_unit(dimension);
}

} // namespace escalon

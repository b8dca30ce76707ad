// Quantities with a dimension in their type, and the units in which people write them.
//
// Base units: mg of drug, L, d, m2 of body surface, kg of body weight, nmol, U of antigen. A kilogram is
// always body weight and a milligram always drug, so that mg/kg is a dose and never a pure number.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace escalon {

/// Exponents of the base units.
struct Dimension {
    int mg = 0;
    int litre = 0;
    int day = 0;
    int m2 = 0;
    int kg = 0;
    int nmol = 0;
    int antigen = 0;

    friend constexpr bool operator==(Dimension const&, Dimension const&) = default;
};

constexpr Dimension operator*(Dimension a, Dimension b)
{
    return {a.mg + b.mg, a.litre + b.litre, a.day + b.day, a.m2 + b.m2, a.kg + b.kg, a.nmol + b.nmol, a.antigen + b.antigen};
}

constexpr Dimension operator/(Dimension a, Dimension b)
{
    return {a.mg - b.mg, a.litre - b.litre, a.day - b.day, a.m2 - b.m2, a.kg - b.kg, a.nmol - b.nmol, a.antigen - b.antigen};
}

namespace dimension {
inline constexpr Dimension none{};
inline constexpr Dimension mass{.mg = 1};
inline constexpr Dimension volume{.litre = 1};
inline constexpr Dimension time{.day = 1};
inline constexpr Dimension body_surface{.m2 = 1};
inline constexpr Dimension body_weight{.kg = 1};
inline constexpr Dimension rate = none / time;
inline constexpr Dimension clearance = volume / time;
inline constexpr Dimension concentration = mass / volume;
inline constexpr Dimension auc = concentration * time;
inline constexpr Dimension molar_concentration = Dimension{.nmol = 1} / volume;
inline constexpr Dimension molar_mass = mass / Dimension{.nmol = 1};
inline constexpr Dimension antigen = Dimension{.antigen = 1} / volume;
inline constexpr Dimension association_rate = none / (molar_concentration * time);
inline constexpr Dimension antigen_scale = molar_concentration / antigen;
} // namespace dimension

/// A unit: how much of the base unit one of it is, and how it is written.
template <Dimension D>
struct Unit {
    double factor;
    std::string_view symbol;
};

/// A figure with its dimension; the number inside is in base units.
template <Dimension D>
class Quantity {
public:
    static constexpr Dimension dimension = D;

    constexpr Quantity() = default;
    static constexpr Quantity from_base(double value) { return Quantity{value}; }

    constexpr double base() const { return value_; }
    constexpr double in(Unit<D> unit) const { return value_ / unit.factor; }

    friend constexpr auto operator<=>(Quantity, Quantity) = default;
    friend constexpr Quantity operator+(Quantity a, Quantity b) { return Quantity{a.value_ + b.value_}; }
    friend constexpr Quantity operator-(Quantity a, Quantity b) { return Quantity{a.value_ - b.value_}; }
    friend constexpr Quantity operator*(double s, Quantity q) { return Quantity{s * q.value_}; }
    friend constexpr Quantity operator*(Quantity q, double s) { return Quantity{s * q.value_}; }
    friend constexpr Quantity operator/(Quantity q, double s) { return Quantity{q.value_ / s}; }

private:
    explicit constexpr Quantity(double value) : value_{value} {}
    double value_ = 0;
};

template <Dimension A, Dimension B>
constexpr Quantity<A * B> operator*(Quantity<A> a, Quantity<B> b)
{
    return Quantity<A * B>::from_base(a.base() * b.base());
}

template <Dimension A, Dimension B>
constexpr Quantity<A / B> operator/(Quantity<A> a, Quantity<B> b)
{
    return Quantity<A / B>::from_base(a.base() / b.base());
}

template <Dimension D>
constexpr Quantity<D> operator*(double value, Unit<D> unit)
{
    return Quantity<D>::from_base(value * unit.factor);
}

using Mass = Quantity<dimension::mass>;
using Volume = Quantity<dimension::volume>;
using Time = Quantity<dimension::time>;
using BodySurface = Quantity<dimension::body_surface>;
using BodyWeight = Quantity<dimension::body_weight>;
using Rate = Quantity<dimension::rate>;
using Clearance = Quantity<dimension::clearance>;
using Concentration = Quantity<dimension::concentration>;
using Auc = Quantity<dimension::auc>;
using MolarConcentration = Quantity<dimension::molar_concentration>;
using MolarMass = Quantity<dimension::molar_mass>;
using AntigenLevel = Quantity<dimension::antigen>;
using AssociationRate = Quantity<dimension::association_rate>;
using AntigenScale = Quantity<dimension::antigen_scale>;

namespace unit {
inline constexpr double hours_per_day = 24;
inline constexpr double days_per_week = 7;
inline constexpr double days_per_month = 30.4375; // a twelfth of a Julian year
inline constexpr double mL_per_L = 1000;

inline constexpr Unit<dimension::mass> mg{1, "mg"};
inline constexpr Unit<dimension::mass / dimension::body_surface> mg_per_m2{1, "mg/m2"};
inline constexpr Unit<dimension::mass / dimension::body_weight> mg_per_kg{1, "mg/kg"};
inline constexpr Unit<dimension::volume> L{1, "L"};
inline constexpr Unit<dimension::time> d{1, "d"};
inline constexpr Unit<dimension::time> h{1 / hours_per_day, "h"};
inline constexpr Unit<dimension::body_surface> m2{1, "m2"};
inline constexpr Unit<dimension::body_weight> kg{1, "kg"};
inline constexpr Unit<dimension::rate> per_d{1, "/d"};
inline constexpr Unit<dimension::clearance> L_per_d{1, "L/d"};
inline constexpr Unit<dimension::clearance / dimension::body_surface> L_per_d_m2{1, "L/d/m2"};
inline constexpr Unit<dimension::clearance / dimension::body_surface> mL_per_h_m2{hours_per_day / mL_per_L, "mL/h/m2"};
inline constexpr Unit<dimension::volume / dimension::body_surface> L_per_m2{1, "L/m2"};
inline constexpr Unit<dimension::concentration> mg_per_L{1, "mg/L"};
inline constexpr Unit<dimension::auc> mg_d_per_L{1, "mg*d/L"};
inline constexpr Unit<dimension::molar_concentration> nM{1, "nM"};
inline constexpr Unit<dimension::molar_mass> kDa{1e-3, "kDa"}; // 1 kDa = 1 g/mmol = 1e-3 mg/nmol
inline constexpr Unit<dimension::antigen> U_per_mL{mL_per_L, "U/mL"};
inline constexpr Unit<dimension::association_rate> per_nM_d{1, "/nM/d"};
inline constexpr Unit<dimension::antigen_scale> nM_per_U_mL{1 / mL_per_L, "nM per U/mL"};
inline constexpr Unit<dimension::concentration / dimension::time> mg_per_L_d{1, "mg/L/d"};
} // namespace unit

/// What a patient's size multiplies.
enum class PerBody { fixed, m2, kg };

/// A quantity given as such, per m2 of body surface or per kg of body weight, as drug labels and population
/// models do: 0.236 L/d/m2, 0.676 L/d, 7.2 mL/d/kg.
template <Dimension D>
struct SizedQuantity {
    double value = 0; ///< in base units of D, of D per m2, or of D per kg
    PerBody per = PerBody::fixed;

    static constexpr Dimension dimension = D;

    friend constexpr bool operator==(SizedQuantity const&, SizedQuantity const&) = default;

    constexpr Quantity<D> of(BodySurface bsa, BodyWeight weight) const
    {
        double const size = per == PerBody::m2 ? bsa.base() : per == PerBody::kg ? weight.base() : 1;
        return Quantity<D>::from_base(value * size);
    }
};

/// A figure whose dimension is known only once it has been read: a field that may hold one of several ("600 mg*d/L" or
/// "90 mg/L"). The owner says which dimensions it takes, in its `faults()`.
struct AnyQuantity {
    double value = 0; ///< in base units of `dimension`
    Dimension dimension;

    constexpr AnyQuantity() = default;
    constexpr AnyQuantity(double base_value, Dimension d) : value{base_value}, dimension{d} {}
    template <Dimension D>
    constexpr AnyQuantity(Quantity<D> q) : value{q.base()}, dimension{D}
    {}

    friend constexpr bool operator==(AnyQuantity const&, AnyQuantity const&) = default;
};

using SizedClearance = SizedQuantity<dimension::clearance>;
using SizedVolume = SizedQuantity<dimension::volume>;

template <Dimension D>
constexpr SizedQuantity<D> sized(Quantity<D> q)
{
    return {q.base(), PerBody::fixed};
}
template <Dimension D>
constexpr SizedQuantity<D> sized_per_m2(Quantity<D / dimension::body_surface> q)
{
    return {q.base(), PerBody::m2};
}
template <Dimension D>
constexpr SizedQuantity<D> sized_per_kg(Quantity<D / dimension::body_weight> q)
{
    return {q.base(), PerBody::kg};
}

/// A unit read from text.
struct UnitText {
    double factor = 1; ///< base units in one of it
    Dimension dimension;
};

/// Reads "mg*d/L", "mL/h/m2", "/d", "per month", "%"; none when a symbol is unknown.
std::optional<UnitText> parse_unit(std::string_view text);

/// A symbol that units are made of: "mg", "d", "nM", "%".
struct UnitSymbol {
    std::string_view symbol;
    Dimension dimension;
};

/// Every symbol that `parse_unit` knows.
std::vector<UnitSymbol> unit_symbols();

/// How a figure of this dimension is usually written: "L/d/m2", "U/mL"; "" for a pure number.
std::string usual_unit(Dimension dimension);

/// What a figure of this dimension is, in words: "a clearance", "a time"; "a figure in mg/d" where it has no name.
std::string describe_dimension(Dimension dimension);

/// Shortest text that reads back as the same double.
std::string shortest(double value);

/// Writes a base value in the unit named, or in the base unit where that would not read back bit for bit.
std::string quantity_text(double base_value, Dimension dimension, std::string_view preferred_unit = {});

} // namespace escalon

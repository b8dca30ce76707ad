#include "pk_models/units.hpp"

#include "tests/support/catch.hpp"

#include <array>
#include <string>

using namespace escalon;
using escalon::test::WithinRel;

namespace {

constexpr double two_roundings = 1e-15;

double factor(std::string_view text)
{
    auto const unit = parse_unit(text);
    REQUIRE(unit);
    return unit->factor;
}

Dimension dimension_of(std::string_view text)
{
    auto const unit = parse_unit(text);
    REQUIRE(unit);
    return unit->dimension;
}

} // namespace

TEST_CASE("units are read as people write them", "[units]")
{
    CHECK(dimension_of("L/d/m2") == dimension::clearance / dimension::body_surface);
    CHECK(dimension_of("L/d/m²") == dimension_of("L/d/m2"));
    CHECK(dimension_of("mg*d/L") == dimension::auc);
    CHECK(dimension_of("U/mL") == dimension::antigen);
    CHECK(dimension_of("per month") == dimension::rate);
    CHECK(dimension_of("/d") == dimension::rate);
    CHECK(dimension_of("%") == dimension::none);
    CHECK_THAT(factor("mL/h/m2"), WithinRel(0.024, two_roundings));
    CHECK_THAT(factor("ug/mL"), WithinRel(1.0, two_roundings));
    CHECK_THAT(factor("h"), WithinRel(1.0 / 24, two_roundings));
    CHECK_THAT(factor("wk"), WithinRel(7.0, two_roundings));
    CHECK_THAT(factor("U/mL"), WithinRel(1000.0, two_roundings));
}

TEST_CASE("an unknown symbol is no unit", "[units]")
{
    std::string const text = GENERATE("furlong", "L/fortnight", "", "/", "mg//L", "mg*", "per ");
    CAPTURE(text);
    CHECK_FALSE(parse_unit(text));
}

TEST_CASE("a body weight is not an amount of drug, so mg/kg is a dose and no pure number", "[units]")
{
    CHECK(dimension_of("mg/kg") != dimension::none);
    CHECK(describe_dimension(dimension_of("mg/kg")) == "a dose per kg");
}

TEST_CASE("1 mg/L of a 150 kDa antibody is 6.667 nM", "[units]")
{
    MolarConcentration const molar = (1 * unit::mg_per_L) / (150 * unit::kDa);
    CHECK_THAT(molar.in(unit::nM), WithinRel(1000.0 / 150, two_roundings));
}

TEST_CASE("a quantity's text reads back bit for bit in whatever unit it is shown", "[units]")
{
    struct Shown {
        double base;
        std::string_view unit;
    };
    auto const shown = GENERATE(Shown{1.5 / 24, "h"}, Shown{0.1, "h"}, Shown{15.89 * 0.024, "mL/h/m2"}, Shown{142600e3, "U/mL"},
                                Shown{1.0 / 3, "wk"}, Shown{0.3, "%"}, Shown{0.0, "d"});
    auto const unit = parse_unit(shown.unit);
    REQUIRE(unit);
    std::string const text = quantity_text(shown.base, unit->dimension, shown.unit);
    CAPTURE(text);
    auto const space = text.find(' ');
    double const number = std::stod(text.substr(0, space));
    double const read_back = space == std::string::npos ? number : number * factor(text.substr(space + 1));
    CHECK(read_back == shown.base);
}

TEST_CASE("1.5 h and 142600 U/mL are shown as they were typed", "[units]")
{
    CHECK(quantity_text((1.5 * unit::h).base(), dimension::time, "h") == "1.5 h");
    CHECK(quantity_text((142600 * unit::U_per_mL).base(), dimension::antigen) == "142600 U/mL");
}

TEST_CASE("a sized quantity follows the part of the body that it is stated for", "[units]")
{
    BodySurface const bsa = 1.8 * unit::m2;
    BodyWeight const weight = 70 * unit::kg;
    CHECK_THAT(sized_per_m2<dimension::clearance>(0.236 * unit::L_per_d_m2).of(bsa, weight).in(unit::L_per_d),
               WithinRel(0.4248, two_roundings));
    CHECK(sized(0.676 * unit::L_per_d).of(bsa, weight) == 0.676 * unit::L_per_d);
    CHECK(
        sized_per_kg<dimension::volume>(Quantity<dimension::volume / dimension::body_weight>::from_base(0.05)).of(bsa, weight) ==
        3.5 * unit::L);
}

TEST_CASE("a figure of any dimension keeps the dimension that it was read with", "[units]")
{
    CHECK(AnyQuantity{600 * unit::mg_d_per_L}.dimension == dimension::auc);
    CHECK(AnyQuantity{90 * unit::mg_per_L} != AnyQuantity{90 * unit::mg_d_per_L});
}

// The pharmacokinetic figures: captions from the numbers, axes with units, and what the interactive report relies on.
#include "sim/report/figures/pk.hpp"
#include "sim/report/figures/quantity_axes.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/text.hpp"
#include "tests/unit/scenario_support.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

using namespace escalon;
using namespace escalon::test;
using Json = nlohmann::ordered_json;

namespace {

std::vector<Figure> figures_of(std::string const& name, FigureStyle const& style = {})
{
    return pk_figures(read_scenario(shipped(name)), style, std::nullopt, {.patients = 200});
}

Figure named(std::vector<Figure> const& figures, std::string const& name)
{
    return *std::ranges::find(figures, name, &Figure::name);
}

/// Every layer, also of panels.
std::vector<Json> layers_of(Json const& specification)
{
    std::vector<Json> all;
    for (auto const& panel : specification.contains("vconcat") ? specification["vconcat"] : Json::array({specification}))
        for (auto const& layer : panel["layer"])
            all.push_back(layer);
    return all;
}

Json panel_layer(Json const& specification, std::string const& name)
{
    for (auto const& each : layers_of(specification))
        if (each.value("name", "") == name)
            return each;
    FAIL("no layer " + name);
    return {};
}

std::vector<FigureStyle> const styles{{Look::light, 180}, {Look::light, 85}, {Look::print, 180}, {Look::print, 85}};

} // namespace

TEST_CASE("a scenario has the PK figures that apply to it", "[figure][pk]")
{
    auto const names = [](Scenario const& scenario) {
        std::vector<std::string> all;
        for (auto const& figure : pk_figures(scenario, {}, std::nullopt, {.patients = 20}))
            all.push_back(figure.name);
        return all;
    };
    CHECK(names(read_scenario(shipped("huc242_dm4.yaml"))) == std::vector<std::string>{"pk", "pk_levels", "exposure", "antigen"});
    CHECK(names(read(with_exposure)) == std::vector<std::string>{"pk", "pk_levels", "exposure"});
    CHECK(names(read(with_exposure, {"doses.levels=[10]"})) == std::vector<std::string>{"pk", "exposure"});
    CHECK(names(read_scenario(shipped("standard.yaml"))).empty());
}

TEST_CASE("captions say what is seen, in numbers", "[figure][pk]")
{
    auto const figures = figures_of("huc242_dm4.yaml");
    auto const scenario = read_scenario(shipped("huc242_dm4.yaml"));
    auto const profile = concentration_profile(scenario, DoseLevel{5}, {.patients = 200});
    auto const pk = named(figures, "pk").caption;
    CHECK(says(pk, "At 168 mg/m², the documented MTD, the median peak of the first cycle is "));
    CHECK(says(pk, fmt::format("{:.1f} mg/L ({:.1f} to {:.0f})", profile.peak_mg_per_L.median, profile.peak_mg_per_L.low,
                               profile.peak_mg_per_L.high)));
    CHECK(says(pk, fmt::format("half-life after the first dose is {:.2f} d", profile.half_life_d.median)));
    CHECK(says(pk, "nine in ten of 200 simulated patients"));
    CHECK(says(named(figures, "exposure").caption, "20.7 % of patients have a DLT. Half of patients tolerate 560 mg·d/L."));
    CHECK(
        named(figures, "antigen").caption ==
        "From 7.20 to 1,390 U/mL of shed antigen, between which nine in ten patients lie, the AUC over 21 d of a typical patient "
        "at "
        "168 mg/m² falls from 420 to 361 mg·d/L (by 14.0 %) and the half-life from 4.72 d to 3.56 d; the peak changes by 0.1 %. "
        "The lower the dose, the more antigen takes: over the whole axis 84.0 % at 18 mg/m² and 42.6 % at 297 mg/m² of the AUC "
        "are "
        "lost.");
    for (auto const& figure : figures) {
        CHECK(figure.specification["description"] == figure.caption);
        CHECK(figure.specification["title"]["text"][0].get<std::string>().starts_with("huC242-DM4: "));
    }
}

TEST_CASE("captions do not speak of spread where there is none", "[figure][pk]")
{
    std::string const alike = R"(schema: 1
name: alike
doses: { unit: mg, levels: [100] }
regimen: { days: [1], cycle: 21 d, infusion: 0 h }
pk: { model: one_compartment, CL: 0.5 L/d, V1: 3 L, antigen_clearance: { model: emax, SMAX: 2, A50: 500 U/mL } }
population: { antigen: { value: 0 U/mL } }
toxicity: { model: by_exposure, tolerance: { median: 60 mg*d/L, sd_log: 0.3 } }
)";
    auto const figures = pk_figures(read(alike), {}, std::nullopt, {.patients = 5});
    CHECK(named(figures, "pk").caption ==
          "At 100 mg, the top level, the peak of the first cycle is 33.3 mg/L and the concentration at "
          "its end 1.01 mg/L. The terminal half-life is 4.16 d.");
    CHECK(
        says(named(figures, "pk").specification["title"]["subtitle"].dump(), "All patients are alike. Given as a bolus at 0 d."));
    CHECK(says(named(figures, "exposure").caption, "the AUC over 21 d is 194 mg·d/L; >99.9 % of patients have a DLT."));
    auto const antigen = named(pk_figures(read(alike, {"population.antigen.value=500 U/mL"})), "antigen").caption;
    INFO(antigen << named(figures, "antigen").caption);
    CHECK(
        says(antigen, "Every patient has 500 U/mL of shed antigen: at 100 mg a typical one has an AUC of 99.9 mg·d/L over 21 d"));
    CHECK(says(named(figures, "antigen").caption, "From 0.1 to 1000 U/mL of shed antigen the AUC"));
}

TEST_CASE("axes have units, and one domain in every layer", "[figure][pk]")
{
    for (auto const* scenario : {"huc242_dm4.yaml", "cantuzumab_mertansine.yaml"})
        for (auto const& style : styles)
            for (auto const& figure : figures_of(scenario, style)) {
                INFO(scenario << " " << figure.name);
                auto const panels = figure.specification.contains("vconcat") ? figure.specification["vconcat"]
                                                                             : Json::array({figure.specification});
                for (auto const& panel : panels)
                    for (auto const* channel : {"x", "y"}) {
                        std::set<std::string> domains;
                        for (auto const& each : panel["layer"])
                            if (each.contains("encoding") && each["encoding"].contains(channel)) {
                                auto const& at = each["encoding"][channel];
                                domains.insert(at["scale"]["domain"].dump());
                                if (at["axis"]["title"].is_string() && !at["axis"]["title"].get<std::string>().empty())
                                    CHECK(says(at["axis"]["title"], "("));
                            }
                        CHECK(domains.size() == 1);
                    }
            }
}

TEST_CASE("marks of data answer the pointer with titles that name the unit", "[figure][pk]")
{
    for (auto const& figure : figures_of("huc242_dm4.yaml")) {
        INFO(figure.name);
        std::size_t with_tooltip = 0;
        for (auto const& each : layers_of(figure.specification))
            if (each.contains("encoding") && each["encoding"].contains("tooltip")) {
                ++with_tooltip;
                for (auto const& line : each["encoding"]["tooltip"]) {
                    CHECK_FALSE(line["title"].get<std::string>().empty());
                    if (line["type"] == "quantitative")
                        CHECK(line.contains("format"));
                }
            }
        CHECK(with_tooltip >= 1);
    }
}

TEST_CASE("series can be switched off: each has its filter and its entry", "[figure][pk]")
{
    for (auto const& style : styles)
        for (auto const& figure : figures_of("huc242_dm4.yaml", style)) {
            INFO(figure.name);
            auto const& series = figure.specification["usermeta"]["escalon"]["series"];
            CHECK(figure.specification["params"][0]["name"] == "hidden");
            CHECK(figure.specification["params"][0]["value"].empty());
            CHECK(series["entries"].size() >= 2);
            auto const filter = "indexof(hidden, datum." + series["field"].get<std::string>() + ") < 0";
            std::size_t filtered = 0;
            for (auto const& each : layers_of(figure.specification))
                if (each.contains("transform"))
                    for (auto const& step : each["transform"])
                        filtered += step.contains("filter") && step["filter"] == filter ? 1U : 0U;
            CHECK(filtered >= 1);
            std::set<std::string> looks;
            for (auto const& entry : series["entries"])
                looks.insert(entry["colour"].dump() + entry["shape"].dump());
            CHECK(looks.size() == series["entries"].size());
        }
}

TEST_CASE("doses stand in ladder order", "[figure][pk]")
{
    auto const figures = figures_of("huc242_dm4.yaml");
    Json const ladder{"18", "36", "60", "90", "126", "168", "223", "297"};
    auto const exposure = named(figures, "exposure").specification;
    CHECK(exposure["usermeta"]["escalon"]["x"]["order"] == ladder);
    CHECK(panel_layer(exposure, "patients")["encoding"]["x"]["scale"]["domain"] == ladder);
    auto domain = panel_layer(named(figures, "pk_levels").specification, "curves")["encoding"]["color"]["scale"]["domain"];
    REQUIRE(domain.size() == 8);
    CHECK(domain.front() == "297 mg/m²"); // highest on top, as the curves
    CHECK(domain.back() == "18 mg/m²");
}

TEST_CASE("patients with a DLT differ in shape, not in colour alone", "[figure][pk]")
{
    for (auto const& style : styles) {
        auto const marks = panel_layer(named(figures_of("huc242_dm4.yaml", style), "exposure").specification,
                                       "patients")["encoding"];
        CHECK(marks["shape"]["scale"]["range"][0] != marks["shape"]["scale"]["range"][1]);
        CHECK(marks["fill"]["scale"]["range"][0] == "white");
    }
}

TEST_CASE("a log axis ends at a stated concentration, and data keep what they are", "[figure][pk]")
{
    auto const pk = named(figures_of("cantuzumab_mertansine.yaml"), "pk").specification;
    auto const domain = panel_layer(pk, "median")["encoding"]["y"]["scale"]["domain"];
    CHECK(domain[1].get<double>() / domain[0].get<double>() < 10'000);
    CHECK(says(pk["title"]["subtitle"].dump(), "nothing is drawn"));
    double lowest = 1;
    for (auto const& row : pk["datasets"]["population"])
        if (row["low"].get<double>() > 0)
            lowest = std::min(lowest, row["low"].get<double>());
    CHECK(lowest < domain[0].get<double>());
    CHECK(panel_layer(pk, "median")["mark"]["clip"] == true);
}

TEST_CASE("a truth is named where truths differ", "[figure][pk]")
{
    auto const text = with_exposure + R"(truths:
  - { name: harsh, set: { toxicity.tolerance.median: 30 mg*d/L } }
  - { name: mild, set: { toxicity.tolerance.median: 90 mg*d/L } }
)";
    auto const subtitle = [](Figure const& figure) {
        std::string words;
        for (auto const& line : figure.specification["title"]["subtitle"])
            words += line.get<std::string>() + " ";
        return words;
    };
    auto const figures = pk_figures(read(text), {}, std::nullopt, {.patients = 20});
    CHECK_FALSE(says(subtitle(named(figures, "pk")), "harsh"));
    CHECK(says(subtitle(named(figures, "exposure")), "Truth “harsh”, one of 2."));
    auto const slow = pk_figures(read(text + "  - { name: slow, set: { pk.CL: 0.2 L/d/m2 } }\n"), {}, std::nullopt,
                                 {.patients = 20});
    CHECK(says(subtitle(named(slow, "pk")), "Truth “harsh”, one of 3 whose pharmacokinetics differ."));
}

TEST_CASE("ticks are round, few, and inside their axis", "[figure][axes]")
{
    using namespace theme;
    CHECK(log_ticks(0.5, 200, 12) == std::vector<double>{0.5, 1, 2, 5, 10, 20, 50, 100, 200});
    CHECK(log_ticks(0.5, 200, 6) == std::vector<double>{1, 10, 100});
    CHECK(log_ticks(1, 1e8, 5) == std::vector<double>{1, 1e2, 1e4, 1e6, 1e8});
    CHECK(log_ticks(22, 38, 6) == std::vector<double>{30});
    CHECK(day_ticks(42, 10) == std::vector<double>{0, 7, 14, 21, 28, 35, 42});
    CHECK(day_ticks(84, 7) == std::vector<double>{0, 14, 28, 42, 56, 70, 84});
    CHECK(day_ticks(5, 7) == std::vector<double>{0, 1, 2, 3, 4, 5});
    CHECK(linear_ticks(0.9, 6) == std::vector<double>{0, 0.2, 0.4, 0.6, 0.8});
    CHECK(rounded_up(157) == 200);
    CHECK(rounded_up(200) == 200);
    CHECK(rounded_down(0.49) == 0.2);
    CHECK(rounded_down(1000) == 1000);
}

TEST_CASE("panels stay as wide as the figure, whatever their labels", "[figure][pk]")
{
    std::string const strong = R"(schema: 1
name: strong
doses: { unit: mg, levels: [20000, 400000] }
regimen: { days: [1], cycle: 21 d, infusion: 1 h }
pk: { model: one_compartment, CL: 0.5 L/d, V1: 3 L, antigen_clearance: { model: emax, SMAX: 2, A50: 500 U/mL } }
)";
    for (auto const& style : styles) {
        auto const antigen = named(pk_figures(read(strong), style, std::nullopt, {.patients = 5}), "antigen").specification;
        for (auto const& panel : antigen["vconcat"]) {
            auto const& frame = panel["layer"].back()["mark"]; // from the left end of the labels to the right end
            double const width = frame["x2"].get<double>() - frame["x"].get<double>();
            CHECK(width == theme::inner_width(style));
            CHECK(-frame["x"].get<double>() >= theme::text_width("500,000", theme::text_px));
        }
    }
}

TEST_CASE("labels that touch are moved apart about where they stood", "[figure][axes]")
{
    CHECK(theme::apart({10, 50}, 11) == std::vector<double>{10, 50});
    CHECK(theme::apart({10, 12}, 11) == std::vector<double>{5.5, 16.5});
    CHECK(theme::apart({10, 12, 14}, 10) == std::vector<double>{2, 12, 22});
    CHECK(theme::apart({}, 10).empty());
}

TEST_CASE("numbers of figures have four digits, and colours mix", "[figure][axes]")
{
    CHECK(theme::four_digits(123.4567) == 123.5);
    CHECK(theme::four_digits(0) == 0);
    CHECK(theme::four_digits(6.02214e23) == 6.022e23);
    CHECK(theme::between("#000000", "#ffffff", 0.5) == "#808080");
    CHECK(theme::between("#102030", "#ffffff", 0) == "#102030");
}

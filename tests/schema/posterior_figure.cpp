// Figures of beliefs that no scenario has: with intervals, of priors, of long and short ladders. They pass the vega-lite schema
// and are drawn without a warning, as wide as asked.
#include "sim/report/figures/posterior.hpp"
#include "sim/report/render.hpp"
#include "tests/support/beliefs.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

using namespace escalon;
using namespace escalon::test;

namespace {

PosteriorFigure of_ladder(int levels, double cap)
{
    std::vector<double> doses;
    std::vector<double> medians;
    std::vector<Tally> tallies;
    for (int i = 0; i < levels; ++i) {
        doses.push_back(std::round(20 * std::pow(1.4, i)) / 10);
        medians.push_back(0.02 + 0.6 * (i + 1) / levels);
        bool const tried = 2 * i <= levels;
        tallies.push_back(tried ? Tally{.patients = 3 * (i + 1), .dlts = i} : Tally{});
    }
    return {.title = "P(DLT) by a model of " + std::to_string(levels) + " levels & <more>",
            .ladder = DoseLadder{DoseUnit::mg_per_kg, doses},
            .tallies = tallies,
            .posterior = belief(medians, 0.7, four_intervals(), cap),
            .target = 0.25,
            .recommended = DoseLevel{levels / 2}};
}

} // namespace

TEST_CASE("posteriors with intervals are drawn in both looks and both widths", "[figure][posterior]")
{
    auto prior = of_ladder(8, 0.9);
    prior.tallies.clear();
    prior.recommended.reset();
    std::vector<PosteriorFigure> const figures{of_ladder(1, 0.25), of_ladder(6, 0.25), of_ladder(20, 0.25), prior};
    Scratch const place;
    std::vector<Drawing> drawings;
    std::vector<int> widths;
    for (auto const& figure : figures)
        for (auto const look : {Look::light, Look::print})
            for (int const width_mm : {180, 85}) {
                auto const name = std::to_string(drawings.size());
                auto const drawn = posterior_figure(figure, {look, static_cast<double>(width_mm)});
                drawings.push_back({place.write(name + ".vl.json", drawn.specification.dump()), place / (name + ".svg")});
                widths.push_back(width_mm == 180 ? 680 : 321);
            }
    auto const renderer = Renderer::find(std::filesystem::path{ESCALON_PROGRAM}.parent_path());
    REQUIRE(renderer.available());
    CHECK(renderer.draw(drawings).value_or("") == "");
    std::vector<std::string> check{ESCALON_NODE, "check.mjs"};
    for (std::size_t i = 0; i < drawings.size(); ++i) {
        check.push_back(drawings[i].specification.string());
        INFO("drawing " << i << ": " << file_text(drawings[i].picture).substr(0, 120));
        CHECK(file_text(drawings[i].picture).find(" width=\"" + std::to_string(widths[i]) + "\"") != std::string::npos);
    }
    auto const said = Running{std::string{ESCALON_SOURCE_DIR} + "/sim/report/render", check}.wait();
    INFO(said.out << said.err);
    CHECK(said.exit == 0);
}

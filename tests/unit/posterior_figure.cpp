// The posterior figure says what the model says.
#include "sim/report/figures/posterior.hpp"
#include "tests/support/beliefs.hpp"
#include "tests/support/case_reports.hpp"

#include <nlohmann/json.hpp>

#include <map>

using namespace escalon;
using namespace escalon::test;
using Json = nlohmann::ordered_json;

namespace {

PosteriorFigure after_nine()
{
    return {.title = "A <title> & more",
            .finding = "Next by blrm: treat 3 patients at 20 mg/m2.",
            .ladder = DoseLadder{DoseUnit::mg_per_m2, {5, 20, 100}},
            .tallies = {{3, 0}, {6, 2}, {}},
            .posterior = belief({0.05, 0.20, 0.50}, 0.6, four_intervals()),
            .target = 0.25,
            .recommended = level(2)};
}

Json view_layers(Json const& specification)
{
    Json all = specification.value("layer", Json::array());
    for (auto const& view : specification.value("vconcat", Json::array()))
        for (auto const& layer : view["layer"])
            all.push_back(layer);
    return all;
}

bool has_view_layer(Json const& specification, std::string const& name)
{
    for (auto const& layer : view_layers(specification))
        if (layer["name"] == name)
            return true;
    return false;
}

} // namespace

TEST_CASE("the levels of a posterior stand in ladder order in every layer of both panels", "[figure][posterior]")
{
    auto const specification = posterior_figure(after_nine()).specification;
    Json const order = {"5", "20", "100"};
    int axes = 0;
    for (auto const& layer : view_layers(specification))
        if (layer["encoding"].contains("x")) {
            CHECK(layer["encoding"]["x"]["scale"]["domain"] == order);
            ++axes;
        }
    CHECK(axes >= 15);
    CHECK(specification["usermeta"]["escalon"]["x"]["order"] == order);
}

TEST_CASE("the curve, its band and what was seen are those of the model and of the trial", "[figure][posterior]")
{
    auto const given = after_nine();
    auto const data = posterior_figure(given).specification["datasets"];
    REQUIRE(data["levels"].size() == 3);
    for (std::size_t i = 0; i < 3; ++i) {
        CHECK(data["levels"][i]["median_percent"] == Approx(100 * given.posterior.levels[i].median));
        CHECK(data["levels"][i]["low_percent"] == Approx(100 * given.posterior.levels[i].lower));
        CHECK(data["levels"][i]["high_percent"] == Approx(100 * given.posterior.levels[i].upper));
        CHECK(data["levels"][i]["recommended"] == (i == 1));
        CHECK(data["levels"][i]["forbidden"] == (i == 2));
    }
    REQUIRE(data["observed"].size() == 2);
    CHECK(data["observed"][1]["label"] == "2/6");
    CHECK(data["observed"][1]["label_at"].get<double>() > 100.0 / 3);
    CHECK(data["observed"][0]["label_at"].get<double>() < 0);
    CHECK(data["targets"][0]["target_percent"] == 25);
}

TEST_CASE("the ranges of a level stand on each other up to 100 %, the most toxic at the bottom", "[figure][posterior]")
{
    auto const data = posterior_figure(after_nine()).specification["datasets"];
    std::map<std::string, double> top;
    for (auto const& part : data["ranges"]) {
        CHECK(part["from"].get<double>() == Approx(top[part["dose"]]));
        top[part["dose"]] = part["to"];
    }
    for (auto const* dose : {"5", "20", "100"})
        CHECK(top[dose] == Approx(100));
    CHECK(data["ranges"][0]["range"] == "excessive");
    CHECK(data["numbers"].size() == 3 * 5); // four ranges, and what lies above 33 %
    CHECK(data["numbers"][14]["sum"] == true);
    CHECK(data["numbers"][14]["text"] == "88"); // P(N(0, 1) > (logit 0.33 - logit 0.5) / 0.6)
}

TEST_CASE("the caption has the numbers of the level that comes next, and why others may not be given", "[figure][posterior]")
{
    auto const caption = posterior_figure(after_nine()).caption;
    CHECK_THAT(caption,
               ContainsSubstring("Next by blrm: treat 3 patients at 20 mg/m2. At 20 mg/m²: posterior median of P(DLT) 20 %"));
    CHECK_THAT(caption, ContainsSubstring("DLTs in 2 of 6"));
    CHECK_THAT(caption, ContainsSubstring("of at most 25 %"));
    CHECK_THAT(caption, ContainsSubstring("May not be given: 100 mg/m²: P(DLT rate above 0.33) is over 0.25."));
}

TEST_CASE("a prior is drawn without data, and a model without intervals in one panel", "[figure][posterior]")
{
    auto prior = after_nine();
    prior.tallies.clear();
    prior.finding.clear();
    prior.recommended.reset();
    auto const drawn = posterior_figure(prior);
    CHECK_FALSE(has_view_layer(drawn.specification, "observed"));
    CHECK_THAT(drawn.caption, ContainsSubstring("The prior median of P(DLT) goes from 5 % at 5 mg/m²"));
    CHECK_THAT(drawn.specification["title"]["subtitle"].dump(), ContainsSubstring("prior median"));

    auto plain = after_nine();
    plain.posterior = belief({0.05, 0.20, 0.50}, 0.6, {});
    auto const single = posterior_figure(plain).specification;
    CHECK_FALSE(single.contains("vconcat"));
    CHECK_FALSE(has_view_layer(single, "target_interval"));
    CHECK_FALSE(has_view_layer(single, "estimates"));
    plain.posterior.levels[1].estimate = 0.23;
    CHECK(has_view_layer(posterior_figure(plain).specification, "estimates"));
}

TEST_CASE("a posterior of another ladder is refused", "[figure][posterior]")
{
    auto wrong = after_nine();
    wrong.posterior.levels.pop_back();
    CHECK_THROWS_AS(posterior_figure(wrong), std::logic_error);
}

// The specifications of a run's figures say what the result says.
#include "sim/report/figures/all.hpp"
#include "sim/report/figures/allocation.hpp"
#include "sim/report/figures/curve.hpp"
#include "sim/report/figures/dose_scale.hpp"
#include "sim/report/figures/model.hpp"
#include "sim/report/figures/mtd.hpp"
#include "sim/report/figures/overdose.hpp"
#include "sim/report/figures/theme.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/runs.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <limits>
#include <map>
#include <set>

using namespace escalon;
using namespace escalon::test;
using Json = nlohmann::ordered_json;

namespace {

/// Every layer of a specification, of facets and concatenations too.
std::vector<Json> layers(Json const& specification)
{
    std::vector<Json> all;
    for (auto const* key : {"layer", "hconcat", "vconcat"})
        if (specification.contains(key))
            for (auto const& part : specification[key]) {
                if (part.contains("mark"))
                    all.push_back(part);
                for (auto const& inner : layers(part))
                    all.push_back(inner);
            }
    if (specification.contains("spec"))
        for (auto const& inner : layers(specification["spec"]))
            all.push_back(inner);
    return all;
}

Json layer(Json const& specification, std::string const& name)
{
    for (auto const& candidate : layers(specification))
        if (candidate["name"] == name)
            return candidate;
    FAIL("no layer " + name);
    return {};
}

bool has_layer(Json const& specification, std::string const& name)
{
    for (auto const& candidate : layers(specification))
        if (candidate["name"] == name)
            return true;
    return false;
}

Json rows(Json const& specification) { return specification["data"]["values"]; }

double sum(Json const& rows, std::string const& field, std::string const& truth, std::string const& design)
{
    double total = 0;
    for (auto const& row : rows)
        if (row["truth"] == truth && row["design"] == design)
            total += row[field].get<double>();
    return total;
}

std::string caption_of_mtd(RunText const& text) { return mtd_figure(run_of(text.text())).caption; }

} // namespace

TEST_CASE("the mtd figure has none first, then the ladder in its order, in every layer and panel", "[figure][mtd]")
{
    for (auto const& truth : {RunText{}.truth, three_truths}) {
        auto const specification =
            mtd_figure(run_of(RunText{.truth = truth, .designs = two_designs, .runner = sampled}.text())).specification;
        Json const order = {"none", "10", "20", "100"};
        int axes = 0;
        for (auto const& drawn : layers(specification))
            if (drawn["encoding"].contains("x")) {
                CHECK(drawn["encoding"]["x"]["scale"]["domain"] == order);
                CHECK(drawn["encoding"]["x"]["axis"]["title"] == "Recommended dose (mg/m²)");
                ++axes;
            }
        CHECK(axes >= 6);
        CHECK(specification["usermeta"]["escalon"]["x"]["order"] == order);
        CHECK(specification.dump().find("\"sort\"") == std::string::npos);
    }
}

TEST_CASE("the shares of each design under each truth sum to 100 %, and the patients to their mean", "[figure][mtd][allocation]")
{
    auto const run = run_of(RunText{.truth = three_truths, .designs = two_designs}.text());
    auto const selected = rows(mtd_figure(run).specification);
    auto const treated = rows(allocation_figure(run).specification);
    CHECK(selected.size() == 3 * 2 * 4);
    for (auto const& design : run.designs) {
        auto const truth = run.truth_of(design).name;
        CHECK(sum(selected, "selected_percent", truth, design.label) == Approx(100));
        CHECK(sum(treated, "patients", truth, design.label) == Approx(design.result.characteristics.mean.total_patients));
        CHECK(sum(treated, "dlts", truth, design.label) == Approx(design.result.characteristics.mean.total_dlts));
    }
}

TEST_CASE("each truth has a panel in the order of the file and its own shaded MTD", "[figure][mtd]")
{
    auto const specification = mtd_figure(run_of(RunText{.truth = three_truths, .designs = two_designs}.text())).specification;
    std::vector<std::string> titles;
    std::vector<std::string> shaded;
    for (auto const& row : rows(specification)) {
        if (row["first_of_panel"])
            titles.push_back(row["panel_title"]);
        if (row["true_mtd"] && row["first_of_group"])
            shaded.push_back(row["truth"].get<std::string>() + " " + row["dose"].get<std::string>());
    }
    CHECK(titles == std::vector<std::string>{"mild: true MTD 100 mg/m²", "harsh: true MTD 10 mg/m²",
                                             "hopeless: no true MTD, all levels too toxic"});
    CHECK(shaded == std::vector<std::string>{"mild 100", "harsh 10"});
    CHECK(specification["facet"]["row"]["field"] == "panel");
}

TEST_CASE("Monte Carlo results have whiskers of 1.96 standard errors; exact ones have none and say so", "[figure][mtd]")
{
    auto const run = run_of(RunText{.runner = sampled}.text());
    auto const specification = mtd_figure(run).specification;
    auto const& oc = run.designs[0].result.characteristics;
    auto const row = rows(specification)[2];
    CHECK(row["error"] == Approx(196 * oc.standard_error.selection[1]));
    CHECK(row["low"] == Approx(100 * oc.mean.selection[1] - 196 * oc.standard_error.selection[1]));
    CHECK(layer(specification, "whiskers")["encoding"]["y2"]["field"] == "high");
    CHECK(specification["title"]["subtitle"].dump().find("500 simulated trials") != std::string::npos);

    auto const exact = mtd_figure(run_of(RunText{}.text())).specification;
    CHECK_FALSE(has_layer(exact, "whiskers"));
    CHECK(exact["title"]["subtitle"].dump().find("Exact, no sampling error") != std::string::npos);
}

TEST_CASE("several series can be hidden: every layer of theirs filters, and scales keep their domains", "[figure][contract]")
{
    for (auto const& figure :
         figures_of(run_of(RunText{.truth = three_truths, .designs = two_designs, .runner = sampled}.text()))) {
        INFO(figure.name);
        auto const& specification = figure.specification;
        if (figure.name == "difference") // one design stands against the other
            continue;
        CHECK(specification["params"] == Json::parse(R"([{"name": "hidden", "value": []}])"));
        auto const series = specification["usermeta"]["escalon"]["series"];
        auto const field = series["field"].get<std::string>();
        auto const wanted = "indexof(hidden, datum." + field + ") < 0";
        std::set<std::string> names;
        for (auto const& entry : series["entries"]) {
            names.insert(entry["value"].get<std::string>());
            for (auto const* key : {"colour", "dash", "shape"})
                CHECK(entry.contains(key));
        }
        CHECK(names.size() == (field == "truth" ? 3U : 2U));
        int filtered = 0;
        for (auto const& drawn : layers(specification)) {
            auto const text = drawn.dump();
            bool const of_series = text.find("\"field\":\"" + field + "\"") != std::string::npos;
            if (of_series) {
                INFO(drawn["name"]);
                REQUIRE(drawn.contains("transform"));
                CHECK(drawn["transform"][0]["filter"] == wanted);
                ++filtered;
            }
        }
        CHECK(filtered >= 3);
    }
}

TEST_CASE("a single series needs no switch and no legend", "[figure][contract]")
{
    for (auto const& figure : figures_of(run_of(RunText{}.text()))) {
        INFO(figure.name);
        CHECK_FALSE(figure.specification.contains("params"));
        CHECK(figure.specification.value("usermeta", Json::object()).dump().find("series") == std::string::npos);
    }
}

TEST_CASE("marks of data tell their figures in tooltips with titles", "[figure][contract]")
{
    for (auto const& figure : figures_of(run_of(RunText{.designs = two_designs, .runner = sampled}.text()))) {
        INFO(figure.name);
        int told = 0;
        for (auto const& drawn : layers(figure.specification))
            if (drawn["encoding"].contains("tooltip"))
                for (auto const& entry : drawn["encoding"]["tooltip"]) {
                    CHECK(entry.contains("title"));
                    CHECK((entry["type"] == "nominal" || entry.contains("format")));
                    ++told;
                }
        CHECK(told >= 3);
    }
}

TEST_CASE("six designs have six looks in either theme", "[figure][theme]")
{
    for (auto const look : {Look::light, Look::print}) {
        std::set<std::string> colours;
        std::set<std::string> shapes;
        for (std::size_t i = 0; i < 6; ++i) {
            colours.emplace(theme::series(i, look).colour);
            shapes.emplace(theme::series(i, look).shape);
        }
        CHECK(colours.size() == 6);
        CHECK(shapes.size() == 6);
    }
}

TEST_CASE("print is drawn in greys alone", "[figure][theme]")
{
    auto const grey = [](std::string const& colour) {
        return colour.substr(1, 2) == colour.substr(3, 2) && colour.substr(3, 2) == colour.substr(5, 2);
    };
    auto text = RunText{.truth = three_truths, .designs = two_designs, .runner = sampled};
    text.more = "documented: { mtd: 20 mg/m2, cohorts: [{ level: 10 mg/m2, patients: 3, dlts: 1 }] }\n";
    for (auto const& figure : figures_of(run_of(text.text()), {.look = Look::print})) {
        auto const specification = figure.specification.dump();
        int colours = 0;
        for (auto at = specification.find("\"#"); at != std::string::npos; at = specification.find("\"#", at + 1)) {
            INFO(figure.name << ": " << specification.substr(at + 1, 7));
            CHECK(grey(specification.substr(at + 1, 7)));
            ++colours;
        }
        CHECK(colours > 5);
    }
}

TEST_CASE("captions of one design count what is seen", "[figure][caption]")
{
    auto const run = run_of(RunText{}.text());
    auto const& mean = run.designs[0].result.characteristics.mean;
    auto const percent = [](double share) { return std::to_string(std::lround(100 * share)) + " %"; };
    CHECK(mtd_figure(run).caption == "3+3 recommends the true MTD of 20 mg/m² in " + percent(mean.selection[1]) +
                                         " of trials; it stops below it in " + percent(mean.selection[0]) +
                                         ", goes above it in " + percent(mean.selection[2]) + " and recommends none in " +
                                         percent(mean.none) + ".");
}

TEST_CASE("captions leave out what the ladder does not have", "[figure][caption]")
{
    auto const lowest = caption_of_mtd({.truth = "toxicity: { model: by_dose, probability: [0.30, 0.60, 0.80] }"});
    CHECK(lowest.find("below") == std::string::npos);
    auto const highest = caption_of_mtd({.truth = "toxicity: { model: by_dose, probability: [0.01, 0.10, 0.30] }"});
    CHECK(highest.find("above") == std::string::npos);
    RunText const one{.levels = "[10]", .truth = "toxicity: { model: by_dose, probability: [0.30] }"};
    auto const alone = caption_of_mtd(one);
    CHECK(alone.find("below") == std::string::npos);
    CHECK(alone.find("above") == std::string::npos);
    CHECK(curve_figure(run_of(one.text())).caption ==
          "P(DLT) is 30 % at 10 mg/m². The true MTD is 10 mg/m² with 30 %, nearest the target of 30 %.");
    CHECK(overdose_figure(run_of(one.text())).caption ==
          "The true MTD of 10 mg/m² is the highest level: nobody can be treated above it.");
}

TEST_CASE("captions say that there is no true MTD", "[figure][caption]")
{
    RunText const text{.truth = "toxicity: { model: by_dose, probability: [0.50, 0.60, 0.80] }"};
    for (auto const& figure : figures_of(run_of(text.text())))
        CHECK(figure.caption.find("No level is a true MTD: at each, P(DLT) exceeds the target of 30 % by more than 10 points.") !=
              std::string::npos);
}

TEST_CASE("equal designs are said once, different ones by name", "[figure][caption]")
{
    RunText text;
    text.designs = "[{ name: three_plus_three, label: a }, { name: three_plus_three, label: b }]";
    CHECK(caption_of_mtd(text).find("of trials by both designs; a lower dose in") != std::string::npos);
    text.designs = two_designs;
    auto const caption = caption_of_mtd(text);
    CHECK(caption.find("of trials by 3+3 and") != std::string::npos);
    CHECK(caption.find("by once;") != std::string::npos);
}

TEST_CASE("captions of several truths give the range and where it comes from", "[figure][caption]")
{
    auto const caption = caption_of_mtd({.truth = three_truths});
    CHECK(caption.find(" (harsh)") != std::string::npos);
    CHECK(caption.find(" (mild)") != std::string::npos);
    CHECK(caption.find("Under hopeless, where all levels are too toxic, none is recommended in") != std::string::npos);
}

TEST_CASE("a certain outcome is 100 % and an impossible one 0 %", "[figure][caption]")
{
    CHECK(caption_of_mtd({.truth = "toxicity: { model: by_dose, probability: [0, 0, 0] }"}) ==
          "3+3 recommends the true MTD of 10 mg/m² in 0 % of trials; it goes above it in 100 % and recommends none in 0 %.");
}

TEST_CASE("the overdose figure splits each bar into all of its trials", "[figure][overdose]")
{
    auto const specification =
        overdose_figure(run_of(RunText{.truth = three_truths, .designs = two_designs}.text())).specification;
    auto const shares = specification["datasets"]["shares"];
    std::map<std::string, double> end;
    std::map<std::string, int> parts;
    for (auto const& part : shares) {
        auto const key = part["row"].get<std::string>();
        CHECK(part["from"] == Approx(end[key]).margin(1e-9));
        end[key] = part["to"];
        ++parts[key];
    }
    CHECK(end.size() == 6);
    int without_mtd = 0;
    for (auto const& [key, to] : end) {
        CHECK(to == Approx(100));
        without_mtd += parts[key] == 2 ? 1 : 0;
    }
    CHECK(without_mtd == 2); // none and above: nothing else can be where no level is right
}

TEST_CASE("the curve figure has what is on record, where it is known", "[figure][curve]")
{
    RunText text;
    text.more = "documented:\n  cohorts:\n    - { level: 10 mg/m2, patients: 3, dlts: 0 }\n"
                "    - { level: 20 mg/m2, patients: 3, dlts: 1 }\n    - { level: 10 mg/m2, patients: 3, dlts: 1, late_dlts: 1 }\n"
                "    - { level: 100 mg/m2, patients: 3, dlts: unknown }\n";
    auto const figure = curve_figure(run_of(text.text()));
    std::vector<std::string> labels;
    for (auto const& row : figure.specification["datasets"]["record"])
        labels.push_back(row["dose"].get<std::string>() + ": " + row["label"].get<std::string>());
    CHECK(labels == std::vector<std::string>{"10: 1/6", "10: 2/6 late", "20: 1/3"});
    CHECK(figure.caption.find("On record: 1/6 (2/6 late) at 10 mg/m² and 1/3 at 20 mg/m².") != std::string::npos);
}

TEST_CASE("a target interval is shaded where there is one", "[figure][curve]")
{
    auto const run = run_of(RunText{}.text());
    CHECK_FALSE(has_layer(curve_figure(run).specification, "target_interval"));
    auto const band = layer(curve_figure(run, {}, TargetInterval{0.2, 0.35}).specification, "target_interval");
    CHECK(band["data"]["values"][0]["from"] == Approx(20));
    CHECK(band["data"]["values"][0]["to"] == Approx(35));
}

TEST_CASE("the dose scale takes the spacing that keeps its labels apart", "[figure][curve]")
{
    CHECK(theme::DoseScale({DoseUnit::mg_per_m2, {18, 36, 60, 90, 126, 168, 223, 297}}, 250).logarithmic());
    std::vector<double> steps;
    for (int i = 1; i <= 10; ++i)
        steps.push_back(10 * i);
    CHECK_FALSE(theme::DoseScale({DoseUnit::mg_per_m2, steps}, 300).logarithmic());
    auto const axis = theme::DoseScale({DoseUnit::mg_per_m2, steps}, 300).x()["axis"];
    CHECK(axis["values"] == Json(steps));
}

TEST_CASE("a number that is not finite never becomes a figure", "[figure]")
{
    auto run = run_of(RunText{}.text());
    run.designs[0].result.characteristics.mean.selection[1] = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(mtd_figure(run), std::logic_error);
    run.truths[0].toxicity.dlt_probability[0] = std::numeric_limits<double>::infinity();
    CHECK_THROWS_AS(curve_figure(run), std::logic_error);
}

TEST_CASE("an interrupted run is drawn as far as it went", "[figure]")
{
    auto run = run_of(RunText{.truth = three_truths, .designs = two_designs}.text());
    run.complete = false;
    run.designs.resize(3);
    auto const figures = figures_of(run);
    CHECK(figures.size() == 5);
    auto const specification = figures[1].specification;
    CHECK(rows(specification).size() == 3 * 4);
    CHECK(specification["title"]["subtitle"].dump().find("Interrupted") != std::string::npos);
}

TEST_CASE("very long names neither stretch a figure nor are lost", "[figure]")
{
    std::string const name(10'000, 'n');
    std::string const label(500, 'd');
    RunText const text{.name = name,
                       .designs = "[{ name: three_plus_three, label: " + label +
                                  "1 }, { name: three_plus_three, label: " + label + "2 }]"};
    for (auto const& figure : figures_of(run_of(text.text()), {.width_mm = 85})) {
        INFO(figure.name);
        CHECK(figure.specification.dump().size() < 60'000);
        CHECK(figure.caption.size() < 2'000);
        CHECK(figure.specification["title"].dump().find("…") != std::string::npos);
    }
    CHECK(mtd_figure(run_of(text.text())).specification["description"].dump().find(std::string(250, 'd')) != std::string::npos);
}

TEST_CASE("a run of designs with models shows what each of them believes", "[figure][posterior]")
{
    auto const names = [](std::string const& designs) {
        std::vector<std::string> found;
        for (auto const& figure : figures_of(run_of(RunText{.designs = designs}.text())))
            if (figure.name.starts_with("posterior"))
                found.push_back(figure.name);
        return found;
    };
    CHECK(names("[{ name: three_plus_three }]").empty());
    CHECK(names("[{ name: three_plus_three }, { name: crm }]") == std::vector<std::string>{"posterior"});
    CHECK(names("[{ name: crm }, { name: ewoc }]") == std::vector<std::string>{"posterior_1", "posterior_2"});
}

TEST_CASE("what a model believes before the first patient is its prior, and after documented cohorts their posterior",
          "[figure][posterior]")
{
    auto const scenario = run_of(RunText{.designs = "[{ name: crm }]"}.text()).scenario;
    auto const& entry = scenario.designs.front();
    Observed observed{scenario.ladder()};
    auto const prior = model_figure(scenario, entry, observed);
    REQUIRE(prior);
    CHECK(prior->tallies.empty());
    CHECK(prior->title.ends_with("before the first patient"));
    observed.record({DoseLevel{0}, 3, 2});
    auto const after = model_figure(scenario, entry, observed);
    CHECK(after->tallies.front().dlts == 2);
    CHECK(after->posterior.levels[0].mean > prior->posterior.levels[0].mean);
    CHECK(after->recommended == DoseLevel{0});
}

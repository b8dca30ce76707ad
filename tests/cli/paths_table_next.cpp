// `paths`, `table` and `next` as processes: formats that agree with each other, faults, and what is left unwritten.
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <sstream>

using namespace escalon::test;
using nlohmann::json;

namespace {

json json_of(std::vector<std::string> words)
{
    words.emplace_back("--json");
    auto const said = run_escalon(words);
    INFO(said.err);
    REQUIRE(said.exit == 0);
    return json::parse(said.out);
}

std::string out_of(std::vector<std::string> const& words)
{
    auto const said = run_escalon(words);
    INFO(said.err);
    REQUIRE(said.exit == 0);
    return said.out;
}

bool has(std::string const& text, std::string const& part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("pathways: text, CSV and JSON tell the same paths", "[cli][paths]")
{
    auto const told = json_of({"paths", scenario("standard")});
    CHECK(told["cohorts"] == 3);
    CHECK(told["complete"] == false);
    auto const text = out_of({"paths", scenario("standard")});
    CHECK(has(text, std::to_string(told["paths"].get<int>()) + " paths"));
    CHECK(has(text, "3 at 10 mg/m2"));
    std::istringstream csv{out_of({"paths", scenario("standard"), "--csv"})};
    std::string line;
    std::getline(csv, line);
    CHECK(has(line, "probability_default"));
    double sum = 0;
    int rows = 0;
    while (std::getline(csv, line)) {
        ++rows;
        sum += std::stod(line.substr(line.rfind(',') + 1));
    }
    CHECK(rows == told["paths"].get<int>());
    CHECK(std::abs(sum - 1) < 1e-12); // twenty-odd products of rounded factors
}

TEST_CASE("complete pathways end as the exact engine says", "[cli][paths]")
{
    auto const tree = json_of({"paths", scenario("standard"), "--cohorts", "40"});
    CHECK(tree["complete"] == true);
    auto const exact = json_of({"exact", scenario("standard")})["designs"][0]["selection"];
    std::vector<double> selected(7);
    for (auto const& node : tree["nodes"])
        if (node["action"] == "stop")
            selected[node["mtd_level"].is_null() ? 0 : node["mtd_level"].get<std::size_t>()] +=
                node["probability"]["default"].get<double>();
    CHECK(std::abs(selected[0] - exact["none"].get<double>()) < 1e-12);
    for (std::size_t i = 0; i < 6; ++i)
        CHECK(std::abs(selected[i + 1] - exact["levels"][i].get<double>()) < 1e-12);
}

TEST_CASE("pathways under several truths have a column each, and without toxicity none", "[cli][paths]")
{
    auto const text = out_of({"paths", scenario("four_truths"), "--design", "3+3 once"});
    for (auto const* truth : {"gentle", "middle", "steep", "too toxic"})
        CHECK(has(text, truth));
    Scratch const place;
    auto const bare = place.write("bare.yaml", "schema: 1\nname: bare\ndoses: { unit: mg, levels: [1, 2] }\n"
                                               "designs: [ { name: three_plus_three } ]\n");
    auto const without = out_of({"paths", bare.string()});
    CHECK_FALSE(has(without, "%"));
    CHECK(has(without, "3 at 1 mg"));
    CHECK(json_of({"paths", bare.string()})["truths"].empty());
}

TEST_CASE("pathways go on from what has happened, and a long tree says where it was cut", "[cli][paths]")
{
    auto const text = out_of({"paths", scenario("standard"), "--from", "1NNN 2NNT", "--cohorts", "1"});
    CHECK(text == out_of({"paths", scenario("standard"), "--from", "10:0/3 20:1/3", "--cohorts", "1"}));
    CHECK(has(text, "after 10:0/3 20:1/3"));
    CHECK(has(text, "2 to 4/6 at 20 mg/m2 is too toxic"));
    auto const cut = out_of({"paths", scenario("standard"), "--cohorts", "40"});
    CHECK(has(cut, "CUT after"));
    CHECK(std::ranges::count(cut, '\n') < 230);
    auto const wrong = run_escalon({"paths", scenario("standard"), "--from", "1NNG"});
    CHECK(wrong.exit == 65);
    CHECK(has(wrong.err, "--from:1:4: error: 'G' is no outcome"));
    CHECK(run_escalon({"paths", scenario("standard"), "--cohorts", "0"}).exit == 64);
    CHECK(run_escalon({"paths", scenario("standard"), "--design", "bion"}).exit == 64);
}

TEST_CASE("the decision table in every format", "[cli][table]")
{
    auto const told = json_of({"table", scenario("standard")});
    CHECK(told["patients"] == json({3, 6}));
    CHECK(told["rungs"][0]["decisions"]["3"] == json({"E", "S", "DU", "DU"}));
    CHECK(told["boundaries"][1] ==
          json({{"patients", 6}, {"escalate_if_le", 1}, {"deescalate_if_ge", 2}, {"eliminate_if_ge", 2}}));
    auto const text = out_of({"table", scenario("standard")});
    CHECK(has(text, "  1       S    E\n"));
    CHECK(has(text, "DU becomes X"));
    CHECK(has(text, "rests on more than this tally"));
    CHECK(has(out_of({"table", scenario("standard"), "--markdown"}), "| 1 | S | E |"));
    auto const latex = out_of({"table", scenario("standard"), "--latex"});
    CHECK(has(latex, "1 & S & E \\\\"));
    CHECK(has(latex, "\\bottomrule\n\\end{tabular}"));
    CHECK(has(out_of({"table", scenario("standard"), "--csv"}), "three_plus_three,between,4,40,3,1,S,1,"));
    CHECK(run_escalon({"table", scenario("standard"), "--json", "--latex"}).exit == 64);
    CHECK(has(run_escalon({"table", scenario("standard"), "--latx"}).err, "--latex"));
}

TEST_CASE("the next cohort, from typed outcomes, a table and standard input", "[cli][next]")
{
    Scratch const place;
    auto const data = place.write("d.csv",
                                  "patient,cohort,dose,dlt\n1,1,10,0\n2,1,10,0\n3,1,10,0\n4,2,20,1\n5,2,20,0\n6,2,20,0\n");
    auto const typed = out_of({"next", scenario("standard"), "--outcomes", "1NNN 2NNT"});
    CHECK(typed == out_of({"next", scenario("standard"), "--data", data.string()}));
    CHECK(has(typed, "Next: treat 3 patients at 20 mg/m2"));
    CHECK(has(typed, "follow the design throughout"));
    CHECK(has(typed, "not a clinical decision"));
    CHECK(has(typed, "1.7 % to 86.5 %"));
    auto const told = json_of({"next", scenario("standard"), "--outcomes", "10:0/3 30:1/3"});
    CHECK(told["designs"][0]["follows_design"] == false);
    CHECK(told["designs"][0]["departures"][0]["words"] ==
          "cohort 2: the design asked for 3 at 20 mg/m2, the data have 3 at 30 mg/m2");
    CHECK(told["designs"][0]["recommendation"]["level"] == 3);
    CHECK(told["designs"][0]["after_next_cohort"].size() == 4);
    CHECK(told.contains("not_a_clinical_decision"));
    CHECK(has(out_of({"next", scenario("four_truths")}), "3+3 once\n  Next: treat 3 patients at 10 mg/m2"));
    CHECK_FALSE(has(out_of({"next", scenario("four_truths"), "--design", "3+3"}), "3+3 once"));
}

TEST_CASE("what a model believes, in every format", "[cli][next]")
{
    std::vector<std::string> const asked{"next", scenario("designs/crm"), "--outcomes", "1NNN 2NNN 3NNT"};
    auto const with = [&](std::vector<std::string> const& more) {
        auto words = asked;
        words.insert(words.end(), more.begin(), more.end());
        return words;
    };
    auto const told = json_of(with({}))["designs"][0];
    auto const& posterior = told["posterior"];
    CHECK(posterior["band"] == 0.9);
    CHECK(posterior["parameters"][0]["name"] == "beta");
    REQUIRE(posterior["levels"].size() == 5);
    for (auto const& level : posterior["levels"]) {
        CHECK(level["lower"] < level["median"]);
        CHECK(level["median"] < level["upper"]);
        CHECK(level["intervals"].empty());
    }
    CHECK(posterior["levels"][4]["dose"] == 50);
    CHECK(posterior["levels"][3]["forbidden"] == "1/3 at 30 mg/m2 reaches the target of 0.25: no step up");
    CHECK(posterior["levels"][2]["forbidden"].is_null());

    auto const text = out_of(asked);
    CHECK(has(text, "The model after these data: P(DLT) at each level:"));
    CHECK(has(text, "estimate: what the design holds against its target"));
    CHECK(has(text, "may not be given: 1/3 at 30 mg/m2 reaches the target of 0.25: no step up"));
    CHECK(has(text, "next: 3 patients"));
    CHECK(has(out_of(with({"--markdown"})), "| dose mg/m2 | patients | DLTs | mean | estimate | 90 % interval |  |"));

    std::istringstream csv{out_of(with({"--csv"}))};
    std::string line;
    std::getline(csv, line);
    CHECK(line.ends_with(",posterior_mean,posterior_sd,posterior_low_90,posterior_median,posterior_high_90,estimate,forbidden"));
    std::getline(csv, line);
    CHECK(has(line, posterior["levels"][0]["mean"].dump()));
    CHECK(json_of({"next", scenario("standard")})["designs"][0]["posterior"].is_null());
    CHECK_FALSE(has(out_of({"next", scenario("standard")}), "The model"));
    CHECK(has(out_of({"next", scenario("standard"), "--csv"}), "departures,posterior_mean"));
}

TEST_CASE("the picture of a posterior, and why a design has none", "[cli][next]")
{
    Scratch const place;
    auto const drawn = run_escalon(
        {"next", scenario("designs/crm"), "--outcomes", "1NNN", "--posterior", (place / "model.json").string()});
    CHECK(drawn.exit == 0);
    CHECK(has(drawn.err, "May not be given: 30, 40 and 50 mg/m²: 20 mg/m2 would be skipped."));
    CHECK(json::parse(file_text(place / "model.json"))["datasets"]["levels"].size() == 5);
    auto const without = run_escalon(
        {"next", scenario("standard"), "--outcomes", "1NNN", "--posterior", (place / "none.svg").string()});
    CHECK(without.exit == 64);
    CHECK(without.out.empty());
    CHECK(has(without.err, "--posterior: three_plus_three has no model of the dose-toxicity curve"));
    CHECK_FALSE(std::filesystem::exists(place / "none.svg"));
    CHECK(run_escalon({"next", scenario("designs/crm"), "--posterior", "model.gif"}).exit == 64);
    CHECK(run_escalon({"next", scenario("designs/crm"), "--out", (place / "figures").string(), "--width", "85mm"}).exit == 0);
    CHECK(std::filesystem::exists(place / "figures" / "posterior.vl.json"));
    CHECK(std::filesystem::exists(place / "figures" / "posterior.caption.md"));
}

TEST_CASE("faulty data are told with place and remedy, and nothing is written", "[cli][next]")
{
    Scratch const place;
    auto const data = place.write("d.csv", "patient,cohort,dose,dlt\n1,1,15,0\n2,1,10,\n");
    auto const said = run_escalon(
        {"next", scenario("standard"), "--data", data.string(), "--figure", (place / "f.svg").string()});
    CHECK(said.exit == 65);
    CHECK(said.out.empty());
    CHECK(has(said.err, "d.csv:2:5: error: 15 is not a dose of the ladder"));
    CHECK(has(said.err, "d.csv:3:8: error: whether this patient had a DLT is not on record"));
    CHECK(has(said.err, "time-to-event"));
    CHECK_FALSE(std::filesystem::exists(place / "f.svg"));
    CHECK(run_escalon({"next", scenario("standard"), "--data", (place / "none.csv").string()}).exit == 66);
    CHECK(run_escalon({"next", scenario("standard"), "--data", place.path().string()}).exit == 66);
    CHECK(run_escalon({"next", scenario("standard"), "--data", data.string(), "--outcomes", "1NNN"}).exit == 64);
}

TEST_CASE("figures go into a file or a folder, or stay specifications", "[cli][paths][table]")
{
    Scratch const place;
    CHECK(run_escalon({"paths", scenario("standard"), "--figure", (place / "tree.json").string()}).exit == 0);
    CHECK(json::parse(file_text(place / "tree.json"))["$schema"].get<std::string>().find("vega-lite") != std::string::npos);
    CHECK(run_escalon({"table", scenario("standard"), "--out", (place / "figures").string(), "--width", "85mm"}).exit == 0);
    CHECK(std::filesystem::exists(place / "figures" / "decision_table.vl.json"));
    CHECK(has(file_text(place / "figures" / "decision_table.caption.md"), "Of 3: escalate up to 0"));
    CHECK(run_escalon({"paths", scenario("standard"), "--figure", "tree.gif"}).exit == 64);
}

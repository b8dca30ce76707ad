// `diff`, as a process: what it says of real results, and of files that are none.
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

using namespace escalon::test;
using nlohmann::json;

namespace {

/// Results made in a folder of the test's own.
class Results {
public:
    void make(std::string const& name, std::string const& file, std::vector<std::string> words = {})
    {
        words.insert(words.begin(), {"run", scenario(file), "--out", (place_ / name).string()});
        auto const said = run_escalon(words);
        INFO(said.err);
        REQUIRE(said.exit == 0);
    }

    Said diff(std::string const& a, std::string const& b, std::vector<std::string> words = {}) const
    {
        words.insert(words.begin(), {"diff", a, b});
        return run_escalon_in(place_.path(), words);
    }

    json as_json(std::string const& a, std::string const& b) const
    {
        auto const said = diff(a, b, {"--json"});
        INFO(said.err);
        REQUIRE(said.exit == 0);
        return json::parse(said.out);
    }

    json result(std::string const& name) const { return json::parse(file_text(place_ / name / "result.json")); }
    Scratch const& place() const { return place_; }

private:
    Scratch place_;
};

std::vector<json> figures(json const& diff, std::string const& name, std::size_t design = 0)
{
    std::vector<json> found;
    for (auto const& figure : diff["designs"][design]["figures"])
        if (figure["figure"] == name)
            found.push_back(figure);
    return found;
}

bool says(Said const& said, std::string const& words) { return said.out.find(words) != std::string::npos; }

std::vector<std::string> const quick{"--set", "designs.*.deescalate=false", "--set", "designs.*.six_at_mtd=false"};

std::vector<std::string> simulated(std::vector<std::string> words, std::string const& trials, std::string const& seed)
{
    words.insert(words.end(), {"--engine", "monte_carlo", "--trials", trials, "--seed", seed});
    return words;
}

} // namespace

TEST_CASE("equal results are told in one line", "[cli][diff]")
{
    Results results;
    results.make("a", "standard");
    results.make("b", "standard");
    auto const said = results.diff("a", "b");
    CHECK(said.exit == 0);
    CHECK(said.out == "Equal: a and b hold the same 1 design of standard.\n");
    CHECK(results.diff("a", "b/result.json").out == "Equal: a and b/result.json hold the same 1 design of standard.\n");
    CHECK(results.as_json("a", "b")["equal"] == true);
}

TEST_CASE("exact results differ without an error, by what the results hold", "[cli][diff]")
{
    Results results;
    results.make("a", "standard");
    results.make("b", "standard", quick);
    auto const diff = results.as_json("a", "b");
    CHECK(diff["equal"] == false);
    CHECK(diff["scenario_differences"] == json::parse(R"([{"path":"designs.three_plus_three.deescalate","a":"true","b":"false"},
                          {"path":"designs.three_plus_three.six_at_mtd","a":"true","b":"false"}])"));
    auto const a = results.result("a")["designs"][0];
    auto const b = results.result("b")["designs"][0];
    auto const selection = figures(diff, "selection");
    REQUIRE(selection.size() == 6);
    for (std::size_t level = 0; level < selection.size(); ++level) {
        CHECK(selection[level]["dose"] == 10 * (static_cast<double>(level) + 1));
        CHECK(selection[level]["a"] == a["selection"]["levels"][level]);
        CHECK(selection[level]["b"] == b["selection"]["levels"][level]);
        double const difference = b["selection"]["levels"][level].get<double>() - a["selection"]["levels"][level].get<double>();
        CHECK(selection[level]["difference"] == difference);
        CHECK(selection[level]["standard_error"] == 0);
        CHECK(selection[level]["beyond_error"] == (std::abs(difference) > 1e-9));
    }
    for (auto const* name : {"correct_selection", "overdose_selection", "selection.none", "total_patients", "total_dlts"})
        CHECK(figures(diff, name).size() == 1);
    CHECK(figures(diff, "patients").size() == 6);
    CHECK(figures(diff, "dlts").size() == 6);
    auto const said = results.diff("a", "b");
    CHECK(says(said, "The scenarios differ in 2 figures"));
    CHECK(says(said, "A and B: exact"));
    CHECK_FALSE(says(said, "± SE"));
    CHECK_FALSE(says(said, "The truth"));
}

TEST_CASE("simulated results carry the standard error of the difference, and say what a common seed means", "[cli][diff]")
{
    Results results;
    results.make("a", "standard", simulated({}, "4000", "1"));
    results.make("b", "standard", simulated(quick, "2000", "1"));
    results.make("c", "standard", simulated(quick, "2000", "2"));
    auto const diff = results.as_json("a", "b");
    auto const error = [&](std::string const& name) {
        return results.result(name)["designs"][0]["standard_error"]["selection"]["levels"][2].get<double>();
    };
    CHECK(std::abs(figures(diff, "selection")[2]["standard_error"].get<double>() - std::hypot(error("a"), error("b"))) < 1e-15);
    CHECK(diff["designs"][0]["common_random_numbers"] == true);
    CHECK(results.as_json("a", "c")["designs"][0]["common_random_numbers"] == false);
    auto const common = results.diff("a", "b");
    CHECK(says(common, "± SE"));
    CHECK(says(common, "is an upper bound"));
    CHECK(says(common, "A: 4000 trials, seed 1; B: 2000 trials, seed 1"));
    auto const independent = results.diff("a", "c");
    CHECK_FALSE(says(independent, "upper bound"));
    CHECK(says(independent, "A and B are independent"));
    // 2.4 patients fewer stand out of an error of 0.1
    CHECK(figures(diff, "total_patients")[0]["beyond_error"] == true);
}

TEST_CASE("a simulation differs from the exact result by its standard errors, and is marked from three on", "[cli][diff]")
{
    constexpr double marked_from = 3;
    constexpr double never = 6.5; // false alarms in 24 figures: 2e-9
    Results results;
    results.make("exact", "standard");
    results.make("simulated", "standard", simulated({}, "20000", "7"));
    auto const diff = results.as_json("exact", "simulated");
    int marked = 0;
    for (auto const& figure : diff["designs"][0]["figures"]) {
        INFO(figure);
        auto const error = figure["standard_error"].get<double>();
        auto const difference = std::abs(figure["difference"].get<double>());
        CHECK(difference <= never * error); // both are zero for what never happens
        CHECK(figure["beyond_error"] == (difference > marked_from * error + 1e-9));
        marked += figure["beyond_error"] == true ? 1 : 0;
    }
    auto const said = results.diff("exact", "simulated");
    CHECK(says(said, marked == 0 ? "none of 29 figures differs" : std::to_string(marked) + " of 29 figures beyond their error"));
    CHECK(says(said, "1 in 370"));
}

TEST_CASE("ladders that differ are compared by dose", "[cli][diff]")
{
    Results results;
    results.make("a", "standard");
    results.make("b", "standard", {"--set", "doses.levels=[20, 30, 45]", "--set", "toxicity.probability=[0.1, 0.2, 0.3]"});
    results.make("c", "standard", {"--set", "doses.unit=mg/kg"});
    auto const diff = results.as_json("a", "b");
    auto const patients = figures(diff, "patients");
    REQUIRE(patients.size() == 7);
    CHECK(patients[0]["dose"] == 10);
    CHECK(patients[0]["b"].is_null());
    CHECK(patients[0]["difference"].is_null());
    CHECK(patients[1]["dose"] == 20);
    CHECK(patients[1]["a"] == results.result("a")["designs"][0]["patients"][1]);
    CHECK(patients[1]["b"] == results.result("b")["designs"][0]["patients"][0]);
    CHECK(patients[4]["dose"] == 45);
    CHECK(patients[4]["a"].is_null());
    auto const said = results.diff("a", "b");
    CHECK(says(said, "Only on the ladder of A: 10, 40, 50, 60 mg/m2."));
    CHECK(says(said, "Only on the ladder of B: 45 mg/m2."));
    CHECK(says(said, "The true MTD is 40 mg/m2 in A and 45 mg/m2 in B"));
    auto const units = results.as_json("a", "c");
    CHECK(figures(units, "patients").empty());
    CHECK(figures(units, "total_patients").size() == 1);
    CHECK(says(results.diff("a", "c"), "no dose stands on both"));
}

TEST_CASE("designs are matched by label, and what stands in one only is named", "[cli][diff]")
{
    Results results;
    auto const both = "[{name: three_plus_three, label: korn, six_at_mtd: false}, {name: three_plus_three, label: plain}]";
    results.make("a", "standard", {"--set", std::string{"designs="} + both});
    results.make("b", "standard",
                 {"--set", "designs=[{name: three_plus_three, label: plain}, {name: three_plus_three, label: new}]"});
    auto const diff = results.as_json("a", "b");
    REQUIRE(diff["designs"].size() == 3);
    CHECK(diff["designs"][0]["label"] == "korn");
    CHECK(diff["designs"][0]["in"] == "a");
    CHECK(diff["designs"][1]["label"] == "plain");
    CHECK(diff["designs"][1]["in"] == "both");
    CHECK(diff["designs"][2]["in"] == "b");
    auto const said = results.diff("a", "b");
    CHECK(says(said, "plain: all 29 figures are the same"));
    CHECK(says(said, "Only in A: korn."));
    CHECK(says(said, "Only in B: new."));
}

TEST_CASE("truths are matched by name", "[cli][diff]")
{
    Results results;
    results.make("a", "standard");
    auto other = results.result("a");
    auto second = other["designs"][0];
    second["truth"] = "steep";
    second["total_patients"] = 12.5;
    other["designs"].push_back(second);
    auto truth = other["truths"][0];
    truth["name"] = "steep";
    other["truths"].push_back(truth);
    results.place().write("both.json", other.dump());
    auto changed = other;
    changed["designs"][1]["total_patients"] = 13;
    results.place().write("changed.json", changed.dump());
    auto const diff = results.as_json("both.json", "changed.json");
    CHECK(figures(diff, "total_patients", 0)[0]["difference"] == 0);
    CHECK(figures(diff, "total_patients", 1)[0]["difference"] == 0.5);
    CHECK(says(results.diff("both.json", "changed.json"), "three_plus_three under steep: 1 of 29 figures beyond their error"));
    CHECK(says(results.diff("a", "both.json"), "Only in B: the truth steep."));
}

TEST_CASE("the CSV has a row a figure", "[cli][diff]")
{
    Results results;
    results.make("a", "standard");
    results.make("b", "standard", quick);
    auto const said = results.diff("a", "b", {"--csv"});
    CHECK(said.exit == 0);
    CHECK(said.out.starts_with("design,truth,figure,dose,unit,a,b,difference,standard_error,numerical_error,beyond_error\n,"
                               "default,target,,,0.3,0.3,0,0,0,0\n"));
    // target and six P(DLT) of the truth, six figures and three times six by dose
    CHECK(std::ranges::count(said.out, '\n') == 1 + 7 + 29);
}

TEST_CASE("what is no result is told with its place, and never more than that", "[cli][diff]")
{
    Results results;
    results.make("a", "standard");
    auto const whole = file_text(results.place() / "a" / "result.json");
    auto const check = [&](std::string const& text, std::string const& words) {
        results.place().write("other.json", text);
        for (auto const& [first, second] : {std::pair{"a", "other.json"}, std::pair{"other.json", "a"}}) {
            auto const said = results.diff(first, second);
            INFO(said.err);
            CHECK(said.exit == 65);
            CHECK(said.out.empty());
            CHECK(said.err.find("other.json") != std::string::npos);
            CHECK(said.err.find(words) != std::string::npos);
            CHECK(said.err.find("escalon run") != std::string::npos);
        }
    };
    check("", "the file is empty");
    check("schema: 1\n", "other.json:1:1: this is no JSON");
    check("[1, 2]", "this is no result of Escalon's");
    check("{\"designs\": 3}", "'doses' is missing");
    check(whole.substr(0, whole.size() / 2), "cut short");
    check(std::string(100'000, '[') + std::string(100'000, ']'), "nested too deeply");
    check("{\"designs\": [1e999]}", "beyond all bounds");
    check("{\"designs\": \"\xFF\"}", "no JSON");
    auto const damaged = [&](std::string const& pointer, json const& value, std::string const& words) {
        auto result = json::parse(whole);
        result[json::json_pointer(pointer)] = value;
        check(result.dump(), words);
    };
    damaged("/designs/0/selection/levels", json::array({1, 2}), "'designs[1].selection.levels' has 2 figures where 6 belong");
    damaged("/designs/0/selection/levels/3", "half", "'designs[1].selection.levels[4]' must be a number, got a text");
    damaged("/designs/0/patients", nullptr, "'designs[1].patients' is missing");
    damaged("/designs/0/label", 3, "'designs[1].label' must be a text, got a number");
    damaged("/designs/0/label", "\x1b[31mred", "control character");
    damaged("/designs/0/total_patients", json::object(), "'designs[1].total_patients' must be a number, got a block of keys");
    damaged("/truths/0/dlt_probability", json::array(), "'truths[1].dlt_probability' has 0 figures");
    damaged("/designs", json::array({nullptr}), "'designs[1]' must be a block of keys, got null");
    damaged("/doses", "none", "'doses' must be a block of keys");

    auto const endless = results.diff("a", "/dev/zero");
    CHECK(endless.exit == 65);
    CHECK(endless.err.find("larger than any result") != std::string::npos);
    CHECK(results.diff("a", "nowhere").exit == 66);
    std::filesystem::create_directory(results.place() / "empty");
    auto const empty = results.diff("a", "empty");
    CHECK(empty.exit == 66);
    CHECK(empty.err.find("holds no result.json") != std::string::npos);
    CHECK(results.diff("a", "a", {"--jsn"}).exit == 64);
}

TEST_CASE("a figure of a hostile result cannot reach the terminal", "[cli][diff]")
{
    Results results;
    results.make("a", "standard");
    auto other = results.result("a");
    other["resolved"]["name"] = "\x1b]0;owned\x07" + std::string(5000, 'x');
    other["resolved"]["\x1b[2J"] = "\x1b[2J";
    results.place().write("other.json", other.dump());
    auto const said = results.diff("a", "other.json");
    CHECK(said.exit == 0);
    CHECK(said.out.find('\x1b') == std::string::npos);
    CHECK(said.out.find('\x07') == std::string::npos);
    CHECK(said.out.size() < 5000);
}

TEST_CASE("damaged results are compared or refused, and nothing else happens", "[cli][diff][fuzz]")
{
    Results results;
    results.make("a", "standard");
    auto const whole = file_text(results.place() / "a" / "result.json");
    std::uint32_t state = 17;
    auto const below = [&](std::size_t limit) {
        state = state * 1664525U + 1013904223U; // Numerical Recipes; only the high bits are good
        return (state >> 8U) % limit;
    };
    constexpr int mutations = 120;
    int refused = 0;
    for (int i = 0; i < mutations; ++i) {
        auto text = whole;
        for (auto strikes = 1 + below(3); strikes > 0; --strikes) {
            auto const at = below(text.size());
            switch (below(3)) {
            case 0: text.erase(at, 1 + below(30)); break;
            case 1: text[at] = static_cast<char>(below(256)); break;
            default: text.replace(at, 1, std::string{"-1e9\"[{null,"}.substr(below(6), 1 + below(6))); break;
            }
        }
        results.place().write("other.json", text);
        auto const said = results.diff("a", "other.json");
        INFO(text << said.err);
        CHECK((said.exit == 0 || said.exit == 65));
        CHECK(said.out.empty() == (said.exit == 65));
        refused += said.exit == 65 ? 1 : 0;
    }
    CHECK(refused > mutations / 2);
    CHECK(refused < mutations);
}

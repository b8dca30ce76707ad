// `run` and `exact`, as processes.
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <sstream>

using namespace escalon::test;
using nlohmann::json;

namespace {

json run_json(std::vector<std::string> words)
{
    words.insert(words.begin(), {"run", scenario("standard"), "--json"});
    auto const said = run_escalon(words);
    INFO(said.err);
    REQUIRE(said.exit == 0);
    return json::parse(said.out);
}

std::string list(std::vector<double> const& numbers)
{
    std::ostringstream text;
    text.precision(17);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        text << (i == 0 ? "[" : ", ") << numbers[i];
    return text.str() + "]";
}

/// The options under which each variant of the oracle is published.
std::map<std::string, std::vector<std::string>> const variants{
    {"no_deescalation", {"--set", "designs.*.deescalate=false", "--set", "designs.*.six_at_mtd=false"}},
    {"deescalate_korn", {"--set", "designs.three_plus_three.six_at_mtd=false"}},
    {"deescalate_six_required_everywhere", {}},
};

} // namespace

TEST_CASE("every truth of the oracle gives its operating characteristics, for each variant of 3+3", "[cli][run]")
{
    auto const oracle = json::parse(file_text(std::string{ESCALON_TEST_DATA} + "/oracles/three_plus_three_exact.json"));
    std::map<std::string, int> tried;
    for (auto const& result : oracle["results"]) {
        auto const variant = result["variant"].get<std::string>();
        INFO(result["scenario"] << ", " << variant);
        ++tried[variant];
        auto const truth = result["inputs"]["true_tox"].get<std::vector<double>>();
        std::vector<double> doses;
        for (std::size_t i = 0; i < truth.size(); ++i)
            doses.push_back(10 * static_cast<double>(i + 1));
        auto words = variants.at(variant);
        words.insert(words.end(), {"--set", "toxicity.probability=" + list(truth), "--set", "doses.levels=" + list(doses)});
        auto const design = run_json(words)["designs"][0];
        CHECK(design["engine"] == "exact");
        CHECK(design["trials"].is_null());
        auto const expected = result["selection_pct_none_then_doses"].get<std::vector<double>>();
        CHECK(std::abs(design["selection"]["none"].get<double>() - expected[0] / 100) < 1e-9);
        for (std::size_t level = 0; level < truth.size(); ++level) {
            CHECK(std::abs(design["selection"]["levels"][level].get<double>() - expected[level + 1] / 100) < 1e-9);
            if (result.contains("mean_patients")) {
                CHECK(std::abs(design["patients"][level].get<double>() - result["mean_patients"][level].get<double>()) < 1e-9);
                CHECK(std::abs(design["dlts"][level].get<double>() - result["mean_tox"][level].get<double>()) < 1e-9);
            }
        }
    }
    CHECK(tried.size() == variants.size());
}

TEST_CASE("result.json says what its readers rely on", "[cli][run]")
{
    auto const result = run_json({"--engine", "monte_carlo", "--trials", "2000"});
    CHECK(result["scenario"] == "standard");
    CHECK(result["seed"] == 1);
    auto const design = result["designs"][0];
    CHECK(design["engine"] == "monte_carlo");
    CHECK(design["trials"] == 2000);
    double sum = design["selection"]["none"].get<double>();
    for (auto const& share : design["selection"]["levels"])
        sum += share.get<double>();
    CHECK(std::abs(sum - 1) < 1e-12);
    double none = 0;
    for (auto const& [cause, share] : design["stopped"].items())
        none += share.get<double>();
    CHECK(std::abs(none - design["selection"]["none"].get<double>()) < 1e-12);
    double total = 0;
    for (auto const& patients : design["patients"])
        total += patients.get<double>();
    CHECK(std::abs(total - design["total_patients"].get<double>()) < 1e-9);
    for (auto const* measure :
         {"selection", "patients", "dlts", "total_patients", "total_dlts", "top_not_exceeded", "duration_d"})
        CHECK(design["standard_error"].contains(measure));
    CHECK(design["standard_error"]["total_patients"].get<double>() > 0);
    CHECK(result["truths"][0]["true_mtd"] == "40 mg/m2");
}

TEST_CASE("the same bytes for any number of threads, and again", "[cli][run]")
{
    for (auto const* file : {"standard", "huc242_dm4"}) {
        INFO(file);
        std::vector<std::string> words{"run",      scenario(file), "--json", "--engine", "monte_carlo",
                                       "--trials", "20000",        "-j",     "1"};
        auto const one = run_escalon(words);
        REQUIRE(one.exit == 0);
        CHECK(run_escalon(words).out == one.out);
        for (auto const* jobs : {"2", "5"}) {
            words.back() = jobs;
            CHECK(run_escalon(words).out == one.out);
        }
        words[words.size() - 3] = "20001";
        CHECK(run_escalon(words).out != one.out);
    }
}

TEST_CASE("a run leaves a whole result folder, and its resolved scenario runs to the same bytes", "[cli][run]")
{
    Scratch const place;
    auto const first = run_escalon({"run", scenario("huc242_dm4"), "--engine", "monte_carlo", "--trials", "300", "--set",
                                    "toxicity.tolerance.median=600 mg*d/L", "--out", (place / "a").string(), "--write-trials",
                                    "--write-patients"});
    INFO(first.err);
    REQUIRE(first.exit == 0);
    for (auto const* file : {"result.json", "operating_characteristics.csv", "scenario.resolved.yaml", "run.log.json",
                             "trials.csv", "patients.csv", "figures/replay.vl.json"})
        CHECK(std::filesystem::exists(place / "a" / file));
    auto const second = run_escalon({"run", (place / "a" / "scenario.resolved.yaml").string(), "--out", (place / "b").string()});
    REQUIRE(second.exit == 0);
    for (auto const* file : {"result.json", "operating_characteristics.csv", "scenario.resolved.yaml"})
        CHECK(file_text(place / "a" / file) == file_text(place / "b" / file));

    auto const trials = file_text(place / "a" / "trials.csv");
    CHECK(std::ranges::count(trials, '\n') == 301);
    auto const result = file_text(place / "a" / "result.json");
    CHECK(result.find(place.path().string()) == std::string::npos);
    // nothing else is left beside the results
    CHECK(std::distance(std::filesystem::directory_iterator{place.path()}, {}) == 2);
}

TEST_CASE("explain tells the very trial that the run counted", "[cli][explain]")
{
    Scratch const place;
    REQUIRE(run_escalon({"run", scenario("standard"), "--engine", "monte_carlo", "--trials", "40", "--out",
                         (place / "r").string(), "--write-trials"})
                .exit == 0);
    std::istringstream rows{file_text(place / "r" / "trials.csv")};
    std::string row;
    std::getline(rows, row);
    for (int trial = 1; std::getline(rows, row); ++trial) {
        auto const told = json::parse(
            run_escalon({"explain", (place / "r").string(), "--trial", std::to_string(trial), "--json"}).out);
        int patients = 0;
        int dlts = 0;
        for (auto const& cohort : told["cohorts"]) {
            patients += static_cast<int>(cohort["patients"].size());
            dlts += cohort["dlts"].get<int>();
        }
        auto const mtd = told["verdict"]["mtd"].is_null() ? std::string{} : told["verdict"]["mtd"].get<std::string>();
        auto const tail = "," + told["verdict"]["cause"].get<std::string>() + "," + std::to_string(told["cohorts"].size()) + "," +
                          std::to_string(patients) + "," + std::to_string(dlts);
        INFO(row);
        CHECK(row.ends_with(tail));
        CHECK(row.find(mtd.substr(0, mtd.find(' '))) != std::string::npos);
    }
}

TEST_CASE("an old result is replaced, a stranger's folder never", "[cli][run]")
{
    Scratch const place;
    auto const out = (place / "r").string();
    REQUIRE(run_escalon({"run", scenario("standard"), "--out", out}).exit == 0);
    std::ofstream{place / "r" / "trials.csv"} << "old";
    REQUIRE(run_escalon({"run", scenario("standard"), "--out", out}).exit == 0);
    CHECK_FALSE(std::filesystem::exists(place / "r" / "trials.csv"));

    std::filesystem::create_directory(place / "mine");
    std::ofstream{place / "mine" / "thesis.txt"} << "precious";
    auto const refused = run_escalon({"run", scenario("standard"), "--out", (place / "mine").string()});
    CHECK(refused.exit == 74);
    CHECK(refused.err.find("--out") != std::string::npos);
    CHECK(file_text(place / "mine" / "thesis.txt") == "precious");
    CHECK(std::distance(std::filesystem::directory_iterator{place.path()}, {}) == 2);

    CHECK(run_escalon({"run", scenario("standard"), "--out", "/dev/null/nowhere"}).exit == 74);
}

TEST_CASE("an interrupted run ends with 130 and keeps the trials that were finished, marked", "[cli][run]")
{
    using namespace std::chrono_literals;
    Scratch const place;
    auto const file = scenario("huc242_dm4");
    Running const run{place.path(),
                      {ESCALON_PROGRAM, "run", file, "--engine", "monte_carlo", "--trials", "100000000", "-j", "2", "--out",
                       "r"}};
    std::this_thread::sleep_for(3s);
    run.interrupt();
    auto const said = run.wait();
    INFO(said.err);
    CHECK(said.exit == 130);
    CHECK(std::distance(std::filesystem::directory_iterator{place.path()}, {}) <= 1); // no half result beside it
    if (!std::filesystem::exists(place / "r")) {
        CHECK(said.err.find("nothing was written") != std::string::npos); // a machine too slow to finish one block
        return;
    }
    auto const kept = json::parse(file_text(place / "r" / "result.json"));
    CHECK(kept["complete"] == false);
    auto const trials = kept["designs"][0]["trials"].get<std::uint64_t>();
    CHECK(trials > 0);
    CHECK(trials < 100000000);
    // they are the first trials: a run of just so many finds the same
    auto const again = run_escalon({"run", file, "--engine", "monte_carlo", "--trials", std::to_string(trials), "--json"});
    CHECK(json::parse(again.out)["designs"][0]["selection"] == kept["designs"][0]["selection"]);
}

TEST_CASE("a ladder too long for the exact engine is simulated, and says why", "[cli][run]")
{
    std::string doses = "[1";
    std::string truth = "[0.01";
    for (int level = 2; level <= 40; ++level) {
        doses += ", " + std::to_string(level);
        truth += ", " + std::to_string(0.01 * level);
    }
    std::vector<std::string> words{
        "run",    scenario("standard"), "--set", "doses.levels=" + doses + "]", "--set", "toxicity.probability=" + truth + "]",
        "--json", "--engine",           "auto"};
    auto const said = run_escalon(words);
    INFO(said.err);
    REQUIRE(said.exit == 0);
    auto const design = json::parse(said.out)["designs"][0];
    CHECK(design["engine"] == "monte_carlo");
    CHECK(design["engine_reason"].get<std::string>().find("128 bits") != std::string::npos);
    words.back() = "exact";
    CHECK(run_escalon(words).exit == 65);
}

TEST_CASE("what cannot be written is told with 74 before it is lost", "[cli][run]")
{
    Scratch const place;
    for (auto const* command : {"run", "exact"})
        CHECK(Running{place.path(),
                      {"/bin/sh", "-c",
                       std::string{ESCALON_PROGRAM} + " " + command + " " + scenario("standard") + " --json >/dev/full"}}
                  .wait()
                  .exit == 74);
    std::filesystem::create_directory(place / "folder.svg");
    CHECK(run_escalon_in(place.path(), {"replay", scenario("huc242_dm4"), "--figure", "folder.svg"}).exit == 74);
    CHECK(run_escalon_in(place.path(), {"replay", scenario("huc242_dm4"), "--figure", "figure.jpg"}).exit == 64);
    CHECK(run_escalon_in(place.path(), {"run", scenario("standard"), "--json", "--write-trials"}).exit == 64);
    // a folder of somebody's own that happens to have a result.json
    std::filesystem::create_directory(place / "mine");
    place.write("mine/result.json", "{}");
    place.write("mine/notes.md", "precious");
    CHECK(run_escalon_in(place.path(), {"run", scenario("standard"), "--out", "mine"}).exit == 74);
    CHECK(file_text(place / "mine/notes.md") == "precious");
    // a link stays a link
    std::filesystem::create_directory(place / "real");
    std::filesystem::create_directory_symlink("real", place / "link");
    CHECK(run_escalon_in(place.path(), {"run", scenario("standard"), "--out", "link"}).exit == 0);
    CHECK(std::filesystem::is_symlink(place / "link"));
    CHECK(std::filesystem::exists(place / "real/result.json"));
}

TEST_CASE("trials are written for an exact result too, as many as the scenario says", "[cli][run]")
{
    Scratch const place;
    REQUIRE(
        run_escalon({"run", scenario("standard"), "--trials", "25", "--write-trials", "--out", (place / "r").string()}).exit ==
        0);
    CHECK(std::ranges::count(file_text(place / "r" / "trials.csv"), '\n') == 26);
}

TEST_CASE("a wanted precision decides the number of trials", "[cli][run]")
{
    auto const rough = run_json({"--engine", "monte_carlo", "--trials", "1000000", "--precision", "0.01"});
    auto const fine = run_json({"--engine", "monte_carlo", "--trials", "1000000", "--precision", "0.002"});
    CHECK(rough["designs"][0]["trials"] == 4096);
    CHECK(fine["designs"][0]["trials"] == 65536);
    for (auto const& error : fine["designs"][0]["standard_error"]["selection"]["levels"])
        CHECK(error.get<double>() <= 0.002);
}

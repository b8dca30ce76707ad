// `sweep` and several truths, as processes.
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <map>

using namespace escalon::test;
using nlohmann::json;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> sweep(std::vector<std::string> const& words)
{
    std::vector<std::string> all{"sweep", scenario("huc242_dm4")};
    all.insert(all.end(), words.begin(), words.end());
    return all;
}

std::vector<std::string> const kdc_and_tolerance{"pk.KDC=0.03 /d..0.12 /d:2",
                                                 "toxicity.tolerance.median=400 mg*d/L..900 mg*d/L:6"};

std::vector<std::string> grid_into(std::string const& folder, std::vector<std::string> const& more = {})
{
    auto words = sweep(kdc_and_tolerance);
    words.insert(words.end(), {"-o", folder});
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

std::map<std::string, std::string> files_of(fs::path const& folder)
{
    std::map<std::string, std::string> files;
    for (auto const& entry : fs::recursive_directory_iterator{folder})
        if (entry.is_regular_file())
            files[fs::relative(entry.path(), folder).string()] = file_text(entry.path());
    return files;
}

std::size_t cells_in(fs::path const& folder)
{
    std::error_code absent;
    std::size_t count = 0;
    for (auto const& entry : fs::directory_iterator{folder / "cells", absent})
        count += entry.path().extension() == ".json" ? 1U : 0U;
    return count;
}

} // namespace

TEST_CASE("a killed sweep goes on where it was, and ends with the bytes of an unbroken one", "[cli][sweep]")
{
    using namespace std::chrono_literals;
    Scratch const place;
    REQUIRE(run_escalon_in(place.path(), grid_into("unbroken", {"-j", "1"})).exit == 0);

    auto words = grid_into("killed", {"-j", "2"});
    words.insert(words.begin(), ESCALON_PROGRAM);
    {
        Running const run{place.path(), words};
        while (cells_in(place / "killed") < 3)
            std::this_thread::sleep_for(5ms);
        run.kill();
        CHECK(run.wait().exit == 128 + SIGKILL);
    }
    auto const left = cells_in(place / "killed");
    REQUIRE(left >= 3);
    CHECK_FALSE(fs::exists(place / "killed" / "sweep.json"));
    std::map<fs::path, fs::file_time_type> written;
    for (auto const& entry : fs::directory_iterator{place / "killed" / "cells"})
        if (entry.path().extension() == ".json")
            written[entry.path()] = entry.last_write_time();

    auto const again = run_escalon_in(place.path(), grid_into("killed", {"-j", "2"}));
    CHECK(again.exit == 0);
    CHECK(again.err.find(std::to_string(left) + " of 12 cells are done already") != std::string::npos);
    for (auto const& [path, time] : written)
        CHECK(fs::last_write_time(path) == time); // not run again
    CHECK(files_of(place / "killed") == files_of(place / "unbroken"));
}

TEST_CASE("finished cells serve other grids, and damaged ones are run again", "[cli][sweep]")
{
    Scratch const place;
    std::vector<std::string> const small{"sweep", scenario("standard"), "truth.target=0.2,0.3", "-o", "s"};
    auto const first = run_escalon_in(place.path(), small);
    REQUIRE(first.exit == 0);
    auto const whole = files_of(place / "s");
    for (auto const& entry : fs::directory_iterator{place / "s" / "cells"})
        fs::resize_file(entry.path(), fs::file_size(entry.path()) / 2);
    auto const mended = run_escalon_in(place.path(), small);
    CHECK(mended.err.find("done already") == std::string::npos);
    CHECK(mended.out == first.out);
    CHECK(files_of(place / "s") == whole);
    auto const wider = run_escalon_in(place.path(), {"sweep", scenario("standard"), "truth.target=0.2,0.25,0.3", "-o", "s"});
    CHECK(wider.err.find("2 of 3 cells are done already") != std::string::npos);
    CHECK(cells_in(place / "s") == 3);
}

TEST_CASE("a cell of a sweep is what `run --set` finds", "[cli][sweep]")
{
    Scratch const place;
    auto const said = run_escalon_in(place.path(),
                                     sweep({"pk.KDC=0.05 /d,0.08 /d", "--engine", "monte_carlo", "--trials", "2000", "--json"}));
    REQUIRE(said.exit == 0);
    auto const cells = json::parse(said.out)["cells"];
    REQUIRE(cells.size() == 2);
    CHECK(cells[1]["settings"] == json{{"pk.KDC", "0.08 /d"}});
    auto const alone = run_escalon(
        {"run", scenario("huc242_dm4"), "--set", "pk.KDC=0.08 /d", "--engine", "monte_carlo", "--trials", "2000", "--json"});
    auto const run = json::parse(alone.out);
    CHECK(cells[1]["designs"] == run["designs"]);
    CHECK(cells[1]["truths"] == run["truths"]);
}

TEST_CASE("designs are an axis, and its cells meet the same patients", "[cli][sweep]")
{
    Scratch const place;
    auto const two = place.write("two.yaml", file_text(scenario("standard")));
    auto const said = run_escalon_in(place.path(),
                                     {"sweep", two.string(), "--set",
                                      "designs=[{name: three_plus_three, label: a}, {name: three_plus_three, label: b}]",
                                      "designs=a,b", "--engine", "monte_carlo", "--csv"});
    INFO(said.err);
    REQUIRE(said.exit == 0);
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < said.out.size(); at = said.out.find('\n', at) + 1)
        lines.push_back(said.out.substr(at, said.out.find('\n', at) - at));
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].starts_with("cell,designs,truth,design,engine,trials,"));
    auto const figures = [](std::string const& line) { return line.substr(line.find("monte_carlo")); };
    CHECK(lines[1].starts_with("1,a,default,a,"));
    CHECK(figures(lines[1]) == figures(lines[2]));
}

TEST_CASE("a dry run lists the cells and writes nothing", "[cli][sweep]")
{
    Scratch const place;
    auto const said = run_escalon_in(place.path(), sweep({"runner.seed=1,2", "--dry-run"}));
    CHECK(said.exit == 0);
    CHECK(said.out.find("2 cells, 0 of them done") != std::string::npos);
    CHECK(place.empty());
}

TEST_CASE("a sweep may stand in the file, and the command line may take others", "[cli][sweep]")
{
    Scratch const place;
    auto const file = place.write("s.yaml", file_text(scenario("standard")) +
                                                "sweep: { mode: zip, axes: { truth.target: [0.2, 0.3], "
                                                "runner.seed: 1..2:2 } }\n");
    auto const own = run_escalon_in(place.path(), {"sweep", file.string(), "--json"});
    INFO(own.err);
    CHECK(json::parse(own.out)["cells"].size() == 2);
    CHECK(run_escalon_in(place.path(), {"validate", file.string()}).exit == 0);
    auto const other = run_escalon_in(place.path(),
                                      {"sweep", file.string(), "truth.target=0.2,0.25,0.3", "--one-at-a-time", "--json"});
    CHECK(json::parse(other.out)["mode"] == "one_at_a_time");
    CHECK(json::parse(other.out)["cells"].size() == 4);
    CHECK(json::parse(other.out)["cells"][0]["settings"]["truth.target"].is_null());
}

TEST_CASE("a sweep that cannot be is told before anything is run or written", "[cli][sweep]")
{
    Scratch const place;
    for (auto const& [axis, words] : std::map<std::string, std::string>{{"pk.KDX=1,2", "unknown key 'KDX'"},
                                                                        {"pk.KDC=0.1 /d,0.2", "needs a unit"},
                                                                        {"designs=a,b", "no design is called 'a'"},
                                                                        {"pk.KDC=1 /d..2 /d", "a range needs the number"}}) {
        auto const said = run_escalon_in(place.path(), sweep({axis}));
        INFO(axis << ": " << said.err);
        CHECK(said.exit == 65);
        CHECK(said.err.find(words) != std::string::npos);
    }
    CHECK(run_escalon_in(place.path(), {"sweep", scenario("standard")}).exit == 64);
    CHECK(place.empty());
    place.write("mine", "precious");
    CHECK(run_escalon_in(place.path(), sweep({"runner.seed=1,2", "-o", "mine"})).exit == 74);
    fs::create_directory(place / "own");
    place.write("own/notes.txt", "precious");
    CHECK(run_escalon_in(place.path(), sweep({"runner.seed=1,2", "-o", "own"})).exit == 74);
    CHECK(cells_in(place / "own") == 0);
}

TEST_CASE("an interrupted sweep says so and keeps what was finished", "[cli][sweep]")
{
    using namespace std::chrono_literals;
    Scratch const place;
    auto words = grid_into("s", {"-j", "1"});
    words.insert(words.begin(), ESCALON_PROGRAM);
    Running const run{place.path(), words};
    while (cells_in(place / "s") < 2)
        std::this_thread::sleep_for(5ms);
    run.interrupt();
    auto const said = run.wait();
    INFO(said.err);
    CHECK(said.exit == 130);
    CHECK(said.out.find("Interrupted: these are the cells that were finished") != std::string::npos);
    auto const kept = json::parse(file_text(place / "s" / "sweep.json"));
    CHECK(kept["complete"] == false);
    CHECK(kept["cells"].size() == cells_in(place / "s"));
}

TEST_CASE("every design meets every truth", "[cli][truths]")
{
    Scratch const place;
    auto const file = place.write("t.yaml", R"(schema: 1
name: truths
doses: { unit: mg/m2, levels: [10, 20, 30, 40, 50, 60] }
truths:
  - { name: gentle, probability: [0.05, 0.06, 0.08, 0.11, 0.15, 0.20] }
  - { name: steep, probability: [0.05, 0.10, 0.20, 0.30, 0.45, 0.60] }
designs:
  - { name: three_plus_three }
  - { name: three_plus_three, label: once, deescalate: false, six_at_mtd: false }
)");
    auto const said = run_escalon_in(place.path(), {"run", file.string(), "--json"});
    INFO(said.err);
    auto const run = json::parse(said.out);
    REQUIRE(run["truths"].size() == 2);
    REQUIRE(run["designs"].size() == 4);
    CHECK(run["designs"][2]["truth"] == "steep");
    CHECK(run["designs"][2]["label"] == "three_plus_three");
    auto const alone = json::parse(run_escalon({"run", scenario("standard"), "--json"}).out);
    REQUIRE(alone["truths"][0]["dlt_probability"] == run["truths"][1]["dlt_probability"]);
    CHECK(run["designs"][2]["selection"] == alone["designs"][0]["selection"]);

    auto const trials = run_escalon_in(place.path(), {"run", file.string(), "--trials", "10", "--write-trials", "--engine",
                                                      "monte_carlo", "-o", "r"});
    INFO(trials.err);
    REQUIRE(trials.exit == 0);
    auto const table = file_text(place / "r" / "trials.csv");
    CHECK(std::count(table.begin(), table.end(), '\n') == 1 + 4 * 10);
    CHECK(trials.out.find("Truth steep: true MTD 40 mg/m2") != std::string::npos);
}

// Manners: exit codes, suggestions, faults all at once, nothing written by mistake.
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"
#include "tests/support/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace escalon::test;

TEST_CASE("a scenario with seven faults is told all seven, and writes nothing", "[cli][validate]")
{
    auto const faulty = std::string{ESCALON_TEST_DATA} + "/golden/diagnostics/seven_faults.yaml";
    for (auto const* command : {"run", "validate"}) {
        Scratch const place;
        auto const said = run_escalon_in(place.path(), {command, faulty});
        INFO(said.err);
        CHECK(said.exit == 65);
        CHECK(said.out.empty());
        CHECK(place.empty());
        for (auto const* words :
             {"unknown key 'sdlog'", "duplicate key 'name'", "'CL' needs a unit", "'V1' must be a volume",
              "'target' must lie between 0 and 1, got 30", "doses must strictly increase", "unknown design 'three_plus_tree'",
              "did you mean 'three_plus_three'", "rates are fractions: 30 % is 0.30"})
            CHECK(says(said.err, words));
        std::size_t carets = 0;
        for (auto at = said.err.find(": error: "); at != std::string::npos; at = said.err.find(": error: ", at + 1))
            ++carets;
        CHECK(carets == 7);
        CHECK_FALSE(says(said.err, "\033["));
    }
}

TEST_CASE("misspelt commands, options, designs and overrides get a suggestion and their exit code", "[cli]")
{
    auto const check = [](std::vector<std::string> const& words, int exit, std::string const& meant) {
        auto const said = run_escalon(words);
        INFO(said.err);
        CHECK(said.exit == exit);
        CHECK(says(said.err, meant));
        CHECK(said.out.empty());
    };
    check({"rnu", scenario("standard")}, 64, "did you mean 'run'");
    check({"run", scenario("standard"), "--jsn"}, 64, "did you mean '--json'");
    check({"replay", scenario("huc242_dm4"), "--design", "3+4"}, 64, "did you mean '3+3'");
    check({"designs", "three_plus_thre"}, 64, "did you mean 'three_plus_three'");
    check({"models", "conjugat"}, 64, "did you mean 'conjugate'");
    check({"run", scenario("standard"), "--set", "designs.*.deescalat=false"}, 65, "did you mean 'deescalate'");
    check({"run", scenario("huc242_dm4"), "--set", "pk.KDC=0.3"}, 65, "--set pk.KDC=0.3");
    check({"run", scenario("standard"), "--set", "designs.*.deescalate=false"}, 65, "six_at_mtd");
    check({"run", "nowhere.yaml"}, 66, "nowhere.yaml");
    check({"explain", "nowhere"}, 66, "nowhere");
    check({"pk", scenario("standard")}, 65, "has no pk");
    check({"replay", scenario("standard")}, 65, "--trial 1");
    check({"pk", scenario("huc242_dm4"), "--doses", "0:168 mg/kg"}, 64, "mg/m2");
    check({"pk", scenario("huc242_dm4"), "--times", "1 kg"}, 64, "not a time");
    check({"run"}, 64, "scenario");
}

TEST_CASE("help goes to standard output, leads with examples and ends with what to try next", "[cli]")
{
    for (auto const* command :
         {"run", "exact", "replay", "pk", "explain", "validate", "designs", "models", "init", "diff", "schema", "completion"}) {
        auto const said = run_escalon({command, "--help"});
        INFO(command);
        CHECK(said.exit == 0);
        CHECK(said.err.empty());
        CHECK(said.out.find("Examples:") < said.out.find("Usage:"));
        CHECK(said.out.find("Next:") > said.out.find("Options:"));
    }
    CHECK(run_escalon({"--help"}).exit == 0);
    CHECK(run_escalon({}).out == run_escalon({"--help"}).out);
    CHECK(run_escalon({"--version"}).out.starts_with("escalon "));
}

TEST_CASE("every option that help examples use exists: they run", "[cli]")
{
    Scratch const place;
    std::filesystem::create_directory_symlink(std::filesystem::path{ESCALON_SOURCE_DIR} / "scenarios", place / "scenarios");
    place.write("doses.csv", "ID,TIME,AMT,DUR\n1,0,300,0.0625\n1,7,.,.\n");
    std::size_t tried = 0;
    for (auto const* command :
         {"run", "exact", "replay", "pk", "explain", "validate", "designs", "models", "init", "diff", "schema", "completion"}) {
        std::istringstream help{run_escalon({command, "--help"}).out};
        for (std::string line; std::getline(help, line) && !line.starts_with("Usage:");) {
            if (!line.starts_with("  escalon "))
                continue;
            ++tried;
            INFO(line);
            auto const said = Running{place.path(), {"/bin/sh", "-c", std::string{ESCALON_PROGRAM} + line.substr(9)}}.wait();
            INFO(said.err);
            CHECK(said.exit == 0);
        }
    }
    CHECK(tried > 15);
}

TEST_CASE("every command that reads a scenario takes --set", "[cli]")
{
    for (auto const* command : {"run", "exact", "replay", "pk", "explain", "validate"}) {
        INFO(command);
        auto const said = run_escalon({command, scenario("huc242_dm4"), "--set", "doses.start_level=99"});
        CHECK(said.exit == 65);
        CHECK(says(said.err, "--set doses.start_level=99: error: "));
    }
}

TEST_CASE("all shipped scenarios are valid", "[cli][validate]")
{
    std::vector<std::string> words{"validate"};
    auto const root = std::filesystem::path{ESCALON_SOURCE_DIR} / "scenarios";
    for (auto const& entry : std::filesystem::recursive_directory_iterator{root})
        if (entry.path().extension() == ".yaml")
            words.push_back(entry.path().string());
    CHECK(words.size() >= 13);
    auto const said = run_escalon(words);
    INFO(said.err);
    CHECK(said.exit == 0);
    CHECK(static_cast<std::size_t>(std::ranges::count(said.out, '\n')) == words.size() - 1);
}

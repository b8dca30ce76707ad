// Comparisons of designs, as processes: what `run` prints and writes, and what it refuses.
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

using namespace escalon::test;
using nlohmann::json;

namespace {

std::vector<std::string> run_words(std::vector<std::string> more)
{
    std::vector<std::string> words{"run", scenario("comparison"), "--set", "random_truths.curves=25", "--trials", "3000"};
    words.insert(words.end(), more.begin(), more.end());
    return words;
}

json comparison_json(std::vector<std::string> more)
{
    more.emplace_back("--json");
    auto const said = run_escalon(run_words(more));
    INFO(said.err);
    REQUIRE(said.exit == 0);
    return json::parse(said.out);
}

std::size_t line_count(std::string const& text) { return static_cast<std::size_t>(std::ranges::count(text, '\n')); }

} // namespace

TEST_CASE("comparisons and random truths are the same bytes for any number of threads", "[cli][comparison]")
{
    for (auto const* engine : {"exact", "monte_carlo"}) {
        auto const one = run_escalon(run_words({"--engine", engine, "--json", "--jobs", "1"}));
        auto const three = run_escalon(run_words({"--engine", engine, "--json", "--jobs", "3"}));
        INFO(one.err);
        CHECK(one.exit == 0);
        CHECK(one.out == three.out);
    }
}

TEST_CASE("differences are those of the means, with paired errors below the unpaired", "[cli][comparison]")
{
    auto const run = comparison_json({"--engine", "monte_carlo"});
    auto const& comparison = run["comparison"];
    CHECK(comparison["against"] == "3+3");
    REQUIRE(comparison["differences"].size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        auto const& one = comparison["differences"][i];
        CHECK(one["pairing"] == "paired");
        CHECK(one["trials"] == 3000);
        auto const& design = run["designs"][i + 1];
        CHECK(one["label"] == design["label"]);
        for (auto const* figure : {"correct_selection", "total_patients", "total_dlts", "patients_above_mtd"}) {
            INFO(figure);
            CHECK_THAT(one["difference"][figure].get<double>(),
                       WithinAbs(design[figure].get<double>() - run["designs"][0][figure].get<double>(), 1e-12));
        }
    }
    CHECK(comparison["differences"][0]["standard_error"]["total_patients"].get<double>() <
          0.8 * comparison["differences"][0]["unpaired_standard_error"]["total_patients"].get<double>());
}

TEST_CASE("any design can be the reference, and one that is not there is refused with a remedy", "[cli][comparison]")
{
    CHECK(comparison_json({"--against", "boin"})["comparison"]["against"] == "boin");
    auto const said = run_escalon(run_words({"--against", "bion"}));
    CHECK(said.exit == 65);
    CHECK(said.err.find("no design is called 'bion'") != std::string::npos);
    CHECK(said.err.find("did you mean 'boin'?") != std::string::npos);
}

TEST_CASE("a result folder holds the tables of the comparison", "[cli][comparison]")
{
    Scratch const place;
    auto const said = run_escalon(run_words({"--out", (place / "result").string(), "--no-figures"}));
    INFO(said.err);
    REQUIRE(said.exit == 0);
    CHECK(line_count(file_text(place / "result/comparison.csv")) == 1 + 2 * 5);
    CHECK(line_count(file_text(place / "result/random_curves.csv")) == 1 + 25 * 6);
    CHECK(line_count(file_text(place / "result/random_truths.csv")) == 1 + 3 * (16 + 6 + 6) + 2 * 5);
    CHECK(file_text(place / "result/measures.csv").find("boin,default,exact,,risk_of_overdosing_planned_60,") !=
          std::string::npos);
    CHECK(said.out.find("Differences from 3+3") != std::string::npos);
    CHECK(said.out.find("Random truths: 25 pseudo-uniform curves") != std::string::npos);
}

TEST_CASE("faults of random truths are told with a remedy", "[cli][comparison]")
{
    for (auto const& [setting, told] : {std::pair{"random_truths.curves=1", "curves"},
                                        {"random_truths.target=30", "30 % is 0.30"},
                                        {"random_truths.generator=clertant", "pseudo_uniform"}}) {
        auto const said = run_escalon({"run", scenario("comparison"), "--json", "--set", setting});
        INFO(said.err);
        CHECK(said.exit == 65);
        CHECK(said.err.find(told) != std::string::npos);
    }
}

TEST_CASE("a design that reads grades is refused where random truths state none", "[cli][comparison]")
{
    auto const said = run_escalon(
        {"run", scenario("designs/gboin"), "--json", "--set", "random_truths={ generator: paoletti, curves: 10 }"});
    INFO(said.err);
    CHECK(said.exit == 65);
    CHECK(said.err.find("random truths state no grades of toxicity, which") != std::string::npos);
}

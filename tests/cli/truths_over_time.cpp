// Truths whose toxicities differ in kind, by the clock: each keeps the names of its own.
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <nlohmann/json.hpp>

#include <set>

using namespace escalon::test;
using nlohmann::json;

namespace {

/// Truths with one kind, with two of other names, and with none.
std::string const three_truths = "truths=[{ name: one }, "
                                 "{ name: two, toxicity: { model: over_time, kinds: ["
                                 "{ name: marrow, tolerance: { median: 60 mg/L, sd_log: 0.3 } }, { name: nerve, tolerance: { "
                                 "median: 50 mg/L, sd_log: 0.3 } }] } }, "
                                 "{ name: known, probability: [0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5] }]";

std::set<std::string> kinds_of(json const& design)
{
    std::set<std::string> names;
    for (auto const& [name, mean] : design["clock"]["dlts_by_kind"].items())
        names.insert(name);
    return names;
}

} // namespace

TEST_CASE("each truth by the clock has the kinds of its own toxicity", "[cli][clock]")
{
    auto const said = run_escalon({"run", scenario("sar3419"), "--json", "--trials", "50", "--set", three_truths});
    INFO(said.err);
    REQUIRE(said.exit == 0);
    auto const designs = json::parse(said.out)["designs"];
    REQUIRE(designs.size() == 3);
    CHECK(kinds_of(designs[0]) == std::set<std::string>{"ocular"});
    CHECK(kinds_of(designs[1]) == std::set<std::string>{"marrow", "nerve"});
    CHECK(kinds_of(designs[2]).empty());
    for (auto const& design : designs)
        if (!kinds_of(design).empty()) {
            double sum = 0;
            for (auto const& [name, mean] : design["clock"]["dlts_by_kind"].items())
                sum += mean.get<double>();
            CHECK(std::abs(sum - design["total_dlts"].get<double>()) < 1e-9);
        }
}

TEST_CASE("a result with such truths is told in words and tables, and read back", "[cli][clock]")
{
    Scratch const place;
    auto const folder = (place / "result").string();
    auto const said = run_escalon({"run", scenario("sar3419"), "--trials", "20", "--set", three_truths, "--write-patients",
                                   "--no-figures", "--out", folder});
    INFO(said.err);
    REQUIRE(said.exit == 0);
    CHECK(said.out.find("marrow") != std::string::npos);
    auto const patients = file_text(std::filesystem::path{folder} / "patients.csv");
    CHECK(patients.find("nerve") != std::string::npos);
    CHECK(patients.find("ocular") != std::string::npos);
    CHECK(run_escalon({"diff", folder, folder}).exit == 0);
}

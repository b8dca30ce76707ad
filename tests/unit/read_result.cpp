// Results read back are the results that were written, and damaged ones are refused.
#include "sim/report/read_result.hpp"
#include "sim/report/run_json.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/runs.hpp"

#include <nlohmann/json.hpp>

using namespace escalon;
using namespace escalon::test;
using Json = nlohmann::ordered_json;

namespace {

std::string written(RunResult const& run) { return run_json(run).dump(2); }

Json sound() { return run_json(run_of(RunText{.designs = two_designs, .runner = sampled, .more = twenty_curves}.text())); }

} // namespace

TEST_CASE("a result read back is written the same, byte for byte", "[result]")
{
    std::vector<RunText> texts{RunText{}, RunText{.truth = three_truths, .designs = two_designs, .runner = sampled},
                               RunText{.designs = two_designs, .more = twenty_curves},
                               RunText{.designs = "[{ name: boin, max_patients: 9 }]", .runner = sampled, .more = twenty_curves},
                               RunText{.name = R"("0.1 # \"quoted\" \\ <script> \u202e")"}};
    for (auto const& text : texts) {
        auto const run = run_of(text.text());
        CHECK(written(parse_result(written(run), "result.json")) == written(run));
    }
}

TEST_CASE("a result keeps the version that made it, and whether it is whole", "[result]")
{
    auto run = run_of(RunText{}.text());
    run.version = "0.0.1";
    run.complete = false;
    auto const read = parse_result(written(run), "result.json");
    CHECK(read.version == "0.0.1");
    CHECK_FALSE(read.complete);
}

TEST_CASE("a damaged result is refused with its place", "[result]")
{
    struct Damage {
        std::string pointer;
        Json value;
        std::string place;
    };
    for (auto const& [pointer, value, place] :
         {Damage{"/designs/0/selection/levels", Json::array({0.5}), "selection.levels"},
          Damage{"/designs/0/selection/none", -0.5, "selection.none"},
          Damage{"/designs/0/selection/none", 0.9, "selection"},
          Damage{"/designs/1/trials", nullptr, "trials"},
          Damage{"/designs/1/engine", "guessed", "engine"},
          Damage{"/designs/0/truth", "another", "truth"},
          Damage{"/designs/0/patients/1", "3", "patients"},
          Damage{"/truths/0/dlt_probability/0", 1.5, "dlt_probability"},
          Damage{"/truths/0/true_mtd_level", 9, "true_mtd_level"},
          Damage{"/designs", Json::array(), "designs"},
          Damage{"/designs/0/risk_of_overdosing/60", 1.5, "risk_of_overdosing"},
          Damage{"/designs/0/accuracy_index", nullptr, "accuracy_index"},
          Damage{"/comparison/against", "nobody", "against"},
          Damage{"/comparison/differences/0/pairing", "twinned", "pairing"},
          Damage{"/comparison/differences/0/standard_error/total_dlts", "0.1", "total_dlts"},
          Damage{"/comparison/differences/0/trials", -3, "trials"},
          Damage{"/random_truths/designs/0/correct_by_mtd_level/mean", Json::array(), "correct_by_mtd_level"},
          Damage{"/random_truths/designs/0/measures/dlt_rate/curves", -1, "dlt_rate"},
          Damage{"/version", 3, "version"},
          Damage{"/resolved/doses/levels", Json::array({3, 2, 1}), "resolved"}}) {
        auto damaged = sound();
        damaged[Json::json_pointer{pointer}] = value;
        INFO(pointer);
        CHECK_THROWS_AS(parse_result(damaged.dump(), "result.json"), NotAResult);
        try {
            parse_result(damaged.dump(), "result.json");
        } catch (NotAResult const& fault) {
            std::string const said = fault.what();
            INFO(said);
            CHECK(said.find("result.json") != std::string::npos);
            CHECK(said.find(place) != std::string::npos);
            CHECK(said.find("make the result again") != std::string::npos);
        }
    }
}

TEST_CASE("what is cut off or no JSON at all is refused", "[result]")
{
    auto const text = sound().dump();
    for (auto const& broken : {std::string{}, text.substr(0, text.size() / 2), std::string{"[]"}, std::string{"[1e999]"}})
        CHECK_THROWS_AS(parse_result(broken, "result.json"), NotAResult);
}

// `init`, as a process: what it writes is valid, runs, and is never written over anything.
#include "sim/scenario/field_table.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <sstream>

using namespace escalon;
using namespace escalon::test;

namespace {

/// The text with the '#' taken from the lines of a block that is left out.
std::string with_block(std::string const& text, std::string const& block)
{
    std::string result;
    std::istringstream lines{text};
    bool inside = false;
    for (std::string line; std::getline(lines, line);) {
        inside = line.starts_with("# " + block + ":") || (inside && line.starts_with("#  "));
        result += (inside ? line.substr(2) : line) + "\n";
    }
    return result;
}

} // namespace

TEST_CASE("every template runs at once, for every design, model and dose unit", "[cli][init]")
{
    Scratch const place;
    std::vector<std::vector<std::string>> asked{{}};
    for (auto const& design : design_catalog()) {
        asked.push_back({"--from", "by_dose", "--design", design.name, "--doses", "1.5,3,6 mg"});
        // models and designs concern different keys, but a design that reads grades wants them of the toxicity
        if (design.name == "three_plus_three" || design.name == "gboin")
            for (auto const& model : pk_catalog())
                asked.push_back({"--design", design.name, "--model", model.name});
    }
    for (auto const* doses : {"0.5, 1, 2, 4 mg/kg", "[50, 100, 200] mg", "18,36,60,90,126,168,223,297 mg/m2", "100 mg/m2"})
        asked.push_back({"--from", "pk", "--doses", doses});
    int number = 0;
    for (auto words : asked) {
        auto const file = "trial_" + std::to_string(++number) + ".yaml";
        words.insert(words.begin(), {"init", file});
        auto const said = run_escalon_in(place.path(), words);
        INFO(said.err << file_text(place / file));
        REQUIRE(said.exit == 0);
        CHECK(said.out.empty());
        CHECK(said.err.find("Next: ") != std::string::npos);
        auto const valid = run_escalon_in(place.path(), {"validate", file});
        INFO(valid.err);
        REQUIRE(valid.exit == 0);
        auto const run = run_escalon_in(place.path(), {"run", file, "--json", "--trials", "200"});
        INFO(run.err);
        REQUIRE(run.exit == 0);
        auto const result = nlohmann::json::parse(run.out);
        CHECK(result["scenario"] == "trial_" + std::to_string(number));
        // something to find: a trial neither safe everywhere nor toxic everywhere
        auto const truth = result["truths"][0]["dlt_probability"];
        CHECK(truth.back() > 0.2);
        if (truth.size() > 1)
            CHECK(truth.front() < 0.3);
    }
    CHECK(number > 8);
}

TEST_CASE("what init leaves out is right as it stands", "[cli][init]")
{
    Scratch const place;
    for (auto const* from : {"by_dose", "pk"}) {
        auto text = run_escalon({"init", "--from", from}).out;
        for (auto const* block : {"trial", "documented", "evidence"}) {
            INFO(from << ", " << block);
            auto const used = with_block(text, block);
            CHECK(used != text);
            text = used;
        }
        auto const file = place.write("used.yaml", text);
        auto const said = run_escalon({"validate", file.string()});
        INFO(said.err << text);
        CHECK(said.exit == 0);
        auto const replay = run_escalon({"replay", file.string()});
        CHECK(replay.exit == 0);
    }
}

TEST_CASE("a new scenario has a comment for every key, from the table of fields", "[cli][init]")
{
    auto const text = run_escalon({"init", "--from", "pk", "--model", "conjugate"}).out;
    std::string joined; // comments run over several lines
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\n' || (text[i] == '#' && i > 0 && text[i - 1] == ' '))
            continue;
        if (text[i] != ' ' || joined.empty() || joined.back() != ' ')
            joined += text[i];
    }
    auto const find = [&](std::string const& meaning) {
        std::string squeezed;
        for (char const c : meaning.substr(0, 60))
            if (c != '#')
                squeezed += c;
        return joined.find(squeezed) != std::string::npos;
    };
    for (auto const& row : scenario_fields())
        if (row.when.empty() || row.when == "pk.model = conjugate" || row.when == "designs[].name = three_plus_three") {
            INFO(row.path << ": " << row.meaning);
            CHECK(find(row.meaning));
        }
}

TEST_CASE("without a file, or with -, init prints, and keeps its words off the scenario", "[cli][init]")
{
    Scratch const place;
    auto const printed = run_escalon_in(place.path(), {"init"});
    CHECK(printed.exit == 0);
    CHECK(run_escalon_in(place.path(), {"init", "-"}).out == printed.out);
    CHECK(printed.err.find("Next: ") != std::string::npos);
    CHECK(place.empty());
    CHECK(run_escalon({"validate", place.write("printed.yaml", printed.out).string()}).exit == 0);
}

TEST_CASE("init never overwrites", "[cli][init]")
{
    Scratch const place;
    place.write("mine.yaml", "precious");
    auto const said = run_escalon_in(place.path(), {"init", "mine.yaml"});
    CHECK(said.exit == 74);
    CHECK(said.err.find("mine.yaml is already there") != std::string::npos);
    CHECK(file_text(place / "mine.yaml") == "precious");
    std::filesystem::create_directory(place / "folder.yaml");
    CHECK(run_escalon_in(place.path(), {"init", "folder.yaml"}).exit == 74);
    CHECK(run_escalon_in(place.path(), {"init", "no/such/folder.yaml"}).exit == 74);
    std::filesystem::create_symlink("elsewhere.yaml", place / "link.yaml");
    CHECK(run_escalon_in(place.path(), {"init", "link.yaml"}).exit == 74);
    CHECK_FALSE(std::filesystem::exists(place / "elsewhere.yaml"));
}

TEST_CASE("a name that YAML would read as something else is quoted", "[cli][init]")
{
    Scratch const place;
    for (auto const* name : {"true", "010", "a: b #c", "it's \"q\"", "null", "3+3", "Größe"}) {
        auto const file = std::string{name} + ".yaml";
        REQUIRE(run_escalon_in(place.path(), {"init", file}).exit == 0);
        auto const run = run_escalon_in(place.path(), {"exact", file, "--json"});
        INFO(run.err);
        REQUIRE(run.exit == 0);
        CHECK(nlohmann::json::parse(run.out)["scenario"] == name);
    }
}

TEST_CASE("what init cannot make is told with a remedy", "[cli][init]")
{
    auto const check = [](std::vector<std::string> words, std::string const& meant) {
        words.insert(words.begin(), "init");
        auto const said = run_escalon(words);
        INFO(said.err);
        CHECK(said.exit == 64);
        CHECK(said.out.empty());
        CHECK(said.err.find(meant) != std::string::npos);
    };
    check({"--from", "by_dos"}, "did you mean 'by_dose'?");
    check({"--design", "three_plus_tree"}, "did you mean 'three_plus_three'?");
    check({"--model", "conjugat"}, "did you mean 'conjugate'?");
    check({"--from", "by_dose", "--model", "conjugate"}, "--from pk");
    check({"--design", "three_plus_three", "--design", "three_plus_three"}, "given twice");
    check({"--doses", "10,20,40"}, "no unit");
    check({"--doses", "10,20,15 mg"}, "strictly increase");
    check({"--doses", "10,ten mg"}, "must be a number");
    check({"--doses", "0,10 mg"}, "above 0");
    check({"--doses", "mg"}, "no unit");
    check({"--desing", "x"}, "did you mean '--design'?");
}

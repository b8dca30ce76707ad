// `pk --figure` and `replay --figure` in every format, as processes.
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"
#include "tests/support/text.hpp"

#include <fstream>
#include <iterator>

using namespace escalon::test;

namespace {

std::string content(std::filesystem::path const& path)
{
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

} // namespace

TEST_CASE("a figure of pk is the one that its file is named after, in the format of its ending", "[cli][figure]")
{
    Scratch const place;
    auto const said = run_escalon_in(place.path(), {"pk", scenario("huc242_dm4"), "--subjects", "50", "--figure", "mine.svg",
                                                    "--figure", "antigen.pdf", "--figure", "exposure.png"});
    INFO(said.err);
    CHECK(said.exit == 0);
    CHECK(says(said.out, "50 patients of the population"));
    CHECK(says(said.err, "figure: mine.svg\n  At 168 mg/m², the documented MTD"));
    CHECK(says(content(place / "mine.vl.json"), "concentration at 168 mg/m²"));
    CHECK(says(content(place / "antigen.vl.json"), "exposure against shed antigen"));
    if (says(said.err, "not drawn"))
        return; // this machine has no renderer; the specifications are there
    CHECK(content(place / "mine.svg").starts_with("<svg"));
    CHECK(content(place / "mine.svg").size() < 150'000);
    CHECK(content(place / "antigen.pdf").starts_with("%PDF"));
    CHECK(content(place / "exposure.png").starts_with("\x89PNG"));
}

TEST_CASE("a folder gets every figure that applies", "[cli][figure]")
{
    Scratch const place;
    auto const said = run_escalon_in(place.path(), {"pk", scenario("cantuzumab_mertansine"), "--subjects", "50", "--figure",
                                                    "all", "--level", "2", "--json"});
    CHECK(said.exit == 0);
    CHECK(said.out.starts_with("{"));
    CHECK(says(said.err, "At 44 mg/m², level 2,"));
    for (auto const* name : {"pk", "pk_levels", "exposure", "antigen"})
        CHECK(std::filesystem::exists(place / "all" / (std::string{name} + ".vl.json")));
}

TEST_CASE("the same scenario gives the same specification", "[cli][figure]")
{
    Scratch const place;
    for (auto const* name : {"a", "b"})
        CHECK(run_escalon_in(place.path(), {"pk", scenario("huc242_dm4"), "--figure", name}).exit == 0);
    for (auto const* name : {"pk.vl.json", "pk_levels.vl.json", "exposure.vl.json", "antigen.vl.json"})
        CHECK(content(place / "a" / name) == content(place / "b" / name));
}

TEST_CASE("figures that cannot be are said before anything is printed or written", "[cli][figure]")
{
    auto const check = [](std::vector<std::string> words, int exit, std::string const& meant) {
        Scratch const place;
        auto const said = run_escalon_in(place.path(), words);
        INFO(said.err);
        CHECK(said.exit == exit);
        CHECK(says(said.err, meant));
        CHECK(said.out.empty());
        CHECK(place.empty());
    };
    auto const drug = scenario("huc242_dm4");
    check({"pk", drug, "--figure", "a.jpg"}, 64, "must be a folder, or end in .svg, .pdf or .png");
    check({"replay", drug, "--figure", "a.jpg"}, 64, "must end in .svg, .pdf or .png");
    check({"pk", drug, "--figure", "a.svg", "--level", "9"}, 64, "the ladder has 8 levels");
    check({"pk", drug, "--level", "2"}, 64, "add --figure");
    check({"pk", drug, "--figure", "a.svg", "--doses", "0:168 mg/m2"}, 64, "leave --doses out");
    check({"pk", drug, "--figure", "pk_levels.svg", "--set", "doses.levels=[168]", "--set", "documented.cohorts=[]"}, 65,
          "several dose levels");
    check({"pk", scenario("standard"), "--figure", "a.svg"}, 65, "has no pk");
}

TEST_CASE("a documented trial is drawn as PDF and PNG", "[cli][figure]")
{
    Scratch const place;
    for (auto const* file : {"replay.pdf", "replay.png"}) {
        auto const said = run_escalon_in(place.path(), {"replay", scenario("huc242_dm4"), "--figure", file});
        CHECK(said.exit == 0);
        if (!says(said.err, "not drawn"))
            CHECK(content(place / file).substr(0, 4) == (std::string{file}.ends_with("pdf") ? "%PDF" : "\x89PNG"));
    }
}

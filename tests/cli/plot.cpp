// `plot`, and the figures that `run` leaves, as processes.
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <algorithm>
#include <sstream>

using namespace escalon::test;
namespace fs = std::filesystem;

namespace {

fs::path result(Scratch const& place, std::string const& name, std::vector<std::string> more = {})
{
    auto const folder = place / "result";
    std::vector<std::string> words{"run", scenario(name), "--no-figures", "--out", folder.string()};
    words.insert(words.end(), more.begin(), more.end());
    REQUIRE(run_escalon(words).exit == 0);
    return folder;
}

std::vector<std::string> lines(std::string const& text)
{
    std::vector<std::string> all;
    std::istringstream stream{text};
    for (std::string line; std::getline(stream, line);)
        all.push_back(line);
    return all;
}

} // namespace

TEST_CASE("plot draws every figure of a result, lists the pictures, and writes specifications and captions", "[cli][plot]")
{
    Scratch const place;
    auto const folder = result(place, "huc242_dm4");
    CHECK_FALSE(fs::exists(folder / "figures"));
    auto const said = run_escalon({"plot", folder.string()});
    INFO(said.err);
    REQUIRE(said.exit == 0);
    auto const pictures = lines(said.out);
    CHECK(pictures.size() == 9);
    for (auto const* name : {"replay", "curve", "mtd", "allocation", "overdose", "pk", "pk_levels", "exposure", "antigen"}) {
        auto const stem = folder / "figures" / name;
        CHECK(std::ranges::find(pictures, stem.string() + ".svg") != pictures.end());
        CHECK(file_text(stem.string() + ".svg").starts_with("<svg"));
        CHECK(fs::exists(stem.string() + ".vl.json"));
    }
    auto const captions = file_text(folder / "figures" / "captions.md");
    CHECK(captions.find("3+3 recommends the true MTD of 168 mg/m² in") != std::string::npos);
}

TEST_CASE("plot draws what is asked for, as wide as is asked, and leaves other files alone", "[cli][plot]")
{
    Scratch const place;
    auto const folder = result(place, "standard");
    fs::create_directories(place / "pictures");
    place.write("pictures/mine.txt", "mine");
    auto const said = run_escalon({"plot", folder.string(), "--figure", "mtd,curve", "--width", "8.5cm", "--theme", "print", "-o",
                                   (place / "pictures").string()});
    INFO(said.err);
    REQUIRE(said.exit == 0);
    CHECK(lines(said.out).size() == 2);
    CHECK(file_text(place / "pictures/mtd.svg").find("width=\"321\"") != std::string::npos);
    CHECK_FALSE(fs::exists(place / "pictures/allocation.svg"));
    CHECK(file_text(place / "pictures/mine.txt") == "mine");
    CHECK(std::distance(fs::directory_iterator{place / "pictures"}, {}) == 6); // two pictures and specifications, captions, mine
}

TEST_CASE("the same result gives the same pictures, byte for byte", "[cli][plot]")
{
    Scratch const place;
    auto const folder = result(place, "four_truths");
    for (auto const* out : {"a", "b"})
        REQUIRE(run_escalon({"plot", folder.string(), "-o", (place / out).string()}).exit == 0);
    for (auto const* file : {"mtd.svg", "overdose.svg", "curve.vl.json", "captions.md"})
        CHECK(file_text(place / "a" / file) == file_text(place / "b" / file));
}

TEST_CASE("plot says what was probably meant", "[cli][plot]")
{
    Scratch const place;
    auto const folder = result(place, "standard").string();
    auto const refused = [&](std::vector<std::string> words, int exit, std::string const& with) {
        words.insert(words.begin(), "plot");
        auto const said = run_escalon(words);
        INFO(said.err);
        CHECK(said.exit == exit);
        CHECK(said.out.empty());
        CHECK(said.err.find(with) != std::string::npos);
    };
    refused({folder, "--figure", "alocation"}, 64, "did you mean 'allocation'?");
    refused({folder, "--figure", "replay"}, 64, "has no figure 'replay'");
    refused({folder, "--format", "pgn"}, 64, "did you mean 'png'?");
    refused({folder, "--theme", "prnt"}, 64, "did you mean 'print'?");
    refused({folder, "--width", "180"}, 64, "must be a width from 60mm to 400mm");
    refused({folder, "--width", "9m"}, 64, "must be a width");
    refused({folder, "--dpi", "5"}, 64, "--dpi");
    refused({(place / "nothing").string()}, 66, "nothing");
    refused({scenario("standard")}, 64, "escalon run");
    CHECK_FALSE(fs::exists(fs::path{folder} / "figures"));
}

TEST_CASE("a damaged result is bad data, told with its place", "[cli][plot]")
{
    Scratch const place;
    auto const folder = result(place, "standard");
    auto text = file_text(folder / "result.json");
    auto const at = text.find("\"correct_selection\": ");
    REQUIRE(at != std::string::npos);
    text.insert(at + 21, "-");
    std::ofstream{folder / "result.json", std::ios::binary} << text;
    auto const said = run_escalon({"plot", folder.string()});
    CHECK(said.exit == 65);
    CHECK(said.err.find("correct_selection") != std::string::npos);
    CHECK_FALSE(fs::exists(folder / "figures"));
}

TEST_CASE("run leaves the figures of its result, unless told not to", "[cli][run][plot]")
{
    Scratch const place;
    auto const run = [&](std::vector<std::string> more) {
        std::vector<std::string> words{"run", scenario("four_truths"), "--out", (place / "r").string()};
        words.insert(words.end(), more.begin(), more.end());
        REQUIRE(run_escalon(words).exit == 0);
    };
    run({});
    for (auto const* name : {"curve", "mtd", "allocation", "overdose"})
        CHECK(fs::exists(place / "r" / "figures" / (std::string{name} + ".svg")));
    CHECK_FALSE(fs::exists(place / "r" / "figures" / "replay.svg"));
    auto const before = file_text(place / "r" / "result.json");
    run({"--no-figures"});
    CHECK_FALSE(fs::exists(place / "r" / "figures"));
    CHECK(file_text(place / "r" / "result.json") == before);
}

TEST_CASE("without node the specifications are there and a note says what is missing", "[cli][plot]")
{
    Scratch const place;
    auto const folder = result(place, "standard");
    auto const said =
        Running{place.path(), {"/usr/bin/env", "PATH=/nonexistent", ESCALON_PROGRAM, "plot", folder.string()}}.wait();
    CHECK(said.exit == 74);
    CHECK(said.out.empty());
    CHECK(said.err.find("node is not installed") != std::string::npos);
    CHECK(fs::exists(folder / "figures" / "mtd.vl.json"));
    CHECK_FALSE(fs::exists(folder / "figures" / "mtd.svg"));
}

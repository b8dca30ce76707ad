// `escalon report` as a user meets it.
#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <filesystem>

using namespace escalon::test;
using Catch::Matchers::Contains;
using Catch::Matchers::EndsWith;
using Catch::Matchers::StartsWith;

namespace {

/// A place with the result of the smallest scenario in its folder `r`.
void make_result(Scratch const& place)
{
    REQUIRE(run_escalon_in(place.path(), {"run", scenario("standard"), "--out", "r"}).exit == 0);
}

} // namespace

TEST_CASE("report writes one file into the result and says where", "[cli][report]")
{
    Scratch const place;
    make_result(place);
    auto const said = run_escalon_in(place.path(), {"report", "r"});
    INFO(said.err);
    CHECK(said.exit == 0);
    CHECK(said.out == "r/report.html\n");
    CHECK_THAT(said.err, Contains("xdg-open 'r/report.html'"));
    auto const text = file_text(place / "r/report.html");
    CHECK_THAT(text, StartsWith("<!DOCTYPE html>") && EndsWith("</html>\n"));
    CHECK_THAT(text, Contains("default-src 'none'") && !Contains("unsafe-"));
    CHECK_THAT(text, Contains("three_plus_three</bdi> most often recommends"));
    for (auto const* section : {"summary", "characteristics", "figures", "assumptions", "scenario", "reproduce"})
        CHECK_THAT(text, Contains("<section id=\"" + std::string{section} + "\""));
    CHECK_THAT(text, !Contains(place.path().string()));
}

TEST_CASE("the same result gives the same report, wherever it is written", "[cli][report]")
{
    Scratch const place;
    make_result(place);
    REQUIRE(run_escalon_in(place.path(), {"report", "r"}).exit == 0);
    CHECK(run_escalon_in(place.path(), {"report", "r/result.json", "-o", "elsewhere.html"}).out == "elsewhere.html\n");
    CHECK(file_text(place / "r/report.html") == file_text(place / "elsewhere.html"));
    CHECK(run_escalon_in(place.path(), {"report", "r/result.json"}).out == "r/report.html\n");
    // and the folder is still a result that `run` may replace
    CHECK(run_escalon_in(place.path(), {"run", scenario("standard"), "--out", "r"}).exit == 0);
}

TEST_CASE("without node the report has its words and tables, and says what is missing", "[cli][report]")
{
    Scratch const place;
    make_result(place);
    auto const said =
        Running{place.path(), {"/bin/sh", "-c", "PATH=/nowhere exec " + std::string{ESCALON_PROGRAM} + " report r"}}.wait();
    CHECK(said.exit == 0);
    CHECK_THAT(said.err, Contains("the figures were not drawn (node is not installed"));
    auto const text = file_text(place / "r/report.html");
    CHECK_THAT(text, Contains("The figures are not drawn in this report: node is not installed") && Contains("Figure 1"));
    CHECK_THAT(text, Contains("<table id=\"doses\"") && Contains("most often recommends"));
    CHECK_THAT(text, !Contains("class=\"picture"));
}

TEST_CASE("what is no result, or cannot be written, is told with its exit code", "[cli][report]")
{
    Scratch const place;
    make_result(place);
    CHECK(run_escalon_in(place.path(), {"report", "nowhere"}).exit == 66);
    CHECK(run_escalon_in(place.path(), {"report"}).exit == 64);
    CHECK(run_escalon_in(place.path(), {"report", "r", "-o", "report.pdf"}).exit == 64);
    std::filesystem::create_directory(place / "folder.html");
    CHECK(run_escalon_in(place.path(), {"report", "r", "-o", "folder.html"}).exit == 74);
    place.write("r/result.json", "{ \"scenario\": ");
    auto const damaged = run_escalon_in(place.path(), {"report", "r"});
    CHECK(damaged.exit == 65);
    CHECK_THAT(damaged.err, Contains("result.json"));
    CHECK_FALSE(std::filesystem::exists(place / "r/report.html"));
    CHECK_THAT(run_escalon_in(place.path(), {"repotr", "r"}).err, Contains("did you mean 'report'"));
}

TEST_CASE("an interrupted run's report begins with that", "[cli][report]")
{
    Scratch const place;
    make_result(place);
    auto text = file_text(place / "r/result.json");
    auto const at = text.find("\"complete\": true");
    REQUIRE(at != std::string::npos);
    text.replace(at, std::string_view{"\"complete\": true"}.size(), "\"complete\": false");
    place.write("r/result.json", text);
    REQUIRE(run_escalon_in(place.path(), {"report", "r"}).exit == 0);
    CHECK_THAT(file_text(place / "r/report.html"), Contains("The run was interrupted"));
}

// HTML is escaped by construction, whatever a scenario holds.
#include "sim/report/html/markup.hpp"
#include "sim/report/html/page.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

namespace html_markup_tests {

using namespace escalon::html;

namespace {

bool contains(std::string const& text, std::string const& part) { return text.find(part) != std::string::npos; }

} // namespace

TEST_CASE("text becomes markup only by escaping", "[report][html]")
{
    CHECK(Markup{"a < b & c > \"d\" 'e'"}.text() == "a &lt; b &amp; c &gt; &quot;d&quot; &#39;e&#39;");
    CHECK(element("p", "<script>alert(1)</script>").text() == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>");
    CHECK(element("p", {{"title", "\" onclick=\"alert(1)"}}, "x").text() == "<p title=\"&quot; onclick=&quot;alert(1)\">x</p>");
    CHECK(element("p", element("b", "x") + " & y").text() == "<p><b>x</b> &amp; y</p>");
    CHECK(void_element("wbr").text() == "<wbr/>");
}

TEST_CASE("control characters and bytes that are not UTF-8 become visible and harmless", "[report][html]")
{
    std::string const mark = "\xef\xbf\xbd";
    CHECK(Markup{std::string_view{"a\0b", 3}}.text() == "a" + mark + "b");
    CHECK(Markup{"a\x1b[31mb\x7f"}.text() == "a" + mark + "[31mb" + mark);
    CHECK(Markup{"line\n\tnext"}.text() == "line\n\tnext");
    CHECK(Markup{"\xc3\x28"}.text() == mark + "(");                        // a lead byte without its follower
    CHECK(Markup{"\xed\xa0\x80"}.text() == mark + mark + mark);            // half a surrogate pair
    CHECK(Markup{"\xc0\xbcscript>"}.text() == mark + mark + "script&gt;"); // '<' in two bytes
    CHECK(Markup{"\xf4\x90\x80\x80"}.text() == mark + mark + mark + mark); // beyond U+10FFFF
    CHECK(Markup{"mg/m² \xf0\x9f\x98\x80"}.text() == "mg/m² \xf0\x9f\x98\x80");
}

TEST_CASE("what a user wrote is isolated, and cannot turn the text around it", "[report][html]")
{
    CHECK(name("שלום <b>").text() == "<bdi>שלום &lt;b&gt;</bdi>");
    CHECK(Markup{"\u202eturned\u2066"}.text() == "\ufffdturned\ufffd");
    CHECK(name("\u202eturned").text() == "<bdi>\ufffdturned</bdi>");
    CHECK(verbatim("\u202ecopied").text() == "<bdi>\u202ecopied</bdi>");
    CHECK(element("p", {{"title", "\u202eturned"}}, "").text() == "<p title=\"\ufffdturned\"></p>");
}

TEST_CASE("names are cut by characters", "[report][html]")
{
    CHECK(shortened("mg/m²", 5) == "mg/m²");
    CHECK(shortened("mg/m²!", 5) == "mg/m²…");
    CHECK(shortened("one two", 4) == "one…");
    CHECK(shortened("", 3).empty());
    CHECK(short_name(std::string(10'000, 'x'), 10).text() == "<bdi>xxxxxxxxxx…</bdi>");
}

TEST_CASE("only addresses of the web become links", "[report][html]")
{
    CHECK(web_link("javascript:alert(1)", "x").text() == "x");
    CHECK(web_link("https://example.org/?a=1&b=\"", "x").text() ==
          "<a rel=\"noreferrer noopener\" href=\"https://example.org/?a=1&amp;b=&quot;\">x</a>");
    auto const text = with_links("see https://example.org/a(b). And javascript:alert(1) or http://x.org/\"onmouseover=").text();
    CHECK(contains(text, "href=\"https://example.org/a\""));
    CHECK(contains(text, "href=\"http://x.org/\""));
    CHECK(contains(text, "javascript:alert(1) or"));
    CHECK_FALSE(contains(text, "href=\"javascript"));
    CHECK(contains(text, "&quot;onmouseover="));
    CHECK(with_links("https://").text() == "<a rel=\"noreferrer noopener\" href=\"https://\"><bdi>https://</bdi></a>");
    CHECK(with_links("no address").text() == "<bdi>no address</bdi>");
    CHECK(jump("a\"b", "x").text() == "<a href=\"#a&quot;b\">x</a>");
}

TEST_CASE("data cannot end their element and are the same data", "[report][html]")
{
    nlohmann::ordered_json const data{{"name", "</script><script>alert(1)</script><!-- & \xff"}};
    auto const block = data_block("figure", data).text();
    CHECK(block.find('<', 1) == block.rfind("</script>")); // the closing tag is the only further '<'
    auto const from = block.find('>') + 1;
    auto const read = nlohmann::ordered_json::parse(block.substr(from, block.rfind('<') - from));
    CHECK(read["name"] == "</script><script>alert(1)</script><!-- & \xef\xbf\xbd");
}

TEST_CASE("phrases put parts into their places, and a wrong number of them is a fault", "[report][html]")
{
    CHECK(phrase("{} in {}", {"<a>", strong("b")}).text() == "&lt;a&gt; in <strong>b</strong>");
    CHECK(phrase("{}", {"{}"}).text() == "{}");
    CHECK_THROWS_AS(phrase("{}", {"a", "b"}), std::logic_error);
    CHECK_THROWS_AS(phrase("{} {}", {"a"}), std::logic_error);
    CHECK(in_a_row({"a", "b", "c"}).text() == "a, b and c");
    CHECK(in_a_row({"a"}).text() == "a");
}

TEST_CASE("a page allows what it was built with and nothing else", "[report][html]")
{
    Page const page{.title = "</title><script>alert(1)</script>",
                    .lead = "lead",
                    .sections = {{"summary", "Summary", "text"}},
                    .footer = "end"};
    auto const plain = page_html(page, {});
    CHECK(contains(plain, "default-src 'none'; script-src 'none'; style-src 'none'"));
    CHECK_FALSE(contains(plain, "<script"));
    CHECK_FALSE(contains(plain, "<style"));
    auto const full = page_html(page, {"p{}", "sha256-S", "run()", "sha256-J"});
    CHECK(contains(full, "script-src 'sha256-J'; style-src 'sha256-S'"));
    CHECK(contains(full, "<style>p{}</style>"));
    CHECK(contains(full, "<script>run()</script>"));
    CHECK_FALSE(contains(full, "unsafe"));
    CHECK(contains(full, "<title>&lt;/title&gt;"));
}

TEST_CASE("a long title is cut in the heading and whole in a fold", "[report][html]")
{
    std::string const title = std::string(10'000, 'n') + "END";
    auto const text = page_html({.title = title, .lead = {}, .sections = {}, .footer = {}}, {});
    auto const heading = text.substr(text.find("<h1>"), text.find("</h1>") - text.find("<h1>"));
    CHECK(heading.size() < 200);
    CHECK(contains(text, "nEND</bdi></p></details>"));
}

} // namespace html_markup_tests

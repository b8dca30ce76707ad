// Text of figures: widths, breaks and cuts.
#include "sim/report/figures/series.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/numbers.hpp"
#include "tests/support/catch.hpp"

namespace figure_text_tests {

using namespace escalon;
using namespace escalon::theme;

TEST_CASE("widths are Inter's", "[figure][text]")
{
    // advances of Inter 4.1, in thousandths of the size: W 985, i 242, semibold W 1020
    CHECK(text_width("Wi", 1000) == 985 + 242);
    CHECK(text_width("W", 1000, Weight::semibold) == 1020);
    CHECK(text_width("", 12) == 0);
}

TEST_CASE("lines are no wider than asked and lose no word", "[figure][text]")
{
    std::string const text = "Each symbol is one patient. Below each cohort: patients with a DLT / patients treated.";
    auto const lines = wrapped(text, 150, 10, 20);
    std::string joined;
    for (auto const& line : lines) {
        CHECK(text_width(line, 10) <= 150);
        joined += (joined.empty() ? "" : " ") + line;
    }
    CHECK(lines.size() > 2);
    CHECK(joined == text);
}

TEST_CASE("a word wider than a line is broken, and what does not fit ends in an ellipsis", "[figure][text]")
{
    auto const lines = wrapped(std::string(10'000, 'x'), 200, 14, 3);
    REQUIRE(lines.size() == 3);
    for (auto const& line : lines)
        CHECK(text_width(line, 14) <= 200);
    CHECK(lines.back().ends_with("…"));
}

TEST_CASE("cuts fall between characters, whatever their bytes", "[figure][text]")
{
    CHECK(cut("ααααα", 5) == "ααααα");
    CHECK(cut("ααααα", 4) == "ααα…");
    CHECK(cut("日本語の治験", 4) == "日本語…");
    CHECK(cut("two\nlines\tand \x01 a control", 40) == "two lines and a control");
    CHECK(characters("日本語") == 3);
}

TEST_CASE("names that differ only where they are cut stay different", "[figure][text]")
{
    std::string const stem(60, 'a');
    auto const names = short_names({stem + "1", stem + "2", "b", stem + "3"}, 40);
    CHECK(names[0] != names[1]);
    CHECK(names[3] != names[0]);
    CHECK(names[3] != names[1]);
    CHECK(names[2] == "b");
    for (auto const& name : names)
        CHECK(characters(name) <= 40);
}

TEST_CASE("numbers in captions claim neither nothing nor all where that is not so", "[figure][text]")
{
    CHECK(whole_percent(0) == "0 %");
    CHECK(whole_percent(0.004) == "<1 %");
    CHECK(whole_percent(0.357) == "36 %");
    CHECK(whole_percent(0.9999) == ">99 %");
    CHECK(whole_percent(1) == "100 %");
    CHECK(one_decimal(0) == "0");
    CHECK(one_decimal(0.01) == "<0.1");
    CHECK(grouped(999) == "999");
    CHECK(grouped(10'000) == "10,000");
    CHECK(grouped(1'234'567) == "1,234,567");
    CHECK(listed({"a", "b", "c"}) == "a, b and c");
}

} // namespace figure_text_tests

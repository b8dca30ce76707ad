// gBOIN, decision by decision, and what its scores count.
#include "sim/designs/gboin.hpp"
#include "tests/support/case_reports.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr double published_target = 0.47 / 1.5; // Mu et al. 2019
constexpr double rounding_of_scores = 1e-12;

Gboin gboin(std::vector<double> scores = {0, 0.5, 1, 1.5})
{
    Gboin design{.scores = std::move(scores)};
    design.common.target = published_target;
    return design;
}

Tally tally(std::string_view outcomes) { return observed(outcomes, ladder(6)).total(); }

} // namespace

TEST_CASE("quasi-events are scores as fractions of the worst", "[design][gboin]")
{
    ToxicityScore const score{{0, 0.5, 1, 1.5}};
    CHECK(score.events(tally("1NNN")) == 0);
    CHECK_THAT(score.events(tally("1NMN")), WithinAbs(1.0 / 3, rounding_of_scores));
    CHECK_THAT(score.events(tally("1MTX")), WithinAbs(2, rounding_of_scores));
    CHECK(score.events(tally("1XXX")) == 3);
    ToxicityScore const uneven{{0, 0.3141592, 0.7, 1}};
    CHECK_THAT(uneven.events(tally("1MTTX")), WithinAbs(0.3141592 + 1.4 + 1, rounding_of_scores));
}

TEST_CASE("gBOIN holds the mean score against BOIN's boundaries", "[design][gboin]")
{
    // 0.247 and 0.375
    CHECK(next(gboin(), "") == treat(level(1), 3));
    CHECK(next(gboin(), "1NNM") == treat(level(2), 3));      // 0.11
    CHECK(next(gboin(), "1NMM") == treat(level(2), 3));      // 0.22
    CHECK(next(gboin(), "1NMT") == treat(level(1), 3));      // 0.33
    CHECK(next(gboin(), "1NNX") == treat(level(1), 3));      // 0.33
    CHECK(next(gboin(), "1NNN 2MMT") == treat(level(1), 3)); // 0.44
    CHECK(next(gboin(), "1NNN 2NTT") == treat(level(1), 3)); // 0.44, two DLTs of grade 3
    CHECK(next(gboin(), "1NMM").reason ==
          "a score of 0.667 in 3 patients at 10 mg/m2: a mean score of 0.22 is at most 0.247: escalate");
}

TEST_CASE("gBOIN tells three DLTs of grade 4 from three of grade 3", "[design][gboin]")
{
    // P(mean score > 0.313): 1 - 0.313^4 = 0.99 against 1 - 0.313^3 (4 - 3*0.313) = 0.91
    CHECK(next(gboin(), "1XXX") == stop_without_mtd());
    CHECK(next(gboin(), "1TTT") == treat(level(1), 3));
    CHECK(next(gboin(), "1NNN 2XXX 1NNN") == treat(level(1), 3));
    CHECK_THAT(next(gboin(), "1NNN 2XXX").reason, ContainsSubstring("P(mean score above 0.313"));
}

TEST_CASE("with scores 0, 0, 1, 1 gBOIN is BOIN", "[design][gboin]")
{
    Gboin graded{.scores = {0, 0, 1, 1}};
    for (auto const* outcomes : {"1NMN", "1NNT", "1NTX", "1MNN 2MNT", "1XXX", "1NNN 2TXN 1NNM 1MNT", "1NNN 2TTX 1NNN 1NNN"}) {
        INFO(outcomes);
        CHECK(next(graded, outcomes) == next(Boin{}, outcomes));
    }
}

TEST_CASE("scores with the same sum are one state, also where they come about in different ways", "[design][gboin]")
{
    auto const design = gboin().on(ladder(6));
    auto const summary = [&](std::string_view outcomes) { return design.summary(observed(outcomes, ladder(6))); };
    CHECK(summary("1MMN") == summary("1TNN"));
    CHECK(summary("1MTN") == summary("1XNN"));
    CHECK_FALSE(summary("1MMN") == summary("1TMN"));
}

TEST_CASE("scores that are no scores are told", "[design][gboin]")
{
    auto const field = [](std::vector<double> scores) {
        auto const faults = gboin(std::move(scores)).faults();
        return faults.empty() ? std::string{} : faults.front().field;
    };
    CHECK(field({0, 0.5, 1, 1.5}).empty());
    CHECK(field({0, 0.5, 1}) == "scores");
    CHECK(field({0.1, 0.5, 1, 1.5}) == "scores[0]");
    CHECK(field({0, 1, 0.5, 1.5}) == "scores");
    CHECK(field({0, 0, 0, 0}) == "scores");
}

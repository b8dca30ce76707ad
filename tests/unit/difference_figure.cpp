// The figures of comparisons say what the comparison says.
#include "sim/report/comparison_text.hpp"
#include "sim/report/figures/all.hpp"
#include "sim/report/figures/difference.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/runs.hpp"

#include <nlohmann/json.hpp>

#include <set>

using namespace escalon;
using namespace escalon::test;
using Json = nlohmann::ordered_json;

namespace {

std::string const three_designs =
    "[{ name: three_plus_three, label: 3+3 }, { name: three_plus_three, label: once, deescalate: false, six_at_mtd: false }, "
    "{ name: boin, max_patients: 12 }]";

std::set<std::string> designs_in(Json const& rows)
{
    std::set<std::string> found;
    for (auto const& row : rows)
        found.insert(row["design"]);
    return found;
}

std::vector<std::string> names(std::vector<Figure> const& figures)
{
    std::vector<std::string> all;
    for (auto const& figure : figures)
        all.push_back(figure.name);
    return all;
}

bool holds(std::vector<std::string> const& all, std::string const& one) { return std::ranges::find(all, one) != all.end(); }

} // namespace

TEST_CASE("differences are drawn where there are several designs, random truths where there are any", "[figure][comparison]")
{
    auto const alone = names(figures_of(run_of(RunText{}.text())));
    CHECK_FALSE(holds(alone, "difference"));
    CHECK_FALSE(holds(alone, "random_truths"));
    auto const both = names(figures_of(run_of(RunText{.designs = two_designs, .more = twenty_curves}.text())));
    CHECK(holds(both, "difference"));
    CHECK(holds(both, "random_truths"));
}

TEST_CASE("a difference has its interval of 1.96 paired standard errors, shares in percentage points", "[figure][comparison]")
{
    auto const run = run_of(RunText{.designs = two_designs, .runner = sampled}.text());
    auto const specification = difference_figure(run).specification;
    auto const& difference = run.comparison->differences.at(0).difference;
    auto const& correct = specification["datasets"]["selection"][0];
    CHECK(correct["what"] == "true MTD selected");
    CHECK(correct["value"] == Approx(100 * difference.mean[0]));
    CHECK(correct["error"] == Approx(196 * difference.standard_error[0]));
    auto const& patients = specification["datasets"]["patients"][0];
    CHECK(patients["value"] == Approx(difference.mean[2]));
    CHECK(patients["high"].get<double>() == Approx(difference.mean[2] + 1.96 * difference.standard_error[2]));
    CHECK_FALSE(specification.contains("params")); // one design has nothing to be told from
}

TEST_CASE("the reference has no dots, and the others keep their looks under every truth", "[figure][comparison]")
{
    auto const run = run_of(RunText{.truth = three_truths, .designs = three_designs}.text());
    auto const specification = difference_figure(run).specification;
    auto const& rows = specification["datasets"]["selection"];
    CHECK(rows.size() == 2 * 3 * 2);
    CHECK(designs_in(rows) == std::set<std::string>{"once", "boin"});
    CHECK(specification["usermeta"]["escalon"]["series"]["entries"].size() == 2);
    CHECK(specification["datasets"]["selection_rows"].size() == 2 * (1 + 3));
}

TEST_CASE("the caption tells each difference as the tables do", "[figure][comparison]")
{
    auto const run = run_of(RunText{.designs = two_designs}.text());
    auto const caption = difference_figure(run).caption;
    auto const& difference = run.comparison->differences.at(0).difference;
    CHECK(caption.find("once against 3+3: true MTD selected " +
                       difference_text(Compared::correct_selection, difference.mean[0])) == 0);
    CHECK(caption.find("Exact: no sampling error.") != std::string::npos);
}

TEST_CASE("random truths have a row for all curves and one for each level that is an MTD", "[figure][random_truths]")
{
    auto const run = run_of(RunText{.designs = two_designs, .more = twenty_curves}.text());
    auto const figure = random_truths_figure(run);
    auto const& rows = figure.specification["datasets"]["correct"];
    std::size_t levels = 0;
    for (auto const& level : run.random_truths->designs.front().correct_by_mtd)
        levels += level.curves > 0 ? 1U : 0U;
    CHECK(rows.size() == 2 * (1 + levels));
    CHECK(rows[0]["what"] == "all 20 curves");
    CHECK(rows[0]["value"] == Approx(100 * run.random_truths->designs[0].of(Averaged::correct_selection).mean));
    CHECK(figure.caption.find("pseudo-uniform") != std::string::npos);
}

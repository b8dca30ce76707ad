// 3+3 against exact operating characteristics and paths that other programs enumerated; each file names its source.
#include "sim/runner/exact.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/futures.hpp"
#include "tests/support/oracle.hpp"
#include "tests/support/variants.hpp"

#include <algorithm>
#include <optional>
#include <set>

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr double fraction_tolerance = 1e-9; // the files hold eleven significant digits of fractions

ThreePlusThree const& variant(std::string const& name)
{
    for (auto const& [known, design] : variants)
        if (known == name)
            return design;
    throw std::runtime_error{"the oracle names a variant that is not known here: " + name};
}

std::vector<double> dense(nlohmann::json const& distribution, std::size_t size)
{
    std::vector<double> probability(size);
    for (std::size_t i = 0; i < distribution["value"].size(); ++i)
        probability.at(distribution["value"][i].get<std::size_t>()) = distribution["prob"][i].get<double>();
    return probability;
}

void check_fractions(std::string const& what, std::vector<double> const& ours, std::vector<double> const& theirs)
{
    INFO(what);
    REQUIRE(ours.size() == theirs.size());
    for (std::size_t i = 0; i < ours.size(); ++i) {
        INFO("entry " << i);
        CHECK_THAT(ours[i], WithinAbs(theirs[i], fraction_tolerance));
    }
}

/// DLTs of the first and the second cohort of each level, none where it was not enrolled.
using PathByLevel = std::vector<std::array<std::optional<int>, 2>>;

std::set<PathByLevel> paths_of(ThreePlusThree const& design, int levels)
{
    std::set<PathByLevel> paths;
    for_each_future(design, ladder(levels), [&](Future const& future) {
        PathByLevel path(static_cast<std::size_t>(levels));
        for (auto const& cohort : future.history.cohorts()) {
            auto& cell = path[static_cast<std::size_t>(cohort.level.index())];
            REQUIRE(cohort.patients == 3);
            REQUIRE_FALSE(cell[1]);
            cell[cell[0] ? 1 : 0] = cohort.dlts;
        }
        REQUIRE(paths.insert(path).second);
    });
    return paths;
}

std::set<PathByLevel> paths_in(nlohmann::json const& list)
{
    std::set<PathByLevel> paths;
    auto const dlts = [](nlohmann::json const& cell) { return cell.is_null() ? std::nullopt : std::optional{cell.get<int>()}; };
    for (auto const& path : list) {
        PathByLevel levels;
        for (std::size_t i = 0; i < path["c1"].size(); ++i)
            levels.push_back({dlts(path["c1"][i]), dlts(path["c2"][i])});
        paths.insert(levels);
    }
    return paths;
}

std::size_t number_of_futures(ThreePlusThree const& design, int levels)
{
    std::size_t count = 0;
    for_each_future(design, ladder(levels), [&](Future const&) { ++count; });
    return count;
}

} // namespace

TEST_CASE("exact operating characteristics of 3+3 are those of bcrm and precautionary", "[oracle][three_plus_three]")
{
    auto const file = oracle("three_plus_three_exact.json");
    REQUIRE(file["results"].size() == 21);
    for (auto const& peer : file["results"]) {
        INFO(peer["scenario"] << ", " << peer["variant"]);
        auto const truth = peer["inputs"]["true_tox"].get<std::vector<double>>();
        auto const levels = static_cast<int>(truth.size());
        REQUIRE(peer["inputs"]["start_dose"] == 1);
        auto const graph = DesignGraph::compile(variant(peer["variant"]), ladder(levels));
        auto const exact = ExactPass{graph}(truth, levels);

        auto selection = exact.mean.selection;
        selection.insert(selection.begin(), exact.mean.none);
        auto theirs = peer["selection_pct_none_then_doses"].get<std::vector<double>>();
        for (double& percent : theirs)
            percent /= 100;
        check_fractions("selection", selection, theirs);
        check_fractions("patients", exact.mean.patients, peer["mean_patients"]);
        check_fractions("DLTs", exact.mean.dlts, peer["mean_tox"]);
        check_fractions("total patients", exact.total_patients, dense(peer["total_patients"], exact.total_patients.size()));
        check_fractions("total DLTs", exact.total_dlts, dense(peer["total_dlt"], exact.total_dlts.size()));
    }
}

TEST_CASE("each variant of 3+3 has as many futures as the peer enumerated", "[oracle][three_plus_three]")
{
    auto const peers = oracle("three_plus_three_exact.json");
    for (auto const& peer : peers["results"]) {
        INFO(peer["scenario"] << ", " << peer["variant"]);
        auto const levels = static_cast<int>(peer["inputs"]["true_tox"].size());
        CHECK(number_of_futures(variant(peer["variant"]), levels) == peer["n_paths"].get<std::size_t>());
    }
}

TEST_CASE("the futures of 3+3 with six required are those of Norris, path by path", "[oracle][three_plus_three]")
{
    auto const file = oracle("three_plus_three_paths.json");
    CHECK(paths_of(six_required_everywhere, 2) == paths_in(file["paths_D2"]));
    CHECK(paths_of(six_required_everywhere, 3) == paths_in(file["paths_D3"]));
}

TEST_CASE("3+3 with six required has Norris's number of futures for two to eight levels", "[oracle][three_plus_three]")
{
    // from the note of three_plus_three_paths.json
    std::array<std::size_t, 7> const published{46, 154, 442, 1162, 2890, 6922, 16138};
    for (int levels = 2; levels <= 8; ++levels)
        CHECK(number_of_futures(six_required_everywhere, levels) == published[static_cast<std::size_t>(levels) - 2]);
}

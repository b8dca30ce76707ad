// Exact operating characteristics of BLRM against crmPack's simulation, by exact binomial tails, and what they cost.
#include "sim/designs/catalog.hpp"
#include "sim/runner/exact.hpp"
#include "tests/support/binomial_tails.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/oracle.hpp"

#include <cmath>

using namespace escalon;
using namespace escalon::test;

namespace {

/// The design of crmPack's row: the prior, ladder and intervals that its call names.
Blrm as_crmpack()
{
    Blrm design;
    design.ref_dose = Dose{80, DoseUnit::mg};
    design.prior_mean = {-0.85, 1};
    design.prior_sd = {1, 1};
    design.prior_corr = -0.5;
    design.intervals = {0.16, 0.33};
    design.mtd_among = MtdAmong::allowed;
    design.common.max_patients = 36;
    return design;
}

/// The design of its row that goes to the mean nearest the target, without overdose control.
Blrm as_crmpack_by_distance()
{
    auto design = as_crmpack();
    design.next = BlrmNext::nearest_mean;
    design.common.target = 0.25;
    design.ewoc = 0.9999;
    return design;
}

OperatingCharacteristics exact_of(Blrm const& design, nlohmann::json const& inputs)
{
    DoseLadder const doses{DoseUnit::mg, inputs["dose_grid"].get<std::vector<double>>()};
    REQUIRE(design.faults().empty());
    REQUIRE(design.faults_on(doses).empty());
    auto const truth = inputs["true_tox"].get<std::vector<double>>();
    return ExactPass{DesignGraph::compile(design.on(doses), doses)}(truth, static_cast<int>(truth.size()));
}

std::vector<std::string> disagreements_with(nlohmann::json const& peer, OperatingCharacteristics const& ours)
{
    constexpr double family_false_alarm_rate = 1e-6;
    auto const trials = peer["inputs"]["n_trials"].get<std::uint64_t>();
    auto const percents = peer["selection_pct_none_then_doses"].get<std::vector<double>>();
    std::vector<CountedCell> cells;
    for (std::size_t i = 0; i < percents.size(); ++i)
        cells.push_back({i == 0 ? "none" : "level " + std::to_string(i),
                         static_cast<std::uint64_t>(std::lround(percents[i] / 100 * static_cast<double>(trials))),
                         i == 0 ? ours.mean.none : ours.mean.selection[i - 1]});
    return disagreements(cells, trials, family_false_alarm_rate);
}

} // namespace

TEST_CASE("BLRM as crmPack conducts it agrees with crmPack's simulation", "[exact][blrm][oracle]")
{
    auto const file = oracle("crmpack_oc.json");
    int compared = 0;
    for (auto const& peer : file["results"]) {
        auto const label = peer["label"].get<std::string>();
        if (!label.starts_with("CRM"))
            continue;
        INFO(label);
        auto const design = label.starts_with("CRM NCRM") ? as_crmpack() : as_crmpack_by_distance();
        CHECK(disagreements_with(peer, exact_of(design, peer["inputs"])) == std::vector<std::string>{});
        ++compared;
        auto shifted = design; // a wrong reference dose is seen
        shifted.ref_dose = Dose{20, DoseUnit::mg};
        CHECK_FALSE(disagreements_with(peer, exact_of(shifted, peer["inputs"])).empty());
    }
    CHECK(compared == 2);
}

TEST_CASE("BLRM's exact operating characteristics add up", "[exact][blrm]")
{
    Blrm design;
    design.common.max_patients = 24;
    auto const doses = ladder(5);
    auto const graph = DesignGraph::compile(design.on(doses), doses);
    std::vector<double> const truth{0.05, 0.12, 0.25, 0.4, 0.55};
    auto const result = ExactPass{graph}(truth, 3);
    double sum = result.mean.none;
    for (double const selected : result.mean.selection)
        sum += selected;
    CHECK_THAT(sum, WithinAbs(1, 1e-12));
    CHECK(result.mean.selection[2] > 0.3);
}

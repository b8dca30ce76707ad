// The CRM as a design: decisions and their sentences, its options, what is said of wrong ones, what the model shows.
#include "sim/designs/catalog.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/oracle.hpp"
#include "tests/unit/scenario_support.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

std::string with_design(std::string const& options) { return replaced(smallest, "name: three_plus_three", options); }

/// What is said of these options.
void says(std::string const& options, std::vector<std::string> const& parts)
{
    auto const faults = faults_of(with_design(options));
    for (auto const& part : parts)
        CHECK_THAT(faults, ContainsSubstring(part));
}

std::string reason(Crm const& design, std::string_view outcomes) { return next(design, outcomes).reason; }

/// getprior(0.06, 0.25, 4, 6): 0.02, 0.06, 0.14, 0.25, 0.38, 0.50.
Crm standard()
{
    Crm design{.half_width = 0.06, .prior_mtd = 4};
    design.common.target = 0.25;
    return design;
}

} // namespace

TEST_CASE("the CRM treats at the level that the model says, as far as the restrictions allow", "[design][crm]")
{
    auto const design = standard();
    CHECK(next(design, "") == treat(level(1), 3));
    CHECK(next(design, "1NNN") == treat(level(2), 3)); // the model says 5: no level is skipped
    CHECK(next(design, "1NNN 2NNN") == treat(level(3), 3));
    CHECK(next(design, "1NNN 2NNN 3NNT 4NTT") == treat(level(3), 3));
    CHECK(next(design, "1NNN 2NNN 3NNN 4NNT") == treat(level(4), 3)); // 1/3 is above the target: no step up
}

TEST_CASE("each restriction can be lifted alone", "[design][crm]")
{
    auto skipping = standard();
    skipping.no_skipping = false;
    CHECK(next(skipping, "1NNN") == treat(level(5), 3));
    auto incoherent = standard();
    incoherent.coherent = false;
    std::string const outcomes = "1NNN 2NNN 3NNN 4NNN 4NNN 4NNN 4NNT";
    CHECK(next(incoherent, outcomes) == treat(level(5), 3));
    CHECK(next(standard(), outcomes) == treat(level(4), 3));
    auto free = standard();
    free.restrict = false;
    CHECK(next(free, "1NNN") == treat(level(5), 3));
    CHECK(next(free, outcomes) == treat(level(6), 3));
    free.coherent = true;
    CHECK(next(free, outcomes) == treat(level(4), 3));
}

TEST_CASE("the CRM says which estimate is nearest the target, and what holds it back", "[design][crm]")
{
    CHECK(reason(standard(), "") == "the trial starts at 10 mg/m2");
    CHECK(reason(standard(), "1NNN") ==
          "the estimate at 50 mg/m2, 0.23, is nearest the target of 0.25: escalate, by one level, to 20 mg/m2");
    CHECK_THAT(reason(standard(), "1NNN 2NNN 3NNT 4NTT"),
               ContainsSubstring("the estimate at 30 mg/m2") && ContainsSubstring(": de-escalate"));
    CHECK(reason(standard(), "1NNN 2NNN 3NNN 4NTT") == "the estimate at 40 mg/m2, 0.28, is nearest the target of 0.25: stay");
    CHECK(reason(standard(), "1NNN 2NNN 3NNN 4NNN 4NNN 4NNN 4NNT") ==
          "the estimate at 60 mg/m2, 0.29, is nearest the target of 0.25, but 1/3 at 40 mg/m2 reaches it: stay");
    auto small = standard();
    small.common.max_patients = 6;
    CHECK(reason(small, "1NNN 2NTT") ==
          "the sample size of 6 is used up; the estimate at 10 mg/m2, 0.21, is nearest the target of 0.25");
    CHECK(next(small, "1NNN 2NTT") == stop(level(1), StopCause::max_patients));
}

TEST_CASE("the initial stage lasts until the first DLT, and may have cohorts of its own size", "[design][crm]")
{
    auto design = standard();
    design.initial = {1, 2, 3, 4};
    design.initial_cohort_size = 1;
    CHECK(next(design, "") == treat(level(1), 1));
    CHECK(next(design, "1N 2N") == treat(level(3), 1));
    CHECK(reason(design, "1N 2N") == "0/1 at 20 mg/m2, no DLT so far: the initial stage goes on");
    CHECK(next(design, "1N 2N 3T") == treat(level(2), 3));
    CHECK(next(design, "1N 2N 3N 4N") == treat(level(5), 3)); // the list ends
}

TEST_CASE("by likelihood, no DLT leads up level by level and nothing but DLTs leads to the lowest", "[design][crm]")
{
    auto design = standard();
    design.estimate = CrmEstimate::mle;
    design.initial = {1, 2, 3, 4, 5, 6};
    CHECK(next(design, "1NNN 2NNN") == treat(level(3), 3));
    CHECK(next(design, "1TTT") == treat(level(1), 3));
    CHECK(reason(design, "1TTT") == "the estimate at 10 mg/m2, 1.00, is nearest the target of 0.25: stay");
}

TEST_CASE("the trial ends when the lowest level is too toxic with the certainty that is asked for", "[design][crm]")
{
    auto design = standard();
    design.too_toxic_certainty = 0.9;
    CHECK(next(design, "1NNT") == treat(level(1), 3));
    CHECK(next(design, "1TTT 1TTT") == stop_without_mtd());
    CHECK(reason(design, "1TTT 1TTT") == "P(DLT rate at 10 mg/m2 above 0.25) is 0.999, over 0.9: no level is tolerable");
    CHECK(design.on(ladder(6)).recommendation(observed("1TTT 1TTT", ladder(6))) == std::nullopt);
    design.too_toxic_limit = 0.6;
    CHECK(next(design, "1TTT 1TTT") == treat(level(1), 3));
}

TEST_CASE("a median of P(DLT) is lower than its mean, so that it escalates more readily", "[design][crm]")
{
    auto mean = standard();
    mean.estimate = CrmEstimate::posterior;
    auto median = standard();
    median.estimate = CrmEstimate::quantile;
    auto high = median;
    high.quantile = 0.8;
    auto const doses = ladder(6);
    auto const seen = observed("1NNN 2NNN 3NNT", doses);
    auto const number = [&](Crm const& design) { return design.on(doses).recommendation(seen)->number(); };
    CHECK(number(median) >= number(mean));
    CHECK(number(high) < number(median));
}

TEST_CASE("the model's posterior is Stan's", "[oracle][crm]")
{
    auto const file = oracle("blrm_crm_crosscheck.json");
    for (auto const& peer : file["results"])
        if (peer["call"].get<std::string>().find("model='empiric'") != std::string::npos) {
            Crm design{.skeleton = {0.05, 0.12, 0.25, 0.40, 0.55, 0.68}};
            design.common.target = 0.25;
            auto const doses = ladder(6);
            auto const seen = observed("1NNN 2NNN 3NNTNNN 4TTNNNN", doses);
            auto const posterior = design.on(doses).posterior(seen).value();
            constexpr double monte_carlo = 0.005; // 6000 draws
            for (std::size_t i = 0; i < posterior.levels.size(); ++i) {
                CHECK_THAT(posterior.levels[i].mean, WithinAbs(peer["mean"][i].get<double>(), monte_carlo));
                CHECK_THAT(posterior.levels[i].median, WithinAbs(peer["median"][i].get<double>(), monte_carlo));
                CHECK(posterior.levels[i].lower < posterior.levels[i].median);
                CHECK(posterior.levels[i].median < posterior.levels[i].upper);
            }
            CHECK(design.on(doses).recommendation(seen) == level(peer["recommended"].get<int>()));
        }
}

TEST_CASE("the posterior says which levels are forbidden and why", "[design][crm]")
{
    auto const doses = ladder(6);
    auto const after = [&](std::string const& outcomes) {
        return standard().on(doses).posterior(observed(outcomes, doses)).value();
    };
    auto const free = after("1NNN");
    CHECK_FALSE(free.levels[1].forbidden);
    CHECK(free.levels[2].forbidden == "20 mg/m2 would be skipped");
    CHECK(after("1NNN 2NNT").levels[2].forbidden == "1/3 at 20 mg/m2 reaches the target of 0.25: no step up");
    CHECK(free.parameters.front().name == "beta");
}

TEST_CASE("the middle level is foreseen as the MTD unless something is said", "[design][crm]")
{
    CHECK(Crm{}.calibration(5).prior_mtd == 3);
    CHECK(Crm{}.calibration(6).prior_mtd == 4);
    CHECK_THAT(Crm{}.calibration(5).half_width, WithinAbs(0.075, 1e-15));
    CHECK_THAT(Crm{}.curves(5).skeleton()[2], WithinAbs(0.3, 1e-15));
}

TEST_CASE("options of the CRM that do not fit are told at their place", "[scenario][crm]")
{
    CHECK(faults_of(with_design("name: crm")).empty());
    CHECK(faults_of(with_design("name: crm, skeleton: [0.1, 0.25, 0.4], target: 25 %")).empty());
    CHECK(faults_of(with_design("name: crm, restrict: false, model: logistic, estimate: posterior")).empty());
    says("name: crm, skeleton: [0.1, 0.25]", {"s.yaml:6:", "2 figures for 3 levels", "hint: foresee one P(DLT) for each level"});
    says("name: crm, skeleton: [0.1, 0.4, 0.3]", {"skeleton must strictly increase: 0.3 comes after 0.4"});
    says("name: crm, skeleton: [0.1, 0.4, 1.3]", {"must lie"});
    says("name: crm, skeleton: [0.1, 0.2, 0.3], half_width: 0.05", {"the skeleton is stated already"});
    says("name: crm, half_width: 0.4", {"the indifference interval 0.3 -+ 0.4 leaves (0, 1)"});
    says("name: crm, prior_mtd: 4", {"level 4 is not on the ladder"});
    says("name: crm, prior_sd: 0", {"'prior_sd' must be above 0"});
    says("name: crm, model: logistic, intercept: -1", {"the model never reaches the target"});
    says("name: crm, model: logistic, skeleton: [0.1, 0.3, 0.97]", {"0.97 is out of the model's reach"});
    says("name: crm, initial: [1, 3, 2]", {"the initial stage steps down without a DLT"});
    says("name: crm, initial: [1, 2, 4]", {"level 4 is not on the ladder"});
    says("name: crm, initial: [2, 3], start_level: 1", {"the initial stage starts at level 2"});
    says("name: crm, initial_cohort_size: 1", {"there is no initial stage"});
    says("name: crm, estimate: mle, restrict: false", {"the likelihood is greatest at the highest level"});
    says("name: crm, too_toxic_limit: 0.4", {"add too_toxic_certainty"});
}

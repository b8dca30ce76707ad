// The CRM as a design: decisions and their sentences, its options, what is said of wrong ones, what the model shows.
#include "sim/designs/catalog.hpp"
#include "sim/runner/exact.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/oracle.hpp"
#include "tests/unit/scenario_support.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

std::string reason(Crm const& design, std::string_view outcomes) { return next(design, outcomes).reason; }

/// getprior(0.06, 0.25, 4, 6): 0.02, 0.06, 0.14, 0.25, 0.38, 0.50.
Crm standard_crm()
{
    Crm design{.half_width = 0.06, .prior_mtd = 4};
    design.common.target = 0.25;
    return design;
}

/// As trialr was run.
Crm with_skeleton(WorkingModel model)
{
    Crm design{.model = model, .skeleton = {0.05, 0.12, 0.25, 0.40, 0.55, 0.68}};
    design.common.target = 0.25;
    return design;
}

/// Likewise, with two parameters.
Crm with_alpha()
{
    auto design = with_skeleton(WorkingModel::logistic2);
    design.prior_sd = 1;
    return design;
}

} // namespace

TEST_CASE("the CRM treats at the level that the model says, as far as the restrictions allow", "[design][crm]")
{
    auto const design = standard_crm();
    CHECK(next(design, "") == treat(level(1), 3));
    CHECK(next(design, "1NNN") == treat(level(2), 3)); // the model says 5: no level is skipped
    CHECK(next(design, "1NNN 2NNN") == treat(level(3), 3));
    CHECK(next(design, "1NNN 2NNN 3NNT 4NTT") == treat(level(3), 3));
    CHECK(next(design, "1NNN 2NNN 3NNN 4NNT") == treat(level(4), 3)); // 1/3 is above the target: no step up
}

TEST_CASE("each restriction can be lifted alone", "[design][crm]")
{
    auto skipping = standard_crm();
    skipping.no_skipping = false;
    CHECK(next(skipping, "1NNN") == treat(level(5), 3));
    auto incoherent = standard_crm();
    incoherent.coherent = false;
    std::string const outcomes = "1NNN 2NNN 3NNN 4NNN 4NNN 4NNN 4NNT";
    CHECK(next(incoherent, outcomes) == treat(level(5), 3));
    CHECK(next(standard_crm(), outcomes) == treat(level(4), 3));
    auto free = standard_crm();
    free.restrict = false;
    CHECK(next(free, "1NNN") == treat(level(5), 3));
    CHECK(next(free, outcomes) == treat(level(6), 3));
    free.coherent = true;
    CHECK(next(free, outcomes) == treat(level(4), 3));
}

TEST_CASE("the CRM says which estimate is nearest the target, and what holds it back", "[design][crm]")
{
    CHECK(reason(standard_crm(), "") == "the trial starts at 10 mg/m2");
    CHECK(reason(standard_crm(), "1NNN") ==
          "the estimate at 50 mg/m2, 0.23, is nearest the target of 0.25: escalate, by one level, to 20 mg/m2");
    CHECK_THAT(reason(standard_crm(), "1NNN 2NNN 3NNT 4NTT"),
               ContainsSubstring("the estimate at 30 mg/m2") && ContainsSubstring(": de-escalate"));
    CHECK(reason(standard_crm(), "1NNN 2NNN 3NNN 4NTT") == "the estimate at 40 mg/m2, 0.28, is nearest the target of 0.25: stay");
    CHECK(reason(standard_crm(), "1NNN 2NNN 3NNN 4NNN 4NNN 4NNN 4NNT") ==
          "the estimate at 60 mg/m2, 0.29, is nearest the target of 0.25, but 1/3 at 40 mg/m2 reaches it: stay");
    auto small = standard_crm();
    small.common.max_patients = 6;
    CHECK(reason(small, "1NNN 2NTT") ==
          "the sample size of 6 is used up; the estimate at 10 mg/m2, 0.21, is nearest the target of 0.25");
    CHECK(next(small, "1NNN 2NTT") == stop(level(1), StopCause::max_patients));
}

TEST_CASE("the initial stage lasts until the first DLT, and may have cohorts of its own size", "[design][crm]")
{
    auto design = standard_crm();
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
    auto design = standard_crm();
    design.estimate = CrmEstimate::mle;
    design.initial = {1, 2, 3, 4, 5, 6};
    CHECK(next(design, "1NNN 2NNN") == treat(level(3), 3));
    CHECK(next(design, "1TTT") == treat(level(1), 3));
    CHECK(reason(design, "1TTT") == "the estimate at 10 mg/m2, 1.00, is nearest the target of 0.25: stay");
}

TEST_CASE("the trial ends when the lowest level is too toxic with the certainty that is asked for", "[design][crm]")
{
    auto design = standard_crm();
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
    auto mean = standard_crm();
    mean.estimate = CrmEstimate::posterior;
    auto median = standard_crm();
    median.estimate = CrmEstimate::quantile;
    auto high = median;
    high.quantile = 0.8;
    auto const doses = ladder(6);
    auto const seen = observed("1NNN 2NNN 3NNT", doses);
    auto const number = [&](Crm const& design) { return design.on(doses).recommendation(seen)->number(); };
    CHECK(number(median) >= number(mean));
    CHECK(number(high) < number(median));
}

TEST_CASE("the model's posterior is Stan's, with one parameter and with two", "[oracle][crm]")
{
    auto const file = oracle("blrm_crm_crosscheck.json");
    struct Run {
        char const* call;
        Crm design;
        double monte_carlo; ///< of 6000 draws; those of two parameters are correlated, and P(DLT) is wider
    };
    int compared = 0;
    for (auto const& [call, design, monte_carlo] :
         {Run{"model='empiric'", with_skeleton(WorkingModel::empiric), 0.005}, Run{"model='logistic2'", with_alpha(), 0.01}})
        for (auto const& peer : file["results"]) {
            if (peer["call"].get<std::string>().find(call) == std::string::npos)
                continue;
            INFO(call);
            auto const doses = ladder(6);
            auto const seen = observed("1NNN 2NNN 3NNTNNN 4TTNNNN", doses);
            auto const posterior = design.on(doses).posterior(seen).value();
            for (std::size_t i = 0; i < posterior.levels.size(); ++i) {
                CHECK_THAT(posterior.levels[i].mean, WithinAbs(peer["mean"][i].get<double>(), monte_carlo));
                CHECK_THAT(posterior.levels[i].median, WithinAbs(peer["median"][i].get<double>(), monte_carlo));
                CHECK(posterior.levels[i].lower < posterior.levels[i].median);
                CHECK(posterior.levels[i].median < posterior.levels[i].upper);
            }
            CHECK(design.on(doses).recommendation(seen) == level(peer["recommended"].get<int>()));
            ++compared;
        }
    CHECK(compared == 2);
}

TEST_CASE("the CRM with two parameters goes up, stays and goes down by its estimates", "[design][crm]")
{
    auto const design = with_alpha();
    CHECK(next(design, "") == treat(level(1), 3));
    CHECK(next(design, "1NNN") == treat(level(2), 3)); // the model says 4: no level is skipped
    CHECK(next(design, "1NNN 2NNN") == treat(level(3), 3));
    CHECK(next(design, "1NNN 2NNN 3NNN") == treat(level(4), 3));
    CHECK(next(design, "1NNN 2NNN 3NNN 4NNT") == treat(level(4), 3));
    CHECK(next(design, "1NNN 2NNN 3NNN 4TTT") == treat(level(3), 3));
    CHECK(next(design, "1NNN 2NTT") == treat(level(1), 3));
}

TEST_CASE("a DLT at the lowest level holds one parameter back for longer than two", "[design][crm]")
{
    std::string const outcomes = "1NNT 1NNN 2NNN 3NNN";
    CHECK(next(with_skeleton(WorkingModel::empiric), outcomes) == treat(level(3), 3));
    CHECK(next(with_skeleton(WorkingModel::logistic), outcomes) == treat(level(3), 3));
    CHECK(next(with_alpha(), outcomes) == treat(level(4), 3));
}

TEST_CASE("with two parameters the CRM gives its reason in the same words", "[design][crm]")
{
    CHECK(reason(with_alpha(), "1NNN 2NNN 3NNTNNN 4TTNNNN") ==
          "the estimate at 40 mg/m2, 0.31, is nearest the target of 0.25: stay");
    CHECK(reason(with_alpha(), "1NNN") ==
          "the estimate at 40 mg/m2, 0.29, is nearest the target of 0.25: escalate, by one level, to 20 mg/m2");
    auto careful = with_alpha();
    careful.too_toxic_certainty = 0.9;
    CHECK(reason(careful, "1TTT 1TTT") == "P(DLT rate at 10 mg/m2 above 0.25) is 0.9998, over 0.9: no level is tolerable");
    CHECK(next(careful, "1TTT 1TTT") == stop_without_mtd());
    CHECK(next(careful, "1NNT") == treat(level(1), 3));
}

TEST_CASE("two parameters hold the posterior mean against the target, unless plug_in is asked for", "[design][crm]")
{
    auto const doses = ladder(6);
    auto const seen = observed("1NNN 2NNN 3NNT", doses);
    auto design = with_alpha();
    auto const shown = [&] { return design.on(doses).posterior(seen).value(); };
    for (auto const& level : shown().levels)
        CHECK(level.estimate == level.mean);
    design.estimate = CrmEstimate::plug_in;
    for (auto const& level : shown().levels)
        CHECK(level.estimate != level.mean);
    CHECK(Crm{}.estimated() == CrmEstimate::plug_in);
    CHECK(Crm{.model = WorkingModel::logistic}.estimated() == CrmEstimate::plug_in);
}

TEST_CASE("the intercept is 3 with one parameter, and alpha lies about 0 with two, unless something is said", "[design][crm]")
{
    CHECK(Crm{.model = WorkingModel::logistic}.alpha() == 3);
    CHECK(Crm{.model = WorkingModel::logistic}.curves(5).intercept() == 3);
    CHECK(Crm{.model = WorkingModel::logistic, .intercept = 2}.curves(5).intercept() == 2);
    auto const prior_of_alpha = [](Crm const& design) {
        auto const alpha = design.on(ladder(5)).posterior(Observed{ladder(5)}).value().parameters[0];
        return std::pair{alpha.mean, alpha.sd};
    };
    auto const [mean, sd] = prior_of_alpha(Crm{.model = WorkingModel::logistic2});
    CHECK_THAT(mean, WithinAbs(0, 1e-9));
    CHECK_THAT(sd, WithinAbs(2, 1e-9));
    auto const [raised, narrow] = prior_of_alpha(Crm{.model = WorkingModel::logistic2, .intercept = 1, .intercept_sd = 0.5});
    CHECK_THAT(raised, WithinAbs(1, 1e-9));
    CHECK_THAT(narrow, WithinAbs(0.5, 1e-9));
}

TEST_CASE("a skeleton for two parameters is the logistic one of the usual intercept, wherever alpha lies", "[design][crm]")
{
    auto const usual = Crm{.model = WorkingModel::logistic}.foreseen(5);
    CHECK(Crm{.model = WorkingModel::logistic2}.foreseen(5) == usual);
    CHECK(Crm{.model = WorkingModel::logistic2, .intercept = -2}.foreseen(5) == usual);
    CHECK(with_alpha().foreseen(6)[3] == 0.40);
    CHECK_THROWS_AS(with_alpha().curves(6), std::invalid_argument);
}

TEST_CASE("trials of the CRM with two parameters are enumerated like all others", "[design][crm][exact]")
{
    auto design = with_alpha();
    design.common.max_patients = 15;
    design.too_toxic_certainty = 0.95;
    auto const doses = ladder(6);
    auto const graph = DesignGraph::compile(design.on(doses), doses);
    auto const found = ExactPass{graph}(std::vector{0.05, 0.12, 0.25, 0.40, 0.55, 0.68}, 3);
    double sum = found.mean.none;
    for (double const share : found.mean.selection)
        sum += share;
    CHECK_THAT(sum, WithinAbs(1, 1e-12)); // a few hundred products
    CHECK(found.mean.none > 0);
    CHECK(std::ranges::max_element(found.mean.selection) - found.mean.selection.begin() == 2);
}

TEST_CASE("the posterior says which levels are forbidden and why", "[design][crm]")
{
    auto const doses = ladder(6);
    auto const after = [&](std::string const& outcomes) {
        return standard_crm().on(doses).posterior(observed(outcomes, doses)).value();
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
    check_faults_of_design("name: crm, skeleton: [0.1, 0.25]",
                           {"s.yaml:6:", "2 figures for 3 levels", "hint: foresee one P(DLT) for each level"});
    check_faults_of_design("name: crm, skeleton: [0.1, 0.4, 0.3]", {"skeleton must strictly increase: 0.3 comes after 0.4"});
    check_faults_of_design("name: crm, skeleton: [0.1, 0.4, 1.3]", {"must lie"});
    check_faults_of_design("name: crm, skeleton: [0.1, 0.2, 0.3], half_width: 0.05", {"the skeleton is stated already"});
    check_faults_of_design("name: crm, half_width: 0.4", {"the indifference interval 0.3 -+ 0.4 leaves (0, 1)"});
    check_faults_of_design("name: crm, prior_mtd: 4", {"level 4 is not on the ladder"});
    check_faults_of_design("name: crm, prior_sd: 0", {"'prior_sd' must be above 0"});
    check_faults_of_design("name: crm, model: logistic, intercept: -1", {"the model never reaches the target"});
    check_faults_of_design("name: crm, model: logistic, skeleton: [0.1, 0.3, 0.97]", {"0.97 is out of the model's reach"});
    check_faults_of_design("name: crm, initial: [1, 3, 2]", {"the initial stage steps down without a DLT"});
    check_faults_of_design("name: crm, initial: [1, 2, 4]", {"level 4 is not on the ladder"});
    check_faults_of_design("name: crm, initial: [2, 3], start_level: 1", {"the initial stage starts at level 2"});
    check_faults_of_design("name: crm, initial_cohort_size: 1", {"there is no initial stage"});
    check_faults_of_design("name: crm, estimate: mle, restrict: false", {"the likelihood is greatest at the highest level"});
    check_faults_of_design("name: crm, too_toxic_limit: 0.4", {"add too_toxic_certainty"});
}

TEST_CASE("options that two parameters do not have, or that only they have, are told at their place", "[scenario][crm]")
{
    CHECK(faults_of(with_design("name: crm, model: logistic2")).empty());
    CHECK(faults_of(with_design("name: crm, model: logistic2, intercept: -1, intercept_sd: 1, estimate: plug_in")).empty());
    CHECK(faults_of(with_design("name: crm, model: logistic2, skeleton: [0.1, 0.3, 0.97], intercept: -1")).empty());
    check_faults_of_design(
        "name: crm, model: logistic2, estimate: mle",
        {"s.yaml:6:", "the likelihood of two parameters has no maximum before patients with and without a DLT overlap",
         "hint: choose estimate: posterior or plug_in, or a model with one parameter"});
    check_faults_of_design("name: crm, model: logistic2, estimate: quantile, quantile: 0.7",
                           {"s.yaml:6:", "the quantile of P(DLT) follows from that of beta only where beta is the only parameter",
                            "hint: choose estimate: posterior or plug_in"});
    check_faults_of_design("name: crm, intercept_sd: 1", {"s.yaml:6:", "the intercept of model: empiric has no distribution",
                                                          "hint: choose model: logistic2, or leave intercept_sd out"});
    check_faults_of_design("name: crm, model: logistic, intercept_sd: 1",
                           {"the intercept of model: logistic has no distribution"});
    check_faults_of_design("name: crm, model: logistic2, intercept_sd: 0", {"'intercept_sd' must be above 0"});
    check_faults_of_design("name: crm, model: logistic2, target: 0.9, half_width: 0.06",
                           {"s.yaml:6:61:", "the logistic model by which a skeleton is made reaches no P(DLT) above 0.95",
                            "hint: foresee a skeleton, one P(DLT) for each level"});
}

TEST_CASE("what is left out of a CRM stays out of its resolved scenario", "[scenario][crm]")
{
    auto const resolved = resolved_yaml(read(with_design("name: crm, model: logistic2")));
    for (auto const* option : {"intercept", "intercept_sd", "estimate"})
        CHECK_THAT(resolved, !ContainsSubstring(option));
    CHECK_THAT(resolved, ContainsSubstring("model: logistic2"));
}

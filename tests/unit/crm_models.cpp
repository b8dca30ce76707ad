// The working models of the CRM and its design aids: against dfcrm, against adaptive quadrature, and kernel against kernel.
#include "sim/designs/models/crm_model.hpp"
#include "sim/designs/models/one_parameter.hpp"
#include "sim/designs/models/two_stage.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/oracle.hpp"

#include <boost/math/quadrature/gauss_kronrod.hpp>

#include <bit>
#include <cmath>
#include <random>

using namespace escalon;
using namespace escalon::test;

namespace {

using OracleJson = nlohmann::json;

double const usual_prior_sd = std::sqrt(1.34); // O'Quigley & Shen 1996

WorkingModel model_of(OracleJson const& text) { return text == "empiric" ? WorkingModel::empiric : WorkingModel::logistic; }

OneParameterCurves curves_of(OracleJson const& inputs)
{
    return {model_of(inputs["model"]), inputs["prior"].get<std::vector<double>>(), inputs.value("intcpt", 3.0)};
}

/// One figure stands without brackets.
OracleJson as_list(OracleJson const& figures) { return figures.is_array() ? figures : OracleJson::array({figures}); }

std::vector<WeightedTally> data_of(OracleJson const& inputs)
{
    std::vector<WeightedTally> data;
    auto const tox = as_list(inputs["tox"]);
    auto const level = as_list(inputs["level"]);
    for (std::size_t i = 0; i < tox.size(); ++i) {
        bool const dlt = tox[i] == 1;
        data.push_back({.level = level[i].get<std::size_t>() - 1, .patients = 1, .dlts = dlt ? 1.0 : 0.0});
        if (!dlt && inputs.contains("weights"))
            data.back().weight = as_list(inputs["weights"])[i];
        else if (!dlt && inputs.contains("followup"))
            data.back().weight = std::min(1.0, inputs["followup"][i].get<double>() / inputs["obswin"].get<double>());
    }
    return data;
}

OneParameterCurves standard_curves(WorkingModel model = WorkingModel::empiric)
{
    return {model,
            SkeletonCalibration{.half_width = 0.06, .target = 0.25, .prior_mtd = 4, .levels = 6, .model = model}.skeleton()};
}

/// E[f(beta)] by adaptive quadrature of likelihood and prior, in pieces.
template <class Function>
double expectation(OneParameterCurves const& curves, double prior_sd, std::vector<WeightedTally> const& data, Function const& f,
                   double to = std::numeric_limits<double>::infinity())
{
    auto const log_posterior = [&](double beta) {
        double sum = -0.5 * beta * beta / (prior_sd * prior_sd);
        for (auto const& tally : data)
            sum += tally.dlts * curves.log_probability(tally.level, beta) +
                   (tally.patients - tally.dlts) * curves.log_complement(tally.level, beta);
        return sum;
    };
    double const reach = 9 * prior_sd + 5; // data may lead far away
    double const piece = prior_sd / 8;
    double highest = -1e300;
    for (double beta = -reach; beta < reach; beta += prior_sd / 100)
        highest = std::max(highest, log_posterior(beta));
    using Quadrature = boost::math::quadrature::gauss_kronrod<double, 31>;
    double above = 0;
    double below = 0;
    for (double beta = -reach; beta < reach; beta += piece) {
        below += Quadrature::integrate([&](double b) { return std::exp(log_posterior(b) - highest); }, beta, beta + piece, 5,
                                       1e-12);
        double const end = std::min(beta + piece, to);
        if (end > beta)
            above += Quadrature::integrate([&](double b) { return f(b) * std::exp(log_posterior(b) - highest); }, beta, end, 5,
                                           1e-12);
    }
    return above / below;
}

DoseLadder ladder_of(std::size_t levels)
{
    std::vector<double> doses;
    for (std::size_t level = 1; level <= levels; ++level)
        doses.push_back(static_cast<double>(level));
    return {DoseUnit::mg, doses};
}

Observed observed_of(std::vector<WeightedTally> const& data, std::size_t levels)
{
    Observed observed{ladder_of(levels)};
    for (auto const& tally : data)
        observed.record(
            {DoseLevel{static_cast<int>(tally.level)}, static_cast<int>(tally.patients), static_cast<int>(tally.dlts)});
    return observed;
}

/// Tallies of so many patients in all, of any shape.
std::vector<WeightedTally> random_tallies(std::mt19937& random, std::size_t levels, int patients)
{
    std::vector<WeightedTally> data(levels);
    for (std::size_t level = 0; level < levels; ++level)
        data[level].level = level;
    auto const spread = 1 + random() % levels;
    auto const from = random() % (levels - spread + 1);
    auto const rarity = 1 + random() % 8;
    for (int patient = 0; patient < patients; ++patient) {
        auto& tally = data[from + random() % spread];
        tally.patients += 1;
        tally.dlts += random() % rarity == 0 ? 1 : 0;
    }
    std::erase_if(data, [](auto const& tally) { return tally.patients == 0; });
    return data;
}

std::vector<double> const six_level_skeleton{0.05, 0.12, 0.25, 0.40, 0.55, 0.68};
constexpr BivariateNormal alpha_and_beta{{0, 0}, {2, 1}, 0};

TwoParameterCrm two_parameters(CrmEstimate estimate, BivariateNormal const& prior = alpha_and_beta)
{
    return {logistic_through(six_level_skeleton, prior), 36, {.target = 0.25, .estimate = estimate}};
}

/// Integrals over the plane of alpha and beta that are taken together.
struct Integrals {
    double mass = 0;
    std::array<double, 2> parameters{};
    std::array<double, 6> rates{};

    Integrals(double all = 0) : mass{all}, parameters{all, all} { rates.fill(all); }

    Integrals& operator+=(Integrals const& other)
    {
        mass += other.mass;
        for (std::size_t i = 0; i < parameters.size(); ++i)
            parameters[i] += other.parameters[i];
        for (std::size_t i = 0; i < rates.size(); ++i)
            rates[i] += other.rates[i];
        return *this;
    }
    Integrals& operator*=(double factor)
    {
        mass *= factor;
        for (double& parameter : parameters)
            parameter *= factor;
        for (double& rate : rates)
            rate *= factor;
        return *this;
    }
    friend Integrals operator+(Integrals left, Integrals const& right) { return left += right; }
    friend Integrals operator-(Integrals left, Integrals right) { return left += (right *= -1); }
    friend Integrals operator-(Integrals integrals) { return integrals *= -1; }
    friend Integrals operator*(Integrals integrals, double factor) { return integrals *= factor; }
    friend Integrals operator*(double factor, Integrals integrals) { return integrals *= factor; }
    /// The largest, by which the adaptive rule judges its error.
    friend double abs(Integrals const& integrals)
    {
        double largest = std::abs(integrals.mass);
        for (double const parameter : integrals.parameters)
            largest = std::max(largest, std::abs(parameter));
        for (double const rate : integrals.rates)
            largest = std::max(largest, std::abs(rate));
        return largest;
    }
};

double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

/// logit p = alpha + exp(beta) (logit(skeleton) - mean of alpha), by adaptive quadrature over the plane.
Integrals plane(BivariateNormal const& prior, std::vector<WeightedTally> const& data)
{
    std::array<double, 6> scaled_doses{};
    for (std::size_t level = 0; level < scaled_doses.size(); ++level)
        scaled_doses[level] = std::log(six_level_skeleton[level] / (1 - six_level_skeleton[level])) - prior.mean[0];
    auto const at = [&](double alpha, double beta) {
        Integrals found{1};
        double log_density = -0.5 * std::pow((alpha - prior.mean[0]) / prior.sd[0], 2) - 0.5 * std::pow(beta / prior.sd[1], 2);
        for (std::size_t level = 0; level < scaled_doses.size(); ++level)
            found.rates[level] = 1 / (1 + std::exp(-alpha - std::exp(beta) * scaled_doses[level]));
        for (auto const& tally : data) {
            double const logit = alpha + std::exp(beta) * scaled_doses[tally.level];
            log_density -= tally.dlts * softplus(-logit) + (tally.patients - tally.dlts) * softplus(logit);
        }
        found.parameters = {alpha, beta};
        return found * std::exp(log_density);
    };
    using Quadrature = boost::math::quadrature::gauss_kronrod<double, 21>;
    constexpr double reach = 9; // SDs of the prior
    constexpr int pieces = 24;  // the rule must see every peak
    constexpr double tolerance = 1e-9;
    auto const by_pieces = [](double middle, double sd, auto const& function) {
        Integrals sum;
        for (int piece = 0; piece < pieces; ++piece) {
            double const from = middle + sd * reach * (2.0 * piece / pieces - 1);
            sum += Quadrature::integrate(function, from, from + 2 * sd * reach / pieces, 3, tolerance);
        }
        return sum;
    };
    auto const found = by_pieces(0, prior.sd[1], [&](double beta) {
        return by_pieces(prior.mean[0], prior.sd[0], [&](double alpha) { return at(alpha, beta); });
    });
    return found * (1 / found.mass);
}

} // namespace

TEST_CASE("skeletons from indifference intervals equal dfcrm's", "[oracle][crm]")
{
    auto const file = oracle("dfcrm_getprior.json");
    for (auto const& peer : file["results"]) {
        SkeletonCalibration const calibration{.half_width = peer["halfwidth"],
                                              .target = peer["target"],
                                              .prior_mtd = peer["nu"],
                                              .levels = peer["nlevel"],
                                              .model = model_of(peer["model"])};
        INFO(peer.dump());
        REQUIRE(calibration.faults().empty());
        auto const ours = calibration.skeleton();
        REQUIRE(ours.size() == peer["skeleton"].size());
        for (std::size_t level = 0; level < ours.size(); ++level)
            CHECK_THAT(ours[level], WithinRel(peer["skeleton"][level].get<double>(), 1e-9)); // printed to 11 digits
    }
    CHECK(file["results"].size() > 100);
}

TEST_CASE("under a calibrated skeleton every level is the MTD on the indifference interval", "[crm]")
{
    for (auto const model : {WorkingModel::empiric, WorkingModel::logistic}) {
        auto const sensitivity = model_sensitivity(standard_curves(model), 0.25);
        for (std::size_t level = 0; level < sensitivity.size(); ++level) {
            if (level > 0)
                CHECK_THAT(*sensitivity[level].low, WithinAbs(0.19, 1e-12)); // 0.25 - 0.06
            if (level + 1 < sensitivity.size())
                CHECK_THAT(*sensitivity[level].high, WithinAbs(0.31, 1e-12));
        }
    }
}

TEST_CASE("design aids equal dfcrm's", "[oracle][crm]")
{
    auto const file = oracle("dfcrm_design_aids.json");
    int rows = 0;
    for (auto const& peer : file["results"]) {
        INFO(peer.dump());
        if (peer["fun"] == "getn") {
            SampleSizeQuestion const question{peer["apcs"], peer["target"], peer["nlevel"], peer["psi"]};
            CHECK(sample_size_for(question).patients == peer["n"]);
        } else if (peer["fun"] == "crmsens") {
            auto const ours = model_sensitivity(curves_of(peer), peer["target"]);
            constexpr double their_search = 1e-5; // stops when two P(DLT) sum to twice the target within 1e-6
            for (std::size_t level = 0; level < ours.size(); ++level) {
                CHECK_THAT(ours[level].beta_from, WithinAbs(peer["Hset"][level][0].get<double>(), their_search));
                CHECK_THAT(ours[level].beta_to, WithinAbs(peer["Hset"][level][1].get<double>(), their_search));
                CHECK(ours[level].low.has_value() == !peer["iint"][level][0].is_null());
                CHECK(ours[level].high.has_value() == !peer["iint"][level][1].is_null());
                if (ours[level].low)
                    CHECK_THAT(*ours[level].low, WithinAbs(peer["iint"][level][0].get<double>(), their_search));
                if (ours[level].high)
                    CHECK_THAT(*ours[level].high, WithinAbs(peer["iint"][level][1].get<double>(), their_search));
            }
        } else {
            TwoStageCrm design{{WorkingModel::empiric, peer["prior"].get<std::vector<double>>()}, usual_prior_sd, {}};
            design.question.target = peer["target"];
            if (peer.value("method", "bayes") == "mle")
                design.question.estimate = CrmEstimate::mle;
            std::vector<std::size_t> levels;
            for (int const number : peer["x0"])
                levels.push_back(static_cast<std::size_t>(number - 1));
            if (peer["fun"] == "cohere")
                CHECK(incoherent_after(design, levels).empty() == (peer["value"] == "Coherent"));
            else
                CHECK(coherent_initial_design(design, peer["n"], peer["nK"]) == levels);
        }
        ++rows;
    }
    CHECK(rows >= 26);
}

TEST_CASE("the documentation's coherent initial design is coherent at a target of 20 %, and not at 30 %", "[published][crm]")
{
    // dfcrm, cohere.Rd
    std::vector<std::size_t> levels;
    for (std::size_t level = 0; level < 6; ++level)
        levels.insert(levels.end(), level == 5 ? 9 : 3, level);
    TwoStageCrm design{{WorkingModel::empiric, {0.05, 0.10, 0.20, 0.35, 0.50, 0.70}}, usual_prior_sd, {.target = 0.20}};
    CHECK(incoherent_after(design, levels).empty());
    design.question.target = 0.30;
    CHECK_FALSE(incoherent_after(design, levels).empty());
}

TEST_CASE("fits equal dfcrm's, complete and weighted", "[oracle][crm]")
{
    auto const file = oracle("dfcrm_fits.json");
    int rows = 0;
    for (auto const& peer : file["results"]) {
        auto const& inputs = peer["inputs"];
        if (inputs.value("scheme", "linear") == "adaptive")
            continue; // weights by the times of the DLTs
        INFO(peer.dump());
        auto const curves = curves_of(inputs);
        auto const data = data_of(inputs);
        OneParameterPosterior const posterior{curves, inputs.value("scale", usual_prior_sd), data};
        bool const mle = inputs.value("method", "bayes") == "mle";
        double const estimate = mle ? maximum_likelihood(curves, data) : posterior.mean();
        double const tolerance = mle ? 1e-4 : 1e-5; // of their optimiser; of their quadrature
        CHECK_THAT(estimate, WithinAbs(peer["estimate"].get<double>(), tolerance));
        if (!mle)
            CHECK_THAT(posterior.variance(), WithinRel(peer["post_var"].get<double>(), 1e-4));
        for (std::size_t level = 0; level < curves.levels(); ++level)
            CHECK_THAT(curves.probability(level, estimate),
                       WithinAbs(peer["ptox"][level].get<double>(), 0.3 * tolerance)); // times the slope of P(DLT)
        ++rows;
    }
    CHECK(rows >= 60);
}

TEST_CASE("posteriors equal adaptive quadrature, from no patient to a thousand", "[crm]")
{
    std::mt19937 random{11};
    for (auto const model : {WorkingModel::empiric, WorkingModel::logistic})
        for (double const prior_sd : {0.3, usual_prior_sd, 2.0})
            for (int const patients : {0, 1, 6, 36, 200, 1000})
                for (int draw = 0; draw < 3; ++draw) {
                    auto const curves = standard_curves(model);
                    auto const data = random_tallies(random, curves.levels(), patients);
                    OneParameterPosterior const posterior{curves, prior_sd, data};
                    INFO(static_cast<int>(model) << ", sd " << prior_sd << ", " << patients << " patients, draw " << draw);
                    CHECK_THAT(posterior.mean(),
                               WithinAbs(expectation(curves, prior_sd, data, [](double b) { return b; }), 1e-8));
                    for (std::size_t const level : {0UL, 5UL}) {
                        auto const p = [&](double beta) { return curves.probability(level, beta); };
                        CHECK_THAT(posterior.toxicity(level).mean, WithinAbs(expectation(curves, prior_sd, data, p), 1e-8));
                    }
                    double const quartile = posterior.quantile(0.25);
                    CHECK_THAT(expectation(
                                   curves, prior_sd, data, [](double) { return 1.0; }, quartile),
                               WithinAbs(0.25, 1e-7));
                }
}

TEST_CASE("the nodes of the fast fits give the mean of beta to 1e-8", "[crm]")
{
    std::mt19937 random{7};
    for (auto const model : {WorkingModel::empiric, WorkingModel::logistic})
        for (int const patients : {12, 36, 60}) {
            auto const curves = standard_curves(model);
            BetaNodes const nodes{curves, usual_prior_sd, patients, Resolution::means};
            CHECK(nodes.size() < 96);
            for (int draw = 0; draw < 100; ++draw) {
                auto const data = random_tallies(random, curves.levels(), patients);
                double total = 0;
                double first = 0;
                for (std::size_t node = 0; node < nodes.size(); ++node) {
                    double mass = nodes.prior()[node / node_lanes].lane[node % node_lanes];
                    for (auto const& tally : data)
                        mass *= std::exp(tally.dlts * curves.log_probability(tally.level, nodes.beta(node)) +
                                         (tally.patients - tally.dlts) * curves.log_complement(tally.level, nodes.beta(node)));
                    total += mass;
                    first += mass * nodes.beta(node);
                }
                INFO(static_cast<int>(model) << ", " << patients << " patients, draw " << draw);
                CHECK_THAT(first / total, WithinAbs(OneParameterPosterior(curves, usual_prior_sd, data).mean(), 2e-8));
            }
        }
}

TEST_CASE("the fast fits answer as posteriors of their own do", "[crm]")
{
    std::mt19937 random{5};
    for (auto const model : {WorkingModel::empiric, WorkingModel::logistic})
        for (auto const estimate : {CrmEstimate::plug_in, CrmEstimate::posterior, CrmEstimate::quantile, CrmEstimate::mle})
            for (int const most : {12, 36, 200}) {
                auto const curves = standard_curves(model);
                OneParameterFits const fits{
                    curves,
                    usual_prior_sd,
                    most,
                    {.target = 0.25, .estimate = estimate, .quantile = 0.4, .too_toxic = LevelQuestion::TooToxic{0.3, 0.6}}};
                for (int draw = 0; draw < 200; ++draw) {
                    auto const data = random_tallies(random, curves.levels(), 1 + static_cast<int>(random() % 250) % most);
                    auto const fast = fits.answer(observed_of(data, curves.levels()));
                    auto const slow = fits.answer(data);
                    INFO("draw " << draw << " of " << most);
                    CHECK(fast.nearest == slow.nearest);
                    CHECK(fast.too_toxic == slow.too_toxic);
                }
            }
}

TEST_CASE("where every or no patient had a DLT the likelihood names the lowest or the highest level", "[crm]")
{
    auto const curves = standard_curves();
    OneParameterFits const fits{curves, usual_prior_sd, 36, {.target = 0.25, .estimate = CrmEstimate::mle}};
    std::vector<WeightedTally> const all{{.level = 2, .patients = 3, .dlts = 3}};
    std::vector<WeightedTally> const none{{.level = 2, .patients = 3, .dlts = 0}};
    CHECK(maximum_likelihood(curves, all) == -std::numeric_limits<double>::infinity());
    CHECK(maximum_likelihood(curves, none) == std::numeric_limits<double>::infinity());
    CHECK(fits.answer(observed_of(all, 6)).nearest == 0);
    CHECK(fits.answer(observed_of(none, 6)).nearest == 5);
    CHECK(curves.probability(0, maximum_likelihood(curves, all)) == 1);
    CHECK(curves.probability(5, maximum_likelihood(curves, none)) == 0);
}

TEST_CASE("posteriors of two parameters equal adaptive quadrature, from no patient to none or all with a DLT", "[crm]")
{
    std::vector<std::vector<WeightedTally>> const trials{
        {},
        {{.level = 0, .patients = 3}, {.level = 1, .patients = 3}, {.level = 2, .patients = 6, .dlts = 1}},
        {{.level = 0, .patients = 15, .dlts = 15}},
        {{.level = 5, .patients = 21}},
        {{.level = 2, .patients = 18, .dlts = 3}, {.level = 3, .patients = 18, .dlts = 9}}};
    for (auto const& prior : {alpha_and_beta, BivariateNormal{{1, 0}, {1.2, 0.7}, 0}})
        for (std::size_t trial = 0; trial < trials.size(); ++trial) {
            auto const expected = plane(prior, trials[trial]);
            auto const seen = observed_of(trials[trial], six_level_skeleton.size());
            auto const means = two_parameters(CrmEstimate::posterior, prior).estimates(seen);
            auto const plug_in = two_parameters(CrmEstimate::plug_in, prior).estimates(seen);
            auto const shown = two_parameters(CrmEstimate::plug_in, prior).posterior(seen);
            TwoParameterFits const fits{logistic_through(six_level_skeleton, prior), {}, 36};
            auto fit = fits.fit(seen);
            INFO("prior mean of alpha " << prior.mean[0] << ", trial " << trial);
            for (std::size_t i = 0; i < 2; ++i) {
                CHECK_THAT(fit.parameter_mean()[i], WithinAbs(expected.parameters[i], TwoParameterFits::error));
                CHECK_THAT(shown.parameters[i].mean, WithinAbs(expected.parameters[i], 1e-7)); // of the adaptive rule
            }
            CHECK(fit.quick());
            for (std::size_t level = 0; level < means.size(); ++level) {
                double const scaled_dose = std::log(six_level_skeleton[level] / (1 - six_level_skeleton[level])) - prior.mean[0];
                double const at_means = 1 /
                                        (1 + std::exp(-expected.parameters[0] - std::exp(expected.parameters[1]) * scaled_dose));
                CHECK_THAT(means[level], WithinAbs(expected.rates[level], TwoParameterFits::error));
                CHECK_THAT(shown.levels[level].mean, WithinAbs(expected.rates[level], 1e-7));
                CHECK_THAT(plug_in[level], WithinAbs(at_means, TwoParameterFits::error));
                CHECK_THAT(shown.levels[level].estimate, WithinAbs(at_means, 1e-7));
            }
        }
}

TEST_CASE("before data the means of two parameters are the prior's, and the curve meets the skeleton there", "[crm]")
{
    for (double const alpha : {0.0, 3.0, -1.5}) {
        auto const prior = two_parameters(CrmEstimate::plug_in, {{alpha, 0}, {2, 1}, 0}).posterior(observed_of({}, 6));
        CHECK(prior.parameters[0].name == "alpha");
        CHECK_THAT(prior.parameters[0].mean, WithinAbs(alpha, 1e-9));
        CHECK_THAT(prior.parameters[0].sd, WithinAbs(2, 1e-9));
        CHECK(prior.parameters[1].name == "beta");
        CHECK_THAT(prior.parameters[1].mean, WithinAbs(0, 1e-9));
        CHECK_THAT(prior.parameters[1].sd, WithinAbs(1, 1e-9));
        for (std::size_t level = 0; level < six_level_skeleton.size(); ++level)
            CHECK_THAT(prior.levels[level].estimate, WithinAbs(six_level_skeleton[level], 1e-9));
    }
}

TEST_CASE("two parameters name the level nearest the target, and the lowest too toxic, as their posterior has it", "[crm]")
{
    std::mt19937 random{17};
    constexpr LevelQuestion::TooToxic rule{0.3, 0.6};
    constexpr double target = 0.25;
    constexpr double close_call = 1e-5; // fits are right to 1e-6
    auto const model = logistic_through(six_level_skeleton, alpha_and_beta);
    std::array<int, 6> named{};
    int too_toxic = 0;
    for (auto const estimate : {CrmEstimate::plug_in, CrmEstimate::posterior}) {
        TwoParameterCrm const crm{model, 36, {.target = target, .estimate = estimate, .too_toxic = rule}};
        for (int draw = 0; draw < 40; ++draw) {
            auto const seen = observed_of(random_tallies(random, 6, 1 + static_cast<int>(random() % 45)), 6);
            TwoParameterPosterior const posterior{model, seen};
            std::vector<double> distances;
            for (std::size_t level = 0; level < named.size(); ++level) {
                auto const [alpha, beta] = posterior.parameter_mean();
                double const plug_in = 1 / (1 + std::exp(-alpha - std::exp(beta) * model.covariates[level]));
                distances.push_back(std::abs(
                    (estimate == CrmEstimate::plug_in ? plug_in : posterior.mean(DoseLevel{static_cast<int>(level)})) - target));
            }
            auto const answer = crm.answer(seen);
            INFO("draw " << draw);
            CHECK(distances[answer.nearest] <= *std::ranges::min_element(distances) + close_call);
            double const above = 1 - posterior.below(DoseLevel{0}, rule.limit);
            CHECK_THAT(crm.lowest_too_toxic(seen), WithinAbs(above, TwoParameterFits::error));
            if (std::abs(above - rule.certainty) > close_call)
                CHECK(answer.too_toxic == (above > rule.certainty));
            ++named[answer.nearest];
            too_toxic += answer.too_toxic ? 1 : 0;
        }
    }
    CHECK(std::ranges::all_of(named, [](int times) { return times > 0; }));
    CHECK(too_toxic > 0);
}

TEST_CASE("with one parameter and with two, a target midway between two estimates parts the lower level from the upper", "[crm]")
{
    std::vector<double> const skeleton{0.2, 0.4, 0.6}; // before data the plug-in estimates
    for (auto const& [target, nearest] :
         {std::pair{0.05, 0UL}, {0.299999, 0UL}, {0.300001, 1UL}, {0.499999, 1UL}, {0.500001, 2UL}, {0.9, 2UL}}) {
        LevelQuestion const question{.target = target};
        TwoParameterCrm const two{logistic_through(skeleton, alpha_and_beta), 36, question};
        OneParameterFits const one{{WorkingModel::logistic, skeleton}, usual_prior_sd, 36, question};
        INFO("target " << target);
        CHECK(two.answer(observed_of({}, 3)).nearest == nearest);
        CHECK(one.answer(observed_of({}, 3)).nearest == nearest);
    }
}

TEST_CASE("two parameters have no estimate by likelihood or quantile, and no curve of one", "[crm]")
{
    CHECK_THROWS_AS(two_parameters(CrmEstimate::mle), std::invalid_argument);
    CHECK_THROWS_AS(two_parameters(CrmEstimate::quantile), std::invalid_argument);
    CHECK_THROWS_AS((OneParameterCurves{WorkingModel::logistic2, six_level_skeleton}), std::invalid_argument);
    SkeletonCalibration const calibration{
        .half_width = 0.06, .target = 0.25, .prior_mtd = 3, .levels = 5, .model = WorkingModel::logistic2};
    REQUIRE(calibration.faults().size() == 1);
    CHECK(calibration.faults().front().field == "model");
    CHECK_THROWS_AS(calibration.skeleton(), std::invalid_argument);
}

TEST_CASE("every kernel gives the same bits", "[crm]")
{
    std::mt19937 random{3};
    constexpr std::size_t blocks = 9;
    std::vector<NodeBlock> figures(blocks * 8);
    for (auto& block : figures)
        for (double& value : block.lane)
            value = std::ldexp(static_cast<double>(random()), -32 - static_cast<int>(random() % 40));
    std::vector<NodeRow> rows;
    for (std::size_t row = 0; row < 7; ++row)
        rows.push_back(&figures[row * blocks]);
    auto const* weights = &figures[7 * blocks];
    auto const kernels = node_kernels();
    REQUIRE(std::string{kernels.back().name} == "portable");
    std::vector<NodeBlock> expected(blocks);
    auto const sums = kernels.back().multiply(rows.data(), rows.size(), weights, expected.data(), blocks);
    CHECK(sums.total > 0);
    for (auto const& kernel : kernels) {
        INFO(kernel.name);
        std::vector<NodeBlock> product(blocks);
        auto const found = kernel.multiply(rows.data(), rows.size(), weights, product.data(), blocks);
        CHECK(std::bit_cast<std::uint64_t>(found.total) == std::bit_cast<std::uint64_t>(sums.total));
        CHECK(std::bit_cast<std::uint64_t>(found.first) == std::bit_cast<std::uint64_t>(sums.first));
        CHECK(kernel.dot(product.data(), weights, blocks) == sums.first);
        for (std::size_t block = 0; block < blocks; ++block)
            CHECK(product[block].lane == expected[block].lane);
    }
}

TEST_CASE("a skeleton and a target that do not fit a model are told", "[crm]")
{
    auto const fields = [](SkeletonCalibration const& calibration) {
        std::string all;
        for (auto const& fault : calibration.faults())
            all += fault.field + " ";
        return all;
    };
    CHECK(fields({.half_width = 0.06, .target = 0.25, .prior_mtd = 3, .levels = 5}).empty());
    CHECK(fields({.half_width = 0.25, .target = 0.25, .prior_mtd = 3, .levels = 5}) == "half_width ");
    CHECK(fields({.half_width = 0.06, .target = 0.25, .prior_mtd = 6, .levels = 5}) == "prior_mtd ");
    CHECK(fields({.half_width = 0.06,
                  .target = 0.25,
                  .prior_mtd = 3,
                  .levels = 5,
                  .model = WorkingModel::logistic,
                  .intercept = -1}) == "intercept ");
    CHECK_THROWS_AS((OneParameterCurves{WorkingModel::empiric, {0.2, 0.2}}), std::invalid_argument);
    CHECK_THROWS_AS((OneParameterCurves{WorkingModel::logistic, {0.2, 0.5}, 0.0}), std::invalid_argument);
}

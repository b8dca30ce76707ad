#include "sim/designs/models/two_parameter_fits.hpp"

#include "sim/designs/models/logistic.hpp"
#include "sim/designs/models/row_interpolation.hpp"
#include "sim/designs/models/two_parameter_lanes.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

namespace escalon {

using namespace two_parameter;

#ifdef ESCALON_X86_KERNELS
namespace two_parameter {
Kernel avx2_kernel();
Kernel avx512_kernel();
} // namespace two_parameter
#endif

namespace {

std::vector<Kernel> kernels()
{
    std::vector<Kernel> known;
#ifdef ESCALON_X86_KERNELS
    if (__builtin_cpu_supports("avx512f"))
        known.push_back(avx512_kernel());
    if (__builtin_cpu_supports("avx2"))
        known.push_back(avx2_kernel());
#endif
    known.push_back({"portable", &two_parameter::fit, &two_parameter::below, &two_parameter::moments});
    return known;
}

/// The least SD that log_alpha can have, given log_beta, after so many patients: each brings at most a quarter.
double least_sd(double prior_sd, double patients)
{
    constexpr double most_information = 0.25;
    return 1 / std::sqrt(1 / (prior_sd * prior_sd) + most_information * patients);
}

using RowSums = std::array<double, row_classes>;

double sum(RowSums const& sums) { return (sums[0] + sums[2]) + (sums[1] + sums[3]); }

/// What every fourth row alone would make of the sum, and what every other row would.
double apart_by_fourths(RowSums const& sums) { return std::abs(sums[0] - sums[2]) + std::abs(sums[1] - sums[3]); }
double apart_by_halves(RowSums const& sums) { return std::abs((sums[0] + sums[2]) - (sums[1] + sums[3])); }

/// Whether the rows suffice for sums whose share of the total is wanted. The error of every other row is at least as small as
/// the square of that of every fourth row, and the error of all rows as the square of that again.
bool enough_rows(RowSums const& sums, double total)
{
    constexpr double of_fourth_rows = 0.015; // its fourth power is 5e-8
    constexpr double of_other_rows = 1e-4;
    return apart_by_fourths(sums) <= of_fourth_rows * total && apart_by_halves(sums) <= of_other_rows * total;
}

} // namespace

std::span<Kernel const> two_parameter_kernels()
{
    static auto const known = kernels();
    return known;
}

TwoParameterFits::Nodes::Nodes(TwoParameterModel const& model, BivariateNormal const& prior, std::vector<double> const& cuts,
                               double patients, Fineness const& fineness)
    : patients_{patients}, fineness_{fineness}, cuts_{static_cast<int>(cuts.size())}
{
    double farthest = 0;
    for (double const covariate : model.covariates)
        farthest = std::max(farthest, std::abs(covariate));
    constexpr double steepest_logit = 1e6; // beyond it softplus would cancel
    lay(prior, farthest > 0 ? std::log(steepest_logit / farthest) : 0);
    tabulate_softplus(model.covariates);
    tabulate_shares(model.covariates, cuts);
}

void TwoParameterFits::Nodes::lay(BivariateNormal const& prior, double steepest)
{
    constexpr double reach = 8.5;       // SDs: the data may pull by three of them before it counts
    constexpr double steps_in_sd = 2.2; // of the narrowest posterior, along both parameters
    constexpr double more_rows = 1.1;   // along log_beta
    constexpr double rows_in_sd = 3;    // of the prior
    double const conditional_sd = prior.sd[0] * std::sqrt((1 - prior.corr) * (1 + prior.corr));
    double const narrow = least_sd(conditional_sd, patients_) / steps_in_sd;

    double const low = prior.mean[1] - reach * prior.sd[1];
    double const high = std::max(std::min(prior.mean[1] + reach * prior.sd[1], steepest), low + prior.sd[1]);
    double const widest_row_step = std::min(narrow / fineness_.rows / more_rows, prior.sd[1] / rows_in_sd / fineness_.rows);
    auto const intervals = std::clamp(std::ceil((high - low) / widest_row_step), 8.0, most_rows - 1.0);
    coarse_rows_ = static_cast<int>(std::ceil(intervals / coarse_rows_apart)) + 1;
    rows_ = (coarse_rows_ - 1) * coarse_rows_apart + 1;
    step_[1] = (high - low) / (rows_ - 1);

    double const width = 2 * reach * conditional_sd;
    constexpr double widest_step = 0.8; // the logistic function has its poles pi away from the reals
    blocks_ = std::clamp(static_cast<int>(std::ceil(width / std::min(narrow / fineness_.nodes, widest_step) / lanes)), 2,
                         most_blocks);
    step_[0] = width / (blocks_ * lanes);
    edges_ = (blocks_ / lanes + 1) * lanes;

    for (int i = 0; i < blocks_ * lanes; ++i) {
        double const from_mean = (i + 0.5) * step_[0] - width / 2;
        double const u = from_mean / conditional_sd;
        node_.push_back(from_mean);
        log_prior_node_.push_back(-0.5 * u * u);
    }
    constexpr double nothing = -1e300;
    for (int i = 0; i < edges_; ++i) {
        double const from_mean = i <= blocks_ ? i * lanes * step_[0] - width / 2 : 0;
        double const u = from_mean / conditional_sd;
        edge_.push_back(from_mean);
        log_prior_edge_.push_back(i <= blocks_ ? -0.5 * u * u : nothing);
    }
    for (int row = 0; row < rows_; ++row) {
        double const log_beta = low + row * step_[1];
        double const z = (log_beta - prior.mean[1]) / prior.sd[1];
        shift_.push_back(prior.mean[0] + prior.corr * prior.sd[0] * z);
        slope_.push_back(std::exp(log_beta));
        log_prior_row_.push_back(-0.5 * z * z - std::log(2 * std::numbers::pi * prior.sd[1] * conditional_sd));
    }
}

void TwoParameterFits::Nodes::tabulate_softplus(std::vector<double> const& covariates)
{
    softplus_.reserve(covariates.size() * static_cast<std::size_t>(rows_) * node_.size());
    for (double const covariate : covariates) {
        for (std::size_t row = 0; row < shift_.size(); ++row)
            for (double const node : node_)
                softplus_.push_back(softplus(node + (shift_[row] + slope_[row] * covariate)));
        for (std::size_t row = 0; row < shift_.size(); row += coarse_rows_apart)
            for (double const edge : edge_)
                softplus_edge_.push_back(softplus(edge + (shift_[row] + slope_[row] * covariate)));
    }
}

void TwoParameterFits::Nodes::tabulate_shares(std::vector<double> const& covariates, std::vector<double> const& cuts)
{
    constexpr int first_tap = 1 - interpolation_taps / 2;
    int const nodes = blocks_ * lanes;
    for (double const covariate : covariates)
        for (double const cut : cuts)
            for (std::size_t row = 0; row < shift_.size(); ++row) {
                double const threshold = logit(cut) - slope_[row] * covariate - shift_[row];
                double const place = std::clamp((threshold - node_.front()) / step_[0], -2.0 * interpolation_taps,
                                                nodes + 2.0 * interpolation_taps);
                double const node = std::floor(place);
                int const first = static_cast<int>(node) + first_tap;
                std::array<double, window_blocks * lanes> row_shares{};
                if (first + interpolation_taps <= 0) {
                    window_.push_back(-window_blocks);
                } else if (first >= nodes) {
                    window_.push_back(static_cast<std::int16_t>(blocks_));
                } else {
                    int const block = static_cast<int>(std::floor(static_cast<double>(first) / lanes));
                    auto const shares = shares_below(place - node);
                    for (int tap = 0; tap < window_blocks * lanes; ++tap) {
                        int const own = block * lanes + tap - first;
                        row_shares[static_cast<std::size_t>(tap)] = own < 0 ? 1
                                                                    : own < interpolation_taps
                                                                        ? shares[static_cast<std::size_t>(own)]
                                                                        : 0;
                    }
                    window_.push_back(static_cast<std::int16_t>(block));
                }
                shares_.insert(shares_.end(), row_shares.begin(), row_shares.end());
            }
}

Grid TwoParameterFits::Nodes::grid() const
{
    return {.rows = rows_,
            .blocks = blocks_,
            .coarse_rows = coarse_rows_,
            .edges = edges_,
            .cuts = cuts_,
            .depth = fineness_.depth,
            .negligible = fineness_.negligible,
            .node = node_.data(),
            .log_prior_node = log_prior_node_.data(),
            .shift = shift_.data(),
            .slope = slope_.data(),
            .log_prior_row = log_prior_row_.data(),
            .softplus = softplus_.data(),
            .edge = edge_.data(),
            .log_prior_edge = log_prior_edge_.data(),
            .softplus_edge = softplus_edge_.data(),
            .window = window_.data(),
            .shares = shares_.data()};
}

TwoParameterFits::TwoParameterFits(TwoParameterModel model, std::vector<double> cuts, int patients)
    : model_{std::move(model)}, cuts_{std::move(cuts)}
{
    auto const add = [&](Sets& sets, double limit, Fineness const& fineness) {
        sets.emplace_back();
        for (auto const& component : model_.prior)
            sets.back().emplace_back(model_, component.normal, cuts_, limit, fineness);
    };
    constexpr Fineness usually{};
    constexpr Fineness finer{.nodes = 1.6, .rows = 1.6};
    constexpr Fineness at_a_glance{.nodes = 0.55, .rows = 0.5, .depth = 12, .negligible = 1e-5};
    constexpr int few = 3;
    constexpr int usual = 36; // a record may stray beyond a small sample size
    int const most = std::max(patients, usual);
    for (int limit = few; limit < most; limit *= 2) {
        add(nodes_, limit, usually);
        add(few_, limit, at_a_glance);
    }
    add(nodes_, most, usually);
    add(nodes_, most, finer);
    add(few_, most, at_a_glance);
}

TwoParameterFits::Fit TwoParameterFits::fit(Observed const& observed) const
{
    return fit(observed, two_parameter_kernels().front());
}

TwoParameterFits::Fit TwoParameterFits::fit(Observed const& observed, Kernel const& kernel) const
{
    return {*this, observed, kernel, made_for(observed, nodes_)};
}

TwoParameterFits::Glance TwoParameterFits::glance(Observed const& observed) const
{
    return glance(observed, two_parameter_kernels().front());
}

TwoParameterFits::Glance TwoParameterFits::glance(Observed const& observed, Kernel const& kernel) const
{
    return {*this, observed, kernel, made_for(observed, few_)};
}

std::size_t TwoParameterFits::made_for(Observed const& observed, Sets const& sets)
{
    // the likelihood's information is the sum of n p (1 - p), which few DLTs or few patients keep small
    constexpr double patients_of_a_dlt = 4;
    auto const& total = observed.total();
    double const telling = std::min<double>(total.patients, patients_of_a_dlt * (total.dlts + 1));
    std::size_t first = 0;
    while (first + 1 < sets.size() && sets[first].front().patients() < telling)
        ++first;
    return first;
}

TwoParameterFits::Fit::Fit(TwoParameterFits const& fits, Observed const& observed, Kernel const& kernel, std::size_t first)
    : fits_{fits}, observed_{observed}, kernel_{kernel}, used_{first}
{
    constexpr double roughest = 4e-3; // three nodes in four left out; of all of them the error is below 1e-7
    while (has_nodes() && !(fit_components(fits.nodes_[used_], roughest) && enough_rows(totals_, total_)))
        ++used_;
}

/// Whether the nodes hold the posterior, and are no farther apart than the roughness allows.
bool TwoParameterFits::Fit::fit_components(std::vector<Nodes> const& nodes, double roughest)
{
    auto const components = nodes.size();
    if (components > most_components)
        return false;
    Outcomes seen;
    for (DoseLevel level{0}; observed_.ladder().has(level); level = level.above()) {
        auto const& tally = observed_.tally(level);
        if (tally.patients == 0)
            continue;
        if (seen.tried == most_tried)
            return false;
        seen.level[seen.tried] = level.index();
        seen.patients[seen.tried] = tally.patients;
        seen.dlts += tally.dlts;
        seen.dlt_covariate += tally.dlts * fits_.model_.covariates[static_cast<std::size_t>(level.index())];
        ++seen.tried;
    }
    double highest = -std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < components; ++i) {
        grids_[i] = nodes[i].grid();
        auto& work = works_[i];
        kernel_.fit(grids_[i], seen, work);
        if (work.cut_off || work.overflow)
            return false;
        if (!(work.roughness <= roughest * ((work.totals[0] + work.totals[2]) + (work.totals[1] + work.totals[3]))))
            return false;
        weights_[i] = fits_.model_.prior[i].weight * nodes[i].area();
        highest = std::max(highest, work.log_scale);
    }
    totals_ = {};
    for (std::size_t i = 0; i < components; ++i) {
        weights_[i] *= std::exp(works_[i].log_scale - highest);
        for (std::size_t part = 0; part < row_classes; ++part)
            totals_[part] += weights_[i] * works_[i].totals[part];
    }
    total_ = sum(totals_);
    return true;
}

TwoParameterPosterior& TwoParameterFits::Fit::careful()
{
    if (!careful_)
        careful_.emplace(fits_.model_, observed_);
    return *careful_;
}

RowSums TwoParameterFits::Fit::masses_below(DoseLevel level, std::size_t cut) const
{
    RowSums sums{};
    for (std::size_t i = 0; i < fits_.model_.prior.size(); ++i) {
        RowSums component{};
        kernel_.below(grids_[i], works_[i], level.index(), static_cast<int>(cut), component.data());
        for (std::size_t part = 0; part < row_classes; ++part)
            sums[part] += weights_[i] * component[part];
    }
    return sums;
}

double TwoParameterFits::Fit::below(DoseLevel level, std::size_t cut)
{
    if (!has_nodes())
        return careful().below(level, fits_.cuts_[cut]);
    auto const sums = masses_below(level, cut);
    if (!enough_rows(sums, total_))
        return Fit{fits_, observed_, kernel_, used_ + 1}.below(level, cut);
    return std::clamp(sum(sums) / total_, 0.0, 1.0);
}

double TwoParameterFits::Fit::mean(DoseLevel level)
{
    if (!has_nodes())
        return careful().mean(level);
    double const covariate = fits_.model_.covariates[static_cast<std::size_t>(level.index())];
    double total = 0;
    for (std::size_t i = 0; i < fits_.model_.prior.size(); ++i) {
        std::array<double, 2> component{};
        kernel_.moments(grids_[i], works_[i], level.index(), covariate, component.data());
        total += weights_[i] * component[0];
    }
    return total / total_;
}

std::array<double, 2> TwoParameterFits::Fit::parameter_mean()
{
    if (!has_nodes())
        return careful().parameter_mean();
    std::array<double, 2> mean{};
    for (std::size_t i = 0; i < fits_.model_.prior.size(); ++i) {
        auto const& grid = grids_[i];
        auto const& work = works_[i];
        double const first = std::log(grid.slope[0]);
        double const step = (std::log(grid.slope[grid.rows - 1]) - first) / (grid.rows - 1); // rows are equally far apart
        for (int row = 0; row < grid.rows; ++row) {
            double const* mass = work.mass + work.place[row] * lanes;
            std::array<double, lanes> masses{};
            std::array<double, lanes> from_shift{};
            for (int node = work.first[row] * lanes; node < work.last[row] * lanes; node += lanes, mass += lanes)
                for (std::size_t lane = 0; lane < lanes; ++lane) {
                    masses[lane] += mass[lane];
                    from_shift[lane] += mass[lane] * grid.node[static_cast<std::size_t>(node) + lane];
                }
            double const of_row = weights_[i] * std::accumulate(masses.begin(), masses.end(), 0.0);
            mean[0] += weights_[i] * std::accumulate(from_shift.begin(), from_shift.end(), 0.0) + of_row * grid.shift[row];
            mean[1] += of_row * (first + row * step);
        }
    }
    return {mean[0] / total_, mean[1] / total_};
}

// A glance's error is judged by what its figures would be from parts of its nodes. Halves of the rows are apart by about twice
// the error of either, and all rows are right to the square of that, where the figure changes smoothly from row to row. Where it
// changes within few rows, halves may agree by chance; then fourths of the rows, taken in two pairs, are apart by much of the
// figure, and count in full. With priors wider than `widest_sd` neither may tell, and nothing is said. The nodes of a row are judged
// in the same way.
TwoParameterFits::Glance::Glance(TwoParameterFits const& fits, Observed const& observed, Kernel const& kernel, std::size_t set)
    : fit_{fits, observed, kernel}, error_{std::numeric_limits<double>::infinity()}
{
    constexpr std::array widest_sd{3.0, 1.5};
    for (auto const& [weight, normal] : fits.model_.prior)
        if (normal.sd[0] > widest_sd[0] || normal.sd[1] > widest_sd[1])
            return;
    constexpr double roughest = 0.5; // beyond it nothing is learnt
    if (!fit_.fit_components(fits.few_[set], roughest))
        return;
    double ripple = 0;
    double roughness = 0;
    for (std::size_t i = 0; i < fits.model_.prior.size(); ++i) {
        ripple += fit_.weights_[i] * fit_.works_[i].ripple / fit_.total_;
        roughness += fit_.weights_[i] * fit_.works_[i].roughness / fit_.total_;
    }
    double const rows = apart_by_fourths(fit_.totals_) / fit_.total_;
    constexpr double cut_off = 1e-4; // ten times what the nodes that do not count have been seen to change
    error_ = cut_off + 2 * ripple + 0.1 * roughness * roughness + 0.25 * rows * rows;
}

Estimate TwoParameterFits::Glance::below(DoseLevel level, std::size_t cut) const
{
    if (!std::isfinite(error_))
        return {0, error_};
    auto sums = fit_.masses_below(level, cut);
    double const share = sum(sums) / fit_.total_;
    for (std::size_t part = 0; part < row_classes; ++part)
        sums[part] = (sums[part] - share * fit_.totals_[part]) / fit_.total_; // errors that sum and total share cancel
    double const fourths = apart_by_fourths(sums);
    constexpr double steep = 4;
    constexpr double least_share = 1e-9;
    double const apart = steep * fourths / std::max(std::min(share, 1 - share), least_share);
    return {share, error_ + 4 * (apart_by_halves(sums) + fourths * std::min(1.0, apart))};
}

} // namespace escalon

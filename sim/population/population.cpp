#include "sim/population/population.hpp"

#include "pk_models/typical_values.hpp"
#include "sim/population/covariate_effects.hpp"
#include "sim/random/normal.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <string>

namespace escalon {
namespace {

void append(Faults& all, std::string const& place, Faults const& part)
{
    for (auto const& fault : part)
        all.push_back({place + "." + fault.field, fault.problem, fault.remedy});
}

} // namespace

Faults BsaDistribution::faults() const
{
    constexpr double largest_cv = 1.0 / 3;
    if (sd.base() <= largest_cv * mean.base())
        return {};
    return {{"sd",
             "an SD of " + quantity_text(sd.base(), dimension::body_surface) + " about a mean of " +
                 quantity_text(mean.base(), dimension::body_surface) + " reaches people without a surface",
             "keep it below a third of the mean; about 0.2 m2 is usual"}};
}

BodySurface BsaDistribution::quantile(double uniform) const
{
    if (!(sd.base() > 0))
        return mean;
    double const cut_off = normal_probability(-mean.base() / sd.base()); // on either side
    double const z = normal_quantile(cut_off + uniform * (1 - 2 * cut_off));
    return mean + z * sd;
}

BodyWeight WeightDistribution::quantile(double uniform) const
{
    double const cv = sd.base() / mean.base();
    double const log_variance = std::log1p(cv * cv);
    if (!(log_variance > 0))
        return mean;
    // the mean of a log-normal is its median times e^(variance/2)
    return mean * std::exp(std::sqrt(log_variance) * normal_quantile(uniform) - 0.5 * log_variance);
}

Faults AntigenDistribution::faults() const
{
    Faults found;
    if (sd_log > 0 && !median && !value)
        found.push_back({"sd_log", "a spread without a median", "add median: 100 U/mL, or leave antigen out"});
    return found;
}

std::span<double const> AntigenDistribution::factors() const
{
    bool const changes = std::ranges::any_of(by_cycle, [](double factor) { return factor != 1; });
    return changes ? std::span{by_cycle} : std::span<double const>{};
}

void VirtualPatient::change_antigen(std::span<double const> factors, std::span<pk::Etas const> shifts)
{
    antigen_factors.assign(factors.begin(), factors.end());
    if (std::ranges::all_of(shifts, [](pk::Etas const& shift) { return shift == pk::Etas{}; }))
        return;
    if (kappas.empty())
        kappas.resize(shifts.size());
    for (std::size_t occasion = 0; occasion < kappas.size(); ++occasion)
        for (std::size_t k = 0; k < pk::max_parameters; ++k)
            kappas[occasion][k] += shifts[std::min(occasion, shifts.size() - 1)][k];
}

AntigenLevel AntigenDistribution::quantile(double uniform) const
{
    if (value)
        return *value;
    if (!median)
        return {};
    return sd_log > 0 ? *median * std::exp(sd_log * normal_quantile(uniform)) : *median;
}

namespace {

/// The checks of a population's parts against each other and against the model.
class PopulationChecks {
public:
    PopulationChecks(Population const& population, pk::Model const& model)
        : population_{population}, model_{model}, parameters_{pk::parameter_names(model)}
    {}

    Faults run()
    {
        append(found_, "bsa", population_.bsa.faults());
        append(found_, "antigen", population_.antigen.faults());
        check_antigen_by_cycle();
        append(found_, "omega", population_.omega.faults(parameters_));
        check_covariates();
        check_individuals();
        check_effects();
        append(found_, "iov", population_.iov.faults(parameters_));
        append(found_, "uncertainty", population_.uncertainty.faults(parameters_));
        std::ranges::copy(pk::faults(pk::antigen_clearance(model_), lowest_antigen()), std::back_inserter(found_));
        return std::move(found_);
    }

private:
    void add(std::string place, std::string problem, std::string remedy)
    {
        found_.push_back({std::move(place), std::move(problem), std::move(remedy)});
    }

    IndividualColumn const* column(std::string_view name) const
    {
        return population_.individuals ? population_.individuals->find(name) : nullptr;
    }

    bool is_parameter(std::string_view name) const { return std::ranges::find(parameters_, name) != parameters_.end(); }

    /// A log-normal level is positive; 0 comes only from a fixed value, from no antigen at all, from an individual or where its
    /// production ends.
    AntigenLevel lowest_antigen() const
    {
        constexpr double middle = 0.5;
        auto const factors = population_.antigen.factors();
        double const least = factors.empty() ? 1 : *std::ranges::min_element(factors);
        auto const* levels = column("antigen");
        if (!levels || levels->values.empty())
            return population_.antigen.quantile(middle) * least;
        auto const scale = column_scale(*levels, model_);
        return AntigenLevel::from_base(*std::ranges::min_element(levels->values) * (scale ? scale->factor : 1)) * least;
    }

    void check_antigen_by_cycle()
    {
        auto const& effects = population_.effects.entries;
        bool const acts = pk::has_antigen(model_) || std::ranges::any_of(effects, [](auto const& of_parameter) {
                              return of_parameter.second.find("antigen") != nullptr;
                          });
        if (!population_.antigen.by_cycle.empty() && !acts)
            add("antigen.by_cycle", "antigen does nothing to this drug, whatever its production",
                "leave by_cycle out, or take a model with antigen: conjugate_antigen, target_mediated, or antigen_clearance");
    }

    void check_covariates()
    {
        for (auto const& [name, distribution] : population_.covariates.entries) {
            auto const place = "covariates." + name;
            append(found_, place, distribution.faults());
            if (body_dimension(name))
                add(place, "'" + name + "' is no covariate of the scenario's own", "it stands at population." + name);
            else if (is_parameter(name))
                add(place, "'" + name + "' is a parameter of the model", "its variance stands at population.omega." + name);
            if (column(name))
                add(place, "'" + name + "' is among the individuals' columns too", "keep one of the two");
        }
        if (population_.covariates.entries.size() > CovariateEffects::most_covariates)
            add("covariates", "there are more than " + std::to_string(CovariateEffects::most_covariates) + " covariates",
                "keep those that act");
    }

    void check_individuals()
    {
        if (!population_.individuals)
            return;
        auto const& individuals = *population_.individuals;
        append(found_, "individuals", individuals.faults());
        if (individuals.columns.empty()) {
            add("individuals.file", "the file of individuals was not read", "read the scenario from its file");
            return;
        }
        if (individuals.columns.size() > CovariateEffects::most_covariates)
            add("individuals.columns", "there are more than " + std::to_string(CovariateEffects::most_covariates) + " columns",
                "keep those that act");
        for (std::size_t i = 0; i < individuals.columns.size(); ++i) {
            auto const& one = individuals.columns[i];
            auto const place = "individuals.columns[" + std::to_string(i) + "]";
            append(found_, place, one.faults());
            append(found_, place, column_faults(one, model_));
            if (is_parameter(one.name))
                check_replaced(one.name);
            else if (!body_dimension(one.name) && !is_read(one.name))
                add(place + ".name", "'" + one.name + "' is no parameter of the model, and no effect reads it",
                    "leave the column out, or add an effect of it");
        }
    }

    /// What the individuals bring would be silently without effect elsewhere.
    void check_replaced(std::string const& parameter)
    {
        auto const has_variance = [&](auto const& entry) { return entry.parameter == parameter && entry.variance > 0; };
        if (std::ranges::any_of(population_.omega.variances, has_variance))
            add("omega." + parameter, "each individual brings a '" + parameter + "', so its variance does nothing",
                "leave the variance out, or the column");
        if (population_.effects.find(parameter))
            add("effects." + parameter, "each individual brings a '" + parameter + "', so its covariates do nothing",
                "leave the effects out, or the column");
        auto const& errors = population_.uncertainty.errors;
        if (std::ranges::find(errors, parameter, &pk::ParameterUncertainty::Error::parameter) != errors.end())
            add("uncertainty." + parameter, "each individual brings a '" + parameter + "', so its standard error does nothing",
                "leave the error out, or the column");
    }

    bool is_read(std::string_view covariate) const
    {
        return std::ranges::any_of(population_.effects.entries,
                                   [&](auto const& entry) { return entry.second.find(covariate) != nullptr; });
    }

    void check_effects()
    {
        auto const typical = pk::typical_values(model_);
        for (auto const& [parameter, effects] : population_.effects.entries) {
            auto const known = std::ranges::find(parameters_, parameter);
            if (known == parameters_.end())
                add("effects." + parameter, "'" + parameter + "' is not a parameter of the model",
                    "its parameters: " + listed(std::vector<std::string>{parameters_.begin(), parameters_.end()}));
            else if (!typical[static_cast<std::size_t>(known - parameters_.begin())])
                add("effects." + parameter, "the model states no '" + parameter + "'", "give pk." + parameter + " a value");
            for (auto const& [covariate, effect] : effects.entries)
                check_effect("effects." + parameter + "." + covariate, covariate, effect);
        }
    }

    void check_effect(std::string const& place, std::string const& covariate, CovariateEffect const& effect)
    {
        auto own = effect.faults();
        bool const clear = own.empty();
        append(found_, place, own);
        if (!clear)
            return;
        if (auto const dimension = body_dimension(covariate))
            return check_body_effect(place, covariate, *dimension, effect);
        auto const* distribution = population_.covariates.find(covariate);
        auto const* given = column(covariate);
        if (!distribution && !given)
            return add(place, "nothing says how patients differ in '" + covariate + "'",
                       "add it to covariates: " + covariate +
                           ": { mean: 41 g/L, sd: 5 g/L }; those of the body are bsa, weight and antigen");
        if (distribution && !distribution->faults().empty())
            return;
        bool const categorical = distribution ? distribution->is_categorical() : !given->categories.empty();
        if (categorical != effect.is_categorical())
            return add(place,
                       categorical ? "'" + covariate + "' is a category, not a number" : "'" + covariate + "' has no categories",
                       categorical ? "write factors: { ... }" : "write power or exponential, with a reference");
        if (categorical)
            return check_categories(place, distribution, given, effect);
        auto const unit = distribution ? distribution->unit() : given->unit.value_or("");
        if (effect.reference->unit != unit)
            add(place + ".reference",
                "the reference is " +
                    (effect.reference->unit.empty() ? std::string{"without a unit"} : "in " + effect.reference->unit) + ", '" +
                    covariate + "' " + (unit.empty() ? std::string{"without one"} : "in " + unit),
                "write both in one unit");
        bool const positive = distribution ? !distribution->value || distribution->value->value > 0
                                           : std::ranges::all_of(given->values, [](double x) { return x > 0; });
        if (effect.power && !positive)
            add(place + ".power", "a power law has no value where '" + covariate + "' is not above 0", "write exponential");
    }

    void check_body_effect(std::string const& place, std::string const& covariate, Dimension dimension,
                           CovariateEffect const& effect)
    {
        if (effect.is_categorical())
            return add(place, "'" + covariate + "' has no categories", "write power or exponential, with a reference");
        auto const unit = parse_unit(effect.reference->unit);
        if (effect.reference->unit.empty() || !unit || unit->dimension != dimension)
            add(place + ".reference",
                "the reference must be " + describe_dimension(dimension) + ", got '" + text(*effect.reference) + "'",
                "write it in " + usual_unit(dimension) + ", for example " + shortest(effect.reference->value) + " " +
                    usual_unit(dimension));
        if (covariate == "antigen" && effect.power && !(lowest_antigen().base() > 0))
            add(place + ".power", "a power law has no value at antigen 0, which patients have here",
                "add population.antigen, for example antigen: { median: 100 U/mL, sd_log: 1 }");
    }

    void check_categories(std::string const& place, CovariateDistribution const* distribution, IndividualColumn const* given,
                          CovariateEffect const& effect)
    {
        for (auto const& [category, factor] : effect.factors.entries) {
            bool const known = distribution ? distribution->categories.find(category) != nullptr
                                            : std::ranges::find(given->categories, category) != given->categories.end();
            std::vector<std::string> names;
            if (distribution)
                for (auto const& entry : distribution->categories.entries)
                    names.push_back(entry.first);
            else
                names = given->categories;
            std::ranges::sort(names);
            auto const repeated = std::ranges::unique(names);
            names.erase(repeated.begin(), repeated.end());
            if (!known)
                add(place + ".factors." + category, "no patient is '" + category + "'", "the categories: " + listed(names));
            if (!(factor > 0) || !std::isfinite(factor))
                add(place + ".factors." + category, "a factor cannot be " + shortest(factor), "write a factor above 0");
        }
    }

    static std::string listed(std::vector<std::string> const& names)
    {
        std::string text;
        for (auto const& name : names)
            text += (text.empty() ? "" : ", ") + name;
        return text;
    }
    Population const& population_;
    pk::Model const& model_;
    std::span<std::string_view const> parameters_;
    Faults found_;
};

/// The mean of what the individuals have; none where they do not bring it.
std::optional<double> mean_of(Population const& population, std::string_view name, pk::Model const& model)
{
    auto const* column = population.individuals ? population.individuals->find(name) : nullptr;
    auto const scale = column ? column_scale(*column, model) : std::nullopt;
    if (!scale || column->values.empty())
        return std::nullopt;
    double const sum = std::accumulate(column->values.begin(), column->values.end(), 0.0);
    return sum / static_cast<double>(column->values.size()) * scale->factor;
}

} // namespace

Faults Population::faults(pk::Model const& model) const { return PopulationChecks{*this, model}.run(); }

VirtualPatient typical_patient(Population const& population, pk::Model const& model)
{
    VirtualPatient patient{.bsa = population.bsa.mean,
                           .weight = population.weight.mean,
                           .antigen = population.antigen.value.value_or(pk::neutral_level(pk::antigen_clearance(model)))};
    if (auto const bsa = mean_of(population, "bsa", model))
        patient.bsa = BodySurface::from_base(*bsa);
    if (auto const weight = mean_of(population, "weight", model))
        patient.weight = BodyWeight::from_base(*weight);
    if (!population.effects.entries.empty())
        patient.etas = CovariateEffects{population, model}.typical_shift(population, patient.covariates());
    if (auto const factors = population.antigen.factors(); !factors.empty()) {
        CovariateEffects const effects{population, model};
        std::vector<pk::Etas> shifts;
        for (double const factor : factors) {
            auto now = patient.covariates();
            now.antigen = now.antigen * factor;
            shifts.push_back(effects.typical_shift(population, now));
            for (std::size_t k = 0; k < pk::max_parameters; ++k)
                shifts.back()[k] -= patient.etas[k];
        }
        patient.change_antigen(factors, shifts);
    }
    return patient;
}

} // namespace escalon

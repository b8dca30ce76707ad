#include "sim/population/covariate_effects.hpp"

#include <algorithm>
#include <cmath>

namespace escalon {
namespace {

std::size_t place_in(auto const& list, auto const& what)
{
    return static_cast<std::size_t>(std::ranges::find(list, what) - std::begin(list));
}

/// Base units in one unit of the reference, where the covariate is of the body; others keep the unit that they are written in.
double unit_factor(CovariateEffect const& effect, std::string_view covariate)
{
    auto const unit = effect.reference && body_dimension(covariate) ? parse_unit(effect.reference->unit) : std::nullopt;
    return unit ? unit->factor : 1;
}

/// The categories that individuals have, each once.
std::vector<std::string> distinct(std::vector<std::string> const& categories)
{
    std::vector<std::string> found;
    for (auto const& category : categories)
        if (std::ranges::find(found, category) == found.end())
            found.push_back(category);
    return found;
}

} // namespace

CovariateEffects::CovariateEffects(Population const& population, pk::Model const& model)
{
    auto const parameters = pk::parameter_names(model);
    for (auto const& [parameter, effects] : population.effects.entries)
        for (auto const& [covariate, effect] : effects.entries) {
            auto const body = place_in(body_covariates, covariate);
            bool const of_body = body < body_covariates.size();
            double const base = unit_factor(effect, covariate);
            Effect ready{.parameter = place_in(parameters, parameter),
                         .of = of_body ? static_cast<Of>(body) : Of::own,
                         .own = of_body ? 0 : own_place(covariate, population),
                         .form = effect.power         ? Form::power
                                 : effect.exponential ? Form::exponential
                                                      : Form::factors,
                         .coefficient = effect.power ? *effect.power : effect.exponential.value_or(0) / base,
                         .reference = effect.reference ? effect.reference->value * base : 0,
                         .log_factors = {}};
            if (effect.is_categorical())
                for (auto const& category : own_[ready.own].categories) {
                    auto const* factor = effect.factors.find(category);
                    ready.log_factors.push_back(factor ? std::log(*factor) : 0);
                }
            effects_.push_back(std::move(ready));
        }
}

std::size_t CovariateEffects::own_place(std::string const& name, Population const& population)
{
    auto const known = static_cast<std::size_t>(std::ranges::find(own_, name, &Own::name) - own_.begin());
    if (known < own_.size())
        return known;
    Own own{.name = name, .distribution = {}, .column = {}, .categories = {}};
    auto const& distributions = population.covariates.entries;
    auto const is_named = [&](auto const& entry) { return entry.first == name; };
    if (auto const found = std::ranges::find_if(distributions, is_named); found != distributions.end()) {
        own.distribution = static_cast<std::size_t>(found - distributions.begin());
        for (auto const& [category, share] : found->second.categories.entries)
            own.categories.push_back(category);
    } else if (population.individuals) {
        auto const& columns = population.individuals->columns;
        auto const column = std::ranges::find(columns, name, &IndividualColumn::name);
        own.column = static_cast<std::size_t>(column - columns.begin());
        own.categories = distinct(column->categories);
    }
    own_.push_back(std::move(own));
    return known;
}

bool CovariateEffects::reads(Of of) const { return std::ranges::find(effects_, of, &Effect::of) != effects_.end(); }

double CovariateEffects::Effect::log_factor(double covariate) const
{
    switch (form) {
    case Form::power: return coefficient * std::log(covariate / reference);
    case Form::exponential: return coefficient * (covariate - reference);
    case Form::factors: break;
    }
    return log_factors[static_cast<std::size_t>(covariate)];
}

pk::Etas CovariateEffects::shift(pk::Covariates const& patient, std::span<double const> own) const
{
    pk::Etas sum{};
    for (auto const& effect : effects_) {
        double const covariate = effect.of == Of::bsa       ? patient.bsa.base()
                                 : effect.of == Of::weight  ? patient.weight.base()
                                 : effect.of == Of::antigen ? patient.antigen.base()
                                                            : own[effect.own];
        sum[effect.parameter] += effect.log_factor(covariate);
    }
    return sum;
}

pk::Etas CovariateEffects::typical_shift(Population const& population, pk::Covariates const& patient) const
{
    pk::Etas sum{};
    for (auto const& effect : effects_) {
        if (effect.of == Of::bsa)
            sum[effect.parameter] += effect.log_factor(patient.bsa.base());
        else if (effect.of == Of::weight)
            sum[effect.parameter] += effect.log_factor(patient.weight.base());
        else if (effect.of == Of::antigen && population.antigen.value)
            sum[effect.parameter] += effect.log_factor(patient.antigen.base());
        else if (effect.of == Of::own && own_[effect.own].distribution) {
            auto const& distribution = population.covariates.entries[*own_[effect.own].distribution].second;
            if (!distribution.varies())
                sum[effect.parameter] += effect.log_factor(distribution.middle());
        }
    }
    return sum;
}

} // namespace escalon

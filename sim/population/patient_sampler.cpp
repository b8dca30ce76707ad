#include "sim/population/patient_sampler.hpp"

#include "pk_models/fault_error.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace escalon {
namespace {

double median_of(std::vector<double> values)
{
    constexpr double half = 0.5;
    std::ranges::sort(values);
    auto const middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : half * (values[middle - 1] + values[middle]);
}

/// The place of the most frequent category; of the first where several are.
double most_frequent(std::vector<double> const& places)
{
    double found = 0;
    std::ptrdiff_t most = 0;
    for (double const place : places)
        if (auto const count = std::ranges::count(places, place); count > most || (count == most && place < found)) {
            most = count;
            found = place;
        }
    return found;
}

} // namespace

PatientSampler::PatientSampler(Population population, pk::Model const& model, Dosing const& dosing, int occasions)
    : population_{std::move(population)}
{
    if (auto const found = population_.faults(model); !found.empty())
        throw FaultError{found.front()};
    eta_factor_ = pk::EtaFactor{population_.omega, pk::parameter_names(model)};
    occasion_factor_ = pk::EtaFactor{population_.iov, pk::parameter_names(model)};
    use_individuals(model);
    use_effects(model);

    bool const doses_by_bsa = dosing.unit == DoseUnit::mg_per_m2;
    bool const doses_by_weight = dosing.unit == DoseUnit::mg_per_kg;
    auto const one_is_per = [this](PerBody per) { return std::ranges::find(replaced_, per, &Replaced::per) != replaced_.end(); };
    auto const all_are_per = [this](PerBody per) {
        return std::ranges::all_of(replaced_, [per](Replaced const& one) { return !one.typical.sized || one.per == per; });
    };
    draws_bsa_ = bsa_m2_.empty() && population_.bsa.sd.base() > 0 &&
                 (doses_by_bsa || pk::scales_with(model, PerBody::m2) || effects_.read_bsa() || one_is_per(PerBody::m2));
    draws_weight_ = weight_kg_.empty() && population_.weight.sd.base() > 0 &&
                    (doses_by_weight || pk::scales_with(model, PerBody::kg) || effects_.read_weight() || one_is_per(PerBody::kg));
    draws_antigen_ = antigen_.empty() && population_.antigen.median && !population_.antigen.value &&
                     population_.antigen.sd_log > 0 && (pk::reads_antigen(model) || effects_.read_antigen());

    bool const bsa_cancels = doses_by_bsa && !dosing.bsa_cap && pk::scales_only_with(model, PerBody::m2) &&
                             !effects_.read_bsa() && all_are_per(PerBody::m2);
    bool const weight_cancels = doses_by_weight && !dosing.weight_cap && pk::scales_only_with(model, PerBody::kg) &&
                                !effects_.read_weight() && all_are_per(PerBody::kg);
    if (draws_bsa_ && !bsa_cancels)
        purposes_.push_back(Purpose::bsa);
    if (draws_weight_ && !weight_cancels)
        purposes_.push_back(Purpose::weight);
    if (draws_antigen_)
        purposes_.push_back(Purpose::antigen);
    for (std::size_t const parameter : eta_factor_.varying())
        purposes_.push_back(eta_purpose(static_cast<int>(parameter)));
    if (individuals_ > 1)
        purposes_.push_back(Purpose::individual);
    for (auto const& acting : acting_)
        if (acting.varies)
            purposes_.push_back(acting.purpose);
    if (varies_by_occasion())
        occasions_ = std::min(occasions, most_occasions);
    for (int occasion = 0; occasion < occasions_; ++occasion)
        for (auto const purpose : occasion_purposes(occasion))
            purposes_.push_back(purpose);
}

std::vector<double> PatientSampler::body_column(std::string_view name, pk::Model const& model) const
{
    auto const* column = population_.individuals->find(name);
    if (!column)
        return {};
    auto values = column->values;
    double const factor = column_scale(*column, model).value().factor;
    for (double& value : values)
        value *= factor;
    return values;
}

void PatientSampler::use_individuals(pk::Model const& model)
{
    if (!population_.individuals)
        return;
    auto const& individuals = *population_.individuals;
    individuals_ = individuals.size();
    bsa_m2_ = body_column("bsa", model);
    weight_kg_ = body_column("weight", model);
    antigen_ = body_column("antigen", model);
    auto const names = pk::parameter_names(model);
    auto const typical = pk::typical_values(model);
    for (std::size_t parameter = 0; parameter < names.size(); ++parameter) {
        auto const* column = individuals.find(names[parameter]);
        if (!column)
            continue;
        auto const scale = column_scale(*column, model).value();
        Replaced replaced{parameter, typical[parameter].value(), scale.per, {}, 0};
        for (double const value : column->values)
            replaced.log_values.push_back(std::log(value * scale.factor));
        replaced.middle = median_of(replaced.log_values);
        replaced_.push_back(std::move(replaced));
    }
}

void PatientSampler::use_effects(pk::Model const& model)
{
    effects_ = CovariateEffects{population_, model};
    for (auto const& own : effects_.own()) {
        Acting acting{Purpose::covariate, own.distribution.value_or(0), false, {}, 0};
        if (own.distribution) {
            auto const& distribution = population_.covariates.entries[*own.distribution].second;
            acting.purpose = covariate_purpose(static_cast<int>(*own.distribution));
            acting.varies = distribution.varies();
            acting.middle = distribution.middle();
        } else {
            auto const& column = population_.individuals->columns[own.column.value()];
            acting.individuals = column.values;
            for (auto const& category : column.categories)
                acting.individuals.push_back(
                    static_cast<double>(std::ranges::find(own.categories, category) - own.categories.begin()));
            acting.middle = column.categories.empty() ? median_of(acting.individuals) : most_frequent(acting.individuals);
        }
        acting_.push_back(std::move(acting));
    }
}

void PatientSampler::complete(VirtualPatient& patient, std::optional<std::size_t> individual, std::span<double const> own) const
{
    auto const of_individual = [&](std::vector<double> const& values) {
        return individual ? values[*individual] : median_of(values);
    };
    if (!bsa_m2_.empty())
        patient.bsa = BodySurface::from_base(of_individual(bsa_m2_));
    if (!weight_kg_.empty())
        patient.weight = BodyWeight::from_base(of_individual(weight_kg_));
    if (!antigen_.empty())
        patient.antigen = AntigenLevel::from_base(of_individual(antigen_));
    auto const who = patient.covariates();
    if (!effects_.empty()) {
        auto const shift = effects_.shift(who, own);
        for (std::size_t k = 0; k < shift.size(); ++k)
            patient.etas[k] += shift[k];
    }
    for (auto const& replaced : replaced_) {
        double const size = replaced.per == PerBody::m2 ? who.bsa.base() : replaced.per == PerBody::kg ? who.weight.base() : 1;
        double const log_value = individual ? replaced.log_values[*individual] : replaced.middle;
        patient.etas[replaced.parameter] = log_value - std::log(replaced.typical.of(who) / size);
    }
}

void PatientSampler::follow_antigen(VirtualPatient& patient, std::span<double const> own) const
{
    auto const factors = population_.antigen.factors();
    if (factors.empty())
        return;
    std::vector<pk::Etas> shifts;
    if (effects_.read_antigen()) {
        auto const before = effects_.shift(patient.covariates(), own);
        for (double const factor : factors) {
            auto now = patient.covariates();
            now.antigen = now.antigen * factor;
            auto& shift = shifts.emplace_back(effects_.shift(now, own));
            for (std::size_t k = 0; k < shift.size(); ++k)
                shift[k] -= before[k];
        }
    }
    patient.change_antigen(factors, shifts);
}

VirtualPatient PatientSampler::middle() const
{
    VirtualPatient patient{.bsa = population_.bsa.quantile(half_),
                           .weight = population_.weight.quantile(half_),
                           .antigen = population_.antigen.quantile(half_)};
    std::vector<double> own;
    for (auto const& acting : acting_)
        own.push_back(acting.middle);
    if (individuals_ > 0 || !effects_.empty())
        complete(patient, std::nullopt, own);
    follow_antigen(patient, own);
    return patient;
}

void PatientSampler::check_occasion(int occasion) const
{
    if (occasion < 0 || occasion >= most_occasions)
        throw std::out_of_range("occasion " + std::to_string(occasion) + " is not one of the " + std::to_string(most_occasions) +
                                " that have random numbers of their own");
}

std::vector<Purpose> PatientSampler::occasion_purposes(int occasion) const
{
    check_occasion(occasion);
    std::vector<Purpose> purposes;
    for (std::size_t const parameter : occasion_factor_.varying())
        purposes.push_back(occasion_purpose(occasion, static_cast<int>(parameter)));
    return purposes;
}

} // namespace escalon

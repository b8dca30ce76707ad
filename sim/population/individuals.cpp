#include "sim/population/individuals.hpp"

#include "pk_models/typical_values.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace escalon {
namespace {

std::string upper(std::string_view text)
{
    std::string result{text};
    for (char& c : result)
        c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    return result;
}

std::string in_index(std::string const& list, std::size_t i) { return list + "[" + std::to_string(i) + "]"; }

std::optional<std::size_t> parameter_place(std::string_view name, pk::Model const& model)
{
    auto const names = pk::parameter_names(model);
    auto const found = std::ranges::find(names, name);
    if (found == names.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - names.begin());
}

/// The dimension that a column's unit must have.
struct Wanted {
    Dimension dimension;
    bool sized = false;
};

std::optional<Wanted> wanted(std::string_view name, pk::Model const& model)
{
    if (auto const body = body_dimension(name))
        return Wanted{*body, false};
    if (auto const place = parameter_place(name, model))
        if (auto const typical = pk::typical_values(model)[*place])
            return Wanted{typical->dimension, typical->sized};
    return std::nullopt;
}

} // namespace

std::optional<Dimension> body_dimension(std::string_view covariate)
{
    if (covariate == "bsa")
        return dimension::body_surface;
    if (covariate == "weight")
        return dimension::body_weight;
    if (covariate == "antigen")
        return dimension::antigen;
    return std::nullopt;
}

Faults IndividualColumn::faults() const
{
    if (!values.empty() && !categories.empty())
        return {{"values", "the column has both values and categories", "keep one of the two"}};
    if (size() == 0)
        return {{"name", "the column '" + name + "' is empty", "write values: [...], one for each individual"}};
    return {};
}

Faults Individuals::faults() const
{
    Faults found;
    if (file && !columns.empty())
        found.push_back({"file", "the individuals are in a file and in the scenario", "keep one of the two"});
    if (!file && columns.empty())
        found.push_back({"file", "there are no individuals", "write file: individuals.csv"});
    if (!file && !units.entries.empty())
        found.push_back({"units", "units without a file", "write the unit of each column beside it: { name: CL, unit: L/d }"});
    for (std::size_t i = 0; i < columns.size(); ++i) {
        auto const place = in_index("columns", i);
        if (columns[i].size() != size())
            found.push_back({place,
                             "'" + columns[i].name + "' has " + std::to_string(columns[i].size()) + " individuals, '" +
                                 columns.front().name + "' " + std::to_string(size()),
                             "give every individual a value in each column"});
        if (std::ranges::find(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(i), columns[i].name,
                              &IndividualColumn::name) != columns.begin() + static_cast<std::ptrdiff_t>(i))
            found.push_back({place, "there are two columns '" + columns[i].name + "'", "keep one"});
    }
    return found;
}

IndividualColumn const* Individuals::find(std::string_view name) const
{
    auto const found = std::ranges::find(columns, name, &IndividualColumn::name);
    return found == columns.end() ? nullptr : &*found;
}

std::string column_name(std::string_view header, std::span<std::string_view const> parameters)
{
    if (std::ranges::find(parameters, header) != parameters.end())
        return std::string{header};
    auto const letters = upper(header);
    if (letters == "BSA")
        return "bsa";
    if (letters == "WT" || letters == "WEIGHT" || letters == "BW")
        return "weight";
    if (letters == "ANTIGEN")
        return "antigen";
    return std::string{header};
}

std::optional<ColumnScale> column_scale(IndividualColumn const& column, pk::Model const& model)
{
    auto const needed = wanted(column.name, model);
    if (!needed)
        return ColumnScale{};
    auto const unit = parse_unit(column.unit.value_or(""));
    if (!column.unit && needed->dimension == dimension::none)
        return ColumnScale{};
    if (!unit)
        return std::nullopt;
    if (unit->dimension == needed->dimension)
        return ColumnScale{unit->factor, PerBody::fixed};
    if (needed->sized && unit->dimension == needed->dimension / dimension::body_surface)
        return ColumnScale{unit->factor, PerBody::m2};
    if (needed->sized && unit->dimension == needed->dimension / dimension::body_weight)
        return ColumnScale{unit->factor, PerBody::kg};
    return std::nullopt;
}

Faults column_faults(IndividualColumn const& column, pk::Model const& model)
{
    Faults found;
    auto const parameter = parameter_place(column.name, model);
    bool const body = body_dimension(column.name).has_value();
    auto const typical = parameter ? pk::typical_values(model)[*parameter] : std::nullopt;
    if (parameter && (!typical || !(typical->value > 0)))
        found.push_back({"name", "the model states no '" + column.name + "' above 0, which the individuals' would replace",
                         "give pk." + column.name + " a value, or leave the column out"});
    if ((parameter || body) && !column.categories.empty())
        found.push_back({"categories", "'" + column.name + "' is a figure, not a category", "write values: [...]"});
    if (auto const needed = wanted(column.name, model); needed && !column_scale(column, model)) {
        auto const usual = usual_unit(needed->dimension);
        if (!column.unit)
            found.push_back({"unit", "the unit of '" + column.name + "' is missing",
                             "write it in the header, " + column.name + " (" + usual + "), or as unit: " + usual});
        else
            found.push_back({"unit",
                             "'" + *column.unit + "' is no unit of " + describe_dimension(needed->dimension) + ", which '" +
                                 column.name + "' is",
                             "write it in " + usual +
                                 (needed->sized ? ", " + usual_unit(needed->dimension / dimension::body_surface) + " or " +
                                                      usual_unit(needed->dimension / dimension::body_weight)
                                                : "")});
    }
    for (std::size_t i = 0; i < column.values.size(); ++i) {
        double const value = column.values[i];
        bool const may_be_zero = column.name == "antigen";
        if (!std::isfinite(value) || ((parameter || body) && !(may_be_zero ? value >= 0 : value > 0)))
            found.push_back({in_index("values", i), "'" + column.name + "' cannot be " + shortest(value),
                             may_be_zero ? "write a level of at least 0" : "write a figure above 0"});
    }
    return found;
}

} // namespace escalon

// Individuals of an earlier analysis: each row a patient, with parameters, covariates or both, drawn again with replacement.
#pragma once

#include "pk_models/catalog.hpp"
#include "pk_models/fields.hpp"

#include <optional>
#include <string>
#include <vector>

namespace escalon {

/// What every individual has of one thing: a parameter of the model, `bsa`, `weight`, `antigen`, or a covariate that an effect
/// names.
struct IndividualColumn {
    std::string name;
    std::optional<std::string> unit;
    std::vector<double> values;
    std::vector<std::string> categories; ///< in place of values

    void describe(auto& fields)
    {
        fields.field("name", name, "a parameter of the model, bsa, weight, antigen, or a covariate of the effects",
                     FieldTraits{.presence = Presence::required});
        fields.field("unit", unit, "of every value; that of the parameter, as such or per m2 or kg");
        fields.field("values", values, "one for each individual");
        fields.field("categories", categories, "in place of values: the category of each individual");
    }
    Faults faults() const;

    std::size_t size() const { return values.empty() ? categories.size() : values.size(); }

    friend bool operator==(IndividualColumn const&, IndividualColumn const&) = default;
};

/// A parameter that is given for each individual replaces typical value, covariates and eta; a covariate its distribution.
struct Individuals {
    std::optional<std::string> file; ///< none once it was read
    Keyed<std::string> units;        ///< by column of the file
    std::vector<IndividualColumn> columns;

    void describe(auto& fields)
    {
        fields.field("file", file, "CSV file with a row for each individual; its path counts from the folder of the scenario");
        fields.field("units", units, "units of the file's columns whose header has none: { CL: L/d }");
        fields.field("columns", columns, "the individuals themselves, column by column; what a file is read into");
    }
    Faults faults() const;

    IndividualColumn const* find(std::string_view name) const;
    std::size_t size() const { return columns.empty() ? 0 : columns.front().size(); }

    friend bool operator==(Individuals const&, Individuals const&) = default;
};

/// Whether a column can hold what its name says, in its unit. Fields of the faults: "name", "unit", "values[2]".
/// @param model its parameters; none where a scenario has no pharmacokinetics
Faults column_faults(IndividualColumn const& column, pk::Model const& model);

/// The name that a column of a file is meant by: a parameter as it stands, body size and antigen in any letters (WT, BSA); else
/// as is.
std::string column_name(std::string_view header, std::span<std::string_view const> parameters);

/// What body size and antigen are called as covariates.
inline constexpr std::array<std::string_view, 3> body_covariates{"bsa", "weight", "antigen"};

/// Of `bsa`, `weight` or `antigen`; none for others.
std::optional<Dimension> body_dimension(std::string_view covariate);

/// What multiplies a figure in this unit to be in base units, and what of the body it is per. None where the unit has another
/// dimension.
struct ColumnScale {
    double factor = 1;
    PerBody per = PerBody::fixed;
};
std::optional<ColumnScale> column_scale(IndividualColumn const& column, pk::Model const& model);

} // namespace escalon

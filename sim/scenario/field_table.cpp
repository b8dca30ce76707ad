#include "sim/scenario/field_table.hpp"

#include "sim/scenario/described.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/suggest.hpp"

#include <cmath>
#include <limits>

namespace escalon {
namespace {

/// What a single value is, where there is no structure to look into.
void describe_scalar(bool value, FieldRow& row)
{
    row.kind = FieldKind::boolean;
    row.default_text = value ? "true" : "false";
}

template <std::integral T>
void describe_scalar(T value, FieldRow& row)
{
    row.kind = FieldKind::whole_number;
    row.default_text = std::to_string(value);
    row.representable = std::same_as<T, int> ? bounds::between(-largest_int, largest_int)
                                             : bounds::between(static_cast<double>(std::numeric_limits<T>::min()),
                                                               static_cast<double>(std::numeric_limits<T>::max()));
}

void describe_scalar(double value, FieldRow& row)
{
    row.kind = FieldKind::number;
    row.default_text = shortest(value);
}

void describe_scalar(Fraction value, FieldRow& row)
{
    row.kind = FieldKind::fraction;
    row.default_text = shortest(value);
}

void describe_scalar(std::string const&, FieldRow& row) { row.kind = FieldKind::text; }

void describe_scalar(Dose const&, FieldRow& row)
{
    row.kind = FieldKind::dose;
    for (auto const& unit : enum_names(DoseUnit{}))
        row.dimensions.push_back(parse_unit(unit.name)->dimension);
}

void describe_scalar(pk::Omega const&, FieldRow& row) { row.kind = FieldKind::omega; }
void describe_scalar(pk::ParameterUncertainty const&, FieldRow& row) { row.kind = FieldKind::uncertainty; }
void describe_scalar(CovariateFigure const&, FieldRow& row) { row.kind = FieldKind::covariate; }

void describe_scalar(Count const& value, FieldRow& row)
{
    row.kind = FieldKind::count;
    row.representable = bounds::between(-largest_int, largest_int);
    row.default_text = value.known ? std::to_string(*value.known) : "unknown";
}

void describe_scalar(AnyQuantity const&, FieldRow& row)
{
    row.kind = FieldKind::quantity;
    row.dimension = "a quantity";
}

template <Dimension D>
void describe_scalar(Quantity<D> value, FieldRow& row)
{
    row.kind = FieldKind::quantity;
    row.dimension = describe_dimension(D);
    row.dimensions = {D};
    row.default_text = quantity_text(value.base(), D, row.unit);
    if (row.unit.empty())
        row.unit = usual_unit(D);
}

template <Dimension D>
void describe_scalar(SizedQuantity<D> const&, FieldRow& row)
{
    row.kind = FieldKind::sized_quantity;
    row.dimension = describe_dimension(D);
    row.dimensions = {D, D / dimension::body_surface, D / dimension::body_weight};
    if (row.unit.empty())
        row.unit = usual_unit(D) + ", " + usual_unit(D / dimension::body_surface) + " or " +
                   usual_unit(D / dimension::body_weight);
}

/// Walks a described object and writes one row a field, then the rows of its parts.
class TableWriter {
public:
    TableWriter(std::string path, std::string when, std::vector<FieldRow>& rows)
        : path_{std::move(path)}, when_{std::move(when)}, rows_{rows}
    {}

    template <class T>
    void field(std::string_view name, T& value, std::string_view meaning, FieldTraits traits = {})
    {
        FieldRow row;
        row.path = path_of(name);
        row.when = when_;
        row.unit = traits.unit;
        row.within = traits.within;
        row.presence = traits.presence;
        row.meaning = meaning;
        row.example = example_text(value, traits);
        auto const place = rows_.size();
        rows_.push_back({});
        fill(value, row);
        if (row.presence == Presence::required)
            row.default_text.clear();
        rows_[place] = std::move(row);
    }

    template <class... Alternatives>
    void choice(std::string_view key, std::variant<Alternatives...>&, std::string_view noun)
    {
        FieldRow row;
        row.path = path_of(key);
        row.when = when_;
        row.kind = FieldKind::choice;
        row.choices = {std::string{Alternatives::name}...};
        row.choice_meanings = {std::string{Alternatives::about}...};
        row.example = row.choices.front();
        row.presence = Presence::required;
        row.meaning = "which " + std::string{noun};
        rows_.push_back(std::move(row));
        auto const take = [&]<class Alternative>(Alternative alternative) {
            auto const condition = path_of(key) + " = " + std::string{Alternative::name};
            TableWriter part{path_, when_.empty() ? condition : when_ + ", " + condition, rows_};
            alternative.describe(part);
        };
        (take(Alternatives{}), ...);
    }

private:
    std::string path_of(std::string_view name) const
    {
        return path_.empty() ? std::string{name} : path_ + "." + std::string{name};
    }

    template <class T>
    void walk(T& object, std::string const& path)
    {
        TableWriter part{path, when_, rows_};
        describe_fields(object, part);
    }

    template <class T>
    void fill(T& value, FieldRow& row)
    {
        if constexpr (is_optional<T>) {
            typename T::value_type inner{};
            fill(inner, row);
            row.default_text.clear();
        } else if constexpr (is_vector<T>) {
            typename T::value_type item{};
            row.many = FieldRow::Many::list;
            if constexpr (is_described<typename T::value_type>) {
                row.kind = FieldKind::blocks;
                walk(item, row.path + "[]");
            } else {
                fill(item, row);
                row.default_text.clear();
            }
        } else if constexpr (is_keyed<T>) {
            typename std::remove_cvref_t<decltype(value.entries.front().second)> entry{};
            if constexpr (is_described<decltype(entry)>) {
                row.kind = FieldKind::keyed_blocks;
                walk(entry, row.path + ".*");
            } else if constexpr (is_keyed<decltype(entry)>) {
                typename std::remove_cvref_t<decltype(entry.entries.front().second)> inner{};
                row.kind = FieldKind::twice_keyed_blocks;
                walk(inner, row.path + ".*.*");
            } else if constexpr (std::same_as<decltype(entry), AnyValue>) {
                row.kind = FieldKind::keyed_values;
            } else {
                row.many = FieldRow::Many::keyed;
                fill(entry, row);
                row.default_text.clear();
            }
        } else if constexpr (is_named_enum<T>) {
            row.kind = FieldKind::choice;
            for (auto const& one : enum_names(value)) {
                row.choices.emplace_back(one.name);
                if (one.value == value)
                    row.default_text = one.name;
            }
        } else if constexpr (is_variant<T> || is_described<T>) {
            row.kind = FieldKind::block;
            walk(value, row.path);
        } else {
            describe_scalar(value, row);
        }
    }

    std::string path_;
    std::string when_;
    std::vector<FieldRow>& rows_;
};

template <class... Alternatives>
std::vector<CatalogEntry> catalog_of(std::variant<Alternatives...> const*)
{
    std::vector<CatalogEntry> catalog;
    auto const list = [&]<class Alternative>(Alternative alternative) {
        CatalogEntry entry{
            std::string{Alternative::name}, std::string{Alternative::about}, std::string{Alternative::reference}, {}};
        TableWriter writer{{}, {}, entry.fields};
        alternative.describe(writer);
        catalog.push_back(std::move(entry));
    };
    (list(Alternatives{}), ...);
    return catalog;
}

} // namespace

std::string_view name(FieldKind kind)
{
    switch (kind) {
    case FieldKind::block: return "block";
    case FieldKind::blocks: return "list of blocks";
    case FieldKind::keyed_blocks: return "blocks by name or path";
    case FieldKind::twice_keyed_blocks: return "blocks by name and name";
    case FieldKind::keyed_values: return "values by path";
    case FieldKind::choice: return "choice";
    case FieldKind::boolean: return "true or false";
    case FieldKind::whole_number: return "whole number";
    case FieldKind::number: return "number";
    case FieldKind::fraction: return "fraction";
    case FieldKind::text: return "text";
    case FieldKind::quantity: return "quantity";
    case FieldKind::sized_quantity: return "quantity, as such or per m2 or kg";
    case FieldKind::dose: return "dose";
    case FieldKind::count: return "whole number or unknown";
    case FieldKind::omega: return "variances and correlations or covariances";
    case FieldKind::uncertainty: return "shares and correlations";
    case FieldKind::covariate: return "number with its unit";
    }
    return {};
}

std::string text(Bounds const& bounds)
{
    bool const low_open = bounds.ends == Bounds::Ends::low_open || bounds.ends == Bounds::Ends::open;
    bool const high_open = bounds.ends == Bounds::Ends::high_open || bounds.ends == Bounds::Ends::open;
    if (std::isfinite(bounds.low) && std::isfinite(bounds.high))
        return (low_open ? "above " : "") + shortest(bounds.low) + (high_open ? ", below " : " to ") + shortest(bounds.high);
    if (std::isfinite(bounds.low))
        return (low_open ? "above " : "at least ") + shortest(bounds.low);
    if (std::isfinite(bounds.high))
        return (high_open ? "below " : "at most ") + shortest(bounds.high);
    return {};
}

std::string takes(FieldRow const& field)
{
    std::string what = !field.choices.empty() ? listing(field.choices)
                       : !field.unit.empty()  ? field.unit
                                              : std::string{name(field.kind)};
    auto const limits = text(field.within);
    return limits.empty() ? what : what + ", " + limits;
}

std::vector<FieldRow> scenario_fields()
{
    std::vector<FieldRow> rows;
    Scenario scenario;
    TableWriter writer{{}, {}, rows};
    scenario.describe(writer);
    return rows;
}

std::vector<CatalogEntry> design_catalog() { return catalog_of(static_cast<AnyDesign const*>(nullptr)); }
std::vector<CatalogEntry> pk_catalog() { return catalog_of(static_cast<pk::Model const*>(nullptr)); }
std::vector<CatalogEntry> antigen_clearance_catalog() { return catalog_of(static_cast<pk::AntigenClearance const*>(nullptr)); }
std::vector<CatalogEntry> toxicity_catalog() { return catalog_of(static_cast<Toxicity const*>(nullptr)); }

} // namespace escalon

#include "sim/scenario/json_schema.hpp"

#include "sim/scenario/field_table.hpp"
#include "sim/scenario/number.hpp"
#include "sim/scenario/pattern.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/suggest.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

std::string_view parent_of(std::string_view path)
{
    auto const dot = path.rfind('.');
    return dot == std::string_view::npos ? std::string_view{} : path.substr(0, dot);
}

std::string_view last_name(std::string_view path)
{
    auto const dot = path.rfind('.');
    return dot == std::string_view::npos ? path : path.substr(dot + 1);
}

std::string joined(std::string const& first, std::string_view separator, std::string const& second)
{
    return first.empty() || second.empty() ? first + second : first + std::string{separator} + second;
}

/// "clearance" of "a clearance"
std::string without_article(std::string_view words)
{
    auto const blank = words.find(' ');
    return std::string{words.substr(blank == std::string_view::npos ? 0 : blank + 1)};
}

/// A number that JSON shows as people write it: 1 and not 1.0.
Json plain_number(double value)
{
    constexpr double exactly_representable = 9007199254740992.0; // 2^53
    if (std::trunc(value) == value && std::abs(value) < exactly_representable)
        return static_cast<std::int64_t>(value);
    return value;
}

void add_limits(Json& schema, Bounds const& bounds)
{
    bool const low_open = bounds.ends == Bounds::Ends::low_open || bounds.ends == Bounds::Ends::open;
    bool const high_open = bounds.ends == Bounds::Ends::high_open || bounds.ends == Bounds::Ends::open;
    if (std::isfinite(bounds.low))
        schema[low_open ? "exclusiveMinimum" : "minimum"] = plain_number(bounds.low);
    if (std::isfinite(bounds.high))
        schema[high_open ? "exclusiveMaximum" : "maximum"] = plain_number(bounds.high);
}

/// The tighter of both on either side; whole numbers have no open ends.
Bounds whole_number_limits(FieldRow const& row)
{
    return {.low = std::max(row.within.low, row.representable.low), .high = std::min(row.within.high, row.representable.high)};
}

/// ", above 0"
std::string limits_in_words(Bounds const& bounds)
{
    auto const words = text(bounds);
    return words.empty() ? words : ", " + words;
}

/// The default or an example as the value that it is in JSON.
Json as_value(FieldRow const& row, std::string const& written)
{
    switch (row.kind) {
    case FieldKind::boolean: return written == "true";
    case FieldKind::whole_number:
    case FieldKind::count:
        if (auto const whole = parse_whole(written); std::holds_alternative<std::int64_t>(whole))
            return std::get<std::int64_t>(whole);
        return written;
    case FieldKind::number:
    case FieldKind::fraction:
        if (auto const number = parse_number(written); std::holds_alternative<double>(number))
            return std::get<double>(number);
        return written;
    default: return written;
    }
}

/// What the words of the field say, its unit or kind and its limits: what an editor shows beside the key.
std::string description(FieldRow const& row)
{
    std::string what = row.unit;
    if (what.empty() && row.choices.empty() && row.kind != FieldKind::block && row.kind != FieldKind::blocks &&
        row.kind != FieldKind::keyed_blocks && row.kind != FieldKind::twice_keyed_blocks)
        what = name(row.kind);
    auto const limits = text(row.within);
    what = joined(what, ", ", limits);
    auto words = row.meaning + (what.empty() ? "" : " (" + what + ")");
    for (std::size_t i = 0; i < row.choice_meanings.size(); ++i)
        words += "\n" + row.choices[i] + ": " + row.choice_meanings[i];
    return words;
}

class SchemaWriter {
public:
    SchemaWriter() : rows_{scenario_fields()} {}

    Json take()
    {
        Json schema{{"$schema", "http://json-schema.org/draft-07/schema#"},
                    {"title", "Escalon scenario"},
                    {"description",
                     "A phase I dose-escalation trial: drug, patients, toxicity, designs to compare, and sources"}};
        schema.update(block({}, {}, {}));
        schema["properties"]["schema"]["enum"] = {Scenario::known_schema, std::to_string(Scenario::known_schema)};
        schema["definitions"] = definitions_;
        return schema;
    }

private:
    /// The map at `path` of which the alternatives in `when` are taken.
    /// @param known keys that are described further out: of the map whose alternative this is
    Json block(std::string const& path, std::string const& when, std::vector<std::string> known)
    {
        Json properties = Json::object();
        for (auto const& key : known)
            properties[key] = true;
        Json required = Json::array();
        std::vector<FieldRow const*> selectors;
        for (auto const& row : rows_) {
            if (parent_of(row.path) != path || row.when != when)
                continue;
            std::string const key{last_name(row.path)};
            known.push_back(key);
            properties[key] = field(row);
            if (row.presence == Presence::required)
                required.push_back(key);
            if (!row.choice_meanings.empty())
                selectors.push_back(&row);
        }
        Json schema{{"type", "object"}, {"properties", properties}};
        if (!required.empty())
            schema["required"] = required;
        if (selectors.empty())
            schema["additionalProperties"] = false;
        for (auto const* selector : selectors)
            for (auto const& name : selector->choices)
                schema["allOf"].push_back(alternative(*selector, name, path, when, known));
        return schema;
    }

    /// if/then and not oneOf: faults are then those of the alternative that is named, and of no other.
    Json alternative(FieldRow const& selector, std::string const& name, std::string const& path, std::string const& when,
                     std::vector<std::string> const& known)
    {
        std::string const key{last_name(selector.path)};
        return {{"if", {{"type", "object"}, {"properties", {{key, {{"const", name}}}}}, {"required", {key}}}},
                {"then", block(path, joined(when, ", ", selector.path + " = " + name), known)}};
    }

    Json field(FieldRow const& row)
    {
        Json about{{"description", description(row)}};
        if (!row.default_text.empty() && row.many == FieldRow::Many::one)
            about["default"] = as_value(row, row.default_text);
        auto const value = one(row);
        if (row.many == FieldRow::Many::list) {
            about["type"] = "array";
            about["items"] = value;
            about["errorMessage"] = "write a list: " + row.example;
        } else if (row.many == FieldRow::Many::keyed) {
            about["type"] = "object";
            about["additionalProperties"] = value;
        } else {
            about.update(value);
        }
        return about;
    }

    /// One value of the field.
    Json one(FieldRow const& row)
    {
        switch (row.kind) {
        case FieldKind::block: return block(row.path, row.when, {});
        case FieldKind::blocks: return block(row.path + "[]", row.when, {});
        case FieldKind::keyed_blocks: return {{"type", "object"}, {"additionalProperties", block(row.path + ".*", row.when, {})}};
        case FieldKind::twice_keyed_blocks:
            return {{"type", "object"},
                    {"additionalProperties",
                     {{"type", "object"}, {"additionalProperties", block(row.path + ".*.*", row.when, {})}}}};
        case FieldKind::keyed_values: // any value but none: what it must be depends on the path
            return {{"type", "object"},
                    {"additionalProperties", {{"type", {"string", "number", "boolean", "array", "object"}}}},
                    {"errorMessage", "write { path: value }"}};
        case FieldKind::choice: return choice(row);
        case FieldKind::boolean: return {{"type", "boolean"}, {"errorMessage", "write true or false"}};
        case FieldKind::whole_number: return whole_number(row, whole_number_pattern(whole_number_limits(row)), "a whole number");
        case FieldKind::count: return count(row);
        case FieldKind::number: return number(row.within);
        case FieldKind::fraction: return fraction(row.within);
        case FieldKind::text: // a name may be a number or `true`: the reader takes what is written
            return {{"type", {"string", "number", "boolean"}}, {"minLength", 1}, {"errorMessage", "write a text"}};
        case FieldKind::quantity:
        case FieldKind::sized_quantity:
        case FieldKind::dose: return quantity(row);
        case FieldKind::omega: return omega();
        case FieldKind::uncertainty: return uncertainty();
        case FieldKind::covariate: return covariate(row.within);
        }
        return Json::object();
    }

    static Json choice(FieldRow const& row)
    {
        return {{"type", "string"}, {"enum", row.choices}, {"errorMessage", "write one of: " + listing(row.choices)}};
    }

    static Json whole_number(FieldRow const& row, std::string const& pattern, std::string const& what)
    {
        Json schema{{"type", {"integer", "string"}}, {"pattern", pattern}};
        add_limits(schema, whole_number_limits(row));
        schema["errorMessage"] = "write " + what + limits_in_words(row.within);
        return schema;
    }

    static Json count(FieldRow const& row)
    {
        auto const digits = whole_number_pattern(whole_number_limits(row));
        return whole_number(row, "^unknown$|" + digits, "a whole number or unknown");
    }

    static Json number(Bounds const& bounds)
    {
        Json schema{{"type", {"number", "string"}}, {"pattern", number_pattern(bounds)}};
        add_limits(schema, bounds);
        schema["errorMessage"] = "write a number" + limits_in_words(bounds);
        return schema;
    }

    static Json fraction(Bounds const& bounds)
    {
        Json schema{{"type", {"number", "string"}}, {"pattern", fraction_pattern(bounds)}};
        add_limits(schema, bounds);
        schema["errorMessage"] = "rates are fractions" + limits_in_words(bounds) + ": write 0.30 or 30 %";
        return schema;
    }

    Json quantity(FieldRow const& row)
    {
        auto const sign = row.kind == FieldKind::dose ? Sign::positive : sign_of(row.within);
        auto const what = row.kind == FieldKind::dose ? "a dose" : row.dimension;
        std::string key = without_article(what);
        if (row.kind == FieldKind::sized_quantity)
            key += " as such, per m2 or per kg";
        std::string const limit = sign == Sign::positive ? "above 0" : sign == Sign::not_negative ? "at least 0" : "";
        key = joined(key, ", ", limit);
        std::ranges::replace(key, ' ', '_');
        std::erase(key, ',');
        if (!definitions_.contains(key))
            definitions_[key] = {{"type", "string"},
                                 {"pattern", quantity_pattern(row.dimensions, sign)},
                                 {"errorMessage",
                                  joined("write " + what + " with its unit", ", ", limit) + ", for example " + example(row)}};
        // beside $ref draft-07 ignores every other word
        return {{"allOf", Json::array({Json{{"$ref", "#/definitions/" + key}}})}};
    }

    /// "1 L/d, 1 L/d/m2 or 1 L/d/kg"
    static std::string example(FieldRow const& row)
    {
        if (row.dimensions.empty())
            return "500 mg*d/L";
        std::string examples;
        for (std::size_t i = 0; i < row.dimensions.size(); ++i)
            examples += (i == 0 ? "" : i + 1 == row.dimensions.size() ? " or " : ", ") + ("1 " + usual_unit(row.dimensions[i]));
        return examples;
    }

    /// Figures under pairs of parameters.
    static Json pairs(std::string const& key, std::string const& what, Bounds const& within, std::string const& example)
    {
        auto const form = key + ": { CL-V1: " + example + " }";
        return {{"type", "object"},
                {"description", what + " of pairs: { CL-V1: " + example + " }"},
                {"patternProperties", {{"^[^-]+-[\\s\\S]+$", number(within)}}},
                {"additionalProperties", false},
                {"errorMessage", "write " + form}};
    }

    /// Variances under the names of parameters; correlations or covariances under pairs of them.
    static Json omega()
    {
        return {{"type", "object"},
                {"properties",
                 {{"corr", pairs("corr", "correlations", bounds::between(-1, 1), "0.5")},
                  {"cov", pairs("cov", "covariances", bounds::any, "0.02")}}},
                {"additionalProperties", number(bounds::not_negative)}};
    }

    /// Relative standard errors under the names of parameters; correlations under pairs of them.
    static Json uncertainty()
    {
        return {{"type", "object"},
                {"properties", {{"corr", pairs("corr", "correlations", bounds::between(-1, 1), "0.5")}}},
                {"additionalProperties", fraction(bounds::not_negative)}};
    }

    static Json covariate(Bounds const& bounds)
    {
        Json schema{{"type", {"number", "string"}}, {"pattern", covariate_pattern(bounds)}};
        add_limits(schema, bounds);
        schema["errorMessage"] = "write a number with its unit" + limits_in_words(bounds) + ", for example 41 g/L";
        return schema;
    }

    std::vector<FieldRow> rows_;
    Json definitions_ = Json::object();
};

} // namespace

nlohmann::ordered_json scenario_json_schema() { return SchemaWriter{}.take(); }

} // namespace escalon

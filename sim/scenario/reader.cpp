#include "sim/scenario/reader.hpp"

#include "sim/scenario/csv_rows.hpp"
#include "sim/scenario/letters.hpp"
#include "sim/scenario/number.hpp"
#include "sim/scenario/scenario.hpp"
#include "sim/scenario/suggest.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace escalon {
namespace {

/// Letters, and what joins them: g/L, 10^9/L, mL/min/1.73m2, %.
bool is_covariate_unit(std::string_view unit)
{
    constexpr std::size_t longest = 30;
    auto const belongs = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view{" ./*^%-"}.find(c) != std::string_view::npos || static_cast<unsigned char>(c) > 127;
    };
    auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return unit.empty() || (unit.size() <= longest && std::ranges::all_of(unit, belongs) && !std::ranges::all_of(unit, is_digit));
}

std::string with_unit(double value, std::string_view unit)
{
    return shortest(value) + (unit.empty() ? "" : " ") + std::string{unit};
}

/// "must lie between 0 and 1"
std::string in_words(Bounds const& bounds, double value, std::string_view unit)
{
    bool const low_open = bounds.ends == Bounds::Ends::low_open || bounds.ends == Bounds::Ends::open;
    bool const high_open = bounds.ends == Bounds::Ends::high_open || bounds.ends == Bounds::Ends::open;
    if (std::isfinite(bounds.low) && std::isfinite(bounds.high)) {
        bool const at_an_end = value == bounds.low || value == bounds.high;
        return "must lie between " + shortest(bounds.low) + " and " + with_unit(bounds.high, unit) +
               (at_an_end ? ", ends excluded" : "");
    }
    if (std::isfinite(bounds.low))
        return (low_open ? "must be above " : "must be at least ") + with_unit(bounds.low, unit);
    return (high_open ? "must be below " : "must be at most ") + with_unit(bounds.high, unit);
}

/// 30 -> "0.30"
std::string as_fraction(double percentage)
{
    auto text = shortest(percentage / percent_of);
    if (auto const point = text.find('.'); point != std::string::npos && text.size() - point == 2)
        text += "0";
    return text;
}

std::string article_of(Node::Kind kind)
{
    switch (kind) {
    case Node::Kind::sequence: return "a list, written [a, b]";
    case Node::Kind::map: return "a block of keys, written { key: value }";
    default: return "a single value";
    }
}

} // namespace

std::string counted_from_one(std::string_view field)
{
    std::string text;
    while (true) {
        auto const open = field.find('[');
        text += field.substr(0, open == std::string_view::npos ? open : open + 1);
        if (open == std::string_view::npos)
            return text;
        field.remove_prefix(open + 1);
        std::size_t index = 0;
        auto const end = std::from_chars(field.data(), field.data() + field.size(), index).ptr;
        text += std::to_string(index + 1);
        field.remove_prefix(static_cast<std::size_t>(end - field.data()));
    }
}

void ValueReader::fail(Slot const& slot, Place const& place, std::string message, std::string hint)
{
    findings_.error(place, std::move(message), std::move(hint));
    findings_.spoil(slot.path);
}

bool ValueReader::has_kind(Node const& node, Slot const& slot, Node::Kind kind)
{
    if (node.kind == kind)
        return true;
    std::string const name = slot.name.empty() ? "a scenario" : in_quotes(slot.name);
    if (node.kind == Node::Kind::null)
        fail(slot, node.place, name + " has no value",
             slot.name.empty() ? "begin with schema: 1" : "write " + slot.name + ": " + slot.example + ", or remove the line");
    else
        fail(slot, node.place, name + " must be " + article_of(kind) + ", got " + escalon::in_words(node),
             slot.name.empty() ? "begin with schema: 1" : "write " + slot.name + ": " + slot.example);
    return false;
}

bool ValueReader::is_text(Node const& node, Slot const& slot, std::string_view what)
{
    if (node.kind == Node::Kind::scalar)
        return true;
    if (node.kind == Node::Kind::null)
        fail(slot, node.place, in_quotes(slot.name) + " has no value",
             "write " + slot.name + ": " + slot.example + ", or remove the line");
    else
        fail(slot, node.place, in_quotes(slot.name) + " must be " + std::string{what} + ", got " + escalon::in_words(node),
             "write " + slot.name + ": " + slot.example);
    return false;
}

bool ValueReader::within(Node const& node, Slot const& slot, double shown, std::string_view unit)
{
    if (slot.traits.within.contain(shown))
        return true;
    auto const example = "for example " + slot.name.substr(0, slot.name.find('[')) + ": " + slot.example;
    fail(slot, node.place, in_quotes(slot.name) + " " + in_words(slot.traits.within, shown, unit) + ", got " + node.text,
         example);
    return false;
}

namespace {

/// A parsed figure, or a report of why there is none.
template <class T>
std::optional<T> accepted(ValueReader& values, Node const& node, Slot const& slot, std::variant<T, NumberFault> const& parsed)
{
    if (auto const* fault = std::get_if<NumberFault>(&parsed)) {
        values.fail(slot, node.place, in_quotes(slot.name) + " " + fault->problem, fault->remedy);
        return std::nullopt;
    }
    return std::get<T>(parsed);
}

} // namespace

void ValueReader::read(Node const& node, Slot const& slot, bool& value)
{
    if (!is_text(node, slot, "true or false"))
        return;
    if (node.style == Node::Style::plain && (node.text == "true" || node.text == "false")) {
        value = node.text == "true";
        return;
    }
    auto const lower = lowered(node.text);
    bool const means_yes = lower == "yes" || lower == "on" || lower == "y" || lower == "true" || lower == "1";
    bool const means_no = lower == "no" || lower == "off" || lower == "n" || lower == "false" || lower == "0";
    fail(slot, node.place, in_quotes(slot.name) + " must be true or false, got " + in_quotes(node.text),
         means_yes  ? "write true"
         : means_no ? "write false"
                    : "write " + slot.name + ": " + slot.example);
}

void ValueReader::read(Node const& node, Slot const& slot, std::int64_t& value)
{
    if (!is_text(node, slot, "a whole number"))
        return;
    auto const number = accepted(*this, node, slot, parse_whole(node.text));
    if (number && within(node, slot, static_cast<double>(*number), {}))
        value = *number;
}

void ValueReader::read(Node const& node, Slot const& slot, int& value)
{
    if (!is_text(node, slot, "a whole number"))
        return;
    auto const number = accepted(*this, node, slot, parse_whole(node.text));
    if (!number || !within(node, slot, static_cast<double>(*number), {}))
        return;
    if (*number > largest_int || *number < -largest_int)
        return fail(slot, node.place, in_quotes(slot.name) + " is out of all proportion: " + in_quotes(node.text),
                    "write a number below " + std::to_string(largest_int));
    value = static_cast<int>(*number);
}

void ValueReader::read(Node const& node, Slot const& slot, std::uint64_t& value)
{
    if (!is_text(node, slot, "a whole number"))
        return;
    if (auto const number = accepted(*this, node, slot, parse_seed(node.text)))
        value = *number;
}

void ValueReader::read(Node const& node, Slot const& slot, double& value)
{
    if (!is_text(node, slot, "a number"))
        return;
    auto const number = accepted(*this, node, slot, parse_number(node.text));
    if (number && within(node, slot, *number, {}))
        value = *number;
}

void ValueReader::read(Node const& node, Slot const& slot, Fraction& value)
{
    if (!is_text(node, slot, "a fraction"))
        return;
    auto const number = accepted(*this, node, slot, parse_fraction(node.text));
    if (!number)
        return;
    bool const meant_percent = *number > 1 && *number <= percent_of && !node.text.ends_with('%');
    if (meant_percent && !slot.traits.within.contain(*number))
        return fail(slot, node.place,
                    in_quotes(slot.name) + " " + in_words(slot.traits.within, *number, {}) + ", got " + node.text,
                    "rates are fractions: " + shortest(*number) + " % is " + as_fraction(*number));
    if (within(node, slot, *number, {}))
        value = *number;
}

void ValueReader::read(Node const& node, Slot const& slot, std::string& value)
{
    if (!is_text(node, slot, "a text"))
        return;
    auto text = node.text;
    while (text.ends_with('\n')) // what a block text ends with
        text.pop_back();
    if (text.empty())
        return fail(slot, node.place, in_quotes(slot.name) + " is empty", "write a text, or remove the line");
    value = std::move(text);
}

void ValueReader::read(Node const& node, Slot const& slot, AnyQuantity& value)
{
    if (!is_text(node, slot, "a number with a unit"))
        return;
    bool const has_default = value.dimension != dimension::none;
    auto const expected = has_default ? value.dimension : dimension::auc;
    auto const figure = accepted(*this, node, slot, parse_measured(node.text, expected, slot.traits.unit));
    if (figure && within(node, slot, figure->base, {}))
        value = {figure->base, figure->dimension};
}

void ValueReader::read(Node const& node, Slot const& slot, AnyValue& value)
{
    if (node.kind == Node::Kind::null)
        return fail(slot, node.place, in_quotes(slot.name) + " has no value",
                    "write " + slot.name + ": " + slot.example + ", or remove the line");
    value.node = node;
}

void ValueReader::read(Node const& node, Slot const& slot, Count& value)
{
    if (!is_text(node, slot, "a whole number or `unknown`"))
        return;
    if (node.text == "unknown") {
        value.known.reset();
        return;
    }
    if (number_length(node.text) == 0)
        return fail(slot, node.place, in_quotes(slot.name) + " must be a whole number or unknown, got " + in_quotes(node.text),
                    "write unknown where the record does not say");
    int number = 0;
    auto const before = findings_.size();
    read(node, slot, number);
    if (findings_.size() == before)
        value.known = number;
}

void ValueReader::read(Node const& node, Slot const& slot, Dose& value)
{
    if (!is_text(node, slot, "a dose with its unit"))
        return;
    constexpr auto expected = dimension::mass / dimension::body_surface;
    auto const figure = accepted(*this, node, slot, parse_measured(node.text, expected, {}));
    if (!figure)
        return;
    for (auto const& [unit, symbol] : enum_names(DoseUnit{})) {
        if (parse_unit(symbol)->dimension != figure->dimension)
            continue;
        if (!(figure->base > 0))
            return fail(slot, node.place, in_quotes(slot.name) + " must be above 0, got " + node.text,
                        "write a dose of the ladder");
        value = {figure->base, unit};
        return;
    }
    fail(slot, node.place,
         in_quotes(slot.name) + " must be a dose, got " + describe_dimension(figure->dimension) + ": " + in_quotes(node.text),
         "write it in mg/m2, mg/kg or mg");
}

void ValueReader::read(Node const& node, Slot const& slot, CovariateFigure& value)
{
    if (!is_text(node, slot, "a number, with its unit if it has one"))
        return;
    auto const written = trimmed(node.text);
    auto const length = number_length(written);
    auto const number = accepted(*this, node, slot, parse_number(length > 0 ? written.substr(0, length) : written));
    if (!number || !within(node, slot, *number, {}))
        return;
    std::string unit{trimmed(written.substr(length))};
    if (!is_covariate_unit(unit))
        return fail(slot, node.place, in_quotes(unit) + " is no unit", "write a number and its unit: " + slot.example);
    value = {*number, std::move(unit)};
}

template <class Pair>
void ValueReader::read_pairs(Node const& matrix, Slot const& slot, std::string const& key, Bounds const& within,
                             std::string const& example, std::vector<Pair>& pairs)
{
    auto const part = [&](std::string const& name) { return slot.path + "." + name; };
    auto const* list = matrix.find(key);
    if (!list || !has_kind(*list, Slot{key, part(key), {}, "{ CL-V1: " + example + " }"}, Node::Kind::map))
        return;
    for (auto const& [pair, place, figure] : list->members) {
        Slot const entry{pair, part(key + "." + pair), {.within = within}, example};
        auto const dash = pair.find('-');
        if (dash == std::string::npos || dash == 0 || dash + 1 == pair.size()) {
            fail(entry, place, in_quotes(pair) + " does not name two parameters",
                 "write " + key + ": { CL-V1: " + example + " }");
            continue;
        }
        double read_figure = 0;
        read(figure, entry, read_figure);
        pairs.push_back({pair.substr(0, dash), pair.substr(dash + 1), read_figure});
    }
}

void ValueReader::read(Node const& node, Slot const& slot, pk::Omega& value)
{
    if (!has_kind(node, slot, Node::Kind::map))
        return;
    value = {};
    for (auto const& [name, place, variance] : node.members) {
        if (name == "corr" || name == "cov")
            continue;
        Slot const entry{name, slot.path + "." + name, {.within = bounds::not_negative}, "0.09"};
        value.variances.push_back({name, 0});
        read(variance, entry, value.variances.back().variance);
    }
    read_pairs(node, slot, "corr", bounds::between(-1, 1), "0.5", value.correlations);
    read_pairs(node, slot, "cov", bounds::any, "0.02", value.covariances);
}

void ValueReader::read(Node const& node, Slot const& slot, pk::ParameterUncertainty& value)
{
    if (!has_kind(node, slot, Node::Kind::map))
        return;
    value = {};
    for (auto const& [name, place, error] : node.members) {
        if (name == "corr")
            continue;
        Slot const entry{name, slot.path + "." + name, {.within = bounds::not_negative}, "8 %"};
        Fraction relative;
        read(error, entry, relative);
        value.errors.push_back({name, relative});
    }
    read_pairs(node, slot, "corr", bounds::between(-1, 1), "0.5", value.correlations);
}

std::optional<double> ValueReader::quantity(Node const& node, Slot const& slot, Dimension dimension)
{
    if (!is_text(node, slot, "a number with a unit"))
        return std::nullopt;
    auto const figure = accepted(*this, node, slot, parse_measured(node.text, dimension, slot.traits.unit));
    if (!figure)
        return std::nullopt;
    std::string const unit = slot.traits.unit.empty() ? usual_unit(dimension) : std::string{slot.traits.unit};
    if (figure->dimension != dimension) {
        fail(slot, node.place,
             in_quotes(slot.name) + " must be " + describe_dimension(dimension) + ", got " +
                 describe_dimension(figure->dimension) + ": " + in_quotes(node.text),
             "write it in " + unit + ", for example " + node.text.substr(0, number_length(node.text)) + " " + unit);
        return std::nullopt;
    }
    auto const shown_in = slot.traits.unit.empty() ? std::nullopt : parse_unit(slot.traits.unit);
    double const shown = shown_in ? figure->base / shown_in->factor : figure->base;
    if (!within(node, slot, shown, unit))
        return std::nullopt;
    return figure->base;
}

std::optional<std::pair<double, PerBody>> ValueReader::sized(Node const& node, Slot const& slot, Dimension dimension)
{
    if (!is_text(node, slot, "a number with a unit"))
        return std::nullopt;
    auto const per_m2 = dimension / dimension::body_surface;
    auto const per_kg = dimension / dimension::body_weight;
    auto parsed = parse_measured(node.text, per_m2, slot.traits.unit);
    bool const bare = !node.text.empty() && number_length(node.text) == node.text.size();
    if (auto* fault = std::get_if<NumberFault>(&parsed); fault && bare && slot.traits.unit.empty())
        fault->remedy = "write " + node.text + " " + usual_unit(dimension) + " or " + node.text + " " + usual_unit(per_m2);
    auto const figure = accepted(*this, node, slot, parsed);
    if (!figure)
        return std::nullopt;
    bool const fits = figure->dimension == dimension || figure->dimension == per_m2 || figure->dimension == per_kg;
    if (!fits) {
        auto const number = node.text.substr(0, number_length(node.text));
        fail(slot, node.place,
             in_quotes(slot.name) + " must be " + describe_dimension(dimension) + ", as such or per m2 or kg; got " +
                 describe_dimension(figure->dimension) + ": " + in_quotes(node.text),
             "write it in " + usual_unit(dimension) + ", " + usual_unit(per_m2) + " or " + usual_unit(per_kg) + ", for example " +
                 number + " " + usual_unit(per_m2));
        return std::nullopt;
    }
    if (!within(node, slot, figure->base, usual_unit(figure->dimension)))
        return std::nullopt;
    auto const per = figure->dimension == per_m2 ? PerBody::m2 : figure->dimension == per_kg ? PerBody::kg : PerBody::fixed;
    return std::pair{figure->base, per};
}

std::optional<std::size_t> ValueReader::one_of(Node const& node, Slot const& slot, std::span<std::string const> names)
{
    if (!is_text(node, slot, "one of " + listing(names)))
        return std::nullopt;
    auto const found = std::ranges::find(names, node.text);
    if (found != names.end())
        return static_cast<std::size_t>(found - names.begin());
    auto const meant = nearest(node.text, names);
    fail(slot, node.place, in_quotes(slot.name) + " must be one of " + listing(names) + "; got " + in_quotes(node.text),
         meant ? "did you mean '" + *meant + "'?" : "write " + slot.name + ": " + slot.example);
    return std::nullopt;
}

MapReader::MapReader(Node const& map, std::string path, ValueReader& values) : map_{map}, path_{std::move(path)}, values_{values}
{}

std::optional<std::size_t> MapReader::chosen(std::string_view key, std::string_view noun, std::span<std::string const> names)
{
    known_.emplace_back(key);
    Slot const slot{std::string{key}, path_of(key), {}, names.front()};
    auto const* node = map_.find(key);
    if (!node) {
        knows_every_key_ = false;
        values_.findings().spoil(path_);
        values_.findings().error(map_.place, in_quotes(key) + " is missing" + whole(),
                                 "add " + std::string{key} + ", one of: " + listing(names));
        return std::nullopt;
    }
    if (node->kind == Node::Kind::scalar)
        if (auto const found = std::ranges::find(names, node->text); found != names.end())
            return static_cast<std::size_t>(found - names.begin());
    knows_every_key_ = false;
    values_.findings().spoil(path_);
    if (node->kind != Node::Kind::scalar) {
        values_.has_kind(*node, slot, Node::Kind::scalar);
        return std::nullopt;
    }
    auto const meant = nearest(node->text, names);
    values_.fail(slot, node->place, "unknown " + std::string{noun} + " " + in_quotes(node->text),
                 meant ? "did you mean '" + *meant + "'?" : "there is: " + listing(names));
    return std::nullopt;
}

void MapReader::finish()
{
    auto& findings = values_.findings();
    std::vector<std::string> absent;
    for (auto const& name : known_)
        if (!map_.find(name))
            absent.push_back(name);
    for (auto const& member : map_.members) {
        if (!knows_every_key_ || std::ranges::find(known_, member.key) != known_.end())
            continue;
        // a key that is still free is more likely to be meant than one that is already there
        auto meant = nearest(member.key, absent);
        if (!meant)
            meant = nearest(member.key, known_);
        findings.error(member.place, "unknown key " + in_quotes(member.key) + whole(),
                       meant ? "did you mean '" + *meant + "'?" : "known keys: " + listing(known_));
        if (!meant)
            continue;
        findings.spoil(path_of(*meant));
        std::erase_if(missing_, [&](Missing const& missing) { return missing.name == *meant; });
    }
    for (auto const& [name, example, meaning] : missing_) {
        findings.error(map_.place, in_quotes(name) + " is missing" + whole(),
                       "add " + name + ": " + example + " (" + meaning + ")");
        findings.spoil(path_of(name));
    }
}

void MapReader::report(Faults const& faults)
{
    for (auto const& fault : faults) {
        auto const field = counted_from_one(fault.field);
        if (!values_.findings().sound(path_of(field)))
            continue;
        values_.findings().error(place_of(map_, field), fault.problem, fault.remedy);
        values_.findings().spoil(path_of(field));
    }
}

} // namespace escalon

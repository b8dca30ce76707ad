// The table of every key that a scenario may hold, drawn from `describe()`: for `escalon designs` and `models`, the JSON Schema,
// new scenarios, and whatever else is made from the list of fields.
#pragma once

#include "pk_models/fields.hpp"
#include "pk_models/units.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace escalon {

enum class FieldKind {
    block,
    blocks,             ///< a list of them
    keyed_blocks,       ///< under keys of the user's choice
    twice_keyed_blocks, ///< blocks under two levels of such keys
    keyed_values,       ///< of any kind, under such keys
    choice,
    boolean,
    whole_number,
    number,
    fraction,
    text,
    quantity,
    sized_quantity, ///< as such, per m2 or per kg
    dose,
    count, ///< or `unknown`
    omega,
    uncertainty,
    covariate, ///< a number with a unit that is only compared
};

/// "whole number", "quantity"
std::string_view name(FieldKind kind);

struct FieldRow {
    std::string path; ///< "pk.CL"; lists as "designs[].label", free keys as "evidence.*.label"
    std::string when; ///< the alternatives that the field belongs to: "pk.model = conjugate, ..."; empty for all
    FieldKind kind = FieldKind::block;
    enum class Many { one, list, keyed } many = Many::one; ///< keyed: under keys of the user's choice
    std::string unit;                                      ///< of a quantity: the usual one, or that in which the bounds are
    std::string dimension;                                 ///< of a quantity, in words
    std::vector<Dimension> dimensions;                     ///< of a quantity: those it may have; any when empty
    Bounds within;
    Bounds representable;                     ///< of a whole number: what it can be without being a slip
    std::vector<std::string> choices;         ///< of a choice
    std::vector<std::string> choice_meanings; ///< where each choice brings fields of its own: what it is
    std::string default_text;                 ///< as it would be written; empty where there is none
    std::string example;                      ///< a value that could stand here, as it would be written
    Presence presence = Presence::optional;
    std::string meaning;
};

/// Every key of a scenario, in the order of the resolved scenario.
std::vector<FieldRow> scenario_fields();

/// A design or model that exists, with the fields of its own.
struct CatalogEntry {
    std::string name;
    std::string about;
    std::string reference;
    std::vector<FieldRow> fields; ///< paths relative to the entry
};

std::vector<CatalogEntry> design_catalog();
std::vector<CatalogEntry> pk_catalog();
std::vector<CatalogEntry> antigen_clearance_catalog();
std::vector<CatalogEntry> toxicity_catalog();

/// What a field takes: its unit, choices or kind, and its limits.
std::string takes(FieldRow const& field);

/// "0 to 1", "above 0", "at least 1"; empty without bounds.
std::string text(Bounds const& bounds);

} // namespace escalon

// `designs` and `models`: what exists, and the fields of each.
#include "sim/cli/commands.hpp"

#include "sim/report/text_table.hpp"
#include "sim/scenario/field_table.hpp"
#include "sim/scenario/suggest.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace escalon::cli {
namespace {

using Json = nlohmann::ordered_json;

struct Shelf {
    std::string heading;
    std::vector<CatalogEntry> entries;
};

std::vector<Shelf> shelves(CatalogueArguments::Of of)
{
    if (of == CatalogueArguments::Of::designs)
        return {{"designs: [{ name: ... }]", design_catalog()}};
    return {{"pk: { model: ... }", pk_catalog()},
            {"pk: { antigen_clearance: { model: ... } }", antigen_clearance_catalog()},
            {"toxicity: { model: ... }", toxicity_catalog()}};
}

std::string entry_text(CatalogEntry const& entry)
{
    TextTable table{{{"", Align::left}, {"", Align::left}, {"", Align::left}, {"", Align::left}}};
    for (auto const& field : entry.fields)
        table.row({field.path, takes(field),
                   field.presence == Presence::required ? "required"
                   : field.default_text.empty()         ? ""
                                                        : "default " + field.default_text,
                   field.meaning});
    return fmt::format("{}\n  {}\n  {}\n\n{}", entry.name, entry.about, entry.reference, table.text("    "));
}

Json entry_json(CatalogEntry const& entry)
{
    Json fields = Json::array();
    for (auto const& field : entry.fields) {
        Json row{{"path", field.path},
                 {"kind", name(field.kind)},
                 {"meaning", field.meaning},
                 {"required", field.presence == Presence::required}};
        if (!field.unit.empty())
            row["unit"] = field.unit;
        if (auto const limits = text(field.within); !limits.empty())
            row["bounds"] = limits;
        if (!field.choices.empty())
            row["choices"] = field.choices;
        if (!field.default_text.empty())
            row["default"] = field.default_text;
        fields.push_back(row);
    }
    return {{"name", entry.name}, {"about", entry.about}, {"reference", entry.reference}, {"fields", fields}};
}

} // namespace

Exit execute(CatalogueArguments const& arguments, Console const& console)
{
    Json all = Json::array();
    std::string shown;
    std::vector<std::string> names;
    for (auto const& [heading, entries] : shelves(arguments.of)) {
        std::string shelf;
        for (auto const& entry : entries) {
            names.push_back(entry.name);
            if (!arguments.name.empty() && entry.name != arguments.name)
                continue;
            shelf += "\n" + entry_text(entry);
            all.push_back(entry_json(entry));
        }
        if (!shelf.empty())
            shown += (shown.empty() ? "" : "\n") + heading + "\n" + shelf;
    }
    if (shown.empty())
        throw UsageError(fmt::format("no {} is called {}; {}",
                                     arguments.of == CatalogueArguments::Of::designs ? "design" : "model",
                                     in_quotes(arguments.name), suggestion(arguments.name, names)));
    print(arguments.output, {.text = [&] { return shown; }, .json = [&] { return all; }}, console);
    return Exit::done;
}

} // namespace escalon::cli

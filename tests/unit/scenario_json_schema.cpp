// The JSON Schema is made from the table of fields: whatever is in the catalogues is in it.
#include "sim/scenario/field_table.hpp"
#include "sim/scenario/json_schema.hpp"
#include "tests/unit/scenario_support.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>

using namespace escalon;
using namespace escalon::test;

namespace {

using Json = nlohmann::ordered_json;

/// The `then` of an alternative of a block.
Json const& alternative(Json const& block, std::string const& key, std::string const& name)
{
    for (auto const& part : block.at("allOf"))
        if (part["if"]["properties"][key]["const"] == name)
            return part["then"];
    throw std::runtime_error{"no alternative " + name};
}

void check_entries(Json const& block, std::string const& key, std::vector<CatalogEntry> const& catalog)
{
    for (auto const& entry : catalog) {
        INFO(entry.name);
        auto const& choices = block["properties"][key]["enum"];
        CHECK(std::ranges::find(choices, Json(entry.name)) != choices.end());
        CHECK(block["properties"][key]["description"].get<std::string>().find(entry.about) != std::string::npos);
        auto const& then = alternative(block, key, entry.name);
        CHECK(then["additionalProperties"] == false);
        for (auto const& row : entry.fields) {
            if (row.path.find('.') != std::string::npos)
                continue;
            INFO(row.path);
            CHECK(then["properties"].contains(row.path));
            CHECK(then["properties"][row.path]["description"].get<std::string>().starts_with(row.meaning));
            auto const required = then.value("required", Json::array());
            CHECK((std::ranges::find(required, Json(row.path)) != required.end()) == (row.presence == Presence::required));
        }
    }
}

} // namespace

TEST_CASE("every design and model of the catalogues is in the schema with its fields", "[scenario][schema]")
{
    auto const schema = scenario_json_schema();
    check_entries(schema["properties"]["designs"]["items"], "name", design_catalog());
    check_entries(schema["properties"]["pk"], "model", pk_catalog());
    check_entries(schema["properties"]["toxicity"], "model", toxicity_catalog());
    check_entries(alternative(schema["properties"]["pk"], "model", "conjugate")["properties"]["antigen_clearance"], "model",
                  antigen_clearance_catalog());
}

TEST_CASE("defaults, bounds, choices and required keys of the table are in the schema", "[scenario][schema]")
{
    auto const schema = scenario_json_schema();
    auto const& properties = schema["properties"];
    CHECK(schema["required"] == Json::array({"schema", "name", "doses"}));
    CHECK(properties["runner"]["properties"]["trials"]["default"] == 10'000);
    CHECK(properties["runner"]["properties"]["trials"]["minimum"] == 1);
    CHECK(properties["runner"]["properties"]["engine"]["enum"] == Json::array({"auto", "exact", "monte_carlo"}));
    CHECK(properties["truth"]["properties"]["target"]["exclusiveMaximum"] == 1);
    CHECK(properties["population"]["properties"]["bsa"]["properties"]["mean"]["default"] == "1.79 m2");
    CHECK(properties["documented"]["properties"]["cohorts"]["items"]["properties"]["late_dlts"]["default"] == 0);
    CHECK(properties["regimen"]["properties"]["infusion"]["description"].get<std::string>().find("(h, at least 0)") !=
          std::string::npos);
}

TEST_CASE("every key of the table has its place in the schema", "[scenario][schema]")
{
    // leaves of the schema by their last name: enough to see that a new block is not forgotten
    auto const text = scenario_json_schema().dump();
    for (auto const& row : scenario_fields()) {
        INFO(row.path);
        CHECK(text.find("\"" + row.path.substr(row.path.rfind('.') + 1) + "\":{") != std::string::npos);
    }
}

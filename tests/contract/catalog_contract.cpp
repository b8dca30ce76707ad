// What every design and model of the catalogues promises, and every key of a scenario.
#include "sim/scenario/described.hpp"
#include "sim/scenario/field_table.hpp"
#include "sim/scenario/number.hpp"
#include "tests/unit/scenario_support.hpp"

#include <algorithm>
#include <set>

using namespace escalon;
using namespace escalon::test;

namespace {

std::vector<CatalogEntry> everything()
{
    std::vector<CatalogEntry> all;
    for (auto const& catalog : {design_catalog(), pk_catalog(), antigen_clearance_catalog(), toxicity_catalog()})
        all.insert(all.end(), catalog.begin(), catalog.end());
    return all;
}

/// A truth that tells every design as much as it reads.
std::string const graded = replaced(smallest, "0.3] }", "0.3], grade_2: [0.1, 0.2, 0.3], grade_4: [0.0, 0.1, 0.1] }");

bool is_snake_case(std::string_view name)
{
    return !name.empty() &&
           std::ranges::all_of(name, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; });
}

std::vector<FieldRow> all_rows()
{
    auto rows = scenario_fields();
    for (auto const& entry : everything())
        rows.insert(rows.end(), entry.fields.begin(), entry.fields.end());
    return rows;
}

} // namespace

TEST_CASE("every design and model has a name, a sentence and a reference", "[contract][catalog]")
{
    for (auto const& entry : everything()) {
        INFO(entry.name);
        CHECK(is_snake_case(entry.name));
        CHECK(entry.about.size() > 10);
        CHECK(entry.reference.size() > 10);
        CHECK_FALSE(entry.fields.empty());
    }
}

TEST_CASE("names are unique within a catalogue", "[contract][catalog]")
{
    for (auto const& catalog : {design_catalog(), pk_catalog(), antigen_clearance_catalog(), toxicity_catalog()}) {
        std::set<std::string> names;
        for (auto const& entry : catalog)
            CHECK(names.insert(entry.name).second);
    }
}

TEST_CASE("every field has a meaning, and a name that is used once", "[contract][catalog]")
{
    for (auto const& row : all_rows()) {
        INFO(row.path);
        CHECK(row.meaning.size() > 3);
        CHECK_FALSE(row.path.empty());
    }
    std::set<std::pair<std::string, std::string>> seen;
    for (auto const& row : scenario_fields()) {
        INFO(row.path << " when " << row.when);
        CHECK(seen.insert({row.path, row.when}).second);
    }
}

TEST_CASE("every quantity has a unit or a dimension in words", "[contract][catalog]")
{
    for (auto const& row : all_rows())
        if (row.kind == FieldKind::quantity || row.kind == FieldKind::sized_quantity) {
            INFO(row.path);
            CHECK_FALSE(row.dimension.empty());
            CHECK((row.unit.empty() || row.kind == FieldKind::sized_quantity || parse_unit(row.unit)));
        }
}

TEST_CASE("defaults lie within their bounds", "[contract][catalog]")
{
    for (auto const& row : all_rows()) {
        if (row.default_text.empty())
            continue;
        INFO(row.path << ": " << row.default_text);
        auto const number = parse_number(std::string_view{row.default_text}.substr(0, number_length(row.default_text)));
        if (number_length(row.default_text) > 0)
            CHECK(row.within.contain(std::get<double>(number)));
    }
}

TEST_CASE("a required field that is missing is named in the error", "[contract][catalog]")
{
    for (auto const& entry : pk_catalog()) {
        auto const faults = faults_of(smallest + "pk: { model: " + entry.name + " }\n");
        for (auto const& row : entry.fields)
            if (row.presence == Presence::required && row.path.find('.') == std::string::npos) {
                INFO(entry.name << "." << row.path);
                CHECK_THAT(faults, ContainsSubstring("'" + row.path + "' is missing in 'pk'"));
            }
    }
    for (auto const& entry : toxicity_catalog()) {
        auto const faults = faults_of(replaced(smallest, "toxicity: { model: by_dose, probability: [0.1, 0.2, 0.3] }",
                                               "toxicity: { model: " + entry.name + " }"));
        for (auto const& row : entry.fields)
            if (row.presence == Presence::required && row.path.find('.') == std::string::npos) {
                INFO(entry.name << "." << row.path);
                CHECK_THAT(faults, ContainsSubstring("'" + row.path + "' is missing in 'toxicity'"));
            }
    }
}

TEST_CASE("every design reads from its name alone", "[contract][catalog]")
{
    for (auto const& entry : design_catalog()) {
        INFO(entry.name);
        if (entry.name == TableDesign::name) // nothing stands for a protocol's own table
            CHECK_THAT(faults_of(replaced(graded, "three_plus_three", entry.name)), ContainsSubstring("the table is empty"));
        else if (auto const faults = faults_of(replaced(graded, "three_plus_three", entry.name));
                 faults.find("the trial has no clock") != std::string::npos)
            CHECK(faults_of(replaced(graded, "three_plus_three", entry.name) +
                            "trial: { dlt_window: 28 d, clock: { accrual: { rate: 3 per month } } }\n")
                      .empty());
        else
            CHECK(faults.empty());
    }
}

TEST_CASE("every design refuses an option that it does not have", "[contract][catalog]")
{
    for (auto const& entry : design_catalog())
        CHECK_THAT(faults_of(replaced(smallest, "name: three_plus_three", "name: " + entry.name + ", quite_unknown: 3")),
                   ContainsSubstring("unknown key 'quite_unknown'"));
}

TEST_CASE("every design takes the options that all designs take", "[contract][catalog]")
{
    for (auto const& entry : design_catalog()) {
        INFO(entry.name);
        for (auto const* option : {"target", "cohort_size", "max_patients", "start_level"})
            CHECK(std::ranges::count(entry.fields, option, &FieldRow::path) == 1);
    }
}

TEST_CASE("the table of fields lists what the scenario of the manual holds", "[contract][catalog]")
{
    auto const rows = scenario_fields();
    for (auto const* path :
         {"schema", "name", "doses.levels", "regimen.infusion", "pk.model", "pk.KDC", "pk.antigen_clearance.A50",
          "population.antigen.sd_log", "population.omega", "toxicity.tolerance.median", "toxicity.probability", "designs[].name",
          "designs[].label", "designs[].deescalate", "trial.dlt_window", "truth.target", "documented.cohorts[].late_dlts",
          "evidence.*.label", "runner.engine"}) {
        INFO(path);
        CHECK(std::ranges::count(rows, path, &FieldRow::path) >= 1);
    }
}

// The JSON Schema of scenarios against the reader: what one accepts the other accepts, what the schema can see it refuses.
#include "sim/scenario/field_table.hpp"
#include "sim/scenario/json_schema.hpp"
#include "tests/support/damager.hpp"
#include "tests/support/editor_json.hpp"
#include "tests/support/process.hpp"
#include "tests/unit/scenario_support.hpp"

#include <algorithm>
#include <map>

using namespace escalon;
using namespace escalon::test;

namespace {

using Json = nlohmann::ordered_json;
using Faults = std::vector<std::string>;

/// What ajv says of each value against the schema that the program prints.
std::vector<Faults> ajv(Json const& values)
{
    Scratch const place;
    auto const schema = run_escalon({"schema"});
    REQUIRE(schema.exit == 0);
    place.write("schema.json", schema.out);
    place.write("cases.json", values.dump(-1, ' ', false, Json::error_handler_t::replace));
    auto const said = Running{
        place.path(),
        {ESCALON_NODE, std::string{ESCALON_TEST_DATA} + "/schema/hold.mjs",
         std::string{ESCALON_SOURCE_DIR} + "/sim/report/render", "schema.json",
         "cases.json"}}.wait();
    INFO(said.err);
    REQUIRE(said.exit == 0);
    auto faults = Json::parse(said.out).get<std::vector<Faults>>();
    REQUIRE(faults.size() == values.size());
    return faults;
}

/// Texts are held against the schema together: node starts once.
class Held {
public:
    void add(std::string name, std::string text)
    {
        values_.push_back(editor_json(text));
        cases_.push_back({std::move(name), std::move(text)});
    }

    void check_accepted() const
    {
        auto const faults = ajv(values_);
        for (std::size_t i = 0; i < cases_.size(); ++i) {
            INFO(cases_[i].first << "\n" << cases_[i].second);
            CHECK(faults[i] == Faults{});
        }
    }

    std::size_t size() const { return cases_.size(); }

private:
    std::vector<std::pair<std::string, std::string>> cases_;
    Json values_ = Json::array();
};

/// Whole scenarios among the YAML blocks of a document.
std::vector<std::string> scenarios_in(std::filesystem::path const& document)
{
    std::vector<std::string> found;
    std::istringstream text{file_text(document.string())};
    for (std::string line; std::getline(text, line);) {
        if (!line.starts_with("```yaml"))
            continue;
        std::string block;
        while (std::getline(text, line) && !line.starts_with("```"))
            block += line + "\n";
        if (block.starts_with("schema:"))
            found.push_back(block);
    }
    return found;
}

} // namespace

TEST_CASE("every scenario of the repository, and each as it is resolved, passes the schema", "[schema]")
{
    Held held;
    std::filesystem::path const root{ESCALON_SOURCE_DIR};
    for (auto const& entry : std::filesystem::recursive_directory_iterator{root / "scenarios"}) {
        if (entry.path().extension() != ".yaml")
            continue;
        held.add(entry.path().string(), file_text(entry.path().string()));
        held.add(entry.path().string() + ", resolved", resolved_yaml(read_scenario(entry.path())));
    }
    CHECK(held.size() >= 24);
    auto const shipped_alone = held.size();
    for (auto const& entry : std::filesystem::recursive_directory_iterator{root / "docs"})
        if (entry.path().extension() == ".md")
            for (auto const& block : scenarios_in(entry.path()))
                held.add(entry.path().string(), block);
    CHECK(held.size() > shipped_alone);
    held.add("smallest", smallest);
    held.add("with exposure", with_exposure);
    held.check_accepted();
}

TEST_CASE("what init writes passes the schema", "[schema][init]")
{
    Held held;
    for (auto const& design : design_catalog()) {
        held.add(design.name, run_escalon({"init", "--design", design.name}).out);
        for (auto const& model : pk_catalog())
            held.add(design.name + ", " + model.name, run_escalon({"init", "--design", design.name, "--model", model.name}).out);
    }
    CHECK(held.size() >= 5);
    held.check_accepted();
}

TEST_CASE("every form of value that the reader accepts the schema accepts", "[schema]")
{
    Held held;
    auto const by_dose = [&](std::string const& what, std::string const& by) { held.add(by, replaced(smallest, what, by)); };
    auto const with_pk = [&](std::string const& what, std::string const& by) { held.add(by, replaced(with_exposure, what, by)); };
    for (auto const* levels : {"[10., 20, 30]", "[.5, 1e1, +2E1]", "['10', \" 20 \", 30]", "[1e-3, 2, 3]"})
        by_dose("[10, 20, 30]", levels);
    for (auto const* shares :
         {"[10 %, 20%, '0.3']", "[0, 0.5, 1]", "[0 %, '50 %', 100 %]", "[-0, 1e-1, 30e0 %]", "[.1, 1.0, '1']"})
        by_dose("[0.1, 0.2, 0.3]", shares);
    by_dose("name: small", "name: 7");
    by_dose("name: small", "name: true");
    by_dose("name: small", "name: >-\n  folded\n  text");
    by_dose("schema: 1", "schema: '1'");
    by_dose("three_plus_three }", "'three_plus_three', deescalate: true, max_patients: '24', start_level: 1, target: 25 % }");
    for (auto const* clearance :
         {"0.4 L/d", "0.4 L/d/m2", "7 mL/d/kg", "39.5mL/h/m2", "0.4 L/d/m²", "0.4 L/m^2/d", "'0.4  L / d / m2 '",
          "+.4 l*m2/d/m2/m2", "1e-1 L per day", "40 %*L/d", "0.4 nmol/nM/d", "2 /d*L"}) {
        INFO(clearance);
        auto const text = replaced(with_exposure, "0.4 L/d/m2", clearance);
        if (faults_of(text).empty())
            held.add(clearance, text);
    }
    for (auto const* cycle : {"3 weeks", "21d", "504 h", "0.7 month", "30240 min", "21 days"})
        with_pk("21 d", cycle);
    for (auto const* counts :
         {"patients: unknown, dlts: unknown", "patients: 3, dlts: 0, late_dlts: 1", "patients: '3', dlts: 0"})
        held.add(counts, smallest + "documented: { mtd: 20 mg/m2, cohorts: [{ level: '10 mg/m2', " + counts + " }] }\n");
    held.add("seed", smallest + "runner: { seed: 18446744073709551615, precision: 0.5 %, trials: 123456789012 }\n");
    held.add("omega", with_exposure + "population: { omega: { CL: 0.09, V1: '0.04', corr: { CL-V1: -0.5 } } }\n");
    held.add("covariances",
             with_exposure + "population: { omega: { CL: 0.09, V1: 0.04, cov: { CL-V1: -0.01 } }, iov: { CL: 0.02 } }\n");
    held.add("uncertainty", with_exposure + "population: { uncertainty: { CL: 8 %, V1: 0.05, corr: { CL-V1: 0.3 } } }\n");
    for (auto const* albumin : {"mean: 41 g/L, sd: 5 g/L", "mean: 41, sd: 5", "median: '41', sd_log: 0.1", "value: 41g/L"})
        held.add(albumin, with_exposure + "population: { covariates: { albumin: { " + albumin + " } } }\n");
    held.add("units of covariates", with_exposure +
                                        "population: { covariates: { cells: { value: 250 10^9/L }, age: { value: -3 }, "
                                        "gfr: { value: 90 mL/min/1.73m2 } } }\n");
    held.add("effects",
             with_exposure +
                 "population:\n  covariates: { sex: { categories: { f: 60 %, m: 0.4 } } }\n"
                 "  effects: { CL: { weight: { power: -0.4, reference: 70 kg } }, V1: { sex: { factors: { f: 0.85 } } } }\n");
    held.add("individuals",
             with_exposure + "population: { individuals: { columns: [{ name: CL, unit: L/d, values: [0.5, 0.6] }, { name: sex, "
                             "categories: [f, m] }] }, effects: { V1: { sex: { factors: { f: 0.85 } } } } }\n");
    held.add("evidence", with_exposure +
                             "evidence:\n  pk.CL: { label: seed, source: 2007, why: '010' }\n  \"designs.3+3\": { label: "
                             "unknown }\n");
    held.add("windows", "\xEF\xBB\xBF" + smallest);
    CHECK(held.size() > 35);
    held.check_accepted();
}

TEST_CASE("damaged scenarios that the reader still accepts the schema accepts", "[schema][fuzz]")
{
    constexpr int mutations = 4000;
    Damager damager{31};
    Held held;
    for (auto const* file : {"standard.yaml", "huc242_dm4.yaml", "cantuzumab_mertansine.yaml"}) {
        auto const original = file_text(shipped(file));
        for (int i = 0; i < mutations; ++i) {
            auto const text = damager.damage(original);
            if (faults_of(text).empty())
                held.add(std::string{file} + ", mutation " + std::to_string(i), text);
        }
    }
    CHECK(held.size() > 500);
    held.check_accepted();
}

TEST_CASE("units of up to three symbols are judged as the reader judges them", "[schema][units]")
{
    constexpr int tried = 6000;
    std::mt19937 random{5};
    auto const below = [&](std::size_t limit) { return random() % limit; };
    auto const symbols = unit_symbols();
    std::vector<std::string> const numbers{"1", "0", "-1", "0.0", "5.", ".5", "-0", "+2", "1e3", "007", "1e", "0e9"};
    std::vector<std::string> const right{"L/d", "L/d/m2", "mL/h/kg", "/d", "per h", "d", "weeks", "m2", "mg/kg", "mg", "U/mL"};
    struct Place {
        std::string_view what;
        std::string text;
    };
    std::vector<Place> const places{{"0.4 L/d/m2", with_exposure},
                                    {"1.7 L/m2", with_exposure},
                                    {"0.3 L/d/m2", with_exposure},
                                    {"21 d", with_exposure},
                                    {"1 h", with_exposure},
                                    {"60 mg*d/L", with_exposure},
                                    {"9 m2", with_exposure + "population: { bsa: { mean: 9 m2, sd: 0 m2 } }\n"},
                                    {"10 U/mL", with_exposure + "population: { antigen: { value: 10 U/mL } }\n"},
                                    {"0.058 /d", file_text(shipped("huc242_dm4.yaml"))}};
    std::vector<bool> accepted;
    std::vector<std::string> texts;
    Json values = Json::array();
    for (int i = 0; i < tried; ++i) {
        auto const& place = places[below(places.size())];
        std::string unit = below(3) == 0 ? right[below(right.size())] : "";
        if (unit.empty()) {
            auto const count = 1 + below(3);
            for (std::size_t k = 0; k < count; ++k)
                unit += std::string{k == 0 ? std::array{"", "/", "per "}[below(3)] : std::array{"*", "/", " / "}[below(3)]} +
                        std::string{symbols[below(symbols.size())].symbol};
        }
        auto const figure = numbers[below(numbers.size())] + std::array{" ", "", "  "}[below(3)] + unit;
        auto const text = replaced(place.text, std::string{place.what}, "'" + figure + "'");
        auto const faults = faults_of(text);
        // faults of several parts together are not the schema's to see
        bool const of_the_value = faults.find("'" + figure) != std::string::npos ||
                                  faults.find("got " + figure) != std::string::npos ||
                                  faults.find("leading zero") != std::string::npos ||
                                  faults.find("unknown unit") != std::string::npos;
        bool const of_the_driver = faults.find(": error: driver ") != std::string::npos;
        accepted.push_back(faults.empty() || of_the_driver || !of_the_value);
        texts.push_back(figure + " for " + std::string{place.what} + "\n" + faults);
        values.push_back(editor_json(text));
    }
    auto const faults = ajv(values);
    int read = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        INFO(texts[i]);
        CHECK(faults[i].empty() == accepted[i]);
        read += accepted[i] ? 1 : 0;
    }
    CHECK(read > 200);
    CHECK(read < tried - 200);
}

TEST_CASE("each fault that the schema can see it refuses, at its place", "[schema]")
{
    struct Bad {
        std::string place; ///< of some fault that ajv names
        std::string text;
    };
    auto const in_small = [](std::string const& what, std::string const& by) { return replaced(smallest, what, by); };
    auto const in_pk = [](std::string const& what, std::string const& by) { return replaced(with_exposure, what, by); };
    std::vector<Bad> const bad{
        {"/extra", smallest + "extra: 1\n"},
        {"/doses/level", in_small("levels", "level")},
        {"/doses", in_small("doses:", "dose:")},
        {"/name", in_small("name: small", "")},
        {"/doses/unit", in_small("unit: mg/m2, ", "")},
        {"/doses/unit", in_small("mg/m2", "mg/m3")},
        {"/doses/levels", in_small("[10, 20, 30]", "10")},
        {"/doses/levels/0", in_small("[10,", "[-10,")},
        {"/doses/levels/0", in_small("[10,", "[ten,")},
        {"/doses/levels/0", in_small("[10,", "[1_0,")},
        {"/doses/levels/0", in_small("[10,", "[.nan,")},
        {"/doses/levels/0", in_small("[10,", "[~,")},
        {"/doses/start_level", in_small("30] }", "30], start_level: 0 }")},
        {"/doses/start_level", in_small("30] }", "30], start_level: 1.5 }")},
        {"/doses/start_level", in_small("30] }", "30], start_level: 2000000 }")},
        {"/schema", in_small("schema: 1", "schema: 2")},
        {"/toxicity/model", in_small("by_dose", "by_dos")},
        {"/toxicity/model", in_small("model: by_dose, ", "")},
        {"/toxicity/probability/0", in_small("[0.1,", "[30,")},
        {"/toxicity/probability/0", in_small("[0.1,", "[101 %,")},
        {"/toxicity/probability/0", in_small("[0.1,", "[-1 %,")},
        {"/toxicity/probability", in_small("probability: [0.1, 0.2, 0.3]", "probabilities: [0.1, 0.2, 0.3]")},
        {"/designs/0/name", in_small("three_plus_three", "three_plus_tree")},
        {"/designs/0/name", in_small("name: three_plus_three", "label: a")},
        {"/designs/0/deescalat", in_small("three_plus_three }", "three_plus_three, deescalat: true }")},
        {"/designs/0/deescalate", in_small("three_plus_three }", "three_plus_three, deescalate: no }")},
        {"/designs/0/deescalate", in_small("three_plus_three }", "three_plus_three, deescalate: }")},
        {"/designs/0/target", in_small("three_plus_three }", "three_plus_three, target: 30 }")},
        {"/designs/0/target", in_small("three_plus_three }", "three_plus_three, target: 100 % }")},
        {"/designs/0/max_patients", in_small("three_plus_three }", "three_plus_three, max_patients: many }")},
        {"/designs", in_small("  - { name: three_plus_three }", "  name: three_plus_three")},
        {"/truth/target", smallest + "truth: { target: 30 }\n"},
        {"/runner/engine", smallest + "runner: { engine: exct }\n"},
        {"/runner/trials", smallest + "runner: { trials: 0 }\n"},
        {"/runner/seed", smallest + "runner: { seed: -1 }\n"},
        {"/documented/cohorts/0/dlts", smallest + "documented: { cohorts: [{ level: 10 mg/m2, patients: 3 }] }\n"},
        {"/documented/cohorts/0/dlts", smallest + "documented: { cohorts: [{ level: 10 mg/m2, patients: 3, dlts: none }] }\n"},
        {"/documented/cohorts/0/patients", smallest + "documented: { cohorts: [{ level: 10 mg/m2, patients: 0, dlts: 0 }] }\n"},
        {"/documented/mtd", smallest + "documented: { mtd: 20 }\n"},
        {"/documented/mtd", smallest + "documented: { mtd: 20 L }\n"},
        {"/documented/mtd", smallest + "documented: { mtd: 0 mg/m2 }\n"},
        {"/evidence/doses.levels/label", smallest + "evidence: { doses.levels: { label: sed } }\n"},
        {"/evidence/doses.levels/label", smallest + "evidence: { doses.levels: { why: so } }\n"},
        {"/evidence/doses.levels/who", smallest + "evidence: { doses.levels: { label: seed, who: me } }\n"},
        {"/pk/model", in_pk("two_compartment", "two_compartments")},
        {"/pk/CL", in_pk("CL: 0.4 L/d/m2, ", "")},
        {"/pk/v1", in_pk("V1:", "v1:")},
        {"/pk/CL", in_pk("0.4 L/d/m2", "0.4")},
        {"/pk/CL", in_pk("0.4 L/d/m2", "0.4 L")},
        {"/pk/CL", in_pk("0.4 L/d/m2", "0 L/d")},
        {"/pk/CL", in_pk("0.4 L/d/m2", "-0.4 L/d")},
        {"/pk/CL", in_pk("0.4 L/d/m2", "0.4 L/d/m3")},
        {"/pk/KDC", in_pk("V2: 0.9 L/m2", "V2: 0.9 L/m2, KDC: 0.1 /d")},
        {"/regimen/cycle", in_pk("21 d", "21")},
        {"/regimen/cycle", in_pk("21 d", "21 L")},
        {"/regimen/infusion", in_pk("infusion: 1 h", "infusion: -1 h")},
        {"/regimen/days/0", in_pk("days: [1]", "days: [0]")},
        {"/toxicity/tolerance/median", in_pk("60 mg*d/L", "60")},
        {"/toxicity/tolerance/median", in_pk("60 mg*d/L", "60 mg*d/quart")},
        {"/toxicity/tolerance/sd_log", in_pk("sd_log: 0.3", "sd_log: wide")},
        {"/toxicity/driver", in_pk("by_exposure,", "by_exposure, driver: acu,")},
        {"/pk/antigen_clearance/model", in_pk("V2: 0.9 L/m2", "V2: 0.9 L/m2, antigen_clearance: { SMAX: 2 }")},
        {"/pk/antigen_clearance/exponent",
         in_pk("V2: 0.9 L/m2", "V2: 0.9 L/m2, antigen_clearance: { model: emax, SMAX: 2, A50: 1 U/mL, exponent: 1 }")},
        {"/population/antigen/sdlog", with_exposure + "population: { antigen: { median: 1 U/mL, sdlog: 1.6 } }\n"},
        {"/population/omega/CL", with_exposure + "population: { omega: { CL: -0.1 } }\n"},
        {"/population/omega/corr/CL-V1", with_exposure + "population: { omega: { CL: 0.1, V1: 0.1, corr: { CL-V1: 1.5 } } }\n"},
        {"/population/omega/cov/CL-V1", with_exposure + "population: { omega: { CL: 0.1, V1: 0.1, cov: { CL-V1: much } } }\n"},
        {"/population/iov/CL", with_exposure + "population: { iov: { CL: -0.1 } }\n"},
        {"/population/uncertainty/CL", with_exposure + "population: { uncertainty: { CL: -8 % } }\n"},
        {"/population/covariates/albumin/mean",
         with_exposure + "population: { covariates: { albumin: { mean: -41 g/L, sd: 5 g/L } } }\n"},
        {"/population/covariates/sex/categories/f",
         with_exposure + "population: { covariates: { sex: { categories: { f: 2, m: 0 } } } }\n"},
        {"/population/effects/V1/sex/factors/f",
         with_exposure + "population: { covariates: { sex: { categories: { f: 1 } } }, effects: { V1: "
                         "{ sex: { factors: { f: 0 } } } } }\n"},
        {"/population/omega/corr/CLV1", with_exposure + "population: { omega: { CL: 0.1, V1: 0.1, corr: { CLV1: 0.5 } } }\n"},
        {"", "just words\n"},
        {"", "# nothing\n"},
    };
    Json values = Json::array();
    for (auto const& [place, text] : bad) {
        INFO(text);
        CHECK(count_of_faults(text) > 0); // the reader refuses it too
        values.push_back(editor_json(text));
    }
    auto const faults = ajv(values);
    for (std::size_t i = 0; i < bad.size(); ++i) {
        INFO(bad[i].place << "\n" << bad[i].text << "\n" << Json(faults[i]).dump(2));
        CHECK(std::ranges::any_of(faults[i], [&](std::string const& fault) { return fault.starts_with(bad[i].place + ": "); }));
        CHECK(faults[i].size() <= 3); // of the value alone, not of every alternative that was not meant
    }
}

TEST_CASE("of the golden scenario with seven faults the schema sees the five that lie in one value", "[schema]")
{
    auto const text = file_text(std::string{ESCALON_TEST_DATA} + "/golden/diagnostics/seven_faults.yaml");
    auto const faults = ajv(Json::array({editor_json(text)})).front();
    for (auto const* place : {"/pk/CL", "/pk/V1", "/population/antigen/sdlog", "/designs/0/name", "/truth/target"}) {
        INFO(place);
        CHECK(
            std::ranges::any_of(faults, [&](std::string const& fault) { return fault.starts_with(std::string{place} + ": "); }));
    }
}

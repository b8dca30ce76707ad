// What the tests of scenarios share: texts to start from, and the diagnostics that a text gives.
#pragma once

#include "sim/scenario/echo.hpp"
#include "sim/scenario/scenario.hpp"
#include "tests/support/catch.hpp"

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace escalon::test {

inline std::string file_text(std::string const& path)
{
    std::ifstream file{path, std::ios::binary};
    if (!file)
        throw std::runtime_error{"no file at " + path};
    return {std::istreambuf_iterator<char>{file}, {}};
}

inline std::string shipped(std::string const& name) { return std::string{ESCALON_TEST_DATA} + "/../scenarios/" + name; }

inline std::string const smallest = R"(schema: 1
name: small
doses: { unit: mg/m2, levels: [10, 20, 30] }
toxicity: { model: by_dose, probability: [0.1, 0.2, 0.3] }
designs:
  - { name: three_plus_three }
)";

inline std::string const with_exposure = R"(schema: 1
name: exposure
doses: { unit: mg/m2, levels: [10, 20, 30] }
regimen: { days: [1], cycle: 21 d, cycles: 2, infusion: 1 h }
pk: { model: two_compartment, CL: 0.4 L/d/m2, V1: 1.7 L/m2, Q: 0.3 L/d/m2, V2: 0.9 L/m2 }
toxicity: { model: by_exposure, tolerance: { median: 60 mg*d/L, sd_log: 0.3 } }
designs:
  - { name: three_plus_three, label: 3+3 }
  - { name: three_plus_three, label: 3+3.quick, deescalate: false, six_at_mtd: false }
)";

inline std::vector<Override> overrides(std::vector<std::string> const& texts)
{
    std::vector<Override> result;
    for (auto const& text : texts)
        result.push_back(parse_override(text));
    return result;
}

inline Scenario read(std::string const& text, std::vector<std::string> const& sets = {})
{
    return parse_scenario(text, "s.yaml", overrides(sets));
}

/// The diagnostics of a text, as they are printed; empty for a good one.
inline std::string faults_of(std::string const& text, std::vector<std::string> const& sets = {})
{
    try {
        read(text, sets);
        return {};
    } catch (ScenarioError const& error) {
        return render(std::span{error.diagnostics()});
    }
}

inline std::size_t count_of_faults(std::string const& text, std::vector<std::string> const& sets = {})
{
    try {
        read(text, sets);
        return 0;
    } catch (ScenarioError const& error) {
        return error.diagnostics().size();
    }
}

inline std::string replaced(std::string text, std::string const& what, std::string const& by)
{
    auto const at = text.find(what);
    if (at == std::string::npos)
        throw std::runtime_error{"the text has no " + what};
    return text.replace(at, what.size(), by);
}

/// The smallest scenario with this design: "name: crm, ...".
inline std::string with_design(std::string const& options) { return replaced(smallest, "name: three_plus_three", options); }

inline void check_faults_of_design(std::string const& options, std::vector<std::string> const& parts)
{
    auto const faults = faults_of(with_design(options));
    for (auto const& part : parts)
        CHECK_THAT(faults, ContainsSubstring(part));
}

} // namespace escalon::test

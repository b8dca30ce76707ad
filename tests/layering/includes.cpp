// Layers are stacked in one direction, designs are blind, and the core touches nothing of the machine.
#include "tests/support/catch.hpp"
#include "tests/support/source_layers.hpp"

using namespace escalon::test;

namespace {

std::vector<std::string> of(std::string path, std::string includes)
{
    return violations({std::move(path), "// What it is.\n#pragma once\n\n" + std::move(includes)});
}

} // namespace

TEST_CASE("every source keeps to its layer", "[layering]")
{
    auto const files = sources(ESCALON_SOURCE_DIR);
    REQUIRE(files.size() > 50);
    for (auto const& file : files)
        CHECK(violations(file) == std::vector<std::string>{});
}

TEST_CASE("every layer that the plan's core names was read", "[layering]")
{
    std::set<std::string> read;
    for (auto const& file : sources(ESCALON_SOURCE_DIR))
        read.insert(layer_of(file.path));
    for (auto const* layer : {"pk_models", "vocabulary", "random", "population", "toxicity", "designs", "trial", "runner"})
        CHECK(read.contains(layer));
}

TEST_CASE("a design that looks at the truth is caught", "[layering][planted]")
{
    CHECK(of("sim/designs/cheat.hpp", "#include \"sim/toxicity/by_dose.hpp\"\n") ==
          std::vector<std::string>{"sim/designs/cheat.hpp:4: designs may not include sim/toxicity/by_dose.hpp"});
    for (auto const* hidden : {"sim/population/population.hpp", "sim/random/stream.hpp", "sim/trial/conduct.hpp",
                               "pk_models/exposure.hpp", "pk_models/catalog.hpp"})
        CHECK(of("sim/designs/cheat.cpp", "#include \"" + std::string{hidden} + "\"\n").size() == 1);
    for (auto const* visible :
         {"sim/vocabulary/observed.hpp", "sim/designs/design.hpp", "pk_models/units.hpp", "pk_models/fields.hpp"})
        CHECK(of("sim/designs/honest.cpp", "#include \"" + std::string{visible} + "\"\n").empty());
}

TEST_CASE("an include against the direction of the layers is caught", "[layering][planted]")
{
    CHECK(of("pk_models/a.hpp", "#include \"sim/vocabulary/observed.hpp\"\n").size() == 1);
    CHECK(of("sim/random/a.hpp", "#include \"pk_models/units.hpp\"\n").size() == 1);
    CHECK(of("sim/vocabulary/a.hpp", "#include \"pk_models/linear.hpp\"\n").size() == 1);
    CHECK(of("sim/trial/a.hpp", "  #  include <sim/runner/exact.hpp>\n").size() == 1);
    CHECK(of("sim/runner/a.hpp", "#include \"sim/scenario/scenario.hpp\"\n").size() == 1);
    CHECK(of("sim/scenario/a.hpp", "#include \"sim/report/csv.hpp\"\n").size() == 1);
    CHECK(of("sim/runner/a.hpp", "#include \"pk_models/exposure.hpp\"\n#include \"sim/designs/catalog.hpp\"\n").empty());
    CHECK(of("sim/cli/a.cpp", "#include \"sim/report/csv.hpp\"\n#include \"sim/random/stream.hpp\"\n").empty());
}

TEST_CASE("a core that touches the machine is caught", "[layering][planted]")
{
    for (auto const* header : {"thread", "fstream", "iostream", "filesystem", "chrono", "mutex", "yaml-cpp/yaml.h",
                               "nlohmann/json.hpp", "fmt/format.h"}) {
        INFO(header);
        CHECK(of("sim/trial/a.cpp", "#include <" + std::string{header} + ">\n").size() == 1);
        CHECK(of("sim/runner/a.cpp", "#include <" + std::string{header} + ">\n").empty());
    }
    CHECK(of("sim/trial/a.cpp", "#include <vector>\n#include <boost/math/special_functions/erf.hpp>\n").empty());
}

TEST_CASE("a header without its comment or guard is caught", "[layering][planted]")
{
    CHECK(violations({"sim/trial/a.hpp", "#pragma once\n"}).size() == 2); // the guard must stand on a line after the comment
    CHECK(violations({"sim/trial/a.hpp", "// What it is.\nint x;\n"}).size() == 1);
    CHECK(violations({"sim/trial/a.cpp", "int x;\n"}).empty());
}

TEST_CASE("an include that is not written from the root, or a file in no layer, is caught", "[layering][planted]")
{
    CHECK(of("sim/trial/a.cpp", "#include \"conduct.hpp\"\n").size() == 1);
    CHECK(of("sim/elsewhere/a.cpp", "").size() == 1);
    CHECK(of("sim/a.cpp", "").size() == 1);
}

// Reference values computed elsewhere; each file says where.
#pragma once

#include <nlohmann/json.hpp>

#include <fstream>
#include <stdexcept>
#include <string>

namespace escalon::test {

inline nlohmann::json oracle(std::string const& name)
{
    std::string const path = std::string{ESCALON_TEST_DATA} + "/oracles/" + name;
    std::ifstream file{path};
    if (!file)
        throw std::runtime_error{"no oracle at " + path};
    return nlohmann::json::parse(file);
}

} // namespace escalon::test

// The names that a described type gives its fields.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "pk_models/fields.hpp"

namespace escalon::test {

struct FieldNames {
    std::vector<std::string> names;

    template <class T>
    void field(std::string_view name, T&, std::string_view, FieldTraits = {})
    {
        names.emplace_back(name);
    }
    bool has(std::string_view name) const { return std::ranges::find(names, name) != names.end(); }
};

template <class Described>
FieldNames field_names(Described described)
{
    FieldNames fields;
    described.describe(fields);
    return fields;
}

} // namespace escalon::test

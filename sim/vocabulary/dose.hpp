// A dose with its unit, as an option or a record states it.
#pragma once

#include "sim/vocabulary/dose_ladder.hpp"

namespace escalon {

struct Dose {
    static constexpr std::string_view example = "168 mg/m2";

    double value = 0;
    DoseUnit unit = DoseUnit::mg_per_m2;

    friend bool operator==(Dose const&, Dose const&) = default;
};

} // namespace escalon

// An object that cannot be made, or a question that has no answer, told as problem and remedy.
#pragma once

#include "pk_models/fields.hpp"

#include <stdexcept>
#include <utility>

namespace escalon {

/// Thrown where a value cannot exist; carries the same fault that `faults()` would have listed beforehand.
class FaultError : public std::invalid_argument {
public:
    explicit FaultError(Fault fault)
        : std::invalid_argument{fault.field + ": " + fault.problem + " (" + fault.remedy + ")"}, fault_{std::move(fault)}
    {}

    Fault const& fault() const { return fault_; }

private:
    Fault fault_;
};

} // namespace escalon

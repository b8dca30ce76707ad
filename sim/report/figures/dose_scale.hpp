// Doses as a quantity: a logarithmic or a linear axis, with a tick at each level of the ladder and nowhere else.
#pragma once

#include "sim/report/figures/figure.hpp"
#include "sim/vocabulary/dose_ladder.hpp"

#include <string>
#include <utility>
#include <vector>

namespace escalon::theme {

class DoseScale {
public:
    /// Takes the spacing that keeps the labels of the ladder apart, the logarithmic one where both do or neither does.
    DoseScale(DoseLadder const& ladder, double width_px);

    bool logarithmic() const { return logarithmic_; }

    /// Pixels from the left end of the axis.
    double px(double dose) const;
    double width_px() const { return width_px_; }

    /// The encoding of `x`, for the field `dose_value` of each row.
    nlohmann::ordered_json x() const;

    /// Says the ladder's order to the report and to tests, by the field `dose`.
    void declare(nlohmann::ordered_json& specification) const;

private:
    std::vector<double> gaps(bool logarithmic) const;
    std::pair<double, double> domain() const;

    std::vector<double> doses_;
    std::vector<std::string> labels_;
    std::string unit_;
    double width_px_;
    bool logarithmic_ = true;
};

} // namespace escalon::theme

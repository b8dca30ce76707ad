// A sweep as its figures see it: which axes are drawn, what stands in one panel, and the measures of each cell.
#pragma once

#include "sim/report/sweep_result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace escalon {

/// One measure of operating characteristics.
struct SweepMeasure {
    std::string name;    ///< of its figure: "correct"
    std::string title;   ///< "Trials that recommend the true MTD"
    std::string words;   ///< continues "3+3 ...": "recommends the true MTD"
    std::string axis;    ///< title of an axis of it
    std::string tooltip; ///< with its unit
    bool share = true;   ///< a share of trials, shown in percent; else a mean of patients

    struct Figure {
        double value = 0; ///< percent, or patients
        double standard_error = 0;
    };
    /// None where it has no meaning: there is no true MTD to recommend.
    std::optional<Figure> of(RunResult const& run, DesignRun const& design) const;
    /// "36 %", "4.1"
    std::string text(double value) const;

    enum class What { correct, overdose, documented, patients_above } what = What::correct;
};

/// One design in one cell of a sweep.
struct SweepEntry {
    SweepCell const* cell;
    DesignRun const* design;
    std::size_t panel = 0; ///< index into the panels
};

class SweepView {
public:
    /// @param shown how many axes the figure itself has; those behind them make panels
    /// @param sweep outlives the view
    SweepView(SweepResult const& sweep, std::size_t shown);

    SweepResult const& sweep() const { return sweep_; }
    /// Indices of the axes that the figure has; `designs` is no axis of a figure but a panel.
    std::vector<std::size_t> const& axes() const { return axes_; }
    SweepAxis const& axis(std::size_t i) const { return sweep_.axes[axes_[i]]; }

    std::vector<SweepEntry> const& entries() const { return entries_; }
    /// What each panel is of: "3+3", "3+3 under steep, pk.CL 0.2 L/d/m2".
    std::vector<std::string> const& panels() const { return panels_; }
    bool sampled() const { return sampled_; }

    std::vector<SweepMeasure> measures() const;

    /// "huC242-DM4 phase I. Exact, no sampling error."
    std::string provenance() const;

    /// "126 mg/m²", or "none".
    std::string true_mtd(SweepEntry const& entry) const;
    /// "126", or "no MTD".
    std::string true_mtd_dose(SweepEntry const& entry) const;

    /// Number of axes that are not `designs`.
    static std::size_t figure_axes(SweepResult const& sweep);

private:
    SweepResult const& sweep_;
    std::vector<std::size_t> axes_;
    std::vector<SweepEntry> entries_;
    std::vector<std::string> panels_;
    bool sampled_ = false;
};

/// "pk.KDC (/d)"
std::string axis_title(SweepAxis const& axis);

/// The values as an axis writes them: figures without their unit, texts cut.
std::vector<std::string> axis_labels(SweepAxis const& axis);

} // namespace escalon

// A figure: a Vega-Lite specification with its data, and the sentence that says what is seen.
//
// The same specification becomes the picture of a protocol, the interactive figure of the report, and a file to restyle. What the
// report needs beyond Vega-Lite stands under `usermeta.escalon`, which Vega-Lite ignores.
#pragma once

#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace escalon {

/// For which ground a figure is coloured.
enum class Look {
    light, ///< screens and slides: Okabe-Ito colours
    print, ///< paper, also without colour: dark on white, told apart by lightness, dash and shape
};

struct FigureStyle {
    Look look = Look::light;
    double width_mm = 180; ///< of the finished picture; 85 is one column of a journal

    bool narrow() const { return width_mm < 120; }
};

struct Figure {
    std::string name; ///< of its files: "mtd", "pk_168_mg_m2"
    std::string title;
    std::string caption; ///< one to three sentences with the figures that matter, for readers and for screen readers
    nlohmann::ordered_json specification;
};

} // namespace escalon

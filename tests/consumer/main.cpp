// Exact operating characteristics of 3+3, from the installed library alone.
#include "sim/designs/catalog.hpp"
#include "sim/runner/exact.hpp"
#include "sim/scenario/scenario.hpp"

#include <cmath>
#include <cstdio>

int main(int argc, char** argv)
{
    if (argc != 2)
        return 1;
    auto const scenario = escalon::read_scenario(argv[1]);
    auto const graph = escalon::DesignGraph::compile(escalon::ThreePlusThree{}, scenario.ladder());
    std::vector<double> const truth{0.05, 0.10, 0.20, 0.30, 0.45, 0.60};
    auto const result = escalon::ExactPass{graph}(truth, 4);
    std::printf("%.6f\n", result.mean.selection[3]);
    constexpr double published = 0.218911562886; // precautionary 0.2.6-1, six patients required everywhere
    return std::abs(result.mean.selection[3] - published) < 1e-9 ? 0 : 1;
}

#include "sim/designs/models/two_stage.hpp"

#include <algorithm>
#include <stdexcept>

namespace escalon {
namespace {

std::vector<int> incoherent_after(TwoStageCrm const& design, OneParameterFits const& fits, std::span<std::size_t const> levels)
{
    std::vector<WeightedTally> data(fits.curves().levels());
    for (std::size_t level = 0; level < data.size(); ++level)
        data[level].level = level;
    std::vector<int> found;
    for (std::size_t patient = 0; patient + 1 < levels.size(); ++patient) {
        auto& current = data[levels[patient]];
        current.patients += 1;
        current.dlts = 1;
        bool const has_estimate = design.question.estimate != CrmEstimate::mle || patient > 0;
        if (has_estimate && fits.answer(data).nearest > levels[patient])
            found.push_back(static_cast<int>(patient) + 1);
        current.dlts = 0;
    }
    return found;
}

OneParameterFits fits_of(TwoStageCrm const& design) { return {design.curves, design.prior_sd, 1, design.question}; }

} // namespace

std::vector<int> incoherent_after(TwoStageCrm const& design, std::span<std::size_t const> levels)
{
    auto const highest = std::ranges::max_element(levels);
    if (highest == levels.end() || *highest + 1 != design.curves.levels())
        throw std::invalid_argument("an initial design ends at the highest level");
    return incoherent_after(design, fits_of(design), levels);
}

std::vector<std::size_t> coherent_initial_design(TwoStageCrm const& design, int patients, int at_top)
{
    auto const top = design.curves.levels() - 1;
    if (top < 2 || patients < 2)
        throw std::invalid_argument("an initial design needs three levels and two patients");
    auto const fits = fits_of(design);
    std::vector<int> at(top + 1);
    at[top - 1] = 1;
    at[top] = patients - 1;
    auto const listed = [&] {
        std::vector<std::size_t> levels;
        for (std::size_t level = 0; level <= top; ++level)
            levels.insert(levels.end(), static_cast<std::size_t>(at[level]), level);
        return levels;
    };
    auto found = listed();
    auto next = top - 2; // gets one patient more
    for (auto tried = found; incoherent_after(design, fits, tried).empty(); tried = listed()) {
        found = tried;
        if (at[top] - 1 < at_top)
            break;
        ++at[next];
        --at[top];
        next = next == 0 ? top - 1 : next - 1;
    }
    return found;
}

} // namespace escalon

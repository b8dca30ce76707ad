#include "sim/designs/exposure_reading.hpp"

#include <string>

namespace escalon {

Faults ExposureReading::faults() const
{
    Faults found;
    auto const wanted = dimension_of(metric);
    auto const check = [&](std::string const& field, AnyQuantity const& figure) {
        if (figure.dimension != wanted)
            found.push_back({field,
                             "metric " + std::string{name_of(metric)} + " is " + describe_dimension(wanted) + ", got " +
                                 describe_dimension(figure.dimension),
                             "write it in " + std::string{unit_of(metric)} + ", or change metric"});
    };
    for (std::size_t i = 0; i < typical.size(); ++i) {
        auto const place = "typical[" + std::to_string(i) + "]";
        check(place, typical[i]);
        if (i > 0 && !(typical[i].value > typical[i - 1].value))
            found.push_back({place,
                             "typical exposures must strictly rise: " + shortest(typical[i].value) + " comes after " +
                                 shortest(typical[i - 1].value),
                             "state what each level gives, the lowest first"});
    }
    if (reference)
        check("reference", *reference);
    return found;
}

Faults ExposureReading::faults_on(DoseLadder const& ladder) const
{
    if (typical.empty())
        return {{"typical", "nothing says which exposure a level gives",
                 "add pk and regimen to the scenario, or typical: [...] with one exposure for each level"}};
    if (typical.size() != static_cast<std::size_t>(ladder.size()))
        return {{"typical",
                 std::to_string(typical.size()) + (typical.size() == 1 ? " figure for " : " figures for ") +
                     std::to_string(ladder.size()) + " levels",
                 "state one typical exposure for each level"}};
    return {};
}

std::vector<double> ExposureReading::typical_figures() const
{
    std::vector<double> figures;
    for (auto const& exposure : typical)
        figures.push_back(exposure.value);
    return figures;
}

double ExposureReading::reference_figure() const { return reference ? reference->value : typical[typical.size() / 2].value; }

} // namespace escalon

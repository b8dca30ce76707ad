#include "pk_models/regimen.hpp"

#include <string>

namespace escalon::pk {

Faults Regimen::faults() const
{
    Faults found;
    if (days.empty())
        found.push_back({"days", "no dosing day", "name the days of a cycle on which the drug is given: days: [1]"});
    for (std::size_t i = 0; i < days.size(); ++i) {
        std::string const place = "days[" + std::to_string(i) + "]";
        if (days[i] < 1)
            found.push_back({place, "day " + std::to_string(days[i]) + " lies before the cycle", "the first day is day 1"});
        if (i > 0 && days[i] <= days[i - 1])
            found.push_back({place, "day " + std::to_string(days[i]) + " does not come after day " + std::to_string(days[i - 1]),
                             "list each day once, in order"});
        if (days[i] - 1 >= cycle.base())
            found.push_back(
                {place,
                 "day " + std::to_string(days[i]) + " lies outside a cycle of " + quantity_text(cycle.base(), dimension::time),
                 "lengthen the cycle or leave the day out"});
    }
    return found;
}

std::vector<DoseEvent> dose_events(Regimen const& regimen, Mass amount)
{
    std::vector<DoseEvent> events;
    events.reserve(regimen.days.size() * static_cast<std::size_t>(regimen.cycles));
    for (int cycle = 0; cycle < regimen.cycles; ++cycle)
        for (int const day : regimen.days)
            events.push_back({cycle * regimen.cycle.base() + (day - 1), regimen.infusion.base(), amount.base()});
    return events;
}

} // namespace escalon::pk

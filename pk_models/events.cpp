#include "pk_models/events.hpp"

#include "pk_models/course_times.hpp"
#include "pk_models/fault_error.hpp"
#include "pk_models/steady_interval.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

namespace escalon::pk {
namespace {

constexpr int most_additional_doses = 10'000;
constexpr double most_overlapping = 10'000;          ///< infusions of a steady state that run at once
constexpr double shortest_interval_d = 1.0 / 86'400; // a second: anything shorter is a slip of units

constexpr auto added_steady_state = "SS 2 adds a steady state to what is there, which only linear models can";
constexpr auto instead_of_adding = "start from the steady state with SS 1, or give the doses that lead to it with ADDL";

bool is_dose(EventRecord const& record) { return record.evid == evid::dose || record.evid == evid::reset_and_dose; }
bool is_reset(EventRecord const& record) { return record.evid == evid::reset || record.evid == evid::reset_and_dose; }

/// Collects the faults of one patient's records.
class RecordCheck {
public:
    RecordCheck(std::span<EventRecord const> records, FirstCompartment first, SteadyStates taken)
        : records_{records}, first_{first}, taken_{taken}
    {}

    Faults faults()
    {
        for (at_ = 0; at_ < records_.size(); ++at_) {
            bool const finite = finite_numbers();
            whole_record();
            if (!finite || record().evid < evid::observation || record().evid > evid::reset_and_dose)
                continue;
            is_dose(record()) ? dose() : no_dose();
        }
        return std::move(found_);
    }

private:
    EventRecord const& record() const { return records_[at_]; }

    void fault(std::string const& column, std::string problem, std::string remedy)
    {
        found_.push_back({"records[" + std::to_string(at_) + "]." + column, std::move(problem), std::move(remedy)});
    }

    bool finite_numbers()
    {
        auto const before = found_.size();
        for (auto const& [column, value] : {std::pair{"TIME", record().time_d},
                                            {"AMT", record().amt_mg},
                                            {"RATE", record().rate_mg_per_d},
                                            {"DUR", record().dur_d},
                                            {"II", record().ii_d}})
            if (!std::isfinite(value))
                fault(column, std::string{column} + " is not finite", "write a number");
        return found_.size() == before;
    }

    void whole_record()
    {
        auto const& r = record();
        if (r.evid < evid::observation || r.evid > evid::reset_and_dose)
            fault("EVID", "there is no EVID " + std::to_string(r.evid),
                  "0 observation, 1 dose, 2 other, 3 reset, 4 reset and dose");
        if (r.time_d < 0)
            fault("TIME", "a record lies before time 0", "count time from the patient's first record");
        if (at_ > 0 && r.time_d < records_[at_ - 1].time_d)
            fault("TIME", "time goes back from " + shortest(records_[at_ - 1].time_d) + " to " + shortest(r.time_d) + " d",
                  is_reset(r) ? "a reset does not restart the clock here: count time on from the patient's first record"
                              : "sort the patient's records by time, or give another patient another ID");
        if (r.cmt < 0)
            fault("CMT", "compartments cannot be turned off here", "leave CMT out, or name a compartment: 1, 2");
    }

    void no_dose()
    {
        auto const& r = record();
        std::string const what = r.evid == evid::observation ? "an observation" : r.evid == evid::other ? "EVID 2" : "a reset";
        for (auto const& [column, value] : {std::pair{"AMT", r.amt_mg}, {"RATE", r.rate_mg_per_d}, {"DUR", r.dur_d}})
            if (value != 0)
                fault(column, what + " has " + column + " " + shortest(value),
                      r.evid == evid::reset ? "a dose after a reset is EVID 4" : "a dose is EVID 1");
        for (auto const& [column, value] : {std::pair{"ADDL", r.addl}, {"SS", r.ss}})
            if (value != 0)
                fault(column, what + " has " + column + " " + std::to_string(value), "only doses have it: EVID 1 or 4");
    }

    void dose()
    {
        auto const& r = record();
        amount_and_rate();
        if (r.ii_d < 0)
            fault("II", "an interval cannot be " + shortest(r.ii_d) + " d", "write the time between two doses");
        else if (r.ii_d > 0 && r.ii_d < shortest_interval_d)
            fault("II", "an interval of " + shortest(r.ii_d) + " d is less than a second", "check the unit of II");
        else if (double const duration_d = r.rate_mg_per_d > 0 ? r.amt_mg / r.rate_mg_per_d : r.dur_d;
                 r.ss > 0 && duration_d > most_overlapping * r.ii_d && r.ii_d > 0)
            fault("II", "an infusion of " + shortest(duration_d) + " d would run beside countless others of its steady state",
                  "check the units of II and of RATE or DUR");
        if (r.addl < 0 || r.addl > most_additional_doses)
            fault("ADDL", "a dose cannot have " + std::to_string(r.addl) + " additional doses",
                  "write how many follow, up to " + std::to_string(most_additional_doses));
        else if (r.addl > 0 && !(r.ii_d > 0))
            fault("ADDL", "additional doses have no interval", "write the time between them in II");
        if (r.ss < 0 || r.ss > 2)
            fault("SS", "there is no SS " + std::to_string(r.ss), "0 no steady state, 1 replaces what is there, 2 adds to it");
        else if (r.ss > 0 && !(r.ii_d > 0))
            fault("SS", "a steady state has no interval",
                  "write the time between its doses in II; for a constant infusion AMT = RATE x II with any II");
        if (r.ss == 2 && taken_ == SteadyStates::replacing)
            fault("SS", added_steady_state, instead_of_adding);
        int const last = first_ == FirstCompartment::depot ? 2 : 1;
        if (r.cmt > last)
            fault("CMT", "no dose can go to compartment " + std::to_string(r.cmt),
                  last == 2 ? "1 is the depot, 2 the central compartment" : "1 is the central compartment; a depot needs KA");
    }

    void amount_and_rate()
    {
        auto const& r = record();
        if (r.amt_mg < 0)
            fault("AMT", "an amount cannot be " + shortest(r.amt_mg), "write the dose in mg");
        else if (r.amt_mg == 0)
            fault("AMT", "a dose has no amount",
                  r.ss > 0 && r.rate_mg_per_d > 0 ? "a constant infusion at steady state is AMT = RATE x II with any II"
                                                  : "write the dose in mg, or EVID 2 where none was given");
        if (r.rate_mg_per_d < 0)
            fault("RATE",
                  "RATE " + shortest(r.rate_mg_per_d) + " asks the model for a rate or a duration, and no model here has one",
                  "write the rate, or the duration in DUR and RATE 0");
        if (r.dur_d < 0)
            fault("DUR", "a duration cannot be " + shortest(r.dur_d) + " d", "write how long the infusion lasts");
        if (r.rate_mg_per_d > 0 && r.dur_d > 0)
            fault("DUR", "an infusion has a rate and a duration", "keep one: with RATE it lasts AMT/RATE");
    }

    std::span<EventRecord const> records_;
    FirstCompartment first_;
    SteadyStates taken_;
    std::size_t at_ = 0;
    Faults found_;
};

Fault infused_depot()
{
    return {"records", "an infusion goes into the depot, which integrated models do not take", "give the depot boluses (RATE 0)"};
}

void refuse_added_steady_state(PatientEvents const& events)
{
    auto const records = events.records();
    auto const adds = std::ranges::find(records, 2, &EventRecord::ss);
    if (adds != records.end())
        throw FaultError{{"records[" + std::to_string(adds - records.begin()) + "].SS", added_steady_state, instead_of_adding}};
}

std::size_t occasion_at(std::span<double const> starts_d, double time_d)
{
    auto const later = std::ranges::upper_bound(starts_d, time_d);
    return later == starts_d.begin() ? 0 : static_cast<std::size_t>(later - starts_d.begin()) - 1;
}

} // namespace

Faults faults(std::span<EventRecord const> records, FirstCompartment first, SteadyStates taken)
{
    return RecordCheck{records, first, taken}.faults();
}

PatientEvents::PatientEvents(std::string id, std::vector<EventRecord> records, FirstCompartment first)
    : id_{std::move(id)}, records_{std::move(records)}
{
    if (auto const found = faults(records_, first); !found.empty())
        throw FaultError{found.front()};
    expand(first);
}

void PatientEvents::expand(FirstCompartment first)
{
    for (std::size_t i = 0; i < records_.size(); ++i) {
        auto const& record = records_[i];
        if (i == 0 || record.occasion != records_[i - 1].occasion)
            occasion_starts_d_.push_back(record.time_d);
        if (is_reset(record)) {
            empty(record.time_d, false);
            resets_d_.push_back(record.time_d);
        }
        if (is_dose(record))
            give(i, first);
        if (record.evid == evid::observation && record.mdv == 0)
            observations_.push_back({record.time_d, record.cmt, i});
        last_d_ = std::max(last_d_, record.time_d);
    }
    std::ranges::stable_sort(doses_, {}, &DoseEvent::time_d);
    // an occasion without length is none
    auto const last_of_time = [](double a, double b) { return a == b; };
    occasion_starts_d_.erase(std::unique(occasion_starts_d_.begin(), occasion_starts_d_.end(), last_of_time),
                             occasion_starts_d_.end());
    if (!doses_.empty())
        last_d_ = std::max(last_d_, doses_.back().time_d);
}

/// The system is emptied: of what was given before nothing remains, and what was to come of it does not.
void PatientEvents::empty(double at_d, bool replaced)
{
    std::erase_if(doses_, [at_d](DoseEvent const& dose) { return dose.time_d >= at_d; });
    for (auto& dose : doses_)
        if (dose.until_d >= at_d) {
            dose.until_d = at_d;
            dose.replaced = dose.replaced || replaced;
        }
}

void PatientEvents::give(std::size_t index, FirstCompartment first)
{
    auto const& record = records_[index];
    if (record.ss == 1)
        empty(record.time_d, true);
    DoseEvent dose{.time_d = record.time_d, .duration_d = record.dur_d, .amount_mg = record.amt_mg};
    if (record.rate_mg_per_d > 0) {
        dose.duration_d = record.amt_mg / record.rate_mg_per_d;
        dose.stated_by = StatedBy::rate;
    }
    if (first == FirstCompartment::depot && record.cmt > 0)
        dose.site = record.cmt == 1 ? Site::depot : Site::central;
    dose.interval_d = record.ss > 0 ? record.ii_d : 0;
    doses_.push_back(dose);
    dose.interval_d = 0;
    for (int k = 1; k <= record.addl; ++k) {
        dose.time_d = record.time_d + k * record.ii_d;
        doses_.push_back(dose);
    }
}

int lead_in_intervals(double slowest_rate_per_d, double interval_d, double tolerance)
{
    double const needed = std::ceil(-std::log(tolerance) / (slowest_rate_per_d * interval_d));
    return static_cast<int>(std::clamp(needed, 1.0, static_cast<double>(most_lead_in_intervals)));
}

std::vector<Stretch> steady_lead_in(Absorption const& absorption, DoseEvent const& arriving, double began_d, int intervals)
{
    bool const into_depot = absorption.into_depot(arriving.site);
    std::vector<Stretch> interval;
    for (auto const& piece : steady_interval(arriving, began_d)) {
        if (into_depot && piece.rate_mg_per_d > 0)
            throw FaultError{infused_depot()};
        interval.push_back({.length_d = piece.length_d,
                            .infusion_mg_per_d = piece.rate_mg_per_d,
                            .bolus_mg = into_depot ? 0 : piece.bolus_mg,
                            .depot_mg = into_depot ? piece.bolus_mg : 0});
    }
    std::vector<Stretch> all;
    for (int k = 0; k < intervals; ++k)
        all.insert(all.end(), interval.begin(), interval.end());
    if (!all.empty())
        all.front().emptied = true;
    return all;
}

CourseFromEvents course_of(PatientEvents const& events, std::span<Absorption const> absorption, std::span<double const> cuts_d,
                           Time end)
{
    auto const absorption_at = [&](double time_d) -> Absorption const& {
        return absorption[std::min(occasion_at(events.occasion_starts_d(), time_d), absorption.size() - 1)];
    };

    refuse_added_steady_state(events);
    std::vector<SteadyStart> steady;
    std::vector<Arrival> all;
    for (auto const& given : events.doses()) {
        auto const& patient = absorption_at(given.time_d);
        for (auto const& arrival : arrivals(patient, given)) {
            if (arrival.into_depot && arrival.dose.duration_d > 0)
                throw FaultError{infused_depot()};
            all.push_back(arrival);
        }
        if (given.interval_d > 0 && given.time_d <= end.base())
            steady.push_back(
                {.at_d = given.time_d, .interval = steady_lead_in(patient, arriving(patient, given), given.time_d, 1)});
    }

    CourseTimes cuts{end.base()};
    for (auto const& arrival : all) {
        cuts.add(arrival.counts_from_d);
        cuts.add(arrival.stops_d());
    }
    for (auto const& start : steady)
        cuts.add(start.at_d);
    for (auto const& more : {events.resets_d(), events.occasion_starts_d(), cuts_d})
        for (double const time_d : more)
            cuts.add(time_d);
    auto const times = cuts.distinct();
    double const rounding_d = cuts.rounding_d();

    for (auto& start : steady) {
        auto const after = std::ranges::lower_bound(times, start.at_d - rounding_d);
        start.stretch = std::min(static_cast<std::size_t>(after - times.begin()), times.size() - 1);
    }

    std::vector<Stretch> stretches;
    for (std::size_t i = 0; i + 1 < times.size(); ++i) {
        Stretch stretch{.length_d = times[i + 1] - times[i]};
        double const middle_d = times[i] + 0.5 * stretch.length_d;
        auto const now = [&](double time_d) { return std::abs(time_d - times[i]) <= rounding_d; };
        stretch.occasion = static_cast<std::uint32_t>(occasion_at(events.occasion_starts_d(), middle_d));
        bool const from_steady_state = std::ranges::count(steady, i, &SteadyStart::stretch) > 0;
        stretch.emptied = !from_steady_state && std::ranges::any_of(events.resets_d(), now);
        for (auto const& [dose, counts_from_d, into_depot] : all) {
            bool const infused = dose.duration_d > 0;
            if (infused && counts_from_d < middle_d && middle_d < std::min(dose.time_d + dose.duration_d, dose.until_d))
                stretch.infusion_mg_per_d += dose.amount_mg / dose.duration_d;
            if (!infused && now(counts_from_d) && middle_d < dose.until_d)
                (into_depot ? stretch.depot_mg : stretch.bolus_mg) += dose.amount_mg;
        }
        stretches.push_back(stretch);
    }
    return {std::move(steady), Course{std::move(stretches)}};
}

} // namespace escalon::pk

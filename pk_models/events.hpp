// A patient's events as the field writes them: the records of NONMEM's PREDPP, and what they amount to.
//
// Columns and their meaning follow Boeckmann, Sheiner & Beal, NONMEM Users Guide VI (PREDPP), chapter V; docs/models/events.md
// says what is taken from it, and where this departs.
#pragma once

#include "pk_models/course.hpp"
#include "pk_models/fields.hpp"
#include "pk_models/linear.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace escalon::pk {

/// EVID.
namespace evid {
inline constexpr int observation = 0;
inline constexpr int dose = 1;
inline constexpr int other = 2; ///< nothing happens; a time that is wanted, or a covariate that changes
inline constexpr int reset = 3; ///< the body is emptied
inline constexpr int reset_and_dose = 4;
} // namespace evid

/// One record. Columns that a table leaves out are 0.
struct EventRecord {
    double time_d = 0;        ///< TIME; records of a patient stand in order of time
    double amt_mg = 0;        ///< AMT, before bioavailability
    double rate_mg_per_d = 0; ///< RATE: 0 a bolus (or DUR says), above 0 an infusion over AMT/RATE
    double dur_d = 0;         ///< DUR: above 0 an infusion over this time
    int evid = evid::observation;
    int cmt = 0; ///< CMT: 0 the usual compartment; for a dose 1 the depot and 2 the central one with KA, 1 the central without
    double ii_d = 0;  ///< II: interval of additional doses, or of a steady state
    int addl = 0;     ///< ADDL: so many further doses like this one
    int ss = 0;       ///< SS: 1 the system is replaced by the steady state of this dose, 2 the steady state is added
    int mdv = 0;      ///< MDV: 1 nothing was measured
    int occasion = 0; ///< OCC: where it changes, another set of the patient's parameters holds
    int row = 0;      ///< of the table; 0 when there is none
};

/// What compartment 1 is.
enum class FirstCompartment : std::uint8_t { central, depot };

/// Which steady states a model takes: one added to what is there (SS 2) needs kinetics in which effects of doses add up.
enum class SteadyStates : std::uint8_t { any, replacing };

/// What is wrong with a patient's records, all of it. A fault's field is the record and its column: "records[2].RATE".
Faults faults(std::span<EventRecord const> records, FirstCompartment first, SteadyStates taken = SteadyStates::any);

/// When something was measured.
struct Observation {
    double time_d = 0;
    int cmt = 0;
    std::size_t record = 0;

    friend bool operator==(Observation const&, Observation const&) = default;
};

/// A patient's records and what they expand to.
class PatientEvents {
public:
    /// @throws FaultError for the first of the records' faults
    PatientEvents(std::string id, std::vector<EventRecord> records, FirstCompartment first);

    std::string const& id() const { return id_; }
    std::span<EventRecord const> records() const { return records_; }

    /// Every dose, additional ones too, in order of time; each knows when a reset or a replacing steady state ends it, and one of a
    /// steady state its interval. Doses that a reset cancels before they are given are left out.
    History doses() const { return doses_; }

    /// Times of EVID 3 and 4.
    std::span<double const> resets_d() const { return resets_d_; }

    /// EVID 0 with MDV 0. A sample at the very time of a dose is drawn before it, whichever record stands first.
    std::span<Observation const> observations() const { return observations_; }

    /// When each occasion starts; the first is that of the first record.
    std::span<double const> occasion_starts_d() const { return occasion_starts_d_; }

    /// Time of the last record or dose.
    double last_d() const { return last_d_; }

private:
    void expand(FirstCompartment first);
    void give(std::size_t record, FirstCompartment first);
    void empty(double at_d, bool replaced);

    std::string id_;
    std::vector<EventRecord> records_;
    std::vector<DoseEvent> doses_;
    std::vector<double> resets_d_;
    std::vector<Observation> observations_;
    std::vector<double> occasion_starts_d_;
    double last_d_ = 0;
};

/// How many intervals to run before a steady state is near enough, were the kinetics linear: what is left of the oldest dose is
/// below the tolerance; at most `most_lead_in_intervals`.
/// @param slowest_rate_per_d the terminal rate, or KA if that is slower
int lead_in_intervals(double slowest_rate_per_d, double interval_d, double tolerance = 1e-9);

inline constexpr int most_lead_in_intervals = 1000;

/// Stretches that lead to a steady state: so many of its intervals, from an empty body on, each with what comes in while the dose is
/// given for ever. Run one interval again and again to go on until nothing changes.
/// @param arriving a dose with an interval, as it arrives (see `arriving`)
/// @param began_d  when the dose was given, before any lag
/// @throws FaultError for an infusion into the depot
std::vector<Stretch> steady_lead_in(Absorption const& absorption, DoseEvent const& arriving, double began_d, int intervals);

/// Where a course goes on from a steady state, whatever was before.
struct SteadyStart {
    double at_d = 0;
    std::size_t stretch = 0;       ///< the first one after it
    std::vector<Stretch> interval; ///< leads to it: to be run from an empty body on until nothing changes
};

struct CourseFromEvents {
    std::vector<SteadyStart> steady; ///< in order of time
    Course course;
};

/// What integrated models read of a patient's events.
/// @param absorption lags and bioavailability by occasion, the last holding on; at least one
/// @param cuts_d     further times at which a stretch is to end
/// @throws FaultError for what these models do not take: an infusion into the depot, and SS 2
CourseFromEvents course_of(PatientEvents const& events, std::span<Absorption const> absorption, std::span<double const> cuts_d,
                           Time end);

} // namespace escalon::pk

// The calendar of a trial: when patients come, how long they are followed, and what the committee looks at afterwards.
#pragma once

#include "pk_models/fields.hpp"
#include "pk_models/units.hpp"
#include "sim/random/stream.hpp"
#include "sim/toxicity/activity.hpp"

#include <array>
#include <optional>
#include <vector>

namespace escalon {

enum class AccrualProcess { poisson, fixed };

constexpr auto enum_names(AccrualProcess)
{
    return std::array{EnumName<AccrualProcess>{AccrualProcess::poisson, "poisson"},
                      EnumName<AccrualProcess>{AccrualProcess::fixed, "fixed"}};
}

/// From some time on, so many patients a time.
struct AccrualPeriod {
    Time from;
    Rate rate;

    void describe(auto& fields)
    {
        fields.field("from", from, "when the rate begins to hold, from the opening of the trial",
                     FieldTraits{.within = bounds::not_negative, .presence = Presence::required});
        fields.field("rate", rate, "patients that come to be screened",
                     FieldTraits{.within = bounds::not_negative, .presence = Presence::required});
    }

    friend bool operator==(AccrualPeriod const&, AccrualPeriod const&) = default;
};

/// When patients come.
struct Accrual {
    AccrualProcess process = AccrualProcess::poisson;
    std::optional<Rate> rate;
    std::vector<AccrualPeriod> periods;

    void describe(auto& fields)
    {
        fields.field("process", process, "poisson: independent of each other; fixed: at equal intervals");
        fields.field("rate", rate, "patients that come to be screened, as in 1.7 per month",
                     FieldTraits{.within = bounds::not_negative});
        fields.field("periods", periods, "in place of rate: a table of rates that change on the way");
    }

    Faults faults() const;

    /// When so many patients are expected to have come.
    double time_of(double expected) const;
    /// How many are expected to have come by then.
    double expected_by(double time_d) const;

    friend bool operator==(Accrual const&, Accrual const&) = default;
};

/// What becomes of patients who come while nobody can be treated.
enum class WhileWaiting { turn_away, queue };

constexpr auto enum_names(WhileWaiting)
{
    return std::array{EnumName<WhileWaiting>{WhileWaiting::turn_away, "turn_away"},
                      EnumName<WhileWaiting>{WhileWaiting::queue, "queue"}};
}

/// When in the DLT window a DLT comes, where the truth states none but its probability.
enum class DltTimes { uniform, weibull, at_once };

constexpr auto enum_names(DltTimes)
{
    return std::array{EnumName<DltTimes>{DltTimes::uniform, "uniform"}, EnumName<DltTimes>{DltTimes::weibull, "weibull"},
                      EnumName<DltTimes>{DltTimes::at_once, "at_once"}};
}

/// The distribution of a DLT's time.
struct TimeToDlt {
    static constexpr double usual_late_share = 0.5;

    DltTimes distribution = DltTimes::uniform;
    Fraction late_share = usual_late_share;

    void describe(auto& fields)
    {
        fields.field("distribution", distribution,
                     "of DLTs over the window: uniform; weibull, with late_share of them in its second half; all at once");
        fields.field("late_share", late_share, "weibull: share of the DLTs in the second half of the window",
                     FieldTraits{.within = bounds::open_fraction});
    }

    /// When a patient whose tolerance has this rank has a DLT, as a share of the window; of those below the probability alone.
    /// For weibull P(T <= t) = 1 - exp(-(t/scale)^shape) runs on behind the window.
    double share_of_window(double tolerance_uniform, double probability) const;

    friend bool operator==(TimeToDlt const&, TimeToDlt const&) = default;
};

/// Patients treated at the MTD once it is named.
struct Expansion {
    int patients = 0;
    Enrolment only = Enrolment::everyone;

    void describe(auto& fields)
    {
        fields.field("patients", patients, "how many more are treated at the MTD",
                     FieldTraits{.within = bounds::at_least(1), .presence = Presence::required});
        fields.field("only", only, "who is enrolled; who does not qualify is screened out and takes no patient's number");
    }

    friend bool operator==(Expansion const&, Expansion const&) = default;
};

/// The clock of a trial, as a scenario states it.
struct Clock {
    Accrual accrual;
    Fraction screening_failures = 0;
    Time stagger;
    int staggered = 1;
    WhileWaiting while_waiting = WhileWaiting::turn_away;
    std::optional<Time> follow_up;
    Fraction drop_out = 0;
    TimeToDlt time_to_dlt;
    std::optional<Expansion> expansion;
    bool late_look = false;

    void describe(auto& fields)
    {
        fields.field("accrual", accrual, "when patients come", FieldTraits{.presence = Presence::required});
        fields.field("screening_failures", screening_failures, "share of those who come that cannot be treated",
                     FieldTraits{.within = Bounds{.low = 0, .high = 1, .ends = Bounds::Ends::high_open}});
        fields.field("stagger", stagger, "time between the first patients of a cohort",
                     FieldTraits{.within = bounds::not_negative});
        fields.field("staggered", staggered, "after how many patients of a cohort that time passes",
                     FieldTraits{.within = bounds::at_least(1)});
        fields.field("while_waiting", while_waiting,
                     "those who come while the trial waits for outcomes are turned away, or wait and are treated first");
        fields.field("follow_up", follow_up, "of each patient from the first dose; all cycles when absent",
                     FieldTraits{.within = bounds::positive});
        fields.field(
            "drop_out", drop_out,
            "share of patients who leave before the DLT window ends, at a time spread evenly over it; who had no DLT by then "
            "is not evaluable and is replaced",
            FieldTraits{.within = Bounds{.low = 0, .high = 1, .ends = Bounds::Ends::high_open}});
        fields.field("time_to_dlt", time_to_dlt, "when in the window DLTs come, where toxicity is no function of time");
        fields.field("expansion", expansion, "patients treated at the MTD once it is named");
        fields.field(
            "late_look", late_look,
            "when all follow-up is complete, count late toxicity too, and lower the MTD to what the design then recommends");
    }

    Faults faults() const;

    friend bool operator==(Clock const&, Clock const&) = default;
};

/// The patients that come to one trial, in order.
class Arrivals {
public:
    Arrivals(Clock const& clock, TrialStream const& stream) : clock_{&clock}, stream_{stream} {}

    /// When the next patient who can be treated comes, at or after this time; those who came before it are gone, unless they wait.
    /// @param qualifying share of those who come whom the protocol admits
    double next(double ready_d, double qualifying = 1);

private:
    static constexpr double whole_rounding_ = 1e-9;        ///< of a number of patients that should be whole
    static constexpr std::uint32_t first_draw_ = 1U << 31; ///< of the trial's own draws, far behind those of a design

    Clock const* clock_;
    TrialStream stream_;
    double expected_ = 0; ///< at the last arrival, on the scale of expected numbers
    std::uint32_t draws_ = first_draw_;
};

} // namespace escalon

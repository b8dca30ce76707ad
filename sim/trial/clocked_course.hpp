// A course that runs by the calendar: patients come, are followed, and what is known of them grows day by day.
//
// Between decisions the course goes from event to event: the next patient who comes, a DLT, a window that ends. A design that reads
// pending patients is asked whenever somebody can be treated; any other when the cohort's outcomes are complete, those replaced who
// dropped out. Where every outcome is there at once and nobody drops out, decisions and tallies are those without a clock.
#pragma once

#include "sim/trial/conduct.hpp"
#include "sim/trial/fate.hpp"

#include <algorithm>
#include <span>
#include <stdexcept>
#include <utility>
#include <vector>

namespace escalon {

/// A patient as the calendar has them.
struct DatedPatient {
    std::uint32_t number = 0; ///< in order of entry, from 0
    DoseLevel level;
    int cohort = 0;     ///< from 0; those who replace somebody are of the same
    double entry_d = 0; ///< first dose, from the opening of the trial
    Fate fate;
    bool expansion = false;
};

template <Decider D>
class ClockedCourse {
public:
    static constexpr std::size_t lanes = 32;

    /// @param window after which a patient's outcome is told; 0 where it is known at once
    /// @param qualifying share of those who come whom the expansion admits
    ClockedCourse(D const& decider, DoseLadder const& ladder, Clock const& clock, Time window, Wording wording = Wording::none,
                  double qualifying = 1)
        : decider_{&decider},
          clock_{&clock},
          window_d_{window.base()},
          reads_pending_{escalon::reads_pending(decider)},
          observed_{ladder},
          wording_{wording},
          qualifying_{qualifying},
          arrivals_{clock, TrialStream{0, 0}}
    {}

    void restart()
    {
        observed_.clear();
        patients_.clear();
        cohort_ = {};
        choices_ = 0;
        now_d_ = entered_d_ = 0;
        cohorts_ = 0;
        suspended_d_ = 0;
        opened_ = false;
        stopped_ = false;
    }

    void settle(TrialStream const& stream)
    {
        if (!opened_) {
            arrivals_ = Arrivals{*clock_, stream};
            opened_ = true;
        }
        if (stopped_) { // the expansion was treated
            treats_ = false;
            return;
        }
        if (reads_pending_)
            ask_at_arrivals(stream);
        else
            ask_when_complete(stream);
        if (!treats_)
            end_of_dose_finding();
    }

    bool treats() const { return treats_; }
    Treat treatment() const { return treat_; }
    Stop verdict() const { return verdict_; }
    /// Who is taken into the cohort that is wanted.
    Enrolment enrolment() const { return stopped_ && clock_->expansion ? clock_->expansion->only : Enrolment::everyone; }

    /// What will become of the patients who were wanted last.
    void learns(std::span<Fate const> fates)
    {
        for (auto const& fate : fates) {
            if (!std::exchange(at_the_door_, false)) {
                double const wait_d = given_ > 0 && given_ <= clock_->staggered ? clock_->stagger.base() : 0;
                entered_d_ = arrivals_.next(std::max(now_d_, entered_d_ + wait_d), stopped_ ? qualifying_ : 1);
            }
            ++given_;
            auto& patient = patients_.emplace_back(
                DatedPatient{static_cast<std::uint32_t>(patients_.size()), treat_.level, cohorts_, entered_d_, fate, stopped_});
            if (reads_pending_ || stopped_) // follow-up counts whether treatment goes on or not, and nobody is replaced
                patient.fate.withdrawn_d = Fate::never;
        }
        if (!stopped_ && !reads_pending_)
            complete_cohort(fates);
    }

    std::span<DatedPatient const> patients() const { return patients_; }
    Observed const& observed() const { return observed_; }
    Decision const& decision() const { return decision_; }
    double window_d() const { return window_d_; }
    /// When the last decision was made, from the opening of the trial.
    double now_d() const { return now_d_; }

    /// From the first dose of the first patient to the last outcome that the recommendation waited for.
    double duration_d() const { return patients_.empty() ? 0 : ended_d_ - patients_.front().entry_d; }
    /// How long accrual was suspended for pending patients.
    double suspended_d() const { return suspended_d_; }

    /// What the design recommends of the levels up to the MTD when late toxicity counts as well; the MTD itself where nobody looks.
    std::optional<DoseLevel> after_late_look() const
    {
        if (!clock_->late_look || !verdict_.mtd)
            return verdict_.mtd;
        Observed late{observed_.ladder()};
        for (DoseLevel level{0}; late.ladder().has(level); level = level.above()) {
            Cohort seen{.level = level};
            for (auto const& patient : patients_)
                if (patient.level == level && !patient.fate.dropped_out(window_d_))
                    seen += patient.fate.worst;
            if (seen.patients > 0)
                late.record_unchecked(seen);
        }
        auto const named = decider_->recommendation(late);
        return named ? std::optional{std::min(*named, *verdict_.mtd)} : std::nullopt;
    }

private:
    /// When nothing more is to be learned of a patient for the decision.
    double known_d(DatedPatient const& patient) const
    {
        return patient.entry_d + std::min({patient.fate.dlt_d, patient.fate.evaluable_until_d(), window_d_});
    }

    void ask_when_complete(TrialStream const& stream)
    {
        if (cohort_.missing > 0) { // replace who is not evaluable
            auto const given = given_;
            give({cohort_.treat.level, cohort_.missing});
            --cohorts_;
            given_ = given;
            return;
        }
        decide(stream);
        if (treats_)
            cohort_ = {.treat = treat_};
    }

    void complete_cohort(std::span<Fate const> fates)
    {
        auto const newest = std::span{patients_}.last(fates.size());
        cohort_.missing = 0;
        for (auto const& patient : newest) {
            now_d_ = std::max(now_d_, known_d(patient));
            if (patient.fate.evaluable(window_d_))
                cohort_.seen += patient.fate.in_window;
            else
                ++cohort_.missing;
        }
        if (cohort_.missing > 0)
            return;
        cohort_.seen.level = cohort_.treat.level;
        observed_.record_unchecked(cohort_.seen);
    }

    void ask_at_arrivals(TrialStream const& stream)
    {
        double at_d = arrivals_.next(std::max(now_d_, entered_d_));
        for (;;) {
            look(at_d);
            decide(stream);
            if (std::holds_alternative<Suspend>(action_)) {
                double const since_d = at_d;
                while (std::holds_alternative<Suspend>(action_)) {
                    at_d = next_known_d(at_d);
                    if (!(at_d < Fate::never))
                        throw std::logic_error("a design suspends accrual though nobody is pending");
                    look(at_d);
                    decide(stream);
                }
                if (treats_) { // the next who comes is treated, by what is known then
                    suspended_d_ += at_d - since_d;
                    at_d = arrivals_.next(at_d);
                    continue;
                }
            }
            break;
        }
        now_d_ = at_d;
        if (treats_) {
            entered_d_ = at_d;
            at_the_door_ = true;
        } else if (verdict_.cause != StopCause::lowest_too_toxic && !observed_.pending().empty()) {
            // nobody more is treated, and the recommendation waits for all outcomes
            for (auto const& patient : patients_)
                now_d_ = std::max(now_d_, known_d(patient));
            look(now_d_);
            verdict_.mtd = decider_->recommendation(observed_);
        }
    }

    /// What is known at this time.
    void look(double at_d)
    {
        observed_.clear();
        for (std::size_t i = 0; i < patients_.size();) {
            auto const level = patients_[i].level;
            int const cohort = patients_[i].cohort;
            Cohort seen{.level = level};
            for (; i < patients_.size() && patients_[i].cohort == cohort; ++i) {
                auto const& fate = patients_[i].fate;
                bool const has_dlt = fate.dlt_d <= std::min(window_d_, fate.evaluable_until_d());
                if (known_d(patients_[i]) > at_d) { // what is known is decided by this one comparison, whatever rounding does
                    constexpr double below_one = 1 - 1e-15;
                    observed_.record_pending({level, std::clamp((at_d - patients_[i].entry_d) / window_d_, 0.0, below_one)});
                } else if (has_dlt) {
                    seen += std::max(fate.in_window, Grade::severe);
                    observed_.record_dlt_time(window_d_ > 0 ? fate.dlt_d / window_d_ : 0);
                } else if (fate.evaluable(window_d_)) {
                    seen += std::min(fate.in_window, Grade::moderate);
                }
            }
            observed_.record_unchecked(seen);
        }
    }

    /// When the next outcome becomes known after this time.
    double next_known_d(double after_d) const
    {
        double next = Fate::never;
        for (auto const& patient : patients_)
            if (double const known = known_d(patient); known > after_d)
                next = std::min(next, known);
        return next;
    }

    void decide(TrialStream const& stream)
    {
        auto decision = decider_->decide(observed_, wording_);
        action_ = decision.action;
        if (auto const* choice = std::get_if<Randomise>(&action_)) {
            auto const branch = chosen_branch(choice->branches.size(), stream.conduct_uniform(choices_++),
                                              [&](std::size_t i) { return choice->branches[i].probability; });
            std::visit([&](auto const& action) { action_ = action; }, Action{choice->branches[branch].action});
        }
        treats_ = false;
        if (auto const* treat = std::get_if<Treat>(&action_))
            give(*treat);
        else if (auto const* stop = std::get_if<Stop>(&action_))
            verdict_ = *stop;
        if (wording_ == Wording::sentence)
            decision_ = std::move(decision);
    }

    void give(Treat const& treat)
    {
        treat_ = treat;
        treats_ = true;
        given_ = 0;
        ++cohorts_;
        at_the_door_ = false;
    }

    void end_of_dose_finding()
    {
        ended_d_ = now_d_;
        stopped_ = true;
        if (verdict_.mtd && clock_->expansion)
            give({*verdict_.mtd, clock_->expansion->patients});
    }

    /// The cohort of a design that waits for it.
    struct Waiting {
        Treat treat{};
        Cohort seen{};
        int missing = 0; ///< who is not evaluable and must be replaced
    };

    D const* decider_;
    Clock const* clock_;
    double window_d_;
    bool reads_pending_;
    Observed observed_;
    Wording wording_;
    double qualifying_;
    Arrivals arrivals_;
    std::vector<DatedPatient> patients_;
    Waiting cohort_;
    Decision decision_;
    decltype(Decision::action) action_;
    Treat treat_;
    Stop verdict_;
    double now_d_ = 0;
    double entered_d_ = 0; ///< the last patient
    double ended_d_ = 0;
    double suspended_d_ = 0;
    int given_ = 0;   ///< of the cohort, so far
    int cohorts_ = 0; ///< begun
    std::uint32_t choices_ = 0;
    bool at_the_door_ = false; ///< whether the first of the cohort has come already
    bool treats_ = false;
    bool opened_ = false;
    bool stopped_ = false; ///< dose finding is over
};

} // namespace escalon

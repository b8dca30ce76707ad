#include "pk_models/effects.hpp"

#include "pk_models/exponential_stretch.hpp"
#include "pk_models/kernels/kernels.hpp"
#include "pk_models/linear_course.hpp"
#include "pk_models/solving.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <optional>
#include <utility>

namespace escalon::pk {
namespace {

constexpr double never = std::numeric_limits<double>::infinity();

/// Of a first look, which only has to tell who is far from all levels.
constexpr double first_look_tolerance = 1e-4;
constexpr double as_the_model_says = 0;

/// How lengths of time grow from each event on.
struct Growth {
    double first_d;
    double factor;
    double longest_d;
};

/// Short pieces after each event, when drug is distributed: on them a concentration is all but a parabola.
constexpr Growth for_parabolas{0.12, 1.6, 2};
/// How finely a first look sees when an AUC comes in.
constexpr Growth for_first_look{1.5, 1.6, 6};

/// Where the pieces of a course end, other than at its events.
std::vector<double> piece_ends(Course const& course, Growth const& growth = for_parabolas)
{
    std::vector<double> ends_d;
    double start_d = 0;
    for (auto const& stretch : course.stretches()) {
        double const end_d = start_d + stretch.length_d;
        double length_d = growth.first_d;
        for (double at_d = start_d + length_d; at_d < end_d; at_d += length_d) {
            ends_d.push_back(at_d);
            length_d = std::min(length_d * growth.factor, growth.longest_d);
        }
        start_d = end_d;
    }
    return ends_d;
}

std::vector<double> joined(std::vector<double> first, std::span<double const> second)
{
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

/// While a depot empties a concentration rises and falls, and an effect may turn twice in a stretch: each part sees one turn.
std::vector<ExponentialStretch> in_parts(std::span<ExponentialStretch const> stretches)
{
    constexpr int parts = 12;
    std::vector<ExponentialStretch> found;
    for (auto const& whole : stretches)
        for (int k = 0; k < parts; ++k) {
            double const from_d = whole.length_d * k / parts;
            ExponentialStretch part{.start_d = whole.start_d + from_d,
                                    .length_d = whole.length_d / parts,
                                    .constant = whole.constant};
            for (std::size_t j = 0; j < whole.terms; ++j)
                part.add(whole.height[j] * std::exp(-whole.rate_per_d[j] * from_d), whole.rate_per_d[j]);
            found.push_back(part);
        }
    return found;
}

/// e^(-rate length), by stretch.
std::vector<double> kept_over(Course const& course, Effect const& effect)
{
    std::vector<double> kept;
    for (auto const& stretch : course.stretches())
        kept.push_back(std::exp(-effect.rate_per_d() * stretch.length_d));
    return kept;
}

std::size_t finite_levels(EffectLevels const& levels)
{
    return static_cast<std::size_t>(std::ranges::count_if(levels, [](double level) { return level < never; }));
}

/// One effect as it grows over the stretches of a course.
class Growing {
public:
    explicit Growing(Effect const& effect) : rate_per_d_{effect.rate_per_d()}, measure_{effect.measure} {}
    /// Only until the levels: what lies below them all is not looked at closely.
    Growing(Effect const& effect, EffectLevels const& levels) : Growing{effect} { levels_ = levels; }

    /// The next stretch.
    /// @param kept e^(-rate length)
    /// @param area under the concentration
    void take(ExponentialStretch const& stretch, double kept, double area)
    {
        EffectOver const over{stretch, rate_per_d_, kept, now_};
        double const before = std::exchange(now_, over.at_end());
        if (measure_ == EffectMeasure::auc) {
            double const through = rate_per_d_ == never ? area : area - (now_ - before) / rate_per_d_;
            note(so_far_ + through, [&](double level) { return stretch.start_d + over.first_area(level - so_far_); });
            so_far_ += through;
            return;
        }
        // at most all of the stretch's AUC comes in at once
        constexpr double rounding = 1 + 1e-9;
        if (levels_ && (before + rate_per_d_ * area) * rounding < next_level())
            return;
        auto const peak = over.peak(peak_after_d_);
        if (peak.at_d > 0 && peak.at_d < stretch.length_d)
            peak_after_d_ = peak.at_d;
        note(peak.height, [&](double level) { return stretch.start_d + over.first_above(level, peak.at_d); });
        so_far_ = std::max(so_far_, peak.height);
    }

    /// Without levels: how high, or how full, it has been.
    double so_far() const { return so_far_; }
    EffectTimes const& times() const { return times_; }
    bool has_reached_all() const { return levels_ && next_ == finite_levels(*levels_); }

private:
    double next_level() const { return next_ < effect_levels ? (*levels_)[next_] : never; }

    void note(double reached, auto const& when)
    {
        for (; levels_ && next_ < effect_levels && reached >= (*levels_)[next_]; ++next_)
            times_[next_] = when((*levels_)[next_]);
    }

    double rate_per_d_;
    EffectMeasure measure_;
    std::optional<EffectLevels> levels_;
    std::size_t next_ = 0; ///< the lowest level that was not reached
    EffectTimes times_{never, never, never};
    double now_ = 0; ///< in the compartment
    double so_far_ = 0;
    double peak_after_d_ = 0; ///< the start of the last stretch with a peak inside
};

} // namespace

double Effect::rate_per_d() const { return memory.base() > 0 ? std::numbers::ln2 / memory.base() : never; }

EffectPlan::EffectPlan(Regimen const& regimen, Time end, std::vector<Effect> effects)
    : effects_{std::move(effects)},
      end_{end},
      doses_{dose_events(regimen, 1 * unit::mg)},
      occasions_d_{later_cycles(regimen, end)},
      course_{doses_, {}, end},
      first_look_{doses_, piece_ends(course_, for_first_look), end},
      pieces_{doses_, piece_ends(course_), end},
      // occasions may begin between doses
      pieces_by_occasion_{Course{doses_, joined(piece_ends(course_), occasions_d_), end}.with_occasions(occasions_d_)}
{
    for (auto const& stretch : course_.stretches()) {
        auto const known = std::ranges::find(gaps_d_, stretch.length_d);
        gaps_.push_back(static_cast<std::size_t>(known - gaps_d_.begin()));
        if (known == gaps_d_.end())
            gaps_d_.push_back(stretch.length_d);
    }
    for (auto const& effect : effects_) {
        kept_.push_back(kept_over(course_, effect));
        kept_over_pieces_.push_back(kept_over(pieces_, effect));
        kept_at_first_look_.push_back(kept_over(first_look_, effect));
    }
}

EffectPlan::OwnCourse EffectPlan::changed(std::span<DoseChange const> changes, double stop_d) const
{
    OwnCourse own;
    double later_d = 0;
    double share = 1;
    auto next = changes.begin();
    std::size_t occasion = 0;
    auto const begin_occasions = [&](double until_d) { // those planned by then
        for (; occasion < occasions_d_.size() && occasions_d_[occasion] <= until_d; ++occasion)
            own.occasions_d.push_back(occasions_d_[occasion] + later_d);
    };
    for (std::size_t i = 0; i < doses_.size(); ++i) {
        for (; next != changes.end() && next->from == i; ++next) {
            later_d += next->later_d;
            share = next->share;
        }
        begin_occasions(doses_[i].time_d);
        auto dose = doses_[i];
        dose.time_d += later_d;
        dose.amount_mg *= share;
        if (dose.time_d < stop_d)
            own.doses.push_back(dose);
    }
    begin_occasions(never);
    std::erase_if(own.occasions_d, [this](double start_d) { return start_d >= end_.base(); });
    return own;
}

namespace {

std::vector<Stretch> without_doses_from(std::span<Stretch const> stretches, double stop_d)
{
    std::vector<Stretch> rest{stretches.begin(), stretches.end()};
    double at_d = 0;
    bool infusing = false; // one that has begun is finished
    for (auto& stretch : rest) {
        bool const goes_on = infusing && stretch.bolus_mg == 0 && stretch.infusion_mg_per_d > 0;
        if (at_d >= stop_d && !goes_on)
            stretch.bolus_mg = stretch.infusion_mg_per_d = 0;
        infusing = stretch.infusion_mg_per_d > 0;
        at_d += stretch.length_d;
    }
    return rest;
}

/// Patients taken through a course by the kernels.
class Integration {
public:
    /// @param own courses of single patients in place of the common one, which then do not stop on the way; may be shorter than patients
    template <IntegratedModel M>
    Integration(M const& model, std::span<Dosed const> patients, std::span<double const> stops_d, std::span<double const> until_d,
                EffectPlan const& plan, Course const& course, std::size_t occasions, double least_tolerance,
                std::span<std::optional<Course> const> own = {})
        : stretches_(patients.size(), course.stretches())
    {
        for (std::size_t i = 0; i < own.size(); ++i)
            if (own[i])
                stretches_[i] = own[i]->stretches();
        auto const rows = rows_of(model, patients, occasions, kernels::Detail::measured);
        mg_per_unit_ = rows.like.mg_per_unit;
        std::size_t all = 0;
        for (auto const& stretches : stretches_) {
            first_.push_back(all);
            all += stretches.size();
        }
        records_.resize(all);
        endings_.resize(patients.size());
        for (std::size_t i = 0; i < patients.size(); ++i)
            counts_.push_back(until_d.empty() ? stretches_[i].size() : begun_before(i, until_d[i]));
        std::vector<kernels::Job> jobs(patients.size());
        std::vector<std::vector<Stretch>> shortened;
        shortened.reserve(patients.size());
        for (std::size_t i = 0; i < patients.size(); ++i) {
            auto const* mine = stretches_[i].data();
            bool const has_own = i < own.size() && own[i];
            if (!has_own && !stops_d.empty() && stops_d[i] < plan.end().base())
                mine = shortened.emplace_back(without_doses_from(stretches_[i], stops_d[i])).data();
            jobs[i] = {.parameters = &rows.figures[rows.first[i]],
                       .stretches = mine,
                       .stretch_count = counts_[i],
                       .amount = patients[i].amount_mg,
                       .records = &records_[first_[i]],
                       .ending = &endings_[i]};
        }
        kernels::integrate(rows.like.equations, kernels::Detail::measured, jobs,
                           effort_for(std::max(rows.like.tolerance, least_tolerance)));
    }

    bool solved(std::size_t patient) const { return endings_[patient].status == kernels::Status::done; }

    /// @param visit called as visit(start d, length d, record in mg/L) of each stretch; never where the integration failed
    void each(std::size_t patient, auto const& visit) const
    {
        double at_d = 0;
        for (std::size_t s = 0; s < counts_[patient] && solved(patient); ++s) {
            auto record = records_[first_[patient] + s];
            record.start *= mg_per_unit_;
            record.end *= mg_per_unit_;
            record.auc *= mg_per_unit_;
            record.peak *= mg_per_unit_;
            visit(at_d, stretches_[patient][s].length_d, record);
            at_d += stretches_[patient][s].length_d;
        }
    }

private:
    std::size_t begun_before(std::size_t patient, double time_d) const
    {
        constexpr double rounding_d = 1e-9;
        std::size_t count = 0;
        for (double at_d = 0; count < stretches_[patient].size() && at_d < time_d - rounding_d; ++count)
            at_d += stretches_[patient][count].length_d;
        return count;
    }

    std::vector<std::span<Stretch const>> stretches_; ///< by patient
    std::vector<std::size_t> first_;                  ///< of each patient's records
    std::vector<std::size_t> counts_;                 ///< of stretches that a patient goes through
    double mg_per_unit_ = 1;
    std::vector<kernels::StretchRecord> records_;
    std::vector<kernels::Ending> endings_;
};

/// Between what an effect's peak or AUC must lie as a course goes on, from what is known of whole stretches.
class RangeOfEffect {
public:
    explicit RangeOfEffect(Effect const& effect) : rate_per_d_{effect.rate_per_d()}, measure_{effect.measure} {}

    /// @param kept e^(-rate length)
    void take(double kept, kernels::StretchRecord const& record)
    {
        if (measure_ == EffectMeasure::auc) {
            most_ += record.auc; // what is not yet through the compartment is still in it
            return;
        }
        if (rate_per_d_ == never) {
            most_ = least_ = std::max(most_, record.peak);
            return;
        }
        // at most all of the stretch's AUC comes in at its end, at least at its start; and an average is never above what it is of
        double const in = rate_per_d_ * record.auc;
        double const ceiling = std::max(high_, record.peak);
        most_ = std::max(most_, std::min(high_ + in, ceiling));
        high_ = std::min(high_ * kept + in, ceiling);
        low_ = (low_ + in) * kept;
        least_ = std::max(least_, low_);
    }
    double most() const { return most_; }
    double least() const { return least_; }

private:
    double rate_per_d_;
    EffectMeasure measure_;
    double high_ = 0; ///< in the compartment at most
    double low_ = 0;  ///< at least
    double most_ = 0; ///< reached so far
    double least_ = 0;
};

/// Who must be looked at closely, and until when: by then all levels that are ever reached have been.
struct Reach {
    std::size_t patient = 0;
    double until_d = never;
};

} // namespace

/// Takes patients through a plan, one after the other.
class EffectSolver {
public:
    EffectSolver(Model const& model, EffectPlan const& plan) : model_{&model}, plan_{&plan} {}

    /// @param found called with the patient's number and its stretches; those are none where an integration failed
    /// @param until_d when each patient need no longer be looked at; nobody's where empty
    /// @param changes of each patient's course; nobody's where empty
    void solve(std::span<Dosed const> patients, std::span<double const> stops_d, std::span<double const> until_d,
               std::span<DoseChanges const> changes, auto const& found)
    {
        std::visit(
            [&]<class M>(M const& model) {
                if constexpr (LinearModel<M>) {
                    for (std::size_t i = 0; i < patients.size(); ++i) {
                        linear(model, patients[i], stops_d.empty() ? never : stops_d[i],
                               changes.empty() ? std::span<DoseChange const>{} : changes[i]);
                        areas_.clear();
                        for (auto const& stretch : stretches_)
                            areas_.push_back(stretch.whole_area());
                        found(i, std::span<ExponentialStretch const>{stretches_});
                    }
                } else {
                    integrated(model, patients, stops_d, until_d, changes, found);
                }
            },
            *model_);
    }

    /// Whom any level may concern: of models that are integrated a first look, at coarse pieces, sees who is far below all of them,
    /// and after which dose the others are above.
    /// @param found for those far below all levels are never reached
    std::vector<Reach> within_reach(std::span<Dosed const> patients, std::span<EffectLevels const> levels,
                                    std::span<double const> stops_d, std::span<DoseChanges const> changes,
                                    std::span<EffectTimes> found) const
    {
        std::vector<Reach> some;
        auto const count = plan_->effects_.size();
        std::visit(
            [&]<class M>(M const& model) {
                bool const by_occasion = !patients.empty() && patients.front().by_occasion();
                bool const own_courses = std::ranges::any_of(changes, [](auto const& of_one) { return !of_one.empty(); });
                if constexpr (IntegratedModel<M>)
                    if (!by_occasion && !own_courses) {
                        Integration const coarse{model,  patients,           stops_d, {},
                                                 *plan_, plan_->first_look_, 1,       first_look_tolerance};
                        for (std::size_t i = 0; i < patients.size(); ++i) {
                            if (!coarse.solved(i))
                                continue;
                            if (auto const until_d = reach(coarse, i, levels.subspan(i * count, count)))
                                some.push_back({i, *until_d});
                            else
                                std::fill_n(found.begin() + static_cast<std::ptrdiff_t>(i * count), count,
                                            EffectTimes{never, never, never});
                        }
                        return;
                    }
                for (std::size_t i = 0; i < patients.size(); ++i)
                    some.push_back({i});
            },
            *model_);
        return some;
    }

    /// Under the concentration of a stretch.
    double area(std::size_t stretch) const { return areas_[stretch]; }

    /// e^(-rate length) of a stretch.
    double kept(std::size_t effect, std::size_t stretch) const
    {
        if (on_course_)
            return plan_->kept_[effect][stretch];
        if (on_pieces_)
            return plan_->kept_over_pieces_[effect][stretch];
        return std::exp(-plan_->effects_[effect].rate_per_d() * stretches_[stretch].length_d);
    }

private:
    template <LinearModel M>
    void linear(M const& model, Dosed const& patient, double stop_d, std::span<DoseChange const> changes)
    {
        stretches_.clear();
        auto const absorption = absorption_of(model, patient.patient, patient.etas);
        on_course_ = absorption.immediate() && !patient.by_occasion() && changes.empty();
        if (!on_course_)
            return by_segments(model, patient, plan_->changed(changes, stop_d));
        auto const disposition = model.individual(patient.patient, patient.etas);
        auto const modes = disposition.modes();
        std::array<double, max_modes> parts_mg{};
        double at_d = 0;
        std::vector<double>& kept = kept_by_gap_; // an exponential a mode and gap
        kept.resize(plan_->gaps_d_.size() * max_modes);
        for (std::size_t gap = 0; gap < plan_->gaps_d_.size(); ++gap)
            for (std::size_t j = 0; j < modes.size(); ++j)
                kept[gap * max_modes + j] = std::exp(-std::max(modes[j].rate_per_d, ExponentialStretch::slowest_per_d) *
                                                     plan_->gaps_d_[gap]);
        for (std::size_t s = 0; s < plan_->gaps_.size(); ++s) {
            auto const& stretch = plan_->course_.stretches()[s];
            bool const given = at_d < stop_d;
            double const bolus_mg = given ? stretch.bolus_mg * patient.amount_mg : 0;
            double const infusing = given ? stretch.infusion_mg_per_d * patient.amount_mg : 0;
            for (std::size_t j = 0; j < modes.size(); ++j)
                parts_mg[j] += modes[j].share * bolus_mg;
            auto& now = stretches_.emplace_back(
                ExponentialStretch{.start_d = at_d, .length_d = stretch.length_d, .terms = modes.size()});
            for (std::size_t j = 0; j < modes.size(); ++j) {
                double const rate = std::max(modes[j].rate_per_d, ExponentialStretch::slowest_per_d);
                double const steady_mg = modes[j].share * infusing / rate;
                double const kept_here = kept[plan_->gaps_[s] * max_modes + j];
                now.rate_per_d[j] = rate;
                now.kept[j] = kept_here;
                now.height[j] = (parts_mg[j] - steady_mg) / disposition.V1_L();
                now.constant += steady_mg / disposition.V1_L();
                parts_mg[j] = (parts_mg[j] - steady_mg) * kept_here + steady_mg;
            }
            at_d += stretch.length_d;
        }
    }

    template <LinearModel M>
    void by_segments(M const& model, Dosed const& patient, EffectPlan::OwnCourse course)
    {
        for (auto& dose : course.doses)
            dose.amount_mg *= patient.amount_mg;
        std::vector<Occasion> occasions;
        for (std::size_t k = 0; k <= (patient.by_occasion() ? course.occasions_d.size() : 0); ++k) {
            auto const who = covariates_of(patient, k);
            auto const etas = etas_of(patient, k);
            occasions.push_back(
                {k == 0 ? 0 : course.occasions_d[k - 1], model.rates(who, etas), absorption_of(model, who, etas)});
        }
        stretches_ = LinearCourse{occasions, course.doses, plan_->end_}.exponentials();
        if (occasions.front().absorption.has_depot())
            stretches_ = in_parts(stretches_);
    }

    template <IntegratedModel M>
    void integrated(M const& model, std::span<Dosed const> patients, std::span<double const> stops_d,
                    std::span<double const> until_d, std::span<DoseChanges const> changes, auto const& found)
    {
        on_course_ = false;
        if (patients.empty())
            return;
        bool const by_occasion = patients.front().by_occasion();
        std::vector<std::optional<Course>> own(changes.size());
        for (std::size_t i = 0; i < changes.size(); ++i)
            if (!changes[i].empty()) {
                auto course = plan_->changed(changes[i], stops_d.empty() ? never : stops_d[i]);
                if (!by_occasion)
                    course.occasions_d.clear();
                own[i] = pieces_of(course);
            }
        Integration const fine{model,
                               patients,
                               stops_d,
                               until_d,
                               *plan_,
                               by_occasion ? plan_->pieces_by_occasion_ : plan_->pieces_,
                               by_occasion ? plan_->occasions_d_.size() + 1 : 1,
                               as_the_model_says,
                               own};
        for (std::size_t i = 0; i < patients.size(); ++i) {
            stretches_.clear();
            areas_.clear();
            bool const common = own.empty() || !own[i];
            on_pieces_ = common && (!by_occasion || plan_->pieces_by_occasion_.stretches().size() ==
                                                        plan_->pieces_.stretches().size()); // no occasion begins between doses
            fine.each(i, [&](double at_d, double length_d, kernels::StretchRecord const& record) {
                stretches_.push_back(parabolic_stretch(at_d, length_d, record.start, record.end, record.auc));
                areas_.push_back(record.auc);
            });
            found(i, std::span<ExponentialStretch const>{stretches_});
        }
    }

    Course pieces_of(EffectPlan::OwnCourse const& own) const
    {
        Course const whole{own.doses, own.occasions_d, plan_->end_};
        return Course{own.doses, joined(piece_ends(whole), own.occasions_d), plan_->end_}.with_occasions(own.occasions_d);
    }

    /// When the patient is above all levels that are ever reached; none who is below all of them.
    std::optional<double> reach(Integration const& coarse, std::size_t patient, std::span<EffectLevels const> levels) const
    {
        constexpr double rounding = 1 + 10 * first_look_tolerance; // far more than the kernels are off
        bool any = false;
        double until_d = 0;
        for (std::size_t e = 0; e < levels.size(); ++e) {
            auto const finite = finite_levels(levels[e]);
            if (finite == 0)
                continue;
            RangeOfEffect range{plan_->effects_[e]};
            double above_d = never;
            std::size_t stretch = 0;
            coarse.each(patient, [&](double at_d, double length_d, auto const& record) {
                range.take(plan_->kept_at_first_look_[e][stretch++], record);
                if (above_d == never && range.least() > levels[e][finite - 1] * rounding)
                    above_d = at_d + length_d;
            });
            if (range.most() * rounding < levels[e].front())
                continue;
            any = true;
            until_d = std::max(until_d, above_d);
        }
        return any ? std::optional{until_d} : std::nullopt;
    }

    Model const* model_;
    EffectPlan const* plan_;
    std::vector<ExponentialStretch> stretches_;
    std::vector<double> areas_; ///< by stretch
    std::vector<double> kept_by_gap_;
    bool on_course_ = true;  ///< the stretches are those of the plan's course
    bool on_pieces_ = false; ///< or its pieces
};

std::vector<double> effects_at_end(Model const& model, std::span<Dosed const> patients, EffectPlan const& plan)
{
    auto const count = plan.effects().size();
    std::vector<double> found(patients.size() * count, std::numeric_limits<double>::quiet_NaN());
    EffectSolver solver{model, plan};
    solver.solve(patients, {}, {}, {}, [&](std::size_t i, std::span<ExponentialStretch const> stretches) {
        for (std::size_t e = 0; e < count && !stretches.empty(); ++e) {
            Growing growing{plan.effects()[e]};
            for (std::size_t s = 0; s < stretches.size(); ++s)
                growing.take(stretches[s], solver.kept(e, s), solver.area(s));
            found[i * count + e] = growing.so_far();
        }
    });
    return found;
}

std::vector<EffectTimes> first_times(Model const& model, std::span<Dosed const> patients, EffectPlan const& plan,
                                     std::span<EffectLevels const> levels, std::span<double const> stops_d,
                                     std::span<DoseChanges const> changes)
{
    auto const count = plan.effects().size();
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    std::vector<EffectTimes> found(patients.size() * count, EffectTimes{unknown, unknown, unknown});
    EffectSolver solver{model, plan};
    auto const looked_at = solver.within_reach(patients, levels, stops_d, changes, found);
    std::vector<Dosed> some;
    std::vector<double> their_stops_d;
    std::vector<DoseChanges> their_changes;
    std::vector<double> until_d;
    for (auto const& [i, until] : looked_at) {
        some.push_back(patients[i]);
        until_d.push_back(until);
        if (!stops_d.empty())
            their_stops_d.push_back(stops_d[i]);
        if (!changes.empty())
            their_changes.push_back(changes[i]);
    }
    solver.solve(some, their_stops_d, until_d, their_changes, [&](std::size_t k, std::span<ExponentialStretch const> stretches) {
        if (stretches.empty())
            return;
        auto const i = looked_at[k].patient;
        for (std::size_t e = 0; e < count; ++e) {
            Growing growing{plan.effects()[e], levels[i * count + e]};
            for (std::size_t s = 0; s < stretches.size() && !growing.has_reached_all(); ++s)
                growing.take(stretches[s], solver.kept(e, s), solver.area(s));
            found[i * count + e] = growing.times();
        }
    });
    return found;
}

} // namespace escalon::pk

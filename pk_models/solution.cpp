#include "pk_models/solution.hpp"

#include "pk_models/kernels/kernels.hpp"
#include "pk_models/kernels/systems.hpp"
#include "pk_models/linear_course.hpp"
#include "pk_models/saturable_decay.hpp"
#include "pk_models/solving.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <numbers>
#include <ranges>

namespace escalon::pk {
namespace {

/// How an analyte of a linear model moves through a course.
class LinearMotion {
public:
    LinearMotion(Disposition disposition, History history) : disposition_{std::move(disposition)}, history_{history} {}
    LinearMotion(std::span<Occasion const> occasions, History history, Time end)
        : disposition_{occasions.front().rates, occasions.front().absorption},
          history_{history},
          course_{{occasions, history, end}}
    {}

    Concentration concentration(Time at) const
    {
        return course_ ? course_->concentration(at) : pk::concentration(disposition_, history_, at);
    }
    Concentration concentration_before(Time at) const
    {
        return course_ ? course_->concentration_before(at) : pk::concentration_before(disposition_, history_, at);
    }
    WindowExposure exposure_between(Time from, Time to) const
    {
        return course_ ? course_->exposure_between(from, to) : pk::exposure_between(disposition_, history_, from, to);
    }

private:
    Disposition disposition_;
    History history_;
    std::optional<LinearCourse> course_;
};

struct LinearAnalyte {
    Analyte analyte;
    LinearMotion motion;
};

/// An occasion each, of the rates that a function of the model gives.
template <class RatesOf>
std::vector<Occasion> occasions_of(Dosed const& patient, std::span<double const> starts_d, RatesOf rates_of)
{
    std::vector<Occasion> occasions;
    for (std::size_t k = 0; k <= starts_d.size(); ++k)
        occasions.push_back(rates_of(k == 0 ? 0 : starts_d[k - 1], covariates_of(patient, k), etas_of(patient, k)));
    return occasions;
}

template <LinearModel M>
std::vector<LinearAnalyte> linear_analytes(M const& model, Dosed const& patient, History history, CoursePlan const& plan)
{
    auto const& who = patient.patient;
    bool const antibody = requires { model.total_antibody_rates(who, patient.etas); };
    std::vector<LinearAnalyte> found;
    if (!patient.by_occasion()) {
        found.push_back({Analyte::drug, {model.individual(who, patient.etas), history}});
        if constexpr (antibody)
            found.push_back({Analyte::total_antibody, {Disposition{model.total_antibody_rates(who, patient.etas)}, history}});
        return found;
    }
    auto const drug = occasions_of(patient, plan.occasions_d, [&](double from_d, Covariates const& now, Etas const& etas) {
        return Occasion{from_d, model.rates(now, etas), absorption_of(model, now, etas)};
    });
    found.push_back({Analyte::drug, {drug, history, plan.end}});
    if constexpr (antibody) {
        auto const whole = occasions_of(patient, plan.occasions_d, [&](double from_d, Covariates const& now, Etas const& etas) {
            return Occasion{from_d, model.total_antibody_rates(now, etas), {}};
        });
        found.push_back({Analyte::total_antibody, {whole, history, plan.end}});
    }
    return found;
}

template <LinearModel M>
Solution solve_linear(M const& model, Dosed const& patient, CoursePlan const& plan, Course const& course)
{
    std::vector<DoseEvent> doses = plan.doses;
    for (auto& dose : doses)
        dose.amount_mg *= patient.amount_mg;
    auto const analytes = linear_analytes(model, patient, doses, plan);
    std::vector<Analyte> names;
    for (auto const& each : analytes)
        names.push_back(each.analyte);
    Solution solution{names, course.ends_d(), plan.samples_d.size()};
    for (std::size_t a = 0; a < analytes.size(); ++a)
        fill(solution, a, analytes[a].motion, plan.samples_d);
    return solution;
}

/// A conjugate in the form that gives its payload.
struct ConjugateWithPayload {
    Conjugate const& model;
    Integrated individual(Covariates const& patient, std::span<double const> etas) const
    {
        return model.with_payload(patient, etas);
    }
};

bool have_occasions(std::span<Dosed const> patients) { return !patients.empty() && patients.front().by_occasion(); }

template <class M>
std::vector<Solution> solve_integrated(M const& model, std::span<Dosed const> patients, CoursePlan const& plan,
                                       Course const& course)
{
    if (patients.empty())
        return {};
    auto const rows = rows_of(model, patients, plan.occasions_d.size() + 1, kernels::Detail::full);
    std::vector<IntegratedPatient> who;
    for (std::size_t i = 0; i < patients.size(); ++i)
        who.push_back({&rows.figures[rows.first[i]], patients[i].amount_mg});
    return integrate(rows.like, course, plan.samples_d, who);
}

template <IntegratedModel M>
std::vector<std::optional<Exposure>> integrated_exposures(M const& model, std::span<Dosed const> patients,
                                                          PreparedCourse const& prepared)
{
    std::vector<std::optional<Exposure>> found(patients.size());
    if (patients.empty())
        return found;
    auto const rows = rows_of(model, patients, prepared.occasions_d.size() + 1, kernels::Detail::measured);
    auto const& course = have_occasions(patients) ? prepared.by_occasion : prepared.course;
    auto const stretches = course.stretches();
    std::vector<kernels::StretchRecord> records(patients.size() * stretches.size());
    std::vector<kernels::Ending> endings(patients.size());
    std::vector<kernels::Job> jobs(patients.size());
    for (std::size_t i = 0; i < patients.size(); ++i)
        jobs[i] = {.parameters = &rows.figures[rows.first[i]],
                   .stretches = stretches.data(),
                   .stretch_count = stretches.size(),
                   .amount = patients[i].amount_mg,
                   .records = &records[i * stretches.size()],
                   .ending = &endings[i]};
    kernels::integrate(rows.like.equations, kernels::Detail::measured, jobs, effort_for(rows.like.tolerance));
    double const mg = rows.like.mg_per_unit;
    double const window_d = prepared.schedule.window().base();
    for (std::size_t i = 0; i < patients.size(); ++i) {
        if (endings[i].status != kernels::Status::done)
            continue;
        double auc = 0;
        double peak = 0;
        for (auto const& record : std::span{&records[i * stretches.size()], stretches.size()}) {
            auc += record.auc;
            peak = std::max(peak, record.peak);
        }
        found[i] = Exposure{.auc = Auc::from_base(auc * mg),
                            .cmax = Concentration::from_base(peak * mg),
                            .trough = Concentration::from_base(records[(i + 1) * stretches.size() - 1].end * mg),
                            .average = Concentration::from_base(auc * mg / window_d)};
    }
    return found;
}

/// Whether the lanes of the linear kernel have room for it: at most two compartments, and doses that are there at once.
template <LinearModel M>
bool fits_lanes(M const& model)
{
    if constexpr (std::same_as<M, ThreeCompartment>)
        return false;
    else if constexpr (requires { model.KA; })
        return !has_absorption(model);
    else
        return true;
}

template <LinearModel M>
std::vector<std::optional<Exposure>> linear_exposures(M const& model, std::span<Dosed const> patients,
                                                      PreparedCourse const& prepared)
{
    std::vector<std::optional<Exposure>> found(patients.size());
    auto const window = prepared.schedule.window();
    if (have_occasions(patients)) {
        CoursePlan const plan{.doses = {}, .occasions_d = prepared.occasions_d, .end = window};
        for (std::size_t i = 0; i < patients.size(); ++i) {
            auto doses = prepared.doses;
            for (auto& dose : doses)
                dose.amount_mg *= patients[i].amount_mg;
            found[i] = linear_analytes(model, patients[i], doses, plan).front().motion.exposure_between(Time{}, window).exposure;
        }
        return found;
    }
    if (!fits_lanes(model)) {
        for (std::size_t i = 0; i < patients.size(); ++i)
            found[i] = prepared.schedule.exposure(model.individual(patients[i].patient, patients[i].etas))
                           .of(Mass::from_base(patients[i].amount_mg));
        return found;
    }
    std::vector<Rates> rates;
    rates.reserve(patients.size());
    for (auto const& patient : patients)
        rates.push_back(model.rates(patient.patient, patient.etas));
    auto const per_mg = prepared.schedule.exposures(rates);
    for (std::size_t i = 0; i < patients.size(); ++i)
        found[i] = per_mg[i].of(Mass::from_base(patients[i].amount_mg));
    return found;
}

/// Its stretches, which end at occasions too.
Course course_of(CoursePlan const& plan)
{
    auto cuts_d = plan.cuts_d;
    cuts_d.insert(cuts_d.end(), plan.occasions_d.begin(), plan.occasions_d.end());
    return Course{plan.doses, cuts_d, plan.end};
}

/// Boluses into one compartment with saturable elimination have a closed form.
bool has_closed_form(MichaelisMenten const& model, CoursePlan const& plan)
{
    auto const is_bolus = [](DoseEvent const& dose) { return dose.duration_d == 0; };
    return !(model.Q.value > 0) && std::ranges::all_of(plan.doses, is_bolus);
}

Solution solve_boluses(MichaelisMenten const& model, Dosed const& patient, CoursePlan const& plan, Course const& course)
{
    using System = kernels::MichaelisMentenSystem;
    auto const row = model.individual(patient.patient, patient.etas).row;
    SaturableDecay const decay{row[System::k10], row[System::VMAX], row[System::KM]};
    static constexpr std::array measured{Analyte::drug};
    Solution solution{measured, course.ends_d(), plan.samples_d.size()};
    double start_d = 0;
    double left = 0;
    std::size_t sample = 0;
    for (; sample < plan.samples_d.size() && plan.samples_d[sample] <= 0; ++sample)
        solution.samples()[sample] = 0;
    for (std::size_t k = 0; k < course.stretches().size(); ++k) {
        auto const& stretch = course.stretches()[k];
        double const at_start = left + stretch.bolus_mg * patient.amount_mg * row[System::per_mg];
        left = decay.after(at_start, stretch.length_d);
        double const end_d = solution.ends_d()[k];
        double const reached_d = end_d * (1 + sample_rounding);
        for (; sample < plan.samples_d.size() && plan.samples_d[sample] <= reached_d; ++sample)
            solution.samples()[sample] = decay.after(at_start, plan.samples_d[sample] - start_d);
        solution.records()[k] = {
            .start = at_start, .end = left, .auc = decay.auc(at_start, left), .peak = at_start, .peak_at = start_d};
        start_d = end_d;
    }
    return solution;
}

/// What is known of a concentration.
struct Point {
    double at_d;
    double value;
};

/// Stretches within a window and the points known of them, which only ever grow.
class Crossings {
public:
    Crossings(Solution const& solution, CoursePlan const& plan, std::size_t analyte, double threshold, double from_d, double to_d)
        : threshold_{threshold}
    {
        constexpr double rounding = 1e-9; // of a day
        double start_d = 0;
        for (std::size_t k = 0; k < solution.ends_d().size(); ++k) {
            double const end_d = solution.ends_d()[k];
            if (start_d >= from_d - rounding && end_d <= to_d + rounding) {
                auto const& record = solution.record(k, analyte);
                auto& points = stretches_.emplace_back(std::vector<Point>{{start_d, record.start}});
                if (start_d < record.peak_at && record.peak_at < end_d)
                    points.push_back({record.peak_at, record.peak});
                points.push_back({end_d, record.end});
            }
            start_d = end_d;
        }
        take(solution, plan, analyte);
    }

    /// Samples inside what may hide a crossing: where the sides differ, and about extremes that come close from one side.
    std::vector<double> to_look_at(int inside) const
    {
        std::vector<double> samples_d;
        for (auto const& points : stretches_)
            for (std::size_t i = 0; i + 1 < points.size(); ++i)
                if (above(points[i]) != above(points[i + 1]) || turns(points, i) || turns(points, i + 1))
                    for (int k = 1; k <= inside; ++k)
                        samples_d.push_back(points[i].at_d + (points[i + 1].at_d - points[i].at_d) * k / (inside + 1));
        return samples_d;
    }

    void take(Solution const& solution, CoursePlan const& plan, std::size_t analyte)
    {
        std::size_t sample = 0;
        for (auto& points : stretches_) {
            double const start_d = points.front().at_d;
            double const end_d = points.back().at_d;
            for (; sample < plan.samples_d.size() && plan.samples_d[sample] < end_d; ++sample)
                if (plan.samples_d[sample] > start_d)
                    points.push_back({plan.samples_d[sample], solution.at_sample(sample, analyte).base()});
            std::ranges::stable_sort(points, {}, &Point::at_d);
        }
    }

    Time above() const
    {
        double total_d = 0;
        for (auto const& points : stretches_)
            for (std::size_t i = 0; i + 1 < points.size(); ++i) {
                auto const& [left_d, left] = points[i];
                auto const& [right_d, right] = points[i + 1];
                double const length_d = right_d - left_d;
                if (above(points[i]) && above(points[i + 1]))
                    total_d += length_d;
                else if (above(points[i]) || above(points[i + 1]))
                    total_d += length_d * (std::max(left, right) - threshold_) / std::abs(right - left);
            }
        return Time::from_base(total_d);
    }

private:
    bool above(Point const& point) const { return point.value > threshold_; }

    /// Lower than its neighbours while above the threshold, or higher while below.
    bool turns(std::vector<Point> const& points, std::size_t i) const
    {
        if (i == 0 || i + 1 == points.size())
            return false;
        double const here = points[i].value;
        double const before = points[i - 1].value;
        double const after = points[i + 1].value;
        return above(points[i]) ? here < before && here < after : here > before && here > after;
    }

    std::vector<std::vector<Point>> stretches_;
    double threshold_;
};

} // namespace

Solution::Solution(std::span<Analyte const> analytes, std::vector<double> ends_d, std::size_t samples)
    : analytes_(analytes.begin(), analytes.end()),
      ends_d_{std::move(ends_d)},
      records_(ends_d_.size() * analytes.size()),
      samples_(samples * analytes.size())
{}

void Solution::add(Analyte analyte, Solution const& from)
{
    constexpr double rounding = 1e-9; // of a day, well below any infusion
    auto const place = from.place(analyte).value();
    auto const widened = [this](auto const& figures, auto const& added) {
        auto all = figures;
        all.clear();
        for (std::size_t i = 0; i < added.size(); ++i) {
            auto const first = figures.begin() + static_cast<std::ptrdiff_t>(i * analytes_.size());
            all.insert(all.end(), first, first + static_cast<std::ptrdiff_t>(analytes_.size()));
            all.push_back(added[i]);
        }
        return all;
    };
    std::vector<Record> records;
    std::size_t part = 0;
    for (double const end_d : ends_d_) {
        auto whole = from.record(part, place);
        while (from.ends_d_[part] < end_d - rounding) {
            auto const& next = from.record(++part, place);
            if (next.peak > whole.peak) {
                whole.peak = next.peak;
                whole.peak_at = next.peak_at;
            }
            whole.auc += next.auc;
            whole.end = next.end;
        }
        ++part;
        records.push_back(whole);
    }
    std::vector<double> samples;
    for (std::size_t i = place; i < from.samples_.size(); i += from.analytes_.size())
        samples.push_back(from.samples_[i]);
    records_ = widened(records_, records);
    samples_ = widened(samples_, samples);
    analytes_.push_back(analyte);
    if (!failure)
        failure = from.failure;
}

void Solution::take(Solution const& part, std::size_t lead, double lead_d, double from_d, std::size_t stretch, std::size_t sample)
{
    auto const width = analytes_.size();
    double const later_d = from_d - lead_d;
    auto const records = part.records_ | std::views::drop(lead * width) | std::views::transform([later_d](Record record) {
                             record.peak_at += later_d;
                             return record;
                         });
    std::ranges::copy(records, records_.begin() + static_cast<std::ptrdiff_t>(stretch * width));
    std::ranges::copy(part.samples_, samples_.begin() + static_cast<std::ptrdiff_t>(sample * width));
    if (part.failure && !failure)
        failure = Failure{part.failure->reason, part.failure->at + Time::from_base(later_d)};
}

std::optional<std::size_t> Solution::place(Analyte analyte) const
{
    auto const found = std::ranges::find(analytes_, analyte);
    if (found == analytes_.end())
        return std::nullopt;
    return static_cast<std::size_t>(found - analytes_.begin());
}

WindowExposure Solution::between(Time from, Time to, std::size_t analyte) const
{
    constexpr double rounding = 1e-9; // of a day, well below any infusion
    WindowExposure found{.exposure = {}, .tmax = from};
    double start_d = 0;
    for (std::size_t k = 0; k < ends_d_.size(); ++k) {
        bool const inside = start_d >= from.base() - rounding && ends_d_[k] <= to.base() + rounding;
        start_d = ends_d_[k];
        if (!inside)
            continue;
        auto const& stretch = record(k, analyte);
        found.exposure.auc = found.exposure.auc + Auc::from_base(stretch.auc);
        found.exposure.trough = Concentration::from_base(stretch.end);
        if (stretch.peak > found.exposure.cmax.base()) {
            found.exposure.cmax = Concentration::from_base(stretch.peak);
            found.tmax = Time::from_base(stretch.peak_at);
        }
    }
    found.exposure.average = found.exposure.auc / (to - from);
    return found;
}

std::vector<Solution> solve(Model const& model, std::span<Dosed const> patients, CoursePlan const& plan)
{
    auto const course = course_of(plan).with_occasions(have_occasions(patients) ? std::span<double const>{plan.occasions_d}
                                                                                : std::span<double const>{});
    return std::visit(
        [&]<class M>(M const& m) {
            if constexpr (LinearModel<M>) {
                std::vector<Solution> solutions;
                for (auto const& patient : patients)
                    solutions.push_back(solve_linear(m, patient, plan, course));
                if constexpr (std::same_as<M, Conjugate>)
                    if (m.payload) {
                        auto const with_payload = solve_integrated(ConjugateWithPayload{m}, patients, plan, course);
                        for (std::size_t i = 0; i < solutions.size(); ++i)
                            solutions[i].add(Analyte::payload, with_payload[i]);
                    }
                return solutions;
            } else {
                if constexpr (std::same_as<M, MichaelisMenten>)
                    if (has_closed_form(m, plan) && !have_occasions(patients)) {
                        std::vector<Solution> solutions;
                        for (auto const& patient : patients)
                            solutions.push_back(solve_boluses(m, patient, plan, course));
                        return solutions;
                    }
                return solve_integrated(m, patients, plan, course);
            }
        },
        model);
}

std::vector<std::optional<Time>> times_above(Model const& model, std::span<Dosed const> patients, CoursePlan const& plan,
                                             Concentration threshold, Time from, Time to, Analyte analyte)
{
    constexpr int inside = 32; // 33^4 parts of a cycle of 21 d are below 2e-5 d, over which a concentration is a straight line
    constexpr int rounds = 3;
    std::vector<std::optional<Time>> found(patients.size());
    CoursePlan looked = plan;
    looked.samples_d.clear();
    looked.cuts_d.push_back(from.base());
    looked.end = to;
    std::erase_if(looked.doses, [to](DoseEvent const& dose) { return dose.time_d >= to.base(); });
    std::erase_if(looked.occasions_d, [to](double start_d) { return start_d >= to.base(); });
    double start_d = 0;
    for (double const end_d : course_of(looked).ends_d()) {
        if (start_d < to.base() && end_d > from.base())
            for (int k = 1; k <= inside; ++k)
                looked.samples_d.push_back(start_d + (end_d - start_d) * k / (inside + 1));
        start_d = end_d;
    }
    auto const solutions = solve(model, patients, looked);
    for (std::size_t i = 0; i < patients.size(); ++i) {
        auto const place = solutions[i].place(analyte);
        if (solutions[i].failure || !place)
            continue;
        Crossings crossings{solutions[i], looked, *place, threshold.base(), from.base(), to.base()};
        auto closer = looked;
        for (int round = 0; round < rounds; ++round) {
            closer.samples_d = crossings.to_look_at(inside);
            if (closer.samples_d.empty())
                break;
            crossings.take(solve(model, patients.subspan(i, 1), closer).front(), closer, *place);
        }
        found[i] = crossings.above();
    }
    return found;
}

std::vector<double> later_cycles(Regimen const& regimen, Time end)
{
    std::vector<double> starts_d;
    for (int k = 1; k < regimen.cycles && k * regimen.cycle < end; ++k)
        starts_d.push_back((k * regimen.cycle).base());
    return starts_d;
}

PreparedCourse::PreparedCourse(Regimen const& regimen, Time window)
    : doses{dose_events(regimen, 1 * unit::mg)},
      occasions_d{later_cycles(regimen, window)},
      schedule{regimen, window},
      course{doses, {}, window},
      by_occasion{Course{doses, occasions_d, window}.with_occasions(occasions_d)}
{}

std::vector<std::optional<Exposure>> exposures(Model const& model, std::span<Dosed const> patients, PreparedCourse const& course)
{
    return std::visit(
        [&]<class M>(M const& m) {
            if constexpr (LinearModel<M>)
                return linear_exposures(m, patients, course);
            else
                return integrated_exposures(m, patients, course);
        },
        model);
}

std::vector<std::optional<Auc>> aucs_to_infinity(Model const& model, std::span<Dosed const> patients, History doses)
{
    std::vector<std::optional<Auc>> found(patients.size());
    CoursePlan plan{.doses = {doses.begin(), doses.end()}, .end = {}};
    if (is_linear(model)) {
        for (std::size_t i = 0; i < patients.size(); ++i) {
            auto given = plan.doses;
            for (auto& dose : given)
                dose.amount_mg *= patients[i].amount_mg;
            auto const kinetics = individual(model, covariates_of(patients[i], 0), etas_of(patients[i], 0));
            found[i] = auc_to_infinity(std::get<Disposition>(kinetics), given);
        }
        return found;
    }
    constexpr Time long_after = 300 * unit::d; // sixty half-lives of a conjugate, a dozen of the slowest antibody
    double last_d = 0;
    for (auto const& dose : doses)
        last_d = std::max(last_d, dose.time_d + dose.duration_d);
    plan.end = Time::from_base(last_d) + long_after;
    auto const solutions = solve(model, patients, plan);
    for (std::size_t i = 0; i < patients.size(); ++i) {
        if (solutions[i].failure)
            continue;
        auto const whole = solutions[i].between(Time{}, plan.end).exposure;
        auto const kinetics = individual(model, covariates_of(patients[i], 0), etas_of(patients[i], 0));
        double const rate_per_d = at_vanishing_dose(std::get<Integrated>(kinetics)).terminal_rate_per_d();
        found[i] = Auc::from_base(whole.auc.base() + whole.trough.base() / rate_per_d);
    }
    return found;
}

std::vector<std::optional<Time>> half_lives_nca(Model const& model, std::span<Dosed const> patients, DoseEvent const& dose,
                                                Sampling const& sampling)
{
    CoursePlan const plan{.doses = {dose}, .samples_d = sampling.days, .end = Time::from_base(sampling.days.back())};
    std::vector<std::optional<Time>> found;
    for (auto const& solution : solve(model, patients, plan)) {
        std::vector<Concentration> measured;
        for (std::size_t k = 0; k < sampling.days.size(); ++k)
            measured.push_back(solution.failure ? Concentration{} : solution.at_sample(k));
        found.push_back(half_life_nca(measured, sampling));
    }
    return found;
}

Time half_life_terminal(Kinetics const& kinetics)
{
    if (auto const* linear = std::get_if<Disposition>(&kinetics))
        return half_life_terminal(*linear);
    return half_life_terminal(at_vanishing_dose(std::get<Integrated>(kinetics)));
}

} // namespace escalon::pk

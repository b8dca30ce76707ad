#include "sim/designs/catalog.hpp"

#include <string>
#include <type_traits>
#include <utility>

namespace escalon {

Outcomes outcomes_read(AnyDesign const& design)
{
    return std::visit(
        [](auto const& options) {
            if constexpr (requires { options.outcomes(); })
                return options.outcomes();
            else
                return Outcomes::dlt;
        },
        design);
}

std::optional<ExposureMetric> exposure_read(AnyDesign const& design)
{
    return std::visit(
        [](auto const& options) -> std::optional<ExposureMetric> {
            if constexpr (requires { options.exposure_read(); })
                return options.exposure_read();
            else
                return std::nullopt;
        },
        design);
}

bool reads_pending(AnyDesign const& design)
{
    return std::visit([](auto const& options) { return requires { options.reads_pending_patients; }; }, design);
}

bool aims_at_dlts(AnyDesign const& design)
{
    return std::visit(
        [](auto const& options) {
            if constexpr (requires { options.target_is_dlt_probability; })
                return options.target_is_dlt_probability;
            else
                return true;
        },
        design);
}

std::optional<int> sample_size(AnyDesign const& design)
{
    return std::visit(
        [](auto const& options) -> std::optional<int> {
            if constexpr (requires { options.ends_by_itself; })
                return options.common.max_patients;
            else
                return options.common.sample_size();
        },
        design);
}

Faults ladder_faults(AnyDesign const& design, DoseLadder const& ladder)
{
    return std::visit(
        [&](auto const& options) -> Faults {
            if constexpr (requires { options.faults_on(ladder); })
                return options.faults_on(ladder);
            else
                return {};
        },
        design);
}

AnyDecider::AnyDecider(AnyDesign const& design, DoseLadder const& ladder)
    : design_{std::visit([&](auto const& options) -> decltype(design_) { return options.on(ladder); }, design)},
      rules_{common_options(design).rules},
      target_{common_options(design).aim()},
      sample_size_{sample_size(design)}
{}

void AnyDecider::apply(RuleEntry const& entry, Decision& decision, Observed const& observed, Wording wording) const
{
    RuleView const view{observed, target_, sample_size_, *this};
    Because const because{wording};
    std::string told; // a rule that amends both branches of a choice gives its reason once
    auto const amended = [&](Action const& action) {
        auto amendment = std::visit([&](auto const& rule) { return rule.amend(action, view, because); }, entry.rule);
        if (!amendment)
            return action;
        if (wording == Wording::sentence && amendment->reason != told) {
            decision.reason += "; but " + amendment->reason;
            told = std::move(amendment->reason);
        }
        return amendment->action;
    };
    auto const take = [&](Action const& action) { std::visit([&](auto const& one) { decision.action = one; }, action); };
    if (auto* choice = std::get_if<Randomise>(&decision.action)) {
        for (auto& branch : choice->branches)
            branch.action = amended(branch.action);
        if (choice->branches[0].action == choice->branches[1].action) // the rule leaves nothing to chance
            take(Action{choice->branches[0].action});
    } else if (auto const* treat = std::get_if<Treat>(&decision.action)) {
        take(amended(*treat));
    } else if (auto const* stop = std::get_if<Stop>(&decision.action)) {
        take(amended(*stop));
    }
}

Decision AnyDecider::decide(Observed const& observed, Wording wording) const
{
    auto decision = std::visit([&](auto const& design) { return design.decide(observed, wording); }, design_);
    for (auto const& entry : rules_)
        apply(entry, decision, observed, wording);
    return decision;
}

std::optional<DoseLevel> AnyDecider::recommendation(Observed const& observed) const
{
    return std::visit([&](auto const& design) { return design.recommendation(observed); }, design_);
}

Summary AnyDecider::summary(Observed const& observed) const
{
    auto summary = std::visit([&](auto const& design) { return design.summary(observed); }, design_);
    for (auto const& entry : rules_)
        std::visit([&](auto const& rule) { rule.append(summary, observed); }, entry.rule);
    return summary;
}

void AnyDecider::summaries(Observed& observed, std::span<Summary> keys) const
{
    if (rules_.empty())
        std::visit([&](auto const& design) { escalon::summaries(design, observed, keys); }, design_);
    else
        summaries_one_by_one(*this, observed, keys);
}

Outcomes AnyDecider::outcomes() const
{
    return std::visit([](auto const& design) { return outcomes_read(design); }, design_);
}

std::optional<ExposureMetric> AnyDecider::exposure() const
{
    return std::visit([](auto const& design) { return escalon::exposure_read(design); }, design_);
}

bool AnyDecider::follows_patients() const
{
    return std::visit([](auto const& design) { return escalon::follows_patients(design); }, design_);
}

bool AnyDecider::reads_pending() const
{
    return std::visit([](auto const& design) { return escalon::reads_pending(design); }, design_);
}

std::optional<DoseLevel> AnyDecider::next_course(Observed const& observed, PatientCourse const& last, DoseLevel newest) const
{
    return std::visit(
        [&](auto const& design) -> std::optional<DoseLevel> {
            if constexpr (FollowingDecider<std::remove_cvref_t<decltype(design)>>)
                return design.next_course(observed, last, newest);
            else
                return std::nullopt;
        },
        design_);
}

std::optional<std::string> AnyDecider::forbidden_by_rules(DoseLevel level, Observed const& observed) const
{
    RuleView const view{observed, target_, sample_size_, *this};
    Because const because{Wording::sentence};
    for (auto const& entry : rules_) {
        auto const amendment = std::visit([&](auto const& rule) { return rule.amend(Treat{level, 1}, view, because); }, entry.rule);
        if (!amendment)
            continue;
        auto const* treat = std::get_if<Treat>(&amendment->action);
        auto const* stop = std::get_if<Stop>(&amendment->action);
        if ((treat && treat->level != level) || (stop && !stop->mtd)) // a trial that ends with a level forbids none
            return amendment->reason;
    }
    return std::nullopt;
}

std::optional<DoseToxicityPosterior> AnyDecider::posterior(Observed const& observed) const
{
    auto found = std::visit(
        [&](auto const& design) -> std::optional<DoseToxicityPosterior> {
            if constexpr (ModelDecider<std::remove_cvref_t<decltype(design)>>)
                return design.posterior(observed);
            else
                return std::nullopt;
        },
        design_);
    if (found && !observed.empty())
        for (DoseLevel level{0}; observed.ladder().has(level); level = level.above())
            if (auto& forbidden = found->levels[static_cast<std::size_t>(level.index())].forbidden; !forbidden)
                forbidden = forbidden_by_rules(level, observed);
    return found;
}

} // namespace escalon

// What a rule around a design is: it looks at a decision and at what has been observed, and lets the decision pass or
// changes it. Rules apply one after the other, in the order in which a scenario lists them.
#pragma once

#include "pk_models/fields.hpp"
#include "sim/vocabulary/decision.hpp"
#include "sim/vocabulary/observed.hpp"
#include "sim/vocabulary/summary.hpp"

#include <algorithm>
#include <concepts>
#include <optional>
#include <string>
#include <string_view>

namespace escalon {

/// What a rule may look at.
class RuleView {
public:
    /// @param design asked for the level that it would name if the trial ended now, and only when a rule wants to know
    /// @param sample_size of the design, if it has one
    template <class D>
    RuleView(Observed const& observed, double target, std::optional<int> sample_size, D const& design)
        : observed_{observed}, target_{target}, sample_size_{sample_size}, design_{&design}, recommend_{[](void const* asked, Observed const& seen) {
              return static_cast<D const*>(asked)->recommendation(seen);
          }}
    {}

    Observed const& observed() const { return observed_; }
    DoseLadder const& ladder() const { return observed_.ladder(); }
    /// DLT probability that the design aims at.
    double target() const { return target_; }
    /// So many patients, or what the design's sample size leaves of them.
    int capped(int patients) const
    {
        return sample_size_ ? std::min(patients, *sample_size_ - observed_.total().patients) : patients;
    }
    std::optional<DoseLevel> recommendation() const { return recommend_(design_, observed_); }

private:
    Observed const& observed_;
    double target_;
    std::optional<int> sample_size_;
    void const* design_;
    std::optional<DoseLevel> (*recommend_)(void const*, Observed const&);
};

/// What a rule makes of an action: another one, with the reason. None lets it pass.
struct Amendment {
    Action action;
    std::string reason;
};

template <class R>
concept Rule = std::equality_comparable<R> &&
               requires(R const& rule, Action const& action, RuleView const& view, Because because, Summary& summary) {
                   { R::name } -> std::convertible_to<std::string_view>;
                   { R::about } -> std::convertible_to<std::string_view>;
                   { R::reference } -> std::convertible_to<std::string_view>;
                   { rule.faults() } -> std::same_as<Faults>;
                   { rule.amend(action, view, because) } -> std::same_as<std::optional<Amendment>>;
                   /// Appends what the rule reads of the history.
                   rule.append(summary, view.observed());
               };

} // namespace escalon

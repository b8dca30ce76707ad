// Every design that exists, in the order in which `escalon designs` lists them.
#pragma once

#include "sim/designs/boin.hpp"
#include "sim/designs/g3plus3.hpp"
#include "sim/designs/i3plus3.hpp"
#include "sim/designs/keyboard.hpp"
#include "sim/designs/mtpi.hpp"
#include "sim/designs/mtpi2.hpp"
#include "sim/designs/table_design.hpp"
#include "sim/designs/three_plus_three.hpp"
#include "sim/designs/tpi.hpp"

#include <boost/mp11/algorithm.hpp>

#include <utility>
#include <variant>

namespace escalon {

using AnyDesign = std::variant<ThreePlusThree, Boin, Keyboard, Mtpi, Mtpi2, Tpi, I3Plus3, G3Plus3, TableDesign>;

inline CommonOptions const& common_options(AnyDesign const& design)
{
    return std::visit([](auto const& options) -> CommonOptions const& { return options.common; }, design);
}

/// Any design made ready for a ladder, with the rules around it.
class AnyDecider {
public:
    AnyDecider(AnyDesign const& design, DoseLadder const& ladder);

    Decision decide(Observed const& observed, Wording wording = Wording::sentence) const;
    std::optional<DoseLevel> recommendation(Observed const& observed) const;
    Summary summary(Observed const& observed) const;
    Outcomes outcomes() const;

private:
    template <class D>
    using DeciderOf = decltype(std::declval<D const&>().on(std::declval<DoseLadder const&>()));

    void apply(RuleEntry const& entry, Decision& decision, Observed const& observed, Wording wording) const;

    boost::mp11::mp_unique<boost::mp11::mp_transform<DeciderOf, AnyDesign>> design_;
    std::vector<RuleEntry> rules_;
    double target_;
};
static_assert(Decider<AnyDecider>);

inline AnyDecider decider(AnyDesign const& design, DoseLadder const& ladder) { return {design, ladder}; }

} // namespace escalon

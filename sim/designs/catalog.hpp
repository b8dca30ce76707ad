// Every design that exists, in the order in which `escalon designs` lists them.
#pragma once

#include "sim/designs/accelerated_titration.hpp"
#include "sim/designs/biased_coin.hpp"
#include "sim/designs/blrm.hpp"
#include "sim/designs/boin.hpp"
#include "sim/designs/crm.hpp"
#include "sim/designs/ewoc.hpp"
#include "sim/designs/g3plus3.hpp"
#include "sim/designs/gboin.hpp"
#include "sim/designs/i3plus3.hpp"
#include "sim/designs/k_in_a_row.hpp"
#include "sim/designs/keyboard.hpp"
#include "sim/designs/models/dose_toxicity.hpp"
#include "sim/designs/mtpi.hpp"
#include "sim/designs/mtpi2.hpp"
#include "sim/designs/rolling_six.hpp"
#include "sim/designs/table_design.hpp"
#include "sim/designs/three_plus_three.hpp"
#include "sim/designs/tite_boin.hpp"
#include "sim/designs/tite_crm.hpp"
#include "sim/designs/tite_keyboard.hpp"
#include "sim/designs/tpi.hpp"

#include <boost/mp11/algorithm.hpp>

#include <utility>
#include <variant>

namespace escalon {

using AnyDesign = std::variant<ThreePlusThree, AcceleratedTitration, BiasedCoin, KInARow, Boin, Gboin, Keyboard, Mtpi, Mtpi2, Tpi,
                               I3Plus3, G3Plus3, TableDesign, Crm, Blrm, Ewoc, RollingSix, TiteBoin, TiteKeyboard, TiteCrm>;

inline CommonOptions const& common_options(AnyDesign const& design)
{
    return std::visit([](auto const& options) -> CommonOptions const& { return options.common; }, design);
}

/// What the design reads of outcomes, before it is made ready for a ladder.
Outcomes outcomes_read(AnyDesign const& design);

/// The exposure that the design reads of each patient, if any.
std::optional<ExposureMetric> exposure_read(AnyDesign const& design);

/// Whether the design makes use of patients whose DLT window is open, which needs a clock.
bool reads_pending(AnyDesign const& design);

/// Whether the design's target is a DLT probability, and not a score.
bool aims_at_dlts(AnyDesign const& design);

/// The patients at which the design stops; none where only its rule ends a trial.
std::optional<int> sample_size(AnyDesign const& design);

/// What of the design does not fit the ladder, apart from its start.
Faults ladder_faults(AnyDesign const& design, DoseLadder const& ladder);

/// Any design made ready for a ladder, with the rules around it.
class AnyDecider {
public:
    AnyDecider(AnyDesign const& design, DoseLadder const& ladder);

    Decision decide(Observed const& observed, Wording wording = Wording::sentence) const;
    std::optional<DoseLevel> recommendation(Observed const& observed) const;
    Summary summary(Observed const& observed) const;
    void summaries(Observed& observed, std::span<Summary> keys) const;
    Outcomes outcomes() const;
    std::optional<ExposureMetric> exposure() const;
    bool follows_patients() const;
    bool reads_pending() const;
    std::optional<DoseLevel> next_course(Observed const& observed, PatientCourse const& last, DoseLevel newest) const;
    /// What the design's model believes, and which levels the design or a rule around it forbids; none without a model.
    std::optional<DoseToxicityPosterior> posterior(Observed const& observed) const;

private:
    template <class D>
    using DeciderOf = decltype(std::declval<D const&>().on(std::declval<DoseLadder const&>()));

    void apply(RuleEntry const& entry, Decision& decision, Observed const& observed, Wording wording) const;
    /// Why a rule would not let a patient be treated at the level.
    std::optional<std::string> forbidden_by_rules(DoseLevel level, Observed const& observed) const;

    boost::mp11::mp_unique<boost::mp11::mp_transform<DeciderOf, AnyDesign>> design_;
    std::vector<RuleEntry> rules_;
    double target_;
    std::optional<int> sample_size_;
};
static_assert(FollowingDecider<AnyDecider> && ModelDecider<AnyDecider>);

inline AnyDecider decider(AnyDesign const& design, DoseLadder const& ladder) { return {design, ladder}; }

} // namespace escalon

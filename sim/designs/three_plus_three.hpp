// The 3+3 design, its published variants, and A+B designs in general.
//
// Storer (1989), Biometrics 45:925. De-escalation: Korn et al. (1994), Stat Med 13:1799. Six patients at the MTD, the top
// level included: Norris (2020), arXiv:2012.05301. A+B: Lin & Shih (2001), Biostatistics 2:203.
#pragma once

#include "sim/designs/design.hpp"

namespace escalon {

/// `first` patients; on some DLTs `second` more; a level with more than `max_dlts` is never given again.
struct ThreePlusThree {
    static constexpr std::string_view name = "three_plus_three";
    static constexpr bool ends_by_itself = true; ///< needs no sample size
    static constexpr std::string_view about =
        "3+3 and A+B: three patients, three more on one DLT; a level with two DLTs is never given again";
    static constexpr std::string_view reference =
        "Storer 1989, Biometrics 45:925; Korn et al. 1994, Stat Med 13:1799; Lin & Shih 2001, Biostatistics 2:203";

    bool deescalate = true;
    bool six_at_mtd = true;
    std::optional<int> first;
    std::optional<int> second;
    int expand_at = 1;
    int max_dlts = 1;
    std::optional<int> max_dlts_first;
    CommonOptions common;

    friend bool operator==(ThreePlusThree const&, ThreePlusThree const&) = default;

    void describe(auto& fields)
    {
        fields.field("deescalate", deescalate,
                     "after a level that is too toxic, fill the level below to first + second patients; "
                     "if false, stop and name it");
        fields.field("six_at_mtd", six_at_mtd,
                     "the top level too needs first + second patients to be named; if false, it is accepted after `first` "
                     "without DLT");
        fields.field("first", first, "A: patients first treated at a level; cohort_size, else 3, when absent",
                     {.within = bounds::at_least(1)});
        fields.field("second", second, "B: patients added when the first leave it open; cohort_size, else 3, when absent",
                     {.within = bounds::at_least(1)});
        fields.field("expand_at", expand_at, "DLTs among the first patients from which the level is expanded",
                     {.within = bounds::at_least(1)});
        fields.field("max_dlts", max_dlts, "DLTs among all first + second patients that are still tolerable",
                     {.within = bounds::at_least(0)});
        fields.field("max_dlts_first", max_dlts_first,
                     "DLTs among the first patients that still allow expansion; max_dlts when absent",
                     {.within = bounds::at_least(0)});
        common.describe(fields);
    }

    Faults faults() const;
    ThreePlusThree on(DoseLadder const&) const { return *this; }

    Decision decide(Observed const& observed, Wording wording = Wording::sentence) const;
    std::optional<DoseLevel> recommendation(Observed const& observed) const;
    Summary summary(Observed const& observed) const;

    /// The lowest level that is too toxic; one above the top if there is none.
    DoseLevel too_toxic_from(Observed const& observed) const;

    int first_patients() const { return first.value_or(common.cohort_size.value_or(3)); }
    int second_patients() const { return second.value_or(common.cohort_size.value_or(3)); }
    int all_patients() const { return first_patients() + second_patients(); }
};
static_assert(Design<ThreePlusThree>);

} // namespace escalon

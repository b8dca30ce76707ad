// Accelerated titration: one patient a level until toxicity shows, then 3+3; patients may rise with their own tolerance.
//
// Simon, Freidlin, Rubinstein, Arbuck, Collins & Christian (1997), J Natl Cancer Inst 89:1138, designs 1 to 4.
#pragma once

#include "sim/designs/three_plus_three.hpp"

#include <array>

namespace escalon {

/// What becomes of a patient after a course with a DLT.
enum class AfterDlt {
    reduce,    ///< one level less; off study at the lowest
    off_study, ///< no further course
};

constexpr auto enum_names(AfterDlt)
{
    return std::array{EnumName<AfterDlt>{AfterDlt::reduce, "reduce"}, EnumName<AfterDlt>{AfterDlt::off_study, "off_study"}};
}

class AcceleratedTitrationDecider;

struct AcceleratedTitration {
    static constexpr std::string_view name = "accelerated_titration";
    static constexpr bool ends_by_itself = true; ///< needs no sample size
    static constexpr std::string_view about =
        "accelerated titration: one patient a level until the first DLT or the second grade 2 toxicity, then 3+3";
    static constexpr std::string_view reference = "Simon et al. 1997, J Natl Cancer Inst 89:1138, designs 1 to 4";

    int variant = 2;
    std::optional<bool> within_patient;
    int max_courses = 3;
    AfterDlt after_dlt = AfterDlt::reduce;
    bool deescalate = true;
    bool six_at_mtd = true;
    CommonOptions common;

    friend bool operator==(AcceleratedTitration const&, AcceleratedTitration const&) = default;

    void describe(auto& fields)
    {
        constexpr double variants = 4;
        fields.field(
            "variant", variant,
            "1: 3+3 from the start; 2: accelerated by single levels; 3: by two levels at a time; 4: as 3, and toxicity of "
            "later courses ends the acceleration too",
            {.within = bounds::between(1, variants)});
        fields.field("within_patient", within_patient,
                     "patients have further courses: one level more after grade 0 or 1, the same after grade 2; variants 2 to 4 "
                     "when absent");
        fields.field("max_courses", max_courses, "courses of a patient, at most", {.within = bounds::at_least(1)});
        fields.field("after_dlt", after_dlt, "the next course of a patient with a DLT: one level less, or none");
        fields.field("deescalate", deescalate, "of the 3+3 that follows");
        fields.field("six_at_mtd", six_at_mtd, "of the 3+3 that follows");
        common.describe(fields);
    }

    Faults faults() const;
    AcceleratedTitrationDecider on(DoseLadder const& ladder) const;

    Outcomes outcomes() const { return variant == 1 ? Outcomes::dlt : Outcomes::grade_2; }
    bool follows() const { return within_patient.value_or(variant != 1) && max_courses > 1; }
    /// The 3+3 that follows the acceleration.
    ThreePlusThree conventional() const;
};

class AcceleratedTitrationDecider {
public:
    AcceleratedTitrationDecider(AcceleratedTitration const& options, DoseLadder const& ladder);

    Decision decide(Observed const& observed, Wording wording = Wording::sentence) const;
    std::optional<DoseLevel> recommendation(Observed const& observed) const { return conventional_.recommendation(observed); }
    Summary summary(Observed const& observed) const;
    Outcomes outcomes() const { return options_.outcomes(); }
    bool follows_patients() const { return options_.follows(); }
    std::optional<DoseLevel> next_course(Observed const& observed, PatientCourse const& last, DoseLevel newest) const;

private:
    /// Patients with moderate toxicity that count against acceleration.
    int moderate(Observed const& observed) const;
    bool has_dlt(Observed const& observed) const;
    bool may_accelerate(Observed const& observed) const { return !has_dlt(observed) && moderate(observed) < 2; }
    bool has_room(Observed const& observed) const;
    Decision accelerate(Observed const& observed, Because because) const;
    std::string why_it_ends(Observed const& observed) const;

    AcceleratedTitration options_;
    ThreePlusThree conventional_;
    DoseLevel start_;
};
static_assert(Design<AcceleratedTitration> && FollowingDecider<AcceleratedTitrationDecider>);

} // namespace escalon

// Counts over simulated trials of what treatment does for patients.
#pragma once

#include "sim/runner/course_tallies.hpp"
#include "sim/trial/clocked_course.hpp"

#include <array>
#include <cstdint>
#include <vector>

namespace escalon {

/// A part and its whole, trial by trial: what a share of all wholes of all trials and its error are made from.
struct ShareSums {
    std::uint64_t part = 0;
    std::uint64_t part_squares = 0;
    std::uint64_t whole = 0;
    std::uint64_t whole_squares = 0;
    std::uint64_t products = 0;

    void add(std::uint64_t some, std::uint64_t all)
    {
        part += some;
        part_squares += some * some;
        whole += all;
        whole_squares += all * all;
        products += some * all;
    }
    ShareSums& operator+=(ShareSums const& other)
    {
        part += other.part;
        part_squares += other.part_squares;
        whole += other.whole;
        whole_squares += other.whole_squares;
        products += other.products;
        return *this;
    }

    friend bool operator==(ShareSums const&, ShareSums const&) = default;
};

/// Sums over trials: whole numbers, which no order of adding changes.
struct ActivityTallies {
    /// @param cycles of a whole treatment
    ActivityTallies(std::size_t level_count, std::size_t cycles)
        : all{cycles}, at_mtd{cycles}, levels(level_count, Group{cycles}), most_cycles_{cycles}
    {}

    /// Patients of one place.
    struct Group {
        explicit Group(std::size_t most_cycles) : cycles(most_cycles > 0 ? most_cycles - 1 : 0) {}

        CourseTallies::Sums patients;
        ShareSums responses;           ///< of the evaluable
        std::vector<ShareSums> cycles; ///< of the patients, those with at least 2, 3, ...
    };

    /// A trial that is over.
    void add(auto const& course)
    {
        Seen total{most_cycles_};
        std::vector<Seen> here(levels.size(), Seen{most_cycles_});
        std::array<std::uint64_t, treatment_ends> ended{};
        std::uint64_t missing = 0;
        for (DatedPatient const& patient : course.patients()) {
            auto const& treatment = patient.fate.on_treatment.value();
            total.add(treatment);
            here[static_cast<std::size_t>(patient.level.index())].add(treatment);
            ++ended[static_cast<std::size_t>(treatment.end)];
            missing += patient.fate.withdrawn(course.window_d()) ? 1U : 0U;
        }
        withdrawn.add(missing);
        total.tell(all);
        for (std::size_t level = 0; level < levels.size(); ++level)
            here[level].tell(levels[level]);
        auto const mtd = course.verdict().mtd;
        (mtd ? here[static_cast<std::size_t>(mtd->index())] : Seen{most_cycles_}).tell(at_mtd);
        for (std::size_t end = 0; end < treatment_ends; ++end)
            ends[end].add(ended[end], total.patients);
    }

    ActivityTallies& operator+=(ActivityTallies const& other)
    {
        auto const add_group = [](Group& to, Group const& from) {
            to.patients += from.patients;
            to.responses += from.responses;
            for (std::size_t k = 0; k < to.cycles.size(); ++k)
                to.cycles[k] += from.cycles[k];
        };
        add_group(all, other.all);
        add_group(at_mtd, other.at_mtd);
        withdrawn += other.withdrawn;
        for (std::size_t level = 0; level < levels.size(); ++level)
            add_group(levels[level], other.levels[level]);
        for (std::size_t end = 0; end < treatment_ends; ++end)
            ends[end] += other.ends[end];
        return *this;
    }

    Group all;
    Group at_mtd; ///< the one that is declared; nobody where none is
    std::vector<Group> levels;
    CourseTallies::Sums withdrawn;                ///< patients who missed a dose of the DLT window for progression
    std::array<ShareSums, treatment_ends> ends{}; ///< of the patients, by why treatment ended

private:
    /// Some of the patients of one trial.
    struct Seen {
        explicit Seen(std::size_t most_cycles) : at_least(most_cycles > 0 ? most_cycles - 1 : 0) {}

        void add(OnTreatment const& treatment)
        {
            ++patients;
            evaluable += treatment.tumour.evaluable() ? 1U : 0U;
            responses += treatment.tumour.responds() ? 1U : 0U;
            for (std::size_t k = 0; k + 2 <= static_cast<std::size_t>(treatment.cycles); ++k)
                ++at_least[k];
        }
        void tell(Group& group) const
        {
            group.patients.add(patients);
            group.responses.add(responses, evaluable);
            for (std::size_t k = 0; k < at_least.size(); ++k)
                group.cycles[k].add(at_least[k], patients);
        }

        std::uint64_t patients = 0;
        std::uint64_t evaluable = 0;
        std::uint64_t responses = 0;
        std::vector<std::uint64_t> at_least; ///< 2, 3, ... cycles
    };

    std::size_t most_cycles_;
};

} // namespace escalon

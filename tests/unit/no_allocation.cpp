// A trial takes no memory once its course has seen the longest history: counted by replacing the allocation functions. The
// address sanitizer has replaced them already, so that its build goes without these tests.
#ifndef __SANITIZE_ADDRESS__

#include "sim/designs/catalog.hpp"
#include "sim/runner/monte_carlo.hpp"
#include "sim/trial/growing_graph.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/variants.hpp"

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<std::uint64_t> allocations{0};

} // namespace

// NOLINTBEGIN: the replaced functions of the language
void* operator new(std::size_t size)
{
    ++allocations;
    if (void* memory = std::malloc(size == 0 ? 1 : size))
        return memory;
    throw std::bad_alloc{};
}
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
// NOLINTEND

using namespace escalon;
using namespace escalon::test;

namespace {

constexpr std::uint64_t warm_up = 2000;
constexpr std::uint64_t last_trial = 3000;

/// Conducts trials one after the other and counts what those after the warm-up allocate.
template <Course C>
std::uint64_t allocated_by(C course, std::vector<double> const& dlt_probability)
{
    constexpr std::uint64_t seed = 1;
    Conduct conduct{std::move(course), TrialStream{seed, 0}};
    std::uint64_t before = 0;
    for (std::uint64_t trial = 0; trial < last_trial; ++trial) {
        if (trial == warm_up)
            before = allocations;
        conduct.restart(TrialStream{seed, trial});
        while (auto const wanted = conduct.wants()) {
            int dlts = 0;
            for (int i = 0; i < wanted->treat.patients; ++i) {
                auto const patient = wanted->first_patient + static_cast<std::uint32_t>(i);
                auto const p = dlt_probability[static_cast<std::size_t>(wanted->treat.level.index())];
                dlts += conduct.stream().uniform(patient, Purpose::tolerance) < p ? 1 : 0;
            }
            conduct.learns(dlts);
        }
    }
    return allocations - before;
}

template <class... Designs>
void check_all(std::variant<Designs...> const*)
{
    auto const check = [](AnyDesign const& design) {
        auto const ready = decider(design, ladder(6));
        CHECK(allocated_by(DesignCourse{ready, ladder(6), Wording::none}, standard_scenario) == 0);
    };
    (check(Designs{}), ...);
}

} // namespace

TEST_CASE("trials by the table take no memory, whatever the design", "[allocation]")
{
    check_all(static_cast<AnyDesign const*>(nullptr));
}

TEST_CASE("trials of the CRM with two parameters take no memory", "[allocation][crm]")
{
    auto const ready = decider(Crm{.model = WorkingModel::logistic2, .too_toxic_certainty = 0.95}, ladder(6));
    CHECK(allocated_by(DesignCourse{ready, ladder(6), Wording::none}, standard_scenario) == 0);
}

TEST_CASE("walks on a graph take no memory", "[allocation]")
{
    auto const graph = DesignGraph::compile(decider(Boin{}, ladder(6)), ladder(6));
    CHECK(allocated_by(GraphCourse{graph}, standard_scenario) == 0);
}

TEST_CASE("walks on a growing graph take no memory where they find no new state", "[allocation]")
{
    auto const design = decider(Boin{}, ladder(6));
    GrowingGraph graph{design, ladder(6)};
    allocated_by(GraphCourse{graph}, standard_scenario);
    CHECK(allocated_by(GraphCourse{graph}, standard_scenario) == 0);
}

TEST_CASE("decisions while patients are pending take no memory", "[allocation][tite]")
{
    Observed seen = observed("1NNN 2NNT", ladder(6));
    for (double const followed : {0.2, 0.7, 0.0})
        seen.record_pending({level(2), followed});
    seen.record_dlt_time(0.4);
    for (AnyDesign const& design :
         {AnyDesign{TiteBoin{}}, AnyDesign{TiteKeyboard{}}, AnyDesign{TiteCrm{}},
          AnyDesign{TiteCrm{Crm{.estimate = CrmEstimate::posterior}, FollowUpWeights::adaptive, 0.5}}, AnyDesign{RollingSix{}}}) {
        CAPTURE(std::visit([](auto const& one) { return std::string{one.name}; }, design));
        auto const ready = decider(design, ladder(6));
        ready.decide(seen, Wording::none); // the kernels of the machine are listed once a process
        std::uint64_t const before = allocations;
        auto const decision = ready.decide(seen, Wording::none);
        CHECK(allocations == before);
        CHECK(decision.reason.empty());
    }
}

TEST_CASE("the counter counts: a sentence takes memory", "[allocation]")
{
    auto const ready = decider(Boin{}, ladder(6));
    CHECK(allocated_by(DesignCourse{ready, ladder(6), Wording::sentence}, standard_scenario) > 0);
}

#endif

// Threads that share a list of jobs.
#include "sim/runner/workers.hpp"
#include "tests/support/catch.hpp"

#include <atomic>
#include <stdexcept>
#include <vector>

using namespace escalon;

TEST_CASE("every job is done once by any number of workers", "[workers]")
{
    for (int const count : {1, 2, 3, 7}) {
        std::vector<std::atomic<int>> done(100);
        Workers{count}.for_each(done.size(), [&](std::size_t i) { ++done[i]; });
        for (auto const& times : done)
            CHECK(times == 1);
    }
}

TEST_CASE("no jobs are no work", "[workers]")
{
    CHECK_NOTHROW(Workers{3}.for_each(0, [](std::size_t) { throw std::logic_error("called"); }));
}

TEST_CASE("an exception in a job ends the work and comes back to the caller", "[workers]")
{
    for (int const count : {1, 3}) {
        std::atomic<int> done{0};
        auto const fails_at_ten = [&](std::size_t i) {
            if (i == 10)
                throw std::runtime_error("the tenth");
            ++done;
        };
        CHECK_THROWS_WITH(Workers{count}.for_each(1'000'000, fails_at_ten), "the tenth");
        CHECK(done < 1'000'000);
    }
}

TEST_CASE("an interrupt ends the work", "[workers][interrupt]")
{
    for (int const count : {1, 3}) {
        Interrupt interrupt{false};
        std::atomic<int> done{0};
        auto const work = [&](std::size_t) {
            if (++done == 5)
                interrupt = true;
        };
        CHECK_THROWS_AS((Workers{count, &interrupt}.for_each(1'000'000, work)), Interrupted);
        CHECK(done < 1'000'000);
    }
}

TEST_CASE("there is at least one processor", "[workers]") { CHECK(Workers::all_processors() >= 1); }

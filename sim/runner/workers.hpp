// Threads that share a list of independent jobs.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>

namespace escalon {

/// Set from a signal handler to end work early.
using Interrupt = std::atomic<bool>;

/// Work was ended by the user before it was finished.
struct Interrupted {};

class Workers {
public:
    /// @param count at least 1
    explicit Workers(int count, Interrupt const* interrupt = nullptr) : count_{count}, interrupt_{interrupt} {}

    /// As many as the machine has processors.
    static int all_processors();

    int count() const { return count_; }

    /// Calls job(i) for every i below `jobs`, each once, on any thread and in any order. The first exception ends the work
    /// and is thrown here.
    /// @throws Interrupted
    void for_each(std::size_t jobs, std::function<void(std::size_t)> const& job) const;

private:
    int count_;
    Interrupt const* interrupt_;
};

} // namespace escalon

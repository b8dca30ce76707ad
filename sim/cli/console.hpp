// The terminal: results on standard output, everything else on standard error, colour and progress only for people.
#pragma once

#include "sim/runner/monte_carlo.hpp"
#include "sim/runner/workers.hpp"
#include "sim/scenario/diagnostic.hpp"

#include <chrono>
#include <filesystem>
#include <mutex>
#include <string_view>

namespace escalon::cli {

/// Exit codes, after sysexits.h.
enum class Exit : int {
    done = 0,
    usage = 64,
    bad_data = 65,
    missing_file = 66,
    our_fault = 70,
    cannot_write = 74,
    interrupted = 130,
};

class Console {
public:
    explicit Console(std::filesystem::path program_folder);

    /// A result.
    /// @throws CannotWrite
    void print(std::string_view text) const;
    void note(std::string_view text) const;  ///< a line for people
    void error(std::string_view text) const; ///< "error: ..."
    Colour error_colour() const { return error_colour_; }
    bool people_watch() const { return people_watch_; }
    std::filesystem::path const& program_folder() const { return program_folder_; }

private:
    std::filesystem::path program_folder_;
    Colour error_colour_;
    bool people_watch_;
};

/// A bar with rate and time left, on a terminal, for work that takes more than a second.
class ProgressBar {
public:
    /// @param noun of what is counted
    ProgressBar(Console const& console, std::string_view what, std::string_view noun = "trials");
    ~ProgressBar();
    ProgressBar(ProgressBar const&) = delete;
    ProgressBar& operator=(ProgressBar const&) = delete;

    void show(double done, double of);

private:
    using Clock = std::chrono::steady_clock;

    Console const& console_;
    std::string what_;
    std::string noun_;
    std::mutex guard_;
    Clock::time_point start_ = Clock::now();
    Clock::time_point shown_at_ = start_;
    bool shown_ = false;
};

/// Set once the user interrupts; work then ends at the next block.
Interrupt const& user_interrupt();

/// From now on an interrupt signal sets `user_interrupt`; a second one ends the program at once.
void watch_for_interrupt();

} // namespace escalon::cli

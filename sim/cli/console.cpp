#include "sim/cli/console.hpp"

#include "sim/report/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

namespace escalon::cli {
namespace {

Interrupt interrupt{false};

extern "C" void on_interrupt(int signal)
{
    if (interrupt.exchange(true)) {
        std::signal(signal, SIG_DFL);
        std::raise(signal);
    }
}

Colour colour_for(int descriptor)
{
    char const* const no_colour = std::getenv("NO_COLOR");
    bool const refused = no_colour && *no_colour;
    return ::isatty(descriptor) && !refused ? Colour::always : Colour::never;
}

/// "8.1 million", "250 thousand", "42", "0.8".
std::string rate_text(double rate)
{
    constexpr double million = 1e6;
    constexpr double thousand = 1e3;
    if (rate >= million)
        return fmt::format("{:.1f} million", rate / million);
    if (rate >= thousand)
        return fmt::format("{:.0f} thousand", rate / thousand);
    constexpr double ten = 10;
    return rate >= ten ? fmt::format("{:.0f}", rate) : fmt::format("{:.1f}", rate);
}

} // namespace

Console::Console(std::filesystem::path program_folder)
    : program_folder_{std::move(program_folder)},
      error_colour_{colour_for(STDERR_FILENO)},
      people_watch_{::isatty(STDERR_FILENO) == 1}
{}

void Console::print(std::string_view text) const
{
    if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0)
        throw CannotWrite(fmt::format("cannot write to standard output: {}", std::strerror(errno)));
}

void Console::note(std::string_view text) const { fmt::print(stderr, "{}\n", text); }

void Console::error(std::string_view text) const
{
    bool const coloured = error_colour_ == Colour::always;
    fmt::print(stderr, "{}error:{} {}\n", coloured ? "\033[1;31m" : "", coloured ? "\033[0m" : "", text);
}

ProgressBar::ProgressBar(Console const& console, std::string_view what, std::string_view noun)
    : console_{console}, what_{what}, noun_{noun}
{}

ProgressBar::~ProgressBar()
{
    if (shown_)
        fmt::print(stderr, "\r\033[K");
}

void ProgressBar::show(double done, double of)
{
    using namespace std::chrono_literals;
    constexpr int cells = 30;
    std::scoped_lock const lock{guard_};
    auto const now = Clock::now();
    if (!console_.people_watch() || of <= 0 || now - start_ < 1s || now - shown_at_ < 100ms)
        return;
    shown_at_ = now;
    shown_ = true;
    double const seconds = std::chrono::duration<double>(now - start_).count();
    double const share = done / of;
    double const rate = done / seconds;
    double const left = done > 0 ? std::max(of - done, 0.0) / rate : 0;
    std::string bar;
    for (int i = 0; i < cells; ++i)
        bar += i < share * cells ? "█" : "░";
    fmt::print(stderr, "\r\033[K{} {} {:.0f} %  {} {} a second, {:.0f} s left", bar, what_, 100 * share, rate_text(rate), noun_,
               left);
    std::fflush(stderr);
}

Interrupt const& user_interrupt() { return interrupt; }

void watch_for_interrupt() { std::signal(SIGINT, on_interrupt); }

} // namespace escalon::cli

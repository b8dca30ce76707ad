// A shell at a terminal, typed at by the test.
#pragma once

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <pty.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace escalon::test {

class Terminal {
public:
    /// @param environment NAME=value for the program, besides what the test has
    Terminal(std::filesystem::path const& folder, std::vector<std::string> words, std::vector<std::string> environment)
    {
        winsize const size{.ws_row = 50, .ws_col = 200, .ws_xpixel = 0, .ws_ypixel = 0};
        std::vector<char*> argv;
        for (auto& word : words)
            argv.push_back(word.data());
        argv.push_back(nullptr);
        child_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
        if (child_ < 0)
            throw std::runtime_error("no terminal to be had");
        if (child_ == 0) {
            for (auto& entry : environment)
                ::putenv(entry.data());
            if (::chdir(folder.c_str()) == 0)
                ::execvp(argv.front(), argv.data());
            ::_exit(127);
        }
    }
    ~Terminal()
    {
        ::kill(child_, SIGHUP);
        ::kill(child_, SIGKILL);
        ::close(terminal_);
        ::waitpid(child_, nullptr, 0);
    }
    Terminal(Terminal const&) = delete;
    Terminal& operator=(Terminal const&) = delete;

    void type(std::string const& keys)
    {
        for (std::size_t sent = 0; sent < keys.size();) {
            auto const count = ::write(terminal_, keys.data() + sent, keys.size() - sent);
            if (count < 0 && errno != EINTR)
                throw std::runtime_error("the shell is gone:\n" + seen_);
            sent += count > 0 ? static_cast<std::size_t>(count) : 0;
        }
    }

    /// Reads what is shown until the condition holds; false when it does not within half a minute.
    bool wait_until(auto const& condition)
    {
        using namespace std::chrono_literals;
        for (auto const end = std::chrono::steady_clock::now() + 30s; std::chrono::steady_clock::now() < end;) {
            if (condition())
                return true;
            read_shown();
        }
        return condition();
    }

    bool shows(std::string const& text) const { return seen_.find(text) != std::string::npos; }
    std::string const& seen() const { return seen_; }

private:
    void read_shown()
    {
        constexpr int patience_ms = 20;
        pollfd wanted{.fd = terminal_, .events = POLLIN, .revents = 0};
        if (::poll(&wanted, 1, patience_ms) <= 0)
            return;
        std::array<char, 4096> buffer{};
        auto const count = ::read(terminal_, buffer.data(), buffer.size());
        if (count > 0)
            seen_.append(buffer.data(), static_cast<std::size_t>(count));
        else
            std::this_thread::sleep_for(std::chrono::milliseconds{patience_ms});
    }

    int terminal_ = -1;
    pid_t child_ = -1;
    std::string seen_;
};

} // namespace escalon::test

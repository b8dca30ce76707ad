// Runs a program as a user does, and keeps what it said.
#pragma once

#include <array>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <spawn.h>
#include <stdexcept>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

extern char** environ;

namespace escalon::test {

struct Said {
    int exit = -1;
    std::string out;
    std::string err;
};

inline std::string file_text(std::filesystem::path const& path)
{
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// A folder of the test's own, gone afterwards.
class Scratch {
public:
    Scratch()
    {
        auto name = (std::filesystem::temp_directory_path() / "escalon-test-XXXXXX").string();
        if (!::mkdtemp(name.data()))
            throw std::runtime_error("cannot make a folder for the test");
        path_ = name;
    }
    ~Scratch()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    Scratch(Scratch const&) = delete;
    Scratch& operator=(Scratch const&) = delete;

    std::filesystem::path const& path() const { return path_; }
    std::filesystem::path operator/(std::string const& name) const { return path_ / name; }
    std::filesystem::path write(std::string const& name, std::string const& text) const
    {
        std::ofstream{path_ / name, std::ios::binary} << text;
        return path_ / name;
    }
    bool empty() const { return std::filesystem::is_empty(path_); }

private:
    std::filesystem::path path_;
};

/// A program that runs in a folder, its output going to files.
class Running {
public:
    Running(std::filesystem::path const& folder, std::vector<std::string> words) : scratch_{std::make_unique<Scratch>()}
    {
        // posix_spawn has no portable working directory: let the shell change it, and quote every word
        std::string line = "cd '" + folder.string() + "' && exec";
        for (auto const& word : words)
            line += " " + quoted(word);
        line += " >'" + (*scratch_ / "out").string() + "' 2>'" + (*scratch_ / "err").string() + "' </dev/null";
        std::string shell = "/bin/sh";
        std::string option = "-c";
        std::array<char*, 4> argv{shell.data(), option.data(), line.data(), nullptr};
        if (::posix_spawn(&pid_, shell.c_str(), nullptr, nullptr, argv.data(), environ) != 0)
            throw std::runtime_error("cannot start " + line);
    }

    void interrupt() const { ::kill(pid_, SIGINT); }
    void kill() const { ::kill(pid_, SIGKILL); }

    Said wait() const
    {
        int status = 0;
        ::waitpid(pid_, &status, 0);
        return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), file_text(*scratch_ / "out"),
                file_text(*scratch_ / "err")};
    }

private:
    static std::string quoted(std::string const& word)
    {
        std::string text = "'";
        for (char const c : word)
            text += c == '\'' ? std::string{"'\\''"} : std::string{c};
        return text + "'";
    }

    std::unique_ptr<Scratch> scratch_;
    pid_t pid_ = 0;
};

/// escalon, run in a folder.
inline Said run_escalon_in(std::filesystem::path const& folder, std::vector<std::string> words)
{
    words.insert(words.begin(), ESCALON_PROGRAM);
    return Running{folder, std::move(words)}.wait();
}

inline Said run_escalon(std::vector<std::string> words) { return run_escalon_in(ESCALON_SOURCE_DIR, std::move(words)); }

inline std::string scenario(std::string const& name) { return std::string{ESCALON_SOURCE_DIR} + "/scenarios/" + name + ".yaml"; }

} // namespace escalon::test

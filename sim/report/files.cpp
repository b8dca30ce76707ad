#include "sim/report/files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>

namespace escalon {
namespace {

namespace fs = std::filesystem;

/// What a result folder holds. A folder with anything else is somebody's own and never replaced.
constexpr std::array ours{"result.json",
                          "operating_characteristics.csv",
                          "measures.csv",
                          "comparison.csv",
                          "random_truths.csv",
                          "random_curves.csv",
                          "scenario.resolved.yaml",
                          "run.log.json",
                          "trials.csv",
                          "patients.csv",
                          "sweep.json",
                          "sweep.csv",
                          "sweep_levels.csv",
                          "cells",
                          "figures",
                          "report.html"};

[[noreturn]] void fail(fs::path const& path, std::string_view why)
{
    throw CannotWrite(fmt::format("cannot write {}: {}", path.string(), why));
}

void write_plainly(fs::path const& path, std::string_view text)
{
    std::ofstream file{path, std::ios::binary};
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    file.close();
    if (!file) {
        std::string const why = std::strerror(errno);
        std::error_code ignored;
        fs::remove(path, ignored);
        fail(path, why);
    }
}

fs::path beside(fs::path const& place, std::string_view what)
{
    return place.parent_path() / fmt::format(".{}.{}-{}", place.filename().string(), what, ::getpid());
}

fs::path without_trailing_slash(fs::path const& path) { return path.has_filename() ? path : path.parent_path(); }

/// Swaps two folders in one step where the file system can, else says so.
bool exchanged(fs::path const& a, fs::path const& b)
{
#ifdef RENAME_EXCHANGE
    return ::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0;
#else
    static_cast<void>(a);
    static_cast<void>(b);
    return false;
#endif
}

} // namespace

void write_file(fs::path const& path, std::string_view text)
{
    refuse_special(path);
    auto const draft = beside(path, "partial");
    std::error_code fault;
    if (path.has_parent_path())
        fs::create_directories(path.parent_path(), fault);
    if (!fault) {
        write_plainly(draft, text);
        fs::rename(draft, path, fault);
    }
    if (fault) {
        std::error_code ignored;
        fs::remove(draft, ignored);
        fail(path, fault.message());
    }
}

void refuse_special(fs::path const& path)
{
    std::error_code fault;
    auto const status = fs::status(path, fault);
    if (!path.has_filename() || fs::is_directory(status))
        fail(path, "it is a folder");
    if (fs::exists(status) && !fs::is_regular_file(status))
        fail(path, "it is no ordinary file");
}

void refuse_foreign(fs::path const& place)
{
    std::error_code fault;
    auto const status = fs::status(place, fault);
    if (!fs::exists(status))
        return;
    if (!fs::is_directory(status))
        fail(place, "a file lies there; choose another place with --out");
    auto entry = fs::directory_iterator{place, fault};
    for (; !fault && entry != fs::directory_iterator{}; entry.increment(fault))
        if (auto const name = entry->path().filename().string(); std::ranges::find(ours, name) == ours.end())
            fail(place, "the folder holds " + name + ", which is no result of Escalon's; choose another place with --out");
    if (fault)
        fail(place, fault.message());
}

ResultFolder::ResultFolder(fs::path const& place)
{
    std::error_code fault;
    place_ = fs::weakly_canonical(place, fault); // through links: what they lead to is replaced, not the link
    if (fault || place.empty())
        fail(place, place.empty() ? "the folder has no name" : fault.message());
    place_ = without_trailing_slash(fs::absolute(place_, fault));
    refuse_foreign(place_);
    draft_ = beside(place_, "partial");
    fs::create_directories(draft_, fault);
    if (fault)
        fail(place_, fault.message());
}

ResultFolder::~ResultFolder()
{
    std::error_code ignored;
    fs::remove_all(draft_, ignored);
}

void ResultFolder::add(fs::path const& inside, std::string_view text)
{
    auto const path = draft_ / inside;
    std::error_code fault;
    fs::create_directories(path.parent_path(), fault);
    if (fault)
        fail(place_ / inside, fault.message());
    write_plainly(path, text);
}

void ResultFolder::publish()
{
    std::error_code fault;
    if (fs::exists(place_) && exchanged(draft_, place_))
        return; // the old result now lies in the draft's place, and goes with it
    auto const old = beside(place_, "old");
    if (fs::exists(place_))
        fs::rename(place_, old, fault);
    if (!fault)
        fs::rename(draft_, place_, fault);
    if (fault) {
        auto const why = fault.message();
        if (fs::exists(old))
            fs::rename(old, place_, fault);
        fail(place_, why);
    }
    fs::remove_all(old, fault);
}

} // namespace escalon

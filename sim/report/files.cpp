#include "sim/report/files.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fstream>
#include <unistd.h>

namespace escalon {
namespace {

namespace fs = std::filesystem;

/// Every result folder has this file, and nothing else is ever replaced.
constexpr std::string_view sign = "result.json";

[[noreturn]] void fail(fs::path const& path, std::string_view why)
{
    throw CannotWrite(fmt::format("cannot write {}: {}", path.string(), why));
}

void write_plainly(fs::path const& path, std::string_view text)
{
    std::ofstream file{path, std::ios::binary};
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    file.close();
    if (!file)
        fail(path, std::strerror(errno));
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
    auto const draft = beside(path, "partial");
    std::error_code fault;
    if (path.has_parent_path())
        fs::create_directories(path.parent_path(), fault);
    try {
        write_plainly(draft, text);
    } catch (CannotWrite const&) {
        fs::remove(draft, fault);
        fail(path, std::strerror(errno));
    }
    fs::rename(draft, path, fault);
    if (fault) {
        auto const why = fault.message();
        fs::remove(draft, fault);
        fail(path, why);
    }
}

ResultFolder::ResultFolder(fs::path place)
    : place_{without_trailing_slash(fs::absolute(place))}, draft_{beside(place_, "partial")}
{
    std::error_code fault;
    bool const taken = fs::exists(place_, fault);
    if (taken && !fs::is_directory(place_))
        fail(place_, "a file lies there; choose another place with --out");
    if (taken && !fs::is_empty(place_, fault) && !fs::exists(place_ / sign))
        fail(place_, "the folder holds something that is no result of Escalon's; choose another place with --out");
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

// Writing results: whole or not at all. A killed run leaves the old result or the new one, never half.
#pragma once

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace escalon {

/// A file or folder that cannot be written; says which and why.
class CannotWrite : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Replaces a file at once.
/// @throws CannotWrite
void write_file(std::filesystem::path const& path, std::string_view text);

/// @throws CannotWrite where something lies at the path that is not an ordinary file: a folder, a device
void refuse_special(std::filesystem::path const& path);

/// @throws CannotWrite where something lies at the place that is no result folder of Escalon's
void refuse_foreign(std::filesystem::path const& place);

/// A result folder in the making: filled beside its final place and put there at once.
class ResultFolder {
public:
    /// @throws CannotWrite, also when something lies at the place that is no result of Escalon's
    explicit ResultFolder(std::filesystem::path const& place);
    ~ResultFolder();
    ResultFolder(ResultFolder const&) = delete;
    ResultFolder& operator=(ResultFolder const&) = delete;

    /// Adds a file at a path inside the folder.
    void add(std::filesystem::path const& inside, std::string_view text);

    /// Where the folder is filled; for programs that write files themselves.
    std::filesystem::path const& draft() const { return draft_; }

    /// Puts the folder in its place, in exchange for what was there.
    void publish();

private:
    std::filesystem::path place_;
    std::filesystem::path draft_;
};

} // namespace escalon

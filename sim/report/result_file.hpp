// A result as it lies on disk, and careful steps into it: what is missing or of the wrong kind is told with its file and place.
#pragma once

#include <nlohmann/json.hpp>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace escalon {

/// A file that is no result of Escalon's, or a damaged one; says where and what to do.
class NotAResult : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// `result.json`, parsed.
struct ResultFile {
    std::filesystem::path place; ///< as the user named it
    std::filesystem::path file;  ///< what was read
    nlohmann::ordered_json json;
};

/// @param place a result folder, or the file itself
/// @throws MissingFile where nothing lies; NotAResult for what is no JSON object
ResultFile read_result_file(std::filesystem::path const& place);

/// Any other JSON file that Escalon wrote: of a sweep, of one of its cells.
/// @throws MissingFile; NotAResult for what is no JSON object
ResultFile read_json_file(std::filesystem::path const& file);

/// @param file how faults call the text
/// @throws NotAResult for what is no JSON object
ResultFile parse_json_file(std::string const& text, std::filesystem::path const& file);

/// A value somewhere in a result. Every step is checked.
class ResultPart {
public:
    explicit ResultPart(ResultFile const& result) : file_{&result.file}, json_{&result.json} {}

    /// @throws NotAResult where the key is missing
    ResultPart at(std::string const& key) const;
    /// None where the key is missing or null.
    std::optional<ResultPart> find(std::string const& key) const;

    /// @throws NotAResult for what is of another kind
    double number() const;
    std::int64_t whole() const;
    bool boolean() const;
    std::string text() const; ///< without control characters, which a terminal would obey
    std::vector<ResultPart> items() const;
    std::vector<std::string> texts() const;
    std::vector<double> numbers() const;
    /// As many as `size`.
    std::vector<double> numbers(std::size_t size) const;

    nlohmann::ordered_json const& json() const { return *json_; }

    [[noreturn]] void fail(std::string_view problem) const;

private:
    ResultPart(std::filesystem::path const* file, nlohmann::ordered_json const* json, std::string path)
        : file_{file}, json_{json}, path_{std::move(path)}
    {}
    [[noreturn]] void must_be(std::string_view what) const;

    std::filesystem::path const* file_;
    nlohmann::ordered_json const* json_;
    std::string path_;
};

} // namespace escalon

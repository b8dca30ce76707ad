// Results read back from their files: what `plot`, `report` and later sweeps work on.
#pragma once

#include "sim/report/run_result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace escalon {

/// A file that is no result of Escalon's, or a damaged one; says where and what to do.
class BadResult : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A value of a JSON text and its path, for reading what may hold anything.
class JsonPart {
public:
    /// @param file how faults call the text
    JsonPart(nlohmann::ordered_json const& value, std::string file) : value_{&value}, file_{std::move(file)} {}

    /// A member that must be there.
    JsonPart operator[](std::string_view key) const;
    bool has(std::string_view key) const;
    bool is_null() const;
    std::vector<JsonPart> items() const; ///< of a list

    double number() const;
    std::int64_t whole() const;
    std::string text() const;
    bool boolean() const;
    std::vector<double> numbers() const;
    std::vector<std::string> texts() const;

    nlohmann::ordered_json const& json() const { return *value_; }

    /// @throws BadResult at this place
    [[noreturn]] void fail(std::string_view problem) const;

private:
    JsonPart(nlohmann::ordered_json const& value, std::string file, std::string path)
        : value_{&value}, file_{std::move(file)}, path_{std::move(path)}
    {}

    nlohmann::ordered_json const* value_;
    std::string file_;
    std::string path_; ///< "designs[2].selection"
};

/// The text of a file as JSON.
/// @throws MissingFile; BadResult
nlohmann::ordered_json read_json(std::filesystem::path const& file);

/// @param file how faults call the text
/// @throws BadResult
nlohmann::ordered_json parse_json(std::string_view text, std::string const& file);

/// The scenario that a result resolved, from its JSON form.
/// @throws BadResult
Scenario read_resolved(JsonPart const& resolved);

/// The truths and designs of a run of this scenario, as `runs_json` writes them.
/// @throws BadResult
RunResult read_runs(JsonPart const& part, Scenario scenario);

/// The text of a `result.json`.
/// @param file how faults call it
/// @throws BadResult
RunResult parse_result(std::string_view text, std::string const& file);

/// A result folder, or its `result.json`.
/// @throws MissingFile; BadResult
RunResult read_result(std::filesystem::path const& result);

} // namespace escalon

// A result folder read back, for figures and the report.
#pragma once

#include "sim/report/run_result.hpp"

#include <filesystem>
#include <stdexcept>
#include <string>
#include <string_view>

namespace escalon {

/// A result that is not what `run` writes; says where, what, and how to get a sound one.
class BadResult : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// What `run_json` wrote, so that `run_json` of it is the same text. The scenario is the resolved one of the result itself, or that
/// of `scenario.resolved.yaml` beside it where the result holds none.
/// @param path a result folder or its result.json
/// @throws MissingFile; BadResult; ScenarioError where the resolved scenario was changed into a faulty one
RunResult read_result(std::filesystem::path const& path);

/// @param file how messages call the text
/// @param beside where `scenario.resolved.yaml` is looked for; may be empty
/// @throws BadResult; ScenarioError
RunResult parse_result(std::string_view text, std::string const& file, std::filesystem::path const& beside = {});

} // namespace escalon

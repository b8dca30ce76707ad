// The files that Escalon brings beside its program: renderer, fonts, style and script of the report.
#pragma once

#include <filesystem>
#include <string_view>

namespace escalon {

/// Beside a build's program, or in the share folder of an installation.
/// @return an empty path where there is no such file
std::filesystem::path shared_file(std::filesystem::path const& program_folder, std::string_view name);

} // namespace escalon

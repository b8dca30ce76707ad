#include "sim/report/share.hpp"

#include <system_error>

namespace escalon {

std::filesystem::path shared_file(std::filesystem::path const& program_folder, std::string_view name)
{
    for (auto const* place : {"share/escalon", "../share/escalon"}) {
        std::error_code fault;
        auto const candidate = program_folder / place / name;
        if (std::filesystem::exists(candidate, fault))
            return std::filesystem::weakly_canonical(candidate, fault);
    }
    return {};
}

} // namespace escalon

// How operating characteristics are found.
#pragma once

#include "pk_models/fields.hpp"

#include <array>

namespace escalon {

enum class Engine { exact, monte_carlo };

constexpr auto enum_names(Engine)
{
    return std::array{EnumName<Engine>{Engine::exact, "exact"}, EnumName<Engine>{Engine::monte_carlo, "monte_carlo"}};
}

/// What a user asks for; automatic takes exact where it holds.
enum class EngineChoice { automatic, exact, monte_carlo };

constexpr auto enum_names(EngineChoice)
{
    return std::array{EnumName<EngineChoice>{EngineChoice::automatic, "auto"},
                      EnumName<EngineChoice>{EngineChoice::exact, "exact"},
                      EnumName<EngineChoice>{EngineChoice::monte_carlo, "monte_carlo"}};
}

} // namespace escalon

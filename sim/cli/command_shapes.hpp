// What can be typed after `escalon`, read off the definition of the command line itself: what completion is made from.
#pragma once

#include <string>
#include <vector>

namespace escalon::cli {

/// An option, or a word that stands by itself.
struct WordShape {
    std::vector<std::string> names; ///< "-o", "--out"; the argument's own name for a word by itself
    std::string takes;              ///< "N", "FOLDER", "FILE.yaml", "json|csv"; empty for a flag
    std::string does;               ///< one line
};

struct CommandShape {
    std::string name;
    std::string does;
    std::vector<WordShape> options;
    std::vector<WordShape> words;
};

/// The program itself (its name is "escalon") and then every command, in the order of the help.
std::vector<CommandShape> command_shapes();

} // namespace escalon::cli

// Reads the sources and holds their includes against the house plan's table of layers.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

namespace escalon::test {

struct SourceFile {
    std::string path; // from the root of the project: sim/designs/design.hpp
    std::string text;
};

/// "pk_models", "designs", "trial", ...; "" for a file that belongs to no layer.
inline std::string layer_of(std::string_view path)
{
    if (path.starts_with("pk_models/"))
        return "pk_models";
    constexpr std::string_view root = "sim/";
    if (!path.starts_with(root))
        return {};
    auto const rest = path.substr(root.size());
    auto const slash = rest.find('/');
    return slash == std::string_view::npos ? std::string{} : std::string{rest.substr(0, slash)};
}

/// The house plan's table, section 2. An entry of the right-hand side is a layer or a single header.
inline std::map<std::string, std::vector<std::string>> const& layer_table()
{
    static std::map<std::string, std::vector<std::string>> const table{
        {"pk_models", {}},
        {"random", {}},
        {"vocabulary", {"pk_models/units.hpp", "pk_models/fields.hpp"}},
        {"designs", {"vocabulary", "pk_models/units.hpp", "pk_models/fields.hpp"}},
        {"population", {"pk_models", "random", "vocabulary"}},
        {"toxicity", {"population"}},
        {"trial", {"designs", "toxicity"}},
        {"runner", {"trial"}},
        {"calibration", {"runner"}},
        {"scenario", {"runner", "calibration"}},
        {"report", {"scenario"}},
        {"cli", {"report", "scenario", "calibration", "runner", "pk_models"}},
    };
    return table;
}

/// What a layer may include besides itself: transitive.
inline std::set<std::string> const& allowed_from(std::string const& layer)
{
    static std::map<std::string, std::set<std::string>> known;
    auto const [place, fresh] = known.try_emplace(layer);
    if (fresh) {
        std::set<std::string> allowed{layer};
        for (auto const& entry : layer_table().at(layer)) {
            allowed.insert(entry);
            if (layer_table().contains(entry)) {
                auto const further = allowed_from(entry);
                allowed.insert(further.begin(), further.end());
            }
        }
        known[layer] = allowed;
    }
    return known[layer];
}

struct Include {
    std::string name;
    bool quoted = false;
    int line = 0;
};

inline std::vector<Include> includes_of(SourceFile const& file)
{
    std::vector<Include> found;
    std::istringstream lines{file.text};
    std::string line;
    for (int number = 1; std::getline(lines, line); ++number) {
        auto const start = line.find_first_not_of(" \t");
        if (start == std::string::npos || line[start] != '#')
            continue;
        auto const word = line.find("include", start);
        auto const open = line.find_first_of("\"<", start);
        if (word == std::string::npos || open == std::string::npos || open < word)
            continue;
        auto const close = line.find_first_of("\">", open + 1);
        if (close != std::string::npos)
            found.push_back({line.substr(open + 1, close - open - 1), line[open] == '"', number});
    }
    return found;
}

/// Layers that touch no file, stream, thread or clock of the machine.
inline bool is_core(std::string const& layer)
{
    static std::set<std::string> const core{"pk_models", "vocabulary", "random", "population", "toxicity", "designs", "trial"};
    return core.contains(layer);
}

inline bool touches_the_machine(std::string_view include)
{
    static std::set<std::string_view> const banned{"thread", "fstream", "iostream", "filesystem",
                                                   "chrono", "mutex",   "ostream",  "istream",
                                                   "cstdio", "stdio.h", "future",   "condition_variable"};
    return banned.contains(include) || include.starts_with("yaml-cpp") || include.starts_with("nlohmann") ||
           include.starts_with("fmt");
}

/// Everything in which a file departs from the plan, in words.
inline std::vector<std::string> violations(SourceFile const& file)
{
    std::vector<std::string> found;
    auto const layer = layer_of(file.path);
    auto const note = [&](int line, std::string const& what) {
        found.push_back(file.path + ":" + std::to_string(line) + ": " + what);
    };
    if (!layer_table().contains(layer)) {
        note(1, "lies in no layer of the plan");
        return found;
    }
    for (auto const& include : includes_of(file)) {
        auto const target = layer_of(include.name);
        if (include.quoted && target.empty())
            note(include.line, "includes \"" + include.name + "\", which is not written from the project's root");
        auto const& allowed = allowed_from(layer);
        if (!target.empty() && !allowed.contains(target) && !allowed.contains(include.name))
            note(include.line, layer + " may not include " + include.name);
        if (is_core(layer) && touches_the_machine(include.name))
            note(include.line, layer + " belongs to the core and may not include <" + include.name + ">");
    }
    if (file.path.ends_with(".hpp")) {
        if (!file.text.starts_with("// "))
            note(1, "a header begins with a comment that says what it is");
        if (file.text.find("\n#pragma once\n") == std::string::npos)
            note(1, "a header has #pragma once");
    }
    return found;
}

/// Every source of pk_models and sim, in order of path.
inline std::vector<SourceFile> sources(std::filesystem::path const& root)
{
    std::vector<SourceFile> found;
    for (auto const* folder : {"pk_models", "sim"}) {
        std::filesystem::recursive_directory_iterator walk{root / folder};
        for (auto const& entry : walk) {
            if (entry.is_directory() && entry.path().filename() == "node_modules")
                walk.disable_recursion_pending();
            if (entry.path().extension() != ".hpp" && entry.path().extension() != ".cpp")
                continue;
            std::ifstream file{entry.path(), std::ios::binary};
            std::ostringstream text;
            text << file.rdbuf();
            found.push_back({std::filesystem::relative(entry.path(), root).generic_string(), text.str()});
        }
    }
    std::ranges::sort(found, {}, &SourceFile::path);
    return found;
}

} // namespace escalon::test

// `init`: a new scenario to fill in.
#include "sim/cli/commands.hpp"

#include "sim/report/files.hpp"
#include "sim/scenario/field_table.hpp"
#include "sim/scenario/letters.hpp"
#include "sim/scenario/new_scenario.hpp"
#include "sim/scenario/node.hpp"
#include "sim/scenario/number.hpp"
#include "sim/scenario/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

namespace escalon::cli {
namespace {

[[noreturn]] void refuse_doses(std::string const& text, std::string_view why)
{
    throw UsageError(
        fmt::format("--doses {}: {}; write the ladder with its unit, as in --doses '10,20,40 mg/m2'", in_quotes(text), why));
}

/// "10, 20, 40 mg/m2", with or without brackets.
void take_doses(std::string const& text, NewScenario& scenario)
{
    std::string_view const ladder = trimmed(text);
    std::string_view numbers;
    for (auto const& [unit, name] : enum_names(DoseUnit{})) {
        if (!ladder.ends_with(name))
            continue;
        numbers = trimmed(ladder.substr(0, ladder.size() - name.size()));
        scenario.unit = unit;
    }
    if (numbers.empty())
        refuse_doses(text, "no unit mg/m2, mg/kg or mg at its end");
    if (numbers.starts_with('[') && numbers.ends_with(']'))
        numbers = numbers.substr(1, numbers.size() - 2);
    scenario.levels.clear();
    while (true) {
        auto const comma = numbers.find(',');
        auto const dose = parse_number(numbers.substr(0, comma));
        if (auto const* fault = std::get_if<NumberFault>(&dose))
            refuse_doses(text, "a dose " + fault->problem);
        double const value = std::get<double>(dose);
        if (!(value > 0))
            refuse_doses(text, "a dose must be above 0");
        if (!scenario.levels.empty() && value <= scenario.levels.back())
            refuse_doses(text, "doses must strictly increase");
        scenario.levels.push_back(value);
        if (comma == std::string_view::npos)
            return;
        numbers.remove_prefix(comma + 1);
    }
}

std::vector<std::string> names_in(std::vector<CatalogEntry> const& catalog)
{
    std::vector<std::string> names;
    for (auto const& entry : catalog)
        names.push_back(entry.name);
    return names;
}

void demand_known(std::string_view what, std::string const& name, std::vector<std::string> const& known)
{
    if (std::ranges::find(known, name) == known.end())
        throw UsageError(fmt::format("no {} is called {}; {}", what, in_quotes(name), suggestion(name, known)));
}

NewScenario asked_for(InitArguments const& arguments)
{
    NewScenario scenario;
    std::vector<std::string> templates;
    for (auto const& [value, name] : enum_names(ScenarioTemplate{})) {
        templates.emplace_back(name);
        if (arguments.from == name)
            scenario.from = value;
    }
    if (!arguments.from.empty())
        demand_known("template", arguments.from, templates);
    if (!arguments.model.empty()) {
        demand_known("PK model", arguments.model, names_in(pk_catalog()));
        if (arguments.from == name_of(ScenarioTemplate::by_dose))
            throw UsageError("--model belongs to --from pk: a scenario by dose has no pharmacokinetics");
        scenario.from = ScenarioTemplate::pk;
        scenario.model = arguments.model;
    }
    if (!arguments.designs.empty())
        scenario.designs.clear();
    for (auto const& design : arguments.designs) {
        demand_known("design", design, names_in(design_catalog()));
        if (std::ranges::find(scenario.designs, design) != scenario.designs.end())
            throw UsageError(fmt::format("--design {} is given twice; give two entries labels of their own in the file", design));
        scenario.designs.push_back(design);
    }
    if (!arguments.doses.empty())
        take_doses(arguments.doses, scenario);
    return scenario;
}

/// Never over a file that is there, not even one that appears at the same moment.
void write_new(std::filesystem::path const& path, std::string const& text)
{
    auto const close = [](std::FILE* file) { return std::fclose(file); };
    std::unique_ptr<std::FILE, decltype(close)> file{std::fopen(path.c_str(), "wbx"), close};
    if (!file && errno == EEXIST)
        throw CannotWrite(fmt::format("{} is already there, and init never overwrites: choose another name, or remove it first",
                                      path.string()));
    if (!file)
        throw CannotWrite(fmt::format("cannot write {}: {}", path.string(), std::strerror(errno)));
    bool const written = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size() && std::fflush(file.get()) == 0;
    if (written)
        return;
    std::string const why = std::strerror(errno);
    std::error_code ignored;
    std::filesystem::remove(path, ignored);
    throw CannotWrite(fmt::format("cannot write {}: {}", path.string(), why));
}

} // namespace

Exit execute(InitArguments const& arguments, Console const& console)
{
    auto scenario = asked_for(arguments);
    if (!arguments.file || *arguments.file == "-") {
        console.print(new_scenario_text(scenario));
        console.note("Next: escalon init my_trial.yaml writes it to a file");
        return Exit::done;
    }
    auto const name = arguments.file->stem().string();
    if (!name.empty() && !text_fault(name))
        scenario.name = name;
    write_new(*arguments.file, new_scenario_text(scenario));
    console.note(
        fmt::format("wrote {0}\nNext: fill it in, then escalon validate {0} and escalon run {0}", arguments.file->string()));
    return Exit::done;
}

} // namespace escalon::cli

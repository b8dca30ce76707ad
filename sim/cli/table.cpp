// `table`: the protocol's decision table.
#include "sim/cli/commands.hpp"

#include "sim/report/figures/protocol_table.hpp"
#include "sim/report/protocol_table_text.hpp"

#include <nlohmann/json.hpp>

namespace escalon::cli {

Exit execute(TableArguments const& arguments, Console const& console)
{
    auto scenario = read(arguments.input);
    auto const& entry = design_of(scenario, arguments.design);
    TableResult const result{scenario, entry.label,
                             protocol_table(entry.design, scenario.ladder(),
                                            {.patients = arguments.patients, .every = arguments.every})};
    print(arguments.output,
          {.text = [&] { return protocol_table_text(result); },
           .json = [&] { return protocol_table_json(result); },
           .csv = [&] { return protocol_table_csv(result); },
           .markdown = [&] { return protocol_table_markdown(result); },
           .latex = [&] { return protocol_table_latex(result); }},
          console);
    if (arguments.figure.wanted())
        draw_figure(protocol_table_figure(result, arguments.figure.style), scenario.name, arguments.figure, console);
    return Exit::done;
}

} // namespace escalon::cli

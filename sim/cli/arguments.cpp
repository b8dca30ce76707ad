#include "sim/cli/arguments.hpp"

#include "sim/cli/command_shapes.hpp"
#include "sim/report/version.hpp"
#include "sim/runner/engine.hpp"
#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/field_table.hpp"
#include "sim/scenario/new_scenario.hpp"
#include "sim/scenario/suggest.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <memory>

namespace escalon::cli {
namespace {

/// One command: its own place for what is parsed, and how that becomes a request.
struct Command {
    CLI::App* app;
    std::function<Request()> request;
};

/// Options that are short forms of `--set runner.x=...`, and the like.
struct RunnerShortcuts {
    std::optional<std::string> engine;
    std::optional<std::string> trials;
    std::optional<std::string> precision;
    std::optional<std::string> seed;
    std::optional<std::string> against;
};

class CommandLine {
public:
    CommandLine()
    {
        app_.set_version_flag("--version", fmt::format("escalon {}", version()), "print the version");
        app_.set_help_flag("-h,--help", "print this help");
        app_.require_subcommand(1);
        app_.formatter(std::make_shared<ExamplesFirst>("Escalon simulates dose escalation in phase I oncology trials.\n\n"
                                                       "Examples:\n"
                                                       "  escalon run scenarios/huc242_dm4.yaml\n"
                                                       "  escalon replay scenarios/huc242_dm4.yaml --figure replay.svg\n"
                                                       "  escalon pk scenarios/huc242_dm4.yaml --times 0,1,7,21"));
        app_.footer("Next: escalon COMMAND --help, or escalon run scenarios/huc242_dm4.yaml");
        add_run();
        add_exact();
        add_sweep();
        add_replay();
        add_paths();
        add_table();
        add_next();
        add_calibrate_prior();
        add_pk();
        add_explain();
        add_plot();
        add_report();
        add_validate();
        add_catalogue("designs", CatalogueArguments::Of::designs, "escalation designs and their options", "three_plus_three");
        add_catalogue("models", CatalogueArguments::Of::models, "PK, antigen and toxicity models and their fields", "conjugate");
        add_init();
        add_diff();
        add_schema();
        add_completion();
    }

    std::vector<CommandShape> shapes() const
    {
        std::vector<CommandShape> all{shape_of(app_)};
        for (auto const& command : commands_)
            all.push_back(shape_of(*command.app));
        return all;
    }

    Request parse(int argc, char const* const* argv)
    {
        if (argc < 2)
            return Words{app_.help()};
        check_names(argc, argv);
        try {
            app_.parse(argc, argv);
        } catch (CLI::CallForVersion const&) {
            return Words{fmt::format("escalon {}\n", version())};
        } catch (CLI::CallForHelp const&) {
            return Words{help()};
        } catch (CLI::ParseError const& fault) {
            throw UsageError(fmt::format("{}; see {} --help", fault.what(), command_line_so_far()));
        }
        for (auto const& command : commands_)
            if (command.app->parsed())
                return command.request();
        return Words{app_.help()};
    }

private:
    /// CLI11 2.1 makes no suggestions: look at the words before it does.
    void check_names(int argc, char const* const* argv) const
    {
        std::string_view const first = argv[1];
        if (first.starts_with('-'))
            return check_option(app_, first, "escalon");
        CLI::App const* command = nullptr;
        std::vector<std::string> names;
        for (auto const& known : commands_) {
            names.push_back(known.app->get_name());
            if (known.app->get_name() == first)
                command = known.app;
        }
        if (!command)
            throw UsageError(fmt::format("{} is no command of escalon; {}", in_quotes(first), suggestion(first, names)));
        bool value = false; // the last word was an option that takes one
        for (int i = 2; i < argc; ++i) {
            std::string_view const word = argv[i];
            if (word == "--")
                return;
            if (!value && word.starts_with("--") && word.size() > 2)
                check_option(*command, word, "escalon " + command->get_name());
            value = !value && word.starts_with("-") && takes_value(*command, word);
        }
    }

    static bool takes_value(CLI::App const& command, std::string_view word)
    {
        if (word.find('=') != std::string_view::npos)
            return false;
        auto const* option = command.get_option_no_throw(std::string{word});
        return option && option->get_items_expected_min() > 0;
    }

    static void check_option(CLI::App const& command, std::string_view word, std::string const& where)
    {
        auto const name = std::string{word.substr(0, word.find('='))};
        if (!name.starts_with("--") || command.get_option_no_throw(name))
            return;
        std::vector<std::string> names;
        for (auto const* option : command.get_options())
            for (auto const& known : option->get_lnames())
                names.push_back("--" + known);
        throw UsageError(fmt::format("{} has no option {}; {}", where, name, suggestion(name, names)));
    }

    std::string command_line_so_far() const
    {
        for (auto const& command : commands_)
            if (command.app->parsed())
                return "escalon " + command.app->get_name();
        return "escalon";
    }

    std::string help() const
    {
        for (auto const& command : commands_)
            if (command.app->parsed())
                return command.app->help();
        return app_.help();
    }

    CLI::App* add(std::string const& name, std::string const& does, std::string const& examples, std::string const& next)
    {
        auto* command = app_.add_subcommand(name, does);
        command->footer("Next: " + next);
        command->set_help_flag("-h,--help", "print this help");
        command->formatter(std::make_shared<ExamplesFirst>(does + "\n\nExamples:\n" + examples));
        return command;
    }

    /// The list of commands shows one line each; a command's own help begins with its examples.
    class ExamplesFirst : public CLI::Formatter {
    public:
        explicit ExamplesFirst(std::string text) : text_{std::move(text)}
        {
            label("POSITIONALS", "Arguments");
            label("Subcommands", "Commands");
        }
        std::string make_description(CLI::App const*) const override { return text_ + "\n\n"; }
        std::string make_usage(CLI::App const* command, std::string) const override
        {
            if (!command->get_parent())
                return "Usage: escalon COMMAND [OPTIONS]\n";
            std::string usage = "Usage: escalon " + command->get_name();
            for (auto const* option : command->get_options([](auto const* o) { return o->get_positional(); }))
                usage += " " + shouted(option->get_name()) + (option->get_items_expected_max() > 1 ? "..." : "");
            return usage + " [OPTIONS]\n";
        }
        std::string make_option_name(CLI::Option const* option, bool positional) const override
        {
            return positional ? shouted(option->get_name(true)) : Formatter::make_option_name(option, false);
        }
        std::string make_option_opts(CLI::Option const* option) const override
        {
            bool const takes_none = option->get_positional() || option->get_items_expected_max() == 0;
            return takes_none ? "" : " " + option->get_type_name();
        }

    private:
        static std::string shouted(std::string name)
        {
            std::ranges::transform(name, name.begin(),
                                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
            return name;
        }

        std::string text_;
    };

    static CommandShape shape_of(CLI::App const& command)
    {
        CommandShape shape{command.get_name(), command.get_description(), {}, {}};
        for (auto const* option : command.get_options()) {
            bool const is_flag = option->get_items_expected_max() == 0;
            WordShape word{{}, is_flag ? "" : option->get_type_name(), option->get_description()};
            for (auto const& name : option->get_snames())
                word.names.push_back("-" + name);
            for (auto const& name : option->get_lnames())
                word.names.push_back("--" + name);
            if (option->get_positional())
                word.names = {option->get_name()};
            (option->get_positional() ? shape.words : shape.options).push_back(std::move(word));
        }
        return shape;
    }

    /// "auto|exact|monte_carlo": a value that is one of these words, as help and completion show it.
    template <class Names>
    static std::string one_of(Names const& names)
    {
        std::string text;
        for (auto const& name : names) {
            text += text.empty() ? "" : "|";
            if constexpr (requires { name.name; })
                text += name.name;
            else
                text += name;
        }
        return text;
    }

    static void add_set(CLI::App* command, std::vector<Override>& overrides)
    {
        command
            ->add_option_function<std::vector<std::string>>(
                "--set",
                [&overrides](std::vector<std::string> const& texts) {
                    for (auto const& text : texts)
                        overrides.push_back(parse_override(text));
                },
                "replace a figure: path=value, as in pk.KDC='0.3 /d'; may be repeated")
            ->type_name("PATH=VALUE")
            ->allow_extra_args(false)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    }

    static void add_scenario(CLI::App* command, ScenarioArguments& input)
    {
        command->add_option("scenario", input.scenario, "scenario file (YAML)")->required()->type_name("FILE.yaml");
        add_set(command, input.overrides);
    }

    static void add_formats(CLI::App* command, Output& output, std::string const& csv_is)
    {
        auto* json = command->add_flag_callback(
            "--json", [&output] { output = Output::json; }, "print JSON");
        if (!csv_is.empty())
            command
                ->add_flag_callback(
                    "--csv", [&output] { output = Output::csv; }, "print CSV: " + csv_is)
                ->excludes(json);
    }

    /// Forms in which a table is pasted into a document.
    static void add_document_formats(CLI::App* command, Output& output, std::initializer_list<Output> forms)
    {
        auto const exclusive = [&](CLI::Option* option) {
            for (auto const* other : {"--json", "--csv", "--markdown"})
                if (auto* known = command->get_option_no_throw(other); known && known != option)
                    option->excludes(known);
        };
        for (auto const form : forms)
            exclusive(form == Output::markdown ? command->add_flag_callback(
                                                     "--markdown", [&output] { output = Output::markdown; }, "print Markdown")
                                               : command->add_flag_callback(
                                                     "--latex", [&output] { output = Output::latex; },
                                                     "print LaTeX: tables with the rules of booktabs"));
    }

    static void add_style(CLI::App* command, FigureStyle& style)
    {
        command
            ->add_option_function<std::string>(
                "--width", [&style](std::string const& text) { style.width_mm = *width_mm(text); },
                "of the finished picture: 180mm when absent; 85mm is a column of a journal")
            ->type_name("WIDTH")
            ->check([](std::string const& text) {
                return width_mm(text) ? "" : "must be a width from 60mm to 400mm, as in 180mm or 8.5cm; got " + in_quotes(text);
            });
        command
            ->add_option_function<std::string>(
                "--theme", [&style](std::string const& name) { style.look = name == "print" ? Look::print : Look::light; },
                "light (in colour) or print (in greys that survive a photocopier)")
            ->type_name("light|print")
            ->check([](std::string const& name) {
                return known_name(name, {"light", "print"});
            });
    }

    static void add_pictures(CLI::App* command, PictureOptions& pictures)
    {
        command->add_option("--format", pictures.formats, "svg, pdf, png; svg when absent")
            ->type_name("FORMAT[,FORMAT]")
            ->delimiter(',')
            ->allow_extra_args(false)
            ->check(picture_format);
        command->add_option("--dpi", pictures.dpi, "dots to the inch of PNG; 300 when absent")
            ->type_name("N")
            ->check(CLI::Range(72, 1200));
    }

    static void add_figure(CLI::App* command, FigureArguments& figure, std::string const& what)
    {
        command->add_option("--figure", figure.file, "draw " + what + " into this .svg, .pdf or .png file, or its .json alone")
            ->type_name("FILE")
            ->check(picture_or_specification);
        command->add_option("-o,--out", figure.out, "or into this folder, with its caption")->type_name("FOLDER");
        add_style(command, figure.style);
        add_pictures(command, figure.pictures);
    }

    static void add_design(CLI::App* command, std::string& design, std::string const& when_absent)
    {
        command->add_option("--design", design, "label of the design; " + when_absent + " when absent")->type_name("LABEL");
    }

    static void add_trial(CLI::App* command, std::optional<std::uint64_t>& trial)
    {
        command->add_option("--trial", trial, "number of a simulated trial, from 1")->type_name("N")->check(positive);
    }

    static void add_jobs(CLI::App* command, int& jobs)
    {
        command->add_option("-j,--jobs", jobs, "threads; one a processor when absent")->type_name("N")->check(positive);
    }

    static void add_seed(CLI::App* command, RunnerShortcuts& shortcuts)
    {
        command->add_option("--seed", shortcuts.seed, "same as --set runner.seed=")->type_name("N");
    }

    static void add_effort(CLI::App* command, RunnerShortcuts& shortcuts)
    {
        command->add_option("--engine", shortcuts.engine, "same as --set runner.engine=")
            ->type_name(one_of(enum_names(EngineChoice{})));
        command->add_option("--trials", shortcuts.trials, "same as --set runner.trials=")->type_name("N");
        command->add_option("--precision", shortcuts.precision, "same as --set runner.precision=")->type_name("ERROR");
    }

    static void add_runner(CLI::App* command, std::shared_ptr<RunArguments> const& arguments,
                           std::shared_ptr<RunnerShortcuts> const& shortcuts)
    {
        command->add_option("-o,--out", arguments->out, "result folder; results/SCENARIO when absent, none with --json or --csv")
            ->type_name("FOLDER");
        add_jobs(command, arguments->jobs);
        add_seed(command, *shortcuts);
        command->add_option("--against", shortcuts->against, "same as --set comparison.against=")->type_name("LABEL");
        command->add_flag_callback(
            "--no-figures", [arguments] { arguments->figures = false; }, "leave the figures out of the result folder");
        if (arguments->exact_only)
            return;
        add_effort(command, *shortcuts);
        command->add_flag("--write-trials", arguments->write_trials, "add trials.csv to the result: a row a simulated trial");
        command->add_flag("--write-patients", arguments->write_patients,
                          "add patients.csv to the result: a row a simulated patient");
    }

    template <class Arguments>
    static Request with_shortcuts(Arguments arguments, RunnerShortcuts const& shortcuts)
    {
        auto const add = [&](std::string const& path, std::optional<std::string> const& value) {
            if (value)
                arguments.input.overrides.push_back({path, *value});
        };
        add("runner.engine", shortcuts.engine);
        add("runner.trials", shortcuts.trials);
        add("runner.precision", shortcuts.precision);
        add("runner.seed", shortcuts.seed);
        add("comparison.against", shortcuts.against);
        return arguments;
    }

    /// `run` and `exact` differ in what they promise, not in what they take.
    void add_run_like(CLI::App* command, RunArguments const& defaults)
    {
        auto const arguments = std::make_shared<RunArguments>(defaults);
        auto const shortcuts = std::make_shared<RunnerShortcuts>();
        add_scenario(command, arguments->input);
        add_formats(command, arguments->output, "a row a design and level");
        add_runner(command, arguments, shortcuts);
        commands_.push_back({command, [=] { return with_shortcuts(*arguments, *shortcuts); }});
    }

    void add_run()
    {
        add_run_like(add("run", "operating characteristics of the scenario's designs; writes a result folder",
                         "  escalon run scenarios/huc242_dm4.yaml\n"
                         "  escalon run scenarios/standard.yaml --engine monte_carlo --trials 1000000 --json\n"
                         "  escalon run scenarios/huc242_dm4.yaml --set pk.KDC='0.324 /d' --out results/fast_linker",
                         "escalon explain results/huc242_dm4 --trial 1"),
                     {});
    }

    void add_exact()
    {
        add_run_like(
            add("exact", "operating characteristics without sampling error",
                "  escalon exact scenarios/standard.yaml\n"
                "  escalon exact scenarios/standard.yaml --set designs.*.deescalate=false --set designs.*.six_at_mtd=false",
                "escalon run SCENARIO, which also writes a result folder"),
            {.exact_only = true});
    }

    void add_sweep()
    {
        auto* command =
            add("sweep", "operating characteristics over a grid of settings; goes on where an earlier sweep ended",
                "  escalon sweep scenarios/huc242_dm4.yaml pk.KDC='0.03 /d..0.12 /d:4' toxicity.tolerance.median='400 "
                "mg*d/L..900 mg*d/L:6'\n"
                "  escalon sweep scenarios/huc242_dm4.yaml toxicity.tolerance.sd_log=0.2..0.5:0.1 --csv > sweep.csv\n"
                "  escalon sweep scenarios/standard.yaml designs.*.deescalate=true,false designs.*.six_at_mtd=true,false --zip\n"
                "  escalon sweep scenarios/huc242_dm4.yaml pk.CL='0.2 L/d/m2,0.28 L/d/m2' pk.KDC='0.05 /d,0.07 /d' "
                "--one-at-a-time\n\n"
                "Values are a list a,b,c or a range: A..B:4 is four values evenly spaced, A..B:log 4 four at equal ratios,\n"
                "A..B:0.1 (with a point or a unit) or A..B:step 2 counts in steps. Paths are those of --set.",
                "escalon plot results/SCENARIO.sweep");
        auto const arguments = std::make_shared<SweepArguments>();
        auto const shortcuts = std::make_shared<RunnerShortcuts>();
        command->add_option("scenario", arguments->input.scenario, "scenario file (YAML)")->required();
        command->add_option("axis", arguments->axes, "path=values; the file's `sweep:` when absent")->type_name("PATH=VALUES");
        add_set(command, arguments->input.overrides);
        auto* zip = command->add_flag_callback(
            "--zip", [arguments] { arguments->mode = SweepMode::zip; }, "the first values of all axes together, then the second");
        command
            ->add_flag_callback(
                "--one-at-a-time", [arguments] { arguments->mode = SweepMode::one_at_a_time; },
                "each axis alone, the others as the scenario has them: for a tornado")
            ->excludes(zip);
        command->add_flag_callback(
            "--no-figures", [arguments] { arguments->figures = false; }, "leave the figures out of the result folder");
        command->add_flag("--dry-run", arguments->dry_run, "list the cells, and which of them are done; run nothing");
        add_formats(command, arguments->output, "a row a cell, truth and design");
        command
            ->add_option("-o,--out", arguments->out, "result folder, also of finished cells; results/SCENARIO.sweep when absent")
            ->type_name("FOLDER");
        add_jobs(command, arguments->jobs);
        add_seed(command, *shortcuts);
        add_effort(command, *shortcuts);
        commands_.push_back({command, [=] { return with_shortcuts(*arguments, *shortcuts); }});
    }

    void add_replay()
    {
        auto* command = add("replay", "the documented trial held against a design, cohort by cohort, and its MTD",
                            "  escalon replay scenarios/huc242_dm4.yaml\n"
                            "  escalon replay scenarios/huc242_dm4.yaml --figure replay.svg\n"
                            "  escalon replay scenarios/huc242_dm4.yaml --data '18:0/3 36:1/3 36:0/3 60:2/3'\n"
                            "  escalon replay scenarios/huc242_dm4.yaml --trial 7",
                            "escalon run scenarios/huc242_dm4.yaml");
        auto const arguments = std::make_shared<ReplayArguments>();
        add_scenario(command, arguments->input);
        add_formats(command, arguments->output, "a row a cohort and reading");
        command->add_option("--design", arguments->design, "label of the design; the first when absent")->type_name("LABEL");
        command
            ->add_option(
                "--data", arguments->data,
                "outcomes instead of the documented ones: '1NNN 2NNT' (level, a letter a patient) or '18:0/3 36:1/3' (dose: "
                "DLTs/patients)")
            ->type_name("OUTCOMES");
        add_trial(command, arguments->trial);
        command->add_option("--figure", arguments->figure, "draw the trial into this .svg, .pdf or .png file")
            ->type_name("FILE")
            ->check(picture);
        commands_.push_back({command, [=] { return Request{*arguments}; }});
    }

    void add_paths()
    {
        auto* command = add("paths", "dose transition pathways: what the design does next after every possible outcome",
                            "  escalon paths scenarios/standard.yaml\n"
                            "  escalon paths scenarios/standard.yaml --from '10:0/3 20:1/3' --cohorts 2\n"
                            "  escalon paths scenarios/four_truths.yaml --design 3+3 --figure paths.svg\n"
                            "  escalon paths scenarios/standard.yaml --cohorts 20 --csv > every_path.csv",
                            "escalon table SCENARIO");
        auto const arguments = std::make_shared<PathsArguments>();
        add_scenario(command, arguments->input);
        add_formats(command, arguments->output, "a row a path");
        add_design(command, arguments->design, "the first");
        command
            ->add_option("--from", arguments->from,
                         "what has happened so far: '1NNN 2NNT' (level, a letter a patient) or '18:0/3 36:1/3' (dose: "
                         "DLTs/patients); the start when absent")
            ->type_name("OUTCOMES");
        command->add_option("--cohorts", arguments->cohorts, "how many to look ahead; 3 when absent")
            ->type_name("N")
            ->check(CLI::Range(1, 100));
        add_figure(command, arguments->figure, "the tree");
        commands_.push_back({command, [=] { return Request{*arguments}; }});
    }

    void add_table()
    {
        auto* command = add("table", "the protocol's decision table: escalate, stay or de-escalate after y DLTs in n patients",
                            "  escalon table scenarios/standard.yaml\n"
                            "  escalon table scenarios/standard.yaml --patients 12 --every\n"
                            "  escalon table scenarios/standard.yaml --latex > decisions.tex\n"
                            "  escalon table scenarios/standard.yaml --figure decisions.svg",
                            "escalon paths SCENARIO");
        auto const arguments = std::make_shared<TableArguments>();
        add_scenario(command, arguments->input);
        add_formats(command, arguments->output, "a row a level, number of patients and number of DLTs");
        add_document_formats(command, arguments->output, {Output::markdown, Output::latex});
        add_design(command, arguments->design, "the first");
        command
            ->add_option("--patients", arguments->patients,
                         "the last column; the design's sample size when absent, else the most that it treats at a level")
            ->type_name("N")
            ->check(CLI::Range(1, 100));
        command->add_flag("--every", arguments->every, "a column for each number of patients instead of whole cohorts");
        add_figure(command, arguments->figure, "the table");
        commands_.push_back({command, [=] { return Request{*arguments}; }});
    }

    void add_next()
    {
        auto* command = add(
            "next", "the recommendation for a running trial, its reason, and what may follow",
            "  escalon next scenarios/standard.yaml --outcomes '10:0/3 20:1/3'\n"
            "  escalon next scenarios/standard.yaml --outcomes '1NNN 2NNT' --json\n"
            "  escalon next scenarios/huc242_dm4.yaml --data trial.csv --figure trial.svg\n"
            "  escalon next scenarios/designs/crm.yaml --outcomes '1NNN 2NNN 3NNT' --posterior model.svg\n\n"
            "A file holds a row a patient under the header patient,cohort,dose,dlt (or level in place of dose); dlt is 0 or 1,\n"
            "yes or no. It may also hold outcomes in notation.",
            "escalon paths SCENARIO --from OUTCOMES");
        auto const arguments = std::make_shared<NextArguments>();
        add_scenario(command, arguments->input);
        add_formats(command, arguments->output, "a row a design and level");
        add_document_formats(command, arguments->output, {Output::markdown});
        add_design(command, arguments->design, "all");
        auto* data = command
                         ->add_option("--data", arguments->data, "the trial's data: CSV, or outcomes in notation; - reads them")
                         ->type_name("FILE");
        command
            ->add_option("--outcomes", arguments->outcomes,
                         "or the outcomes here: '1NNN 2NNT' (level, a letter a patient) or '18:0/3 36:1/3' (dose: DLTs/patients)")
            ->type_name("OUTCOMES")
            ->excludes(data);
        add_figure(command, arguments->figure, "the trial so far");
        command
            ->add_option("--posterior", arguments->posterior,
                         "draw what the model of the first design that has one believes of P(DLT) into this file, likewise")
            ->type_name("FILE")
            ->check(picture_or_specification);
        commands_.push_back({command, [=] { return Request{*arguments}; }});
    }

    void add_calibrate_prior()
    {
        auto* command = add("calibrate-prior",
                            "what a model-based design believes before the first patient, and what that promises",
                            "  escalon calibrate-prior scenarios/designs/crm.yaml\n"
                            "  escalon calibrate-prior scenarios/designs/crm.yaml --half-widths\n"
                            "  escalon calibrate-prior scenarios/designs/blrm.yaml --figure prior.svg",
                            "escalon designs crm, for the options of the prior");
        auto const arguments = std::make_shared<CalibratePriorArguments>();
        add_scenario(command, arguments->input);
        add_formats(command, arguments->output, "a row a level");
        add_design(command, arguments->design, "the first");
        command->add_flag("--half-widths", arguments->half_widths,
                          "of a crm: try many half-widths, each enumerated exactly where every level in turn is the MTD");
        command
            ->add_option("--odds-ratio", arguments->odds_ratio,
                         "between the DLT odds of neighbouring levels in these truths; 2 when absent")
            ->type_name("X")
            ->check(CLI::Range(1.01, 100.0));
        add_jobs(command, arguments->jobs);
        add_figure(command, arguments->figure, "P(DLT) at each level before the first patient");
        commands_.push_back({command, [=] { return Request{*arguments}; }});
    }

    void add_pk()
    {
        auto* command =
            add("pk", "concentrations and exposures, no trial",
                "  escalon pk scenarios/huc242_dm4.yaml\n"
                "  escalon pk scenarios/huc242_dm4.yaml --set population.antigen.value='10000 U/mL'\n"
                "  escalon pk scenarios/huc242_dm4.yaml --doses '0:168 mg/m2, 21:126 mg/m2' --times '1 h, 7 d, 21 d, 28 d'\n"
                "  escalon pk scenarios/huc242_dm4.yaml --subjects 1000 --csv\n"
                "  escalon pk scenarios/huc242_dm4.yaml --events doses.csv --csv\n"
                "  escalon pk scenarios/huc242_dm4.yaml --figure pk.svg --figure antigen.pdf",
                "escalon models conjugate, for the fields of the model");
        auto const arguments = std::make_shared<PkArguments>();
        add_scenario(command, arguments->input);
        add_formats(command, arguments->output, "a row a dose, cycle, analyte and figure");
        command->add_option("--subjects", arguments->subjects, "a population of so many instead of the typical patient")
            ->type_name("N")
            ->check(positive);
        command->add_option("--doses", arguments->doses, "a history, day:dose, instead of the regimen at each level")
            ->type_name("LIST");
        command
            ->add_option("--events", arguments->events,
                         "a table of events in NONMEM's columns (CSV; - for standard input) instead of the regimen")
            ->type_name("FILE");
        command->add_flag("--hours", arguments->hours, "times of the events are in hours, not days");
        command->add_flag("--cycles", arguments->by_cycle, "list every cycle, and every analyte of the model");
        command->add_option("--times", arguments->times, "times of wanted concentrations, in days or with a unit")
            ->type_name("LIST");
        command->add_option("--above", arguments->above, "how long the drug is above this concentration, as in '10 mg/L'")
            ->type_name("CONCENTRATION");
        command
            ->add_option("--lloq", arguments->lloq, "concentration up to which samples do not count for half_life_nca; 0.5 mg/L")
            ->type_name("CONCENTRATION");
        command->add_option("--nca-days", arguments->nca_days, "when samples for half_life_nca are taken; 2,3,5,7,10,14")
            ->type_name("LIST");
        command
            ->add_option("--figure", arguments->figures,
                         "draw into this .svg, .pdf or .png file: pk_levels, exposure or antigen where that is its name, else "
                         "concentration over time; or all of them into this folder; may be repeated")
            ->type_name("FILE|FOLDER")
            ->allow_extra_args(false)
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)
            ->check(picture_or_folder);
        command->add_option("--level", arguments->level, "of the figures; the MTD when absent")->type_name("N")->check(positive);
        commands_.push_back({command, [=] { return Request{*arguments}; }});
    }

    void add_explain()
    {
        auto* command = add("explain", "one simulated trial, patient by patient and decision by decision, with reasons",
                            "  escalon explain results/huc242_dm4 --trial 1\n"
                            "  escalon explain scenarios/standard.yaml --trial 12",
                            "escalon replay SCENARIO --trial N --figure trial.svg");
        auto const arguments = std::make_shared<ExplainArguments>();
        command->add_option("result", arguments->input.scenario, "result folder, or a scenario file")
            ->required()
            ->type_name("RESULT");
        add_set(command, arguments->input.overrides);
        command->add_option("--trial", arguments->trial, "number of the trial, from 1")->type_name("N")->check(positive);
        command->add_option("--design", arguments->design, "label of the design; the first when absent")->type_name("LABEL");
        add_formats(command, arguments->output, "");
        commands_.push_back({command, [=] { return Request{*arguments}; }});
    }

    void add_plot()
    {
        auto* command = add("plot", "figures of a result as SVG, PDF or PNG, each with its specification and a caption",
                            "  escalon plot results/huc242_dm4\n"
                            "  escalon plot results/huc242_dm4 --figure mtd,curve --format pdf,png --width 85mm --theme print\n"
                            "  escalon plot results/huc242_dm4 --out protocol/figures",
                            "escalon run SCENARIO, which writes a result folder");
        auto const arguments = std::make_shared<PlotArguments>();
        command->add_option("result", arguments->result, "result folder")->required();
        command->add_option("-o,--out", arguments->out, "folder of the pictures; figures/ in the result when absent")
            ->type_name("FOLDER");
        command
            ->add_option("--figure", arguments->figures,
                         "which: replay, curve, mtd, allocation, overdose, late, swimmer, pk, pk_levels, exposure, antigen; all "
                         "when absent")
            ->type_name("NAME[,NAME]")
            ->delimiter(',')
            ->allow_extra_args(false);
        add_style(command, arguments->style);
        add_pictures(command, arguments->pictures);
        commands_.push_back({command, [=] { return Request{*arguments}; }});
    }

    void add_report()
    {
        auto* command = add("report", "the HTML report of a result: one file that opens offline",
                            "  escalon report results/huc242_dm4\n"
                            "  escalon report results/huc242_dm4 -o huc242_dm4.html",
                            "escalon explain RESULT --trial 1");
        auto const arguments = std::make_shared<ReportArguments>();
        command->add_option("result", arguments->result, "result folder of escalon run")->required();
        command->add_option("-o,--out", arguments->out, "file to write; RESULT/report.html when absent")
            ->type_name("FILE.html")
            ->check(html);
        commands_.push_back({command, [=] { return Request{*arguments}; }});
    }

    void add_validate()
    {
        auto* command = add("validate", "every fault of every file, with its place and remedy",
                            "  escalon validate scenarios/*.yaml", "escalon run SCENARIO");
        auto const arguments = std::make_shared<ValidateArguments>();
        command->add_option("scenarios", arguments->scenarios, "scenario files")->required()->type_name("FILE.yaml");
        add_set(command, arguments->overrides);
        commands_.push_back({command, [=] { return Request{*arguments}; }});
    }

    void add_catalogue(std::string const& name, CatalogueArguments::Of of, std::string const& does, std::string const& example)
    {
        auto* command = add(name, does, fmt::format("  escalon {}\n  escalon {} {}", name, name, example),
                            "escalon validate SCENARIO");
        auto const arguments = std::make_shared<CatalogueArguments>();
        arguments->of = of;
        command->add_option("name", arguments->name, "one of them; all when absent")->type_name(one_of(names_of(of)));
        add_formats(command, arguments->output, "");
        commands_.push_back({command, [=] { return Request{*arguments}; }});
    }

    static std::vector<std::string> names_of(CatalogueArguments::Of of)
    {
        std::vector<std::string> names;
        auto const add_from = [&](std::vector<CatalogEntry> const& catalog) {
            for (auto const& entry : catalog)
                names.push_back(entry.name);
        };
        if (of == CatalogueArguments::Of::designs) {
            add_from(design_catalog());
        } else {
            add_from(pk_catalog());
            add_from(antigen_clearance_catalog());
            add_from(toxicity_catalog());
        }
        return names;
    }

    void add_init()
    {
        auto* command = add("init", "a new scenario to fill in, with a comment for every key",
                            "  escalon init my_trial.yaml\n"
                            "  escalon init my_pk_trial.yaml --from pk --model conjugate --doses '20,40,80,120 mg/m2'\n"
                            "  escalon init --design three_plus_three",
                            "escalon validate FILE, then escalon run FILE");
        auto const arguments = std::make_shared<InitArguments>();
        command->add_option("file", arguments->file, "where to write it, never over a file; standard output when absent or -")
            ->type_name("FILE.yaml");
        command
            ->add_option("--from", arguments->from,
                         "by_dose: designs against known DLT probabilities (the default); pk: toxicity that follows exposure")
            ->type_name(one_of(enum_names(ScenarioTemplate{})));
        command->add_option("--design", arguments->designs, "an escalation design; may be repeated")
            ->type_name(one_of(names_of(CatalogueArguments::Of::designs)))
            ->allow_extra_args(false)
            ->delimiter(',')
            ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
        std::vector<std::string> models;
        for (auto const& entry : pk_catalog())
            models.push_back(entry.name);
        command->add_option("--model", arguments->model, "PK model; means --from pk")->type_name(one_of(models));
        command->add_option("--doses", arguments->doses, "the ladder with its unit: '10,20,40 mg/m2'")->type_name("LIST");
        commands_.push_back({command, [=] { return Request{*arguments}; }});
    }

    void add_diff()
    {
        auto* command = add("diff", "what differs between two results: the scenario's figures, and what became of them",
                            "  escalon diff results/huc242_dm4 results/fast_linker\n"
                            "  escalon diff results/huc242_dm4 results/fast_linker --csv",
                            "escalon explain RESULT --trial 1");
        auto const arguments = std::make_shared<DiffArguments>();
        command->add_option("result_a", arguments->a, "result folder, or its result.json")->required()->type_name("FOLDER");
        command->add_option("result_b", arguments->b, "the one to hold against it")->required()->type_name("FOLDER");
        add_formats(command, arguments->output, "a row a figure");
        commands_.push_back({command, [=] { return Request{*arguments}; }});
    }

    void add_schema()
    {
        auto* command =
            add("schema", "the JSON Schema of scenario files, for editors and other programs",
                "  escalon schema > escalon.schema.json\n\n"
                "An editor with the YAML language server then completes, explains and checks a scenario that begins with\n"
                "  # yaml-language-server: $schema=escalon.schema.json",
                "escalon init my_trial.yaml, and open it in the editor");
        auto const arguments = std::make_shared<SchemaArguments>();
        command->add_flag("--markdown", arguments->markdown, "a page for people instead: every key, what it takes and is");
        commands_.push_back({command, [=] { return Request{*arguments}; }});
    }

    void add_completion()
    {
        auto* command = add("completion", "what makes the shell complete commands, options and files on TAB",
                            "  escalon completion bash\n\n"
                            "To install it:\n"
                            "  bash   add to ~/.bashrc:  source <(escalon completion bash)\n"
                            "  zsh    add to ~/.zshrc, after compinit:  source <(escalon completion zsh)\n"
                            "  fish   run once:  escalon completion fish > ~/.config/fish/completions/escalon.fish",
                            "open a new shell and type escalon ru, then TAB");
        auto const arguments = std::make_shared<CompletionArguments>();
        command->add_option("shell", arguments->shell, "the shell that is to complete")->required()->type_name("bash|zsh|fish");
        commands_.push_back({command, [=] { return Request{*arguments}; }});
    }

    static std::string picture(std::string const& name)
    {
        auto const fits = [&](auto format) { return name.ends_with("." + std::string{format}); };
        return std::ranges::any_of(picture_formats, fits) ? ""
                                                          : "the name must end in .svg, .pdf or .png, got " + in_quotes(name);
    }

    static std::string picture_or_specification(std::string const& name)
    {
        return name.ends_with(".json") || picture(name).empty()
                   ? ""
                   : "the name must end in .svg, .pdf, .png or .json, got " + in_quotes(name);
    }

    /// A folder has no ending, unless it exists or a slash says so.
    static std::string picture_or_folder(std::string const& name)
    {
        std::filesystem::path const path{name};
        if (name.ends_with('/') || !path.has_extension() || std::filesystem::is_directory(path))
            return "";
        return picture(name).empty() ? "" : "must be a folder, or end in .svg, .pdf or .png, got " + in_quotes(name);
    }

    static std::string known_name(std::string const& name, std::vector<std::string> const& names)
    {
        return std::ranges::find(names, name) != names.end() ? "" : "got " + in_quotes(name) + "; " + suggestion(name, names);
    }

    static std::string picture_format(std::string const& name)
    {
        return known_name(name, {picture_formats.begin(), picture_formats.end()});
    }

    /// "180mm", "18 cm"; none where it is no width that a figure may have.
    static std::optional<double> width_mm(std::string_view text)
    {
        constexpr double narrowest = 60;
        constexpr double widest = 400;
        constexpr double mm_per_cm = 10;
        double width = 0;
        auto const* const end = text.data() + text.size();
        auto const read = std::from_chars(text.data(), end, width);
        std::string_view unit{read.ptr, static_cast<std::size_t>(end - read.ptr)};
        while (unit.starts_with(' '))
            unit.remove_prefix(1);
        if (read.ec != std::errc{} || (unit != "mm" && unit != "cm"))
            return std::nullopt;
        if (unit == "cm")
            width *= mm_per_cm;
        return width >= narrowest && width <= widest ? std::optional{width} : std::nullopt;
    }

    static std::string html(std::string const& name)
    {
        bool const fits = name.ends_with(".html") || name.ends_with(".htm");
        return fits ? "" : "a report is HTML: the name must end in .html, got " + in_quotes(name);
    }

    static std::string positive(std::string const& text)
    {
        std::uint64_t number = 0;
        auto const* const end = text.data() + text.size();
        auto const read = std::from_chars(text.data(), end, number);
        bool const fits = read.ec == std::errc{} && read.ptr == end && number >= 1;
        return fits ? "" : "must be a whole number from 1, got " + in_quotes(text);
    }

    CLI::App app_{"", "escalon"};
    std::vector<Command> commands_;
};

} // namespace

std::vector<CommandShape> command_shapes() { return CommandLine{}.shapes(); }

Request parse_arguments(int argc, char const* const* argv)
{
    CommandLine line;
    return line.parse(argc, argv);
}

} // namespace escalon::cli

// What the user typed, as one typed request.
#pragma once

#include "sim/report/figure_files.hpp"
#include "sim/scenario/scenario.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace escalon::cli {

/// A scenario and the figures replaced in it.
struct ScenarioArguments {
    std::filesystem::path scenario;
    std::vector<Override> overrides;
};

enum class Output { text, json, csv, markdown, latex };

struct RunArguments {
    ScenarioArguments input;
    Output output = Output::text;
    std::optional<std::filesystem::path> out; ///< the result folder
    int jobs = 0;                             ///< threads; 0 is one a processor
    bool write_trials = false;
    bool write_patients = false;
    bool figures = true;     ///< into the result folder
    bool exact_only = false; ///< the command was `exact`
};

struct SweepArguments {
    ScenarioArguments input;
    std::vector<std::string> axes; ///< "path=values"; those of the file when empty
    std::optional<SweepMode> mode;
    Output output = Output::text;
    std::optional<std::filesystem::path> out; ///< the result folder
    int jobs = 0;                             ///< threads; 0 is one a processor
    bool dry_run = false;
    bool figures = true; ///< in the result folder
};

struct ReplayArguments {
    ScenarioArguments input;
    Output output = Output::text;
    std::string design; ///< label; the first when empty
    std::string data;   ///< outcomes in either notation, instead of the documented ones
    std::optional<std::uint64_t> trial;
    std::optional<std::filesystem::path> figure;
};

/// Where a command draws its figure, and how.
struct FigureArguments {
    std::optional<std::filesystem::path> file; ///< a picture, or .json for the specification alone
    std::optional<std::filesystem::path> out;  ///< a folder, for the figure with its caption
    PictureOptions pictures;                   ///< in the folder
    FigureStyle style;

    bool wanted() const { return file || out; }
};

struct PathsArguments {
    ScenarioArguments input;
    Output output = Output::text;
    std::string design; ///< label; the first when empty
    std::string from;   ///< outcomes in either notation
    int cohorts = 3;
    FigureArguments figure;
};

struct TableArguments {
    ScenarioArguments input;
    Output output = Output::text;
    std::string design;          ///< label; the first when empty
    std::optional<int> patients; ///< the last column
    bool every = false;          ///< a column for each number of patients
    FigureArguments figure;
};

struct CalibratePriorArguments {
    ScenarioArguments input;
    Output output = Output::text;
    std::string design;       ///< label; the first when empty
    bool half_widths = false; ///< try many
    double odds_ratio = 2;    ///< between neighbouring levels of a truth
    int jobs = 0;
    FigureArguments figure;
};

struct NextArguments {
    ScenarioArguments input;
    Output output = Output::text;
    std::string design;   ///< label; all when empty
    std::string data;     ///< a file, or - for standard input
    std::string outcomes; ///< in either notation, instead of a file
    FigureArguments figure;
    std::optional<std::filesystem::path> posterior; ///< a picture of what the design's model believes, or .json
};

struct PkArguments {
    ScenarioArguments input;
    Output output = Output::text;
    std::optional<int> subjects;
    std::vector<std::filesystem::path> figures; ///< pictures, or folders for all of them
    std::optional<int> level;                   ///< of the figures, from 1
    std::string doses;
    std::string times;
    bool by_cycle = false;
    std::string above;    ///< a concentration
    std::string lloq;     ///< of half_life_nca
    std::string nca_days; ///< its samples
    std::string events;   ///< a table of events; "-" for standard input
    bool hours = false;   ///< of the table's times
};

struct ExplainArguments {
    ScenarioArguments input; ///< or a result folder
    Output output = Output::text;
    std::string design;
    std::uint64_t trial = 1;
};

struct PlotArguments {
    std::filesystem::path result; ///< a result folder, or its result.json
    std::optional<std::filesystem::path> out;
    std::vector<std::string> figures; ///< all when empty
    PictureOptions pictures;
    FigureStyle style;
};

struct ReportArguments {
    std::filesystem::path result;             ///< a result folder, or its result.json
    std::optional<std::filesystem::path> out; ///< report.html in the result folder when absent
};

struct ValidateArguments {
    std::vector<std::filesystem::path> scenarios;
    std::vector<Override> overrides; ///< of each
};

struct CatalogueArguments {
    enum class Of { designs, models } of = Of::designs;
    std::string name; ///< all when empty
    Output output = Output::text;
};

struct SchemaArguments {
    bool markdown = false; ///< the page of all keys instead
};

struct InitArguments {
    std::optional<std::filesystem::path> file; ///< standard output when absent
    std::string from;                          ///< name of a template; chosen by the other arguments when empty
    std::vector<std::string> designs;
    std::string model; ///< a PK model
    std::string doses; ///< "10, 20, 40 mg/m2"
};

struct CompletionArguments {
    std::string shell;
};

struct DiffArguments {
    std::filesystem::path a; ///< result folder, or its result.json
    std::filesystem::path b;
    Output output = Output::text;
};

/// Help or the version was asked for: the text to print.
struct Words {
    std::string text;
};

using Request =
    std::variant<RunArguments, SweepArguments, ReplayArguments, PathsArguments, TableArguments, NextArguments,
                 CalibratePriorArguments, PkArguments, ExplainArguments, PlotArguments, ReportArguments, DiffArguments,
                 ValidateArguments, CatalogueArguments, SchemaArguments, InitArguments, CompletionArguments, Words>;

/// A command line that cannot be understood; `what()` says why and what was probably meant.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// @throws UsageError
Request parse_arguments(int argc, char const* const* argv);

} // namespace escalon::cli

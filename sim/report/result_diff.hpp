// What differs between two results: in what was asked, and in what became of it.
#pragma once

#include "sim/report/result_file.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <vector>

namespace escalon {

/// A figure of the resolved scenario; none where that result does not have it.
struct SettingDiff {
    std::string path;
    std::optional<std::string> a;
    std::optional<std::string> b;
    std::string block; ///< the widest block around it that one result does not have at all; the path itself else
};

/// One figure of two results, and how far apart they are.
struct FigureDiff {
    enum class Kind { share, count } kind = Kind::share;
    std::string figure;         ///< its key in result.json: "selection", "correct_selection", "patients"
    std::optional<double> dose; ///< of a figure per level
    std::optional<double> a;    ///< none where that ladder lacks the dose
    std::optional<double> b;
    double standard_error = 0;  ///< of the difference, as if the two were independent
    double numerical_error = 0; ///< bound on what both inherit from integrated DLT probabilities

    bool comparable() const { return a && b; }
    double difference() const { return *b - *a; }
    /// By more than three standard errors, the numerical error and rounding.
    bool beyond_error() const;
};

/// Where a design or truth stands.
enum class In { both, a, b };

struct Sides {
    std::string a;
    std::string b;
};

struct TruthDiff {
    std::string name;
    In in = In::both;
    Sides mtd;                       ///< "40 mg/m2"; "none"
    std::vector<FigureDiff> figures; ///< target, dlt_probability
};

struct DesignDiff {
    std::string label;
    std::string truth;
    In in = In::both;
    Sides engine;                       ///< "exact", "10000 trials, seed 1"
    bool sampled = false;               ///< either is
    bool common_random_numbers = false; ///< both are, from one seed
    bool independent = false;           ///< both are, from different seeds
    std::vector<FigureDiff> figures;
};

struct ResultDiff {
    Sides place;
    Sides scenario;
    Sides version;
    bool complete_a = true;
    bool complete_b = true;
    std::string unit; ///< of the doses; empty where the ladders have different units, so that no dose is in both
    std::vector<double> doses_only_a;
    std::vector<double> doses_only_b;
    std::vector<SettingDiff> settings;
    std::vector<TruthDiff> truths;
    std::vector<DesignDiff> designs;

    /// Nothing differs but the version, if that.
    bool equal() const;
};

/// @throws NotAResult for a result that lacks what is compared
ResultDiff result_diff(ResultFile const& a, ResultFile const& b);

std::string diff_text(ResultDiff const& diff);
nlohmann::ordered_json diff_json(ResultDiff const& diff);
/// A row a figure.
std::string diff_csv(ResultDiff const& diff);

} // namespace escalon

#include "sim/report/result_diff.hpp"

#include "pk_models/units.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

constexpr double most_standard_errors = 3; // 0.3 % of equal figures are beyond
constexpr double rounding = 1e-9;

struct Ladder {
    std::string unit;
    std::vector<double> doses;
};

/// One design under one truth, as a result holds it.
struct DesignFigures {
    std::string label;
    std::string truth;
    ResultPart part;
    std::optional<ResultPart> error;
    bool sampled = false;
    double numerical_error = 0;
    double total_patients = 0;
};

struct Result {
    ResultPart root;
    Ladder ladder;
    std::string seed;
    std::vector<DesignFigures> designs;
};

DesignFigures design_figures(ResultPart const& part)
{
    DesignFigures design{part.at("label").text(), part.at("truth").text(), part, part.find("standard_error")};
    design.sampled = part.at("engine").text() != "exact";
    if (auto const error = part.find("numerical_error"))
        design.numerical_error = std::abs(error->number());
    design.total_patients = part.at("total_patients").number();
    return design;
}

Result interpreted(ResultFile const& file)
{
    ResultPart const root{file};
    auto const doses = root.at("doses");
    Result result{root, {doses.at("unit").text(), doses.at("levels").numbers()}, {}, {}};
    if (auto const seed = root.find("seed"))
        result.seed = seed->json().dump();
    for (auto const& part : root.at("designs").items())
        result.designs.push_back(design_figures(part));
    return result;
}

/// Figures of both sides, level by level, at the doses of either ladder in order.
class AtDoses {
public:
    AtDoses(Ladder const& a, Ladder const& b) : a_{a}, b_{b}
    {
        if (a.unit != b.unit)
            return;
        doses_ = a.doses;
        doses_.insert(doses_.end(), b.doses.begin(), b.doses.end());
        std::ranges::sort(doses_);
        doses_.erase(std::ranges::unique(doses_).begin(), doses_.end());
    }

    std::vector<double> const& doses() const { return doses_; }
    bool on_a(double dose) const { return level(a_, dose).has_value(); }
    bool on_b(double dose) const { return level(b_, dose).has_value(); }

    /// The figures of one side, one a level, at a dose.
    std::optional<double> of_a(std::vector<double> const& figures, double dose) const { return at(a_, figures, dose); }
    std::optional<double> of_b(std::vector<double> const& figures, double dose) const { return at(b_, figures, dose); }

private:
    static std::optional<std::size_t> level(Ladder const& ladder, double dose)
    {
        auto const found = std::ranges::find(ladder.doses, dose);
        return found == ladder.doses.end() ? std::nullopt : std::optional{static_cast<std::size_t>(found - ladder.doses.begin())};
    }

    static std::optional<double> at(Ladder const& ladder, std::vector<double> const& figures, double dose)
    {
        auto const found = level(ladder, dose);
        return found ? std::optional{figures[*found]} : std::nullopt;
    }

    Ladder const& a_;
    Ladder const& b_;
    std::vector<double> doses_;
};

/// The figures of one design on both sides.
class DesignComparison {
public:
    DesignComparison(DesignFigures const& a, DesignFigures const& b, Ladder const& ladder_a, Ladder const& ladder_b)
        : a_{a}, b_{b}, at_doses_{ladder_a, ladder_b}, levels_a_{ladder_a.doses.size()}, levels_b_{ladder_b.doses.size()}
    {}

    std::vector<FigureDiff> take()
    {
        using Kind = FigureDiff::Kind;
        single(Kind::share, "correct_selection", share_error());
        single(Kind::share, "overdose_selection", share_error() * static_cast<double>(std::max(levels_a_, levels_b_)));
        none();
        single(Kind::count, "total_patients", count_error());
        single(Kind::count, "patients_at_mtd", count_error());
        single(Kind::count, "patients_above_mtd", count_error());
        for (auto const* risk :
             {"risk_of_overdosing.60", "risk_of_overdosing.80", "risk_of_underdosing.60", "risk_of_underdosing.80"})
            single(Kind::share, risk, share_error() * static_cast<double>(std::max(levels_a_, levels_b_)));
        single(Kind::count, "total_dlts", count_error());
        single(Kind::count, "duration_d", count_error());
        per_level(Kind::share, "selection", share_error());
        per_level(Kind::count, "patients", count_error());
        per_level(Kind::count, "dlts", count_error());
        return std::move(figures_);
    }

private:
    double share_error() const { return a_.numerical_error + b_.numerical_error; }
    /// The result bounds shares alone. A share's error can move no more than all patients of a trial.
    double count_error() const { return share_error() * std::max(a_.total_patients, b_.total_patients); }

    /// @param key of the part, or of a part in it: "risk_of_overdosing.60"
    static std::optional<double> number(std::optional<ResultPart> const& part, std::string const& key)
    {
        auto const dot = key.find('.');
        if (dot != std::string::npos)
            return number(part ? part->find(key.substr(0, dot)) : std::nullopt, key.substr(dot + 1));
        auto const found = part ? part->find(key) : std::nullopt;
        return found ? std::optional{found->number()} : std::nullopt;
    }

    static double together(std::optional<double> a, std::optional<double> b) { return std::hypot(a.value_or(0), b.value_or(0)); }

    void single(FigureDiff::Kind kind, std::string const& key, double numerical_error)
    {
        FigureDiff figure{kind, key, {}, number(a_.part, key), number(b_.part, key)};
        if (!figure.a && !figure.b)
            return;
        figure.standard_error = together(number(a_.error, key), number(b_.error, key));
        figure.numerical_error = numerical_error;
        figures_.push_back(std::move(figure));
    }

    static std::optional<ResultPart> selection(std::optional<ResultPart> const& part)
    {
        return part ? part->find("selection") : std::nullopt;
    }

    void none()
    {
        FigureDiff figure{FigureDiff::Kind::share,
                          "selection.none",
                          {},
                          a_.part.at("selection").at("none").number(),
                          b_.part.at("selection").at("none").number()};
        figure.standard_error = together(number(selection(a_.error), "none"), number(selection(b_.error), "none"));
        figure.numerical_error = share_error();
        figures_.push_back(std::move(figure));
    }

    static std::vector<double> list(std::optional<ResultPart> const& part, std::string const& key, std::size_t levels)
    {
        auto const inner = key == "selection" ? selection(part) : part;
        auto const found = inner ? inner->find(key == "selection" ? "levels" : key) : std::nullopt;
        return found ? found->numbers(levels) : std::vector<double>(levels);
    }

    void per_level(FigureDiff::Kind kind, std::string const& key, double numerical_error)
    {
        for (auto const* design : {&a_, &b_}) // an empty list stands for errors that are not given, never for figures
            (key == "selection" ? design->part.at("selection").at("levels") : design->part.at(key)).items();
        auto const a = list(a_.part, key, levels_a_);
        auto const b = list(b_.part, key, levels_b_);
        auto const error_a = list(a_.error, key, levels_a_);
        auto const error_b = list(b_.error, key, levels_b_);
        for (double const dose : at_doses_.doses()) {
            FigureDiff figure{kind, key, dose, at_doses_.of_a(a, dose), at_doses_.of_b(b, dose)};
            figure.standard_error = together(at_doses_.of_a(error_a, dose), at_doses_.of_b(error_b, dose));
            figure.numerical_error = numerical_error;
            figures_.push_back(std::move(figure));
        }
    }

    DesignFigures const& a_;
    DesignFigures const& b_;
    AtDoses at_doses_;
    std::size_t levels_a_;
    std::size_t levels_b_;
    std::vector<FigureDiff> figures_;
};

using Leaves = std::vector<std::pair<std::string, std::string>>;

/// Single values under their paths; entries of lists by label, else by position from 1; lists of single values as one.
void flatten(Json const& json, std::string const& path, Leaves& leaves)
{
    auto const inside = [&](std::string const& key) { return path.empty() ? key : path + "." + key; };
    if (json.is_object()) {
        for (auto const& [key, value] : json.items())
            flatten(value, inside(key), leaves);
    } else if (json.is_array() && std::ranges::any_of(json, [](Json const& item) { return item.is_structured(); })) {
        for (std::size_t i = 0; i < json.size(); ++i) {
            auto const& item = json[i];
            bool const labelled = item.is_object() && item.contains("label") && item["label"].is_string();
            flatten(item, labelled ? inside(item["label"].get<std::string>()) : path + "[" + std::to_string(i + 1) + "]", leaves);
        }
    } else {
        leaves.emplace_back(path, json.is_string() ? json.get<std::string>() : json.dump());
    }
}

/// The shortest beginning of a path under which there is nothing.
std::string widest_missing(std::string const& path, Leaves const& leaves)
{
    for (auto end = path.find_first_of(".["); end != std::string::npos; end = path.find_first_of(".[", end + 1)) {
        auto const block = path.substr(0, end);
        bool const there = std::ranges::any_of(leaves, [&](auto const& leaf) {
            return leaf.first.starts_with(block) &&
                   (leaf.first.size() == end || leaf.first[end] == '.' || leaf.first[end] == '[');
        });
        if (!there)
            return block;
    }
    return path;
}

std::vector<SettingDiff> setting_diffs(ResultPart const& a, ResultPart const& b)
{
    auto const leaves_of = [](ResultPart const& result) {
        Leaves leaves;
        if (auto const resolved = result.find("resolved"))
            flatten(resolved->json(), {}, leaves);
        return leaves;
    };
    auto const leaves_a = leaves_of(a);
    auto const leaves_b = leaves_of(b);
    auto const value_in = [](Leaves const& leaves, std::string const& path) -> std::optional<std::string> {
        auto const found = std::ranges::find(leaves, path, &Leaves::value_type::first);
        return found == leaves.end() ? std::nullopt : std::optional{found->second};
    };
    std::vector<SettingDiff> found;
    for (auto const& [path, value] : leaves_a)
        if (auto const other = value_in(leaves_b, path); !other)
            found.push_back({path, value, other, widest_missing(path, leaves_b)});
        else if (other != value)
            found.push_back({path, value, other, path});
    for (auto const& [path, value] : leaves_b)
        if (!value_in(leaves_a, path))
            found.push_back({path, std::nullopt, value, widest_missing(path, leaves_a)});
    // where a figure comes from follows from the figure
    std::ranges::stable_partition(found, [](SettingDiff const& setting) { return !setting.path.starts_with("evidence."); });
    return found;
}

std::string engine_text(DesignFigures const& design, std::string const& seed)
{
    if (!design.sampled)
        return "exact";
    auto const trials = design.part.find("trials");
    return (trials ? shortest(trials->number()) + " trials" : "simulated") + ", seed " + seed;
}

std::vector<DesignDiff> design_diffs(Result const& a, Result const& b)
{
    auto const find_in = [](Result const& result, DesignFigures const& wanted) {
        return std::ranges::find_if(result.designs, [&](DesignFigures const& design) {
            return design.label == wanted.label && design.truth == wanted.truth;
        });
    };
    std::vector<DesignDiff> found;
    for (auto const& design : a.designs) {
        auto const other = find_in(b, design);
        DesignDiff diff{design.label, design.truth, other == b.designs.end() ? In::a : In::both};
        if (diff.in == In::both) {
            diff.engine = {engine_text(design, a.seed), engine_text(*other, b.seed)};
            diff.sampled = design.sampled || other->sampled;
            diff.common_random_numbers = design.sampled && other->sampled && a.seed == b.seed;
            diff.independent = design.sampled && other->sampled && a.seed != b.seed;
            diff.figures = DesignComparison{design, *other, a.ladder, b.ladder}.take();
        }
        found.push_back(std::move(diff));
    }
    for (auto const& design : b.designs)
        if (find_in(a, design) == a.designs.end())
            found.push_back({design.label, design.truth, In::b});
    return found;
}

std::vector<TruthDiff> truth_diffs(Result const& a, Result const& b)
{
    auto const truths_of = [](Result const& result) {
        auto const list = result.root.find("truths");
        return list ? list->items() : std::vector<ResultPart>{};
    };
    auto const find_in = [](std::vector<ResultPart> const& truths, std::string const& name) {
        return std::ranges::find_if(truths, [&](ResultPart const& truth) { return truth.at("name").text() == name; });
    };
    auto const mtd_of = [](ResultPart const& truth) {
        auto const mtd = truth.find("true_mtd");
        return mtd ? mtd->text() : std::string{"none"};
    };
    auto const in_a = truths_of(a);
    auto const in_b = truths_of(b);
    AtDoses const at_doses{a.ladder, b.ladder};
    std::vector<TruthDiff> found;
    for (auto const& truth : in_a) {
        auto const name = truth.at("name").text();
        auto const other = find_in(in_b, name);
        TruthDiff diff{name, other == in_b.end() ? In::a : In::both};
        if (diff.in == In::both) {
            diff.mtd = {mtd_of(truth), mtd_of(*other)};
            diff.figures.push_back(
                {FigureDiff::Kind::share, "target", {}, truth.at("target").number(), other->at("target").number()});
            auto const levels_a = a.ladder.doses.size();
            auto const levels_b = b.ladder.doses.size();
            auto const p_a = truth.at("dlt_probability").numbers(levels_a);
            auto const p_b = other->at("dlt_probability").numbers(levels_b);
            auto const errors = [](ResultPart const& part, std::size_t levels) {
                auto const list = part.find("dlt_probability_error");
                return list ? list->numbers(levels) : std::vector<double>(levels);
            };
            auto const error_a = errors(truth, levels_a);
            auto const error_b = errors(*other, levels_b);
            for (double const dose : at_doses.doses()) {
                FigureDiff figure{FigureDiff::Kind::share, "dlt_probability", dose, at_doses.of_a(p_a, dose),
                                  at_doses.of_b(p_b, dose)};
                figure.numerical_error = at_doses.of_a(error_a, dose).value_or(0) + at_doses.of_b(error_b, dose).value_or(0);
                diff.figures.push_back(std::move(figure));
            }
        }
        found.push_back(std::move(diff));
    }
    for (auto const& truth : in_b)
        if (auto const name = truth.at("name").text(); find_in(in_a, name) == in_a.end())
            found.push_back({name, In::b});
    return found;
}

} // namespace

bool FigureDiff::beyond_error() const
{
    if (!comparable())
        return false;
    double const size = std::max({1.0, std::abs(*a), std::abs(*b)});
    return std::abs(difference()) > most_standard_errors * standard_error + numerical_error + rounding * size;
}

bool ResultDiff::equal() const
{
    auto const same = [](FigureDiff const& figure) { return figure.a == figure.b; };
    auto const in_both = [&](auto const& part) { return part.in == In::both && std::ranges::all_of(part.figures, same); };
    return settings.empty() && complete_a == complete_b && std::ranges::all_of(truths, in_both) &&
           std::ranges::all_of(designs, in_both) &&
           std::ranges::all_of(designs, [](DesignDiff const& design) { return design.engine.a == design.engine.b; });
}

ResultDiff result_diff(ResultFile const& file_a, ResultFile const& file_b)
{
    auto const a = interpreted(file_a);
    auto const b = interpreted(file_b);
    auto const word = [](Result const& result, std::string const& key) {
        auto const found = result.root.find(key);
        return found ? found->text() : std::string{"unknown"};
    };
    auto const complete = [](Result const& result) {
        auto const found = result.root.find("complete");
        return !found || found->boolean();
    };
    ResultDiff diff;
    diff.place = {file_a.place.string(), file_b.place.string()};
    diff.scenario = {word(a, "scenario"), word(b, "scenario")};
    diff.version = {word(a, "version"), word(b, "version")};
    diff.complete_a = complete(a);
    diff.complete_b = complete(b);
    diff.unit = a.ladder.unit == b.ladder.unit ? a.ladder.unit : std::string{};
    AtDoses const at_doses{a.ladder, b.ladder};
    for (double const dose : at_doses.doses()) {
        if (!at_doses.on_b(dose))
            diff.doses_only_a.push_back(dose);
        if (!at_doses.on_a(dose))
            diff.doses_only_b.push_back(dose);
    }
    diff.settings = setting_diffs(a.root, b.root);
    diff.truths = truth_diffs(a, b);
    diff.designs = design_diffs(a, b);
    return diff;
}

} // namespace escalon

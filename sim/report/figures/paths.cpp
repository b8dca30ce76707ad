#include "sim/report/figures/paths.hpp"

#include "pk_models/units.hpp"
#include "sim/report/figures/axes.hpp"
#include "sim/report/figures/panels.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"
#include "sim/report/numbers.hpp"
#include "sim/vocabulary/notation.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <map>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

constexpr int path_row_px = 22;
constexpr double box_height_px = 17;
constexpr int head_line_px = 12;      // of the names of the columns
constexpr std::size_t most_rows = 46; // what a page holds
constexpr double label_margin_px = 10;
constexpr double number_px = 9; // size of the numbers of subtrees
constexpr double probability_px = 48;

/// A decision as it is drawn.
struct Box {
    std::size_t node = 0;
    int column = 0;
    double row = 0;                ///< of its middle; whole numbers are leaves
    std::size_t number = 0;        ///< of the subtree; 0 where nothing refers to it
    bool reference = false;        ///< the subtree stands elsewhere
    bool leaf = false;             ///< nothing is drawn after it
    std::vector<double> reached{}; ///< probability of the path to here, by truth
    std::string reason{};
    std::string path{}; ///< outcomes up to here, for the tooltip
};

struct Branch {
    std::size_t from = 0;
    std::size_t to = 0;
    std::string outcome; ///< "2–3"; above the line
    std::string of;      ///< "/3" where there is room
    std::string chance;  ///< "p 0.43" of a coin; below the line
};

/// Places boxes: leaves one below the other, every other box in the middle of those that follow it.
class Layout {
public:
    Layout(Pathways const& tree, std::vector<PathTruth> const& truths, DoseLadder const& ladder)
        : tree_{tree}, ladder_{ladder}, references_(tree.nodes.size())
    {
        for (auto const& truth : truths)
            probabilities_.emplace_back(tree, truth.dlt_probability, truth.grades);
        for (auto const& node : tree.nodes)
            for (auto const& group : grouped_outcomes(node))
                references_[group.to] += tree.node(group.to).steps.empty() ? 0 : 1;
        place(tree.start.to, 0, tree.start.reason, std::vector<double>(truths.size(), 1), {}, {}, {});
    }

    /// Pixels that the words of the widest branch take, the number of patients left out.
    double widest_branch_px() const
    {
        double widest = 0;
        for (auto const& branch : branches_)
            widest = std::max(
                {widest, theme::text_width(branch.outcome, number_px), theme::text_width(branch.chance, number_px)});
        return widest;
    }

    std::vector<Box> const& boxes() const { return boxes_; }
    std::vector<Branch> const& branches() const { return branches_; }
    std::size_t rows() const { return rows_; }
    bool has_references() const { return std::ranges::any_of(boxes_, &Box::reference); }

private:
    /// @return the boxes that now stand for the node: several where it leaves the choice to chance
    std::vector<std::size_t> place(std::size_t index, int column, std::string const& reason, std::vector<double> const& reached,
                                   std::string const& path, std::optional<std::size_t> parent, Branch const& branch)
    {
        auto const& node = tree_.node(index);
        if (std::holds_alternative<Randomise>(node.action) && !node.steps.empty()) {
            std::vector<std::size_t> all;
            for (auto const& group : grouped_outcomes(node)) {
                auto way = branch;
                way.chance += (way.chance.empty() ? "" : ", ") + outcome_words(node, group, RangeForm::dashes);
                auto const more = place(group.to, column, reason, scaled(reached, node, group), path, parent, way);
                all.insert(all.end(), more.begin(), more.end());
            }
            return all;
        }
        auto const box = boxes_.size();
        boxes_.push_back({.node = index, .column = column, .reached = reached, .reason = reason, .path = path});
        if (parent) {
            branches_.push_back(branch);
            branches_.back().from = *parent;
            branches_.back().to = box;
        }
        if (references_[index] > 1) {
            auto const [number, fresh] = numbers_.try_emplace(index, numbers_.size() + 1);
            boxes_[box].number = number->second;
            boxes_[box].reference = !fresh;
        }
        if (node.steps.empty() || boxes_[box].reference) {
            boxes_[box].leaf = true;
            boxes_[box].row = static_cast<double>(rows_++);
            return {box};
        }
        auto const& treat = std::get<Treat>(node.action);
        std::vector<std::size_t> below;
        for (auto const& group : grouped_outcomes(node)) {
            Branch next;
            next.outcome = outcome_words(node, group, RangeForm::dashes);
            if (tree_.outcomes == Outcomes::dlt)
                next.of = fmt::format("/{}", treat.patients);
            auto const so_far = fmt::format("{}{}:{}{}", path.empty() ? "" : path + " ", shortest(ladder_.dose(treat.level)),
                                            next.outcome, next.of);
            auto const more = place(group.to, column + 1, group.reason, scaled(reached, node, group), so_far, box, next);
            below.insert(below.end(), more.begin(), more.end());
        }
        boxes_[box].row = (boxes_[below.front()].row + boxes_[below.back()].row) / 2;
        return {box};
    }

    std::vector<double> scaled(std::vector<double> reached, PathNode const& node, OutcomeGroup const& group) const
    {
        for (std::size_t truth = 0; truth < reached.size(); ++truth)
            reached[truth] *= probabilities_[truth].of(node, group);
        return reached;
    }

    Pathways const& tree_;
    DoseLadder const& ladder_;
    std::vector<PathProbabilities> probabilities_;
    std::vector<int> references_;
    std::map<std::size_t, std::size_t> numbers_;
    std::vector<Box> boxes_;
    std::vector<Branch> branches_;
    std::size_t rows_ = 0;
};

/// Where columns of boxes stand across the figure.
struct Columns {
    double box_px = 0;
    double gap_px = 0;
    double elbow_px = 0; ///< from a box to where its branches part

    double left(int column) const { return column * (box_px + gap_px); }
    double right(int column) const { return left(column) + box_px; }
};

constexpr double narrowest_box_px = 42;
constexpr double widest_box_px = 112;

constexpr double rounding_px = 0.01;   // words for which room was made are not cut for the last digit of its width
constexpr double beside_branch_px = 4; // between the words of a branch and its box, and at least as much before them

/// @param branch_px pixels of the widest words of a branch
std::optional<Columns> columns_for(int cohorts, double width_px, double branch_px, FigureStyle const& style)
{
    double const elbow = style.narrow() ? 8 : 14;
    double const least_gap = std::max(style.narrow() ? 30.0 : 50.0, elbow + branch_px + 2 * beside_branch_px);
    double const most_gap = std::max(style.narrow() ? 34.0 : 90.0, least_gap);
    double const box = std::min(widest_box_px, (width_px - cohorts * least_gap) / (cohorts + 1));
    if (box < narrowest_box_px)
        return std::nullopt;
    return Columns{box, std::min(most_gap, (width_px - (cohorts + 1) * box) / cohorts), elbow};
}

class PathsDrawing {
public:
    PathsDrawing(PathsResult const& result, FigureStyle const& style)
        : result_{result},
          style_{style},
          ladder_{result.scenario.ladder()},
          tree_{fitting()},
          layout_{tree_, result_.truths, ladder_},
          columns_{columns_for(tree_.cohorts, tree_px(), layout_.widest_branch_px(), style).value_or(narrowest_columns())}
    {}

    std::string title() const
    {
        return fmt::format("Dose transition pathways of {}, next {}", result_.label, counted(tree_.cohorts, "cohort"));
    }

    std::string caption() const
    {
        auto const& first = tree_.first();
        auto text = fmt::format("What {} does in its next {}{}. First: {}.", result_.label, counted(tree_.cohorts, "cohort"),
                                result_.from.empty() ? "" : ", after " + fractions(result_.from, ladder_),
                                describe(Decision{first.action, {}}, ladder_));
        auto const groups = grouped_outcomes(first);
        constexpr std::size_t most_told = 6;
        for (std::size_t i = 0; i < std::min(groups.size(), most_told); ++i)
            text += fmt::format(" {}: {}.", after_words(first, groups[i]),
                                describe(Decision{tree_.node(groups[i].to).action, {}}, ladder_));
        if (groups.size() > most_told)
            text += " The figure has the other outcomes.";
        if (auto const key = grade_key(tree_.outcomes); !key.empty())
            text += " " + key;
        return text + stop_words();
    }

    Json specification() const
    {
        int const height = head_px() + path_row_px * static_cast<int>(layout_.rows());
        auto spec = theme::frame(title(), subtitle(), caption(), style_, height);
        spec["datasets"] = {
            {"boxes", boxes()}, {"lines", lines()}, {"branches", branch_labels()}, {"heads", heads()}, {"shares", shares()}};
        spec["layer"] = layers(height);
        return spec;
    }

private:
    theme::Palette const& colours() const { return theme::palette(style_.look); }
    double width_px() const { return theme::inner_width(style_); }

    /// Truths whose probabilities have a column each.
    std::size_t share_columns() const
    {
        std::size_t const most = style_.narrow() ? 0 : 4;
        return std::min(most, result_.truths.size());
    }

    /// "After 2 or 3 DLTs", "By chance, p 0.429", "After DLTs 1 (1 g4) +2 g2".
    std::string after_words(PathNode const& node, OutcomeGroup const& group) const
    {
        auto const words = outcome_words(node, group);
        if (std::holds_alternative<Randomise>(node.action))
            return "By chance, " + words;
        if (words.find('g') != std::string::npos)
            return "After DLTs " + words;
        return fmt::format("After {} {}", words, words == "1" ? "DLT" : "DLTs");
    }

    double tree_px() const { return width_px() - static_cast<double>(share_columns()) * probability_px; }

    /// As many cohorts as the width has columns and a page has rows for.
    Pathways fitting() const
    {
        for (int cohorts = result_.tree.cohorts; cohorts > 1; --cohorts) {
            auto tree = shortened(result_.tree, cohorts);
            Layout const layout{tree, result_.truths, ladder_};
            if (layout.rows() <= most_rows && columns_for(cohorts, tree_px(), layout.widest_branch_px(), style_))
                return tree;
        }
        return shortened(result_.tree, 1);
    }

    /// Of one cohort, where even its branches have no room for their words: those are cut.
    Columns narrowest_columns() const { return {narrowest_box_px, tree_px() - 2 * narrowest_box_px, 8}; }

    std::string subtitle() const
    {
        auto text = result_.scenario.name;
        text += result_.from.empty() ? "." : ", after " + fractions(result_.from, ladder_) + ".";
        if (short_labels())
            text += fmt::format(" Boxes: dose in {}.", theme::dose_unit(ladder_));
        text += branches_say_patients() ? " Branches: DLTs / patients of the cohort." : " Branches: DLTs of the cohort.";
        if (auto const key = grade_key(tree_.outcomes); !key.empty())
            text += " " + key;
        if (leaves_to_chance())
            text += " Below a branch: probability of the coin.";
        if (ends_with_a_choice())
            text += " Dotted: left to chance.";
        if (share_columns() > 0)
            text += result_.truths.size() == 1 ? " Right: probability of the path."
                                               : " Right: probability of the path under each truth.";
        if (layout_.has_references())
            text += " “as [1]”: goes on like the box with that number.";
        if (tree_.cohorts < result_.cohorts && !tree_.complete())
            text += fmt::format(" Cut after {} of {} cohorts.", tree_.cohorts, result_.cohorts);
        return text;
    }

    bool leaves_to_chance() const
    {
        return std::ranges::any_of(layout_.branches(), [](Branch const& branch) { return !branch.chance.empty(); });
    }

    bool ends_with_a_choice() const
    {
        return std::ranges::any_of(layout_.boxes(), [&](Box const& box) {
            return std::holds_alternative<Randomise>(tree_.node(box.node).action);
        });
    }

    std::string stop_words() const
    {
        std::vector<std::string> shares;
        for (auto const& truth : result_.truths) {
            auto const reached = PathProbabilities{tree_, truth.dlt_probability, truth.grades}.reached();
            double stopped = 0;
            for (std::size_t i = 0; i < reached.size(); ++i)
                stopped += tree_.nodes[i].stops() ? reached[i] : 0;
            shares.push_back(percent(stopped) + (result_.truths.size() == 1 ? "" : " (" + truth.name + ")"));
        }
        return shares.empty() ? "" : fmt::format(" The trial has ended by then with probability {}.", listed(shares));
    }

    // --- boxes

    std::string dose(DoseLevel level) const { return theme::dose_label(ladder_, level); }

    std::string full_label(PathNode const& node) const { return label(node, " " + theme::dose_unit(ladder_)); }

    std::string label(PathNode const& node, std::string const& unit) const
    {
        if (auto const* treat = std::get_if<Treat>(&node.action))
            return dose(treat->level) + unit;
        if (auto const* stop = std::get_if<Stop>(&node.action))
            return stop->mtd ? "MTD " + dose(*stop->mtd) + unit : std::string{"Stop"};
        std::string text;
        for (auto const& branch : std::get<Randomise>(node.action).branches)
            if (auto const* treat = std::get_if<Treat>(&branch.action))
                text += (text.empty() ? "" : " or ") + dose(treat->level);
        return text + unit;
    }

    /// The unit stands in the subtitle where it would not fit into every box.
    bool short_labels() const
    {
        return std::ranges::any_of(layout_.boxes(), [&](Box const& box) {
            return theme::text_width(full_label(tree_.node(box.node)), theme::text_px, theme::Weight::semibold) >
                   columns_.box_px - label_margin_px;
        });
    }

    std::string box_label(PathNode const& node) const
    {
        auto text = short_labels() ? label(node, "") : full_label(node);
        constexpr std::string_view either = " or ";
        if (auto const at = text.find(either); at != std::string::npos && short_choices())
            text.replace(at, either.size(), "/");
        return theme::cut_to_width(text, columns_.box_px - 4, theme::text_px, theme::Weight::semibold);
    }

    /// "30/20" where "30 or 20" would not fit into every box that is left to chance.
    bool short_choices() const
    {
        return short_labels() && std::ranges::any_of(layout_.boxes(), [&](Box const& box) {
                   auto const& node = tree_.node(box.node);
                   return std::holds_alternative<Randomise>(node.action) &&
                          theme::text_width(label(node, ""), theme::text_px, theme::Weight::semibold) > columns_.box_px - 4;
               });
    }

    struct Fill {
        std::string colour;
        std::string text;
    };

    /// From pale to dark with the level; the words turn white where the ground is dark (WCAG 2.1, relative luminance).
    Fill fill_of(DoseLevel level) const
    {
        struct Rgb {
            double r, g, b;
        };
        Rgb const pale = style_.look == Look::print ? Rgb{246, 246, 246} : Rgb{231, 241, 249};
        Rgb const dark = style_.look == Look::print ? Rgb{96, 96, 96} : Rgb{8, 81, 140};
        double const share = ladder_.size() > 1 ? static_cast<double>(level.index()) / (ladder_.size() - 1) : 0;
        auto const mix = [&](double from, double to) { return static_cast<int>(std::lround(from + share * (to - from))); };
        int const r = mix(pale.r, dark.r), g = mix(pale.g, dark.g), b = mix(pale.b, dark.b);
        auto const linear = [](int value) {
            double const s = value / 255.0;
            return s <= 0.04045 ? s / 12.92 : std::pow((s + 0.055) / 1.055, 2.4);
        };
        double const luminance = 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
        constexpr double white_below = 0.25; // there white has a contrast of 3.5 and more to 1
        return {fmt::format("#{:02x}{:02x}{:02x}", r, g, b), std::string{luminance < white_below ? "#ffffff" : colours().ink}};
    }

    /// Top of the rows is 0.
    double y(double row) const { return head_px() + path_row_px * (row + 0.5); }

    Json boxes() const
    {
        Json rows = Json::array();
        for (auto const& box : layout_.boxes()) {
            auto const& node = tree_.node(box.node);
            auto const* treat = std::get_if<Treat>(&node.action);
            auto const* stop = std::get_if<Stop>(&node.action);
            auto const fill = treat ? fill_of(treat->level) : Fill{"#ffffff", std::string{colours().ink}};
            bool const named = stop && stop->mtd;
            Json row{{"left", columns_.left(box.column)},
                     {"right", columns_.right(box.column)},
                     {"middle", (columns_.left(box.column) + columns_.right(box.column)) / 2},
                     {"top", y(box.row) - box_height_px / 2},
                     {"bottom", y(box.row) + box_height_px / 2},
                     {"y", y(box.row)},
                     {"label", box_label(node)},
                     {"fill", fill.colour},
                     {"text", named ? colours().mtd_text : std::string_view{fill.text}},
                     {"stroke", named  ? colours().mtd
                                : stop ? colours().dlt
                                       : colours().axis},
                     {"kind", named   ? "mtd"
                              : stop  ? "stop"
                              : treat ? "treat"
                                      : "chance"},
                     {"number", box.number == 0 ? "" : fmt::format(fmt::runtime(box.reference ? "as [{}]" : "[{}]"), box.number)},
                     {"reference", box.reference},
                     {"decision", describe(Decision{node.action, {}}, ladder_)},
                     {"reason", theme::cut(box.reason, theme::longest_described)},
                     {"path", box.path.empty() ? "start" : box.path}};
            for (std::size_t truth = 0; truth < box.reached.size(); ++truth)
                row["p" + std::to_string(truth + 1)] = percent(box.reached[truth]);
            rows.push_back(row);
        }
        return rows;
    }

    // --- branches

    /// Between the elbow and the box, free space left out.
    double branch_room_px() const { return columns_.gap_px - columns_.elbow_px - 2 * beside_branch_px; }

    /// From each box to those that follow it: to the elbow, along it, and on.
    Json lines() const
    {
        struct Reach {
            double top;
            double bottom;
        };
        std::map<std::size_t, Reach> elbows;
        Json rows = Json::array();
        auto const add = [&](double x, double y, double x2, double y2) {
            rows.push_back({{"x", x}, {"y", y}, {"x2", x2}, {"y2", y2}});
        };
        for (auto const& branch : layout_.branches()) {
            auto const& from = layout_.boxes()[branch.from];
            auto const& to = layout_.boxes()[branch.to];
            double const elbow_at = columns_.right(from.column) + columns_.elbow_px;
            auto const [reach, fresh] = elbows.try_emplace(branch.from, Reach{y(to.row), y(to.row)});
            reach->second = {std::min(reach->second.top, y(to.row)), std::max(reach->second.bottom, y(to.row))};
            add(elbow_at, y(to.row), columns_.left(to.column), y(to.row));
        }
        for (auto const& [index, reach] : elbows) {
            auto const& from = layout_.boxes()[index];
            double const elbow_at = columns_.right(from.column) + columns_.elbow_px;
            add(columns_.right(from.column), y(from.row), elbow_at, y(from.row));
            if (reach.bottom > reach.top)
                add(elbow_at, reach.top, elbow_at, reach.bottom);
        }
        return rows;
    }

    bool branches_say_patients() const
    {
        return std::ranges::all_of(layout_.branches(), [&](Branch const& branch) {
            return !branch.of.empty() && theme::text_width(branch.outcome + branch.of, number_px) <= branch_room_px();
        });
    }

    Json branch_labels() const
    {
        Json rows = Json::array();
        bool const whole = branches_say_patients();
        for (auto const& branch : layout_.branches()) {
            auto const& to = layout_.boxes()[branch.to];
            auto const add = [&](std::string_view side, std::string const& words) {
                rows.push_back({{"x", columns_.left(to.column) - beside_branch_px},
                                {"y", y(to.row)},
                                {"side", side},
                                {"label", theme::cut_to_width(words, branch_room_px() + rounding_px, number_px)}});
            };
            add("above", branch.outcome + (whole ? branch.of : ""));
            if (!branch.chance.empty())
                add("below", branch.chance);
        }
        return rows;
    }

    // --- words above and beside

    Json heads() const
    {
        Json rows = Json::array();
        auto const add = [&](double x, std::string_view align, std::string const& text) {
            rows.push_back({{"x", x}, {"align", align}, {"label", text}});
        };
        for (int column = 0; column <= tree_.cohorts; ++column) {
            auto const number = static_cast<int>(result_.from.size()) + column + 1;
            auto const words = column == tree_.cohorts ? std::string{"Then"} : fmt::format("Cohort {}", number);
            bool const fits = theme::text_width(words, theme::text_px, theme::Weight::semibold) <
                              columns_.box_px + columns_.gap_px;
            add((columns_.left(column) + columns_.right(column)) / 2, "center", fits ? words : std::to_string(number));
        }
        for (std::size_t truth = 0; truth < share_columns(); ++truth)
            add(share_x(truth), "right", fmt::format("{}", fmt::join(share_head(truth), "\n")));
        return rows;
    }

    std::vector<std::string> share_head(std::size_t truth) const
    {
        if (result_.truths.size() == 1)
            return {"P"};
        return theme::wrapped(result_.truths[truth].name, probability_px - 6, theme::text_px, 2, theme::Weight::semibold);
    }

    int head_lines() const
    {
        std::size_t lines = 1;
        for (std::size_t truth = 0; truth < share_columns(); ++truth)
            lines = std::max(lines, share_head(truth).size());
        return static_cast<int>(lines);
    }

    int head_px() const { return head_line_px * (head_lines() + 1); }

    double share_x(std::size_t truth) const { return tree_px() + static_cast<double>(truth + 1) * probability_px; }

    Json shares() const
    {
        Json rows = Json::array();
        for (auto const& box : layout_.boxes())
            for (std::size_t truth = 0; box.leaf && truth < share_columns(); ++truth)
                rows.push_back({{"x", share_x(truth)}, {"y", y(box.row)}, {"label", percent(box.reached[truth])}});
        return rows;
    }

    // --- layers

    Json x(std::string_view field) const
    {
        return {{"field", field},
                {"type", "quantitative"},
                {"scale", {{"domain", {0, width_px()}}, {"nice", false}}},
                {"axis", nullptr}};
    }

    static Json y_scaled(std::string_view field, int height)
    {
        return {
            {"field", field}, {"type", "quantitative"}, {"scale", {{"domain", {height, 0}}, {"nice", false}}}, {"axis", nullptr}};
    }

    static Json as_is(std::string_view field) { return {{"field", field}, {"type", "nominal"}, {"scale", nullptr}}; }

    Json tooltip() const
    {
        auto const entry = [](std::string_view field, std::string_view title) {
            return Json{{"field", field}, {"type", "nominal"}, {"title", title}};
        };
        Json list{entry("path", "After"), entry("decision", "Decision"), entry("reason", "Because")};
        for (std::size_t truth = 0; truth < result_.truths.size(); ++truth)
            list.push_back(entry("p" + std::to_string(truth + 1),
                                 result_.truths.size() == 1 ? std::string{"P(path)"}
                                                            : "P under " + theme::one_line(result_.truths[truth].name)));
        return list;
    }

    Json text(std::string_view name, std::string_view data, Json mark, Json x_channel, Json y_channel,
              std::string_view field) const
    {
        mark["type"] = "text";
        return {{"name", name},
                {"data", {{"name", data}}},
                {"mark", std::move(mark)},
                {"encoding",
                 {{"x", std::move(x_channel)}, {"y", std::move(y_channel)}, {"text", {{"field", field}, {"type", "nominal"}}}}}};
    }

    Json box_layer(std::string_view name, std::string_view kind, Json mark, int height) const
    {
        mark["type"] = "rect";
        mark["cornerRadius"] = 3;
        return {{"name", name},
                {"data", {{"name", "boxes"}}},
                {"transform", Json::array({{{"filter", fmt::format("datum.kind == '{}'", kind)}}})},
                {"mark", std::move(mark)},
                {"encoding",
                 {{"x", x("left")},
                  {"x2", {{"field", "right"}}},
                  {"y", y_scaled("top", height)},
                  {"y2", {{"field", "bottom"}}},
                  {"fill", as_is("fill")},
                  {"stroke", as_is("stroke")},
                  {"tooltip", tooltip()}}}};
    }

    Json layers(int height) const
    {
        Json list = Json::array();
        list.push_back(
            {{"name", "lines"},
             {"data", {{"name", "lines"}}},
             {"mark", {{"type", "rule"}, {"color", colours().axis}, {"strokeWidth", 1.2}, {"strokeCap", "round"}}},
             {"encoding", {{"x", x("x")}, {"x2", {{"field", "x2"}}}, {"y", y_scaled("y", height)}, {"y2", {{"field", "y2"}}}}}});
        list.push_back(box_layer("treatments", "treat", {{"strokeWidth", 0.7}}, height));
        list.push_back(box_layer("named", "mtd", {{"strokeWidth", 1.7}}, height));
        list.push_back(box_layer("stops", "stop", {{"strokeWidth", 1.4}, {"strokeDash", {3, 2}}}, height));
        list.push_back(box_layer("chances", "chance", {{"strokeWidth", 1}, {"strokeDash", {1, 2}}}, height));
        auto labels = text("labels", "boxes", {{"fontSize", theme::text_px}, {"fontWeight", theme::semibold_weight}}, x("middle"),
                           y_scaled("y", height), "label");
        labels["encoding"]["color"] = as_is("text");
        list.push_back(labels);
        for (auto const* side : {"above", "below"}) {
            if (side == std::string_view{"below"} && !leaves_to_chance())
                continue;
            double const dy = side == std::string_view{"above"} ? -5.5 : 6;
            auto layer = text(fmt::format("branch_labels_{}", side), "branches",
                              {{"align", "right"}, {"dy", dy}, {"fontSize", number_px}, {"color", colours().quiet_ink}}, x("x"),
                              y_scaled("y", height), "label");
            layer["transform"] = Json::array({{{"filter", fmt::format("datum.side == '{}'", side)}}});
            list.push_back(layer);
        }
        // the number of a subtree stands in its box, a reference beside its own, where nothing follows
        auto number = text("subtree_numbers", "boxes", {{"align", "right"}, {"dx", -3}, {"fontSize", number_px - 1}}, x("right"),
                           y_scaled("y", height), "number");
        number["encoding"]["color"] = as_is("text");
        number["transform"] = Json::array({{{"filter", "datum.number != '' && !datum.reference"}}});
        list.push_back(number);
        auto reference = text("references", "boxes",
                              {{"align", "left"},
                               {"dx", 4},
                               {"fontSize", number_px},
                               {"fontWeight", theme::semibold_weight},
                               {"color", colours().quiet_ink}},
                              x("right"), y_scaled("y", height), "number");
        reference["transform"] = Json::array({{{"filter", "datum.reference"}}});
        list.push_back(reference);
        for (auto const* align : {"center", "right"}) {
            auto layer = text(fmt::format("heads_{}", align), "heads",
                              {{"align", align},
                               {"y", head_px() - head_line_px},
                               {"baseline", "line-bottom"},
                               {"lineBreak", "\n"},
                               {"lineHeight", head_line_px},
                               {"fontSize", theme::text_px},
                               {"fontWeight", theme::semibold_weight},
                               {"color", colours().quiet_ink}},
                              x("x"), Json{}, "label");
            layer["encoding"].erase("y");
            layer["transform"] = Json::array({{{"filter", fmt::format("datum.align == '{}'", align)}}});
            list.push_back(layer);
        }
        if (share_columns() > 0)
            list.push_back(text("shares", "shares",
                                {{"align", "right"}, {"fontSize", theme::small_text_px}, {"color", colours().ink}}, x("x"),
                                y_scaled("y", height), "label"));
        return list;
    }

    PathsResult const& result_;
    FigureStyle const& style_;
    DoseLadder ladder_;
    Pathways tree_;
    Layout layout_;
    Columns columns_;
};

} // namespace

Figure paths_figure(PathsResult const& result, FigureStyle const& style)
{
    PathsDrawing const drawing{result, style};
    return finished(
        {.name = "paths", .title = drawing.title(), .caption = drawing.caption(), .specification = drawing.specification()});
}

} // namespace escalon

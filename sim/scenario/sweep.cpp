#include "sim/scenario/sweep.hpp"

#include "sim/scenario/echo.hpp"
#include "sim/scenario/letters.hpp"
#include "sim/scenario/number.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace escalon {
namespace {

constexpr std::string_view shown_as = "axis ";
constexpr std::size_t most_values = 10'000;

/// Diagnostics call the text of an axis by its name, not a `--set`.
Diagnostic of_an_axis(Diagnostic diagnostic)
{
    constexpr std::string_view set = "--set ";
    if (diagnostic.file.starts_with(set))
        diagnostic.file.replace(0, set.size(), shown_as);
    return diagnostic;
}

/// The values as numbers in the unit of the first, where they are figures of one dimension.
void find_numbers(SweepAxis& axis)
{
    std::vector<double> numbers;
    std::optional<UnitText> first;
    std::string unit;
    for (auto const& value : axis.values) {
        auto const length = number_length(value);
        auto const number = parse_number(std::string_view{value}.substr(0, length));
        auto const unit_text = trimmed(std::string_view{value}.substr(length));
        if (!std::holds_alternative<double>(number))
            return;
        if (numbers.empty()) {
            unit = unit_text;
            first = parse_unit(unit);
            if (!unit.empty() && unit != "%" && !first)
                return;
        }
        double figure = std::get<double>(number);
        if (unit_text != unit) {
            auto const other = parse_unit(unit_text);
            if (!first || !other || unit.empty() || unit_text.empty() || other->dimension != first->dimension)
                return;
            figure *= other->factor / first->factor;
        }
        numbers.push_back(figure);
    }
    axis.unit = unit;
    axis.numbers = std::move(numbers);
}

/// Parses the text of one axis, with its place for every fault.
class AxisParser {
public:
    explicit AxisParser(std::string const& text) : text_{text} {}

    SweepAxis parse() const
    {
        auto const equals = text_.find('=');
        if (equals == std::string::npos || equals == 0)
            fail(text_, "an axis needs a path and values", "write path=values, for example pk.KDC='0.03 /d..0.12 /d:4'");
        return axis(std::string{trimmed(std::string_view{text_}.substr(0, equals))},
                    items(std::string_view{text_}.substr(equals + 1)));
    }

    SweepAxis axis(std::string path, std::vector<std::string_view> const& items) const
    {
        SweepAxis axis{.path = std::move(path)};
        for (auto const item : items)
            for (auto& value : values(item))
                axis.values.push_back(std::move(value));
        if (axis.values.empty())
            fail(text_, "this axis has no values", "write path=a,b,c");
        if (axis.values.size() > most_values)
            fail(text_, "this axis has " + std::to_string(axis.values.size()) + " values",
                 "at most " + std::to_string(most_values) + "; for steps of N write A..B:step N");
        for (std::size_t i = 0; i < axis.values.size(); ++i)
            if (std::find(axis.values.begin(), axis.values.begin() + static_cast<std::ptrdiff_t>(i), axis.values[i]) !=
                axis.values.begin() + static_cast<std::ptrdiff_t>(i))
                fail(text_, "the value " + in_quotes(axis.values[i]) + " stands twice", "give each value once");
        find_numbers(axis);
        return axis;
    }

private:
    [[noreturn]] void fail(std::string_view part, std::string message, std::string hint) const
    {
        Source const source{"axis", text_};
        auto const at = part.data() >= text_.data() && part.data() <= text_.data() + text_.size() ? part.data() - text_.data()
                                                                                                  : 0;
        Place const place{.line = 1,
                          .column = static_cast<int>(at) + 1,
                          .length = static_cast<int>(std::max<std::size_t>(part.size(), 1)),
                          .set = text_};
        throw ScenarioError{{of_an_axis(diagnostic(source, place, Severity::error, std::move(message), std::move(hint)))}};
    }

    /// Between commas that stand in no bracket, brace or quotes.
    std::vector<std::string_view> items(std::string_view list) const
    {
        std::vector<std::string_view> found;
        int depth = 0;
        char quote = 0;
        std::size_t start = 0;
        for (std::size_t i = 0; i <= list.size(); ++i) {
            char const c = i < list.size() ? list[i] : ',';
            if (quote != 0 && i < list.size()) {
                quote = c == quote ? char{0} : quote;
            } else if (c == '"' || c == '\'') {
                quote = c;
            } else if (c == '[' || c == '{') {
                ++depth;
            } else if (c == ']' || c == '}') {
                --depth;
            } else if (c == ',' && (depth <= 0 || i == list.size())) {
                auto const item = trimmed(list.substr(start, i - start));
                if (item.empty())
                    fail(list.substr(start, i - start), "a value is missing here", "write path=a,b,c");
                found.push_back(item);
                start = i + 1;
            }
        }
        return found;
    }

    /// A range gives several.
    std::vector<std::string> values(std::string_view item) const
    {
        constexpr std::string_view dots = "..";
        auto const gap = item.find(dots);
        bool const is_range = gap != std::string_view::npos && number_length(item) > 0;
        if (!is_range)
            return {std::string{item}};
        auto const from = trimmed(item.substr(0, gap));
        auto const rest = item.substr(gap + dots.size());
        auto const colon = rest.find(':');
        if (colon == std::string_view::npos)
            fail(item, "a range needs the number of its values, or a step",
                 "write " + std::string{item} + ":4 for four values, or " + std::string{item} + ":step 0.1");
        auto const to = trimmed(rest.substr(0, colon));
        auto const spacing = trimmed(rest.substr(colon + 1));
        auto const first = end_of_range(from);
        auto const last = end_of_range(to);
        if (!first.unit.empty() && !last.unit.empty() && first.unit != last.unit)
            fail(item, "the ends of a range must have one unit", "write both in " + std::string{first.unit});
        Range const range{first.number, last.number, first.unit.empty() ? last.unit : first.unit};
        if (!(range.last > range.first))
            fail(item, "a range must rise", "write the smaller end first, or list the values: a,b,c");
        return spaced(range, item, spacing);
    }

    struct End {
        double number = 0;
        std::string_view unit;
    };
    struct Range {
        double first = 0;
        double last = 0;
        std::string_view unit;
    };

    End end_of_range(std::string_view text) const
    {
        auto const length = number_length(text);
        auto const number = parse_number(text.substr(0, length));
        if (auto const* fault = std::get_if<NumberFault>(&number))
            fail(text, "an end of a range " + fault->problem, "write a range as 0.2..0.5:4, each end with its unit");
        auto const unit = trimmed(text.substr(length));
        if (!unit.empty() && unit != "%" && !parse_unit(unit))
            fail(unit, "unknown unit " + in_quotes(unit), "write both ends in one unit, for example 0.03 /d..0.12 /d:4");
        return {std::get<double>(number), unit};
    }

    std::vector<std::string> spaced(Range const& range, std::string_view item, std::string_view spacing) const
    {
        constexpr std::string_view log_word = "log ";
        constexpr std::string_view step_word = "step ";
        bool const by_ratio = spacing.starts_with(log_word);
        bool const by_step = spacing.starts_with(step_word);
        auto const figure = trimmed(spacing.substr(by_ratio ? log_word.size() : by_step ? step_word.size() : 0));
        if (auto const count = parse_whole(figure); !by_step && std::holds_alternative<std::int64_t>(count))
            return counted(range, item, std::get<std::int64_t>(count), by_ratio);
        if (by_ratio)
            fail(spacing, "log takes a number of values", "write " + std::string{item.substr(0, item.find(':'))} + ":log 4");
        return stepped(range, figure);
    }

    std::vector<std::string> counted(Range const& range, std::string_view item, std::int64_t count, bool by_ratio) const
    {
        if (count < 2 || count > static_cast<std::int64_t>(most_values))
            fail(item, "a range has 2 to " + std::to_string(most_values) + " values, not " + std::to_string(count),
                 "for steps of N write A..B:step N");
        if (by_ratio && range.first <= 0)
            fail(item, "equal ratios need a range above 0", "begin above 0, or leave log out");
        std::vector<std::string> found;
        for (std::int64_t i = 0; i < count; ++i) {
            double const share = static_cast<double>(i) / static_cast<double>(count - 1);
            double const value = i == 0           ? range.first
                                 : i + 1 == count ? range.last
                                 : by_ratio       ? range.first * std::pow(range.last / range.first, share)
                                                  : range.first + (range.last - range.first) * share;
            found.push_back(written(value, range.unit));
        }
        return found;
    }

    std::vector<std::string> stepped(Range const& range, std::string_view text) const
    {
        auto const step = end_of_range(text);
        if (!step.unit.empty() && step.unit != range.unit)
            fail(text, "a step has the unit of its range", "write it in " + std::string{range.unit});
        if (!(step.number > 0))
            fail(text, "a step must be above 0", "write A..B:step 0.1");
        constexpr double rounding = 1e-9; // of a step: 0.5 is reached from 0.2 in steps of 0.1
        double const steps = std::floor((range.last - range.first) / step.number + rounding);
        if (steps >= static_cast<double>(most_values))
            fail(text, "this step gives more than " + std::to_string(most_values) + " values", "write a longer step");
        std::vector<std::string> found;
        for (int i = 0; i <= static_cast<int>(steps); ++i)
            found.push_back(written(range.first + i * step.number, range.unit));
        return found;
    }

    /// Twelve digits: what a computed value has beyond them is rounding.
    static std::string written(double value, std::string_view unit)
    {
        constexpr int digits = 12;
        double const scale = value == 0 ? 1 : std::pow(10.0, digits - 1 - std::floor(std::log10(std::abs(value))));
        double const rounded = std::isfinite(scale) ? std::round(value * scale) / scale : value;
        return shortest(rounded) + (unit.empty() ? "" : " ") + std::string{unit};
    }

    std::string const& text_;
};

[[noreturn]] void fail(std::string const& text, std::string message, std::string hint)
{
    Place const place{.line = 1, .column = 1, .length = static_cast<int>(std::max<std::size_t>(text.size(), 1)), .set = text};
    throw ScenarioError{
        {of_an_axis(diagnostic(Source{"axis", text}, place, Severity::error, std::move(message), std::move(hint)))}};
}

std::size_t product(std::span<SweepAxis const> axes)
{
    std::size_t cells = 1;
    for (auto const& axis : axes) {
        if (cells > most_cells) // before it can overflow
            break;
        cells *= axis.values.size();
    }
    return cells;
}

std::vector<SweepPoint> grid(std::span<SweepAxis const> axes)
{
    std::vector<SweepPoint> points(product(axes));
    for (std::size_t i = 0; i < points.size(); ++i) {
        points[i].at.resize(axes.size());
        std::size_t rest = i;
        for (std::size_t axis = axes.size(); axis-- > 0;) {
            points[i].at[axis] = rest % axes[axis].values.size();
            rest /= axes[axis].values.size();
        }
    }
    return points;
}

std::vector<SweepPoint> zipped(std::span<SweepAxis const> axes)
{
    std::vector<SweepPoint> points(axes.front().values.size());
    for (std::size_t i = 0; i < points.size(); ++i)
        points[i].at.assign(axes.size(), i);
    return points;
}

std::vector<SweepPoint> one_at_a_time(std::span<SweepAxis const> axes)
{
    std::vector<SweepPoint> points{{std::vector<std::optional<std::size_t>>(axes.size())}};
    for (std::size_t axis = 0; axis < axes.size(); ++axis)
        for (std::size_t value = 0; value < axes[axis].values.size(); ++value) {
            points.push_back(points.front());
            points.back().at[axis] = value;
        }
    return points;
}

} // namespace

SweepAxis parse_axis(std::string const& text) { return AxisParser{text}.parse(); }

std::vector<SweepAxis> axes_of(SweepOptions const& options)
{
    std::vector<SweepAxis> axes;
    for (auto const& [path, value] : options.axes.entries) {
        auto const whole = path + "=" + (value.node.kind == Node::Kind::scalar ? value.node.text : flow_text(value.node));
        if (value.node.kind == Node::Kind::scalar) { // as on the command line
            axes.push_back(parse_axis(whole));
            continue;
        }
        std::vector<std::string> texts;
        for (auto const& item : value.node.items)
            texts.push_back(item.kind == Node::Kind::scalar ? item.text : flow_text(item));
        axes.push_back(AxisParser{whole}.axis(path, {texts.begin(), texts.end()}));
    }
    return axes;
}

std::vector<SweepPoint> sweep_points(std::span<SweepAxis const> axes, SweepMode mode)
{
    for (std::size_t i = 0; i < axes.size(); ++i) {
        if (std::ranges::find(axes.first(i), axes[i].path, &SweepAxis::path) != axes.first(i).end())
            fail(axes[i].path, "two axes have this path", "join their values in one axis");
        if (mode == SweepMode::zip && axes[i].values.size() != axes.front().values.size())
            fail(axes[i].path,
                 "this axis has " + std::to_string(axes[i].values.size()) + " values, " + in_quotes(axes.front().path) + " has " +
                     std::to_string(axes.front().values.size()),
                 "axes that are zipped have equally many values");
    }
    if (mode == SweepMode::grid && product(axes) > most_cells)
        fail(axes.front().path, "the axes make more than " + std::to_string(most_cells) + " cells", "take fewer values");
    switch (mode) {
    case SweepMode::grid: return grid(axes);
    case SweepMode::zip: return zipped(axes);
    case SweepMode::one_at_a_time: break;
    }
    return one_at_a_time(axes);
}

std::vector<Override> settings(std::span<SweepAxis const> axes, SweepPoint const& point)
{
    std::vector<Override> all;
    for (std::size_t axis = 0; axis < axes.size(); ++axis)
        if (point.at[axis])
            all.push_back({axes[axis].path, axes[axis].values[*point.at[axis]]});
    return all;
}

std::vector<Scenario> sweep_scenarios(ScenarioFile const& file, std::span<Override const> overrides,
                                      std::span<SweepAxis const> axes, std::span<SweepPoint const> points)
{
    std::vector<Scenario> cells;
    std::vector<Diagnostic> faults;
    for (auto const& point : points) {
        std::vector<Override> all{overrides.begin(), overrides.end()};
        std::ranges::copy(settings(axes, point), std::back_inserter(all));
        try {
            cells.push_back(file.read(all));
            cells.back().sweep.reset();
        } catch (ScenarioError const& error) {
            for (auto fault : error.diagnostics()) {
                auto const lies_in = [&](SweepAxis const& axis) { return fault.file.starts_with("--set " + axis.path + "="); };
                if (std::ranges::any_of(axes, lies_in))
                    fault = of_an_axis(std::move(fault));
                if (std::ranges::find(faults, fault) == faults.end())
                    faults.push_back(std::move(fault));
            }
        }
    }
    if (!faults.empty())
        throw ScenarioError{std::move(faults)};
    auto const is_first = [&](Scenario const& cell) { return cell.doses.unit == cells.front().doses.unit; };
    if (!std::ranges::all_of(cells, is_first)) // doses of one table stand in one column
        fail("doses.unit", "the unit of the doses cannot be swept", "sweep the levels, or run the scenario twice");
    return cells;
}

void note_what_is_written(std::vector<SweepAxis>& axes, Scenario const& scenario)
{
    auto const tree = resolved_tree(scenario);
    for (auto& axis : axes)
        if (auto const* node = find_path(tree, axis.path); node && node->kind == Node::Kind::scalar)
            axis.as_written = node->text;
}

} // namespace escalon

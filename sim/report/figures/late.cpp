#include "sim/report/figures/late.hpp"

#include "pk_models/units.hpp"
#include "sim/report/clock_text.hpp"
#include "sim/report/figures/axes.hpp"
#include "sim/report/figures/comparison.hpp"
#include "sim/report/figures/legend.hpp"
#include "sim/report/figures/panels.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"
#include "sim/report/late_story.hpp"
#include "sim/report/numbers.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace escalon {
namespace {

using LateJson = nlohmann::ordered_json;
using LateShare = ClockMeasures::Figure;

constexpr double late_percent = 100;
constexpr double reached_share = 0.95; // of a band that the wide bar takes
constexpr double pair_share = 0.88;    // likewise the bars on it
constexpr double pair_gap = 0.12;      // of a bar and its gap
constexpr double label_px = 11.5;      // of a line of words

/// What a bar is of, in the order of the legend.
enum class LateBar { reached, declared, stands };

constexpr std::array late_bars{LateBar::reached, LateBar::declared, LateBar::stands};

std::string_view words(LateBar bar)
{
    switch (bar) {
    case LateBar::reached: return "Somebody is treated there";
    case LateBar::declared: return "Declared the MTD";
    case LateBar::stands: return "Recommended after the late look";
    }
    return "";
}

/// One design under one truth.
struct LatePanel {
    std::string title;
    std::string note; ///< beside it, where there is room
    TruthPanel const* truth;
    std::string design;
    DesignRun const* run;
    ClockMeasures const* clock;
};

class LateDrawing {
public:
    LateDrawing(RunResult const& run, Comparison const& comparison, std::vector<LatePanel> panels, FigureStyle const& style)
        : run_{run},
          comparison_{comparison},
          panels_{std::move(panels)},
          style_{style},
          colours_{theme::palette(style.look)},
          looked_{run.scenario.trial.clock->late_look},
          height_px_{panels_.size() == 1           ? panel_height(1, style)
                     : panels_.size() <= most_high ? several_px
                                                   : many_px},
          scale_{theme::value_scale(highest(), height_px_, late_percent)},
          doses_{comparison.ladder(), theme::DoseBands::With::none_and_levels, "Dose",
                 theme::inner_width(style) - theme::value_axis_px(scale_, percent_suffix)}
    {}

    LateJson specification(std::string const& caption) const
    {
        auto spec =
            panels({.style = style_,
                    .title = title(),
                    .subtitle = std::string{panels_.size() > 1 ? "Framed: the true MTD. " : ""} + comparison_.provenance(),
                    .description = caption + comparison_.full_names(),
                    .height_px = height_px_,
                    .left_px = theme::value_axis_px(scale_, percent_suffix),
                    .count = panels_.size()},
                   rows(), layers());
        doses_.declare(spec);
        return spec;
    }

    std::string title() const
    {
        return looked_ ? "What late toxicity does to the MTD" : "Doses reached, and the MTD by the DLT window";
    }

private:
    static constexpr std::string_view percent_suffix = " %";
    static constexpr int several_px = 120;
    static constexpr int many_px = 100;
    static constexpr std::size_t most_high = 3; // panels

    std::optional<LateShare> share(LatePanel const& panel, LateBar bar, std::optional<DoseLevel> place) const
    {
        auto const& oc = panel.run->result.characteristics;
        auto const& clock = *panel.clock;
        auto const i = place ? static_cast<std::size_t>(place->index()) : 0;
        switch (bar) {
        case LateBar::reached: return place ? std::optional{clock.visited[i]} : std::nullopt;
        case LateBar::declared:
            return place ? LateShare{oc.mean.selection[i], oc.standard_error.selection[i]}
                         : LateShare{oc.mean.none, oc.standard_error.none};
        case LateBar::stands:
            if (!looked_)
                return std::nullopt;
            return place ? clock.after_look[i] : clock.none_after_look;
        }
        return std::nullopt;
    }

    static double upper(LateShare const& share)
    {
        return std::min(late_percent, late_percent * (share.mean + z_95 * share.standard_error));
    }

    std::vector<std::optional<DoseLevel>> late_places() const
    {
        std::vector<std::optional<DoseLevel>> all{std::nullopt};
        for (DoseLevel level{0}; comparison_.ladder().has(level); level = level.above())
            all.emplace_back(level);
        return all;
    }

    double highest() const
    {
        double most = 0;
        for (auto const& panel : panels_)
            for (auto const& place : late_places())
                for (auto const bar : late_bars)
                    if (auto const found = share(panel, bar, place))
                        most = std::max(most, upper(*found));
        return most;
    }

    std::string bar_words(LateBar bar) const
    {
        return std::string{bar == LateBar::declared && !looked_ ? "Recommended as the MTD" : words(bar)};
    }

    std::vector<std::string> legend_words() const
    {
        std::vector<std::string> all;
        for (auto const bar : late_bars)
            if (bar != LateBar::stands || looked_)
                all.push_back(bar_words(bar));
        return all;
    }

    /// What every trial reaches is plain to see but at the top.
    std::string label(LateBar bar, LateShare const& share, std::optional<DoseLevel> place) const
    {
        auto const text = whole_percent(share.mean);
        bool const plain = bar == LateBar::reached && text == "100 %" && comparison_.ladder().has(place->above());
        return plain ? std::string{} : text;
    }

    bool note_fits(LatePanel const& panel) const
    {
        constexpr double air_px = 24;
        double const width_px = theme::inner_width(style_) - theme::value_axis_px(scale_, percent_suffix);
        return theme::text_width(panel.title, theme::text_px, theme::Weight::semibold) + air_px +
                   theme::text_width(panel.note, theme::small_text_px) <=
               width_px;
    }

    double bars_in_pair() const { return looked_ ? 2 : 1; }
    double bar_px() const { return doses_.band_px() * pair_share / 2 * (1 - pair_gap); }

    /// Labels stand where the widest of them fits over its bar.
    bool labelled() const
    {
        constexpr double air_px = 0.5;
        double widest = 0;
        for (auto const& panel : panels_)
            for (auto const& place : late_places())
                for (auto const bar : {LateBar::declared, LateBar::stands})
                    if (auto const found = share(panel, bar, place))
                        widest = std::max(widest, theme::text_width(whole_percent(found->mean), theme::small_text_px));
        return widest + air_px <= doses_.band_px() * pair_share / bars_in_pair();
    }

    LateJson rows() const
    {
        double const unit_per_px = (scale_.top - scale_.bottom) / height_px_;
        LateJson list = LateJson::array();
        for (std::size_t p = 0; p < panels_.size(); ++p)
            for (auto const& place : late_places()) {
                auto const& panel = panels_[p];
                double above = 0; // what stands on the bars of the pair, so that the label of the wide bar clears it
                for (auto const bar : {LateBar::declared, LateBar::stands})
                    if (auto const found = share(panel, bar, place))
                        above = std::max(above, upper(*found) + (labelled() ? label_px * unit_per_px : 0));
                for (auto const bar : late_bars) {
                    auto const found = share(panel, bar, place);
                    if (!found)
                        continue;
                    double const value = late_percent * found->mean;
                    double const error = late_percent * z_95 * found->standard_error;
                    list.push_back(
                        {{"panel", p + 1},
                         {"panel_title", panel.title},
                         {"panel_note", note_fits(panel) ? panel.note : std::string{}},
                         {"design", panel.design},
                         {"truth", panel.truth->name},
                         {"dose", place ? theme::dose_label(comparison_.ladder(), *place) : std::string{theme::none_label}},
                         {"measure", bar_words(bar)},
                         {"wide", bar == LateBar::reached},
                         {"percent", value},
                         {"error", error},
                         {"low", std::max(0.0, value - error)},
                         {"high", upper(*found)},
                         {"label", label(bar, *found, place)},
                         {"label_at", bar == LateBar::reached ? std::max(upper(*found), above) : upper(*found)},
                         {"true_mtd", place.has_value() && place == panel.truth->toxicity->mtd},
                         {"first_of_group", bar == LateBar::declared},
                         {"first_of_panel", bar == LateBar::declared && !place}});
                }
            }
        return list;
    }

    LateJson y(std::string_view field) const { return theme::value_y(field, scale_, "Share of trials", percent_suffix); }

    LateJson x_offset() const
    {
        auto const at = [](double share) { return LateJson{{"expr", fmt::format("{:.4f} * bandwidth('x')", share)}}; };
        auto domain = legend_words();
        domain.erase(domain.begin());
        double const half = pair_share / 2 * (bars_in_pair() / 2);
        return {{"field", "measure"},
                {"type", "nominal"},
                {"scale",
                 {{"type", "band"},
                  {"domain", domain},
                  {"range", {at(0.5 - half), at(0.5 + half)}},
                  {"paddingInner", pair_gap},
                  {"paddingOuter", pair_gap / 2}}}};
    }

    LateJson by_bar(auto const& value_of) const
    {
        LateJson range = LateJson::array();
        for (auto const bar : late_bars)
            if (bar != LateBar::stands || looked_)
                range.push_back(value_of(bar));
        return {{"field", "measure"},
                {"type", "nominal"},
                {"scale", {{"domain", legend_words()}, {"range", range}}},
                {"legend", theme::legend(legend_words(), style_)}};
    }

    /// The superseded declaration is an outline, what stands is filled.
    LateJson fill() const
    {
        return by_bar([&](LateBar bar) {
            return bar == LateBar::reached               ? std::string{colours_.grid}
                   : bar == LateBar::declared && looked_ ? std::string{"#ffffff"}
                                                         : std::string{theme::series(0, style_.look).colour};
        });
    }
    LateJson stroke() const
    {
        return by_bar([&](LateBar bar) {
            return std::string{bar == LateBar::reached ? colours_.grid : theme::series(0, style_.look).colour};
        });
    }

    LateJson tooltip() const
    {
        LateJson list = LateJson::array();
        if (panels_.size() > 1)
            list.push_back({{"field", "panel_title"}, {"type", "nominal"}, {"title", "Design"}});
        list.push_back(
            {{"field", "dose"}, {"type", "nominal"}, {"title", "Dose (" + theme::dose_unit(comparison_.ladder()) + ")"}});
        list.push_back({{"field", "measure"}, {"type", "nominal"}, {"title", "Bar"}});
        list.push_back({{"field", "percent"}, {"type", "quantitative"}, {"title", "Share of trials (%)"}, {"format", ".1f"}});
        list.push_back({{"field", "error"}, {"type", "quantitative"}, {"title", "± 95 %"}, {"format", ".1f"}});
        return list;
    }

    static LateJson of_rows(std::string_view name, std::string_view filter, LateJson mark, LateJson encoding)
    {
        return {{"name", name},
                {"transform", LateJson::array({{{"filter", filter}}})},
                {"mark", std::move(mark)},
                {"encoding", std::move(encoding)}};
    }

    void add_late_whiskers(LateJson& list, std::string_view filter, LateJson const& encoding_of_x) const
    {
        constexpr double halo_px = 3.4;
        constexpr double line_px = 1.3;
        for (auto const& [name, colour, width] :
             {std::tuple{"whisker_halos", std::string_view{"white"}, halo_px}, std::tuple{"whiskers", colours_.ink, line_px}}) {
            auto encoding = encoding_of_x;
            encoding["y"] = y("low");
            encoding["y2"] = {{"field", "high"}};
            list.push_back(of_rows(std::string{name} + (encoding.contains("xOffset") ? "" : "_wide"),
                                   fmt::format("{} && datum.error > 0", filter),
                                   {{"type", "rule"}, {"color", colour}, {"strokeWidth", std::min(width, bar_px() / 3)}},
                                   encoding));
        }
    }

    void add_late_labels(LateJson& list, std::string_view name, std::string_view filter, LateJson encoding,
                         std::string_view colour) const
    {
        encoding["y"] = y("label_at");
        encoding["text"] = {{"field", "label"}, {"type", "nominal"}};
        LateJson const mark{
            {"type", "text"}, {"baseline", "bottom"}, {"dy", -2}, {"fontSize", theme::small_text_px}, {"color", colour}};
        auto halo = mark;
        halo.update({{"color", "white"}, {"stroke", "white"}, {"strokeWidth", 2.6}, {"strokeJoin", "round"}});
        list.push_back(of_rows(fmt::format("{}_halos", name), fmt::format("{} && !datum.true_mtd", filter), halo, encoding));
        list.push_back(of_rows(name, filter, mark, encoding));
    }

    /// At the right end of the line of the panel's title.
    LateJson panel_notes() const
    {
        return {{"name", "panel_notes"},
                {"transform", LateJson::array({{{"filter", "datum.first_of_panel"}}})},
                {"mark",
                 {{"type", "text"},
                  {"x", "width"},
                  {"y", -7},
                  {"align", "right"},
                  {"baseline", "bottom"},
                  {"fontSize", theme::small_text_px},
                  {"color", colours_.quiet_ink}}},
                {"encoding", {{"text", {{"field", "panel_note"}, {"type", "nominal"}}}}}};
    }

    LateJson layers() const
    {
        constexpr auto wide = "datum.wide";
        constexpr auto pair = "!datum.wide";
        LateJson list = LateJson::array();
        for (auto& layer : true_mtd_band(doses_, colours_, panels_.size() > 1))
            list.push_back(std::move(layer));
        list.push_back({{"name", "after_none"},
                        {"data", {{"values", LateJson::array({LateJson::object()})}}},
                        {"mark", {{"type", "rule"}, {"color", colours_.axis}, {"strokeWidth", 0.8}, {"strokeDash", {2, 2}}}},
                        {"encoding", {{"x", doses_.x_at(theme::none_label, 1)}}}});
        LateJson const at_dose{{"x", doses_.x()}};
        LateJson const beside{{"x", doses_.x()}, {"xOffset", x_offset()}};
        auto const bars = [&](std::string_view name, std::string_view filter, LateJson mark, LateJson encoding) {
            encoding.update(
                {{"y", y("percent")}, {"y2", {{"datum", 0}}}, {"fill", fill()}, {"stroke", stroke()}, {"tooltip", tooltip()}});
            list.push_back(of_rows(name, filter, std::move(mark), std::move(encoding)));
        };
        bars("reached", wide, {{"type", "bar"}, {"width", reached_share * doses_.band_px()}, {"strokeWidth", 0.8}}, at_dose);
        list.push_back({{"name", "true_mtd_frame"}, // the wide bars hide the shade
                        {"transform", LateJson::array({{{"filter", "datum.true_mtd && datum.first_of_group"}}})},
                        {"mark", {{"type", "rect"}, {"filled", false}, {"stroke", colours_.mtd}, {"strokeWidth", 1.1}}},
                        {"encoding", {{"x", doses_.x()}}}});
        bars("recommended", "!datum.wide && datum.percent > 0", {{"type", "bar"}, {"strokeWidth", 1.5}}, beside);
        add_late_whiskers(list, wide, at_dose);
        add_late_whiskers(list, pair, beside);
        if (labelled()) {
            add_late_labels(list, "labels", "!datum.wide && datum.percent > 0", beside, colours_.ink);
            add_late_labels(list, "labels_wide", "datum.wide && datum.label != ''", at_dose, colours_.quiet_ink);
        }
        if (panels_.size() > 1) {
            list.push_back(panel_titles(colours_));
            list.push_back(panel_notes());
        }
        return list;
    }

    RunResult const& run_;
    Comparison const& comparison_;
    std::vector<LatePanel> panels_;
    FigureStyle const& style_;
    theme::Palette const& colours_;
    bool looked_;
    int height_px_;
    theme::ValueScale scale_;
    theme::DoseBands doses_;
};

/// "window 42 d", where designs have windows of their own and the label does not say it.
std::string window_words(RunResult const& run, DesignRun const& design)
{
    bool const alike = std::ranges::none_of(run.scenario.designs, [](auto const& entry) { return entry.dlt_window.has_value(); });
    auto const window = shortest(run.scenario.dlt_window(run.entry_of(design)).value().base()) + " d";
    bool const said = design.label.find(window) != std::string::npos;
    return alike || said ? std::string{} : "window " + window;
}

double late_of(ClockMeasures const& clock)
{
    double late = 0;
    for (auto const& level : clock.late)
        late += level.mean;
    return late;
}

/// "12.8 late DLTs a trial; the late look lowers the MTD in 99 %"
std::string panel_note(RunResult const& run, ClockMeasures const& clock)
{
    auto text = fmt::format("{} late DLTs a trial", one_decimal(late_of(clock)));
    if (run.scenario.trial.clock->late_look)
        text += fmt::format("; the late look lowers the MTD in {}", whole_percent(clock.lowered.mean));
    return text;
}

std::vector<LatePanel> late_panels(RunResult const& run, Comparison const& comparison)
{
    std::vector<LatePanel> panels;
    for (auto const& truth : comparison.truths())
        for (std::size_t d = 0; d < comparison.designs().size(); ++d)
            if (auto const* met = truth.runs[d]; met && met->result.characteristics.clock) {
                auto const& clock = *met->result.characteristics.clock;
                auto const& design = comparison.designs()[d];
                auto const window = window_words(run, *met);
                auto title = window.empty() ? design : design + ", " + window;
                if (comparison.several_truths())
                    title += fmt::format(" under {}: {}", truth.name, comparison.mtd_words(truth));
                panels.push_back({std::move(title), panel_note(run, clock), &truth, design, met, &clock});
            }
    return panels;
}

/// Of one panel the story; of several, what the look does to each.
std::string late_caption(RunResult const& run, Comparison const& comparison, std::vector<LatePanel> const& panels)
{
    std::vector<std::string> sentences;
    if (panels.size() == 1) {
        auto const story = late_story(run, panels.front().run->truth).value();
        for (auto const& theme : story.paragraph)
            sentences.push_back(with_pretty_units(run.scenario, theme.head + ": " + theme.text));
    } else {
        for (auto const& panel : panels) {
            auto const& clock = *panel.clock;
            auto who = comparison.several_truths() ? fmt::format("{} under {}", panel.design, panel.truth->name) : panel.design;
            if (auto const window = window_words(run, *panel.run); !window.empty())
                who += " (" + window + ")";
            auto const top = comparison.ladder().top();
            auto text = fmt::format("{}: {} of trials treat somebody at {}; {} DLTs a trial in the window, {} after it", who,
                                    whole_percent(clock.visited.back().mean), comparison.dose(top),
                                    one_decimal(panel.run->result.characteristics.mean.total_dlts), one_decimal(late_of(clock)));
            if (run.scenario.trial.clock->late_look)
                text += fmt::format("; the late look lowers the MTD in {} of trials", whole_percent(clock.lowered.mean));
            sentences.push_back(text + ".");
        }
    }
    return fmt::format("{}", fmt::join(sentences, " "));
}

} // namespace

std::string with_pretty_units(Scenario const& scenario, std::string text)
{
    std::string const plain{symbol(scenario.doses.unit)};
    auto const pretty = theme::pretty_unit(plain);
    for (auto at = text.find(plain); at != std::string::npos && plain != pretty; at = text.find(plain, at + pretty.size()))
        text.replace(at, plain.size(), pretty);
    return text;
}

std::vector<std::string> clock_sentences(RunResult const& run, DesignRun const& design)
{
    auto sentences = clock_in_words(run, design);
    for (auto& text : sentences)
        text = with_pretty_units(run.scenario, std::move(text));
    return sentences;
}

std::optional<Figure> late_figure(RunResult const& run, FigureStyle const& style)
{
    if (!tells_late_story(run))
        return std::nullopt;
    Comparison const comparison{run};
    auto panels = late_panels(run, comparison);
    if (panels.empty())
        return std::nullopt;
    auto caption = late_caption(run, comparison, panels);
    LateDrawing const drawing{run, comparison, std::move(panels), style};
    auto specification = drawing.specification(caption);
    return finished({"late", drawing.title(), std::move(caption), std::move(specification)});
}

} // namespace escalon

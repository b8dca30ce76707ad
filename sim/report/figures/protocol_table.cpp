#include "sim/report/figures/protocol_table.hpp"

#include "sim/report/figures/legend.hpp"
#include "sim/report/figures/panels.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"
#include "sim/report/numbers.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

constexpr int cell_px = 20;
constexpr double box_gap_px = 1.5;
constexpr double widest_band_px = 44; // a table with few columns is no wall

/// Colours by move: green up, blue stay, yellow to red down. The letters say the same.
struct MoveLook {
    std::string_view fill;
    std::string_view text;
};

constexpr std::string_view dark_text = "#1b2733";

/// Of a cell that leaves the move to chance; its letters name the moves.
std::string_view chance_fill(Look look) { return look == Look::print ? "#f7f7f7" : "#eef0c9"; }

MoveLook look_of(LevelMove move, Look look)
{
    constexpr std::string_view white = "#ffffff";
    if (look == Look::print)
        switch (move) {
        case LevelMove::escalate: return {"#ffffff", "#000000"};
        case LevelMove::stay: return {"#e2e2e2", "#000000"};
        case LevelMove::deescalate: return {"#b4b4b4", "#000000"};
        case LevelMove::eliminate: return {"#6e6e6e", white};
        case LevelMove::stop_named: return {"#f0f0f0", "#000000"};
        case LevelMove::stop: return {"#3a3a3a", white};
        }
    switch (move) {
    case LevelMove::escalate: return {"#b5e2d3", dark_text};
    case LevelMove::stay: return {"#cfe3f3", dark_text};
    case LevelMove::deescalate: return {"#f9dfa6", dark_text};
    case LevelMove::eliminate: return {"#d55e00", white};
    case LevelMove::stop_named: return {"#e6dff0", dark_text};
    case LevelMove::stop: return {"#5b3a29", white};
    }
    return {};
}

class TableDrawing {
public:
    TableDrawing(TableResult const& result, FigureStyle const& style)
        : result_{result}, table_{result.table}, style_{style}, ladder_{result.scenario.ladder()}
    {
        for (int const patients : table_.patients)
            across_.push_back(std::to_string(patients));
        bool const cut = table_.rows() <= table_.patients.back();
        for (int dlts = 0; dlts < table_.rows(); ++dlts)
            down_.push_back(fmt::format("{}{}", dlts, cut && dlts + 1 == table_.rows() ? "+" : ""));
    }

    std::string title() const { return fmt::format("Decision table of {}", result_.label); }

    std::string caption() const
    {
        auto text = fmt::format("What {} does after so many DLTs in so many patients at a level.", result_.label);
        auto const& main = table_.main();
        for (std::size_t c = 0; c < table_.patients.size(); ++c)
            if (auto const found = table_.boundaries(c); found && c < most_told) {
                text += fmt::format(" Of {}:", table_.patients[c]);
                if (found->escalate_up_to)
                    text += fmt::format(" escalate up to {},", *found->escalate_up_to);
                if (found->deescalate_from)
                    text += fmt::format(" de-escalate from {},", *found->deescalate_from);
                if (found->eliminate_from)
                    text += fmt::format(" never return from {},", *found->eliminate_from);
                text.back() = '.';
            }
        return text + fmt::format(" Asked at {}.", rung_words(main, ladder_));
    }

    Json specification() const
    {
        auto spec = theme::frame(title(), subtitle(), caption(), style_, cell_px * static_cast<int>(down_.size()));
        spec["datasets"] = {{"cells", cells()}};
        spec["layer"] = layers();
        spec["usermeta"]["escalon"]["axes"] = {{"x", across_}, {"y", down_}};
        return spec;
    }

private:
    static constexpr std::size_t most_told = 4; // columns in a caption

    std::string subtitle() const
    {
        auto text = result_.scenario.name + fmt::format(". Cohorts of {}.", table_.cohort_size);
        if (auto const grades = grade_words(table_); !grades.empty())
            text += " " + grades;
        for (std::size_t i = 1; i < table_.rungs.size(); ++i)
            if (auto const differs = deviations(table_, table_.rungs[i]); !differs.empty())
                text += " " +
                        sentence(fmt::format("At {}: {}", theme::pretty_unit(rung_words(table_.rungs[i], ladder_)), differs));
        if (table_.order_counts)
            text += " The order of the DLTs counts too.";
        if (table_.depends_on.empty())
            return text;
        auto const told = fmt::format("{} What else counts: {}.", text, table_.depends_on.front());
        constexpr std::size_t most_lines = 5; // one fewer than a heading has
        if (table_.depends_on.size() == 1 &&
            theme::wrapped(told, theme::inner_width(style_), theme::text_px, most_lines + 1).size() <= most_lines)
            return told;
        return text + " More than the tally counts: see the notes of the printed table.";
    }

    Json cells() const
    {
        Json rows = Json::array();
        for (std::size_t c = 0; c < table_.patients.size(); ++c)
            for (int dlts = 0; dlts < table_.rows() && dlts <= table_.patients[c]; ++dlts) {
                auto const& ruling = table_.main().ruling(c, dlts);
                bool const by_chance = ruling.parts.size() > 1;
                auto const move = ruling.parts.front().move;
                rows.push_back({{"patients", across_[c]},
                                {"dlts", down_[static_cast<std::size_t>(dlts)]},
                                {"letter", ruling.letters()},
                                {"move", by_chance ? entry(ruling.letters()) : entry(move)},
                                {"text", by_chance ? dark_text : look_of(move, style_.look).text}});
            }
        return rows;
    }

    /// "E escalate": what a legend has room for.
    static std::string entry(LevelMove move)
    {
        switch (move) {
        case LevelMove::escalate: return "E escalate";
        case LevelMove::stay: return "S stay";
        case LevelMove::deescalate: return "D de-escalate";
        case LevelMove::eliminate: return "DU de-escalate, never return";
        case LevelMove::stop_named: return "M end, a level named";
        case LevelMove::stop: return "X end, no level";
        }
        return "";
    }

    /// "E/S by chance"
    static std::string entry(std::string const& letters) { return letters + " by chance"; }

    double plot_px() const
    {
        constexpr double beside_px = 50;
        return std::min(theme::inner_width(style_) - beside_px, widest_band_px * static_cast<double>(across_.size()));
    }

    Json band(std::string_view field, std::vector<std::string> const& domain, std::string_view title, double step_px) const
    {
        return {{"field", field},
                {"type", "ordinal"},
                {"scale",
                 {{"type", "band"},
                  {"domain", domain},
                  {"paddingInner", box_gap_px / step_px},
                  {"paddingOuter", box_gap_px / step_px / 2}}},
                {"axis", {{"title", title}, {"labelAngle", 0}, {"grid", false}, {"ticks", false}, {"domain", false}}}};
    }

    Json x() const
    {
        auto const step = plot_px() / static_cast<double>(across_.size());
        auto channel = band("patients", across_, "Patients treated at the level", step);
        channel["scale"]["range"] = {0, plot_px()};
        channel["axis"]["titleAnchor"] = "start";
        if (theme::text_width(across_.back(), theme::text_px) + 3 > step)
            channel["axis"]["labelExpr"] = "toNumber(datum.label) % 2 == 0 ? datum.label : ''";
        return channel;
    }

    Json y() const
    {
        std::string_view const title = "Patients with a DLT";
        bool const fits = theme::text_width(title, theme::text_px, theme::Weight::semibold) <
                          cell_px * static_cast<double>(down_.size());
        return band("dlts", down_, fits ? title : "DLTs", cell_px);
    }

    Json layers() const
    {
        std::vector<std::string> domain;
        Json range = Json::array();
        for (auto const move : moves_in(table_)) { // also those that the subtitle alone speaks of
            domain.push_back(entry(move));
            range.push_back(look_of(move, style_.look).fill);
        }
        for (auto const& chance : chances_in(table_)) {
            domain.push_back(entry(chance.letters));
            range.push_back(chance_fill(style_.look));
        }
        auto legend = theme::legend(domain, style_);
        legend["symbolType"] = "square";
        legend["symbolStrokeWidth"] = 0.8;
        legend["symbolStrokeColor"] = theme::palette(style_.look).axis;
        Json const tooltip{{{"field", "patients"}, {"type", "ordinal"}, {"title", "Patients"}},
                           {{"field", "dlts"}, {"type", "ordinal"}, {"title", "DLTs"}},
                           {{"field", "move"}, {"type", "nominal"}, {"title", "Decision"}}};
        Json list = Json::array();
        list.push_back(
            {{"name", "cells"},
             {"data", {{"name", "cells"}}},
             {"mark", {{"type", "rect"}, {"stroke", theme::palette(style_.look).axis}, {"strokeWidth", 0.6}}},
             {"encoding",
              {{"x", x()},
               {"y", y()},
               {"fill",
                {{"field", "move"}, {"type", "nominal"}, {"scale", {{"domain", domain}, {"range", range}}}, {"legend", legend}}},
               {"tooltip", tooltip}}}});
        list.push_back({{"name", "letters"},
                        {"data", {{"name", "cells"}}},
                        {"mark", {{"type", "text"}, {"fontSize", letter_px()}, {"fontWeight", theme::semibold_weight}}},
                        {"encoding",
                         {{"x", x()},
                          {"y", y()},
                          {"text", {{"field", "letter"}, {"type", "nominal"}}},
                          {"color", {{"field", "text"}, {"type", "nominal"}, {"scale", nullptr}}}}}});
        return list;
    }

    /// As large as the widest letters allow.
    double letter_px() const
    {
        double const step = plot_px() / static_cast<double>(across_.size());
        constexpr double smallest = 6;
        double widest = 0;
        for (auto const& column : table_.main().of)
            for (auto const& ruling : column)
                widest = std::max(widest, theme::text_width(ruling.letters(), 1, theme::Weight::semibold));
        return std::clamp((step - 3) / widest, smallest, theme::text_px);
    }

    TableResult const& result_;
    ProtocolTable const& table_;
    FigureStyle const& style_;
    DoseLadder ladder_;
    std::vector<std::string> across_;
    std::vector<std::string> down_;
};

} // namespace

Figure protocol_table_figure(TableResult const& result, FigureStyle const& style)
{
    TableDrawing const drawing{result, style};
    return finished({.name = "decision_table",
                     .title = drawing.title(),
                     .caption = drawing.caption(),
                     .specification = drawing.specification()});
}

} // namespace escalon

#include "sim/report/figures/series.hpp"

#include "sim/report/figures/legend.hpp"
#include "sim/report/figures/text.hpp"
#include "sim/report/figures/theme.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace escalon::theme {
namespace {

using Json = nlohmann::ordered_json;

} // namespace

std::vector<std::string> short_names(std::vector<std::string> const& names, std::size_t most_characters)
{
    std::vector<std::string> all;
    for (auto const& name : names) {
        auto shortened = cut(name, most_characters);
        for (int twin = 2; std::ranges::find(all, shortened) != all.end(); ++twin) {
            auto const mark = fmt::format(" ({})", twin);
            shortened = cut(name, most_characters - characters(mark)) + mark;
        }
        all.push_back(shortened);
    }
    return all;
}

Series::Series(std::string field, std::string title, std::vector<std::string> names, FigureStyle const& style)
    : field_{std::move(field)}, title_{std::move(title)}, names_{std::move(names)}, style_{style}
{}

Json Series::legend_of_all() const { return several() ? legend(names_, style_) : Json(nullptr); }

Json Series::channel(Json range) const
{
    return {{"field", field_},
            {"type", "nominal"},
            {"scale", {{"domain", names_}, {"range", std::move(range)}}},
            {"legend", legend_of_all()}};
}

Json Series::colour() const
{
    Json range = Json::array();
    for (std::size_t i = 0; i < names_.size(); ++i)
        range.push_back(series(i, style_.look).colour);
    return channel(std::move(range));
}

Json Series::dash(std::size_t i) const
{
    auto const look = series(i, style_.look);
    return look.dash.empty() ? Json::array({1, 0}) : Json(look.dash);
}

Json Series::shape() const
{
    Json range = Json::array();
    for (std::size_t i = 0; i < names_.size(); ++i)
        range.push_back(series(i, style_.look).shape);
    return channel(std::move(range));
}

Json Series::shown() const
{
    if (!several())
        return Json::array();
    return Json::array({{{"filter", fmt::format("indexof(hidden, datum.{}) < 0", field_)}}});
}

Json Series::shown(std::size_t i) const
{
    auto transform = shown();
    transform.push_back({{"filter", {{"field", field_}, {"equal", names_[i]}}}});
    return transform;
}

void Series::declare(Json& specification) const
{
    if (!several())
        return;
    specification["params"] = Json::array({{{"name", "hidden"}, {"value", Json::array()}}});
    Json entries = Json::array();
    for (std::size_t i = 0; i < names_.size(); ++i) {
        auto const look = series(i, style_.look);
        entries.push_back({{"value", names_[i]}, {"colour", look.colour}, {"dash", look.dash}, {"shape", look.shape}});
    }
    specification["usermeta"]["escalon"]["series"] = {{"field", field_}, {"title", title_}, {"entries", entries}};
}

} // namespace escalon::theme

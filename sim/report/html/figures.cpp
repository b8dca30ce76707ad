#include "sim/report/html/figures.hpp"

#include <algorithm>

namespace escalon::html {
namespace {

/// Names of figures become parts of ids.
std::string id_of(Figure const& figure)
{
    std::string id = "figure-";
    for (char const c : figure.name)
        id += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '-';
    return id;
}

Markup picture(Drawn const& drawn, std::string const& kind)
{
    return element("div", {{"class", "picture " + kind}}, Markup::drawn(drawn.svg));
}

Markup block(PageFigure const& drawn, std::size_t number)
{
    auto const& figure = drawn.figure;
    auto const id = id_of(figure);
    auto const caption_id = id + "-caption";
    auto const caption = element("figcaption", {{"id", caption_id}},
                                 element("strong", {{"class", "number"}}, "Figure " + std::to_string(number)) + " " +
                                     element("span", {{"class", "caption"}}, figure.caption));
    Markup content;
    if (drawn.wide) {
        content += picture(*drawn.wide, "wide");
        nlohmann::ordered_json data{{"name", figure.name}, {"title", figure.title}, {"wide", drawn.wide->vega}};
        if (drawn.narrow) {
            content += picture(*drawn.narrow, "narrow");
            data["narrow"] = drawn.narrow->vega;
        }
        content += data_block(id + "-data", data);
    } else {
        content += element("p", {{"class", "undrawn"}}, phrase("{} (not drawn)", {figure.title}));
    }
    return element("figure", {{"id", id}, {"aria-labelledby", caption_id}}, content + caption);
}

} // namespace

Markup figures_section(PageFigures const& figures)
{
    Markup section;
    if (!figures.missing.empty())
        section += element(
            "p", {{"class", "note"}, {"role", "note"}},
            phrase("The figures are not drawn in this report: {}. Their captions follow; the tables above hold their numbers.",
                   {figures.missing}));
    std::size_t number = 0;
    for (auto const& one : figures.figures)
        section += block(one, ++number);
    return section;
}

} // namespace escalon::html

#include "sim/report/html/page.hpp"

#include "sim/report/share.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>

namespace escalon::html {
namespace {

constexpr std::size_t longest_heading = 120; // characters; the full name is a fold away

std::string file_text(std::filesystem::path const& path)
{
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

/// A page without style or script allows none.
std::string content_policy(PageAssets const& assets)
{
    auto const source = [](std::string const& hash) { return hash.empty() ? std::string{"'none'"} : "'" + hash + "'"; };
    return fmt::format("default-src 'none'; script-src {}; style-src {}; font-src data:; base-uri 'none'; form-action 'none'",
                       source(assets.script_hash), source(assets.style_hash));
}

Markup title_block(Page const& page)
{
    auto const cut = shortened(page.title, longest_heading);
    auto block = element("h1", name(cut));
    if (cut != page.title)
        block += element("details", {{"class", "fold quiet"}},
                         element("summary", "The whole name") + element("p", name(page.title)));
    return block + element("p", {{"class", "lead"}}, page.lead);
}

Markup contents(Page const& page)
{
    Markup items;
    for (auto const& section : page.sections)
        items += element("li", jump(section.id, section.heading));
    return element("nav", {{"class", "contents"}, {"aria-label", "Contents"}}, element("ol", items));
}

Markup section_block(Section const& section)
{
    auto const heading = section.id + "-heading";
    return element("section", {{"id", section.id}, {"aria-labelledby", heading}},
                   element("h2", {{"id", heading}}, section.heading) + section.body);
}

} // namespace

PageAssets PageAssets::find(std::filesystem::path const& program_folder)
{
    auto const file = [&](char const* name) { return shared_file(program_folder, name); };
    auto const hashes = nlohmann::json::parse(file_text(file("report.json")), nullptr, false);
    if (!hashes.is_object() || !hashes.contains("style") || !hashes.contains("script"))
        return {};
    return {.style = file_text(file("report.css")),
            .style_hash = hashes["style"].get<std::string>(),
            .script = file_text(file("report.js")),
            .script_hash = hashes["script"].get<std::string>()};
}

std::string page_html(Page const& page, PageAssets const& assets)
{
    Markup sections;
    for (auto const& section : page.sections)
        sections += section_block(section);
    auto const header = element("header", {{"class", "masthead"}}, element("div", {{"class", "inner"}}, title_block(page)));
    auto const body = jump("summary", "Skip to the summary", {{"class", "skip"}}) + header +
                      element("div", {{"class", "columns"}}, contents(page) + element("main", {{"id", "main"}}, sections)) +
                      element("footer", {{"class", "colophon"}}, element("div", {{"class", "inner"}}, page.footer));
    auto const style = assets.style.empty() ? "" : "<style>" + assets.style + "</style>\n";
    auto const script = assets.script.empty() ? "" : "<script>" + assets.script + "</script>\n";
    return fmt::format("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                       "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
                       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                       "<meta name=\"referrer\" content=\"no-referrer\">\n"
                       "<title>{} · Escalon</title>\n{}</head>\n<body>\n{}\n{}</body>\n</html>\n",
                       content_policy(assets), escaped(shortened(page.title, longest_heading)), style, body.text(), script);
}

} // namespace escalon::html

#include "sim/report/html/tables.hpp"

#include "sim/report/html/words.hpp"
#include "sim/report/numbers.hpp"

namespace escalon::html {

Markup head(Markup const& content, Attributes attributes)
{
    attributes.insert(attributes.begin(), {"scope", "col"});
    return element("th", attributes, content);
}

Markup row_head(Markup const& content, Attributes attributes)
{
    attributes.insert(attributes.begin(), {"scope", "row"});
    return element("th", attributes, content);
}

Markup cell(Markup const& content, std::string const& kind)
{
    return kind.empty() ? element("td", content) : element("td", {{"class", kind}}, content);
}

Markup scrolling_table(std::string const& id, Markup const& caption, Markup const& rows)
{
    auto const caption_id = id + "-caption";
    return element("div", {{"class", "table"}, {"role", "region"}, {"tabindex", "0"}, {"aria-labelledby", caption_id}},
                   element("table", {{"id", id}}, element("caption", {{"id", caption_id}}, element("span", caption)) + rows));
}

Markup truth_heading(RunResult const& run, std::size_t index)
{
    auto const& truth = run.truths[index];
    auto const ladder = run.scenario.ladder();
    auto text = run.truths.size() > 1 ? phrase("Truth {}: ", {short_name(truth.name, 80)}) : Markup{};
    if (!truth.toxicity.mtd)
        return text +
               phrase("no true MTD, every dose exceeds {} by more than 10 points", {figure(percent(truth.toxicity.target))});
    auto const level = static_cast<std::size_t>(truth.toxicity.mtd->index());
    return text + phrase("true MTD {}, P(DLT) {}", {figure(dose_text(ladder, *truth.toxicity.mtd)),
                                                    figure(percent(truth.toxicity.dlt_probability[level]))});
}

} // namespace escalon::html

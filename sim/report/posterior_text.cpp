#include "sim/report/posterior_text.hpp"

#include "pk_models/fields.hpp"
#include "pk_models/units.hpp"
#include "sim/report/numbers.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

std::string interval_words(double low, double high) { return fmt::format("{} to {}", percent(low), percent(high)); }

/// Whether the design holds something else than the posterior mean against its target.
bool has_estimate_of_its_own(DoseToxicityPosterior const& posterior)
{
    return std::ranges::any_of(posterior.levels, [](auto const& level) { return level.estimate != level.mean; });
}

std::string treated_next(Treat const& treat, std::string_view word)
{
    return fmt::format("{}: {}", word, counted(treat.patients, "patient"));
}

/// "next: 3 patients" at the level that the decision is about; none at others.
std::optional<std::string> decided(Decision const& decision, DoseLevel level)
{
    if (auto const* treat = std::get_if<Treat>(&decision.action))
        return treat->level == level ? std::optional{treated_next(*treat, "next")} : std::nullopt;
    if (auto const* stop = std::get_if<Stop>(&decision.action))
        return stop->mtd == level ? std::optional<std::string>{"recommended"} : std::nullopt;
    for (auto const& branch : std::get<Randomise>(decision.action).branches)
        if (auto const* treat = std::get_if<Treat>(&branch.action); treat && treat->level == level)
            return treated_next(*treat, "next, by chance");
    return std::nullopt;
}

std::string words_on(DoseToxicityPosterior const& posterior, DoseLevel level, Decision const& decision)
{
    std::vector<std::string> words;
    if (auto const next = decided(decision, level))
        words.push_back(*next);
    if (auto const& why = posterior.levels[static_cast<std::size_t>(level.index())].forbidden)
        words.push_back("may not be given: " + *why);
    return fmt::format("{}", fmt::join(words, "; "));
}

} // namespace

std::string range_words(ToxicityInterval const& interval)
{
    auto const number = [](double share) { return fmt::format("{:.6g}", percent_of * share); };
    if (interval.low <= 0)
        return fmt::format("below {} %", number(interval.high));
    if (interval.high >= 1)
        return fmt::format("above {} %", number(interval.low));
    return fmt::format("{} to {} %", number(interval.low), number(interval.high));
}

std::optional<double> overdose_probability(DoseToxicityPosterior const& posterior, DoseLevel level)
{
    if (!posterior.overdose_cap)
        return std::nullopt;
    std::optional<double> sum;
    bool begins_there = false;
    for (std::size_t i = 0; i < posterior.intervals.size(); ++i)
        if (posterior.intervals[i].low >= posterior.overdose_cap->above) {
            begins_there = begins_there || posterior.intervals[i].low == posterior.overdose_cap->above;
            sum = sum.value_or(0) + posterior.levels[static_cast<std::size_t>(level.index())].interval_probability[i];
        }
    return begins_there ? sum : std::nullopt;
}

PosteriorTable posterior_table(DoseToxicityPosterior const& posterior, DoseLadder const& ladder,
                               std::vector<Tally> const& tallies, Decision const& decision)
{
    bool const estimated = has_estimate_of_its_own(posterior);
    PosteriorTable table{.heads = {fmt::format("dose {}", symbol(ladder.unit())), "patients", "DLTs", "mean"}, .rows = {}};
    if (estimated)
        table.heads.emplace_back("estimate");
    table.heads.emplace_back("90 % interval");
    for (auto const& interval : posterior.intervals)
        table.heads.push_back(interval.name);
    table.heads.emplace_back("");
    for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
        auto const i = static_cast<std::size_t>(level.index());
        auto const& belief = posterior.levels[i];
        auto const& tally = tallies[i];
        std::vector<std::string> row{shortest(ladder.dose(level)), std::to_string(tally.patients),
                                     tally.patients > 0 ? std::to_string(tally.dlts) : "", percent(belief.mean)};
        if (estimated)
            row.push_back(percent(belief.estimate));
        row.push_back(interval_words(belief.lower, belief.upper));
        for (double const probability : belief.interval_probability)
            row.push_back(percent(probability));
        row.push_back(words_on(posterior, level, decision));
        table.rows.push_back(std::move(row));
    }
    return table;
}

std::vector<std::string> posterior_lines(DoseToxicityPosterior const& posterior)
{
    std::vector<std::string> lines;
    if (has_estimate_of_its_own(posterior))
        lines.emplace_back("mean: of P(DLT); estimate: what the design holds against its target");
    std::vector<std::string> parts;
    for (auto const& interval : posterior.intervals)
        parts.push_back(fmt::format("{}: P(DLT) {}", interval.name, range_words(interval)));
    if (!parts.empty())
        lines.push_back(fmt::format("{}", fmt::join(parts, "; ")));
    if (auto const& cap = posterior.overdose_cap)
        lines.push_back(fmt::format("a level may be given while P(DLT) is above {:.6g} % with a probability of at most {:.6g} %",
                                    percent_of * cap->above, percent_of * cap->most));
    parts.clear();
    for (auto const& parameter : posterior.parameters)
        parts.push_back(fmt::format("{} {:.3g} (sd {:.3g})", parameter.name, parameter.mean, parameter.sd));
    if (!parts.empty())
        lines.push_back(fmt::format("parameters: {}", fmt::join(parts, "; ")));
    return lines;
}

std::vector<std::string> posterior_columns(std::vector<std::string> const& intervals)
{
    std::vector<std::string> columns{"posterior_mean",   "posterior_sd",      "posterior_low_90",
                                     "posterior_median", "posterior_high_90", "estimate"};
    for (auto const& interval : intervals)
        columns.push_back("p_" + interval);
    columns.emplace_back("forbidden");
    return columns;
}

std::vector<std::string> posterior_cells(std::optional<DoseToxicityPosterior> const& posterior, DoseLevel level,
                                         std::vector<std::string> const& intervals)
{
    if (!posterior)
        return std::vector<std::string>(posterior_columns(intervals).size());
    auto const number = [](double value) { return fmt::format("{}", value); };
    auto const& belief = posterior->levels[static_cast<std::size_t>(level.index())];
    std::vector<std::string> cells{number(belief.mean),   number(belief.sd),    number(belief.lower),
                                   number(belief.median), number(belief.upper), number(belief.estimate)};
    for (auto const& name : intervals) {
        auto const at = std::ranges::find(posterior->intervals, name, &ToxicityInterval::name);
        auto const place = static_cast<std::size_t>(at - posterior->intervals.begin());
        cells.push_back(at == posterior->intervals.end() ? std::string{} : number(belief.interval_probability[place]));
    }
    cells.push_back(belief.forbidden.value_or(""));
    return cells;
}

nlohmann::ordered_json posterior_json(DoseToxicityPosterior const& posterior, DoseLadder const& ladder)
{
    Json object{{"band", DoseToxicityPosterior::band}, {"parameters", Json::array()}, {"intervals", Json::array()}};
    for (auto const& parameter : posterior.parameters)
        object["parameters"].push_back({{"name", parameter.name}, {"mean", parameter.mean}, {"sd", parameter.sd}});
    for (auto const& interval : posterior.intervals)
        object["intervals"].push_back({{"name", interval.name}, {"low", interval.low}, {"high", interval.high}});
    object["overdose_cap"] = nullptr;
    if (auto const& cap = posterior.overdose_cap)
        object["overdose_cap"] = {{"above", cap->above}, {"most", cap->most}};
    object["levels"] = Json::array();
    for (DoseLevel level{0}; ladder.has(level); level = level.above()) {
        auto const& belief = posterior.levels[static_cast<std::size_t>(level.index())];
        Json row{{"level", level.number()}, {"dose", ladder.dose(level)},  {"mean", belief.mean},
                 {"sd", belief.sd},         {"lower", belief.lower},       {"median", belief.median},
                 {"upper", belief.upper},   {"estimate", belief.estimate}, {"intervals", Json::object()},
                 {"forbidden", nullptr}};
        for (std::size_t i = 0; i < posterior.intervals.size(); ++i)
            row["intervals"][posterior.intervals[i].name] = belief.interval_probability[i];
        if (belief.forbidden)
            row["forbidden"] = *belief.forbidden;
        object["levels"].push_back(std::move(row));
    }
    return object;
}

} // namespace escalon

#include "sim/report/decision_words.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

Json action_json(Action const& action, DoseLadder const& ladder)
{
    if (auto const* treat = std::get_if<Treat>(&action))
        return {{"action", "treat"},
                {"level", treat->level.number()},
                {"dose", ladder.dose(treat->level)},
                {"patients", treat->patients}};
    auto const& stop = std::get<Stop>(action);
    return {{"action", "stop"},
            {"mtd_level", stop.mtd ? Json(stop.mtd->number()) : Json(nullptr)},
            {"mtd_dose", stop.mtd ? Json(ladder.dose(*stop.mtd)) : Json(nullptr)},
            {"cause", name_of(stop.cause)}};
}

} // namespace

std::string decision_words(decltype(Decision::action) const& action, DoseLadder const& ladder)
{
    if (auto const* treat = std::get_if<Treat>(&action))
        return fmt::format("{} at {}", treat->patients, ladder.text(treat->level));
    if (auto const* stop = std::get_if<Stop>(&action))
        return stop->mtd ? "stop, MTD " + ladder.text(*stop->mtd) : std::string{"stop, no level"};
    if (std::holds_alternative<Suspend>(action))
        return "suspend accrual";
    std::string text;
    for (auto const& branch : std::get<Randomise>(action).branches) {
        auto const one = std::visit([&](auto const& part) { return decision_words(part, ladder); }, branch.action);
        text += (text.empty() ? "by chance: " : " or ") + one;
    }
    return text;
}

nlohmann::ordered_json decision_json(decltype(Decision::action) const& action, DoseLadder const& ladder)
{
    if (auto const* treat = std::get_if<Treat>(&action))
        return action_json(*treat, ladder);
    if (auto const* stop = std::get_if<Stop>(&action))
        return action_json(*stop, ladder);
    if (std::holds_alternative<Suspend>(action))
        return {{"action", "suspend"}};
    Json branches = Json::array();
    for (auto const& branch : std::get<Randomise>(action).branches) {
        Json entry{{"probability", branch.probability}};
        entry.update(action_json(branch.action, ladder));
        branches.push_back(entry);
    }
    return {{"action", "randomise"}, {"branches", branches}};
}

} // namespace escalon

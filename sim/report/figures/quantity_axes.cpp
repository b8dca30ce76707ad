#include "sim/report/figures/quantity_axes.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <span>

namespace escalon::theme {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array<double, 4> round_steps{1, 2, 5, 10};
constexpr double rounding = 1e-9; // of a quotient that should be whole
constexpr double ten = 10;

double decade_of(double value) { return std::floor(std::log10(value) + rounding); }

/// digit 10^decade, as it is written: 0.2 and not 0.2 + 3e-17
double written(double digit, double decade)
{
    return decade < 0 ? digit / std::pow(ten, -decade) : digit * std::pow(ten, decade);
}

std::vector<double> log_ticks_of(double low, double high, std::span<double const> digits, int every)
{
    std::vector<double> ticks;
    for (double decade = decade_of(low); decade <= decade_of(high); decade += every)
        for (double const digit : digits)
            if (double const tick = written(digit, decade); tick >= low * (1 - rounding) && tick <= high * (1 + rounding))
                ticks.push_back(tick);
    return ticks;
}

std::vector<double> multiples(double step, double end)
{
    std::vector<double> ticks;
    for (int k = 0; k * step <= end * (1 + rounding); ++k)
        ticks.push_back(four_digits(k * step));
    return ticks;
}

} // namespace

double rounded_down(double value)
{
    double const decade = decade_of(value);
    double best = written(1, decade);
    for (double const digit : round_steps)
        if (written(digit, decade) <= value * (1 + rounding))
            best = written(digit, decade);
    return best;
}

double rounded_up(double value)
{
    double const decade = decade_of(value);
    for (double const digit : round_steps)
        if (written(digit, decade) >= value * (1 - rounding))
            return written(digit, decade);
    return written(1, decade + 1);
}

std::vector<double> log_ticks(double low, double high, int most)
{
    auto const halves = std::span{round_steps}.first(3);
    auto const decades = std::span{round_steps}.first(1);
    if (auto ticks = log_ticks_of(low, high, halves, 1); ticks.size() < 3) {
        std::erase_if(ticks = linear_ticks(high, most), [&](double tick) { return tick < low; });
        return ticks;
    } else if (std::ssize(ticks) <= most) {
        return ticks;
    }
    for (int every = 1;; ++every)
        if (auto ticks = log_ticks_of(low, high, decades, every); std::ssize(ticks) <= std::max(most, 2))
            return ticks;
}

std::vector<double> day_ticks(double end_d, int most)
{
    constexpr double week = 7;
    constexpr double two_weeks = 14;
    if (end_d < two_weeks)
        return linear_ticks(end_d, most);
    for (double const step : {week, 2 * week, 3 * week, 4 * week, 8 * week, 12 * week, 24 * week, 48 * week})
        if (end_d / step + 1 <= most)
            return multiples(step, end_d);
    return linear_ticks(end_d, most);
}

std::vector<double> linear_ticks(double end, int most)
{
    double step = rounded_up(end / std::max(most - 1, 1));
    while (end / step + 1 > most + rounding)
        step = rounded_up(step * (1 + 2 * rounding));
    return multiples(step, end);
}

Json axis(std::string_view title, std::vector<double> const& ticks, bool grid)
{
    Json made{{"values", ticks}, {"format", ",~r"}, {"grid", grid}, {"labelFlush", false}};
    made["title"] = title.empty() ? Json(nullptr) : Json(title);
    return made;
}

Json position(std::string_view field, std::pair<double, double> ends, bool logarithmic, Json axis)
{
    Json scale{{"domain", {ends.first, ends.second}}, {"nice", false}};
    if (logarithmic)
        scale["type"] = "log";
    else
        scale["zero"] = false;
    return {{"field", field}, {"type", "quantitative"}, {"scale", scale}, {"axis", std::move(axis)}};
}

Json said(std::string_view field, std::string_view title) { return {{"field", field}, {"type", "nominal"}, {"title", title}}; }

Json said_to_three_digits(std::string_view field, std::string_view title)
{
    return {{"field", field}, {"type", "quantitative"}, {"title", title}, {"format", ",.3~r"}};
}

double four_digits(double value)
{
    constexpr int digits = 4;
    std::array<char, 32> text{};
    auto const written = std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific, digits - 1);
    double result = value;
    std::from_chars(text.data(), written.ptr, result);
    return result;
}

std::vector<double> apart(std::vector<double> at_px, double least_px)
{
    // groups of touching labels are centred on where they would stand; a group that meets another joins it
    struct Group {
        double centre;
        std::size_t size;
    };
    std::vector<Group> groups;
    auto const half = [&](Group const& group) { return static_cast<double>(group.size - 1) * least_px / 2; };
    for (double const at : at_px) {
        groups.push_back({at, 1});
        while (groups.size() > 1) {
            auto const& last = groups.back();
            auto& before = groups[groups.size() - 2];
            if (before.centre + half(before) + least_px <= last.centre - half(last))
                break;
            auto const size = before.size + last.size;
            before.centre = (before.centre * static_cast<double>(before.size) + last.centre * static_cast<double>(last.size)) /
                            static_cast<double>(size);
            before.size = size;
            groups.pop_back();
        }
    }
    std::vector<double> moved;
    for (auto const& group : groups)
        for (std::size_t i = 0; i < group.size; ++i)
            moved.push_back(group.centre - half(group) + static_cast<double>(i) * least_px);
    return moved;
}

Json not_hidden(std::string_view field) { return {{"filter", fmt::format("indexof(hidden, datum.{}) < 0", field)}}; }

Json hidden_parameter() { return Json::array({{{"name", "hidden"}, {"value", Json::array()}}}); }

Json series_switches(std::string_view field, std::string_view title, std::vector<Switch> const& switches)
{
    Json list = Json::array();
    for (auto const& entry : switches)
        list.push_back({{"value", entry.value}, {"colour", entry.colour}, {"dash", Json::array()}, {"shape", entry.shape}});
    return {{"field", field}, {"title", title}, {"entries", list}};
}

std::string between(std::string_view from, std::string_view to, double share)
{
    constexpr int hexadecimal = 16;
    std::string colour = "#";
    for (std::size_t at = 1; at < 7; at += 2) {
        auto const part = [&](std::string_view text) {
            int value = 0;
            std::from_chars(text.data() + at, text.data() + at + 2, value, hexadecimal);
            return value;
        };
        colour += fmt::format("{:02x}", static_cast<int>(std::lround(part(from) + share * (part(to) - part(from)))));
    }
    return colour;
}

} // namespace escalon::theme

#include "sim/report/result_file.hpp"

#include "sim/scenario/diagnostic.hpp"
#include "sim/scenario/node.hpp"
#include "sim/scenario/scenario.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>

namespace escalon {
namespace {

using Json = nlohmann::ordered_json;

// Far beyond any result, and small enough that a hostile file costs a moment at most.
constexpr std::size_t largest_file = 64U << 20U; // bytes
constexpr std::size_t largest_piece = 1U << 20U;
constexpr int deepest = 64;

constexpr std::string_view remedy = "name a folder that escalon run wrote, or make the result again";

struct LineAndColumn {
    std::size_t line = 1;
    std::size_t column = 1;
};

LineAndColumn place_of(std::string_view text, std::size_t byte)
{
    auto const before = text.substr(0, std::min(byte == 0 ? 0 : byte - 1, text.size()));
    auto const line_start = before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1;
    return {static_cast<std::size_t>(std::ranges::count(before, '\n')) + 1, before.size() - line_start + 1};
}

/// By pieces: a device or a pipe has no size to ask for, and may have no end.
std::string text_of(std::filesystem::path const& path)
{
    std::ifstream file{path, std::ios::binary};
    std::string text;
    std::string piece(largest_piece, '\0');
    while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0) {
        text.append(piece, 0, static_cast<std::size_t>(file.gcount()));
        if (text.size() > largest_file)
            throw NotAResult(fmt::format("{}: this file is larger than any result; {}", path.string(), remedy));
    }
    if (!file.is_open() || file.bad())
        throw MissingFile(path.string() + ": the file cannot be read");
    return text;
}

Json parsed(std::string const& text, std::filesystem::path const& path)
{
    auto const too_deep = [&](int depth, Json::parse_event_t, Json&) {
        if (depth > deepest)
            throw NotAResult(fmt::format("{}: this is nested too deeply for a result; {}", path.string(), remedy));
        return true;
    };
    try {
        return Json::parse(text, too_deep);
    } catch (Json::parse_error const& fault) {
        auto const [line, column] = place_of(text, fault.byte);
        bool const cut = fault.byte > text.size();
        throw NotAResult(fmt::format("{}:{}:{}: {}; {}", path.string(), line, column,
                                     text.empty() ? "the file is empty"
                                     : cut        ? "the file ends in the middle: it was cut short"
                                                  : "this is no JSON",
                                     remedy));
    } catch (Json::exception const&) { // a number that no double holds
        throw NotAResult(fmt::format("{}: a number in it is beyond all bounds; {}", path.string(), remedy));
    }
}

std::string kind_of(Json const& json)
{
    if (json.is_null())
        return "null";
    if (json.is_boolean())
        return "true or false";
    if (json.is_number())
        return "a number";
    if (json.is_string())
        return "a text";
    return json.is_array() ? "a list" : "a block of keys";
}

} // namespace

ResultFile read_result_file(std::filesystem::path const& place)
{
    std::error_code unreadable; // then opening says so
    if (!std::filesystem::exists(place, unreadable))
        throw MissingFile(place.string() + ": there is no such result");
    ResultFile result{place, place, {}};
    if (std::filesystem::is_directory(place, unreadable)) {
        result.file /= "result.json";
        if (!std::filesystem::exists(result.file, unreadable))
            throw MissingFile(fmt::format("{}: this folder holds no result.json; {}", place.string(), remedy));
    }
    result.json = read_json_file(result.file).json;
    if (!result.json.contains("designs"))
        throw NotAResult(fmt::format("{}: this is no result of Escalon's; {}", result.file.string(), remedy));
    return result;
}

ResultFile read_json_file(std::filesystem::path const& file)
{
    std::error_code unreadable;
    if (!std::filesystem::exists(file, unreadable))
        throw MissingFile(file.string() + ": there is no such file");
    return parse_json_file(text_of(file), file);
}

ResultFile parse_json_file(std::string const& text, std::filesystem::path const& file)
{
    ResultFile result{file, file, parsed(text, file)};
    if (!result.json.is_object())
        throw NotAResult(fmt::format("{}: this is no result of Escalon's; {}", file.string(), remedy));
    return result;
}

void ResultPart::fail(std::string_view problem) const
{
    throw NotAResult(fmt::format("{}: {}{}{}; {}", file_->string(), path_.empty() ? "" : in_quotes(path_),
                                 path_.empty() ? "" : " ", problem, remedy));
}

void ResultPart::must_be(std::string_view what) const { fail(fmt::format("must be {}, got {}", what, kind_of(*json_))); }

std::optional<ResultPart> ResultPart::find(std::string const& key) const
{
    if (!json_->is_object())
        must_be("a block of keys");
    auto const found = json_->find(key);
    if (found == json_->end() || found->is_null())
        return std::nullopt;
    return ResultPart{file_, &*found, path_.empty() ? key : path_ + "." + key};
}

ResultPart ResultPart::at(std::string const& key) const
{
    auto const found = find(key);
    if (!found)
        ResultPart{file_, json_, path_.empty() ? key : path_ + "." + key}.fail("is missing");
    return *found;
}

double ResultPart::number() const
{
    if (!json_->is_number())
        must_be("a number");
    return json_->get<double>();
}

std::int64_t ResultPart::whole() const
{
    if (!json_->is_number_integer())
        must_be("a whole number");
    return json_->get<std::int64_t>();
}

bool ResultPart::boolean() const
{
    if (!json_->is_boolean())
        must_be("true or false");
    return json_->get<bool>();
}

std::string ResultPart::text() const
{
    if (!json_->is_string())
        must_be("a text");
    auto text = json_->get<std::string>();
    if (text_fault(text) || text.find('\n') != std::string::npos)
        fail("holds a control character");
    return text;
}

std::vector<ResultPart> ResultPart::items() const
{
    if (!json_->is_array())
        must_be("a list");
    std::vector<ResultPart> parts;
    for (std::size_t i = 0; i < json_->size(); ++i)
        parts.push_back(ResultPart{file_, &(*json_)[i], fmt::format("{}[{}]", path_, i + 1)});
    return parts;
}

std::vector<std::string> ResultPart::texts() const
{
    std::vector<std::string> texts;
    for (auto const& item : items())
        texts.push_back(item.text());
    return texts;
}

std::vector<double> ResultPart::numbers() const
{
    std::vector<double> numbers;
    for (auto const& item : items())
        numbers.push_back(item.number());
    return numbers;
}

std::vector<double> ResultPart::numbers(std::size_t size) const
{
    auto found = numbers();
    if (found.size() != size)
        fail(fmt::format("has {} figures where {} belong", found.size(), size));
    return found;
}

} // namespace escalon

// A table for the terminal: columns as wide as their widest cell, figures to the right, words to the left.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace escalon {

/// Users' words in a Markdown text: nothing in them is markup.
std::string in_markdown(std::string_view text);

enum class Align { left, right };

class TextTable {
public:
    struct Column {
        std::string head;
        Align align = Align::right;
    };

    explicit TextTable(std::vector<Column> columns);

    /// Cells beyond the last column are an error; missing ones are empty.
    void row(std::vector<std::string> cells);

    /// Lines, each ended, without trailing blanks.
    std::string text(std::string_view indent = "  ") const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

/// Characters of a UTF-8 text as a terminal counts them (no wide or combining characters).
std::size_t display_width(std::string_view text);

} // namespace escalon

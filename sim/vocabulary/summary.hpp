// The part of a history that a design reads, packed into a key.
#pragma once

#include <bit>
#include <cstdint>
#include <functional>
#include <stdexcept>

namespace escalon {

/// A mixed-radix number of up to 128 bits. Histories with equal summaries are one state of the design's graph, so a design
/// appends everything that its decision depends on and nothing else.
class Summary {
public:
    /// Appends a figure that lies in [0, radix).
    /// @throws std::overflow_error when more than 128 bits would be needed
    Summary& append(std::uint32_t figure, std::uint32_t radix)
    {
        if (figure >= radix)
            throw std::logic_error("a summary's figure lies outside its radix");
        capacity_ *= radix;
        if (capacity_ > largest_capacity)
            throw std::overflow_error("the design's state does not fit into 128 bits: too many levels or patients");
        key_ = key_ * radix + figure;
        return *this;
    }

    /// Appends a figure that nothing bounds; small ones take few bits. Its length comes last, so that the key can be read back
    /// from its end.
    Summary& append_count(std::uint32_t figure)
    {
        auto const bits = static_cast<std::uint32_t>(std::bit_width(figure));
        if (bits > 1)
            append(figure - (1U << (bits - 1)), 1U << (bits - 1));
        return append(bits, bit_lengths);
    }

    friend bool operator==(Summary const& a, Summary const& b) { return a.key_ == b.key_; }

    std::size_t hash() const
    {
        constexpr std::uint64_t golden = 0x9E3779B97F4A7C15; // 2^64 / golden ratio
        auto const low = static_cast<std::uint64_t>(key_);
        auto const high = static_cast<std::uint64_t>(key_ >> 64);
        std::uint64_t mixed = (low ^ (high * golden)) * golden;
        mixed ^= mixed >> 32;
        return static_cast<std::size_t>(mixed * golden);
    }

private:
    __extension__ using Key = unsigned __int128;
    static constexpr double largest_capacity = 0x1p128;
    static constexpr std::uint32_t bit_lengths = 33; ///< 0 to 32

    Key key_ = 0;
    double capacity_ = 1;
};

} // namespace escalon

template <>
struct std::hash<escalon::Summary> {
    std::size_t operator()(escalon::Summary const& summary) const noexcept { return summary.hash(); }
};

// The part of a history that a design reads, packed into a key.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
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
        // (high, low) * radix + figure by 32-bit limbs
        std::uint64_t const a = (low_ & mask) * radix + figure;
        std::uint64_t const b = (low_ >> half) * radix + (a >> half);
        high_ = high_ * radix + (b >> half);
        low_ = (b << half) | (a & mask);
        return *this;
    }

    friend bool operator==(Summary const& a, Summary const& b) { return a.high_ == b.high_ && a.low_ == b.low_; }

    std::size_t hash() const
    {
        constexpr std::uint64_t golden = 0x9E3779B97F4A7C15; // 2^64 / golden ratio
        std::uint64_t mixed = (low_ ^ (high_ * golden)) * golden;
        mixed ^= mixed >> half;
        return static_cast<std::size_t>(mixed * golden);
    }

private:
    static constexpr int half = 32;
    static constexpr std::uint64_t mask = 0xFFFFFFFF;
    static constexpr double largest_capacity = 0x1p128;

    std::uint64_t high_ = 0;
    std::uint64_t low_ = 0;
    double capacity_ = 1;
};

} // namespace escalon

template <>
struct std::hash<escalon::Summary> {
    std::size_t operator()(escalon::Summary const& summary) const noexcept { return summary.hash(); }
};

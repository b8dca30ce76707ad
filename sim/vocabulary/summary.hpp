// The part of a history that a design reads, packed into a key.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <functional>
#include <stdexcept>

namespace escalon {

/// Figures behind each other in up to 128 bits. Histories with equal summaries are one state of the design's graph, so a design
/// appends everything that its decision depends on and nothing else.
class Summary {
public:
    /// Appends a figure that lies in [0, radix).
    /// @throws std::overflow_error when more than 128 bits would be needed
    Summary& append(std::uint32_t figure, std::uint32_t radix)
    {
        if (figure >= radix)
            throw std::logic_error("a summary's figure lies outside its radix");
        return append_bits(figure, static_cast<int>(std::bit_width(radix - 1)));
    }

    /// Appends a figure that is known to have at most so many bits. A figure never lies across the two halves.
    /// @throws std::overflow_error likewise
    Summary& append_bits(std::uint32_t figure, int bits)
    {
        make_room(bits);
        low_ = (low_ << bits) | figure;
        return *this;
    }

    /// Appends figure(first), ..., figure(last - 1), of so many bits each and at most `half_bits` together.
    /// @throws std::overflow_error likewise
    Summary& append_run(int first, int last, int bits, auto const& figure)
    {
        make_room((last - first) * bits);
        for (auto low = low_; first < last; low_ = low)
            low = (low << bits) | figure(first++);
        return *this;
    }

    /// Appends a figure that nothing bounds; small ones take few bits. Its length comes last, so that the key can be read back
    /// from its end.
    Summary& append_count(std::uint32_t figure)
    {
        auto const bits = static_cast<std::uint32_t>(std::bit_width(figure));
        if (bits > 1)
            append_bits(figure - (1U << (bits - 1)), static_cast<int>(bits) - 1);
        return append(bits, bit_lengths);
    }

    /// The place of a figure.
    struct Place {
        int used = 0;
        bool second_half = false;
    };
    /// The place of the figure behind which so many bits were appended to its half.
    Place place(int behind) const { return {used_ - behind, first_half_ > 0}; }

    /// The same key with the figure at this place larger by so much; its bits must hold it.
    Summary raised(Place place, std::uint32_t by) const
    {
        auto more = *this;
        if (place.second_half == (first_half_ > 0))
            more.low_ += std::uint64_t{by} << (used_ - place.used);
        else
            more.high_ += std::uint64_t{by} << (first_half_ - place.used);
        return more;
    }

    friend bool operator==(Summary const& a, Summary const& b) { return a.high_ == b.high_ && a.low_ == b.low_; }

    /// The key, its first half first.
    std::array<std::uint64_t, 2> words() const { return {high_, low_}; }

    std::size_t hash() const { return hash(words()); }

    /// The finaliser of MurmurHash3 (Appleby), on words that were mixed by the golden ratio.
    static std::size_t hash(std::array<std::uint64_t, 2> const& words)
    {
        constexpr std::uint64_t golden = 0x9E3779B97F4A7C15; // 2^64 / golden ratio
        constexpr int half = 33;
        std::uint64_t mixed = words[1] ^ (words[0] * golden);
        mixed = (mixed ^ (mixed >> half)) * 0xFF51AFD7ED558CCD;
        mixed = (mixed ^ (mixed >> half)) * 0xC4CEB9FE1A85EC53;
        return static_cast<std::size_t>(mixed ^ (mixed >> half));
    }

    static constexpr int half_bits = 64;

private:
    void make_room(int bits)
    {
        if (used_ + bits > half_bits) {
            if (first_half_ > 0)
                throw std::overflow_error("the design's state does not fit into 128 bits: too many levels or patients");
            first_half_ = used_;
            high_ = low_;
            low_ = 0;
            used_ = 0;
        }
        used_ += bits;
    }

    static constexpr std::uint32_t bit_lengths = 33; ///< 0 to 32

    std::uint64_t high_ = 0;
    std::uint64_t low_ = 0;
    int used_ = 0;       ///< bits of the half that is being filled
    int first_half_ = 0; ///< bits of the first half once the second is being filled
};

} // namespace escalon

template <>
struct std::hash<escalon::Summary> {
    std::size_t operator()(escalon::Summary const& summary) const noexcept { return summary.hash(); }
};

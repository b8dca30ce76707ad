// A hash table from the summaries of a design's states to their numbers.
//
// The states of a large design do not fit into the fastest caches, so a slot is one word: a part of the hash, and where the
// whole key lies.
#pragma once

#include "sim/vocabulary/summary.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace escalon {

class StateIndex {
public:
    using Number = std::uint32_t;
    static constexpr Number unknown = std::numeric_limits<Number>::max();

    /// A state in the order in which states became known.
    struct Place {
        std::uint32_t state = 0;
        bool fresh = false; ///< the summary was unknown and is known now
    };
    /// A summary on its way to its place.
    struct Hashed {
        Hashed() = default;
        Hashed(Summary const& summary) : key{summary.words()}, hash{Summary::hash(key)} {}

        bool operator==(Hashed const& other) const { return same(key, other.key); }

        std::array<std::uint64_t, 2> key;
        std::size_t hash;
    };
    Place find_or_add(Hashed const& summary)
    {
        auto* slot = &slot_of(summary);
        if (slot->state != unknown)
            return {slot->state, false};
        if (room_ == 0) {
            grow();
            slot = &slot_of(summary);
        }
        --room_;
        *slot = {fingerprint(summary.hash), static_cast<std::uint32_t>(keys_.size())};
        keys_.push_back(summary.key);
        numbers_.push_back(unknown);
        return {slot->state, true};
    }

    /// The number of the summary; `unknown` until the caller sets it.
    Number& operator[](Place const& place) { return numbers_[place.state]; }

    std::size_t size() const { return keys_.size(); }

private:
    using Key = std::array<std::uint64_t, 2>;
    struct Slot {
        std::uint32_t fingerprint = 0;
        std::uint32_t state = unknown;
    };

    static std::uint32_t fingerprint(std::size_t hash) { return static_cast<std::uint32_t>(hash >> 32); }

    /// Open addressing with linear steps.
    Slot& slot_of(Hashed const& summary)
    {
        for (auto at = summary.hash & mask_;; at = (at + 1) & mask_) {
            auto& slot = slots_[at];
            if (slot.state == unknown)
                return slot;
            if (slot.fingerprint == fingerprint(summary.hash) && same(keys_[slot.state], summary.key))
                return slot;
        }
    }

    static bool same(Key const& a, Key const& b) { return ((a[0] ^ b[0]) | (a[1] ^ b[1])) == 0; }

    void grow()
    {
        slots_.assign(slots_.size() * 2, Slot{});
        mask_ = slots_.size() - 1;
        room_ = most_used(slots_.size()) - keys_.size();
        for (std::uint32_t state = 0; state < keys_.size(); ++state) {
            auto const hash = Summary::hash(keys_[state]);
            auto at = hash & mask_;
            while (slots_[at].state != unknown)
                at = (at + 1) & mask_;
            slots_[at] = {fingerprint(hash), state};
        }
    }

    static constexpr std::size_t most_used(std::size_t slots) { return slots / 2; }
    static constexpr std::size_t first_slots = 16384; // a power of two

    std::vector<Slot> slots_ = std::vector<Slot>(first_slots);
    std::vector<Key> keys_;
    std::vector<Number> numbers_;
    std::size_t mask_ = first_slots - 1;
    std::size_t room_ = most_used(first_slots); ///< states before the table grows
};

} // namespace escalon

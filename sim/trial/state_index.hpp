// A hash table from the summaries of a design's states to their numbers.
//
// The states of a large design do not fit into the fastest caches, so a slot is one word: a part of the hash, and where the
// whole key lies.
#pragma once

#include "sim/vocabulary/summary.hpp"

#include <array>
#include <cstdint>
#include <limits>
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
    Place find_or_add(Summary const& summary)
    {
        if (4 * (keys_.size() + 1) > 3 * slots_.size())
            grow();
        auto const key = summary.words();
        auto const hash = Summary::hash(key);
        auto& slot = slot_of(key, hash);
        bool const fresh = slot.state == unknown;
        if (fresh) {
            slot = {fingerprint(hash), static_cast<std::uint32_t>(keys_.size())};
            keys_.push_back(key);
            numbers_.push_back(unknown);
        }
        return {slot.state, fresh};
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

    /// Open addressing with linear steps; at most three quarters of the slots are used.
    Slot& slot_of(Key const& key, std::size_t hash)
    {
        auto const mask = slots_.size() - 1;
        for (auto at = hash & mask;; at = (at + 1) & mask) {
            auto& slot = slots_[at];
            if (slot.state == unknown || (slot.fingerprint == fingerprint(hash) && same(keys_[slot.state], key)))
                return slot;
        }
    }

    static bool same(Key const& a, Key const& b) { return ((a[0] ^ b[0]) | (a[1] ^ b[1])) == 0; }

    void grow()
    {
        slots_.assign(slots_.size() * 2, Slot{});
        for (std::uint32_t state = 0; state < keys_.size(); ++state) {
            auto const hash = Summary::hash(keys_[state]);
            slot_of(keys_[state], hash) = {fingerprint(hash), state};
        }
    }

    static constexpr std::size_t first_slots = 1024; // a power of two

    std::vector<Slot> slots_ = std::vector<Slot>(first_slots);
    std::vector<Key> keys_;
    std::vector<Number> numbers_;
};

} // namespace escalon

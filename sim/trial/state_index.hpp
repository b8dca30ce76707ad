// A hash table from the summaries of a design's states to their numbers.
//
// The states of a large design do not fit into the fastest caches, so a slot is one word: a part of the hash, and where the
// whole key lies. States lie in blocks that stay where they are: fresh memory is dear, and a vector that grows takes twice as much.
#pragma once

#include "sim/vocabulary/summary.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
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
        auto const state = static_cast<std::uint32_t>(size_++);
        if (state / block_states == blocks_.size())
            blocks_.push_back(std::make_unique_for_overwrite<Block>());
        *slot = {fingerprint(summary.hash), state};
        state_of(state) = {summary.key, unknown};
        return {state, true};
    }

    /// Says that the summary will be looked up soon.
    void expect(Hashed const& summary) const { __builtin_prefetch(&slots_[summary.hash & mask_]); }

    /// The number of the summary; `unknown` until the caller sets it.
    Number& operator[](Place const& place) { return state_of(place.state).number; }

    std::size_t size() const { return size_; }

private:
    using Key = std::array<std::uint64_t, 2>;
    struct State {
        Key key;
        Number number;
    };
    static constexpr std::uint32_t block_states = 2048;
    using Block = std::array<State, block_states>;
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
            if (slot.fingerprint == fingerprint(summary.hash) && same(state_of(slot.state).key, summary.key))
                return slot;
        }
    }

    State& state_of(std::uint32_t state) { return (*blocks_[state / block_states])[state % block_states]; }

    static bool same(Key const& a, Key const& b) { return ((a[0] ^ b[0]) | (a[1] ^ b[1])) == 0; }

    void grow()
    {
        slots_ = std::vector<Slot>(slots_.size() < usual_slots ? usual_slots : slots_.size() * growth);
        mask_ = slots_.size() - 1;
        room_ = most_used(slots_.size()) - size_;
        for (std::uint32_t state = 0; state < size_; ++state) {
            auto const hash = Summary::hash(state_of(state).key);
            auto at = hash & mask_;
            while (slots_[at].state != unknown)
                at = (at + 1) & mask_;
            slots_[at] = {fingerprint(hash), state};
        }
    }

    static constexpr std::size_t most_used(std::size_t slots) { return slots - slots / 4; }
    // powers of two: small designs take the first, designs of a protocol's size the next in one step
    static constexpr std::size_t first_slots = 4096;
    static constexpr std::size_t usual_slots = 65536;
    static constexpr std::size_t growth = 4;

    std::vector<Slot> slots_ = std::vector<Slot>(first_slots);
    std::vector<std::unique_ptr<Block>> blocks_;
    std::size_t size_ = 0;
    std::size_t mask_ = first_slots - 1;
    std::size_t room_ = most_used(first_slots); ///< states before the table grows
};

} // namespace escalon

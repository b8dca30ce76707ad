// A hash table from the summaries of a design's states to their numbers, in one piece of memory.
#pragma once

#include "sim/vocabulary/summary.hpp"

#include <cstdint>
#include <vector>

namespace escalon {

class StateIndex {
public:
    using Number = std::uint32_t;

    /// The place of the summary's number, new with `fresh` if the summary was unknown. The reference holds until the next call.
    struct Found {
        Number& number;
        bool fresh;
    };
    Found find_or_add(Summary const& summary, Number fresh)
    {
        if (2 * (size_ + 1) > slots_.size())
            grow();
        auto& slot = slot_of(summary);
        bool const is_new = !slot.used;
        if (is_new) {
            slot = {summary, fresh, true};
            ++size_;
        }
        return {slot.number, is_new};
    }

    std::size_t size() const { return size_; }

private:
    struct Slot {
        Summary summary;
        Number number = 0;
        bool used = false;
    };

    /// Open addressing with linear steps; at most half of the slots are used.
    Slot& slot_of(Summary const& summary)
    {
        auto const mask = slots_.size() - 1;
        auto at = summary.hash() & mask;
        while (slots_[at].used && !(slots_[at].summary == summary))
            at = (at + 1) & mask;
        return slots_[at];
    }

    void grow()
    {
        auto old = std::move(slots_);
        slots_ = std::vector<Slot>(old.size() * 2);
        for (auto const& slot : old)
            if (slot.used)
                slot_of(slot.summary) = slot;
    }

    static constexpr std::size_t first_slots = 1024; // a power of two

    std::vector<Slot> slots_ = std::vector<Slot>(first_slots);
    std::size_t size_ = 0;
};

} // namespace escalon

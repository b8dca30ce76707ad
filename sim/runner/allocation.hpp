// How the patients of a trial are spread below, at and above the true MTD, exactly: the joint distribution of the three counts.
//
// Histories that share a state of the design's graph may have spread their patients differently. Each state is therefore split by
// the counts with which it can be reached, and one pass carries the probability of each part. Where a state implies its counts, as
// it does for designs that read the tallies of every level, nothing is split and the pass costs no more than the graph itself.
#pragma once

#include "sim/runner/operating_characteristics.hpp"
#include "sim/trial/design_graph.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <vector>

namespace escalon {

/// The spread of patients over trials.
struct Allocation {
    CountDistribution at;    ///< P(so many patients at the true MTD)
    CountDistribution above; ///< P(so many patients above it)
    Risks overdosing{};
    Risks underdosing{};
};

/// Prepared once for a graph and a place of the true MTD; each further truth with its MTD there is one pass.
class AllocationPass {
public:
    /// @param overdose_from index of the lowest level above the true MTD; 0 where there is none
    AllocationPass(DesignGraph const& graph, int overdose_from);

    /// @param dlt_probability per level
    /// @param grades per level, for a design that reads them
    Allocation operator()(std::span<double const> dlt_probability, GradeProbabilities const& grades = {}) const;

    /// States of the graph split by their counts.
    std::size_t parts() const { return counts_.size(); }

private:
    /// Patients so far, in one word: below, at and above the true MTD.
    using Counts = std::uint64_t;

    DesignGraph const* graph_;
    std::vector<std::uint32_t> first_;  ///< first part of each node, and one past the last
    std::vector<Counts> counts_;        ///< of each part
    std::vector<std::uint32_t> onward_; ///< node by node, successor by successor, part by part: the part that follows
};

/// The passes of one graph, each made when it is first asked for. Any number of threads may ask at once.
class AllocationPasses {
public:
    /// @param graph outlives the passes
    explicit AllocationPasses(DesignGraph const& graph) : graph_{&graph} {}

    AllocationPass const& above(int overdose_from);

private:
    DesignGraph const* graph_;
    std::mutex guard_;
    std::map<int, AllocationPass> passes_;
};

} // namespace escalon

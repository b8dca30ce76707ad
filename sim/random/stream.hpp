// Counter-based randomness: every draw is a function of (seed, trial, patient, purpose), never of the order of work.
//
// Philox4x32-10 (Salmon et al. 2011, SC'11, "Parallel random numbers: as easy as 1, 2, 3"; Random123). One block of
// 128 bits serves two purposes of one patient. Leaving design and sweep cell out of the key gives every design the same
// patients.
#pragma once

#include <Random123/philox.h>

#include <cstdint>
#include <limits>

namespace escalon {

/// What a uniform is for. Each latent quantity of a patient takes exactly one, by inversion, so that the same numbers can
/// come from a Sobol sequence. The first etas follow `eta`, the covariates of a scenario's own `covariate`, what varies between
/// the occasions of one patient `occasion`. Tolerances of
/// further kinds of toxicity follow `kind`; what becomes of a patient's tumour follows `expression`. Draws of uncertain typical values and random truths belong to no patient: they follow
/// `uncertainty` and `curve`, and `curve_trials` gives the seed of the trials under one.
enum class Purpose : std::uint32_t {
    tolerance = 0,
    bsa = 1,
    weight = 2,
    antigen = 3,
    individual = 4, ///< which row of a file of individuals
    eta = 8,
    covariate = 0x100,
    uncertainty = 0x200,
    drop_out = 0x400,
    drop_out_time = 0x401,
    kind = 0x480,
    expression = 0x4A0,
    response = 0x4A1,
    progression = 0x4A2,
    progression_symptoms = 0x4A3,
    occasion = 0x1000,
    curve_trials = 0xFFFE,
    curve = 0x10000
};

/// The purpose of the k-th eta, k from 0.
constexpr Purpose eta_purpose(int k)
{
    return static_cast<Purpose>(static_cast<std::uint32_t>(Purpose::eta) + static_cast<std::uint32_t>(k));
}

/// The purpose of the k-th covariate of the scenario's own, k from 0 and below 256.
constexpr Purpose covariate_purpose(int k)
{
    return static_cast<Purpose>(static_cast<std::uint32_t>(Purpose::covariate) + static_cast<std::uint32_t>(k));
}

/// The purpose of the error of the k-th typical value, k from 0.
constexpr Purpose uncertainty_purpose(int k)
{
    return static_cast<Purpose>(static_cast<std::uint32_t>(Purpose::uncertainty) + static_cast<std::uint32_t>(k));
}

/// The purpose of the tolerance of the k-th kind of toxicity, k from 1: the first has that of the patient.
constexpr Purpose kind_purpose(int k)
{
    return static_cast<Purpose>(static_cast<std::uint32_t>(Purpose::kind) + static_cast<std::uint32_t>(k));
}

/// Room for the kappas of one occasion.
inline constexpr int occasion_stride = 16;
/// Beyond, their purposes would run into those of random curves.
inline constexpr int most_occasions = (0xFFF0 - 0x1000) / occasion_stride;

/// The purpose of the k-th kappa of an occasion, k from 0 and below 16, occasions from 0 and below `most_occasions`.
constexpr Purpose occasion_purpose(int occasion, int k)
{
    return static_cast<Purpose>(static_cast<std::uint32_t>(Purpose::occasion) +
                                static_cast<std::uint32_t>(occasion * occasion_stride + k));
}

/// The purpose of the k-th draw of a random dose-toxicity curve, k from 0.
constexpr Purpose curve_purpose(std::uint32_t k) { return static_cast<Purpose>(static_cast<std::uint32_t>(Purpose::curve) + k); }

/// 52 random bits as the middle of their interval: never 0, never 1, and exact (a half more than 53 bits would round).
constexpr double unit_interval(std::uint64_t bits52)
{
    constexpr double spacing = 0x1p-52;
    return (static_cast<double>(bits52) + 0.5) * spacing;
}

/// The smallest 52-bit number that is not below p: `unit_interval(bits) < p` exactly when `bits < threshold52(p)`.
constexpr std::uint64_t threshold52(double p)
{
    constexpr double numbers = 0x1p52;
    if (!(p > 0))
        return 0;
    if (p >= 1)
        return std::uint64_t{1} << 52;
    double const scaled = p * numbers; // exact: a power of two
    auto const whole = static_cast<std::uint64_t>(scaled);
    return scaled - static_cast<double>(whole) > 0.5 ? whole + 1 : whole;
}

/// All randomness of one trial under one seed.
class TrialStream {
public:
    TrialStream(std::uint64_t seed, std::uint64_t trial)
        : key_{{low(seed), high(seed)}}, trial_low_{low(trial)}, trial_high_{high(trial)}
    {}

    /// 52 bits for a purpose of a patient (patients count from 0 in order of entry).
    std::uint64_t bits52(std::uint32_t patient, Purpose purpose) const
    {
        auto const number = static_cast<std::uint32_t>(purpose);
        auto const block = block_of(patient, number >> 1);
        bool const second = (number & 1U) != 0;
        std::uint64_t const word = second ? join(block.v[2], block.v[3]) : join(block.v[0], block.v[1]);
        return word >> unused_bits_;
    }

    double uniform(std::uint32_t patient, Purpose purpose) const { return unit_interval(bits52(patient, purpose)); }

    /// A draw that belongs to the trial and not to a patient: step k of its conduct.
    double conduct_uniform(std::uint32_t step) const
    {
        auto const block = block_of(conduct_, step);
        return unit_interval(join(block.v[0], block.v[1]) >> unused_bits_);
    }

private:
    static constexpr std::uint32_t conduct_ = std::numeric_limits<std::uint32_t>::max();
    static constexpr int unused_bits_ = 12;
    static constexpr std::uint32_t low(std::uint64_t x) { return static_cast<std::uint32_t>(x); }
    static constexpr std::uint32_t high(std::uint64_t x) { return static_cast<std::uint32_t>(x >> 32); }
    static constexpr std::uint64_t join(std::uint32_t a, std::uint32_t b) { return (std::uint64_t{b} << 32) | a; }

    r123::Philox4x32::ctr_type block_of(std::uint32_t patient, std::uint32_t block) const
    {
        return r123::Philox4x32{}({{trial_low_, trial_high_, patient, block}}, key_);
    }

    r123::Philox4x32::key_type key_;
    std::uint32_t trial_low_;
    std::uint32_t trial_high_;
};

/// The uniforms of one patient.
class PatientStream {
public:
    PatientStream(TrialStream const& trial, std::uint32_t patient) : trial_{trial}, patient_{patient} {}
    double uniform(Purpose purpose) const { return trial_.uniform(patient_, purpose); }

private:
    TrialStream trial_;
    std::uint32_t patient_;
};

} // namespace escalon

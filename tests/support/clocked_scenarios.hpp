// Small scenarios of trials that run by a clock.
#pragma once

#include <string>

namespace escalon::test {

/// A toxicity of the second cycle, an expansion and a late look.
inline std::string late_toxicity(std::string const& designs = "[{ name: three_plus_three, label: 3+3 }]")
{
    return R"(schema: 1
name: late
doses: { unit: mg, levels: [20, 40, 80, 160] }
regimen: { days: [1], cycle: 21 d, cycles: 4, infusion: 1 h }
pk: { model: one_compartment, CL: 0.5 L/d, V1: 3 L }
population: { omega: { CL: 0.09 } }
toxicity:
  model: over_time
  kinds:
    - { name: ocular, driver: peak, memory: 14 d, tolerance: { median: 14 mg/L, sd_log: 0.5 } }
trial:
  dlt_window: 21 d
  clock:
    accrual: { rate: 3 per month }
    follow_up: 126 d
    drop_out: 0.1
    expansion: { patients: 6 }
    late_look: true
truth: { target: 0.30, until: 84 d }
runner: { trials: 200, seed: 5 }
designs: )" +
           designs + "\n";
}

/// The same drug does something for patients, and the expansion takes strong expressors alone.
inline std::string with_activity(std::string const& expansion = "{ patients: 6, only: strong_expression }")
{
    auto text = late_toxicity();
    std::string const plain = "{ patients: 6 }";
    return text.replace(text.find(plain), plain.size(), expansion) + R"(activity:
  expression: { strong: 60 % }
  response: { driver: auc, half: 150 mg*d/L, ceiling: 70 %, weak_expression: 25 % }
  progression: { median: 50 d, responders: 150 d, symptomatic: 50 % }
  assessment: 42 d
)";
}

/// A design that goes on while patients are pending.
inline std::string slow_outcomes()
{
    return R"(schema: 1
name: slow
doses: { unit: mg/m2, levels: [10, 20, 40, 60] }
toxicity: { model: by_dose, probability: [0.05, 0.10, 0.25, 0.50] }
designs: [{ name: tite_boin, target: 0.30 }]
trial: { dlt_window: 84 d, clock: { accrual: { rate: 3 per month }, drop_out: 0.15 } }
runner: { trials: 200, seed: 3 }
)";
}

/// Outcomes that are there at once.
inline std::string at_once()
{
    return R"(schema: 1
name: at once
doses: { unit: mg/m2, levels: [10, 20, 40, 60] }
toxicity: { model: by_dose, probability: [0.05, 0.10, 0.25, 0.50] }
designs: [{ name: three_plus_three }]
trial: { dlt_window: 28 d, clock: { accrual: { rate: 3 per month }, time_to_dlt: { distribution: at_once } } }
runner: { trials: 200, seed: 3 }
)";
}

} // namespace escalon::test

// EWOC: what is said of wrong options, and how a scenario states it.
#include "tests/support/case_reports.hpp"
#include "tests/unit/scenario_support.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

std::string faults_with(std::string const& options) { return faults_of(with_design("name: ewoc, " + options)); }

} // namespace

TEST_CASE("wrong options of EWOC are told at their place, with a remedy", "[scenario][ewoc]")
{
    auto const bound = faults_with("alpha: 25");
    CHECK_THAT(bound, ContainsSubstring("'alpha' must lie between 0 and 1"));
    CHECK_THAT(bound, ContainsSubstring("hint:"));
    CHECK_THAT(faults_with("alpha: 0.4, alpha_step: 0.05, alpha_max: 0.3"), ContainsSubstring("0.3 lies below alpha, 0.4"));
    CHECK_THAT(faults_with("rho0: [1]"), ContainsSubstring("1 parameters for a beta prior"));
    CHECK_THAT(faults_with("prior: [1, -1]"), ContainsSubstring("must be"));
    CHECK_THAT(faults_with("min_dose: 90 mg/m2, max_dose: 40 mg/m2"), ContainsSubstring("90 is not below max_dose, 40"));
    CHECK_THAT(faults_with("max_dose: 4 mg/kg"), ContainsSubstring("a dose in mg/kg, but the ladder is in mg/m2"));
    CHECK_THAT(faults_with("min_dose: 15 mg/m2"), ContainsSubstring("15 lies above the lowest level, 10 mg/m2"));
}

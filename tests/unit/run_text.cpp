// The text of a run says what limits its figures.
#include "sim/report/run_text.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/given_runs.hpp"

using namespace escalon;
using namespace escalon::test;

TEST_CASE("patients whose kinetics could not be integrated are counted, under one truth and under several")
{
    using Catch::Matchers::Contains;
    std::string const note = "The kinetics of 2.0 % of patients could not be integrated: they count as without a DLT.";
    std::vector<double> const risks{0.1, 0.3};
    GivenDesign const design{.selection = {0.4, 0.5}};
    for (auto run : {given_run({risks}, {{design}}), given_run({risks, risks}, {{design}, {design}})}) {
        CHECK_THAT(run_text(run), !Contains("could not be integrated"));
        run.truths.back().toxicity.unsolved_share = 0.02;
        CHECK_THAT(run_text(run), Contains(note));
    }
}

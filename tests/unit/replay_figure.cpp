// The specification of the replay figure says what the record says.
#include "sim/report/figures/replay.hpp"
#include "tests/support/catch.hpp"

#include <nlohmann/json.hpp>

using namespace escalon;
using Json = nlohmann::ordered_json;

namespace {

ReplayFigure figure_of(std::vector<RecordedCohort> cohorts)
{
    return {.title = "<script>alert(1)</script>",
            .subtitle = "a subtitle",
            .ladder = DoseLadder{DoseUnit::mg_per_m2, {18, 100, 36.5 * 4}},
            .cohorts = std::move(cohorts),
            .mtd = DoseLevel{1}};
}

RecordedCohort cohort(int level, std::optional<int> patients, std::optional<int> dlts, int late = 0)
{
    return {.level = DoseLevel::from_number(level), .patients = patients, .dlts = dlts, .late_dlts = late};
}

Json encoding(Json const& specification, std::string const& layer, std::string const& channel)
{
    for (auto const& candidate : specification["layer"])
        if (candidate["name"] == layer)
            return candidate["encoding"][channel];
    FAIL("no layer " + layer);
    return {};
}

} // namespace

TEST_CASE("doses stand in ladder order with their unit, the same in every layer", "[figure]")
{
    auto const specification = replay_figure(figure_of({cohort(1, 3, 0), cohort(2, 3, 1)})).specification;
    Json const order = {"146 mg/m²", "100 mg/m²", "18 mg/m²"};
    for (auto const* layer : {"mtd_line", "path", "mtd_label", "patients", "counts"})
        CHECK(encoding(specification, layer, "y")["scale"]["domain"] == order);
}

TEST_CASE("each patient is one symbol: no DLT, then late DLT, then DLT", "[figure]")
{
    auto const patients = replay_figure(figure_of({cohort(1, 3, 0), cohort(2, 4, 1, 2), cohort(3, 2, std::nullopt)}))
                              .specification["datasets"]["patients"];
    std::vector<std::string> outcomes;
    for (auto const& patient : patients)
        outcomes.push_back(patient["dlt"]);
    CHECK(outcomes == std::vector<std::string>{"No DLT", "No DLT", "No DLT", "No DLT", "Late DLT, after the window",
                                               "Late DLT, after the window", "DLT in the window", "Outcome not on record",
                                               "Outcome not on record"});
    CHECK(patients.back()["patient"] == 9);
}

TEST_CASE("the legend lists no outcome that cannot occur", "[figure]")
{
    auto const legend = [](std::vector<RecordedCohort> cohorts) {
        return encoding(replay_figure(figure_of(std::move(cohorts))).specification, "patients", "shape")["scale"]["domain"]
            .size();
    };
    CHECK(legend({cohort(1, 3, 0)}) == 2);
    CHECK(legend({cohort(1, 3, 0, 1)}) == 3);
    CHECK(legend({cohort(1, 3, 0, 1), cohort(2, 3, std::nullopt)}) == 4);
    CHECK(legend({cohort(1, std::nullopt, std::nullopt)}) == 1);
}

TEST_CASE("the MTD line runs only where the path does not", "[figure]")
{
    auto const gaps = replay_figure(figure_of({cohort(1, 3, 0), cohort(2, 3, 1), cohort(3, 2, 2), cohort(2, 3, 0)}))
                          .specification["datasets"]["mtd"];
    REQUIRE(gaps.size() == 2);
    CHECK(gaps[0]["from"] == 0.5);
    CHECK(gaps[0]["to"] == 3.5);
    CHECK(gaps[1]["from"] == 6.5);
    CHECK(gaps[1]["to"] == 8.5);
}

TEST_CASE("cohorts of unknown size are one symbol each, and no path joins them", "[figure]")
{
    auto const data = replay_figure(figure_of({cohort(1, std::nullopt, std::nullopt), cohort(3, std::nullopt, std::nullopt)}))
                          .specification["datasets"];
    CHECK(data["patients"].size() == 2);
    CHECK(data["path"].empty());
    CHECK(data["cohorts"][0]["label"] == "number not on record");
}

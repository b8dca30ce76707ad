// Tables of events as they come out of NONMEM, R and spreadsheets, and every fault told at its place.
#include "sim/scenario/event_table.hpp"

#include "pk_models/units.hpp"
#include "sim/scenario/diagnostic.hpp"

#include "tests/support/catch.hpp"
#include "tests/support/process.hpp"

#include <string>
#include <vector>

using namespace escalon;
using escalon::test::WithinRel;

namespace {

EventTable events_in(std::string const& text, pk::FirstCompartment first = pk::FirstCompartment::central,
                     TimeColumns times = TimeColumns::days)
{
    return read_event_table(text, "e.csv", first, times);
}

std::vector<Diagnostic> told(std::string const& text, pk::FirstCompartment first = pk::FirstCompartment::central)
{
    try {
        events_in(text, first);
    } catch (ScenarioError const& error) {
        return error.diagnostics();
    }
    return {};
}

} // namespace

TEST_CASE("a table of two patients: doses, samples and a covariate that changes", "[events][table]")
{
    auto const table = events_in("ID,TIME,AMT,RATE,DUR,EVID,CMT,II,ADDL,SS,MDV,WT,DV\n"
                                 "1,0,300,0,0.0625,1,1,21,5,0,1,76,.\n"
                                 "1,7,.,.,.,0,1,.,.,.,0,.,12.5\n"
                                 "1,21,.,.,.,2,.,.,.,.,1,71,.\n"
                                 "B,0,100,50,.,4,.,.,.,.,.,60,.\n");
    REQUIRE(table.patients.size() == 2);
    auto const& first = table.patients[0];
    CHECK(first.id == "1");
    REQUIRE(first.records.size() == 3);
    CHECK(first.records[0].amt_mg == 300);
    CHECK(first.records[0].dur_d == 0.0625);
    CHECK(first.records[0].addl == 5);
    CHECK(first.records[0].ii_d == 21);
    CHECK(first.records[1].evid == pk::evid::observation);
    CHECK(first.records[2].evid == pk::evid::other);
    CHECK(first.records[2].row == 4);
    CHECK(table.patients[1].records[0].rate_mg_per_d == 50);
    CHECK(table.covariates == std::vector<std::string>{"WT"});
    CHECK(first.covariates == std::vector<std::vector<double>>{{76}, {76}, {71}});
    CHECK(table.covariates_of(first, 2, {}).weight.in(unit::kg) == 71);
    pk::PatientEvents const events{first.id, first.records, pk::FirstCompartment::central};
    CHECK(events.doses().size() == 6);
}

TEST_CASE("the table of docs/models/events.md is what the page says of it", "[events][table][docs]")
{
    std::string const page = test::file_text(std::string{ESCALON_SOURCE_DIR} + "/docs/models/events.md");
    auto const begins = page.find("```csv\n") + 7;
    auto const table = events_in(page.substr(begins, page.find("```", begins) - begins));
    REQUIRE(table.patients.size() == 1);
    auto const& patient = table.patients[0];
    pk::PatientEvents const events{patient.id, patient.records, pk::FirstCompartment::central};
    std::vector<double> days;
    for (auto const& dose : events.doses())
        days.push_back(dose.time_d);
    CHECK(days == std::vector<double>{0, 21, 49});
    CHECK(events.doses().back().amount_mg == 226.8);
    REQUIRE(events.observations().size() == 1);
    CHECK(events.observations()[0].time_d == 7);
    CHECK(events.occasion_starts_d().size() == 2);
    CHECK(patient.covariates == std::vector<std::vector<double>>{{76}, {76}, {71}});
}

TEST_CASE("columns stand in any order and case, and those that are not there are 0", "[events][table]")
{
    auto const table = events_in("amt,Time,id\n100,0,1\n.,3,1\n,4,1\n");
    REQUIRE(table.patients.size() == 1);
    auto const& records = table.patients[0].records;
    CHECK(records[0].evid == pk::evid::dose);
    CHECK(records[1].evid == pk::evid::observation);
    CHECK(records[2].evid == pk::evid::observation);
    CHECK(records[2].mdv == 0);
}

TEST_CASE("hours are days over 24, rates per hour rates per day, and codes stay codes", "[events][table]")
{
    auto const table = events_in("ID,TIME,AMT,RATE,DUR,II,ADDL\n1,12,100,50,0,24,3\n1,48,100,0,6,0,0\n",
                                 pk::FirstCompartment::central, TimeColumns::hours);
    auto const& records = table.patients[0].records;
    CHECK(records[0].time_d == 0.5);
    CHECK(records[0].rate_mg_per_d == 1200);
    CHECK(records[0].ii_d == 1);
    CHECK(records[1].dur_d == 0.25);
    auto const modelled = told("ID,TIME,AMT,RATE\n1,0,100,-2\n");
    REQUIRE(modelled.size() == 1);
    CHECK(modelled[0].column == 9);
    CHECK(modelled[0].message.find("RATE -2") != std::string::npos);
}

TEST_CASE("comments are lines with # or with C alone, and a column C marks them too", "[events][table]")
{
    auto const table = events_in(
        "# made by hand, \"unfinished\nC a comment, with a comma\nID,TIME,AMT\n#1,0,5\n1,0,100\nC,1,200\nC01,0,50\n");
    REQUIRE(table.patients.size() == 2);
    CHECK(table.patients[0].records.size() == 1);
    CHECK(table.patients[1].id == "C01");
    auto const marked = events_in("C,ID,TIME,AMT\n.,1,0,100\nC,1,1,200\n.,1,2,300\n");
    REQUIRE(marked.patients.size() == 1);
    CHECK(marked.patients[0].records.size() == 2);
    CHECK(marked.covariates.empty());
    CHECK(events_in("CMT,ID,TIME,AMT\n1,1,0,100\n").patients[0].records[0].cmt == 1);
}

TEST_CASE("what spreadsheets do to a table of events is read: a byte order mark, CRLF, quotes, blank lines", "[events][table]")
{
    auto const table = events_in("\xEF\xBB\xBFID,TIME,AMT\r\n\r\n\"1\", 0 ,\"100\"\r\n\r\n");
    REQUIRE(table.patients.size() == 1);
    CHECK(table.patients[0].records[0].amt_mg == 100);
}

TEST_CASE("columns of numbers are covariates, columns of words are left aside with a note", "[events][table]")
{
    auto const table = events_in("ID,TIME,AMT,bsa,ARM,ANTIGEN,ALB\n1,0,100,1.8,low,1000,.5\n1,1,0,.,low,.,.\n");
    CHECK(table.covariates == std::vector<std::string>{"BSA", "ANTIGEN", "ALB"});
    REQUIRE(table.notes.size() == 2);
    CHECK(table.notes[0] == "columns without numbers were left aside: ARM");
    CHECK(table.notes[1] == "read as covariates: BSA, ANTIGEN, ALB");
    REQUIRE(table.covariate("alb"));
    CHECK(table.patients[0].covariates[1][*table.covariate("alb")] == 0.5);
    auto const here = table.covariates_of(table.patients[0], 1, {.bsa = {}, .weight = 70 * unit::kg, .antigen = {}});
    CHECK(here.bsa.in(unit::m2) == 1.8);
    CHECK(here.weight.in(unit::kg) == 70);
    CHECK_THAT(here.antigen.in(unit::U_per_mL), WithinRel(1000.0, 1e-15));
}

TEST_CASE("each fault of a table of events has its place and remedy", "[events][table]")
{
    struct Case {
        std::string text;
        int line;
        int column;
        std::string says;
    };
    std::string const head = "ID,TIME,AMT,EVID\n";
    std::vector<Case> const cases{{"ID,TIM,AMT\n1,0,100\n", 1, 4, "no column of events"},
                                  {"ID,TIME\n1,0\n", 1, 1, "no column 'AMT'"},
                                  {"ID,TIME,AMT,amt\n1,0,1,1\n", 1, 13, "twice"},
                                  {"ID,TIME,AMT,\n1,0,1,\n", 1, 13, "without a name"},
                                  {head, 1, 1, "no record"},
                                  {"", 1, 1, "nothing in this table"},
                                  {"# only this\n", 1, 1, "nothing in this table"},
                                  {head + "1,0,ten,1\n", 2, 5, "no number for AMT"},
                                  {head + "1,.,100,1\n", 2, 3, "without a time"},
                                  {head + ".,0,100,1\n", 2, 1, "without a patient"},
                                  {head + "1,0,100,1.5\n", 2, 9, "not whole"},
                                  {head + "1,0,100,7\n", 2, 9, "no EVID 7"},
                                  {head + "1,0,100,0\n", 2, 5, "an observation has AMT"},
                                  {head + "1,0,-5,1\n", 2, 5, "cannot be -5"},
                                  {head + "1,0,0,1\n", 2, 5, "no amount"},
                                  {head + "1,5,100,1\n1,3,100,1\n", 3, 3, "goes back"},
                                  {head + "1,5,100,1\n1,3,100,4\n", 3, 3, "goes back"},
                                  {head + "1,0,100,1\n2,0,100,1\n1,3,100,1\n", 4, 1, "already"},
                                  {head + "1,0,100\n", 2, 1, "3 values"},
                                  {head + "1,0,\"100,1\n", 2, 5, "not closed"},
                                  {"ID,TIME,AMT,ADDL\n1,0,100,3\n", 2, 9, "no interval"},
                                  {"ID,TIME,AMT,SS\n1,0,100,1\n", 2, 9, "no interval"},
                                  {"ID,TIME,AMT,CMT\n1,0,100,2\n", 2, 9, "no dose can go"},
                                  {"ID,TIME,AMT,MDV\n1,0,100,2\n", 2, 9, "no MDV"},
                                  {"ID,TIME,AMT,WT\n1,0,100,-3\n", 2, 9, "WT cannot be"},
                                  {"ID,TIME,AMT,WT\n1,0,100,.\n1,1,100,70\n", 2, 9, "has no WT"},
                                  {"ID,TIME,AMT,ALB\n1,0,100,40\n1,1,100,low\n", 3, 9, "no number for ALB"}};
    for (auto const& [text, line, column, says] : cases) {
        CAPTURE(text);
        auto const found = told(text);
        REQUIRE(found.size() == 1);
        CHECK(found[0].line == line);
        CHECK(found[0].column == column);
        CHECK(found[0].message.find(says) != std::string::npos);
        CHECK_FALSE(found[0].hint.empty());
    }
    CHECK(told("ID,TIME,AMT,CMT\n1,0,100,2\n", pk::FirstCompartment::depot).empty());
}

TEST_CASE("a steady state that is added is refused where the model is integrated, at its line", "[events][table]")
{
    std::string const text = "ID,TIME,AMT,II,SS\n1,0,300,.,.\n1,7,300,21,2\n";
    CHECK(events_in(text).patients.size() == 1);
    try {
        read_event_table(text, "e.csv", pk::FirstCompartment::central, TimeColumns::days, pk::SteadyStates::replacing);
        FAIL("it was read");
    } catch (ScenarioError const& error) {
        REQUIRE(error.diagnostics().size() == 1);
        CHECK(error.diagnostics()[0].line == 3);
        CHECK(error.diagnostics()[0].message.find("SS 2 adds a steady state") != std::string::npos);
    }
}

TEST_CASE("all faults of a table are told together, and none that only follows from another", "[events][table]")
{
    auto const found = told("ID,TIME,AMT,EVID,ADDL\n"
                            "1,0,ten,1,2\n" // no number; the missing interval is not told of what could not be read
                            "2,5,100,1,3\n"
                            "2,4,0,1,0\n"
                            "3,0,50,9,0\n");
    REQUIRE(found.size() == 5);
    CHECK(found[0].line == 2);
    CHECK(found[1].line == 3);
    CHECK(found[2].line == 4);
    CHECK(found[3].line == 4);
    CHECK(found[4].line == 5);
}

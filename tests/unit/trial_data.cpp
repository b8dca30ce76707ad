// The data of a running trial: CSV as it comes out of other programs, notation, and every fault told at its place.
#include "sim/scenario/trial_data.hpp"
#include "sim/scenario/diagnostic.hpp"
#include "sim/vocabulary/notation.hpp"
#include "tests/support/case_reports.hpp"
#include "tests/support/process.hpp"

using namespace escalon;
using namespace escalon::test;

namespace {

std::string cohorts_in(std::string const& text)
{
    return fractions(read_trial_data(text, "d.csv", ladder(6)).cohorts, ladder(6));
}

std::vector<Diagnostic> faults(std::string const& text)
{
    try {
        read_trial_data(text, "d.csv", ladder(6));
    } catch (ScenarioError const& error) {
        return error.diagnostics();
    }
    return {};
}

std::string const head = "patient,cohort,dose,dlt\n";

} // namespace

TEST_CASE("a row a patient, cohorts in their order", "[data]")
{
    CHECK(cohorts_in(head + "1,1,10,0\n2,1,10,0\n3,1,10,0\n4,2,20,1\n5,2,20,0\n6,2,20,0\n") == "10:0/3 20:1/3");
    CHECK(cohorts_in("patient,cohort,level,dlt\n1,a,1,no\n2,b,2,yes\n") == "10:0/1 20:1/1");
    CHECK(cohorts_in("DLT,Dose,Cohort,Patient\ntrue,10 mg/m2,1,1\nFALSE,10,1,2\n") == "10:1/2");
    CHECK(cohorts_in("patient,cohort,level,dose,dlt\n1,1,2,20,1\n") == "20:1/1");
}

TEST_CASE("what spreadsheets do to CSV is read: a byte order mark, CRLF, quotes, blank lines", "[data]")
{
    CHECK(cohorts_in("\xEF\xBB\xBF" + head + "\"1\",\"1\",\"10\",\"0\"\r\n\r\n \"2\" , 1 , 10 , 1\r\n\r\n") == "10:1/2");
    CHECK(cohorts_in("patient,cohort,dose,dlt,note\n\"a \"\"b\"\", c\",1,10,0,\"x, y\"\n") == "10:0/1");
    auto const bom = faults("\xEF\xBB\xBFpatient,cohort,dose\n");
    REQUIRE(bom.size() == 1);
    CHECK(bom.front().column == 1);
}

TEST_CASE("columns that nobody reads are left aside with a note, and scattered cohorts are taken together", "[data]")
{
    auto const data = read_trial_data("patient,cohort,dose,dlt,site,arm\n1,1,10,0,A,x\n2,2,20,0,A,x\n3,1,10,1,B,x\n", "d.csv",
                                      ladder(6));
    CHECK(fractions(data.cohorts, ladder(6)) == "10:1/2 20:0/1");
    REQUIRE(data.notes.size() == 2);
    CHECK(data.notes[0] == "cohort 1 has rows in several places: they were taken together");
    CHECK(data.notes[1].find("site, arm") != std::string::npos);
}

TEST_CASE("the grade tells DLTs from DLTs and other toxicities from none", "[data][grades]")
{
    auto const outcomes = [](std::string const& rows) {
        auto const data = read_trial_data("patient,cohort,dose,dlt,grade\n" + rows, "d.csv", ladder(6));
        CHECK(data.notes.empty());
        return letters(data.cohorts);
    };
    CHECK(outcomes("1,1,10,0,0\n2,1,10,0,1\n3,1,10,0,2\n4,2,20,1,3\n5,2,20,1,4\n6,2,20,1,5\n") == "1NNM 2TXX");
    CHECK(outcomes("1,1,10,0,\n2,1,10,1,\n") == "1NT"); // not on record
    CHECK(outcomes("1,1,10,0,3\n") == "1M");            // grade 3 that the protocol does not count as a DLT
    CHECK(faults("patient,cohort,dose,dlt,grade\n1,1,10,0,6\n").size() == 1);
}

TEST_CASE("a file may hold outcomes in notation, over several lines", "[data]")
{
    CHECK(cohorts_in("1NNN\n2NNT 2NNN\n") == "10:0/3 20:1/3 20:0/3");
    CHECK(cohorts_in("10:0/3 20:1/3") == "10:0/3 20:1/3");
    CHECK(cohorts_in("") == "");
    CHECK(faults("1NNN 9NNN\n2NG").size() == 2);
    CHECK(faults("10:0/3 2NNT").size() == 1);
}

TEST_CASE("every fault of a table is told at once, as the file of diagnostics has it", "[data][golden]")
{
    auto const folder = std::string{ESCALON_TEST_DATA} + "/golden/diagnostics/";
    auto const text = file_text(folder + "trial_data.csv");
    std::string printed;
    try {
        read_trial_data(text, "trial_data.csv", ladder(6));
    } catch (ScenarioError const& error) {
        printed = render(error.diagnostics());
    }
    if (std::getenv("ESCALON_UPDATE_GOLDEN"))
        std::ofstream{folder + "trial_data.txt", std::ios::binary} << printed;
    CHECK(printed == file_text(folder + "trial_data.txt"));
}

TEST_CASE("each kind of fault has its place and remedy", "[data]")
{
    struct Case {
        std::string text;
        int line;
        int column;
        std::string says;
    };
    std::vector<Case> const cases{
        {"patient,cohrt,dose,dlt\n1,1,10,0\n", 1, 9, "no column"},
        {"patient,cohort,dlt\n1,1,0\n", 1, 1, "no column 'dose'"},
        {"patient,cohort,dose,dlt,dlt\n1,1,10,0,0\n", 1, 25, "twice"},
        {head, 1, 1, "no patient"},
        {head + "1,1,10,\n", 2, 8, "not on record"},
        {head + "1,1,10,maybe\n", 2, 8, "no outcome"},
        {head + "1,1,15,0\n", 2, 5, "not a dose of the ladder"},
        {head + "1,1,10 mg/kg,0\n", 2, 5, "not the unit"},
        {head + "1,1,ten,0\n", 2, 5, "no dose"},
        {"patient,cohort,level,dlt\n1,1,7,0\n", 2, 5, "not a level"},
        {"patient,cohort,level,dlt\n1,1,1.5,0\n", 2, 5, "not a level"},
        {"patient,cohort,level,dose,dlt\n1,1,1,20,0\n", 2, 7, "is 10 mg/m2, not 20 mg/m2"},
        {head + "1,1,10,0\n1,1,10,0\n", 3, 1, "already"},
        {head + "1,1,10,0\n2,1,20,0\n", 3, 5, "since line 2"},
        {head + "1,2,10,0\n2,1,20,0\n", 3, 3, "begins after"},
        {head + "1,,10,0\n", 2, 3, "without a cohort"},
        {head + "1,1,10\n", 2, 1, "3 values"},
        {head + "1,1,\"10,0\n", 2, 5, "not closed"},
        {head + "1,1,\"10\"x,0\n", 2, 9, "closing quote"},
    };
    for (auto const& [text, line, column, says] : cases) {
        INFO(text);
        auto const found = faults(text);
        REQUIRE(!found.empty());
        auto const hit = std::ranges::find_if(found,
                                              [&](auto const& fault) { return fault.message.find(says) != std::string::npos; });
        REQUIRE(hit != found.end());
        CHECK(hit->line == line);
        CHECK(hit->column == column);
        CHECK_FALSE(hit->hint.empty());
        CHECK_FALSE(hit->excerpt.empty());
    }
}

TEST_CASE("patients whose outcome is pending are told that a time-to-event design is needed", "[data]")
{
    for (auto const* pending : {"", "NA", "pending", "?"}) {
        auto const found = faults(head + "1,1,10," + pending + "\n");
        REQUIRE(found.size() == 1);
        CHECK(found.front().hint.find("time-to-event") != std::string::npos);
    }
}

TEST_CASE("damaged data are refused or read, never more", "[data][property]")
{
    std::string const whole = head + "1,1,10 mg/m2,0\r\n\"2\",1,10,yes\n3,2,20,no\n";
    for (std::size_t at = 0; at < whole.size(); ++at)
        for (char const c : {'"', ',', '\n', '\0', '\xFF', ':', '9'}) {
            auto damaged = whole;
            damaged[at] = c;
            CHECK_NOTHROW(faults(damaged));
            CHECK_NOTHROW(faults(whole.substr(0, at) + c));
        }
}

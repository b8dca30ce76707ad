// What a user is told about a scenario that is wrong: every fault, its place, its remedy.
#include "tests/unit/scenario_support.hpp"

using namespace escalon;
using namespace escalon::test;

TEST_CASE("a scenario with seven faults prints all seven with places and remedies", "[scenario][golden]")
{
    std::string const folder = std::string{ESCALON_TEST_DATA} + "/golden/diagnostics/";
    auto const text = file_text(folder + "seven_faults.yaml");
    std::string printed;
    try {
        parse_scenario(text, "seven_faults.yaml");
    } catch (ScenarioError const& error) {
        CHECK(error.diagnostics().size() == 7);
        printed = render(std::span{error.diagnostics()});
    }
    CHECK(printed == file_text(folder + "seven_faults.txt"));
}

TEST_CASE("a percentage where a fraction belongs is shown as the plan shows it", "[scenario]")
{
    CHECK(faults_of(smallest + "truth:\n  target: 30\n") == "s.yaml:8:11: error: 'target' must lie between 0 and 1, got 30\n"
                                                            "    target: 30\n"
                                                            "            ^^\n"
                                                            "  hint: rates are fractions: 30 % is 0.30\n");
}

TEST_CASE("a fault of an override points into the override", "[scenario][override]")
{
    CHECK(faults_of(smallest, {"truth.target=30"}) == "--set truth.target=30: error: 'target' must lie between 0 and 1, got 30\n"
                                                      "    truth.target=30\n"
                                                      "                 ^^\n"
                                                      "  hint: rates are fractions: 30 % is 0.30\n");
}

TEST_CASE("carets stand under the value behind umlauts and tabs", "[scenario]")
{
    auto const faults = faults_of("schema: 1\nname: \"Gr\xC3\xB6\xC3\x9F"
                                  "e\"\nd\xC3\xB6ses:\t3\n");
    CHECK_THAT(faults, ContainsSubstring("s.yaml:3:1: error: unknown key 'd\xC3\xB6ses'"));
    CHECK_THAT(faults, ContainsSubstring("    d\xC3\xB6ses: 3\n    ^^^^^\n"));
}

TEST_CASE("colour is the caller's choice", "[scenario]")
{
    Diagnostic const fault{Severity::error, "s.yaml", 1, 1, 4, "message", "hint", "text", 1};
    CHECK(render(fault).find('\033') == std::string::npos);
    CHECK(render(fault, Colour::always).find("\033[1;31merror\033[0m") != std::string::npos);
}

TEST_CASE("long lines are cut around the fault", "[scenario]")
{
    auto const faults = faults_of(smallest + "compound: { a: " + std::string(500, 'x') + ", b: 1 }\nextra: [" +
                                  std::string(3000, '1') + "]\n");
    std::istringstream lines{faults};
    for (std::string line; std::getline(lines, line);)
        CHECK(line.size() < 300);
}

TEST_CASE("the missing field is named once, with an example", "[scenario]")
{
    auto const faults = faults_of(replaced(with_exposure, "CL: 0.4 L/d/m2, ", ""));
    CHECK_THAT(faults,
               ContainsSubstring("s.yaml:5:5: error: 'CL' is missing in 'pk'") || ContainsSubstring("'CL' is missing in 'pk'"));
    CHECK_THAT(faults, ContainsSubstring("add CL: 1 L/d/m2"));
    CHECK(count_of_faults(replaced(with_exposure, "CL: 0.4 L/d/m2, ", "")) == 1);
}

TEST_CASE("a misspelt key is one fault, not an unknown and a missing one", "[scenario]")
{
    auto const text = replaced(with_exposure, "V1:", "v1:");
    CHECK(count_of_faults(text) == 1);
    CHECK_THAT(faults_of(text), ContainsSubstring("did you mean 'V1'?"));
}

TEST_CASE("a part that failed to read gives no second fault", "[scenario]")
{
    CHECK(count_of_faults(replaced(smallest, "[10, 20, 30]", "[10, twenty, 30]")) == 1);
    CHECK(count_of_faults(replaced(smallest, "by_dose", "by_dos")) == 1);
    CHECK(count_of_faults(replaced(with_exposure, "two_compartment", "two_compartments")) == 1);
    CHECK(count_of_faults(replaced(with_exposure, "60 mg*d/L", "60")) == 1);
    CHECK(count_of_faults(replaced(smallest, "doses:", "dose:")) == 1);
}

TEST_CASE("parts that contradict each other are told at their places", "[scenario]")
{
    auto const says = [](std::string const& text, std::string const& what) {
        CHECK_THAT(faults_of(text), ContainsSubstring(what));
    };
    says(replaced(smallest, "[0.1, 0.2, 0.3]", "[0.1, 0.2]"), "2 probabilities for 3 dose levels");
    says(replaced(with_exposure, "pk:", "#pk:"), "toxicity by exposure needs the pharmacokinetics");
    says(replaced(with_exposure, "regimen:", "#regimen:"), "toxicity by exposure needs a regimen");
    says(replaced(with_exposure, "60 mg*d/L", "60 mg/L"), "driver auc needs an AUC, got a concentration");
    says(replaced(with_exposure, "infusion: 1 h", "infusion: 1 h, weight_cap: 90 kg"), "a cap on body weight does nothing");
    says(replaced(smallest, "30] }\ntox", "30], start_level: 4 }\ntox"), "level 4 is not on the ladder");
    says(replaced(smallest, "three_plus_three }", "three_plus_three, start_level: 4 }"), "level 4 is not on the ladder");
    says(smallest + "  - { name: three_plus_three }\n", "two designs are called 'three_plus_three'");
    says(smallest + "documented: { mtd: 25 mg/m2 }\n", "25 mg/m2 is not on the ladder");
    says(smallest + "documented: { mtd: 20 mg/kg }\n", "a dose in mg/kg, but the ladder is in mg/m2");
    says(smallest + "documented: { cohorts: [{ level: 20 mg/m2, patients: 3, dlts: 4 }] }\n", "4 of 3 patients");
    says(smallest + "documented: { total_patients: 2, cohorts: [{ level: 20 mg/m2, patients: 3, dlts: 0 }] }\n",
         "more than 2 in all");
    says(with_exposure + "population: { omega: { KA: 0.1 } }\n", "'KA' is not a parameter of the model");
    says(replaced(with_exposure, "V2: 0.9 L/m2",
                  "V2: 0.9 L/m2, antigen_clearance: { model: power_law, exponent: 0.1, reference: 20 U/mL }"),
         "a power law has no value at antigen 0");
}

TEST_CASE("evidence must speak of something that is there", "[scenario][evidence]")
{
    CHECK(faults_of(with_exposure + "evidence: { pk.CL: { label: assumption }, designs.3+3: { label: unknown } }\n").empty());
    auto const wrong = faults_of(with_exposure + "evidence:\n  pk.CLL: { label: assumption }\n");
    CHECK_THAT(wrong, ContainsSubstring("s.yaml:11:3: error: the scenario has nothing at 'pk.CLL'"));
    CHECK_THAT(wrong, ContainsSubstring("did you mean 'pk.CL'?"));
    CHECK_THAT(faults_of(with_exposure + "evidence: { pk.CL: { label: sed } }\n"), ContainsSubstring("did you mean 'seed'?"));
}

TEST_CASE("what YAML readers take for something else is refused", "[scenario][yaml]")
{
    auto const says = [](std::string const& text, std::string const& what) {
        INFO(text);
        CHECK_THAT(faults_of(text), ContainsSubstring(what));
    };
    says(replaced(smallest, "10,", "010,"), "write 10");
    says(replaced(smallest, "10,", ".nan,"), "write a finite number");
    says(replaced(smallest, "10,", "0x10,"), "write it in decimal");
    says(replaced(smallest, "10,", "1_0,"), "write it without separators: 10");
    says(replaced(smallest, "10,", "~,"), "has no value");
    says(replaced(smallest, "three_plus_three }", "three_plus_three, deescalate: no }"), "write false");
    says(replaced(smallest, "three_plus_three }", "three_plus_three, deescalate: }"), "'deescalate' has no value");
    says(smallest + "name: again\n", "duplicate key 'name'");
    says(smallest + "name: again\n", "it already stands in line 2");
    says(smallest + "<<: { a: 1 }\n", "merge keys are not part of scenarios");
    says(smallest + "---\nname: two\n", "a scenario is one YAML document");
    says(smallest + "compound: !!str x\n", "tags have no meaning");
    says(smallest + "compound: \"open\n", "this quote is never closed");
    says(smallest + "compound: &a [*a]\n", "an alias cannot stand inside of what it names");
    says(smallest + "compound: *nobody\n", "there is no anchor of this name");
    says(smallest + "trial:\n\tdlt_window: 21 d\n", "a tab cannot indent");
    says(smallest + "compound: a: b\n", "a ':' stands where no key can be");
    says(smallest + " compound: a\n", "does not fit");
    says(smallest + "? [a, b]\n: c\n", "a key cannot be a list");
    says(smallest + std::string{"compound: a\0b\n", 14}, "a control character stands here");
    says(smallest + "compound: \"a\\u001bb\"\n", "a control character hides in this text");
    says(smallest + "compound: \xFF\n", "this is not UTF-8 text");
    says(smallest + "compound: \xC2\x9B"
                    "31m\n",
         "a control character stands here");
    says("", "the scenario is empty");
    says("# nothing\n", "the scenario is empty");
    says("just words\n", "a scenario must be a block of keys");
    says(smallest + "compound: " + std::string(100, '[') + std::string(100, ']') + "\n", "nested too deeply");
    says(std::string(2 << 20, '#'), "larger than any scenario");
}

TEST_CASE("aliases that multiply are stopped", "[scenario][yaml]")
{
    std::string bomb = "a: &a [x,x,x,x,x,x,x,x,x,x]\n";
    for (char name = 'b'; name <= 'j'; ++name) {
        std::string const before{static_cast<char>(name - 1)};
        bomb += std::string{name} + ": &" + name + " [";
        for (int i = 0; i < 10; ++i)
            bomb += (i ? ",*" : "*") + before;
        bomb += "]\n";
    }
    CHECK_THAT(faults_of(bomb), ContainsSubstring("blow this file up beyond reason"));
}

TEST_CASE("an anchor and its alias are read like the value itself", "[scenario][yaml]")
{
    auto const text = replaced(replaced(smallest, "[10, 20, 30]", "[10, &second 20, 30]"), "three_plus_three }",
                               "three_plus_three, max_patients: *second }");
    CHECK(read(text).designs.front().common().max_patients == 20);
}

TEST_CASE("a byte order mark and line ends of Windows are accepted", "[scenario][yaml]")
{
    std::string text = "\xEF\xBB\xBF";
    for (char const c : smallest)
        text += c == '\n' ? std::string{"\r\n"} : std::string{c};
    CHECK(resolved_yaml(read(text)) == resolved_yaml(read(smallest)));
}

TEST_CASE("a file that is not there is not a fault of the scenario", "[scenario]")
{
    CHECK_THROWS_AS(read_scenario("/nowhere/at/all.yaml"), MissingFile);
    CHECK_THROWS_AS(read_scenario(std::string{ESCALON_TEST_DATA}), MissingFile);
}

// Oracle files of nonlinear pharmacokinetics read as the references' systems.
#pragma once

#include "tests/support/catch.hpp"
#include "tests/support/oracle.hpp"
#include "tests/support/pk_references.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace escalon::test {

inline std::string id_of(nlohmann::json const& oracle_case) { return oracle_case["id"]; }

inline std::vector<reference::Dose> doses_of(nlohmann::json const& oracle_case)
{
    std::vector<reference::Dose> doses;
    for (auto const& dose : oracle_case["doses"])
        doses.push_back({dose["time"], dose["dur"], dose["amt"]});
    return doses;
}

/// The volume of a single compartment is called V.
inline reference::Disposition disposition_of(nlohmann::json const& params)
{
    if (params.contains("V"))
        return {.CL_L_per_d = params["CL"], .V1_L = params["V"]};
    return {params["CL"], params["V1"], params["Q"], params["V2"]};
}

inline reference::Antigen antigen_of(nlohmann::json const& params)
{
    return {.R0_nM = params["R0"], .KDEG_per_d = params["KDEG"], .KINT_per_d = params["KINT"]};
}

inline void read(nlohmann::json const& params, reference::MichaelisMenten& system)
{
    system = {disposition_of(params), params["VMAX"], params["KM"]};
}

template <reference::Analyte analyte>
void read(nlohmann::json const& params, reference::FullTmdd<analyte>& system)
{
    system = {disposition_of(params), antigen_of(params), params["KON"], params["KOFF"]};
}

template <reference::Analyte analyte>
void read(nlohmann::json const& params, reference::QssTmdd<analyte>& system)
{
    system = {disposition_of(params), antigen_of(params), params["KSS"]};
}

template <reference::Analyte analyte>
void read(nlohmann::json const& params, reference::ConjugateAntigen<analyte>& system)
{
    system = {disposition_of(params), antigen_of(params), params["KSS"], params["KDC"]};
}

template <class System>
System system_of(nlohmann::json const& oracle_case)
{
    System system;
    read(oracle_case["params"], system);
    return system;
}

/// How near a solution must come: relative to the value, or to the largest concentration where the value is small beside it.
struct Nearness {
    double relative = 0;
    double of_cmax = 0;
};

/// Holds AUC and Cmax of one analyte, "auc<name>_0_21" and the like, and returns the states at the times of the case.
/// `solve(system, doses, times)` gives a course.
template <class System>
auto hold_exposure(nlohmann::json const& oracle_case, std::string const& name, auto const& solve, Nearness near)
{
    auto const& c = oracle_case;
    auto const system = system_of<System>(c);
    auto const doses = doses_of(c);
    std::vector<double> const times = c["times"];
    auto const course = solve(system, doses, times);

    double const cmax = c["cmax" + name];
    CAPTURE(name);
    CHECK_THAT(course.highest, WithinRel(cmax, near.relative));
    if (doses.size() == 1 && c.contains("tmax"))
        CHECK(course.highest_d == c["tmax"].get<double>());

    for (auto const& [key, value] : c.items()) {
        std::string const prefix = "auc" + name + "_0_";
        if (!key.starts_with(prefix) || key.ends_with("_inf"))
            continue;
        CAPTURE(key);
        auto const end = key.substr(prefix.size());
        double const until_d = end == "tlast" ? times.back() : std::stod(end);
        auto const at = std::ranges::find(times, until_d);
        std::vector<double> const alone{until_d};
        double const auc = at == times.end() ? solve(system, doses, alone).auc.back()
                                             : course.auc[static_cast<std::size_t>(at - times.begin())];
        CHECK_THAT(auc, WithinRel(value.template get<double>(), near.relative));
    }
    return course.at;
}

/// Holds a series, of the states by `value(state)`.
void hold_series(nlohmann::json const& oracle_case, std::string const& name, auto const& states, auto const& value, double cmax,
                 Nearness near)
{
    CAPTURE(name);
    std::vector<double> const expected = oracle_case[name];
    REQUIRE(states.size() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CAPTURE(oracle_case["times"][i].get<double>());
        CHECK_THAT(value(states[i]), WithinRel(expected[i], near.relative) || WithinAbs(expected[i], near.of_cmax * cmax));
    }
}

void hold_full_tmdd(auto const& solve, Nearness near)
{
    using reference::Analyte, reference::FullTmdd;
    auto const file = oracle("pk_tmdd_full.json");
    for (auto const& c : file["cases"]) {
        CAPTURE(id_of(c));
        auto const states = hold_exposure<FullTmdd<>>(c, "_total", solve, near);
        hold_exposure<FullTmdd<Analyte::free>>(c, "_free", solve, near);
        double const cmax = c["cmax_total"];
        hold_series(
            c, "drug_total", states, [](auto const& y) { return y[0] + y[3]; }, cmax, near);
        hold_series(
            c, "drug_free", states, [](auto const& y) { return y[0]; }, cmax, near);
        hold_series(
            c, "peripheral", states, [](auto const& y) { return y[1]; }, cmax, near);
        hold_series(
            c, "antigen_total", states, [](auto const& y) { return y[2] + y[3]; }, cmax, near);
    }
}

void hold_qss_tmdd(auto const& solve, Nearness near)
{
    using reference::Analyte, reference::QssTmdd;
    auto const file = oracle("pk_tmdd_qss.json");
    for (auto const& c : file["cases"]) {
        CAPTURE(id_of(c));
        auto const states = hold_exposure<QssTmdd<>>(c, "_total", solve, near);
        hold_exposure<QssTmdd<Analyte::free>>(c, "_free", solve, near);
        double const cmax = c["cmax_total"];
        auto const free = system_of<QssTmdd<Analyte::free>>(c);
        hold_series(
            c, "drug_total", states, [](auto const& y) { return y[0]; }, cmax, near);
        hold_series(
            c, "drug_free", states, [&](auto const& y) { return free.measured(y); }, cmax, near);
        hold_series(
            c, "peripheral", states, [](auto const& y) { return y[1]; }, cmax, near);
        hold_series(
            c, "antigen_total", states, [](auto const& y) { return y[2]; }, cmax, near);
    }
}

void hold_conjugate_antigen(auto const& solve, Nearness near)
{
    using reference::Analyte, reference::ConjugateAntigen;
    auto const file = oracle("pk_adc_canag.json");
    for (auto const& c : file["cases"]) {
        CAPTURE(id_of(c));
        auto const states = hold_exposure<ConjugateAntigen<>>(c, "_adc", solve, near);
        hold_exposure<ConjugateAntigen<Analyte::antibody>>(c, "_tab", solve, near);
        double const cmax = c["cmax_tab"];
        double const KSS = c["params"]["KSS"];
        auto const free = system_of<ConjugateAntigen<Analyte::free>>(c);
        hold_series(
            c, "adc_total", states, [](auto const& y) { return y[3]; }, cmax, near);
        hold_series(
            c, "adc_free", states, [&](auto const& y) { return free.measured(y); }, cmax, near);
        hold_series(
            c, "tab_total", states, [](auto const& y) { return y[0]; }, cmax, near);
        hold_series(
            c, "tab_free", states, [&](auto const& y) { return reference::free_drug(y[0], y[2], KSS); }, cmax, near);
        hold_series(
            c, "tab_peripheral", states, [](auto const& y) { return y[1]; }, cmax, near);
        hold_series(
            c, "antigen_total", states, [](auto const& y) { return y[2]; }, cmax, near);
    }
}

void hold_michaelis_menten(auto const& solve, Nearness near)
{
    for (auto const* name : {"pk_mm_1cpt.json", "pk_mm_2cpt.json"}) {
        auto const file = oracle(name);
        for (auto const& c : file["cases"]) {
            CAPTURE(id_of(c));
            auto const states = hold_exposure<reference::MichaelisMenten>(c, "", solve, near);
            double const cmax = c["cmax"];
            hold_series(
                c, "conc", states, [](auto const& y) { return y[0]; }, cmax, near);
            if (c.contains("peripheral"))
                hold_series(
                    c, "peripheral", states, [](auto const& y) { return y[1]; }, cmax, near);
        }
    }
}

} // namespace escalon::test

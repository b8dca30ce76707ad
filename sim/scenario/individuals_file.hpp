// Individuals of an earlier analysis from a CSV file, such as a table of NONMEM's or Monolix's individual parameters.
#pragma once

#include "sim/population/individuals.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace escalon {

/// Reads a row an individual. The header names columns, each with its unit in brackets where the scenario states none:
/// `ID,CL (L/d),V1 (L),WT (kg),albumin (g/L),sex`. Read are the parameters of the model, BSA, WT or WEIGHT, ANTIGEN (in any
/// letters) and the covariates that effects name; other columns are left aside.
/// @param units by column, for headers without a unit
/// @param covariates names that effects read; a column of which some value is no number holds categories
/// @param name how diagnostics call the text
/// @throws ScenarioError with every fault of the text
std::vector<IndividualColumn> read_individuals(std::string_view text, std::string const& name, Keyed<std::string> const& units,
                                               pk::Model const& model, std::span<std::string const> covariates);

} // namespace escalon

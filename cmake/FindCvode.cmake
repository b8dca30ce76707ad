# SUNDIALS CVODE 6, a reference for tests and benchmarks: defines the target Cvode::cvode.
#
# SUNDIALS's own package file asks for OpenMP, PETSc and MPI, none of which CVODE needs; its library holds the serial vectors
# and dense matrices.
find_path(CVODE_INCLUDE_DIR cvode/cvode.h)
find_library(CVODE_LIBRARY sundials_cvode)
mark_as_advanced(CVODE_INCLUDE_DIR CVODE_LIBRARY)

if(CVODE_INCLUDE_DIR)
  file(STRINGS "${CVODE_INCLUDE_DIR}/sundials/sundials_config.h" version REGEX "^#define SUNDIALS_VERSION \"")
  string(REGEX REPLACE ".*\"([0-9.]+).*" "\\1" Cvode_VERSION "${version}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Cvode REQUIRED_VARS CVODE_LIBRARY CVODE_INCLUDE_DIR VERSION_VAR Cvode_VERSION
                                  HANDLE_VERSION_RANGE)

if(Cvode_FOUND AND NOT TARGET Cvode::cvode)
  add_library(Cvode::cvode UNKNOWN IMPORTED)
  set_target_properties(Cvode::cvode PROPERTIES IMPORTED_LOCATION "${CVODE_LIBRARY}"
                        INTERFACE_INCLUDE_DIRECTORIES "${CVODE_INCLUDE_DIR}")
endif()

# `cmake --install` puts `escalon` on the PATH and exports escalon::pk and escalon::sim for find_package(escalon).

include(CMakePackageConfigHelpers)

install(TARGETS escalon_pk escalon_sim EXPORT escalonTargets ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(EXPORT escalonTargets NAMESPACE escalon:: DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/escalon)
install(DIRECTORY pk_models sim DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/escalon
        FILES_MATCHING PATTERN "*.hpp" PATTERN "cli" EXCLUDE PATTERN "render" EXCLUDE)

configure_package_config_file(cmake/escalonConfig.cmake.in escalonConfig.cmake
  INSTALL_DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/escalon)
write_basic_package_version_file(escalonConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/escalonConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/escalonConfigVersion.cmake
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/escalon)

if(ESCALON_PROGRAM)
  install(TARGETS escalon RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
if(ESCALON_FIGURES)
  install(DIRECTORY ${PROJECT_BINARY_DIR}/share/escalon/ DESTINATION ${CMAKE_INSTALL_DATADIR}/escalon)
endif()
install(DIRECTORY scenarios DESTINATION ${CMAKE_INSTALL_DATADIR}/escalon)

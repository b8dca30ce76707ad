# Installs Escalon into a folder of the build, builds the consumer against it, and runs it.
function(step)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
  if(NOT result EQUAL 0)
    string(REPLACE ";" " " command "${ARGN}")
    message(FATAL_ERROR "${command} failed:\n${said}")
  endif()
endfunction()

file(REMOVE_RECURSE ${WORK})
step(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/prefix)
step(${CMAKE_COMMAND} -S ${SOURCE}/tests/consumer -B ${WORK}/build -G Ninja -DCMAKE_BUILD_TYPE=Release
     -DCMAKE_PREFIX_PATH=${WORK}/prefix -DCMAKE_CXX_FLAGS=${FLAGS} -DCMAKE_CXX_COMPILER=${COMPILER})
step(${CMAKE_COMMAND} --build ${WORK}/build)
step(${WORK}/build/consumer ${WORK}/prefix/share/escalon/scenarios/standard.yaml)
# the installed program finds what was installed with it
step(${WORK}/prefix/bin/escalon replay ${WORK}/prefix/share/escalon/scenarios/huc242_dm4.yaml --figure ${WORK}/replay.svg)
if(FIGURES AND NOT EXISTS ${WORK}/replay.svg)
  message(FATAL_ERROR "the installed program did not draw its figure")
endif()

# Every specification that the program writes passes the vega-lite schema, and is drawn without a warning.
foreach(case "huc242_dm4" "cantuzumab_mertansine" "huc242_dm4;--trial;3" "standard;--trial;1")
  list(POP_FRONT case name)
  string(REPLACE ";" "" suffix "${case}")
  set(picture ${WORK}/${name}${suffix}.svg)
  file(REMOVE ${picture})
  execute_process(COMMAND ${PROGRAM} replay ${SOURCE}/scenarios/${name}.yaml ${case} --figure ${picture}
                  RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE said)
  if(NOT result EQUAL 0 OR NOT EXISTS ${picture})
    message(FATAL_ERROR "no figure of ${name} ${case}: ${said}")
  endif()
  string(REGEX REPLACE "svg$" "vl.json" specification ${picture})
  list(APPEND specifications ${specification})
endforeach()
execute_process(COMMAND ${NODE} check.mjs ${specifications} WORKING_DIRECTORY ${SOURCE}/sim/report/render
                RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "a specification does not pass the vega-lite schema:\n${said}")
endif()

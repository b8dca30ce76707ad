# Every specification that the program writes passes the vega-lite schema, is drawn without a warning, and is as wide as asked.
foreach(case "huc242_dm4" "cantuzumab_mertansine" "huc242_dm4;--trial;3" "standard;--trial;1" "huc242_dm4_over_time;--trial;3")
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

# Draws a result in both looks and both widths; every picture is as wide as asked.
function(draw_everywhere what folder id least)
  foreach(look light print)
    foreach(width 180 85)
      set(pictures ${WORK}/pictures_${id}_${look}_${width})
      file(REMOVE_RECURSE ${pictures})
      execute_process(COMMAND ${PROGRAM} plot ${folder} -o ${pictures} --theme ${look} --width ${width}mm
                      RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE said)
      if(NOT result EQUAL 0)
        message(FATAL_ERROR "${what} in ${look}, ${width} mm wide, was not drawn: ${said}")
      endif()
      file(GLOB drawn ${pictures}/*.svg)
      list(LENGTH drawn figures)
      if(figures LESS least)
        message(FATAL_ERROR "${what} has ${figures} figures")
      endif()
      math(EXPR pixels "(${width} * 960 + 127) / 254") # 96 to the inch, rounded
      foreach(picture ${drawn})
        file(READ ${picture} head LIMIT 2000)
        if(NOT head MATCHES "<svg[^>]* width=\"${pixels}\"")
          message(FATAL_ERROR "${picture} is not ${pixels} px wide")
        endif()
      endforeach()
      file(GLOB written ${pictures}/*.vl.json)
      list(APPEND specifications ${written})
    endforeach()
  endforeach()
  set(specifications ${specifications} PARENT_SCOPE)
endfunction()

# all figures of a run: one and several designs and truths, exact and sampled
set(hostile "[{name: three_plus_three, label: \"<b>&'\\\\\"}, {name: three_plus_three, label: a very long label of a design that goes on and on and on}, {name: three_plus_three, label: third}]")
foreach(case "huc242_dm4" "cantuzumab_mertansine" "standard;--set;designs=${hostile}" "four_truths"
             "four_truths;--engine;monte_carlo;--trials;300" "standard;--set;doses.levels=[10];--set;toxicity.probability=[0.3]"
             "huc242_dm4_over_time;--trials;100" "huc242_dm4_over_time;--trials;100;--set;designs=${hostile}")
  list(POP_FRONT case name)
  string(MD5 id "${name} ${case}")
  set(folder ${WORK}/run_${id})
  execute_process(COMMAND ${PROGRAM} run ${SOURCE}/scenarios/${name}.yaml ${case} --no-figures --out ${folder}
                  RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE said)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "no result of ${name} ${case}: ${said}")
  endif()
  draw_everywhere("${name} ${case}" ${folder} ${id} 4)
endforeach()

# Every figure of pk, in one process of the renderer.
foreach(name huc242_dm4 cantuzumab_mertansine)
  set(folder ${WORK}/pk_${name})
  file(REMOVE_RECURSE ${folder})
  execute_process(COMMAND ${PROGRAM} pk ${SOURCE}/scenarios/${name}.yaml --figure ${folder}
                  RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE said)
  foreach(figure pk pk_levels exposure antigen)
    if(NOT result EQUAL 0 OR NOT EXISTS ${folder}/${figure}.svg)
      message(FATAL_ERROR "no figure ${figure} of ${name}: ${said}")
    endif()
    file(SIZE ${folder}/${figure}.svg bytes)
    if(bytes GREATER 150000)
      message(FATAL_ERROR "${folder}/${figure}.svg has ${bytes} bytes")
    endif()
    list(APPEND specifications ${folder}/${figure}.vl.json)
  endforeach()
endforeach()

# Every figure of sweeps: a grid, one axis, one at a time; exact and sampled; several designs and truths.
set(designs "[{name: three_plus_three, label: a}, {name: three_plus_three, label: b, deescalate: false, six_at_mtd: false}]")
foreach(case "standard;truth.target=0.2,0.3;designs.*.six_at_mtd=true,false" "four_truths;runner.seed=1,2;truth.target=0.2..0.3:3"
             "standard;truth.target=0.2,0.3;--engine;monte_carlo;--trials;300" "four_truths;designs=3+3,3+3 once;truth.target=0.2,0.3"
             "standard;toxicity.probability[4]=0.2,0.4;truth.target=0.2,0.3;--one-at-a-time;--set;designs=${designs}"
             "huc242_dm4;toxicity.tolerance.median=400 mg*d/L,700 mg*d/L;doses.start_level=1,2")
  list(POP_FRONT case name)
  string(MD5 id "${name} ${case}")
  set(folder ${WORK}/sweep_${id})
  execute_process(COMMAND ${PROGRAM} sweep ${SOURCE}/scenarios/${name}.yaml ${case} --no-figures --out ${folder}
                  RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE said)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "no sweep of ${name} ${case}: ${said}")
  endif()
  draw_everywhere("the sweep of ${name} ${case}" ${folder} ${id} 1)
endforeach()

# Pathways, decision tables and running trials, in both looks and both widths.
foreach(case "paths;standard" "paths;four_truths;--cohorts;5" "paths;huc242_dm4;--from;18:0/3 36:1/3;--cohorts;9"
             "paths;standard;--cohorts;1;--set;doses.levels=[10];--set;toxicity.probability=[0.3]"
             "paths;standard;--set;designs=[{name: boin, target: 0.3, label: \"<b>&'\\\\\"}];--cohorts;4"
             "table;standard" "table;standard;--set;designs=[{name: boin, target: 0.3, max_patients: 36}]"
             "table;standard;--every;--set;designs=[{name: boin, target: 0.3, max_patients: 36}]"
             "next;huc242_dm4;--outcomes;18:0/3 36:0/3 60:1/3" "next;standard;--outcomes;1TTT" "next;standard"
             "next;designs/crm" "next;designs/crm;--outcomes;1NNN 2NNN 3NNT" "next;designs/crm;--outcomes;1TTT 1TTT"
             "next;standard;--outcomes;1NNN 2NNT;--set;designs=[{name: crm, estimate: posterior, label: \"<b>&'\\\\\"}]")
  list(POP_FRONT case command name)
  string(MD5 id "${command} ${name} ${case}")
  foreach(look light print)
    foreach(width 180 85)
      set(pictures ${WORK}/driver_${id}_${look}_${width})
      file(REMOVE_RECURSE ${pictures})
      execute_process(COMMAND ${PROGRAM} ${command} ${SOURCE}/scenarios/${name}.yaml ${case} --out ${pictures} --theme ${look}
                              --width ${width}mm
                      RESULT_VARIABLE result OUTPUT_QUIET ERROR_VARIABLE said)
      file(GLOB drawn ${pictures}/*.svg)
      if(NOT result EQUAL 0 OR NOT drawn)
        message(FATAL_ERROR "no figure of ${command} ${name} ${case}: ${said}")
      endif()
      math(EXPR pixels "(${width} * 960 + 127) / 254") # 96 to the inch, rounded
      foreach(picture ${drawn})
        file(READ ${picture} head LIMIT 2000)
        if(NOT head MATCHES "<svg[^>]* width=\"${pixels}\"")
          message(FATAL_ERROR "${picture} is not ${pixels} px wide")
        endif()
      endforeach()
      file(GLOB written ${pictures}/*.vl.json)
      list(APPEND specifications ${written})
    endforeach()
  endforeach()
endforeach()

execute_process(COMMAND ${NODE} check.mjs ${specifications} WORKING_DIRECTORY ${SOURCE}/sim/report/render
                RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "a specification does not pass the vega-lite schema:\n${said}")
endif()

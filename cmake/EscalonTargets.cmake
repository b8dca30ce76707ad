# What every target of Escalon shares, as usage requirements of the target and never as global flags.

# Of sources that instantiate whole kernels, under sanitizers.
set(ESCALON_KERNEL_CHECKS "-fno-sanitize=address,null,alignment,object-size;-O1;-g0")

function(escalon_target target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  # results are the same bits for every compiler and optimisation: no contraction, no fast math
  target_compile_options(${target} PRIVATE
    -ffp-contract=off -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
    -Wno-missing-field-initializers # designated initialisers name what differs from the default
    $<$<BOOL:${ESCALON_WERROR}>:-Werror>
    # GCC 12 warns of overlaps inside std::string that cannot be (GCC bug 105329)
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
    # of sources compiled as one, a local name hides another's, and GCC 12 loses sight of what is initialised
    $<$<BOOL:${CMAKE_UNITY_BUILD}>:-Wno-shadow>
    $<$<AND:$<BOOL:${CMAKE_UNITY_BUILD}>,$<CXX_COMPILER_ID:GNU>>:-Wno-subobject-linkage;-Wno-maybe-uninitialized>)
  if(ESCALON_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${ESCALON_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${ESCALON_SANITIZE})
  endif()
endfunction()

# Where sources are compiled together (CMAKE_UNITY_BUILD), those of one folder are, a dozen at most: names in anonymous namespaces
# need only differ within a folder.
function(escalon_unity_by_folder target)
  set(most 12)
  get_target_property(sources ${target} SOURCES)
  get_target_property(base ${target} SOURCE_DIR)
  foreach(source ${sources})
    cmake_path(ABSOLUTE_PATH source BASE_DIRECTORY "${base}")
    cmake_path(RELATIVE_PATH source BASE_DIRECTORY "${PROJECT_SOURCE_DIR}" OUTPUT_VARIABLE folder)
    cmake_path(GET folder PARENT_PATH folder)
    string(MAKE_C_IDENTIFIER "${folder}" folder)
    math(EXPR group "0${count_${folder}} / ${most}")
    math(EXPR count_${folder} "0${count_${folder}} + 1")
    set_source_files_properties("${source}" TARGET_DIRECTORY ${target} PROPERTIES UNITY_GROUP ${folder}_${group})
  endforeach()
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
endfunction()

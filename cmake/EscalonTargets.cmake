# What every target of Escalon shares, as usage requirements of the target and never as global flags.

function(escalon_target target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  # results are the same bits for every compiler and optimisation: no contraction, no fast math
  target_compile_options(${target} PRIVATE
    -ffp-contract=off -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
    -Wno-missing-field-initializers # designated initialisers name what differs from the default
    $<$<BOOL:${ESCALON_WERROR}>:-Werror>
    # GCC 12 warns of overlaps inside std::string that cannot be (GCC bug 105329)
    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>)
  if(ESCALON_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${ESCALON_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${ESCALON_SANITIZE})
  endif()
endfunction()

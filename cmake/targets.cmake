# How libraries, programs and tests are made. All paths in `#include "…"` are from the repository root.
include(GoogleTest)

# mecrr_library(trace_format
#   SOURCES writer.cpp reader.cpp    what is compiled here (headers need no listing)
#   PROTOS trace.proto               optional: generates "trace-format/trace.pb.h"
#   LIBS mecrr_base PkgConfig::lz4)  checked against the layer table
# makes the static library mecrr_trace_format.
function(mecrr_library layer)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;PROTOS;LIBS")
  mecrr_complain_about("mecrr_library(${layer})" "${arg_UNPARSED_ARGUMENTS}")
  mecrr_check_links(${layer} ${arg_LIBS})
  add_library(mecrr_${layer} STATIC ${arg_SOURCES})
  target_include_directories(mecrr_${layer} PUBLIC "${CMAKE_SOURCE_DIR}")
  target_link_libraries(mecrr_${layer} PUBLIC ${arg_LIBS} PRIVATE mecrr_warnings)
  foreach(proto IN LISTS arg_PROTOS)
    mecrr_generate_proto(mecrr_${layer} ${proto})
  endforeach()
endfunction()

# What tools that read sources (scripts/tidy) need first.
add_custom_target(mecrr_generated)

# Generates C++ from `proto` into build/…/generated, and compiles it apart from the target's own
# sources, since protoc's output does not pass our warnings. The contract's package is mecrr; in C++
# its types are in namespace mecrr::pb, apart from the device's (both have Returned, Created, …). The
# package's name is not part of what is written, so generating from a renamed copy is enough.
function(mecrr_generate_proto target proto)
  set(generated "${CMAKE_BINARY_DIR}/generated")
  set(renamed "${CMAKE_BINARY_DIR}/renamed")
  file(RELATIVE_PATH path "${CMAKE_SOURCE_DIR}" "${CMAKE_CURRENT_SOURCE_DIR}/${proto}")
  string(REGEX REPLACE "\\.proto$" ".pb" stem "${generated}/${path}")
  get_filename_component(folder "${renamed}/${path}" DIRECTORY)
  file(MAKE_DIRECTORY "${generated}" "${folder}")
  add_custom_command(
    OUTPUT "${stem}.cc" "${stem}.h"
    COMMAND sed "s/^package mecrr/package mecrr.pb/" "${CMAKE_SOURCE_DIR}/${path}" > "${renamed}/${path}"
    COMMAND protobuf::protoc "--proto_path=${renamed}" "--cpp_out=${generated}" "${renamed}/${path}"
    DEPENDS "${CMAKE_SOURCE_DIR}/${path}" protobuf::protoc
    COMMENT "Generating ${path}"
    VERBATIM)
  get_filename_component(name "${proto}" NAME_WE)
  add_library(${target}_${name}_pb STATIC "${stem}.cc" "${stem}.h")
  target_include_directories(${target}_${name}_pb SYSTEM PUBLIC "${generated}")
  target_link_libraries(${target}_${name}_pb PUBLIC protobuf::libprotobuf)
  target_link_libraries(${target} PUBLIC ${target}_${name}_pb)
  add_dependencies(${target} ${target}_${name}_pb)  # the header, before our sources
  add_dependencies(mecrr_generated ${target}_${name}_pb)
endfunction()

# mecrr_program(mecrr cli SOURCES main.cpp … LIBS …) makes build/<preset>/bin/mecrr in layer cli.
function(mecrr_program name layer)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "SOURCES;LIBS")
  mecrr_complain_about("mecrr_program(${name})" "${arg_UNPARSED_ARGUMENTS}")
  mecrr_check_links(${layer} ${arg_LIBS})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${arg_LIBS} mecrr_warnings)
endfunction()

# mecrr_test(base_test
#   SOURCES ids_test.cpp …
#   LIBS mecrr_base
#   TIMEOUT 10                  seconds for each single test, required
#   [LABELS slow] [PROCESSORS 2] [SERIAL] [DEPENDS other_target…] [DEFINITIONS KEY="value"…])
# makes build/<preset>/tests/base_test; every TEST in it is a test of ctest called base_test.Suite.Name.
# A test that hangs ends by itself after TIMEOUT even without ctest (tests/support/main.cpp).
function(mecrr_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SERIAL" "TIMEOUT;PROCESSORS"
                        "SOURCES;LIBS;LABELS;DEPENDS;DEFINITIONS")
  mecrr_complain_about("mecrr_test(${name})" "${arg_UNPARSED_ARGUMENTS}")
  if(NOT arg_TIMEOUT)
    message(FATAL_ERROR "mecrr_test(${name}) needs TIMEOUT: a hanging test must end")
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
  target_link_libraries(${name} PRIVATE ${arg_LIBS} mecrr_test_main mecrr_warnings)
  target_compile_definitions(${name} PRIVATE MECRR_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                             MECRR_BINARY_DIR="${CMAKE_BINARY_DIR}" ${arg_DEFINITIONS})
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/tests")
  if(arg_DEPENDS)
    add_dependencies(${name} ${arg_DEPENDS})
  endif()
  # The test's own alarm is the earlier one: it can say which test hung.
  math(EXPR outer_timeout "${arg_TIMEOUT} + 5")
  set(properties TIMEOUT ${outer_timeout} ENVIRONMENT "MECRR_TEST_TIMEOUT_S=${arg_TIMEOUT}")
  if(arg_LABELS)
    list(APPEND properties LABELS "${arg_LABELS}")
  endif()
  if(arg_PROCESSORS)
    list(APPEND properties PROCESSORS ${arg_PROCESSORS})
  endif()
  if(arg_SERIAL)
    list(APPEND properties RUN_SERIAL TRUE)
  endif()
  gtest_discover_tests(${name} TEST_PREFIX ${name}. DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60
                       PROPERTIES ${properties})
endfunction()

# mecrr_script_test(house.includes COMMAND python3 … TIMEOUT 20 [LABELS …]): a test that is a program
# of its own; it passes by exit status 0, and is skipped by exit status 77.
# [NO_AGENT]: a second test, <name>.no_agent, is the same with programs recorded by `mecrr record --no-agent`.
function(mecrr_script_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "SERIAL;NO_AGENT" "TIMEOUT;PROCESSORS" "COMMAND;LABELS")
  mecrr_complain_about("mecrr_script_test(${name})" "${arg_UNPARSED_ARGUMENTS}")
  if(NOT arg_TIMEOUT)
    message(FATAL_ERROR "mecrr_script_test(${name}) needs TIMEOUT: a hanging test must end")
  endif()
  add_test(NAME ${name} COMMAND ${arg_COMMAND} WORKING_DIRECTORY "${CMAKE_SOURCE_DIR}")
  set_tests_properties(${name} PROPERTIES TIMEOUT ${arg_TIMEOUT} SKIP_RETURN_CODE 77)
  if(arg_LABELS)
    set_tests_properties(${name} PROPERTIES LABELS "${arg_LABELS}")
  endif()
  if(arg_PROCESSORS)
    set_tests_properties(${name} PROPERTIES PROCESSORS ${arg_PROCESSORS})
  endif()
  if(arg_SERIAL)
    set_tests_properties(${name} PROPERTIES RUN_SERIAL TRUE)
  endif()
  if(arg_NO_AGENT)
    mecrr_script_test(${name}.no_agent COMMAND ${arg_COMMAND} TIMEOUT ${arg_TIMEOUT} LABELS ${arg_LABELS} no_agent)
    set_tests_properties(${name}.no_agent PROPERTIES ENVIRONMENT MECRR_TEST_RECORD=--no-agent)
  endif()
endfunction()

# mecrr_fuzz_target(fuzz_reader SOURCES reader_fuzz.cpp LIBS mecrr_trace_format SEEDS corpus/reader SECONDS 15)
# SOURCES hold LLVMFuzzerTestOneInput. In the fuzz preset it makes build/fuzz/fuzz/fuzz_reader. Elsewhere it
# makes the test fuzz.fuzz_reader, which builds that one and runs it for SECONDS from the seeds in SEEDS.
function(mecrr_fuzz_target name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "SEEDS;SECONDS" "SOURCES;LIBS")
  mecrr_complain_about("mecrr_fuzz_target(${name})" "${arg_UNPARSED_ARGUMENTS}")
  if(MECRR_FUZZ)
    add_executable(${name} ${arg_SOURCES})
    target_include_directories(${name} PRIVATE "${CMAKE_SOURCE_DIR}")
    target_link_libraries(${name} PRIVATE ${arg_LIBS} mecrr_warnings)
    target_link_options(${name} PRIVATE -fsanitize=fuzzer)
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/fuzz")
  else()
    math(EXPR timeout "${arg_SECONDS} + 900")  # building it with clang is part of the test
    mecrr_script_test(fuzz.${name}
      COMMAND "${CMAKE_SOURCE_DIR}/tests/support/run_fuzz_target" ${name}
              "${CMAKE_CURRENT_SOURCE_DIR}/${arg_SEEDS}" ${arg_SECONDS}
      TIMEOUT ${timeout} LABELS fuzz)
    set_tests_properties(fuzz.${name} PROPERTIES RESOURCE_LOCK build_fuzz)
  endif()
endfunction()

# A misspelt keyword must not be a silently dropped source file.
function(mecrr_complain_about what unparsed)
  if(unparsed)
    message(FATAL_ERROR "${what}: does not know what to do with: ${unparsed}")
  endif()
endfunction()

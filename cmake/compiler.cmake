# Language, warnings and output folders, the same for every target.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS ON)  # TRY is a GNU statement expression
set(CMAKE_C_STANDARD 17)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

if(NOT CMAKE_SYSTEM_PROCESSOR STREQUAL "x86_64" OR NOT CMAKE_SYSTEM_NAME STREQUAL "Linux")
  message(FATAL_ERROR "mecrr records Linux x86-64 programs and runs only there")
endif()

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release or Debug" FORCE)
endif()
# No -DNDEBUG: MECRR_CHECK and assert stay on in release.
set(CMAKE_C_FLAGS_RELEASE "-O2 -g")
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g")
set(CMAKE_C_FLAGS_DEBUG "-O0 -g3")
set(CMAKE_CXX_FLAGS_DEBUG "-O0 -g3 -D_GLIBCXX_ASSERTIONS")

set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/lib")

# MECRR_SANITIZE: a list for -fsanitize=, as in "address,undefined".
set(MECRR_SANITIZE "" CACHE STRING "Sanitizers for all of mecrr's own code")
if(MECRR_SANITIZE)
  add_compile_options(-fsanitize=${MECRR_SANITIZE} -fno-omit-frame-pointer
                      -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${MECRR_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND MECRR_SANITIZE MATCHES "undefined")
    # With these g++ 12 takes no address of an object for a constant that is not null, and the call
    # table's static_asserts do not compile. AddressSanitizer finds null dereferences all the same.
    add_compile_options(-fno-sanitize=null,nonnull-attribute,returns-nonnull-attribute)
  endif()
endif()

option(MECRR_FUZZ "Build the libFuzzer targets (the fuzz preset; needs clang)" OFF)

# Warnings of mecrr's own code; generated code (targets.cmake) does not take them.
add_library(mecrr_warnings INTERFACE)
target_compile_options(mecrr_warnings INTERFACE -Wall -Wextra -Werror)
if(MECRR_SANITIZE AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 sees uninitialized variables in the sanitizers' own code.
  target_compile_options(mecrr_warnings INTERFACE -Wno-maybe-uninitialized)
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(mecrr_warnings INTERFACE -Wthread-safety)
endif()

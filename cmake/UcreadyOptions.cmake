# What every target of the house is compiled with.
option(UCREADY_TESTS "Build the tests, the lab and the fuzz targets" ON)
option(UCREADY_BENCH "Build the benchmarks" OFF)
option(UCREADY_FUZZERS "Build the fuzz targets with libFuzzer (clang); otherwise they only replay their corpus" OFF)
set(UCREADY_SANITIZE "" CACHE STRING "Sanitizers, as in -fsanitize=: address,undefined or thread")

find_program(CCACHE_PROGRAM ccache)
if(CCACHE_PROGRAM AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_CXX_COMPILER_LAUNCHER "${CCACHE_PROGRAM}")
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}/bin")

add_library(ucready_options INTERFACE)
target_compile_options(ucready_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Werror)
target_include_directories(ucready_options INTERFACE "${PROJECT_SOURCE_DIR}")
# A designated initialiser leaves the other fields at their defaults; that is what it is for.
target_compile_options(ucready_options INTERFACE -Wno-missing-field-initializers)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # GCC 12 reports reads of empty optionals, overlaps inside std::string and a mismatched delete of coroutine frames that
  # are none (GCC bugs 105562, 105329, 109224); clang and the sanitizers look for the same faults without the noise.
  target_compile_options(ucready_options INTERFACE -Wno-maybe-uninitialized -Wno-restrict -Wno-mismatched-new-delete)
endif()
if(UCREADY_SANITIZE)
  target_compile_options(ucready_options INTERFACE -fsanitize=${UCREADY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(ucready_options INTERFACE -fsanitize=${UCREADY_SANITIZE})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
    # What its check of function types puts before a function, clang 14 cannot put there where a coroutine is split.
    target_compile_options(ucready_options INTERFACE -fno-sanitize=function)
  endif()
endif()
if(UCREADY_FUZZERS)
  target_compile_options(ucready_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# Libraries that mecrr uses, all from Debian 12 packages. Why each: docs/dependencies.md.
# Names to put into LIBS: protobuf::libprotobuf, CLI11::CLI11, nlohmann_json::nlohmann_json,
# PkgConfig::lz4, PkgConfig::xxhash, PkgConfig::capstone, PkgConfig::readline, PkgConfig::elfutils,
# and for tests (mecrr_test adds them) GTest::gtest, GTest::gmock; for bench/ benchmark::benchmark.
# fmt needs no mention: it is part of mecrr_base (base/fmt.cpp).
#
# All but the C library are linked statically, since a recording of a short program is over in the time
# that ld.so takes for the shared ones (docs/performance.md).
set(mecrr_suffixes ${CMAKE_FIND_LIBRARY_SUFFIXES})
set(CMAKE_FIND_LIBRARY_SUFFIXES .a)
set(PKG_CONFIG_ARGN --static)  # what the archives themselves need is named, too
set(Protobuf_USE_STATIC_LIBS ON)
if(NOT MECRR_SANITIZE)
  add_link_options(-static-libstdc++ -static-libgcc)
endif()

find_package(fmt 9 REQUIRED)
find_package(Protobuf 3.21 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Threads REQUIRED)

find_package(PkgConfig REQUIRED)
pkg_check_modules(lz4 REQUIRED IMPORTED_TARGET liblz4>=1.9.4)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(capstone REQUIRED IMPORTED_TARGET capstone)
pkg_check_modules(readline REQUIRED IMPORTED_TARGET readline)
pkg_check_modules(elfutils REQUIRED IMPORTED_TARGET libdw libelf)
set(CMAKE_FIND_LIBRARY_SUFFIXES ${mecrr_suffixes})

# Libraries that mecrr uses, all from Debian 12 packages. Why each: docs/dependencies.md.
# Names to put into LIBS: fmt::fmt, protobuf::libprotobuf, CLI11::CLI11, nlohmann_json::nlohmann_json,
# PkgConfig::lz4, PkgConfig::xxhash, PkgConfig::capstone, PkgConfig::readline, PkgConfig::elfutils,
# and for tests (mecrr_test adds them) GTest::gtest, GTest::gmock; for bench/ benchmark::benchmark.

find_package(fmt REQUIRED)
find_package(Protobuf 3.21 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(Threads REQUIRED)

find_package(PkgConfig REQUIRED)
pkg_check_modules(lz4 REQUIRED IMPORTED_TARGET liblz4)
pkg_check_modules(xxhash REQUIRED IMPORTED_TARGET libxxhash)
pkg_check_modules(capstone REQUIRED IMPORTED_TARGET capstone)
pkg_check_modules(readline REQUIRED IMPORTED_TARGET readline)
pkg_check_modules(elfutils REQUIRED IMPORTED_TARGET libdw libelf)

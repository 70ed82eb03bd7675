ucready_test(flows_test
  SOURCES capture_clock_test.cc flow_index_test.cc flow_table_test.cc quiet_order_test.cc sanitised_capture_test.cc tcp_side_test.cc
          "${PROJECT_SOURCE_DIR}/tests/db/sample.cc"
  USES passive)

ucready_test(damage_test SOURCES damage_test.cc tls_pair.cc USES whole_pipeline certificate_maker)
target_link_libraries(damage_test PRIVATE OpenSSL::SSL)

pkg_check_modules(zlib REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)
ucready_test(every_damage_test SOURCES every_damage_test.cc small_captures.cc USES whole_pipeline)
target_link_libraries(every_damage_test PRIVATE PkgConfig::zlib PkgConfig::zstd)

# Sources of packets, and what is around TCP in them.
pkg_check_modules(zlib REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)

ucready_room(frames
  SOURCES byte_stream.cc capture_file.cc compressed_stream.cc decapsulation.cc ethernet.cc fragments.cc ip_packet.cc link_layers.cc
          pcap_file.cc pcap_writer.cc pcapng_file.cc ppp.cc stream_window.cc timestamp.cc tunnels.cc
  USES core
  THIRD_PARTY PkgConfig::zlib PkgConfig::zstd fmt::fmt)

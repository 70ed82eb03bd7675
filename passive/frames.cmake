# Sources of packets, and what is around TCP in them.
pkg_check_modules(libpcap REQUIRED IMPORTED_TARGET libpcap)
pkg_check_modules(libcap_ng REQUIRED IMPORTED_TARGET libcap-ng)
pkg_check_modules(zlib REQUIRED IMPORTED_TARGET zlib)
pkg_check_modules(zstd REQUIRED IMPORTED_TARGET libzstd)

ucready_room(frames
  SOURCES byte_stream.cc capture_file.cc compressed_stream.cc decapsulation.cc ethernet.cc fragments.cc ip_packet.cc
          link_layers.cc live_capture.cc packet_filter.cc pcap_file.cc pcap_writer.cc pcapng_file.cc ppp.cc
          stream_window.cc timestamp.cc tunnels.cc
  USES core
  THIRD_PARTY PkgConfig::libpcap PkgConfig::libcap_ng PkgConfig::zlib PkgConfig::zstd fmt::fmt)

ucready_test(frames_test
  SOURCES capture_file_test.cc corpus_test.cc decapsulation_test.cc fragments_test.cc live_capture_test.cc
          packet_filter_test.cc pcap_writer_test.cc pcapng_file_test.cc
  USES frames)

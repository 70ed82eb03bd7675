ucready_test(frames_test SOURCES corpus_test.cc USES frames)

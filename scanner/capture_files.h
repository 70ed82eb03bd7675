// Which files `capture -r` reads, and in which order.
#pragma once

#include <string>
#include <vector>

#include "core/result.h"

namespace ucready::scanner {

struct CaptureFiles {
  std::vector<std::string> files;
  std::vector<std::string> left_out;  // "notes.txt: is no pcap or pcapng file ...": of folders; at most 100.
};

// A word is a file, "-" for standard input, or a folder: then all captures directly in it, in the order of their first
// packets, because the files of a ring buffer are not in the order of their names. An empty folder is an error.
Result<CaptureFiles> capture_files(const std::vector<std::string>& words);

}  // namespace ucready::scanner

// libpcap's handles with an owner, and its two numberings of link types.
#pragma once

#include <pcap/pcap.h>

#include <cstdint>
#include <memory>

namespace ucready::passive {

struct PcapCloser {
  void operator()(pcap_t* handle) const { pcap_close(handle); }
};
using PcapHandle = std::unique_ptr<pcap_t, PcapCloser>;

// Files write LINKTYPE_ numbers, libpcap's functions take DLT_ numbers, which differ by system; most are the same.
int dlt_of(std::uint32_t link_type);
std::uint32_t link_type_of(int dlt);

}  // namespace ucready::passive

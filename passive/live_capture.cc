#include "passive/live_capture.h"

#include <cap-ng.h>
#include <fmt/format.h>
#include <net/if.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "passive/capture_file.h"
#include "passive/pcap_handle.h"
#include "passive/timestamp.h"

namespace ucready::passive {
namespace {

class LiveSource final : public PacketSource {
 public:
  LiveSource(PcapHandle handle, int slice_ms)
      : handle_(std::move(handle)),
        slice_ms_(slice_ms),
        link_type_(link_type_of(pcap_datalink(handle_.get()))),
        ns_per_tick_(pcap_get_tstamp_precision(handle_.get()) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1000) {}

  bool next(Packet& packet) override {
    if (ended()) return false;
    return take(packet) || (!ended() && wait() && take(packet));
  }
  [[nodiscard]] bool ended() const override { return faults_.count > 0; }
  [[nodiscard]] const Faults& faults() const override { return faults_; }
  [[nodiscard]] std::uint64_t bytes_read() const override { return bytes_read_; }
  [[nodiscard]] std::uint64_t size() const override { return 0; }
  [[nodiscard]] std::uint64_t dropped() const override {
    pcap_stat statistics{};
    return pcap_stats(handle_.get(), &statistics) == 0 ? statistics.ps_drop : 0;
  }

 private:
  bool take(Packet& packet) {
    pcap_pkthdr* header = nullptr;
    const u_char* bytes = nullptr;
    const int status = pcap_next_ex(handle_.get(), &header, &bytes);
    if (status < 0) faults_.add(pcap_geterr(handle_.get()));
    if (status != 1) return false;
    bytes_read_ += header->caplen;
    packet.time_ns = ns_since_epoch(header->ts.tv_sec, static_cast<std::uint64_t>(header->ts.tv_usec) * ns_per_tick_);
    packet.link_type = link_type_;
    packet.bytes = {bytes, header->caplen};
    packet.wire_bytes = header->len;
    return true;
  }

  bool wait() {
    pollfd readable{.fd = pcap_get_selectable_fd(handle_.get()), .events = POLLIN};
    return poll(&readable, 1, slice_ms_) > 0;
  }

  PcapHandle handle_;
  int slice_ms_;
  std::uint32_t link_type_;
  std::uint64_t ns_per_tick_;
  std::uint64_t bytes_read_ = 0;
  Faults faults_;
};

std::string interfaces() {
  std::string names;
  struct if_nameindex* list = if_nameindex();
  if (list == nullptr) return names;
  for (const struct if_nameindex* each = list; each->if_index != 0; ++each) {
    names += (names.empty() ? "" : ", ") + std::string(each->if_name);
  }
  if_freenameindex(list);
  return names;
}

std::string cause_of(int status, pcap_t* handle) {
  switch (status) {
    case PCAP_ERROR_NO_SUCH_DEVICE:
      return fmt::format("there is no such interface (there are: {})", interfaces());
    case PCAP_ERROR_PERM_DENIED:
      return "capturing needs CAP_NET_RAW: run as root, or give the program 'setcap cap_net_raw+ep'";
    case PCAP_ERROR_IFACE_NOT_UP:
      return "the interface is down";
    case PCAP_ERROR:
      return pcap_geterr(handle);
    default:
      return fmt::format("{} ({})", pcap_statustostr(status), pcap_geterr(handle));
  }
}

Result<void> set_filter(pcap_t* handle, const std::string& filter) {
  if (filter.empty()) return {};
  bpf_program code{};
  constexpr int kOptimised = 1;
  int status = pcap_compile(handle, &code, filter.c_str(), kOptimised, PCAP_NETMASK_UNKNOWN);
  if (status == 0) status = pcap_setfilter(handle, &code);
  pcap_freecode(&code);
  if (status == 0) return {};
  return fail(ErrorCode::invalid_input, fmt::format("filter '{}': {}", filter, pcap_geterr(handle)));
}

}  // namespace

Result<std::unique_ptr<PacketSource>> open_live_capture(const LiveOptions& options) {
  const auto refuse = [&](std::string_view cause) {
    return fail(ErrorCode::io, fmt::format("{}: {}", options.interface, cause));
  };
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  PcapHandle handle(pcap_create(options.interface.c_str(), error.data()));
  if (!handle) return refuse(error.data());
  // The kernel hands packets out a block at a time: this long it may keep a block that is not full.
  constexpr int kBlockTimeoutMs = 100;
  pcap_set_snaplen(handle.get(), kMostPacketBytes);
  pcap_set_promisc(handle.get(), 1);
  pcap_set_timeout(handle.get(), kBlockTimeoutMs);
  pcap_set_buffer_size(handle.get(), options.buffer_bytes);
  pcap_set_tstamp_precision(handle.get(), PCAP_TSTAMP_PRECISION_NANO);  // Else microseconds; which is asked later.
  const int status = pcap_activate(handle.get());
  if (status < 0) return refuse(cause_of(status, handle.get()));
  if (auto filtered = set_filter(handle.get(), options.filter); !filtered) return tl::unexpected(filtered.error());
  if (pcap_setnonblock(handle.get(), 1, error.data()) != 0) return refuse(error.data());
  return std::make_unique<LiveSource>(std::move(handle), options.slice_ms);
}

Result<void> drop_capture_rights() {
  const bool is_root = geteuid() == 0;
  if (capng_get_caps_process() != 0) return fail(ErrorCode::io, "capabilities cannot be read");
  const bool may_override = is_root && capng_have_capability(CAPNG_PERMITTED, CAP_DAC_OVERRIDE) != 0;
  capng_clear(CAPNG_SELECT_CAPS);
  if (may_override) {
    capng_update(CAPNG_ADD, static_cast<capng_type_t>(CAPNG_EFFECTIVE | CAPNG_PERMITTED), CAP_DAC_OVERRIDE);
  }
  if (capng_apply(CAPNG_SELECT_CAPS) != 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return fail(ErrorCode::io, fmt::format("capabilities cannot be given up: {}", std::strerror(errno)));
  }
  return {};
}

}  // namespace ucready::passive

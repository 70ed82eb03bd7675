// IP datagrams put together again from their fragments (RFC 791 section 3.2, RFC 8200 section 4.5), in any order.
//
// Of bytes that come twice the first are kept: mirror ports send every packet twice, and a later fragment must not
// change what an earlier one said. Bounded in datagrams, bytes, and age by the time of the packets.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>

#include "core/bytes.h"
#include "core/ip_address.h"

namespace ucready::passive {

struct Fragment {
  IpAddress from;
  IpAddress to;
  std::uint32_t identification = 0;
  std::uint8_t protocol = 0;  // What the datagram carries; in IPv6 only the first fragment is believed.
  std::uint32_t offset = 0;   // In bytes.
  bool more = false;
  ByteView bytes;
};

struct Datagram {
  std::uint8_t protocol = 0;
  Bytes bytes;
};

class Fragments {
 public:
  static constexpr std::size_t kMostDatagrams = 4096;
  static constexpr std::size_t kMostBytes = std::size_t{16} * 1024 * 1024;
  static constexpr std::size_t kMostPieces = 512;                  // Gaps of one datagram, and so the work a fragment.
  static constexpr std::int64_t kMostAgeNs = 30'000'000'000;       // As Linux waits.
  static constexpr std::int64_t kDuplicatesWithinNs = 50'000'000;  // Of a datagram that is whole.

  // The datagram, when this was the fragment it waited for.
  std::optional<Datagram> add(const Fragment& fragment, std::int64_t time_ns);
  // Fragments that were given and are not part of a datagram handed out: dropped, or still waiting.
  [[nodiscard]] std::uint64_t unused() const { return unused_; }
  [[nodiscard]] std::size_t memory() const { return held_; }

 private:
  struct Key {
    IpAddress from;
    IpAddress to;
    std::uint32_t identification = 0;
    std::uint8_t protocol = 0;  // 0 in IPv6.

    auto operator<=>(const Key&) const = default;
  };
  struct Partial {
    Key key;
    std::int64_t begun_ns = 0;
    Bytes bytes;
    std::map<std::uint32_t, std::uint32_t> held;  // Begin to end of what has come; neighbours are joined.
    std::optional<std::uint32_t> total;
    std::optional<std::uint8_t> protocol;  // Of the first fragment.
    std::uint32_t fragments = 0;
    std::optional<std::int64_t> completed_ns;  // Kept a while, to know duplicates.
  };
  using Partials = std::list<Partial>;  // Oldest first.

  Partial& partial_for(const Key& key, std::int64_t time_ns);
  void forget(Partials::iterator partial);
  void forget_old(std::int64_t time_ns);
  bool put(Partial& partial, const Fragment& fragment);

  Partials partials_;
  std::map<Key, Partials::iterator> by_key_;
  std::size_t held_ = 0;  // Bytes of all datagrams.
  std::uint64_t unused_ = 0;
};

}  // namespace ucready::passive

// What a probe asks: one ClientHello, spelled out. Nothing is added that is not said here, and no library's policy is
// in the way, so every suite, group and version can be asked for.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "tls/code_points.h"
#include "tls/session.h"

namespace ucready::tls {

// An extension that the writer does not know, written as it stands.
struct RawExtension {
  ExtensionType type;
  Bytes content;

  bool operator==(const RawExtension&) const = default;
};

struct HelloOffer {
  std::vector<Version> versions;  // Highest first. One entry up to TLSv1.2: written as legacy_version; with TLSv1.3 in
                                  // it: legacy_version 0x0303 and all of them in supported_versions.
  std::vector<CipherSuite> suites;
  std::vector<Group> groups;                  // Empty: no supported_groups.
  std::vector<SignatureScheme> schemes;       // Empty, or no version above TLSv1.1: no signature_algorithms.
  std::vector<SignatureScheme> schemes_cert;  // Empty: no signature_algorithms_cert.
  std::vector<Group> key_shares;              // TLSv1.3: groups to send a share of; may be empty (asks for a retry).
  std::string server_name;                    // Empty: no server_name.
  std::vector<std::string> alpn;              // Empty: no ALPN.
  std::vector<RawExtension> more;             // Behind all others; not in SSLv3.
  std::shared_ptr<const Session> session;     // To resume; one of the offered versions. Null: none.
  Bytes recorded;  // A client's own hello, sent as it was (recorded_hello.h): the lists above then say what is in it,
                   // and only its server_name is taken from here. Empty: written from them.

  bool operator==(const HelloOffer&) const = default;
};

}  // namespace ucready::tls

// The running configuration of a router, section by section: who it is, whom it calls, with which certificate.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "imports/told.h"

namespace ucready::imports {

class IosConfig {
 public:
  explicit IosConfig(Told& told) : told_(told) {}

  // A line with its indentation. False: it makes no sense of it.
  bool line(std::string_view text, int number);
  // Of "show crypto pki certificates pem": the certificate as it stands under a trustpoint's heading.
  void add_certificate(const std::string& trustpoint, CertificatePtr certificate, int number);
  // After the last line. `whole`: what add_certificate() was given is all there is.
  void finish(bool whole);

 private:
  struct Trustpoint {
    std::vector<CertificatePtr> own;
    std::vector<CertificatePtr> authorities;
    int line = 0;
  };
  struct DialPeer {
    std::string number;
    std::string target;
    std::string transport;
    std::string group;
    bool shut = false;
    bool sip = false;
    int line = 0;
  };
  struct TlsProfile {
    std::string trustpoint;
    std::vector<std::string> names;
    bool has_all_names = true;
    bool checks_names = false;
    int line = 0;
  };
  struct Host {
    std::string name;
    std::uint16_t port = 0;
  };

  bool top_line(std::string_view text, int number);
  bool section_line(std::string_view text, int number);
  bool sip_line(std::string_view text, int number);
  bool dial_peer_line(std::string_view text);
  bool tls_profile_line(std::string_view text);
  bool certificate_line(std::string_view text, int number);
  void finish_certificate(int number);
  // The one trustpoint that every connection of SIP presents; empty: none is named, or peers are shown different ones.
  [[nodiscard]] std::string presented() const;
  void tell_trust();
  void tell_address();
  void tell_names();
  void tell_dial_peers();
  void tell_dial_peer(const DialPeer& peer, const std::vector<Host>& hosts);
  static std::optional<Host> host_of(std::string_view target);

  Told& told_;
  std::string section_;  // Its first line.
  int begun_ = 0;        // Line where a configuration began that has not ended.
  std::string host_;
  std::string domain_;
  int domain_line_ = 0;
  bool border_element_ = false;
  bool voice_ = false;
  int voice_line_ = 0;
  std::string default_transport_;
  std::string bound_to_;
  std::map<std::string, std::pair<std::string, int>> addresses_;  // By interface.
  std::set<std::string> named_trustpoints_;  // For SIP, by default, for some peers or for a dial-peer.
  std::set<std::string> named_profiles_;
  std::string sip_server_;
  std::map<std::string, Trustpoint> trustpoints_;
  std::map<std::string, DialPeer> dial_peers_;
  std::map<std::string, TlsProfile> tls_profiles_;
  std::map<std::string, std::vector<Host>> groups_;

  std::string chain_of_;  // The trustpoint whose certificates are dumped.
  std::string hex_;
  bool in_certificate_ = false;
  bool is_authority_ = false;
};

}  // namespace ucready::imports

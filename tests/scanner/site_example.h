// The site file that docs/site-file.md shows, with the clusters that its hops and order name.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <string_view>

#include "upgrade/catalogue.h"

namespace ucready::scanner {

inline constexpr std::string_view kSiteExample = R"(site: hq
clusters:
  - name: hq-cucm
    product: cucm
    release: 14SU3          # omitted: what was imported or identified, else unknown
    target: 15SU4a          # omitted: not upgraded
    via: []                 # releases on the way, each a state of its own
    settings:               # all optional; the product's catalogue file says which
      tls_min: TLSv1.2
      certificate_preference: tls12-ciphers   # or tls13-signature-algorithms
    trust: [trust/hq/]      # short form: in every store of every node; relative to this file
    certificates: [own/tomcat.pem, own/tomcat-ecdsa.pem]   # chains it presents
    nodes:
      - {name: cucm-pub, address: 10.0.0.11, role: publisher}
      - name: cucm-sub
        address: 10.0.0.12
        trust: [{store: CallManager-trust, files: [trust/sub/]}]
    services:               # client services that differ from the cluster
      - {service: sip-trunk, tls_max: TLSv1.2, certificates: [own/callmanager.pem]}
    interfaces:             # omitted: the catalogue's (a closed port is then no finding); [] = none
      - {port: 8443, protocol: https, server_name: cucm.example.com}
      - {port: 5061, protocol: sip-tls, tls_min: TLSv1.2, tls_max: TLSv1.2, certificates: [own/callmanager.pem]}
      - {port: 5222, protocol: xmpp-client, domain: example.com}
  - {name: hq-phones, product: phone, model: "8845", release: "14.2", count: 1900, addresses: 10.1.0.0/24}
  - name: hq-imp
    product: imp
    target: 15SU4a
    nodes: [{name: imp-pub, address: 10.0.0.21}]
  - name: hq-expc
    product: expressway-c
    release: X14.3.7
    target: X15.5
    nodes: [{name: expc1, address: "2001:DB8:0:0::31"}]
  - name: hq-expe
    product: expressway-e
    release: X14.3.7
    target: X15.5
    nodes: [{name: expe1, address: expe1.example.com}]
hops:                       # added to those imported and seen in captures
  - {from: hq-phones, to: hq-cucm:5061, security: authenticated}   # authenticated | encrypted (default) | nonsecure
  - {from: hq-expc, as: traffic-server, to: hq-cucm:6972, dormant: false}
order:                      # omitted: plan computes one; an entry is clusters to upgrade or settings to change
  - [hq-expe, hq-expc]
  - {date: 2027-01-16, do: [hq-cucm, hq-imp]}      # the long form carries a date
  - [{set: hq-cucm.tls_min, to: TLSv1.3}]
)";

// Equal; or, where "..." ends the text, beginning so: which names are near is not for these tests to say.
inline testing::Matcher<std::string> says(std::string text) {
  if (!text.ends_with("...")) return text;
  return testing::StartsWith(text.substr(0, text.size() - 3));
}

inline const upgrade::Catalogue& catalogue() {
  static const upgrade::Catalogue built_in = upgrade::Catalogue::built_in().value();
  return built_in;
}

}  // namespace ucready::scanner

// Every way in which a site file can be wrong, and the line that tells the user what to mend.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "scanner/site_file.h"
#include "tests/scanner/site_example.h"

namespace ucready::scanner {
namespace {

struct Wrong {
  const char* name;
  std::string text;
  const char* message;
};

void PrintTo(const Wrong& wrong, std::ostream* out) { *out << wrong.text; }

// A file with one CUCM cluster, "c", to which a line is added in the place of the wrong thing.
std::string with_cluster_line(const std::string& line) {
  return "site: a\nclusters:\n  - name: c\n    product: cucm\n    target: 15SU2\n    " + line + "\n";
}
std::string with_node(const std::string& node) { return with_cluster_line("nodes: [" + node + "]"); }
std::string with_interface(const std::string& interface) {
  return with_cluster_line("interfaces: [" + interface + "]");
}
std::string with_setting(const std::string& setting) { return with_cluster_line("settings: {" + setting + "}"); }
std::string with_hop(const std::string& hop) {
  return with_node("{name: n, address: 10.0.0.1}") + "hops: [" + hop + "]\n";
}
std::string with_order(const std::string& order) {
  return with_cluster_line("count: 1") + "  - {name: d, product: phone}\norder: [" + order + "]\n";
}

class SiteError : public testing::TestWithParam<Wrong> {};

TEST_P(SiteError, NamesLineColumnCauseAndMend) {
  const Result<Site> site = read_site_text(GetParam().text, "site.yaml", catalogue());

  ASSERT_FALSE(site);
  EXPECT_EQ(site.error().code, ErrorCode::invalid_input);
  EXPECT_THAT(site.error().message, says(std::string("site.yaml:") + GetParam().message));
}

constexpr auto kName = [](const auto& info) { return std::string(info.param.name); };

INSTANTIATE_TEST_SUITE_P(
    Whole, SiteError,
    testing::Values(
        Wrong{
            "Empty", "",
            "1:1: a site file must be a mapping; write \"key: value\" lines with some of: site, clusters, hops, order"},
        Wrong{"NoSite", "clusters: []", "1:1: a site file needs \"site\"; add it"},
        Wrong{"NoClusters", "site: a", "1:1: a site file needs \"clusters\"; add it"},
        Wrong{"ClustersNoList", "site: a\nclusters: b", "2:11: clusters must be a list; begin each item with \"- \""},
        Wrong{"UnknownKey", "site: a\ncluster: []", "2:1: unknown key \"cluster\" in a site file; did you mean..."},
        Wrong{"KeyTwice", "site: a\nsite: b", "2:1: \"site\" stands twice here; keep one of the two"},
        Wrong{"Alias", "site: &a b\nclusters: *a", "1:7: anchors (&name) are not taken; leave the name out"},
        Wrong{"Bomb", "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]",
              "1:4: anchors (&name) are not taken; leave the name out"},
        Wrong{"BraceNotClosed",
              "site: a\nclusters:\n  - {name: c, product: cucm\n  - {name: d, product: cucm}\nhops: []\n",
              "3:5: the { that begins here is not closed; add the missing }"},
        Wrong{"BracketNotClosed", "site: it's\nclusters: # [\n  - {name: \"a[b\", via: [1, 2}\n",
              "3:24: the [ that begins here is not closed; add the missing ]"},
        Wrong{"OnlyBrackets", "[[[[", "1:4: the [ that begins here is not closed; add the missing ]"},
        Wrong{"NoUtf8", "site: \xff", "1:7: the text is no UTF-8; save it as UTF-8"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Cluster, SiteError,
    testing::Values(
        Wrong{"NoName", "site: a\nclusters: [{product: cucm}]", "2:12: a cluster needs \"name\"; add it"},
        Wrong{"NoProduct", "site: a\nclusters: [{name: c}]", "2:12: a cluster needs \"product\"; add it"},
        Wrong{"UnknownProduct", "site: a\nclusters: [{name: c, product: cucmm}]",
              "2:31: unknown product \"cucmm\"; did you mean..."},
        Wrong{"UnknownKey", with_cluster_line("nods: []"), "6:5: unknown key \"nods\" in a cluster; did you mean..."},
        Wrong{"TwoOfOneName", "site: a\nclusters:\n- {name: c, product: cucm}\n- {name: c, product: imp}\n",
              "4:10: two clusters are named \"c\", the first on line 3; rename one of them"},
        Wrong{"SlashInName", "site: a\nclusters: [{name: a/b, product: cucm}]",
              "2:19: the cluster name \"a/b\" has a '/' in it; leave it out, hops and order could not name it"},
        Wrong{"ViaWithoutTarget", "site: a\nclusters: [{name: c, product: cucm, via: [14SU3]}]",
              "2:42: via names stops on the way to no target; add target, or leave via out"},
        Wrong{"CountNoNumber", with_cluster_line("count: many"),
              "6:12: count \"many\" is no number; write 0 to 100000000"},
        Wrong{"AddressesNoNetwork", with_cluster_line("addresses: 10.1.0.0"),
              "6:16: addresses 10.1.0.0: no / in it; write a network as ADDRESS/BITS, such as 10.1.0.0/24"},
        Wrong{"TrustNoList", with_cluster_line("trust: {store: a}"),
              "6:12: trust must be a list; write [FOLDER/] or [{store: NAME, files: [FILE]}]"},
        Wrong{"TrustWithoutFiles", with_cluster_line("trust: [{store: a}]"),
              "6:13: a trust entry needs \"files\"; add it"},
        Wrong{"EmptyPath", with_cluster_line("certificates: ['']"),
              "6:20: certificates has an empty path; name a file or a folder"},
        Wrong{"UnknownService", with_cluster_line("services: [{service: sip-trunks}]"),
              "6:26: cucm has no client service \"sip-trunks\"; did you mean..."},
        Wrong{"ServiceTwice", with_cluster_line("services: [{service: sip-trunk}, {service: sip-trunk}]"),
              "6:38: the service \"sip-trunk\" stands twice; keep one of them"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Node, SiteError,
    testing::Values(
        Wrong{"NoAddress", with_node("{name: n}"), "6:13: a node needs \"address\"; add it"},
        Wrong{"TwoOfOneName", with_node("{name: n, address: 10.0.0.1}, {name: n, address: 10.0.0.2}"),
              "6:50: two nodes of \"c\" are named \"n\", the first on line 6; rename one of them"},
        Wrong{"AddressWithPort", with_node("{name: n, address: \"10.0.0.1:8443\"}"),
              "6:32: address \"10.0.0.1:8443\" is neither an IP address nor a host name; write one, without port"},
        Wrong{"AddressOutOfRange", with_node("{name: n, address: 10.0.0.256}"),
              "6:32: address \"10.0.0.256\" is neither an IP address nor a host name; write one, without port"},
        Wrong{"UnknownKey", with_node("{name: n, adress: 10.0.0.1}"),
              "6:23: unknown key \"adress\" in a node; did you mean..."}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Interface, SiteError,
    testing::Values(
        Wrong{"PortOutOfRange", with_interface("{port: 70000, protocol: https}"),
              "6:25: port 70000 is out of range; write 1 to 65535"},
        Wrong{"PortNull", with_interface("{port: 0, protocol: https}"),
              "6:25: port 0 is out of range; write 1 to 65535"},
        Wrong{"NoPort", with_interface("{protocol: https}"), "6:18: an interface needs \"port\"; add it"},
        Wrong{"UnknownProtocol", with_interface("{port: 443, protocol: http}"),
              "6:40: unknown protocol \"http\"; did you mean..."},
        Wrong{"PortTwice", with_interface("{port: 443, protocol: https}, {port: 443, protocol: https}"),
              "6:48: port 443 https stands twice in this list, the first on line 6; keep one of them"},
        Wrong{"TwoDomainsOfOneInterface",
              with_interface("{port: 5269, protocol: xmpp-server, domain: a.example}, {port: 5269, "
                             "protocol: xmpp-server, domain: b.example}"),
              "6:74: port 5269 xmpp-server stands twice in this list, the first on line 6; an interface has "
              "one domain: keep one, and scan the other from a site file of its own"},
        Wrong{"TwoServerNamesOfOnePort",
              with_interface("{port: 443, protocol: https, server_name: a.example}, {port: 443, protocol: "
                             "tls, server_name: b.example}"),
              "6:72: port 443 has a server_name, settings or certificates here and on line 6; they hold "
              "for the port, say them once"},
        Wrong{"ServerNameIsAddress", with_interface("{port: 443, protocol: https, server_name: 10.0.0.1}"),
              "6:60: server_name \"10.0.0.1\" is no host name; write one such as cucm.example.com"},
        Wrong{"VersionsCrossed", with_interface("{port: 443, protocol: https, tls_min: TLSv1.3, tls_max: TLSv1.2}"),
              "6:18: tls_min TLSv1.3 is above tls_max TLSv1.2; lower the one or raise the other"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Setting, SiteError,
    testing::Values(
        Wrong{"Unknown", with_setting("tls_minimum: TLSv1.2"), "6:16: cucm has no setting \"tls_minimum\"; known: ..."},
        Wrong{"OfAnotherProduct", with_setting("transport_tls: v1.2"),
              "6:16: cucm has no setting \"transport_tls\"; known: ..."},
        Wrong{"UnknownVersion", with_setting("tls_min: 1.2"),
              "6:25: tls_min cannot be \"1.2\"; known: TLSv1.0, TLSv1.1, TLSv1.2, TLSv1.3"},
        Wrong{"UnknownChoice", with_setting("certificate_preference: rsa"),
              "6:40: certificate_preference cannot be \"rsa\"; known: tls12-ciphers, tls13-signature-algorithms"},
        Wrong{"UnknownStack", with_setting("stack: openssl"), "6:23: stack cannot be \"openssl\"; did you mean..."},
        Wrong{"LevelTooHigh", with_setting("security_level: 6"),
              "6:32: security_level cannot be \"6\"; did you mean..."},
        Wrong{"UnknownSuite", with_setting("ciphers: [TLS_AES_128_GCM_SHA]"),
              "6:26: ciphers: no cipher suite is named \"TLS_AES_128_GCM_SHA\"; write names of the IANA registry, such "
              "as TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, or one OpenSSL cipher string"},
        Wrong{"NoCipherString", with_setting("ciphers: 'HIGH;!aNULL'"),
              "6:25: ciphers \"HIGH;!aNULL\" is no OpenSSL cipher string; write one, or a list of IANA names"},
        Wrong{"NoMapping", with_cluster_line("settings: [tls_min]"),
              "6:15: settings must be a mapping; write \"name: value\" lines"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Hop, SiteError,
    testing::Values(
        Wrong{"ToNoCluster", with_hop("{from: c, to: x:5061}"), "7:22: no cluster is named \"x\"; did you mean..."},
        Wrong{"FromNoCluster", with_hop("{from: x, to: c:5061}"), "7:15: no cluster is named \"x\"; did you mean..."},
        Wrong{"ToNoNode", with_hop("{from: c, to: c/m:5061}"), "7:22: c has no node \"m\"; did you mean..."},
        Wrong{"ToNoPort", with_hop("{from: c, to: c/n}"),
              "7:22: to \"c/n\" names no port; write CLUSTER:PORT or CLUSTER/NODE:PORT, an IPv6 node in brackets"},
        Wrong{"ToBadPort", with_hop("{from: c, to: c:65536}"),
              "7:22: port \"65536\" is out of range; write 1 to 65535"},
        Wrong{"Ipv6WithoutBrackets", with_hop("{from: c, to: 'c/2001:db8::1:5061'}"),
              "7:22: to \"c/2001:db8::1:5061\" names no port; write CLUSTER:PORT or CLUSTER/NODE:PORT, an IPv6 node in "
              "brackets"},
        Wrong{"NoFrom", with_hop("{to: c:5061}"), "7:8: a hop needs \"from\"; add it"},
        Wrong{"UnknownService", with_hop("{from: c, as: sip, to: c:5061}"),
              "7:22: cucm has no client service \"sip\"; did you mean..."},
        Wrong{"UnknownSecurity", with_hop("{from: c, to: c:5061, security: secure}"),
              "7:40: unknown security \"secure\"; known: authenticated, encrypted, nonsecure"},
        Wrong{"DormantNoFlag", with_hop("{from: c, to: c:5061, dormant: maybe}"),
              "7:39: dormant \"maybe\" is neither true nor false; write one of the two"}),
    kName);

INSTANTIATE_TEST_SUITE_P(
    Order, SiteError,
    testing::Values(
        Wrong{"NoCluster", with_order("[x]"), "8:10: no cluster is named \"x\"; did you mean..."},
        Wrong{"NoTarget", with_order("[d]"), "8:10: d has no target; add one on line 7, or take it out of the order"},
        Wrong{"TooOften", with_order("[c], [c]"),
              "8:15: c is upgraded once more than it has stops and targets; take it out here, or add the stop to its "
              "via"},
        Wrong{"TwiceInAStep", with_order("[c, c]"),
              "8:13: c is upgraded once more than it has stops and targets; take it out here, or add the stop to its "
              "via"},
        Wrong{"EmptyStep", with_order("[c], []"),
              "8:14: a step of the order is empty; name clusters or settings, or remove it"},
        Wrong{"NoDay", with_order("{date: 2027-02-30, do: [c]}"),
              "8:16: date \"2027-02-30\" is no day; write YEAR-MONTH-DAY, such as 2027-01-16"},
        Wrong{"DatesBackwards",
              with_order("{date: 2027-02-02, do: [c]}, {date: 2027-02-01, do: [{set: c.tls_min, to: TLSv1.2}]}"),
              "8:45: date 2027-02-01 is before 2027-02-02 of a step above; put the steps in the order of their dates"},
        Wrong{"SetWithoutSetting", with_order("[{set: c, to: TLSv1.2}]"),
              "8:16: set \"c\" names no setting; write CLUSTER.SETTING"},
        Wrong{"SetUnknown", with_order("[{set: c.tls_mix, to: TLSv1.2}]"),
              "8:16: cucm has no setting \"tls_mix\"; did you mean..."},
        Wrong{"SetBadValue", with_order("[{set: c.tls_min, to: TLSv9}]"),
              "8:31: tls_min cannot be \"TLSv9\"; known: TLSv1.0, TLSv1.1, TLSv1.2, TLSv1.3"},
        Wrong{"SetWithoutValue", with_order("[{set: c.tls_min}]"), "8:10: a change needs \"to\"; add it"},
        Wrong{"UnknownKey", with_order("{when: 2027-01-01, do: [c]}"),
              "8:10: unknown key \"when\" in a step of order; known: date, do"}),
    kName);

}  // namespace
}  // namespace ucready::scanner

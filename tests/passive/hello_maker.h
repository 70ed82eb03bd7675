// A ClientHello written out, with GREASE where browsers put it.
#pragma once

#include <string>
#include <vector>

#include "core/bytes.h"
#include "tls/extension.h"

namespace ucready::passive {

struct MadeHello {
  Bytes random = Bytes(32, 0x11);
  Bytes session_id = Bytes(32, 0x22);
  Bytes share = Bytes(32, 0x44);
  std::uint16_t grease = 0x1a1a;
  std::string server_name = "imp.nordwind.example";  // Empty: no extension.
  std::vector<std::uint16_t> suites = {0x1301, 0xc02f};
  std::vector<std::uint16_t> groups = {0x001d, 0x0017};
  std::vector<std::uint16_t> schemes = {0x0403, 0x0804};
  std::vector<std::uint16_t> versions = {0x0304, 0x0303};
  std::vector<std::string> alpn = {"h2", "http/1.1"};

  [[nodiscard]] Bytes message() const {
    using namespace tls::extension;
    ByteWriter out;
    const auto numbers = [&](const std::vector<std::uint16_t>& all) {
      out.u16(grease);
      for (const std::uint16_t number : all) out.u16(number);
    };
    out.u8(1);
    out.u24_block([&] {
      out.u16(0x0303);
      out.bytes(random);
      out.u8_block([&] { out.bytes(session_id); });
      out.u16_block([&] { numbers(suites); });
      out.u8_block([&] { out.u8(0); });
      out.u16_block([&] {
        tls::write_extension(out, tls::ExtensionType{grease}, [] {});
        if (!server_name.empty()) {
          tls::write_extension(out, kServerName, [&] {
            out.u16_block([&] {
              out.u8(0);
              out.u16_block([&] { out.text(server_name); });
            });
          });
        }
        tls::write_extension(out, kSupportedGroups, [&] { out.u16_block([&] { numbers(groups); }); });
        tls::write_extension(out, kEcPointFormats, [&] { out.u8_block([&] { out.u8(0); }); });
        tls::write_extension(out, kSignatureAlgorithms, [&] { out.u16_block([&] { numbers(schemes); }); });
        tls::write_extension(out, kAlpn, [&] {
          out.u16_block([&] {
            for (const std::string& name : alpn) out.u8_block([&] { out.text(name); });
          });
        });
        tls::write_extension(out, kSupportedVersions, [&] { out.u8_block([&] { numbers(versions); }); });
        tls::write_extension(out, kKeyShare, [&] {
          out.u16_block([&] {
            out.u16(0x001d);
            out.u16_block([&] { out.bytes(share); });
          });
        });
      });
    });
    return out.take();
  }
};

}  // namespace ucready::passive

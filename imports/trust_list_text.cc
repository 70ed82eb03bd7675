// show itl, show ctl: the phones' trust list as text. Each record has a number, then BYTEPOS, TAG, LENGTH and VALUE of
// its fields; of a certificate it shows the SHA-1 digest, which names the certificate without giving it
// (docs/trust.md).
#include <algorithm>

#include "imports/importer.h"
#include "imports/text_lines.h"
#include "imports/text_parts.h"
#include "imports/vos_command.h"

namespace ucready::imports {

extern const Importer kTrustListText;

namespace {

constexpr std::size_t kMostRecords = 20'000;

// The role as it is printed, in the words that a list in binary form is told with.
std::string role_of(std::string_view text) {
  if (after(text, "System Administrator Security Token")) return "SAST";
  if (after(text, "CCM+TFTP")) return "CCM+TFTP";
  for (const std::string_view role : {"TVS", "CAPF", "TFTP", "CCM", "SAST"}) {
    if (trimmed(text) == role) return std::string(role);
  }
  return lower(trimmed(text));
}

// What stands between "CN=" and the next comma.
std::string common_name(std::string_view subject) {
  const auto name = after(subject, "CN=");
  if (!name) return {};
  return lower(trimmed(name->substr(0, name->find_first_of(",;"))));
}

std::string hex_in(std::string_view text) {
  std::string hex;
  for (const char c : lower(text)) {
    if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')) hex += c;
  }
  return hex;
}

class TrustListShown final : public CommandOutput {
 public:
  TrustListShown(int number, Told& told) : told_(told), number_(number) { list_.name = "itl"; }

  bool line(std::string_view text, int) override {
    text = trimmed(text);
    if (after(text, "ITL Record #") || after(text, "CTL Record #")) {
      finish_record();
      in_record_ = true;
      record_ = {};
      return true;
    }
    if (after(text, "Parse ITL File")) list_.name = "itl";
    if (after(text, "Parse CTL File")) list_.name = "ctl";
    if (!in_record_) return true;
    if (text.empty() || number_in(words_of(text).front(), 1, 99) == std::nullopt) return true;
    field(text);
    return true;
  }

  void end(bool whole) override {
    finish_record();
    if (list_.entries.empty()) return;
    if (!whole) {
      told_.trouble("line " + std::to_string(number_) + ": the " + list_.name +
                    " may be cut off; it is left out, for a list that lacks records would be judged wrongly");
      return;
    }
    told_.lists.push_back(std::move(list_));
  }

 private:
  struct Record {
    std::string subject;
    std::string role;
    std::string hash;
    std::string dns_name;
  };

  // "9       CERTIFICATE     724     F5 1B ... (SHA1 Hash HEX)"
  void field(std::string_view text) {
    const auto words = words_of(text);
    if (words.size() < 3) return;
    const std::string_view tag = words[1];
    const auto* const value_begin = words.size() > 3 ? words[3].data() : text.data() + text.size();
    const std::string_view value(value_begin, static_cast<std::size_t>(text.data() + text.size() - value_begin));
    if (tag == "SUBJECTNAME") {
      record_.subject = std::string(value);
    } else if (tag == "FUNCTION") {
      record_.role = role_of(value);
    } else if (tag == "DNSNAME") {
      record_.dns_name = lower(value);
    } else if (tag == "CERTIFICATE" && after(value, "SHA1 Hash")) {
      record_.hash = hex_in(value.substr(0, value.find('(')));
    }
  }

  void finish_record() {
    constexpr std::size_t kSha1Digits = 40;
    if (!in_record_ || list_.entries.size() >= kMostRecords) return;
    in_record_ = false;
    if (record_.role == "CCM+TFTP" || record_.role == "TVS") {
      for (const std::string& name : {record_.dns_name, common_name(record_.subject)}) {
        if (!name.empty()) list_.nodes.push_back(name);
      }
    }
    if (record_.hash.size() != kSha1Digits) return;  // A record without certificate vouches for nothing.
    db::TrustedCertificate entry;
    entry.source = told_.path;
    entry.pinned = true;
    entry.hash_algorithm = "sha1";
    entry.hash = record_.hash;
    entry.subject = record_.subject;
    entry.roles = record_.role;
    list_.entries.push_back(std::move(entry));
  }

  Told& told_;
  int number_;  // The line of the command.
  ToldList list_;
  bool in_record_ = false;
  Record record_;
};

// Pasted without the prompt: the whole text is the list. Its last words tell that it is whole.
void read(PeekedSource& source, Told& told) {
  TextLines lines(source);
  TrustListShown shown(1, told);
  bool whole = false;
  for (TextLine line; lines.next(line);) {
    ++told.lines;
    if (!line.has_end && !after(line.text, "file was verified")) break;
    shown.line(line.text, line.number);
    whole = whole || after(line.text, "file was verified").has_value();
  }
  shown.end(whole);
}

bool recognises(std::string_view head) { return after(head, "Parse ITL File") || after(head, "Parse CTL File"); }

}  // namespace

std::unique_ptr<CommandOutput> make_trust_list(std::string_view, int number, Told& told) {
  return std::make_unique<TrustListShown>(number, told);
}

const Importer kTrustListText = {"trust-list-text", "pasted show itl or show ctl", recognises, read};

}  // namespace ucready::imports

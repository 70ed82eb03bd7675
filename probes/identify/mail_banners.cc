// The greeting of a mail server (RFC 5321 section 4.2, RFC 9051 section 7.1): in clear where it starts TLS later, else
// inside. Unity Connection calls itself "UnityMailer" and "UMSS IMAP4rev1 Server", as collections of banners have it.
#include "probes/identify/answer_text.h"
#include "probes/identify/method.h"

namespace ucready::probes {
namespace {

constexpr std::string_view kSmtp[] = {"smtp"};
constexpr std::string_view kSmtps[] = {"smtps"};
constexpr std::string_view kImap[] = {"imap"};
constexpr std::string_view kImaps[] = {"imaps"};
constexpr std::string_view kProducts[] = {"cuc", "exchange"};

bool whole(std::string_view answer) { return answer.find('\n') != std::string_view::npos; }

std::string release_in(std::string_view greeting) {
  const auto version = between(greeting, "(version ", ")");
  return version ? release_text(*version) : std::string();
}

Identity read_smtp(const Heard& heard) {
  const std::string_view greeting = heard.answer.substr(0, heard.answer.find('\n'));
  if (!greeting.starts_with("220")) return {};
  if (has_text(greeting, "UnityMailer")) return {"cuc", release_in(greeting)};
  return has_text(greeting, "Microsoft ESMTP MAIL") ? Identity{"exchange", ""} : Identity{};
}

Identity read_imap(const Heard& heard) {
  const std::string_view greeting = heard.answer.substr(0, heard.answer.find('\n'));
  if (!begins_with(greeting, "* OK")) return {};
  if (has_text(greeting, "UMSS IMAP4rev1 Server")) return {"cuc", ""};
  return has_text(greeting, "Microsoft Exchange IMAP4") ? Identity{"exchange", ""} : Identity{};
}

constexpr Method banner(std::string_view name, std::span<const std::string_view> protocols, Method::Way way,
                        Identity (*read)(const Heard&)) {
  return {.name = name,
          .protocols = protocols,
          .products = kProducts,
          .way = way,
          .broad = true,
          .whole = whole,
          .read = read};
}

}  // namespace

extern const Method kSmtpBannerMethod;
extern const Method kImapBannerMethod;
extern const Method kSmtpsBannerMethod;
extern const Method kImapsBannerMethod;
const Method kSmtpBannerMethod = banner("smtp-banner", kSmtp, Method::Way::clear, read_smtp);
const Method kImapBannerMethod = banner("imap-banner", kImap, Method::Way::clear, read_imap);
const Method kSmtpsBannerMethod = banner("smtps-banner", kSmtps, Method::Way::inside_tls, read_smtp);
const Method kImapsBannerMethod = banner("imaps-banner", kImaps, Method::Way::inside_tls, read_imap);

}  // namespace ucready::probes

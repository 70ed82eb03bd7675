// A ClientHello that a client sent, made ready to be sent in its place: the same versions, suites, extensions and lists
// in the same order, GREASE and unknown numbers among them, with what belongs to one connection made new.
//
// New are random, session id (as long as it was) and key shares of the same groups. The name of the server is the one
// given; a hello without server_name stays without. Left out is what only that client could go on with: the offer to
// resume a session (RFC 8446 section 4.2.11), early data, a ticket's content. A share of a group that there is no code
// for here goes along as it was seen: it is public, and the server's choice is told by its ServerHello all the same.
#pragma once

#include <string>

#include "core/result.h"
#include "tls/client_hello.h"
#include "tls/hello_offer.h"

namespace ucready::tls {

inline constexpr std::size_t kLongestRecordedHello = 32'000;
inline constexpr std::size_t kLongestServerName = 255;

// `message`: a handshake message with its header, or an SSLv2 record without its (RFC 5246 appendix E.2). An error says
// why it cannot be sent: cut short, malformed, too long, of SSLv2 alone.
Result<HelloOffer> offer_of_recording(ByteView message, const std::string& server_name);

// Whether a recording is in the form of SSLv2.
bool is_sslv2_form(ByteView message);
// Whether it names the server it was sent to.
bool names_server(const HelloOffer& offer);

// The first hello, or with a cookie or share asked for by a HelloRetryRequest the second; an SSLv2 record without its
// header where the recording is one. `offer` comes from offer_of_recording().
Bytes write_recorded_hello(const HelloOffer& offer, const HelloParts& parts);

}  // namespace ucready::tls

#include "tls/channel.h"

#include <algorithm>
#include <utility>

#include "tls/alert.h"

namespace ucready::tls {

Channel::Channel(Version version, std::unique_ptr<ProtectedRecords> records, RecordReader reader, Bytes unsent)
    : version_(version), records_(std::move(records)), reader_(std::move(reader)), output_(std::move(unsent)) {
  read();
}

void Channel::say(ByteView data) {
  ByteWriter out;
  out.bytes(output_);
  while (!data.empty() && state_ == State::open) {
    const ByteView some = data.first(std::min(data.size(), kMostPlaintextBytes));
    data = data.subspan(some.size());
    if (!records_->seal(ContentType::application_data, some, out)) state_ = State::broken;
  }
  output_ = out.take();
}

void Channel::say_farewell() {
  if (state_ == State::broken) return;
  ByteWriter out;
  if (records_->seal(ContentType::alert, kFarewell, out)) append(output_, out.view());
}

void Channel::receive(ByteView bytes) {
  if (taken_ == heard_.size()) {
    heard_.clear();
    taken_ = 0;
  }
  reader_.feed(bytes);
  read();
}

void Channel::read() {
  Record record;
  while (state_ == State::open) {
    const RecordReader::State next = reader_.next(record);
    if (next == RecordReader::State::needs_more) return;
    const auto opened = next == RecordReader::State::record
                            ? records_->open(record)
                            : Result<ProtectedRecords::Opened>(fail(ErrorCode::malformed, "no record"));
    state_ = opened ? take_record(*opened) : State::broken;
  }
}

Channel::State Channel::take_record(const ProtectedRecords::Opened& opened) {
  switch (opened.type) {
    case ContentType::application_data:
      append(heard_, opened.content);
      return State::open;
    case ContentType::alert:
      return take_alert(opened.content);
    case ContentType::handshake:
      return take_messages(opened.content);
    default:
      return State::broken;
  }
}

Channel::State Channel::take_alert(ByteView content) const {
  if (content.size() != AlertMessage::kBytes) return State::broken;
  const AlertMessage alert{content[0], Alert{content[1]}};
  if (alert.alert == kCloseNotify) return State::closed;
  return alert.ends(version_) ? State::broken : State::open;
}

// Tickets may come at any time (RFC 8446 section 4.6.1); nothing else has a place here.
Channel::State Channel::take_messages(ByteView content) {
  handshake_.feed(content);
  for (;;) {
    const auto message = handshake_.next();
    if (!message) return State::broken;
    if (!*message) return State::open;
    if ((*message)->type != HandshakeType::new_session_ticket) return State::broken;
  }
}

}  // namespace ucready::tls

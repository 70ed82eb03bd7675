#include "scanner/standard_output.h"

#include <unistd.h>

#include <cerrno>
#include <string_view>

namespace ucready::scanner {

OutputToReader::OutputToReader(int descriptor) : descriptor_(descriptor) {
  setp(buffer_.data(), buffer_.data() + buffer_.size());
}

OutputToReader::~OutputToReader() { static_cast<void>(write_out()); }

OutputToReader::int_type OutputToReader::overflow(int_type next) {
  if (!write_out()) return traits_type::eof();
  if (!traits_type::eq_int_type(next, traits_type::eof())) sputc(traits_type::to_char_type(next));
  return traits_type::not_eof(next);
}

int OutputToReader::sync() { return write_out() ? 0 : -1; }

bool OutputToReader::write_out() {
  std::string_view rest(pbase(), static_cast<std::size_t>(pptr() - pbase()));
  setp(buffer_.data(), buffer_.data() + buffer_.size());
  while (!rest.empty() && !reader_left_) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written >= 0) {
      rest.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EPIPE) {
      reader_left_ = true;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace ucready::scanner

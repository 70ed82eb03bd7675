#include "imports/archive_source.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>

namespace ucready::imports {

void ArchiveSource::Closer::operator()(archive* opened) const { archive_read_free(opened); }

ArchiveSource::ArchiveSource(ByteSource& packed, std::uint64_t& budget)
    : packed_(packed), budget_(budget), archive_(archive_read_new()) {
  archive* const opened = archive_.get();
  // Those that systems and people make exports with; every other format is code that needs no hostile input.
  archive_read_support_filter_gzip(opened);
  archive_read_support_filter_bzip2(opened);
  archive_read_support_filter_xz(opened);
  archive_read_support_filter_zstd(opened);
  archive_read_support_format_tar(opened);
  archive_read_support_format_zip_streamable(opened);
  archive_read_support_format_raw(opened);
  if (archive_read_open(opened, this, nullptr, read_packed, nullptr) != ARCHIVE_OK) {
    fault_ = archive_error_string(opened) != nullptr ? archive_error_string(opened) : "is no archive that is read here";
  }
}

ArchiveSource::~ArchiveSource() = default;

long ArchiveSource::read_packed(archive*, void* self, const void** bytes) {
  auto* const source = static_cast<ArchiveSource*>(self);
  *bytes = source->chunk_.data();
  return static_cast<long>(source->packed_.read(source->chunk_));
}

bool ArchiveSource::count(std::size_t bytes) {
  over_budget_ = over_budget_ || bytes > budget_;
  budget_ -= std::min<std::uint64_t>(budget_, bytes);
  return !over_budget_;
}

bool ArchiveSource::skip_rest() {
  std::array<char, 65536> away{};
  while (inside_ && read(away) > 0) continue;
  return !over_budget_;
}

bool ArchiveSource::next() {
  if (!fault_.empty() || !skip_rest()) return false;
  const int status = archive_read_next_header(archive_.get(), &entry_);
  if (status == ARCHIVE_EOF) return false;
  if (status != ARCHIVE_OK && status != ARCHIVE_WARN) {
    const char* const why = archive_error_string(archive_.get());
    fault_ = why != nullptr ? why : "is damaged";
    return false;
  }
  const char* const name = archive_entry_pathname(entry_);
  name_ = name != nullptr ? name : "";
  is_link_ = archive_entry_filetype(entry_) == AE_IFLNK || archive_entry_hardlink(entry_) != nullptr;
  is_file_ = !is_link_ && archive_entry_filetype(entry_) == AE_IFREG;
  inside_ = true;
  constexpr std::size_t kHeader = 512;  // An entry without content costs something too.
  return count(kHeader);
}

std::size_t ArchiveSource::read(std::span<char> room) {
  if (!inside_ || !fault_.empty() || over_budget_) return 0;
  const auto got = archive_read_data(archive_.get(), room.data(), room.size());
  if (got < 0) {
    const char* const why = archive_error_string(archive_.get());
    fault_ = why != nullptr ? why : "is damaged";
  }
  if (got <= 0) {
    inside_ = false;
    return 0;
  }
  return count(static_cast<std::size_t>(got)) ? static_cast<std::size_t>(got) : 0;
}

}  // namespace ucready::imports

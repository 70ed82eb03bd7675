// One archive's entries, one after the other, by libarchive.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "imports/byte_source.h"

struct archive;
struct archive_entry;

namespace ucready::imports {

class ArchiveSource final : public ByteSource {
 public:
  // `budget`: bytes that may still come out of archives; goes down as they come. Both must outlive it.
  ArchiveSource(ByteSource& packed, std::uint64_t& budget);
  ~ArchiveSource() override;

  // Goes to the next entry. False: the end, or trouble that ends the archive.
  bool next();
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] bool is_file() const { return is_file_; }
  [[nodiscard]] bool is_link() const { return is_link_; }

  // Of the entry. At most the budget comes.
  std::size_t read(std::span<char> room) override;
  [[nodiscard]] std::string fault() const override { return fault_; }
  [[nodiscard]] bool over_budget() const { return over_budget_; }

 private:
  struct Closer {
    void operator()(archive* opened) const;
  };
  static long read_packed(archive* opened, void* self, const void** bytes);
  // Reads the rest of an entry away, so that no bytes pass uncounted.
  bool skip_rest();
  bool count(std::size_t bytes);

  ByteSource& packed_;
  std::uint64_t& budget_;
  std::array<char, 65536> chunk_{};
  std::unique_ptr<archive, Closer> archive_;
  archive_entry* entry_ = nullptr;
  std::string name_;
  std::string fault_;
  bool is_file_ = false;
  bool is_link_ = false;
  bool inside_ = false;
  bool over_budget_ = false;
};

}  // namespace ucready::imports

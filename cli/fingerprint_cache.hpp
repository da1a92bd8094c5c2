#pragma once

#include "cli/command.hpp"
#include "hashing/fingerprint.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace rowprint::cli {

/// What the rows of a file or a stream come to.
struct RowsIdentity {
  hashing::Fingerprint fingerprint;
  Schema schema;
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;  ///< read
};

/// Remembers what files came to, by the SHA-256 of their bytes: a file that was hashed before costs a read and a
/// SHA-256 (half a nanosecond a byte) instead of a parse.
///
/// The key is everything that a fingerprint depends on: the bytes, how they are compressed, what they are and how they
/// are to be read, the declared schema, the order, the row limit, the format rp1 and the version of rowprint.
/// Modification times are not part of it, so nothing that happens to a file can make it stale. One file an entry,
/// `SIZE-KEY` below
/// ${XDG_CACHE_HOME:-~/.cache}/rowprint/fingerprints, written to the side and renamed, with a checksum: what is
/// damaged, foreign or unreadable counts as not there. At most `entries_max` files; those not used for longest go
/// first. Thread safety: none; processes may share a folder. Errors: none, a cache that cannot be written is no reason
/// to fail.
class FingerprintCache {
 public:
  static constexpr std::size_t kEntriesMax = 1024;

  struct Key {
    hashing::Digest file{};
    std::uint64_t bytes = 0;
    RowFormat format = RowFormat::ndjson;
    Order order = Order::sequence;
    Schema declared;
    std::size_t row_bytes_max = 0;
    FormatOptions options{};
    ContentCoding coding = ContentCoding::identity;
  };

  explicit FingerprintCache(std::string directory, std::size_t entries_max = kEntriesMax)
      : directory_(std::move(directory)), entries_max_(entries_max) {}
  /// Nothing where neither variable names a place.
  static std::optional<std::string> default_directory();

  /// Whether any file of this size was hashed before: if not, its SHA-256 need not be computed ahead of the parse.
  /// Cost: reads the folder's names.
  bool may_hold(std::uint64_t bytes) const;
  std::optional<RowsIdentity> find(const Key& key) const;
  void store(const Key& key, const RowsIdentity& identity) const;

 private:
  std::string directory_;
  std::size_t entries_max_;
};

}  // namespace rowprint::cli

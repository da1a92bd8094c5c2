#pragma once

#include "cli/client.hpp"
#include "cli/command.hpp"
#include "cli/problem.hpp"
#include "cli/progress.hpp"
#include "hashing/fingerprint.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace rowprint::cli {

/// The two ways in which a dataset gets a version over HTTP: by naming a content that is there, and by sending rows.
///
/// A regular value. Each call is one request and blocks; what it gives is the receipt. Errors: as json_of().
struct VersionUpload {
  std::string dataset;
  Order order = Order::sequence;
  std::vector<std::pair<std::string, std::string>> conditions{};  ///< headers of every request

  /// not_found: that content is not there, so its rows have to be sent.
  Result<Json> refer(Client& client, const hashing::Fingerprint& fingerprint) const;

  struct Rows {
    RowFormat format = RowFormat::ndjson;
    Schema schema;                      ///< declared columns
    int descriptor = -1;                ///< borrowed
    std::optional<std::uint64_t> size;  ///< bytes [0, size) of a file; nothing: read to its end
    /// Refused with conflict where the rows come to something else.
    std::optional<hashing::Fingerprint> expect;
    FormatOptions options{};                         ///< of the format
    ContentCoding coding = ContentCoding::identity;  ///< of the bytes, which are sent as they are
  };
  Result<Json> send(Client& client, const Rows& rows, ProgressLine& line) const;

 private:
  std::string target() const;
};

}  // namespace rowprint::cli

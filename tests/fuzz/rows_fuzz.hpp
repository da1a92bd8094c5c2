#pragma once

#include "connectors/http/row_limits.hpp"
#include "ingest/byte_stream.hpp"
#include "ingest/disk/disk.hpp"
#include "ingest/model/batch.hpp"
#include "ingest/model/schema.hpp"
#include "ingest/source.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the targets of row formats have in common.
namespace rowprint::fuzz {

using MakeSource = std::function<std::unique_ptr<Source>(std::unique_ptr<ByteStream> body, const Schema& declared,
                                                         const RowLimits& limits)>;

/// What a body is read as.
struct Read {
  std::string rows;  ///< canonical, one after the other
  std::vector<Batch> batches;
  Schema schema;
  std::optional<Error> error;  ///< then the schema is not known
};

/// A body that comes in one piece.
Read read_whole(std::string_view body, const Schema& declared, const MakeSource& make);

/// Aborts where a law is broken: what a body is read as does not depend on how it is cut; what is refused has a reason,
/// a row, and a place inside of the body; rows are canonical. Gives what it is read as.
Read check_reading(std::string_view body, const Schema& declared, const MakeSource& make);

/// The same, and: written as NDJSON under their schema, rows read back as the same.
Read check_rows(std::string_view body, const Schema& declared, const MakeSource& make);

/// The schema that the first line of an input is, none where it is not; `input` is then what comes behind it.
Schema take_schema(std::string_view& input);

/// A disk in memory, of which only what a spool needs works.
Disk& memory_disk();

}  // namespace rowprint::fuzz

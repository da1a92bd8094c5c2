#include "connectors/sqlite/cells.hpp"

#include "connectors/sqlite/text_cells.hpp"
#include "connectors/sqlite/utf16.hpp"
#include "ingest/model/utf8.hpp"

#include <fmt/format.h>

#include <sqlite3.h>
#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>

namespace rowprint::sqlite_file {
namespace {

using text_forms::Parsed;
using text_forms::refuse;
using text_forms::Refused;

constexpr std::int64_t kExactDoubleMax = std::int64_t{1} << 53U;
constexpr std::size_t kShownBytes = 40;

/// What a refusal shows of a value: none of its control characters.
std::string show(std::string_view text) {
  const auto printed = [](std::string_view part) {
    std::string copy{part};
    std::ranges::replace_if(
        copy, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }, '?');
    return copy;
  };
  if (text.size() <= kShownBytes) {
    return fmt::format("the text '{}'", printed(text));
  }
  std::size_t end = kShownBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) {
    --end;
  }
  return fmt::format("the text '{}…' ({} bytes)", printed(text.substr(0, end)), text.size());
}

std::string show(double value) {
  std::string shown = "the float ";
  if (std::isfinite(value)) {
    text_forms::format_float(shown, value);
    return shown;
  }
  return shown + (value < 0 ? "-Infinity" : "Infinity");
}

std::string show(hashing::ByteView bytes) {
  constexpr std::size_t kShown = kShownBytes / 2;
  std::string hex;
  for (const std::uint8_t byte : bytes.first(std::min(bytes.size(), kShown))) {
    hex += fmt::format("{:02x}", byte);
  }
  return fmt::format("the blob x'{}{}' ({} bytes)", hex, bytes.size() > kShown ? "…" : "", bytes.size());
}

tl::unexpected<Error> not_of_type(const std::string& shown, Type type, const Refused& why) {
  return fail(why.code,
              fmt::format("{} is no {}{}{}", shown, to_string(type), why.reason.empty() ? "" : ": ", why.reason));
}

Parsed<Cell> from_integer(std::int64_t value, Type type, BatchBuilder& builder, hashing::ByteBuffer& scratch) {
  switch (type) {
    case Type::integer:
    case Type::any:
      return Cell::integer(value);
    case Type::boolean:
      return value == 0 || value == 1 ? Parsed<Cell>{Cell::boolean(value == 1)}
                                      : refuse("a bool is the INTEGER 0 or 1");
    case Type::floating:
      return value >= -kExactDoubleMax && value <= kExactDoubleMax
                 ? Parsed<Cell>{Cell::floating(static_cast<double>(value))}
                 : refuse("beyond 2^53 not every integer is a float", ErrorCode::unsupported_value);
    case Type::decimal:
      return decimal_of(value, builder, scratch);
    default:
      return refuse("");
  }
}

Parsed<Cell> from_float(double value, Type type) {
  switch (type) {
    case Type::floating:
    case Type::any:
      return Cell::floating(value);
    case Type::decimal:
      return refuse("a REAL has lost what was written: keep decimals as TEXT, or CAST to TEXT");
    default:
      return refuse("");
  }
}

tl::unexpected<Error> no_memory() {
  Error error;
  error.code = ErrorCode::busy;
  error.reason = "no memory for the next row";
  error.retryable = true;
  return fail(std::move(error));
}

tl::unexpected<Error> no_text(std::string_view what) {
  return fail(ErrorCode::unsupported_value, fmt::format("{}; CAST it to BLOB to have its bytes", what));
}

}  // namespace

bool is_output_type(Type type) {
  return type != Type::list && type != Type::map;
}

std::size_t Cells::value_bytes(sqlite3_stmt* statement, int column) const {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_TEXT:
      // The other one of the two would turn the text into UTF-8 first.
      return static_cast<std::size_t>(utf16_ ? sqlite3_column_bytes16(statement, column)
                                             : sqlite3_column_bytes(statement, column));
    case SQLITE_BLOB:
      return static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
    case SQLITE_NULL:
      return 0;
    default:
      return sizeof(std::int64_t);
  }
}

Result<Cell> Cells::read(sqlite3_stmt* statement, int column, std::optional<Type> type) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER: {
      const std::int64_t value = sqlite3_column_int64(statement, column);
      if (!type) {
        return Cell::integer(value);
      }
      const auto cell = from_integer(value, *type, builder_, scratch_);
      return cell ? Result<Cell>{*cell} : not_of_type(fmt::format("the integer {}", value), *type, cell.error());
    }
    case SQLITE_FLOAT: {
      const double value = sqlite3_column_double(statement, column);
      if (!type) {
        return Cell::floating(value);
      }
      const auto cell = from_float(value, *type);
      return cell ? Result<Cell>{*cell} : not_of_type(show(value), *type, cell.error());
    }
    case SQLITE_TEXT:
      return from_text(statement, column, type);
    case SQLITE_BLOB:
      return from_blob(statement, column, type);
    default:
      return Cell{};
  }
}

Result<Cell> Cells::from_text(sqlite3_stmt* statement, int column, std::optional<Type> type) {
  std::string decoded;
  std::string_view text;
  if (utf16_) {
    const auto* units = static_cast<const char16_t*>(sqlite3_column_text16(statement, column));
    if (units == nullptr) {
      return no_memory();
    }
    const auto bytes = static_cast<std::size_t>(sqlite3_column_bytes16(statement, column));
    auto utf8 = utf8_of({units, bytes / sizeof(char16_t)});
    if (!utf8) {
      return no_text("text that is not valid UTF-16");
    }
    decoded = std::move(*utf8);
    text = decoded;
  } else {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
    if (bytes == nullptr) {
      return no_memory();
    }
    text = {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
    if (const auto bad = find_invalid_utf8(text)) {
      return no_text(fmt::format("text that is not valid UTF-8 at its byte {}", *bad));
    }
  }
  if (!type) {
    return Cell::text(builder_.keep(text));
  }
  const auto cell = cell_of_text(text, *type, builder_, scratch_);
  return cell ? Result<Cell>{*cell} : not_of_type(show(text), *type, cell.error());
}

Result<Cell> Cells::from_blob(sqlite3_stmt* statement, int column, std::optional<Type> type) {
  constexpr std::size_t kUuidBytes = 16;
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement, column));
  const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, column));
  if (data == nullptr && size != 0) {
    return no_memory();
  }
  const hashing::ByteView bytes{data, size};
  if (!type || *type == Type::bytes || *type == Type::any) {
    return Cell::bytes(builder_.keep(bytes));
  }
  if (*type != Type::uuid) {
    return not_of_type(show(bytes), *type, {""});
  }
  if (size != kUuidBytes) {
    return not_of_type(show(bytes), *type, {"a UUID is a BLOB of 16 bytes, or text"});
  }
  return Cell::uuid(builder_.keep(bytes).data());
}

}  // namespace rowprint::sqlite_file

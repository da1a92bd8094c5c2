#pragma once

#include "connectors/postgres/parameters.hpp"
#include "connectors/postgres/wire.hpp"
#include "hashing/bytes.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace rowprint::postgres {

/// A column of a row as the server sent it; null where `data` is null.
struct Field {
  const std::uint8_t* data = nullptr;
  std::size_t size = 0;
};

/// The rows of a query in binary, one after the other.
///
/// Lifecycle: start() once, next() until it gives something else than a row or a pause, and no further. Thread safety:
/// none. Ownership: borrows the wire; the fields of a row hold until the next one is asked for.
class RowStream {
 public:
  enum class Got {
    row,
    pause,  ///< nothing came until patience was at its end
    end,
    failure,  ///< error() says why
  };

  RowStream(Wire& wire, std::size_t columns) : wire_(wire), fields_(columns) {}
  virtual ~RowStream() = default;
  RowStream(const RowStream&) = delete;
  RowStream& operator=(const RowStream&) = delete;

  virtual Result<void> start() = 0;
  virtual Got next(Patience patience) = 0;
  const std::vector<Field>& fields() const { return fields_; }
  const Error& error() const { return error_; }
  std::uint64_t bytes() const { return bytes_; }

 protected:
  Got failed(Error error) {
    error_ = std::move(error);
    return Got::failure;
  }
  /// Whether the server, at the end of a command, says that it sent so many rows. A message whose type was damaged on
  /// its way may be one that the library skips, and what is left looks whole.
  static bool all_came(PGresult& verdict, std::uint64_t rows);
  Got rows_missing();

  Wire& wire_;
  std::vector<Field> fields_;
  Error error_;
  std::uint64_t bytes_ = 0;
};

/// Reads a query without parameters by COPY … (FORMAT binary), the fastest way out of the server.
class CopyStream final : public RowStream {
 public:
  /// `query` is one statement that was prepared on its own.
  CopyStream(Wire& wire, std::size_t columns, std::string query) : RowStream(wire, columns), query_(std::move(query)) {}
  Result<void> start() override;
  Got next(Patience patience) override;

 private:
  struct FreeBuffer {
    void operator()(char* buffer) const { PQfreemem(buffer); }
  };

  bool cut_header();
  Got cut_row();
  Got finish();
  Got malformed();

  std::string query_;
  std::unique_ptr<char, FreeBuffer> buffer_;
  hashing::ByteView message_;  ///< what is left of the buffer
  bool header_read_ = false;
  bool trailer_read_ = false;
  std::uint64_t rows_ = 0;
};

/// Reads a query with parameters through a binary cursor, a bounded number of rows at a time.
class CursorStream final : public RowStream {
 public:
  CursorStream(Wire& wire, std::size_t columns, std::string query, BoundParameters parameters)
      : RowStream(wire, columns), query_(std::move(query)), parameters_(std::move(parameters)) {}
  Result<void> start() override;
  Got next(Patience patience) override;

 private:
  Got take_row();
  Result<void> fetch();

  std::string query_;
  BoundParameters parameters_;
  ResultOwner row_;
  bool fetching_ = false;
  int fetched_ = 0;       ///< rows of the FETCH under way
  bool counted_ = false;  ///< its end has come, and so have all its rows
};

}  // namespace rowprint::postgres

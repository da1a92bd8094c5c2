#pragma once

#include "connectors/memory/row_form.hpp"
#include "ingest/source.hpp"

#include <exception>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

namespace rowprint {

struct ReadOptions {
  BatchBuilder::Limits limits{};
  /// Types of columns that are not known from C++: those of Record, Map and Value.
  Schema declared{};
};

}  // namespace rowprint

namespace rowprint::memory {

/// What user code threw, as an error: its words, and `busy` where it was out of memory.
Error thrown(const std::exception_ptr& exception);

/// Turns the rows of a cursor into batches.
template <typename Cursor>
class Pump {
 public:
  Pump(Cursor cursor, ReadOptions options)
      : cursor_(std::move(cursor)), builder_(options.limits), declared_(std::move(options.declared)) {
    bound_ = cursor_.bind(builder_, declared_);
  }
  Pump(const Pump&) = delete;
  Pump& operator=(const Pump&) = delete;

  const Schema& declared() const { return declared_.schema(); }

  Result<std::optional<Batch>> next() {
    if (!bound_) {
      return tl::unexpected{bound_.error()};
    }
    try {
      return fill();
    } catch (...) {
      Error error = thrown(std::current_exception());
      error.row = builder_.next_row();
      return fail(std::move(error));
    }
  }
  void rewind() {
    cursor_.rewind();
    builder_.rewind();
  }

 private:
  Result<std::optional<Batch>> fill() {
    while (!builder_.batch_full()) {
      const Result<bool> more = cursor_.advance();
      if (!more) {
        return fail(in_this_row(more.error()));
      }
      if (!*more) {
        break;
      }
      builder_.begin_row();
      if (Result<void> written = cursor_.write(writer_); !written) {
        builder_.abandon_row();
        return fail(in_this_row(std::move(written.error())));
      }
      builder_.end_row();
    }
    if (builder_.rows() == 0) {
      return std::nullopt;
    }
    return builder_.take();
  }
  Error in_this_row(Error error) const {
    error.row = builder_.next_row();
    return error;
  }

  Cursor cursor_;
  BatchBuilder builder_;
  CellWriter writer_{builder_};
  DeclaredColumns declared_;
  Result<void> bound_;
};

/// A generator in memory: read once. Lifecycle, thread safety, errors: as Source and read.hpp. Stays where it was made.
template <typename Cursor>
class StreamSource final : public Source {
 public:
  StreamSource(Cursor cursor, ReadOptions options) : pump_(std::move(cursor), std::move(options)) {}
  awaitable<Result<std::optional<Batch>>> next() override { co_return pump_.next(); }
  const Schema& declared() const override { return pump_.declared(); }

 private:
  Pump<Cursor> pump_;
};

/// A list in memory: can be read again. Lifecycle, thread safety, errors: as ConcreteSource and read.hpp. Stays where
/// it was made.
template <typename Cursor>
class ListSource final : public ConcreteSource {
 public:
  ListSource(Cursor cursor, ReadOptions options) : pump_(std::move(cursor), std::move(options)) {}
  awaitable<Result<std::optional<Batch>>> next() override { co_return pump_.next(); }
  const Schema& declared() const override { return pump_.declared(); }
  void rewind() override { pump_.rewind(); }

 private:
  Pump<Cursor> pump_;
};

template <typename Cursor>
using SourceOf = std::conditional_t<Cursor::kConcrete, ListSource<Cursor>, StreamSource<Cursor>>;

}  // namespace rowprint::memory

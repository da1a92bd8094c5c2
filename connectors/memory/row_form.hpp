#pragma once

#include "connectors/memory/form_nested.hpp"
#include "ingest/model/schema.hpp"

#include <array>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace rowprint {

/// A row whose columns are known only at run time. Names in any order, each once; a missing one is null.
using Record = std::vector<std::pair<std::string, Value>>;

/// The names of a tuple's columns.
template <std::size_t kCount>
struct Names {
  std::array<std::string, kCount> names;
};
template <std::convertible_to<std::string_view>... Texts>
Names<sizeof...(Texts)> names(const Texts&... texts) {
  return {{std::string{std::string_view{texts}}...}};
}

}  // namespace rowprint

namespace rowprint::memory {

/// Types that columns were declared to have by the caller; those with a static type declare themselves.
class DeclaredColumns {
 public:
  DeclaredColumns() = default;
  explicit DeclaredColumns(Schema schema) : schema_(std::move(schema)) {}

  const Schema& schema() const { return schema_; }
  /// A column whose C++ type is its type. Errors: bad_input if the caller has declared it as another.
  Result<void> add(const std::string& name, std::optional<Type> type);
  /// The caller's type of a column, if there is one.
  std::optional<Type> find(std::string_view name) const;

 private:
  Schema schema_;
};

/// The columns of rows that all have the same: their ordinals, and the type each was declared to have if it is dynamic.
class FixedColumns {
 public:
  /// Errors: bad_input for a name that is none, or is there twice; limit_exceeded.
  Result<void> bind(std::string_view name, std::optional<Type> static_type, BatchBuilder& builder,
                    DeclaredColumns& declared);

  /// Sets one cell of the row begun. Errors carry the column.
  template <typename T>
  Result<void> write(std::size_t index, const T& value, CellWriter& writer) const {
    Result<Cell> cell = FormOf<T>::cell(value, writer);
    if constexpr (!FormOf<T>::declared) {
      if (cell && columns_[index].type) {
        cell = fit(*cell, *columns_[index].type, writer);
      }
    }
    if (!cell) {
      return tl::unexpected{inside(columns_[index].name, std::move(cell.error()))};
    }
    writer.builder().set(columns_[index].ordinal, *cell);
    return {};
  }

 private:
  struct Bound {
    std::string name;
    std::uint32_t ordinal = 0;
    std::optional<Type> type;
  };
  std::vector<Bound> columns_;
};

/// How rows of a C++ type are written: bind() once, then write() for every row between begin_row() and end_row().
template <typename T>
class RowForm;

/// A described struct: a column for every member.
template <Described T>
class RowForm<T> {
 public:
  Result<void> bind(BatchBuilder& builder, DeclaredColumns& declared) {
    Result<void> done;
    const auto bind_one = [&]<typename Listed>(const Listed& listed) {
      using Held = typename Listed::Type;
      static_assert(Storable<Held>, "a member's type has no exact form: see connectors/memory/form.hpp");
      done = columns_.bind(listed.name, FormOf<Held>::declared, builder, declared);
      return done.has_value();
    };
    std::apply([&](const auto&... listed) { return (bind_one(listed) && ...); }, kMembers<T>);
    return done;
  }
  Result<void> write(const T& row, CellWriter& writer) const {
    Result<void> done;
    std::size_t index = 0;
    const auto write_one = [&](const auto& listed) {
      done = columns_.write(index++, row.*listed.pointer, writer);
      return done.has_value();
    };
    std::apply([&](const auto&... listed) { return (write_one(listed) && ...); }, kMembers<T>);
    return done;
  }

 private:
  FixedColumns columns_;
};

template <typename T>
concept TextPairs = std::ranges::forward_range<const T> && !MapLike<T> && requires(std::ranges::range_value_t<T> pair) {
  { pair.first } -> std::convertible_to<std::string_view>;
  pair.second;
};
template <typename T>
concept Dictionary = !Described<T> && (std::same_as<T, Map> || TextPairs<T> || MapLike<T>);

/// Rows that bring their own names: Record, Map, std::map. Types are learnt from the values.
template <Dictionary T>
class RowForm<T> {
 public:
  Result<void> bind(BatchBuilder& builder, DeclaredColumns& declared) {
    for (const Column& column : declared.schema().columns) {
      if (const auto bound = builder.column(column.name); !bound) {
        return tl::unexpected{inside(column.name, bound.error())};
      }
    }
    declared_ = &declared;
    return {};
  }
  Result<void> write(const T& row, CellWriter& writer) {
    ++row_stamp_;
    for (const auto& [name, value] : pairs_of(row)) {
      if (Result<void> done = write_one(name, value, writer); !done) {
        return tl::unexpected{inside(name, std::move(done.error()))};
      }
    }
    return {};
  }

 private:
  static const auto& pairs_of(const T& row) {
    if constexpr (std::same_as<T, Map>) {
      return row.pairs;
    } else {
      return row;
    }
  }
  template <typename Held>
  Result<void> write_one(std::string_view name, const Held& value, CellWriter& writer) {
    static_assert(Storable<Held>, "a value's type has no exact form: see connectors/memory/form.hpp");
    const Result<std::uint32_t> ordinal = writer.builder().column(name);
    if (!ordinal) {
      return tl::unexpected{ordinal.error()};
    }
    if (*ordinal >= columns_.size()) {
      columns_.resize(*ordinal + 1);
    }
    Seen& seen = columns_[*ordinal];
    if (seen.row_stamp == row_stamp_) {
      return fail(ErrorCode::bad_input, "the column is in the row twice");
    }
    if (seen.row_stamp == 0) {
      seen.type = declared_->find(name);
    }
    seen.row_stamp = row_stamp_;
    Result<Cell> cell = FormOf<Held>::cell(value, writer);
    if (cell && seen.type) {
      cell = fit(*cell, *seen.type, writer);
    }
    if (!cell) {
      return tl::unexpected{std::move(cell.error())};
    }
    writer.builder().set(*ordinal, *cell);
    return {};
  }

  struct Seen {
    std::uint64_t row_stamp = 0;
    std::optional<Type> type;
  };
  const DeclaredColumns* declared_ = nullptr;
  std::uint64_t row_stamp_ = 0;
  std::vector<Seen> columns_;
};

template <typename T>
concept TupleLike = requires { typename std::tuple_size<T>::type; } && !std::ranges::range<T>;

/// Tuples and pairs, with names for their places.
template <TupleLike T>
class TupleForm {
 public:
  static constexpr std::size_t kWidth = std::tuple_size_v<T>;

  explicit TupleForm(Names<kWidth> names) : names_(std::move(names)) {}

  Result<void> bind(BatchBuilder& builder, DeclaredColumns& declared) {
    return bind_all(builder, declared, std::make_index_sequence<kWidth>{});
  }
  Result<void> write(const T& row, CellWriter& writer) const {
    return write_all(row, writer, std::make_index_sequence<kWidth>{});
  }

 private:
  template <std::size_t... kPlaces>
  Result<void> bind_all(BatchBuilder& builder, DeclaredColumns& declared, std::index_sequence<kPlaces...>) {
    static_assert((Storable<std::tuple_element_t<kPlaces, T>> && ...),
                  "an element's type has no exact form: see connectors/memory/form.hpp");
    Result<void> done;
    const auto bind_one = [&](const std::string& name, std::optional<Type> type) {
      done = columns_.bind(name, type, builder, declared);
      return done.has_value();
    };
    static_cast<void>((bind_one(names_.names[kPlaces], FormOf<std::tuple_element_t<kPlaces, T>>::declared) && ...));
    return done;
  }
  template <std::size_t... kPlaces>
  Result<void> write_all(const T& row, CellWriter& writer, std::index_sequence<kPlaces...>) const {
    Result<void> done;
    const auto write_one = [&](std::size_t place, const auto& value) {
      done = columns_.write(place, value, writer);
      return done.has_value();
    };
    static_cast<void>((write_one(kPlaces, std::get<kPlaces>(row)) && ...));
    return done;
  }

  Names<kWidth> names_;
  FixedColumns columns_;
};

/// What read_records() takes without further names: described structs and dictionaries.
template <typename T>
concept RowLike = Described<T> || Dictionary<T>;

}  // namespace rowprint::memory

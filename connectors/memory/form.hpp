#pragma once

#include "connectors/memory/cell_writer.hpp"
#include "connectors/memory/members.hpp"
#include "hashing/canonical.hpp"
#include "ingest/model/cell.hpp"
#include "ingest/model/type.hpp"
#include "ingest/model/value.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ranges>
#include <string_view>
#include <type_traits>

namespace rowprint::memory {

/// How values of a C++ type are written. Specialised in form_scalar.hpp, form_time.hpp and form_nested.hpp.
///
///   static constexpr std::optional<Type> declared;   the column's type; nothing where it is learnt from the values
///   static Result<Cell> cell(const T&, CellWriter&);
///   static Result<void> put(hashing::ByteBuffer&, const T&, int depth);   inside `depth` lists and maps
template <typename T>
struct Form;

/// A C++ type that has an exact form. Not: char (text or number?), long double, floating-point durations, pointers.
template <typename T>
concept Storable = requires {
  { Form<std::remove_cvref_t<T>>::declared } -> std::convertible_to<std::optional<Type>>;
};

template <typename T>
using FormOf = Form<std::remove_cvref_t<T>>;

/// For types whose cell can point into the value itself: `borrow` is all they give.
template <typename Derived, typename T, Type kType>
struct BorrowingForm {
  static constexpr std::optional<Type> declared = kType;

  static Result<Cell> cell(const T& value, CellWriter& writer) {
    Result<Cell> borrowed = Derived::borrow(value);
    if (borrowed) {
      *borrowed = writer.keep(*borrowed);
    }
    return borrowed;
  }
  static Result<void> put(hashing::ByteBuffer& out, const T& value, int /*depth*/) {
    const Result<Cell> borrowed = Derived::borrow(value);
    if (!borrowed) {
      return tl::unexpected{borrowed.error()};
    }
    put_cell(out, *borrowed);
    return {};
  }
};

/// For types that a Value holds: big integers, decimals, dynamic values, lists and maps of them.
template <typename T>
struct ValueForm {
  static Result<Cell> cell(const T& value, CellWriter& writer) { return to_cell(as_value(value), writer.builder()); }
  static Result<void> put(hashing::ByteBuffer& out, const T& value, int depth) {
    return put_value(out, as_value(value), depth);
  }

 private:
  static const Value& as_value(const Value& value) { return value; }
  static Value as_value(const T& value)
    requires(!std::same_as<T, Value>)
  {
    return Value{value};
  }
};

}  // namespace rowprint::memory

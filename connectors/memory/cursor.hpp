#pragma once

#include "connectors/memory/row_form.hpp"

#include <optional>
#include <ranges>
#include <string>
#include <tuple>
#include <utility>

namespace rowprint {

/// Can be read twice and knows its length: concrete. Anything else that can be read at all is a generator.
template <typename R>
concept ConcreteRange = std::ranges::forward_range<R> && std::ranges::sized_range<R>;

}  // namespace rowprint

namespace rowprint::memory {

/// Where reading a range stands. The range is not touched before the first advance().
template <std::ranges::view View>
class Position {
 public:
  explicit Position(View view) : view_(std::move(view)) {}

  /// To the next row, or past the last: then false, and false from then on. Steps only when asked, so no row is made
  /// before somebody wants it.
  bool advance() {
    if (ended_) {
      return false;
    }
    if (!at_) {
      at_.emplace(std::ranges::begin(view_));
    } else {
      ++*at_;
    }
    ended_ = *at_ == std::ranges::end(view_);
    return !ended_;
  }
  decltype(auto) operator*() const { return **at_; }
  void rewind() {
    at_.reset();
    ended_ = false;
  }
  auto size()
    requires ConcreteRange<View>
  {
    return static_cast<std::uint64_t>(std::ranges::size(view_));
  }

 private:
  View view_;
  std::optional<std::ranges::iterator_t<View>> at_;
  bool ended_ = false;
};

/// Rows of a range, one after the other.
template <std::ranges::view View, typename Form>
class RecordCursor {
 public:
  static constexpr bool kConcrete = ConcreteRange<View>;

  RecordCursor(View view, Form form) : position_(std::move(view)), form_(std::move(form)) {}

  Result<void> bind(BatchBuilder& builder, DeclaredColumns& declared) { return form_.bind(builder, declared); }
  Result<bool> advance() { return position_.advance(); }
  Result<void> write(CellWriter& writer) {
    const std::ranges::range_value_t<View>& row = *position_;
    return form_.write(row, writer);
  }
  void rewind() { position_.rewind(); }

 private:
  Position<View> position_;
  Form form_;
};

}  // namespace rowprint::memory

namespace rowprint {

/// A named column of values.
template <std::ranges::view View>
struct ValueColumn {
  std::string name;
  View values;
};

/// An lvalue range is borrowed, an rvalue is owned.
template <std::ranges::viewable_range R>
  requires std::ranges::input_range<R> && memory::Storable<std::ranges::range_value_t<R>>
ValueColumn<std::views::all_t<R>> column(std::string_view name, R&& values) {
  return {std::string{name}, std::views::all(std::forward<R>(values))};
}

}  // namespace rowprint

namespace rowprint::memory {

/// Columns of one length, read side by side.
template <std::ranges::view... Views>
class ColumnsCursor {
 public:
  static constexpr bool kConcrete = (ConcreteRange<Views> && ...);

  explicit ColumnsCursor(ValueColumn<Views>... columns)
      : names_{columns.name...}, positions_(Position<Views>{std::move(columns.values)}...) {}

  Result<void> bind(BatchBuilder& builder, DeclaredColumns& declared) {
    if constexpr (kConcrete) {
      if (Result<void> equal = check_sizes(); !equal) {
        return equal;
      }
    }
    return bind_all(builder, declared, Places{});
  }
  Result<bool> advance() { return advance_all(Places{}); }
  Result<void> write(CellWriter& writer) { return write_all(writer, Places{}); }
  void rewind() {
    std::apply([](auto&... positions) { (positions.rewind(), ...); }, positions_);
  }

 private:
  static constexpr std::size_t kWidth = sizeof...(Views);
  using Places = std::index_sequence_for<Views...>;

  Result<void> check_sizes() {
    const auto sizes = std::apply(
        [](auto&... positions) { return std::array<std::uint64_t, kWidth>{positions.size()...}; }, positions_);
    for (std::size_t i = 1; i < kWidth; ++i) {
      if (sizes[i] != sizes[0]) {
        return fail(different_length(i, std::to_string(sizes[i]) + " values", std::to_string(sizes[0])));
      }
    }
    return {};
  }
  Error different_length(std::size_t place, const std::string& has, const std::string& first) const {
    Error error;
    error.code = ErrorCode::bad_input;
    error.reason = "columns of different length: " + has + ", but column " + names_[0] + " has " + first;
    return inside(names_[place], std::move(error));
  }

  template <std::size_t... kPlaces>
  Result<void> bind_all(BatchBuilder& builder, DeclaredColumns& declared, std::index_sequence<kPlaces...>) {
    Result<void> done;
    const auto bind_one = [&](const std::string& name, std::optional<Type> type) {
      done = columns_.bind(name, type, builder, declared);
      return done.has_value();
    };
    static_cast<void>((bind_one(names_[kPlaces], FormOf<std::ranges::range_value_t<Views>>::declared) && ...));
    return done;
  }
  template <std::size_t... kPlaces>
  Result<bool> advance_all(std::index_sequence<kPlaces...>) {
    const std::array<bool, kWidth> more{std::get<kPlaces>(positions_).advance()...};
    for (std::size_t i = 1; i < kWidth; ++i) {
      if (more[i] != more[0]) {
        return fail(different_length(i, more[i] ? "goes on" : "ends here", more[0] ? "more" : "no more"));
      }
    }
    return more[0];
  }
  template <std::size_t... kPlaces>
  Result<void> write_all(CellWriter& writer, std::index_sequence<kPlaces...>) {
    Result<void> done;
    const auto write_one = [&]<typename T>(std::size_t place, const T& value) {
      done = columns_.write(place, value, writer);
      return done.has_value();
    };
    static_cast<void>(
        (write_one.template operator()<std::ranges::range_value_t<Views>>(kPlaces, *std::get<kPlaces>(positions_)) &&
         ...));
    return done;
  }

  std::array<std::string, kWidth> names_;
  std::tuple<Position<Views>...> positions_;
  FixedColumns columns_;
};

}  // namespace rowprint::memory

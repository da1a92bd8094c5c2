#pragma once

#include "connectors/memory/form.hpp"

#include <limits>
#include <string>
#include <variant>

namespace rowprint::memory {

template <typename T>
concept NullLike = std::same_as<T, Null> || std::same_as<T, std::nullopt_t> || std::same_as<T, std::monostate> ||
                   std::same_as<T, std::nullptr_t>;

template <NullLike T>
struct Form<T> : BorrowingForm<Form<T>, T, Type::null> {
  static Result<Cell> borrow(const T&) { return Cell{}; }
};

template <>
struct Form<bool> : BorrowingForm<Form<bool>, bool, Type::boolean> {
  static Result<Cell> borrow(bool value) { return Cell::boolean(value); }
};

template <typename T>
concept Character = std::same_as<T, char> || std::same_as<T, wchar_t> || std::same_as<T, char8_t> ||
                    std::same_as<T, char16_t> || std::same_as<T, char32_t>;
template <typename T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !Character<T> && sizeof(T) <= 8;

template <Integer T>
struct Form<T> {
  static constexpr std::optional<Type> declared = Type::integer;

  static Result<Cell> cell(T value, CellWriter& writer) {
    if (std::in_range<std::int64_t>(value)) {
      return Cell::integer(static_cast<std::int64_t>(value));
    }
    return writer.canonical(Kind::big_integer, [&](hashing::ByteBuffer& out) { return put(out, value, 0); });
  }
  static Result<void> put(hashing::ByteBuffer& out, T value, int /*depth*/) {
    if constexpr (std::signed_integral<T>) {
      hashing::put_int(out, value);
    } else {
      hashing::put_uint(out, value);
    }
    return {};
  }
};

template <typename T>
concept Float = std::same_as<T, float> || std::same_as<T, double>;

template <Float T>
struct Form<T> : BorrowingForm<Form<T>, T, Type::floating> {
  static Result<Cell> borrow(T value) { return Cell::floating(value); }
};

template <>
struct Form<BigInteger> : ValueForm<BigInteger> {
  static constexpr std::optional<Type> declared = Type::integer;
};
template <>
struct Form<Decimal> : ValueForm<Decimal> {
  static constexpr std::optional<Type> declared = Type::decimal;
};
/// Learnt from the values, as JSON is.
template <>
struct Form<Value> : ValueForm<Value> {
  static constexpr std::optional<Type> declared = std::nullopt;
};

template <typename T>
concept TextLike = std::convertible_to<const T&, std::string_view> && !std::is_array_v<T> && !NullLike<T>;

/// std::string, std::string_view, const char* (nullptr is null).
template <TextLike T>
struct Form<T> : BorrowingForm<Form<T>, T, Type::text> {
  static Result<Cell> borrow(const T& value) {
    if constexpr (std::is_pointer_v<T>) {
      if (value == nullptr) {
        return Cell{};
      }
    }
    const std::string_view text = value;
    if (Result<void> valid = check_text(text); !valid) {
      return tl::unexpected{std::move(valid.error())};
    }
    return Cell::text(text);
  }
};

template <typename T>
concept Byte = std::same_as<T, std::byte> || std::same_as<T, std::uint8_t>;
/// Contiguous std::byte or std::uint8_t: a vector, an array, a span.
template <typename T>
concept BytesLike = std::ranges::contiguous_range<const T> && std::ranges::sized_range<const T> &&
                    Byte<std::ranges::range_value_t<const T>>;

inline Result<Cell> borrow_bytes(const void* data, std::size_t size) {
  if (size > kValueBytesMax) {
    return fail(ErrorCode::limit_exceeded, "bytes of more than 4 GiB");
  }
  return Cell::bytes({static_cast<const std::uint8_t*>(data), size});
}

template <BytesLike T>
struct Form<T> : BorrowingForm<Form<T>, T, Type::bytes> {
  static Result<Cell> borrow(const T& value) {
    return borrow_bytes(std::ranges::data(value), std::ranges::size(value));
  }
};
template <>
struct Form<Bytes> : BorrowingForm<Form<Bytes>, Bytes, Type::bytes> {
  static Result<Cell> borrow(const Bytes& value) { return borrow_bytes(value.bytes.data(), value.bytes.size()); }
};

template <>
struct Form<Uuid> : BorrowingForm<Form<Uuid>, Uuid, Type::uuid> {
  static Result<Cell> borrow(const Uuid& value) { return Cell::uuid(value.bytes.data()); }
};

}  // namespace rowprint::memory

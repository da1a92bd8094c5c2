#pragma once

#include "connectors/memory/form.hpp"
#include "connectors/memory/split_time.hpp"

#include <chrono>

namespace rowprint::memory {

template <>
struct Form<Date> : BorrowingForm<Form<Date>, Date, Type::date> {
  static Result<Cell> borrow(const Date& value) { return Cell::date(value.days); }
};

/// Errors: bad_input for a day that no month has.
template <>
struct Form<std::chrono::year_month_day>
    : BorrowingForm<Form<std::chrono::year_month_day>, std::chrono::year_month_day, Type::date> {
  static Result<Cell> borrow(const std::chrono::year_month_day& value) {
    if (!value.ok()) {
      return fail(ErrorCode::bad_input, "not a day of the calendar");
    }
    return Cell::date(std::chrono::sys_days{value}.time_since_epoch().count());
  }
};

template <>
struct Form<TimeOfDay> : BorrowingForm<Form<TimeOfDay>, TimeOfDay, Type::time> {
  static Result<Cell> borrow(const TimeOfDay& value) {
    if (Result<void> valid = check_time_of_day(value.seconds, value.nanoseconds); !valid) {
      return tl::unexpected{std::move(valid.error())};
    }
    return Cell::time(value.seconds, value.nanoseconds);
  }
};

/// A duration since midnight.
template <ExactDuration T>
struct Form<T> : BorrowingForm<Form<T>, T, Type::time> {
  static Result<Cell> borrow(const T& value) {
    const Result<Split> since_midnight = split(value);
    if (!since_midnight) {
      return tl::unexpected{since_midnight.error()};
    }
    return Form<TimeOfDay>::borrow({since_midnight->seconds, since_midnight->nanoseconds});
  }
};

template <ExactDuration D>
struct Form<std::chrono::hh_mm_ss<D>>
    : BorrowingForm<Form<std::chrono::hh_mm_ss<D>>, std::chrono::hh_mm_ss<D>, Type::time> {
  static Result<Cell> borrow(const std::chrono::hh_mm_ss<D>& value) {
    return Form<typename std::chrono::hh_mm_ss<D>::precision>::borrow(value.to_duration());
  }
};

template <>
struct Form<Timestamp> : BorrowingForm<Form<Timestamp>, Timestamp, Type::timestamp> {
  static Result<Cell> borrow(const Timestamp& value) {
    if (Result<void> valid = check_nanoseconds(value.nanoseconds); !valid) {
      return tl::unexpected{std::move(valid.error())};
    }
    return Cell::timestamp(value.seconds, value.nanoseconds);
  }
};
template <>
struct Form<TimestampTz> : BorrowingForm<Form<TimestampTz>, TimestampTz, Type::timestamptz> {
  static Result<Cell> borrow(const TimestampTz& value) {
    if (Result<void> valid = check_nanoseconds(value.nanoseconds); !valid) {
      return tl::unexpected{std::move(valid.error())};
    }
    return Cell::timestamptz(value.seconds, value.nanoseconds);
  }
};

/// sys_days and local_days are dates; any finer point of the system clock is an instant, of the local clock a
/// timestamp.
template <typename D>
concept DayDuration = ExactDuration<D> && std::same_as<typename D::period, std::chrono::days::period>;

template <typename Clock>
concept CivilClock = std::same_as<Clock, std::chrono::system_clock> || std::same_as<Clock, std::chrono::local_t>;

template <CivilClock Clock, DayDuration D>
struct Form<std::chrono::time_point<Clock, D>>
    : BorrowingForm<Form<std::chrono::time_point<Clock, D>>, std::chrono::time_point<Clock, D>, Type::date> {
  static Result<Cell> borrow(const std::chrono::time_point<Clock, D>& value) {
    return Cell::date(value.time_since_epoch().count());
  }
};

template <ExactDuration D>
  requires(!DayDuration<D>)
struct Form<std::chrono::sys_time<D>>
    : BorrowingForm<Form<std::chrono::sys_time<D>>, std::chrono::sys_time<D>, Type::timestamptz> {
  static Result<Cell> borrow(const std::chrono::sys_time<D>& value) {
    const Result<Split> since_epoch = split(value.time_since_epoch());
    if (!since_epoch) {
      return tl::unexpected{since_epoch.error()};
    }
    return Cell::timestamptz(since_epoch->seconds, since_epoch->nanoseconds);
  }
};

template <ExactDuration D>
  requires(!DayDuration<D>)
struct Form<std::chrono::local_time<D>>
    : BorrowingForm<Form<std::chrono::local_time<D>>, std::chrono::local_time<D>, Type::timestamp> {
  static Result<Cell> borrow(const std::chrono::local_time<D>& value) {
    const Result<Split> since_epoch = split(value.time_since_epoch());
    if (!since_epoch) {
      return tl::unexpected{since_epoch.error()};
    }
    return Cell::timestamp(since_epoch->seconds, since_epoch->nanoseconds);
  }
};

}  // namespace rowprint::memory

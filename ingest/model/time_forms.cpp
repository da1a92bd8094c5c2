#include "ingest/model/text_forms.hpp"

#include <array>
#include <limits>

/// The proleptic Gregorian calendar as text: RFC 3339, and ISO 8601's signed years beyond four digits.
namespace rowprint::text_forms {
namespace {

/// Room for days and seconds of every 64-bit moment, before it is known whether they fit.
__extension__ using Wide = __int128;

constexpr Wide kDayMax = std::numeric_limits<std::int64_t>::max();
constexpr Wide kDayMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kDaySeconds = 86'400;
constexpr std::array<unsigned, 12> kMonthDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

tl::unexpected<Refused> unsupported(std::string_view reason) {
  return refuse(reason, ErrorCode::unsupported_value);
}

/// The text that is still to be read.
struct Rest {
  std::string_view text;

  bool take(char wanted) {
    if (!text.starts_with(wanted)) {
      return false;
    }
    text.remove_prefix(1);
    return true;
  }
  bool take_one_of(std::string_view wanted) {
    if (text.empty() || wanted.find(text.front()) == std::string_view::npos) {
      return false;
    }
    text.remove_prefix(1);
    return true;
  }
  std::size_t digits() const {
    std::size_t count = 0;
    while (count < text.size() && text[count] >= '0' && text[count] <= '9') {
      ++count;
    }
    return count;
  }
  /// `count` digits that are there; at most 18.
  std::int64_t number(std::size_t count) {
    std::int64_t value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      value = value * 10 + (text[i] - '0');
    }
    text.remove_prefix(count);
    return value;
  }
  bool two_digits(unsigned& value) {
    if (text.size() < 2 || text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9') {
      return false;
    }
    value = static_cast<unsigned>(number(2));
    return true;
  }
};

bool is_leap(std::int64_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

unsigned month_days(std::int64_t year, unsigned month) {
  return month == 2 && is_leap(year) ? 29U : kMonthDays[month - 1];
}

/// Days since 1970-01-01 of a civil date: years are counted from March, so that the leap day is a year's last
/// (Hinnant, "chrono-compatible low-level date algorithms").
Wide days_of(std::int64_t year, unsigned month, unsigned day) {
  const Wide from_march = Wide{year} - (month <= 2 ? 1 : 0);
  const Wide era = (from_march >= 0 ? from_march : from_march - 399) / 400;
  const auto year_of_era = static_cast<unsigned>(from_march - era * 400);
  const unsigned day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const unsigned day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return era * 146'097 + day_of_era - 719'468;
}

Parsed<std::int64_t> take_year(Rest& rest) {
  const bool minus = rest.take('-');
  const bool plus = !minus && rest.take('+');
  const std::size_t digits = rest.digits();
  const bool is_long = digits > 4;
  const bool has_form = digits >= 4 && is_long == (plus || (minus && is_long)) && (!is_long || rest.text[0] != '0');
  if (!has_form || (plus && !is_long)) {
    return refuse("not a date: the year has four digits, or a sign and more");
  }
  if (digits > 18) {
    return unsupported("a year beyond 64 bits");
  }
  const std::int64_t year = rest.number(digits);
  if (minus && year == 0) {
    return refuse("not a date: the year -0000");
  }
  return minus ? -year : year;
}

Parsed<Wide> take_days(Rest& rest) {
  const Parsed<std::int64_t> year = take_year(rest);
  if (!year) {
    return tl::unexpected{year.error()};
  }
  unsigned month = 0;
  unsigned day = 0;
  if (!rest.take('-') || !rest.two_digits(month) || !rest.take('-') || !rest.two_digits(day)) {
    return refuse("not a date (YYYY-MM-DD)");
  }
  if (month < 1 || month > 12) {
    return refuse("a month outside 01 to 12");
  }
  if (day < 1 || day > month_days(*year, month)) {
    return refuse("a day that its month does not have");
  }
  return days_of(*year, month, day);
}

Parsed<std::uint32_t> take_fraction(Rest& rest) {
  if (!rest.take('.')) {
    return std::uint32_t{0};
  }
  const std::size_t digits = rest.digits();
  if (digits == 0) {
    return refuse("a fraction without digits");
  }
  if (digits > 9) {
    return unsupported("more than nine fractional digits: rp1 counts nanoseconds");
  }
  std::int64_t nanoseconds = rest.number(digits);
  for (std::size_t i = digits; i < 9; ++i) {
    nanoseconds *= 10;
  }
  return static_cast<std::uint32_t>(nanoseconds);
}

Parsed<Moment> take_time(Rest& rest, bool end_of_day) {
  unsigned hour = 0;
  unsigned minute = 0;
  unsigned second = 0;
  if (!rest.two_digits(hour) || !rest.take(':') || !rest.two_digits(minute) || !rest.take(':') ||
      !rest.two_digits(second)) {
    return refuse("not a time of day (HH:MM:SS)");
  }
  const Parsed<std::uint32_t> nanoseconds = take_fraction(rest);
  if (!nanoseconds) {
    return tl::unexpected{nanoseconds.error()};
  }
  if (second == 60) {
    return unsupported("a leap second");
  }
  const bool is_end = end_of_day && hour == 24 && minute == 0 && second == 0 && *nanoseconds == 0;
  if ((hour > 23 && !is_end) || minute > 59 || second > 59) {
    return refuse("a time of day outside 00:00:00 to 23:59:59");
  }
  return Moment{std::int64_t{hour} * 3600 + std::int64_t{minute} * 60 + second, *nanoseconds};
}

/// Seconds east of UTC.
Parsed<std::int64_t> take_offset(Rest& rest) {
  if (rest.take_one_of("Zz")) {
    return std::int64_t{0};
  }
  const bool west = rest.text.starts_with('-');
  unsigned hours = 0;
  unsigned minutes = 0;
  if (!rest.take_one_of("+-") || !rest.two_digits(hours) || !rest.take(':') || !rest.two_digits(minutes) ||
      hours > 23 || minutes > 59) {
    return refuse("a time stamp without its offset from UTC (Z, +HH:MM, -HH:MM)");
  }
  const std::int64_t seconds = std::int64_t{hours} * 3600 + std::int64_t{minutes} * 60;
  return west ? -seconds : seconds;
}

Parsed<Moment> parse_moment(std::string_view text, bool with_offset) {
  Rest rest{text};
  const Parsed<Wide> days = take_days(rest);
  if (!days) {
    return tl::unexpected{days.error()};
  }
  if (!rest.take_one_of("Tt ")) {
    return refuse("not a time stamp: no T after the date");
  }
  const Parsed<Moment> time = take_time(rest, false);
  if (!time) {
    return tl::unexpected{time.error()};
  }
  Wide seconds = *days * kDaySeconds + time->seconds;
  if (with_offset) {
    const Parsed<std::int64_t> offset = take_offset(rest);
    if (!offset) {
      return tl::unexpected{offset.error()};
    }
    seconds -= *offset;
  }
  if (!rest.text.empty()) {
    return refuse(with_offset ? "text after the time stamp" : "text after the time stamp: it has no zone here");
  }
  if (seconds > kDayMax || seconds < kDayMin) {
    return unsupported("a year beyond 64 bits");
  }
  return Moment{static_cast<std::int64_t>(seconds), time->nanoseconds};
}

void put_two(std::string& out, unsigned value) {
  out.push_back(static_cast<char>('0' + value / 10));
  out.push_back(static_cast<char>('0' + value % 10));
}

void put_year(std::string& out, std::int64_t year) {
  if (year < 0) {
    out.push_back('-');
  } else if (year > 9999) {
    out.push_back('+');
  }
  const std::string digits = std::to_string(year < 0 ? -year : year);
  out.append(digits.size() < 4 ? 4 - digits.size() : 0, '0');
  out.append(digits);
}

struct SplitSeconds {
  std::int64_t days;
  std::int64_t second_of_day;
};

SplitSeconds split(std::int64_t seconds) {
  const std::int64_t second_of_day = (seconds % kDaySeconds + kDaySeconds) % kDaySeconds;
  const std::int64_t days = seconds / kDaySeconds - (seconds % kDaySeconds < 0 ? 1 : 0);
  return {days, second_of_day};
}

}  // namespace

Parsed<std::int64_t> parse_date(std::string_view text) {
  Rest rest{text};
  const Parsed<Wide> days = take_days(rest);
  if (!days) {
    return tl::unexpected{days.error()};
  }
  if (!rest.text.empty()) {
    return refuse("text after the date");
  }
  if (*days > kDayMax || *days < kDayMin) {
    return unsupported("a year beyond 64 bits");
  }
  return static_cast<std::int64_t>(*days);
}

Parsed<Moment> parse_time(std::string_view text) {
  Rest rest{text};
  const Parsed<Moment> time = take_time(rest, true);
  if (time && !rest.text.empty()) {
    return refuse("text after the time of day");
  }
  return time;
}

Parsed<Moment> parse_timestamp(std::string_view text) {
  return parse_moment(text, false);
}

Parsed<Moment> parse_timestamptz(std::string_view text) {
  return parse_moment(text, true);
}

void format_date(std::string& out, std::int64_t days) {
  const Wide shifted = Wide{days} + 719'468;
  const Wide era = (shifted >= 0 ? shifted : shifted - 146'096) / 146'097;
  const auto day_of_era = static_cast<unsigned>(shifted - era * 146'097);
  const unsigned year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  const unsigned day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const unsigned from_march = (5 * day_of_year + 2) / 153;
  const unsigned month = from_march < 10 ? from_march + 3 : from_march - 9;
  put_year(out, static_cast<std::int64_t>(era * 400 + year_of_era + (month <= 2 ? 1 : 0)));
  out.push_back('-');
  put_two(out, month);
  out.push_back('-');
  put_two(out, day_of_year - (153 * from_march + 2) / 5 + 1);
}

void format_time(std::string& out, Moment time) {
  const auto seconds = static_cast<unsigned>(time.seconds);
  put_two(out, seconds / 3600);
  out.push_back(':');
  put_two(out, seconds / 60 % 60);
  out.push_back(':');
  put_two(out, seconds % 60);
  if (time.nanoseconds == 0) {
    return;
  }
  std::string fraction = std::to_string(1'000'000'000U + time.nanoseconds);
  fraction.front() = '.';
  fraction.erase(fraction.find_last_not_of('0') + 1);
  out.append(fraction);
}

void format_timestamp(std::string& out, Moment timestamp) {
  const SplitSeconds parts = split(timestamp.seconds);
  format_date(out, parts.days);
  out.push_back('T');
  format_time(out, {parts.second_of_day, timestamp.nanoseconds});
}

void format_timestamptz(std::string& out, Moment instant) {
  format_timestamp(out, instant);
  out.push_back('Z');
}

}  // namespace rowprint::text_forms

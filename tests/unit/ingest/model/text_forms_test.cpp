#include "ingest/model/text_forms.hpp"

#include "tests/support/random.hpp"

#include <gtest/gtest.h>
#include <bit>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace rowprint::test {
namespace {

using namespace text_forms;

constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();

template <typename T>
std::string formatted(void (*format)(std::string&, T), T value) {
  std::string out;
  format(out, value);
  return out;
}

std::int64_t random_seconds(Random& random) {
  return std::bit_cast<std::int64_t>(random.bits()) >> random.below(64);
}

}  // namespace

TEST(TextForms, DatesReadBackAcrossAllOfTime) {
  Random random{run_seed()};
  for (int i = 0; i < 20'000; ++i) {
    const std::int64_t days = i < 2 ? (i == 0 ? kMin : kMax) : random_seconds(random);
    const std::string text = formatted(&format_date, days);
    ASSERT_EQ(parse_date(text), days) << text;
  }
}

TEST(TextForms, DatesAreThoseOfTheStandardLibrary) {
  using namespace std::chrono;
  for (std::int64_t days = -800'000; days < 3'000'000; days += 37) {
    const year_month_day date{sys_days{std::chrono::days{days}}};
    if (!date.year().ok() || static_cast<int>(date.year()) < 0 || static_cast<int>(date.year()) > 9999) {
      continue;
    }
    char text[32];
    std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    ASSERT_EQ(formatted(&format_date, days), text);
    ASSERT_EQ(parse_date(text), days);
  }
}

TEST(TextForms, MomentsReadBackAcrossAllOfTime) {
  Random random{run_seed()};
  for (int i = 0; i < 20'000; ++i) {
    const auto nanoseconds = static_cast<std::uint32_t>(random.chance(50) ? 0 : random.below(1'000'000'000));
    const Moment moment{i < 2 ? (i == 0 ? kMin : kMax) : random_seconds(random), nanoseconds};
    ASSERT_EQ(parse_timestamp(formatted(&format_timestamp, moment)), moment);
    ASSERT_EQ(parse_timestamptz(formatted(&format_timestamptz, moment)), moment);
    const Moment time{static_cast<std::int64_t>(random.below(86'400)), nanoseconds};
    ASSERT_EQ(parse_time(formatted(&format_time, time)), time);
  }
}

TEST(TextForms, AnInstantIsTheSameInEveryZone) {
  const Moment moment{1'700'000'000, 250'000'000};
  for (const char* text :
       {"2023-11-14T22:13:20.25Z", "2023-11-14t22:13:20.250z", "2023-11-14 23:13:20.25+01:00",
        "2023-11-14T22:13:20.25-00:00", "2023-11-15T22:12:20.250000000+23:59", "2023-11-13T22:14:20.25-23:59"}) {
    EXPECT_EQ(parse_timestamptz(text), moment) << text;
  }
}

TEST(TextForms, EdgesOfTimesAreTaken) {
  EXPECT_EQ(parse_time("24:00:00"), (Moment{86'400, 0}));
  EXPECT_EQ(parse_time("24:00:00.000"), (Moment{86'400, 0}));
  EXPECT_EQ(parse_time("23:59:59.999999999"), (Moment{86'399, 999'999'999}));
  EXPECT_EQ(parse_date("0000-02-29"), -719'469);
  EXPECT_EQ(parse_date("-0001-12-31"), -719'529);
  EXPECT_EQ(parse_date("9999-12-31"), 2'932'896);
  EXPECT_EQ(parse_date("+10000-01-01"), 2'932'897);
  EXPECT_EQ(parse_timestamptz("9999-12-31T23:59:59-23:59"), (Moment{253'402'300'799 + 86'340, 0}));
}

TEST(TextForms, WrongTimesAreRefused) {
  for (const char* text : {"",
                           "2023",
                           "2023-1-01",
                           "2023-01-1",
                           "2023-13-01",
                           "2023-00-01",
                           "2023-01-00",
                           "2023-01-32",
                           "2023-02-29",
                           "1900-02-29",
                           "2023-04-31",
                           "20230101",
                           "2023/01/01",
                           "2023-01-01 ",
                           " 2023-01-01",
                           "2023-01-01T",
                           "-0000-01-01",
                           "+2023-01-01",
                           "02023-01-01",
                           "12023-01-01",
                           "+02023-01-01",
                           "-02023-01-01",
                           "23-01-01",
                           "+-2023-01-01"}) {
    EXPECT_FALSE(parse_date(text)) << text;
  }
  for (const char* text : {"",
                           "12",
                           "12:00",
                           "1:00:00",
                           "12:0:00",
                           "12:00:0",
                           "25:00:00",
                           "24:00:01",
                           "24:00:00.1",
                           "24:01:00",
                           "12:60:00",
                           "12:00:61",
                           "12:00:60",
                           "12:00:00.",
                           "12:00:00,5",
                           "12:00:00Z",
                           "12:00:00.1234567890",
                           "120000",
                           "12:00:00 ",
                           "-1:00:00"}) {
    EXPECT_FALSE(parse_time(text)) << text;
  }
  for (const char* text : {"2023-01-01", "2023-01-01T24:00:00", "2023-01-01T12:00", "2023-01-01_12:00:00",
                           "2023-01-01T23:59:60", "2023-01-01T12:00:00Z", "2023-01-01T12:00:00+00:00"}) {
    EXPECT_FALSE(parse_timestamp(text)) << text;
  }
  for (const char* text :
       {"2023-01-01T12:00:00", "2023-01-01T12:00:00+1:00", "2023-01-01T12:00:00+0100", "2023-01-01T12:00:00+24:00",
        "2023-01-01T12:00:00+01:60", "2023-01-01T12:00:00+01", "2023-01-01T12:00:00ZZ", "2016-12-31T23:59:60Z",
        "2023-01-01T12:00:00 Z", "2023-01-01T12:00:00.Z"}) {
    EXPECT_FALSE(parse_timestamptz(text)) << text;
  }
}

TEST(TextForms, WhatIsBeyondRp1IsUnsupportedNotWrong) {
  for (const auto& refused :
       {parse_time("23:59:60").error(), parse_timestamptz("2016-12-31T23:59:60Z").error(),
        parse_time("12:00:00.0000000001").error(), parse_timestamp("+999999999999-01-01T00:00:00").error(),
        parse_date("+9999999999999999999-01-01").error(), parse_date("+99999999999999999-01-01").error()}) {
    EXPECT_EQ(refused.code, ErrorCode::unsupported_value) << refused.reason;
  }
}

TEST(TextForms, BytesReadBackFromBase64) {
  Random random{run_seed()};
  for (std::size_t size = 0; size < 200; ++size) {
    std::vector<std::uint8_t> bytes(size);
    for (std::uint8_t& byte : bytes) {
      byte = static_cast<std::uint8_t>(random.bits());
    }
    std::string text;
    format_base64(text, bytes);
    EXPECT_EQ(text.size(), (size + 2) / 3 * 4);
    hashing::ByteBuffer back;
    ASSERT_TRUE(parse_base64(text, back)) << text;
    ASSERT_EQ(hashing::as_text(back.view()), hashing::as_text(bytes));
  }
}

TEST(TextForms, Base64OfTheRfc) {
  const std::pair<const char*, const char*> cases[] = {{"", ""},
                                                       {"f", "Zg=="},
                                                       {"fo", "Zm8="},
                                                       {"foo", "Zm9v"},
                                                       {"foob", "Zm9vYg=="},
                                                       {"fooba", "Zm9vYmE="},
                                                       {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : cases) {
    std::string out;
    format_base64(out, hashing::as_bytes(bytes));
    EXPECT_EQ(out, text);
  }
}

TEST(TextForms, WrongBase64IsRefused) {
  for (const char* text : {"Z",
                           "Zg",
                           "Zg=",
                           "Zg===",
                           "Z===",
                           "====",
                           "=Zg=",
                           "Zg==Zg==",
                           "Zh==",
                           "Zm9=",
                           "Zm9v\n",
                           "Zm 9",
                           "Zm9_",
                           "Zm-v",
                           "Z=9v",
                           "Zm9vZ===",
                           "\xc3\xa9==",
                           "Zm=v",
                           "AAAA=AAA",
                           "A\xff"
                           "AAAAAA"}) {
    hashing::ByteBuffer out;
    EXPECT_FALSE(parse_base64(text, out)) << text;
  }
}

TEST(TextForms, UuidsReadBack) {
  std::array<std::uint8_t, 16> uuid{};
  for (std::size_t i = 0; i < uuid.size(); ++i) {
    uuid[i] = static_cast<std::uint8_t>(i * 17);
  }
  std::string text;
  format_uuid(text, uuid);
  EXPECT_EQ(text, "00112233-4455-6677-8899-aabbccddeeff");
  EXPECT_EQ(parse_uuid(text), uuid);
  EXPECT_EQ(parse_uuid("00112233-4455-6677-8899-AABBCCDDEEFF"), uuid);
  for (const char* wrong : {"", "00112233445566778899aabbccddeeff", "{00112233-4455-6677-8899-aabbccddeeff}",
                            "00112233-4455-6677-8899-aabbccddeefg", "00112233-4455-6677-8899_aabbccddeeff",
                            "0011223-34455-6677-8899-aabbccddeeff", "00112233-4455-6677-8899-aabbccddeef"}) {
    EXPECT_FALSE(parse_uuid(wrong)) << wrong;
  }
}

TEST(TextForms, DecimalsKeepTheirDigits) {
  const auto parts = [](const char* text) {
    const auto parsed = parse_decimal(text);
    return parsed ? parsed->digits + "e" + std::to_string(parsed->exponent) : "refused";
  };
  EXPECT_EQ(parts("0"), "0e0");
  EXPECT_EQ(parts("-1.50"), "-150e-2");
  EXPECT_EQ(parts("1.5e3"), "15e2");
  EXPECT_EQ(parts("007E+2"), "007e2");
  EXPECT_EQ(parts("1e-99999999999999999999"), "1e-1099511627776");
  for (const char* wrong : {"", "-", "+1", ".5", "5.", "1e", "1e+", "e1", "1 ", " 1", "1,5", "1.2.3", "0x1", "1e1.5",
                            "--1", "inf", "nan"}) {
    EXPECT_EQ(parts(wrong), "refused") << wrong;
  }
}

TEST(TextForms, DecimalsAreWrittenPlainWhereThatIsShort) {
  const auto text = [](const char* digits, std::int64_t exponent) {
    std::string out;
    format_decimal(out, digits, exponent);
    return out;
  };
  EXPECT_EQ(text("15", -1), "1.5");
  EXPECT_EQ(text("-15", -4), "-0.0015");
  EXPECT_EQ(text("-15", -2), "-0.15");
  EXPECT_EQ(text("15", 0), "15");
  EXPECT_EQ(text("15", 20), "1500000000000000000000");
  EXPECT_EQ(text("15", 131'071), "15e131071");
  EXPECT_EQ(text("15", -16'383), "15e-16383");
}

TEST(TextForms, FloatsReadBackAndLookLikeFloats) {
  Random random{run_seed()};
  for (int i = 0; i < 20'000; ++i) {
    double value = std::bit_cast<double>(random.bits());
    if (i % 2 == 0) {
      value = static_cast<double>(std::bit_cast<std::int64_t>(random.bits()) >> random.below(64));
    }
    if (!std::isfinite(value)) {
      continue;
    }
    const std::string text = formatted(&format_float, value);
    EXPECT_NE(text.find_first_of(".e"), std::string::npos) << text;
    double back = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), back);
    ASSERT_EQ(read.ptr, text.data() + text.size());
    ASSERT_EQ(std::bit_cast<std::uint64_t>(back), std::bit_cast<std::uint64_t>(value)) << text;
  }
}

}  // namespace rowprint::test

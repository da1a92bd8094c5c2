#include "config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fstream>
#include <sstream>

namespace rowprint::config {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string refusal(const std::string& text) {
  const auto config = parse_config(text, "c.toml");
  return config ? "taken" : config.error().reason;
}

TEST(LoadConfig, EmptyTextIsTheDefaults) {
  const auto config = parse_config("", "c.toml");
  ASSERT_TRUE(config);
  EXPECT_EQ(config->listen.text(), "127.0.0.1:8750");
  EXPECT_EQ(config->memory.budget_bytes, std::size_t{256} << 20U);
  EXPECT_GE(config->worker_threads(), 2U);
}

/// Everything that a file can say, as one text: equal texts, equal configurations.
std::string everything(const Config& c) {
  std::ostringstream out;
  out << c.listen.text() << ' ' << c.data << ' ' << c.workers << ' ' << c.io_threads << ' ' << c.memory.budget_bytes
      << ' ' << c.memory.share_bytes << ' ' << c.memory.sort_bytes << ' ' << c.memory.patience.count() << ' '
      << c.limits.row_bytes << ' ' << c.limits.columns << ' ' << c.limits.connections << ' ' << c.limits.header_bytes
      << ' ' << c.timeouts.idle.count() << ' ' << c.timeouts.header.count() << ' ' << c.timeouts.body_stall.count()
      << ' ' << c.timeouts.drain.count() << ' ' << c.timeouts.drain_max.count() << ' ' << c.timeouts.grace.count()
      << ' ' << static_cast<int>(c.log.level) << ' ' << static_cast<int>(c.log.format) << ' ' << c.pulls.concurrent
      << ' ' << c.pulls.attempts << ' ' << c.pulls.backoff.count() << ' ' << c.pulls.backoff_max.count() << ' '
      << c.ingests.small_bytes << ' ' << c.ingests.idempotency_keep.count() << ' ' << c.ingests.idempotency_keys << ' '
      << c.limits.nesting << ' ' << c.limits.ingests << ' ' << c.limits.ingest_bytes << ' ' << c.limits.ingest_rows
      << ' ' << c.limits.decoded_bytes << ' ' << c.limits.decoded_ratio << ' ' << c.limits.disk_reserve << ' '
      << c.limits.connections_per_client << ' ' << c.limits.header_fields << ' ' << c.limits.target_bytes << ' '
      << c.limits.body_rate << ' ' << c.limits.drain_bytes << ' ' << c.timeouts.body_rate_grace.count() << ' '
      << c.timeouts.body_rate_window.count();
  return out.str();
}

TEST(LoadConfig, SampleHoldsEveryKeyWithItsDefault) {
  const auto sample = load_config(ROWPRINT_SAMPLE_CONFIG);
  ASSERT_TRUE(sample) << sample.error().reason;
  const Config defaults;
  const std::string all = everything(defaults);
  EXPECT_EQ(everything(*sample), all);

  std::ifstream file{ROWPRINT_SAMPLE_CONFIG};
  std::size_t keys = 0;
  for (std::string line; std::getline(file, line);) {
    keys += !line.empty() && line[0] != '#' && line.find(" = ") != std::string::npos ? 1U : 0U;
  }
  EXPECT_EQ(keys, 1U + static_cast<std::size_t>(std::count(all.begin(), all.end(), ' ')));
}

TEST(LoadConfig, EveryKeyIsTaken) {
  const auto config = parse_config(R"(
listen = "[::1]:0"
data = "d"
workers = 3
io_threads = 2
[memory]
budget_bytes = "64 MiB"
share_bytes = 2097152
sort_bytes = "1 MiB"
patience = "1 s"
[limits]
row_bytes = "64 KiB"
columns = 10
connections = 11
header_bytes = "4 KiB"
nesting = 12
ingests = 13
ingest_bytes = "14 TiB"
ingest_rows = 15
decoded_bytes = 16
decoded_ratio = 17
disk_reserve = "18 GiB"
connections_per_client = 19
header_fields = 20
target_bytes = "21 KiB"
body_rate = "22 KiB"
drain_bytes = 23
[timeouts]
body_rate_grace = "24 ms"
body_rate_window = "25 ms"
idle = "2 s"
header = "3 s"
body_stall = "4 s"
drain = "5 s"
drain_max = "26 s"
grace = "6 s"
[log]
level = "debug"
format = "systemd"
[pulls]
concurrent = 7
attempts = 8
backoff = "9 ms"
backoff_max = "10 ms"
[ingests]
small_bytes = "11 KiB"
idempotency_keep = "12 s"
idempotency_keys = 13
)",
                                   "c.toml");
  ASSERT_TRUE(config) << config.error().reason;
  EXPECT_EQ(
      everything(*config),
      "[::1]:0 d 3 2 67108864 2097152 1048576 1000 65536 10 11 4096 2000 3000 4000 5000 26000 6000 0 2 7 8 9 10 11264 "
      "12000 13 "
      "12 13 15393162788864 15 16 17 19327352832 19 20 21504 22528 23 24 25");
}

TEST(LoadConfig, UnknownKeysAreNamedWithTheirLine) {
  EXPECT_EQ(refusal("\nlisen = 1\n"), "c.toml:2: unknown key lisen");
  EXPECT_EQ(refusal("[memory]\n\nbugdet_bytes = 1\n"), "c.toml:3: unknown key memory.bugdet_bytes");
  EXPECT_THAT(refusal("workers = 2\n[memoryy]\n"), HasSubstr("unknown key memoryy"));
}

TEST(LoadConfig, WrongTypesAreNamedWithTheirLine) {
  EXPECT_EQ(refusal("workers = \"two\"\n"), "c.toml:1: workers: must be an integer");
  EXPECT_THAT(refusal("workers = 2.0\n"), StartsWith("c.toml:1: workers: "));
  EXPECT_THAT(refusal("workers = -2\n"), StartsWith("c.toml:1: workers: "));
  EXPECT_THAT(refusal("listen = 8750\n"), StartsWith("c.toml:1: listen: "));
  EXPECT_THAT(refusal("[timeouts]\nidle = 60\n"), StartsWith("c.toml:2: timeouts.idle: "));
  EXPECT_THAT(refusal("memory = 1\n"), StartsWith("c.toml:1: memory: "));
  EXPECT_THAT(refusal("[log]\nlevel = \"loud\"\n"), StartsWith("c.toml:2: log.level: "));
  EXPECT_THAT(refusal("data = \"\"\n"), StartsWith("c.toml:1: data: "));
}

TEST(LoadConfig, ValuesOutOfRangeAreNamedWithTheirRange) {
  EXPECT_EQ(refusal("io_threads = 0\n"), "c.toml:1: io_threads: must be from 1 to 64");
  EXPECT_THAT(refusal("[limits]\nheader_bytes = \"1 MiB\"\n"), HasSubstr("must be from 1024 to 65536 bytes"));
  EXPECT_THAT(refusal("[limits]\nnesting = 65\n"), HasSubstr("limits.nesting: must be from 1 to 64"));
  EXPECT_THAT(refusal("[limits]\nnesting = 0\n"), HasSubstr("limits.nesting: must be from 1 to 64"));
  EXPECT_THAT(refusal("[limits]\ndecoded_ratio = 0\n"), HasSubstr("limits.decoded_ratio: must be from 1"));
  EXPECT_THAT(refusal("[limits]\ningest_bytes = \"-1 B\"\n"), HasSubstr("limits.ingest_bytes: "));
  EXPECT_THAT(refusal("[timeouts]\nidle = \"1 ms\"\n"), HasSubstr("must be from 10 ms"));
}

TEST(LoadConfig, BoundsThatDependOnEachOtherAreChecked) {
  EXPECT_THAT(refusal("[memory]\nbudget_bytes = \"16 MiB\"\n"), HasSubstr("more than memory.budget_bytes"));
  EXPECT_THAT(refusal("[limits]\nrow_bytes = \"2 MiB\"\n"), HasSubstr("a quarter of memory.share_bytes"));
}

TEST(LoadConfig, WhatIsNotTomlIsNamedWithItsLine) {
  EXPECT_THAT(refusal("workers = 2\nlisten = \n"), StartsWith("c.toml:2: "));
}

TEST(LoadConfig, FileThatIsNotThereIsNamed) {
  const auto config = load_config("/nonexistent/c.toml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().code, ErrorCode::not_found);
  EXPECT_THAT(config.error().reason, HasSubstr("/nonexistent/c.toml"));
}

}  // namespace
}  // namespace rowprint::config

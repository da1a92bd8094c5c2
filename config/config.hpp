#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace rowprint::config {

/// Where to listen. Port 0: one that is free.
struct Endpoint {
  std::string host = "127.0.0.1";
  std::uint16_t port = 8750;

  /// `host:port`, an IPv6 address in brackets.
  std::string text() const;
};

struct Memory {
  std::size_t budget_bytes = 256U << 20U;
  std::size_t share_bytes = 4U << 20U;
  std::size_t sort_bytes = 16U << 20U;
  std::chrono::milliseconds patience{30'000};
};

struct Limits {
  std::size_t row_bytes = 1U << 20U;
  std::size_t columns = 1000;
  std::size_t nesting = 64;  ///< lists and maps that a value may lie in
  std::size_t ingests = 1024;
  std::uint64_t ingest_bytes = std::uint64_t{64} << 30U;  ///< of a body, as it comes
  std::uint64_t ingest_rows = 0;                          ///< 0: no bound
  std::uint64_t decoded_bytes = std::uint64_t{64} << 30U;
  std::size_t decoded_ratio = 1000;  ///< decoded bytes for each coded one, judged beyond the first MiB decoded
  std::uint64_t disk_reserve = std::uint64_t{256} << 20U;  ///< free bytes that ingests leave alone
  std::size_t connections = 2048;
  std::size_t connections_per_client = 1024;
  std::size_t header_bytes = 64U << 10U;
  std::size_t header_fields = 128;
  std::size_t target_bytes = 60U << 10U;
  std::size_t body_rate = 240;  ///< bytes a second; 0: no bound
  std::size_t drain_bytes = 64U << 20U;
};

struct Timeouts {
  std::chrono::milliseconds idle{60'000};
  std::chrono::milliseconds header{15'000};
  std::chrono::milliseconds body_stall{60'000};
  std::chrono::milliseconds body_rate_grace{10'000};
  std::chrono::milliseconds body_rate_window{60'000};
  std::chrono::milliseconds drain{2'000};       ///< without a byte of a body that was refused
  std::chrono::milliseconds drain_max{30'000};  ///< for all of it
  std::chrono::milliseconds grace{20'000};
};

/// How what comes in is kept.
struct Ingests {
  std::size_t small_bytes = 64U << 10U;                          ///< contents up to it lie in the catalog
  std::chrono::milliseconds idempotency_keep{24 * 3'600'000LL};  ///< receipts under idempotency keys
  std::size_t idempotency_keys = 100'000;                        ///< at most so many of them
};

/// How the daemon reads SQL sources.
struct Pulls {
  std::size_t concurrent = 4;
  std::size_t attempts = 5;                       ///< of one pull, where what failed may succeed later
  std::chrono::milliseconds backoff{1'000};       ///< before the second attempt; doubled before each one after it
  std::chrono::milliseconds backoff_max{30'000};  ///< never longer than this
};

/// A SQL database that pulls may name. `url` may hold a password: it is never printed or logged.
struct Source {
  std::string name;
  std::string url;
  std::string password_file;  ///< its first line; empty: none
  std::string password_env;   ///< name of an environment variable; empty: none
  std::chrono::milliseconds connect{10'000};
  std::chrono::milliseconds statement{0};  ///< 0: no bound
  std::chrono::milliseconds idle{600'000};
};

enum class LogLevel : std::uint8_t { debug, info, warning, error };
enum class LogFormat : std::uint8_t { automatic, text, systemd };

struct Log {
  LogLevel level = LogLevel::info;
  LogFormat format = LogFormat::automatic;
};

/// What the daemon runs with, checked. A regular value; config/rowprintd.toml says what each key means.
struct Config {
  Endpoint listen;
  std::string data = "/var/lib/rowprint";
  std::size_t workers = 0;  ///< 0: as many as there are cores, at least two
  std::size_t io_threads = 1;
  Memory memory;
  Limits limits;
  Timeouts timeouts;
  Log log;
  Ingests ingests;
  Pulls pulls;
  std::vector<Source> sources;  ///< by name

  std::size_t worker_threads() const;
};

}  // namespace rowprint::config

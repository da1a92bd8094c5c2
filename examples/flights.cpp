// rowprint_flights --data DIR --dataset NAME FILE: reads examples/data/flights.ndjson into plain structs and ingests
// them from memory. Prints one line of JSON: fingerprint, version, rows, reused.
#include "connectors/memory/read.hpp"
#include "ingest/ingestor.hpp"
#include "ingest/wait.hpp"
#include "store/sqlite/data_directory.hpp"

#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using rowprint::member;
using rowprint::members;

struct Flight {
  int year = 0;
  int month = 0;
  int day = 0;
  std::optional<int> dep_time;
  int sched_dep_time = 0;
  std::optional<int> dep_delay;
  std::optional<int> arr_time;
  int sched_arr_time = 0;
  std::optional<int> arr_delay;
  std::string carrier;
  int flight = 0;
  std::optional<std::string> tailnum;
  std::string origin;
  std::string dest;
  std::optional<int> air_time;
  int distance = 0;
  int hour = 0;
  int minute = 0;
  std::chrono::sys_seconds time_hour;
  double distance_km = 0;

  static constexpr auto rowprint_members = members(
      member("year", &Flight::year), member("month", &Flight::month), member("day", &Flight::day),
      member("dep_time", &Flight::dep_time), member("sched_dep_time", &Flight::sched_dep_time),
      member("dep_delay", &Flight::dep_delay), member("arr_time", &Flight::arr_time),
      member("sched_arr_time", &Flight::sched_arr_time), member("arr_delay", &Flight::arr_delay),
      member("carrier", &Flight::carrier), member("flight", &Flight::flight), member("tailnum", &Flight::tailnum),
      member("origin", &Flight::origin), member("dest", &Flight::dest), member("air_time", &Flight::air_time),
      member("distance", &Flight::distance), member("hour", &Flight::hour), member("minute", &Flight::minute),
      member("time_hour", &Flight::time_hour), member("distance_km", &Flight::distance_km));
};

/// The file writes whole seconds in UTC only: 2013-01-01T10:00:00Z.
std::chrono::sys_seconds instant(const std::string& text) {
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int hours = 0;
  int minutes = 0;
  int seconds = 0;
  if (std::sscanf(text.c_str(), "%4d-%2u-%2uT%2d:%2d:%2dZ", &year, &month, &day, &hours, &minutes, &seconds) != 6) {
    throw std::runtime_error{"not an instant: " + text};
  }
  const std::chrono::year_month_day date{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{day}};
  return std::chrono::sys_days{date} + std::chrono::hours{hours} + std::chrono::minutes{minutes} +
         std::chrono::seconds{seconds};
}

template <typename T>
std::optional<T> optional(const nlohmann::json& value) {
  return value.is_null() ? std::nullopt : std::optional{value.get<T>()};
}

Flight flight(const nlohmann::json& row) {
  return {.year = row.at("year"),
          .month = row.at("month"),
          .day = row.at("day"),
          .dep_time = optional<int>(row.at("dep_time")),
          .sched_dep_time = row.at("sched_dep_time"),
          .dep_delay = optional<int>(row.at("dep_delay")),
          .arr_time = optional<int>(row.at("arr_time")),
          .sched_arr_time = row.at("sched_arr_time"),
          .arr_delay = optional<int>(row.at("arr_delay")),
          .carrier = row.at("carrier"),
          .flight = row.at("flight"),
          .tailnum = optional<std::string>(row.at("tailnum")),
          .origin = row.at("origin"),
          .dest = row.at("dest"),
          .air_time = optional<int>(row.at("air_time")),
          .distance = row.at("distance"),
          .hour = row.at("hour"),
          .minute = row.at("minute"),
          .time_hour = instant(row.at("time_hour")),
          .distance_km = row.at("distance_km")};
}

std::vector<Flight> read_flights(const std::string& path) {
  std::ifstream file{path};
  if (!file) {
    throw std::runtime_error{"cannot read " + path};
  }
  std::vector<Flight> flights;
  for (std::string line; std::getline(file, line);) {
    flights.push_back(flight(nlohmann::json::parse(line)));
  }
  return flights;
}

rowprint::Receipt ingest(const std::string& folder, const std::string& dataset, const std::vector<Flight>& flights) {
  // Before the data directory, whose catalog answers on it to the last.
  boost::asio::thread_pool workers{2};
  const auto data = rowprint::sqlite::DataDirectory::open(folder);
  if (!data) {
    throw std::runtime_error{data.error().text()};
  }
  rowprint::sqlite::DataDirectory& directory = **data;
  rowprint::MemoryBudget budget{64U << 20U};
  rowprint::Ingestor ingestor{directory.store(), directory.catalog(),         budget,
                              directory.disk(),  directory.spill_directory(), workers.get_executor()};
  auto source = rowprint::read_records(flights);
  auto receipt = rowprint::wait(workers, ingestor.ingest({.dataset = dataset}, source));
  if (!receipt) {
    throw std::runtime_error{receipt.error().text()};
  }
  return *receipt;
}

}  // namespace

int main(int count, char** arguments) {
  const std::vector<std::string> given(arguments + 1, arguments + count);
  if (given.size() != 5 || given[0] != "--data" || given[2] != "--dataset") {
    std::cerr << "rowprint_flights --data DIR --dataset NAME FILE\n";
    return 2;
  }
  try {
    const rowprint::Receipt receipt = ingest(given[1], given[3], read_flights(given[4]));
    std::cout << "{\"fingerprint\": \"" << receipt.version.fingerprint.text()
              << "\", \"version\": " << receipt.version.number << ", \"rows\": " << receipt.content.rows
              << ", \"reused\": " << (receipt.reused ? "true" : "false") << "}\n";
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "rowprint_flights: " << error.what() << '\n';
    return 1;
  }
}

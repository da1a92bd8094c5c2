// rowprint inside a program, without a daemon: rows from a list and from a coroutine, kept once in a folder of SQLite
// files.
//
// Says what it does, and exits with 1 if rowprint breaks one of its promises.
#include "connectors/memory/read.hpp"
#include "ingest/ingestor.hpp"
#include "ingest/verify.hpp"
#include "ingest/wait.hpp"
#include "store/sqlite/data_directory.hpp"

#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

using namespace rowprint;

struct Reading {
  std::string sensor;
  std::chrono::sys_seconds at;
  std::optional<double> celsius;  // nothing while the sensor is warming up

  static constexpr auto rowprint_members =
      members(member("sensor", &Reading::sensor), member("at", &Reading::at), member("celsius", &Reading::celsius));
};

constexpr int kReadings = 20'000;

Reading reading(int number) {
  const bool warm = number >= 3;
  return {.sensor = "roof-" + std::to_string(number % 3),
          .at = std::chrono::sys_days{std::chrono::year{2026} / 1 / 1} + std::chrono::minutes{number},
          .celsius = warm ? std::optional{number % 400 / 10.0} : std::nullopt};
}

/// A list: it can be read twice, so it is fingerprinted before anything is stored.
std::vector<Reading> all_readings() {
  std::vector<Reading> readings;
  for (int number = 0; number < kReadings; ++number) {
    readings.push_back(reading(number));
  }
  return readings;
}

/// A generator: a row exists only while it is looked at, so the rows are hashed while they are stored.
Generator<Reading> readings_one_by_one() {
  for (int number = 0; number < kReadings; ++number) {
    const Reading row = reading(number);
    co_yield row;
  }
}

void promise(bool kept, const std::string& what) {
  if (!kept) {
    throw std::runtime_error{"not so: " + what};
  }
}

template <typename T>
T value_of(Result<T> result) {
  if (!result) {
    throw std::runtime_error{result.error().text()};
  }
  return std::move(*result);
}

void print(const std::string& from, const Receipt& receipt) {
  std::cout << from << "  " << receipt.version.fingerprint.text() << "  version " << receipt.version.number << ", "
            << receipt.content.rows << " rows, " << (receipt.reused ? "reused" : "stored") << '\n';
}

/// A folder that is gone when this is.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "rowprint-embedded-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) {
      throw std::runtime_error{"cannot make a folder like " + pattern};
    }
    path_ = pattern;
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

std::size_t files_in(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(
      std::distance(std::filesystem::directory_iterator{folder}, std::filesystem::directory_iterator{}));
}

void run() {
  const TemporaryFolder folder;
  // Before the data directory, whose catalog answers on it to the last.
  boost::asio::thread_pool workers{2};
  const auto data = value_of(sqlite::DataDirectory::open(folder.path() / "data"));
  const std::filesystem::path contents = folder.path() / "data" / "contents";
  MemoryBudget budget{64U << 20U};
  Ingestor ingestor{data->store(), data->catalog(),         budget,
                    data->disk(),  data->spill_directory(), workers.get_executor()};

  const std::vector<Reading> readings = all_readings();
  auto list = read_records(readings);
  const Receipt first = value_of(wait(workers, ingestor.ingest({.dataset = "readings"}, list)));
  print("a list        ", first);
  promise(!first.reused && first.content.rows == kReadings, "the first ingest stores every row");
  promise(files_in(contents) == 1, "a content is one file");

  list.rewind();
  const Receipt second = value_of(wait(workers, ingestor.ingest({.dataset = "readings"}, list)));
  print("the same again", second);
  promise(second.reused && second.version.number == 2, "the second ingest is a version of what is there");
  promise(second.content.location == first.content.location && files_in(contents) == 1, "it stores nothing");

  auto generator = read_records(readings_one_by_one());
  const Receipt third = value_of(wait(workers, ingestor.ingest({.dataset = "readings"}, generator)));
  print("a generator   ", third);
  promise(third.version.fingerprint == first.version.fingerprint, "a generator's rows have the list's fingerprint");
  promise(third.reused && files_in(contents) == 1, "it is recognised at its end, and its copy is dropped");

  std::vector<Reading> changed = readings;
  changed[10'000].celsius = 99.5;
  auto other = read_records(std::move(changed));
  const Receipt fourth = value_of(wait(workers, ingestor.ingest({.dataset = "readings"}, other)));
  print("one value else", fourth);
  promise(!fourth.reused && fourth.version.fingerprint != first.version.fingerprint, "other rows, another fingerprint");

  const Verification verified =
      value_of(wait(workers, verify(data->store(), data->disk(), third.content,
                                    VerifyLimits{.spill_directory = data->spill_directory()})));
  promise(verified.agrees && verified.rows == kReadings, "the stored rows have the fingerprint they were sealed with");
  std::cout << "verified        " << verified.computed.text() << '\n';
}

}  // namespace

int main() {
  try {
    run();
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "rowprint_embedded: " << error.what() << '\n';
    return 1;
  }
}

#include "tests/fault/scenarios.hpp"

#include <algorithm>
#include <ostream>
#include <stdexcept>

namespace rowprint::test {
namespace {

using IsOff = std::function<bool()>;

std::vector<Row> few_rows(std::int64_t first) {
  return {{{"id", {first}}, {"name", {std::string{"one"}}}},
          {{"id", {first + 1}}, {"at", {TimestampTz{1'700'000'000, 5}}}},
          {{"id", {0.5}}, {"any", {true}}},
          {{"any", {std::string{"late"}}}}};
}

/// Past what a small content may be, and more than one page of SQLite's.
std::vector<Row> long_rows() {
  std::vector<Row> rows;
  for (std::int64_t i = 0; i < 3; ++i) {
    rows.push_back({{"id", {i}}, {"text", {std::string(30'000, static_cast<char>('a' + i))}}});
  }
  return rows;
}

std::vector<Row> reversed(std::vector<Row> rows) {
  std::reverse(rows.begin(), rows.end());
  return rows;
}

Scenario one_push(std::vector<Push> before, Push push) {
  return {
      true, std::move(before), {}, [push = std::move(push)](DaemonOnDisk& daemon, Ledger& ledger, const IsOff& is_off) {
        const auto receipt = daemon.push(push);
        ledger.answered(push, receipt, is_off());
      }};
}

Scenario push_under_a_key() {
  Push push = make_push("keyed", few_rows(3));
  push.key = "k";
  return one_push({make_push("d", few_rows(1))}, std::move(push));
}

Scenario one_removal(std::vector<Push> before) {
  return {true, std::move(before), {}, [](DaemonOnDisk& daemon, Ledger& ledger, const IsOff& is_off) {
            const auto released = daemon.remove("d", 1);
            ledger.answered_removal("d", 1, released, is_off());
          }};
}

Scenario pushes_at_once() {
  std::vector<Push> pushes;
  for (std::int64_t i = 0; i < 4; ++i) {
    // Two of the same rows, and one that is there already.
    pushes.push_back(make_push("d" + std::to_string(i), few_rows(10 * std::max<std::int64_t>(i, 1)),
                               i == 3 ? Order::set : Order::sequence));
  }
  pushes.push_back(make_push("d4", few_rows(1)));
  Scenario scenario;
  scenario.before = {make_push("d", few_rows(1))};
  scenario.act = [pushes](DaemonOnDisk& daemon, Ledger& ledger, const IsOff& is_off) {
    const auto receipts = daemon.push_all(pushes);
    for (std::size_t i = 0; i < pushes.size(); ++i) {
      ledger.answered(pushes[i], receipts[i], is_off());
    }
  };
  scenario.stride = 3;
  return scenario;
}

Scenario push_remove_push() {
  return {true, {make_push("d", few_rows(1))}, {}, [](DaemonOnDisk& daemon, Ledger& ledger, const IsOff& is_off) {
            const Push again = make_push("e", few_rows(1), Order::sequence, Push::As::concrete);
            const auto first = daemon.push(again);
            ledger.answered(again, first, is_off());
            const auto released = daemon.remove("d", 1);
            ledger.answered_removal("d", 1, released, is_off());
            const Push last = make_push("f", few_rows(3));
            const auto receipt = daemon.push(last);
            ledger.answered(last, receipt, is_off());
          }};
}

std::vector<NamedScenario> scenarios_of_few_rows() {
  using As = Push::As;
  static const auto here = [] { return std::vector{make_push("d", few_rows(1))}; };
  return {
      {"FirstPush", first_push},
      {"EmptyPush", [] { return one_push({}, make_push("d", {})); }},
      {"SecondPush", [] { return one_push(here(), make_push("d", few_rows(2))); }},
      {"ConcretePush", [] { return one_push(here(), make_push("d", few_rows(2), Order::sequence, As::concrete)); }},
      {"ReusedGenerator", [] { return one_push(here(), make_push("d", few_rows(1))); }},
      {"ReusedConcrete", [] { return one_push(here(), make_push("d", few_rows(1), Order::sequence, As::concrete)); }},
      {"Reference", [] { return one_push(here(), make_push("e", few_rows(1), Order::sequence, As::reference)); }},
      {"SetOfASequence", [] { return one_push(here(), make_push("d", few_rows(1), Order::set)); }},
      {"ReusedSet",
       [] {
         return one_push({make_push("d", few_rows(1), Order::set)}, make_push("d", reversed(few_rows(1)), Order::set));
       }},
      {"RemoveASet", [] { return one_removal({make_push("d", few_rows(1), Order::set)}); }},
      {"RemoveTheLastVersion", [] { return one_removal(here()); }},
      {"RemoveOneOfTwoVersions",
       [] {
         return one_removal({make_push("d", few_rows(1)), make_push("e", few_rows(1))});
       }},
      {"PushUnderAKey", push_under_a_key},
      {"PushRemovePush", push_remove_push},
      {"PushesAtOnce", pushes_at_once},
  };
}

}  // namespace

void PrintTo(const NamedScenario& scenario, std::ostream* out) {
  *out << scenario.name;
}

std::vector<Row> spilling_rows() {
  std::vector<Row> rows;
  for (std::int64_t i = 0; i < 24'000; ++i) {
    rows.push_back({{"i", {i}}});
  }
  return rows;
}

Scenario first_push() {
  return one_push({}, make_push("d", few_rows(1)));
}

Scenario first_push_into_nothing() {
  Scenario scenario = first_push();
  scenario.has_run = false;
  return scenario;
}

Scenario start_after_a_crash() {
  return {true,
          {make_push("d", few_rows(1))},
          {"/staging/left.sqlite", "/staging/left.spill", "/contents/left.sqlite", "/digests/left.digests"},
          [](DaemonOnDisk&, Ledger&, const IsOff&) {}};
}

Scenario push_that_spills() {
  Scenario scenario = one_push({make_push("d", few_rows(1))}, make_push("d", spilling_rows(), Order::set));
  scenario.stride = 7;
  return scenario;
}

Scenario in_files(Scenario scenario) {
  scenario.small_bytes_max = 0;
  return scenario;
}

std::vector<NamedScenario> scenarios() {
  std::vector<NamedScenario> all = scenarios_of_few_rows();
  const std::size_t small = all.size();
  for (std::size_t i = 0; i < small; ++i) {
    all.push_back({all[i].name + "InFiles", [make = all[i].make] { return in_files(make()); }});
  }
  all.push_back({"LongPush", [] { return one_push({}, make_push("d", long_rows())); }});
  all.push_back({"SetThatSpills", push_that_spills});
  return all;
}
Prepared prepare(const Scenario& scenario) {
  Prepared prepared;
  if (!scenario.has_run) {
    prepared.disk = std::make_unique<CrashingDisk>();
    return prepared;
  }
  CrashingDisk disk;
  {
    auto daemon = DaemonOnDisk::start(disk, scenario.small_bytes_max);
    if (!daemon) {
      throw std::runtime_error(daemon.error().text());
    }
    for (const Push& push : scenario.before) {
      const auto receipt = (*daemon)->push(push);
      if (!receipt) {
        throw std::runtime_error(receipt.error().text());
      }
      prepared.ledger.answered(push, receipt, false);
    }
  }
  for (const std::string& left : scenario.left_behind) {
    if (!disk.open(DaemonOnDisk::kData + left, OpenMode::create_new)) {
      throw std::runtime_error("cannot make " + left);
    }
  }
  // Everything the operating system was given reaches the medium when a machine is shut down in order.
  prepared.disk = disk.after_power_cut(Unsynced::kept);
  return prepared;
}

}  // namespace rowprint::test
